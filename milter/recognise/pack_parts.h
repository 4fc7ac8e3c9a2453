// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_parts.h - what a compiled pack consists of.
 *
 * For the files of this folder only: pack*.c make it, reading.c, fields.c and
 * recognise.c read it.  The language itself is in rsvp-packs(5).
 *
 * The one idea behind the speed: a pattern on a signal is a "test", equal
 * tests are stored once, and each is asked at most once for a message.  A
 * thousand rules that want the same sender ask for it once.
 */
#ifndef RECOGNISE_PACK_PARTS_H
#define RECOGNISE_PACK_PARTS_H

#include "base/pool.h"
#include "base/tree.h"
#include "recognise/literal.h"
#include "recognise/pack.h"
#include "recognise/regex.h"
#include "recognise/request.h"

/*
 * What patterns look at.  One row each: constant, name in packs, words for
 * evidence, and about how much text it is, so that the cheap question comes
 * first.
 */
#define SIGNALS(X)                                           \
	X(SENDER, "sender", "From address", 1)               \
	X(DISPLAY, "display", "From name", 1)                \
	X(ENVELOPE, "envelope", "envelope sender", 1)        \
	X(SUBJECT, "subject", "subject", 1)                  \
	X(HTML_LANG, "html_lang", "language of the HTML", 1) \
	X(PLAIN, "plain", "plain text", 3)                   \
	X(HTML, "html", "HTML text", 3)                      \
	X(BODY, "body", "body", 4)                           \
	X(LINK, "link", "link", 5)                           \
	X(BELOW_NAME, "below_name", "", 0)                   \
	X(ABOVE_NAME, "above_name", "", 0)                   \
	X(NAME_LINK, "name_link", "", 0)

/* A signal's number; those of the pack follow on SIGNAL_COUNT. */
#define SIGNAL_ENUM(constant, name, words, cost) SIGNAL_##constant,
enum { SIGNALS(SIGNAL_ENUM) SIGNAL_COUNT };
#undef SIGNAL_ENUM

enum {
	/* From here on only "fields" may look, since they ask for a person. */
	SIGNAL_OF_PERSON = SIGNAL_BELOW_NAME,
	SIGNALS_MAX = 64,       /* of one pack, with the ones above */
	SIGNAL_OF_FIELD = 1000, /* plus enum field: what was read already */
	PACK_POOL = 64 * LIMIT_PACK_SIZE
};

/* What can be read out: constant, name of its group, belongs to a person. */
#define FIELDS(X)                     \
	X(NAME, "name", true)         \
	X(GIVEN, "given", true)       \
	X(HEADLINE, "headline", true) \
	X(COMPANY, "company", true)   \
	X(LOCATION, "location", true) \
	X(PROFILE, "profile", true)   \
	X(EMAIL, "email", true)       \
	X(GROUP, "group", false)      \
	X(NOTE, "note", false)        \
	X(LANG, "lang", false)        \
	X(MUTUAL, "mutual", false)    \
	X(ID22, "id22", false)

#define FIELD_ENUM(constant, name, of_person) FIELD_##constant,
enum field { FIELDS(FIELD_ENUM) FIELD_COUNT };
#undef FIELD_ENUM

struct pattern {
	struct regex *regex;
	struct literal literal;
};

struct source {
	struct view header;     /* a field of that name; empty: see on */
	size_t on;              /* an earlier signal */
	struct pattern pattern; /* no regex: the whole value */
	const char *where;      /* for evidence */
};

struct pack_signal {
	struct view name;
	const struct source *source; /* the first that gives a value */
	size_t count;
	unsigned cost;
};

struct test {
	size_t signal;
	struct view text; /* of the pattern, to know it again */
	struct pattern pattern;
};

/* Any of the tests must match; or, of "unless", none may. */
struct condition {
	size_t signal;
	const size_t *test;
	size_t count;
	bool unless;
};

struct conditions {
	struct condition *item; /* cheapest first */
	size_t count;
};

struct rule {
	struct view id; /* "linkedin/template-invite" */
	enum request_type type;
	struct conditions conditions;
	size_t decided_by; /* the signal named first */
};

