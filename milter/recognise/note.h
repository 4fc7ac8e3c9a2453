// SPDX-License-Identifier: BSD-2-Clause
/*
 * note.h - what was captured, made fit to be compared and shown.
 *
 * For the files of this folder only.  Pure but for the pool.
 */
#ifndef RECOGNISE_NOTE_H
#define RECOGNISE_NOTE_H

#include "base/pool.h"

/*
 * A captured text without blanks around it and with what belongs to HTML but
 * stands in some networks' text/plain resolved: <br> and entities.  One line
 * only unless lines is set.  At most max octets.
 */
struct view note_fit(struct pool *p, struct view captured, bool lines,
    size_t max);

/*
 * Takes a greeting off the top ("Hi ANN,") and a signature off the end
 * ("- ANN", or a line that is the name or the given name).
 */
struct view note_body(struct view note, struct view name, struct view given);

/*
 * The part of a folded note that is compared with a standard wording: without
 * the punctuation at the end.
 */
struct view note_key(struct view folded);

/*
 * Whether the note is one of the wordings (each a note_key(), where "*" stands
 * for up to 80 octets of anything), also behind a greeting on the same line.
 */
bool note_is_one_of(struct view note, const struct view *wording, size_t count);

#endif
