# Scenarios: mails and what becomes of them, in files that a person can read.
check_PROGRAMS += tests/scenarios/pack_scenarios_test
tests_scenarios_pack_scenarios_test_LDADD = $(core_libs)
EXTRA_DIST += tests/scenarios/linkedin.test tests/scenarios/manual.test
TESTS += tests/scenarios/linkedin.test tests/scenarios/manual.test
