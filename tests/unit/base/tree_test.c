// SPDX-License-Identifier: BSD-2-Clause
#include "base/tree.h"

#include "base/limits.h"
#include "base/text.h"
#include "t.h"

enum { ROOM = 8 * 1024 * 1024 };

/* Parses text; the tree lives until the pool is freed. */
static const struct tree *
parse(struct pool *p, const char *text, struct err *e)
{
	struct view v = exact_string(text);
	const struct tree *root = tree_parse(p, v, "file", e);

	exact_free(v);
	return root;
}

static void
reads_every_kind_of_value(void **state)
{
	struct pool *p = pool_new(ROOM);
	struct err e = ERR_NONE;
	const struct tree *root = parse(p,
	    "text = \"words\";\n"
	    "number = 42, hex : 0x1F\n"
	    "minus = -7; long = 9000000000L; long_hex = 0x100000000L;\n"
	    "real = -1.5e3; truth = TRUE; lie = false;\n"
	    "group = { a = 1; };\n"
	    "list = ( 1, \"two\", (), { } );\n"
	    "array = [ 1, 2,\n 3 ];\n",
	    &e);
	const struct tree *at;

	(void)state;
	check_string("no error", e.text, "");
	assert_non_null(root);
	assert_int_equal(root->kind, TREE_GROUP);
	assert_null(root->name);
	check_string("file", root->file, "file");
	check_view("text", tree_child(root, "text")->string, "words");
	assert_int_equal(tree_child(root, "number")->number, 42);
	assert_int_equal(tree_child(root, "number")->kind, TREE_NUMBER);
	assert_int_equal(tree_child(root, "number")->line, 2);
	assert_int_equal(tree_child(root, "hex")->number, 31);
	assert_int_equal(tree_child(root, "minus")->number, -7);
	assert_true(tree_child(root, "long")->number == 9000000000);
	assert_true(tree_child(root, "long_hex")->number == 0x100000000);
	assert_true(tree_child(root, "real")->real == -1500.0);
	assert_true(tree_child(root, "truth")->truth);
	assert_false(tree_child(root, "lie")->truth);
	assert_int_equal(tree_child(root, "lie")->kind, TREE_BOOL);
	at = tree_child(root, "group");
	assert_int_equal(at->kind, TREE_GROUP);
	assert_int_equal(tree_child(at, "a")->number, 1);
	assert_null(tree_child(at, "b"));
	at = tree_child(root, "list");
	assert_int_equal(at->kind, TREE_LIST);
	assert_int_equal(at->count, 4);
	check_view("in a list", at->child[1].string, "two");
	assert_null(at->child[1].name);
	assert_int_equal(at->child[2].kind, TREE_LIST);
	assert_int_equal(at->child[2].count, 0);
	assert_int_equal(at->child[3].kind, TREE_GROUP);
	assert_null(tree_child(at, "two"));
	at = tree_child(root, "array");
	assert_int_equal(at->kind, TREE_ARRAY);
	assert_int_equal(at->count, 3);
	assert_int_equal(at->child[2].number, 3);
	assert_int_equal(at->child[2].line, 8);
	pool_free(p);
}

static void
reads_strings_as_they_were_meant(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
		{ "empty", "a = \"\";", "" },
		{ "escapes", "a = \"\\\"\\\\\\n\\r\\t\\f\\x41\";", "\"\\\n\r\t\fA" },
		{ "another escape stays", "a = \"\\d+\\z\";", "\\d+\\z" },
		{ "neighbours join", "a = \"one \" \n \"two\";", "one two" },
		{ "a comment between", "a = \"one \" # x\n /* y */ \"two\";", "one two" },
		{ "over lines", "a = \"one\ntwo\";", "one\ntwo" },
		{ "brackets and comments in it", "a = \"{[(/*#//\";", "{[(/*#//" },
		{ "UTF-8", "a = \"Zo\xC3\xAB\";", "Zo\xC3\xAB" },
		{ "include further on", "a = \"x @include \\\"y\\\"\";",
		    "x @include \"y\"" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct err e = ERR_NONE;
		const struct tree *root = parse(p, rows[i].text, &e);

		check_string(rows[i].name, e.text, "");
		check_view(rows[i].name, tree_child(root, "a")->string,
		    rows[i].want);
		pool_free(p);
	}
}

