# mail: bytes into an immutable message, and who vouches for it.
milter_libcore_a_SOURCES += \
	milter/mail/addr.c milter/mail/addr.h \
	milter/mail/auth.h \
	milter/mail/entity.c milter/mail/entity.h \
	milter/mail/html.c milter/mail/html.h \
	milter/mail/message.h \
	milter/mail/mime.h \
	milter/mail/normal.c milter/mail/normal.h \
	milter/mail/signature.h
