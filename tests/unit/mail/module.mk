# Unit tests of mail/.
unit_tests += \
	tests/unit/mail/addr_test \
	tests/unit/mail/auth_test \
	tests/unit/mail/authres_test \
	tests/unit/mail/bounce_test \
	tests/unit/mail/date_test \
	tests/unit/mail/entity_test \
	tests/unit/mail/html_test \
	tests/unit/mail/key_cache_test \
	tests/unit/mail/key_test \
	tests/unit/mail/lookalike_test \
	tests/unit/mail/mailto_test \
	tests/unit/mail/message_test \
	tests/unit/mail/mime_encode_test \
	tests/unit/mail/mime_test \
	tests/unit/mail/normal_test \
	tests/unit/mail/part_test \
	tests/unit/mail/punycode_test \
	tests/unit/mail/results_test \
	tests/unit/mail/signature_test \
	tests/unit/mail/tags_test
threaded_tests += tests/unit/mail/key_cache_test \
	tests/unit/mail/signature_test
tests_unit_mail_key_test_SOURCES = tests/unit/mail/key_test.c \
	tests/tools/nameserver.c tests/tools/nameserver.h
tests_unit_mail_signature_test_SOURCES = tests/unit/mail/signature_test.c \
	tests/tools/nameserver.c tests/tools/nameserver.h \
	tests/tools/sign.c tests/tools/sign.h
tests_unit_mail_authres_test_SOURCES = tests/unit/mail/authres_test.c \
	tests/unit/mail/authres_text.h
TESTS += tests/unit/mail/authres_oracle.py
EXTRA_DIST += tests/unit/mail/authres.table tests/unit/mail/authres_oracle.py
