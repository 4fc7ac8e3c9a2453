#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_old_redis.py - a Redis that comes back as an older copy of itself.

What it says waits was sent long ago.  No process of the filter may believe it,
whatever happens to that process, until the filter is started anew.  Needs
neither an MTA nor root.
"""
import os
import re
import shutil
import signal
import sys

import redis_server
from lab import check, read, run, sample, sign, unbuilt, wait_until, write
from wire import Peer, WireLab

ANSWER = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')
# Of two people.
FIRST, SECOND = "inmail-2026-01-de.eml", "inmail-2026-02-full.eml"
TAKES = "#!/bin/sh\ncat >/dev/null\necho one >>%s\n"
OLDER = "what was kept is older than it was"


class OldLab(WireLab):
    def __init__(self, server):
        super().__init__({"state": '"%s"' % server.url()})
        write(self.path("calls"), "")
        write(self.path("sendmail"), TAKES % self.path("calls"), 0o755)
        self.user("alice", ANSWER)

    def ask(self, name, queue_id):
        mail = re.sub(rb"(?m)^To:[^\r]*", b"To: alice@example.net",
                      sample(name))
        peer = Peer(self.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        check(peer.message(sign(mail), queue_id), (b"c", "end"), queue_id)
        peer.close()

    def ends(self, queue_id):
        return [r["outbox"] for r in self.records()
                if "outbox" in r and r.get("qid") == queue_id]

    def calls(self):
        return read(self.path("calls")).count(b"\n")

    def processes(self):
        return [int(pid) for pid in read("/proc/%d/task/%d/children" % (
            self.filter.pid, self.filter.pid)).split()]


def to_its_state_before(server, lab):
    """An answer is sent, and Redis is what it was while that waited."""
    write(lab.path("stop-sending"), "")
    lab.ask(FIRST, "Q1")
    wait_until(lambda: lab.ends("Q1") == ["queued"], "the job")
    server.stop()
    shutil.copytree(server.folder, server.folder + ".old")
    server.start()
    os.unlink(lab.path("stop-sending"))
    lab.reload()
    wait_until(lambda: lab.ends("Q1") == ["queued", "sent"], "the answer")
    check(lab.calls(), 1, "answers")
    server.stop()
    shutil.rmtree(server.folder)
    os.rename(server.folder + ".old", server.folder)
    server.start()


def said(lab, words):
    wait_until(lambda: re.search(words + OLDER, lab.filter_log()),
               words + OLDER)


def is_not_believed_after(what):
    with redis_server.Redis() as server, OldLab(server) as lab:
        to_its_state_before(server, lab)
        before = set(lab.processes())
        if what is not None:
            what(lab)
            said(lab, "sender: state store: .*")
        # Nor by the process that filters, which may have seen less.
        lab.ask(SECOND, "Q2")
        said(lab, "Q2: state store: .*")
        wait_until(lambda: len(lab.processes()) == 2, "both processes")
        check(lab.ends("Q2"), [], "an answer meanwhile")
        check(lab.calls(), 1, "answers")
        return before, set(lab.processes())


def an_older_copy_is_not_believed(_):
    is_not_believed_after(None)


def an_older_copy_is_not_believed_after_a_reload(_):
    before, after = is_not_believed_after(lambda lab: lab.reload())
    check(len(before - after), 1, "senders that are gone")


def an_older_copy_is_not_believed_after_a_death(_):
    """The sender's; it is the younger one."""
    before, after = is_not_believed_after(
        lambda lab: os.kill(lab.processes()[-1], signal.SIGKILL))
    check(len(before - after), 1, "senders that are gone")


TESTS = [an_older_copy_is_not_believed,
         an_older_copy_is_not_believed_after_a_reload,
         an_older_copy_is_not_believed_after_a_death]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, unbuilt() or redis_server.missing(),
                 at_once=3))
