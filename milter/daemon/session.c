// SPDX-License-Identifier: BSD-2-Clause
/*
 * session.c - what one SMTP connection has told us so far.
 */
#include "daemon/session.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "daemon/bounced.h"
#include "daemon/learned.h"
#include "daemon/split.h"
#include "mail/addr.h"
#include "mail/bounce.h"
#include "mail/collect.h"
#include "recognise/recognise.h"

enum { KEEP_BYTES = 128 * 1024, LARGEST_ADDRESS = 1024 };

struct session {
	/* Of the connection. */
	struct text client_name, client_address, helo;
	bool hears_helo, helo_failed, internal;

	/* Of the message. */
	struct site *site; /* held */
	bool under_way, candidate, too_many, failed;
	bool may_bounce, bounce;
	struct split split;
	char writer[LIMIT_USER_NAME_SIZE + 1]; /* "": no user of ours */
	struct text from, queue_id;
	struct text rcpts; /* all addresses, one behind the other */
	size_t *rcpt_end;
	struct view *rcpt;
	size_t rcpt_count, rcpt_room;
	struct own_fields own; /* whatever had to be left out of bytes */
	struct text bytes;     /* headers and body, CRLF */
	size_t body;           /* where it begins in them */
	struct collector header;
	struct header *field;
	bool body_cut;
};

struct session *
session_new(void)
{
	static const struct session empty = {
		.client_name = TEXT_INIT(LARGEST_ADDRESS),
		.client_address = TEXT_INIT(LARGEST_ADDRESS),
		.helo = TEXT_INIT(LARGEST_ADDRESS),
		.from = TEXT_INIT(LARGEST_ADDRESS),
		.queue_id = TEXT_INIT(LARGEST_ADDRESS),
		.rcpts = TEXT_INIT(LIMIT_RECIPIENTS * LARGEST_ADDRESS),
		.bytes = TEXT_INIT(LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE + 2),
	};
	struct session *s = malloc(sizeof(*s));

	if (s != NULL)
		*s = empty;
	return s;
}

void
session_free(struct session *s)
{
	if (s == NULL)
		return;
	session_reset(s);
	text_free(&s->client_name);
	text_free(&s->client_address);
	text_free(&s->helo);
	text_free(&s->from);
	text_free(&s->queue_id);
	text_free(&s->rcpts);
	text_free(&s->bytes);
	own_fields_free(&s->own);
	free(s->rcpt_end);
	free(s->rcpt);
	collector_free(&s->header);
	free(s->field);
	free(s);
}

/* What is too long is nobody's: cut, it could be somebody else's. */
static struct view
not_too_long(struct view v)
{
	return v.size > LARGEST_ADDRESS ? VIEW("") : v;
}

static enum session_answer
keep(struct text *t, struct view v)
{
	text_clear(t);
	text_add(t, not_too_long(v));
	return text_ok(t) ? SESSION_GO_ON : SESSION_FAILED;
}

enum session_answer
session_connect(struct session *s, const struct site *site, struct view name,
    struct view address, bool hears_helo)
{
	s->hears_helo = hears_helo;
	s->helo_failed = false;
	text_clear(&s->helo);
	if (keep(&s->client_name, name) == SESSION_FAILED ||
	    keep(&s->client_address, address) == SESSION_FAILED)
		return SESSION_FAILED;
	s->internal = hosts_contain(site->internal, address);
	return s->internal && !bounced_count_them(site) &&
		!site->conf->users.learn
	    ? SESSION_LET_GO
	    : SESSION_GO_ON;
}

enum session_answer
session_helo(struct session *s, struct view name)
{
	/* What is too long has all that can be wrong with it. */
	enum session_answer a =
	    keep(&s->helo, name.size > LARGEST_ADDRESS ? VIEW("(") : name);

	s->helo_failed = a == SESSION_FAILED;
	return a;
}

/* What is only to be counted is let go, whatever on_failure says. */
static enum session_answer
give_up(const struct session *s)
{
	return s->internal ? SESSION_LET_GO : SESSION_FAILED;
}

