# Unit tests of ctl/, whose files are in no library.
unit_tests += \
	tests/unit/ctl/selection_test
tests_unit_ctl_selection_test_SOURCES = tests/unit/ctl/selection_test.c \
	milter/ctl/selection.c milter/ctl/selection.h
