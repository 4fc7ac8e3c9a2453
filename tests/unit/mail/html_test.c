// SPDX-License-Identifier: BSD-2-Clause
#include "mail/html.h"

#include "base/limits.h"
#include "t.h"

/* Links as "url=text|", one after the other. */
static void
note_link(void *arg, const struct html_link *link)
{
	struct text *links = arg;

	text_addf(links, "%.*s=%.*s|", VIEW_ARG(link->url),
	    VIEW_ARG(link->text));
}

static void
reduces_to_what_a_person_reads(void **state)
{
	static const struct {
		const char *name, *html, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "plain text", "Hi, Alice", "Hi, Alice" },
		{ "runs of blanks are one", " a \t\r\n b\f c ", "a b c" },
		{ "blanks between elements", "<b>a</b> <i>b</i>c", "a bc" },
		{ "blocks end lines", "<div>a</div><p>b<p>c<div><div>d",
		    "a\nb\nc\nd" },
		{ "cells and breaks too", "<td>a</td> <td>b<br>c<br/>d<BR />e",
		    "a\nb\nc\nd\ne" },
		{ "inline elements do not", "<span>a</span><font>b</font>",
		    "ab" },
		{ "unknown elements do not", "a<o:p></o:p>b<blockquotes>c",
		    "abc" },
		{ "no line before or behind it all", "<p><p>a</p></p> ", "a" },
		{ "entities", "O&#39;Neil &amp; S&oslash;n &lt;x&gt;",
		    "O'Neil & S\xC3\xB8n <x>" },
		{ "no-break space stays one", "a&nbsp;b",
		    "a\xC2\xA0"
		    "b" },
		{ "blanks as entities", "a&#32;&#10;b", "a b" },
		{ "no entity", "AT&T &nosuch; a & b&", "AT&T &nosuch; a & b&" },
		{ "script, style and title",
		    "<title>t</title>a<style>p > b {}</style>b"
		    "<SCRIPT>if (a</b) </scripts>no</Script >c",
		    "abc" },
		{ "style never closed", "a<style>b <p>c</p>", "a" },
		{ "title within a style", "<style></title>x</style>y", "y" },
		{ "comments",
		    "a<!-- b -- > <p> -->c<!---->d<!-->e<!--->f<!--[if x]>"
		    "g<![endif]-->h",
		    "acdefh" },
		{ "comment never closed", "a<!-- b --> c <!-- d", "a c" },
		{ "declarations",
		    "<!DOCTYPE html PUBLIC \"-//W3C\">a<?xml ?>b<![if !x]>c"
		    "<![endif]></ d>",
		    "abc" },
		{ "declaration never closed", "a<!DOCTYPE b", "a" },
		{ "quoted values hide what ends tags",
		    "<p title=\"a > b\" alt='c > d'>e", "e" },
		{ "a quote elsewhere does not", "<td style=\"x\"\">a<b \">b",
		    "ab" },
		{ "unquoted values", "<p a=b/c=d>e<p a=>f<p a = >g",
		    "e\nf\ng" },
		{ "value never closed", "a<p title=\"b>c</p>", "a" },
		{ "tag never closed", "a<p title", "a" },
		{ "just a character", "1 < 2 <3 <", "1 < 2 <3 <" },
		{ "a slash that closes nothing", "a</>b</", "ab" },
		{ "letters of other scripts",
		    "<p>\xD0\x9F\xD1\x80 \xC3\xA9</p>",
		    "\xD0\x9F\xD1\x80 \xC3\xA9" },
		{ "attribute that begins with =", "<p =x=\"y\">a", "a" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view html = exact_string(rows[i].html);
		struct text out = TEXT_INIT(1000);

		html_reduce(html, &out, NULL, NULL, NULL);
		assert_true(text_ok(&out));
		check_view(rows[i].name, text_view(&out), rows[i].want);
		text_free(&out);
		exact_free(html);
	}
}

