// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/counters.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/json_read.h"
#include "base/limits.h"
#include "daemon/counters_print.h"
#include "t.h"

static void
every_counter_counts_and_shows(void **state)
{
	struct counters *c = counters_new(1000);
	struct figures f;

	(void)state;
	for (int i = 0; i < COUNTER_COUNT; i++) {
		enum counter which = (enum counter)i;

		for (unsigned k = 0; k < counter_values(which); k++) {
			counters_set(c, which, k, 0);
			counters_add(c, which, k, k + 1);
			counters_add(c, which, k, 1);
		}
		/* What is no label of it, is nothing. */
		counters_add(c, which, counter_values(which), 1);
		counters_add(c, which, COUNTER_VALUES, 1);
		counters_set(c, which, COUNTER_VALUES + 1, 1);
	}
	counters_read(c, &f);
	for (int i = 0; i < COUNTER_COUNT; i++)
		for (unsigned k = 0; k < COUNTER_VALUES; k++)
			check_number(counter_name((enum counter)i),
			    (long long)f.of[i][k],
			    k < counter_values((enum counter)i) ? k + 2 : 0);
	counters_free(c);
}

static void
where_nobody_counts_nothing_happens(void **state)
{
	(void)state;
	counters_add(NULL, COUNT_MESSAGES, 0, 1);
	counters_set(NULL, COUNT_MESSAGES, 0, 1);
	counters_took(NULL, 1);
	counters_free(NULL);
}

/* Words of labels and names are fit for Prometheus, and each is its own. */
static void
names_and_labels_are_plain_words(void **state)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz_";
	static const char word[] = "abcdefghijklmnopqrstuvwxyz-";

	(void)state;
	for (int i = 0; i < COUNTER_COUNT; i++) {
		enum counter which = (enum counter)i;
		const char *name = counter_name(which);
		unsigned values = counter_values(which);

		check_number(name, (long long)strspn(name, plain),
		    (long long)strlen(name));
		assert_true(values <= COUNTER_VALUES);
		assert_int_equal(counter_label(which) == NULL,
		    values == 1 && counter_value(which, 0)[0] == '\0');
		for (unsigned k = 0; k < values; k++) {
			const char *value = counter_value(which, k);

			check_number(value, (long long)strspn(value, word),
			    (long long)strlen(value));
			for (unsigned j = 0; j < k; j++)
				assert_string_not_equal(value,
				    counter_value(which, j));
		}
		for (int j = 0; j < i; j++)
			assert_string_not_equal(name,
			    counter_name((enum counter)j));
	}
}

static void
a_time_falls_into_its_bucket(void **state)
{
	static const struct {
		int64_t took_us;
		unsigned bucket;
	} rows[] = {
		{ -1, 0 },
		{ 0, 0 },
		{ 1000, 0 },
		{ 1001, 1 },
		{ 2500, 1 },
		{ 10000000, COUNTER_BOUNDS - 1 },
		{ 10000001, COUNTER_BOUNDS },
		{ INT64_MAX / 2, COUNTER_BOUNDS },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct counters *c = counters_new(0);
		struct figures f;

		counters_took(c, rows[i].took_us);
		counters_read(c, &f);
		for (unsigned k = 0; k <= COUNTER_BOUNDS; k++)
			check_number("bucket", (long long)f.took[k],
			    k == rows[i].bucket);
		check_number("sum", (long long)f.took_us,
		    rows[i].took_us < 0 ? 0 : rows[i].took_us);
		counters_free(c);
	}
}

/* The words of bounds are those of the numbers. */
static void
bounds_say_what_they_are(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNTER_BOUNDS; i++)
		check_number(counter_bound(i),
		    (long long)(strtod(counter_bound(i), NULL) * 1e6 + 0.5),
		    counter_bound_us(i));
	check_string("last", counter_bound(COUNTER_BOUNDS), "+Inf");
	assert_true(counter_bound_us(COUNTER_BOUNDS) == INT64_MAX);
}

