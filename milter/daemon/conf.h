// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf.h - the site's settings (rsvp-milter.conf(5)).
 *
 * One table in conf.c drives parsing, defaults, ranges, units, "rsvpctl conf"
 * and the test that the manual names each of them.  A parsed set never
 * changes and is shared by all threads.
 */
#ifndef DAEMON_CONF_H
#define DAEMON_CONF_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/text.h"
#include "base/view.h"

struct conf_list {
	const struct view *item;
	size_t count;
};

enum conf_on_failure { CONF_ACCEPT, CONF_TEMPFAIL };
enum conf_fallback { CONF_TAG_ONLY, CONF_LEAVE };
enum conf_names { CONF_NAMES_KEEP, CONF_NAMES_HASH };
enum conf_notices { CONF_NOTICES_OFF, CONF_NOTICES_DAILY };
enum conf_dkim { CONF_DKIM_VERIFY, CONF_DKIM_OFF };
enum conf_drafts { CONF_DRAFTS_OFF, CONF_DRAFTS_EACH, CONF_DRAFTS_DAILY };
enum conf_sender { CONF_SENDER_NULL, CONF_SENDER_USER };
enum conf_forged { CONF_FORGED_TAG, CONF_FORGED_QUARANTINE, CONF_FORGED_NONE };

/* Strings are NUL-terminated and never NULL; "" means not set. */
struct conf {
	struct pool *pool; /* everything lives here */
	const char *file;  /* where it was read; "" for the defaults */
	int *line;         /* of each setting, as conf_name() counts; 0: its
			      default */

	const char *socket, *socket_group;
	mode_t socket_mode;
	const char *user, *pid_file;
	int on_failure; /* enum conf_on_failure */
	bool dry_run;
	const char *packs, *templates, *policies;
	struct conf_list internal_hosts;
	struct {
		struct conf_list domains;
		const char *dir, *aliases, *extension;
		int fallback; /* enum conf_fallback */
		bool split, learn, digests;
		int64_t cache; /* folders kept in memory */
		int notices;   /* enum conf_notices */
		const char *postmaster;
	} users;
	struct {
		int dkim; /* enum conf_dkim */
		const char *keys;
		struct conf_list authserv_ids;
		int forged; /* enum conf_forged */
	} trust;
	struct {
		bool enabled;
		int drafts;    /* enum conf_drafts */
		int digest_at; /* minute of the day, local time */
		struct conf_list routes;
		int64_t hold_ms, period_ms, expires_ms;
		int64_t per_user_day, per_site_hour;
		int64_t user_refusals, route_refusals, refusals_period_ms;
		const char *transport, *sendmail, *host, *stop_file;
		int sender; /* enum conf_sender */
	} reply;
	const char *state;
	struct {
		int name; /* enum held_mta_kind */
		const char *config, *programs, *qtool;
	} mta;
	struct {
		const char *file, *syslog, *syslog_name;
		int names; /* enum conf_names */
	} audit;
	struct {
		const char *socket, *group;
	} control;
};

/*
 * Parses bytes; what they do not set has its default.  NULL and e
 * ("FILE:LINE: ...") for an unknown name, a wrong type, a value out of range
 * or settings that contradict each other.  The caller frees it.
 */
struct conf *conf_parse(struct view bytes, const char *file, struct err *e);

/* The same for a file.  "" gives the defaults. */
struct conf *conf_load(const char *path, struct err *e);

void conf_free(struct conf *c); /* NULL is fine */

/*
 * Appends a settings file that sets all of them to what they are in c, each
 * behind a comment that says what it is.
 */
void conf_print(const struct conf *c, struct text *out);

/* Names in the order of the table, "reply.hold"; NULL behind the last. */
const char *conf_name(size_t index);

/*
 * Puts "FILE:LINE: NAME: " in front of e, or "NAME: " where the setting has its
 * default.  Returns -1.
 */
int conf_in(const struct conf *c, const char *name, struct err *e);

/*
 * The first setting that differs and takes effect only at a start, or NULL:
 * the running filter may take over b for a.
 */
const char *conf_needs_restart(const struct conf *a, const struct conf *b);

/*
 * Gives all of those settings in c, which nobody else has yet, the values that
 * they have in running.  0, or -1 and e without memory.
 */
int conf_keep_start(struct conf *c, const struct conf *running, struct err *e);

#endif
