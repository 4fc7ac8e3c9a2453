// SPDX-License-Identifier: BSD-2-Clause
/*
 * counters_print.c - the figures, in the forms of "rsvpctl stats".
 */
#include "daemon/counters_print.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/json.h"

static uint64_t
decisions(const struct figures *f)
{
	uint64_t count = 0;

	for (int i = 0; i <= COUNTER_BOUNDS; i++)
		count += f->took[i];
	return count;
}

int
counters_percentile(const struct figures *f, unsigned per_cent)
{
	uint64_t all = decisions(f), below = 0;

	for (int i = 0; i <= COUNTER_BOUNDS; i++) {
		below += f->took[i];
		if (all > 0 && below * 100 >= all * per_cent)
			return i;
	}
	return -1;
}

/* Prometheus wants counters to be called so. */
static const char *
suffix(enum counter which)
{
	return counter_grows(which) ? "_total" : "";
}

static void
add_head(struct text *out, const char *name, const char *end, const char *kind,
    const char *says)
{
	text_addf(out,
	    "# HELP " COUNTERS_PREFIX "%s%s %s\n"
	    "# TYPE " COUNTERS_PREFIX "%s%s %s\n",
	    name, end, says, name, end, kind);
}

static void
add_metric(const struct figures *f, enum counter which, struct text *out)
{
	const char *name = counter_name(which), *label = counter_label(which);

	add_head(out, name, suffix(which),
	    counter_grows(which) ? "counter" : "gauge", counter_says(which));
	for (unsigned i = 0; i < counter_values(which); i++) {
		text_addf(out, COUNTERS_PREFIX "%s%s", name, suffix(which));
		if (label != NULL)
			text_addf(out, "{%s=\"%s\"}", label,
			    counter_value(which, i));
		text_addf(out, " %" PRIu64 "\n", f->of[which][i]);
	}
}

/* "1.250" */
static void
add_thousandths(struct text *out, uint64_t thousandths)
{
	text_addf(out, "%" PRIu64 ".%03" PRIu64, thousandths / 1000,
	    thousandths % 1000);
}

static void
add_histogram(const struct figures *f, struct text *out)
{
	uint64_t below = 0;

	add_head(out, "decision_seconds", "", "histogram",
	    "How long candidates waited for us at their end.");
	for (unsigned i = 0; i <= COUNTER_BOUNDS; i++) {
		below += f->took[i];
		text_addf(out,
		    COUNTERS_PREFIX
		    "decision_seconds_bucket{le=\"%s\"} %" PRIu64 "\n",
		    counter_bound(i), below);
	}
	text_addf(out,
	    COUNTERS_PREFIX "decision_seconds_sum %" PRIu64 ".%06" PRIu64
			    "\n" COUNTERS_PREFIX
			    "decision_seconds_count %" PRIu64 "\n",
	    f->took_us / 1000000, f->took_us % 1000000, below);
}

void
counters_prometheus(const struct figures *f, const char *version,
    struct text *out)
{
	add_head(out, "build_info", "", "gauge", "Always 1; the version.");
	text_addf(out, COUNTERS_PREFIX "build_info{version=\"%s\"} 1\n",
	    version);
	add_head(out, "start_time_seconds", "", "gauge",
	    "When the first process began, in seconds since 1970.");
	text_add_string(out, COUNTERS_PREFIX "start_time_seconds ");
	add_thousandths(out, (uint64_t)f->start_ms);
	text_add_byte(out, '\n');
	for (int i = 0; i < COUNTER_COUNT; i++)
		add_metric(f, (enum counter)i, out);
	add_histogram(f, out);
}

static void
add_json(struct json *j, const struct figures *f, enum counter which)
{
	const char *name = counter_name(which);

	if (counter_label(which) == NULL) {
		json_add_number(j, name, (int64_t)f->of[which][0]);
		return;
	}
	json_begin_object(j, name);
	for (unsigned i = 0; i < counter_values(which); i++)
		json_add_number(j, counter_value(which, i),
		    (int64_t)f->of[which][i]);
	json_end_object(j);
}

void
counters_json(const struct figures *f, const char *version, int64_t now_ms,
    struct text *out)
{
	struct json j = JSON_INIT(out);
	char iso[CLOCK_ISO_SIZE];

	json_begin_object(&j, NULL);
	json_add_string(&j, "version", view_of(version));
	clock_iso(now_ms, iso);
	json_add_string(&j, "time", view_of(iso));
	clock_iso(f->start_ms, iso);
	json_add_string(&j, "start", view_of(iso));
	for (int i = 0; i < COUNTER_COUNT; i++)
		add_json(&j, f, (enum counter)i);
	json_begin_object(&j, "decision_seconds");
	for (unsigned i = 0; i <= COUNTER_BOUNDS; i++)
		json_add_number(&j, counter_bound(i), (int64_t)f->took[i]);
	json_end_object(&j);
	json_add_number(&j, "decision_us", (int64_t)f->took_us);
	json_end_object(&j);
	text_add_byte(out, '\n');
}

static void
add_line(struct text *out, const char *indent, const char *name, uint64_t value)
{
	text_addf(out, "%s%-*s %10" PRIu64 "\n", indent,
	    28 - (int)view_of(indent).size, name, value);
}

/* The name, and where they can be added up, all labels together. */
static void
add_all(struct text *out, const struct figures *f, enum counter which)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < counter_values(which); i++)
		all += f->of[which][i];
	if (counter_grows(which))
		add_line(out, "", counter_name(which), all);
	else
		text_addf(out, "%s\n", counter_name(which));
}

/* In what time shares of the decisions were made, at most. */
static void
add_percentiles(const struct figures *f, struct text *out)
{
	static const unsigned per_cent[] = { 50, 90, 99 };

	if (decisions(f) == 0)
		return;
	text_add_string(out, "decided within\n");
	for (size_t i = 0; i < sizeof(per_cent) / sizeof(per_cent[0]); i++) {
		int bucket = counters_percentile(f, per_cent[i]);

		if (bucket == COUNTER_BOUNDS)
			text_addf(out, "  %u %%   more than %s s\n",
			    per_cent[i], counter_bound(COUNTER_BOUNDS - 1));
		else
			text_addf(out, "  %u %%   %s s\n", per_cent[i],
			    counter_bound((unsigned)bucket));
	}
}

void
counters_text(const struct figures *f, const char *version, int64_t now_ms,
    struct text *out)
{
	char iso[CLOCK_ISO_SIZE];
	int64_t minutes = (now_ms - f->start_ms) / 60000;

	clock_iso(f->start_ms, iso);
	text_addf(out,
	    "rsvp-milter %s since %s (%" PRId64 " d %" PRId64 " h %" PRId64
	    " min)\n",
	    version, iso, minutes / 60 / 24, minutes / 60 % 24, minutes % 60);
	for (int i = 0; i < COUNTER_COUNT; i++) {
		enum counter which = (enum counter)i;

		if (counter_label(which) == NULL) {
			add_line(out, "", counter_name(which), f->of[i][0]);
			continue;
		}
		add_all(out, f, which);
		for (unsigned k = 0; k < counter_values(which); k++)
			if (f->of[i][k] > 0 || !counter_grows(which))
				add_line(out, "  ", counter_value(which, k),
				    f->of[i][k]);
	}
	add_percentiles(f, out);
}
