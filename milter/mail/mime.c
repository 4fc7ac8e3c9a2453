// SPDX-License-Identifier: BSD-2-Clause
/*
 * mime.c - transfer encodings, encoded-words and address fields.
 */
#include "mail/mime.h"

#include <gmime/gmime.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "mail/charset.h"
#include "mail/normal.h"

enum {
	BLOCK_SIZE = 8192,
	BLOCK_ROOM = BLOCK_SIZE + 64, /* and what a step had left over */
	MOST_FROM_ONE = 12 /* octets of UTF-8 out of one in any charset */
};

void
mime_init(void)
{
	g_mime_init();
}

void
mime_shutdown(void)
{
	g_mime_shutdown();
}

/* A field's raw value as one line of UTF-8; NUL and a lone CR are blanks. */
static void
flatten(struct view raw, struct text *out)
{
	struct text converted = TEXT_INIT(3 * raw.size);
	struct view v = charset_to_utf8(raw, VIEW(""), &converted);

	for (size_t at = 0, from; at < v.size; at++) {
		from = at;
		while (at < v.size && v.data[at] != '\r' &&
		    v.data[at] != '\n' && v.data[at] != '\0')
			at++;
		text_add(out, view_part(v, from, at - from));
		if (at < v.size && v.data[at] != '\n' &&
		    !view_starts_nocase(view_part(v, at, 2), VIEW("\r\n")))
			text_add_byte(out, ' ');
	}
	out->failed |= converted.failed;
	text_free(&converted);
}

/* An encoded-word: "=?charset?encoding?text?=" (RFC 2047, section 2). */
struct word {
	struct view charset, text;
	GMimeContentEncoding encoding;
};

/* The length of the word that begins at v.data[at], or 0. */
static size_t
read_word(struct view v, size_t at, struct word *word)
{
	struct view rest = view_part(v, at + 2, v.size), piece[3];

	for (size_t i = 0; i < 3; i++) {
		size_t mark = view_find_byte(rest, '?');

		if (mark == VIEW_NONE)
			return 0;
		piece[i] = view_part(rest, 0, mark);
		rest = view_part(rest, mark + 1, rest.size);
	}
	if (piece[1].size != 1 || rest.size == 0 || rest.data[0] != '=')
		return 0;
	if (byte_lower(piece[1].data[0]) == 'b')
		word->encoding = GMIME_CONTENT_ENCODING_BASE64;
	else if (byte_lower(piece[1].data[0]) == 'q')
		word->encoding = GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE;
	else
		return 0;
	/* RFC 2231, section 5: a language may follow the charset. */
	word->charset = view_part(piece[0], 0, view_find_byte(piece[0], '*'));
	word->text = piece[2];
	return (size_t)(rest.data + 1 - v.data) - at;
}

static void
add_octets(struct text *out, const struct word *word)
{
	struct view rest = word->text;
	char from[BLOCK_SIZE], to[BLOCK_ROOM];
	GMimeEncoding state;

	g_mime_encoding_init_decode(&state, word->encoding);
	while (rest.size > 0) {
		size_t size = rest.size < BLOCK_SIZE ? rest.size : BLOCK_SIZE;

		memcpy(from, rest.data, size);
		for (size_t i = 0; i < size; i++)
			if (from[i] == '_') /* base64 has none */
				from[i] = ' ';
		text_add(out,
		    (struct view){ to,
			g_mime_encoding_step(&state, from, size, to) });
		rest = view_part(rest, size, rest.size);
	}
}

/* Words of one charset are converted together: some split characters. */
static void
end_run(struct text *out, struct text *octets, struct view charset)
{
	struct text converted = TEXT_INIT(MOST_FROM_ONE * octets->size);

	text_add(out, charset_to_utf8(text_view(octets), charset, &converted));
	out->failed |= octets->failed | converted.failed;
	text_free(&converted);
	text_clear(octets);
}

/*
 * Appends v with its encoded-words decoded.  Not GMime's own decoder: that of
 * 3.2.13 joins words before it undoes their base64, so that whatever follows
 * one that is padded is lost, and it remembers every charset's name for ever.
 */
