// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp.c - hands one mail to an MTA over SMTP (libcurl).
 *
 * What became of the mail is judged by what the MTA said and by whether libcurl
 * has all of the mail, which it asks for piece by piece: only then does it send
 * the final dot.  libcurl's own result does not tell the two sides of that.
 */
#include "effects/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "base/utf8.h"
#include "effects/token.h"
#include "mail/addr.h"

enum {
	URL_SIZE = 2 * SMTP_HOST_SIZE + 16,
	ADDRESS_SIZE = 256,
	CONNECT = 30,
	SOCKETS = 2,     /* tried at once, one for each kind of address */
	LINE_SIZE = 4096 /* of a reply, as far as it is looked at */
};

/* What we wait for an answer to, in the order of SMTP. */
static const char *const steps[] = { "the connection", "EHLO", "MAIL", "RCPT",
	"DATA", "the mail" };

enum { STEP_MAIL = 2, STEP_DATA = 4, STEP_END = 5 };

struct transfer {
	CURL *curl;
	int socket[SOCKETS]; /* that are open, or -1 */
	struct view rest;    /* of the mail, not yet asked for */
	struct view token;   /* left side of the recipient: never shown */
	int step;    /* of steps; STEP_END: libcurl has all of the mail */
	int verdict; /* the reply that decides, or 0; later ones say no
			more */
	struct smtp_sent *sent;
};

/* A name or an IPv4 address: nothing that means something in a URL. */
static bool
is_host(struct view host)
{
	for (size_t i = 0; i < host.size; i++)
		if (!byte_is_letter(host.data[i]) &&
		    !byte_is_digit(host.data[i]) && host.data[i] != '.' &&
		    host.data[i] != '-')
			return false;
	return host.size > 0;
}

static bool
is_bracketed(struct view host)
{
	if (host.size < 4 || host.data[0] != '[' ||
	    host.data[host.size - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < host.size; i++)
		if (byte_hexadecimal(host.data[i]) < 0 && host.data[i] != ':' &&
		    host.data[i] != '.')
			return false;
	return true;
}

int
smtp_check_place(const char *place, struct err *e)
{
	struct view host = view_of(place), port = VIEW("25");
	unsigned long long number = 0;
	size_t colon = host.size;

	if (host.size > SMTP_HOST_SIZE)
		return err_set(e, "longer than %d characters", SMTP_HOST_SIZE);
	while (colon > 0 && host.data[colon - 1] != ':' &&
	    host.data[colon - 1] != ']')
		colon--;
	if (colon > 0 && host.data[colon - 1] == ':') {
		port = view_part(host, colon, VIEW_NONE);
		host = view_part(host, 0, colon - 1);
	}
	if (view_number(port, 65535, &number) < 0 || number == 0)
		return err_set(e, "\"%s\": no port from 1 to 65535", place);
	if (!is_host(host) && !is_bracketed(host))
		return err_set(e, "\"%s\": not HOST:PORT", place);
	return 0;
}

/* One octet more, or the two of a line's end.  Takes it from the mail. */
static size_t
give_octet(struct transfer *t, char *to)
{
	char octet = t->rest.data[0];
	size_t used = 1;

	if (octet == '\r' && t->rest.size > 1 && t->rest.data[1] == '\n')
		used = 2;
	t->rest = view_part(t->rest, used, VIEW_NONE);
	if (octet != '\r' && octet != '\n') {
		to[0] = octet;
		return 1;
	}
	to[0] = '\r';
	to[1] = '\n';
	return 2;
}

static size_t
give(char *buffer, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	size_t room = size * count, given = 0;

	while (t->rest.size > 0 && given + 2 <= room)
		given += give_octet(t, buffer + given);
	if (given == 0 && t->rest.size > 0) /* no room: never a part of it */
		return CURL_READFUNC_ABORT;
	if (given == 0)
		t->step = STEP_END;
	return given;
}

/*
 * What a line means: the last one of a reply has no "-" behind its code (RFC
 * 5321, 4.2.1).  Where EHLO is refused libcurl tries HELO.
 */
static void
judge(struct transfer *t, struct view line)
{
	unsigned long long code;

	if (line.size < 3 ||
	    view_number(view_part(line, 0, 3), 599, &code) < 0 || code < 200 ||
	    (line.size > 3 && line.data[3] != ' '))
		return;
	if (t->step == STEP_END || (t->step >= STEP_MAIL && code >= 400))
		t->verdict = (int)code;
	else if (code < 300 && t->step < STEP_DATA)
		t->step++;
}

/*
 * libcurl sends QUIT and waits for its answer, with which the MTA could keep us
 * beyond our time: once it is clear what became of the mail, or its time is
 * over, nobody listens.
 */
static void
stop_listening(const struct transfer *t)
{
	for (size_t i = 0; i < SOCKETS; i++)
		if (t->socket[i] >= 0)
			shutdown(t->socket[i], SHUT_RD);
}

static void
replace_socket(struct transfer *t, int old, int new)
{
	for (size_t i = 0; i < SOCKETS; i++)
		if (t->socket[i] == old) {
			t->socket[i] = new;
			return;
		}
}

static int
note_socket(void *arg, curl_socket_t fd, curlsocktype purpose)
{
	(void)purpose;
	replace_socket(arg, -1, fd);
	return CURL_SOCKOPT_OK;
}

static int
close_socket(void *arg, curl_socket_t fd)
{
	replace_socket(arg, fd, -1);
	return close(fd);
}

/* libcurl hands over each line that the MTA says. */
static size_t
take(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	struct view said = view_trim((struct view){ line, size * count });
	struct text masked = TEXT_INIT(3 * LINE_SIZE);
	struct text shown = TEXT_INIT(sizeof(t->sent->reply) - 1);

	if (t->verdict != 0) /* the answer to QUIT, or worse */
		return size * count;
	token_mask(view_part(said, 0, LINE_SIZE), t->token, &masked);
	utf8_add_printable(&shown, text_view(&masked),
	    sizeof(t->sent->reply) / 4);
	snprintf(t->sent->reply, sizeof(t->sent->reply), "%s",
	    text_string(&shown));
	text_free(&shown);
	text_free(&masked);
	judge(t, said);
	if (t->verdict != 0)
		stop_listening(t);
	return size * count;
}

/* Where, and who says so. */
static void
write_url(const struct smtp_envelope *envelope, char url[URL_SIZE])
{
	const char *client = envelope->client;

	if (client == NULL || strlen(client) > SMTP_HOST_SIZE ||
	    !is_host(view_of(client)))
		client = "";
	snprintf(url, URL_SIZE, "smtp://%s%s%s", envelope->place,
	    client[0] == '\0' ? "" : "/", client);
}

/* First failure or CURLE_OK. */
static CURLcode
set_up(const struct smtp_envelope *envelope, const char *from,
    struct curl_slist *recipients, struct transfer *t)
{
	CURL *curl = t->curl;
	char url[URL_SIZE];
	CURLcode code;

	write_url(envelope, url);
	code = curl_easy_setopt(curl, CURLOPT_URL, url);
	/* No proxy of the environment, no password file, no signals. */
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_PROXY, "");
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_READFUNCTION, give);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_READDATA, t);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
	return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_HEADERDATA, t)
				: code;
}

