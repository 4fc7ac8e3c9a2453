# Programs that tests need and nobody installs.
check_PROGRAMS += tests/tools/dkimsign
tests_tools_dkimsign_SOURCES = tests/tools/dkimsign.c tests/tools/sign.c \
	tests/tools/sign.h
tests_tools_dkimsign_LDADD = $(core_libs)
EXTRA_DIST += \
	tests/samples/keys/README \
	tests/samples/keys/short.pem \
	tests/samples/keys/test.keys \
	tests/samples/keys/test.pem
