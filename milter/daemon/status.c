// SPDX-License-Identifier: BSD-2-Clause
/*
 * status.c - what is answered on the control socket.
 */
#include "daemon/status.h"

#include "daemon/counters_print.h"

void
status_sample(struct status *s)
{
	int64_t now_us = clock_steady_us(s->clock);
	struct figures now;

	if (now_us < health_due_us(&s->health))
		return;
	counters_read(s->counters, &now);
	health_sample(&s->health, &now, now_us);
}

int64_t
status_due_us(const struct status *s)
{
	return health_due_us(&s->health);
}

static void
answer_stats(const struct status *s, const struct figures *f, struct text *out)
{
	counters_text(f, s->version, clock_wall_ms(s->clock), out);
}

static void
answer_json(const struct status *s, const struct figures *f, struct text *out)
{
	counters_json(f, s->version, clock_wall_ms(s->clock), out);
}

static void
answer_prometheus(const struct status *s, const struct figures *f,
    struct text *out)
{
	counters_prometheus(f, s->version, out);
}

static void
answer_health(const struct status *s, const struct figures *f, struct text *out)
{
	health_look(&s->health, f, out);
}

static void
answer_socket(const struct status *s, const struct figures *f, struct text *out)
{
	(void)f;
	text_add_string(out, s->socket);
}

static const struct {
	const char *request;
	void (*answer)(const struct status *s, const struct figures *f,
	    struct text *out);
} requests[] = {
	{ "stats", answer_stats },
	{ "stats json", answer_json },
	{ "stats prometheus", answer_prometheus },
	{ "health", answer_health },
	{ "socket", answer_socket },
};

int
status_answer(void *arg, struct view request, struct text *out, struct err *e)
{
	const struct status *s = arg;
	struct figures now;

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		if (view_equal(request, view_of(requests[i].request))) {
			counters_read(s->counters, &now);
			requests[i].answer(s, &now, out);
			return 0;
		}
	return err_set(e, "not a request that is known");
}
