// SPDX-License-Identifier: BSD-2-Clause
/*
 * condition.h - what a rule asks of a request, compiled.
 *
 * Of rules.c; nobody else needs it.  Each condition is a row of one table in
 * condition.c: its name, how its values are read and compared, and what they
 * are compared with.
 */
#ifndef POLICY_CONDITION_H
#define POLICY_CONDITION_H

#include "base/pool.h"
#include "base/tree.h"
#include "policy/rules.h"

struct condition_kind;
struct condition_value;

struct condition {
	const char *name;
	const struct condition_kind *kind;
	struct condition_value *value; /* any of them will do */
	size_t values;
	uint32_t choices; /* bits, of kinds with a fixed list of words */
};

/* What a condition says about a mail, for DESIGN, section 4. */
enum condition_weight {
	CONDITION_EVIDENCE, /* says something of its own */
	CONDITION_NAMES,    /* who it seems to be from, by a name alone */
	CONDITION_SCOPE     /* whose, or which part of the mail at all */
};

/* How many there are, and their names in the order in which they are asked. */
enum { CONDITIONS = 22 };
const char *condition_name(size_t index);

/* The list that row asks for; MY_LISTS: none. */
enum my_list condition_my_list(size_t index);

/*
 * Compiles a setting of the name of row index; values live in p, except for
 * patterns, of which *patterns more may be compiled.  0, or -1 and e
 * ("FILE:LINE: name: ..."); condition_free() is due in either case.
 */
int condition_compile(size_t index, const struct tree *at, struct pool *p,
    size_t *patterns, struct condition *c, struct err *e);
void condition_free(struct condition *c);

/* Whether the facts say what it asks for: rules_facts.untold. */
bool condition_is_told(const struct condition *c,
    const struct rules_facts *facts);

/* Adds to run->pattern_errors; a pattern that fails does not match. */
bool condition_matches(const struct condition *c,
    const struct rules_facts *facts, struct rules_run *run);

enum condition_weight condition_weigh(const struct condition *c);

#endif
