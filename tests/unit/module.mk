# Unit tests: one program for each module, in the folder of its name.
unit_tests = \
	tests/unit/base/text_test \
	tests/unit/base/view_test
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)
