// SPDX-License-Identifier: BSD-2-Clause
/*
 * fields.h - reads out who asks for what, once the type is known.
 *
 * For the files of this folder only.
 */
#ifndef RECOGNISE_FIELDS_H
#define RECOGNISE_FIELDS_H

#include "recognise/reading.h"

/* Fills the people, the note and the rest of r->out by the pack's fields. */
void fields_read(struct reading *r);

#endif