static void
comments_are_none_of_the_tree(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "at the end, no newline", "a = 1; # the last word" },
		{ "two slashes, no newline", "a = 1; // {" },
		{ "alone, no newline", "a = 1;\n#" },
		{ "in between", "/* { */ a /* \" */ = # [\n // (\n 1;" },
		{ "stars", "/***/ a = /*/ 2; */ 1 /* ** / */;" },
		{ "line ends of DOS", "# x {\r\na = 1;\r\n" },
		{ "never closed", "a = 1; /* {" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct err e = ERR_NONE;
		const struct tree *root = parse(p, rows[i].text, &e);

		check_string(rows[i].name, e.text, "");
		assert_int_equal(root->count, 1);
		assert_int_equal(tree_child(root, "a")->number, 1);
		pool_free(p);
	}
}

static void
an_empty_file_is_an_empty_group(void **state)
{
	struct pool *p = pool_new(ROOM);
	struct err e = ERR_NONE;
	const struct tree *root = tree_parse(p, VIEW(""), "file", &e);

	(void)state;
	assert_non_null(root);
	assert_int_equal(root->count, 0);
	pool_free(p);
}

static void
a_mistake_is_told_with_its_line(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name;
		struct view text;
		const char *want;
	} rows[] = {
		{ "syntax", VIEW("a = 1;\n\nb == 2;"), "file:3: syntax error" },
		{ "no value", VIEW("a = ;"), "file:1: syntax error" },
		{ "string never closed", VIEW("a = \"x\n\n"), "file:3: syntax error" },
		{ "group never closed", VIEW("a = {\n"), "file:2: syntax error" },
		{ "too many closed", VIEW("a = 1; }"), "file:1: syntax error" },
		{ "twice", VIEW("a = 1;\na = 2;"), "file:2: duplicate setting name" },
		{ "array of two types", VIEW("a = [ 1,\n \"x\" ];"),
		    "file:2: mismatched element type in array" },
		{ "array in an array", VIEW("a = [ [ 1 ] ];"), "file:1: syntax error" },
		{ "NUL", VIEW("a = 1;\nb\0 = 2;"), "file:2: a NUL byte" },
		{ "include", VIEW("a = 1;\n \t@include \"/etc/hostname\"\n"),
		    "file:2: @include is not allowed" },
		{ "include further on", VIEW("/*\n*/ @include \"x\""),
		    "file:2: @include is not allowed" },
		{ "string as a name", VIEW("\"a\" = 1;"),
		    "file:1: a string cannot be here" },
		{ "string behind a value", VIEW("a = 1 \"x\";"),
		    "file:1: a string cannot be here" },
		{ "string behind a group's value", VIEW("a = { b = 1, \"x\" };"),
		    "file:1: a string cannot be here" },
		{ "string behind a list", VIEW("a = ( 1 ), \"x\";"),
		    "file:1: a string cannot be here" },
		{ "name that is none", VIEW("1a = 2;"), "file:1: syntax error" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view v = exactly(rows[i].text.data, rows[i].text.size);
		struct pool *p = pool_new(ROOM);
		struct err e = ERR_NONE;

		assert_null(tree_parse(p, v, "file", &e));
		check_string(rows[i].name, e.text, rows[i].want);
		pool_free(p);
		exact_free(v);
	}
}

