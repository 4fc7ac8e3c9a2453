// SPDX-License-Identifier: BSD-2-Clause
/*
 * request.c - what was recognised: who asks for what.
 */
#include "recognise/request.h"

#include <stddef.h>

#define REQUEST_ROW(constant, word, traits) { word, traits },
static const struct {
	const char *name;
	unsigned traits;
} types[] = { REQUEST_TYPES(REQUEST_ROW) };
#undef REQUEST_ROW

static const char *const notes[] = {
	[NOTE_NONE] = "none",
	[NOTE_BOILERPLATE] = "boilerplate",
	[NOTE_PERSONAL] = "personal",
};

const char *
request_type_name(enum request_type type)
{
	return types[type].name;
}

const char *
request_type_words(enum request_type type)
{
	static const char *const words[] = {
		[REQUEST_OTHER] = "mail of an unknown kind",
		[REQUEST_INVITATION] = "an invitation to connect",
		[REQUEST_INVITATION_REMINDER] =
		    "a reminder of an invitation to connect",
		[REQUEST_INVITATION_DIGEST] = "invitations to connect",
		[REQUEST_GUEST_INVITATION] =
		    "an invitation to join and to connect",
		[REQUEST_INVITATION_ACCEPTED] = "a yes to your invitation",
		[REQUEST_INTRODUCTION_REQUEST] =
		    "a request for an introduction",
		[REQUEST_RECOMMENDATION_REQUEST] =
		    "a request for a recommendation",
		[REQUEST_RECOMMENDATION_RECEIVED] = "a recommendation",
		[REQUEST_ENDORSEMENT] = "an endorsement",
		[REQUEST_INMAIL] = "an InMail",
		[REQUEST_MESSAGE] = "a message",
		[REQUEST_MESSAGE_DIGEST] = "messages",
		[REQUEST_GROUP_INVITATION] = "an invitation to a group",
		[REQUEST_GROUP_JOIN_REQUEST] = "a request to join a group",
		[REQUEST_GROUP_DIGEST] = "news of a group",
		[REQUEST_EVENT_INVITATION] = "an invitation to an event",
		[REQUEST_PAGE_INVITATION] = "an invitation to follow a page",
		[REQUEST_NEWSLETTER_INVITATION] =
		    "an invitation to a newsletter",
		[REQUEST_NEWSLETTER] = "a newsletter",
		[REQUEST_SUGGESTION] = "a suggestion",
		[REQUEST_JOB] = "news of jobs",
		[REQUEST_ACTIVITY] = "news of activity",
		[REQUEST_SECURITY] = "a security notice",
		[REQUEST_MARKETING] = "advertising",
	};

	_Static_assert(sizeof(words) / sizeof(words[0]) == REQUEST_TYPE_COUNT,
	    "words for each type");
	return words[type];
}

unsigned
request_type_traits(enum request_type type)
{
	return types[type].traits;
}

int
request_type_parse(struct view name, enum request_type *type)
{
	for (size_t i = 0; i < REQUEST_TYPE_COUNT; i++)
		if (view_equal(name, view_of(types[i].name))) {
			*type = (enum request_type)i;
			return 0;
		}
	return -1;
}

const char *
request_note_name(enum request_note note)
{
	return notes[note];
}

int
request_note_parse(struct view name, enum request_note *note)
{
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (view_equal(name, view_of(notes[i]))) {
			*note = (enum request_note)i;
			return 0;
		}
	return -1;
}
