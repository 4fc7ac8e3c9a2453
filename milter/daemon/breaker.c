// SPDX-License-Identifier: BSD-2-Clause
/*
 * breaker.c - what is sent, and what is refused, counted.
 *
 * All of it is marks in the state store, under digests, so that it holds for
 * each of several hosts, and after a restart.
 */
#include "daemon/breaker.h"

#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/* What is counted for a name; routes are domains, whatever their case. */
static int
make_key(const struct store *s, const char *what, struct view name,
    char key[DIGEST_HEX_SIZE], struct err *e)
{
	struct text lower = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct view part[] = { VIEW("breaker"), view_of(what), VIEW("") };
	int result = -1;

	for (size_t i = 0; i < name.size; i++)
		text_add_byte(&lower, byte_lower(name.data[i]));
	part[2] = text_view(&lower);
	if (text_ok(&lower))
		result = store_key(s, part, 3, key);
	text_free(&lower);
	return result < 0 ? err_set(e, "out of memory") : 0;
}

static const struct {
	const char *refused, *why;
} kinds[BREAKERS] = {
	[BREAKER_USER] = { "user refused", "user-refused" },
	[BREAKER_ROUTE] = { "route refused", "route-refuses" },
};

static const char sent_of_user[] = "user sent", sent_of_site[] = "site sent";

static unsigned
most_refusals(const struct conf *c, enum breaker_kind kind)
{
	return (unsigned)(kind == BREAKER_USER ? c->reply.user_refusals
					       : c->reply.route_refusals);
}

struct view
breaker_route(struct view address)
{
	size_t at = address.size;

	while (at > 0 && address.data[at - 1] != '@')
		at--;
	return view_part(address, at, VIEW_NONE);
}

static struct breaker_of
breaker_of(const struct breaker_answer *a, int kind)
{
	return (struct breaker_of){ (enum breaker_kind)kind,
		kind == BREAKER_USER ? a->user : breaker_route(a->recipient) };
}

/* Marks behind a time: 0, or -1 and e. */
static int
count_marks(struct store *s, const char *what, struct view name,
    int64_t after_ms, struct marks *found, struct err *e)
{
	char key[DIGEST_HEX_SIZE];

	return make_key(s, what, name, key, e) < 0
	    ? -1
	    : s->ops->marks(s, key, after_ms, found, e);
}

static int
add_mark(struct store *s, const char *what, struct view name, int64_t now_ms,
    struct err *e)
{
	char key[DIGEST_HEX_SIZE];

	return make_key(s, what, name, key, e) < 0
	    ? -1
	    : s->ops->mark(s, key, now_ms, e);
}

bool
breaker_is_open(const struct breaker_state *state)
{
	return state->most > 0 && state->refused >= state->most;
}

int
breaker_look(struct store *s, const struct conf *c, const struct breaker_of *of,
    int64_t now_ms, struct breaker_state *state, struct err *e)
{
	struct marks found;

	if (count_marks(s, kinds[of->kind].refused, of->name,
		now_ms - c->reply.refusals_period_ms, &found, e) < 0)
		return -1;
	*state = (struct breaker_state){ found.count,
		most_refusals(c, of->kind), found.last_ms };
	return 0;
}

int
breaker_check(struct store *s, const struct breaker_answer *a, const char **why,
    struct err *e)
{
	struct breaker_state state;

	*why = NULL;
	for (int kind = 0; kind < BREAKERS; kind++) {
		const struct breaker_of of = breaker_of(a, kind);

		if (breaker_look(s, a->conf, &of, a->now_ms, &state, e) < 0)
			return -1;
		if (breaker_is_open(&state)) {
			*why = kinds[kind].why;
			return 0;
		}
	}
	return 0;
}

int
breaker_refused(struct store *s, const struct breaker_answer *a,
    unsigned opened[BREAKERS], struct err *e)
{
	struct breaker_state state;

	for (int kind = 0; kind < BREAKERS; kind++) {
		const struct breaker_of of = breaker_of(a, kind);

		if (add_mark(s, kinds[kind].refused, of.name, a->now_ms, e) <
			0 ||
		    breaker_look(s, a->conf, &of, a->now_ms, &state, e) < 0)
			return -1;
		/* Another host may have had the one that opened it. */
		opened[kind] = breaker_is_open(&state) ? state.refused : 0;
	}
	return 0;
}

void
breaker_log(const struct breaker_answer *a, const unsigned opened[BREAKERS])
{
	if (opened[BREAKER_USER] > 0)
		log_warn("no more answers of user %.*s for now: "
			 "%u were refused",
		    VIEW_ARG(a->user), opened[BREAKER_USER]);
	if (opened[BREAKER_ROUTE] > 0)
		log_warn("no more answers to %.*s for now: "
			 "%u were refused",
		    VIEW_ARG(breaker_route(a->recipient)),
		    opened[BREAKER_ROUTE]);
}

int
breaker_check_caps(struct store *s, const struct breaker_answer *a,
    const char **why, struct err *e)
{
	struct marks of_user, of_site;

	if (count_marks(s, sent_of_user, a->user, a->now_ms - STORE_DAY_MS,
		&of_user, e) < 0 ||
	    count_marks(s, sent_of_site, VIEW(""), a->now_ms - STORE_HOUR_MS,
		&of_site, e) < 0)
		return -1;
	*why = of_user.count >= (unsigned)a->conf->reply.per_user_day
	    ? "user-day-cap"
	    : of_site.count >= (unsigned)a->conf->reply.per_site_hour
	    ? "site-hour-cap"
	    : NULL;
	return 0;
}

int
breaker_sending(struct store *s, const struct breaker_answer *a, struct err *e)
{
	return add_mark(s, sent_of_user, a->user, a->now_ms, e) < 0 ||
		add_mark(s, sent_of_site, VIEW(""), a->now_ms, e) < 0
	    ? -1
	    : 0;
}

int
breaker_close(struct store *s, enum breaker_kind kind, struct view name,
    size_t *refusals, struct err *e)
{
	struct forgotten found;
	char key[DIGEST_HEX_SIZE];

	if (make_key(s, kinds[kind].refused, name, key, e) < 0 ||
	    s->ops->forget(s, key, &found, e) < 0)
		return -1;
	*refusals = found.marks;
	return 0;
}
