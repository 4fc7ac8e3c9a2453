// SPDX-License-Identifier: BSD-2-Clause
/*
 * sign.c - a DKIM signature on a message, by libopendkim.
 */
#include "tools/sign.h"

#include <opendkim/dkim.h>
#include <stdlib.h>
#include <string.h>

#include "mail/message.h"

enum { MOST_FIELDS = 64 };

static const char linkedin_fields[] =
    "From:Subject:MIME-Version:Content-Type:To:Date:"
    "X-LinkedIn-Class:X-LinkedIn-Template:X-LinkedIn-fbl";

static unsigned char *
octets(const char *string)
{
	return (unsigned char *)(uintptr_t)string;
}

/* "From:To" as the list that the library wants; names is written to. */
static void
split_fields(char *names, const char *list[MOST_FIELDS + 1])
{
	size_t count = 0;

	for (char *rest = names, *name;
	     count < MOST_FIELDS && (name = strsep(&rest, ":")) != NULL;)
		list[count++] = name;
	list[count] = NULL;
}

static DKIM_STAT
give_message(DKIM *dkim, struct view message)
{
	struct view rest = message;
	struct header field;

	while (message_next_field(&rest, &field)) {
		size_t size =
		    (size_t)(field.raw.data + field.raw.size - field.name.data);
		DKIM_STAT status =
		    dkim_header(dkim, octets(field.name.data), size);

		if (status != DKIM_STAT_OK)
			return status;
	}
	if (dkim_eoh(dkim) != DKIM_STAT_OK)
		return DKIM_STAT_SYNTAX;
	if (rest.size > 0 &&
	    dkim_body(dkim, octets(rest.data), rest.size) != DKIM_STAT_OK)
		return DKIM_STAT_INTERNAL;
	return dkim_eom(dkim, NULL);
}

/* The field with the line ends of the message. */
static void
add_signature(struct text *out, struct view signature, bool crlf)
{
	text_add_string(out, "DKIM-Signature: ");
	for (size_t i = 0; i < signature.size; i++)
		if (crlf || signature.data[i] != '\r')
			text_add_byte(out, signature.data[i]);
	text_add_string(out, crlf ? "\r\n" : "\n");
}

static int
sign(DKIM *dkim, const struct sign *s, struct view message, struct text *out,
    struct err *e)
{
	char *names = strdup(s->fields == NULL ? linkedin_fields : s->fields);
	const char *list[MOST_FIELDS + 1];
	unsigned char *signature;
	size_t size;
	int result = -1;

	if (names == NULL)
		return err_set(e, "out of memory");
	split_fields(names, list);
	if (dkim_signhdrs(dkim, list) != DKIM_STAT_OK ||
	    give_message(dkim, message) != DKIM_STAT_OK ||
	    dkim_getsighdr_d(dkim, strlen("DKIM-Signature: "), &signature,
		&size) != DKIM_STAT_OK) {
		err_set(e, "cannot sign: %s", dkim_geterror(dkim));
		goto out;
	}
	add_signature(out, (struct view){ (const char *)signature, size },
	    view_find(message, VIEW("\r\n")) != VIEW_NONE);
	text_add(out, message);
	result = text_ok(out) ? 0 : err_set(e, "the message is too large");
out:
	free(names);
	return result;
}

int
sign_message(const struct sign *s, struct view message, struct text *out,
    struct err *e)
{
	u_int flags =
	    DKIM_LIBFLAGS_FIXCRLF | (s->limit ? DKIM_LIBFLAGS_SIGNLEN : 0U);
	DKIM_LIB *library = dkim_init(NULL, NULL);
	DKIM *dkim = NULL;
	u_int bits = 0; /* short keys too */
	DKIM_STAT status;
	int result = -1;

	if (library == NULL)
		return err_set(e, "out of memory");
	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FLAGS, &flags,
	    sizeof(flags));
	if (s->time != 0)
		dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_FIXEDTIME,
		    (void *)(uintptr_t)&s->time, sizeof(s->time));
	dkim_options(library, DKIM_OP_SETOPT, DKIM_OPTS_MINKEYBITS, &bits,
	    sizeof(bits));
	dkim = dkim_sign(library, octets("sign"), NULL, octets(s->key),
	    octets(s->selector), octets(s->domain), DKIM_CANON_RELAXED,
	    DKIM_CANON_RELAXED, DKIM_SIGN_RSASHA256, -1, &status);
	if (dkim == NULL)
		err_set(e, "cannot sign with this key");
	else
		result = sign(dkim, s, message, out, e);
	if (dkim != NULL)
		dkim_free(dkim);
	dkim_close(library);
	return result;
}
