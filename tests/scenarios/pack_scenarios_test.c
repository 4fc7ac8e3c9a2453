// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack_scenarios_test.c - mails, and what a pack reads out of them.
 *
 * pack_scenarios_test PACK FILE...  where a FILE has lines of these words:
 *
 *	sample FILE          a mail beside this file or in tests/samples
 *	mail WHAT IT IS      a mail of the lines "| ..." that follow
 *	envelope ADDRESS     its reverse-path
 *	want FIELD VALUE     what must be read out (see
 *tests/samples/expectations) want evidence RULE   which rule must decide
 *
 * In a file called "expectations" a request has no field that is not wanted;
 * its head says more.  Each mail is a test; the last ones are that every rule
 * of the pack decided about some mail and every type it can give was wanted.
 */
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/mime.h"
#include "recognise/pack_parts.h"
#include "recognise/recognise.h"

enum { WANTS = 64, NUMBER_SIZE = 24 };

struct want {
	struct view field, value;
};

struct scenario {
	struct view what;
	bool sample; /* what names its file */
	struct text mail;
	struct view envelope;
	struct want want[WANTS];
	size_t wants;
};

struct run {
	struct pack *pack;
	struct regex_scratch *scratch;
	const char *folder; /* of the file that is read */
	bool strict;        /* nothing but what is wanted */
	bool *decided;      /* by each rule */
	struct text problem;
	unsigned tests;
	bool failed;
};

static void
stop(const char *words)
{
	printf("Bail out! %s\n", words);
	exit(99);
}

static void
report(struct run *run, struct view what)
{
	bool ok = run->problem.size == 0;

	printf("%sok %u - %.*s\n", ok ? "" : "not ", ++run->tests,
	    VIEW_ARG(what));
	fputs(text_string(&run->problem), stdout);
	text_clear(&run->problem);
	if (!ok)
		run->failed = true;
}

static void
differ(struct run *run, const struct want *w, struct view got)
{
	text_addf(&run->problem, "# %.*s: want \"%.*s\", got \"%.*s\"\n",
	    VIEW_ARG(w->field), VIEW_ARG(w->value), VIEW_ARG(got));
}

static struct view
number(char text[NUMBER_SIZE], long long value, long long none)
{
	if (value == none)
		return VIEW("");
	snprintf(text, NUMBER_SIZE, "%lld", value);
	return view_of(text);
}

/* A field of the request itself, or NULL data for other words. */
static struct view
request_field(const struct request *r, struct view field,
    char text[NUMBER_SIZE])
{
	if (view_equal(field, VIEW("type")))
		return view_of(request_type_name(r->type));
	if (view_equal(field, VIEW("network")))
		return r->network.size == 0 ? VIEW("-") : r->network;
	if (view_equal(field, VIEW("lang")))
		return r->lang.size == 0 ? VIEW("") : r->lang;
	if (view_equal(field, VIEW("template")))
		return r->template_key.size == 0 ? VIEW("") : r->template_key;
	if (view_equal(field, VIEW("group")))
		return r->group.size == 0 ? VIEW("") : r->group;
	if (view_equal(field, VIEW("note")))
		return view_of(request_note_name(r->note));
	if (view_equal(field, VIEW("mutual")))
		return number(text, r->mutual, -1);
	if (view_equal(field, VIEW("made")))
		return number(text, r->made_ms, 0);
	if (view_equal(field, VIEW("evidence")))
		return r->evidence_count == 0 ? VIEW("") : r->evidence[0].rule;
	return (struct view){ NULL, 0 };
}

static const struct {
	const char *name;
	size_t offset;
} person_fields[] = {
	{ "name", offsetof(struct person, name) },
	{ "headline", offsetof(struct person, headline) },
	{ "company", offsetof(struct person, company) },
	{ "location", offsetof(struct person, location) },
	{ "profile", offsetof(struct person, profile) },
	{ "email", offsetof(struct person, email) },
};

enum { PERSON_FIELDS = sizeof(person_fields) / sizeof(person_fields[0]) };

static struct view
person_field(const struct person *person, size_t field)
{
	const char *bytes = (const char *)person + person_fields[field].offset;
	struct view value;

	memcpy(&value, bytes, sizeof(value));
	return value;
}

static size_t
person_field_number(struct view name)
{
	size_t i = 0;

	while (i < PERSON_FIELDS &&
	    !view_equal(name, view_of(person_fields[i].name)))
		i++;
	return i;
}

/* Every run of blanks and line ends as one space. */
static void
fold_blanks(struct view v, struct text *out)
{
	for (size_t i = 0; i < v.size; i++) {
		bool blank = v.data[i] == ' ' || v.data[i] == '\n';

		if (!blank)
			text_add_byte(out, v.data[i]);
		else if (out->size > 0 && out->data[out->size - 1] != ' ')
			text_add_byte(out, ' ');
	}
}

