// SPDX-License-Identifier: BSD-2-Clause
/*
 * fill_outbox.c - queues answers, as the filter would: "fill_outbox URL N".
 *
 * The n-th is for user u0 to u99, to a person of its own, and due at once.
 */
#include <stdio.h>
#include <stdlib.h>

#include "effects/store.h"

enum { USERS = 100 };

static int
queue(struct store *s, int number, struct err *e)
{
	char user[16], sender[64], id[32], key[DIGEST_HEX_SIZE];
	struct view part = { id, 0 };
	struct job job = { .mode = JOB_REPLY,
		.created_ms = clock_wall_ms(&clock_system),
		.recipient = VIEW("08cc749c-c471-4e74-a2ad-e3454a5ae621"
				  "@reply.linkedin.com"),
		.template_name = VIEW("and-you-are"),
		.rule = VIEW("ask"),
		.given = VIEW("Zo") };
	struct claim claim = { .key = key,
		.message = key,
		.user = key,
		.now_ms = job.created_ms,
		.period_ms = STORE_DAY_MS,
		.per_user_day = 1,
		.per_site_hour = 1000000 };
	enum claim_result result;

	snprintf(user, sizeof(user), "u%d", number % USERS);
	snprintf(sender, sizeof(sender), "%s@example.net", user);
	snprintf(id, sizeof(id), "Q%d", number);
	part = view_of(id);
	job.user = view_of(user);
	job.sender = view_of(sender);
	job.queue_id = part;
	job.not_before_ms = job.created_ms;
	job.expires_ms = job.created_ms + STORE_DAY_MS;
	if (store_key(s, &part, 1, key) < 0)
		return err_set(e, "out of memory");
	if (s->ops->claim(s, &claim, &job, &result, e) < 0)
		return -1;
	return result == CLAIM_GRANTED
	    ? 0
	    : err_set(e, "%s: %s", id, store_claim_name(result));
}

int
main(int argc, char **argv)
{
	struct err e = ERR_NONE;
	struct store *s;
	int result = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: fill_outbox URL N\n");
		return 64;
	}
	s = store_open(argv[1], &e);
	if (s == NULL)
		result = -1;
	for (int i = 0; i < atoi(argv[2]) && result == 0; i++)
		result = queue(s, i, &e);
	if (result < 0)
		fprintf(stderr, "fill_outbox: %s\n", e.text);
	store_close(s);
	return result < 0;
}
