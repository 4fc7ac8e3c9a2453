// SPDX-License-Identifier: BSD-2-Clause
#include "policy/archive.h"

#include <stdio.h>
#include <zip.h>

#include "base/limits.h"
#include "base/text.h"
#include "oom.h"
#include "policy/contacts.h"
#include "t.h"

/* Zip files are made here, by libzip, as whoever sends one would. */
struct file {
	const char *name, *bytes;
	zip_uint16_t encryption;
	zip_int32_t packed; /* 0: as usual */
	bool stored;
	size_t zeroes; /* in place of bytes */
};

struct making {
	zip_source_t *source;
	zip_t *zip;
};

static void
begin(struct making *m)
{
	m->source = zip_source_buffer_create(NULL, 0, 0, NULL);
	assert_non_null(m->source);
	zip_source_keep(m->source);
	m->zip = zip_open_from_source(m->source, ZIP_TRUNCATE, NULL);
	assert_non_null(m->zip);
}

static void
add(struct making *m, const struct file *f)
{
	size_t size = f->zeroes > 0 ? f->zeroes : strlen(f->bytes);
	char *bytes = calloc(1, size + 1);
	zip_source_t *source;
	zip_int64_t index;

	assert_non_null(bytes);
	if (f->zeroes == 0)
		memcpy(bytes, f->bytes, size);
	if (size == 0) { /* libzip would not free it */
		free(bytes);
		bytes = NULL;
	}
	source = zip_source_buffer(m->zip, bytes, size, 1);
	index = zip_file_add(m->zip, f->name, source, 0);
	assert_true(index >= 0);
	/* Zeroes are packed fast rather than well. */
	if (f->packed != 0 || f->stored || f->zeroes > 0)
		assert_int_equal(zip_set_file_compression(m->zip,
				     (zip_uint64_t)index,
				     f->packed != 0  ? f->packed
					 : f->stored ? ZIP_CM_STORE
						     : ZIP_CM_DEFLATE,
				     f->zeroes > 0 ? 1 : 0),
		    0);
	if (f->encryption != 0)
		assert_int_equal(zip_file_set_encryption(m->zip,
				     (zip_uint64_t)index, f->encryption, "x"),
		    0);
}

/* The zip file, in a block of its size; free with exact_free(). */
static struct view
finish(struct making *m)
{
	zip_stat_t is;
	char *bytes;

	if (zip_close(m->zip) < 0)
		fail_msg("%s", zip_strerror(m->zip));
	assert_int_equal(zip_source_stat(m->source, &is), 0);
	bytes = malloc(is.size);
	assert_non_null(bytes);
	assert_int_equal(zip_source_open(m->source), 0);
	assert_int_equal(zip_source_read(m->source, bytes, is.size), is.size);
	zip_source_close(m->source);
	zip_source_free(m->source);
	return (struct view){ bytes, is.size };
}

enum { FILES = 6 };

static struct view
zip_of(const struct file *files)
{
	struct making m;

	begin(&m);
	for (size_t i = 0; i < FILES && files[i].name != NULL; i++)
		add(&m, &files[i]);
	return finish(&m);
}

static int
on_entry(void *arg, const char *name, struct view bytes)
{
	text_addf(arg, "%s %zu\n", name, bytes.size);
	return 0;
}

