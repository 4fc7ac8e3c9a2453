// SPDX-License-Identifier: BSD-2-Clause
#include "policy/name.h"

#include "base/limits.h"
#include "oom.h"
#include "t.h"

static struct text
key_of(const char *name)
{
	struct text key = TEXT_INIT(4096);
	struct view v = exact_string(name);

	name_key(v, &key);
	exact_free(v);
	return key;
}

/* clang-format off */
static const struct pair {
	const char *a, *b;
} same[] = {
	/* Order, case, accents. */
	{ "Jane Doe", "Jane Doe" },
	{ "Jane Doe", "jane doe" },
	{ "Jane Doe", "DOE Jane" },
	{ "Jane Doe", "Doe, Jane" },
	{ "Jane Doe", "  Jane \t Doe " },
	{ "Nuñez, José Ángel", "Jose Angel NUÑEZ" },
	{ "Zoë Müller", "ZOE MULLER" },
	{ "Łukasz Żółć", "Lukasz Zolc" },
	{ "Søren Ærø", "Soren Aero" },
	{ "Straße Groß", "STRASSE GROSS" },
	{ "Işık Yılmaz", "IŞIK YILMAZ" },
	{ "İpek Demir", "ipek demir" },
	{ "Nguyễn Văn Đức", "Nguyen Van Duc" },
	{ "Þórr Guðmundsson", "Thorr Gudmundsson" },
	{ "Björk Ó Dálaigh", "Bjork O Dalaigh" },
	{ "Zoe\xCC\x88 Muller", "Zoë Muller" },
	/* Hyphens, apostrophes, points. */
	{ "Jean-Pierre Dupont", "Jean Pierre Dupont" },
	{ "Jean‐Pierre Dupont", "Jean-Pierre Dupont" },
	{ "Mary O'Brien", "Mary O’Brien" },
	{ "Mary O'Brien", "Mary OBrien" },
	{ "Mary O`Brien", "Mary O´Brien" },
	{ "Kaʻohinani Kealoha", "Ka'ohinani Kealoha" },
	{ "Соломія Прокоп'єва", "Соломія Прокопʼєва" },
	{ "Gerard 't Hooft", "Gerard t Hooft" },
	{ "J. R. Hartley", "J.R. Hartley" },
	{ "John F. Doe", "John F Doe" },
	{ "Ann St.John", "Ann St. John" },
	/* What a network, or people themselves, put around a name. */
	{ "Jane Doe via LinkedIn", "Jane Doe" },
	{ "Jane Doe VIA LINKEDIN", "Jane Doe" },
	{ "Jane Doe (via LinkedIn)", "Jane Doe" },
	{ "Jane Doe (LinkedIn Invitations)", "Jane Doe" },
	{ "Juana Pérez a través de LinkedIn", "Juana Perez" },
	{ "Juana Pérez a traves de LinkedIn", "Juana Perez" },
	{ "Jane Doe, MBA via LinkedIn", "Jane Doe" },
	{ "Jane (Janie) Doe", "Jane Doe" },
	{ "Jane Doe (she/her)", "Jane Doe" },
	{ "Jane Doe (she/her", "Jane Doe" },
	{ "Jane Doe [née Roe]", "Jane Doe" },
	{ "Jane ((x) y) Doe", "Jane Doe" },
	{ "王小明（小明）", "王小明" },
	{ "Jane \"Janie\" Doe", "Jane Doe" },
	{ "Jane “Janie” Doe", "Jane Doe" },
	{ "Hans „Hansi“ Meier", "Hans Meier" },
	{ "Jean «Jeannot» Valjean", "Jean Valjean" },
	{ "Robert 'Bob' Smith", "Robert Smith" },
	{ "Robert ‘Bob’ Smith", "Robert Smith" },
	{ "Jane\" Doe", "Jane Doe" },
	{ "«Jane «Doe", "Jane Doe" },
	{ "Jane «a» «b «c» Doe", "Jane Doe" },
	{ "„Jane „Doe «x»", "Jane Doe" },
	{ "'n Jane 't Doe", "t n Jane Doe" },
	{ "Jane 'a' 'b' Doe", "Jane Doe" },
	{ "\"Doe, Jane\"", "Jane Doe" },
	{ "'Jane Doe'", "Jane Doe" },
	{ "★ Jane ★ Doe ★", "Jane Doe" },
	{ "🚀 Jane Doe 🚀", "Jane Doe" },
	{ "Jane ❤️ Doe", "Jane Doe" },
	{ "👩🏽‍💻 Jane Doe", "Jane Doe" },
	{ "Jane_Doe", "Jane|Doe" },
	{ "Jane Doe •", "Jane/Doe" },
	{ "J\u200Bane Doe", "Jane Doe" },
	{ "\u202BJane Doe\u202C", "Jane Doe" },
	{ "𝓙𝓪𝓷𝓮 𝔇𝔬𝔢", "Jane Doe" },
	{ "Ｊａｎｅ　Ｄｏｅ", "Jane Doe" },
	{ "J\u0336a\u0336ne Doe", "Jane Doe" },
	/* Titles and degrees. */
	{ "Dr. Jane Doe", "Jane Doe" },
	{ "Dr Jane Doe", "Jane Doe" },
	{ "DR. JANE DOE", "Jane Doe" },
	{ "Prof. Dr. Dr. Jane Doe", "Jane Doe" },
	{ "Dr. med. Jane Doe", "Jane Doe" },
	{ "Dipl.-Ing. Jane Doe", "Jane Doe" },
	{ "Univ.-Prof. Dr. Jane Doe", "Jane Doe" },
	{ "Doe, Dr. Jane", "Jane Doe" },
	{ "Mr John Doe", "John Doe" },
	{ "Mme Jeanne Dupont", "Jeanne Dupont" },
	{ "M. Jean Dupont", "Jean Dupont" },
	{ "Sra. Ana Gómez", "Ana Gomez" },
	{ "Dott.ssa Anna Bianchi", "Anna Bianchi" },
	{ "Jane Doe, PhD", "Jane Doe" },
	{ "Jane Doe, Ph.D.", "Jane Doe" },
	{ "Jane Doe, phd", "Jane Doe" },
	{ "JANE DOE PHD", "Jane Doe" },
	{ "Jane Doe PhD", "Jane Doe" },
	{ "Jane Doe, MBA, PMP", "Jane Doe" },
	{ "Jane Doe MBA PMP®", "Jane Doe" },
	{ "Jane Doe, M.B.A.", "Jane Doe" },
	{ "JANE DOE, MBA", "Jane Doe" },
	{ "Doe, Jane, PhD", "Jane Doe" },
	{ "Dr. Jane Doe, PhD, MBA", "Jane Doe" },
	{ "Jane Doe SHRM-CP", "Jane Doe" },
	{ "Иван Петров MBA", "Иван Петров" },
	{ "MA, Jack", "Jack Ma" },
	{ "JACK MA", "Jack Ma" },
	{ "JACK MA PhD", "Jack Ma" },
	{ "Jane Doe,", "Jane Doe" },
	/* Other scripts. */
	{ "Иван Петров", "ПЕТРОВ ИВАН" },
	{ "Андрей Семёнов", "Андрей Семенов" },
	{ "Ελένη Παπαδοπούλου", "ΕΛΕΝΗ ΠΑΠΑΔΟΠΟΥΛΟΥ" },
	{ "Γιώργος Νίκου", "γιωργοσ νικου" },
	{ "مُحَمَّد عَلِيّ", "محمد علي" },
	{ "محمــد علي", "محمد علي" },
	{ "علي، محمد", "محمد علي" },
	{ "יִצְחָק כֹּהֵן", "יצחק כהן" },
	{ "王小明", "小明 王" },
	{ "山田 太郎", "太郎　山田" },
	{ "김철수", "철수 김" },
	{ "김철수", "\u1100\u1175\u11B7\u110E\u1165\u11AF\u1109\u116E" },
	{ "ジョン・スミス", "スミス ジョン" },
	{ "ｼﾞｮﾝ ｽﾐｽ", "ジョン スミス" },
	{ "नितिन शर्मा", "शर्मा नितिन" },
	{ "สมชาย ใจดี", "ใจดี สมชาย" },
	{ "Հայկ Պետրոսյան", "ՊԵՏՐՈՍՅԱՆ ՀԱՅԿ" },
	{ "გიორგი ბერიძე", "ბერიძე გიორგი" },
}, different[] = {
	{ "Jane Doe", "John Doe" },
	{ "Jane Doe", "Jane" },
	{ "Jane Doe", "Jane A. Doe" },
	{ "Jane Doe", "Jane Doe Jr." },
	{ "Jane Doe", "JaneDoe" },
	{ "Jane Doe", "Jane Jane Doe" },
	{ "Jack MA", "Jack Ma" },
	{ "Wei Do", "Wei DO" },
	{ "Li Meng", "Li" },
	{ "Li Peng", "Li" },
	{ "Lim Ah Beng", "Lim Ah" },
	{ "Jane Doe Mba", "Jane Doe" },
	{ "Jane Doe II", "Jane Doe III" },
	{ "Jane Doe via Example", "Jane Doe" },
	{ "via LinkedIn", "Jane Doe via LinkedIn" },
	{ "Jane via LinkedIn Doe", "Jane Doe" },
	{ "Jean DUPONT", "Jean" },
	{ "Jean Pierre DUPONT", "Jean Pierre" },
	{ "M Night Doe", "Night Doe" },
	{ "Phil Dunn", "Dunn" },
	{ "Jane Doe, Head of Sales", "Jane Doe" },
	/* Look-alikes: Cyrillic, Greek and Armenian letters, digits. */
	{ "Jane Doe", "J\u0430ne Doe" },
	{ "Paul Pope", "\u0420aul Pope" },
	{ "Paul Pope", "\u0420\u0430ul \u0420\u043E\u0440\u0435" },
	{ "Tony Hope", "\u03A4ony Hope" },
	{ "Tony Hope", "T\u03BFny Hope" },
	{ "Tony Hope", "T\u0585ny Hope" },
	{ "Tony Hope", "T0ny Hope" },
	{ "Bill Hill", "BiII HiII" },
	{ "Иван Петров", "Ivan Petrov" },
	{ "王小明", "Wang Xiaoming" },
	{ "王小明", "王大明" },
	{ "김철수", "김철주" },
	{ "नितिन शर्मा", "नूतन शर्मा" },
	{ "अमित राम", "अमत रम" },
	{ "สมชาย กิตติ", "สมชาย กตต" },
	{ "はな たなか", "ばな たなか" },
	{ "محمد علي", "احمد علي" },
	{ "יצחק כהן", "יעקב כהן" },
};
/* clang-format on */