/* libconfig would cut it to 32 bits, and nobody would know. */
static void
a_number_is_taken_whole_or_refused(void **state)
{
	/* clang-format off */
	static const struct {
		const char *text;
		bool ok;
		long long want;
	} rows[] = {
		{ "2147483647", true, 2147483647 },
		{ "2147483648", false, 0 },
		{ "-2147483647", true, -2147483647 },
		{ "-2147483649", false, 0 },
		{ "9000000000", false, 0 },
		{ "00000000000000000000001", true, 1 },
		{ "2147483648L", true, 2147483648 },
		{ "9223372036854775807LL", true, INT64_MAX },
		{ "9223372036854775808L", false, 0 },
		{ "99999999999999999999999999L", false, 0 },
		{ "0x7FFFFFFF", true, 2147483647 },
		{ "0x80000000", false, 0 },
		{ "0X80000000L", true, 2147483648 },
		{ "0x7fffffffffffffffL", true, INT64_MAX },
		{ "0xFFFFFFFFFFFFFFFFL", false, 0 },
		{ "( 1, 9000000000 )", false, 0 },
		{ "\"x\" /* 9000000000 */ \"9000000000\"", true, 0 },
		{ "true; a9000000000 = 1; b-9000000000 = 1", true, 0 },
		{ "9000000000.5", true, 0 },
		{ "9000000000e3", true, 0 },
		{ "1.9000000000", true, 0 },
		{ "1e5", true, 0 },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct text t = TEXT_INIT(200);
		struct err e = ERR_NONE;
		const struct tree *root;

		text_addf(&t, "\na = %s;", rows[i].text);
		root = parse(p, text_string(&t), &e);
		if (rows[i].ok)
			check_string(rows[i].text, e.text, "");
		else
			check_contains(rows[i].text, e.text,
			    "file:2: number too large");
		check_number(rows[i].text, root != NULL, rows[i].ok);
		if (root != NULL)
			check_number(rows[i].text, root->child->number,
			    rows[i].want);
		text_free(&t);
		pool_free(p);
	}
}

/* "a=" with as many brackets around nothing. */
static const struct tree *
nested(struct pool *p, int depth, const char *open, const char *close,
    struct err *e)
{
	struct text t = TEXT_INIT(1000000);
	const struct tree *root;

	text_add_string(&t, "a=");
	for (int i = 0; i < depth; i++)
		text_add_string(&t, open);
	for (int i = 0; i < depth; i++)
		text_add_string(&t, close);
	root = parse(p, text_string(&t), e);
	text_free(&t);
	return root;
}

static void
nesting_has_a_limit(void **state)
{
	struct pool *p = pool_new(ROOM);
	struct err e = ERR_NONE;

	(void)state;
	assert_non_null(nested(p, LIMIT_TREE_DEPTH, "(", ")", &e));
	assert_null(nested(p, LIMIT_TREE_DEPTH + 1, "(", ")", &e));
	check_string("one past it", e.text, "file:1: nested too deep");
	assert_null(nested(p, LIMIT_TREE_DEPTH + 1, "\n{a=", "}", &e));
	check_string("groups", e.text, "file:14: nested too deep");
	assert_null(nested(p, 200000, "(", ")", &e));
	check_string("far past it", e.text, "file:1: nested too deep");
	pool_free(p);
}

