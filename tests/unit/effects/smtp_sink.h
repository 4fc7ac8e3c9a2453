// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp_sink.h - a small SMTP server on loopback that says what it is told to.
 */
#ifndef TESTS_SMTP_SINK_H
#define TESTS_SMTP_SINK_H

#include <stdbool.h>

/*
 * What it says at each step; NULL: what it says when all is well.  Lines of a
 * reply have CRLF between them.  SINK_SILENT: no word, until the client goes;
 * SINK_CLOSED: it goes itself.
 */
#define SINK_SILENT "(silent)"
#define SINK_CLOSED "(closed)"

struct smtp_script {
	const char *banner, *ehlo, *helo, *mail, *rcpt, *data, *end, *quit;
	bool deaf; /* reads nothing of the mail: it goes where "end" is set,
		      else it does nothing at all */
};

struct smtp_sink;

/* Starts a thread that serves one client after the other. */
struct smtp_sink *smtp_sink_start(const struct smtp_script *script);

/* "127.0.0.1:PORT" */
const char *smtp_sink_place(const struct smtp_sink *s);

/* Ends it, once the client that is there has gone. */
void smtp_sink_end(struct smtp_sink *s);

/*
 * Once it has ended: all commands it heard, one a line, and each mail that came
 * as a whole, as it was sent, with the final dot.
 */
const char *smtp_sink_heard(const struct smtp_sink *s);
const char *smtp_sink_mails(const struct smtp_sink *s);

void smtp_sink_free(struct smtp_sink *s);

#endif
