// SPDX-License-Identifier: BSD-2-Clause
/*
 * regex.c - patterns with ceilings (PCRE2).
 *
 * PCRE2's own limits are not enough for patterns that anybody may write: its
 * match limit starts anew at each position of the subject (pcre2api(3)), so a
 * long subject multiplies it.  A user's pattern is therefore compiled with
 * callouts, which cost nothing but time, and counted over the whole search.
 */
#include "recognise/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/utf8.h"

enum {
	JIT_STACK_START = 32 * 1024,
	JIT_STACK_LIMIT = 512 * 1024,
	CALLOUT_AUTOMATIC = 255 /* its number (pcre2callout(3)) */
};

struct regex {
	pcre2_code *code;
	enum regex_author author;
	size_t groups;
};

struct regex_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context[2]; /* by enum regex_author */
	pcre2_jit_stack *jit_stack;
	struct view subject;
	size_t groups; /* that can be asked for, with the whole match */
	size_t end;
	unsigned steps; /* of this search so far */
};

/* The ceilings of each author. */
static const struct {
	size_t size, compiled;
	uint32_t match, depth, heap_kib, compile_options;
} ceilings[] = {
	[REGEX_SHIPPED] = { LIMIT_PATTERN_SIZE, LIMIT_PATTERN_COMPILED,
	    LIMIT_PATTERN_MATCH, LIMIT_PATTERN_DEPTH, LIMIT_PATTERN_HEAP_KIB,
	    0 },
	[REGEX_USER] = { LIMIT_USER_PATTERN_SIZE, LIMIT_USER_PATTERN_COMPILED,
	    LIMIT_USER_PATTERN_MATCH, LIMIT_USER_PATTERN_DEPTH,
	    LIMIT_USER_PATTERN_HEAP_KIB, PCRE2_AUTO_CALLOUT },
};

static uint32_t
compile_options(enum regex_author author, unsigned flags)
{
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
	    PCRE2_NEVER_BACKSLASH_C | ceilings[author].compile_options;

	if (flags & REGEX_NOCASE)
		options |= PCRE2_CASELESS;
	if (flags & REGEX_LINES)
		options |= PCRE2_MULTILINE;
	return options;
}

static pcre2_code *
compile(struct view pattern, uint32_t options, struct err *e)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_UCHAR words[160];
	pcre2_code *code;
	PCRE2_SIZE offset;
	int error;

	if (context == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	pcre2_set_parens_nest_limit(context, LIMIT_PATTERN_GROUPS);
	code = pcre2_compile((PCRE2_SPTR)pattern.data, pattern.size, options,
	    &error, &offset, context);
	pcre2_compile_context_free(context);
	if (code == NULL) {
		pcre2_get_error_message(error, words, sizeof(words));
		err_set(e, "offset %zu: %s", offset, (const char *)words);
	}
	return code;
}

/* Stops at the first callout that PCRE2 did not put there itself. */
static int
is_written_by_hand(pcre2_callout_enumerate_block *callout, void *arg)
{
	(void)arg;
	return callout->callout_string != NULL ||
	    callout->callout_number != CALLOUT_AUTOMATIC;
}

/* What can only be asked of the compiled pattern. */
static int
check_compiled(struct regex *r, struct err *e)
{
	size_t size = 0;
	uint32_t groups = 0;

	pcre2_pattern_info(r->code, PCRE2_INFO_SIZE, &size);
	pcre2_pattern_info(r->code, PCRE2_INFO_CAPTURECOUNT, &groups);
	if (size > ceilings[r->author].compiled)
		return err_set(e, "too large: %zu octets compiled, %zu allowed",
		    size, ceilings[r->author].compiled);
	if (groups > LIMIT_PATTERN_GROUPS)
		return err_set(e, "more than %d groups", LIMIT_PATTERN_GROUPS);
	if (pcre2_callout_enumerate(r->code, is_written_by_hand, NULL) != 0)
		return err_set(e, "callouts \"(?C\" are not allowed");
	r->groups = groups;
	return 0;
}

struct regex *
regex_compile(struct view pattern, enum regex_author author, unsigned flags,
    struct err *e)
{
	struct regex *r;

