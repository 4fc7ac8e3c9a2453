// SPDX-License-Identifier: BSD-2-Clause
/*
 * split.c - whether recipients of one mail are to come in mails of their own.
 */
#include "daemon/split.h"

#include <string.h>

#include "mail/addr.h"

bool
split_is_wanted(const struct split_facts *f)
{
	return f->first[0] != '\0' && f->user[0] != '\0' &&
	    strcmp(f->first, f->user) != 0 &&
	    (f->first_has_folder || f->has_folder);
}

bool
split_is_from_network(const struct packs *packs, struct view from)
{
	struct view domain = addr_domain(from);

	for (size_t i = 0; domain.size > 0 && i < packs->count; i++) {
		const struct auth_list *list =
		    &pack_network(packs->pack[i])->envelope;

		if (addr_domain_in(domain, list->domain, list->count, true))
			return true;
	}
	return false;
}

void
split_begin(struct split *s, const struct site *site, struct view from)
{
	const struct conf *c = site->conf;

	s->on = c->users.split && !c->dry_run &&
	    split_is_from_network(&site->packs, from);
	s->first_has_folder = false;
	s->first[0] = '\0';
}

bool
split_refuses(struct split *s, const struct site *site, struct view recipient)
{
	char user[LIMIT_USER_NAME_SIZE + 1];
	struct split_facts facts = { s->first, user, s->first_has_folder,
		false };

	if (!s->on || !users_map_find(site->users, recipient, user) ||
	    strcmp(s->first, user) == 0)
		return false;
	facts.has_folder = folders_have(site->folders, user);
	/* Whose mail is not touched is nobody here. */
	if (!facts.has_folder && site->conf->users.fallback == CONF_LEAVE)
		return false;
	if (split_is_wanted(&facts))
		return true;
	if (s->first[0] == '\0') {
		strcpy(s->first, user);
		s->first_has_folder = facts.has_folder;
	}
	return false;
}
