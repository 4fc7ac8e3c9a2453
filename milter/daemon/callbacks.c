// SPDX-License-Identifier: BSD-2-Clause
/*
 * callbacks.c - the milter protocol (libmilter).
 *
 * Traps of the library that shape this file (each was measured):
 * - The callbacks of a connection hop between threads; a connection's state
 *   is its context, never a thread's.
 * - After an early accept neither eom nor abort comes, so a message's state
 *   is dropped where the answer is given, and again at the next MAIL.
 * - A client that connects and leaves gets xxfi_close with no private data.
 * - After SMFIC_QUIT_NC a new connection comes on the old one's socket, without
 *   private data and without another negotiation.
 * - Up to 8.17.1 the macros of end-of-headers and end-of-message are mixed
 *   up; the queue id is asked for at each stage and the first one stays.
 */
#include "daemon/callbacks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmilter/mfapi.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/endpoint.h"

/* What was negotiated. */
enum ability {
	LEADING_SPACE = 1, /* header values come, and go, with it */
	CAN_SKIP = 2,
	CAN_HOLD = 4,
	CAN_CHANGE = 8,
	HEARS_HELO = 16
};

/* A connection: what its MTA can, and what was heard. */
struct connection {
	struct session *session;
	unsigned abilities;
};

/* Set before the first thread starts, read by all. */
static struct filter *filter;

/*
 * Likewise: whether recipients may be refused, and so an answer to RCPT is
 * waited for.  The same for as long as we run: what was negotiated is not known
 * of a connection that comes on an old one's socket, and an answer that is
 * missing, or one too many, would break it.
 */
static bool may_refuse;

/*
 * Of the latest negotiation, for connections that come without one.  MTAs that
 * share a filter speak alike; were one not to, a blank would be amiss.
 */
static _Atomic unsigned latest_abilities;

/*
 * The one place where an answer becomes a libmilter code, and where our own
 * failure decides what happens to the site's mail.
 */
static sfsistat
answer(struct connection *c, enum session_answer a)
{
	struct site *site;
	int on_failure;

	if (a == SESSION_GO_ON)
		return SMFIS_CONTINUE;
	if (a == SESSION_SKIP_BODY)
		return (c->abilities & CAN_SKIP) != 0 ? SMFIS_SKIP
						      : SMFIS_CONTINUE;
	if (c != NULL && c->session != NULL)
		session_reset(c->session);
	if (a == SESSION_LET_GO)
		return SMFIS_ACCEPT;
	site = site_current(filter->slot);
	on_failure = site->conf->on_failure;
	site_drop(site);
	return on_failure == CONF_TEMPFAIL ? SMFIS_TEMPFAIL : SMFIS_ACCEPT;
}

/*
 * Steps for which no answer is waited for may say nothing but this: libmilter
 * drops anything else.  The session tells of a failure at the next answer.
 */
static sfsistat
quietly(enum session_answer a)
{
	(void)a;
	return SMFIS_NOREPLY;
}

static struct view
macro(SMFICTX *context, const char *name)
{
	return view_of(smfi_getsymval(context, (char *)(uintptr_t)name));
}

/* NULL when there is no memory for it. */
static struct connection *
connection_new(SMFICTX *context, unsigned abilities)
{
	struct connection *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->abilities = abilities;
	c->session = session_new();
	if (c->session != NULL && smfi_setpriv(context, c) == MI_SUCCESS)
		return c;
	session_free(c->session);
	free(c);
	return NULL;
}

/* HELO is only of use where Authentication-Results are to be believed. */
static bool
wants_helo(void)
{
	struct site *site = site_current(filter->slot);
	bool wanted = site->conf->trust.authserv_ids.count > 0;

	site_drop(site);
	return wanted;
}

/* DATA is where the recipients of what a user sends are known. */
static bool
wants_data(void)
{
	struct site *site = site_current(filter->slot);
	bool wanted = site->conf->users.learn;

	site_drop(site);
	return wanted;
}

