// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_text.h - text made to tell nobody who is who, for "rsvpctl capture".
 *
 * Every word is replaced but those that the network's own mail consists of:
 * what nobody has thought of is private.  The same word gives the same one
 * everywhere, whatever its case and accents, so that a rule that compares two
 * places finds them equal as before.
 */
#ifndef CTL_CAPTURE_TEXT_H
#define CTL_CAPTURE_TEXT_H

#include "ctl/capture_chars.h"
#include "ctl/capture_words.h"
#include "mail/auth.h"

/* What is known before anything is replaced; all borrowed. */
struct capture {
	struct view key;
	unsigned turn; /* another one gives other words */
	/* Words of the network's own mail. */
	const struct capture_words *allowed;
	/* People's, which are replaced even if the network uses them too:
	   "Will", where it has a capital or is part of an address. */
	const struct capture_words *names;
	/* What must be nowhere afterwards; nothing is replaced by these. */
	const struct capture_words *taken;
	/* Path segments behind which a name stands, lists of domains. */
	const struct capture_words *paths;
	const struct auth_list *network;
	size_t networks;
	struct view network_name;  /* in names of fields */
	const struct view *domain; /* where people of this mail are at home */
	size_t domains;
	struct capture_count {
		size_t words, numbers, addresses, links;
	} count;
	size_t opaque; /* how many words there were in opaque texts */
	bool failed;   /* no memory */
};

enum capture_flags {
	CAPTURE_NO_ADDRESS = 1 << 0, /* "a@b" is an id: Message-ID */
	CAPTURE_NAMES_ONLY = 1 << 1, /* nothing but people's names: style */
	CAPTURE_DATE = 1 << 2,       /* of numbers, only minutes and seconds */
	CAPTURE_SHORT_NUMBERS = 1 << 3, /* those stay: "iso-8859-15" */
};

/* Replaces in place, octet for octet. */
void capture_text(struct capture *c, const struct capture_charset *cs,
    char *data, size_t size, unsigned flags);

/*
 * The same where nobody knows how it is to be read, or nobody reads it: no
 * letter, digit or octet above 127 stays, and a word is another one each time.
 * Of octets above 127 pairs are made that most charsets have.
 */
void capture_opaque(struct capture *c, char *data, size_t size);

/*
 * A boundary of MIME parts: depends on the whole of it, so that two of a
 * message stay different.  data is a place where it stands; whole is elsewhere.
 */
void capture_boundary(struct capture *c, struct view whole, char *data);

/* Adds the words of text as capture_text() reads them, of least octets. */
void capture_words_read(struct capture_words *w,
    const struct capture_charset *cs, struct view text, size_t least);

#endif
