// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/regex.h"

#include "base/limits.h"
#include "base/text.h"
#include "oom.h"
#include "t.h"

static struct regex_scratch *scratch;

static int
open_scratch(void **state)
{
	(void)state;
	scratch = regex_scratch_new();
	return scratch == NULL ? -1 : 0;
}

static int
close_scratch(void **state)
{
	(void)state;
	regex_scratch_free(scratch);
	return 0;
}

static struct regex *
compile(const char *pattern, enum regex_author author, unsigned flags)
{
	struct view v = exact_string(pattern);
	struct err e = ERR_NONE;
	struct regex *r = regex_compile(v, author, flags, &e);

	if (r == NULL)
		fail_msg("%s: %s", pattern, e.text);
	exact_free(v);
	return r;
}

/* Both authors' patterns must give the same answer. */
static void
check_match(const char *name, const char *pattern, unsigned flags,
    const char *text, size_t size, enum regex_result want)
{
	struct view subject = exactly(text, size);

	for (int author = REGEX_SHIPPED; author <= REGEX_USER; author++) {
		struct regex *r =
		    compile(pattern, (enum regex_author)author, flags);

		check_number(name, regex_match(r, scratch, subject, 0), want);
		regex_free(r);
	}
	exact_free(subject);
}

static void
matches_what_a_pattern_says(void **state)
{
	static const struct {
		const char *name, *pattern, *text;
		unsigned flags;
		enum regex_result want;
	} rows[] = {
		{ "found", "recruit", "a recruiter", 0, REGEX_YES },
		{ "absent", "recruit", "a baker", 0, REGEX_NO },
		{ "empty text", "^$", "", 0, REGEX_YES },
		{ "case counts", "Recruit", "recruit", 0, REGEX_NO },
		{ "case does not count", "Recruit", "recruit", REGEX_NOCASE,
		    REGEX_YES },
		{ "case of other scripts", "\xD0\xAF", "\xD1\x8F", REGEX_NOCASE,
		    REGEX_YES },
		{ "whole text", "^b$", "a\nb", 0, REGEX_NO },
		{ "lines", "^b$", "a\nb", REGEX_LINES, REGEX_YES },
		{ "dot stops at a line", "a.b", "a\nb", REGEX_LINES, REGEX_NO },
		{ "CR ends no line", "a$", "a\rb", REGEX_LINES, REGEX_NO },
		{ "dot is a character", "^.$", "\xC3\xA9", 0, REGEX_YES },
		{ "words of other scripts",
		    "\\b\xC3\xBC"
		    "ber\\b",
		    "das \xC3\xBC"
		    "ber",
		    0, REGEX_YES },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_match(rows[i].name, rows[i].pattern, rows[i].flags,
		    rows[i].text, strlen(rows[i].text), rows[i].want);
}

static void
octets_that_are_no_utf8_never_match(void **state)
{
	static const struct {
		const char *name, *pattern, *text;
		size_t size;
		enum regex_result want;
	} rows[] = {
		{ "any character", ".", "\xFF", 1, REGEX_NO },
		{ "half a character", ".", "\xE2\x82", 2, REGEX_NO },
		{ "text before it", "^a", "a\xFF", 2, REGEX_YES },
		{ "text behind it", "b$",
		    "\xFF"
		    "b",
		    2, REGEX_YES },
		{ "across it", "a.*b",
		    "a\xFF"
		    "b",
		    3, REGEX_NO },
		{ "a NUL is a character", "a.b", "a\0b", 3, REGEX_YES },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		check_match(rows[i].name, rows[i].pattern, 0, rows[i].text,
		    rows[i].size, rows[i].want);
}

static void
refuses_what_is_no_pattern_or_too_much_of_one(void **state)
{
	static const struct {
		const char *name, *pattern, *want;
	} rows[] = {
		{ "open group", "ab(c", "offset 4: missing closing" },
		{ "open class", "[a", "offset 2: missing terminating ]" },
		{ "nothing to repeat", "*a", "offset 0: quantifier" },
		{ "one octet", "a\\C", "offset 3: using \\C is disabled" },
		{ "verb", "(*LIMIT_MATCH=1)a", "no \"(*\" at the start" },
		{ "other verb", "(*UTF)a", "no \"(*\" at the start" },
		{ "callout", "a(?C1)b", "callouts" },
		{ "callout without number", "a(?C)b", "callouts" },
		{ "callout with words", "a(?C\"x\")b", "callouts" },
		{ "no UTF-8", "a\xFF", "UTF-8 error" },
		{ "large once compiled",
		    "(?:(?:[a-z\xC3\xA9]{1,60}){1,60}){1,60}", "too large" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (int author = REGEX_SHIPPED; author <= REGEX_USER;
		     author++) {
			struct view v = exact_string(rows[i].pattern);
			struct err e = ERR_NONE;

			if (regex_compile(v, (enum regex_author)author, 0,
				&e) != NULL)
				fail_msg("%s: compiled", rows[i].name);
			check_contains(rows[i].name, e.text, rows[i].want);
			exact_free(v);
		}
}

/* A pattern of that many pieces, or of one octet more. */
static struct regex *
compile_pieces(const char *piece, size_t count, const char *more,
    enum regex_author author, struct err *e)
{
	struct text t = TEXT_INIT(LIMIT_TEXT_SIZE);
	struct regex *r;

	for (size_t i = 0; i < count; i++)
		text_add_string(&t, piece);
	text_add_string(&t, more);
	r = regex_compile(text_view(&t), author, 0, e);
	text_free(&t);
	return r;
}

static void
has_ceilings_for_size_groups_and_nesting(void **state)
{
	static const struct {
		const char *name, *piece, *more;
		size_t at_limit;
		enum regex_author author;
		const char *want;
	} rows[] = {
		{ "octets, shipped", "a", "", LIMIT_PATTERN_SIZE, REGEX_SHIPPED,
		    "longer than 4096 octets" },
		{ "octets, user", "a", "", LIMIT_USER_PATTERN_SIZE, REGEX_USER,
		    "longer than 256 octets" },
		{ "groups, shipped", "(a)", "", LIMIT_PATTERN_GROUPS,
		    REGEX_SHIPPED, "more than 32 groups" },
		{ "groups, user", "(a)", "", LIMIT_PATTERN_GROUPS, REGEX_USER,
		    "more than 32 groups" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct err e = ERR_NONE;
		struct regex *r = compile_pieces(rows[i].piece,
		    rows[i].at_limit, rows[i].more, rows[i].author, &e);

		if (r == NULL)
			fail_msg("%s: %s", rows[i].name, e.text);
		regex_free(r);
		r = compile_pieces(rows[i].piece, rows[i].at_limit + 1,
		    rows[i].more, rows[i].author, &e);
		assert_null(r);
		check_contains(rows[i].name, e.text, rows[i].want);
	}
}

static void
nests_groups_as_deep_as_there_may_be(void **state)
{
	char pattern[2 * LIMIT_PATTERN_GROUPS + 8];

	(void)state;
	for (int depth = LIMIT_PATTERN_GROUPS;
	     depth <= LIMIT_PATTERN_GROUPS + 1; depth++) {
		struct err e = ERR_NONE;
		struct regex *r;

		memset(pattern, '(', (size_t)depth);
		pattern[depth] = 'a';
		memset(pattern + depth + 1, ')', (size_t)depth);
		r = regex_compile((struct view){ pattern,
				      2 * (size_t)depth + 1 },
		    REGEX_SHIPPED, 0, &e);
		if (depth <= LIMIT_PATTERN_GROUPS)
			assert_non_null(r);
		else
			assert_null(r);
		regex_free(r);
	}
}

static void
a_users_pattern_may_compile_to_less_than_ours(void **state)
{
	static const char pattern[] = "(?:(?:[a-z\xC3\xA9]{1,20}){1,20}){1,30}";
	struct err e = ERR_NONE;
	struct regex *r = regex_compile(view_of(pattern), REGEX_SHIPPED, 0, &e);

	(void)state;
	if (r == NULL)
		fail_msg("%s", e.text);
	regex_free(r);
	assert_null(regex_compile(view_of(pattern), REGEX_USER, 0, &e));
	check_contains("compiled", e.text, "16384 allowed");
}

static void
gives_groups_by_number_and_name(void **state)
{
	struct regex *r =
	    compile("(?<name>[A-Z]\\w+)(?: at (?<company>\\w+))?( x)?",
		REGEX_SHIPPED, 0);
	struct view subject = exact_string("say Anna at Example now");
	struct view alone = exact_string("say Anna");

	(void)state;
	assert_int_equal(regex_groups(r), 3);
	check_string("first", regex_group_name(r, 1), "name");
	check_string("second", regex_group_name(r, 2), "company");
	assert_null(regex_group_name(r, 3));
	assert_null(regex_group_name(r, 0));

	assert_int_equal(regex_match(r, scratch, subject, 0), REGEX_YES);
	check_view("whole", regex_group(scratch, 0), "Anna at Example");
	check_view("name", regex_group(scratch, 1), "Anna");
	check_view("company", regex_group(scratch, 2), "Example");
	assert_null(regex_group(scratch, 3).data);
	assert_null(regex_group(scratch, 99).data);
	assert_int_equal(regex_end(scratch), 19);

	/* The scratch remembers nothing of it. */
	assert_int_equal(regex_match(r, scratch, alone, 0), REGEX_YES);
	assert_null(regex_group(scratch, 2).data);
	assert_int_equal(regex_match(r, scratch, alone, 5), REGEX_NO);
	assert_null(regex_group(scratch, 0).data);
	regex_free(r);
	exact_free(subject);
	exact_free(alone);
}

static void
a_group_may_match_nothing_without_being_absent(void **state)
{
	struct regex *r = compile("a(x*)b", REGEX_SHIPPED, 0);

	(void)state;
	assert_int_equal(regex_match(r, scratch, VIEW("ab"), 0), REGEX_YES);
	assert_non_null(regex_group(scratch, 1).data);
	assert_int_equal(regex_group(scratch, 1).size, 0);
	regex_free(r);
}

static void
searching_on_always_ends(void **state)
{
	static const struct {
		const char *name, *pattern, *text;
		int want;
	} rows[] = {
		{ "words", "[a-z]+", "one two  three", 3 },
		{ "empty everywhere", "", "abc", 4 },
		{ "empty in an empty text", "", "", 1 },
		{ "empty between characters", "x*", "\xC3\xA9\xE2\x82\xAC", 3 },
		{ "empty between stray octets", "x*", "a\xFF\xFF", 4 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct regex *r = compile(rows[i].pattern, REGEX_SHIPPED, 0);
		struct view subject = exact_string(rows[i].text);
		int count = 0;

		for (size_t at = 0;
		     regex_match(r, scratch, subject, at) == REGEX_YES;
		     at = regex_end(scratch))
			count++;
		check_number(rows[i].name, count, rows[i].want);
		regex_free(r);
		exact_free(subject);
	}
}

static void
a_start_behind_the_end_finds_nothing(void **state)
{
	struct regex *r = compile("", REGEX_USER, 0);

	(void)state;
	assert_int_equal(regex_match(r, scratch, VIEW("ab"), 2), REGEX_YES);
	assert_int_equal(regex_match(r, scratch, VIEW("ab"), 3), REGEX_NO);
	regex_free(r);
}

static void
a_costly_pattern_is_an_error_and_no_answer(void **state)
{
	static const struct {
		const char *name, *pattern;
		size_t size;
		enum regex_author author;
	} rows[] = {
		{ "nested repeats, user", "(a|aa)+[!?]", 200, REGEX_USER },
		{ "nested repeats, shipped", "(a|aa)+[!?]", 200,
		    REGEX_SHIPPED },
		{ "cheap at each start, dear in sum", "a*a*[bc]", 1000,
		    REGEX_USER },
		{ "recursion", "(a(?1)?[^b])*c|(?1)[de]", 8000, REGEX_USER },
	};
	char *text = malloc(LIMIT_USER_TEXT_SIZE);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', LIMIT_USER_TEXT_SIZE);
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct regex *r = compile(rows[i].pattern, rows[i].author, 0);
		struct view subject = exactly(text, rows[i].size);

		check_number(rows[i].name, regex_match(r, scratch, subject, 0),
		    REGEX_ERROR);
		assert_null(regex_group(scratch, 0).data);
		regex_free(r);
		exact_free(subject);
	}
	free(text);
}

/* The steps of one search: [bc] is tried, and fails, at each letter. */
static void
counts_the_steps_of_a_users_pattern_over_the_whole_search(void **state)
{
	struct regex *r = compile("[ab][bc]", REGEX_USER, 0);
	size_t most = LIMIT_USER_TEXT_SIZE;
	char *text = malloc(most);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', most);
	assert_int_equal(regex_match(r, scratch, (struct view){ text, most },
			     0),
	    REGEX_NO);
	regex_free(r);
	/* Two more items at each letter are too many in sum. */
	r = compile("[ab][ab][ab][bc]", REGEX_USER, 0);
	assert_int_equal(regex_match(r, scratch, (struct view){ text, most },
			     0),
	    REGEX_ERROR);
	/* Ours are not counted. */
	regex_free(r);
	r = compile("[ab][ab][ab][bc]", REGEX_SHIPPED, 0);
	assert_int_equal(regex_match(r, scratch, (struct view){ text, most },
			     0),
	    REGEX_NO);
	regex_free(r);
	free(text);
}

static void
a_users_pattern_sees_the_start_of_a_long_text(void **state)
{
	struct regex *ours = compile("b", REGEX_SHIPPED, 0);
	struct regex *theirs = compile("b", REGEX_USER, 0);
	char *text = malloc(LIMIT_USER_TEXT_SIZE + 1);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', LIMIT_USER_TEXT_SIZE + 1);
	for (size_t at = LIMIT_USER_TEXT_SIZE - 1; at <= LIMIT_USER_TEXT_SIZE;
	     at++) {
		struct view v = { text, LIMIT_USER_TEXT_SIZE + 1 };

		text[at] = 'b';
		check_number("ours", regex_match(ours, scratch, v, 0),
		    REGEX_YES);
		check_number("theirs", regex_match(theirs, scratch, v, 0),
		    at < LIMIT_USER_TEXT_SIZE ? REGEX_YES : REGEX_NO);
		text[at] = 'a';
	}
	regex_free(ours);
	regex_free(theirs);
	free(text);
}

static void
every_failed_allocation_is_an_error(void **state)
{
	(void)state;
	for (unsigned n = 1; oom_next(n); n++) {
		struct err e = ERR_NONE;
		struct regex_scratch *s = regex_scratch_new();
		struct regex *r =
		    regex_compile(VIEW("a"), REGEX_SHIPPED, 0, &e);

		assert_true((s == NULL || r == NULL) == oom_happened());
		if (r == NULL)
			check_contains("compile", e.text, "out of memory");
		regex_scratch_free(s);
		regex_free(r);
	}
}

static void
freeing_nothing_is_fine(void **state)
{
	(void)state;
	regex_free(NULL);
	regex_scratch_free(NULL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_what_a_pattern_says),
		cmocka_unit_test(octets_that_are_no_utf8_never_match),
		cmocka_unit_test(refuses_what_is_no_pattern_or_too_much_of_one),
		cmocka_unit_test(has_ceilings_for_size_groups_and_nesting),
		cmocka_unit_test(nests_groups_as_deep_as_there_may_be),
		cmocka_unit_test(a_users_pattern_may_compile_to_less_than_ours),
		cmocka_unit_test(gives_groups_by_number_and_name),
		cmocka_unit_test(
		    a_group_may_match_nothing_without_being_absent),
		cmocka_unit_test(searching_on_always_ends),
		cmocka_unit_test(a_start_behind_the_end_finds_nothing),
		cmocka_unit_test(a_costly_pattern_is_an_error_and_no_answer),
		cmocka_unit_test(
		    counts_the_steps_of_a_users_pattern_over_the_whole_search),
		cmocka_unit_test(a_users_pattern_sees_the_start_of_a_long_text),
		cmocka_unit_test(every_failed_allocation_is_an_error),
		cmocka_unit_test(freeing_nothing_is_fine),
	};

	return cmocka_run_group_tests_name("regex", tests, open_scratch,
	    close_scratch);
}
