// SPDX-License-Identifier: BSD-2-Clause
/*
 * empty_milter.c - a plain libmilter filter with every callback registered
 * and empty: what a mail costs a filter that does nothing at all.
 */
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <sysexits.h>

static sfsistat
on_connect(SMFICTX *context, char *name, _SOCK_ADDR *address)
{
	(void)context;
	(void)name;
	(void)address;
	return SMFIS_CONTINUE;
}

static sfsistat
on_word(SMFICTX *context, char *word)
{
	(void)context;
	(void)word;
	return SMFIS_CONTINUE;
}

static sfsistat
on_command(SMFICTX *context, const char *command)
{
	(void)context;
	(void)command;
	return SMFIS_CONTINUE;
}

static sfsistat
on_envelope(SMFICTX *context, char **arguments)
{
	(void)context;
	(void)arguments;
	return SMFIS_CONTINUE;
}

static sfsistat
on_header(SMFICTX *context, char *name, char *value)
{
	(void)context;
	(void)name;
	(void)value;
	return SMFIS_CONTINUE;
}

static sfsistat
on_body(SMFICTX *context, unsigned char *chunk, size_t size)
{
	(void)context;
	(void)chunk;
	(void)size;
	return SMFIS_CONTINUE;
}

static sfsistat
on_step(SMFICTX *context)
{
	(void)context;
	return SMFIS_CONTINUE;
}

int
main(int argc, char **argv)
{
	struct smfiDesc description = {
		.xxfi_name = "empty",
		.xxfi_version = SMFI_VERSION,
		.xxfi_connect = on_connect,
		.xxfi_helo = on_word,
		.xxfi_envfrom = on_envelope,
		.xxfi_envrcpt = on_envelope,
		.xxfi_header = on_header,
		.xxfi_eoh = on_step,
		.xxfi_body = on_body,
		.xxfi_eom = on_step,
		.xxfi_abort = on_step,
		.xxfi_close = on_step,
		.xxfi_unknown = on_command,
		.xxfi_data = on_step,
	};

	if (argc != 2 || smfi_register(description) != MI_SUCCESS ||
	    smfi_setconn(argv[1]) != MI_SUCCESS) {
		fprintf(stderr, "Usage: empty_milter SOCKET\n");
		return EX_USAGE;
	}
	return smfi_main() == MI_SUCCESS ? 0 : EX_UNAVAILABLE;
}
