// SPDX-License-Identifier: BSD-2-Clause
#include "mail/part.h"

#include "t.h"

static void
reads_the_fields_that_matter(void **state)
{
	static const struct {
		const char *name, *entity, *type, *encoding, *content;
	} rows[] = {
		{ "usual",
		    "Content-Type: text/plain;\r\n charset=x\r\n"
		    "content-transfer-encoding: base64\r\nX: y\r\n\r\nbody",
		    " text/plain;\r\n charset=x", " base64", "body" },
		{ "the first of two counts",
		    "Content-Type: a/b\nContent-Type: c/d\n\nbody", " a/b", "",
		    "body" },
		{ "an empty first one counts too",
		    "Content-Type:\nContent-Type: c/d\n\n", "", "", "" },
		{ "no header", "\nbody\n", "", "", "body\n" },
		{ "no empty line", "body\nX: y", "", "", "body\nX: y" },
		{ "header only", "Content-Type: a/b", " a/b", "", "" },
		{ "nothing", "", "", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view entity = exact_string(rows[i].entity);
		struct part part;

		part_read(entity, &part);
		check_view(rows[i].name, part.type, rows[i].type);
		check_view(rows[i].name, part.encoding, rows[i].encoding);
		check_view(rows[i].name, part.disposition, "");
		check_view(rows[i].name, part.content, rows[i].content);
		exact_free(entity);
	}
}

static void
reads_a_media_type(void **state)
{
	static const struct {
		const char *type, *want;
	} rows[] = {
		{ " Text/HTML;charset=x", "Text/HTML" },
		{ "\r\n text/html\r\n (comment)", "text/html" },
		{ "text/html(comment)", "text/html" },
		{ "text", "text/plain" },
		{ ";boundary=a/b", "text/plain" },
		{ "", "text/plain" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view type = exact_string(rows[i].type);

		check_view(rows[i].type, part_media_type(type), rows[i].want);
		exact_free(type);
	}
}

static void
reads_a_parameter(void **state)
{
	static const struct {
		const char *type;
		bool found;
		const char *want;
	} rows[] = {
		{ "a/b; b=c", true, "c" },
		{ "a/b;x=y;\r\n\tB = c ;z", true, "c" },
		{ "a/b; b=c d", true, "c" },
		{ "a/b; b=c\r\n (comment)", true, "c" },
		{ "a/b; b==_c/=", true, "=_c/=" },
		{ "a/b; b=\"c d;e=\" f; b=g", true, "c d;e=" },
		{ "a/b; b=\"c\\\"\\\\d\"", true, "c\"\\d" },
		{ "a/b; b=\"c\r\n d\"", true, "c d" },
		{ "a/b; b=\"never closed; c=d", true, "never closed; c=d" },
		{ "a/b; b=\"c\\", true, "c\\" },
		{ "a/b; b=\"\"", true, "" },
		{ "a/b; b=", true, "" },
		{ "a/b; x=\"; b=c\"", false, "" },
		{ "a/b; bb=c; b; ab=d", false, "" },
		{ "b=c", false, "" },
		{ "a/b", false, "" },
		{ "", false, "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view type = exact_string(rows[i].type);
		struct text value = TEXT_INIT(100);

		check_number(rows[i].type,
		    part_parameter(type, VIEW("b"), &value), rows[i].found);
		check_view(rows[i].type, text_view(&value), rows[i].want);
		text_free(&value);
		exact_free(type);
	}
}

static void
cuts_a_multipart_at_its_boundaries(void **state)
{
	static const struct {
		const char *name, *content;
		bool begins;
		const char *part[4];
	} rows[] = {
		{ "CRLF", "pre\r\n--b\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nepi",
		    true, { "one", "\r\ntwo" } },
		{ "LF", "--b\none\n\n--b\ntwo\n--b--\n", true,
		    { "one\n", "two" } },
		{ "blanks behind the boundary", "--b \t\r\none\n--b-- \n--b\n",
		    true, { "one" } },
		{ "more behind the last", "--b\none\n--b-- x\n--b--", true,
		    { "one\n--b-- x" } },
		{ "no last boundary", "--b\none\n--b\ntwo", true,
		    { "one", "two" } },
		{ "cut inside of the boundary line", "--b\none\n--b", true,
		    { "one", "" } },
		{ "empty parts", "--b\n--b\n\n--b--", true, { "", "" } },
		{ "another boundary begins with ours",
		    "--b\none\n--bb\n--b b\nx--b\n --b\n--b--", true,
		    { "one\n--bb\n--b b\nx--b\n --b" } },
		{ "closed at once", "--b--\n--b\none\n--b--", true, { NULL } },
		{ "no boundary", "text --b\n", false, { NULL } },
		{ "nothing", "", false, { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view content = exact_string(rows[i].content), entity;
		struct view delimiter = exact_string("--b");
		struct part_list list;

		check_number(rows[i].name,
		    part_begin(&list, content, delimiter), rows[i].begins);
		for (size_t j = 0; rows[i].part[j] != NULL; j++) {
			assert_true(part_next(&list, &entity));
			check_view(rows[i].name, entity, rows[i].part[j]);
		}
		assert_false(part_next(&list, &entity));
		exact_free(content);
		exact_free(delimiter);
	}
}

static void
boundaries_may_be_all_hyphens(void **state)
{
	struct view content = exact_string("-------\n---\none\n----\n-----\n");
	struct part_list list;
	struct view entity;

	(void)state;
	assert_true(part_begin(&list, content, VIEW("---")));
	assert_true(part_next(&list, &entity));
	check_view("one", entity, "one\n----");
	assert_false(part_next(&list, &entity));
	exact_free(content);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_fields_that_matter),
		cmocka_unit_test(reads_a_media_type),
		cmocka_unit_test(reads_a_parameter),
		cmocka_unit_test(cuts_a_multipart_at_its_boundaries),
		cmocka_unit_test(boundaries_may_be_all_hyphens),
	};

	return cmocka_run_group_tests_name("part", tests, NULL, NULL);
}
