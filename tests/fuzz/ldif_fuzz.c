// SPDX-License-Identifier: BSD-2-Clause
/*
 * ldif_fuzz.c - address books in LDIF.
 */
#include "policy/ldif.h"

#include "rows.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };

	ldif_is(bytes);
	rows_check(bytes, ldif_read);
	return 0;
}
