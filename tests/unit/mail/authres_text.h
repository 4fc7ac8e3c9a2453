// SPDX-License-Identifier: BSD-2-Clause
/*
 * authres_text.h - an Authentication-Results field in a form to compare.
 *
 * One line for the id and the version, if that is not 1, then one for each
 * result, or "none".  What is read out of this form again is the same.
 */
#ifndef TESTS_UNIT_MAIL_AUTHRES_TEXT_H
#define TESTS_UNIT_MAIL_AUTHRES_TEXT_H

#include "base/text.h"
#include "mail/authres.h"

/* Whether it stands without quotes.  An equals sign does in what is read. */
static inline bool
authres_is_plain(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (v.data[i] <= ' ' || v.data[i] >= 0x7F ||
		    view_find_byte(VIEW("()<>,;\\\""), v.data[i]) != VIEW_NONE)
			return false;
	return v.size > 0;
}

static inline void
authres_add_quoted(struct text *t, struct view v)
{
	text_add_byte(t, '"');
	for (size_t i = 0; i < v.size; i++) {
		if (v.data[i] == '"' || v.data[i] == '\\')
			text_add_byte(t, '\\');
		text_add_byte(t, v.data[i]);
	}
	text_add_byte(t, '"');
}

static inline void
authres_add_value(struct text *t, struct view v)
{
	if (authres_is_plain(v))
		text_add(t, v);
	else
		authres_add_quoted(t, v);
}

/* One that was quoted may look like a job id or a result. */
static inline void
authres_add_id(struct text *t, const struct authres *a)
{
	if (a->job.size > 0)
		text_addf(t, "%.*s/%.*s", VIEW_ARG(a->id), VIEW_ARG(a->job));
	else if (view_find_byte(a->id, '/') != VIEW_NONE ||
	    view_find_byte(a->id, '=') != VIEW_NONE)
		authres_add_quoted(t, a->id);
	else
		authres_add_value(t, a->id);
	if (a->version != 1)
		text_addf(t, " %lu", a->version);
	text_add_string(t, ";\n");
}

static inline void
authres_add_result(struct text *t, const struct authres_result *r)
{
	text_add(t, r->method);
	if (r->version != 1)
		text_addf(t, "/%lu", r->version);
	text_addf(t, "=%.*s", VIEW_ARG(r->result));
	for (size_t i = 0; i < r->properties; i++) {
		text_add_byte(t, ' ');
		text_add(t, r->property[i].ptype);
		if (r->property[i].ptype.size > 0)
			text_add_byte(t, '.');
		text_add(t, r->property[i].name);
		text_add_byte(t, '=');
		authres_add_value(t, r->property[i].value);
	}
}

static inline void
authres_add(struct text *t, const struct authres *a)
{
	if (a->id.size > 0)
		authres_add_id(t, a);
	if (a->results == 0)
		text_add_string(t, "none");
	for (size_t i = 0; i < a->results; i++) {
		if (i > 0)
			text_add_string(t, ";\n");
		authres_add_result(t, &a->result[i]);
	}
}

#endif
