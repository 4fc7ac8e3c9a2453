// SPDX-License-Identifier: BSD-2-Clause
/*
 * body.h - the second half of message.h: text and links of the body.
 */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "mail/message.h"

/*
 * Fills plain, html, html_lang and link of m, whose header and body are set,
 * and adds to cut.  Returns 0, or -1 when memory is used up; that of the pool
 * shows in pool_ok() alone.
 */
int body_read(struct pool *p, struct message *m);

#endif
