// SPDX-License-Identifier: BSD-2-Clause
/*
 * key.c - the public keys of those who sign.
 */
#include "mail/key.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
/* These two want the ones above. */
#include <arpa/nameser.h>
#include <netdb.h>
#include <resolv.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/text.h"
#include "mail/key_cache.h"

/* In a reply's third octet (RFC 1035, 4.1.1). */
enum { RESPONSE = 0x80, TRUNCATED = 0x02 };

struct key_source {
	struct key_cache *cache;   /* in front of DNS; NULL: a file */
	struct sockaddr_in server; /* to be asked, unless its port is 0 */
	struct text file;
};

/* "192.0.2.1" or "192.0.2.1:5353" */
static int
read_server(const char *string, struct sockaddr_in *server, struct err *e)
{
	struct view all = view_of(string);
	struct view host = view_part(all, 0, view_find_byte(all, ':'));
	struct view port = view_part(all, host.size + 1, all.size);
	unsigned long long number = NAMESERVER_PORT;
	char address[INET_ADDRSTRLEN] = "";

	if (host.size < sizeof(address))
		memcpy(address, host.data, host.size);
	if (inet_pton(AF_INET, address, &server->sin_addr) != 1 ||
	    (host.size < all.size &&
		view_number(port, UINT16_MAX, &number) < 0) ||
	    number == 0)
		return err_set(e, "\"%s\" is no IPv4 address and port", string);
	server->sin_family = AF_INET;
	server->sin_port = htons((uint16_t)number);
	return 0;
}

/* The path of a file of keys, or NULL for DNS, with its server. */
static int
read_words(const char *keys, const char **path, struct sockaddr_in *server,
    struct err *e)
{
	*path = NULL;
	if (strncmp(keys, "file:", 5) == 0 && keys[5] != '\0') {
		*path = keys + 5;
		return 0;
	}
	if (strcmp(keys, "dns") == 0)
		return 0;
	if (strncmp(keys, "dns:", 4) == 0)
		return read_server(keys + 4, server, e);
	return err_set(e, "keys come from \"dns\" or \"file:PATH\", not \"%s\"",
	    keys);
}

int
key_check(const char *keys, struct err *e)
{
	struct sockaddr_in server;
	const char *path;

	return read_words(keys, &path, &server, e);
}

static enum key_answer
keep(struct view record, char text[KEY_TEXT_SIZE])
{
	if (record.size >= KEY_TEXT_SIZE)
		return KEY_NONE;
	memcpy(text, record.data, record.size);
	text[record.size] = '\0';
	return KEY_FOUND;
}

static enum key_answer
find_in_file(const struct key_source *s, struct view name,
    char text[KEY_TEXT_SIZE])
{
	struct view rest = text_view(&s->file), line;

	while (view_line(&rest, &line)) {
		size_t size = 0;

		while (size < line.size && line.data[size] != ' ' &&
		    line.data[size] != '\t')
			size++;
		if (view_equal_nocase(view_part(line, 0, size), name))
			return keep(view_trim(view_part(line, size, line.size)),
			    text);
	}
	return KEY_NONE;
}

/* The strings of a TXT record's data, put together (RFC 6376, 3.6.2.2). */
static enum key_answer
read_strings(struct view data, char text[KEY_TEXT_SIZE])
{
	size_t size = 0;

	while (data.size > 0) {
		unsigned char length = (unsigned char)data.data[0];
		struct view string = view_part(data, 1, length);

		if (size + string.size >= KEY_TEXT_SIZE)
			return KEY_NONE;
		memcpy(text + size, string.data, string.size);
		size += string.size;
		data = view_part(data, 1U + length, data.size);
	}
	text[size] = '\0';
	return KEY_FOUND;
}

/*
 * The one TXT record behind however many aliases; it and they live no longer
 * than the first of them to go.
 */
static enum key_answer
read_records(ns_msg *message, struct key_record *out)
{
	enum key_answer answer = KEY_NONE;
	ns_rr record;

	out->ttl_s = UINT32_MAX;
	for (int i = 0; i < ns_msg_count(*message, ns_s_an); i++) {
		if (ns_parserr(message, ns_s_an, i, &record) < 0)
			return KEY_NO_ANSWER;
		if (ns_rr_ttl(record) < out->ttl_s)
			out->ttl_s = ns_rr_ttl(record);
		if (ns_rr_type(record) != ns_t_txt)
			continue; /* the alias that led here */
		if (answer == KEY_FOUND)
			return KEY_NONE; /* there must be just one */
		answer = read_strings((struct view){ (const char *)
							 ns_rr_rdata(record),
					  ns_rr_rdlen(record) },
		    out->text);
	}
	return answer;
}

