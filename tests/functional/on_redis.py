#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_redis.py - two mail hosts, each a Postfix and a filter, that share a
real Redis."""
import contextlib
import sys
import threading

import postfix_lab
import redis_server
from lab import check, run, sample, sign, wait_until
from mail_flow import ANSWER_INMAIL, INMAIL
from postfix_lab import PostfixLab
from redis_server import Redis


@contextlib.contextmanager
def two_hosts():
    """A Redis and two labs that share it, with the same user."""
    with Redis() as server:
        settings = {"state": '"%s"' % server.url()}
        with PostfixLab(settings) as one, PostfixLab(settings) as two:
            for lab in (one, two):
                lab.user("alice", ANSWER_INMAIL)
            yield server, (one, two)


def notification(number):
    """Another one of the same person."""
    return sign(sample(INMAIL) + b"\r\nNumber %d.\r\n" % number)


def send_all(lab, numbers):
    """Sends them through one host until each is delivered: their records."""
    ids = [lab.send(notification(number)) for number in numbers]
    for queue_id in ids:
        lab.wait_for_delivery(queue_id)
    return [lab.decision(queue_id) for queue_id in ids]


def answers(labs):
    return sum(len(lab.sunk()) for lab in labs)


def ends(labs):
    """What the records say became of answers."""
    return sorted(record["outbox"] for lab in labs for record in lab.records()
                  if "outbox" in record and record["outbox"] != "refused")


def refusals(labs):
    return [record["why"] for lab in labs for record in lab.records()
            if record.get("outbox") == "refused"]


def wait_for_answer(labs):
    wait_until(lambda: "sent" in ends(labs), "the answer's record")
    wait_until(lambda: answers(labs) > 0, "the answer")


def twenty_notifications_get_one_answer(_):
    with two_hosts() as (_, labs):
        threads = [threading.Thread(target=send_all,
                                    args=(lab, range(start, start + 10)))
                   for lab, start in zip(labs, (0, 10))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        wait_for_answer(labs)
        check([len(lab.delivered("alice")) for lab in labs], [10, 10],
              "delivered")
        wait_until(lambda: len(refusals(labs)) == 19, "19 refusals")
        check(set(refusals(labs)), {"answered-before"}, "why no other")
        check(ends(labs), ["queued", "sent"], "became of answers")
        check(answers(labs), 1, "answers")
        seen = sorted(record["recipients"][0]["seen"] for lab in labs
                      for record in lab.records() if "type" in record)
        check(seen, list(range(1, 21)), "seen, counted by both")


def without_redis_mail_flows_and_nothing_is_sent(_):
    with two_hosts() as (server, labs):
        server.stop()
        for start, lab in enumerate(labs):
            records = send_all(lab, range(start, 10, 2))
            check({record["type"] for record in records}, {"inmail"}, "type")
            check(len(lab.delivered("alice")), 5, "delivered")
            check("X-RSVP-Tag: Asked" in lab.delivered("alice")[0].decode(
                errors="replace"), True, "tagged")
            lab.wait_for_log("Connection refused")
        check((answers(labs), ends(labs)), (0, []), "answers")

        # Back: the filters look again in a while.
        server.start()
        numbers = iter(range(10, 10000))
        wait_until(lambda: [send_all(lab, [next(numbers)]) for lab in labs]
                   and "queued" in ends(labs), "a claim")
        wait_for_answer(labs)

        # Once more, and still one.
        server.stop()
        server.start()
        for lab in labs:
            # It may leave the store alone for a while yet.
            wait_until(lambda lab=lab: send_all(lab, [next(numbers)]) and
                       [r for r in lab.records()[-2:]
                        if r.get("why") == "answered-before"],
                       "the refusal")
        check(ends(labs), ["queued", "sent"], "became of answers")
        check(answers(labs), 1, "answers")


def an_emptied_redis_is_not_believed(_):
    with two_hosts() as (server, labs):
        send_all(labs[0], [0])
        wait_for_answer(labs)
        server.command("FLUSHALL")
        for lab in labs:
            send_all(lab, [1, 2])
            lab.wait_for_log("LOST what was kept is gone or replaced")
        # One that is started anew begins anew; the other still waits.
        check(labs[0].stop_filter(), 0, "exit status")
        labs[0].start_filter()
        send_all(labs[1], [3])
        wait_until(lambda: send_all(labs[0], [4]) and
                   ends(labs).count("sent") == 2, "a second answer")
        check([r for r in labs[1].records() if "outbox" in r and
               r["outbox"] == "queued"], [], "claims of the other")


TESTS = [
    twenty_notifications_get_one_answer,
    without_redis_mail_flows_and_nothing_is_sent,
    an_emptied_redis_is_not_believed,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, postfix_lab.missing() or redis_server.missing()))
