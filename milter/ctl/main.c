// SPDX-License-Identifier: BSD-2-Clause
/*
 * main.c - rsvpctl(1): finds the command and what it needs.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "config.h"
#include "ctl/ctl.h"
#include "mail/mime.h"

#define DEFAULT_CONF SYSCONFDIR "/rsvp-milter.conf"

enum needs { NEED_CONF, NEED_SITE };

/* The usage texts, the manual's test and the search read the same table. */
static const struct command {
	const char *name, *arguments, *help;
	enum needs needs;
	bool json; /* can print for programs */
	ctl_command *run;
	const char *details; /* its options, a line each; or NULL */
} commands[] = {
	{ "breaker", "list|close [OPTION ...]",
	    "list whose answers are refused, let them go on", NEED_CONF, true,
	    ctl_breaker,
	    "  --user USER      of this user\n"
	    "  --route DOMAIN   of answers to this domain\n"
	    "  --all            close: every one that list shows\n"
	    "  --json           list: print a JSON object for each\n" },
	{ "capture", "[OPTION ...] FILE",
	    "make a sample of a message that tells nobody who is who",
	    NEED_SITE, false, ctl_capture,
	    "  FILE             a message as it was received; \"-\" is "
	    "standard input\n"
	    "  -o FILE          write it there, for you alone, in place of "
	    "standard output\n"
	    "  --force          -o: in place of what is there\n"
	    "  --key KEY        the same names in several samples\n"
	    "  --keep WORDS     these may stay too, where they name "
	    "nobody\n" },
	{ "check", "[USER ...]",
	    "read settings, packs and users' folders, report mistakes",
	    NEED_SITE, false, ctl_check,
	    "  USER             only the folders of these users\n" },
	{ "conf", "", "print every setting and what it is", NEED_CONF, false,
	    ctl_conf, NULL },
	{ "contacts", "list|find|check|diff|import [OPTION ...] ARGUMENT ...",
	    "say whom a file or a user knows, import a file", NEED_CONF, true,
	    ctl_contacts,
	    "  list USER|FILE   the people, a line each\n"
	    "  find WHO         whether --user knows a name, address or "
	    "profile\n"
	    "  check FILE ...   what the files are, and what in them is not "
	    "used\n"
	    "  diff OLD NEW     people lost and gained\n"
	    "  import FILE      put it into the folder of --user; \"-\" is "
	    "standard input\n"
	    "  --user USER      find, import: of this user\n"
	    "  --all            check, import: show every row that is not "
	    "used\n"
	    "  --name NAME      import: what the file is called there\n"
	    "  --replace        import: in place of what is called so\n"
	    "  --json           print JSON objects\n" },
	{ "digest", "[OPTION ...] [FILE ...]",
	    "mail users what was held or filed for them", NEED_SITE, false,
	    ctl_digest,
	    "  FILE             records, in place of audit.file and what log "
	    "rotation made\n"
	    "                   of it; \"-\" is standard input\n"
	    "  --since TIME     from then on; \"yesterday\" if nothing is "
	    "said\n"
	    "  --until TIME     before it; else a day behind --since\n"
	    "  --user USER      only this user\n"
	    "  --dry-run        print the mails, send nothing\n" },
	{ "explain", "[OPTION ...] QID|MID|FILE",
	    "tell the whole way of one message, and why", NEED_CONF, true,
	    ctl_explain,
	    "  QID              a queue id; what the records of the audit file "
	    "hold\n"
	    "  MID              a \"<message-id>\", of the same records\n"
	    "  FILE             a message as it was received; a file that is "
	    "there, a word\n"
	    "                   with \"/\" in it, or \"-\" for standard "
	    "input\n"
	    "  --audit FILE     QID, MID: in place of audit.file, again for "
	    "another, the\n"
	    "                   oldest first; \"-\" is standard input\n"
	    "  --rcpt ADDRESS   FILE: a recipient, again for another; else "
	    "whom it was\n"
	    "                   delivered to\n"
	    "  --user USER      FILE: take every recipient for this user\n"
	    "  --from ADDRESS   FILE: the envelope sender, in place of "
	    "Return-Path\n"
	    "  --client HOST    FILE: the host that handed it in, as the MTA "
	    "verified it\n"
	    "  --keys KEYS      FILE: keys of DKIM signatures: dns, file:PATH "
	    "or none\n"
	    "  --json           print a JSON object\n" },
	{ "health", "[--json]", "say whether the running filter is well",
	    NEED_CONF, true, ctl_health,
	    "  --json           print a JSON object\n" },
	{ "test", "[OPTION ...] FILE ...",
	    "say what would be done with a message, and why", NEED_SITE, true,
	    ctl_test,
	    "  FILE             a message as it was received; \"-\" is "
	    "standard input\n"
	    "  --rcpt ADDRESS   a recipient, again for another; else whom it "
	    "was delivered to\n"
	    "  --user USER      take every recipient for this user\n"
	    "  --from ADDRESS   the envelope sender, in place of "
	    "Return-Path\n"
	    "  --client HOST    the host that handed it in, as the MTA "
	    "verified it\n"
	    "  --keys KEYS      keys of DKIM signatures: dns, file:PATH or "
	    "none\n"
	    "  --trace          say of each rule which condition failed\n"
	    "  --json           print the record, a JSON object for each "
	    "FILE\n" },
	{ "log", "[OPTION ...] [FILE ...]", "list what was decided", NEED_CONF,
	    true, ctl_log,
	    "  FILE             in place of audit.file; \"-\" is standard "
	    "input\n"
	    "  -n COUNT         only the last COUNT\n"
	    "  --user USER      of this user\n"
	    "  --type TYPE      of this type, \"invitation\" for instance\n"
	    "  --person TEXT    of a person whose name contains TEXT\n"
	    "  --trust TRUST    of this trust, \"forged\" for instance\n"
	    "  --rule NAME      on which this rule decided\n"
	    "  --action ACTION  with this action, \"tag\" or "
	    "\"tag:Recruiter\"\n"
	    "  --host HOST      of the filter on this host\n"
	    "  --qid ID         of this queue id\n"
	    "  --since TIME     not before \"yesterday\", \"2h\", "
	    "\"2026-11-23\"\n"
	    "  --until TIME     before it\n"
	    "  --all            what log rotation made of each FILE first\n"
	    "  --follow         and what comes from now on\n"
	    "  --csv            print comma-separated values\n"
	    "  --json           print the records as they are\n" },
	{ "outbox", "list|show|cancel|hold|release [OPTION ...] [JOB ...]",
	    "list, show, call off, hold or release answers", NEED_CONF, true,
	    ctl_outbox,
	    "  JOB              a number that list shows\n"
	    "  --user USER      list, cancel: those of this user\n"
	    "  --state STATE    list: those in this state, \"waiting\" for "
	    "instance\n"
	    "  --all            cancel: all that wait or are held\n"
	    "  --json           print a JSON object for each\n" },
	{ "policy", "list|show NAME|use NAME --user USER [--force]",
	    "list and show ready-made rules, give them to a user", NEED_CONF,
	    true, ctl_policy,
	    "  NAME             one that list shows\n"
	    "  --user USER      use: whose rules.conf it becomes\n"
	    "  --force          use: in place of another one, which is kept "
	    "as rules.conf.old\n"
	    "  --json           print a JSON object for each\n" },
	{ "quarantine", "list|show|release|delete [OPTION ...] [QID ...]",
	    "list, show, let go or delete what the MTA holds", NEED_CONF, true,
	    ctl_quarantine,
	    "  QID              a queue id that list shows\n"
	    "  --user USER, --type TYPE, --person TEXT, --trust TRUST, --rule "
	    "NAME,\n"
	    "  --action ACTION, --host HOST, --qid ID, --since TIME, --until "
	    "TIME\n"
	    "                   those of these records, as \"log\" takes them\n"
	    "  --all            show, release, delete: all that the filter "
	    "held\n"
	    "  --any            also what others held\n"
	    "  --message        show: the message itself\n"
	    "  --audit FILE     in place of audit.file\n"
	    "  --json           print JSON objects\n" },
	{ "replay", "[OPTION ...] [FILE ...]",
	    "say which recorded decisions other rules would change", NEED_CONF,
	    true, ctl_replay,
	    "  FILE             records, in place of audit.file; \"-\" is "
	    "standard input\n"
	    "  --with DIR       the rules in there, a folder for each user; "
	    "else today's\n"
	    "  --with FILE      this rules.conf, of --user\n"
	    "  --keep-known     the person is as well known as then\n"
	    "  --user USER, --type TYPE, --person TEXT, --trust TRUST, --rule "
	    "NAME,\n"
	    "  --action ACTION, --host HOST, --qid ID, --since TIME, --until "
	    "TIME\n"
	    "                   of these records, as \"log\" takes them\n"
	    "  --rotated        what log rotation made of each FILE first\n"
	    "  --mail           FILE is a message, an mbox, a Maildir or a "
	    "folder of\n"
	    "                   messages; compared are --with and today's "
	    "rules, or these\n"
	    "                   and what was recorded\n"
	    "  --audit FILE     --mail: where that was, in place of "
	    "audit.file\n"
	    "  --rcpt ADDRESS, --from ADDRESS, --client HOST, --keys KEYS\n"
	    "                   --mail: as \"test\" takes them\n"
	    "  --all            list every one that would differ\n"
	    "  --json           print JSON objects\n" },
	{ "report", "[OPTION ...] [FILE ...]",
	    "a period in figures, from the audit file", NEED_CONF, true,
	    ctl_report,
	    "  FILE             in place of audit.file; \"-\" is standard "
	    "input\n"
	    "  --user USER, --type TYPE, --person TEXT, --trust TRUST, --rule "
	    "NAME,\n"
	    "  --action ACTION, --host HOST, --qid ID, --since TIME, --until "
	    "TIME\n"
	    "                   of these records, as \"log\" takes them\n"
	    "  --all            what log rotation made of each FILE first\n"
	    "  --json           print a JSON object\n"
	    "  --html FILE      write a page with charts and a table to "
	    "FILE\n"
	    "  --assets DIR     --html: where its libraries are\n" },
	{ "rules", "check|install|edit --user USER [FILE]",
	    "check a user's rules, and put them in force", NEED_CONF, false,
	    ctl_rules,
	    "  --user USER      whose; root's to do, and who owns the user's "
	    "folder\n"
	    "  check [FILE]     what the filter would say of FILE, or of what "
	    "is there\n"
	    "  install [FILE]   put FILE, or standard input, in force if it "
	    "is in order\n"
	    "  edit             the same with an editor\n" },
	{ "selftest", "--smtp HOST:PORT --to ADDRESS [OPTION ...]",
	    "send forged fields through the MTA, say which arrived", NEED_SITE,
	    true, ctl_selftest,
	    "  --smtp HOST:PORT the MTA; as from outside, so from another "
	    "host\n"
	    "  --to ADDRESS     a user of the site\n"
	    "  --from ADDRESS   the envelope sender, in place of <>\n"
	    "  --mailbox PATH   where it is delivered: a Maildir, or a file "
	    "in mbox format\n"
	    "  --wait SECONDS   how long to wait for it there; 60\n"
	    "  --read FILE      judge a mail that was sent so and saved; "
	    "\"-\" is standard input\n"
	    "  --json           print a JSON object\n" },
	{ "stats", "[--json|--prometheus]", "the figures of the running filter",
	    NEED_CONF, true, ctl_stats,
	    "  --json           print a JSON object\n"
	    "  --prometheus     print Prometheus's text format\n" },
	{ "state", "forget --user USER --person NAME|PROFILE [OPTION]",
	    "forget that a person came, and was answered", NEED_SITE, false,
	    ctl_state,
	    "  --user USER      for this user\n"
	    "  --person WHO     a name, or the address of a profile\n"
	    "  --network NAME   at this network, \"linkedin\" if nothing is "
	    "said\n" },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* Commands are called "rsvpctl NAME", for the words of getopt(3). */
static const struct command *
find_called(const char *called)
{
	const char *blank = strrchr(called, ' ');

	return find_command(blank == NULL ? called : blank + 1);
}

static void
print_usage(FILE *to)
{
	fputs("Usage: rsvpctl [OPTION ...] COMMAND [ARGUMENT ...]\n\n", to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-16s %s\n", commands[i].name, commands[i].help);
	fputs("  help COMMAND     say what a command takes\n\n"
	      "  -c, --config FILE  settings (" DEFAULT_CONF
	      "; without that, the defaults)\n"
	      "  --packs FOLDER     packs from here, before the settings\n"
	      "  --json             print for programs: breaker, contacts, "
	      "explain, "
	      "health,\n                     log, outbox, policy, "
	      "quarantine, replay, report,\n                     selftest, "
	      "stats, test\n"
	      "  -V, --version\n"
	      "  -h, --help\n\n"
	      "See rsvpctl(1).\n",
	    to);
}

static void
print_command(FILE *to, const struct command *command, bool all)
{
	fprintf(to, "Usage: rsvpctl %s%s%s\n", command->name,
	    command->arguments[0] == '\0' ? "" : " ", command->arguments);
	if (!all)
		return;
	fprintf(to, "To %s.\n", command->help);
	if (command->details != NULL)
		fprintf(to, "\n%s", command->details);
}

int
ctl_usage(const char *called)
{
	const struct command *command = find_called(called);

	fflush(stdout);
	if (command != NULL)
		print_command(stderr, command, false);
	fprintf(stderr, "Try \"%s --help\".\n", called);
	return EX_USAGE;
}

int
ctl_wrong(const char *called, const char *format, ...)
{
	va_list arguments;

	fflush(stdout);
	fprintf(stderr, "%s: ", called);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return ctl_usage(called);
}

/* What was printed must have arrived. */
static int
end(int code)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		return ctl_fail(EX_IOERR, "standard output: %s",
		    strerror(errno));
	return code;
}

static int
help(const char *name)
{
	const struct command *command =
	    name == NULL ? NULL : find_command(name);

	if (name != NULL && command == NULL)
		return ctl_fail(EX_USAGE,
		    "no command \"%s\"; try \"rsvpctl "
		    "help\"",
		    name);
	if (command == NULL)
		print_usage(stdout);
	else
		print_command(stdout, command, true);
	return end(0);
}

static int
fail_load(const struct site_source *source, const struct err *e)
{
	return ctl_fail(site_settings_readable(source) ? EX_CONFIG : EX_NOINPUT,
	    "%s", e->text);
}

int
ctl_need_site(struct ctl *c)
{
	struct err e = ERR_NONE;

	conf_free(c->conf);
	c->conf = NULL;
	c->site = site_load(c->source, &e);
	if (c->site == NULL)
		return fail_load(c->source, &e);
	c->conf = c->site->conf;
	return 0;
}

static int
load(const struct command *command, struct ctl *c)
{
	struct err e = ERR_NONE;

	if (command->needs == NEED_SITE)
		return ctl_need_site(c);
	c->conf = conf_load(c->source->conf, &e);
	return c->conf != NULL ? 0 : fail_load(c->source, &e);
}

static int
run_command(const struct command *command, struct ctl *c, int argc, char **argv)
{
	char called[32];
	int code;

	snprintf(called, sizeof(called), "rsvpctl %s", command->name);
	argv[0] = called;
	if (argc > 1 &&
	    (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0))
		return help(command->name);
	if (c->json && !command->json)
		return ctl_wrong(called, "it does not print JSON");
	code = load(command, c);
	if (code != 0)
		return code;
	optind = 0; /* the command reads options of its own */
	mime_init();
	code = command->run(c, argc, argv);
	mime_shutdown();
	if (c->site == NULL)
		conf_free(c->conf);
	site_drop(c->site);
	return end(code);
}

/* -1: go on; else the code to exit with. */
static int
parse_options(int argc, char **argv, struct site_source *source, struct ctl *c)
{
	enum { OPTION_PACKS = 256, OPTION_JSON };
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "packs", required_argument, NULL, OPTION_PACKS },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "+c:Vh", options, NULL)) !=
	    -1) {
		if (option == 'c')
			source->conf = optarg;
		else if (option == OPTION_PACKS)
			source->packs = optarg;
		else if (option == OPTION_JSON)
			c->json = true;
		else if (option == 'h')
			return help(NULL);
		else if (option == 'V') {
			puts("rsvpctl " PACKAGE_VERSION);
			return end(0);
		} else {
			fputs("Try \"rsvpctl --help\".\n", stderr);
			return EX_USAGE;
		}
	}
	return -1;
}

int
main(int argc, char **argv)
{
	static char name[] = "rsvpctl";
	struct site_source source = { .conf = NULL };
	struct ctl c = { .source = &source };
	const struct command *command;
	int code;

	if (file_fill_standard() < 0)
		return EX_OSERR;
	/* A file that may not grow is an error like others. */
	signal(SIGXFSZ, SIG_IGN);
	log_open_stderr(name);
	if (argc > 0)
		argv[0] = name;
	code = parse_options(argc, argv, &source, &c);
	if (code >= 0)
		return code;
	if (source.conf == NULL)
		source.conf =
		    access(DEFAULT_CONF, F_OK) == 0 ? DEFAULT_CONF : "";
	if (optind == argc) {
		print_usage(stderr);
		return EX_USAGE;
	}
	argc -= optind;
	argv += optind;
	if (strcmp(argv[0], "help") == 0)
		return help(argc > 1 ? argv[1] : NULL);
	command = find_command(argv[0]);
	if (command == NULL)
		return ctl_fail(EX_USAGE,
		    "no command \"%s\"; try \"rsvpctl help\"", argv[0]);
	return run_command(command, &c, argc, argv);
}