static void
names_of_one_person_share_a_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(same); i++) {
		struct text a = key_of(same[i].a), b = key_of(same[i].b);

		assert_true(text_ok(&a) && text_ok(&b));
		if (a.size == 0)
			fail_msg("%s: no key", same[i].a);
		check_view(same[i].a, text_view(&a), text_string(&b));
		text_free(&a);
		text_free(&b);
	}
}

static void
names_of_different_people_do_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(different); i++) {
		struct text a = key_of(different[i].a);
		struct text b = key_of(different[i].b);

		if (view_equal(text_view(&a), text_view(&b)))
			fail_msg("\"%s\" and \"%s\" share \"%s\"",
			    different[i].a, different[i].b, text_string(&a));
		text_free(&a);
		text_free(&b);
	}
}

static void
keys_are_sorted_words(void **state)
{
	static const struct {
		const char *name, *key;
		size_t words;
	} rows[] = {
		{ "Nuñez, José Ángel", "angel jose nunez", 3 },
		{ "Jack MA", "jack", 1 },
		{ "Dr. Who", "who", 1 },
		{ "Madonna", "madonna", 1 },
		{ "王小明", "小 明 王", 3 },
		{ "佐々木 花子", "々 木 花 子 佐", 5 },
		{ "Amy陳", "amy 陳", 2 },
		{ "Jane Doe 2", "2 doe jane", 3 },
		{ "", "", 0 },
		{ " \t", "", 0 },
		{ "🚀", "", 0 },
		{ "Dr.", "", 0 },
		{ "(Jane Doe)", "", 0 },
		{ "- . , -", "", 0 },
		{ "\"", "", 0 },
		{ "\xFF\xFE", "", 0 },
		{ "PhD", "phd", 1 },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text key = key_of(rows[i].name);

		assert_true(text_ok(&key));
		check_view(rows[i].name, text_view(&key), rows[i].key);
		check_number(rows[i].name,
		    (long long)name_words(text_view(&key)),
		    (long long)rows[i].words);
		text_free(&key);
	}
}

