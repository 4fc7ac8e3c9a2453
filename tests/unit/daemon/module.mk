# Unit tests of daemon/.
lab_files = tests/unit/daemon/lab.c tests/unit/daemon/lab.h \
	tests/tools/sign.c tests/tools/sign.h
unit_tests += \
	tests/unit/daemon/bounced_test \
	tests/unit/daemon/breaker_test \
	tests/unit/daemon/conf_test \
	tests/unit/daemon/control_test \
	tests/unit/daemon/counted_test \
	tests/unit/daemon/counters_test \
	tests/unit/daemon/endpoint_test \
	tests/unit/daemon/engine_test \
	tests/unit/daemon/filter_keys_test \
	tests/unit/daemon/filter_test \
	tests/unit/daemon/folder_entry_test \
	tests/unit/daemon/folder_size_test \
	tests/unit/daemon/folder_watch_test \
	tests/unit/daemon/folders_test \
	tests/unit/daemon/health_test \
	tests/unit/daemon/hosts_test \
	tests/unit/daemon/learned_test \
	tests/unit/daemon/notify_test \
	tests/unit/daemon/sender_test \
	tests/unit/daemon/session_test \
	tests/unit/daemon/site_test \
	tests/unit/daemon/split_test \
	tests/unit/daemon/two_users_test
threaded_tests += \
	tests/unit/daemon/control_test \
	tests/unit/daemon/counters_test \
	tests/unit/daemon/filter_test \
	tests/unit/daemon/folders_test \
	tests/unit/daemon/site_test
tests_unit_daemon_bounced_test_SOURCES = tests/unit/daemon/bounced_test.c \
	$(lab_files)
tests_unit_daemon_folder_size_test_SOURCES = \
	tests/unit/daemon/folder_size_test.c $(lab_files)
tests_unit_daemon_engine_test_SOURCES = tests/unit/daemon/engine_test.c \
	$(lab_files)
tests_unit_daemon_filter_keys_test_SOURCES = \
	tests/unit/daemon/filter_keys_test.c \
	tests/tools/nameserver.c tests/tools/nameserver.h $(lab_files)
tests_unit_daemon_filter_test_SOURCES = tests/unit/daemon/filter_test.c \
	$(lab_files)
tests_unit_daemon_folder_entry_test_SOURCES = \
	tests/unit/daemon/folder_entry_test.c $(lab_files)
tests_unit_daemon_folder_watch_test_SOURCES = \
	tests/unit/daemon/folder_watch_test.c $(lab_files)
tests_unit_daemon_folders_test_SOURCES = tests/unit/daemon/folders_test.c \
	$(lab_files)
tests_unit_daemon_learned_test_SOURCES = tests/unit/daemon/learned_test.c \
	$(lab_files)
tests_unit_daemon_sender_test_SOURCES = tests/unit/daemon/sender_test.c \
	$(lab_files)
tests_unit_daemon_session_test_SOURCES = tests/unit/daemon/session_test.c \
	$(lab_files)
tests_unit_daemon_site_test_SOURCES = tests/unit/daemon/site_test.c \
	$(lab_files)
tests_unit_daemon_split_test_SOURCES = tests/unit/daemon/split_test.c \
	$(lab_files)
tests_unit_daemon_two_users_test_SOURCES = \
	tests/unit/daemon/two_users_test.c $(lab_files)