static sfsistat /* NOLINTNEXTLINE(readability-function-size): given */
on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps,
    unsigned long reserved2, unsigned long reserved3,
    unsigned long *wanted_actions, unsigned long *wanted_steps,
    unsigned long *wanted2, unsigned long *wanted3)
{
	unsigned abilities = wants_helo() ? HEARS_HELO : 0;

	(void)reserved2;
	(void)reserved3;
	*wanted_actions =
	    actions & (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE);
	*wanted_steps = steps &
	    (SMFIP_NOUNKNOWN | SMFIP_NR_HDR | SMFIP_SKIP | SMFIP_HDR_LEADSPC |
		(wants_data() ? 0 : SMFIP_NODATA) |
		(may_refuse ? 0 : SMFIP_NR_RCPT) |
		(abilities != 0 ? SMFIP_NR_HELO : SMFIP_NOHELO));
	*wanted2 = *wanted3 = 0;
	if ((*wanted_steps & SMFIP_HDR_LEADSPC) != 0)
		abilities |= LEADING_SPACE;
	if ((*wanted_steps & SMFIP_SKIP) != 0)
		abilities |= CAN_SKIP;
	if ((*wanted_actions & SMFIF_QUARANTINE) != 0)
		abilities |= CAN_HOLD;
	if ((*wanted_actions & SMFIF_CHGHDRS) != 0)
		abilities |= CAN_CHANGE;
	/* One that can add no header is no MTA: see ctl/probe.c. */
	if ((actions & SMFIF_ADDHDRS) != 0)
		latest_abilities = abilities;
	if (connection_new(context, abilities) == NULL) {
		log_error("out of memory: a connection is not looked at");
		return SMFIS_REJECT; /* of us, not of the mail */
	}
	return SMFIS_CONTINUE;
}

/*
 * The host name only where the MTA has verified it both ways: Postfix says
 * "unknown" otherwise, Sendmail gives the address in brackets or notes that
 * the name may be forged.
 */
static struct view
verified_name(SMFICTX *context, const char *name)
{
	struct view resolved = macro(context, "{client_resolve}");

	if (name == NULL || name[0] == '[' || strcmp(name, "unknown") == 0 ||
	    (resolved.size > 0 && !view_equal(resolved, VIEW("OK"))) ||
	    view_find(macro(context, "_"), VIEW("may be forged")) != VIEW_NONE)
		return VIEW("");
	return view_of(name);
}

static sfsistat
on_connect(SMFICTX *context, char *name, _SOCK_ADDR *address)
{
	struct connection *c = smfi_getpriv(context);
	char text[INET6_ADDRSTRLEN] = "";
	struct site *site;
	enum session_answer a;

	if (c == NULL)
		c = connection_new(context, latest_abilities);
	if (c == NULL)
		return answer(NULL, SESSION_FAILED);
	if (address != NULL && address->sa_family == AF_INET)
		inet_ntop(AF_INET,
		    &((struct sockaddr_in *)(void *)address)->sin_addr, text,
		    sizeof(text));
	else if (address != NULL && address->sa_family == AF_INET6)
		inet_ntop(AF_INET6,
		    &((struct sockaddr_in6 *)(void *)address)->sin6_addr, text,
		    sizeof(text));
	site = site_current(filter->slot);
	a = session_connect(c->session, site, verified_name(context, name),
	    view_of(text), (c->abilities & HEARS_HELO) != 0);
	site_drop(site);
	if (a == SESSION_LET_GO)
		log_debug("client %s: internal, not looked at", text);
	return answer(c, a);
}

static sfsistat
on_helo(SMFICTX *context, char *name)
{
	struct connection *c = smfi_getpriv(context);

	if (c == NULL)
		return SMFIS_NOREPLY;
	return quietly(session_helo(c->session, view_of(name)));
}

static sfsistat
on_mail(SMFICTX *context, char **arguments)
{
	struct connection *c = smfi_getpriv(context);
	bool authenticated = macro(context, "{auth_authen}").size > 0;
	enum session_answer a;

	counters_add(filter->counters, COUNT_MESSAGES, 0, 1);
	if (c == NULL)
		return answer(NULL, SESSION_FAILED);
	a = session_mail(c->session, site_current(filter->slot),
	    view_of(arguments[0]), authenticated);
	session_queue_id(c->session, macro(context, "i"));
	if (a == SESSION_LET_GO)
		log_debug("an %s sender, not looked at",
		    authenticated ? "authenticated" : "internal");
	return answer(c, a);
}