static void
the_lists_are_found_and_nothing_else(void **state)
{
	static const struct {
		const char *name;
		struct file files[FILES];
		const char *want;
	} rows[] = {
		{ "one", { { .name = "Connections.csv", .bytes = "12345" } },
		    "Connections.csv 5\n" },
		{ "all",
		    { { .name = "Connections.csv", .bytes = "1" },
			{ .name = "Invitations.csv", .bytes = "12" },
			{ .name = "Contacts.csv", .bytes = "123" },
			{ .name = "ImportedContacts.csv", .bytes = "1234" },
			{ .name = "messages.csv", .bytes = "12345" } },
		    "Connections.csv 1\nInvitations.csv 2\nContacts.csv 3\n"
		    "ImportedContacts.csv 4\n" },
		{ "in folders",
		    { { .name = "Basic_LinkedInDataExport_01-01-2026/"
				"Connections.csv",
			  .bytes = "1" },
			{ .name = "a/b/invitations.CSV", .bytes = "12" },
			{ .name = "__MACOSX/a/._Connections.csv",
			    .bytes = "123" },
			{ .name = "Connections.csv/x", .bytes = "1234" },
			{ .name = "Old Connections.csv", .bytes = "12345" } },
		    "Connections.csv 1\nInvitations.csv 2\n" },
		{ "where others would write it",
		    { { .name = "../../etc/Connections.csv", .bytes = "1" },
			{ .name = "/etc/Contacts.csv", .bytes = "12" } },
		    "Connections.csv 1\nContacts.csv 2\n" },
		{ "empty", { { .name = "Connections.csv", .bytes = "" } },
		    "Connections.csv 0\n" },
		{ "not packed",
		    { { .name = "Connections.csv",
			.bytes = "1111111111",
			.stored = true } },
		    "Connections.csv 10\n" },
		{ "others may be what they want",
		    { { .name = "Connections.csv", .bytes = "1" },
			{ .name = "secret",
			    .bytes = "1",
			    .encryption = ZIP_EM_AES_256 },
			{ .name = "bzip2",
			    .bytes = "1",
			    .packed = ZIP_CM_BZIP2 },
			{ .name = "large", .zeroes = LIMIT_ARCHIVE_SIZE + 1 } },
		    "Connections.csv 1\n" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(1000);
		struct view v = zip_of(rows[i].files);
		struct err e = ERR_NONE;

		assert_true(archive_is(v));
		check_number(rows[i].name, archive_read(v, on_entry, &got, &e),
		    0);
		check_view(rows[i].name, text_view(&got), rows[i].want);
		exact_free(v);
		text_free(&got);
	}
}

static void
what_cannot_be_unpacked_is_refused_with_words(void **state)
{
	static const struct {
		const char *name;
		struct file files[FILES];
		const char *want;
	} rows[] = {
		{ "no list", { { .name = "messages.csv", .bytes = "x" } },
		    "an archive without Connections.csv or another list" },
		{ "no file at all", { { 0 } }, "an archive without" },
		{ "encrypted",
		    { { .name = "Connections.csv",
			.bytes = "x",
			.encryption = ZIP_EM_AES_256 } },
		    "Connections.csv: encrypted" },
		{ "encrypted as once",
		    { { .name = "Contacts.csv",
			.bytes = "x",
			.encryption = ZIP_EM_TRAD_PKWARE } },
		    "Contacts.csv: encrypted" },
		{ "packed in another way",
		    { { .name = "Connections.csv",
			.bytes = "x",
			.packed = ZIP_CM_BZIP2 } },
		    "Connections.csv: packed in an unusual way (12)" },
		{ "a bomb",
		    { { .name = "Connections.csv",
			.zeroes = LIMIT_ARCHIVE_FILE_SIZE + 1 } },
		    "Connections.csv: unpacks to more than 67108864 octets" },
		{ "many that fit",
		    { { .name = "Connections.csv",
			  .zeroes = LIMIT_ARCHIVE_FILE_SIZE },
			{ .name = "Contacts.csv",
			    .zeroes = LIMIT_ARCHIVE_FILE_SIZE },
			{ .name = "a/Contacts.csv", .bytes = "x" } },
		    "Contacts.csv: unpacks to more than" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(1000);
		struct view v = rows[i].files[0].name == NULL
		    ? exactly("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22)
		    : zip_of(rows[i].files);
		struct err e = ERR_NONE;

		check_number(rows[i].name, archive_read(v, on_entry, &got, &e),
		    -1);
		check_contains(rows[i].name, e.text, rows[i].want);
		exact_free(v);
		text_free(&got);
	}
}

static void
what_fits_exactly_is_unpacked(void **state)
{
	static const struct file files[FILES] = {
		{ .name = "Connections.csv",
		    .zeroes = LIMIT_ARCHIVE_FILE_SIZE },
		{ .name = "Contacts.csv",
		    .zeroes = LIMIT_ARCHIVE_SIZE - LIMIT_ARCHIVE_FILE_SIZE },
	};
	struct text got = TEXT_INIT(1000);
	struct view v = zip_of(files);
	struct err e = ERR_NONE;

	(void)state;
	assert_true(v.size < 1024 * 1024);
	assert_int_equal(archive_read(v, on_entry, &got, &e), 0);
	check_view("both", text_view(&got),
	    "Connections.csv 67108864\nContacts.csv 67108864\n");
	exact_free(v);
	text_free(&got);
}

static struct view
zip_of_many(size_t files)
{
	struct making m;

	begin(&m);
	add(&m, &(struct file){ .name = "Connections.csv", .bytes = "x" });
	for (size_t i = 1; i < files; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%zu", i);
		add(&m, &(struct file){ .name = name, .bytes = "" });
	}
	return finish(&m);
}

static void
an_archive_has_so_many_files(void **state)
{
	static const struct {
		size_t files;
		int result;
	} rows[] = {
		{ LIMIT_ARCHIVE_ENTRIES, 0 },
		{ LIMIT_ARCHIVE_ENTRIES + 1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(1000);
		struct view v = zip_of_many(rows[i].files);
		struct err e = ERR_NONE;

		assert_int_equal(archive_read(v, on_entry, &got, &e),
		    rows[i].result);
		if (rows[i].result < 0)
			check_string("one more", e.text,
			    "more than 10000 files in the archive");
		exact_free(v);
		text_free(&got);
	}
}

/* The first such octets become others of the same number. */
static void
spoil(struct view v, struct view from, const char *to)
{
	size_t at = view_find(v, from);

	assert_true(at != VIEW_NONE);
	memcpy((char *)(uintptr_t)v.data + at, to, from.size);
}

static const struct file one[FILES] = {
	{ .name = "Connections.csv",
	    .bytes = "First Name,Last Name,Email Address\n",
	    .stored = true },
};

static void
damaged_archives_are_refused(void **state)
{
	static const struct {
		const char *name;
		struct view from;
		const char *to, *want;
	} rows[] = {
		{ "no directory", VIEW("PK\5\6"), "PK\5\7",
		    "a damaged archive (" },
		{ "a directory that is none", VIEW("PK\1\2"), "PK\1\3",
		    "a damaged archive (" },
		{ "other octets", VIEW("First"), "first",
		    "Connections.csv: damaged (CRC error)" },
		/* Of the file in the archive. */
		{ "two directories", VIEW("Name"), "PK\5\6",
		    "an archive with more than one directory" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text got = TEXT_INIT(1000);
		struct view v = zip_of(one);
		struct err e = ERR_NONE;

		spoil(v, rows[i].from, rows[i].to);
		check_number(rows[i].name, archive_read(v, on_entry, &got, &e),
		    -1);
		check_contains(rows[i].name, e.text, rows[i].want);
		assert_int_equal(got.size, 0);
		exact_free(v);
		text_free(&got);
	}
}

static void
set_number(char *to, size_t number)
{
	for (size_t i = 0; i < 4; i++)
		to[i] = (char)(number >> (8 * i) & 0xFF);
}

/* Where reading would take long and give nothing. */
static void
files_that_overlap_are_refused(void **state)
{
	static const struct file two[FILES] = {
		{ .name = "Connections.csv", .bytes = "x", .stored = true },
		{ .name = "Contacts.csv", .bytes = "x", .stored = true },
	};
	enum { PACKED = 20, UNPACKED = 24 }; /* APPNOTE.TXT, 4.3.12 */
	struct view v = zip_of(two);
	size_t first = view_find(v, VIEW("PK\1\2"));
	size_t second = first + 4 +
	    view_find(view_part(v, first + 4, VIEW_NONE), VIEW("PK\1\2"));
	char *entry = (char *)(uintptr_t)v.data + second;

	(void)state;
	/* The first one is one octet, so that many are left. */
	for (size_t more = 0; more < 2; more++) {
		struct text got = TEXT_INIT(1000);
		struct err e = ERR_NONE;

		set_number(entry + PACKED, v.size - 1 + more);
		set_number(entry + UNPACKED, v.size - 1 + more);
		assert_int_equal(archive_read(v, on_entry, &got, &e), -1);
		check_contains("second", e.text, "Contacts.csv: damaged (");
		assert_int_equal(strstr(e.text, "overlap") != NULL, more);
		text_free(&got);
	}
	exact_free(v);
}

static void
a_cut_archive_is_refused(void **state)
{
	struct view v = zip_of(one);

	(void)state;
	for (size_t size = 0; size < v.size; size++) {
		struct view cut = exactly(v.data, size);
		struct text got = TEXT_INIT(1000);
		struct err e = ERR_NONE;

		assert_int_equal(archive_read(cut, on_entry, &got, &e), -1);
		assert_true(e.text[0] != '\0');
		exact_free(cut);
		text_free(&got);
	}
	exact_free(v);
}

static int
stop(void *arg, const char *name, struct view bytes)
{
	(void)name;
	(void)bytes;
	++*(int *)arg;
	return -1;
}

static void
whoever_takes_the_files_may_stop(void **state)
{
	static const struct file files[FILES] = {
		{ .name = "Connections.csv", .bytes = "x" },
		{ .name = "Contacts.csv", .bytes = "x" },
	};
	struct view v = zip_of(files);
	struct err e = ERR_NONE;
	int calls = 0;

	(void)state;
	assert_int_equal(archive_read(v, stop, &calls, &e), -1);
	assert_int_equal(calls, 1);
	check_string("words", e.text, "");
	exact_free(v);
}

/* The set that is made of an archive. */
static const struct file people[FILES] = {
	{ .name = "x/Connections.csv",
	    .bytes = "\xEF\xBB\xBF"
		     "First Name,Last Name,URL,Email Address\n"
		     "Jane,Doe,https://www.linkedin.com/in/jane,\n"
		     "Richard,Roe,,richard@x.example\n"
		     ",,,\n" },
	{ .name = "x/Contacts.csv",
	    .bytes = "First Name,Last Name,Email Address\n"
		     "Ann,Example,ann@x.example\n"
		     "Ann,,\n"
		     "Ann,,\n" },
	{ .name = "x/Invitations.csv", .bytes = "Jane Roe\n" },
	{ .name = "x/messages.csv", .bytes = "Joe Public\n" },
};

static void
contacts_are_read_out_of_an_archive(void **state)
{
	struct contacts *c = contacts_new(1024 * 1024);
	struct view v = zip_of(people);
	struct contacts_report report;
	struct contacts_match match;
	struct err e = ERR_NONE;

	(void)state;
	assert_int_equal(contacts_add(c, v, "x.zip", &report, &e), 0);
	check_string("format", report.format, "LinkedIn's archive");
	check_number("added", (long long)report.added, 3);
	check_number("skipped", (long long)report.skipped, 1);
	check_number("refused", (long long)report.refused, 3);
	check_number("line", report.first_refused, 3);
	check_string("file", report.entry, "Contacts.csv");
	contacts_find(c, VIEW(""), VIEW(""), VIEW("jane"), &match);
	assert_int_equal(match.known, KNOWN_PROFILE);
	/* Unknown formats are no contacts.txt. */
	contacts_find(c, VIEW("Jane Roe"), VIEW(""), VIEW(""), &match);
	assert_int_equal(match.known, KNOWN_NO);
	contacts_free(c);
	exact_free(v);
}

static void
contacts_say_which_file_is_to_blame(void **state)
{
	static const struct {
		struct file files[FILES];
		size_t limit;
		const char *want;
	} rows[] = {
		{ { { .name = "Connections.csv", .zeroes = 1 } }, 1024 * 1024,
		    "x.zip: Connections.csv: not " },
		{ { { .name = "x", .bytes = "" } }, 1024 * 1024,
		    "x.zip: an archive without" },
		{ { { .name = "Contacts.csv",
		      .bytes = "First Name,Last Name\nJane,Doe\n" } },
		    1, "x.zip: Contacts.csv: out of memory, or more people" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct contacts *c = contacts_new(rows[i].limit);
		struct view v = zip_of(rows[i].files);
		struct contacts_report report;
		struct err e = ERR_NONE;

		assert_int_equal(contacts_add(c, v, "x.zip", &report, &e), -1);
		check_contains(rows[i].want, e.text, rows[i].want);
		contacts_free(c);
		exact_free(v);
	}
}

static void
without_memory_an_archive_is_refused(void **state)
{
	struct view v = zip_of(people);
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct text got = TEXT_INIT(1000);
		struct err e = ERR_NONE;

		if (archive_read(v, on_entry, &got, &e) < 0)
			assert_true(oom_happened());
		text_free(&got);
	}
	assert_true(n > 2);
	exact_free(v);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lists_are_found_and_nothing_else),
		cmocka_unit_test(what_cannot_be_unpacked_is_refused_with_words),
		cmocka_unit_test(what_fits_exactly_is_unpacked),
		cmocka_unit_test(an_archive_has_so_many_files),
		cmocka_unit_test(damaged_archives_are_refused),
		cmocka_unit_test(files_that_overlap_are_refused),
		cmocka_unit_test(a_cut_archive_is_refused),
		cmocka_unit_test(whoever_takes_the_files_may_stop),
		cmocka_unit_test(contacts_are_read_out_of_an_archive),
		cmocka_unit_test(contacts_say_which_file_is_to_blame),
		cmocka_unit_test(without_memory_an_archive_is_refused),
	};

	return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
