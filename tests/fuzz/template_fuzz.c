// SPDX-License-Identifier: BSD-2-Clause
/*
 * template_fuzz.c - templates, and the mails that are made of them.
 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "effects/compose.h"
#include "effects/template_parts.h"
#include "fuzz.h"
#include "mail/mime.h"

/* In what was accepted stands nothing but text and the two variables. */
static void
check_parts(struct view v)
{
	struct view rest = v;
	struct template_part part;
	size_t before = rest.size + 1;

	while (template_next(&rest, &part)) {
		MUST(rest.size < before);
		before = rest.size;
		MUST(part.text.size > 0 ||
		    view_equal(part.variable, VIEW("given")) ||
		    view_equal(part.variable, VIEW("owner")));
		MUST(view_find_byte(part.text, '{') == VIEW_NONE);
	}
	MUST(rest.size == 0);
}

/* A field's name and its colon, or the blank of a line that goes on. */
static void
check_header_line(struct view line)
{
	size_t colon = view_find_byte(line, ':');

	MUST(line.size <= 998);
	if (byte_is_blank(line.data[0]))
		return;
	MUST(colon != VIEW_NONE && colon > 0);
	for (size_t i = 0; i < colon; i++)
		MUST(byte_is_letter(line.data[i]) || line.data[i] == '-');
}

static void
check_mail(struct view mail)
{
	struct view rest = mail, line;
	int to = 0, subject = 0, body = 0;

	for (size_t i = 0; i < mail.size; i++)
		MUST((mail.data[i] >= ' ' && mail.data[i] < 0x7F) ||
		    mail.data[i] == '\n' || mail.data[i] == '\t');
	while (view_line(&rest, &line)) {
		MUST(line.size <= 998);
		if (line.size == 0)
			break;
		check_header_line(line);
		to += view_starts_nocase(line, VIEW("To:"));
		subject += view_starts_nocase(line, VIEW("Subject:"));
		MUST(!view_starts_nocase(line, VIEW("Bcc:")));
	}
	MUST(to == 1 && subject == 1);
	while (view_line(&rest, &line)) {
		MUST(line.size <= 998);
		body++;
	}
	MUST(body > 0);
}

static void
compose(const struct template *t, enum job_mode mode, struct view given,
    struct view headline)
{
	const struct job job = { .mode = mode,
		.sender = VIEW("alice@example.net"),
		.sender_name = VIEW("Alice Example"),
		.recipient = VIEW("route@example.org"),
		.template_name = VIEW("x"),
		.given = given,
		.message_id = VIEW("<1@example.org>"),
		.summary = VIEW("an invitation from Zo\xC3\xAB Sample"),
		.network = VIEW("linkedin"),
		.headline = headline,
		.company = headline,
		.trust = VIEW("direct"),
		.rule = VIEW("r"),
		.route = VIEW("route@example.org"),
		.page = VIEW("https://www.example.org/") };
	const struct compose_facts facts = { .now_ms = 1,
		.host = "mx.example.net",
		.unique = "u1",
		.loop_key = "k1" };
	struct text out =
	    TEXT_INIT(mode == JOB_DRAFT ? LIMIT_NOTICE_SIZE : LIMIT_REPLY_SIZE);
	struct err e = ERR_NONE;

	if (compose_mail(&job, t, &facts, &out, &e) == 0)
		check_mail(text_view(&out));
	else
		MUST(strstr(e.text, "more than") != NULL);
	text_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct err e = ERR_NONE;
	struct template t;
	static bool ready;

	if (!ready)
		mime_init();
	ready = true;
	if (template_parse(bytes, "x.txt", &t, &e) < 0) {
		MUST(strncmp(e.text, "x.txt:", 6) == 0);
		MUST(strchr(e.text, '\n') == NULL);
		return 0;
	}
	MUST(size <= LIMIT_TEMPLATE_SIZE && t.body.size > 0);
	MUST(view_find_byte(t.subject, '\n') == VIEW_NONE);
	MUST(utf8_valid(t.subject) && utf8_valid(t.body));
	check_parts(t.subject);
	check_parts(t.body);
	compose(&t, JOB_REPLY, VIEW("Zo\xC3\xAB"), VIEW(""));
	compose(&t, JOB_REPLY, VIEW(""), VIEW(""));
	compose(&t, JOB_DRAFT, VIEW("Ann"), bytes);
	return 0;
}
