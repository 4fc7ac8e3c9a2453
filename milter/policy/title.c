// SPDX-License-Identifier: BSD-2-Clause
/*
 * title.c - the words people put around their names.
 */
#include "policy/title.h"

#include "base/fold.h"
#include "base/utf8.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Titles in front of a name.  A point at the end means that there must be one:
 * without it the word is also somebody's name or initials.
 */
static const char *const honorifics[] = { "dr", "dra", "prof", "professor",
	"mr", "mrs", "ms", "miss", "mx", "sir", "herr", "frau", "mme", "mlle",
	"sr", "sra", "srta", "sig.", "sigra", "signa", "dott", "dottssa",
	"shri", "smt", "engr", "m.", "ing.", "dipl-ing", "dipl-kfm",
	"dipl-kffr", "dipl-inf", "dipl-psych", "dipl-phys", "dipl.",
	"univ-prof", "mag.", "mgr.", "bc.", "mudr", "judr", "phdr", "rndr",
	"mvdr", "lic.", "avv.", "av.", "arch.", "geom.", "doc.", "drs.", "ir.",
	"dhr.", "mevr.", "mw.", "rev.", "hon.", "atty.", "adv.", "eng.", "hr.",
	"fr.", "sn.", "capt.", "col.", "gen.", "lt.", "maj.", "sgt.", "med.",
	"rer.", "nat.", "phil.", "jur.", "pol.", "habil.", "hc." };

/* The same, of letters that are not ASCII; as they are written. */
static const char *const foreign_honorifics[] = {
	/* Latin, small first letters of ASCII */
	"inż.", "dña.", "doç.", "öğr.", "Öğr.", "müh.",
	/* Cyrillic */
	"д-р", "Д-р", "др.", "Др.", "проф.", "Проф.", "инж.", "Инж.", "доц.",
	"Доц.", "акад.", "Акад.", "г-н", "Г-н", "г-жа", "Г-жа",
	/* Greek */
	"δρ", "Δρ", "κ.", "Κ.", "κος", "Κος", "κα.", "Κα.", "καθ.", "Καθ.",
	/* Hebrew, without its marks */
	"דר", "פרופ", "עוד", "גב",
	/* Arabic */
	"د.", "ا.", "أ.", "اد.", "أد.", "م.", "دكتور", "دكتورة", "الدكتور",
	"الدكتورة", "مهندس", "مهندسة", "المهندس", "المهندسة", "الاستاذ",
	"الأستاذ", "الأستاذة",
	/* Devanagari, Bengali, Thai */
	"डा", "डॉ", "श्री", "श्रीमती", "प्रो.", "ড.", "ডা.", "ดร", "นาย", "นาง",
	"นางสาว", "คุณ", "ผศ.", "รศ.", "ศ.", "นพ.", "พญ."
};

/* Behind a name: the first lot as a part of the word too. */
static const char *const glued_suffixes[] = { "先生", "女士", "小姐", "さん",
	"様", "님", "씨" };
static const char *const suffixes[] = { "氏", "博士", "教授", "老師", "老师",
	"박사", "교수" };

/* What a former or another name follows. */
static const char *const formers[] = { "n\xC3\xA9"
				       "e",
	"ne\xCC\x81"
	"e",
	"geb.", "geborene", "geborener", "rozen\xC3\xA1", "roz.", "a.k.a.",
	"f.k.a." };

/*
 * Degrees and certificates behind a name.  The second lot counts only in
 * capitals, since many of them are names as well; "BEng" and "MEng" are in
 * neither, since people are called Beng and Meng.  The third has points in it,
 * which such names have not.
 */
static const char *const degrees[] = { "phd", "dphil", "edd", "psyd", "pharmd",
	"bsc", "bcom", "msc", "mphil", "mres", "btech", "mtech", "pgmp", "esq",
	"csc.", "dr.", "prof." };
static const char *const capital_degrees[] = { "abd", "aca", "acca", "acma",
	"ba", "bs", "bsn", "ca", "caia", "cbe", "ccie", "ccna", "ccnp", "cfa",
	"cfe", "cfp", "cgma", "cia", "cipd", "cipp", "cisa", "cism", "cissp",
	"cma", "cpa", "csm", "cspo", "dba", "dds", "dmd", "do", "dvm", "emba",
	"fca", "fcca", "fcipd", "frm", "frsa", "gphr", "itil", "jd", "lcsw",
	"llb", "llm", "ma", "mba", "mbe", "mcipd", "mcips", "md", "mfa", "mpa",
	"mph", "mpp", "mrics", "ms", "msn", "msw", "np", "obe", "pe", "phr",
	"pmi-acp", "pmp", "psm", "qc", "rd", "rn", "shrm-cp", "shrm-scp",
	"sphr" };
