# Unit tests of daemon/.
unit_tests += \
	tests/unit/daemon/conf_test \
	tests/unit/daemon/endpoint_test \
	tests/unit/daemon/folders_test \
	tests/unit/daemon/hosts_test \
	tests/unit/daemon/notify_test
