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

# To be preloaded, so it is no program; nothing else is built as shared.
check_DATA = tests/tools/kill_at.so
CLEANFILES += tests/tools/kill_at.so
EXTRA_DIST += tests/tools/kill_at.c
tests/tools/kill_at.so: $(top_srcdir)/tests/tools/kill_at.c
	@$(MKDIR_P) tests/tools
	$(AM_V_CC)$(CC) -D_GNU_SOURCE -std=c11 -O2 -fPIC -shared -o $@ \
	    $(top_srcdir)/tests/tools/kill_at.c
