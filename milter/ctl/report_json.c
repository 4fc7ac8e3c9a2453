// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_json.c - a report for programs.
 */
#include <time.h>

#include "base/json.h"
#include "ctl/report_print.h"

static void
add_time(struct json *j, const char *key, bool says, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char time[32];

	if (!says || gmtime_r(&seconds, &tm) == NULL ||
	    strftime(time, sizeof(time), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		json_add_null(j, key);
	else
		json_add_string(j, key, view_of(time));
}

/* What the first key of a figure is, or NULL where it has one only. */
static const char *
name_first(enum report_by by)
{
	return by == REPORT_RULE ? "user" : by == REPORT_DRIFT ? "why" : NULL;
}

static const char *
name_second(enum report_by by)
{
	return by == REPORT_RULE ? "rule"
	    : by == REPORT_DRIFT ? "template"
				 : "key";
}

static void
add_figure(struct json *j, const struct report *r, enum report_by by)
{
	const struct report_figure *f = &r->figure[by];

	json_begin_object(j, report_name(by));
	json_begin_array(j, "rows");
	for (size_t i = 0; i < f->size; i++) {
		const struct report_row *row = &f->row[i];

		if (row->count == 0 && !row->in_force)
			continue;
		json_begin_object(j, NULL);
		if (name_first(by) != NULL)
			json_add_string(j, name_first(by), view_of(row->first));
		json_add_string(j, name_second(by), view_of(row->second));
		json_add_number(j, "count", row->count);
		if (by == REPORT_RULE && r->knows_rules)
			json_add_bool(j, "in_force", row->in_force);
		add_time(j, "first", row->says_time, row->first_ms);
		add_time(j, "last", row->says_time, row->last_ms);
		json_end_object(j);
	}
	json_end_array(j);
	json_add_number(j, "others", f->others);
	json_end_object(j);
}

static void
add_times(struct json *j, const struct report *r)
{
	if (r->timed == 0) {
		json_add_null(j, "us");
		return;
	}
	json_begin_object(j, "us");
	json_add_number(j, "p50", report_percentile(r, 50));
	json_add_number(j, "p95", report_percentile(r, 95));
	json_add_number(j, "p99", report_percentile(r, 99));
	json_add_number(j, "max", r->time_max_us);
	json_end_object(j);
}

void
report_json(const struct report *r, struct text *out)
{
	struct json j = JSON_INIT(out);

	json_begin_object(&j, NULL);
	json_add_number(&j, "v", 1);
	json_add_number(&j, "messages", r->messages);
	json_add_number(&j, "recipients", r->recipients);
	json_add_number(&j, "jobs", r->jobs);
	json_add_number(&j, "lost", r->lost);
	add_time(&j, "first", r->says_time, r->first_ms);
	add_time(&j, "last", r->says_time, r->last_ms);
	json_add_bool(&j, "knows_rules", r->knows_rules);
	add_times(&j, r);
	for (unsigned by = 0; by < REPORT_FIGURES; by++)
		add_figure(&j, r, by);
	json_end_object(&j);
}