/* libconfig compares each name of a group with all before it. */
static void
a_group_has_a_limit_of_names(void **state)
{
	static const struct {
		const char *name, *before, *behind;
		int count;
		bool ok;
	} rows[] = {
		{ "at the limit", "", "", LIMIT_TREE_NAMES, true },
		{ "one past it", "", "", LIMIT_TREE_NAMES + 1, false },
		{ "in a group", "x={a={", "}}", LIMIT_TREE_NAMES, true },
		{ "in a group, one past it", "x={a={", "}}",
		    LIMIT_TREE_NAMES + 1, false },
		{ "another group counts anew", "x={b=1;c=2;};d=({e=1;f=2;},{",
		    "})", LIMIT_TREE_NAMES, true },
		{ "around a group", "x={b=1;c=2;};", "", LIMIT_TREE_NAMES,
		    false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct text t = TEXT_INIT(1000000);
		struct err e = ERR_NONE;
		bool ok;

		text_add_string(&t, rows[i].before);
		for (int k = 0; k < rows[i].count; k++)
			text_addf(&t, "n%d=\"=\";", k);
		text_add_string(&t, rows[i].behind);
		ok = parse(p, text_string(&t), &e) != NULL;
		check_number(rows[i].name, ok, rows[i].ok);
		check_string(rows[i].name, e.text,
		    ok ? "" : "file:1: too many settings in one group");
		text_free(&t);
		pool_free(p);
	}
}

static void
a_pool_too_small_fails_the_file(void **state)
{
	static const char text[] = "a = ( 1, \"two\", { three = [ 4 ]; } );";
	bool done = false;

	(void)state;
	for (size_t room = 0; !done; room += 8) {
		struct pool *p = pool_new(room);
		struct err e = ERR_NONE;

		assert_true(room < 10000);
		done = parse(p, text, &e) != NULL;
		if (!done)
			check_string("words", e.text,
			    "file: out of memory or too large");
		pool_free(p);
	}
}

static void
walkers_say_where_and_what(void **state)
{
	struct pool *p = pool_new(ROOM);
	struct err e = ERR_NONE;
	const struct tree *root = parse(p, "\na = ( 1 );", &e);
	const struct tree *a = tree_child(root, "a");

	(void)state;
	assert_int_equal(tree_error(a, &e, "bad %s", "word"), -1);
	check_string("error", e.text, "file:2: bad word");
	assert_int_equal(tree_expect(a, TREE_LIST, &e), 0);
	assert_int_equal(tree_expect(a, TREE_STRING, &e), -1);
	check_string("expect", e.text,
	    "file:2: a: expected a string, found a list ( ... )");
	assert_int_equal(tree_expect(&a->child[0], TREE_BOOL, &e), -1);
	check_string("element", e.text,
	    "file:2: element: expected true or false, found a whole number");
	check_string("words", tree_kind_words(TREE_REAL),
	    "a number with a point");
	pool_free(p);
}

static void
an_unknown_name_is_an_error_with_a_hint(void **state)
{
	static const char *const names[] = { "name", "when", "do", "recipients",
		NULL };
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "name = 1; when = 2;", "" },
		{ "", "" },
		{ "do = 1;\nwhne = 2;",
		    "file:2: unknown setting whne (did you mean when?)" },
		{ "recipient = 1;",
		    "file:1: unknown setting recipient "
		    "(did you mean recipients?)" },
		{ "nam = 1;",
		    "file:1: unknown setting nam (did you mean name?)" },
		{ "colour = 1;", "file:1: unknown setting colour" },
		{ "Name = 1;",
		    "file:1: unknown setting Name (did you mean name?)" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct err e = ERR_NONE;
		const struct tree *root = parse(p, rows[i].text, &e);

		check_number(rows[i].text, tree_only(root, names, &e),
		    rows[i].want[0] == '\0' ? 0 : -1);
		check_string(rows[i].text, e.text, rows[i].want);
		pool_free(p);
	}
}

static void
one_string_or_several(void **state)
{
	static const struct {
		const char *text;
		size_t count;
		const char *want; /* the error, or the last string */
	} rows[] = {
		{ "a = \"x\";", 1, "x" },
		{ "a = ( \"x\", \"y\" );", 2, "y" },
		{ "a = [ \"x\", \"y\", \"z\" ];", 3, "z" },
		{ "a = ();", 0, "" },
		{ "a = [ \"1\", \"2\", \"3\", \"4\" ];", 0,
		    "file:1: a: more than 3 values" },
		{ "a = ( \"x\",\n 2 );", 0,
		    "file:2: a: expected strings only, found a whole number" },
		{ "a = 5;", 0,
		    "file:1: a: expected a string or a list of strings, "
		    "found a whole number" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct pool *p = pool_new(ROOM);
		struct err e = ERR_NONE;
		const struct tree *root = parse(p, rows[i].text, &e);
		const struct tree *a = tree_child(root, "a");
		size_t count = 99;

		if (tree_strings(a, 3, &count, &e) < 0) {
			check_string(rows[i].text, e.text, rows[i].want);
		} else {
			check_number(rows[i].text, (long long)count,
			    (long long)rows[i].count);
			if (count > 0)
				check_view(rows[i].text,
				    tree_string_at(a, count - 1), rows[i].want);
		}
		pool_free(p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_kind_of_value),
		cmocka_unit_test(reads_strings_as_they_were_meant),
		cmocka_unit_test(comments_are_none_of_the_tree),
		cmocka_unit_test(an_empty_file_is_an_empty_group),
		cmocka_unit_test(a_mistake_is_told_with_its_line),
		cmocka_unit_test(a_number_is_taken_whole_or_refused),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(a_group_has_a_limit_of_names),
		cmocka_unit_test(a_pool_too_small_fails_the_file),
		cmocka_unit_test(walkers_say_where_and_what),
		cmocka_unit_test(an_unknown_name_is_an_error_with_a_hint),
		cmocka_unit_test(one_string_or_several),
	};

	return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
