// SPDX-License-Identifier: BSD-2-Clause
/*
 * plan.h - what will be done for one recipient, and for the message they
 * share.
 *
 * A plan is data: nothing has happened yet.  Pure; any thread.
 */
#ifndef POLICY_PLAN_H
#define POLICY_PLAN_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/text.h"
#include "base/view.h"

/* One row each: constant, word in rules.conf, whether it takes ":ARGUMENT". */
#define PLAN_ACTIONS(X)                    \
	X(DELIVER, "deliver", false)       \
	X(TAG, "tag", true)                \
	X(FILE, "file", true)              \
	X(QUARANTINE, "quarantine", false) \
	X(DRAFT, "draft", true)            \
	X(REPLY, "reply", true)

#define PLAN_ENUM(constant, word, argument) PLAN_##constant,
enum plan_kind { PLAN_ACTIONS(PLAN_ENUM) PLAN_KIND_COUNT };
#undef PLAN_ENUM

struct action {
	enum plan_kind kind;
	struct view argument; /* tag word, folder, template; or empty */
};

/* Why a plan is what it is; the words of the log. */
#define PLAN_REASONS(X)                                                       \
	X(NO_RULE, "no-rule") /* nothing matched: deliver */                  \
	X(RULE, "rule")                                                       \
	X(NO_USER, "no-user")       /* the recipient is nobody's here */      \
	X(NO_NETWORK, "no-network") /* not a mail of a network: left alone */ \
	X(TAG_ONLY, "tag-only")     /* no rules, or broken ones: tag only */  \
	X(NEVER_HELD, "never-held") /* security mail: hold taken off */

#define PLAN_REASON_ENUM(constant, word) PLAN_##constant,
enum plan_reason { PLAN_REASONS(PLAN_REASON_ENUM) PLAN_REASON_COUNT };
#undef PLAN_REASON_ENUM

struct plan {
	struct view rule; /* its name; empty for every reason but RULE and
			     NEVER_HELD */
	int rule_line;
	enum plan_reason why;
	struct action action[LIMIT_ACTIONS];
	size_t actions;
};

/*
 * Reads "tag:Recruiter" as a rule has it; the argument is borrowed from words.
 * -1 and e for an unknown action, or an argument that cannot be one: a tag is
 * letters, digits and "_-." (LIMIT_TAG_SIZE), a folder UTF-8 without controls
 * or ".." (LIMIT_FOLDER_SIZE), a template [a-z0-9-]+
 * (LIMIT_TEMPLATE_NAME_SIZE).
 */
int plan_action_parse(struct view words, struct action *a, struct err *e);

/*
 * 0, or -1 and e where two actions of a rule do not go together: "deliver" or
 * an answer with "quarantine", two answers, two folders, the same one twice.
 */
int plan_check(const struct plan *p, struct err *e);

/* The first action of that kind, or NULL. */
const struct action *plan_find(const struct plan *p, enum plan_kind kind);

/* Appends "tag:Recruiter" and its like. */
void plan_action_words(const struct action *a, struct text *words);

const char *plan_reason_name(enum plan_reason why);

/*
 * What the recipients share: the message is one, so it is held only if every
 * plan holds it, and carries a tag or a folder only if every plan has it.
 */
struct plan_shared {
	bool quarantine;
	struct view tag[LIMIT_ACTIONS];
	size_t tags;
	struct view folder; /* empty: none, or they differ */
};

void plan_share(const struct plan *plan, size_t count,
    struct plan_shared *shared);

/*
 * Whether one recipient's action is done to the message they share.  What is
 * no change to it, an answer for instance, has nothing to be shared.
 */
bool plan_is_shared(const struct plan_shared *shared, const struct action *a);

#endif