static enum key_answer
read_reply(const unsigned char *reply, int size, struct key_record *out)
{
	ns_msg message;

	if (ns_initparse(reply, size, &message) < 0)
		return KEY_NO_ANSWER;
	return read_records(&message, out);
}

/*
 * Two servers, each asked twice with a second to answer, and never over TCP,
 * where connecting knows no bound: that is KEY_LONGEST_WAIT_MS.
 */
static void
bound_wait(struct __res_state *state, const struct sockaddr_in *server)
{
	state->options |= RES_USE_EDNS0 | RES_IGNTC;
	state->options &= ~(unsigned long)RES_USEVC; /* "options use-vc" */
	state->retrans = 1;
	state->retry = 2;
	if (server->sin_port != 0) {
		state->nsaddr_list[0] = *server;
		state->nscount = 1;
	} else if (state->nscount > 2) {
		state->nscount = 2;
	}
}

/* The resolver does not tell a server's failure from its silence. */
static enum key_servers
what_servers_did(const struct __res_state *state, const unsigned char *reply,
    int size)
{
	if (size >= 0 || (reply[2] & RESPONSE) != 0)
		return KEY_SERVERS_REPLIED;
	return state->res_h_errno == TRY_AGAIN ? KEY_SERVERS_SILENT
					       : KEY_SERVERS_NOT_ASKED;
}

static void
ask_dns(void *arg, const char *name, struct key_record *out)
{
	const struct key_source *s = arg;
	unsigned char reply[4096] = { 0 }; /* three times EDNS's answer */
	struct __res_state state = { 0 };
	int size;

	out->answer = KEY_NO_ANSWER;
	if (res_ninit(&state) < 0)
		return;
	bound_wait(&state, &s->server);
	size =
	    res_nquery(&state, name, ns_c_in, ns_t_txt, reply, sizeof(reply));
	out->servers = what_servers_did(&state, reply, size);
	/* A reply that is cut may hold nothing and look like a denial. */
	if ((reply[2] & TRUNCATED) != 0)
		out->answer = KEY_NO_ANSWER;
	else if (size >= 0)
		out->answer = read_reply(reply, size, out);
	else if (state.res_h_errno == HOST_NOT_FOUND ||
	    state.res_h_errno == NO_DATA)
		out->answer = KEY_NONE;
	if (out->answer != KEY_FOUND)
		out->text[0] = '\0';
	res_nclose(&state);
}

static int
read_source(struct key_source *s, const char *keys, const struct clock *clock,
    struct err *e)
{
	const char *path;

	if (read_words(keys, &path, &s->server, e) < 0)
		return -1;
	if (path != NULL)
		return file_read(path, &s->file, e);
	s->cache = key_cache_new(ask_dns, s, clock, e);
	return s->cache == NULL ? -1 : 0;
}

struct key_source *
key_open(const char *keys, const struct clock *clock, struct err *e)
{
	struct key_source *s = calloc(1, sizeof(*s));

	if (s == NULL) {
		err_set(e, "out of memory");
		return NULL;
	}
	s->file.limit = LIMIT_SETTINGS_SIZE;
	if (read_source(s, keys, clock, e) < 0) {
		key_close(s);
		return NULL;
	}
	return s;
}

void
key_close(struct key_source *s)
{
	if (s == NULL)
		return;
	key_cache_free(s->cache);
	text_free(&s->file);
	free(s);
}

/* There is no key of a name that cannot be; the resolver would not ask. */
static bool
can_be_asked(const char *name)
{
	unsigned char coded[NS_MAXCDNAME];

	return ns_name_pton(name, coded, sizeof(coded)) >= 0;
}

enum key_answer
key_find(const struct key_source *s, const char *name, char text[KEY_TEXT_SIZE])
{
	text[0] = '\0';
	if (s->cache != NULL && !can_be_asked(name))
		return KEY_NONE;
	return s->cache != NULL ? key_cache_find(s->cache, name, text)
				: find_in_file(s, view_of(name), text);
}

enum key_news
key_news(const struct key_source *s)
{
	return s->cache != NULL ? key_cache_news(s->cache) : KEY_NEWS_NONE;
}
