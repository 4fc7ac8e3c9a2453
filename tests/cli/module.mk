# Our programs as an admin calls them: what they say, and the code they end
# with.
cli_tests = \
	tests/cli/audit_names.py \
	tests/cli/audit_schema.py \
	tests/cli/bad_input.py \
	tests/cli/capture.py \
	tests/cli/digest.py \
	tests/cli/policy.py \
	tests/cli/quarantine.py \
	tests/cli/replay.py \
	tests/cli/explain.py \
	tests/cli/contacts.py \
	tests/cli/rsvpctl.py \
	tests/cli/rules.py \
	tests/cli/selftest.py
TESTS += $(cli_tests)
EXTRA_DIST += $(cli_tests) tests/cli/site_folder.py
