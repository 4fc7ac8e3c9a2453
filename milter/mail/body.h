// SPDX-License-Identifier: BSD-2-Clause
/*
 * body.h - the second half of message.h: text and links of the body.
 */
#ifndef MAIL_BODY_H
#define MAIL_BODY_H

#include "mail/message.h"

/*
 * Fills plain, html, html_lang and link of m, whose header and body are set,
 * and adds to cut.  Returns 0, or -1 and e when memory is used up (that of
 * the pool also shows in pool_ok()).
 */
int body_read(struct pool *p, struct message *m, struct err *e);

#endif
