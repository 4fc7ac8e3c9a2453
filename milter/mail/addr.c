// SPDX-License-Identifier: BSD-2-Clause
/*
 * addr.c - mail addresses: taken apart, compared, and judged strictly.
 */
#include "mail/addr.h"

enum {
	ADDRESS_MAX = 254, /* RFC 5321, 4.5.3.1.3, less the angle brackets */
	LOCAL_MAX = 64,    /* 4.5.3.1.1 */
	LABEL_MAX = 63     /* RFC 1035, 2.3.4 */
};

static bool
is_alphanumeric(char byte)
{
	return byte_is_digit(byte) || byte_is_letter(byte);
}

/* RFC 5322, 3.2.3 */
static bool
is_atext(char byte)
{
	return is_alphanumeric(byte) ||
	    view_find_byte(VIEW("!#$%&'*+-/=?^_`{|}~"), byte) != VIEW_NONE;
}

/* Cut the piece before the next dot off *rest. */
static bool
next_label(struct view *rest, struct view *label)
{
	size_t dot;

	if (rest->data == NULL)
		return false;
	dot = view_find_byte(*rest, '.');
	*label = view_part(*rest, 0, dot);
	if (dot == VIEW_NONE)
		*rest = (struct view){ NULL, 0 };
	else
		*rest = view_part(*rest, dot + 1, rest->size);
	return true;
}

static bool
is_dot_atom(struct view v)
{
	struct view rest = v, atom;

	while (next_label(&rest, &atom)) {
		if (atom.size == 0)
			return false;
		for (size_t i = 0; i < atom.size; i++)
			if (!is_atext(atom.data[i]))
				return false;
	}
	return true;
}

static bool
is_ldh(struct view label)
{
	if (label.size == 0 || label.size > LABEL_MAX || label.data[0] == '-' ||
	    label.data[label.size - 1] == '-')
		return false;
	for (size_t i = 0; i < label.size; i++)
		if (!is_alphanumeric(label.data[i]) && label.data[i] != '-')
			return false;
	return true;
}

/* No top-level domain begins with a digit; 192.0.2.1 is no domain. */
static bool
is_domain(struct view v)
{
	struct view rest = v, label = { NULL, 0 };
	size_t count = 0;

	while (next_label(&rest, &label)) {
		if (!is_ldh(label))
			return false;
		count++;
	}
	return count >= 2 && !byte_is_digit(label.data[0]);
}

struct view
addr_bare(struct view address)
{
	struct view v = view_trim(address);

	if (v.size >= 2 && v.data[0] == '<' && v.data[v.size - 1] == '>')
		return view_trim(view_part(v, 1, v.size - 2));
	return v;
}

int
addr_split(struct view address, struct view *local, struct view *domain)
{
	struct view v = addr_bare(address);
	size_t at = v.size;

	while (at > 0 && v.data[at - 1] != '@')
		at--;
	if (at <= 1 || at == v.size)
		return -1;
	*local = view_part(v, 0, at - 1);
	*domain = view_part(v, at, v.size);
	return 0;
}

struct view
addr_domain(struct view address)
{
	struct view local, domain;

	if (addr_split(address, &local, &domain) < 0)
		return VIEW("");
	return domain;
}

bool
addr_is_plain(struct view address)
{
	size_t at = view_find_byte(address, '@');

	if (at == VIEW_NONE || address.size > ADDRESS_MAX || at > LOCAL_MAX)
		return false;
	return at > 0 && address.data[0] != '-' &&
	    is_dot_atom(view_part(address, 0, at)) &&
	    is_domain(view_part(address, at + 1, address.size));
}

bool
addr_equal(struct view a, struct view b)
{
	return view_equal_nocase(addr_bare(a), addr_bare(b));
}

bool
addr_domain_in(struct view domain, const struct view *list, size_t count,
    bool below)
{
	for (size_t i = 0; i < count; i++) {
		struct view one = list[i];

		if (view_equal_nocase(domain, one))
			return one.size > 0;
		if (below && one.size > 0 && domain.size > one.size + 1 &&
		    domain.data[domain.size - one.size - 1] == '.' &&
		    view_ends_nocase(domain, one))
			return true;
	}
	return false;
}

struct view
addr_without_extension(struct view local, struct view delimiters)
{
	for (size_t i = 1; i < local.size; i++)
		if (view_find_byte(delimiters, local.data[i]) != VIEW_NONE)
			return view_part(local, 0, i);
	return local;
}
