// SPDX-License-Identifier: BSD-2-Clause
#include "mail/bounce.h"

#include "base/limits.h"
#include "base/text.h"
#include "t.h"

#define REPORT "multipart/report; report-type=delivery-status; boundary=\"b\""

/* As Postfix writes them. */
#define WORDS "--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n\r\n"
#define ABOUT "Reporting-MTA: dns; mx.example.net\r\n\r\n"
#define FAILED                                                               \
	"Final-Recipient: rfc822; t@reply.example.org\r\nAction: failed\r\n" \
	"Status: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 rejected\r\n"
#define STATUS(fields) \
	"--b\r\nContent-Type: message/delivery-status\r\n\r\n" fields "\r\n"
#define FIELDS                                                           \
	"From: Alice <alice@example.net>\r\nTo: t@reply.example.org\r\n" \
	"In-Reply-To: <1@example.org>\r\nX-RSVP-Loop: 0a1b\r\n"
#define RETURNED_AS(type, fields) \
	"--b\r\nContent-Type: " type "\r\n\r\n" fields "\r\nThanks.\r\n\r\n"
#define RETURNED RETURNED_AS("message/rfc822", FIELDS)
#define END "--b--\r\n"
#define GOOD                                                   \
	"5.7.1|smtp; 550 5.7.1 rejected|0a1b|<1@example.org>|" \
	"Alice <alice@example.net>|t@reply.example.org"

static void
make_report(const char *type, const char *body, struct text *out)
{
	text_addf(out,
	    "From: MAILER-DAEMON@example.net\r\nContent-Type: %s"
	    "\r\n\r\n",
	    type);
	text_add_string(out, body);
}

/* "STATUS|DIAGNOSTIC|LOOP|IN-REPLY-TO|FROM|TO", or "no" */
static void
check_read(const char *name, struct view bytes, const char *want)
{
	struct view exact = exactly(bytes.data, bytes.size);
	struct text got = TEXT_INIT(100000);
	struct bounce b;

	if (bounce_read(exact, &b))
		text_addf(&got, "%.*s|%.*s|%.*s|%.*s|%.*s|%.*s",
		    VIEW_ARG(b.status), VIEW_ARG(b.diagnostic),
		    VIEW_ARG(b.loop), VIEW_ARG(b.in_reply_to), VIEW_ARG(b.from),
		    VIEW_ARG(b.to));
	else
		text_add_string(&got, "no");
	check_string(name, text_string(&got), want);
	text_free(&got);
	exact_free(exact);
}

