// SPDX-License-Identifier: BSD-2-Clause
/*
 * health.c - whether the figures look as they should.
 */
#include "daemon/health.h"

#include <inttypes.h>
#include <string.h>

#define STEP_US (HEALTH_STEP_S * INT64_C(1000000))

void
health_sample(struct health *h, const struct figures *now, int64_t now_us)
{
	const size_t move = HEALTH_SAMPLES - 1;

	if (now_us < health_due_us(h))
		return;
	if (h->samples == HEALTH_SAMPLES) {
		memmove(h->sample, h->sample + 1, move * sizeof(h->sample[0]));
		memmove(h->at_us, h->at_us + 1, move * sizeof(h->at_us[0]));
		h->samples--;
	}
	h->sample[h->samples] = *now;
	h->at_us[h->samples] = now_us;
	h->samples++;
}

int64_t
health_due_us(const struct health *h)
{
	return h->samples == 0 ? 0 : h->at_us[h->samples - 1] + STEP_US;
}

struct look {
	const struct health *health;
	const struct figures *now;
	struct text *out;
	size_t found;
};

/* How many more there are than an hour ago. */
static uint64_t
of_late(const struct look *l, enum counter which, unsigned label)
{
	uint64_t before =
	    l->health->samples == 0 ? 0 : l->health->sample[0].of[which][label];

	return l->now->of[which][label] - before;
}

static uint64_t
all_of_late(const struct look *l, enum counter which)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < counter_values(which); i++)
		count += of_late(l, which, i);
	return count;
}

/* What should be 1, and what it means if it is not. */
static const struct {
	enum counter which;
	unsigned label;
	const char *says;
} ups[] = {
	{ COUNT_PROCESS_UP, OF_FILTER,
	    "the filter's process does not work: mail passes without it" },
	{ COUNT_PROCESS_UP, OF_SENDER,
	    "the sender's process does not work: nothing is sent" },
	{ COUNT_STORE_UP, OF_FILTER,
	    "the state store did not answer the filter: nobody is counted and "
	    "nothing is answered" },
	{ COUNT_STORE_UP, OF_SENDER,
	    "the state store did not answer the sender: nothing is sent" },
	{ COUNT_AUDIT_UP, OF_FILTER, "the filter cannot write the audit file" },
	{ COUNT_AUDIT_UP, OF_SENDER, "the sender cannot write the audit file" },
	{ COUNT_NAME_SERVERS_UP, 0,
	    "the name servers do not answer: no signature is checked" },
};

/* What should not happen within an hour; all labels together. */
static const struct {
	enum counter which;
	const char *says;
} rises[] = {
	{ COUNT_FAILURES, "messages that the filter itself failed on" },
	{ COUNT_RESTARTS, "times that a process died or could not start" },
	{ COUNT_AUDIT_LOST, "audit records that were lost" },
	{ COUNT_BREAKER_STOPS, "answers that an open breaker stopped" },
};

static void
look_at_drift(struct look *l)
{
	uint64_t drift = of_late(l, COUNT_UNRECOGNISED, 0);
	uint64_t all = all_of_late(l, COUNT_REQUESTS);

	if (drift < HEALTH_DRIFT_LEAST ||
	    drift * 100 < all * HEALTH_DRIFT_PER_CENT)
		return;
	text_addf(l->out,
	    "%" PRIu64 " of %" PRIu64 " messages of networks within the last "
	    "hour fit no rule: drift\n",
	    drift, all);
	l->found++;
}

static void
look_at_reloads(struct look *l)
{
	if (of_late(l, COUNT_RELOADS, RELOAD_REFUSED) == 0)
		return;
	text_add_string(l->out,
	    "a reload was refused within the last hour: the log says why\n");
	l->found++;
}

size_t
health_look(const struct health *h, const struct figures *now, struct text *out)
{
	struct look l = { h, now, out, 0 };

	for (size_t i = 0; i < sizeof(ups) / sizeof(ups[0]); i++)
		if (now->of[ups[i].which][ups[i].label] == 0) {
			text_addf(out, "%s\n", ups[i].says);
			l.found++;
		}
	for (size_t i = 0; i < sizeof(rises) / sizeof(rises[0]); i++) {
		uint64_t count = all_of_late(&l, rises[i].which);

		if (count == 0)
			continue;
		text_addf(out, "%s within the last hour: %" PRIu64 "\n",
		    rises[i].says, count);
		l.found++;
	}
	look_at_drift(&l);
	look_at_reloads(&l);
	return l.found;
}
