// SPDX-License-Identifier: BSD-2-Clause
/*
 * held_parts.h - what the files of held.h share.
 */
#ifndef EFFECTS_HELD_PARTS_H
#define EFFECTS_HELD_PARTS_H

#include "base/lines.h"
#include "base/pool.h"
#include "effects/held.h"

enum {
	HELD_LINE_SIZE = 1024 * 1024, /* of what a tool prints of a message */
	HELD_POOL_SIZE = 4 * HELD_LINE_SIZE,
	HELD_PATIENCE_S = 60 /* with a tool that is silent */
};

/*
 * Reads one line of "postqueue -j" (postqueue(1), JSON OBJECT FORMAT).  1, or 0
 * for a message of another queue than "hold", or -1 and e.  held lives as long
 * as p.
 */
int held_read_postfix(struct view line, struct pool *p, struct held *held,
    struct err *e);

/*
 * Reads one line of "mailq -qQ" of Sendmail.  HELD_LINE_FOLDER and the folder
 * of the messages behind it, HELD_LINE_ID and a queue id, or HELD_LINE_NONE.
 * Pure.
 */
enum held_line { HELD_LINE_NONE, HELD_LINE_FOLDER, HELD_LINE_ID };
enum held_line held_read_mailq(struct view line, struct view *v);

/*
 * Reads a control file of Sendmail's queue (Sendmail Installation and Operation
 * Guide, appendix B): sender, recipients and time; the rest of held is kept.
 * 0, or -1 and e.
 */
int held_read_control(struct view octets, struct pool *p, struct held *held,
    struct err *e);

/*
 * Appends the header fields of a control file as they are delivered.  One that
 * only some mailers add ("H?P?") is left out.  Pure.
 */
void held_add_header(struct view octets, struct text *out);

/* lines_add(), as the on_output of a child whose arg is a struct lines. */
int held_cut_lines(void *lines, struct view octets, struct err *e);

/* What becomes of each message. */
struct held_listing {
	const struct held_mta *mta;
	held_on_message *on_message;
	void *arg;
	struct pool *pool;
	size_t unreadable;
	struct err why;     /* of the last one */
	struct text folder; /* Sendmail: of the next ones */
};

int held_list_postfix(struct held_listing *l, struct err *e);
int held_list_sendmail(struct held_listing *l, struct err *e);
int held_release_postfix(const struct held_mta *m, const char *id,
    struct err *e);
int held_deliver_postfix(const struct held_mta *m, const char *id,
    struct err *e);
int held_delete_postfix(const struct held_mta *m, const char *id,
    struct err *e);
int held_show_postfix(const struct held_mta *m, const char *id,
    child_on_output *on_output, void *arg, struct err *e);
int held_release_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e);
int held_deliver_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e);
int held_delete_sendmail(const struct held_mta *m, const struct held *h,
    struct err *e);
int held_show_sendmail(const struct held *h, child_on_output *on_output,
    void *arg, struct err *e);

#endif
