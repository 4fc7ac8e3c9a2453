// SPDX-License-Identifier: BSD-2-Clause
/*
 * mime.h - the text parts of a message, header text and address fields.
 *
 * The one file that includes GMime (and so GLib, which ends the process when
 * memory runs out; what it is given is bounded by limits.h).  It undoes
 * transfer encodings and reads addresses; the structure of a message is cut
 * by part.h.  Any thread, once mime_init() has run.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include "base/text.h"
#include "mail/message.h"
#include "mail/part.h"

/* Once for the process, before threads start.  mime_shutdown() for tests. */
void mime_init(void);
void mime_shutdown(void);

enum mime_kind { MIME_PLAIN, MIME_HTML };

/*
 * Called for each text part that is shown (no attachment, nothing inside an
 * enclosed message), in order: kind, and its content decoded to valid UTF-8
 * with CRLF or LF line ends; content is valid during the call.  Return -1 to
 * stop.
 */
typedef int mime_on_text(void *arg, enum mime_kind kind, struct view content);

/*
 * Walks the MIME tree of a message, given as its outermost part.  Without a
 * charset text is read as UTF-8 or else as Windows-1252, as it is with an
 * unknown one; stray octets become U+FFFD.  A multipart without its boundary
 * is read as plain text.  *cut gathers MESSAGE_CUT_PARTS and
 * MESSAGE_CUT_TEXT.  Returns 0, or -1 when memory is used up or the callback
 * stopped it.
 */
int mime_walk(const struct part *top, mime_on_text *on_text, void *arg,
    unsigned *cut);

/* Appends v on one line: valid UTF-8, controls as blanks, blanks trimmed. */
void mime_add_line(struct view v, struct text *out);

/*
 * Appends an unstructured field's raw value on one line, with encoded-words
 * decoded, valid UTF-8, blanks trimmed, controls as blanks; stray 8-bit
 * octets are read as UTF-8, else as Windows-1252.
 */
void mime_decode_field(struct view raw, struct text *out);

/*
 * Reads an address field leniently, as a person would see it: at most max
 * mailboxes of its first LIMIT_ADDRESS_FIELD octets, groups opened, allocated
 * in p.  Returns their number, or -1 when memory is used up.
 */
int mime_mailboxes(struct pool *p, struct view raw, size_t max,
    const struct mailbox **mailbox);

/*
 * For what we send.  Appends value (UTF-8; controls become blanks) as the
 * text of the field name: as it is where it is ASCII without words of some
 * hundred octets, else in RFC 2047's encoded-words; folded with LF and a space
 * before column 76 where there is a blank to do so.  name's length counts for
 * the first line.
 */
void mime_encode_field(struct view name, struct view value, struct text *out);

/*
 * The same for a display name and address: "Name <local@domain>".  The name
 * is quoted or encoded as needed, and may be empty.
 */
void mime_encode_mailbox(struct view name, struct view address,
    struct text *out);

/*
 * Appends v quoted-printable (RFC 2045, 6.7): LF line ends, also behind the
 * last line; nothing that a transport would change.
 */
void mime_encode_text(struct view v, struct text *out);

#endif
