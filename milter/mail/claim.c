// SPDX-License-Identifier: BSD-2-Clause
/*
 * claim.c - whether From says that a message is of somebody's domain.
 */
#include "mail/claim.h"

#include "mail/addr.h"

static bool
in_mailbox(const struct message *m, const struct auth_list *list,
    struct view *domain)
{
	for (size_t i = 0; i < m->from_count; i++) {
		*domain = addr_domain(m->from[i].address);
		if (addr_domain_in(*domain, list->domain, list->count, false))
			return true;
	}
	return false;
}

/* Of v, which begins with a domain: whether that ends here, dots aside. */
static bool
ends(struct view v)
{
	while (v.size > 0 && v.data[0] == '.')
		v = view_part(v, 1, v.size);
	return v.size == 0 ||
	    !(byte_is_letter(v.data[0]) || byte_is_digit(v.data[0]) ||
		v.data[0] == '-');
}

/* Whether the domain stands somewhere behind an "@". */
static bool
names_domain(struct view text, struct view domain)
{
	size_t at;

	while ((at = view_find_byte(text, '@')) != VIEW_NONE) {
		text = view_part(text, at + 1, text.size);
		if (view_starts_nocase(text, domain) &&
		    ends(view_part(text, domain.size, text.size)))
			return true;
	}
	return false;
}

static bool
in_text(const struct message *m, const struct auth_list *list,
    struct view *domain)
{
	const struct header *field;

	for (size_t i = 0; (field = message_header(m, VIEW("From"), i)) != NULL;
	     i++)
		for (size_t k = 0; k < list->count; k++) {
			*domain = list->domain[k];
			if (names_domain(field->value, *domain))
				return true;
		}
	return false;
}

bool
claim_in_from(const struct message *m, const struct auth_list *list,
    struct view *domain)
{
	if (in_mailbox(m, list, domain) ||
	    (m->from_partly && in_text(m, list, domain)))
		return true;
	if ((m->cut & MESSAGE_CUT_FROM) == 0 || list->count == 0)
		return false;
	*domain = list->domain[0];
	return true;
}
