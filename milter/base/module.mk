# base: no mail in here.
milter_libcore_a_SOURCES += \
	milter/base/base64.c milter/base/base64.h \
	milter/base/clock.c milter/base/clock.h \
	milter/base/digest.c milter/base/digest.h \
	milter/base/err.c milter/base/err.h \
	milter/base/file.c milter/base/file.h \
	milter/base/file_put.c milter/base/file_put.h \
	milter/base/fold.c milter/base/fold.h \
	milter/base/json.c milter/base/json.h \
	milter/base/json_read.c milter/base/json_read.h \
	milter/base/limits.h \
	milter/base/lines.c milter/base/lines.h \
	milter/base/log.c milter/base/log.h \
	milter/base/moment.c milter/base/moment.h \
	milter/base/pool.c milter/base/pool.h \
	milter/base/replace.c milter/base/replace.h \
	milter/base/text.c milter/base/text.h \
	milter/base/tree.c milter/base/tree.h \
	milter/base/tree_check.c milter/base/tree_check.h \
	milter/base/unpack.c milter/base/unpack.h \
	milter/base/utf8.c milter/base/utf8.h \
	milter/base/view.c milter/base/view.h
