// SPDX-License-Identifier: BSD-2-Clause
/*
 * template_parts.h - a template taken apart, for template.c and compose.c.
 */
#ifndef EFFECTS_TEMPLATE_PARTS_H
#define EFFECTS_TEMPLATE_PARTS_H

#include <stdbool.h>

#include "base/view.h"

/* Either text, or a variable and what stands for it when it is empty. */
struct template_part {
	struct view text; /* not empty: this is all there is */
	struct view variable, otherwise;
};

/* Cuts the next part off *rest; false at the end. */
bool template_next(struct view *rest, struct template_part *part);

#endif
