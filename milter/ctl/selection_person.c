// SPDX-License-Identifier: BSD-2-Clause
/*
 * selection_person.c - a person found where records have digests of names.
 */
#include "ctl/ctl.h"
#include "ctl/selection.h"

void
selection_ask_state(struct selection *s, const struct conf *c)
{
	struct err e = ERR_NONE;
	struct store *store;

	if (s->person == NULL || c->audit.names != CONF_NAMES_HASH)
		return;
	if (store_is_new(c->state)) {
		ctl_fail(0, "%s: nothing is kept there yet", c->state);
		return;
	}
	store = store_open(c->state, &e);
	if (store == NULL)
		ctl_fail(0, "state: %s", e.text);
	else if (audit_hash(store_secret(store), "name", view_of(s->person),
		     s->person_hash) < 0)
		ctl_fail(0, "out of memory");
	store_close(store);
}