static void
knows_a_report_by_its_type(void **state)
{
	static const struct {
		const char *type;
		bool want;
	} rows[] = {
		{ REPORT, true },
		{ " Multipart/REPORT;\r\n\tREPORT-TYPE=\"Delivery-Status\"",
		    true },
		{ "multipart/report; report-type=disposition-notification",
		    false },
		{ "multipart/report; report-type=feedback-report", false },
		{ "multipart/report; boundary=delivery-status", false },
		{ "multipart/mixed; report-type=delivery-status", false },
		{ "text/plain", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct view type = exact_string(rows[i].type);

		check_number(rows[i].type, bounce_is_report(type),
		    rows[i].want);
		exact_free(type);
	}
}

static void
reads_what_came_back(void **state)
{
	/* clang-format off */
	static const struct {
		const char *name, *type, *body, *want;
	} rows[] = {
		{ "Postfix", REPORT,
		    WORDS STATUS(ABOUT FAILED) RETURNED END, GOOD },
		{ "the header alone", REPORT, WORDS STATUS(ABOUT FAILED)
		    RETURNED_AS("text/rfc822-headers; charset=us-ascii", FIELDS)
		    END, GOOD },
		{ "in another order", REPORT,
		    RETURNED STATUS(ABOUT FAILED) END, GOOD },
		{ "no last boundary", REPORT,
		    STATUS(ABOUT FAILED) "--b\r\nContent-Type: message/rfc822"
		    "\r\n\r\n" FIELDS, GOOD },
		{ "in any case, with comments and blanks", REPORT,
		    STATUS(ABOUT "ACTION :  Failed (for good)\r\n"
		    "status: 5.999.0(no)\r\n") RETURNED END,
		    "5.999.0||0a1b|<1@example.org>|"
		    "Alice <alice@example.net>|t@reply.example.org" },
		{ "the first line of several", REPORT,
		    STATUS(ABOUT "Action: failed\r\nStatus: 5.1.1\r\n"
		    "Diagnostic-Code: smtp; 550-one\r\n 550 two\r\n")
		    RETURNED END, "5.1.1|smtp; 550-one|0a1b|<1@example.org>|"
		    "Alice <alice@example.net>|t@reply.example.org" },
		{ "the second recipient", REPORT,
		    STATUS(ABOUT "Action: delayed\r\nStatus: 4.4.1\r\n\r\n\r\n"
		    FAILED) RETURNED END, GOOD },

		{ "delayed", REPORT, STATUS(ABOUT "Action: delayed\r\n"
		    "Status: 5.7.1\r\n") RETURNED END, "no" },
		{ "delivered", REPORT, STATUS(ABOUT "Action: delivered\r\n"
		    "Status: 2.0.0\r\n") RETURNED END, "no" },
		{ "relayed", REPORT, STATUS(ABOUT "Action: relayed\r\n"
		    "Status: 5.7.1\r\n") RETURNED END, "no" },
		{ "given up after a while", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 4.4.1\r\n") RETURNED END, "no" },
		{ "no status", REPORT, STATUS(ABOUT "Action: failed\r\n")
		    RETURNED END, "no" },
		{ "of two recipients, none has both", REPORT, STATUS(ABOUT
		    "Action: failed\r\n\r\nStatus: 5.7.1\r\n") RETURNED END,
		    "no" },
		{ "two actions", REPORT, STATUS(ABOUT FAILED
		    "Action: failed\r\n") RETURNED END, "no" },
		{ "a class that begins alike", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 55.7.1\r\n") RETURNED END,
		    "no" },
		{ "a long number", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 5.7.1000\r\n") RETURNED END,
		    "no" },
		{ "no numbers", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 5..1\r\n") RETURNED END, "no" },
		{ "a class alone", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 5\r\n") RETURNED END, "no" },
		{ "too many dots", REPORT, STATUS(ABOUT
		    "Action: failed\r\nStatus: 5.7.1.2\r\n") RETURNED END,
		    "no" },
		{ "behind a line that is no field", REPORT, STATUS(ABOUT
		    "what\r\n\r\n" FAILED) RETURNED END, "no" },

		{ "nothing came back", REPORT,
		    WORDS STATUS(ABOUT FAILED) END, "no" },
		{ "no status part", REPORT, WORDS RETURNED END, "no" },
		{ "two status parts", REPORT, STATUS(ABOUT FAILED)
		    STATUS(ABOUT FAILED) RETURNED END, "no" },
		{ "two messages", REPORT, STATUS(ABOUT FAILED) RETURNED
		    RETURNED END, "no" },
		{ "a message and a header", REPORT, STATUS(ABOUT FAILED)
		    RETURNED RETURNED_AS("text/rfc822-headers", FIELDS) END,
		    "no" },
		{ "deeper", REPORT, "--b\r\n"
		    "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
		    "Content-Type: message/delivery-status\r\n\r\n" ABOUT FAILED
		    "\r\n--c--\r\n" RETURNED END, "no" },
		{ "a report in the message", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822", "Content-Type: " REPORT
		    "\r\n\r\n" FIELDS) END, "no" },
		{ "encoded", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822\r\n"
		    "Content-Transfer-Encoding: base64", FIELDS) END, "no" },
		{ "eight bits", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822\r\n"
		    "Content-Transfer-Encoding: 8BIT", FIELDS) END, GOOD },
		{ "two loop values", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822", FIELDS "x-rsvp-loop: 1\r\n")
		    END, "no" },
		{ "no loop value", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822", "From: a@b.c\r\nTo: a@b.c\r\n"
		    "In-Reply-To: <1@example.org>\r\n") END, "no" },
		{ "in its text", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822", "From: a@b.c\r\nTo: a@b.c\r\n"
		    "In-Reply-To: <1@example.org>\r\n\r\nX-RSVP-Loop: 1\r\n")
		    END, "no" },
		{ "an empty header", REPORT, STATUS(ABOUT FAILED)
		    RETURNED_AS("message/rfc822", "") END, "no" },

		{ "no boundary in it", REPORT, "Hello.\r\n", "no" },
		{ "nothing in it", REPORT, "", "no" },
		{ "no boundary given",
		    "multipart/report; report-type=delivery-status",
		    STATUS(ABOUT FAILED) RETURNED END, "no" },
		{ "an empty boundary",
		    "multipart/report; report-type=delivery-status; "
		    "boundary=\"\"", "--\r\n" STATUS(ABOUT FAILED) RETURNED,
		    "no" },
		{ "no report", "multipart/mixed; boundary=\"b\"",
		    STATUS(ABOUT FAILED) RETURNED END, "no" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text bytes = TEXT_INIT(100000),
			    lines = TEXT_INIT(100000);

		make_report(rows[i].type, rows[i].body, &bytes);
		check_read(rows[i].name, text_view(&bytes), rows[i].want);
		/* And with LF. */
		for (size_t k = 0; k < bytes.size; k++)
			if (bytes.data[k] != '\r')
				text_add_byte(&lines, bytes.data[k]);
		check_read(rows[i].name, text_view(&lines), rows[i].want);
		text_free(&bytes);
		text_free(&lines);
	}
}

