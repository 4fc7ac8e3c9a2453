# Tests.  Every program and script here speaks TAP, so that each case is a
# line of its own in the log.  GLib is told to take its memory from malloc(),
# so that the sanitizers see every object.
TEST_EXTENSIONS = .test .py
tap_driver = env CMOCKA_MESSAGE_OUTPUT=TAP AM_TAP_AWK='$(AWK)' \
	G_SLICE=always-malloc UBSAN_OPTIONS=print_stacktrace=1 \
	TSAN_OPTIONS=suppressions=$(abs_top_srcdir)/tests/tsan.supp \
	top_srcdir='$(abs_top_srcdir)' \
	$(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
LOG_DRIVER = $(tap_driver)
LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-program
TEST_LOG_DRIVER = $(tap_driver)
PY_LOG_DRIVER = env PYTHONDONTWRITEBYTECODE=1 $(tap_driver)
PY_LOG_COMPILER = $(SHELL) $(top_srcdir)/tests/run-python
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; top_builddir='$(abs_top_builddir)'; \
	CLANG_FORMAT='$(CLANG_FORMAT)'; CLANG_TIDY='$(CLANG_TIDY)'; \
	MANDOC='$(MANDOC)'; SHELLCHECK='$(SHELLCHECK)'; \
	TIDY_FLAGS='-D_GNU_SOURCE -DSYSCONFDIR="/" -DPACKDIR="/" \
	-DTEMPLATEDIR="/" -DPOLICYDIR="/" -DSTATEDIR="/" $(LIBRARY_CFLAGS)'; \
	CC='$(CC)'; LIBRARY_LIBS='$(LIBRARY_LIBS)'; PYTHON='$(PYTHON)'; \
	sysconfdir='$(sysconfdir)'; localstatedir='$(localstatedir)'; \
	datadir='$(datadir)'; \
	export top_srcdir top_builddir CLANG_FORMAT CLANG_TIDY MANDOC \
	    SHELLCHECK TIDY_FLAGS CC LIBRARY_LIBS PYTHON \
	    sysconfdir localstatedir datadir;
EXTRA_DIST += tests/t.h tests/tap.py tests/record_schema.py tests/tsan.supp \
	tests/coverage tests/run-program tests/run-python
check_LIBRARIES =
threaded_tests =	# to be run with the thread sanitizer too
functional_tests =	# with a real mail server: "make check-functional"

if HAVE_CMOCKA
include tests/unit/module.mk
include tests/contract/module.mk
endif
include tests/fuzz/module.mk
include tests/lint/module.mk
include tests/samples/module.mk
include tests/scenarios/module.mk
include tests/cli/module.mk
include tests/tools/module.mk
include tests/functional/module.mk
include tests/bench/module.mk

.PHONY: coverage check-functional
check-functional: all
	$(MAKE) $(AM_MAKEFLAGS) check TESTS='$(functional_tests)'
coverage:
	MAKE='$(MAKE)' $(top_srcdir)/tests/coverage
clean-local:
	rm -rf coverage
