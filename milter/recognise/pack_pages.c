// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_pages.c - a pack's list of where a user finds requests at the network.
 *
 * A person is shown such a page and may click on it, so it is checked more
 * strictly than it need be: no port, no user, no parameters, and no host but
 * the network's.
 */
#include <stdio.h>

#include "mail/addr.h"
#include "recognise/pack_parts.h"

static const struct view https = { "https://", 8 };

/* Letters, digits and the others. */
static bool
is_made_of(struct view v, struct view others)
{
	for (size_t i = 0; i < v.size; i++)
		if (!byte_is_letter(v.data[i]) && !byte_is_digit(v.data[i]) &&
		    view_find_byte(others, v.data[i]) == VIEW_NONE)
			return false;
	return true;
}

static bool
is_page(const struct loading *l, struct view page)
{
	const struct auth_list *from = &l->pack->network.from;
	struct view rest = view_part(page, https.size, VIEW_NONE);
	size_t slash = view_find_byte(rest, '/');
	struct view host = view_part(rest, 0, slash);

	return page.size <= LIMIT_PAGE_SIZE && slash != VIEW_NONE &&
	    view_equal(view_part(page, 0, https.size), https) &&
	    is_made_of(host, VIEW("-.")) && is_made_of(rest, VIEW("/-._~")) &&
	    addr_domain_in(host, from->domain, from->count, true);
}

static int
read_page(struct loading *l, const struct tree *at, struct page *to)
{
	static const char *const names[] = { "types", "page", NULL };
	const struct tree *page;

	if (tree_expect(at, TREE_GROUP, l->e) < 0 ||
	    tree_only(at, names, l->e) < 0)
		return -1;
	page = tree_child(at, "page");
	if (page == NULL)
		return tree_error(at, l->e, "%s: page is missing", l->who);
	if (tree_expect(page, TREE_STRING, l->e) < 0)
		return -1;
	if (!is_page(l, page->string))
		return tree_error(page, l->e,
		    "%s: page: not \"https://HOST/PATH\" with a host of "
		    "network.from, without parameters, of %d octets at most",
		    l->who, LIMIT_PAGE_SIZE);
	to->page = page->string;
	return pack_read_types(l, tree_child(at, "types"), &to->types);
}

int
pack_read_pages(struct loading *l, const struct tree *pages)
{
	struct pack *p = l->pack;

	if (tree_expect(pages, TREE_LIST, l->e) < 0)
		return -1;
	p->page = pool_array(p->pool, pages->count, sizeof(*p->page));
	if (p->page == NULL)
		return pack_no_memory(l, pages);
	snprintf(l->who, sizeof(l->who), "pages");
	for (; p->pages < pages->count; p->pages++)
		if (read_page(l, &pages->child[p->pages], &p->page[p->pages]) <
		    0)
			return -1;
	return 0;
}

struct view
pack_page(const struct pack *p, enum request_type type)
{
	for (size_t i = 0; i < p->pages; i++)
		if ((p->page[i].types >> type & 1) != 0)
			return p->page[i].page;
	return VIEW("");
}
