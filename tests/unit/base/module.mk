# Unit tests of base/.
unit_tests += \
	tests/unit/base/base64_test \
	tests/unit/base/clock_test \
	tests/unit/base/digest_test \
	tests/unit/base/err_test \
	tests/unit/base/file_put_test \
	tests/unit/base/file_test \
	tests/unit/base/fold_test \
	tests/unit/base/json_test \
	tests/unit/base/lines_test \
	tests/unit/base/log_test \
	tests/unit/base/moment_test \
	tests/unit/base/pool_test \
	tests/unit/base/replace_test \
	tests/unit/base/text_test \
	tests/unit/base/tree_test \
	tests/unit/base/utf8_test \
	tests/unit/base/view_test
