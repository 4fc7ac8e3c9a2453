# Functional tests: the filter before a real Postfix and a real Sendmail.  They
# need root and some minutes, so "make check" leaves them out.
functional_tests += \
	tests/functional/on_postfix.py \
	tests/functional/on_sendmail.py
EXTRA_DIST += $(functional_tests) \
	tests/functional/lab.py \
	tests/functional/mail_flow.py \
	tests/functional/postfix_lab.py \
	tests/functional/quickstart.py \
	tests/functional/sendmail_lab.py
