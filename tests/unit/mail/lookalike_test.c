// SPDX-License-Identifier: BSD-2-Clause
#include "mail/lookalike.h"

#include "t.h"

static void
domains(void **state)
{
	static const struct {
		const char *domain;
		enum lookalike want;
	} rows[] = {
		{ "linkedin.com", LOOKALIKE_LABEL },
		{ "LinkedIn.example", LOOKALIKE_LABEL },
		{ "linkedin.com.evil.example", LOOKALIKE_LABEL },
		{ "evil.linkedin.example", LOOKALIKE_LABEL },
		{ "mail.linkedin.evil.example", LOOKALIKE_LABEL },
		/* Part of a label. */
		{ "notlinkedin.com", LOOKALIKE_PART },
		{ "linkedin-mail.com", LOOKALIKE_PART },
		{ "linkedincom.example", LOOKALIKE_PART },
		{ "linkedincoachingjane.example", LOOKALIKE_PART },
		{ "mail.my-linkedin-page.example", LOOKALIKE_PART },
		{ "xn--linkedin-b0a.example", LOOKALIKE_PART },
		/* Other letters that look so. */
		{ "linkedln.com", LOOKALIKE_LETTERS },
		{ "1inkedin.com", LOOKALIKE_LETTERS },
		{ "Iinkedin.com", LOOKALIKE_LETTERS },
		{ "linked1n.example", LOOKALIKE_LETTERS },
		{ "l1nked1n-mail.example", LOOKALIKE_LETTERS },
		{ "my1inkedin.example", LOOKALIKE_LETTERS },
		{ "linkeclin.example", LOOKALIKE_LETTERS },
		{ "link3din.example", LOOKALIKE_LETTERS },
		{ "l\xC4\xB1nkedin.com", LOOKALIKE_LETTERS },
		{ "l\xD1\x96nkedin.com", LOOKALIKE_LETTERS },
		{ "xn--lnkedin-rfb.com", LOOKALIKE_LETTERS },
		{ "XN--LNKEDIN-ROG.com", LOOKALIKE_LETTERS },
		{ "l\xC3\xADnkedin.example", LOOKALIKE_LETTERS },
		{ "linked\xCE\xB9n.example", LOOKALIKE_LETTERS },
		{ "lin\xD0\xBA"
		  "edin.example",
		    LOOKALIKE_LETTERS },
		{ "link\xD0\xB5"
		  "din.example",
		    LOOKALIKE_LETTERS },
		{ "\xCA\x9F\xC9\xAA\xC9\xB4\xE1\xB4\x8B\xE1\xB4\x87\xE1\xB4"
		  "\x85\xC9\xAA\xC9\xB4.example",
		    LOOKALIKE_LETTERS },
		{ "\xEF\xBD\x8Cinkedin.example", LOOKALIKE_LETTERS },
		{ "li\xE2\x80\x8Bnkedin.example", LOOKALIKE_LETTERS },
		/* A slip of the pen. */
		{ "liinkedin.example", LOOKALIKE_NEAR },
		{ "linkdin.example", LOOKALIKE_NEAR },
		{ "linkedim.example", LOOKALIKE_NEAR },
		{ "linekdin.example", LOOKALIKE_NEAR },
		{ "liknedin.example", LOOKALIKE_NEAR },
		{ "linkedins.example", LOOKALIKE_PART },
		{ "inkedin.example", LOOKALIKE_NEAR },
		{ "linkdin-mail.example", LOOKALIKE_NEAR },
		{ "linked-in.example", LOOKALIKE_NEAR },
		{ "my-linked-in.example", LOOKALIKE_NEAR },
		{ "a.linked-in.example", LOOKALIKE_NEAR },
		/* None of these. */
		{ "", LOOKALIKE_NO },
		{ ".", LOOKALIKE_NO },
		{ "..", LOOKALIKE_NO },
		{ "xn--", LOOKALIKE_NO },
		{ "xn--zzzzzzzz.example", LOOKALIKE_NO },
		{ "xn--bcher-kva.example", LOOKALIKE_NO },
		{ "example.net", LOOKALIKE_NO },
		{ "linked.example", LOOKALIKE_NO },
		{ "link.edin.example", LOOKALIKE_NO },
		{ "linked.in", LOOKALIKE_NO },
		{ "linking.example", LOOKALIKE_NO },
		{ "blinkered.example", LOOKALIKE_NO },
		{ "unlinked-data.example", LOOKALIKE_NO },
		{ "kindle.example", LOOKALIKE_NO },
		{ "linkerd.example", LOOKALIKE_NO },
		{ "linnaeus.example", LOOKALIKE_NO },
		{ "\xD0\xBB\xD0\xB8\xD0\xBD\xD0\xBA\xD0\xB5\xD0\xB4\xD0\xB8"
		  "\xD0\xBD.example",
		    LOOKALIKE_NO },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view domain = exact_string(rows[i].domain);

		check_number(rows[i].domain,
		    lookalike_domain(domain, VIEW("linkedin")), rows[i].want);
		exact_free(domain);
	}
}

