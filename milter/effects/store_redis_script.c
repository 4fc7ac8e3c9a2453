// SPDX-License-Identifier: BSD-2-Clause
/*
 * store_redis_script.c - what Redis itself does, as one Lua script.
 *
 * Keys, all of which begin with "rsvp-milter:":
 *
 *	site            hash: version, secret, epoch, serial, job (last id)
 *	seen            sorted set: SERIAL:KEY:MESSAGE by time
 *	seen:KEY        set of message keys
 *	grant           hash: SERIAL to KEY:MESSAGE:USER
 *	grants, ends    sorted sets: SERIAL by time; by when it is forgotten
 *	claim:KEY       sorted set: SERIAL by the end of its period
 *	message:KEY     the SERIAL of its grant
 *	user:KEY        sorted set: SERIAL by time
 *	job:ID          hash: the job
 *	jobs, done      sorted sets: all jobs; those that have ended, by id
 *	due, late       those that wait, by not_before_ms; by expires_ms
 *	old             those that do not, by when they are forgotten
 *
 * Serials and ids have leading zeros, so that equal times are in their order.
 * Times are the caller's.  Redis' own clock only removes what every filter
 * has left behind: PEXPIRE gives it a week more than the caller needs.  So
 * what a list names may be gone, and is then dropped from the lists.
 *
 * What changes the state begins with next_serial(): where memory is used up,
 * Redis refuses the script's first write and nothing has happened.
 * Numbers that are times stay text: Lua would write them with an exponent.
 */
#include "effects/store_redis_script.h"

#include "effects/store.h"

/* clang-format off */
#define NAME_AND_COMMA(name) "'" #name "', "

const char store_redis_script[] =
"local call, P = redis.call, 'rsvp-milter:'\n"
"local fields = { " JOB_TEXTS(NAME_AND_COMMA) "'mode', 'created_ms',\n"
"  'not_before_ms', 'expires_ms', 'state', 'attempts', 'id' }\n"
"local op = {}\n"

"local function padded(number)\n"
"  return string.format('%016.0f', number)\n"
"end\n"
"local function next_serial()\n"
"  return padded(call('HINCRBY', P .. 'site', 'serial', 1))\n"
"end\n"

/* --- People seen */

"local function drop_sight(member)\n"
"  call('SREM', P .. 'seen:' .. member:sub(18, 81), member:sub(83))\n"
"  call('ZREM', P .. 'seen', member)\n"
"end\n"
"function op.seen(key, message, now, rows, ttl)\n"
"  local all, people = P .. 'seen', P .. 'seen:' .. key\n"
"  if call('SISMEMBER', people, message) == 0 then\n"
"    local member = next_serial() .. ':' .. key .. ':' .. message\n"
"    call('SADD', people, message)\n"
"    call('ZADD', all, now, member)\n"
"    call('PEXPIRE', people, ttl)\n"
"    while call('ZCARD', all) > tonumber(rows) do\n"
"      drop_sight(call('ZRANGE', all, 0, 0)[1])\n"
"    end\n"
"  end\n"
"  return { call('SCARD', people) }\n"
"end\n"

/* --- Jobs */