static void
tells_links_with_their_text(void **state)
{
	static const struct {
		const char *name, *html, *want;
	} rows[] = {
		{ "usual", "<a href=\"https://x.test/?a=1&amp;b=2\">View</a>",
		    "https://x.test/?a=1&b=2=View|" },
		{ "text folded, over elements and lines",
		    "x <a class=c HREF='u'> View <b>the\n</b><div>page</div>"
		    "&nbsp;&raquo; </a> y",
		    "u=View the page \xC2\xA0\xC2\xBB|" },
		{ "alt text of pictures",
		    "<a href=u><img src=s alt=\"Zo&euml; \"> photo</a>"
		    "<a href=v>see <img alt='her'></a>"
		    "<a href=w><img alt=''></a>",
		    "u=Zo\xC3\xAB photo|v=see her|w=|" },
		{ "alt text elsewhere", "<img alt=no><a href=u>x</a>", "u=x|" },
		{ "no address", "<a name=top>x</a><a>y</a>", "" },
		{ "empty address", "<a href=\"\">x</a>", "=x|" },
		{ "blanks around it", "<a href=\" u \">x</a>", "u=x|" },
		{ "the first of two", "<a href=u href=v>x</a>", "u=x|" },
		{ "another begins inside", "<a href=u>x<a href=v>y</a>z</a>",
		    "u=x|v=y|" },
		{ "never closed", "<a href=u>x", "u=x|" },
		{ "closed twice", "<a href=u>x</a></a>", "u=x|" },
		{ "no entity without semicolon", "<a href=\"?a&copy=1\">x</a>",
		    "?a&copy=1=x|" },
		{ "not inside of comments or styles",
		    "<!-- <a href=u>x</a> --><style><a href=v></style>", "" },
		{ "elements that are no anchors",
		    "<base href=b/><map><area HREF='c&amp;d'>x</area></map>"
		    "<form action = e>y<button formaction=f>z</button>"
		    "<input formaction=g></form>",
		    "b/=|c&d=|e=|f=|g=|" },
		{ "of those without an address",
		    "<base target=b><area><form><button><input name=href>",
		    "" },
		{ "one within an anchor", "<a href=a>x<area href=b>y</a>",
		    "b=|a=xy|" },
		{ "an anchor of a picture", "<svg><a xlink:href=a>x</a></svg>",
		    "a=x|" },
		{ "the first of two attributes",
		    "<a xlink:href=b href=a href=c>x</a>", "a=x|" },
		{ "attributes of other elements",
		    "<p href=a><img action=b><link href=c><a action=d>", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view html = exact_string(rows[i].html);
		struct text out = TEXT_INIT(1000), links = TEXT_INIT(1000);

		html_reduce(html, &out, note_link, &links, NULL);
		check_view(rows[i].name, text_view(&links), rows[i].want);
		text_free(&out);
		text_free(&links);
		exact_free(html);
	}
}

static void
text_of_a_link_has_a_limit(void **state)
{
	struct text html = TEXT_INIT(10000), out = TEXT_INIT(10000);
	struct text links = TEXT_INIT(10000);

	(void)state;
	text_add_string(&html, "<a href=u>");
	for (size_t i = 0; i < LIMIT_LINK_TEXT; i++)
		text_add_byte(&html, 'x');
	text_add_string(&html, "y</a>");
	html_reduce(text_view(&html), &out, note_link, &links, NULL);
	/* The word does not fit, so it is left out; in the text it is. */
	check_view("one past", text_view(&links), "u=|");
	assert_int_equal(out.size, LIMIT_LINK_TEXT + 1);

	text_clear(&links);
	html.data[html.size - 5] = ' ';
	html_reduce(text_view(&html), &out, note_link, &links, NULL);
	assert_int_equal(links.size, LIMIT_LINK_TEXT + 3);
	text_free(&html);
	text_free(&out);
	text_free(&links);
}

static void
finds_the_language(void **state)
{
	static const struct {
		const char *html, *want;
	} rows[] = {
		{ "<html lang=\"en\" xml:lang=de>x<html lang=fr>", "en" },
		{ "<!DOCTYPE html>\n<HTML xmlns=\"u\" LANG=pt-BR>", "pt-BR" },
		{ "<html>x", "" },
		{ "<p lang=en>x", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view html = exact_string(rows[i].html);
		struct view lang = VIEW("old");
		struct text out = TEXT_INIT(1000);

		html_reduce(html, &out, NULL, NULL, &lang);
		check_view(rows[i].html, lang, rows[i].want);
		text_free(&out);
		exact_free(html);
	}
}

static void
appends_to_what_is_there(void **state)
{
	struct text out = TEXT_INIT(100);

	(void)state;
	text_add_string(&out, "before:");
	html_reduce(VIEW("<p> a</p>"), &out, NULL, NULL, NULL);
	check_view("appended", text_view(&out), "before:a");
	text_free(&out);
}

static void
a_full_text_says_so(void **state)
{
	struct text out = TEXT_INIT(3);

	(void)state;
	html_reduce(VIEW("<p>abc"), &out, NULL, NULL, NULL);
	assert_true(text_ok(&out));
	html_reduce(VIEW("<p>d"), &out, NULL, NULL, NULL);
	assert_false(text_ok(&out));
	text_free(&out);
}

/* A million of anything comes back at once, or this test never does. */
static void
hostile_input_takes_linear_time(void **state)
{
	static const char *const pieces[] = { "<", "&", "<!--", "<!", "<a",
		"<a ", "<a href=", "<a href=\"", "<a href=u>", "</", "</a>",
		"<style>", "<title></", "&#", "&amp", "<p \"", "<p ='", "=",
		"<img alt=x>", "<br>", "\"", " " };

	(void)state;
	for (size_t i = 0; i < LENGTH(pieces); i++) {
		struct text html = TEXT_INIT(8 * 1000 * 1000);
		struct text out = TEXT_INIT(8 * 1000 * 1000);

		for (size_t j = 0; j < 500 * 1000; j++)
			text_add_string(&html, pieces[i]);
		html_reduce(text_view(&html), &out, NULL, NULL, NULL);
		assert_true(text_ok(&html) && text_ok(&out));
		assert_true(out.size <= html.size);
		text_free(&html);
		text_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reduces_to_what_a_person_reads),
		cmocka_unit_test(tells_links_with_their_text),
		cmocka_unit_test(text_of_a_link_has_a_limit),
		cmocka_unit_test(finds_the_language),
		cmocka_unit_test(appends_to_what_is_there),
		cmocka_unit_test(a_full_text_says_so),
		cmocka_unit_test(hostile_input_takes_linear_time),
	};

	return cmocka_run_group_tests_name("html", tests, NULL, NULL);
}
