# Unit tests of recognise/.
unit_tests += \
	tests/unit/recognise/imitation_test \
	tests/unit/recognise/literal_test \
	tests/unit/recognise/note_test \
	tests/unit/recognise/pack_test \
	tests/unit/recognise/recognise_test \
	tests/unit/recognise/regex_test \
	tests/unit/recognise/request_test
