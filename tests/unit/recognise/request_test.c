// SPDX-License-Identifier: BSD-2-Clause
#include "recognise/request.h"

#include "t.h"

static void
every_type_has_a_word_and_back(void **state)
{
	(void)state;
	for (int i = 0; i < REQUEST_TYPE_COUNT; i++) {
		enum request_type type = (enum request_type)i, back;
		const char *name = request_type_name(type);

		assert_int_equal(request_type_parse(view_of(name), &back), 0);
		check_number(name, back, i);
	}
}

static void
unknown_words_change_nothing(void **state)
{
	static const char *const words[] = { "", "invite", "Invitation",
		"invitation ", "invitation-" };
	enum request_type type = REQUEST_JOB;
	enum request_note note = NOTE_PERSONAL;

	(void)state;
	for (size_t i = 0; i < LENGTH(words); i++) {
		struct view v = exact_string(words[i]);

		check_number(words[i], request_type_parse(v, &type), -1);
		check_number(words[i], request_note_parse(v, &note), -1);
		exact_free(v);
	}
	assert_int_equal(type, REQUEST_JOB);
	assert_int_equal(note, NOTE_PERSONAL);
}

static void
notes_have_words_and_back(void **state)
{
	static const struct {
		const char *name;
		enum request_note note;
	} rows[] = {
		{ "none", NOTE_NONE },
		{ "boilerplate", NOTE_BOILERPLATE },
		{ "personal", NOTE_PERSONAL },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		enum request_note note = NOTE_NONE;

		check_string("note", request_note_name(rows[i].note),
		    rows[i].name);
		assert_int_equal(request_note_parse(view_of(rows[i].name),
				     &note),
		    0);
		check_number(rows[i].name, note, rows[i].note);
	}
}

static void
only_what_asks_may_be_answered_and_security_is_never_held(void **state)
{
	(void)state;
	for (int i = 0; i < REQUEST_TYPE_COUNT; i++) {
		unsigned traits = request_type_traits((enum request_type)i);

		check_number(request_type_name((enum request_type)i),
		    (traits & REQUEST_NEVER_HELD) != 0, i == REQUEST_SECURITY);
	}
	assert_true(request_type_traits(REQUEST_INVITATION) & REQUEST_ASKS);
	assert_true(request_type_traits(REQUEST_MESSAGE) & REQUEST_ASKS);
	assert_false(request_type_traits(REQUEST_OTHER) & REQUEST_ASKS);
	assert_false(request_type_traits(REQUEST_INVITATION_ACCEPTED) &
	    REQUEST_ASKS);
	assert_false(request_type_traits(REQUEST_SECURITY) & REQUEST_ASKS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_has_a_word_and_back),
		cmocka_unit_test(unknown_words_change_nothing),
		cmocka_unit_test(notes_have_words_and_back),
		cmocka_unit_test(
		    only_what_asks_may_be_answered_and_security_is_never_held),
	};

	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
