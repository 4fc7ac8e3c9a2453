# Unit tests of recognise/.
unit_tests += \
	tests/unit/recognise/regex_test \
	tests/unit/recognise/request_test
