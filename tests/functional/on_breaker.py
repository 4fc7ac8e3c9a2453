#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_breaker.py - an MTA that refuses answers gets a few, and no more.

The filter itself, a stand-in for sendmail(1), and "rsvpctl breaker".  Needs
neither an MTA nor root.
"""
import json
import os
import re
import sys

from lab import check, read, run, sample, sign, unbuilt, wait_until, \
    write
from wire import Peer, WireLab

ANSWER = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')
# Of two people.
FIRST, SECOND = "inmail-2026-01-de.eml", "inmail-2026-02-full.eml"
FIRST_PERSON = "linkedin.com/in/lavinia-puddlethorpe-recruits"
REFUSES = ("#!/bin/sh\necho one >>%s\n"
           "echo '550 5.7.1 rejected' >&2\nexit 77\n")
TAKES = "#!/bin/sh\ncat >/dev/null\necho one >>%s\n"


class BreakerLab(WireLab):
    def __init__(self, settings):
        super().__init__(settings)
        write(self.path("calls"), "")
        self.sendmail(REFUSES)
        for name in ("alice", "bob", "carol"):
            self.user(name, ANSWER)

    def sendmail(self, script):
        write(self.path("sendmail.new"), script % self.path("calls"), 0o755)
        os.rename(self.path("sendmail.new"), self.path("sendmail"))

    def ask(self, user, name, queue_id):
        """A request; what became of the answer to it, and why."""
        mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + user.encode() +
                      b"@example.net", sample(name))
        peer = Peer(self.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        check(peer.message(sign(mail), queue_id,
                           recipients=[user + "@example.net"]),
              (b"c", "end"), queue_id)
        peer.close()

        def ended():
            found = [r for r in self.records() if "outbox" in r and
                     r.get("qid") == queue_id and r["outbox"] != "queued"]
            return found and (found[-1]["outbox"], found[-1].get("why", ""))
        return wait_until(ended, "the end of " + queue_id)

    def calls(self):
        return read(self.path("calls")).count(b"\n")

    def ctl(self, *arguments):
        done = self.rsvpctl(*arguments)
        check((done.returncode, done.stderr), (0, ""), " ".join(arguments))
        return done.stdout

    def breakers(self, *options):
        lines = self.ctl("breaker", "list", "--json", *options).splitlines()
        found = [json.loads(line) for line in lines]
        return [(b.get("user") or b["route"], b["open"], b["refused"],
                 b["opens_at"]) for b in found]


def refused(lab, user, name, queue_id):
    what, why = lab.ask(user, name, queue_id)
    check(what, "failed", queue_id)
    check("550 5.7.1 rejected" in why, True, why)


def a_user_is_refused(_):
    with BreakerLab({"reply.user_refusals": "2",
                     "reply.route_refusals": "10"}) as lab:
        check(lab.breakers(), [], "nothing yet")
        refused(lab, "alice", FIRST, "Q1")
        refused(lab, "alice", SECOND, "Q2")
        lab.wait_for_log("no more answers of user alice for now:"
                         " 2 were refused")
        check(lab.breakers(), [("alice", True, 2, 2),
                               ("reply.linkedin.com", False, 2, 10)],
              "one is open")
        # The same person again, as if he had never come.
        lab.ctl("state", "forget", "--user", "alice", "--person",
                FIRST_PERSON)
        check(lab.ask("alice", FIRST, "Q3"), ("refused", "user-refused"),
              "no more for alice")
        refused(lab, "bob", FIRST, "Q4")
        check(lab.calls(), 3, "calls")
        lab.sendmail(TAKES)
        check(lab.ctl("breaker", "close", "--user", "alice"),
              "user alice: 2 refusals forgotten\n", "closed by hand")
        check(lab.breakers("--user", "alice"), [("alice", False, 0, 2)],
              "and is closed")
        check(lab.ask("alice", FIRST, "Q5"), ("sent", ""), "once more")
        check(lab.calls(), 4, "calls at the end")


def a_route_refuses(_):
    with BreakerLab({"reply.user_refusals": "0",
                     "reply.route_refusals": "2"}) as lab:
        refused(lab, "alice", FIRST, "Q1")
        refused(lab, "bob", FIRST, "Q2")
        lab.wait_for_log("no more answers to reply.linkedin.com for"
                         " now: 2 were refused")
        check(lab.ask("carol", FIRST, "Q3"), ("refused", "route-refuses"),
              "no more for anybody")
        table = lab.ctl("breaker", "list")
        check(re.search(r"(?m)^route  reply\.linkedin\.com +open +2 of +2  20",
                        table) is not None, True, table)
        check(lab.ctl("breaker", "close", "--all"),
              "user alice: 1 refusal forgotten\n"
              "route reply.linkedin.com: 2 refusals forgotten\n"
              "user bob: 1 refusal forgotten\n", "all of them")
        lab.sendmail(TAKES)
        check(lab.ask("carol", FIRST, "Q4"), ("sent", ""), "once more")
        check(lab.calls(), 3, "calls")


def one_that_waits_when_it_opens_is_called_off(_):
    """It was queued before, and is looked at again."""
    with BreakerLab({"reply.user_refusals": "1"}) as lab:
        write(lab.path("stop-sending"), "")
        for number, name in enumerate((FIRST, SECOND)):
            mail = re.sub(rb"(?m)^To:[^\r]*", b"To: alice@example.net",
                          sample(name))
            peer = Peer(lab.socket)
            peer.connect(), peer.helo()
            peer.message(sign(mail), "Q%d" % number)
            peer.close()
        wait_until(lambda: lab.filter_log().count(" queued") == 2, "both")
        os.unlink(lab.path("stop-sending"))
        lab.reload()
        wait_until(lambda: [r["outbox"] for r in lab.records()
                            if r.get("why") == "user-refused"] ==
                   ["cancelled"], "the second one's end")
        check(lab.calls(), 1, "calls")


TESTS = [a_user_is_refused, a_route_refuses,
         one_that_waits_when_it_opens_is_called_off]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, unbuilt(), at_once=3))
