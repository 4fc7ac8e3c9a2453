// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_known.c - how a recipient knows the person.
 */
#include "base/limits.h"
#include "daemon/engine_parts.h"
#include "daemon/learned.h"

/* The best known of the people a digest names. */
static void
look_up(struct engine_run *r, struct decision_recipient *to)
{
	const struct request *q = &r->d->request;

	for (size_t i = 0; i < q->people; i++) {
		struct contacts_match match;

		contacts_find(to->folder->contacts, q->person[i].name,
		    q->person[i].email, q->person[i].profile, &match);
		if (match.known > to->match.known)
			to->match = match;
	}
}

/*
 * Whether the user has written to one of them.  Nobody can tell where the mail
 * shows no address, or the store does not answer.
 */
static enum my_answer
ask_learned(struct engine_run *r, const struct decision_recipient *to)
{
	const struct request *q = &r->d->request;
	struct store *store = r->world->store;
	enum my_answer answer = MY_NOT_SAID;
	struct err why = ERR_NONE;

	if (!r->site->conf->users.learn || store == NULL)
		return MY_NOT_SAID;
	for (size_t i = 0; i < q->people && answer != MY_YES; i++) {
		bool learned = false;

		if (q->person[i].email.size == 0)
			continue;
		if (learned_look(store, to->user, q->person[i].email,
			clock_wall_ms(r->world->clock), &learned, &why) < 0) {
			engine_fail_store(r->d, &why);
			return MY_NOT_SAID;
		}
		answer = learned ? MY_YES : MY_NO;
	}
	return answer;
}

void
engine_look_up(struct engine_run *r, struct decision_recipient *to,
    struct audit_recipient *record)
{
	struct decision *d = r->d;
	struct text words = TEXT_INIT(LIMIT_FIELD_SIZE);

	look_up(r, to);
	to->learned = ask_learned(r, to);
	record->says_learned = to->learned != MY_NOT_SAID;
	record->learned = to->learned == MY_YES;
	record->known = to->match.known;
	contacts_by_words(&to->match, &words);
	if (to->learned == MY_YES)
		text_add_string(&words,
		    words.size > 0 ? ",learned" : "learned");
	record->known_by = pool_copy(d->pool, text_view(&words));
	text_clear(&words);
	contacts_group_words(to->folder->contacts, &to->match, &words);
	record->contact_groups = pool_copy(d->pool, text_view(&words));
	text_free(&words);
}
