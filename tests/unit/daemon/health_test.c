// SPDX-License-Identifier: BSD-2-Clause
#include "daemon/health.h"

#include "base/limits.h"
#include "mail/auth.h"
#include "t.h"

#define MINUTE_US INT64_C(60000000)

/* Figures of a filter that is well. */
static void
be_well(struct figures *f)
{
	static const enum counter up[] = { COUNT_PROCESS_UP, COUNT_STORE_UP,
		COUNT_AUDIT_UP, COUNT_NAME_SERVERS_UP };

	*f = (struct figures){ .start_ms = 0 };
	for (size_t i = 0; i < LENGTH(up); i++)
		for (unsigned k = 0; k < counter_values(up[i]); k++)
			f->of[up[i]][k] = 1;
}

static const struct row {
	const char *name;
	enum counter which;
	unsigned label;
	uint64_t value;
	const char *says; /* "": nothing is wrong */
} rows[] = {
	{ "well", COUNT_MESSAGES, 0, 100, "" },
	{ "no filter", COUNT_PROCESS_UP, OF_FILTER, 0,
	    "the filter's process does not work: mail passes without it\n" },
	{ "no sender", COUNT_PROCESS_UP, OF_SENDER, 0,
	    "the sender's process does not work: nothing is sent\n" },
	{ "no store", COUNT_STORE_UP, OF_FILTER, 0,
	    "the state store did not answer the filter: nobody is counted and "
	    "nothing is answered\n" },
	{ "no store to send from", COUNT_STORE_UP, OF_SENDER, 0,
	    "the state store did not answer the sender: nothing is sent\n" },
	{ "no audit file", COUNT_AUDIT_UP, OF_FILTER, 0,
	    "the filter cannot write the audit file\n" },
	{ "no audit file to send", COUNT_AUDIT_UP, OF_SENDER, 0,
	    "the sender cannot write the audit file\n" },
	{ "no name servers", COUNT_NAME_SERVERS_UP, 0, 0,
	    "the name servers do not answer: no signature is checked\n" },
	{ "failed", COUNT_FAILURES, 0, 2,
	    "messages that the filter itself failed on within the last hour: "
	    "2\n" },
	{ "died", COUNT_RESTARTS, OF_SENDER, 1,
	    "times that a process died or could not start within the last "
	    "hour: 1\n" },
	{ "lost", COUNT_AUDIT_LOST, OF_SENDER, 12,
	    "audit records that were lost within the last hour: 12\n" },
	{ "breaker", COUNT_BREAKER_STOPS, 1, 3,
	    "answers that an open breaker stopped within the last hour: 3\n" },
	{ "a breaker opened, and stops nothing", COUNT_BREAKERS_OPENED, 1, 1,
	    "" },
	{ "reloaded", COUNT_RELOADS, RELOAD_TAKEN, 1, "" },
	{ "not reloaded", COUNT_RELOADS, RELOAD_REFUSED, 1,
	    "a reload was refused within the last hour: the log says why\n" },
	{ "forged mail is nobody's fault here", COUNT_TRUST, TRUST_FORGED, 999,
	    "" },
	{ "sending is stopped on purpose", COUNT_SENDING_STOPPED, 0, 1, "" },
	{ "records wait for a moment", COUNT_AUDIT_WAITING, 0, 1, "" },
};

static void
each_thing_is_said(void **state)
{
	static struct health none;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
		struct figures f;
		size_t found;

		be_well(&f);
		f.of[rows[i].which][rows[i].label] = rows[i].value;
		found = health_look(&none, &f, &out);
		check_string(rows[i].name, text_string(&out), rows[i].says);
		check_number(rows[i].name, (long long)found,
		    rows[i].says[0] != '\0');
		text_free(&out);
	}
}

static void
drift_is_a_share(void **state)
{
	static const struct {
		uint64_t unrecognised, all;
		const char *says;
	} drifts[] = {
		{ 0, 100, "" },
		{ 2, 2, "" },
		{ 3, 3,
		    "3 of 3 messages of networks within the last hour fit no "
		    "rule: drift\n" },
		{ 3, 30,
		    "3 of 30 messages of networks within the last hour fit no "
		    "rule: drift\n" },
		{ 3, 31, "" },
		{ 30, 301, "" },
	};
	static struct health none;

	(void)state;
	for (size_t i = 0; i < LENGTH(drifts); i++) {
		struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
		struct figures f;

		be_well(&f);
		f.of[COUNT_UNRECOGNISED][0] = drifts[i].unrecognised;
		f.of[COUNT_REQUESTS][REQUEST_OTHER] = drifts[i].unrecognised;
		f.of[COUNT_REQUESTS][REQUEST_JOB] =
		    drifts[i].all - drifts[i].unrecognised;
		health_look(&none, &f, &out);
		check_string("drift", text_string(&out), drifts[i].says);
		text_free(&out);
	}
}

static size_t
look(const struct health *h, const struct figures *f)
{
	struct text out = TEXT_INIT(LIMIT_CONTROL_ANSWER);
	size_t found = health_look(h, f, &out);

	text_free(&out);
	return found;
}

/* What happened counts for an hour. */
static void
an_hour_later_it_is_well_again(void **state)
{
	static struct health h;
	struct figures f;
	int64_t now_us = MINUTE_US;
	int minutes = 0;

	(void)state;
	be_well(&f);
	check_number("due at once", health_due_us(&h), 0);
	health_sample(&h, &f, now_us);
	check_number("due", health_due_us(&h), now_us + 5 * MINUTE_US);
	f.of[COUNT_FAILURES][0]++;
	check_number("at once", (long long)look(&h, &f), 1);
	while (look(&h, &f) > 0 && minutes < 1000) {
		minutes++;
		now_us += MINUTE_US;
		health_sample(&h, &f, now_us);
	}
	check_number("minutes", minutes, 60);
	check_number("samples", (long long)h.samples, HEALTH_SAMPLES);
	f.of[COUNT_FAILURES][0]++;
	check_number("once more", (long long)look(&h, &f), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thing_is_said),
		cmocka_unit_test(drift_is_a_share),
		cmocka_unit_test(an_hour_later_it_is_well_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