static void
a_key_is_appended(void **state)
{
	struct text key = TEXT_INIT(100);

	(void)state;
	text_add_string(&key, "n:");
	name_key(VIEW("Jane Doe"), &key);
	check_view("appended", text_view(&key), "n:doe jane");
	text_free(&key);
}

static void
a_key_past_its_ceiling_is_a_failure(void **state)
{
	struct text key = TEXT_INIT(7);

	(void)state;
	name_key(VIEW("Jane Doe"), &key);
	assert_false(text_ok(&key));
	text_free(&key);
}

static void
a_name_past_its_size_has_no_key(void **state)
{
	char name[LIMIT_NAME_SIZE + 2];
	struct text key;

	(void)state;
	memset(name, 'x', sizeof(name));
	name[1] = ' ';
	name[LIMIT_NAME_SIZE] = '\0';
	key = key_of(name);
	check_number("at the limit", (long long)name_words(text_view(&key)), 2);
	text_free(&key);
	name[LIMIT_NAME_SIZE] = 'x';
	name[LIMIT_NAME_SIZE + 1] = '\0';
	key = key_of(name);
	check_view("one past it", text_view(&key), "");
	text_free(&key);
}

static void
a_name_of_too_many_words_has_no_key(void **state)
{
	static const struct {
		const char *name, *word;
	} rows[] = {
		{ "blanks", "x " },
		{ "hyphens", "x-" },
		{ "ideographs", "王" },
		{ "a ligature of four words", "\uFDFA" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		size_t words = i == 3 ? LIMIT_NAME_WORDS / 4 : LIMIT_NAME_WORDS;
		struct text name = TEXT_INIT(LIMIT_NAME_SIZE), key;

		for (size_t n = 0; n < words; n++) {
			text_add_string(&name, rows[i].word);
			text_add_string(&name, i == 3 ? " " : "");
		}
		key = key_of(text_string(&name));
		check_number(rows[i].name,
		    (long long)name_words(text_view(&key)), LIMIT_NAME_WORDS);
		text_free(&key);
		text_add_string(&name, rows[i].word);
		key = key_of(text_string(&name));
		check_view(rows[i].name, text_view(&key), "");
		text_free(&key);
		text_free(&name);
	}
}

static void
without_memory_a_key_is_a_failure(void **state)
{
	unsigned n;

	(void)state;
	for (n = 1; oom_next(n); n++) {
		struct text key = TEXT_INIT(100);

		name_key(VIEW("Dr. José Doe-Roe, PhD"), &key);
		assert_true(text_ok(&key) == !oom_happened());
		text_free(&key);
	}
	assert_true(n > 3);
}

static void
no_octets_break_it(void **state)
{
	static const char bytes[] = "a \"'(\xE2\x80\x9C,.-\xF0\x9F\x9A";
	struct text name = TEXT_INIT(LIMIT_NAME_SIZE);
	unsigned random = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct text key = TEXT_INIT(100000);
		struct view v;

		text_clear(&name);
		for (unsigned n = (random >> 16) % 24; n > 0; n--) {
			random = random * 1103515245 + 12345;
			text_add_byte(&name,
			    bytes[(random >> 16) % sizeof(bytes)]);
		}
		random = random * 1103515245 + 12345;
		v = exactly(text_string(&name), name.size);
		name_key(v, &key);
		assert_true(text_ok(&key));
		assert_true(name_words(text_view(&key)) <= LIMIT_NAME_WORDS);
		exact_free(v);
		text_free(&key);
	}
	text_free(&name);
}

