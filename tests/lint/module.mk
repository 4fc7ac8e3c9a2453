# The house rules, checked.
lint_tests = \
	tests/lint/calls.test \
	tests/lint/contrib.test \
	tests/lint/format.test \
	tests/lint/layers.test \
	tests/lint/design.test \
	tests/lint/manual.test \
	tests/lint/manual_facts.test \
	tests/lint/shell.test \
	tests/lint/symbols.test \
	tests/lint/tidy.test
TESTS += $(lint_tests)
EXTRA_DIST += $(lint_tests) tests/lint/tap.sh tests/lint/facts.sh
