// SPDX-License-Identifier: BSD-2-Clause
/*
 * template_test.c - the texts of answers: what is one, and what is in it.
 */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "effects/compose.h"
#include "effects/template_parts.h"
#include "policy/plan.h"
#include "t.h"

#define E "\xC3\xA9" /* e with acute accent */

static void
a_template_has_a_subject_or_none(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *bytes, *subject, *body;
	} rows[] = {
		{ "both", "Subject: Hello\n\nDear {given},\n\n{owner}\n",
		    "Hello", "Dear {given},\n\n{owner}\n" },
		{ "no subject", "Hello\n", "", "Hello\n" },
		{ "no newline at the end", "Subject: a\n\nb", "a", "b" },
		{ "in any case, with blanks", "SUBJECT:\t a b \n\nc\n", "a b",
		    "c\n" },
		{ "an empty subject", "Subject:\n\nb\n", "", "b\n" },
		{ "blanks on the empty line", "Subject: a\n \t\nb\n", "a",
		    "b\n" },
		{ "more empty lines", "Subject: a\n\n\n\nb\n", "a", "\n\nb\n" },
		{ "a subject further down is text", "a\nSubject: b\n", "",
		    "a\nSubject: b\n" },
		{ "no subject, but much like one", "Subjects: a\nb\n", "",
		    "Subjects: a\nb\n" },
		{ "variables in the subject",
		    "Subject: {given|you} and {owner}\n\nb\n",
		    "{given|you} and {owner}", "b\n" },
		{ "letters of any script", "Subject: " E "\n\n\xE4\xBD\xA0\n",
		    E, "\xE4\xBD\xA0\n" },
		{ "a tab", "a\tb\n", "", "a\tb\n" },
		{ "a brace that closes nothing", "a } b\n", "", "a } b\n" },
		{ "a bar outside", "a|b\n", "", "a|b\n" },
		{ "an address is no link", "mail alice@example.net\n", "",
		    "mail alice@example.net\n" },
		{ "what only begins like a link", "http, www, https\n", "",
		    "http, www, https\n" },
		{ "a byte order mark", "\xEF\xBB\xBFSubject: a\n\nb\n", "a",
		    "b\n" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view bytes = exact_string(rows[i].bytes);
		struct template t;
		struct err e = ERR_NONE;

		if (template_parse(bytes, "x.txt", &t, &e) < 0)
			fail_msg("%s: %s", rows[i].name, e.text);
		check_view(rows[i].name, t.subject, rows[i].subject);
		check_view(rows[i].name, t.body, rows[i].body);
		exact_free(bytes);
	}
}

static void
what_is_no_template_is_said_with_its_line(void **state)
{
#define V(literal)                           \
	{                                    \
		literal, sizeof(literal) - 1 \
	}
	/* clang-format off */
	static const struct {
		const char *name;
		struct view bytes;
		const char *want;
	} rows[] = {
		{ "nothing", V(""), "x.txt: no text" },
		{ "blanks", V(" \n\t\n"), "x.txt: no text" },
		{ "only a subject", V("Subject: a"), "x.txt: no text" },
		{ "only a subject and an empty line", V("Subject: a\n\n"),
		    "x.txt: no text" },
		{ "no empty line", V("Subject: a\nb\n\nc\n"),
		    "x.txt:2: behind the subject an empty line is wanted" },

		{ "an unknown variable", V("a\n{name}\n"),
		    "x.txt:2: unknown variable {name}; there are {given} and "
		    "{owner}" },
		{ "in another case", V("{Given}"),
		    "x.txt:1: unknown variable {Given}" },
		{ "with a blank", V("{given }"),
		    "x.txt:1: unknown variable {given }" },
		{ "without a name", V("a\n\n{}"),
		    "x.txt:3: unknown variable {}" },
		{ "without a name, with a default", V("{|you}"),
		    "x.txt:1: unknown variable {}" },
		{ "in the subject", V("Subject: {x}\n\nb\n"),
		    "x.txt:1: unknown variable {x}" },
		{ "a long one",
		    V("{1234567890123456789012345678901234567890}"),
		    "x.txt:1: unknown variable "
		    "{12345678901234567890123456789012};" },
		{ "not closed", V("a\nb {given\nc\n"),
		    "x.txt:2: a \"{\" without its \"}\"" },
		{ "not closed, at the end", V("a {"),
		    "x.txt:1: a \"{\" without its \"}\"" },
		{ "a subject's, closed in the text only",
		    V("Subject: a {given|\n\nb}\n"),
		    "x.txt:1: a \"{\" without its \"}\"" },
		{ "one in the other", V("a\n{given|{owner}}\n"),
		    "x.txt:2: a \"{\" inside of {given}" },

		{ "a link", V("a\nsee http://example.com\n"),
		    "x.txt:2: an answer must not have a link in it" },
		{ "another", V("HTTPS:example.com"),
		    "x.txt:1: an answer must not have a link in it" },
		{ "a host's usual name", V("Www.example.com"),
		    "x.txt:1: an answer must not have a link in it" },
		{ "of any scheme", V("a\n\nftp://example.com"),
		    "x.txt:3: an answer must not have a link in it" },
		{ "in the subject", V("Subject: www.example.com\n\nb\n"),
		    "x.txt:1: an answer must not have a link in it" },
		{ "in a default", V("{given|http://example.com}"),
		    "x.txt:1: an answer must not have a link in it" },

		{ "NUL", V("a\n\0b"), "x.txt:2: a control character" },
		{ "CR", V("a\r\nb"), "x.txt:1: a control character" },
		{ "escape", V("Subject: \x1B\n\nb"),
		    "x.txt:1: a control character" },
		{ "DEL", V("a\nb\x7F"), "x.txt:2: a control character" },
		{ "C1 control", V("a\nb\xC2\x85"),
		    "x.txt:2: a control character" },
		{ "the last of them", V("\xC2\x9F"),
		    "x.txt:1: a control character" },
		{ "a stray octet", V("a\n\xFF\n"), "x.txt: not UTF-8" },
		{ "half a letter at the end", V("a\xC3"),
		    "x.txt: not UTF-8" },
	};
	/* clang-format on */
#undef V

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view bytes =
		    exactly(rows[i].bytes.data, rows[i].bytes.size);
		struct template t;
		struct err e = ERR_NONE;

		check_number(rows[i].name,
		    template_parse(bytes, "x.txt", &t, &e), -1);
		check_contains(rows[i].name, e.text, rows[i].want);
		exact_free(bytes);
	}
}