	if (pattern.size > ceilings[author].size) {
		err_set(e, "longer than %zu octets", ceilings[author].size);
		return NULL;
	}
	if (view_starts_nocase(pattern, VIEW("(*"))) {
		err_set(e, "offset 0: no \"(*\" at the start");
		return NULL;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	r->author = author;
	r->code = compile(pattern, compile_options(author, flags), e);
	if (r->code == NULL || check_compiled(r, e) < 0) {
		regex_free(r);
		return NULL;
	}
	/* A system may forbid it; the interpreter gives the same answers. */
	if (author == REGEX_SHIPPED)
		(void)pcre2_jit_compile(r->code, PCRE2_JIT_COMPLETE);
	return r;
}

void
regex_free(struct regex *r)
{
	if (r == NULL)
		return;
	pcre2_code_free(r->code);
	free(r);
}

size_t
regex_groups(const struct regex *r)
{
	return r->groups;
}

const char *
regex_group_name(const struct regex *r, size_t number)
{
	uint32_t count = 0, size = 0;
	const unsigned char *entry = NULL;

	pcre2_pattern_info(r->code, PCRE2_INFO_NAMECOUNT, &count);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(r->code, PCRE2_INFO_NAMETABLE, &entry);
	for (uint32_t i = 0; i < count; i++, entry += size)
		if (((size_t)entry[0] << 8 | entry[1]) == number)
			return (const char *)entry + 2;
	return NULL;
}

/* Called at each item of a user's pattern; what it returns ends the match. */
static int
count_step(pcre2_callout_block *block, void *arg)
{
	struct regex_scratch *s = arg;

	(void)block;
	return ++s->steps > LIMIT_USER_PATTERN_STEPS ? PCRE2_ERROR_MATCHLIMIT
						     : 0;
}

static pcre2_match_context *
match_context(enum regex_author author)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);

	if (context == NULL)
		return NULL;
	pcre2_set_match_limit(context, ceilings[author].match);
	pcre2_set_depth_limit(context, ceilings[author].depth);
	pcre2_set_heap_limit(context, ceilings[author].heap_kib);
	return context;
}

struct regex_scratch *
regex_scratch_new(void)
{
	struct regex_scratch *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->data = pcre2_match_data_create(LIMIT_PATTERN_GROUPS + 1, NULL);
	s->context[REGEX_SHIPPED] = match_context(REGEX_SHIPPED);
	s->context[REGEX_USER] = match_context(REGEX_USER);
	if (s->data == NULL || s->context[REGEX_SHIPPED] == NULL ||
	    s->context[REGEX_USER] == NULL) {
		regex_scratch_free(s);
		return NULL;
	}
	pcre2_set_callout(s->context[REGEX_USER], count_step, s);
	/* Without one, PCRE2 takes 32 KiB of the thread's own stack. */
	s->jit_stack =
	    pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_LIMIT, NULL);
	pcre2_jit_stack_assign(s->context[REGEX_SHIPPED], NULL, s->jit_stack);
	return s;
}

void
regex_scratch_free(struct regex_scratch *s)
{
	if (s == NULL)
		return;
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context[REGEX_SHIPPED]);
	pcre2_match_context_free(s->context[REGEX_USER]);
	pcre2_jit_stack_free(s->jit_stack);
	free(s);
}

/* An empty match must not be found for ever. */
static size_t
next_start(struct view subject, size_t from, size_t end)
{
	if (end > from)
		return end;
	if (from < subject.size)
		utf8_next(subject, &from);
	else
		from++;
	return from;
}

enum regex_result
regex_match(const struct regex *r, struct regex_scratch *s, struct view subject,
    size_t from)
{
	const char *data = subject.data == NULL ? "" : subject.data;
	int count;

	s->groups = 0;
	s->steps = 0;
	if (r->author == REGEX_USER)
		subject = utf8_prefix(subject, LIMIT_USER_TEXT_SIZE);
	if (from > subject.size)
		return REGEX_NO;
	count = pcre2_match(r->code, (PCRE2_SPTR)data, subject.size, from, 0,
	    s->data, s->context[r->author]);
	if (count == PCRE2_ERROR_NOMATCH)
		return REGEX_NO;
	if (count <= 0)
		return REGEX_ERROR;
	s->subject = subject;
	s->groups = (size_t)count;
	s->end =
	    next_start(subject, from, pcre2_get_ovector_pointer(s->data)[1]);
	return REGEX_YES;
}

struct view
regex_group(const struct regex_scratch *s, size_t number)
{
	const PCRE2_SIZE *at = pcre2_get_ovector_pointer(s->data) + 2 * number;

	if (number >= s->groups || at[0] == PCRE2_UNSET)
		return (struct view){ NULL, 0 };
	return view_part(s->subject, at[0], at[1] - at[0]);
}

size_t
regex_end(const struct regex_scratch *s)
{
	return s->end;
}
