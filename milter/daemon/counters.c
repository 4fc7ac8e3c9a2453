// SPDX-License-Identifier: BSD-2-Clause
/*
 * counters.c - what is counted while the filter runs.
 */
#include "daemon/counters.h"

#include <stdatomic.h>
#include <sys/mman.h>

#include "mail/auth.h"

/* A process that counts must never wait for one that died while it did. */
_Static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "atomics of 64 bits have locks");

struct counters {
	int64_t start_ms;
	_Atomic uint64_t of[COUNTER_COUNT][COUNTER_VALUES];
	_Atomic uint64_t took[COUNTER_BOUNDS + 1];
	_Atomic uint64_t took_us;
};

static const struct row {
	const char *name;
	bool grows;
	enum counter_labels labels;
	const char *says;
} rows[] = {
#define COUNTER_ROW(constant, name, grows, labels, says) \
	{ name, grows, labels, says },
	COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
};

#define WORD(constant, word, more) word,
static const char *const actions[] = { PLAN_ACTIONS(WORD) };
#undef WORD
static const char *const ends[] = { "queued", "not-queued", "sent", "later",
	"failed", "cancelled", "bounced" };
static const char *const processes[] = { "filter", "sender" };
static const char *const kinds[] = { "user", "route" };
static const char *const files[] = { "broken", "kept", "lines" };
static const char *const results[] = { "taken", "refused" };

/* Words that another module has. */
static const char *
type_word(unsigned label)
{
	return request_type_name((enum request_type)label);
}

static const char *
trust_word(unsigned label)
{
	return auth_trust_name((enum trust)label);
}

static const char *
why_word(unsigned label)
{
	return plan_reason_name((enum plan_reason)label);
}

#define LIST(words) words, NULL, sizeof(words) / sizeof((words)[0])

static const struct {
	const char *name;
	const char *const *words; /* or */
	const char *(*word)(unsigned label);
	unsigned count;
} labels[COUNTER_LABELS] = {
	[LABEL_NONE] = { NULL, NULL, NULL, 1 },
	[LABEL_TYPE] = { "type", NULL, type_word, REQUEST_TYPE_COUNT },
	[LABEL_TRUST] = { "trust", NULL, trust_word, TRUST_FORGED + 1 },
	[LABEL_ACTION] = { "action", LIST(actions) },
	[LABEL_WHY] = { "why", NULL, why_word, PLAN_REASON_COUNT },
	[LABEL_END] = { "end", LIST(ends) },
	[LABEL_PROCESS] = { "process", LIST(processes) },
	[LABEL_KIND] = { "kind", LIST(kinds) },
	[LABEL_FILES] = { "files", LIST(files) },
	[LABEL_RESULT] = { "result", LIST(results) },
};

static const int64_t bounds_us[COUNTER_BOUNDS] = COUNTER_BOUNDS_US;
static const char *const bounds[COUNTER_BOUNDS + 1] = { "0.001", "0.0025",
	"0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5",
	"10", "+Inf" };

struct counters *
counters_new(int64_t start_ms)
{
	static const enum counter up[] = { COUNT_STORE_UP, COUNT_AUDIT_UP,
		COUNT_NAME_SERVERS_UP };
	struct counters *c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (c == MAP_FAILED)
		return NULL;
	c->start_ms = start_ms;
	for (size_t i = 0; i < sizeof(up) / sizeof(up[0]); i++)
		for (unsigned k = 0; k < counter_values(up[i]); k++)
			counters_set(c, up[i], k, 1);
	return c;
}

void
counters_free(struct counters *c)
{
	if (c != NULL)
		munmap(c, sizeof(*c));
}

void
counters_add(struct counters *c, enum counter which, unsigned label,
    uint64_t count)
{
	if (c != NULL && label < counter_values(which))
		atomic_fetch_add_explicit(&c->of[which][label], count,
		    memory_order_relaxed);
}

void
counters_set(struct counters *c, enum counter which, unsigned label,
    uint64_t value)
{
	if (c != NULL && label < counter_values(which))
		atomic_store_explicit(&c->of[which][label], value,
		    memory_order_relaxed);
}

void
counters_took(struct counters *c, int64_t took_us)
{
	unsigned bucket = 0;

	if (c == NULL)
		return;
	if (took_us < 0)
		took_us = 0;
	while (bucket < COUNTER_BOUNDS && took_us > bounds_us[bucket])
		bucket++;
	atomic_fetch_add_explicit(&c->took[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&c->took_us, (uint64_t)took_us,
	    memory_order_relaxed);
}

static uint64_t
load(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

void
counters_read(const struct counters *c, struct figures *f)
{
	*f = (struct figures){ .start_ms = c->start_ms };
	for (int i = 0; i < COUNTER_COUNT; i++)
		for (unsigned k = 0; k < counter_values((enum counter)i); k++)
			f->of[i][k] = load(&c->of[i][k]);
	for (int i = 0; i <= COUNTER_BOUNDS; i++)
		f->took[i] = load(&c->took[i]);
	f->took_us = load(&c->took_us);
}

const char *
counter_name(enum counter which)
{
	return rows[which].name;
}

bool
counter_grows(enum counter which)
{
	return rows[which].grows;
}

const char *
counter_says(enum counter which)
{
	return rows[which].says;
}

const char *
counter_label(enum counter which)
{
	return labels[rows[which].labels].name;
}

unsigned
counter_values(enum counter which)
{
	return labels[rows[which].labels].count;
}

const char *
counter_value(enum counter which, unsigned label)
{
	enum counter_labels of = rows[which].labels;

	return labels[of].words != NULL ? labels[of].words[label]
	    : labels[of].word != NULL   ? labels[of].word(label)
					: "";
}

const char *
counter_bound(unsigned bucket)
{
	return bounds[bucket];
}

int64_t
counter_bound_us(unsigned bucket)
{
	return bucket < COUNTER_BOUNDS ? bounds_us[bucket] : INT64_MAX;
}
