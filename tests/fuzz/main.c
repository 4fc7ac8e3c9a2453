// SPDX-License-Identifier: BSD-2-Clause
/*
 * main.c - replays inputs through a fuzz target, as a test.
 *
 * "tests/fuzz/NAME_fuzz" takes every file of tests/fuzz/corpus/NAME/ below
 * $top_srcdir; "NAME_fuzz FILE..." takes those files, "-" being standard
 * input.  Speaks TAP: a file that comes back is "ok", anything else is a crash.
 */
#include <dirent.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"

enum { LARGEST_INPUT = 64 * 1024 * 1024 };

/* The target gets a block of the exact size, so that an over-read shows. */
static void
feed(struct view input)
{
	uint8_t *block = malloc(input.size == 0 ? 1 : input.size);

	if (block == NULL)
		abort();
	if (input.size > 0)
		memcpy(block, input.data, input.size);
	LLVMFuzzerTestOneInput(block, input.size);
	free(block);
}

/* "-" is standard input. */
static int
read_input(const char *path, struct text *out)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
	char block[16384];
	size_t got;
	int failed;

	if (file == NULL)
		return -1;
	while ((got = fread(block, 1, sizeof(block), file)) > 0)
		text_add(out, (struct view){ block, got });
	failed = ferror(file);
	if (file != stdin)
		fclose(file);
	return failed || !text_ok(out) ? -1 : 0;
}

static int
replay(const char *path, int number)
{
	struct text input = TEXT_INIT(LARGEST_INPUT);
	int result = read_input(path, &input);
	const char *slash = strrchr(path, '/');

	/* Said before the target runs: the last line names who crashed it. */
	printf("# %s\n", path);
	if (result == 0)
		feed(text_view(&input));
	printf("%s %d - %s\n", result == 0 ? "ok" : "not ok", number,
	    slash == NULL ? path : slash + 1);
	text_free(&input);
	return result;
}

static int
is_input(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* "tests/fuzz/NAME_fuzz" -> "$top_srcdir/tests/fuzz/corpus/NAME". */
static void
corpus_of(const char *program, struct text *folder)
{
	const char *top = getenv("top_srcdir");
	const char *slash = strrchr(program, '/');
	struct view name = view_of(slash == NULL ? program : slash + 1);

	if (view_ends_nocase(name, VIEW("_fuzz")))
		name.size -= strlen("_fuzz");
	text_addf(folder, "%s/tests/fuzz/corpus/%.*s", top == NULL ? "." : top,
	    VIEW_ARG(name));
}

static int
replay_folder(const char *folder)
{
	struct dirent **entries;
	int count = scandir(folder, &entries, is_input, alphasort);
	int result = 0;

	if (count <= 0) {
		printf("Bail out! no corpus in %s\n", folder);
		return -1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		struct text path = TEXT_INIT(4096);

		text_addf(&path, "%s/%s", folder, entries[i]->d_name);
		if (replay(text_string(&path), i + 1) < 0)
			result = -1;
		text_free(&path);
		free(entries[i]);
	}
	free(entries);
	return result;
}

int
main(int argc, char **argv)
{
	struct text folder = TEXT_INIT(4096);
	int result = 0;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc > 1) {
		printf("1..%d\n", argc - 1);
		for (int i = 1; i < argc; i++)
			if (replay(argv[i], i) < 0)
				result = -1;
	} else {
		corpus_of(argv[0], &folder);
		result = replay_folder(text_string(&folder));
	}
	text_free(&folder);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
