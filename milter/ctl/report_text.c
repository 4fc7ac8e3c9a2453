// SPDX-License-Identifier: BSD-2-Clause
/*
 * report_text.c - a report for people.
 */
#include <time.h>

#include "base/utf8.h"
#include "ctl/report_print.h"

static const char *const heading[REPORT_FIGURES] = {
	"Messages by day (UTC)",
	"Messages by type",
	"Messages by trust",
	"Messages by person",
	"Forged, by reason",
	"Not recognised, by reason and template",
	"Recipients by user",
	"Recipients by how the person is known",
	"Actions",
	"Rules that matched",
	"No answer, by reason",
	"Answers, by what became of them",
	"Answers refused, by reason",
	"Held mail, and what was done with it by hand",
};

static void
add_day(struct text *out, int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm;
	char day[32] = "?";

	if (gmtime_r(&seconds, &tm) != NULL)
		strftime(day, sizeof(day), "%Y-%m-%d", &tm);
	text_add_string(out, day);
}

static void
add_key(struct text *out, const struct report_row *row)
{
	if (row->first[0] != '\0') {
		utf8_add_printable(out, view_of(row->first), REPORT_KEY_SIZE);
		text_add_string(out, ": ");
	}
	if (row->second[0] == '\0')
		text_add_byte(out, '-');
	utf8_add_printable(out, view_of(row->second), REPORT_KEY_SIZE);
}

static void
add_row(struct text *out, enum report_by by, const struct report_row *row)
{
	text_addf(out, "%9lld  ", row->count);
	add_key(out, row);
	if (by == REPORT_DRIFT && row->says_time) {
		text_add_string(out, ", first seen ");
		add_day(out, row->first_ms);
	}
	text_add_byte(out, '\n');
}

/* Days are all shown, as a day that is left out would be taken for none. */
static void
add_figure(const struct report *r, enum report_by by, struct text *out)
{
	const struct report_figure *f = &r->figure[by];
	size_t most = by == REPORT_DAY ? f->size : REPORT_TOP, shown = 0;
	size_t more = 0;

	for (size_t i = 0; i < f->size; i++) {
		if (f->row[i].count == 0)
			continue;
		if (shown == 0)
			text_addf(out, "\n%s\n", heading[by]);
		if (shown < most)
			add_row(out, by, &f->row[i]);
		else
			more++;
		shown++;
	}
	if (more > 0)
		text_addf(out, "           and %zu more\n", more);
	if (f->others > 0)
		text_addf(out, "%9lld  others, not told apart\n", f->others);
}

static void
add_never(const struct report *r, struct text *out)
{
	const struct report_figure *f = &r->figure[REPORT_RULE];
	size_t count = 0;

	text_add_string(out, "\nRules that never matched\n");
	for (size_t i = 0; i < f->size; i++) {
		if (f->row[i].count > 0 || !f->row[i].in_force)
			continue;
		text_add_string(out, "           ");
		add_key(out, &f->row[i]);
		text_add_byte(out, '\n');
		count++;
	}
	if (!r->knows_rules)
		text_add_string(out, "           not known\n");
	else if (count == 0)
		text_add_string(out, "           none\n");
}

static void
add_times(const struct report *r, struct text *out)
{
	if (r->timed == 0)
		return;
	text_addf(out,
	    "\nTime taken, in microseconds\n"
	    "%9lld  half of the messages at most\n"
	    "%9lld  95 of 100\n"
	    "%9lld  99 of 100\n"
	    "%9lld  the longest\n",
	    report_percentile(r, 50), report_percentile(r, 95),
	    report_percentile(r, 99), r->time_max_us);
}

static const char *
plural(long long count)
{
	return count == 1 ? "" : "s";
}

void
report_text(const struct report *r, struct text *out)
{
	text_addf(out,
	    "%lld message%s, %lld recipient%s, %lld record%s of "
	    "answers",
	    r->messages, plural(r->messages), r->recipients,
	    plural(r->recipients), r->jobs, plural(r->jobs));
	if (r->says_time) {
		text_add_string(out, ", ");
		add_day(out, r->first_ms);
		text_add_string(out, " to ");
		add_day(out, r->last_ms);
	}
	text_add_byte(out, '\n');
	if (r->lost > 0)
		text_addf(out, "lost records: %lld\n", r->lost);
	for (unsigned by = 0; by < REPORT_FIGURES; by++) {
		add_figure(r, by, out);
		if (by == REPORT_RULE)
			add_never(r, out);
	}
	add_times(r, out);
}