static const char *const pointed_degrees[] = { "b.eng", "m.eng", "p.eng",
	"b.ed", "m.ed", "b.arch", "m.arch", "s.kom", "m.kom", "s.pd", "m.pd",
	"s.sos", "s.si", "m.si", "m.hum", "s.psi", "m.psi", "s.farm" };

/* Capitals behind a name that tell one bearer of it from another. */
static const char *const generations[] = { "jr", "sr", "ii", "iii", "iv", "v",
	"vi" };

bool
title_has_small(struct view word)
{
	for (size_t at = 0; at < word.size;) {
		uint32_t c = utf8_next(word, &at);

		if (fold_is_letter(c) && !fold_is_mark(c) &&
		    !fold_is_capital(c))
			return true;
	}
	return false;
}

static bool
is_ascii(struct view word)
{
	for (size_t i = 0; i < word.size; i++)
		if ((unsigned char)word.data[i] >= 0x80)
			return false;
	return true;
}

/* A word as titles are spelt here: small letters, no points; or nothing. */
enum { TITLE_SIZE = 40 };

static void
spell(struct view word, char title[TITLE_SIZE])
{
	size_t size = 0;

	for (size_t i = 0; i < word.size; i++) {
		if (word.data[i] == '.' || word.data[i] == ' ')
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

/* Whether title is one of the list, and has a point where it must. */
static bool
is_listed(const char *const *list, size_t count, const char *title,
    bool pointed)
{
	char first = title[0];

	for (size_t i = 0; first != '\0' && i < count; i++)
		if (first == list[i][0] && is_spelt(title, list[i]))
			return pointed ||
			    !view_ends_nocase(view_of(list[i]), VIEW("."));
	return false;
}

bool
title_is_honorific(struct view word)
{
	bool pointed = view_ends_nocase(word, VIEW("."));
	char title[TITLE_SIZE];

	spell(word, title);
	if (is_ascii(word))
		return is_listed(honorifics, COUNT(honorifics), title, pointed);
	return is_listed(foreign_honorifics, COUNT(foreign_honorifics), title,
	    pointed);
}

bool
title_is_credential(struct view word, bool capitals_stand_out)
{
	bool pointed = view_ends_nocase(word, VIEW("."));
	char title[TITLE_SIZE];

	spell(word, title);
	if (is_listed(degrees, COUNT(degrees), title, pointed))
		return true;
	if (view_find_byte(word, '.') != VIEW_NONE)
		for (size_t i = 0; i < COUNT(pointed_degrees); i++)
			if (view_equal_nocase(view_part(word, 0,
						  word.size - pointed),
				view_of(pointed_degrees[i])))
				return true;
	return capitals_stand_out && !title_has_small(word) &&
	    is_listed(capital_degrees, COUNT(capital_degrees), title, pointed);
}

bool
title_is_parted(struct view words)
{
	size_t blank = view_find_byte(words, ' ');
	char title[TITLE_SIZE];

	if (blank == VIEW_NONE || blank == 0 || words.data[blank - 1] != '.' ||
	    !view_ends_nocase(words, VIEW(".")))
		return false;
	spell(words, title);
	return is_listed(degrees, COUNT(degrees), title, false);
}

bool
title_may_be_credential(struct view word)
{
	char title[TITLE_SIZE];

	spell(word, title);
	return title[0] != '\0' && title[1] != '\0' &&
	    view_of(title).size <= TITLE_LETTERS && !title_has_small(word) &&
	    !is_listed(generations, COUNT(generations), title, false);
}

bool
title_is_former(struct view word)
{
	char first = '\0';

	if (word.size > 0)
		first = byte_lower(word.data[0]);
	for (size_t i = 0; i < COUNT(formers); i++)
		if (first == formers[i][0] &&
		    view_equal_nocase(word, view_of(formers[i])))
			return true;
	return false;
}

bool
title_is_suffix(struct view word)
{
	if (word.size == 0 || (unsigned char)word.data[0] < 0x80)
		return false;
	for (size_t i = 0; i < COUNT(glued_suffixes); i++)
		if (view_equal(word, view_of(glued_suffixes[i])))
			return true;
	for (size_t i = 0; i < COUNT(suffixes); i++)
		if (view_equal(word, view_of(suffixes[i])))
			return true;
	return false;
}

struct view
title_without_suffix(struct view word)
{
	const size_t two_characters = 6;

	if (word.size > 0 && (unsigned char)word.data[word.size - 1] < 0x80)
		return word;
	for (size_t i = 0;
	     i < COUNT(glued_suffixes) && word.size > two_characters; i++) {
		struct view suffix = view_of(glued_suffixes[i]);

		if (word.size >= suffix.size + two_characters &&
		    view_ends_nocase(word, suffix))
			return view_part(word, 0, word.size - suffix.size);
	}
	return word;
}
