# mail: bytes into an immutable message, and who vouches for it.
milter_libcore_a_SOURCES += \
	milter/mail/addr.c milter/mail/addr.h \
	milter/mail/auth.c milter/mail/auth.h \
	milter/mail/authres.c milter/mail/authres.h \
	milter/mail/body.c milter/mail/body.h \
	milter/mail/bounce.c milter/mail/bounce.h \
	milter/mail/charset.c milter/mail/charset.h \
	milter/mail/claim.c milter/mail/claim.h \
	milter/mail/collect.c milter/mail/collect.h \
	milter/mail/date.c milter/mail/date.h \
	milter/mail/entity.c milter/mail/entity.h \
	milter/mail/html.c milter/mail/html.h \
	milter/mail/key.c milter/mail/key.h \
	milter/mail/key_cache.c milter/mail/key_cache.h \
	milter/mail/lookalike.c milter/mail/lookalike.h \
	milter/mail/mailto.c milter/mail/mailto.h \
	milter/mail/message.c milter/mail/message.h \
	milter/mail/mime.c milter/mail/mime.h \
	milter/mail/mime_encode.c \
	milter/mail/normal.c milter/mail/normal.h \
	milter/mail/part.c milter/mail/part.h \
	milter/mail/punycode.c milter/mail/punycode.h \
	milter/mail/results.c milter/mail/results.h \
	milter/mail/signature.c milter/mail/signature.h \
	milter/mail/tags.c milter/mail/tags.h
