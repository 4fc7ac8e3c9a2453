// SPDX-License-Identifier: BSD-2-Clause
/*
 * err.h - the words of a failure.
 *
 * A function that can fail returns 0 or -1 (or NULL) and writes what failed,
 * where and why into a struct the caller owns: no heap, no globals, so it is
 * safe in any number of threads.  Only front ends show or log the text.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum { ERR_TEXT_SIZE = 512 };

struct err {
	char text[ERR_TEXT_SIZE]; /* one line: controls are "?" */
};

#define ERR_NONE          \
	{                 \
		{         \
			0 \
		}         \
	}

/*
 * Write the text; what does not fit is cut.  Always returns -1, so that
 * "return err_set(e, ...)" reads as it works.  e may be NULL.  The arguments
 * may point into e->text.
 */
int err_set(struct err *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same with ": " and strerror(3) of code behind it.  Returns -1. */
int err_sys(struct err *e, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/*
 * Put where the failure was in front of the text that is there already, with
 * ": " between them.  Returns -1.
 */
int err_in(struct err *e, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