static void
percentiles_are_bounds(void **state)
{
	static const struct {
		const char *name;
		uint64_t took[3]; /* in the first buckets */
		int half, most;   /* of 50 and 99 per cent */
	} rows[] = {
		{ "none", { 0, 0, 0 }, -1, -1 },
		{ "one", { 0, 1, 0 }, 1, 1 },
		{ "half and half", { 1, 1, 0 }, 0, 1 },
		{ "one more", { 1, 2, 0 }, 1, 1 },
		{ "99 of 100", { 99, 0, 1 }, 0, 0 },
		{ "98 of 100", { 98, 0, 2 }, 0, 2 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct figures f = { .start_ms = 0 };

		memcpy(f.took, rows[i].took, sizeof(rows[i].took));
		check_number(rows[i].name, counters_percentile(&f, 50),
		    rows[i].half);
		check_number(rows[i].name, counters_percentile(&f, 99),
		    rows[i].most);
	}
}

static void *
count_many(void *arg)
{
	for (int i = 0; i < 10000; i++) {
		counters_add(arg, COUNT_REQUESTS, REQUEST_INVITATION, 1);
		counters_took(arg, i);
	}
	return NULL;
}

/* Threads, and a process that was forked and ends. */
static void
all_count_into_one(void **state)
{
	struct counters *c = counters_new(0);
	pthread_t thread[3];
	struct figures f;
	uint64_t took = 0;
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		count_many(c);
		_exit(0);
	}
	assert_true(pid > 0);
	for (size_t i = 0; i < LENGTH(thread); i++)
		assert_int_equal(pthread_create(&thread[i], NULL, count_many,
				     c),
		    0);
	for (size_t i = 0; i < LENGTH(thread); i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	counters_read(c, &f);
	check_number("requests",
	    (long long)f.of[COUNT_REQUESTS][REQUEST_INVITATION], 40000);
	for (int i = 0; i <= COUNTER_BOUNDS; i++)
		took += f.took[i];
	check_number("took", (long long)took, 40000);
	counters_free(c);
}

/* Figures that are all different where they can be. */
static void
fill(struct figures *f)
{
	*f = (struct figures){ .start_ms = 86400000, .took_us = 1500000 };
	for (int i = 0; i < COUNTER_COUNT; i++)
		for (unsigned k = 0; k < counter_values((enum counter)i); k++)
			f->of[i][k] = (uint64_t)i * 100 + k;
	f->took[0] = 3;
	f->took[2] = 1;
	f->took[COUNTER_BOUNDS] = 1;
}

static void
prometheus_gets_every_figure(void **state)
{
	static const char *const lines[] = {
		"rsvp_milter_build_info{version=\"9.9\"} 1\n",
		"# TYPE rsvp_milter_start_time_seconds gauge\n"
		"rsvp_milter_start_time_seconds 86400.000\n",
		"# TYPE rsvp_milter_messages_total counter\n"
		"rsvp_milter_messages_total 0\n",
		"rsvp_milter_requests_total{type=\"invitation\"} 301\n",
		"# TYPE rsvp_milter_sending_stopped gauge\n",
		"# TYPE rsvp_milter_decision_seconds histogram\n",
		"rsvp_milter_decision_seconds_bucket{le=\"0.001\"} 3\n"
		"rsvp_milter_decision_seconds_bucket{le=\"0.0025\"} 3\n"
		"rsvp_milter_decision_seconds_bucket{le=\"0.005\"} 4\n",
		"rsvp_milter_decision_seconds_bucket{le=\"+Inf\"} 5\n"
		"rsvp_milter_decision_seconds_sum 1.500000\n"
		"rsvp_milter_decision_seconds_count 5\n",
	};
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct figures f;

	(void)state;
	fill(&f);
	counters_prometheus(&f, "9.9", &out);
	assert_true(text_ok(&out));
	for (size_t i = 0; i < LENGTH(lines); i++)
		check_contains("metrics", text_string(&out), lines[i]);
	for (int i = 0; i < COUNTER_COUNT; i++) {
		char type[100];

		snprintf(type, sizeof(type), "\n# TYPE rsvp_milter_%s%s ",
		    counter_name((enum counter)i),
		    counter_grows((enum counter)i) ? "_total" : "");
		check_contains("metrics", text_string(&out), type);
	}
	text_free(&out);
}

static void
json_has_every_figure(void **state)
{
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct json_value *root;
	struct figures f;
	struct err e = ERR_NONE;

	(void)state;
	fill(&f);
	counters_json(&f, "9.9", 86460000, &out);
	root = json_read(text_view(&out), &e);
	if (root == NULL)
		fail_msg("%s", e.text);
	check_view("version", json_read_text(json_read_member(root, "version")),
	    "9.9");
	check_view("start", json_read_text(json_read_member(root, "start")),
	    "1970-01-02T00:00:00.000Z");
	for (int i = 0; i < COUNTER_COUNT; i++) {
		enum counter which = (enum counter)i;
		const struct json_value *v =
		    json_read_member(root, counter_name(which));

		for (unsigned k = 0; k < counter_values(which); k++)
			check_number(counter_name(which),
			    json_read_number(counter_label(which) == NULL
				    ? v
				    : json_read_member(v,
					  counter_value(which, k)),
				-1),
			    (long long)f.of[i][k]);
	}
	check_number("bucket",
	    json_read_number(json_read_member(json_read_member(root,
						  "decision_seconds"),
				 "0.001"),
		-1),
	    3);
	json_read_free(root);
	text_free(&out);
}

/* The largest that there can be. */
static void
an_answer_has_room(void **state)
{
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct figures f;

	(void)state;
	memset(&f, 0xff, sizeof(f));
	f.start_ms = INT64_MAX;
	counters_prometheus(&f, "9.9", &out);
	assert_true(text_ok(&out));
	assert_true(out.size < LIMIT_CONTROL_ANSWER / 4);
	text_free(&out);
}

static void
people_see_what_is_not_zero(void **state)
{
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	struct figures f = { .start_ms = 0 };

	(void)state;
	f.of[COUNT_REQUESTS][REQUEST_JOB] = 7;
	f.took[1] = 1;
	counters_text(&f, "9.9", 90060000, &out);
	check_contains("text", text_string(&out),
	    "rsvp-milter 9.9 since 1970-01-01T00:00:00.000Z "
	    "(1 d 1 h 1 min)\n");
	check_contains("text", text_string(&out),
	    "requests                              7\n"
	    "  job                                 7\n"
	    "unrecognised                          0\n");
	check_contains("text", text_string(&out),
	    "process_up\n"
	    "  filter                              0\n");
	check_contains("text", text_string(&out),
	    "decided within\n  50 %   0.0025 s\n");
	text_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_counter_counts_and_shows),
		cmocka_unit_test(where_nobody_counts_nothing_happens),
		cmocka_unit_test(names_and_labels_are_plain_words),
		cmocka_unit_test(a_time_falls_into_its_bucket),
		cmocka_unit_test(bounds_say_what_they_are),
		cmocka_unit_test(percentiles_are_bounds),
		cmocka_unit_test(all_count_into_one),
		cmocka_unit_test(prometheus_gets_every_figure),
		cmocka_unit_test(json_has_every_figure),
		cmocka_unit_test(an_answer_has_room),
		cmocka_unit_test(people_see_what_is_not_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
