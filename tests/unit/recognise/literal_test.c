// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/literal.h"

#include "t.h"

/* Whether a text may match as far as the pattern's literals tell. */
static bool
may_match(const char *pattern, const char *text)
{
	static struct literal_map map;
	struct view p = exact_string(pattern), t = exact_string(text);
	struct literal l;
	bool may;

	memset(&map, 0, sizeof(map));
	literal_of_pattern(p, &l);
	literal_map_add(&map, t);
	may = literal_may_match(&l, &map);
	exact_free(p);
	exact_free(t);
	return may;
}

static void
a_text_without_what_a_pattern_needs_is_passed_over(void **state)
{
	static const struct {
		const char *name, *pattern, *text;
	} rows[] = {
		{ "plain", "recruit", "a baker" },
		{ "begin of it only", "recruiter", "recruited" },
		{ "behind a group", "(?:a|b)ccc-ddd", "accc-" },
		{ "before a group", "one two(?<name>.+)", "one tow" },
		{ "both sides of a class", "abcd[0-9]+efgh", "abcd1" },
		{ "escaped", "what\\?\\.", "what." },
		{ "a new line", "one\\ntwo", "one two" },
		{ "repeated", "abcd+efgh", "abc" },
		{ "lines", "^the end$", "the en" },
		{ "a class with brackets in it", "[]\\]x[:alpha:]]abcd",
		    "abc]" },
		{ "nested groups", "(a(b[)]|c\\))d)wxyz", "abdwxy" },
		{ "a group that may see lines", "(?s:.+?)then", "the" },
		{ "behind counts", "a{2,3}bcde", "aabcd" },
		{ "lazy and possessive", "x+?abcde*+fghi", "abcd" },
		{ "letters of two octets", "\xC3\xA9t\xC3\xA9s", "etes" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (may_match(rows[i].pattern, rows[i].text))
			fail_msg("%s: not passed over", rows[i].name);
}

/* Each text is one that the pattern matches. */
static void
a_text_that_matches_is_never_passed_over(void **state)
{
	static const struct {
		const char *name, *pattern, *text;
	} rows[] = {
		{ "plain", "recruit", "a recruiter" },
		{ "shorter than a group", "abc", "x abc" },
		{ "nothing", "", "" },
		{ "alternatives", "recruit|talent", "talent" },
		{ "alternatives inside", "a(?:bcdef|ghijk)l", "aghijkl" },
		{ "optional letter", "colou?rful", "colorful" },
		{ "optional letter of two octets", "caf\xC3\xA9?theque",
		    "caftheque" },
		{ "optional group", "abcd(?:efgh)?ijkl", "abcdijkl" },
		{ "optional class", "abcd[e]?fghi", "abcdfghi" },
		{ "star", "abcde*", "abcd" },
		{ "count from none", "abcde{0,2}f", "abcdf" },
		{ "many of one", "abcd+efgh", "abcdddddefgh" },
		{ "many of one, lazily", "abcd+?efgh", "abcdddddefgh" },
		{ "case does not matter", "(?i)recruit", "RECRUIT" },
		{ "case does not matter inside", "ab(?i:cdef)gh", "abCDEFgh" },
		{ "blanks do not count", "(?x)re cr uit", "recruit" },
		{ "comment", "abcd(?#(?)efgh", "abcdefgh" },
		{ "verb", "abcd(*ACCEPT)efgh", "abcd" },
		{ "quoted", "\\Qa|b\\Ecdef", "a|bcdef" },
		{ "code point", "abcd\\x{65}fgh", "abcdefgh" },
		{ "property", "abcd\\p{Ll}fgh", "abcdefgh" },
		{ "property of one letter", "\\pLabc", "xabc" },
		{ "call by name", "(?<x>a)\\g<x>bcd", "aabcd" },
		{ "reference", "(a)\\1bcd", "aabcd" },
		{ "not ahead", "(?!recruit)talent", "talent" },
		{ "an open brace", "ab{cdef", "ab{cdef" },
		{ "braces with alternatives in them", "ab{cd|ef}gh", "ab{cd" },
		{ "a class of colons", "[a[:]b|cdef[:]", "cdef:" },
		{ "a control character", "(a|\\c))bcde", "abcde" },
		{ "a tab", "a\\tbcd", "a\tbcd" },
		{ "class of everything", "abc[^]]def", "abcxdef" },
		{ "bracket in a class", "[[]abcd", "[abcd" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		if (!may_match(rows[i].pattern, rows[i].text))
			fail_msg("%s: passed over", rows[i].name);
}

static void
a_long_pattern_is_judged_by_all_of_it(void **state)
{
	static const char pattern[] =
	    "You are receiving Invitation emails from a network of people who "
	    "know each other well enough to be asked for nothing at all, and "
	    "this sentence is longer than any run that is kept in one piece, "
	    "which is what this test is about: two hundred and fifty-six "
	    "octets[.]";

	(void)state;
	assert_true(may_match(pattern, pattern));
	assert_false(may_match(pattern, "You are receiving nothing"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_text_without_what_a_pattern_needs_is_passed_over),
		cmocka_unit_test(a_text_that_matches_is_never_passed_over),
		cmocka_unit_test(a_long_pattern_is_judged_by_all_of_it),
	};

	return cmocka_run_group_tests_name("literal", tests, NULL, NULL);
}
