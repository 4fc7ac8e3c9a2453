// SPDX-License-Identifier: BSD-2-Clause
/*
 * signature.c - DKIM signatures verified in-process.
 *
 * The library is given what it can be trusted with: fields that tags.h has
 * read, no more than eight signatures, line ends as they were signed, and
 * keys by our own look-ups.
 */
#include "mail/signature.h"

#include <opendkim/dkim.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "mail/addr.h"
#include "mail/auth.h"
#include "mail/tags.h"

struct signature_verifier {
	DKIM_LIB *library;
	const struct clock *clock;
	struct key_source *keys;
};

/*
 * One message's look-ups: none begins later than a second after the first.
 *
 * No answer about a key leaves a message open to doubt, which a forger would
 * like.  Where only the network's signers are asked for, all the names are
 * below the network's own domains: what is asked there is the forger's to
 * choose, but not whether the network's name servers answer.  Many questions
 * could use the second up, though each is answered; so what there is no time
 * for has no answer only where some other had none.
 */
struct lookups {
	const struct signature_verifier *verifier;
	int64_t begin_us;
	bool begun;
	bool unanswered; /* one of them */
};

enum { LAST_BEGIN_US = 1000 * 1000 };

static enum key_answer
look_up(struct lookups *l, const char *name, char text[KEY_TEXT_SIZE])
{
	int64_t now = clock_steady_us(l->verifier->clock);
	enum key_answer answer;

	if (!l->begun)
		l->begin_us = now;
	l->begun = true;
	if (now - l->begin_us > LAST_BEGIN_US)
		return l->unanswered ? KEY_NO_ANSWER : KEY_NONE;
	answer = key_find(l->verifier->keys, name, text);
	l->unanswered |= answer == KEY_NO_ANSWER;
	return answer;
}

/* The library asks for a key. */
static DKIM_CBSTAT
find_key(DKIM *dkim, DKIM_SIGINFO *sig, unsigned char *buffer, size_t size)
{
	struct lookups *l = dkim_get_user_context(dkim);
	char name[256], text[KEY_TEXT_SIZE];
	int length = snprintf(name, sizeof(name), "%s._domainkey.%s",
	    (const char *)dkim_sig_getselector(sig),
	    (const char *)dkim_sig_getdomain(sig));

	if (length < 0 || (size_t)length >= sizeof(name))
		return DKIM_CBSTAT_NOTFOUND;
	switch (look_up(l, name, text)) {
	case KEY_FOUND:
		length = snprintf((char *)buffer, size, "%s", text);
		return length >= 0 && (size_t)length < size
		    ? DKIM_CBSTAT_CONTINUE
		    : DKIM_CBSTAT_NOTFOUND;
	case KEY_NO_ANSWER:
		dkim_sig_seterror(sig, DKIM_SIGERROR_KEYFAIL);
		return DKIM_CBSTAT_TRYAGAIN;
	case KEY_NONE:
		break;
	}
	return DKIM_CBSTAT_NOTFOUND;
}

/*
 * Signatures are processed at the end, where one that fails does not hide
 * the others; how many bits are enough is for auth.h to say.
 */
static int
set_up(DKIM_LIB *library)
{
	u_int flags = DKIM_LIBFLAGS_DELAYSIGPROC, bits = 0;

	if (dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags,
		sizeof(flags)) != DKIM_STAT_OK ||
	    dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_MINKEYBITS, &bits,
		sizeof(bits)) != DKIM_STAT_OK)
		return -1;
	return dkim_set_key_lookup(library, find_key) == DKIM_STAT_OK ? 0 : -1;
}

