// SPDX-License-Identifier: BSD-2-Clause
/*
 * hosts.c - lists of client addresses.
 *
 * Both families are kept as IPv6, IPv4 as "::ffff:a.b.c.d" (RFC 4291, 2.5.5.2).
 */
#include "daemon/hosts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum { ADDRESS_SIZE = 16, MAPPED_BITS = 96 };

struct network {
	unsigned char address[ADDRESS_SIZE];
	unsigned bits;
};

struct hosts {
	size_t count;
	struct network network[];
};

/* 0 and the address, with *family_bits 32 or 128; or -1. */
static int
parse_address(struct view v, unsigned char address[ADDRESS_SIZE],
    unsigned *family_bits)
{
	static const unsigned char mapped[12] = { [10] = 0xFF, [11] = 0xFF };
	char text[INET6_ADDRSTRLEN];

	if (view_starts_nocase(v, VIEW("IPv6:")))
		v = view_part(v, 5, v.size);
	if (v.size == 0 || v.size >= sizeof(text) ||
	    view_find_byte(v, '\0') != VIEW_NONE)
		return -1;
	memcpy(text, v.data, v.size);
	text[v.size] = '\0';
	if (inet_pton(AF_INET, text, address + sizeof(mapped)) == 1) {
		memcpy(address, mapped, sizeof(mapped));
		*family_bits = 32;
		return 0;
	}
	*family_bits = 128;
	return inet_pton(AF_INET6, text, address) == 1 ? 0 : -1;
}

static int
parse_network(struct view entry, struct network *n)
{
	size_t slash = view_find_byte(entry, '/');
	unsigned long long bits;
	unsigned family_bits;

	if (parse_address(view_part(entry, 0, slash), n->address,
		&family_bits) < 0)
		return -1;
	bits = family_bits;
	if (slash != VIEW_NONE &&
	    view_number(view_part(entry, slash + 1, entry.size), family_bits,
		&bits) < 0)
		return -1;
	n->bits = (unsigned)bits + (family_bits == 32 ? MAPPED_BITS : 0);
	return 0;
}

struct hosts *
hosts_new(const struct view *entry, size_t count, struct err *e)
{
	struct hosts *h = calloc(1, sizeof(*h) + count * sizeof(*h->network));

	if (h == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		if (parse_network(entry[i], &h->network[h->count++]) < 0) {
			err_set(e, "\"%.*s\" is not ADDRESS or ADDRESS/BITS",
			    VIEW_ARG(entry[i]));
			hosts_free(h);
			return NULL;
		}
	return h;
}

void
hosts_free(struct hosts *h)
{
	free(h);
}

static bool
is_in(const struct network *n, const unsigned char address[ADDRESS_SIZE])
{
	size_t whole = n->bits / 8;
	unsigned rest = n->bits % 8;

	if (memcmp(n->address, address, whole) != 0)
		return false;
	return rest == 0 ||
	    (n->address[whole] ^ address[whole]) >> (8 - rest) == 0;
}

bool
hosts_contain(const struct hosts *h, struct view address)
{
	unsigned char octets[ADDRESS_SIZE];
	unsigned family_bits;

	if (parse_address(address, octets, &family_bits) < 0)
		return false;
	for (size_t i = 0; i < h->count; i++)
		if (is_in(&h->network[i], octets))
			return true;
	return false;
}
