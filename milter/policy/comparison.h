// SPDX-License-Identifier: BSD-2-Clause
/*
 * comparison.h - how the values of conditions are read and compared.
 *
 * Of condition.c; nobody else needs it.
 */
#ifndef POLICY_COMPARISON_H
#define POLICY_COMPARISON_H

#include "policy/condition.h"

/*
 * How values are read and compared.  read() makes one value of a setting;
 * matches() asks whether any of a condition's values fits the facts.
 */
struct comparison {
	int (*read)(const struct condition_kind *kind, const struct tree *at,
	    struct pool *p, struct condition_value *value, struct err *e);
	bool (*matches)(const struct condition *c,
	    const struct rules_facts *facts, struct rules_run *run);
};

/* Each compares what one member of struct condition_kind gives. */
extern const struct comparison comparison_pattern; /* text */
extern const struct comparison comparison_word;    /* has */
extern const struct comparison comparison_number;  /* number */
extern const struct comparison comparison_choice;  /* choice, one of a list */
extern const struct comparison comparison_truth;   /* choice, 0 or 1 */

/* A row of the table in condition.c. */
struct condition_kind {
	const char *name;
	enum condition_weight weight;
	unsigned untold; /* the bit of rules_facts.untold; 0: always told */
	const struct comparison *comparison;
	struct view (*text)(const struct rules_facts *f);
	bool (*has)(const struct rules_facts *f, struct view word);
	bool (*number)(const struct rules_facts *f, int64_t *number);
	unsigned (*choice)(const struct rules_facts *f);
	/* The list, and the bits that one of it stands for when alone. */
	unsigned choices;
	const char *(*word)(unsigned choice);
	uint32_t (*alone)(unsigned choice);
};

struct condition_value {
	struct view word;
	struct regex *pattern;
	int64_t least, most;
	uint32_t choices; /* bits */
};

#define CHOICE_BIT(choice) ((uint32_t)1 << (choice))

#endif
