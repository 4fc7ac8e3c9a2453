// SPDX-License-Identifier: BSD-2-Clause
/*
 * state_keys.h - what the state is kept under: who was seen by whom, who was
 * answered, and whom a user wrote to.
 *
 * One place, since what the engine counts "rsvpctl state forget" must find.
 * Any thread.
 */
#ifndef DAEMON_STATE_KEYS_H
#define DAEMON_STATE_KEYS_H

#include "base/text.h"
#include "effects/store.h"

/* A person at a network, for a user. */
struct state_person {
	struct view user, network;
	struct view person; /* made by one of the two below; not empty */
};

/*
 * Append what stands for a person: the profile, as a slug or an address with
 * "/in/SLUG" in it, whatever its case and encoding; or the name.  Nothing is
 * appended for an empty one.  Failure shows in text_ok(person).
 */
void state_add_profile(struct view profile, struct text *person);
void state_add_name(struct view name, struct text *person);

/* The key of store_seen().  0, or -1 without memory. */
int state_key_seen(const struct store *s, const struct state_person *p,
    char key[DIGEST_HEX_SIZE]);

/*
 * The value of X-RSVP-Loop in an answer to that notification, which nobody
 * else can make: who has it has got the answer.  The same.
 */
int state_key_loop(const struct store *s, struct view message_id,
    char key[DIGEST_HEX_SIZE]);

/* The key of mark(): the user's answer with that loop value came back. */
int state_key_bounced(const struct store *s, struct view user, struct view loop,
    char key[DIGEST_HEX_SIZE]);

/* The key of store_claim(), of a template in a mode.  The same. */
int state_key_answer(const struct store *s, const struct state_person *p,
    enum job_mode mode, struct view template_name, char key[DIGEST_HEX_SIZE]);

/*
 * The key of a mark: the user wrote to that address, whatever its case.  0, or
 * -1 without memory.
 */
int state_key_wrote(const struct store *s, struct view user,
    struct view address, char key[DIGEST_HEX_SIZE]);

#endif
