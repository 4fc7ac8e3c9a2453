// SPDX-License-Identifier: BSD-2-Clause
/*
 * pack.h - what one network's mail looks like, as data.
 *
 * A network is a pack, never code: rules/packs/NAME.conf, in the language of
 * rsvp-packs(5), read and compiled here.  A loaded pack never changes and is
 * shared by all threads.  Reading the folder is the caller's business.
 */
#ifndef RECOGNISE_PACK_H
#define RECOGNISE_PACK_H

#include "base/err.h"
#include "base/view.h"
#include "mail/auth.h"
#include "recognise/request.h"

struct pack;

/*
 * Reads and compiles a pack; file is what errors call it.  NULL and e
 * ("FILE:LINE: rule linkedin/x: offset 3: ...") on failure.  Caller frees.
 */
struct pack *pack_parse(struct view bytes, const char *file, struct err *e);
void pack_free(struct pack *p);

/* "linkedin" */
struct view pack_name(const struct pack *p);

/* Where it has this name: the file, as it was called, and its line. */
const char *pack_place(const struct pack *p, int *line);

/* Number of rules that give a type; for tools. */
size_t pack_rule_count(const struct pack *p);

/* Whom this network's mail must come from to be believed. */
const struct auth_network *pack_network(const struct pack *p);

/*
 * "https://www.linkedin.com/...": where a user finds requests of that type at
 * the network, as the pack says; or empty.
 */
struct view pack_page(const struct pack *p, enum request_type type);

/*
 * What of the network's mail tells of nobody, beside the words of its patterns:
 * further words of its frame; header fields and parameters of links whose
 * values are the network's own; path segments behind which a person is named.
 */
enum pack_sample {
	PACK_SAMPLE_WORDS,
	PACK_SAMPLE_FIELDS,
	PACK_SAMPLE_PARAMETERS,
	PACK_SAMPLE_PATHS,
	PACK_SAMPLES
};
const struct view *pack_sample(const struct pack *p, enum pack_sample what,
    size_t *count);

/*
 * Calls back for every pattern, address and other string of the pack, but for
 * names that it gives itself and for what pack_sample() and pack_page() tell.
 */
typedef void pack_on_string(void *arg, struct view string);
void pack_each_string(const struct pack *p, pack_on_string *on_string,
    void *arg);

/* Domains to which the network's own links lead. */
const struct auth_list *pack_links(const struct pack *p);

/* A set of packs, in the order in which they are asked. */
struct packs {
	struct pack **pack;
	size_t count;
};

#endif
