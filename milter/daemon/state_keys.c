// SPDX-License-Identifier: BSD-2-Clause
/*
 * state_keys.c - what the state is kept under.
 */
#include "daemon/state_keys.h"

#include "base/limits.h"
#include "policy/contacts_key.h"
#include "policy/name.h"

void
state_add_profile(struct view profile, struct text *person)
{
	struct text slug = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct view v = profile;

	if (profile.size == 0)
		return;
	contacts_key_profile(profile, &slug);
	if (!text_ok(&slug))
		person->failed = true;
	else if (slug.size > 0) /* else it stands as it is */
		v = text_view(&slug);
	text_add_string(person, "profile ");
	text_add(person, v);
	text_free(&slug);
}

void
state_add_name(struct view name, struct text *person)
{
	name_key(name, person);
}

int
state_key_seen(const struct store *s, const struct state_person *p,
    char key[DIGEST_HEX_SIZE])
{
	const struct view part[] = { VIEW("seen"), p->user, p->network,
		p->person };

	return store_key(s, part, 4, key);
}

int
state_key_loop(const struct store *s, struct view message_id,
    char key[DIGEST_HEX_SIZE])
{
	const struct view part[] = { VIEW("loop"), message_id };

	return store_key(s, part, 2, key);
}

int
state_key_bounced(const struct store *s, struct view user, struct view loop,
    char key[DIGEST_HEX_SIZE])
{
	const struct view part[] = { VIEW("bounced"), user, loop };

	return store_key(s, part, 3, key);
}

int
state_key_answer(const struct store *s, const struct state_person *p,
    enum job_mode mode, struct view template_name, char key[DIGEST_HEX_SIZE])
{
	const struct view part[] = { VIEW("answer"), p->user,
		view_of(store_job_mode_name(mode)), template_name, p->network,
		p->person };

	return store_key(s, part, 6, key);
}

int
state_key_wrote(const struct store *s, struct view user, struct view address,
    char key[DIGEST_HEX_SIZE])
{
	struct text lower = TEXT_INIT(LIMIT_FIELD_SIZE);
	struct view part[] = { VIEW("wrote"), user, VIEW("") };
	int result = -1;

	for (size_t i = 0; i < address.size; i++)
		text_add_byte(&lower, byte_lower(address.data[i]));
	part[2] = text_view(&lower);
	if (text_ok(&lower))
		result = store_key(s, part, 3, key);
	text_free(&lower);
	return result;
}
