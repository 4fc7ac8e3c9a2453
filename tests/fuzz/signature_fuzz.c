// SPDX-License-Identifier: BSD-2-Clause
/*
 * signature_fuzz.c - messages with DKIM signatures, whose keys are known.
 */
#include <stdbool.h>

#include "fuzz.h"
#include "mail/mime.h"
#include "mail/signature.h"

static struct signature_verifier *
open_verifier(void)
{
	const char *top = getenv("top_srcdir");
	struct signature_verifier *v;
	char keys[1024];

	mime_init();
	snprintf(keys, sizeof(keys), "file:%s/tests/samples/keys/test.keys",
	    top == NULL ? "." : top);
	v = signature_open(keys, &clock_system, NULL);
	MUST(v != NULL);
	return v;
}

static void
check_signature(const struct signature *s)
{
	MUST(signature_result_name(s->result) != NULL);
	MUST(s->result != SIGNATURE_TEMPORARY);
	if (s->result == SIGNATURE_PASS)
		MUST(s->key_bits > 0 && s->key.size > 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct signature_verifier *verifier;
	struct view bytes = { (const char *)data, size };
	struct pool *p = pool_new(LIMIT_MESSAGE_POOL);
	struct signatures s;
	struct message m;

	if (verifier == NULL)
		verifier = open_verifier();
	MUST(p != NULL);
	MUST(message_parse(p, bytes, 0, &m, NULL) == 0);
	MUST(signature_verify(verifier, p, &m, NULL, &s, NULL) == 0);
	MUST(s.count <= LIMIT_SIGNATURES);
	MUST(s.checked ||
	    (s.count == 0 &&
		(m.cut & (MESSAGE_CUT_HEADER | MESSAGE_CUT_BODY)) != 0));
	for (size_t i = 0; i < s.count; i++)
		check_signature(&s.item[i]);
	pool_free(p);
	return 0;
}
