# mail: bytes into an immutable message, and who vouches for it.
milter_libcore_a_SOURCES += \
	milter/mail/addr.c milter/mail/addr.h \
	milter/mail/auth.h \
	milter/mail/html.h \
	milter/mail/message.h \
	milter/mail/mime.h \
	milter/mail/signature.h
