// SPDX-License-Identifier: BSD-2-Clause
/*
 * charset.h - text in whatever charset a mail names, as UTF-8.
 *
 * iconv(3) knows the charsets; names are a stranger's, so only what can be
 * one is asked for.  (GMime's own tables keep every name they ever saw.)  Any
 * thread.
 */
#ifndef MAIL_CHARSET_H
#define MAIL_CHARSET_H

#include "base/text.h"

/*
 * v, which is in the charset of that name, as valid UTF-8: v itself where it
 * is that already, else what this appended to out.  Octets that are nothing
 * there become U+FFFD.  With no name or an unknown one v is read as UTF-8,
 * else as Windows-1252, as ISO-8859-1 is.  What did not fit shows in
 * text_ok(out).
 */
struct view charset_to_utf8(struct view v, struct view name, struct text *out);

#endif
