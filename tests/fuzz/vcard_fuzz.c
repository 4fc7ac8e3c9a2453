// SPDX-License-Identifier: BSD-2-Clause
/*
 * vcard_fuzz.c - address books in vCard's form.
 */
#include "policy/vcard.h"

#include "rows.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };

	vcard_is(bytes);
	rows_check(bytes, vcard_read);
	return 0;
}