static void
check_note_text(struct run *run, const struct want *w, struct view note)
{
	struct text got = TEXT_INIT(LIMIT_TEXT_SIZE);

	fold_blanks(note, &got);
	if (view_find(text_view(&got), w->value) == VIEW_NONE)
		differ(run, w, text_view(&got));
	text_free(&got);
}

/* Which person the next wanted field is of, and what was wanted of them. */
struct people {
	size_t count;
	bool wanted[LIMIT_PEOPLE][PERSON_FIELDS];
};

static void
check_want(struct run *run, const struct want *w, const struct request *r,
    struct people *people)
{
	size_t field = person_field_number(w->field);
	char text[NUMBER_SIZE];
	struct view got;

	if (view_equal(w->field, VIEW("note_text"))) {
		check_note_text(run, w, r->note_text);
		return;
	}
	if (field == PERSON_FIELDS) {
		got = request_field(r, w->field, text);
		if (got.data == NULL)
			stop("unknown field in a want line");
	} else {
		if (field == 0 || people->count == 0)
			people->count++;
		got = person_field(&r->person[people->count - 1], field);
		people->wanted[people->count - 1][field] = true;
	}
	if (!view_equal(got, w->value))
		differ(run, w, got);
}

static bool
is_wanted(const struct scenario *s, const char *field)
{
	for (size_t i = 0; i < s->wants; i++)
		if (view_equal(s->want[i].field, view_of(field)))
			return true;
	return false;
}

/* Where the mail asks for something, what was not wanted is empty. */
static void
check_nothing_else(struct run *run, const struct scenario *s,
    const struct request *r, const struct people *people)
{
	static const char *const fields[] = { "group", "mutual", "made" };
	char text[NUMBER_SIZE];

	if (r->people != people->count)
		text_addf(&run->problem, "# want %zu people, got %zu\n",
		    people->count, r->people);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		struct want none = { view_of(fields[i]), VIEW("") };
		struct view got = request_field(r, none.field, text);

		if (!is_wanted(s, fields[i]) && got.size > 0)
			differ(run, &none, got);
	}
	for (size_t p = 0; p < people->count; p++)
		for (size_t f = 0; f < PERSON_FIELDS; f++) {
			struct want none = { view_of(person_fields[f].name),
				VIEW("") };
			struct view got = person_field(&r->person[p], f);

			/* "expectations" has no word for the address */
			if (!people->wanted[p][f] && got.size > 0 &&
			    !view_equal(none.field, VIEW("email")))
				differ(run, &none, got);
		}
}

static void
note_rule(struct run *run, const struct request *r)
{
	for (size_t i = 0; i < run->pack->rules && r->evidence_count > 0; i++)
		if (view_equal(run->pack->rule[i].id, r->evidence[0].rule))
			run->decided[i] = true;
}

/* A mail of the network must be seen as one from its header alone. */
static void
check_candidate(struct run *run, const struct scenario *s,
    const struct message *m, const struct request *r)
{
	struct packs packs = { &run->pack, 1 };

	if (r->type != REQUEST_OTHER &&
	    recognise_candidate(&packs, m->header, m->header_count, s->envelope,
		false) == NULL)
		text_add_string(&run->problem, "# it is no candidate\n");
}

static void
check_request(struct run *run, const struct scenario *s,
    const struct message *m, const struct request *r)
{
	struct people people = { .count = 0 };
	bool asks = (request_type_traits(r->type) & REQUEST_ASKS) != 0;
	bool guess = view_find(s->what, VIEW("-guess.")) != VIEW_NONE;

	for (size_t i = 0; i < s->wants; i++)
		check_want(run, &s->want[i], r, &people);
	if (run->strict && asks && !guess)
		check_nothing_else(run, s, r, &people);
	if (r->pattern_errors > 0)
		text_addf(&run->problem, "# %u patterns hit a ceiling\n",
		    r->pattern_errors);
	check_candidate(run, s, m, r);
	note_rule(run, r);
}

static void
read_sample(struct run *run, struct scenario *s)
{
	struct text path = TEXT_INIT(4096);
	struct err e = ERR_NONE;

	text_addf(&path, "%s/%.*s", run->folder, VIEW_ARG(s->what));
	if (file_read(text_string(&path), &s->mail, &e) < 0) {
		text_clear(&path);
		text_addf(&path, "%s/tests/samples/%.*s", getenv("top_srcdir"),
		    VIEW_ARG(s->what));
		if (file_read(text_string(&path), &s->mail, &e) < 0)
			stop(e.text);
	}
	text_free(&path);
}

