// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf_fuzz.c - the site's settings.
 */
#include <string.h>

#include "base/limits.h"
#include "daemon/conf.h"
#include "daemon/endpoint.h"
#include "effects/store.h"
#include "effects/transport.h"
#include "fuzz.h"

static void
check_string(const char *string)
{
	MUST(string != NULL && strlen(string) <= LIMIT_SETTINGS_SIZE);
}

static void
check_list(const struct conf_list *list, size_t most)
{
	MUST(list->count <= most);
	for (size_t i = 0; i < list->count; i++)
		MUST(list->item[i].data != NULL);
}

/* What the rest of the program relies on. */
static void
check_values(const struct conf *c)
{
	check_string(c->user);
	check_string(c->users.dir);
	check_string(c->reply.sendmail);
	check_string(c->audit.file);
	check_list(&c->users.domains, 10000);
	check_list(&c->internal_hosts, 1000);
	check_list(&c->reply.routes, 100);
	MUST(endpoint_check(c->socket, NULL) == 0);
	MUST(transport_check(c->reply.transport, NULL) == 0);
	MUST(c->reply.sender == CONF_SENDER_NULL ||
	    c->reply.sender == CONF_SENDER_USER);
	MUST(store_url_check(c->state, NULL) == 0);
	MUST(c->socket_mode <= 0777);
	MUST(c->on_failure == CONF_ACCEPT || c->on_failure == CONF_TEMPFAIL);
	MUST(c->users.cache >= 1 && c->users.cache <= 1000000);
	MUST(c->reply.hold_ms >= 0 && c->reply.hold_ms < c->reply.expires_ms);
	MUST(c->reply.period_ms >= 86400000);
	MUST(c->reply.per_user_day >= 0 && c->reply.per_user_day <= 1000);
	MUST(!c->reply.enabled || c->reply.routes.count > 0);
	MUST(c->trust.authserv_ids.count == 0);
}

/* What is printed says the same when it is read, unless it got too long. */
static void
check_print(const struct conf *c)
{
	struct text out = TEXT_INIT(8 * LIMIT_SETTINGS_SIZE);
	struct text again = TEXT_INIT(8 * LIMIT_SETTINGS_SIZE);
	struct err e = ERR_NONE;
	struct conf *copy;

	conf_print(c, &out);
	MUST(text_ok(&out));
	copy = conf_parse(text_view(&out), "x.conf", &e);
	MUST(copy != NULL || out.size > LIMIT_SETTINGS_SIZE);
	if (copy != NULL) {
		MUST(conf_needs_restart(c, copy) == NULL);
		conf_print(copy, &again);
		MUST(view_equal(text_view(&out), text_view(&again)));
	}
	conf_free(copy);
	text_free(&out);
	text_free(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view bytes = { (const char *)data, size };
	struct err e = ERR_NONE;
	struct conf *c = conf_parse(bytes, "x.conf", &e);

	if (c == NULL) {
		MUST(strncmp(e.text, "x.conf:", 7) == 0);
		MUST(strchr(e.text, '\n') == NULL);
		return 0;
	}
	check_values(c);
	check_print(c);
	conf_free(c);
	return 0;
}