struct signature_verifier *
signature_open(const char *keys, const struct clock *clock, struct err *e)
{
	struct signature_verifier *v = calloc(1, sizeof(*v));

	if (v == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	v->clock = clock;
	v->keys = key_open(keys, clock, e);
	if (v->keys == NULL)
		goto fail;
	v->library = dkim_init(NULL, NULL);
	if (v->library == NULL || set_up(v->library) < 0) {
		err_set(e, "libopendkim does not start");
		goto fail;
	}
	return v;
fail:
	signature_close(v);
	return NULL;
}

void
signature_close(struct signature_verifier *v)
{
	if (v == NULL)
		return;
	key_close(v->keys);
	if (v->library != NULL)
		dkim_close(v->library);
	free(v);
}

/* A signature field, and what the library is to say about it. */
struct candidate {
	const struct header *field;
	struct signature *item;
	bool given; /* the library took it */
};

struct candidates {
	struct candidate item[LIMIT_SIGNATURES];
	size_t count;
};

static bool
is_signature(const struct header *field)
{
	return view_equal_nocase(field->name, VIEW("DKIM-Signature"));
}

static void
describe(struct signature *item, const struct tags *tags,
    const struct message *m)
{
	static const struct {
		struct view name;
		unsigned bit;
	} fields[] = {
		{ VIEW("From"), SIGNATURE_FROM },
		{ VIEW("To"), SIGNATURE_TO },
		{ VIEW("Subject"), SIGNATURE_SUBJECT },
		{ VIEW("Date"), SIGNATURE_DATE },
	};

	*item = (struct signature){
		.domain = tags->domain,
		.selector = tags->selector,
		.result = SIGNATURE_FAIL,
		.partial = tags->partial,
		.key = tags->key,
	};
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (tags_cover(tags, m, fields[i].name))
			item->covers |= fields[i].bit;
	item->overlaid = tags_overlaid(tags, m);
}

/* Lists the signatures that count; those that are sound are candidates. */
static void
collect(struct pool *p, const struct message *m,
    const struct auth_list *signers, struct signatures *out,
    struct candidates *candidates)
{
	for (size_t i = 0; i < m->header_count; i++) {
		const struct header *field = &m->header[i];
		struct signature *item = &out->item[out->count];
		struct tags tags;
		bool sound;

		if (!is_signature(field))
			continue;
		sound = tags_read(p, field->raw, &tags) == 0;
		if (signers != NULL &&
		    !addr_domain_in(tags.domain, signers->domain,
			signers->count, false))
			continue;
		if (out->count == LIMIT_SIGNATURES) {
			out->cut = true;
			return;
		}
		out->count++;
		describe(item, &tags, m);
		item->sound = sound;
		if (sound)
			candidates->item[candidates->count++] =
			    (struct candidate){ field, item, false };
	}
}

/* As much of v as stands before a LF that no CR precedes. */
static struct view
before_bare_lf(struct view v)
{
	for (size_t at = 0, found;; at += found + 1) {
		found = view_find_byte(view_part(v, at, v.size), '\n');
		if (found == VIEW_NONE)
			return v;
		if (at + found == 0 || v.data[at + found - 1] != '\r')
			return view_part(v, 0, at + found);
	}
}

/* One field, as it was received but for its line ends. */
static DKIM_STAT
give_field(DKIM *dkim, struct text *text, const struct header *field)
{
	struct view rest = {
		field->name.data,
		(size_t)(field->raw.data + field->raw.size - field->name.data),
	};

	text_clear(text);
	while (rest.size > 0) {
		struct view piece = before_bare_lf(rest);

		text_add(text, piece);
		if (piece.size < rest.size)
			text_add_string(text, "\r\n");
		rest = view_part(rest, piece.size + 1, rest.size);
	}
	if (!text_ok(text))
		return DKIM_STAT_NORESOURCE;
	return dkim_header(dkim, (unsigned char *)text->data, text->size);
}

static struct candidate *
candidate_of(struct candidates *candidates, const struct header *field)
{
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->item[i].field == field)
			return &candidates->item[i];
	return NULL;
}

/*
 * The first field is one that no h= can name.  Where h= names all fields
 * there are and one more, the library writes behind the end of its list of
 * them.
 */
