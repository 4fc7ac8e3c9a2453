// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_redis_script.h - what Redis itself does, as one Lua script.
 *
 * A script runs as one step: nobody else's command comes between.  Its first
 * argument is the operation's name, then come the epoch and the serial that
 * the caller knows, then what each function of the script names.  Every answer
 * is a list that begins with the serial.
 */
#ifndef EFFECTS_STORE_REDIS_SCRIPT_H
#define EFFECTS_STORE_REDIS_SCRIPT_H

extern const char store_redis_script[];

#endif
