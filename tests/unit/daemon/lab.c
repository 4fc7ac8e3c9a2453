// SPDX-License-Identifier: BSD-2-Clause
/*
 * lab.c - a site in a temporary folder, for the tests of daemon/.
 */
#include "unit/daemon/lab.h"

#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "mail/date.h"
#include "mail/mime.h"
#include "t.h"
#include "tools/sign.h"

enum { LARGEST = 16 * 1024 * 1024 };

static int64_t
now_ms(void *arg)
{
	return *(const int64_t *)arg;
}

static int64_t
now_us(void *arg)
{
	return *(const int64_t *)arg * 1000;
}

static void
keep_line(enum log_level level, const char *line, void *arg)
{
	static const char *const words[] = { "debug", "info", "warning",
		"error" };
	struct lab *l = arg;

	pthread_mutex_lock(&l->log_lock);
	text_addf(&l->log, "%s: %s\n", words[level], line);
	pthread_mutex_unlock(&l->log_lock);
}

int
lab_begin(void **state)
{
	(void)state;
	mime_init();
	return 0;
}

int
lab_end(void **state)
{
	(void)state;
	mime_shutdown();
	return 0;
}

int
lab_open(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return -1;
	*state = l;
	strcpy(l->folder, "/tmp/rsvp-lab.XXXXXX");
	if (mkdtemp(l->folder) == NULL)
		return -1;
	snprintf(l->conf, sizeof(l->conf), "%s/site.conf", l->folder);
	l->now_ms = INT64_C(1795428000000); /* 23 November 2026 */
	l->clock = (struct clock){ now_ms, now_us, &l->now_ms };
	l->log = (struct text)TEXT_INIT(LARGEST);
	pthread_mutex_init(&l->log_lock, NULL);
	log_catch(keep_line, l);
	return 0;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int
remove_all(const char *path)
{
	return nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int
lab_close(void **state)
{
	struct lab *l = *state;
	int result = remove_all(l->folder);

	log_catch(NULL, NULL);
	pthread_mutex_destroy(&l->log_lock);
	text_free(&l->log);
	free(l);
	return result;
}

struct lab_path
lab_path(const struct lab *l, const char *below)
{
	struct lab_path path;

	snprintf(path.text, sizeof(path.text), "%s/%s", l->folder, below);
	return path;
}

int
lab_replace(struct lab *l, const char *below, const char *content)
{
	struct lab_path path = lab_path(l, below), new = lab_path(l, "new");
	FILE *file = fopen(new.text, "w");
	bool ok;

	if (file == NULL)
		return -1;
	ok = fputs(content, file) >= 0 && fchmod(fileno(file), 0644) == 0;
	if (fclose(file) != 0 || !ok)
		return -1;
	return rename(new.text, path.text);
}

void
lab_write(struct lab *l, const char *below, const char *content)
{
	struct lab_path path = lab_path(l, below);

	for (char *slash = path.text + strlen(l->folder) + 1;
	     (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(path.text, 0755);
		*slash = '/';
	}
	if (lab_replace(l, below, content) < 0)
		fail_msg("cannot write %s", path.text);
}

void
lab_remove(struct lab *l, const char *below)
{
	if (remove_all(lab_path(l, below).text) != 0)
		fail_msg("cannot remove %s", below);
}

void
lab_read(const struct lab *l, const char *below, struct text *out)
{
	file_read(lab_path(l, below).text, out, NULL);
}

struct lab_path
lab_source(const char *below)
{
	const char *top = getenv("top_srcdir");
	struct lab_path path;

	snprintf(path.text, sizeof(path.text), "%s/%s", top == NULL ? "." : top,
	    below);
	return path;
}

struct lab_path
lab_keys(void)
{
	struct lab_path keys = lab_source("tests/samples/keys/test.keys"), url;

	snprintf(url.text, sizeof(url.text), "file:%.*s",
	    (int)sizeof(url.text) - 6, keys.text);
	return url;
}

static const char *
or_else(const char *string, const char *otherwise)
{
	return string == NULL ? otherwise : string;
}

/* What the strings say of the folder, "LAB/", becomes where it is. */
static void
write_settings(struct lab *l, struct view settings)
{
	struct text conf = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	size_t at;

	while ((at = view_find(settings, VIEW("LAB/"))) != VIEW_NONE) {
		text_add(&conf, view_part(settings, 0, at));
		text_addf(&conf, "%s/", l->folder);
		settings = view_part(settings, at + 4, VIEW_NONE);
	}
	text_add(&conf, settings);
	assert_true(text_ok(&conf));
	lab_write(l, "site.conf", text_string(&conf));
	text_free(&conf);
}

void
lab_configure(struct lab *l, const struct lab_settings *s)
{
	struct text conf = TEXT_INIT(LIMIT_SETTINGS_SIZE);
	struct lab_path packs = s->packs == NULL ? lab_source("rules/packs")
						 : lab_path(l, s->packs);

	text_addf(&conf,
	    "packs = \"%s\"; templates = \"LAB/templates\"; dry_run = %s;\n"
	    "users = { domains = ( \"example.net\" ); dir = \"LAB/users\"; "
	    "%s };\n"
	    "trust = { keys = \"%s\"; };\n"
	    "reply = { sendmail = \"LAB/sendmail\"; "
	    "host = \"mx.example.net\"; %s };\n"
	    "audit = { file = \"LAB/audit\"; };\n%s\n",
	    packs.text, or_else(s->dry_run, "false"), or_else(s->users, ""),
	    lab_keys().text, or_else(s->reply, ""), or_else(s->top, ""));
	assert_true(text_ok(&conf));
	write_settings(l, text_view(&conf));
	text_free(&conf);
}

struct site *
lab_site(struct lab *l)
{
	struct site_source source = { .conf = l->conf };
	struct err e = ERR_NONE;
	struct site *s = site_load(&source, &e);

	if (s == NULL)
		fail_msg("%s", e.text);
	return s;
}

/* A text as CRLF lines. */
static void
add_crlf(struct text *out, struct view text)
{
	struct view line;

	while (view_line(&text, &line)) {
		text_add(out, line);
		text_add_string(out, "\r\n");
	}
}

void
lab_sample(const char *name, const char *domain, unsigned nth, struct text *out)
{
	struct text file = TEXT_INIT(LARGEST), key = TEXT_INIT(LARGEST);
	struct text lines = TEXT_INIT(LARGEST);
	struct lab_path path = lab_source("tests/samples/");
	struct sign how = { .domain = domain,
		.selector = "test",
		.time = 1000000000 + nth };
	struct err e = ERR_NONE;

	strncat(path.text, name, sizeof(path.text) - strlen(path.text) - 1);
	if (file_read(path.text, &file, &e) < 0 ||
	    file_read(lab_source("tests/samples/keys/test.pem").text, &key,
		&e) < 0)
		fail_msg("%s", e.text);
	add_crlf(&lines, text_view(&file));
	how.key = text_string(&key);
	if (domain == NULL)
		text_add(out, text_view(&lines));
	else if (sign_message(&how, text_view(&lines), out, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	assert_true(text_ok(&lines) && text_ok(out));
	text_free(&file);
	text_free(&key);
	text_free(&lines);
}

/* The raw value of the first field of that name. */
static struct view
field_of(struct view bytes, struct view name)
{
	struct header field;

	while (message_next_field(&bytes, &field))
		if (view_equal_nocase(field.name, name))
			return view_trim(field.raw);
	return VIEW("");
}

void
lab_mail_open(struct lab *l, struct lab_mail *mail, const char *sample,
    const char *domain, const char *recipients)
{
	lab_mail_open_nth(l, mail, sample, domain, 0, recipients);
}

void
lab_mail_open_nth(struct lab *l, struct lab_mail *mail, const char *sample,
    const char *domain, unsigned nth, const char *recipients)
{
	struct envelope *e = &mail->message.envelope;
	struct view rest = view_of(recipients);

	*mail = (struct lab_mail){ .bytes = TEXT_INIT(LARGEST) };
	lab_sample(sample, domain, nth, &mail->bytes);
	mail->message.bytes = text_view(&mail->bytes);
	mail->message.own = &mail->own;
	assert_int_equal(own_fields_read(&mail->own, mail->message.bytes), 0);
	e->client_name = VIEW("mailb-ga.linkedin.com");
	e->client_address = VIEW("192.0.2.1");
	e->from = VIEW("m-1@bounce.linkedin.com");
	e->queue_id = VIEW("Q1");
	e->rcpt = mail->rcpt;
	while (rest.size > 0) {
		size_t blank = view_find_byte(rest, ' ');

		assert_true(e->rcpt_count < LENGTH(mail->rcpt));
		mail->rcpt[e->rcpt_count++] = view_part(rest, 0, blank);
		rest = blank == VIEW_NONE
		    ? VIEW("")
		    : view_part(rest, blank + 1, VIEW_NONE);
	}
	assert_int_equal(date_parse(field_of(mail->message.bytes, VIEW("Date")),
			     &l->now_ms),
	    0);
	l->now_ms += STORE_HOUR_MS;
}

void
lab_mail_close(struct lab_mail *mail)
{
	text_free(&mail->bytes);
	own_fields_free(&mail->own);
}

void
lab_check_log(const char *name, struct lab *l, const char *words)
{
	check_contains(name, text_string(&l->log), words);
	text_clear(&l->log);
}

void
lab_check_no_log(const char *name, struct lab *l, const char *words)
{
	if (strstr(text_string(&l->log), words) != NULL)
		fail_msg("%s: the log has \"%s\"", name, words);
	text_clear(&l->log);
}
