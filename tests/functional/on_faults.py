#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_faults.py - the sender is killed at each of its steps in turn.

Never two answers for one request, never half of one, and the records account
for each job.  tests/tools/kill_at.c ends the sender; the first process starts
it again.  Needs neither an MTA nor root.
"""
import collections
import contextlib
import os
import re
import signal
import sqlite3
import sys
import time

from lab import (BUILD, check, read, run, sample, sign, unbuilt, wait_until,
                 write)
from wire import Peer, WireLab

PROGRAM = os.path.join(BUILD, "milter", "rsvp-milter")
KILL_AT = os.path.join(BUILD, "tests", "tools", "kill_at.so")
INMAIL = "inmail-2026-01-de.eml"
ANSWER = ('from_name = "The End";'
          ' rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')
LEAST_KILLS = 200

# Stand-ins for sendmail(1).  What has been read to the end lies in "taken".
TAKE = 'cat >"$d/taken/$$.part"; mv "$d/taken/$$.part" "$d/taken/$$.whole"\n'
SENDMAILS = {
    "takes it": TAKE,
    "says later, unread": "exit 75\n",
    "says never, unread": "exit 67\n",
    "dies in mid-read": "dd bs=1 count=100 of=/dev/null 2>&-; kill -9 $$\n",
    "takes it and dies": TAKE + "kill -9 $$\n",
    "takes it, and says later": TAKE + "exit 75\n",
    "takes its time": "sleep 0.2\n" + TAKE + "sleep 0.1; echo late >&2\n",
}

kills = {}  # of each sweep that came to its end


class FaultLab(WireLab):
    """A filter whose sender can be killed at a step."""

    def __init__(self):
        super().__init__({"reply.per_site_hour": "100000"})
        os.makedirs(self.path("taken"))
        self.run = ""  # the folder of this time
        self.sendmail("takes it")
        self.problems = []

    def sendmail(self, name):
        # Replaced as a whole: one may be running.
        write(self.path("sendmail.new"), "#!/bin/sh\nd=%s\n%s" %
              (self.folder, SENDMAILS[name]), 0o755)
        os.rename(self.path("sendmail.new"), self.path("sendmail"))

    def begin(self, at):
        """A new filter, whose sender is to be killed at that step."""
        os.killpg(self.filter.pid, signal.SIGKILL)
        self.filter.wait()
        self.children.remove(self.filter)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.pid_file)
        self.run = self.path("run%d" % at)
        write(os.path.join(self.run, "at"), "%d\n" % at)
        write(self.path("filter"),
              "#!/bin/sh\nLD_PRELOAD=%s KILL_AT=%s exec %s \"$@\"\n"
              % (KILL_AT, self.run, PROGRAM), 0o755)
        self.program = self.path("filter")
        self.start_filter()
        wait_until(lambda: self.has("waiting"), "the sender")

    def has(self, name):
        return os.path.exists(os.path.join(self.run, name))

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.state, 20)) as db, db:
            return db.execute(sql, values).fetchall()

    def job(self, user):
        """(id, state, why, whether it has to wait) of a user's only job."""
        return self.query("SELECT id, state, why, not_before_ms > ? FROM job"
                          " WHERE user = ?", time.time() * 1000, user)[0]

    def let_time_pass(self):
        """For jobs that wait for another try or were lost."""
        self.query("UPDATE job SET not_before_ms = not_before_ms - 86400000"
                   " WHERE state IN ('waiting', 'sending')")
        self.filter.send_signal(signal.SIGUSR1)  # wakes the sender

    def wait_for_end(self, user):
        """Until the job has come to an end: (id, state, why)."""
        passed = set()

        def ended():
            number, state, why, must_wait = self.job(user)
            if state in ("sent", "failed", "cancelled"):
                return number, state, why
            if (state == "sending" or must_wait) and state not in passed:
                passed.add(state)
                self.let_time_pass()
            return None
        return wait_until(ended, "the end of the job of " + user)

    def ends_on_record(self, number):
        return [r["outbox"] for r in self.records() if r.get("job") == number
                and r["outbox"] in ("sent", "failed", "cancelled")]


