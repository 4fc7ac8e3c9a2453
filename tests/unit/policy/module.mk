# Unit tests of policy/.
unit_tests += \
	tests/unit/policy/archive_test \
	tests/unit/policy/contacts_test \
	tests/unit/policy/contacts_csv_test \
	tests/unit/policy/csv_test \
	tests/unit/policy/guards_test \
	tests/unit/policy/my_lists_test \
	tests/unit/policy/ldif_test \
	tests/unit/policy/name_test \
	tests/unit/policy/names_test \
	tests/unit/policy/plan_test \
	tests/unit/policy/route_test \
	tests/unit/policy/rules_test \
	tests/unit/policy/table_test \
	tests/unit/policy/users_test \
	tests/unit/policy/vcard_test
EXTRA_DIST += tests/unit/policy/names.txt tests/unit/policy/rows.h
