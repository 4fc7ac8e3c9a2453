#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_digest.py - "rsvpctl digest" of a filter before a real Postfix: who gets
the mail, once, and what is in it."""
import contextlib
import email
import email.policy
import json
import os
import sys
import time

import mail_flow as flow
import redis_server
from lab import (check, read, run, sample, sign, wait_until, write)
from postfix_lab import PostfixLab, missing

RULES = """
rules = (
  { name = "recruiters"; when = { headline = "(?i)recruit"; };
    do = [ "tag:Recruiter", "file:LinkedIn/Recruiters" ]; },
  { name = "strangers"; when = { type = "invitation"; };
    do = [ "quarantine" ]; },
  { name = "and you are?"; when = { type = "inmail"; };
    do = [ "reply:and-you-are" ]; }
);
"""


def rsvpctl(lab, *words):
    result = lab.rsvpctl(*words)
    check(result.returncode, 0, result.stderr)
    return result.stdout


def yesterday():
    """Noon of it, where we are."""
    today = time.localtime()
    return time.mktime(today[:2] + (today[2] - 1, 12, 0, 0, 0, 0, -1))


def a_day_later(lab):
    """The records so far, as if they were of yesterday; their file."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(yesterday()))
    path = lab.path("yesterday.jsonl")
    write(path, "".join(json.dumps(dict(record, time=stamp)) + "\n"
                        for record in lab.records()))
    return path


def outbox(lab):
    return [json.loads(line) for line in
            rsvpctl(lab, "outbox", "list", "--json").splitlines()]


def digests(lab, user):
    """The digests that a user has got."""
    mails = [email.message_from_bytes(raw, policy=email.policy.default)
             for raw in lab.delivered(user)]
    return [m for m in mails if m["From"].addresses[0].display_name ==
            "rsvp-milter"]


def send_all(lab):
    """Three mails that are held and one that is filed for alice, one that is
    held for bob; their queue ids."""
    ids = [lab.send(sign(sample(flow.STRANGER) + b"\r\n%d\r\n" % i))
           for i in range(3)]
    other = lab.send(sign(sample(flow.STRANGER)), ("bob@example.net",))
    wait_until(lambda: {*ids, other} <= lab.held(), "the hold")
    lab.wait_for_delivery(lab.send(sign(sample(flow.RECRUITER))))
    return ids, other


def check_digest(mail, ids, other):
    check(str(mail["To"]), "alice@example.net", "To")
    check(str(mail["Subject"]), "3 held, 1 filed for you: " +
          time.strftime("%Y-%m-%d", time.localtime(yesterday())), "Subject")
    check(str(mail["Return-Path"]), "<>", "envelope sender")
    check(mail["Auto-Submitted"].startswith("auto-generated"), True,
          "Auto-Submitted")
    check(mail["X-RSVP"], None, "it was taken for a request")
    check(mail.get_content_type(), "multipart/alternative", "kind")
    check([part.get_content_type() for part in mail.iter_parts()],
          ["text/plain", "text/html"], "parts")
    for part in mail.iter_parts():
        text = part.get_content().replace("<bdi>", "").replace("</bdi>", "")
        for queue_id in ids[1:]:
            check("ask pm@example.net for " + queue_id in text, True,
                  "what to ask for")
        check(ids[0] in text, False, "what was released already")
        check("released to you since" in text, True, "that it was")
        check("filed into LinkedIn/Recruiters" in text, True, "folder")
        check("Barnaby Quillfeather" in text, True, "name")
        check(other in text, False, "somebody else's mail")
        check("://" in text or "href" in text, False, "a link")