static sfsistat
on_recipient(SMFICTX *context, char **arguments)
{
	struct connection *c = smfi_getpriv(context);
	sfsistat go_on = may_refuse ? SMFIS_CONTINUE : SMFIS_NOREPLY;
	struct view rcpt = view_of(arguments[0]);

	if (c == NULL || !session_has_mail(c->session))
		return go_on;
	if (may_refuse && session_refuses(c->session, rcpt)) {
		log_debug("a recipient is to get a mail of its own");
		/* Without memory for the words the MTA's own will do. */
		smfi_setreply(context, (char *)(uintptr_t) "452",
		    (char *)(uintptr_t) "4.5.3",
		    (char *)(uintptr_t) "Please send to this recipient alone");
		return SMFIS_TEMPFAIL;
	}
	quietly(session_recipient(c->session, rcpt));
	return go_on;
}

/* All that is wanted of what a user sends is its envelope. */
static sfsistat
let_go_outgoing(struct connection *c)
{
	struct learned_mail mail;

	if (session_sent(c->session, &mail))
		filter_learn(filter, &mail);
	return answer(c, SESSION_LET_GO);
}

static sfsistat
on_data(SMFICTX *context)
{
	struct connection *c = smfi_getpriv(context);

	if (c == NULL || !session_has_mail(c->session))
		return SMFIS_ACCEPT;
	return session_is_outgoing(c->session) ? let_go_outgoing(c)
					       : SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	struct connection *c = smfi_getpriv(context);

	if (c == NULL || !session_has_mail(c->session))
		return SMFIS_NOREPLY;
	return quietly(session_header(c->session, view_of(name), view_of(value),
	    (c->abilities & LEADING_SPACE) != 0));
}

static sfsistat
on_headers_end(SMFICTX *context)
{
	struct connection *c = smfi_getpriv(context);
	enum session_answer a;

	if (c == NULL || !session_has_mail(c->session))
		return SMFIS_ACCEPT;
	/* Where the MTA does not tell of DATA. */
	if (session_is_outgoing(c->session))
		return let_go_outgoing(c);
	session_queue_id(c->session, macro(context, "i"));
	a = session_headers_end(c->session);
	if (a == SESSION_LET_GO)
		log_debug("%s: no candidate for a user here",
		    session_name(c->session));
	if (a == SESSION_FAILED) {
		counters_add(filter->counters, COUNT_FAILURES, 0, 1);
		log_error("%s: not looked at: %s", session_name(c->session),
		    "out of memory");
	}
	/* The body callback is the place where skipping can be said. */
	return a == SESSION_SKIP_BODY ? SMFIS_CONTINUE : answer(c, a);
}

static sfsistat
on_body(SMFICTX *context, unsigned char *chunk, size_t size)
{
	struct connection *c = smfi_getpriv(context);

	if (c == NULL || !session_has_mail(c->session))
		return SMFIS_ACCEPT;
	return answer(c,
	    session_body(c->session,
		(struct view){ (const char *)chunk, size }));
}

/* What filter_message() may do to the message. */
struct edit_target {
	SMFICTX *context;
	const struct connection *connection;
};

static int
edit_remove(void *arg, const char *name, int index)
{
	const struct edit_target *t = arg;

	return (t->connection->abilities & CAN_CHANGE) != 0 &&
		smfi_chgheader(t->context, (char *)(uintptr_t)name, index,
		    NULL) == MI_SUCCESS
	    ? 0
	    : -1;
}

static int
edit_add(void *arg, const char *name, const char *value)
{
	const struct edit_target *t = arg;
	struct text spaced = TEXT_INIT(LIMIT_RESULT_HEADER_SIZE + 1);
	int result;

	/* With the leading blank negotiated, it is ours to put. */
	if ((t->connection->abilities & LEADING_SPACE) != 0)
		text_add_byte(&spaced, ' ');
	text_add_string(&spaced, value);
	result = text_ok(&spaced) &&
		smfi_addheader(t->context, (char *)(uintptr_t)name,
		    spaced.data) == MI_SUCCESS
	    ? 0
	    : -1;
	text_free(&spaced);
	return result;
}

static int
edit_hold(void *arg, const char *reason)
{
	const struct edit_target *t = arg;

	return (t->connection->abilities & CAN_HOLD) != 0 &&
		smfi_quarantine(t->context, (char *)(uintptr_t)reason) ==
		    MI_SUCCESS
	    ? 0
	    : -1;
}