"local function drop_job(id)\n"
"  for _, list in ipairs({ 'jobs', 'done', 'due', 'late', 'old' }) do\n"
"    call('ZREM', P .. list, id)\n"
"  end\n"
"  call('DEL', P .. 'job:' .. id)\n"
"end\n"
"local function job(id)\n"
"  local values = call('HMGET', P .. 'job:' .. id, unpack(fields))\n"
"  if not values[#fields] then\n"
"    drop_job(id)\n"
"    return nil\n"
"  end\n"
"  return values\n"
"end\n"
"local function change(id, state, why)\n"
"  local name = P .. 'job:' .. id\n"
"  call('HSET', name, 'state', state, 'why', why)\n"
"  call('ZREM', P .. 'due', id)\n"
"  call('ZREM', P .. 'late', id)\n"
"  call('ZADD', P .. 'old', call('HGET', name, 'old_ms'), id)\n"
"  if state ~= 'sending' then\n"
"    call('ZADD', P .. 'done', tonumber(id), id)\n"
"  end\n"
"end\n"
"local function wait(id, not_before, expires)\n"
"  call('ZADD', P .. 'due', not_before, id)\n"
"  call('ZADD', P .. 'late', expires, id)\n"
"  call('ZREM', P .. 'old', id)\n"
"end\n"
"local function fail_expired(now)\n"
"  for _, id in ipairs(call('ZRANGEBYSCORE', P .. 'late', '-inf', now)) do\n"
"    if job(id) then change(id, 'failed', 'expired') end\n"
"  end\n"
"end\n"
"local function first_due(latest)\n"
"  while true do\n"
"    local id = call('ZRANGEBYSCORE', P .. 'due', '-inf', latest,\n"
"      'LIMIT', 0, 1)[1]\n"
"    local found = id and job(id)\n"
"    if found or not id then return found end\n"
"  end\n"
"end\n"
/* The job that is due first, unchanged. */
"function op.peek(now)\n"
"  fail_expired(now)\n"
"  return first_due(now) or {}\n"
"end\n"
/* Takes it, if nobody else has had it since. */
"function op.mark(number, attempts)\n"
"  local id = padded(number)\n"
"  local found = job(id)\n"
"  if not found or found[#fields - 2] ~= 'waiting' or\n"
"      found[#fields - 1] ~= attempts then\n"
"    return { 0 }\n"
"  end\n"
"  next_serial()\n"
"  change(id, 'sending', found[#fields - 7])\n"
"  call('HINCRBY', P .. 'job:' .. id, 'attempts', 1)\n"
"  return { 1 }\n"
"end\n"
"function op.change(number, from, to, why, not_before)\n"
"  local id = padded(number)\n"
"  local found = job(id)\n"
"  if not found or found[#fields - 2] ~= from then return { 0 } end\n"
"  next_serial()\n"
"  if to == 'waiting' then\n"
"    call('HSET', P .. 'job:' .. id, 'state', to, 'why', why,\n"
"      'not_before_ms', not_before)\n"
"    wait(id, not_before, found[#fields - 3])\n"
"  else\n"
"    change(id, to, why)\n"
"  end\n"
"  return { 1 }\n"
"end\n"
"function op.next()\n"
"  local found = first_due('+inf')\n"
"  return { found and found[#fields - 4] }\n"
"end\n"
/* The first job behind that id, as it is now. */
"function op.list(number)\n"
"  while true do\n"
"    local id = call('ZRANGEBYSCORE', P .. 'jobs', '(' .. number, '+inf',\n"
"      'LIMIT', 0, 1)[1]\n"
"    local found = id and job(id)\n"
"    if found or not id then return found or {} end\n"
"  end\n"
"end\n"

/* --- Claims */

