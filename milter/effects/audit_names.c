// SPDX-License-Identifier: BSD-2-Clause
/*
 * audit_names.c - what tells who a person is, as a digest.
 */
#include "effects/audit_names.h"

#include <stdio.h>
#include <string.h>

#include "base/digest.h"
#include "base/fold.h"
#include "base/limits.h"
#include "mail/addr.h"
#include "policy/contacts_key.h"
#include "policy/name.h"

/* The form in which two of them are the same; as it is where there is none. */
static void
add_form(const char *key, struct view value, struct text *form)
{
	if (strcmp(key, "name") == 0)
		name_key(value, form);
	else if (strcmp(key, "profile") == 0)
		contacts_key_profile(value, form);
	if (form->size == 0 && !form->failed)
		fold_add(form, value);
	if (form->size == 0 && !form->failed)
		text_add(form, value);
}

int
audit_hash(struct view secret, const char *key, struct view value,
    char hash[AUDIT_HASH_SIZE])
{
	struct text form = TEXT_INIT(LIMIT_TEXT_SIZE);
	char hex[DIGEST_HEX_SIZE];
	int result = -1;

	add_form(key, value, &form);
	if (text_ok(&form)) {
		const struct view part[] = { VIEW("audit"), view_of(key),
			text_view(&form) };

		result = digest_key(secret, part, 3, hex);
	}
	if (result == 0)
		snprintf(hash, AUDIT_HASH_SIZE, "h:%.*s", AUDIT_HASH_SIZE - 3,
		    hex);
	text_free(&form);
	return result;
}

void
audit_hash_address(struct view secret, struct view address, struct text *out)
{
	struct view local = address, domain = VIEW("");
	char hash[AUDIT_HASH_SIZE];

	if (address.size == 0)
		return;
	(void)addr_split(address, &local, &domain);
	if (audit_hash(secret, "from_env", local, hash) < 0) {
		out->failed = true;
		return;
	}
	text_add_string(out, hash);
	if (domain.size > 0)
		text_add_byte(out, '@');
	text_add(out, domain);
}
