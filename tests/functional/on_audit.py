#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_audit.py - what happens to the file of the records while mail passes: it
is rotated, its folder goes, it may not grow.

No mail waits or is lost for that, no record is broken, none is lost that need
not be, and no signal is needed.  Needs no MTA.
"""
import concurrent.futures
import glob
import os
import signal
import sys

from lab import check, read, run, sample, unbuilt, wait_until, write
from wire import Peer, WireLab

MAIL = "invitation-2016-05.eml"
RULES = 'rules = ( { name = "all"; when = { }; ' \
    'do = [ "tag:Seen", "draft:no-thanks" ]; } );\n'
LOST = '{"v":1,"time":"2026-11-23T10:00:00.000Z","host":"mx","lost":1}\n'


class AuditLab(WireLab):
    """Its records are in a folder of their own."""

    def __init__(self, **settings):
        super().__init__({name.replace("_", "."): value
                          for name, value in settings.items()})
        os.makedirs(self.path("log"))
        self.audit = self.path("log", "audit.jsonl")
        self.user("alice", RULES)

    def limit_files(self, blocks):
        """No file may become larger than so many times 512 octets."""
        write(self.path("limited"), "#!/bin/sh\nulimit -f %d\nexec %s \"$@\"\n"
              % (blocks, self.program), 0o755)
        self.program = self.path("limited")

    def pass_mail(self, *queue_ids):
        """One after the other over one connection; each is tagged."""
        peer = Peer(self.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        for queue_id in queue_ids:
            check(peer.message(sample(MAIL), queue_id), (b"c", "end"),
                  queue_id)
            check(("X-RSVP-Tag", "Seen") in peer.added(), True, queue_id)
        peer.close()

    def all_records(self):
        """Of what rotation made of the file first, and of the file."""
        current, found = self.audit, []
        for path in sorted(glob.glob(self.audit + ".*")) + [current]:
            if os.path.exists(path):
                check(read(path)[-1:] in (b"", b"\n"), True, "the end of " +
                      path)
            self.audit = path
            found += self.records()
        self.audit = current
        return found

    def decided(self):
        return [r["qid"] for r in self.all_records() if "type" in r]


def check_none_died(lab):
    for words in ("died", "started again", "not looked at"):
        check(words in lab.filter_log(), False, words)


def a_folder_that_is_away_costs_no_mail(_):
    with AuditLab() as lab:
        lab.pass_mail("Q1")
        os.rename(lab.path("log"), lab.path("away"))
        lab.pass_mail("Q2", "Q3", "Q4")
        lab.wait_for_log("No such file or directory; records wait to be "
                         "written")
        os.makedirs(lab.path("log"))
        # Nothing has to come for that.
        wait_until(lambda: lab.decided() == ["Q2", "Q3", "Q4"], "records")
        lab.pass_mail("Q5")
        check(lab.decided(), ["Q2", "Q3", "Q4", "Q5"], "records")
        lab.wait_for_log("audit: works again\n")
        check_none_died(lab)


def a_file_that_may_not_grow_costs_no_mail(_):
    """The filter keeps what it has to write, the sender does not."""
    lab = AuditLab(reply_drafts='"each"', reply_hold='"0s"')
    lab.limit_files(2000)
    write(lab.path("sendmail"), "#!/bin/sh\ncat >%s\n" % lab.path("draft"),
          0o755)
    # Not an octet more: where there is room for one, no signal comes.
    before, rest = divmod(2000 * 512, len(LOST))
    write(lab.audit, LOST * (before - 1) + LOST.replace("mx", "m" * rest +
                                                         "mx"))
    names = ["Q%d" % n for n in range(1, 9)]
    with lab:
        lab.pass_mail(*names)
        lab.wait_for_log("records wait to be written")
        lab.wait_for_log("Q1: draft for alice sent\n")
        lab.wait_for_log("audit record lost: ")
        check(len(lab.all_records()), before, "whole records")
        os.rename(lab.audit, lab.audit + ".1")
        lab.pass_mail("Q9")
        check(lab.decided(), names + ["Q9"], "records")
        lab.wait_for_log("audit: works again\n")
        check(os.path.exists(lab.path("draft")), True, "the draft")
        check_none_died(lab)


def rotation_by_rename_among_fifty_connections_loses_nothing(_):
    with AuditLab() as lab, \
            concurrent.futures.ThreadPoolExecutor(50) as peers:
        names = [["Q%d-%d" % (peer, n) for n in range(6)]
                 for peer in range(50)]
        sent = [peers.submit(lab.pass_mail, *ids) for ids in names]
        for n in range(1, 6):
            wait_until(lambda: os.path.exists(lab.audit) or
                       all(peer.done() for peer in sent), "a file")
            if os.path.exists(lab.audit):
                os.rename(lab.audit, "%s.%d" % (lab.audit, n))
        for peer in sent:
            peer.result()
        got = lab.decided()
        check(sorted(got), sorted(sum(names, [])), "records")
        for ids in names:
            check([q for q in got if q in ids], ids, "their order")
        check("audit" in lab.filter_log(), False, "the log")
        check_none_died(lab)


def a_signal_to_reopen_logs_is_no_harm(_):
    """Whoever is used to send it after rotation, to one process or to all."""
    with AuditLab() as lab:
        lab.pass_mail("Q1")
        os.rename(lab.audit, lab.audit + ".1")
        lab.filter.send_signal(signal.SIGUSR2)
        lab.pass_mail("Q2")
        os.killpg(lab.filter.pid, signal.SIGUSR2)
        lab.pass_mail("Q3")
        lab.reload()
        lab.pass_mail("Q4")
        check(lab.decided(), ["Q1", "Q2", "Q3", "Q4"], "records")
        check_none_died(lab)


TESTS = [
    a_folder_that_is_away_costs_no_mail,
    a_file_that_may_not_grow_costs_no_mail,
    rotation_by_rename_among_fifty_connections_loses_nothing,
    a_signal_to_reopen_logs_is_no_harm,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, unbuilt(), at_once=2))
