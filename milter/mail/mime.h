// SPDX-License-Identifier: BSD-2-Clause
/*
 * mime.h - MIME structure, charsets, encoded-words and addresses (GMime).
 *
 * The one file that includes GMime (and so GLib, which ends the process when
 * memory runs out; what it is given is bounded by limits.h).  Any thread,
 * once mime_init() has run.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/text.h"
#include "mail/message.h"

/* Once for the process, before threads start.  mime_shutdown() for tests. */
void mime_init(void);
void mime_shutdown(void);

enum mime_kind { MIME_PLAIN, MIME_HTML };

/*
 * Called for each text part that is shown (no attachment, nothing inside an
 * enclosed message), in order: kind, and its content decoded to UTF-8 with
 * CRLF or LF line ends; content is valid during the call.  Return -1 to stop.
 */
typedef int mime_on_text(void *arg, enum mime_kind kind, struct view content);

/*
 * Walks the MIME tree of a whole message.  Unknown charsets are read as
 * Windows-1252, stray octets become U+FFFD.  *cut gathers MESSAGE_CUT_PARTS
 * and MESSAGE_CUT_TEXT.  Returns 0, or -1 and e when a callback stopped it.
 */
int mime_walk(struct view bytes, mime_on_text *on_text, void *arg,
    unsigned *cut, struct err *e);

/*
 * Appends an unstructured field's raw value with folds undone and
 * encoded-words decoded; stray 8-bit octets are read as UTF-8, else as
 * Windows-1252.
 */
void mime_decode_field(struct view raw, struct text *out);

/*
 * Reads an address field leniently, as a person would see it: at most max
 * mailboxes, groups opened, allocated in p.  Returns their number, or -1
 * when the pool is used up.
 */
int mime_mailboxes(struct pool *p, struct view raw, size_t max,
    const struct mailbox **mailbox);

/*
 * For what we send.  Appends value as header text of RFC 2047 encoded-words
 * where it is not ASCII, folded with LF and a space before column 76; name's
 * length counts for the first line.
 */
void mime_encode_field(struct view name, struct view value, struct text *out);

/* The same for a display name and address: "=?...?= <local@domain>". */
void mime_encode_mailbox(struct view name, struct view address,
    struct text *out);

/* Appends v quoted-printable (RFC 2045, 6.7), LF line ends. */
void mime_encode_text(struct view v, struct text *out);

#endif