static void
decode_words(struct view v, struct text *out)
{
	struct text octets = TEXT_INIT(v.size);
	struct view charset = VIEW("");
	size_t done = 0, at = 0, found;
	bool run = false;

	while ((found = view_find(view_part(v, at, v.size), VIEW("=?"))) !=
	    VIEW_NONE) {
		struct word word;
		size_t size = read_word(v, at + found, &word);
		struct view before = view_part(v, done, at + found - done);
		bool joined = run && view_trim(before).size == 0;

		at += found + (size > 0 ? size : 1);
		if (size == 0)
			continue;
		if (run &&
		    !(joined && view_equal_nocase(word.charset, charset)))
			end_run(out, &octets, charset);
		if (!joined)
			text_add(out, before);
		add_octets(&octets, &word);
		charset = word.charset;
		run = true;
		done = at;
	}
	if (run)
		end_run(out, &octets, charset);
	text_add(out, view_part(v, done, v.size));
	text_free(&octets);
}

static bool
is_control(char byte)
{
	return (unsigned char)byte <= ' ' || byte == 0x7F;
}

void
mime_add_line(struct view v, struct text *out)
{
	size_t at = out->size;

	while (v.size > 0 && is_control(v.data[0]))
		v = view_part(v, 1, v.size);
	while (v.size > 0 && is_control(v.data[v.size - 1]))
		v.size--;
	utf8_add_clean(out, v);
	for (; at < out->size; at++)
		if (is_control(out->data[at]))
			out->data[at] = ' ';
}

void
mime_decode_field(struct view raw, struct text *out)
{
	struct text line = TEXT_INIT(3 * raw.size);
	struct text decoded = TEXT_INIT(MOST_FROM_ONE * line.limit);

	flatten(raw, &line);
	decode_words(text_view(&line), &decoded);
	mime_add_line(text_view(&decoded), out);
	out->failed |= line.failed | decoded.failed;
	text_free(&line);
	text_free(&decoded);
}

/* What hides the words of a line from GMime: a character that is none. */
static const struct view bare = VIEW("=?"), masked = VIEW("=\xEF\xB7\x90");

static void
replace(struct text *out, struct view v, struct view from, struct view to)
{
	size_t at;

	while ((at = view_find(v, from)) != VIEW_NONE) {
		text_add(out, view_part(v, 0, at));
		text_add(out, to);
		v = view_part(v, at + from.size, v.size);
	}
	text_add(out, v);
}

/*
 * Brackets in a name, which GMime takes for the end of all; those of a domain
 * (RFC 5321, 4.1.3) stand behind an "@".  The characters are none either.
 */
static const struct view open_mask = VIEW("\xEF\xB7\x91");
static const struct view close_mask = VIEW("\xEF\xB7\x92");

static void
mask_brackets(struct text *out, struct view v)
{
	bool literal = false;

	for (size_t i = 0; i < v.size; i++) {
		char byte = v.data[i];

		if (byte == '[' && i > 0 && v.data[i - 1] == '@')
			literal = true;
		if ((byte == '[' || byte == ']') && !literal)
			text_add(out, byte == '[' ? open_mask : close_mask);
		else
			text_add_byte(out, byte);
		literal = literal && byte != ']';
	}
}

/* What was hidden from GMime, as it was. */
static void
unmask(struct text *out, struct view v)
{
	struct text half = TEXT_INIT(v.size), most = TEXT_INIT(v.size);

	replace(&half, v, masked, bare);
	replace(&most, text_view(&half), open_mask, VIEW("["));
	replace(out, text_view(&most), close_mask, VIEW("]"));
	out->failed |= half.failed | most.failed;
	text_free(&half);
	text_free(&most);
}

/*
 * GMime opens a group inside a group by calling itself; thousands of colons
 * would use up the stack.
 */
static void
cut_groups(struct text *line)
{
	size_t colons = 0;

	for (size_t i = 0; i < line->size; i++)
		if (line->data[i] == ':' && ++colons > LIMIT_ADDRESS_COLONS)
			line->data[i] = '\0';
}

