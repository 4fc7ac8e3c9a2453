# Scenarios: mails and what becomes of them, in files that a person can read.
check_PROGRAMS += tests/scenarios/pack_scenarios_test
tests_scenarios_pack_scenarios_test_LDADD = $(core_libs)
scenario_tests = \
	tests/scenarios/corpus.py \
	tests/scenarios/forgeries.py \
	tests/scenarios/linkedin.test \
	tests/scenarios/manual.test \
	tests/scenarios/policies.py
EXTRA_DIST += $(scenario_tests)
TESTS += $(scenario_tests)