/* A pattern of "fields", and which field each of its groups is. */
struct extract {
	struct pattern pattern;
	unsigned char field[LIMIT_PATTERN_GROUPS + 1]; /* FIELD_COUNT: none */
};

struct field_rule {
	unsigned long types; /* bit 1 << enum request_type */
	struct conditions conditions;
	size_t on;
	const struct extract *extract; /* the first that matches */
	size_t count;
	bool each;
	unsigned fields;              /* bit 1 << enum field: what it gives */
	struct view set[FIELD_COUNT]; /* constants */
};

struct candidate {
	struct view header; /* empty: the envelope sender */
	const struct view *word;
	size_t words; /* 0: its presence is enough */
};

/* Whoever wants to be taken for the network; without a name nobody does. */
struct imitations {
	struct view name;        /* as it is imitated: "linkedin" */
	struct auth_list except; /* domains that never are; those below too */
	struct auth_list links;  /* where the network's own links lead */
	const struct pattern *display, *wording;
	size_t displays, wordings;
	struct view by_domain, by_display; /* for evidence */
};

/* Where requests of some types are found at the network. */
struct page {
	unsigned long types; /* bit 1 << enum request_type */
	struct view page;
};

struct owned_regex {
	struct regex *regex;
	struct owned_regex *next;
};

struct pack {
	struct pool *pool;
	struct view name;
	const struct tree *named; /* where it says so */
	const struct tree *root;
	struct auth_network network;
	const struct candidate *candidate;
	size_t candidates;
	unsigned long long candidate_sizes; /* bit 1 << size of a name */
	struct pack_signal signal[SIGNALS_MAX];
	size_t signals;  /* with SIGNAL_COUNT built-in ones */
	size_t template; /* the one of that name, or VIEW_NONE */
	struct test *test;
	size_t tests;
	struct conditions every; /* of all rules that do not say otherwise */
	struct rule *rule;
	size_t rules;
	struct field_rule *field;
	size_t fields;
	struct imitations imitations;
	struct page *page; /* the first of its type counts */
	size_t pages;
	struct auth_list sample[PACK_SAMPLES]; /* lists of any strings */
	struct view *boilerplate; /* folded, without a final full stop */
	size_t boilerplates;
	struct owned_regex *owned; /* every pattern, to be freed */
};

/* While a pack is read: what it becomes, and whom an error is about. */
struct loading {
	struct pack *pack;
	struct err *e;
	const struct tree *every;  /* conditions of every rule, or NULL */
	char who[LIMIT_NAME_SIZE]; /* "rule linkedin/x" */
};

/* pack.c: for the other readers. */
int pack_no_memory(const struct loading *l, const struct tree *at);

/* Compiles the pattern that stands at that place; -1 and the error. */
int pack_compile(struct loading *l, const struct tree *at, struct view text,
    struct pattern *to);

/* A new array with the strings at that place. */
int pack_strings(struct loading *l, const struct tree *at,
    const struct view **string, size_t *count);

/* pack_rules.c; the built-in signals come before anything else. */
int pack_add_builtin_signals(struct loading *l, const struct tree *at);
int pack_read_signals(struct loading *l, const struct tree *signals);
int pack_read_rules(struct loading *l, const struct tree *rules);
int pack_read_conditions(struct loading *l, const struct tree *at,
    bool with_every, struct conditions *out);
size_t pack_signal_number(const struct pack *p, const char *name);

/*
 * pack_fields.c.  The bits of the types that a "types" names; all where there
 * is none.
 */
int pack_read_types(struct loading *l, const struct tree *types,
    unsigned long *bits);
int pack_read_fields(struct loading *l, const struct tree *fields);

/* pack_imitations.c */
int pack_read_imitations(struct loading *l, const struct tree *imitations);

/* pack_pages.c */
int pack_read_pages(struct loading *l, const struct tree *pages);

/* pack_sample.c */
int pack_read_sample(struct loading *l, const struct tree *sample);

/* The field of that name, or FIELD_COUNT. */
enum field field_number(const char *name);
bool field_of_person(enum field field);

#endif
