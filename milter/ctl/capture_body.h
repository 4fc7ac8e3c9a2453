// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture_body.h - a whole message, part by part.
 */
#ifndef CTL_CAPTURE_BODY_H
#define CTL_CAPTURE_BODY_H

#include "ctl/capture_text.h"

/*
 * Replaces in place.  What is shown as text is replaced word for word, pictures
 * and what else there is whole; an enclosed message like the one around it.
 */
void capture_message(struct capture *c, char *bytes, size_t size);

#endif
