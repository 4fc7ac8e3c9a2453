# recognise: message and packs into a request, with evidence.
milter_libcore_a_SOURCES += \
	milter/recognise/fields.c \
	milter/recognise/fields.h \
	milter/recognise/imitation.c \
	milter/recognise/imitation.h \
	milter/recognise/literal.c \
	milter/recognise/literal.h \
	milter/recognise/note.c \
	milter/recognise/note.h \
	milter/recognise/pack.c \
	milter/recognise/pack.h \
	milter/recognise/pack_fields.c \
	milter/recognise/pack_imitations.c \
	milter/recognise/pack_pages.c \
	milter/recognise/pack_parts.h \
	milter/recognise/pack_rules.c \
	milter/recognise/pack_sample.c \
	milter/recognise/reading.c \
	milter/recognise/reading.h \
	milter/recognise/recognise.c \
	milter/recognise/recognise.h \
	milter/recognise/regex.c \
	milter/recognise/regex.h \
	milter/recognise/request.c \
	milter/recognise/request.h
