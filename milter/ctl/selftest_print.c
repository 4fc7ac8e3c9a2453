// SPDX-License-Identifier: BSD-2-Clause
/*
 * selftest_print.c - what became of forged fields, and what to do.
 */
#include <stdio.h>

#include "base/json.h"
#include "base/limits.h"
#include "ctl/ctl.h"
#include "ctl/selftest.h"
#include "effects/own_fields.h"

static const char *const fates[] = { "stripped", "survived", "SURVIVED" };
static const char *const words[] = { "stripped", "survived", "believed" };

size_t
selftest_count(const struct selftest *s, enum selftest_fate fate)
{
	size_t count = 0;

	for (size_t i = 0; i < s->fields; i++)
		count += s->field[i].fate == fate;
	return count;
}

/* Whether there is a field of ours, or one of the site's, of that fate. */
static bool
is_any(const struct selftest *s, bool ours, enum selftest_fate fate)
{
	for (size_t i = 0; i < s->fields; i++)
		if ((s->field[i].id.size == 0) == ours &&
		    s->field[i].fate == fate)
			return true;
	return false;
}

static void
print_field(const struct selftest_field *field)
{
	ctl_put_column(view_of(fates[field->fate]), 8);
	ctl_put_column(view_of(field->name), 22);
	ctl_put(field->id);
	if (field->id.size > 0 && field->how[0] != '\0')
		fputs(": ", stdout);
	puts(field->how);
}

static void
print_advice_on_results(const struct selftest *s)
{
	if (is_any(s, false, SELFTEST_BELIEVED))
		puts("\nSURVIVED, Authentication-Results: the filter may "
		     "believe such a field of\n"
		     "anybody.  Whoever writes them for this site must take "
		     "those away that come\n"
		     "in, and must come before the filter.\n"
		     "  OpenDKIM  RemoveARAll yes; and RemoveARFrom with the "
		     "id, if that is not\n"
		     "            the host's own name\n"
		     "  rspamd    milter_headers: use = "
		     "[\"authentication-results\"]; where remove_ar_from\n"
		     "            is set, with the id in it\n"
		     "  Postfix   header_checks = regexp:FILE with the line\n"
		     "            /^Authentication-Results *:/ IGNORE, which "
		     "takes all away before\n"
		     "            any filter; OpenDKIM leaves fields of more "
		     "than 4 KB\n"
		     "  else      trust.authserv_ids = (); and "
		     "trust.dkim = \"verify\"");
	if (is_any(s, false, SELFTEST_SURVIVED))
		puts("\nsurvived, Authentication-Results: the filter is not "
		     "fooled, since they stand\n"
		     "below a Received field of the sender's or cannot be "
		     "read.  Other programs may be.");
}

static void
print_advice_on_ours(const struct selftest *s, bool dry_run)
{
	if (!is_any(s, true, SELFTEST_BELIEVED))
		return;
	puts("\nSURVIVED, " OWN_FIELDS_PREFIX
	     ": people's mail programs may follow such a field of anybody.\n"
	     "The filter takes them away, so it was not asked, or let the "
	     "mail go:\n"
	     "  - the MTA does not have it, or could not reach it "
	     "(rsvp-milter(8));\n"
	     "  - the mail was sent from one of internal_hosts, or the "
	     "recipient is no user\n"
	     "    of the site: send it from outside, to a user.");
	if (dry_run)
		puts("  - dry_run is set: nothing is changed.");
}

void
selftest_print(const struct selftest *s, bool dry_run)
{
	puts("RESULT   FIELD                  HOW IT WAS WRITTEN");
	for (size_t i = 0; i < s->fields; i++)
		print_field(&s->field[i]);
	if (!is_any(s, false, SELFTEST_STRIPPED) &&
	    !is_any(s, false, SELFTEST_SURVIVED) &&
	    !is_any(s, false, SELFTEST_BELIEVED))
		puts("\ntrust.authserv_ids is empty: no "
		     "Authentication-Results is believed, and none was tried.");
	print_advice_on_results(s);
	print_advice_on_ours(s, dry_run);
	putchar('\n');
	ctl_put_count(s->fields, "forged field");
	printf(", %zu stripped, %zu survived, %zu of these may be believed\n",
	    selftest_count(s, SELFTEST_STRIPPED),
	    s->fields - selftest_count(s, SELFTEST_STRIPPED),
	    selftest_count(s, SELFTEST_BELIEVED));
}

void
selftest_print_json(const struct selftest *s)
{
	struct text out = TEXT_INIT(LIMIT_AUDIT_SIZE);
	struct json j = JSON_INIT(&out);

	json_begin_object(&j, NULL);
	json_add_string(&j, "mark", view_of(s->mark));
	json_add_number(&j, "believed",
	    (int64_t)selftest_count(s, SELFTEST_BELIEVED));
	json_begin_array(&j, "fields");
	for (size_t i = 0; i < s->fields; i++) {
		const struct selftest_field *field = &s->field[i];

		json_begin_object(&j, NULL);
		json_add_string(&j, "field", view_trim(view_of(field->name)));
		if (field->id.size > 0)
			json_add_string(&j, "id", field->id);
		json_add_string(&j, "how", view_of(field->how));
		json_add_string(&j, "result", view_of(words[field->fate]));
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
	puts(text_string(&out));
	text_free(&out);
}
