// SPDX-License-Identifier: BSD-2-Clause
/*
 * dkimsign.c - signs a message, to try out what a signed one meets.
 *
 *	dkimsign -d DOMAIN -s SELECTOR -k KEY.pem [-h FIELD:FIELD...] [-l]
 *	    <message >signed-message
 *
 * Without -h it signs the fields that LinkedIn does; -l limits the signature
 * to the body as it is.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "tools/sign.h"

enum { LARGEST = 64 * 1024 * 1024, LARGEST_KEY = 64 * 1024 };

static int
usage(void)
{
	fprintf(stderr,
	    "usage: dkimsign -d domain -s selector -k key.pem "
	    "[-h field:field...] [-l] <message\n");
	return EX_USAGE;
}

static int
fail(int status, const char *words)
{
	fprintf(stderr, "dkimsign: %s\n", words);
	return status;
}

static int
read_input(struct text *out)
{
	char block[16384];
	ssize_t size;

	while ((size = read(STDIN_FILENO, block, sizeof(block))) > 0)
		text_add(out, (struct view){ block, (size_t)size });
	return size < 0 || !text_ok(out) ? -1 : 0;
}

static int
run(const struct sign *sign, const char *key_file)
{
	struct text key = TEXT_INIT(LARGEST_KEY), message = TEXT_INIT(LARGEST);
	struct text out = TEXT_INIT(LARGEST + LARGEST_KEY);
	struct sign with_key = *sign;
	struct err e = ERR_NONE;
	int status = EX_OK;

	if (file_read(key_file, &key, &e) < 0) {
		status = fail(EX_NOINPUT, e.text);
		goto out;
	}
	if (read_input(&message) < 0) {
		status = fail(EX_NOINPUT, "cannot read the message");
		goto out;
	}
	with_key.key = text_string(&key);
	if (sign_message(&with_key, text_view(&message), &out, &e) < 0)
		status = fail(EX_DATAERR, e.text);
	else if (file_write_all(STDOUT_FILENO, text_view(&out)) < 0)
		status = fail(EX_IOERR, "cannot write");
out:
	text_free(&key);
	text_free(&message);
	text_free(&out);
	return status;
}

int
main(int argc, char **argv)
{
	struct sign sign = { .domain = NULL };
	const char *key_file = NULL;
	int option;

	while ((option = getopt(argc, argv, "d:s:k:h:l")) != -1)
		switch (option) {
		case 'd':
			sign.domain = optarg;
			break;
		case 's':
			sign.selector = optarg;
			break;
		case 'k':
			key_file = optarg;
			break;
		case 'h':
			sign.fields = optarg;
			break;
		case 'l':
			sign.limit = true;
			break;
		default:
			return usage();
		}
	if (argc > optind || sign.domain == NULL || sign.selector == NULL ||
	    key_file == NULL)
		return usage();
	return run(&sign, key_file);
}
