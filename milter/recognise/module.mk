# recognise: message and packs into a request, with evidence.
milter_libcore_a_SOURCES += \
	milter/recognise/pack.h \
	milter/recognise/recognise.h \
	milter/recognise/regex.c \
	milter/recognise/regex.h \
	milter/recognise/request.c \
	milter/recognise/request.h
