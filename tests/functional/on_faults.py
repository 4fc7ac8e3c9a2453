#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_faults.py - the sender is killed at each of its steps in turn.

Never two answers for one request, never half of one, and the records account
for each job.  tests/tools/kill_at.c ends the sender; the first process starts
it again.  Needs neither an MTA nor root.  RSVP_ALL_FAULTS=1 in the environment
asks for some more ways to die.
"""
import collections
import contextlib
import os
import re
import signal
import socketserver
import sqlite3
import sys
import threading
import time

from lab import (BUILD, check, parse, read, run, sample, sign, unbuilt,
                 wait_until, write)
from wire import Peer, WireLab

PROGRAM = os.path.join(BUILD, "milter", "rsvp-milter")
KILL_AT = os.path.join(BUILD, "tests", "tools", "kill_at.so")
INMAIL = "inmail-2026-01-de.eml"
ANSWER = ('from_name = "The End";'
          ' rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')
DRAFT = ANSWER.replace("reply:", "draft:").replace(
    'when = { type = "inmail"; };', "when = { };")
# Of three people.
REQUESTS = {INMAIL: "Lavinia Puddlethorpe",
            "invitation-2016-05.eml": "Barnaby Quillfeather",
            "inmail-2026-02-full.eml": "Ottoline Wickerbasket"}
LEAST_KILLS = 200
ENDS = ("sent", "failed", "cancelled")

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

# What an MTA that is spoken to by SMTP says to a command, and to a mail, which
# it has then taken where that is 250; None: it goes instead.
MTAS = {
    "takes it": {},
    "says later to the recipient": {b"RCPT": b"450 4.2.0 later"},
    "takes it and goes": {b".": None},
}

kills = {}  # of each sweep that came to its end


class FaultLab(WireLab):
    """A filter whose sender can be killed at a step."""

    def __init__(self):
        super().__init__({"reply.per_site_hour": "100000",
                          # Many are refused here.
                          "reply.user_refusals": "0",
                          "reply.route_refusals": "0",
                          "reply.drafts": '"daily"'})
        os.makedirs(self.path("taken"))
        self.runs, self.run = 0, ""  # a folder for each start
        # No program is written while another thread may start one: what is
        # open for writing there cannot be run here.
        write(self.path("filter"),
              "#!/bin/sh\nLD_PRELOAD=%s KILL_AT=$(cat %s) exec %s \"$@\"\n"
              % (KILL_AT, self.path("run"), PROGRAM), 0o755)
        self.program = self.path("filter")
        for name, script in SENDMAILS.items():
            write(self.path("stand-in " + name),
                  "#!/bin/sh\nd=%s\n%s" % (self.folder, script), 0o755)
        self.sendmail("takes it")
        self.asked, self.problems, self.rests = [], [], 0

    def sendmail(self, name):
        os.symlink(self.path("stand-in " + name), self.path("sendmail.new"))
        os.rename(self.path("sendmail.new"), self.path("sendmail"))

    def end_hand_over(self):
        wait_until(lambda: not stand_ins(self), "the last of the stand-ins")

    def begin(self, at):
        """A new filter, whose sender is to be killed at that step."""
        os.killpg(self.filter.pid, signal.SIGKILL)
        self.filter.wait()
        self.children.remove(self.filter)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.pid_file)
        self.runs += 1
        self.run = self.path("run%d" % self.runs)
        os.mkdir(self.run)
        self.arm(at)
        write(self.path("run"), self.run)
        self.start_filter()
        wait_until(self.waits, "the sender")

    def arm(self, at):
        """From its next wait on the sender counts."""
        write(os.path.join(self.run, "at.new"), "%d\n" % at)
        os.rename(os.path.join(self.run, "at.new"),
                  os.path.join(self.run, "at"))

    def waits(self):
        """How often the sender began to wait."""
        with contextlib.suppress(FileNotFoundError):
            return os.stat(os.path.join(self.run, "waits")).st_size
        return 0

    def is_killed(self):
        return os.path.exists(os.path.join(self.run, "killed"))

    def wait_for_kill(self, user):
        """Until the sender is killed, or has done its work."""
        def is_tried(job):
            return job[2] in ENDS or (job[2] == "waiting" and job[3] != "")

        wait_until(lambda: self.is_killed() or
                   all(map(is_tried, self.jobs(user))), "the work")
        # It may be killed behind that; once it waits it will not be.
        self.arm(0)
        self.rests = self.waits()
        self.filter.send_signal(signal.SIGUSR1)
        wait_until(lambda: self.is_killed() or self.waits() > self.rests,
                   "the sender's rest")
        return self.is_killed()

    def query(self, sql, *values):
        with contextlib.closing(sqlite3.connect(self.state, 20)) as db, db:
            return db.execute(sql, values).fetchall()

    def jobs(self, user):
        """(id, queue id, state, why, whether it has to wait) of each job."""
        return self.query("SELECT id, queue_id, state, why, not_before_ms > ?"
                          " FROM job WHERE user = ? ORDER BY id",
                          time.time() * 1000, user)

    def let_time_pass(self, user):
        """For jobs that wait for another try or were lost."""
        self.query("UPDATE job SET not_before_ms = not_before_ms - 86400000"
                   " WHERE state IN ('waiting', 'sending') AND user = ?", user)
        self.filter.send_signal(signal.SIGUSR1)  # wakes the sender

    def wait_for_ends(self, user):
        """Until all jobs have come to an end: their rows."""
        passed = set()

        def ended():
            jobs = self.jobs(user)
            if all(job[2] in ENDS for job in jobs):
                return jobs
            stuck = tuple(job for job in jobs
                          if job[2] == "sending" or job[4])
            if stuck and stuck not in passed:
                passed.add(stuck)
                self.let_time_pass(user)
            return None
        return wait_until(ended, "the end of the jobs of " + user)

    def deaths(self):
        return self.filter_log().count("the sender died of signal 9")

    def outbox(self, key, value, *states):
        """The records of jobs, one after the other."""
        return [r["outbox"] for r in self.records() if "outbox" in r and
                r.get(key) == value and (not states or r["outbox"] in states)]


class Client(socketserver.StreamRequestHandler):
    """One SMTP connection."""

    def answer(self, word, well):
        words = self.server.says.get(word, well)
        if words is not None:
            self.wfile.write(words + b"\r\n")
        return words == well

    def take(self):
        """Whether a whole mail came and was kept."""
        mail = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if line == b"":
                return False
            mail += line.removeprefix(b".")
        if self.server.says.get(b".", b"250") in (None, b"250"):
            self.server.keep(mail)
        return self.answer(b".", b"250")

    def serve(self):
        self.wfile.write(b"220 mx.example.net\r\n")
        while line := self.rfile.readline():
            word = line[:4].upper()
            if not self.answer(word, b"354" if word == b"DATA" else b"250"):
                continue
            if word == b"QUIT" or word == b"DATA" and not self.take():
                return

    def handle(self):
        with contextlib.suppress(ConnectionError):  # it was killed
            self.serve()


class Mta(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = False  # waited for at the end

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Client)
        self.says, self.folder, self.kept = {}, None, 0
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def keep(self, mail):
        with self.lock:
            self.kept += 1
            write(os.path.join(self.folder, "%d.whole" % self.kept),
                  mail.decode())


class SmtpLab(FaultLab):
    """The same where answers go by SMTP."""

    def __init__(self):
        self.mta = Mta()
        super().__init__()
        self.settings["reply.transport"] = \
            '"smtp://127.0.0.1:%d"' % self.mta.server_address[1]
        self.mta.folder = self.path("taken")

    def sendmail(self, name):
        self.mta.says = MTAS[name]

    def end_hand_over(self):
        self.mta.shutdown()
        self.mta.server_close()  # and what was begun is over


def ask(lab, user, name=INMAIL):
    """A request for that user."""
    mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + user.encode() +
                  b"@example.net", sample(name))
    peer = Peer(lab.socket)
    check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
    check(peer.message(sign(mail), "Q-%s-%s" % (user, name),
                       recipients=[user + "@example.net"]),
          (b"c", "end"), user)
    peer.close()


def make_answer(lab, user, at):
    """A request that is answered, and whose sender is killed at a step."""
    lab.user(user, ANSWER)
    lab.begin(at)
    ask(lab, user)


def make_drafts(lab, user, at):
    """Requests of which their user is told in one mail, the same way."""
    lab.user(user, DRAFT)
    lab.begin(0)
    for name in REQUESTS:
        ask(lab, user, name)
    # Their day is over when somebody else's job comes and wakes the sender.
    lab.query("CREATE TRIGGER tomorrow AFTER INSERT ON job BEGIN UPDATE job"
              " SET not_before_ms = 0 WHERE user = '%s'; END" % user)
    lab.user("w" + user, ANSWER)
    lab.arm(at)
    ask(lab, "w" + user)
    lab.query("DROP TRIGGER tomorrow")


def kill_once(lab, name, make, at):
    """The sender is killed at a step: what became of the jobs, or None where
    it did not come to such a step."""
    user = "u%d" % len(lab.asked)
    lab.asked.append(user)
    lab.sendmail(name)
    deaths = lab.deaths()
    make(lab, user, at)
    if lab.wait_for_kill(user):
        step = wait_until(lambda: read(os.path.join(lab.run, "killed")),
                          "the step").decode()
        # A reload tells it to go, so that its end then is nothing to be told.
        wait_until(lambda: lab.deaths() == deaths + 1 or
                   lab.waits() > lab.rests, "the sender's end")
    else:
        step = None
    lab.sendmail("takes it")  # whatever is sent from now on would be seen
    jobs = lab.wait_for_ends(user)
    for job, _, state, _, _ in jobs:
        try:
            wait_until(lambda j=job, s=state: lab.outbox("job", j, s), "", 5)
        except AssertionError:
            lab.problems.append("step %d (%s): %s is not on record: %s" % (
                at, step, state, lab.outbox("job", job)))
    return step and [state + (": " + why if why else "")
                     for _, _, state, why, _ in jobs]


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
    lab.end_hand_over()
    taken = collections.Counter()
    for file in os.listdir(lab.path("taken")):
        mail = parse(read(lab.path("taken", file)))
        user = re.search(r"(\w+)@example.net", str(mail["From"]))
        text = mail.get_payload(decode=True).decode().rstrip()
        if not file.endswith(".whole"):
            lab.problems.append("never read to its end: " + file)
        elif user is None or not text.endswith(("\nThe End", ">")):
            lab.problems.append("not a whole answer: %r" % mail.as_string())
        elif "auto-replied" in mail["Auto-Submitted"]:
            taken["Q-%s-%s" % (user[1], INMAIL)] += 1
        else:
            taken.update("Q-%s-%s" % (user[1], name)
                         for name, person in REQUESTS.items()
                         if person in text)
    for user in users:
        for job, queue_id, state, why, _ in lab.jobs(user):
            if taken[queue_id] > 1 or (state == "sent" and
                                       taken[queue_id] != 1):
                lab.problems.append("%s: %s (%s), and %d answers" % (
                    queue_id, state, why, taken[queue_id]))
            if lab.outbox("qid", queue_id, "queued") != ["queued"] or \
                    not lab.outbox("job", job, *ENDS):
                lab.problems.append(queue_id + ": not accounted for")


def sweep(title, name, make=make_answer, site=FaultLab):
    """A test that kills the sender at step 1, 2, 3 ... until it lives."""
    def test(_):
        ends, at, alive = collections.Counter(), 1, 0
        try:
            with site() as lab:
                # It may have worked before it began to count.
                while alive < 3:
                    end = kill_once(lab, name, make, at)
                    alive = alive + 1 if end is None else 0
                    at += end is not None
                    ends.update(end or ())
                judge_answers(lab, lab.asked)
                check(lab.problems, [], "problems")
        finally:
            kills[title] = at - 1
            print("# %s: %d kills; jobs: %s" % (title, at - 1, ", ".join(
                "%d %s" % (count, end.replace(lab.folder, ""))
                for end, count in sorted(ends.items()))))

    test.__name__ = title
    return test


def they_were_two_hundred_kills(_):
    wait_until(lambda: len(kills) == len(SWEEPS), "the sweeps", 1200)
    check(sum(kills.values()) >= LEAST_KILLS, True, "kills %r" % kills)
    print("# %d kills" % sum(kills.values()))


# Much like others, and left out where nobody asks for all.
ALIKE = ("says later, unread", "takes it, and says later", "takes its time",
         "says later to the recipient")
SWEEPS = [("drafts of a day", "takes it", make_drafts)] + [
    ("an answer, sendmail %s" % name, name) for name in SENDMAILS] + [
    ("an answer, the MTA %s" % name, name, make_answer, SmtpLab)
    for name in MTAS]
if not os.environ.get("RSVP_ALL_FAULTS"):
    SWEEPS = [words for words in SWEEPS if words[1] not in ALIKE]
TESTS = [sweep(*words) for words in SWEEPS] + [they_were_two_hundred_kills]


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
