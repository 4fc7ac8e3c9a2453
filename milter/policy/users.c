// SPDX-License-Identifier: BSD-2-Clause
/*
 * users.c - which user a recipient address belongs to.
 *
 * One table of keys in small letters: "example.net" for a domain of ours,
 * "alice@example.net" and "@example.net" for aliases.
 */
#include "policy/users.h"

#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "base/text.h"
#include "mail/addr.h"
#include "policy/table.h"

enum {
	KEY_SIZE = 1000, /* longer is nobody's address */
	POOL_SIZE = 64 * LIMIT_ALIASES_SIZE
};

struct entry {
	struct view key;
	struct view user; /* empty: a domain of ours */
	int line;         /* of the alias */
};

struct users_map {
	struct pool *pool;
	struct table table; /* the values are an index and one */
	struct view delimiters;
	uint32_t entries;
	struct entry entry[];
};

bool
users_name_ok(struct view name)
{
	const struct view others = VIEW("._@+-");

	if (name.size == 0 || name.size > LIMIT_USER_NAME_SIZE ||
	    view_find_byte(others, name.data[0]) != VIEW_NONE ||
	    view_find(name, VIEW("..")) != VIEW_NONE)
		return false;
	for (size_t i = 0; i < name.size; i++) {
		char c = name.data[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') &&
		    view_find_byte(others, c) == VIEW_NONE)
			return false;
	}
	return true;
}

/* What table_find() asks about. */
struct wanted {
	const struct entry *entry;
	struct view key;
};

static bool
is_wanted(const void *arg, uint32_t value)
{
	const struct wanted *w = arg;

	return view_equal(w->entry[value - 1].key, w->key);
}

static const struct entry *
find(const struct users_map *m, struct view key)
{
	const struct wanted w = { m->entry, key };
	const uint32_t *value;

	value =
	    table_find(&m->table, table_hash(&m->table, 0, key), is_wanted, &w);
	return value == NULL ? NULL : &m->entry[*value - 1];
}

/* Replaces what is in key by v in small letters. */
static void
set_key(struct text *key, struct view v)
{
	text_clear(key);
	text_add(key, v);
	for (size_t i = 0; i < key->size; i++)
		key->data[i] = byte_lower(key->data[i]);
}

/* -1 without memory. */
static int
add(struct users_map *m, struct view key, struct view user, int line)
{
	struct entry *new = &m->entry[m->entries];

	new->key = pool_copy(m->pool, key);
	new->user = pool_copy(m->pool, user);
	new->line = line;
	if (!pool_ok(m->pool) ||
	    table_add(&m->table, table_hash(&m->table, 0, new->key),
		m->entries + 1) < 0)
		return -1;
	m->entries++;
	return 0;
}

/* Without a comment and the blanks around. */
static struct view
content(struct view line)
{
	size_t number = 0;

	while (number < line.size &&
	    (line.data[number] != '#' ||
		(number > 0 && line.data[number - 1] != ' ' &&
		    line.data[number - 1] != '\t')))
		number++;
	return view_trim(view_part(line, 0, number));
}

/* "ADDRESS USER" or "ADDRESS: USER" taken apart; nothing else may be there. */
static bool
split(struct view line, struct view *address, struct view *user)
{
	size_t blank = 0;

	while (blank < line.size && line.data[blank] != ' ' &&
	    line.data[blank] != '\t')
		blank++;
	*address = view_part(line, 0, blank);
	if (view_ends_nocase(*address, VIEW(":")))
		address->size--;
	*user = view_trim(view_part(line, blank, VIEW_NONE));
	return user->size > 0;
}

static bool
is_address(struct view v)
{
	struct view local, domain;

	return view_find_byte(v, '@') == 0
	    ? v.size > 1 &&
		view_find_byte(view_part(v, 1, VIEW_NONE), '@') == VIEW_NONE
	    : addr_split(v, &local, &domain) == 0;
}

static int
add_alias(struct users_map *m, struct view line, int number, struct text *key,
    struct err *e)
{
	const struct entry *old;
	struct view address, user;

	if (!split(line, &address, &user))
		return err_set(e, "expected \"ADDRESS USER\"");
	if (!is_address(address) || address.size > KEY_SIZE)
		return err_set(e, "\"%.*s\" is no address", VIEW_ARG(address));
	if (!users_name_ok(user))
		return err_set(e, "\"%.*s\" cannot be a user's name",
		    VIEW_ARG(user));
	set_key(key, address);
	if (!text_ok(key))
		return err_set(e, "out of memory");
	old = find(m, text_view(key));
	if (old != NULL && !view_equal(old->user, user))
		return err_set(e, "\"%.*s\" belongs to another user in line %d",
		    VIEW_ARG(address), old->line);
	if (old == NULL && add(m, text_view(key), user, number) < 0)
		return err_set(e, "out of memory");
	return 0;
}