static CURLcode
watch_sockets(struct transfer *t)
{
	CURL *curl = t->curl;
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_SOCKOPTFUNCTION, note_socket);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_SOCKOPTDATA, t);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CLOSESOCKETFUNCTION,
		    close_socket);
	return code == CURLE_OK
	    ? curl_easy_setopt(curl, CURLOPT_CLOSESOCKETDATA, t)
	    : code;
}

static CURLcode
run(CURL *curl, int timeout_seconds, char *why, struct smtp_sent *sent)
{
	const char *client = NULL;
	CURLcode code;

	code = curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
		    (long)CONNECT);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_TIMEOUT,
		    (long)timeout_seconds);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	if (curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &client) == CURLE_OK &&
	    client != NULL)
		snprintf(sent->client, sizeof(sent->client), "%s", client);
	return code;
}

static enum transport_result
result_of(const struct transfer *t)
{
	if (t->verdict >= 500)
		return TRANSPORT_REFUSED;
	if (t->verdict >= 400 || t->step < STEP_END)
		return TRANSPORT_LATER;
	return t->verdict >= 200 && t->verdict < 300 ? TRANSPORT_SENT
						     : TRANSPORT_UNKNOWN;
}

static void
explain(const struct transfer *t, const char *place, const char *why,
    struct err *e)
{
	if (t->verdict >= 400)
		err_set(e, "%s: answer to %s: %s", place, steps[t->step],
		    t->sent->reply);
	else if (t->step == STEP_END)
		err_set(e, "%s: unknown whether it was taken: %s", place, why);
	else
		err_set(e, "%s: %s%s%s", place, why,
		    t->sent->reply[0] == '\0' ? "" : "; the MTA's last words: ",
		    t->sent->reply);
}

/* Addresses are plain. */
static enum transport_result
send_plain(const struct smtp_envelope *envelope, struct transfer *t,
    struct err *e)
{
	char from[ADDRESS_SIZE], to[ADDRESS_SIZE], why[CURL_ERROR_SIZE] = "";
	CURLcode code = CURLE_OUT_OF_MEMORY;
	struct curl_slist *recipients;

	snprintf(from, sizeof(from), "%.*s", VIEW_ARG(envelope->sender));
	snprintf(to, sizeof(to), "%.*s", VIEW_ARG(envelope->recipient));
	t->curl = curl_easy_init();
	recipients = curl_slist_append(NULL, to);
	if (t->curl != NULL && recipients != NULL)
		code = set_up(envelope, from, recipients, t);
	if (code == CURLE_OK)
		code = watch_sockets(t);
	if (code == CURLE_OK)
		code = run(t->curl, envelope->timeout_seconds, why, t->sent);
	stop_listening(t);
	curl_easy_cleanup(t->curl);
	curl_slist_free_all(recipients);
	if (result_of(t) != TRANSPORT_SENT)
		explain(t, envelope->place,
		    why[0] == '\0' ? curl_easy_strerror(code) : why, e);
	return result_of(t);
}

enum transport_result
smtp_send(const struct smtp_envelope *envelope, struct view mail,
    struct smtp_sent *sent, struct err *e)
{
	struct transfer t = { .rest = mail,
		.sent = sent,
		.socket = { -1, -1 } };
	struct view domain;

	*sent = (struct smtp_sent){ .reply = "" };
	if (smtp_check_place(envelope->place, e) < 0)
		return TRANSPORT_REFUSED;
	if ((envelope->sender.size > 0 && !addr_is_plain(envelope->sender)) ||
	    !addr_is_plain(envelope->recipient)) {
		err_set(e, "not an address to write to or from");
		return TRANSPORT_REFUSED;
	}
	addr_split(envelope->recipient, &t.token, &domain);
	return send_plain(envelope, &t, e);
}
