// SPDX-License-Identifier: BSD-2-Clause
/*
 * archive.c - the lists of people in LinkedIn's archive (zip; libzip).
 *
 * libzip reads the whole directory when it opens an archive, and tries all
 * that look like one near the end.  What a directory costs is looked at
 * before it does.
 */
#include "policy/archive.h"

#include <zip.h>

#include "base/limits.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const lists[] = { "Connections.csv", "Invitations.csv",
	"Contacts.csv", "ImportedContacts.csv" };

/* The signatures of APPNOTE.TXT, 4.3. */
static const struct view file_signature = VIEW("PK\3\4");
static const struct view entry_signature = VIEW("PK\1\2");
static const struct view end_signature = VIEW("PK\5\6");

/* The end of the directory and the longest comment behind it (4.3.16). */
enum { END_WITHIN = 22 + 65535 };

struct unpacking {
	zip_t *zip;
	struct text bytes;
	size_t left;   /* octets that may still be unpacked */
	size_t packed; /* octets of the archive that may still be read */
	archive_on_entry *on_entry;
	void *arg;
	struct err *e;
};

bool
archive_is(struct view bytes)
{
	return view_equal(view_part(bytes, 0, 4), file_signature) ||
	    view_equal(view_part(bytes, 0, 4), end_signature);
}

static size_t
count(struct view bytes, struct view signature)
{
	size_t found = 0, at;

	while ((at = view_find(bytes, signature)) != VIEW_NONE) {
		found++;
		bytes = view_part(bytes, at + signature.size, VIEW_NONE);
	}
	return found;
}

static int
check_directory(struct view bytes, struct err *e)
{
	size_t from = bytes.size > END_WITHIN ? bytes.size - END_WITHIN : 0;

	if (count(bytes, entry_signature) > LIMIT_ARCHIVE_ENTRIES)
		return err_set(e, "more than %d files in the archive",
		    LIMIT_ARCHIVE_ENTRIES);
	if (count(view_part(bytes, from, VIEW_NONE), end_signature) > 1)
		return err_set(e, "an archive with more than one directory");
	return 0;
}

/* The list that the file is, by the last part of its name, or NULL. */
static const char *
list_of(const char *path)
{
	struct view name = view_of(path);
	size_t slash;

	while ((slash = view_find_byte(name, '/')) != VIEW_NONE)
		name = view_part(name, slash + 1, VIEW_NONE);
	for (size_t i = 0; i < COUNT(lists); i++)
		if (view_equal_nocase(name, view_of(lists[i])))
			return lists[i];
	return NULL;
}

/* What can be said of a file before it is unpacked. */
static int
check_file(struct unpacking *u, zip_uint64_t index, const char *name)
{
	const zip_uint64_t needed = ZIP_STAT_COMP_METHOD | ZIP_STAT_COMP_SIZE |
	    ZIP_STAT_ENCRYPTION_METHOD;
	zip_stat_t is;

	if (zip_stat_index(u->zip, index, 0, &is) < 0 ||
	    (is.valid & needed) != needed)
		return err_set(u->e, "%s: damaged", name);
	if (is.encryption_method != ZIP_EM_NONE)
		return err_set(u->e, "%s: encrypted", name);
	if (is.comp_method != ZIP_CM_STORE && is.comp_method != ZIP_CM_DEFLATE)
		return err_set(u->e, "%s: packed in an unusual way (%u)", name,
		    is.comp_method);
	/* Octets can be packed into nothing, and be shared by many files. */
	if (is.comp_size > u->packed)
		return err_set(u->e, "%s: damaged (files overlap)", name);
	u->packed -= is.comp_size;
	return 0;
}

/* Fills u->bytes, unless it is more than they may hold. */
static int
read_file(struct unpacking *u, zip_file_t *file, const char *name)
{
	size_t room = u->left < LIMIT_ARCHIVE_FILE_SIZE
	    ? u->left
	    : LIMIT_ARCHIVE_FILE_SIZE;
	char block[16384];
	zip_int64_t got;

	text_clear(&u->bytes);
	while ((got = zip_fread(file, block, sizeof(block))) > 0) {
		if ((size_t)got > room - u->bytes.size)
			return err_set(u->e,
			    "%s: unpacks to more than %d octets, or with the "
			    "others to more than %d",
			    name, LIMIT_ARCHIVE_FILE_SIZE, LIMIT_ARCHIVE_SIZE);
		text_add(&u->bytes, (struct view){ block, (size_t)got });
	}
	if (got < 0)
		return err_set(u->e, "%s: damaged (%s)", name,
		    zip_file_strerror(file));
	if (!text_ok(&u->bytes))
		return err_set(u->e, "%s: out of memory", name);
	u->left -= u->bytes.size;
	return 0;
}

static int
unpack(struct unpacking *u, zip_uint64_t index, const char *name)
{
	zip_file_t *file;
	int result;

	if (check_file(u, index, name) < 0)
		return -1;
	file = zip_fopen_index(u->zip, index, 0);
	if (file == NULL)
		return err_set(u->e, "%s: damaged (%s)", name,
		    zip_strerror(u->zip));
	result = read_file(u, file, name);
	zip_fclose(file);
	if (result == 0)
		result = u->on_entry(u->arg, name, text_view(&u->bytes));
	return result;
}

static int
unpack_lists(struct unpacking *u)
{
	zip_int64_t entries = zip_get_num_entries(u->zip, 0);
	bool any = false;

	for (zip_int64_t i = 0; i < entries; i++) {
		const char *path =
		    zip_get_name(u->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		const char *name = path == NULL ? NULL : list_of(path);

		if (name != NULL && unpack(u, (zip_uint64_t)i, name) < 0)
			return -1;
		any |= name != NULL;
	}
	return any ? 0
		   : err_set(u->e,
			 "an archive without Connections.csv or another list "
			 "of LinkedIn's");
}

static zip_t *
open_archive(struct view bytes, struct err *e)
{
	zip_error_t error;
	zip_source_t *source;
	zip_t *zip = NULL;

	zip_error_init(&error);
	source = zip_source_buffer_create(bytes.data, bytes.size, 0, &error);
	if (source != NULL)
		zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	if (zip == NULL) {
		err_set(e, "a damaged archive (%s)",
		    zip_error_strerror(&error));
		zip_source_free(source);
	}
	zip_error_fini(&error);
	return zip;
}

int
archive_read(struct view bytes, archive_on_entry *on_entry, void *arg,
    struct err *e)
{
	struct unpacking u = { .bytes = TEXT_INIT(LIMIT_ARCHIVE_FILE_SIZE),
		.left = LIMIT_ARCHIVE_SIZE,
		.packed = bytes.size,
		.on_entry = on_entry,
		.arg = arg,
		.e = e };
	int result;

	if (check_directory(bytes, e) < 0)
		return -1;
	u.zip = open_archive(bytes, e);
	if (u.zip == NULL)
		return -1;
	result = unpack_lists(&u);
	zip_discard(u.zip);
	text_free(&u.bytes);
	return result;
}