def ask(lab, user):
    """An InMail for that user."""
    mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + user.encode() +
                  b"@example.net", sample(INMAIL))
    peer = Peer(lab.socket)
    check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
    check(peer.message(sign(mail), "Q-" + user,
                       recipients=[user + "@example.net"]),
          (b"c", "end"), user)
    peer.close()


def kill_once(lab, name, at):
    """One request, the sender killed at a step: what became of it, or None
    where there is no such step."""
    user = "u%d" % at
    lab.user(user, ANSWER)
    lab.sendmail(name)
    lab.begin(at)
    ask(lab, user)
    wait_until(lambda: lab.has("killed") or lab.has("idle"),
               "the sender's end or rest")
    if not lab.has("killed"):
        lab.sendmail("takes it")
        lab.wait_for_end(user)
        return None
    step = wait_until(lambda: read(os.path.join(lab.run, "killed")),
                      "the step").decode()
    wait_until(lambda: lab.filter_log().count("the sender died of signal 9")
               == at, "the sender's end")
    lab.sendmail("takes it")  # whatever is sent from now on would be seen
    number, state, why = lab.wait_for_end(user)
    try:
        wait_until(lambda: state in lab.ends_on_record(number), "", 5)
    except AssertionError:
        lab.problems.append("killed at step %d (%s): %s is not on record: %s"
                            % (at, step, state, lab.ends_on_record(number)))
    return state + (": " + why if why else "")


def stand_ins(lab):
    """Those that still run, whoever started them."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if lab.path("sendmail").encode() in read("/proc/%s/cmdline" % pid):
                found.append(pid)
    return found


def judge_answers(lab, users):
    """One answer at most for each request, and each of them whole."""
    wait_until(lambda: not stand_ins(lab), "the last of the stand-ins")
    taken = collections.Counter()
    for file in os.listdir(lab.path("taken")):
        mail = read(lab.path("taken", file))
        sender = re.search(rb"(?m)^From:.*?(u\d+)@example.net", mail)
        if not file.endswith(".whole"):
            lab.problems.append("never read to its end: " + file)
        elif sender is None or not re.search(rb"\nThe End\s*$", mail):
            lab.problems.append("not a whole answer: %r" % mail)
        if sender is not None:
            taken[sender[1].decode()] += 1
    for user in users:
        number, state, why, _ = lab.job(user)
        if taken[user] > 1 or (state == "sent" and taken[user] != 1):
            lab.problems.append("%s: %s (%s), and %d answers"
                                % (user, state, why, taken[user]))
        queued = [r for r in lab.records() if r.get("outbox") == "queued" and
                  r["qid"] == "Q-" + user]
        if len(queued) != 1 or not lab.ends_on_record(number):
            lab.problems.append("%s: not accounted for" % user)


def sweep(name):
    """A test that kills the sender at step 1, 2, 3 ... until it lives."""
    def test(_):
        ends = collections.Counter()
        try:
            with FaultLab() as lab:
                at = 1
                while (end := kill_once(lab, name, at)) is not None:
                    ends[end] += 1
                    at += 1
                judge_answers(lab, ["u%d" % n for n in range(1, at + 1)])
                check(lab.problems, [], "problems")
        finally:
            kills[name] = sum(ends.values())
            for end, count in sorted(ends.items()):
                print("# sendmail %s: %d kills, %s" % (name, count, end))

    test.__name__ = ("a sendmail that %s is asked once" % name).replace(
        ",", "")
    return test


def they_were_two_hundred_kills(_):
    wait_until(lambda: len(kills) == len(SENDMAILS), "the sweeps", 1200)
    check(sum(kills.values()) >= LEAST_KILLS, True, "kills %r" % kills)
    print("# %d kills" % sum(kills.values()))


TESTS = [sweep(name) for name in SENDMAILS] + [they_were_two_hundred_kills]


def why_not():
    if unbuilt():
        return unbuilt()
    if not os.path.exists(KILL_AT):
        return "tests/tools/kill_at.so is not built"
    if re.search(rb"__[at]san_init", read(PROGRAM)):
        return "a sanitizer wants to be the first library"
    return None


if __name__ == "__main__":
    sys.exit(run(TESTS, None, why_not(), at_once=4))
