#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_disk.py - a disk that is full, and a state database nobody may write to.

No mail is lost, nothing is sent, and the log says so once a minute at most.
Needs no MTA; root for the full disk.
"""
import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

from lab import (check, read, run, sample, sign, unbuilt, wait_until, write)
from wire import Peer, WireLab

INMAIL = "inmail-2026-01-de.eml"
ANSWER = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "tag:Asked", "reply:and-you-are" ]; } );\n')
SENDMAIL = "#!/bin/sh\ncat >/dev/null\necho one >>%s\n"


class DiskLab(WireLab):
    """Its answers wait for an hour."""

    def __init__(self, **options):
        super().__init__({"reply.hold": '"1h"'}, **options)
        write(self.path("calls"), "", 0o666)
        write(self.path("sendmail"), SENDMAIL % self.path("calls"), 0o755)
        self.users = 0

    def ask(self):
        """An InMail for a user of its own; what became of it."""
        self.users += 1
        name = "u%d" % self.users
        self.user(name, ANSWER)
        mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + name.encode() +
                      b"@example.net", sample(INMAIL))
        peer = Peer(self.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        answer = peer.message(sign(mail), "Q-" + name,
                              recipients=[name + "@example.net"])
        peer.close()
        return answer, ("X-RSVP-Tag", "Asked") in peer.added()

    def let_time_pass(self):
        """The first job is due; its sender does not know yet."""
        with contextlib.closing(sqlite3.connect(self.state, 20)) as db, db:
            check(db.execute("UPDATE job SET not_before_ms = not_before_ms"
                             " - 3600000").rowcount, 1, "jobs")

    def wake_sender(self):
        self.filter.send_signal(signal.SIGUSR1)

    def calls(self):
        return read(self.path("calls")).count(b"\n")

    def said(self, words):
        return len(re.findall(r"error: .*" + words, self.filter_log()))


class FullDiskLab(DiskLab):
    """Its state and records are on a disk of their own."""

    def __init__(self):
        super().__init__()
        os.makedirs(self.path("disk"))
        subprocess.run(("mount", "-t", "tmpfs", "-o", "size=1m,mode=755",
                        "none", self.path("disk")), check=True)
        self.state = self.path("disk", "state.db")
        self.audit = self.path("disk", "audit.jsonl")

    def stop(self):
        super().stop()
        subprocess.run(("umount", "-l", self.path("disk")), check=True)

    def spoil(self):
        with contextlib.suppress(OSError), \
                open(self.path("disk", "ballast"), "wb", 0) as file:
            for size in (4096, 1):
                with contextlib.suppress(OSError):
                    while file.write(b"x" * size) == size:
                        pass

    def mend(self):
        os.unlink(self.path("disk", "ballast"))


class ReadOnlyLab(DiskLab):
    """A transaction needs a journal, and may not open it."""

    def __init__(self):
        super().__init__(user="nobody" if os.geteuid() == 0 else None)

    def spoil(self):
        # Of root, where the filter is not root.
        write(self.state + "-journal", "", 0)

    def mend(self):
        os.unlink(self.state + "-journal")


def outlast(lab, what):
    """Mail and answers while the disk is spoilt, and when it is mended.
    what: the errors to be told of once, by each process."""
    check(lab.ask(), ((b"c", "end"), True), "before")
    wait_until(lambda: [r for r in lab.records() if r.get("outbox") ==
                        "queued"], "the job")
    # Not before the disk is spoilt.
    write(lab.path("stop-sending"), "")
    lab.wake_sender()
    lab.wait_for_log("sending is stopped")
    lab.let_time_pass()
    lab.spoil()
    began = time.monotonic()
    os.unlink(lab.path("stop-sending"))
    lab.wake_sender()
    for _ in range(12):
        check(lab.ask(), ((b"c", "end"), True), "mail meanwhile")
    lab.wait_for_log("error: sender: state store: ")
    lab.wait_for_log("error: Q-u2: state store: ")
    minutes = 1 + (time.monotonic() - began) // 60
    for words in what:
        # The sender before the reload may have told it, too.
        most = minutes + words.startswith("sender: ")
        check(0 < lab.said(words) <= most, True, words + "\n" +
              lab.filter_log())
    check(lab.calls(), 0, "answers meanwhile")

    # The sender looks again by itself; woken by a reload it would be another.
    lab.mend()
    wait_until(lambda: lab.calls() == 1, "the answer")
    lab.wait_for_log("sender: state store: works again")
    # The filter leaves a store that failed alone for a while.
    wait_until(lambda: lab.ask() == ((b"c", "end"), True) and re.search(
        r"Q-u\d+: state store: works again", lab.filter_log()), "the end")
    wait_until(lambda: [r for r in lab.records() if r.get("outbox") ==
                        "sent"], "its record")
    check(lab.calls(), 1, "answers")


def a_full_disk_loses_no_mail_and_is_said_once_a_minute(_):
    with FullDiskLab() as lab:
        outlast(lab, ["sender: state store: ", r"Q-u\d+: state store: ",
                      "audit: .*; records wait to be written"])
        lab.wait_for_log("audit: works again")


def a_database_that_is_read_only_is_said_once_a_minute(_):
    with ReadOnlyLab() as lab:
        outlast(lab, ["sender: state store: ", r"Q-u\d+: state store: "])


def can_mount():
    """Whether a disk of its own is to be had."""
    return os.geteuid() == 0 and subprocess.run(
        ("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"),
        stderr=subprocess.DEVNULL, check=False).returncode == 0


TESTS = [a_database_that_is_read_only_is_said_once_a_minute]

if __name__ == "__main__":
    if can_mount():
        TESTS.append(a_full_disk_loses_no_mail_and_is_said_once_a_minute)
    sys.exit(run(TESTS, None, unbuilt(), at_once=2))
