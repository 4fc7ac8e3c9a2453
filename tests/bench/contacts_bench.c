// SPDX-License-Identifier: BSD-2-Clause
/*
 * contacts_bench.c - a million contacts: how long they take to load, what they
 * weigh and how long a look-up takes.
 *
 * Usage: contacts_bench [PEOPLE]
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "base/limits.h"
#include "policy/contacts.h"

static double
seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Names such as people have: one in eight is not plain ASCII. */
static void
add_name(struct text *out, unsigned long n)
{
	static const char *const given[] = { "Anna", "Jean-Pierre", "Mary Ann",
		"Ivan", "Jos\xC3\xA9", "Wei", "Dr. Ute", "Tom" };
	static const char *const family[] = { "Example", "Roe", "Doe, MBA",
		"M\xC3\xBCller", "van der Berg", "O'Brien", "Garcia Lopez",
		"Smith" };

	text_addf(out, "%s %c%c%c%c %s", given[n % 8], (char)('A' + n / 8 % 26),
	    (char)('a' + n / 208 % 26), (char)('a' + n / 5408 % 26),
	    (char)('a' + n / 140608 % 26), family[n / 8 % 8]);
}

/*
 * Looks everybody up by name, in an order that no cache likes, and returns the
 * seconds that took: names are made ahead, some at a time.
 */
static double
look_up(const struct contacts *c, unsigned long people, unsigned long *known)
{
	enum { AHEAD = 1000 };
	struct text names = TEXT_INIT(AHEAD * LIMIT_NAME_SIZE);
	double took = 0;

	*known = 0;
	for (unsigned long n = 0; n < people;) {
		struct contacts_match match;
		struct view rest, name;
		double began;

		text_clear(&names);
		for (unsigned i = 0; i < AHEAD && n < people; i++, n++) {
			add_name(&names, n * 7919 % people);
			text_add_byte(&names, '\n');
		}
		rest = text_view(&names);
		began = seconds();
		while (view_line(&rest, &name)) {
			contacts_find(c, name, VIEW(""), VIEW(""), &match);
			*known += match.known != KNOWN_NO;
		}
		took += seconds() - began;
	}
	text_free(&names);
	return took;
}

int
main(int argc, char **argv)
{
	unsigned long people = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000000;
	struct contacts *c = contacts_new(LIMIT_CONTACTS_MEMORY);
	struct text file = TEXT_INIT(LIMIT_CONTACTS_SIZE);
	struct contacts_report report;
	struct err e = ERR_NONE;
	double began, load, found;
	unsigned long known = 0;

	if (people == 0)
		return EX_USAGE;
	for (unsigned long n = 0; n < people; n++) {
		add_name(&file, n);
		text_addf(&file, " <p%lu@example.com>\n", n);
	}
	began = seconds();
	if (c == NULL || !text_ok(&file) ||
	    contacts_add(c, text_view(&file), "contacts", &report, &e) < 0) {
		fprintf(stderr, "contacts_bench: %s\n", e.text);
		return EX_UNAVAILABLE;
	}
	load = seconds() - began;
	found = look_up(c, people, &known);
	printf("%lu people (%zu refused) in %.2f s, %zu octets each; "
	       "look-up %.2f us, %lu known\n",
	    people, report.refused, load, contacts_size(c) / people,
	    found * 1e6 / (double)people, known);
	contacts_free(c);
	text_free(&file);
	return EX_OK;
}
