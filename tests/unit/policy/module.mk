# Unit tests of policy/.
unit_tests += \
	tests/unit/policy/name_test \
	tests/unit/policy/plan_test
