// SPDX-License-Identifier: BSD-2-Clause
/*
 * request.h - what was recognised: who asks for what.
 *
 * A plain struct; its views live in the message, the packs or the pool it was
 * made in.
 */
#ifndef RECOGNISE_REQUEST_H
#define RECOGNISE_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/view.h"

/* One row each: constant, word in files and records, what it may lead to. */
#define REQUEST_TYPES(X)                                                  \
	X(OTHER, "other", 0)                                              \
	X(INVITATION, "invitation", REQUEST_ASKS)                         \
	X(INVITATION_REMINDER, "invitation-reminder", REQUEST_ASKS)       \
	X(INVITATION_DIGEST, "invitation-digest", REQUEST_ASKS)           \
	X(GUEST_INVITATION, "guest-invitation", REQUEST_ASKS)             \
	X(INVITATION_ACCEPTED, "invitation-accepted", 0)                  \
	X(INTRODUCTION_REQUEST, "introduction-request", REQUEST_ASKS)     \
	X(RECOMMENDATION_REQUEST, "recommendation-request", REQUEST_ASKS) \
	X(RECOMMENDATION_RECEIVED, "recommendation-received", 0)          \
	X(ENDORSEMENT, "endorsement", 0)                                  \
	X(INMAIL, "inmail", REQUEST_ASKS)                                 \
	X(MESSAGE, "message", REQUEST_ASKS)                               \
	X(MESSAGE_DIGEST, "message-digest", 0)                            \
	X(GROUP_INVITATION, "group-invitation", REQUEST_ASKS)             \
	X(GROUP_JOIN_REQUEST, "group-join-request", REQUEST_ASKS)         \
	X(GROUP_DIGEST, "group-digest", 0)                                \
	X(EVENT_INVITATION, "event-invitation", REQUEST_ASKS)             \
	X(PAGE_INVITATION, "page-invitation", REQUEST_ASKS)               \
	X(NEWSLETTER_INVITATION, "newsletter-invitation", REQUEST_ASKS)   \
	X(NEWSLETTER, "newsletter", 0)                                    \
	X(SUGGESTION, "suggestion", 0)                                    \
	X(JOB, "job", 0)                                                  \
	X(ACTIVITY, "activity", 0)                                        \
	X(SECURITY, "security", REQUEST_NEVER_HELD)                       \
	X(MARKETING, "marketing", 0)

enum request_traits {
	REQUEST_ASKS = 1 << 0, /* a person wants something: may be answered */
	REQUEST_NEVER_HELD = 1 << 1 /* sign-in codes and password resets */
};

#define REQUEST_ENUM(constant, word, traits) REQUEST_##constant,
enum request_type { REQUEST_TYPES(REQUEST_ENUM) REQUEST_TYPE_COUNT };
#undef REQUEST_ENUM

enum request_note {
	NOTE_NONE,        /* the mail has no note, or does not show it */
	NOTE_BOILERPLATE, /* the network's standard wording */
	NOTE_PERSONAL     /* somebody wrote it */
};

/* As matched (message.h); empty where the mail does not say. */
struct person {
	struct view name;
	struct view given;
	struct view headline;
	struct view company;
	struct view location;
	struct view profile; /* the slug of the profile's address */
	struct view email;   /* only where the network's mail shows it */
};

struct evidence {
	struct view rule;  /* "linkedin/template-invite" */
	const char *where; /* "header X-LinkedIn-Template", "subject", ... */
};

/* Where a field was read, of the first person or of the request. */
struct request_source {
	const char *field; /* "name", as packs call it */
	const char *where; /* as of evidence */
};
enum { REQUEST_SOURCES = 12 }; /* as many fields as there are */

struct request {
	struct view network; /* the pack's name; empty: no pack claims it */
	enum request_type type;
	struct view template_key;
	struct person person[LIMIT_PEOPLE];
	size_t people; /* 0: nobody named */
	struct view group;
	enum request_note note;
	struct view note_text; /* greeting and signature taken off */
	int mutual;            /* connections in common, -1 not said */
	int64_t made_ms;       /* when it was made, by its id; 0 not said */
	struct view lang;      /* of the frame: "en", "pt"; or empty */
	struct evidence evidence[LIMIT_EVIDENCE];
	size_t evidence_count;
	struct request_source source[REQUEST_SOURCES]; /* for people */
	size_t sources;
	const char *why_other;   /* for REQUEST_OTHER: the reason */
	unsigned pattern_errors; /* patterns that hit a ceiling */
};

const char *request_type_name(enum request_type type);

/* "an invitation to connect": what a user is told that somebody asks for. */
const char *request_type_words(enum request_type type);
unsigned request_type_traits(enum request_type type);

/* Returns 0 and the type of that name, or -1. */
int request_type_parse(struct view name, enum request_type *type);

/* "none", "boilerplate", "personal"; and back: 0 or -1. */
const char *request_note_name(enum request_note note);
int request_note_parse(struct view name, enum request_note *note);

#endif
