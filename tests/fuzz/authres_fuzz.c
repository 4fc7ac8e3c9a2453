// SPDX-License-Identifier: BSD-2-Clause
/*
 * authres_fuzz.c - raw values of Authentication-Results.
 */
#include <string.h>

#include "base/limits.h"
#include "fuzz.h"
#include "unit/mail/authres_text.h"

/* What it takes at most: all small letters and values, and the arrays. */
enum { LARGEST_TEXT = 8 * LIMIT_RESULTS_SIZE, LARGEST_POOL = 256 * 1024 };

static void
check_keyword(struct view v)
{
	MUST(v.size > 0);
	for (size_t i = 0; i < v.size; i++)
		MUST(byte_lower(v.data[i]) == v.data[i] &&
		    (byte_is_letter(v.data[i]) || byte_is_digit(v.data[i]) ||
			v.data[i] == '-' || v.data[i] == '_'));
}

static void
check_value(struct view v, size_t size)
{
	MUST(v.size <= size);
	MUST(v.size == 0 || memchr(v.data, '\0', v.size) == NULL);
	MUST(view_find_byte(v, '\r') == VIEW_NONE);
	MUST(view_find_byte(v, '\n') == VIEW_NONE);
}

static void
check_result(const struct authres_result *r, size_t size)
{
	check_keyword(r->method);
	check_keyword(r->result);
	MUST(r->properties <= LIMIT_RESULT_PROPERTIES);
	for (size_t i = 0; i < r->properties; i++) {
		const struct authres_property *property = &r->property[i];
		struct view found =
		    authres_value(r, property->ptype, property->name);

		if (property->ptype.size > 0)
			check_keyword(property->ptype);
		check_keyword(property->name);
		check_value(property->value, size);
		/* Twice is refused, so the first of that name is this one. */
		MUST(found.data == property->value.data);
	}
}

/* Values may have been copied; what they hold is read by check_again(). */
static void
check_field(const struct authres *a, const uint8_t *data, size_t size)
{
	const uint8_t *job = (const uint8_t *)a->job.data;

	MUST(size <= LIMIT_RESULTS_SIZE);
	MUST(a->job.size == 0 ||
	    (job > data && job + a->job.size <= data + size));
	MUST(a->results <= LIMIT_RESULTS);
	check_value(a->id, size);
	check_value(a->job, size);
	for (size_t i = 0; i < a->results; i++)
		check_result(&a->result[i], size);
}

/* What was read, written down and read again is the same. */
static void
check_again(struct pool *p, const struct authres *first)
{
	struct text once = TEXT_INIT(LARGEST_TEXT);
	struct text twice = TEXT_INIT(LARGEST_TEXT);
	const char *why = NULL;
	struct authres again;

	authres_add(&once, first);
	MUST(text_ok(&once));
	/* Backslashes and blanks may make it larger than is read. */
	if (once.size <= LIMIT_RESULTS_SIZE) {
		MUST(authres_read(p, text_view(&once), &again, &why) == 0);
		authres_add(&twice, &again);
		MUST(view_equal(text_view(&once), text_view(&twice)));
	}
	text_free(&once);
	text_free(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct pool *p = pool_new(LARGEST_POOL);
	const char *why = NULL;
	struct authres a;

	MUST(p != NULL);
	if (authres_read(p, bytes, &a, &why) == 0) {
		check_field(&a, data, size);
		check_again(p, &a);
	} else {
		MUST(why != NULL && *why != '\0');
	}
	MUST(pool_ok(p));
	pool_free(p);
	return 0;
}