static DKIM_STAT
give_header(DKIM *dkim, const struct message *m, struct candidates *candidates)
{
	struct text text = TEXT_INIT(2 * LIMIT_HEADER_SIZE);
	char guard[] = "no name:";
	DKIM_STAT status =
	    dkim_header(dkim, (unsigned char *)guard, sizeof(guard) - 1);

	for (size_t i = 0; i < m->header_count; i++) {
		const struct header *field = &m->header[i];
		struct candidate *candidate = candidate_of(candidates, field);

		if (status == DKIM_STAT_NORESOURCE)
			break;
		if (candidate == NULL && is_signature(field))
			continue;
		status = give_field(dkim, &text, field);
		if (candidate != NULL)
			candidate->given = status == DKIM_STAT_OK;
	}
	text_free(&text);
	return status == DKIM_STAT_NORESOURCE ? status : DKIM_STAT_OK;
}

static DKIM_STAT
give_piece(DKIM *dkim, struct view v)
{
	/* The library only reads it. */
	return v.size == 0
	    ? DKIM_STAT_OK
	    : dkim_body(dkim, (unsigned char *)(uintptr_t)v.data, v.size);
}

static DKIM_STAT
give_body(DKIM *dkim, struct view body)
{
	DKIM_STAT status = DKIM_STAT_OK;
	struct view rest = body;

	while (rest.size > 0 && status == DKIM_STAT_OK) {
		struct view piece = before_bare_lf(rest);

		status = give_piece(dkim, piece);
		if (piece.size < rest.size && status == DKIM_STAT_OK)
			status = give_piece(dkim, VIEW("\r\n"));
		rest = view_part(rest, piece.size + 1, rest.size);
	}
	if (body.size > 0 && body.data[body.size - 1] != '\n' &&
	    status == DKIM_STAT_OK)
		status = give_piece(dkim, VIEW("\r\n"));
	return status;
}

static enum signature_result
result_of(DKIM_SIGINFO *sig)
{
	unsigned flags = dkim_sig_getflags(sig);

	if ((flags & DKIM_SIGFLAG_TESTKEY) != 0)
		return SIGNATURE_NO_KEY;
	switch (dkim_sig_geterror(sig)) {
	case DKIM_SIGERROR_OK:
		return (flags & DKIM_SIGFLAG_PASSED) != 0 &&
			dkim_sig_getbh(sig) == DKIM_SIGBH_MATCH
		    ? SIGNATURE_PASS
		    : SIGNATURE_FAIL;
	case DKIM_SIGERROR_UNKNOWN: /* no memory to look at it */
		return (flags & DKIM_SIGFLAG_PROCESSED) == 0
		    ? SIGNATURE_TEMPORARY
		    : SIGNATURE_FAIL;
	case DKIM_SIGERROR_KEYFAIL:
		return SIGNATURE_TEMPORARY;
	case DKIM_SIGERROR_NOKEY:
	case DKIM_SIGERROR_DNSSYNTAX:
	case DKIM_SIGERROR_MULTIREPLY:
	case DKIM_SIGERROR_KEYVERSION:
	case DKIM_SIGERROR_KEYUNKNOWNHASH:
	case DKIM_SIGERROR_KEYHASHMISMATCH:
	case DKIM_SIGERROR_NOTEMAILKEY:
	case DKIM_SIGERROR_KEYTYPEMISSING:
	case DKIM_SIGERROR_KEYTYPEUNKNOWN:
	case DKIM_SIGERROR_KEYREVOKED:
	case DKIM_SIGERROR_KEYDECODE:
		return SIGNATURE_NO_KEY;
	default:
		return SIGNATURE_FAIL;
	}
}

