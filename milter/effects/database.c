// SPDX-License-Identifier: BSD-2-Clause
/*
 * database.c - one SQLite file, shared by the processes of a host.
 *
 * The file is never opened but by SQLite: closing another descriptor of it
 * would drop the locks of this process (POSIX).
 */
#include "effects/database.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

/* Patience with another process, and as much with the other threads. */
enum { BUSY_MS = 1000 };

/* What database_begin() says when there is nothing to be unlocked. */
enum { NOT_LOCKED = -2 };

static const char settings[] = "PRAGMA journal_mode = TRUNCATE;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA temp_store = MEMORY;";

struct database {
	pthread_mutex_t lock;
	sqlite3 *connection;
	sqlite3_stmt **statement;
	size_t statements;
	char *path;
};

/* Why the last call of the library failed.  Returns -1. */
static int
fail(const struct database *d, struct err *e)
{
	return err_set(e, "%s: %s", d->path,
	    d->connection == NULL ? "out of memory"
				  : sqlite3_errmsg(d->connection));
}

/* Statements outside the list. */
static int
execute(struct database *d, const char *sql, struct err *e)
{
	if (sqlite3_exec(d->connection, sql, NULL, NULL, NULL) != SQLITE_OK)
		return fail(d, e);
	return 0;
}

static int
execute_number(struct database *d, const char *sql, int64_t *number,
    struct err *e)
{
	sqlite3_stmt *statement = NULL;
	int result = 0;

	if (sqlite3_prepare_v2(d->connection, sql, -1, &statement, NULL) ==
		SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	else
		result = fail(d, e);
	sqlite3_finalize(statement);
	return result;
}

/*
 * A file that root makes is for the daemon, whose folder it is in: else a
 * look with the tool before the daemon's first start would lock it out.
 */
static int
give_to_owner_of_folder(const char *path)
{
	char *folder;
	struct stat st;
	int result;

	if (geteuid() != 0)
		return 0;
	folder = strndup(path, (size_t)(strrchr(path, '/') - path) + 1);
	if (folder == NULL)
		return -1;
	result = stat(folder, &st);
	free(folder);
	return result < 0 ? -1 : lchown(path, st.st_uid, st.st_gid);
}

/*
 * Makes the file if it is missing, with its mode whatever the umask and
 * without opening it, and refuses one that others may read.
 */
static int
check_file(const char *path, struct err *e)
{
	const mode_t mode = S_IRUSR | S_IWUSR;
	struct stat st;

	if (path[0] != '/')
		return err_set(e, "%s: not an absolute path", path);
	if (mknod(path, S_IFREG | mode, 0) == 0) {
		if (chmod(path, mode) < 0 || give_to_owner_of_folder(path) < 0)
			return err_sys(e, errno, "%s", path);
	} else if (errno != EEXIST) {
		return err_sys(e, errno, "%s", path);
	}
	if (stat(path, &st) < 0)
		return err_sys(e, errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, "%s: not a regular file", path);
	if ((st.st_mode & 07777) != mode)
		return err_set(e, "%s: mode %04o refused, it must be %04o",
		    path, (unsigned)st.st_mode & 07777, (unsigned)mode);
	return 0;
}

/* An empty file becomes one of ours. */
static int
make_schema(struct database *d, const struct database_layout *layout,
    struct err *e)
{
	char ids[100];

	snprintf(ids, sizeof(ids),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d;",
	    layout->application, layout->version);
	return execute(d, layout->schema, e) < 0 ? -1 : execute(d, ids, e);
}

static int
check_schema(struct database *d, const struct database_layout *layout,
    struct err *e)
{
	int64_t application = 0, version = 0, tables = 0;

