# Functional tests: the filter before a real Postfix and a real Sendmail.  They
# need root and some minutes, so "make check" leaves them out; what speaks the
# protocol itself needs neither.
functional_tests += \
	tests/functional/on_bounces.py \
	tests/functional/on_digest.py \
	tests/functional/on_faults.py \
	tests/functional/on_loops.py \
	tests/functional/on_postfix.py \
	tests/functional/on_redis.py \
	tests/functional/on_selftest.py \
	tests/functional/on_sendmail.py \
	tests/functional/on_verifiers.py
TESTS += tests/functional/on_audit.py \
	tests/functional/on_breaker.py tests/functional/on_changes.py \
	tests/functional/on_disk.py tests/functional/on_metrics.py \
	tests/functional/on_pairs.py \
	tests/functional/on_old_redis.py tests/functional/on_report.py \
	tests/functional/on_stats.py tests/functional/on_wire.py
EXTRA_DIST += $(functional_tests) \
	tests/functional/alerts_test.yml \
	tests/functional/dns.py \
	tests/functional/lab.py \
	tests/functional/mail_flow.py \
	tests/functional/on_audit.py \
	tests/functional/on_breaker.py \
	tests/functional/on_changes.py \
	tests/functional/on_disk.py \
	tests/functional/on_metrics.py \
	tests/functional/on_pairs.py \
	tests/functional/on_old_redis.py \
	tests/functional/on_report.py \
	tests/functional/on_stats.py \
	tests/functional/on_wire.py \
	tests/functional/postfix_lab.py \
	tests/functional/quickstart.py \
	tests/functional/redis_server.py \
	tests/functional/review_flow.py \
	tests/functional/sendmail_lab.py \
	tests/functional/verifiers.py \
	tests/functional/wire.py
