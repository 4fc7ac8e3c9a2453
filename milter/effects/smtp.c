// SPDX-License-Identifier: BSD-2-Clause
/*
 * smtp.c - hands one mail to an MTA over SMTP (libcurl).
 */
#include "effects/smtp.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "mail/addr.h"

enum { URL_SIZE = SMTP_HOST_SIZE + 16, ADDRESS_SIZE = 256, CONNECT = 30 };

/* What is left to be sent, and the last line that came. */
struct transfer {
	struct view rest;
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

static size_t
give(char *buffer, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	struct view part = view_part(t->rest, 0, size * count);

	if (part.size > 0)
		memcpy(buffer, part.data, part.size);
	t->rest = view_part(t->rest, part.size, VIEW_NONE);
	return part.size;
}

/* libcurl hands over each line that the MTA says. */
static size_t
take(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *t = arg;
	struct view said = view_trim((struct view){ line, size * count });
	struct text shown = TEXT_INIT(sizeof(t->sent->reply) - 1);

	/* The answer to QUIT says nothing. */
	if (view_starts_nocase(said, VIEW("221")))
		return size * count;
	utf8_add_printable(&shown, said, sizeof(t->sent->reply) / 4);
	snprintf(t->sent->reply, sizeof(t->sent->reply), "%s",
	    text_string(&shown));
	text_free(&shown);
	return size * count;
}

/* First failure or CURLE_OK. */
static CURLcode
set_up(CURL *curl, const char *place, const char *from,
    struct curl_slist *recipients, struct transfer *t)
{
	char url[URL_SIZE];
	CURLcode code;

	snprintf(url, sizeof(url), "smtp://%s", place);
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
	/* All that is said before the mail counts as body or as header. */
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
	if (code == CURLE_OK)
		code = curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
	return code == CURLE_OK ? curl_easy_setopt(curl, CURLOPT_WRITEDATA, t)
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

static int
report(CURLcode code, const char *place, const char *why,
    const struct smtp_sent *sent, struct err *e)
{
	if (code == CURLE_OK)
		return 0;
	return err_set(e, "%s: %s%s%s", place,
	    why[0] == '\0' ? curl_easy_strerror(code) : why,
	    sent->reply[0] == '\0' ? "" : "; the MTA's last words: ",
	    sent->reply);
}

int
smtp_send(const struct smtp_envelope *envelope, struct view mail,
    struct smtp_sent *sent, struct err *e)
{
	char from[ADDRESS_SIZE], to[ADDRESS_SIZE], why[CURL_ERROR_SIZE] = "";
	struct transfer t = { .rest = mail, .sent = sent };
	struct curl_slist *recipients;
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *curl;

	*sent = (struct smtp_sent){ .reply = "" };
	if (smtp_check_place(envelope->place, e) < 0)
		return -1;
	if ((envelope->sender.size > 0 && !addr_is_plain(envelope->sender)) ||
	    !addr_is_plain(envelope->recipient))
		return err_set(e, "not a plain address");
	snprintf(from, sizeof(from), "%.*s", VIEW_ARG(envelope->sender));
	snprintf(to, sizeof(to), "%.*s", VIEW_ARG(envelope->recipient));
	curl = curl_easy_init();
	recipients = curl_slist_append(NULL, to);
	if (curl != NULL && recipients != NULL)
		code = set_up(curl, envelope->place, from, recipients, &t);
	if (code == CURLE_OK)
		code = run(curl, envelope->timeout_seconds, why, sent);
	curl_easy_cleanup(curl);
	curl_slist_free_all(recipients);
	return report(code, envelope->place, why, sent, e);
}
