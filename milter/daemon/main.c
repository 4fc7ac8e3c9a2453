// SPDX-License-Identifier: BSD-2-Clause
/*
 * main.c - rsvp-milter(8): reads the command line and starts the processes.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "config.h"
#include "daemon/callbacks.h"
#include "daemon/counters.h"
#include "daemon/endpoint.h"
#include "daemon/notify.h"
#include "daemon/process.h"

#define DEFAULT_CONF SYSCONFDIR "/rsvp-milter.conf"

struct arguments {
	const char *conf, *packs, *socket, *pid_file, *user;
	bool foreground, check_only, dry_run, verbose;
};

static const char usage[] =
    "Usage: rsvp-milter [options]\n"
    "A mail filter that answers social networks' requests by your own rules.\n"
    "\n"
    "  -c, --config FILE   settings (" DEFAULT_CONF ")\n"
    "  -n, --check         read settings and packs, report mistakes, exit\n"
    "  -f, --foreground    stay in the foreground, log to standard error too\n"
    "      --dry-run       decide and log, change nothing, send nothing\n"
    "  -p, --socket SOCKET unix:PATH or inet:PORT@HOST, before the settings\n"
    "  -P, --pid-file FILE\n"
    "  -u, --user USER[:GROUP]\n"
    "      --packs FOLDER  packs from here, before the settings\n"
    "  -v, --verbose       log details\n"
    "  -V, --version       version and facts about this build\n"
    "  -h, --help\n"
    "\n"
    "SIGHUP and SIGUSR1 reload settings, packs and users' folders.  See\n"
    "rsvp-milter(8), rsvp-milter.conf(5), rsvpctl(1).\n";

enum { OPTION_DRY_RUN = 256, OPTION_PACKS };

static const struct option long_options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check", no_argument, NULL, 'n' },
	{ "foreground", no_argument, NULL, 'f' },
	{ "dry-run", no_argument, NULL, OPTION_DRY_RUN },
	{ "socket", required_argument, NULL, 'p' },
	{ "pid-file", required_argument, NULL, 'P' },
	{ "user", required_argument, NULL, 'u' },
	{ "packs", required_argument, NULL, OPTION_PACKS },
	{ "verbose", no_argument, NULL, 'v' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static void
print_version(void)
{
	printf("rsvp-milter %s\nbuilt with %s\nlibmilter %s\nsettings %s\n"
	       "packs %s\n",
	    PACKAGE_VERSION, BUILD_FACTS, callbacks_version(), DEFAULT_CONF,
	    PACKDIR);
}

/* -1: go on; else the code to exit with. */
static int
parse_arguments(int argc, char **argv, struct arguments *a)
{
	int option;

	while ((option = getopt_long(argc, argv, "c:nfp:P:u:vVh", long_options,
		    NULL)) != -1) {
		switch (option) {
		case 'c':
			a->conf = optarg;
			break;
		case 'n':
			a->check_only = true;
			break;
		case 'f':
			a->foreground = true;
			break;
		case OPTION_DRY_RUN:
			a->dry_run = true;
			break;
		case 'p':
			a->socket = optarg;
			break;
		case 'P':
			a->pid_file = optarg;
			break;
		case 'u':
			a->user = optarg;
			break;
		case OPTION_PACKS:
			a->packs = optarg;
			break;
		case 'v':
			a->verbose = true;
			break;
		case 'V':
			print_version();
			return 0;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs("Try \"rsvp-milter --help\".\n", stderr);
			return EX_USAGE;
		}
	}
	if (optind < argc) {
		fprintf(stderr, "rsvp-milter: unexpected argument \"%s\"\n",
		    argv[optind]);
		return EX_USAGE;
	}
	return -1;
}

/* The command line wins over the settings. */
static const char *
choose(const char *argument, const char *setting)
{
	return argument == NULL ? setting : argument;
}

