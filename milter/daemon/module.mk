# daemon: one message in, one decision out, and the processes around it.
milter_libcore_a_SOURCES += \
	milter/daemon/bounced.c milter/daemon/bounced.h \
	milter/daemon/breaker.c milter/daemon/breaker.h \
	milter/daemon/conf.c milter/daemon/conf.h \
	milter/daemon/conf_items.c milter/daemon/conf_items.h \
	milter/daemon/conf_print.c \
	milter/daemon/control.c milter/daemon/control.h \
	milter/daemon/control_ask.c \
	milter/daemon/counted.c milter/daemon/counted.h \
	milter/daemon/counters.c milter/daemon/counters.h \
	milter/daemon/counters_print.c milter/daemon/counters_print.h \
	milter/daemon/endpoint.c milter/daemon/endpoint.h \
	milter/daemon/engine.c milter/daemon/engine.h \
	milter/daemon/engine_answer.c milter/daemon/engine_notice.c \
	milter/daemon/engine_known.c milter/daemon/engine_parts.h \
	milter/daemon/engine_trust.c \
	milter/daemon/filter.c milter/daemon/filter.h \
	milter/daemon/folder_entry.c milter/daemon/folder_entry.h \
	milter/daemon/folder_watch.c milter/daemon/folder_watch.h \
	milter/daemon/folders.c milter/daemon/folders.h \
	milter/daemon/health.c milter/daemon/health.h \
	milter/daemon/hosts.c milter/daemon/hosts.h \
	milter/daemon/identity.c milter/daemon/identity.h \
	milter/daemon/job_record.c milter/daemon/job_record.h \
	milter/daemon/learned.c milter/daemon/learned.h \
	milter/daemon/news.c milter/daemon/news.h \
	milter/daemon/notify.c milter/daemon/notify.h \
	milter/daemon/second_look.c milter/daemon/second_look.h \
	milter/daemon/sender.c milter/daemon/sender.h \
	milter/daemon/session.c milter/daemon/session.h \
	milter/daemon/site.c milter/daemon/site.h \
	milter/daemon/split.c milter/daemon/split.h \
	milter/daemon/status.c milter/daemon/status.h \
	milter/daemon/state_keys.c milter/daemon/state_keys.h \
	milter/daemon/stop_file.c milter/daemon/stop_file.h

sbin_PROGRAMS += milter/rsvp-milter
milter_rsvp_milter_SOURCES = \
	milter/daemon/callbacks.c milter/daemon/callbacks.h \
	milter/daemon/main.c \
	milter/daemon/pid_file.c milter/daemon/pid_file.h \
	milter/daemon/process.c milter/daemon/process.h \
	milter/daemon/process_child.c milter/daemon/process_child.h \
	milter/daemon/process_filter.c \
	milter/daemon/process_main.c \
	milter/daemon/process_sender.c
milter_rsvp_milter_LDADD = $(core_libs)
