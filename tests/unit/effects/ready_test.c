// SPDX-License-Identifier: BSD-2-Clause
/*
 * ready_test.c - the ready-made templates in rules/templates/.  The rules
 * beside them are tried by tests/scenarios/policies.py.
 */
#include <dirent.h>
#include <stdio.h>

#include "base/file.h"
#include "base/limits.h"
#include "effects/compose.h"
#include "t.h"

/* The path of a file or folder of rules/. */
static struct text
path_of(const char *folder, const char *name)
{
	const char *top = getenv("top_srcdir");
	struct text path = TEXT_INIT(4096);

	text_addf(&path, "%s/rules/%s/%s", top == NULL ? "." : top, folder,
	    name);
	return path;
}

static void
for_each_file(const char *folder,
    void (*check)(const char *name, struct view bytes))
{
	struct text path = path_of(folder, "");
	DIR *dir = opendir(text_string(&path));
	int files = 0;

	if (dir == NULL)
		fail_msg("%s", text_string(&path));
	for (struct dirent *at; (at = readdir(dir)) != NULL;) {
		struct text file = path_of(folder, at->d_name);
		struct text bytes = TEXT_INIT(LIMIT_TEMPLATE_SIZE);
		struct err e = ERR_NONE;

		if (at->d_name[0] != '.') {
			if (file_read(text_string(&file), &bytes, &e) < 0)
				fail_msg("%s", e.text);
			check(at->d_name, text_view(&bytes));
			files++;
		}
		text_free(&file);
		text_free(&bytes);
	}
	closedir(dir);
	assert_true(files >= 3);
	text_free(&path);
}

static void
check_template(const char *name, struct view bytes)
{
	struct err e = ERR_NONE;
	struct template t;
	struct view line;
	bool greets = false, signs = false;

	if (template_parse(bytes, name, &t, &e) < 0)
		fail_msg("%s", e.text);
	if (!view_starts_nocase(bytes, VIEW("Subject: ")))
		fail_msg("%s has no subject", name);
	assert_true(view_line(&bytes, &line));
	while (view_line(&bytes, &line)) {
		if (line.size > 78)
			fail_msg("%s: a long line", name);
		greets |= view_find(line, VIEW("{given|there}")) != VIEW_NONE;
		signs |= view_equal(line, VIEW("{owner}"));
	}
	check_number(name, greets, true);
	check_number(name, signs, true);
}

static void
every_template_greets_and_signs(void **state)
{
	(void)state;
	for_each_file("templates", check_template);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_template_greets_and_signs),
	};

	return cmocka_run_group_tests_name("ready", tests, NULL, NULL);
}