	if (execute_number(d, "PRAGMA application_id", &application, e) < 0 ||
	    execute_number(d, "PRAGMA user_version", &version, e) < 0 ||
	    execute_number(d, "SELECT count(*) FROM sqlite_schema", &tables,
		e) < 0)
		return -1;
	if (application == 0 && version == 0 && tables == 0)
		return make_schema(d, layout, e);
	if (application != layout->application)
		return err_set(e, "%s: another program's database", d->path);
	if (version < layout->version)
		return err_set(e,
		    "%s: schema %" PRId64 ", made by an older version; this "
		    "one needs %d: move the file away, and a new one is begun",
		    d->path, version, layout->version);
	if (version > layout->version)
		return err_set(e,
		    "%s: schema %" PRId64 ", made by a newer version;"
		    " this one knows %d",
		    d->path, version, layout->version);
	return 0;
}

static int
prepare(struct database *d, const struct database_layout *layout, struct err *e)
{
	d->statement = calloc(layout->statements, sizeof(sqlite3_stmt *));
	if (d->statement == NULL)
		return err_sys(e, errno, "%s", d->path);
	d->statements = layout->statements;
	for (size_t i = 0; i < d->statements; i++)
		if (sqlite3_prepare_v3(d->connection, layout->statement[i], -1,
			SQLITE_PREPARE_PERSISTENT, &d->statement[i],
			NULL) != SQLITE_OK)
			return fail(d, e);
	return 0;
}

static int
connect(struct database *d, const struct database_layout *layout, struct err *e)
{
	if (sqlite3_open_v2(d->path, &d->connection,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(d->connection, BUSY_MS) != SQLITE_OK)
		return fail(d, e);
	if (execute(d, settings, e) < 0 || execute(d, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	if (check_schema(d, layout, e) < 0) {
		execute(d, "ROLLBACK", NULL);
		return -1;
	}
	return execute(d, "COMMIT", e) < 0 ? -1 : prepare(d, layout, e);
}

struct database *
database_open(const char *path, const struct database_layout *layout,
    struct err *e)
{
	struct database *d;

	if (check_file(path, e) < 0)
		return NULL;
	d = calloc(1, sizeof(*d));
	if (d == NULL || (d->path = strdup(path)) == NULL) {
		err_sys(e, errno, "%s", path);
		free(d);
		return NULL;
	}
	pthread_mutex_init(&d->lock, NULL);
	if (connect(d, layout, e) < 0) {
		database_close(d);
		return NULL;
	}
	return d;
}

void
database_close(struct database *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->statements; i++)
		sqlite3_finalize(d->statement[i]);
	sqlite3_close(d->connection);
	pthread_mutex_destroy(&d->lock);
	free(d->statement);
	free(d->path);
	free(d);
}

/* The thread that has it may be waiting for another process. */
static int
lock(struct database *d, struct err *e)
{
	/* The lock wants the system's own time. */
	int64_t until_ms = clock_wall_ms(&clock_system) + BUSY_MS;
	const struct timespec until = { .tv_sec = until_ms / 1000,
		.tv_nsec = (long)(until_ms % 1000) * 1000000 };
	int code = pthread_mutex_timedlock(&d->lock, &until);

	return code == 0 ? 0 : err_sys(e, code, "%s", d->path);
}

int
database_begin(struct database *d, struct err *e)
{
	if (lock(d, e) < 0)
		return NOT_LOCKED;
	return execute(d, "BEGIN IMMEDIATE", e);
}

int
database_end(struct database *d, int result, struct err *e)
{
	if (result == NOT_LOCKED)
		return -1;
	if (result >= 0 && execute(d, "COMMIT", e) < 0)
		result = -1;
	if (!sqlite3_get_autocommit(d->connection))
		execute(d, "ROLLBACK", NULL);
	pthread_mutex_unlock(&d->lock);
	return result;
}

static int
bind(sqlite3_stmt *statement, int at, const struct database_value *value)
{
	const char *data = value->bytes.size == 0 ? "" : value->bytes.data;

	switch (value->kind) {
	case DATABASE_NUMBER:
		return sqlite3_bind_int64(statement, at, value->number);
	case DATABASE_BLOB:
		return sqlite3_bind_blob64(statement, at, data,
		    value->bytes.size, SQLITE_STATIC);
	default:
		return sqlite3_bind_text64(statement, at, data,
		    value->bytes.size, SQLITE_STATIC, SQLITE_UTF8);
	}
}

/* Lets go of what was bound, which SQLite has not copied. */
static void
finish(sqlite3_stmt *statement)
{
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
}

int
database_each(struct database *d, size_t index,
    const struct database_value *value, size_t count,
    const struct database_reader *reader, struct err *e)
{
	sqlite3_stmt *statement = d->statement[index];
	int code = SQLITE_OK, result = -1;

	for (size_t i = 0; i < count && code == SQLITE_OK; i++)
		code = bind(statement, (int)i + 1, &value[i]);
	if (code == SQLITE_OK)
		code = sqlite3_step(statement);
	for (; code == SQLITE_ROW; code = sqlite3_step(statement))
		if (reader->on_row(reader->arg,
			(struct database_row *)statement, e) < 0) {
			err_in(e, "%s", d->path);
			goto out;
		}
	result = code == SQLITE_DONE ? 0 : fail(d, e);
out:
	finish(statement);
	return result;
}

static int
no_row(void *arg, struct database_row *row, struct err *e)
{
	(void)arg;
	(void)row;
	return err_set(e, "a row that nobody asked for");
}

int
database_run(struct database *d, size_t index,
    const struct database_value *value, size_t count, struct err *e)
{
	static const struct database_reader reader = { no_row, NULL };

	return database_each(d, index, value, count, &reader, e);
}

static int
one_number(void *arg, struct database_row *row, struct err *e)
{
	(void)e;
	*(int64_t *)arg = database_row_number(row, 0);
	return 0;
}

int
database_number(struct database *d, size_t index,
    const struct database_value *value, size_t count, int64_t *number,
    struct err *e)
{
	const struct database_reader reader = { one_number, number };

	return database_each(d, index, value, count, &reader, e);
}

int64_t
database_row_number(struct database_row *row, int column)
{
	return sqlite3_column_int64((sqlite3_stmt *)row, column);
}

struct view
database_row_bytes(struct database_row *row, int column)
{
	sqlite3_stmt *statement = (sqlite3_stmt *)row;
	const char *data = sqlite3_column_blob(statement, column);

	return (struct view){ data,
		(size_t)sqlite3_column_bytes(statement, column) };
}

int64_t
database_changed(const struct database *d)
{
	return sqlite3_changes(d->connection);
}
