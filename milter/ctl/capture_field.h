// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_field.h - a header section whose names, addresses and ids are
 * replaced.
 */
#ifndef CTL_CAPTURE_FIELD_H
#define CTL_CAPTURE_FIELD_H

#include "ctl/capture_text.h"

/*
 * The fields from begin on up to the empty line or to what is no field, where
 * the header ends.  boundary is the one of the entity, or empty.
 */
void capture_fields(struct capture *c, char *bytes, size_t begin, size_t end,
    struct view boundary);

#endif
