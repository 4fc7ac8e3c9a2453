# Unit tests of ctl/, whose files are in no library.
unit_tests += \
	tests/unit/ctl/capture_message_test \
	tests/unit/ctl/capture_text_test \
	tests/unit/ctl/digest_collect_test \
	tests/unit/ctl/replay_count_test \
	tests/unit/ctl/report_count_test \
	tests/unit/ctl/selection_test
tests_unit_ctl_digest_collect_test_SOURCES = \
	tests/unit/ctl/digest_collect_test.c \
	milter/ctl/digest_collect.c milter/ctl/digest.h
tests_unit_ctl_selection_test_SOURCES = tests/unit/ctl/selection_test.c \
	milter/ctl/selection.c milter/ctl/selection.h
tests_unit_ctl_report_count_test_SOURCES = \
	tests/unit/ctl/report_count_test.c \
	milter/ctl/report_count.c milter/ctl/report_count.h \
	milter/ctl/report_json.c milter/ctl/report_print.h \
	milter/ctl/report_text.c \
	milter/ctl/selection.c milter/ctl/selection.h
tests_unit_ctl_replay_count_test_SOURCES = \
	tests/unit/ctl/replay_count_test.c \
	milter/ctl/replay_count.c milter/ctl/replay_count.h
tests_unit_ctl_capture_text_test_SOURCES = \
	tests/unit/ctl/capture_text_test.c \
	$(capture_text_sources)
tests_unit_ctl_capture_message_test_SOURCES = \
	tests/unit/ctl/capture_message_test.c \
	$(capture_message_sources)
