// SPDX-License-Identifier: BSD-2-Clause
/*
 * authres.h - an Authentication-Results field taken apart (RFC 8601, 2.2).
 *
 * Says what is written there, and believes nothing: results.h does that.
 * Pure; any thread.
 */
#ifndef MAIL_AUTHRES_H
#define MAIL_AUTHRES_H

#include <stdbool.h>

#include "base/pool.h"
#include "base/view.h"

/* "header.d=example.org"; a name without ptype has an empty one. */
struct authres_property {
	struct view ptype, name; /* small letters */
	/* What was quoted without its quotes; "a b"@example.org with them. */
	struct view value;
};

/* "dkim=pass reason=... header.d=..." */
struct authres_result {
	struct view method, result; /* small letters */
	unsigned long version;      /* of the method; 1 where none is given */
	const struct authres_property *property;
	size_t properties;
};

struct authres {
	struct view id;        /* authserv-id; empty: none, as Exchange does */
	struct view job;       /* "host/job", as OpenDKIM may write; or empty */
	unsigned long version; /* 1 where none is given */
	const struct authres_result *result;
	size_t results; /* 0: "none" */
};

/*
 * Reads a field's raw value, which may have folds; what is found lives in p.
 * Returns 0, or -1 and *why, a few words that need no freeing, where
 *   - the grammar is broken: nothing of such a field may be used.  Let pass is
 *     only what is common and cannot be misread: characters in a value that
 *     should have been quoted, a name without ptype, a semicolon at the end;
 *   - a comment touches a value, where readers differ on where it ends, or
 *     begins;
 *   - a value is missing where another property follows, which would be it;
 *   - a result has a property twice;
 *   - it is larger than LIMIT_RESULTS_SIZE or has more than LIMIT_RESULTS
 *     results, or one with more than LIMIT_RESULT_PROPERTIES properties;
 *   - memory is used up, as pool_ok() tells as well.
 * Of such a field id and job are there if they could be read.
 */
int authres_read(struct pool *p, struct view raw, struct authres *out,
    const char **why);

/* The value of a result's property, or an empty view. */
struct view authres_value(const struct authres_result *r, struct view ptype,
    struct view name);

#endif
