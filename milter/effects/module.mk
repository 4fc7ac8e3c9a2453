# effects: what outlives the message.
milter_libcore_a_SOURCES += \
	milter/effects/audit.h \
	milter/effects/audit_read.h \
	milter/effects/changes.h \
	milter/effects/compose.h \
	milter/effects/store.h \
	milter/effects/transport.h