enum session_answer
session_mail(struct session *s, struct site *site, struct view from,
    bool authenticated)
{
	session_reset(s);
	s->site = site;
	s->under_way = true;
	s->may_bounce = addr_bare(from).size == 0 && bounced_count_them(site);
	if (authenticated || (s->internal && !s->may_bounce))
		return site->conf->users.learn &&
			learned_find_writer(site, addr_bare(from), s->writer)
		    ? SESSION_GO_ON
		    : SESSION_LET_GO;
	if (s->helo_failed || keep(&s->from, addr_bare(from)) == SESSION_FAILED)
		return give_up(s);
	split_begin(&s->split, site, text_view(&s->from));
	return SESSION_GO_ON;
}

/* Room for one more element in an array that doubles. */
static bool
make_room(void **array, size_t *room, size_t count, size_t size)
{
	size_t more = *room == 0 ? 16 : *room * 2;
	void *larger;

	if (count < *room)
		return true;
	larger = realloc(*array, more * size);
	if (larger == NULL)
		return false;
	*array = larger;
	*room = more;
	return true;
}

static enum session_answer
add_recipient(struct session *s, struct view rcpt)
{
	void *ends = s->rcpt_end;
	bool room;

	/* No notification goes to so many; a hold would bind all of them. */
	if (s->rcpt_count == LIMIT_RECIPIENTS) {
		s->too_many = true;
		return SESSION_GO_ON;
	}
	room = make_room(&ends, &s->rcpt_room, s->rcpt_count,
	    sizeof(*s->rcpt_end));
	s->rcpt_end = ends;
	if (!room)
		return SESSION_FAILED;
	text_add(&s->rcpts, not_too_long(addr_bare(rcpt)));
	if (!text_ok(&s->rcpts))
		return SESSION_FAILED;
	s->rcpt_end[s->rcpt_count++] = s->rcpts.size;
	return SESSION_GO_ON;
}

/* Who has failed once has no whole message any more. */
static enum session_answer
remember(struct session *s, enum session_answer a)
{
	s->failed = s->failed || a == SESSION_FAILED;
	return s->failed ? SESSION_FAILED : a;
}

enum session_answer
session_recipient(struct session *s, struct view rcpt)
{
	return remember(s, add_recipient(s, rcpt));
}

bool
session_refuses(struct session *s, struct view rcpt)
{
	return s->rcpt_count < LIMIT_RECIPIENTS &&
	    split_refuses(&s->split, s->site, not_too_long(addr_bare(rcpt)));
}

static bool
view_recipients(struct session *s)
{
	struct view all = text_view(&s->rcpts);
	struct view *rcpt =
	    realloc(s->rcpt, (s->rcpt_count + 1) * sizeof(*rcpt));

	if (rcpt == NULL)
		return false;
	s->rcpt = rcpt;
	for (size_t i = 0, from = 0; i < s->rcpt_count; i++) {
		rcpt[i] = view_part(all, from, s->rcpt_end[i] - from);
		from = s->rcpt_end[i];
	}
	return true;
}

bool
session_sent(struct session *s, struct learned_mail *mail)
{
	if (s->writer[0] == '\0' || s->failed || !view_recipients(s))
		return false;
	*mail = (struct learned_mail){ s->site, s->writer, s->rcpt,
		s->rcpt_count, 0 };
	return true;
}

bool
session_is_outgoing(const struct session *s)
{
	return s->writer[0] != '\0';
}

static enum session_answer
add_header(struct session *s, struct view name, struct view value,
    bool has_space)
{
	/* What internal hosts send is not cleaned either. */
	if ((!s->internal && own_fields_add(&s->own, name) < 0) ||
	    collector_add(&s->header, &s->bytes, name, value, has_space) < 0)
		return SESSION_FAILED;
	return SESSION_GO_ON;
}

enum session_answer
session_header(struct session *s, struct view name, struct view value,
    bool has_space)
{
	if (session_is_outgoing(s))
		return SESSION_GO_ON;
	return remember(s, add_header(s, name, value, has_space));
}

/* As views, now that the bytes move no more before they are used. */
static bool
view_fields(struct session *s)
{
	struct header *field =
	    realloc(s->field, (s->header.count + 1) * sizeof(*field));

	if (field == NULL)
		return false;
	s->field = field;
	collector_view(&s->header, &s->bytes, field);
	return true;
}

