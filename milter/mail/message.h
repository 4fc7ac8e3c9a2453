// SPDX-License-Identifier: BSD-2-Clause
/*
 * message.h - one message as facts: what came, and how it reads.
 *
 * Built once, never changed, read by every later stage and safe in any number
 * of threads after that.  Everything lives in the pool it was built in or in
 * the bytes it was built from; both must outlive it.
 *
 * Text comes in the form in which patterns see it ("as matched", normal.h):
 * UTF-8, LF line ends, characters that do not show removed, curly apostrophes
 * and quotes straight, no-break and thin spaces plain, no blanks at line ends.
 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/pool.h"
#include "base/view.h"

/* A header field, in the order of the message. */
struct header {
	struct view name;
	struct view raw;   /* behind the colon, folds kept, no final CRLF */
	struct view value; /* unfolded, blanks trimmed, encoded-words decoded
			      (RFC 2047), valid UTF-8; not "as matched" */
};

struct mailbox {
	struct view name;    /* display name, decoded, as matched; or empty */
	struct view address; /* local@domain, the domain in ASCII (IDNA) */
};

/*
 * An <a href> of the HTML, or an area, base or form in it (html.h); or a bare
 * http:// or https:// of the plain text, up to a blank, "<", ">" or a quote,
 * without the punctuation at its end.
 */
struct link {
	struct view url;  /* entities resolved, %XX of unreserved characters
			     (RFC 3986, 2.3) and of ":" and ";" decoded */
	struct view text; /* what is shown for it, as matched; may be empty.
			     In plain text: what stands before it on its line,
			     or where that is nothing, the line above */
};

/* Which ceilings were hit: nothing is thrown away without a bit here. */
enum message_cut {
	MESSAGE_CUT_HEADER = 1 << 0, /* fields or header octets left out */
	MESSAGE_CUT_BODY = 1 << 1,   /* body octets left out */
	MESSAGE_CUT_PARTS = 1 << 2,  /* MIME parts or depth left out */
	MESSAGE_CUT_TEXT = 1 << 3,   /* text of a part left out */
	MESSAGE_CUT_LINKS = 1 << 4,  /* links left out, or a long one cut */
	MESSAGE_CUT_FROM = 1 << 5    /* a From among the fields left out */
};

struct message {
	struct view bytes; /* the whole, as received, CRLF or LF */
	struct view body;  /* part of bytes, behind the empty line */
	const struct header *header;
	size_t header_count;
	const struct mailbox *from; /* of all From fields, in order */
	size_t from_count;
	bool from_partly;        /* a From field has more than could be read,
				    or was left out */
	struct view subject;     /* first Subject field, as matched */
	struct view plain;       /* text/plain parts, as matched; entities and
				    <br> resolved, since networks escape that
				    text too */
	struct view html;        /* text/html parts as text, as matched; runs
				    of blanks are one, no empty lines */
	struct view html_lang;   /* <html lang="...">, or empty */
	const struct link *link; /* of the html part, then of the plain */
	size_t link_count;
	unsigned cut; /* enum message_cut, or-ed */
};

/*
 * Parses bytes: header fields, an empty line, a body; a broken message is
 * read as far as it goes.  As MTAs do, the header ends before the first line
 * that is no field; a "From " line of an mbox before it is skipped.  cut holds
 * what the collector had to leave out already.  Returns 0 and fills *m, or -1
 * and e when memory or the pool's ceiling is used up (no input is an error in
 * itself).
 */
int message_parse(struct pool *p, struct view bytes, unsigned cut,
    struct message *m, struct err *e);

/*
 * The index-th field of that name, whatever its case, or NULL.  message_count
 * tells how many there are.
 */
const struct header *message_header(const struct message *m, struct view name,
    size_t index);
size_t message_count(const struct message *m, struct view name);

/* The value of the first field of that name, or an empty view. */
struct view message_value(const struct message *m, struct view name);

/*
 * From the first field on: a message out of an mbox begins with a line of the
 * file's own.
 */
struct view message_fields(struct view bytes);

/*
 * Whether message_next_field() takes this for a field's name: visible ASCII
 * but no colon (RFC 5322, 3.6.8), and perhaps blanks behind it (4.5).
 */
bool message_is_name(struct view name);

/*
 * Cuts the next header field off *rest (name, raw; value stays empty), folds
 * kept together.  Returns false at the empty line (which is cut off too), at
 * a line that is no field (which is not), and at the end.
 */
bool message_next_field(struct view *rest, struct header *field);

/* "header,text" for a record; "" when nothing was cut. */
void message_cut_words(unsigned cut, char words[64]);

#endif
