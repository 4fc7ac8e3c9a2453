// SPDX-License-Identifier: BSD-2-Clause
/*
 * changes.c - what is done to the message itself: headers and a hold.
 */
#include "effects/changes.h"

#include "base/limits.h"
#include "mail/mime.h"

void
changes_remove(const struct own_fields *own, struct changes *out)
{
	out->removal = own == NULL ? NULL : own->field;
	out->removals = own == NULL ? 0 : own->count;
}

/* One more header, folded and encoded as mail wants it. */
static void
add_header(struct pool *p, struct changes *out, struct changes_header *to,
    const char *name, struct view value)
{
	struct text encoded = TEXT_INIT(LIMIT_RESULT_HEADER_SIZE);
	struct view kept = { NULL, 0 };

	mime_encode_field(view_of(name), value, &encoded);
	/* What does not fit is left out: headers are advice, mail flows. */
	if (text_ok(&encoded))
		kept = pool_copy(p, text_view(&encoded));
	text_free(&encoded);
	if (kept.data == NULL)
		return;
	to->name = name;
	to->value = kept.data;
	out->headers++;
}

static void
add_result(const struct changes_result *r, struct text *value)
{
	text_addf(value, "network=%.*s; type=%s; trust=%s",
	    VIEW_ARG(r->request->network), request_type_name(r->request->type),
	    auth_trust_name(r->trust));
	if (r->known != NULL)
		text_addf(value, "; known=%s", r->known);
}

/* What an admin sees in the queue; nothing that one user's rules say. */
static const char *
hold_reason(struct pool *p, const struct changes_result *r)
{
	struct text reason = TEXT_INIT(LIMIT_HOLD_REASON_SIZE);
	struct view kept = { NULL, 0 };

	text_addf(&reason, "rsvp-milter: %s of %.*s, trust %s",
	    request_type_name(r->request->type), VIEW_ARG(r->request->network),
	    auth_trust_name(r->trust));
	if (text_ok(&reason))
		kept = pool_copy(p, text_view(&reason));
	text_free(&reason);
	return kept.data == NULL ? "rsvp-milter" : kept.data;
}

int
changes_add(struct pool *p, const struct changes_result *result,
    const struct plan_shared *shared, struct changes *out, struct err *e)
{
	struct changes_header *header =
	    pool_array(p, shared->tags + 2, sizeof(*header));
	struct text value = TEXT_INIT(LIMIT_RESULT_HEADER_SIZE);

	if (header == NULL)
		return err_set(e, "out of memory");
	out->header = header;
	out->headers = 0;
	add_result(result, &value);
	if (text_ok(&value))
		add_header(p, out, &header[0], OWN_FIELDS_PREFIX,
		    text_view(&value));
	text_free(&value);
	for (size_t i = 0; i < shared->tags; i++)
		add_header(p, out, &header[out->headers],
		    OWN_FIELDS_PREFIX "-Tag", shared->tag[i]);
	if (shared->folder.size > 0)
		add_header(p, out, &header[out->headers],
		    OWN_FIELDS_PREFIX "-Folder", shared->folder);
	if (shared->quarantine)
		out->hold_reason = hold_reason(p, result);
	return pool_ok(p) ? 0 : err_set(e, "out of memory");
}
