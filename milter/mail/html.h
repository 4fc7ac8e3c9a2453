// SPDX-License-Identifier: BSD-2-Clause
/*
 * html.h - HTML reduced to the text a person would read, with its links.
 *
 * Not a browser: one pass over the octets, no tree, no style but what hides
 * nothing from us.  Linear in time whatever the input; pure; any thread.  Our
 * own, since a parser that builds a tree costs more than all else we do with
 * a mail, and is far more code for a stranger's octets to run through.
 */
#ifndef MAIL_HTML_H
#define MAIL_HTML_H

#include "base/text.h"

struct html_link {
	struct view url;  /* as in href or action, entities resolved */
	struct view text; /* of the anchor, blanks folded; the alt text of
			     pictures counts; at most LIMIT_LINK_TEXT */
};

/*
 * Called at each </a>, and without a text for <area>, <base>, <form> and its
 * buttons; views are valid during the call.
 */
typedef void html_on_link(void *arg, const struct html_link *link);

/*
 * Appends the text of an HTML document or fragment (valid UTF-8): block
 * elements, table cells and <br> end a line, runs of blanks are one space,
 * entities (see entity.h) resolved; script, style, title and comments left
 * out.  A tag, comment or quoted value that nothing closes takes the rest
 * with it, as in a browser.  lang, if not NULL, gets the lang of <html>, as a
 * view into html.  Failure shows in text_ok(out) alone.
 */
void html_reduce(struct view html, struct text *out, html_on_link *on_link,
    void *arg, struct view *lang);

#endif