/* Whether a closer look is worth it. */
static bool
is_suspect(const struct session *s)
{
	const struct packs *packs = &s->site->packs;

	return recognise_candidate(packs, s->field, s->header.count,
		   text_view(&s->from),
		   s->site->conf->trust.forged != CONF_FORGED_NONE) != NULL ||
	    recognise_unseen(packs, s->header.cut) != NULL;
}

static bool
is_for_a_user(const struct session *s)
{
	char user[LIMIT_USER_NAME_SIZE + 1];

	for (size_t i = 0; i < s->rcpt_count; i++)
		if (users_map_find(s->site->users, s->rcpt[i], user))
			return true;
	return false;
}

/* Whether it is the type of a report; the first field counts (part.h). */
static bool
is_report(const struct session *s)
{
	for (size_t i = 0; i < s->header.count; i++)
		if (view_equal_nocase(s->field[i].name, VIEW("Content-Type")))
			return bounce_is_report(s->field[i].raw);
	return false;
}

enum session_answer
session_headers_end(struct session *s)
{
	if (session_is_outgoing(s))
		return SESSION_LET_GO;
	if (s->failed || !view_fields(s) || !view_recipients(s))
		return give_up(s);
	s->candidate =
	    !s->internal && !s->too_many && is_suspect(s) && is_for_a_user(s);
	s->bounce = s->may_bounce && !s->too_many && s->rcpt_count == 1 &&
	    is_report(s) && is_for_a_user(s);
	text_add_string(&s->bytes, "\r\n");
	if (!text_ok(&s->bytes))
		return give_up(s);
	s->body = s->bytes.size;
	if (s->candidate || s->bounce)
		return SESSION_GO_ON;
	return s->own.count > 0 ? SESSION_SKIP_BODY : SESSION_LET_GO;
}

enum session_answer
session_body(struct session *s, struct view chunk)
{
	size_t most = s->candidate ? LIMIT_BODY_SIZE : LIMIT_BOUNCE_SIZE;
	size_t room = most - (s->bytes.size - s->body);

	if (!s->candidate && !s->bounce)
		return SESSION_SKIP_BODY;
	if (chunk.size > room) {
		s->body_cut = true;
		chunk = view_part(chunk, 0, room);
	}
	text_add(&s->bytes, chunk);
	if (!text_ok(&s->bytes))
		return give_up(s);
	return s->body_cut ? SESSION_SKIP_BODY : SESSION_GO_ON;
}

void
session_queue_id(struct session *s, struct view id)
{
	if (s->queue_id.size == 0)
		keep(&s->queue_id, id);
}

const char *
session_name(const struct session *s)
{
	return s->queue_id.size == 0 ? "NOQUEUE" : text_string(&s->queue_id);
}

void
session_collected(const struct session *s, struct session_mail *mail)
{
	mail->site = s->site;
	mail->message = (struct engine_message){
		.envelope = {
			.client_name = text_view(&s->client_name),
			.client_address = text_view(&s->client_address),
			.helo = text_view(&s->helo),
			.helo_missed = !s->hears_helo,
			.from = text_view(&s->from),
			.rcpt = s->rcpt,
			.rcpt_count = s->rcpt_count,
			.queue_id = text_view(&s->queue_id),
		},
		.bytes = text_view(&s->bytes),
		.cut = s->header.cut | (s->body_cut ? MESSAGE_CUT_BODY : 0),
		.own = &s->own,
	};
	mail->candidate = s->candidate;
	mail->bounce = s->bounce;
}

bool
session_has_mail(const struct session *s)
{
	return s->under_way;
}

/* A large message must not leave its memory to a connection that idles. */
static void
empty(struct text *t)
{
	if (t->capacity > KEEP_BYTES)
		text_free(t);
	text_clear(t);
}

void
session_reset(struct session *s)
{
	site_drop(s->site);
	s->site = NULL;
	s->under_way = s->candidate = s->too_many = s->failed = false;
	s->body_cut = s->may_bounce = s->bounce = s->split.on = false;
	s->writer[0] = '\0';
	s->rcpt_count = 0;
	collector_reset(&s->header);
	text_clear(&s->from);
	text_clear(&s->queue_id);
	empty(&s->rcpts);
	own_fields_clear(&s->own);
	empty(&s->bytes);
}
