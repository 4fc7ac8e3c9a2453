// SPDX-License-Identifier: BSD-2-Clause
/*
 * results.c - what the site's own Authentication-Results say of a message.
 */
#include "mail/results.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/limits.h"
#include "mail/addr.h"
#include "mail/authres.h"
#include "mail/tags.h"

/* One call of results_read(). */
struct run {
	struct pool *pool;
	const struct results_source *source;
	struct signatures *signatures;
	struct results *out;
	size_t fields; /* of any id, above the first Received */
	size_t dkim_fields, spf_fields; /* of ours that say something of it */
};

enum { LEAST_B = 8 }; /* RFC 6008, 4: characters of b= that tell two apart */

static void __attribute__((format(printf, 2, 3)))
ignore(struct run *r, const char *format, ...)
{
	va_list arguments;

	if (r->out->ignored[0] != '\0')
		return;
	va_start(arguments, format);
	vsnprintf(r->out->ignored, sizeof(r->out->ignored), format, arguments);
	va_end(arguments);
}

/*
 * The verifier may have written these two into a comment, and one of these
 * characters could end it (rspamd, for one, quotes them as if it were none).
 */
static bool
could_be_read_otherwise(struct view v)
{
	for (size_t i = 0; i < v.size; i++)
		if (v.data[i] <= ' ' || v.data[i] >= 0x7F ||
		    view_find_byte(VIEW("()\"\\;,="), v.data[i]) != VIEW_NONE)
			return true;
	return false;
}

static bool
is_ours(const struct run *r, const struct authres *a)
{
	for (size_t i = 0; i < r->source->ids; i++)
		if (a->id.size > 0 &&
		    view_equal_nocase(a->id, r->source->id[i]))
			return a->job.size == 0 ||
			    view_equal(a->job, r->source->queue_id);
	return false;
}

/* Whose signature a dkim result is about: header.d, else that of header.i. */
static struct view
signer(const struct authres_result *result)
{
	struct view d = authres_value(result, VIEW("header"), VIEW("d"));
	struct view i = authres_value(result, VIEW("header"), VIEW("i"));
	size_t at;

	if (d.size > 0)
		return d;
	/* The last one: "a@example.org"@example.net is of example.net. */
	while ((at = view_find_byte(i, '@')) != VIEW_NONE)
		i = view_part(i, at + 1, VIEW_NONE);
	return i;
}

/* Whether the result can be about that signature. */
static bool
is_about(const struct authres_result *result, const struct signature *s)
{
	struct view selector = authres_value(result, VIEW("header"), VIEW("s"));
	struct view b = authres_value(result, VIEW("header"), VIEW("b"));

	if (!view_equal_nocase(signer(result), s->domain))
		return false;
	if (selector.size > 0 && !view_equal_nocase(selector, s->selector))
		return false;
	if (b.size == 0)
		return true;
	/* The end of what is shown may be padding. */
	while (b.size > 0 && b.data[b.size - 1] == '=')
		b.size--;
	return b.size >= LEAST_B && view_equal(b, view_part(s->key, 0, b.size));
}

static void
note(struct signature *s, struct view result)
{
	/* No answer about a key speaks neither for nor against. */
	if (view_equal(result, VIEW("temperror")))
		return;
	s->said |= view_equal(result, VIEW("pass")) ? SIGNATURE_SAID_PASS
						    : SIGNATURE_SAID_FAIL;
}

static void
take_dkim(struct run *r, const struct authres_result *result)
{
	size_t count = 0;

	if (view_equal(result->result, VIEW("none")))
		return;
	for (size_t i = 0; i < r->signatures->count; i++)
		count += is_about(result, &r->signatures->item[i]);
	for (size_t i = 0; i < r->signatures->count; i++)
		if (is_about(result, &r->signatures->item[i]))
			note(&r->signatures->item[i], result->result);
	if (count > 1)
		ignore(r, "a result about one of several signatures");
}

/* smtp.mailfrom must be our own envelope's (CVE-2019-20790). */
static void
take_spf(struct run *r, const struct authres_result *result)
{
	struct view said =
	    authres_value(result, VIEW("smtp"), VIEW("mailfrom"));
	struct view from = r->source->envelope_from, local, domain;

	if (said.size == 0)
		said = authres_value(result, VIEW("smtp"), VIEW("mail"));
	r->out->spf = view_equal(result->result, VIEW("pass")) &&
	    addr_split(from, &local, &domain) == 0 &&
	    (addr_equal(said, from) || view_equal_nocase(said, domain));
}

