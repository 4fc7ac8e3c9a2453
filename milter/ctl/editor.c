// SPDX-License-Identifier: BSD-2-Clause
/*
 * editor.c - a text in the hands of a person's editor.
 */
#include "ctl/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/file.h"
#include "ctl/ctl.h"

enum { LONGEST_EDITOR = 1000 };

int
editor_open(struct editor *ed, const char *name, struct view content)
{
	const char *where = getenv("TMPDIR");
	int fd, used, code = 0;

	if (where == NULL || where[0] == '\0')
		where = "/tmp";
	used = snprintf(ed->folder, sizeof(ed->folder), "%s/rsvpctl.XXXXXX",
	    where);
	if (used < 0 || (size_t)used >= sizeof(ed->folder))
		return ctl_fail(EX_CANTCREAT, "TMPDIR: path too long");
	if (mkdtemp(ed->folder) == NULL)
		return ctl_fail(EX_CANTCREAT, "%s: %s", where, strerror(errno));
	used = snprintf(ed->file, sizeof(ed->file), "%s/%s", ed->folder, name);
	if (used < 0 || (size_t)used >= sizeof(ed->file)) {
		rmdir(ed->folder);
		return ctl_fail(EX_CANTCREAT, "%s: name too long", name);
	}
	fd = open(ed->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || file_write_all(fd, content) < 0)
		code =
		    ctl_fail(EX_CANTCREAT, "%s: %s", ed->file, strerror(errno));
	if (fd >= 0)
		close(fd);
	if (code != 0)
		editor_close(ed);
	return code;
}

/* An editor may be a command with arguments. */
static void
become_editor(const char *editor, const char *file)
{
	char command[LONGEST_EDITOR];
	int used = snprintf(command, sizeof(command), "%s \"$1\"", editor);

	if (used > 0 && (size_t)used < sizeof(command))
		execl("/bin/sh", "sh", "-c", command, "sh", file, (char *)NULL);
	_exit(127);
}

static const char *
choose_editor(void)
{
	const char *editor = getenv("VISUAL");

	if (editor == NULL || editor[0] == '\0')
		editor = getenv("EDITOR");
	return editor == NULL || editor[0] == '\0' ? "vi" : editor;
}

/* What is typed at the terminal is the editor's, signals included. */
static int
wait_for_editor(const char *editor, const char *file, int *status)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, interrupt, quit;
	pid_t pid, got = -1;

	fflush(stdout);
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	pid = fork();
	if (pid == 0) {
		sigaction(SIGINT, &interrupt, NULL);
		sigaction(SIGQUIT, &quit, NULL);
		become_editor(editor, file);
	}
	if (pid > 0)
		do
			got = waitpid(pid, status, 0);
		while (got < 0 && errno == EINTR);
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return got < 0 ? -1 : 0;
}

int
editor_run(const struct editor *ed, struct text *out)
{
	const char *editor = choose_editor();
	struct err e = ERR_NONE;
	bool cut = false;
	int status;

	if (wait_for_editor(editor, ed->file, &status) < 0)
		return ctl_fail(EX_OSERR, "%s: %s", editor, strerror(errno));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return ctl_fail(EX_SOFTWARE,
		    "%s: it failed; nothing is changed", editor);
	text_clear(out);
	if (file_read_input(ed->file, out, &cut, &e) < 0)
		return ctl_fail(EX_NOINPUT, "%s", e.text);
	if (cut)
		return ctl_fail(EX_DATAERR, "larger than %zu bytes",
		    out->limit);
	return 0;
}

bool
editor_ask(const char *question)
{
	char answer[80];

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return false;
	fprintf(stderr, "%s [Y/n] ", question);
	return fgets(answer, sizeof(answer), stdin) != NULL &&
	    answer[0] != 'n' && answer[0] != 'N';
}

void
editor_close(const struct editor *ed)
{
	unlink(ed->file);
	/* An editor may have left something of its own. */
	if (rmdir(ed->folder) < 0)
		editor_leave(ed);
}

void
editor_leave(const struct editor *ed)
{
	fprintf(stderr, "rsvpctl: your text is left in %s\n", ed->folder);
}
