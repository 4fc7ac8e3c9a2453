// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_fuzz.c - packs, and what any pack makes of one mail.
 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "recognise/imitation.h"
#include "recognise/recognise.h"

#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}

static const struct header header[] = {
	{ V("From"), V(" Ann <ann@n.example>"), V("Ann <ann@n.example>") },
	{ V("X-Net"), V(" invite_01"), V("invite_01") },
};
static const struct mailbox from = { V("Ann"), V("ann@n.example") };
static const struct link link[] = {
	{ V("https://n.example/in/ann?k=invite_01"), V("Ann") },
	{ V("https://n.example/accept/6132985418842456064"), V("Accept") },
	{ V("https://n.example/in/bob"), V("") },
};
static const struct message mail = {
	.header = header,
	.header_count = 2,
	.from = &from,
	.from_count = 1,
	.subject = V("Bob, let us connect"),
	.plain =
	    V("Hi Bob,\nlet us connect.\n\nAnn\nPilot at One\n\nAccept: x\n"),
	.html = V("Hi Bob,\nAnn\nPilot at One\nNowhere\nAccept\n"),
	.html_lang = V("en"),
	.link = link,
	.link_count = 3,
};

static void
check_text(struct view v, size_t limit)
{
	MUST(v.size <= limit);
	MUST(utf8_valid(v));
}

static void
check_person(const struct person *person)
{
	MUST(person->name.size == 0 ||
	    view_find_byte(person->name, '\n') == VIEW_NONE);
	check_text(person->name, LIMIT_NAME_SIZE);
	check_text(person->given, LIMIT_NAME_SIZE);
	check_text(person->headline, LIMIT_FIELD_SIZE);
	check_text(person->company, LIMIT_FIELD_SIZE);
	check_text(person->location, LIMIT_FIELD_SIZE);
	check_text(person->profile, LIMIT_FIELD_SIZE);
	check_text(person->email, LIMIT_FIELD_SIZE);
}

static void
check_request(const struct request *r)
{
	MUST(r->type < REQUEST_TYPE_COUNT);
	MUST((r->type == REQUEST_OTHER) == (r->why_other != NULL) ||
	    r->evidence_count == 1);
	MUST(r->people <= LIMIT_PEOPLE);
	MUST(r->mutual >= -1 && r->made_ms >= 0);
	MUST((r->note == NOTE_NONE) == (r->note_text.size == 0));
	check_text(r->note_text, LIMIT_NOTE_SIZE);
	check_text(r->group, LIMIT_FIELD_SIZE);
	check_text(r->lang, LIMIT_FIELD_SIZE);
	for (size_t i = 0; i < LIMIT_PEOPLE; i++)
		check_person(&r->person[i]);
}

/* The same mail gives the same request. */
static void
recognise_twice(struct pack *p)
{
	struct regex_scratch *scratch = regex_scratch_new();
	struct pool *pool = pool_new(LIMIT_MESSAGE_POOL);
	struct packs packs = { &p, 1 };
	struct view envelope = VIEW("m-1@n.example");
	static struct request a, b;
	struct imitation found;

	MUST(scratch != NULL && pool != NULL);
	recognise_candidate(&packs, header, 2, envelope, true);
	MUST(recognise_request(p, &mail, envelope, scratch, pool, &a) == 0);
	check_request(&a);
	MUST(recognise_request(p, &mail, envelope, scratch, pool, &b) == 0);
	MUST(a.type == b.type && a.people == b.people && a.note == b.note);
	MUST(imitation_find(p, &mail, scratch, pool, &a, &found) == 0);
	check_request(&a);
	MUST(found.kind == IMITATION_NO || a.people == 0);
	pool_free(pool);
	regex_scratch_free(scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err e = ERR_NONE;
	struct pack *p =
	    pack_parse((struct view){ (const char *)data, size }, "x.conf", &e);

	if (p == NULL) {
		MUST(strncmp(e.text, "x.conf:", 7) == 0);
		MUST(strchr(e.text, '\n') == NULL);
		return 0;
	}
	MUST(pack_name(p).size > 0);
	recognise_twice(p);
	pack_free(p);
	return 0;
}
