// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_slots.h - octets under a transfer encoding, and where each stands.
 *
 * Decoded octets are changed one for one and go back into the places they came
 * from, so that lines, escapes and sizes stay as they were.
 */
#ifndef CTL_CAPTURE_SLOTS_H
#define CTL_CAPTURE_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/view.h"

enum capture_encoding {
	CAPTURE_AS_IS,
	CAPTURE_QUOTED, /* quoted-printable (RFC 2045, 6.7) */
	CAPTURE_Q,      /* the same of encoded-words (RFC 2047, 4.2) */
	CAPTURE_BASE64  /* what is not of the alphabet is passed over */
};

struct capture_slots {
	char *data; /* the octets, "size" of them */
	size_t size, room;
	bool base64, broken; /* some is; and is not as it should be */
	struct capture_slot *slot;
};

/* Room for the octets of so many encoded ones.  0, or -1 without memory. */
int capture_slots_init(struct capture_slots *s, size_t room);
void capture_slots_free(struct capture_slots *s);

/* Appends what stands from begin to end in bytes; these fit into the room. */
void capture_slots_add(struct capture_slots *s, enum capture_encoding encoding,
    const char *bytes, size_t begin, size_t end);

/*
 * Whether who decodes base64 otherwise would read what stands there as text: it
 * is broken, or what comes out has controls that no text has.
 */
bool capture_slots_doubtful(const struct capture_slots *s);

/* Puts the octets back into bytes, where they are other ones by now. */
void capture_slots_put(const struct capture_slots *s, char *bytes);

#endif