/* Wherever it is cut, it is read to its end and no further. */
static void
reads_one_that_is_cut(void **state)
{
	struct text bytes = TEXT_INIT(100000);
	struct bounce b;

	(void)state;
	make_report(REPORT, WORDS STATUS(ABOUT FAILED) RETURNED END, &bytes);
	for (size_t size = 0; size < bytes.size; size++) {
		struct view cut = exactly(bytes.data, size);

		if (bounce_read(cut, &b))
			check_view("status", b.status, "5.7.1");
		exact_free(cut);
	}
	text_free(&bytes);
}

static void
add_times(struct text *out, size_t count, const char *string)
{
	for (size_t i = 0; i < count; i++)
		text_add_string(out, string);
}

static void
has_ceilings(void **state)
{
	static const struct {
		const char *name;
		size_t parts, recipients, boundary;
		const char *want;
	} rows[] = {
		{ "parts", LIMIT_BOUNCE_PARTS, 1, 1, GOOD },
		{ "one part more", LIMIT_BOUNCE_PARTS + 1, 1, 1, "no" },
		{ "recipients", 2, LIMIT_BOUNCE_RECIPIENTS, 1, GOOD },
		{ "one recipient more", 2, LIMIT_BOUNCE_RECIPIENTS + 1, 1,
		    "no" },
		{ "a boundary", 2, 1, LIMIT_BOUNCE_BOUNDARY_SIZE, GOOD },
		{ "a longer one", 2, 1, LIMIT_BOUNCE_BOUNDARY_SIZE + 1, "no" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text line = TEXT_INIT(1000), bytes = TEXT_INIT(100000);

		text_add_string(&line, "--");
		add_times(&line, rows[i].boundary, "b");
		text_addf(&bytes,
		    "Content-Type: multipart/report; "
		    "report-type=delivery-status; boundary=%s\n\n",
		    text_string(&line) + 2);
		for (size_t k = 2; k < rows[i].parts; k++)
			text_addf(&bytes, "%s\n\nWords.\n", text_string(&line));
		text_addf(&bytes,
		    "%s\nContent-Type: message/delivery-status\n\n" ABOUT,
		    text_string(&line));
		add_times(&bytes, rows[i].recipients - 1,
		    "Action: delivered\nStatus: 2.0.0\n\n\n\n");
		text_addf(&bytes,
		    FAILED "\n%s\nContent-Type: message/rfc822\n\n" FIELDS,
		    text_string(&line));
		check_read(rows[i].name, text_view(&bytes), rows[i].want);
		text_free(&line);
		text_free(&bytes);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_report_by_its_type),
		cmocka_unit_test(reads_what_came_back),
		cmocka_unit_test(reads_one_that_is_cut),
		cmocka_unit_test(has_ceilings),
	};

	return cmocka_run_group_tests_name("bounce", tests, NULL, NULL);
}