"local function drop_grant(serial)\n"
"  local grant = call('HGET', P .. 'grant', serial) or ''\n"
"  call('ZREM', P .. 'claim:' .. grant:sub(1, 64), serial)\n"
"  call('DEL', P .. 'message:' .. grant:sub(66, 129))\n"
"  call('ZREM', P .. 'user:' .. grant:sub(131), serial)\n"
"  call('HDEL', P .. 'grant', serial)\n"
"  call('ZREM', P .. 'grants', serial)\n"
"  call('ZREM', P .. 'ends', serial)\n"
"end\n"
"local function judge(key, message, user, now, day, hour, of_day, of_hour)\n"
"  if call('EXISTS', message) == 1 then return 'same-message' end\n"
"  if call('ZCOUNT', key, '(' .. now, '+inf') > 0 then\n"
"    return 'answered-before'\n"
"  end\n"
"  if call('ZCOUNT', user, '(' .. day, '+inf') >= tonumber(of_day) then\n"
"    return 'user-day-cap'\n"
"  end\n"
"  if call('ZCOUNT', P .. 'grants', '(' .. hour, '+inf') >=\n"
"      tonumber(of_hour) then\n"
"    return 'site-hour-cap'\n"
"  end\n"
"  return 'granted'\n"
"end\n"
"local function add_grant(key, message, user, now, until_ms, end_ms, ttl)\n"
"  local serial = next_serial()\n"
"  local keys = { P .. 'claim:' .. key, P .. 'message:' .. message,\n"
"    P .. 'user:' .. user }\n"
"  call('HSET', P .. 'grant', serial, key .. ':' .. message .. ':' .. user)\n"
"  call('ZADD', P .. 'grants', now, serial)\n"
"  call('ZADD', P .. 'ends', end_ms, serial)\n"
"  call('ZADD', keys[1], until_ms, serial)\n"
"  call('SET', keys[2], serial)\n"
"  call('ZADD', keys[3], now, serial)\n"
"  for _, name in ipairs(keys) do\n"
"    if call('PTTL', name) < tonumber(ttl) then\n"
"      call('PEXPIRE', name, ttl)\n"
"    end\n"
"  end\n"
"end\n"
"local function add_job(old, ttl, ...)\n"
"  local id = padded(call('HINCRBY', P .. 'site', 'job', 1))\n"
"  local name = P .. 'job:' .. id\n"
"  local values = { ... }\n"
"  for i, value in ipairs(values) do call('HSET', name, fields[i], value) end\n"
"  call('HSET', name, 'state', 'waiting', 'attempts', '0', 'old_ms', old,\n"
"    'id', id)\n"
"  call('PEXPIRE', name, ttl)\n"
"  call('ZADD', P .. 'jobs', tonumber(id), id)\n"
"  wait(id, values[#values - 1], values[#values])\n"
"end\n"
"function op.claim(key, message, user, now, day, hour, of_day, of_hour,\n"
"    until_ms, end_ms, ttl, rows, most, ...)\n"
"  local verdict = judge(P .. 'claim:' .. key, P .. 'message:' .. message,\n"
"    P .. 'user:' .. user, now, day, hour, of_day, of_hour)\n"
"  if verdict ~= 'granted' then return { verdict } end\n"
"  local excess = call('ZCARD', P .. 'jobs') + 1 - tonumber(most)\n"
"  if excess > call('ZCARD', P .. 'done') then return { 'full' } end\n"
"  add_grant(key, message, user, now, until_ms, end_ms, ttl)\n"
"  while call('ZCARD', P .. 'grants') > tonumber(rows) do\n"
"    drop_grant(call('ZRANGE', P .. 'grants', 0, 0)[1])\n"
"  end\n"
"  while excess > 0 do\n"
"    drop_job(call('ZRANGE', P .. 'done', 0, 0)[1])\n"
"    excess = excess - 1\n"
"  end\n"
"  add_job(...)\n"
"  return { verdict }\n"
"end\n"

/* --- All of it */

"function op.expire(now, seen_before, rows)\n"
"  local function each(list, latest, drop)\n"
"    for _, member in ipairs(call('ZRANGEBYSCORE', P .. list, '-inf', latest,\n"
"      'LIMIT', 0, rows)) do drop(member) end\n"
"  end\n"
"  fail_expired(now)\n"
"  each('seen', seen_before, drop_sight)\n"
"  each('ends', now, drop_grant)\n"
"  each('old', now, drop_job)\n"
"  return {}\n"
"end\n"
/* The secret and the epoch that are there, or the caller's. */
"local function open(epoch, secret)\n"
"  if call('EXISTS', P .. 'site') == 0 then\n"
"    call('HSET', P .. 'site', 'version', '1', 'secret', secret,\n"
"      'epoch', epoch, 'serial', '0', 'job', '0')\n"
"  end\n"
"  return call('HMGET', P .. 'site', 'serial', 'version', 'secret', 'epoch')\n"
"end\n"
"if ARGV[1] == 'open' then return open(ARGV[2], ARGV[4]) end\n"
"local site = call('HMGET', P .. 'site', 'epoch', 'serial')\n"
"if site[1] ~= ARGV[2] then\n"
"  return redis.error_reply('LOST what was kept is gone or replaced')\n"
"end\n"
"if tonumber(site[2]) < tonumber(ARGV[3]) then\n"
"  return redis.error_reply('LOST what was kept is older than it was')\n"
"end\n"
"local answer = op[ARGV[1]](unpack(ARGV, 4))\n"
"table.insert(answer, 1, call('HGET', P .. 'site', 'serial'))\n"
"return answer\n";
/* clang-format on */
