// SPDX-License-Identifier: BSD-2-Clause
/*
 * capture.c - "rsvpctl capture": a sample of a message that tells nobody who is
 * who, for the maintainers of a pack.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/limits.h"
#include "ctl/capture_body.h"
#include "ctl/capture_check.h"
#include "ctl/ctl.h"
#include "ctl/trial.h"

enum {
	LARGEST = LIMIT_HEADER_SIZE + LIMIT_BODY_SIZE,
	TURNS = 4,      /* chance may make a word that was there before */
	EXIT_OTHER = 1, /* written, but recognised otherwise */
};

struct run {
	struct ctl *c;
	const char *path, *output, *key, *keep;
	bool force;
	char secret[DIGEST_SECRET_SIZE];
	struct trial trial;
	struct text message, sample;
	struct capture_plan plan;
	struct capture capture;
	struct capture_facts was, is;
	struct err difference, what_left;
	size_t left;
};

static int
parse_options(int argc, char **argv, struct run *r)
{
	enum { KEY = 256, KEEP, FORCE };
	static const struct option options[] = {
		{ "key", required_argument, NULL, KEY },
		{ "keep", required_argument, NULL, KEEP },
		{ "force", no_argument, NULL, FORCE },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (option == 'o')
			r->output = optarg;
		else if (option == KEY)
			r->key = optarg;
		else if (option == KEEP)
			r->keep = optarg;
		else if (option == FORCE)
			r->force = true;
		else
			return ctl_usage(argv[0]);
	}
	if (optind == argc)
		return ctl_wrong(argv[0], "which file?");
	if (argc - optind > 1)
		return ctl_wrong(argv[0], "one file at a time");
	if (r->key != NULL && r->key[0] == '\0')
		return ctl_wrong(argv[0], "--key: it is empty");
	if (r->force && r->output == NULL)
		return ctl_wrong(argv[0], "--force without -o");
	r->path = argv[optind];
	return 0;
}

static int
read_message(struct run *r)
{
	struct err e = ERR_NONE;
	bool cut = false;

	if (r->key == NULL && digest_random(r->secret, sizeof(r->secret)) < 0)
		return ctl_fail(EX_OSERR, "random numbers: %s",
		    strerror(errno));
	if (file_read_input(r->path, &r->message, &cut, &e) < 0)
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	if (cut)
		return ctl_fail(EX_DATAERR,
		    "%s: larger than the %d octets that are looked at", r->path,
		    LARGEST);
	return 0;
}

static int
make_plan(void *arg, const char *path, struct trial_result *result)
{
	struct run *r = arg;

	capture_facts_read(&result->decision, &r->was);
	if (capture_plan_make(&r->plan, &r->c->site->packs, &result->decision,
		view_of(r->keep)) < 0)
		return ctl_fail(EX_OSERR, "%s: out of memory", path);
	return 0;
}

static int
look_at_sample(void *arg, const char *path, struct trial_result *result)
{
	struct run *r = arg;

	(void)path;
	capture_facts_read(&result->decision, &r->is);
	r->difference.text[0] = '\0';
	capture_facts_compare(&r->was, &r->is, &r->difference);
	r->left =
	    capture_left(&r->plan, &result->decision.message, &r->what_left);
	return 0;
}

/* Makes a sample and looks at it as the filter would. */
static int
make_sample(struct run *r, unsigned turn)
{
	r->capture = (struct capture){ .turn = turn,
		.key = r->key != NULL
		    ? view_of(r->key)
		    : (struct view){ r->secret, sizeof(r->secret) } };
	capture_plan_use(&r->plan, &r->capture);
	text_clear(&r->sample);
	text_add(&r->sample, text_view(&r->message));
	if (text_ok(&r->sample) && r->sample.size > 0)
		capture_message(&r->capture, r->sample.data, r->sample.size);
	if (!text_ok(&r->sample) || r->capture.failed)
		return ctl_fail(EX_OSERR, "%s: out of memory", r->path);
	return trial_run_bytes(&r->trial, r->path, text_view(&r->sample),
	    look_at_sample, r);
}

static int
open_output(const struct run *r)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
	int fd;

	if (r->output == NULL)
		return STDOUT_FILENO;
	fd = open(r->output, flags | (r->force ? O_TRUNC : O_EXCL),
	    S_IRUSR | S_IWUSR);
	if (fd >= 0 && fchmod(fd, S_IRUSR | S_IWUSR) < 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int
write_sample(const struct run *r)
{
	const char *name = r->output == NULL ? "standard output" : r->output;
	int fd = open_output(r), code = 0;

	if (fd < 0)
		return ctl_fail(EX_CANTCREAT, "%s: %s%s", name, strerror(errno),
		    errno == EEXIST ? "; --force replaces it" : "");
	if (file_write_all(fd, text_view(&r->sample)) < 0)
		code = ctl_fail(EX_IOERR, "%s: %s", name, strerror(errno));
	if (fd != STDOUT_FILENO && close(fd) < 0 && code == 0)
		code = ctl_fail(EX_IOERR, "%s: %s", name, strerror(errno));
	return code;
}

static int
report(const struct run *r)
{
	const struct capture_count *n = &r->capture.count;

	fprintf(stderr,
	    "rsvpctl: %s: replaced %zu words and %zu numbers, in %zu addresses "
	    "and %zu links among others\n",
	    r->path, n->words, n->numbers, n->addresses, n->links);
	if (r->difference.text[0] != '\0')
		return ctl_fail(EXIT_OTHER,
		    "%s: the sample is recognised otherwise: %s", r->path,
		    r->difference.text);
	fprintf(stderr,
	    "rsvpctl: %s: recognised as before: %s%s%s.  Look through it "
	    "before you send it.\n",
	    r->path, r->was.type, r->was.rule[0] == '\0' ? "" : ", by ",
	    r->was.rule);
	return 0;
}

static int
capture(struct run *r)
{
	int code = trial_run_bytes(&r->trial, r->path, text_view(&r->message),
	    make_plan, r);

	for (unsigned turn = 0; code == 0 && turn < TURNS; turn++) {
		code = make_sample(r, turn);
		if (r->left == 0 && r->difference.text[0] == '\0')
			break;
	}
	if (code == 0 && r->left > 0)
		code = ctl_fail(EX_DATAERR,
		    "%s: nothing was written: %zu of its words would be left, "
		    "%s",
		    r->path, r->left, r->what_left.text);
	if (code == 0)
		code = write_sample(r);
	return code == 0 ? report(r) : code;
}

int
ctl_capture(struct ctl *c, int argc, char **argv)
{
	static const struct trial_options options = { .keys = "none" };
	struct run r = { .c = c,
		.message = TEXT_INIT(LARGEST),
		.sample = TEXT_INIT(LARGEST) };
	int code = parse_options(argc, argv, &r);

	if (code != 0)
		return code;
	code = trial_open(&r.trial, c, &options);
	if (code == 0)
		code = read_message(&r);
	if (code == 0)
		code = capture(&r);
	capture_plan_free(&r.plan);
	text_free(&r.message);
	text_free(&r.sample);
	trial_close(&r.trial);
	return code;
}
