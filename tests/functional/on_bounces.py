#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_bounces.py - answers that a queueing MTA takes, and the network refuses.

Postfix tells the user by a report of its own, which passes the filter.
"""
import json
import re
import sys

import postfix_lab
from lab import check, parse, run, sample, sign, wait_until
from postfix_lab import PostfixLab

ANSWER = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')
# Of two people.
FIRST, SECOND = "inmail-2026-01-de.eml", "inmail-2026-02-full.eml"
FIRST_PERSON = "linkedin.com/in/lavinia-puddlethorpe-recruits"
REFUSAL = "550 5.7.1 no mail from you"
FAR = ("mx.example.org", "203.0.113.5")


class BounceLab(PostfixLab):
    """Its relay refuses all mail, and its own reports pass the filter."""

    MAIN = PostfixLab.MAIN + "internal_mail_filter_classes = bounce\n"

    def __init__(self, **settings):
        super().__init__({"reply.sender": '"user"',
                          "reply.user_refusals": "2",
                          "reply.route_refusals": "10",
                          # Where Postfix says its reports come from.
                          "internal_hosts": '( "127.0.0.0/8" )', **settings})
        self.user("alice", ANSWER)

    def start_sink(self, name, port):
        super().start_sink(name, port)
        self.sinks[name].kill()
        self.sinks[name].wait()
        self.sinks[name] = self.spawn(
            "/usr/sbin/smtp-sink", "-u", "nobody", "-f", "rcpt",
            "-B", REFUSAL, "127.0.0.1:%d" % port, "100")

    def ask(self, name):
        """A request; its queue id, and what became of the answer first."""
        mail = re.sub(rb"(?m)^To:[^\r]*", b"To: alice@example.net",
                      sample(name))
        queue_id = self.send(sign(mail))
        self.wait_for_delivery(queue_id)
        found = wait_until(lambda: [
            r for r in self.records() if r.get("qid") == queue_id and
            r.get("outbox") in ("sent", "refused", "failed")],
            "the end of " + name)
        return queue_id, found[0]["outbox"], found[0].get("why", "")

    def reports(self, count):
        """So many of Postfix's, with alice."""
        return wait_until(lambda: [
            mail for mail in self.delivered("alice")
            if parse(mail).get_content_type() == "multipart/report"
        ][count - 1:], "report %d" % count)

    def bounced(self):
        return [r for r in self.records() if r.get("outbox") == "bounced"]

    def ctl(self, *arguments):
        done = self.rsvpctl(*arguments)
        check((done.returncode, done.stderr), (0, ""), " ".join(arguments))
        return done.stdout

    def breakers(self):
        lines = self.ctl("breaker", "list", "--json").splitlines()
        found = [json.loads(line) for line in lines]
        return [(b.get("user") or b["route"], b["open"], b["refused"])
                for b in found]


class RelayLab(BounceLab):
    """The same, but the filter is not shown Postfix's own reports."""

    MAIN = PostfixLab.MAIN


def reports_open_the_breaker(_):
    with BounceLab() as lab:
        asked = []
        for number, name in enumerate((FIRST, SECOND), 1):
            queue_id, what, _ = lab.ask(name)
            check(what, "sent", name)
            lab.reports(number)
            asked.append(queue_id)
        lab.wait_for_log("no more answers of user alice for now: 2 were"
                         " refused")
        told = lab.bounced()
        check([(r["qid"], r["user"], r["mode"], r["template"]) for r in told],
              [(queue_id, "alice", "reply", "and-you-are")
               for queue_id in asked], "records, of their decisions")
        for record in told:
            check((record["why"].startswith("5.7.1: smtp; 550 5.7.1"),
                   record["job"] > 0), (True, True), record["why"])
        check(lab.breakers(), [("alice", True, 2),
                               ("reply.linkedin.com", False, 2)], "breakers")
        lab.ctl("state", "forget", "--user", "alice", "--person",
                FIRST_PERSON)
        check(lab.ask(FIRST)[1:], ("refused", "user-refused"), "no more")
        # What rsvpctl makes of it.
        check("bounced" in lab.ctl("log", "--user", "alice"), True, "log")
        check("The MTA took it, and it came back." in
              lab.ctl("explain", asked[0]), True, "explain")
        # The same report again, from outside.
        report = lab.reports(1)[0]
        lab.wait_for_delivery(lab.send(report[report.index(b"From: "):],
                                       sender="", client=FAR))
        check(len(lab.bounced()), 2, "each once")


def a_report_from_outside_counts(_):
    """As from a relay that took the answer first; Postfix's is not shown."""
    with RelayLab(**{"reply.user_refusals": "1"}) as lab:
        lab.ask(FIRST)
        report = lab.reports(1)[0]
        check(lab.bounced(), [], "not seen yet")
        report = report[report.index(b"From: "):]
        loop = re.search(rb"X-RSVP-Loop: (\w+)", report)[1]
        for mail, sender in (
                (report, "x@example.org"),
                (report.replace(loop, loop[::-1]), ""),
                (report.replace(b"Action: failed", b"Action: delayed"), ""),
                (report.replace(b"Status: 5.", b"Status: 4."), "")):
            lab.wait_for_delivery(lab.send(mail, sender=sender, client=FAR))
        check(lab.bounced(), [], "not believed")
        lab.wait_for_delivery(lab.send(report, sender="", client=FAR))
        check(len(lab.bounced()), 1, "one record")
        check(lab.ask(SECOND)[1:], ("refused", "user-refused"), "no more")


TESTS = [reports_open_the_breaker, a_report_from_outside_counts]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, postfix_lab.missing(), at_once=2))
