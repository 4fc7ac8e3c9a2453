# effects: what outlives the message.
milter_libcore_a_SOURCES += \
	milter/effects/audit.c milter/effects/audit.h \
	milter/effects/audit_file.c \
	milter/effects/audit_names.c milter/effects/audit_names.h \
	milter/effects/audit_queue.c milter/effects/audit_queue.h \
	milter/effects/audit_read.c milter/effects/audit_read.h \
	milter/effects/changes.c milter/effects/changes.h \
	milter/effects/child.c milter/effects/child.h \
	milter/effects/compose.c milter/effects/compose.h \
	milter/effects/compose_parts.h \
	milter/effects/daily.c milter/effects/daily.h \
	milter/effects/daily_page.c \
	milter/effects/database.c milter/effects/database.h \
	milter/effects/held.c milter/effects/held.h \
	milter/effects/held_parts.h \
	milter/effects/held_postfix.c \
	milter/effects/held_sendmail.c \
	milter/effects/notice.c \
	milter/effects/own_fields.c milter/effects/own_fields.h \
	milter/effects/redis_link.c milter/effects/redis_link.h \
	milter/effects/redis_target.c milter/effects/redis_target.h \
	milter/effects/selftest.c milter/effects/selftest.h \
	milter/effects/smtp.c milter/effects/smtp.h \
	milter/effects/store.c milter/effects/store.h \
	milter/effects/store_memory.c \
	milter/effects/store_redis.c \
	milter/effects/store_redis_script.c \
	milter/effects/store_redis_script.h \
	milter/effects/store_sqlite.c \
	milter/effects/template.c \
	milter/effects/template_parts.h \
	milter/effects/token.c milter/effects/token.h \
	milter/effects/transport.c milter/effects/transport.h