struct mailboxes {
	struct pool *pool;
	struct mailbox *item;
	size_t count, max;
	bool failed; /* no memory */
};

/* Text from GMime, which may be NULL, as one line in the pool. */
static struct view
keep_line(struct mailboxes *all, const char *string)
{
	struct view v = view_of(string), line;
	struct text unmasked = TEXT_INIT(v.size);
	struct text decoded = TEXT_INIT(MOST_FROM_ONE * v.size);
	struct text clean = TEXT_INIT(3 * decoded.limit);

	unmask(&unmasked, v);
	decode_words(text_view(&unmasked), &decoded);
	utf8_add_clean(&clean, text_view(&decoded));
	line = normal_text(all->pool, text_view(&clean), NORMAL_LINE);
	all->failed |= unmasked.failed | decoded.failed | clean.failed;
	text_free(&unmasked);
	text_free(&decoded);
	text_free(&clean);
	return line;
}

static void
add_mailboxes(struct mailboxes *all, InternetAddressList *list)
{
	int count = internet_address_list_length(list);

	for (int i = 0; i < count && all->count < all->max; i++) {
		InternetAddress *one =
		    internet_address_list_get_address(list, i);
		struct mailbox *mailbox = &all->item[all->count];

		if (INTERNET_ADDRESS_IS_GROUP(one)) {
			add_mailboxes(all,
			    internet_address_group_get_members(
				INTERNET_ADDRESS_GROUP(one)));
			continue;
		}
		mailbox->name = keep_line(all, internet_address_get_name(one));
		mailbox->address = keep_line(all,
		    internet_address_mailbox_get_idn_addr(
			INTERNET_ADDRESS_MAILBOX(one)));
		all->count++;
	}
}

int
mime_mailboxes(struct pool *p, struct view raw, size_t max,
    const struct mailbox **mailbox)
{
	struct mailboxes all = { .pool = p, .max = max };
	struct view kept = view_part(raw, 0, LIMIT_ADDRESS_FIELD);
	struct text line = TEXT_INIT(3 * kept.size);
	struct text hidden = TEXT_INIT(3 * line.limit);
	struct text names = TEXT_INIT(3 * hidden.limit);
	InternetAddressList *list;

	all.item = pool_array(p, max, sizeof(*all.item));
	if (all.item == NULL)
		return -1;
	flatten(kept, &line);
	cut_groups(&line);
	replace(&hidden, text_view(&line), bare, masked);
	mask_brackets(&names, text_view(&hidden));
	list = internet_address_list_parse(NULL, text_string(&names));
	if (list != NULL) {
		add_mailboxes(&all, list);
		g_object_unref(list);
	}
	all.failed |= line.failed | hidden.failed | names.failed | !pool_ok(p);
	text_free(&line);
	text_free(&names);
	text_free(&hidden);
	*mailbox = all.item;
	return all.failed ? -1 : (int)all.count;
}

struct walk {
	mime_on_text *on_text;
	void *arg;
	size_t parts; /* looked at so far */
	unsigned *cut;
};

/* As much of v as fits; what does not leaves a bit. */
static void
add_up_to_limit(struct text *out, struct view v, unsigned *cut)
{
	size_t room = out->limit - out->size;

	if (v.size > room)
		*cut |= MESSAGE_CUT_TEXT;
	text_add(out, view_part(v, 0, room));
}

static GMimeContentEncoding
encoding_of(const struct part *part)
{
	struct view name = view_trim(part->encoding);
	char word[32] = "";

	if (name.size == 0 || name.size >= sizeof(word))
		return GMIME_CONTENT_ENCODING_DEFAULT;
	memcpy(word, name.data, name.size);
	return g_mime_content_encoding_from_string(word);
}

