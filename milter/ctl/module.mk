# ctl: rsvpctl and its commands, a file each.
bin_PROGRAMS += milter/rsvpctl
capture_text_sources = \
	milter/ctl/capture_chars.c milter/ctl/capture_chars.h \
	milter/ctl/capture_marks.c milter/ctl/capture_marks.h \
	milter/ctl/capture_text.c milter/ctl/capture_text.h \
	milter/ctl/capture_word.c milter/ctl/capture_word.h \
	milter/ctl/capture_words.c milter/ctl/capture_words.h
capture_message_sources = $(capture_text_sources) \
	milter/ctl/capture_body.c milter/ctl/capture_body.h \
	milter/ctl/capture_field.c milter/ctl/capture_field.h \
	milter/ctl/capture_html.c milter/ctl/capture_html.h \
	milter/ctl/capture_slots.c milter/ctl/capture_slots.h
milter_rsvpctl_SOURCES = \
	milter/ctl/breaker.c \
	$(capture_message_sources) \
	milter/ctl/capture.c \
	milter/ctl/capture_check.c milter/ctl/capture_check.h \
	milter/ctl/capture_plan.c milter/ctl/capture_plan.h \
	milter/ctl/check.c \
	milter/ctl/check_site.c \
	milter/ctl/conf.c \
	milter/ctl/contacts.c milter/ctl/contacts.h \
	milter/ctl/contacts_book.c \
	milter/ctl/contacts_diff.c \
	milter/ctl/contacts_find.c \
	milter/ctl/contacts_folder.c \
	milter/ctl/contacts_import.c \
	milter/ctl/contacts_setting.c milter/ctl/contacts_setting.h \
	milter/ctl/ctl.h \
	milter/ctl/decision.c milter/ctl/decision.h \
	milter/ctl/digest.c milter/ctl/digest.h \
	milter/ctl/digest_collect.c \
	milter/ctl/editor.c milter/ctl/editor.h \
	milter/ctl/explain.c \
	milter/ctl/explain_words.c milter/ctl/explain_words.h \
	milter/ctl/explanation.c milter/ctl/explanation.h \
	milter/ctl/explanation_answer.c \
	milter/ctl/health.c \
	milter/ctl/held_mail.c milter/ctl/held_mail.h \
	milter/ctl/job.c milter/ctl/job.h \
	milter/ctl/log.c milter/ctl/log_print.h \
	milter/ctl/log_csv.c \
	milter/ctl/log_table.c \
	milter/ctl/mail_files.c milter/ctl/mail_files.h \
	milter/ctl/main.c \
	milter/ctl/outbox.c \
	milter/ctl/policy.c milter/ctl/policy.h \
	milter/ctl/probe.c milter/ctl/probe.h \
	milter/ctl/policy_use.c \
	milter/ctl/print.c \
	milter/ctl/quarantine.c \
	milter/ctl/quarantine_change.c milter/ctl/quarantine_change.h \
	milter/ctl/quarantine_print.c milter/ctl/quarantine_print.h \
	milter/ctl/records.c milter/ctl/records.h \
	milter/ctl/records_rotated.c \
	milter/ctl/replay.c \
	milter/ctl/replay_count.c milter/ctl/replay_count.h \
	milter/ctl/replay_facts.c milter/ctl/replay_facts.h \
	milter/ctl/replay_mail.c milter/ctl/replay_mail.h \
	milter/ctl/replay_print.c milter/ctl/replay_print.h \
	milter/ctl/replay_rules.c milter/ctl/replay_rules.h \
	milter/ctl/report.c \
	milter/ctl/report_count.c milter/ctl/report_count.h \
	milter/ctl/report_json.c milter/ctl/report_print.h \
	milter/ctl/report_page.c milter/ctl/report_page.h \
	milter/ctl/report_page_parts.c \
	milter/ctl/report_rules.c \
	milter/ctl/report_text.c \
	milter/ctl/root.c \
	milter/ctl/rules.c \
	milter/ctl/selection.c milter/ctl/selection.h \
	milter/ctl/selection_options.c \
	milter/ctl/selection_person.c \
	milter/ctl/selftest.c milter/ctl/selftest.h \
	milter/ctl/selftest_mailbox.c \
	milter/ctl/selftest_print.c \
	milter/ctl/state.c \
	milter/ctl/stats.c \
	milter/ctl/telling.c milter/ctl/telling.h \
	milter/ctl/test.c \
	milter/ctl/trial.c milter/ctl/trial.h
milter_rsvpctl_LDADD = $(core_libs)
