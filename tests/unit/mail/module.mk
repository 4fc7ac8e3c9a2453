# Unit tests of mail/.
unit_tests += \
	tests/unit/mail/addr_test \
	tests/unit/mail/entity_test \
	tests/unit/mail/html_test \
	tests/unit/mail/normal_test
