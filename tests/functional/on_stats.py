#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_stats.py - the figures of a running filter, counted again; its health.

The filter itself, a stand-in for sendmail(1), "rsvpctl stats" and "rsvpctl
health".  Needs neither an MTA nor root.
"""
import json
import os
import re
import signal
import socket
import subprocess
import sys

from lab import BUILD, PATIENCE, check, run, sample, sign, to_alice, unbuilt, \
    wait_until, write
from wire import Peer, WireLab

RULES = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
         ' do = [ "tag:Asked", "reply:and-you-are" ]; },'
         ' { name = "hold"; when = { type = "invitation"; trust = "direct"; };'
         ' do = [ "quarantine" ]; } );\n')
INVITATION = "invitation-2026-04-recruiter.eml"
INMAIL = "inmail-2026-01-de.eml"
UNHEARD_OF = "other-2026-09-unheard-of.eml"
FORGED = "forged-cousin-domain.eml"
TAKES = "#!/bin/sh\ncat >/dev/null\n"


class StatsLab(WireLab):
    def __init__(self, settings=None):
        super().__init__(settings)
        write(self.path("sendmail"), TAKES, 0o755)
        self.user("alice", RULES)

    def ctl(self, *arguments):
        done = subprocess.run(
            (os.path.join(BUILD, "milter", "rsvpctl"), "-c",
             self.path("rsvp-milter.conf")) + arguments,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60, check=False)
        return done.returncode, done.stdout, done.stderr

    def stats(self):
        code, out, words = self.ctl("stats", "--json")
        check((code, words), (0, ""), "stats")
        return json.loads(out)

    def metrics(self):
        """{"name{label}": value} of Prometheus's form."""
        code, out, words = self.ctl("stats", "--prometheus")
        check((code, words), (0, ""), "stats --prometheus")
        return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
                for line in out.splitlines() if not line.startswith("#")}

    def health(self):
        """(exit code, reasons)."""
        code, out, words = self.ctl("health", "--json")
        check(words, "", "health")
        found = json.loads(out)
        check(found["healthy"], not found["reasons"], "healthy or not")
        return code, found["reasons"]

    def mail(self, name, queue_id, signed=True):
        peer = Peer(self.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        message = to_alice(sample(name))
        answer = peer.message(sign(message) if signed else message, queue_id)
        peer.close()
        return answer

    def children(self):
        """{"filter": pid, "sender": pid}; the filter is started first."""
        path = "/proc/%d/task/%d/children" % (self.filter.pid,
                                              self.filter.pid)
        with open(path, encoding="ascii") as file:
            pids = sorted(int(word) for word in file.read().split())
        return dict(zip(("filter", "sender"), pids))


def count(things):
    found = {}
    for thing in things:
        found[thing] = found.get(thing, 0) + 1
    return found


def some(figures):
    """Those that are not zero."""
    return {name: value for name, value in figures.items() if value}


def figures_are_those_of_the_records(_):
    with StatsLab() as lab:
        check(lab.stats()["messages"], 0, "nothing yet")
        for number, name in enumerate((INVITATION, INVITATION, INMAIL)):
            check(lab.mail(name, "Q%d" % number), (b"c", "end"), name)
        lab.mail("not-staff-2021.eml", "Q3", signed=False)
        lab.mail(FORGED, "Q4", signed=False)
        lab.mail(UNHEARD_OF, "Q5")
        wait_until(lambda: lab.stats()["replies"]["sent"] == 1, "the answer")
        figures = lab.stats()
        records = [r for r in lab.records() if "type" in r]
        check(figures["messages"], 6, "messages")
        check(figures["candidates"], len(records), "candidates")
        check(some(figures["trust"]), count(r["trust"] for r in records),
              "trust")
        check(some(figures["requests"]),
              count(r["type"] for r in records if r["network"]), "types")
        check(figures["unrecognised"], 1, "drift")
        check(some(figures["replies"]), {"queued": 1, "sent": 1}, "replies")
        plans = [to for r in records for to in r["recipients"]]
        check(some(figures["plans"]), count(to["why"] for to in plans),
              "plans")
        check(some(figures["actions"]),
              count(action.partition(":")[0] for to in plans
                    for action in to["actions"]), "actions")
        check(figures["held"], 2, "held")
        check(sum(figures["audit_written"].values()), len(lab.records()),
              "records written")
        check(sum(figures["decision_seconds"].values()), len(records),
              "decisions")
        metrics = lab.metrics()
        check(metrics['rsvp_milter_requests_total{type="invitation"}'], 2,
              "the same for Prometheus")
        code, out, _words = lab.ctl("stats")
        check((code, re.search(r"(?m)^held +2$", out) is not None),
              (0, True), out)
        check(lab.health(), (0, []), "health")


TESTS = [figures_are_those_of_the_records]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, unbuilt(), at_once=3))
