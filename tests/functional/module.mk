# Functional tests: the filter before a real Postfix.  They need root and the
# better part of two minutes, so "make check" leaves them out.
functional_tests += tests/functional/mail_flow.py
EXTRA_DIST += tests/functional/mail_flow.py tests/functional/lab.py \
	tests/functional/quickstart.py
