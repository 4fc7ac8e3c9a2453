// SPDX-License-Identifier: BSD-2-Clause
/*
 * conf_items.c - the table of settings.
 */
#include "daemon/conf_items.h"

#include "daemon/conf.h"

static const char *const on_failure_words[] = { "accept", "tempfail", NULL };
static const char *const fallback_words[] = { "tag-only", "none", NULL };
static const char *const mta_words[] = { "auto", "postfix", "sendmail", NULL };
static const char *const names_words[] = { "keep", "hash", NULL };
static const char *const notices_words[] = { "off", "daily", NULL };
static const char *const dkim_words[] = { "verify", "off", NULL };
/* What false and true mean comes first and second. */
static const char *const drafts_words[] = { "off", "each", "daily", NULL };
static const char *const sender_words[] = { "null", "user", NULL };
static const char *const forged_words[] = { "tag", "quarantine", "none", NULL };

/* The shape of LinkedIn's reply addresses; facts on RFC 3834, section 1.5. */
#define LINKEDIN_ROUTE                                   \
	"( \"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@" \
	"reply\\\\.linkedin\\\\.com\" )"

#define AT(member) offsetof(struct conf, member)

/* clang-format off */
const struct item conf_items[] = {
	{ "socket", KIND_STRING, AT_START, AT(socket),
	  "unix:/run/rsvp-milter/milter.sock", 0, 0, NULL,
	  "where the MTA finds the filter: unix:PATH or inet:PORT@HOST" },
	{ "socket_mode", KIND_MODE, AT_START, AT(socket_mode),
	  "0660", 0, 0777, NULL, "permissions of a unix socket" },
	{ "socket_group", KIND_STRING, AT_START, AT(socket_group),
	  "", 0, 0, NULL, "group of a unix socket, \"postfix\" for instance" },
	{ "user", KIND_STRING, AT_START, AT(user),
	  "", 0, 0, NULL, "USER or USER:GROUP to run as when started by root" },
	{ "pid_file", KIND_STRING, AT_START, AT(pid_file),
	  "", 0, 0, NULL, "file that gets the process id" },
	{ "on_failure", KIND_CHOICE, AT_RELOAD, AT(on_failure),
	  "accept", 0, 0, on_failure_words,
	  "what becomes of a mail that the filter itself failed on" },
	{ "dry_run", KIND_BOOL, AT_RELOAD, AT(dry_run),
	  "true", 0, 0, NULL, "decide and log, change nothing, send nothing" },
	{ "packs", KIND_STRING, AT_RELOAD, AT(packs),
	  PACKDIR, 0, 0, NULL, "folder of the packs, one *.conf a network" },
	{ "templates", KIND_STRING, AT_RELOAD, AT(templates),
	  TEMPLATEDIR, 0, 0, NULL, "folder of the site's reply templates" },
	{ "policies", KIND_STRING, AT_RELOAD, AT(policies),
	  POLICYDIR, 0, 0, NULL, "folder of the ready-made rules for users" },
	{ "internal_hosts", KIND_STRINGS, AT_RELOAD, AT(internal_hosts),
	  "( \"127.0.0.0/8\", \"::1/128\" )", 0, 1000, NULL,
	  "clients whose mail is never looked at: ADDRESS or ADDRESS/BITS" },
	{ "users.domains", KIND_STRINGS, AT_RELOAD, AT(users.domains),
	  "()", 0, 10000, NULL, "domains whose recipients are users here" },
	{ "users.dir", KIND_STRING, AT_RELOAD, AT(users.dir),
	  SYSCONFDIR "/users", 0, 0, NULL, "folder with one folder a user" },
	{ "users.aliases", KIND_STRING, AT_RELOAD, AT(users.aliases),
	  "", 0, 0, NULL, "file with lines ADDRESS USER" },
	{ "users.extension", KIND_STRING, AT_RELOAD, AT(users.extension),
	  "+", 0, 0, NULL, "what begins the extension of a local part" },
	{ "users.fallback", KIND_CHOICE, AT_RELOAD, AT(users.fallback),
	  "tag-only", 0, 0, fallback_words,
	  "what users without a folder get" },
	{ "users.split", KIND_BOOL, AT_START, AT(users.split),
	  "false", 0, 0, NULL,
	  "let users with rules of their own get mails of their own" },
	{ "users.learn", KIND_BOOL, AT_RELOAD, AT(users.learn),
	  "false", 0, 0, NULL, "remember whom users write to" },
	{ "users.cache", KIND_NUMBER, AT_RELOAD, AT(users.cache),
	  "1000", 1, 1000000, NULL, "user folders kept in memory" },
	{ "users.notices", KIND_CHOICE, AT_RELOAD, AT(users.notices),
	  "off", 0, 0, notices_words,
	  "mail users about mistakes in their files, once a day" },
	{ "users.digests", KIND_BOOL, AT_RELOAD, AT(users.digests),
	  "false", 0, 0, NULL,
	  "let \"rsvpctl digest\" mail users what was held and filed" },
	{ "users.postmaster", KIND_STRING, AT_RELOAD, AT(users.postmaster),
	  "", 0, 0, NULL, "whom a digest says to ask for held mail" },
	{ "trust.dkim", KIND_CHOICE, AT_RELOAD, AT(trust.dkim),
	  "verify", 0, 0, dkim_words, "verify DKIM signatures here" },
	{ "trust.keys", KIND_STRING, AT_START, AT(trust.keys),
	  "dns", 0, 0, NULL, "where their keys are: dns, or file:PATH" },
	{ "trust.authserv_ids", KIND_STRINGS, AT_RELOAD, AT(trust.authserv_ids),
	  "()", 0, 100, NULL,
	  "ids of the site in Authentication-Results that are believed" },
	{ "trust.forged", KIND_CHOICE, AT_RELOAD, AT(trust.forged),
	  "tag", 0, 0, forged_words,
	  "what becomes of mail that imitates a network" },
	{ "reply.enabled", KIND_BOOL, AT_RELOAD, AT(reply.enabled),
	  "false", 0, 0, NULL, "let users' rules send answers" },
	{ "reply.drafts", KIND_CHOICE, AT_RELOAD, AT(reply.drafts),
	  "off", 0, 0, drafts_words,
	  "let users' rules mail them proposed answers" },
	{ "reply.digest_at", KIND_TIME, AT_RELOAD, AT(reply.digest_at),
	  "07:00", 0, 0, NULL, "when daily ones are mailed, local time" },
	{ "reply.routes", KIND_STRINGS, AT_RELOAD, AT(reply.routes),
	  LINKEDIN_ROUTE, 0, 100, NULL,
	  "patterns of the addresses an answer may go to" },
	{ "reply.hold", KIND_DURATION, AT_RELOAD, AT(reply.hold_ms),
	  "10m", 0, DAY, NULL, "how long an answer waits before it is sent" },
	{ "reply.period", KIND_DURATION, AT_RELOAD, AT(reply.period_ms),
	  "30d", DAY, 3650 * DAY, NULL,
	  "no second answer to one person within this time" },
	{ "reply.expires", KIND_DURATION, AT_RELOAD, AT(reply.expires_ms),
	  "1d", MINUTE, 30 * DAY, NULL,
	  "an answer not sent by then is dropped" },
	{ "reply.per_user_day", KIND_NUMBER, AT_RELOAD, AT(reply.per_user_day),
	  "5", 0, 1000, NULL, "answers for one user in a day" },
	{ "reply.per_site_hour", KIND_NUMBER, AT_RELOAD,
	  AT(reply.per_site_hour),
	  "60", 0, 100000, NULL, "answers for all in an hour" },
	{ "reply.user_refusals", KIND_NUMBER, AT_RELOAD,
	  AT(reply.user_refusals), "3", 0, 1000, NULL,
	  "refused answers that stop all of a user's for now; 0: never" },
	{ "reply.route_refusals", KIND_NUMBER, AT_RELOAD,
	  AT(reply.route_refusals), "10", 0, 1000, NULL,
	  "refused answers that stop all to a domain for now; 0: never" },
	{ "reply.refusals_period", KIND_DURATION, AT_RELOAD,
	  AT(reply.refusals_period_ms), "7d", HOUR, 7 * DAY, NULL,
	  "how long an answer that was refused counts" },
	{ "reply.transport", KIND_STRING, AT_RELOAD, AT(reply.transport),
	  "sendmail", 0, 0, NULL,
	  "how they reach the MTA: sendmail, or smtp://HOST:PORT" },
	{ "reply.sendmail", KIND_STRING, AT_RELOAD, AT(reply.sendmail),
	  "/usr/sbin/sendmail", 0, 0, NULL, "program that takes them" },
	{ "reply.sender", KIND_CHOICE, AT_RELOAD, AT(reply.sender),
	  "null", 0, 0, sender_words,
	  "their envelope sender: nobody, or the user, who is told of failures"
	},
	{ "reply.host", KIND_STRING, AT_RELOAD, AT(reply.host),
	  "", 0, 0, NULL, "right side of their Message-ID; empty: host name" },
	{ "reply.stop_file", KIND_STRING, AT_RELOAD, AT(reply.stop_file),
	  SYSCONFDIR "/stop-sending", 0, 0, NULL,
	  "nothing is sent while there is such a file; empty: none" },
	{ "state", KIND_STRING, AT_START, AT(state),
	  "sqlite:" STATEDIR "/state.db", 0, 0, NULL,
	  "where state is kept: sqlite:PATH, redis://HOST or memory:" },
	{ "mta.name", KIND_CHOICE, AT_RELOAD, AT(mta.name),
	  "auto", 0, 0, mta_words,
	  "whose queue \"rsvpctl quarantine\" looks into" },
	{ "mta.config", KIND_STRING, AT_RELOAD, AT(mta.config),
	  "", 0, 0, NULL,
	  "folder of its main.cf, or its sendmail.cf; empty: the usual one" },
	{ "mta.programs", KIND_STRING, AT_RELOAD, AT(mta.programs),
	  "", 0, 0, NULL,
	  "folder of Postfix's programs; empty: where the system's are" },
	{ "mta.qtool", KIND_STRING, AT_RELOAD, AT(mta.qtool),
	  "/usr/share/sendmail/qtool.pl", 0, 0, NULL,
	  "Sendmail's program that takes mail out of its queue" },
	{ "audit.file", KIND_STRING, AT_START, AT(audit.file),
	  "", 0, 0, NULL, "file of the JSON records; empty: none" },
	{ "audit.syslog", KIND_STRING, AT_START, AT(audit.syslog),
	  "mail", 0, 0, NULL, "facility of the log lines" },
	{ "audit.syslog_name", KIND_STRING, AT_START, AT(audit.syslog_name),
	  "rsvp-milter", 0, 0, NULL, "what they are called there" },
	{ "audit.names", KIND_CHOICE, AT_RELOAD, AT(audit.names),
	  "keep", 0, 0, names_words,
	  "who asks, in records and log lines: as it is, or a digest" },
	{ "control.socket", KIND_STRING, AT_START, AT(control.socket),
	  "/run/rsvp-milter/control.sock", 0, 0, NULL,
	  "where rsvpctl asks the running filter for figures; empty: nowhere" },
	{ "control.group", KIND_STRING, AT_START, AT(control.group),
	  "", 0, 0, NULL, "group that may ask, besides the filter's user" },
};
/* clang-format on */

const size_t conf_items_count = sizeof(conf_items) / sizeof(conf_items[0]);
_Static_assert(sizeof(conf_items) / sizeof(conf_items[0]) <= CONF_ITEMS_MOST,
    "more settings than the readers have room for");
