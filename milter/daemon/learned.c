// SPDX-License-Identifier: BSD-2-Clause
/*
 * learned.c - whom users have written to.
 */
#include "daemon/learned.h"

#include <string.h>

#include "daemon/state_keys.h"
#include "mail/addr.h"
#include "policy/guards.h"

bool
learned_budget_take(struct learned_budget *b, int64_t now_ms)
{
	int64_t day = now_ms / STORE_DAY_MS;

	/* Two threads at midnight may begin the day anew twice; so be it. */
	if (b->day != day) {
		b->day = day;
		b->used = 0;
	}
	return b->used++ < LIMIT_LEARNED_DAY;
}

bool
learned_find_writer(const struct site *site, struct view from,
    char user[LIMIT_USER_NAME_SIZE + 1])
{
	return addr_is_plain(from) && !guards_is_system_address(from) &&
	    users_map_find(site->users, from, user);
}

static bool
is_a_persons(const struct learned_mail *mail, struct view address,
    struct regex_scratch *scratch)
{
	char user[LIMIT_USER_NAME_SIZE + 1];

	return addr_is_plain(address) && !guards_is_system_address(address) &&
	    !route_is_allowed(mail->site->routes, address, scratch) &&
	    (!users_map_find(mail->site->users, address, user) ||
		strcmp(user, mail->user) != 0);
}

static int
make_key(const struct store *s, const char *user, struct view address,
    char key[DIGEST_HEX_SIZE], struct err *e)
{
	return state_key_wrote(s, view_of(user), address, key) < 0
	    ? err_set(e, "out of memory")
	    : 0;
}

static int
remember_one(struct store *s, struct learned_budget *b,
    const struct learned_mail *mail, struct view address, struct err *e)
{
	char key[DIGEST_HEX_SIZE];
	struct marks found;

	if (make_key(s, mail->user, address, key, e) < 0 ||
	    store_marks(s, key, mail->now_ms - STORE_DAY_MS, mail->now_ms,
		&found, e) < 0)
		return -1;
	if (found.count > 0 || !learned_budget_take(b, mail->now_ms))
		return 0;
	return store_mark(s, key, mail->now_ms, e);
}

int
learned_remember(struct store *s, struct learned_budget *b,
    const struct learned_mail *mail, struct err *e)
{
	struct regex_scratch *scratch = regex_scratch_new();
	int result = 0;

	if (scratch == NULL)
		return err_set(e, "out of memory");
	for (size_t i = 0; i < mail->count && i < LIMIT_LEARNED && result == 0;
	     i++)
		if (is_a_persons(mail, mail->rcpt[i], scratch))
			result = remember_one(s, b, mail, mail->rcpt[i], e);
	regex_scratch_free(scratch);
	return result;
}

int
learned_look(struct store *s, const char *user, struct view address,
    int64_t now_ms, bool *learned, struct err *e)
{
	char key[DIGEST_HEX_SIZE];
	struct marks found;

	if (make_key(s, user, address, key, e) < 0 ||
	    store_marks(s, key, now_ms - STORE_MARK_DAYS * STORE_DAY_MS, now_ms,
		&found, e) < 0)
		return -1;
	*learned = found.count > 0;
	return 0;
}
