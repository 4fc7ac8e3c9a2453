// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_check.h - whether a sample is recognised as the mail was, and whether
 * anything private is left in it.
 */
#ifndef CTL_CAPTURE_CHECK_H
#define CTL_CAPTURE_CHECK_H

#include "ctl/capture_plan.h"

/* What the maintainers of a pack need to find as it was. */
struct capture_facts {
	char network[64], type[64], template_key[256], rule[128];
	const char *note, *imitation;
	size_t people;
	unsigned long long fields[LIMIT_PEOPLE]; /* which ones were read */
	unsigned of_request;                     /* the same of the rest */
};

void capture_facts_read(const struct decision *d, struct capture_facts *f);

/* "type: invitation, now message", or an empty text where they are alike. */
void capture_facts_compare(const struct capture_facts *was,
    const struct capture_facts *is, struct err *e);

/*
 * Looks for words in the sample that were in the message and are not the
 * network's: in what the engine reads of it, and for people's names in what
 * stands there octet for octet.  Returns how many are left, and e says where
 * the first is, without showing it.
 */
size_t capture_left(const struct capture_plan *plan, const struct message *m,
    struct err *e);

#endif