static void
is_cut_into_text_and_variables(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *bytes, *want;
	} rows[] = {
		{ "nothing", "", "" },
		{ "text", "a\nb", "'a\nb'" },
		{ "a variable", "{given}", "<given>" },
		{ "between text", "a{owner}b", "'a'<owner>'b'" },
		{ "side by side", "{given}{owner}", "<given><owner>" },
		{ "a default", "{given|you}", "<given|you>" },
		{ "an empty one", "{given|}", "<given>" },
		{ "with bars, lines and blanks", "{given| a|\nb }",
		    "<given| a|\nb >" },
		{ "no name", "{}", "<>" },
		{ "a brace that closes nothing", "a}b", "'a}b'" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view bytes = exact_string(rows[i].bytes), rest = bytes;
		struct text got = TEXT_INIT(1000);
		struct template_part part;

		while (template_next(&rest, &part)) {
			if (part.text.size > 0)
				text_addf(&got, "'%.*s'", VIEW_ARG(part.text));
			else
				text_addf(&got, "<%.*s%s%.*s>",
				    VIEW_ARG(part.variable),
				    part.otherwise.size > 0 ? "|" : "",
				    VIEW_ARG(part.otherwise));
		}
		check_view(rows[i].name, text_view(&got), rows[i].want);
		text_free(&got);
		exact_free(bytes);
	}
}

/* A template whose subject and text are so long; 0 or -1 and e. */
static int
parse_sizes(size_t subject, size_t body, struct err *e)
{
	static char bytes[2 * LIMIT_TEMPLATE_SIZE];
	struct template t;
	struct text all = TEXT_INIT(sizeof(bytes));
	int result;

	memset(bytes, 'x', sizeof(bytes));
	if (subject > 0)
		text_addf(&all, "Subject: %.*s\n\n", (int)subject, bytes);
	text_addf(&all, "%.*s", (int)body, bytes);
	assert_true(text_ok(&all));
	result = template_parse(text_view(&all), "x.txt", &t, e);
	if (result == 0)
		check_number("body", (long long)t.body.size, (long long)body);
	text_free(&all);
	return result;
}

static void
what_passes_a_limit_is_refused(void **state)
{
	struct err e = ERR_NONE;

	(void)state;
	check_number("at the limit", parse_sizes(0, LIMIT_TEMPLATE_SIZE, &e),
	    0);
	check_number("past it", parse_sizes(0, LIMIT_TEMPLATE_SIZE + 1, &e),
	    -1);
	check_string("why", e.text, "x.txt: larger than 2048 bytes");
	check_number("subject", parse_sizes(LIMIT_SUBJECT_SIZE, 1, &e), 0);
	check_number("subject too long",
	    parse_sizes(LIMIT_SUBJECT_SIZE + 1, 1, &e), -1);
	check_string("why", e.text,
	    "x.txt:1: a subject of more than 998 bytes");
}

/* Their names can stand in rules, and their lines are short enough. */
static void
check_shipped(const char *path, const char *file)
{
	struct text bytes = TEXT_INIT(LIMIT_TEMPLATE_SIZE);
	struct err e = ERR_NONE;
	struct template t;
	struct view rest, line;
	struct action action;
	char words[300];

	if (file_read(path, &bytes, &e) < 0 ||
	    template_parse(text_view(&bytes), file, &t, &e) < 0)
		fail_msg("%s", e.text);
	assert_true(t.subject.size > 0);
	assert_true(view_find(t.body, VIEW("{owner}")) != VIEW_NONE);
	for (rest = t.body; view_line(&rest, &line);)
		assert_true(line.size <= 76);
	snprintf(words, sizeof(words), "reply:%.*s", (int)strlen(file) - 4,
	    file);
	if (plan_action_parse(view_of(words), &action, &e) < 0)
		fail_msg("%s", e.text);
	text_free(&bytes);
}

static void
what_is_shipped_is_a_template(void **state)
{
	const char *source = getenv("top_srcdir");
	const struct dirent *entry;
	char folder[1024], path[2048];
	size_t count = 0;
	DIR *dir;

	(void)state;
	snprintf(folder, sizeof(folder), "%s/rules/templates",
	    source == NULL ? "." : source);
	dir = opendir(folder);
	if (dir == NULL)
		fail_msg("%s is not there; set top_srcdir", folder);
	while ((entry = readdir(dir)) != NULL) {
		if (!view_ends_nocase(view_of(entry->d_name), VIEW(".txt")))
			continue;
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		check_shipped(path, entry->d_name);
		count++;
	}
	closedir(dir);
	assert_true(count >= 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_template_has_a_subject_or_none),
		cmocka_unit_test(what_is_no_template_is_said_with_its_line),
		cmocka_unit_test(is_cut_into_text_and_variables),
		cmocka_unit_test(what_passes_a_limit_is_refused),
		cmocka_unit_test(what_is_shipped_is_a_template),
	};

	return cmocka_run_group_tests_name("template", tests, NULL, NULL);
}