static sfsistat
on_message_end(SMFICTX *context)
{
	struct connection *c = smfi_getpriv(context);
	struct edit_target target = { context, c };
	struct filter_edit edit = { edit_remove, edit_add, edit_hold, &target };
	struct session_mail mail;
	struct err e = ERR_NONE;
	int result;

	if (c == NULL || !session_has_mail(c->session))
		return SMFIS_ACCEPT;
	session_queue_id(c->session, macro(context, "i"));
	session_collected(c->session, &mail);
	result = filter_message(filter, &mail, &edit, &e);
	if (result < 0) {
		log_error("%.*s: not looked at: %s",
		    VIEW_ARG(mail.message.envelope.queue_id), e.text);
		return answer(c, SESSION_FAILED);
	}
	session_reset(c->session);
	return SMFIS_CONTINUE;
}

static sfsistat
on_abort(SMFICTX *context)
{
	struct connection *c = smfi_getpriv(context);

	if (c != NULL)
		session_reset(c->session);
	return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *context)
{
	struct connection *c = smfi_getpriv(context);

	if (c != NULL) {
		smfi_setpriv(context, NULL);
		session_free(c->session);
		free(c);
	}
	return SMFIS_CONTINUE;
}

/* The unix socket that is served, for its end. */
static struct endpoint_socket served;
static const char *served_path; /* NULL: there is none */

/*
 * Who may connect is settled before anybody can: the socket is created
 * closed to all, gets its group, and only then its mode, and its name.
 */
static int
open_up(const char *path, mode_t mode, gid_t gid, struct err *e)
{
	int result = 0;

	if (gid != (gid_t)-1 && chown(served.made, (uid_t)-1, gid) < 0)
		result = err_sys(e, errno, "%s: group", path);
	else if (chmod(served.made, mode) < 0)
		result = err_sys(e, errno, "%s: mode", path);
	else
		result = endpoint_publish(path, &served, e);
	if (result < 0)
		unlink(served.made);
	else
		served_path = path;
	return result;
}

int
callbacks_listen(const char *where, mode_t mode, gid_t gid, struct err *e)
{
	static struct smfiDesc description = {
		.xxfi_name = (char *)(uintptr_t) "rsvp-milter",
		.xxfi_version = SMFI_VERSION,
		.xxfi_flags = SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_QUARANTINE,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_helo,
		.xxfi_envfrom = on_mail,
		.xxfi_envrcpt = on_recipient,
		.xxfi_data = on_data,
		.xxfi_header = on_header,
		.xxfi_eoh = on_headers_end,
		.xxfi_body = on_body,
		.xxfi_eom = on_message_end,
		.xxfi_abort = on_abort,
		.xxfi_close = on_close,
		.xxfi_negotiate = on_negotiate,
	};
	const char *path = endpoint_path(where);
	char made[sizeof("unix:") + sizeof(served.made)] = "unix:";
	mode_t old_mask;
	int result;

	if (path != NULL) {
		endpoint_name(path, &served);
		strcat(made, served.made);
	}
	if (smfi_register(description) != MI_SUCCESS ||
	    smfi_setconn(path != NULL ? made : (char *)(uintptr_t)where) !=
		MI_SUCCESS)
		return err_set(e, "%s: not a socket libmilter understands",
		    where);
	if (endpoint_is_free(where, e) < 0)
		return -1;
	old_mask = umask(0777);
	errno = 0;
	result = smfi_opensocket(path != NULL);
	umask(old_mask);
	if (result != MI_SUCCESS)
		return err_sys(e, errno == 0 ? EADDRINUSE : errno,
		    "%s: cannot listen", where);
	return path == NULL ? 0 : open_up(path, mode, gid, e);
}

int
callbacks_run(struct filter *f)
{
	struct site *site = site_current(f->slot);
	int result;

	may_refuse = site->conf->users.split;
	site_drop(site);
	filter = f;
	result = smfi_main() == MI_SUCCESS ? 0 : -1;
	if (served_path != NULL)
		endpoint_remove(served_path, &served);
	return result;
}

void
callbacks_stop(void)
{
	smfi_stop();
}

const char *
callbacks_version(void)
{
	static char text[32];
	unsigned major, minor, patch;

	smfi_version(&major, &minor, &patch);
	snprintf(text, sizeof(text), "%u.%u.%u", major, minor, patch);
	return text;
}
