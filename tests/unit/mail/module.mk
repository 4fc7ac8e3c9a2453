# Unit tests of mail/.
unit_tests += \
	tests/unit/mail/addr_test