static void
run_scenario(struct run *run, struct scenario *s)
{
	struct pool *pool;
	struct err e = ERR_NONE;
	struct message m;
	struct request r;

	if (s->what.size == 0)
		return;
	if (s->sample)
		read_sample(run, s);
	pool = pool_new(LIMIT_MESSAGE_POOL);
	if (pool == NULL)
		stop("out of memory");
	if (message_parse(pool, text_view(&s->mail), 0, &m, &e) < 0)
		stop(e.text);
	if (recognise_request(run->pack, &m, s->envelope, run->scratch, pool,
		&r) < 0)
		stop("out of memory");
	check_request(run, s, &m, &r);
	report(run, s->what);
	pool_free(pool);
}

static void
begin(struct scenario *s, struct view what, bool sample)
{
	text_free(&s->mail);
	*s = (struct scenario){ .what = what,
		.sample = sample,
		.mail = TEXT_INIT(LIMIT_BODY_SIZE) };
}

/* The word is cut off the line. */
static struct view
first_word(struct view *line)
{
	size_t blank = view_find_byte(*line, ' ');
	struct view word = view_part(*line, 0, blank);

	*line = blank == VIEW_NONE ? VIEW("")
				   : view_part(*line, blank + 1, VIEW_NONE);
	return word;
}

static void
read_line(struct run *run, struct scenario *s, struct view line)
{
	struct view word = first_word(&line);

	if (view_equal(word, VIEW("sample")) ||
	    view_equal(word, VIEW("mail"))) {
		run_scenario(run, s);
		begin(s, line, view_equal(word, VIEW("sample")));
	} else if (view_equal(word, VIEW("|"))) {
		text_add(&s->mail, line);
		text_add_byte(&s->mail, '\n');
	} else if (view_equal(word, VIEW("envelope"))) {
		s->envelope = line;
	} else if (view_equal(word, VIEW("want"))) {
		if (s->wants == WANTS)
			stop("too many want lines");
		s->want[s->wants].field = first_word(&line);
		s->want[s->wants++].value = line;
	} else if (word.size > 0 && word.data[0] != '#' &&
	    !view_equal(word, VIEW("client")) &&
	    !view_equal(word, VIEW("signed"))) {
		stop("unknown word at the start of a line");
	}
}

static void
run_file(struct run *run, char *path)
{
	struct text file = TEXT_INIT(LIMIT_PACK_SIZE);
	struct scenario s = { .wants = 0 };
	struct err e = ERR_NONE;
	struct view rest, line;
	char *copy = strdup(path);

	if (copy == NULL || file_read(path, &file, &e) < 0)
		stop(e.text);
	run->strict = strcmp(basename(path), "expectations") == 0;
	run->folder = dirname(copy);
	rest = text_view(&file);
	while (view_line(&rest, &line))
		read_line(run, &s, line);
	run_scenario(run, &s);
	text_free(&s.mail);
	text_free(&file);
	free(copy);
}

static void
check_coverage(struct run *run)
{
	const struct pack *p = run->pack;
	bool given[REQUEST_TYPE_COUNT] = { false };

	for (size_t i = 0; i < p->rules; i++) {
		if (!run->decided[i])
			text_addf(&run->problem, "# %.*s decides nothing\n",
			    VIEW_ARG(p->rule[i].id));
		else
			given[p->rule[i].type] = true;
	}
	report(run, VIEW("every rule decides about some mail"));
	for (size_t i = 0; i < p->rules; i++)
		if (!given[p->rule[i].type])
			text_addf(&run->problem, "# no %s\n",
			    request_type_name(p->rule[i].type));
	report(run, VIEW("every type of the pack has a mail"));
}

static struct pack *
read_pack(const char *path)
{
	struct text bytes = TEXT_INIT(LIMIT_PACK_SIZE);
	struct err e = ERR_NONE;
	struct pack *p = NULL;

	if (file_read(path, &bytes, &e) == 0)
		p = pack_parse(text_view(&bytes), path, &e);
	if (p == NULL)
		stop(e.text);
	text_free(&bytes);
	return p;
}

int
main(int argc, char **argv)
{
	struct run run = { .problem = TEXT_INIT(LIMIT_TEXT_SIZE) };

	if (argc < 3)
		stop("usage: pack_scenarios_test PACK FILE...");
	mime_init();
	run.pack = read_pack(argv[1]);
	run.scratch = regex_scratch_new();
	run.decided = calloc(run.pack->rules + 1, sizeof(*run.decided));
	if (run.scratch == NULL || run.decided == NULL)
		stop("out of memory");
	for (int i = 2; i < argc; i++)
		run_file(&run, argv[i]);
	check_coverage(&run);
	printf("1..%u\n", run.tests);
	free(run.decided);
	text_free(&run.problem);
	regex_scratch_free(run.scratch);
	pack_free(run.pack);
	mime_shutdown();
	return run.failed;
}
