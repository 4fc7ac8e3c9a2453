// SPDX-License-Identifier: BSD-2-Clause
/*
 * engine_bench.c - the engine's time for a message, against the floor: GMime's
 * own parse and decode of the same octets.
 *
 * Usage: engine_bench CONF PACKS KEYS FILE
 *
 * The two take turns within one run, so that a change of the machine's speed
 * meets both; printed are medians and their ratio.
 */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/limits.h"
#include "daemon/engine.h"
#include "mail/mime.h"
#include "recognise/recognise.h"

enum { ROUNDS = 200, PER_ROUND = 5 };

/* Decodes one text part into a buffer that is thrown away. */
static void
decode_part(GMimeObject *parent, GMimeObject *part, gpointer arg)
{
	char *text;

	(void)parent;
	if (!GMIME_IS_TEXT_PART(part))
		return;
	text = g_mime_text_part_get_text((GMimeTextPart *)part);
	*(size_t *)arg += text == NULL ? 0 : strlen(text);
	g_free(text);
}

static size_t
floor_once(struct view bytes)
{
	GMimeStream *stream =
	    g_mime_stream_mem_new_with_buffer(bytes.data, bytes.size);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	size_t decoded = 0;

	g_mime_message_foreach(message, decode_part, &decoded);
	g_object_unref(message);
	g_object_unref(parser);
	g_object_unref(stream);
	return decoded;
}

static size_t
engine_once(const struct site *site, const struct world *w, struct view bytes)
{
	static const struct view rcpt[] = { VIEW("alice@example.net") };
	struct engine_message m = {
		.envelope = {
			.client_name = VIEW("mailb-ga.linkedin.com"),
			.from = VIEW("s-x@bounce.linkedin.com"),
			.rcpt = rcpt,
			.rcpt_count = 1,
			.queue_id = VIEW("4F1Q2z1"),
		},
		.bytes = bytes,
	};
	struct decision d;
	struct err e = ERR_NONE;
	size_t people = 0;

	if (engine_decide(site, w, &m, &d, &e) < 0)
		fprintf(stderr, "engine: %s\n", e.text);
	else
		people = d.request.people;
	decision_free(&d);
	return people;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

struct figures {
	double floor[ROUNDS], bare[ROUNDS], verified[ROUNDS];
};

static void
measure(const struct site *site, struct signature_verifier *verifier,
    struct store *store, struct view bytes, struct figures *f)
{
	struct world w = { .clock = &clock_system,
		.store = store,
		.host = "bench",
		.as_user = "alice",
		.anybody = true };
	volatile size_t sum = 0; /* so that nothing is optimised away */

	for (int i = 0; i < ROUNDS; i++) {
		int64_t t[4];

		t[0] = clock_steady_us(&clock_system);
		for (int n = 0; n < PER_ROUND; n++)
			sum += floor_once(bytes);
		t[1] = clock_steady_us(&clock_system);
		w.verifier = NULL;
		for (int n = 0; n < PER_ROUND; n++)
			sum += engine_once(site, &w, bytes);
		t[2] = clock_steady_us(&clock_system);
		w.verifier = verifier;
		for (int n = 0; n < PER_ROUND; n++)
			sum += engine_once(site, &w, bytes);
		t[3] = clock_steady_us(&clock_system);
		f->floor[i] = (double)(t[1] - t[0]) / PER_ROUND;
		f->bare[i] = (double)(t[2] - t[1]) / PER_ROUND;
		f->verified[i] = (double)(t[3] - t[2]) / PER_ROUND;
	}
}

/*
 * The question asked of every mail, with a name in From that is nobody's:
 * with imitations, and without.
 */
static void
measure_candidate(const struct site *site)
{
	enum { TIMES = 200000 };
	const struct header field[] = {
		{ VIEW("Received"), VIEW("from a.example by b.example"),
		    VIEW("") },
		{ VIEW("From"),
		    VIEW("Bob Sample <bob.sample@mail.example.org>"),
		    VIEW("") },
		{ VIEW("Subject"), VIEW("Lunch"), VIEW("") },
	};
	volatile size_t found = 0;
	int64_t t[3];

	for (int i = 0; i < 3; i++) {
		t[i] = clock_steady_us(&clock_system);
		for (int n = 0; i < 2 && n < TIMES; n++)
			found += recognise_candidate(&site->packs, field, 3,
				     VIEW("bob.sample@mail.example.org"),
				     i == 0) != NULL;
	}
	printf("is it a candidate?          %7.2f us  %7.2f us without "
	       "imitations\n",
	    (double)(t[1] - t[0]) / TIMES, (double)(t[2] - t[1]) / TIMES);
}

int
main(int argc, char **argv)
{
	static struct figures f;
	struct site_source source = { .conf = argc > 1 ? argv[1] : "",
		.packs = argc > 2 ? argv[2] : NULL };
	struct text bytes = TEXT_INIT(LIMIT_BODY_SIZE);
	struct err e = ERR_NONE;
	struct signature_verifier *verifier;
	struct store *store;
	struct site *site;
	double floor, bare, verified;

	if (argc != 5) {
		fprintf(stderr, "Usage: engine_bench CONF PACKS KEYS FILE\n");
		return EX_USAGE;
	}
	mime_init();
	site = site_load(&source, &e);
	verifier = signature_open(argv[3], &clock_system, &e);
	store = store_open("memory:", &e);
	if (site == NULL || verifier == NULL || store == NULL ||
	    file_read(argv[4], &bytes, &e) < 0) {
		fprintf(stderr, "engine_bench: %s\n", e.text);
		return EX_NOINPUT;
	}
	measure(site, verifier, store, text_view(&bytes), &f);
	floor = median(f.floor);
	bare = median(f.bare);
	verified = median(f.verified);
	printf("message %zu octets\n"
	       "GMime's parse and decode    %7.1f us\n"
	       "engine without DKIM         %7.1f us  ratio %.2f\n"
	       "engine with DKIM            %7.1f us  ratio %.2f\n",
	    bytes.size, floor, bare, bare / floor, verified, verified / floor);
	measure_candidate(site);
	text_free(&bytes);
	store_close(store);
	signature_close(verifier);
	site_drop(site);
	return 0;
}