/* The content without its transfer encoding; decoded may be needed for it. */
static struct view
decode_content(const struct part *part, struct text *decoded, unsigned *cut)
{
	GMimeContentEncoding encoding = encoding_of(part);
	struct view rest = part->content;
	char block[BLOCK_ROOM];
	GMimeEncoding state;

	if (encoding != GMIME_CONTENT_ENCODING_BASE64 &&
	    encoding != GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE) {
		if (rest.size > decoded->limit)
			*cut |= MESSAGE_CUT_TEXT;
		return view_part(rest, 0, decoded->limit);
	}
	g_mime_encoding_init_decode(&state, encoding);
	while (rest.size > 0 && text_ok(decoded)) {
		struct view piece = view_part(rest, 0, BLOCK_SIZE);
		size_t size =
		    g_mime_encoding_step(&state, piece.data, piece.size, block);

		if (decoded->size == decoded->limit)
			break;
		add_up_to_limit(decoded, (struct view){ block, size }, cut);
		rest = view_part(rest, piece.size, rest.size);
	}
	if (rest.size > 0)
		*cut |= MESSAGE_CUT_TEXT;
	return text_view(decoded);
}

static int
read_text(struct walk *w, const struct part *part, enum mime_kind kind,
    struct view charset)
{
	struct text decoded = TEXT_INIT(LIMIT_PART_SIZE);
	struct text utf8 = TEXT_INIT(LIMIT_PART_SIZE);
	struct view content = decode_content(part, &decoded, w->cut);
	int result = -1;

	content = charset_to_utf8(content, charset, &utf8);
	if (!text_ok(&utf8))
		*w->cut |= MESSAGE_CUT_TEXT;
	if (text_ok(&decoded))
		result = w->on_text(w->arg, kind, content);
	text_free(&decoded);
	text_free(&utf8);
	return result;
}

static int walk_part(struct walk *w, const struct part *part, int depth);

/* The parts of a multipart; those of a digest are messages by default. */
static int
walk_multipart(struct walk *w, const struct part *part, bool digest, int depth)
{
	struct text delimiter = TEXT_INIT(part->type.size + 2);
	struct part_list list;
	struct view entity;
	struct part child;
	int result = 0;

	text_add_string(&delimiter, "--");
	part_parameter(part->type, VIEW("boundary"), &delimiter);
	if (!text_ok(&delimiter)) {
		result = -1;
	} else if (delimiter.size == 2 ||
	    !part_begin(&list, part->content, text_view(&delimiter))) {
		result = read_text(w, part, MIME_PLAIN, VIEW(""));
	} else if (depth == LIMIT_MIME_DEPTH) {
		*w->cut |= MESSAGE_CUT_PARTS;
	} else {
		while (result == 0 && part_next(&list, &entity)) {
			part_read(entity, &child);
			if (!digest || child.type.size > 0)
				result = walk_part(w, &child, depth + 1);
		}
	}
	text_free(&delimiter);
	return result;
}

static int
walk_part(struct walk *w, const struct part *part, int depth)
{
	struct view type = part_media_type(part->type);
	struct text charset = TEXT_INIT(part->type.size);
	int result = 0;

	if (w->parts == LIMIT_MIME_PARTS) {
		*w->cut |= MESSAGE_CUT_PARTS;
		return 0;
	}
	w->parts++;
	if (view_starts_nocase(view_trim(part->disposition),
		VIEW("attachment")))
		return 0;
	part_parameter(part->type, VIEW("charset"), &charset);
	if (!text_ok(&charset))
		result = -1;
	else if (view_starts_nocase(type, VIEW("multipart/")))
		result = walk_multipart(w, part,
		    view_equal_nocase(type, VIEW("multipart/digest")), depth);
	else if (view_equal_nocase(type, VIEW("text/plain")))
		result = read_text(w, part, MIME_PLAIN, text_view(&charset));
	else if (view_equal_nocase(type, VIEW("text/html")))
		result = read_text(w, part, MIME_HTML, text_view(&charset));
	text_free(&charset);
	return result;
}

int
mime_walk(const struct part *top, mime_on_text *on_text, void *arg,
    unsigned *cut)
{
	struct walk w = {
		.on_text = on_text,
		.arg = arg,
		.cut = cut,
	};

	return walk_part(&w, top, 0);
}
