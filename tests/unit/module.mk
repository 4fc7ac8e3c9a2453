# Unit tests: one program for each module, in the folder of its name.
check_LIBRARIES += tests/libtest.a
tests_libtest_a_SOURCES = tests/oom.c tests/oom.h \
	tests/redis_server.c tests/redis_server.h
unit_tests =
include tests/unit/base/module.mk
include tests/unit/mail/module.mk
include tests/unit/recognise/module.mk
include tests/unit/policy/module.mk
include tests/unit/effects/module.mk
include tests/unit/daemon/module.mk
include tests/unit/ctl/module.mk
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
