# Unit tests of effects/.
unit_tests += \
	tests/unit/effects/audit_file_test \
	tests/unit/effects/audit_names_test \
	tests/unit/effects/audit_queue_test \
	tests/unit/effects/audit_read_test \
	tests/unit/effects/audit_test \
	tests/unit/effects/changes_test \
	tests/unit/effects/child_test \
	tests/unit/effects/compose_test \
	tests/unit/effects/daily_test \
	tests/unit/effects/held_test \
	tests/unit/effects/notice_test \
	tests/unit/effects/own_fields_test \
	tests/unit/effects/ready_test \
	tests/unit/effects/redis_link_test \
	tests/unit/effects/redis_target_test \
	tests/unit/effects/selftest_test \
	tests/unit/effects/smtp_test \
	tests/unit/effects/store_redis_test \
	tests/unit/effects/store_sqlite_test \
	tests/unit/effects/store_test \
	tests/unit/effects/template_test \
	tests/unit/effects/transport_test
tests_unit_effects_smtp_test_SOURCES = tests/unit/effects/smtp_test.c \
	tests/unit/effects/smtp_sink.c tests/unit/effects/smtp_sink.h
threaded_tests += tests/unit/effects/audit_file_test \
	tests/unit/effects/audit_queue_test