static unsigned
key_bits(DKIM_SIGINFO *sig)
{
	enum { ED25519_BITS = 256 };
	dkim_alg_t algorithm;
	unsigned bits;

	if ((dkim_sig_getflags(sig) & DKIM_SIGFLAG_PROCESSED) == 0 ||
	    dkim_sig_getsignalg(sig, &algorithm) != DKIM_STAT_OK ||
	    dkim_sig_getkeysize(sig, &bits) != DKIM_STAT_OK)
		return 0;
	return algorithm == DKIM_SIGN_ED25519SHA256 ? ED25519_BITS : bits;
}

/* The library lists the signatures it took, in the order it took them. */
static void
take_results(DKIM *dkim, struct candidates *candidates)
{
	DKIM_SIGINFO **list;
	int count, at = 0;

	if (dkim_getsiglist(dkim, &list, &count) != DKIM_STAT_OK)
		return;
	for (size_t i = 0; i < candidates->count && at < count; i++) {
		struct signature *item = candidates->item[i].item;

		if (!candidates->item[i].given)
			continue;
		item->result = result_of(list[at]);
		item->key_bits = key_bits(list[at]);
		at++;
	}
}

/* Whatever the library refuses on the way, its signatures have not passed. */
static int
verify(const struct signature_verifier *v, const struct message *m,
    struct candidates *candidates, struct err *e)
{
	struct lookups lookups = { .verifier = v };
	DKIM_STAT status;
	DKIM *dkim = dkim_verify(v->library, (const unsigned char *)"message",
	    NULL, &status);

	if (dkim == NULL)
		return err_set(e, "out of memory");
	dkim_set_user_context(dkim, &lookups);
	status = give_header(dkim, m, candidates);
	if (status == DKIM_STAT_OK)
		status = dkim_eoh(dkim);
	if (status == DKIM_STAT_OK)
		status = give_body(dkim, m->body);
	if (status == DKIM_STAT_OK) {
		dkim_eom(dkim, NULL);
		take_results(dkim, candidates);
	}
	dkim_free(dkim);
	return status == DKIM_STAT_NORESOURCE ? err_set(e, "out of memory") : 0;
}

/* The library stops reading a field at a NUL; we do not. */
static bool
has_nul(const struct message *m)
{
	for (size_t i = 0; i < m->header_count; i++)
		if (view_find_byte(m->header[i].raw, '\0') != VIEW_NONE)
			return true;
	return false;
}

/* What is signed cannot be told without the whole header. */
static int
list(struct pool *p, const struct message *m, const struct auth_list *signers,
    struct signatures *out, struct candidates *candidates, struct err *e)
{
	*out = (struct signatures){ .count = 0 };
	candidates->count = 0;
	if ((m->cut & MESSAGE_CUT_HEADER) == 0)
		collect(p, m, signers, out, candidates);
	return pool_ok(p) ? 0 : err_set(e, "no memory for signatures");
}

int
signature_list(struct pool *p, const struct message *m,
    const struct auth_list *signers, struct signatures *out, struct err *e)
{
	struct candidates candidates;

	return list(p, m, signers, out, &candidates, e);
}

int
signature_verify(const struct signature_verifier *v, struct pool *p,
    const struct message *m, const struct auth_list *signers,
    struct signatures *out, struct err *e)
{
	struct candidates candidates;

	if (list(p, m, signers, out, &candidates, e) < 0)
		return -1;
	out->too_large =
	    (m->cut & (MESSAGE_CUT_HEADER | MESSAGE_CUT_BODY)) != 0;
	if (out->too_large)
		return 0;
	if (candidates.count > 0 && !has_nul(m) &&
	    verify(v, m, &candidates, e) < 0)
		return -1;
	out->checked = true;
	return 0;
}

enum key_news
signature_news(const struct signature_verifier *v)
{
	return key_news(v->keys);
}

const char *
signature_result_name(enum signature_result result)
{
	static const char *const names[] = {
		[SIGNATURE_PASS] = "pass",
		[SIGNATURE_FAIL] = "fail",
		[SIGNATURE_NO_KEY] = "no-key",
		[SIGNATURE_TEMPORARY] = "temporary",
	};

	return names[result];
}