static int
add_aliases(struct users_map *m, struct view aliases, const char *file,
    struct text *key, struct err *e)
{
	struct view line;
	int number = 0;

	if (aliases.size > LIMIT_ALIASES_SIZE)
		return err_set(e, "%s: larger than %d octets", file,
		    LIMIT_ALIASES_SIZE);
	while (view_line(&aliases, &line)) {
		number++;
		line = content(line);
		if (line.size > 0 && add_alias(m, line, number, key, e) < 0)
			return err_in(e, "%s:%d", file, number);
	}
	return 0;
}

/*
 * Whether mail can have it behind the "@": labels of letters, digits, "-", "_"
 * or what is not ASCII (RFC 6531), none of them empty.
 */
static bool
is_domain(struct view v)
{
	size_t length = 0;

	if (v.size > KEY_SIZE)
		return false;
	for (size_t i = 0; i < v.size; i++) {
		char c = v.data[i];
		bool known = byte_is_letter(c) || byte_is_digit(c) ||
		    c == '-' || c == '_' || (unsigned char)c >= 0x80;

		if (c == '.' ? length == 0 : !known)
			return false;
		length = c == '.' ? 0 : length + 1;
	}
	return length > 0;
}

static int
add_domains(struct users_map *m, const struct view *domain, size_t domains,
    struct text *key, struct err *e)
{
	for (size_t i = 0; i < domains; i++) {
		if (!is_domain(domain[i]))
			return err_set(e, "\"%.*s\" is no domain",
			    VIEW_ARG(domain[i]));
		set_key(key, domain[i]);
		if (!text_ok(key) ||
		    (find(m, text_view(key)) == NULL &&
			add(m, text_view(key), VIEW(""), 0) < 0))
			return err_set(e, "out of memory");
	}
	return 0;
}

static size_t
count_aliases(struct view aliases)
{
	struct view line;
	size_t count = 0;

	while (view_line(&aliases, &line))
		count += content(line).size > 0;
	return count;
}

struct users_map *
users_map_new(const struct view *domain, size_t domains, struct view delimiters,
    struct view aliases, const char *file, struct err *e)
{
	size_t most = domains + count_aliases(aliases);
	struct users_map *m =
	    calloc(1, sizeof(*m) + most * sizeof(m->entry[0]));
	struct text key = TEXT_INIT(KEY_SIZE);

	if (m == NULL || (m->pool = pool_new(POOL_SIZE)) == NULL ||
	    table_init(&m->table) < 0 ||
	    (m->delimiters = pool_copy(m->pool, delimiters)).data == NULL) {
		err_set(e, "out of memory");
		goto fail;
	}
	if (add_domains(m, domain, domains, &key, e) < 0 ||
	    add_aliases(m, aliases, file, &key, e) < 0)
		goto fail;
	text_free(&key);
	return m;
fail:
	text_free(&key);
	users_map_free(m);
	return NULL;
}

void
users_map_free(struct users_map *m)
{
	if (m == NULL)
		return;
	table_free(&m->table);
	pool_free(m->pool);
	free(m);
}

/* What table_find() is asked for, on the stack: looking up cannot fail. */
struct key {
	char data[KEY_SIZE];
	size_t size;
};

static void
append(struct key *key, struct view v)
{
	if (v.size > 0)
		memcpy(key->data + key->size, v.data, v.size);
	key->size += v.size;
}

/*
 * The user's name, borrowed from the map or from local, or empty.  Both parts
 * are in small letters, and not longer together than a key without its "@".
 */
static struct view
find_user(const struct users_map *m, struct view local, struct view domain)
{
	struct view base = addr_without_extension(local, m->delimiters);
	const struct view tries[] = { local, base, VIEW("") };

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct key key = { .size = 0 };
		const struct entry *found;

		append(&key, tries[i]);
		append(&key, VIEW("@"));
		append(&key, domain);
		found = find(m, (struct view){ key.data, key.size });
		if (found != NULL)
			return found->user;
	}
	return find(m, domain) != NULL && users_name_ok(base) ? base : VIEW("");
}

bool
users_map_find(const struct users_map *m, struct view recipient,
    char user[LIMIT_USER_NAME_SIZE + 1])
{
	struct view local, domain, found = VIEW("");
	char small[KEY_SIZE];

	user[0] = '\0';
	if (recipient.size > sizeof(small))
		return false;
	for (size_t i = 0; i < recipient.size; i++)
		small[i] = byte_lower(recipient.data[i]);
	if (addr_split((struct view){ small, recipient.size }, &local,
		&domain) == 0)
		found = find_user(m, local, domain);
	if (found.size > 0)
		memcpy(user, found.data, found.size);
	user[found.size] = '\0';
	return found.size > 0;
}
