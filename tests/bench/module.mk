# Benchmarks: "make bench" prints figures, and judges none.
bench_programs = \
	tests/bench/contacts_bench \
	tests/bench/empty_milter \
	tests/bench/engine_bench \
	tests/bench/fill_outbox \
	tests/bench/folders_bench \
	tests/bench/milter_load
EXTRA_PROGRAMS += $(bench_programs)
CLEANFILES += $(bench_programs)
EXTRA_DIST += tests/bench/bench.py tests/bench/bench_dns.py \
	tests/bench/bench_log.py tests/bench/bench_outbox.py \
	tests/bench/bench_scale.py
tests_bench_empty_milter_LDADD = $(MILTER_LIBS)
tests_bench_milter_load_LDADD =

bench: all $(bench_programs) tests/tools/dkimsign
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    python3 $(srcdir)/tests/bench/bench.py
bench-contacts: all tests/bench/contacts_bench
	tests/bench/contacts_bench
bench-dns: all $(bench_programs) tests/tools/dkimsign
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    PYTHONDONTWRITEBYTECODE=1 \
	    python3 $(srcdir)/tests/bench/bench_dns.py
bench-log: all
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    PYTHONDONTWRITEBYTECODE=1 \
	    python3 $(srcdir)/tests/bench/bench_log.py
bench-outbox: all $(bench_programs) tests/tools/dkimsign
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    PYTHONDONTWRITEBYTECODE=1 \
	    python3 $(srcdir)/tests/bench/bench_outbox.py
bench-replay: all
	RSVP_REPLAY=100000 top_srcdir='$(abs_top_srcdir)' \
	    top_builddir='$(abs_top_builddir)' PYTHONDONTWRITEBYTECODE=1 \
	    python3 $(srcdir)/tests/cli/replay.py
bench-scale: all $(bench_programs) tests/tools/dkimsign
	top_srcdir='$(abs_top_srcdir)' top_builddir='$(abs_top_builddir)' \
	    PYTHONDONTWRITEBYTECODE=1 \
	    python3 $(srcdir)/tests/bench/bench_scale.py
.PHONY: bench bench-contacts bench-dns bench-log bench-outbox bench-replay \
    bench-scale
