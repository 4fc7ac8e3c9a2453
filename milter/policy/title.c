// SPDX-License-Identifier: BSD-2-Clause
/*
 * title.c - the words people put around their names.
 */
#include "policy/title.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Titles in front of a name.  A point at the end means that there must be one:
 * without it the word is also somebody's name or initials.
 */
static const char *const honorifics[] = { "dr", "dra", "prof", "professor",
	"mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "mme", "mlle",
	"sr", "sra", "srta", "sig.", "dott", "dottssa", "shri", "smt", "engr",
	"m.", "ing.", "dipl-ing", "dipl-kfm", "univ-prof", "mag.", "lic.",
	"avv.", "rev.", "hon.", "capt.", "col.", "gen.", "lt.", "maj.", "med.",
	"rer.", "nat.", "phil.", "jur.", "pol.", "habil.", "hc." };

/*
 * Degrees and certificates behind a name.  The second lot counts only in
 * capitals, since many of them are names as well; "BEng" and "MEng" are in
 * neither, since people are called Beng and Meng.
 */
static const char *const degrees[] = { "phd", "dphil", "edd", "psyd", "pharmd",
	"bsc", "bcom", "msc", "mphil", "mres", "pgmp", "esq" };
static const char *const capital_degrees[] = { "abd", "aca", "acca", "acma",
	"ba", "bs", "bsn", "ca", "caia", "cbe", "ccie", "ccna", "ccnp", "cfa",
	"cfe", "cfp", "cgma", "cia", "cipd", "cipp", "cisa", "cism", "cissp",
	"cma", "cpa", "csm", "cspo", "dba", "dds", "dmd", "do", "dvm", "emba",
	"fca", "fcca", "fcipd", "frm", "frsa", "gphr", "itil", "jd", "lcsw",
	"llb", "llm", "ma", "mba", "mbe", "mcipd", "mcips", "md", "mfa", "mpa",
	"mph", "mpp", "mrics", "ms", "msn", "msw", "np", "obe", "pe", "phr",
	"pmi-acp", "pmp", "psm", "qc", "rd", "rn", "shrm-cp", "shrm-scp",
	"sphr" };

bool
title_has_small(struct view word)
{
	for (size_t i = 0; i < word.size; i++)
		if ((word.data[i] >= 'a' && word.data[i] <= 'z') ||
		    (unsigned char)word.data[i] >= 0x80)
			return true;
	return false;
}

/* A word as titles are spelt here: small letters, no points; or nothing. */
enum { TITLE_SIZE = 12 };

static void
spell(struct view word, char title[TITLE_SIZE])
{
	size_t size = 0;

	for (size_t i = 0; i < word.size; i++) {
		if (word.data[i] == '.')
			continue;
		if (size == TITLE_SIZE - 1) {
			size = 0;
			break;
		}
		title[size++] = byte_lower(word.data[i]);
	}
	title[size] = '\0';
}

/* A point in spelling stands behind its letters and is not compared. */
static bool
is_spelt(const char *title, const char *spelling)
{
	while (*title != '\0' && *title == *spelling) {
		title++;
		spelling++;
	}
	return *title == '\0' && (*spelling == '\0' || *spelling == '.');
}

bool
title_is_honorific(struct view word)
{
	bool pointed = view_ends_nocase(word, VIEW("."));
	char title[TITLE_SIZE];

	spell(word, title);
	for (size_t i = 0; title[0] != '\0' && i < COUNT(honorifics); i++)
		if (is_spelt(title, honorifics[i]))
			return pointed ||
			    !view_ends_nocase(view_of(honorifics[i]),
				VIEW("."));
	return false;
}

bool
title_is_credential(struct view word, bool capitals_stand_out)
{
	char title[TITLE_SIZE];

	spell(word, title);
	if (title[0] == '\0')
		return false;
	for (size_t i = 0; i < COUNT(degrees); i++)
		if (is_spelt(title, degrees[i]))
			return true;
	if (!capitals_stand_out || title_has_small(word))
		return false;
	for (size_t i = 0; i < COUNT(capital_degrees); i++)
		if (is_spelt(title, capital_degrees[i]))
			return true;
	return false;
}
