// SPDX-License-Identifier: BSD-2-Clause
/*
 * site.h - the site's whole set-up as one immutable snapshot.
 *
 * Settings, packs, routes, user map and internal hosts are loaded and checked
 * together.  A transaction holds the snapshot it began with, so one message is
 * always decided by one set; a reload builds a new one and only then swaps,
 * and the last user frees the old.
 */
#ifndef DAEMON_SITE_H
#define DAEMON_SITE_H

#include <stdbool.h>

#include "base/digest.h"
#include "base/err.h"
#include "daemon/conf.h"
#include "daemon/folders.h"
#include "daemon/hosts.h"
#include "policy/route.h"
#include "policy/users.h"
#include "recognise/pack.h"

/* Where a set-up comes from, the same at each reload; strings are borrowed. */
struct site_source {
	const char *conf;  /* path of the settings; "" for the defaults */
	const char *packs; /* in place of the setting, or NULL */
	bool dry_run;      /* whatever the setting says */
	bool settle;       /* users' files that are being written: see
			      folders_settle() */
};

struct site {
	struct site_source source;
	struct conf *conf;
	struct packs packs;
	struct routes *routes;
	struct users_map *users;
	struct hosts *internal;
	char *host;              /* reply.host, or the host's own name */
	struct folders *folders; /* a cache: the one part that changes */
	unsigned holders;        /* of site.c alone */
	/* Of the settings, packs and aliases that were read: another process
	   that reads the same ones gets the same. */
	char fingerprint[DIGEST_HEX_SIZE];
};

/*
 * Loads and checks everything.  NULL and e on any error.  The caller holds it
 * and gives it back with site_drop().
 */
struct site *site_load(const struct site_source *source, struct err *e);

/*
 * Whether the settings can be read at all: after a failure of site_load(),
 * what was wrong was in them or in what they name.
 */
bool site_settings_readable(const struct site_source *source);

/* The host in records and Message-IDs; the caller frees it.  NULL: no memory.
 */
char *site_host_name(const struct conf *c);

/* One more, or one less, holder; any thread.  NULL is fine for site_drop(). */
struct site *site_hold(struct site *s);
void site_drop(struct site *s);

/* The place where threads find the snapshot in force. */
struct site_slot;

/* Takes over the caller's hold on s.  NULL without memory. */
struct site_slot *site_slot_new(struct site *s);
void site_slot_free(struct site_slot *slot);

/* The one in force, held for the caller.  Any thread. */
struct site *site_current(struct site_slot *slot);

/* Puts s in force, taking over the caller's hold.  Any thread. */
void site_replace(struct site_slot *slot, struct site *s);

#endif