static int
fill_options(const struct arguments *a, const struct conf *c,
    struct process_options *o, struct err *e)
{
	o->foreground = a->foreground;
	o->socket = choose(a->socket, c->socket);
	o->socket_mode = c->socket_mode;
	o->pid_file = choose(a->pid_file, c->pid_file);
	o->control = c->control.socket;
	if (a->socket != NULL && endpoint_check(a->socket, e) < 0)
		return err_in(e, "-p");
	if (identity_find(choose(a->user, c->user), &o->identity, e) < 0)
		return a->user != NULL ? err_in(e, "-u")
				       : err_in(e, "%s: user", a->conf);
	if (identity_group(c->socket_group, &o->socket_gid, e) < 0)
		return err_in(e, "%s: socket_group", a->conf);
	if (identity_group(c->control.group, &o->control_gid, e) < 0)
		return err_in(e, "%s: control.group", a->conf);
	return 0;
}

/*
 * The process the shell waits for ends when the filter is ready, with 0, or
 * when it could not start, with its code.  Returns in the background only.
 */
static int
go_to_background(void)
{
	int ready[2], code = EX_OSERR;
	unsigned char byte;
	pid_t pid;

	if (pipe2(ready, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return -1;
	if (pid > 0) {
		close(ready[1]);
		if (read(ready[0], &byte, 1) == 1)
			code = byte;
		_exit(code);
	}
	close(ready[0]);
	setsid();
	return ready[1];
}

struct readiness {
	const struct process_options *options;
	int fd; /* to the process the shell waits for; -1: none */
};

static void
say_ready(void *arg)
{
	struct readiness *r = arg;

	if (r->fd >= 0 && write(r->fd, "", 1) == 1)
		close(r->fd);
	r->fd = -1;
	process_detach(r->options);
	notify_ready();
}

static int
run(const struct arguments *a, struct process_options *o, struct site *site)
{
	struct readiness r = { o, -1 };
	unsigned char byte;
	int code;

	if (geteuid() == 0 && o->identity.uid == (uid_t)-1) {
		log_error("will not run as root: set user in %s, or use -u "
			  "(\"-u root\" if you must)",
		    a->conf);
		return EX_CONFIG;
	}
	/* Of our own site, which is there until the end. */
	log_open(site->conf->audit.syslog_name, site->conf->audit.syslog,
	    !notify_is_journal(STDERR_FILENO));
	if (!a->foreground && (r.fd = go_to_background()) < 0) {
		log_error("cannot go to the background: %s", strerror(errno));
		return EX_OSERR;
	}
	log_info("rsvp-milter %s starts", PACKAGE_VERSION);
	o->counters = counters_new(clock_wall_ms(&clock_system));
	code = process_main(o, site, say_ready, &r);
	counters_free(o->counters);
	byte = (unsigned char)code;
	if (r.fd >= 0 && write(r.fd, &byte, 1) != 1)
		log_error("nobody waits for the end any more");
	return code;
}

int
main(int argc, char **argv)
{
	struct arguments a = { .conf = DEFAULT_CONF };
	struct process_options o = { .pid_file = "" };
	struct err e = ERR_NONE;
	struct site *site;
	int code;

	if (file_fill_standard() < 0)
		return EX_OSERR;
	code = parse_arguments(argc, argv, &a);
	if (code >= 0)
		return code;
	log_open_stderr("rsvp-milter");
	log_set_debug(a.verbose);
	o.source = (struct site_source){ a.conf, a.packs, a.dry_run, true };
	site = site_load(&o.source, &e);
	if (site == NULL || fill_options(&a, site->conf, &o, &e) < 0) {
		log_error("%s", e.text);
		site_drop(site);
		return site_settings_readable(&o.source) ? EX_CONFIG
							 : EX_NOINPUT;
	}
	code = 0;
	if (!a.check_only)
		code = run(&a, &o, site);
	else
		printf("%s: %zu %s, no mistakes found\n", a.conf,
		    site->packs.count,
		    site->packs.count == 1 ? "pack" : "packs");
	site_drop(site);
	return code;
}