static void
names_of_other_networks(void **state)
{
	static const struct {
		const char *domain, *name;
		enum lookalike want;
	} rows[] = {
		{ "xlng.example", "xing", LOOKALIKE_LETTERS },
		{ "x1ng.example", "xing", LOOKALIKE_LETTERS },
		{ "king.example", "xing", LOOKALIKE_NO }, /* too short */
		{ "rneetup.example", "meetup", LOOKALIKE_LETTERS },
		{ "meetvp.example", "meetup", LOOKALIKE_NEAR },
		{ "vveibo.example", "weibo", LOOKALIKE_LETTERS },
		{ "vweibo.example", "weibo", LOOKALIKE_PART },
		{ "gitlab.example", "github", LOOKALIKE_NO },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_number(rows[i].domain,
		    lookalike_domain(view_of(rows[i].domain),
			view_of(rows[i].name)),
		    rows[i].want);
}

static void
names_in_a_text(void **state)
{
	static const struct {
		const char *text, *plain; /* NULL: as it is */
		bool in;
	} rows[] = {
		{ "LinkedIn", "linkedin", true },
		{ "L1nkedln Security", "linkedin Security", true },
		{ "Ann via Linked In", "Ann via linkedin", true },
		{ "L-i-n-k-e-d-I-n", "linkedin", true },
		{ "Link\xC3\xA9"
		  "dIn's",
		    "linkedin's", true },
		{ "Linked\xD0\x86n Connections", "linkedin Connections", true },
		{ "(\xF0\x9D\x90\x8B\xF0\x9D\x90\xA2nkedin)", "(linkedin)",
		    true },
		{ "L\xCC\xB6i\xCC\xB6nkedin", "linkedin", true },
		{ "linkedin, LinkedIn", "linkedin, linkedin", true },
		{ "\xE2\x9C\x85 LinkedIn\xC2\xA0Team",
		    "\xE2\x9C\x85 linkedin\xC2\xA0Team", true },
		{ "Linked(x)In", "linkedin", true },
		{ "L(1)inked(a b)In Team", "linkedin Team", true },
		{ "Linked (xyz)In", NULL, false },
		{ "Linked(xyz In", NULL, false },
		{ "We b(x)linked(y)in time", NULL, true },
		{ "L1nkedIn\xE2\x84\xA2 Support",
		    "linkedin\xE2\x84\xA2 Support", true },
		{ "maclinkedin", NULL, true },
		{ "\"Ann\" <ann@linkedin-mail.example>",
		    "\"Ann\" <ann@linkedin-mail.example>", true },
		{ "<a@xn--lnkedin-rog.example>", NULL, true },
		{ "<a@liinkedin.example>", NULL, true },
		{ "Ann Example <ann@example.net>", NULL, false },
		{ "We blinked in time", NULL, false },
		{ "Linked Industries", NULL, false },
		{ "Linked\xD0\x96n", NULL, true }, /* one letter is another */
		{ "", NULL, false },
		{ "\xFF\xFE", NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view text = exact_string(rows[i].text);
		struct text plain = TEXT_INIT(1000);

		check_number(rows[i].text,
		    lookalike_in_text(text, VIEW("linkedin")), rows[i].in);
		lookalike_add_plain(&plain, text, VIEW("linkedin"));
		check_view(rows[i].text, text_view(&plain),
		    rows[i].plain == NULL ? rows[i].text : rows[i].plain);
		text_free(&plain);
		exact_free(text);
	}
}

/* However long: read up to a limit, and whole where it is copied. */
static void
long_texts(void **state)
{
	static char text[3000];
	struct text plain = TEXT_INIT(sizeof(text));

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text + 2000, " linked in ", 11);
	assert_false(lookalike_in_text((struct view){ text, sizeof(text) },
	    VIEW("linkedin")));
	lookalike_add_plain(&plain, (struct view){ text, sizeof(text) },
	    VIEW("linkedin"));
	check_number("size", (long)plain.size, sizeof(text));
	text_free(&plain);
	memset(text, '\xE2', sizeof(text));
	assert_false(lookalike_in_text((struct view){ text, sizeof(text) },
	    VIEW("linkedin")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(domains),
		cmocka_unit_test(names_of_other_networks),
		cmocka_unit_test(names_in_a_text),
		cmocka_unit_test(long_texts),
	};

	return cmocka_run_group_tests_name("mail/lookalike", tests, NULL, NULL);
}
