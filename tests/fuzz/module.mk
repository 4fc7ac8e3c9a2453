# Fuzz targets, one for each parser.  A new one needs a line in fuzz_targets,
# its LDADD, and a folder of inputs: tests/fuzz/corpus/NAME/.
fuzz_targets = \
	tests/fuzz/archive_fuzz \
	tests/fuzz/audit_fuzz \
	tests/fuzz/authres_fuzz \
	tests/fuzz/bounce_fuzz \
	tests/fuzz/capture_fuzz \
	tests/fuzz/conf_fuzz \
	tests/fuzz/contacts_csv_fuzz \
	tests/fuzz/contacts_fuzz \
	tests/fuzz/field_fuzz \
	tests/fuzz/html_fuzz \
	tests/fuzz/ldif_fuzz \
	tests/fuzz/lookalike_fuzz \
	tests/fuzz/message_fuzz \
	tests/fuzz/pack_fuzz \
	tests/fuzz/regex_fuzz \
	tests/fuzz/rules_fuzz \
	tests/fuzz/signature_fuzz \
	tests/fuzz/template_fuzz \
	tests/fuzz/tree_fuzz \
	tests/fuzz/utf8_fuzz \
	tests/fuzz/vcard_fuzz
tests_fuzz_archive_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_audit_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_authres_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_bounce_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_capture_fuzz_SOURCES = tests/fuzz/capture_fuzz.c \
	$(capture_message_sources)
tests_fuzz_capture_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_conf_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_contacts_csv_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_contacts_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_field_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_html_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_ldif_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_lookalike_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_message_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_pack_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_regex_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_rules_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_signature_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_template_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_tree_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_utf8_fuzz_LDADD = $(fuzz_ldadd)
tests_fuzz_vcard_fuzz_LDADD = $(fuzz_ldadd)

check_PROGRAMS += $(fuzz_targets)
EXTRA_DIST += tests/fuzz/fuzz.h tests/fuzz/main.c tests/fuzz/rows.h \
	tests/fuzz/run \
	tests/fuzz/corpus
if FUZZERS
fuzz_ldadd = $(FUZZER_LDFLAGS) $(core_libs)
else
check_LIBRARIES += tests/fuzz/libreplay.a
tests_fuzz_libreplay_a_SOURCES = tests/fuzz/main.c tests/fuzz/fuzz.h
fuzz_ldadd = tests/fuzz/libreplay.a $(core_libs)
TESTS += $(fuzz_targets)
endif
