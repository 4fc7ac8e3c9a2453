# What an interface promises, tried on each of its back ends: one program for
# each, made of the same source.
contract_tests = \
	tests/contract/store_memory_test \
	tests/contract/store_redis_test \
	tests/contract/store_sqlite_test
tests_contract_store_memory_test_SOURCES = tests/contract/store_test.c
tests_contract_store_memory_test_CPPFLAGS = $(AM_CPPFLAGS) -DBACK_END='"memory"'
tests_contract_store_redis_test_SOURCES = tests/contract/store_test.c
tests_contract_store_redis_test_CPPFLAGS = $(AM_CPPFLAGS) -DBACK_END='"redis"'
tests_contract_store_sqlite_test_SOURCES = tests/contract/store_test.c
tests_contract_store_sqlite_test_CPPFLAGS = $(AM_CPPFLAGS) -DBACK_END='"sqlite"'
threaded_tests += $(contract_tests)
check_PROGRAMS += $(contract_tests)
TESTS += $(contract_tests)
