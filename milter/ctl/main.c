// SPDX-License-Identifier: BSD-2-Clause
/*
 * main.c - rsvpctl(1): finds the command and what it needs.
 */
#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/log.h"
#include "base/utf8.h"
#include "config.h"
#include "ctl/ctl.h"
#include "mail/mime.h"

#define DEFAULT_CONF SYSCONFDIR "/rsvp-milter.conf"

enum needs { NEED_NOTHING, NEED_SITE };

/* The usage text, the manual's test and the search read the same table. */
static const struct command {
	const char *name, *arguments, *help;
	enum needs needs;
	ctl_command *run;
} commands[] = {
	{ "check", "[USER ...]",
	    "read settings, packs and users' folders, "
	    "report mistakes",
	    NEED_SITE, ctl_check },
	{ "conf", "", "print every setting and what it is", NEED_SITE,
	    ctl_conf },
	{ "test",
	    "[--rcpt ADDRESS] [--user USER] [--from ADDRESS] "
	    "[--client HOST] [--keys KEYS] [--trace] FILE ...",
	    "say what would be done with a message, and why", NEED_SITE,
	    ctl_test },
	{ "log",
	    "[-n COUNT] [--user USER] [--type TYPE] [--person TEXT] "
	    "[--qid ID] [FILE ...]",
	    "list what was decided", NEED_SITE, ctl_log },
	{ "outbox", "list", "list answers that wait, or what became of them",
	    NEED_SITE, ctl_outbox },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

int
ctl_fail(int code, const char *format, ...)
{
	va_list arguments;

	fputs("rsvpctl: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return code;
}

int
ctl_usage(const char *command)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, command) == 0)
			fprintf(stderr, "Usage: rsvpctl %s %s\n", command,
			    commands[i].arguments);
	return EX_USAGE;
}

void
ctl_put(struct view v)
{
	struct text t = TEXT_INIT(4 * LIMIT_FIELD_SIZE);

	utf8_add_printable(&t, v, LIMIT_FIELD_SIZE);
	fputs(text_string(&t), stdout);
	text_free(&t);
}

void
ctl_put_column(struct view v, size_t width)
{
	struct text t = TEXT_INIT(4 * LIMIT_FIELD_SIZE);
	size_t used = 0, at = 0;

	utf8_add_printable(&t, v, LIMIT_FIELD_SIZE);
	v = text_view(&t);
	while (at < v.size && used < width) {
		size_t from = at;

		utf8_next(v, &at);
		fwrite(v.data + from, 1, at - from, stdout);
		used++;
	}
	for (; used < width + 1; used++)
		putchar(' ');
	text_free(&t);
}

static void
print_usage(FILE *to)
{
	fputs("Usage: rsvpctl [-c FILE] [--packs FOLDER] [--json] COMMAND ...\n"
	      "\n",
	    to);
	for (size_t i = 0; i < COMMANDS; i++)
		fprintf(to, "  %-8s %s\n           %s\n", commands[i].name,
		    commands[i].arguments, commands[i].help);
	fputs("\nWithout -c and without " DEFAULT_CONF
	      ", the defaults are in force.  See rsvpctl(1).\n",
	    to);
}

static const struct command *
find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int
run_command(const struct command *command, const struct site_source *source,
    struct ctl *c, int argc, char **argv)
{
	struct err e = ERR_NONE;
	int code;

	if (command->needs == NEED_SITE) {
		c->site = site_load(source, &e);
		if (c->site == NULL)
			return ctl_fail(site_settings_readable(source)
				? EX_CONFIG
				: EX_NOINPUT,
			    "%s", e.text);
	}
	optind = 0; /* the command reads options of its own */
	mime_init();
	code = command->run(c, argc, argv);
	mime_shutdown();
	site_drop(c->site);
	if (fflush(stdout) != 0 || ferror(stdout))
		return ctl_fail(EX_IOERR, "standard output: %s",
		    strerror(errno));
	return code;
}

int
main(int argc, char **argv)
{
	enum { OPTION_PACKS = 256, OPTION_JSON };
	static const struct option options[] = { { "config", required_argument,
						     NULL, 'c' },
		{ "packs", required_argument, NULL, OPTION_PACKS },
		{ "json", no_argument, NULL, OPTION_JSON },
		{ "version", no_argument, NULL, 'V' },
		{ "help", no_argument, NULL, 'h' }, { NULL, 0, NULL, 0 } };
	struct site_source source = { .conf = NULL };
	struct ctl c = { .json = false };
	const struct command *command;
	int option;

	log_open_stderr("rsvpctl");
	while ((option = getopt_long(argc, argv, "+c:Vh", options, NULL)) !=
	    -1) {
		if (option == 'c')
			source.conf = optarg;
		else if (option == OPTION_PACKS)
			source.packs = optarg;
		else if (option == OPTION_JSON)
			c.json = true;
		else if (option == 'V') {
			puts("rsvpctl " PACKAGE_VERSION);
			return 0;
		} else {
			print_usage(option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : EX_USAGE;
		}
	}
	if (source.conf == NULL)
		source.conf =
		    access(DEFAULT_CONF, F_OK) == 0 ? DEFAULT_CONF : "";
	if (optind == argc) {
		print_usage(stderr);
		return EX_USAGE;
	}
	command = find_command(argv[optind]);
	if (command == NULL)
		return ctl_fail(EX_USAGE, "no command \"%s\"; try --help",
		    argv[optind]);
	return run_command(command, &source, &c, argc - optind, argv + optind);
}