static void
given_names_are_clean_or_nothing(void **state)
{
	static const struct {
		const char *name, *given;
	} rows[] = {
		{ "Jane Doe", "Jane" },
		{ "Jane", "Jane" },
		{ " Jane\tDoe", "" },
		{ "Jean-Pierre Dupont", "Jean-Pierre" },
		{ "D'Arcy Doe", "D'Arcy" },
		{ "D’Arcy Doe", "D’Arcy" },
		{ "José Pérez", "José" },
		{ "Jose\u0301 Pérez", "Jose\u0301" },
		{ "Иван Петров", "Иван" },
		{ "नितिन शर्मा", "नितिन" },
		{ "小明 王", "小明" },
		{ "Dr. Jane Doe", "" },
		{ "Dr Jane Doe", "" },
		{ "Mrs Doe", "" },
		{ "A. Doe", "" },
		{ "A Doe", "" },
		{ "Sales4U Team", "" },
		{ "Doe, Jane", "" },
		{ "\"Jane\" Doe", "" },
		{ "Jane\u200B Doe", "" },
		{ "🚀 Jane", "" },
		{ "-Jane Doe", "" },
		{ "Jane- Doe", "" },
		{ "'Jane' Doe", "" },
		{ "Jean--Pierre Dupont", "" },
		{ "http://x.example Doe", "" },
		{ "Jane\r\nBcc: x@example.com", "" },
		{ "J\xFFne Doe", "" },
		{ "", "" },
		{ " ", "" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct text given = TEXT_INIT(200);
		struct view v = exact_string(rows[i].name);

		name_given(v, &given);
		check_view(rows[i].name, text_view(&given), rows[i].given);
		exact_free(v);
		text_free(&given);
	}
}

static void
a_given_name_has_a_ceiling_in_characters(void **state)
{
	struct text name = TEXT_INIT(1000), given = TEXT_INIT(1000);

	(void)state;
	for (int i = 0; i < LIMIT_GIVEN_NAME_SIZE; i++)
		text_add_string(&name, "é");
	name_given(text_view(&name), &given);
	check_view("at the limit", text_view(&given), text_string(&name));
	text_clear(&given);
	text_add_string(&name, "é");
	name_given(text_view(&name), &given);
	check_view("one past it", text_view(&given), "");
	text_free(&name);
	text_free(&given);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_one_person_share_a_key),
		cmocka_unit_test(names_of_different_people_do_not),
		cmocka_unit_test(keys_are_sorted_words),
		cmocka_unit_test(a_key_is_appended),
		cmocka_unit_test(a_key_past_its_ceiling_is_a_failure),
		cmocka_unit_test(a_name_past_its_size_has_no_key),
		cmocka_unit_test(a_name_of_too_many_words_has_no_key),
		cmocka_unit_test(without_memory_a_key_is_a_failure),
		cmocka_unit_test(no_octets_break_it),
		cmocka_unit_test(given_names_are_clean_or_nothing),
		cmocka_unit_test(a_given_name_has_a_ceiling_in_characters),
	};

	return cmocka_run_group_tests_name("name", tests, NULL, NULL);
}