def who_wants_it_gets_it_once(site):
    with site({"users.digests": "true", "reply.per_site_hour": "1",
               "users.postmaster": '"pm@example.net"'}) as lab:
        lab.user("alice", 'digest = "daily";\n' + RULES)
        lab.user("bob", RULES)
        ids, other = send_all(lab)
        rsvpctl(lab, "quarantine", "release", ids[0])
        lab.wait_for_delivery(ids[0])
        records = a_day_later(lab)
        check(rsvpctl(lab, "digest", records), "1 digest queued, 0 users had "
              "mail, but none held or filed, 0 had one already\n", "the first run")
        # It does not take the place of the one answer of this hour, which
        # also wakes the sender: else it looks once a minute.
        lab.wait_for_delivery(lab.send(sign(sample(flow.INMAIL))))
        lab.wait_for_sunk()
        wait_until(lambda: digests(lab, "alice"), "the digest")
        check(rsvpctl(lab, "digest", records), "0 digests queued, 0 users "
              "had mail, but none held or filed, 1 had one already\n",
              "the second run")
        check([(job["mode"], job["state"]) for job in outbox(lab)],
              [("digest", "sent"), ("reply", "sent")], "outbox")
        check(len(digests(lab, "alice")), 1, "digests")
        check_digest(digests(lab, "alice")[0], ids, other)
        check(len([r for r in lab.records() if "type" in r]), 6,
              "decisions: the digest is no request")
        check(digests(lab, "bob"), [], "of who wants none")
        check(len(lab.sunk()), 1, "what left the site")
        check([r["outbox"] for r in lab.records() if r.get("mode") ==
               "digest"], ["queued", "sent"], "records")


def a_digest_waits_while_sending_is_stopped(site):
    with site({"users.digests": "true"}) as lab:
        lab.user("alice", 'digest = "daily";\n' + RULES)
        queue_id = lab.send(sign(sample(flow.STRANGER)))
        wait_until(lambda: queue_id in lab.held(), "the hold")
        records = a_day_later(lab)
        write(lab.path("stop-sending"), "")
        rsvpctl(lab, "digest", records)
        lab.wait_for_delivery(lab.send(sign(sample(flow.INMAIL))))
        lab.wait_for_log("sending is stopped")
        check([(job["mode"], job["state"]) for job in outbox(lab)],
              [("digest", "waiting"), ("reply", "waiting")], "outbox")
        # Nor where the user has had second thoughts.
        lab.user("alice", RULES)
        os.unlink(lab.path("stop-sending"))
        wait_until(lambda: outbox(lab)[0]["state"] != "waiting", "the end")
        check((outbox(lab)[0]["state"], outbox(lab)[0]["why"]),
              ("cancelled", "digest-off"), "outbox")
        check(b"digest-off" in read(lab.audit), True, "record")
        check(digests(lab, "alice"), [], "digests")


def of_two_hosts_one_sends_it(site):
    if redis_server.missing():
        print("# left out: " + redis_server.missing())
        return
    with contextlib.ExitStack() as stack:
        settings = {"users.digests": "true", "state": '"%s"' %
                    stack.enter_context(redis_server.Redis()).url()}
        labs = [stack.enter_context(site(settings)) for _ in range(2)]
        for number, lab in enumerate(labs):
            lab.user("alice", 'digest = "daily";\n' + RULES)
            queue_id = lab.send(sign(sample(flow.STRANGER) +
                                     b"\r\n%d\r\n" % number))
            wait_until(lambda lab=lab, queue_id=queue_id:
                       queue_id in lab.held(), "the hold")
        records = [a_day_later(lab) for lab in labs]
        check([rsvpctl(lab, "digest", *records).split(",")[0] for lab in
               labs], ["1 digest queued", "0 digests queued"], "the runs")
        # Wakes the sender of the host that did not queue it.
        labs[1].wait_for_delivery(labs[1].send(sign(sample(flow.INMAIL))))
        wait_until(lambda: [job["state"] for job in outbox(labs[0])] ==
                   ["sent", "sent"], "the end of all jobs")
        wait_until(lambda: any(digests(lab, "alice") for lab in labs),
                   "the digest")
        check([str(mail["Subject"]).split(" for")[0] for lab in labs
               for mail in digests(lab, "alice")], ["2 held"], "digests")


TESTS = [
    who_wants_it_gets_it_once,
    a_digest_waits_while_sending_is_stopped,
    of_two_hosts_one_sends_it,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, PostfixLab, missing()))
