// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_plan.h - what of a message may stay and what must not, as packs and
 * the engine's reading of it say.
 */
#ifndef CTL_CAPTURE_PLAN_H
#define CTL_CAPTURE_PLAN_H

#include "ctl/capture_text.h"
#include "daemon/engine.h"

struct capture_plan {
	struct pool *pool; /* everything lives here or in the packs */
	struct capture_words allowed, names, taken, paths;
	struct auth_list *network;
	size_t networks;
	struct view *domain;
	size_t domains;
	struct view network_name;
};

/*
 * Makes the plan for the message that was decided on, which it does not need
 * afterwards.  keep has words that may stay as well, unless they name
 * somebody; or is empty.  0, or -1 without memory.  capture_plan_free() also
 * after that.
 */
int capture_plan_make(struct capture_plan *plan, const struct packs *packs,
    const struct decision *d, struct view keep);
void capture_plan_free(struct capture_plan *plan);

/* Fills what capture_text() needs of it, which borrows. */
void capture_plan_use(const struct capture_plan *plan, struct capture *c);

/* The texts of a message as the engine has them, one after the other. */
typedef void capture_on_text(void *arg, struct view text, const char *where);
void capture_texts(const struct message *m, capture_on_text *on_text,
    void *arg);

#endif