static void
take_results(struct run *r, const struct authres *a)
{
	bool dkim = false, spf = false;

	for (size_t i = 0; i < a->results; i++) {
		const struct authres_result *result = &a->result[i];

		if (result->version != 1)
			continue;
		if (view_equal(result->method, VIEW("dkim"))) {
			take_dkim(r, result);
			dkim = true;
		} else if (view_equal(result->method, VIEW("spf"))) {
			if (spf)
				ignore(r, "two results of SPF");
			take_spf(r, result);
			spf = true;
		}
	}
	/*
	 * OpenDKIM leaves a field that it cannot read, of over 4 kB or 512
	 * words, even with RemoveARAll.  One beside its own with a result of
	 * DKIM is found out by that; one of SPF alone is not.
	 */
	if (spf && !dkim)
		r->out->spf = false;
	r->dkim_fields += dkim;
	r->spf_fields += spf;
}

static void
take_field(struct run *r, const struct header *field)
{
	struct authres a;
	const char *why = "";
	int result;

	if (++r->fields > LIMIT_RESULTS_FIELDS) {
		/* One of ours may be among those that are not read. */
		r->out->found = true;
		ignore(r, "more than %d fields", LIMIT_RESULTS_FIELDS);
		return;
	}
	result = authres_read(r->pool, field->raw, &a, &why);
	if (!pool_ok(r->pool)) {
		/* Whose field this is may not be known. */
		r->out->found = true;
		ignore(r, "out of memory");
		return;
	}
	if (!is_ours(r, &a))
		return;
	r->out->found = true;
	r->out->id = a.id;
	if (result < 0)
		ignore(r, "a broken field: %s", why);
	else if (a.version == 1)
		take_results(r, &a);
}

/*
 * OpenDKIM gives up on a mail when it cannot read one of its signatures,
 * whosesoever, and where it is told to accept what is too large for it, on one
 * with a large header (MaximumHeaders).  It adds no field then and removes
 * none, so that what stands there may be the sender's.
 */
static void
doubt_size(struct run *r, const struct message *m)
{
	size_t size = 0;

	for (size_t i = 0; i < m->header_count; i++)
		size += m->header[i].name.size + m->header[i].raw.size;
	if (size > LIMIT_RESULTS_HEADER_SIZE)
		ignore(r, "a large header");
}

static void
doubt_signatures(struct run *r, const struct message *m)
{
	size_t count = 0;

	for (size_t i = 0; i < m->header_count; i++) {
		struct tags tags;

		if (!view_equal_nocase(m->header[i].name,
			VIEW("DKIM-Signature")))
			continue;
		if (++count > LIMIT_SIGNATURES) {
			ignore(r, "more than %d signatures", LIMIT_SIGNATURES);
			return;
		}
		tags_read(r->pool, m->header[i].raw, &tags);
		if (!pool_ok(r->pool))
			ignore(r, "out of memory");
		else if (!tags.sound)
			ignore(r, "a malformed DKIM-Signature");
	}
}

static bool
says_pass(const struct run *r)
{
	for (size_t i = 0; i < r->signatures->count; i++)
		if ((r->signatures->item[i].said & SIGNATURE_SAID_PASS) != 0)
			return true;
	return false;
}

/*
 * No pass counts that was said.  But who sends the mail chooses much of what
 * is in doubt here; so where nothing says that a signature of the network
 * passes, it counts that somebody looked.  Nobody forges a failure.
 */
static void
forget(struct run *r)
{
	if (says_pass(r)) {
		for (size_t i = 0; i < r->signatures->count; i++)
			r->signatures->item[i].said = 0;
		r->dkim_fields = 0;
	}
	r->out->spf = false;
}

void
results_read(struct pool *p, const struct message *m,
    const struct results_source *source, struct signatures *signatures,
    struct results *out)
{
	struct run r = { .pool = p,
		.source = source,
		.signatures = signatures,
		.out = out };

	*out = (struct results){ .found = false };
	if (source->ids == 0)
		return;
	for (size_t i = 0; i < m->header_count &&
	     !view_equal_nocase(m->header[i].name, VIEW("Received"));
	     i++)
		if (view_equal_nocase(m->header[i].name,
			VIEW("Authentication-Results")))
			take_field(&r, &m->header[i]);
	if (source->helo_missed)
		ignore(&r, "HELO was not heard");
	if (could_be_read_otherwise(source->envelope_from) ||
	    could_be_read_otherwise(source->helo))
		ignore(&r, "an odd reverse-path or HELO");
	if ((m->cut & MESSAGE_CUT_HEADER) != 0)
		ignore(&r, "the header was cut");
	if (out->found) {
		doubt_size(&r, m);
		doubt_signatures(&r, m);
	}
	/* A second one survived where it should have been taken out. */
	if (r.dkim_fields > 1 || r.spf_fields > 1)
		ignore(&r, "two fields of one kind");
	if (!out->found)
		out->ignored[0] = '\0';
	if (out->ignored[0] != '\0')
		forget(&r);
	out->dkim = r.dkim_fields > 0;
}
