// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_queue.h - records on their way into the file, so that no mail waits
 * for a disk.
 *
 * One thread writes; who has a record waits until it is there, but neither for
 * a file that cannot be written nor for a disk that hangs.  What could not be
 * written is tried again, once a second and with each record that comes, up to
 * LIMIT_AUDIT_QUEUE octets; what is more is lost and counted, and the file says
 * so itself (audit_lost_json()) where they would stand.  Records stay in their
 * order.
 */
#ifndef EFFECTS_AUDIT_QUEUE_H
#define EFFECTS_AUDIT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/view.h"
#include "effects/audit.h"

struct audit_queue;

/*
 * Starts the thread, which takes over the file and has all signals blocked.
 * host is of the records of what is lost.  NULL and e, and the file is closed.
 */
struct audit_queue *audit_queue_start(struct audit_file *file,
    const struct clock *clock, const char *host, struct err *e);

enum audit_put {
	AUDIT_WRITTEN,
	AUDIT_WAITS, /* and e: it may be written later */
	AUDIT_LOST   /* and e */
};

/* Any thread.  Waits wait_ms at most, and that only where nobody has in vain.
 */
enum audit_put audit_queue_put(struct audit_queue *q, struct view record,
    unsigned wait_ms, struct err *e);

/*
 * Whoever wants to count gets what was written and what was lost since it was
 * last told, how many wait, and whether the last attempt to write worked.  Told
 * from any thread, with the queue locked: it must not wait or come back here.
 */
typedef void audit_queue_tell(void *arg, uint64_t written, uint64_t lost,
    size_t waiting, bool works);
void audit_queue_on_change(struct audit_queue *q, audit_queue_tell *tell,
    void *arg);

/* How many were lost since it was last asked.  Any thread. */
uint64_t audit_queue_lost(struct audit_queue *q);

/*
 * Tries once more to write what waits, for wait_ms at most.  Returns how many
 * are not written; what is put from now on is lost.
 */
uint64_t audit_queue_stop(struct audit_queue *q, unsigned wait_ms);

/* Stops, waits for the thread and frees all; NULL is fine. */
void audit_queue_free(struct audit_queue *q);

#endif
