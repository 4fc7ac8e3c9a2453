# Unit tests of mail/.
unit_tests += \
	tests/unit/mail/addr_test \
	tests/unit/mail/entity_test \
	tests/unit/mail/html_test \
	tests/unit/mail/message_test \
	tests/unit/mail/mime_encode_test \
	tests/unit/mail/mime_test \
	tests/unit/mail/normal_test \
	tests/unit/mail/part_test
