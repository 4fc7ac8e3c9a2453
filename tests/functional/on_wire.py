#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_wire.py - the filter and MTAs that speak less, or other than they should.

Part of "make check": needs neither an MTA nor root.
"""
import os
import re
import shutil
import signal
import socket
import sqlite3
import struct
import sys
import threading

from lab import (check, read, run, sample, sign, unbuilt, wait_until,
                 write)
from wire import (ADD_HEADERS, ADD_RCPT, ALL_ACTIONS, ALL_STEPS, CAN_SKIP,
                  CHANGE_HEADERS, LEADING_SPACE, NO_BODY, NO_DATA, NO_HELO,
                  NO_UNKNOWN, NR_HEADER, NR_RCPT, QUARANTINE, Peer, WireLab)

HOLD = ('rules = ( { name = "strangers"; when = { type = "invitation"; };'
        ' do = [ "tag:Seen", "quarantine" ]; } );\n')
INVITATION = "invitation-2016-05.eml"
INMAIL = "inmail-2026-01-de.eml"
ORDINARY, FRIEND = "not-ordinary.eml", "carol@example.org"

# What MTAs offer: version, actions, steps.
MTAS = [
    ("Postfix and Sendmail of today", 6, ALL_ACTIONS, ALL_STEPS),
    ("one that takes one hint", 6, ALL_ACTIONS, NO_HELO),
    ("one with two steps to leave out", 6, ALL_ACTIONS, 0x42),
    ("Sendmail 8.13, protocol version 2", 2, 0x3f, 0x7f),
    ("Postfix 2.3, protocol version 3", 3, 0x3f, 0x7f),
    ("one that lets no headers be changed", 6, QUARANTINE, ALL_STEPS),
    ("one that cannot hold", 6, ADD_HEADERS | CHANGE_HEADERS, ALL_STEPS),
    ("one that lets nothing be changed", 6, ADD_RCPT, ALL_STEPS),
    ("one that cannot skip", 6, ALL_ACTIONS, ALL_STEPS & ~CAN_SKIP),
    ("one that keeps the leading space", 6, ALL_ACTIONS,
     ALL_STEPS & ~LEADING_SPACE),
    ("one that waits for each header", 6, ALL_ACTIONS,
     ALL_STEPS & ~NR_HEADER),
]


def greeted(peer):
    check(peer.connect(), b"c", "connect")
    check(peer.helo(), b"c", "HELO")
    return peer


def a_recipient_may_be_refused_by_every_mta(site):
    with site({"users.split": "true"}) as lab:
        for user in ("alice", "bob"):
            lab.user(user, HOLD)
        for name, version, actions, steps in MTAS:
            peer = greeted(Peer(lab.socket, version, actions, steps))
            check(peer.steps & NR_RCPT, 0, name + ": it waits for answers")
            check(peer.mail(), b"c", name + ": MAIL")
            check(peer.rcpt(), b"c", name + ": the first")
            peer.put(b"R", b"<bob@example.net>\0")
            command, words = peer.get()
            check((command, words[:10]), (b"y", b"452 4.5.3 "),
                  name + ": the other")
            check(peer.rcpt("Alice@example.net"), b"c",
                  name + ": the first again")
            peer.abort()
            check(peer.mail(FRIEND), b"c", name + ": MAIL of others")
            for to in ("alice@example.net", "bob@example.net"):
                check(peer.rcpt(to), b"c", name + ": " + to)
            peer.close()


def of_what_a_user_sends_the_envelope_is_enough(site):
    with site({"users.learn": "true"}) as lab:
        for name, version, actions, steps in MTAS:
            peer = Peer(lab.socket, version, actions, steps)
            check(peer.steps & NO_DATA, 0, name + ": it hears DATA")
            check(peer.connect("inside", "192.0.2.9"), b"c", name + ": host")
            check(peer.helo(), b"c", name + ": HELO")
            for sender, decided in ((FRIEND, "MAIL"),
                                    ("alice@example.net", "DATA"),
                                    ("", "MAIL"),
                                    ("alice@example.net", "DATA")):
                answer, where = peer.mail(sender), "MAIL"
                if answer == b"c":
                    check(peer.rcpt(FRIEND), b"c", name + ": RCPT")
                    if version < 4:
                        # Such a one does not tell of DATA.
                        check(peer.header(b"From", b"<a@example.net>"), b"c",
                              name + ": header")
                        answer, where = peer.headers_end(), "DATA"
                    else:
                        answer, where = peer.data(), "DATA"
                check((answer, where), (b"a", decided), name + ": " + sender)
            peer.close()
        for words in ("forgotten, and that the user wrote to this address",
                      "0 answers forgotten"):
            said = lab.rsvpctl("state", "forget", "--user", "alice",
                               "--person", FRIEND).stdout
            check(said.strip().endswith(words), True, said)
        # Whoever is neither internal nor authenticated goes on.
        peer = greeted(Peer(lab.socket))
        check(peer.mail("alice@example.net"), b"c", "MAIL")
        check(peer.rcpt(FRIEND), b"c", "RCPT")
        check(peer.data(), b"c", "DATA")
        peer.close()


def every_mta_is_served(site):
    with site() as lab:
        lab.user("alice", HOLD)
        mail = sign(sample(INVITATION))
        for number, (name, version, actions, steps) in enumerate(MTAS):
            peer = greeted(Peer(lab.socket, version, actions, steps))
            check(peer.steps & ~steps, 0, name + ": steps it lacks")
            check(peer.actions & ~actions, 0, name + ": actions it lacks")
            queue_id = "MTA%d" % number
            check(peer.message(mail, queue_id), (b"c", "end"), name)
            record = lab.decision(queue_id)
            check(record["recipients"][0]["rule"], "strangers", name)
            check(record["trust"], "direct", name + ": trust")
            check(peer.is_held(), actions & QUARANTINE != 0, name + ": hold")
            check([n for n, _ in peer.added()],
                  ["X-RSVP", "X-RSVP-Tag"] if actions & ADD_HEADERS else [],
                  name + ": headers")
            # The same connection goes on.
            check(peer.message(sample(ORDINARY), "ordinary", FRIEND),
                  (b"a", "end of headers"), name + ": ordinary mail")
            peer.close()


def what_is_not_needed_is_negotiated_away(site):
    with site() as lab:
        peer = Peer(lab.socket)
        check(peer.steps, NO_HELO | NO_UNKNOWN | NO_DATA | NR_HEADER |
              NR_RCPT | CAN_SKIP | LEADING_SPACE, "steps")
        check(peer.steps & NO_BODY, 0, "the body")
        check(peer.actions, ADD_HEADERS | CHANGE_HEADERS | QUARANTINE,
              "actions")


def a_connection_carries_many_messages(site):
    with site() as lab:
        lab.user("alice", HOLD)
        mail = sign(sample(INVITATION))
        peer = greeted(Peer(lab.socket))
        # RSET after MAIL, after RCPT, in the headers, in the body.
        peer.abort()
        peer.mail()
        peer.abort()
        peer.mail()
        peer.rcpt("bob@example.net")
        peer.abort()
        peer.mail()
        peer.rcpt("bob@example.net")
        peer.header(b"From", b"x@linkedin.com")
        peer.abort()
        peer.mail()
        peer.rcpt("bob@example.net")
        peer.header(b"From", b"x@linkedin.com")
        peer.header(b"X-LinkedIn-Class", b"INMAIL")
        peer.headers_end()
        peer.body(b"half a bo")
        peer.abort()
        # MAIL without RSET: an early accept ends with no abort.
        peer.mail()
        check(peer.message(mail, "Q1"), (b"c", "end"), "first")
        check(lab.decision("Q1")["recipients"],
              [dict(lab.decision("Q1")["recipients"][0],
                    rcpt="alice@example.net")], "recipients")
        check(peer.message(sample(ORDINARY), "Q2", FRIEND),
              (b"a", "end of headers"), "second")
        check(peer.message(mail, "Q3"), (b"c", "end"), "third")
        check(lab.decision("Q3")["type"], "invitation", "third")
        # QUIT, but a new connection follows on the same socket.
        peer.put(b"K")
        greeted(peer)
        check(peer.message(mail, "Q4"), (b"c", "end"), "fourth")
        check(len(lab.records()), 3, "records")


def connections_that_say_nothing_do_no_harm(site):
    with site() as lab:
        lab.user("alice", HOLD)
        for words in (b"", b"GET / HTTP/1.0\r\n\r\n", b"\0\0\0\0",
                      b"\xff\xff\xff\xff", struct.pack("!I", 1) + b"Q",
                      struct.pack("!I", 13) + b"O" + b"\0" * 12,
                      struct.pack("!I", 2) + b"O2"):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(lab.socket)
                s.sendall(words)
        half = Peer(lab.socket)
        half.connect()
        half.mail()
        half.socket.sendall(struct.pack("!I", 40) + b"Lhalf a header")
        half.close()
        peer = greeted(Peer(lab.socket))
        check(peer.message(sign(sample(INVITATION)), "Q1"), (b"c", "end"),
              "a message after that")
        check("died" in lab.filter_log(), False, "a death")


def odd_headers_are_survived(site):
    with site() as lab:
        lab.user("alice", HOLD)
        mail = sign(sample(INVITATION))
        for name, fields in (
                ("no value", [(b"X-Empty", b"")]),
                ("octets", [(b"X-\xff\xfe", b"\x80\xff" * 100)]),
                ("as long as a packet", [(b"X-Long", b"a" * 65500)]),
                ("many", [(b"X-Many", b"b")] * 2000),
                ("folds", [(b"X-Folds", b"a\n b\n\tc\n")])):
            peer = greeted(Peer(lab.socket))
            peer.mail(FRIEND)
            peer.rcpt()
            for field in fields:
                check(peer.header(*field), b"c", name)
            check(peer.headers_end(), b"a", name)
            # In front of an invitation they keep nothing from being seen.
            extra = b"".join(n + b": " + v.replace(b"\n", b"\r\n") + b"\r\n"
                             for n, v in fields if not v.endswith(b"\n"))
            check(peer.message(extra + mail, "odd-" + name), (b"c", "end"),
                  name)
            # What cannot be kept cannot be verified either.
            decision = lab.decision("odd-" + name)
            check(decision["type"], "invitation", name)
            check(decision["trust"], "claimed" if name in ("octets", "many")
                  else "direct", name)
            peer.close()


def forged_headers_are_taken_out_from_the_last_on(site):
    with site() as lab:
        peer = greeted(Peer(lab.socket))
        forged = (b"X-RSVP: a\r\nSubject: hello\r\nx-rsvp: b\r\n"
                  b"X-RSVP-Tag: c\r\nX-Rsvp: d\r\n"
                  b"From: x@example.org\r\n\r\nhello\r\n")
        check(peer.message(forged, "Q1"), (b"c", "end"), "answer")
        check(peer.removed(), [("X-RSVP", 3), ("X-RSVP", 2), ("X-RSVP", 1),
                               ("X-RSVP-Tag", 1)], "removals")
        # However many others come before it.
        many = b"A: b\r\n" * 1500 + b"X-\xc3: c\r\n" + forged
        check(peer.message(many, "Q2"), (b"c", "end"), "answer")
        check(len(peer.removed()), 4, "removals")


def internal_and_authenticated_mail_is_let_go(site):
    with site() as lab:
        lab.user("alice", HOLD)
        peer = Peer(lab.socket)
        check(peer.connect("inside", "192.0.2.9"), b"a", "internal")
        peer.close()
        peer = greeted(Peer(lab.socket))
        peer.put(b"D", b"M{auth_authen}\0alice\0")
        check(peer.mail("alice@example.net"), b"a", "authenticated")
        # The next one on the same connection is not.
        peer.abort()
        peer.put(b"D", b"M")
        check(peer.message(sign(sample(INVITATION)), "Q1"), (b"c", "end"),
              "the next one")


def what_is_let_go_is_told_where_wanted(site):
    with site() as lab:
        check("no candidate" in lab.filter_log(), False, "as usual")
        lab.stop_filter()
        lab.start_filter("-v")
        peer = Peer(lab.socket)
        check(peer.connect("inside", "192.0.2.9"), b"a", "internal")
        lab.wait_for_log("client 192.0.2.9: internal, not looked at")
        peer = greeted(Peer(lab.socket))
        check(peer.message(sample(ORDINARY), "Q1", FRIEND),
              (b"a", "end of headers"), "ordinary mail")
        lab.wait_for_log("Q1: no candidate for a user here")


SLOW_SENDMAIL = """#!/bin/sh
cat >/dev/null
echo one >>%(folder)s/sent
while [ ! -e %(folder)s/go ]; do sleep 0.05; done
"""
ANSWER = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
          ' do = [ "reply:and-you-are" ]; } );\n')


def with_three_answers(site, act):
    """Acts while the first of three answers is handed over; how many went."""
    with site() as lab:
        write(lab.path("sendmail"), SLOW_SENDMAIL % {"folder": lab.folder},
              0o755)
        peer = greeted(Peer(lab.socket))
        for user in ("u1", "u2", "u3"):
            lab.user(user, ANSWER)
            mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + user.encode() +
                          b"@example.net", sample(INMAIL))
            peer.message(sign(mail), "Q-" + user,
                         recipients=[user + "@example.net"])
        wait_until(lambda: os.path.exists(lab.path("sent")), "the first")
        act(lab)
        return read(lab.path("sent")).decode().split(), [
            r.get("outbox") for r in lab.records() if "outbox" in r]


def answers_that_are_switched_off_stay(site):
    def switch_off(lab):
        text = read(lab.path("rsvp-milter.conf")).decode()
        write(lab.path("rsvp-milter.conf"),
              text.replace("enabled = true", "enabled = false"))
        lab.reload()
        write(lab.path("go"), "")
        wait_until(lambda: len([r for r in lab.records() if r.get("outbox") in
                                ("sent", "cancelled")]) == 3, "the end")

    sent, outbox = with_three_answers(site, switch_off)
    check(sent, ["one"], "answers")
    check(sorted(outbox), ["cancelled"] * 2 + ["queued"] * 3 + ["sent"],
          "records")


def a_stop_begins_no_other_answer(site):
    def stop(lab):
        lab.filter.send_signal(signal.SIGTERM)
        write(lab.path("go"), "")
        check(lab.filter.wait(30), 0, "exit code")

    sent, outbox = with_three_answers(site, stop)
    check(sent, ["one"], "answers")
    check(sorted(outbox), ["queued"] * 3 + ["sent"], "records")


def processes(lab):
    """The filter's process and the sender's, once both are up."""
    path = "/proc/%d/task/%d/children" % (lab.filter.pid, lab.filter.pid)

    def threads(pid):
        try:
            return len(os.listdir("/proc/%d/task" % pid))
        except FileNotFoundError:
            return 0

    def find():
        if lab.filter.poll() is not None:
            raise AssertionError("the first process ended: " +
                                 lab.filter_log())
        found = [int(pid) for pid in read(path).split()]
        # Only libmilter has threads.
        found.sort(key=threads, reverse=True)
        return len(found) == 2 and threads(found[0]) > 1 and found
    return wait_until(find, "two processes")


def ask(lab, user):
    """An InMail for that user."""
    mail = re.sub(rb"(?m)^To:[^\r]*", b"To: " + user.encode() +
                  b"@example.net", sample(INMAIL))
    check(greeted(Peer(lab.socket)).message(
        sign(mail), "Q-" + user, recipients=[user + "@example.net"]),
        (b"c", "end"), user)


def outbox(lab, *states):
    """The records of jobs that came to one of those states."""
    return [r for r in lab.records() if r.get("outbox") in states]


def a_stop_waits_for_the_answer_under_way(site):
    with site() as lab:
        # Longer than is waited for a filter that does not stop.
        write(lab.path("sendmail"), "#!/bin/sh\ncat >/dev/null\n"
              "echo one >>%s/sent\nsleep 18\n" % lab.folder, 0o755)
        lab.user("u1", ANSWER)
        ask(lab, "u1")
        wait_until(lambda: os.path.exists(lab.path("sent")), "the answer")
        os.kill(processes(lab)[0], signal.SIGSTOP)
        lab.filter.send_signal(signal.SIGTERM)
        check(lab.filter.wait(60), 0, "exit code")
        check("the filter did not stop within 15 seconds; it is killed" in
              lab.filter_log(), True, "the log")
        check("the sender did" in lab.filter_log(), False, "the sender")
        check(len(outbox(lab, "sent")), 1, "records")


def an_answer_whose_sender_died_is_recorded_and_not_sent_again(site):
    with site() as lab:
        write(lab.path("sendmail"), SLOW_SENDMAIL % {"folder": lab.folder},
              0o755)
        lab.user("u1", ANSWER)
        ask(lab, "u1")
        wait_until(lambda: os.path.exists(lab.path("sent")), "the answer")
        os.kill(processes(lab)[1], signal.SIGKILL)
        lab.wait_for_log("the sender died of signal 9")
        write(lab.path("go"), "")
        check(lab.stop_filter(), 0, "exit code")
        # Some minutes later:
        with sqlite3.connect(lab.path("state.db")) as db:
            check(db.execute("UPDATE job SET not_before_ms = not_before_ms"
                             " - 600000 WHERE state = 'sending'").rowcount,
                  1, "jobs")
        db.close()
        lab.start_filter()
        lab.wait_for_log("Q-u1: reply for u1 failed: unknown whether sent")
        # The log line comes before the record.
        wait_until(lambda: outbox(lab, "failed"), "the record")
        check([r["why"] for r in outbox(lab, "failed")],
              ["unknown whether sent"], "records")
        listed = lab.rsvpctl("outbox", "list").stdout
        check("failed" in listed and "unknown whether sent" in listed, True,
              listed)
        check(read(lab.path("sent")), b"one\n", "answers")


def a_process_that_dies_comes_back_with_the_set_in_force(site):
    with site() as lab:
        write(lab.path("sendmail"), "#!/bin/sh\ncat >/dev/null\n", 0o755)
        good = read(lab.path("rsvp-milter.conf")).decode()
        for user in ("u1", "u2"):
            lab.user(user, ANSWER)
        # As it was at the start, and as it was changed by a reload.
        for number, words in ((1, ""), (2, 'on_failure = "tempfail";\n')):
            write(lab.path("rsvp-milter.conf"), words + good)
            reload_all(lab)
            write(lab.path("rsvp-milter.conf"), "frob = 1;\n")
            for which in (0, 1):
                kill_and_wait(lab, which)
            ask(lab, "u%d" % number)
            wait_until(lambda: len(outbox(lab, "sent")) == number, "an answer")
        since = len(lab.filter_log())
        lab.filter.send_signal(signal.SIGUSR1)
        lab.wait_for_log("not reloaded", since)


def a_process_that_cannot_come_back_is_tried_again(site):
    with site() as lab:
        lab.user("alice", HOLD)
        os.chmod(lab.path("state.db"), 0o644)  # it is refused
        old = processes(lab)
        os.kill(old[0], signal.SIGKILL)
        lab.wait_for_log("cannot be started again (code 69); next try in 1 ")
        lab.wait_for_log("cannot be started again (code 69); next try in 2 ")
        check(lab.filter.poll(), None, "the first process")
        check(os.path.exists("/proc/%d" % old[1]), True, "the sender")
        os.chmod(lab.path("state.db"), 0o600)
        processes(lab)
        wait_until(lambda: os.path.exists(lab.socket), "the socket")
        lab.wait_for_log("listening on", lab.filter_log().rindex("next try"))
        check(greeted(Peer(lab.socket)).message(
            sign(sample(INVITATION)), "Q1"), (b"c", "end"), "a message")


MISTAKE = "\n\nrulse = ( );\n"


def whose_rules_are_refused_is_told_once(site):
    with site({"users.notices": '"daily"'}) as lab:
        write(lab.path("sendmail"), '#!/bin/sh\necho "$@" >>%(f)s/calls\n'
              "cat >>%(f)s/mail\n" % {"f": lab.folder}, 0o755)
        lab.user("u1", HOLD)
        ask(lab, "u1")
        lab.user("u1", MISTAKE)
        ask(lab, "u1")
        wait_until(lambda: outbox(lab, "sent"), "the notice")
        ask(lab, "u1")
        # Of another user: what was queued before it is through by then.
        lab.user("u2", MISTAKE)
        ask(lab, "u2")
        wait_until(lambda: len(outbox(lab, "sent")) == 2, "another's")
        check([(r["user"], r["mode"], r["template"]) for r in
               outbox(lab, "queued", "refused")],
              [("u1", "notice", "rules-kept"), ("u2", "notice", "tag-only")],
              "notices")
        calls = read(lab.path("calls")).decode().splitlines()
        check([line.split()[-1] for line in calls],
              ["u1@example.net", "u2@example.net"], "recipients")
        check(all("-f <>" in line for line in calls), True, "null sender")
        mail = read(lab.path("mail")).decode()
        for words in ("To: u1@example.net\n", "Auto-Submitted: auto-generated",
                      "u1/rules.conf:3: unknown setting rulse",
                      "your rules as they were before",
                      "none of your rules is in force"):
            check(words in mail, True, words)
        check("Lavinia" in mail, False, "text of the mail")
        shown = [lab.rsvpctl("outbox", *words).stdout
                 for words in (("list",), ("show", "1"))]
        check(re.search(r"(?m)^1 +sent +notice 2\S+Z +u1 +rules-kept +Q-u1 *$",
                        shown[0]) is not None, True, shown[0])
        check("\nmistake     u1/rules.conf:3: unknown setting rulse" in
              shown[1] and "route" not in shown[1], True, shown[1])


def a_mistake_that_is_mended_in_time_is_not_told(site):
    with site({"users.notices": '"daily"'}) as lab:
        write(lab.path("sendmail"), "#!/bin/sh\ncat >>%s/mail\n" % lab.folder,
              0o755)
        write(lab.path("stop-sending"), "")
        for user in ("u1", "u2"):
            lab.user(user, MISTAKE)
            ask(lab, user)
        check(len(outbox(lab, "queued")), 2, "queued")
        lab.user("u1", HOLD)
        os.unlink(lab.path("stop-sending"))
        wait_until(lambda: len(outbox(lab, "sent", "cancelled")) == 2,
                   "the end")
        check([(r["user"], r["outbox"], r.get("why")) for r in
               outbox(lab, "sent", "cancelled")],
              [("u1", "cancelled", "mended"), ("u2", "sent", None)], "ends")
        check(b"u1" in read(lab.path("mail")), False, "a mail for u1")


def reload_all(lab):
    """A reload, until the sender that was there before it is gone."""
    old = processes(lab)
    lab.reload()
    wait_until(lambda: not os.path.exists("/proc/%d" % old[1]),
               "another sender")


def kill_and_wait(lab, which):
    """The filter (0) or the sender (1) dies and is there again."""
    since = len(lab.filter_log())
    os.kill(processes(lab)[which], signal.SIGKILL)
    lab.wait_for_log("it is started again", since)
    processes(lab)
    if which == 0:
        lab.wait_for_log("listening on", since)
    return lab.filter_log()[since:]


def a_folder_of_the_filters_own_user_is_read_after_a_death(site):
    with site(user="nobody" if os.geteuid() == 0 else None) as lab:
        write(lab.path("sendmail"), "#!/bin/sh\ncat >/dev/null\n", 0o755)
        for user in ("u1", "u2"):
            lab.user(user, ANSWER)
            if lab.user_name is not None:
                for path in ((), ("rules.conf",)):
                    shutil.chown(lab.path("users", user, *path),
                                 lab.user_name)
        for number, which in ((1, 0), (2, 1)):
            kill_and_wait(lab, which)
            ask(lab, "u%d" % number)
            wait_until(lambda: len(outbox(lab, "sent", "cancelled")) == number,
                       "an answer")
        check([r["outbox"] for r in outbox(lab, "sent", "cancelled")],
              ["sent", "sent"], "answers")


def change(lab, old, new, mode=0o644):
    """Changes the settings."""
    text = read(lab.path("rsvp-milter.conf")).decode()
    check(old in text, True, old)
    write(lab.path("rsvp-milter.conf"), text.replace(old, new), mode)


def what_the_filter_refuses_nobody_takes(site):
    """A set that cannot be opened, and one that only root can read."""
    root = os.geteuid() == 0
    for name, mode in (("state", 0o644), ("mode", 0o600 if root else 0)):
        with site({"dry_run": "true"}, user="nobody" if root else None) as lab:
            lab.user("u1", ANSWER)
            if name == "state":
                lab.stop_filter()
                change(lab, lab.state, lab.path("missing", "state.db"))
                lab.start_filter()
            old = processes(lab)
            change(lab, "dry_run = true", "dry_run = false", mode)
            since = len(lab.filter_log())
            lab.filter.send_signal(signal.SIGUSR1)
            lab.wait_for_log("not reloaded", since)
            # The first process has told the sender of it, one way or another.
            wait_until(lambda: not os.path.exists("/proc/%d" % old[1]),
                       name + ": another sender")
            check("; dry run" in kill_and_wait(lab, 0), True, name)
            ask(lab, "u1")
            check(lab.decision("Q-u1")["dry_run"], True, name)
            kill_and_wait(lab, 1)
            check("sender: state" in lab.filter_log(), False, name)
            if name == "state":
                # Once it can be opened, it is taken.
                os.mkdir(lab.path("missing"), 0o700)
                if root:
                    shutil.chown(lab.path("missing"), "nobody")
                lab.reload()
                check("; dry run" in kill_and_wait(lab, 0), False, "mended")


def what_needs_a_start_stays_after_a_death(site):
    with site() as lab:
        write(lab.path("sendmail"), "#!/bin/sh\ncat >/dev/null\n", 0o755)
        change(lab, lab.audit, "/nonexistent/audit.jsonl")
        change(lab, lab.state, "/nonexistent/state.db")
        reload_all(lab)
        lab.wait_for_log("takes effect at the next start")
        for number, which in ((1, 0), (2, 1)):
            kill_and_wait(lab, which)
            lab.user("u%d" % number, ANSWER)
            ask(lab, "u%d" % number)
            wait_until(lambda: len(outbox(lab, "sent")) == number, "an answer")
        check("cannot be started" in lab.filter_log(), False, "the log")


def a_reload_asks_the_disk_where_the_filter_is_down(site):
    with site() as lab:
        os.chmod(lab.path("state.db"), 0o644)  # it is refused
        os.kill(processes(lab)[0], signal.SIGKILL)
        lab.wait_for_log("next try in 2 ")
        change(lab, "dry_run = false", "dry_run = true")
        lab.filter.send_signal(signal.SIGHUP)
        lab.wait_for_log("; dry run")
        check("; dry run" in kill_and_wait(lab, 0), True, "it stays")


def with_manager(lab):
    """A socket that gets what the filter tells systemd."""
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.settimeout(30)
    manager.bind(lab.path("notify"))
    write(lab.path("notified"), "#!/bin/sh\nNOTIFY_SOCKET=%s exec %s \"$@\"\n"
          % (lab.path("notify"), lab.program), 0o755)
    lab.program = lab.path("notified")
    return manager


def a_reload_is_over_when_the_children_have_loaded(site):
    lab = site()
    with with_manager(lab) as manager, lab:
        check(manager.recv(100), b"READY=1", "the start")
        for good in (True, False):
            if not good:
                write(lab.path("rsvp-milter.conf"), "frob = 1;\n")
            since = len(lab.filter_log())
            old = processes(lab)
            os.kill(old[0], signal.SIGSTOP)
            lab.filter.send_signal(signal.SIGHUP)
            check(manager.recv(100)[:11], b"RELOADING=1", "a reload")
            # When the sender was reaped, the first process has gone on.
            try:
                os.kill(old[1], signal.SIGKILL)
            except ProcessLookupError:
                pass
            wait_until(lambda: not os.path.exists("/proc/%d" % old[1]),
                       "the sender's end")
            manager.setblocking(False)
            try:
                check(manager.recv(100), None, "too early")
            except BlockingIOError:
                pass
            manager.settimeout(30)
            os.kill(old[0], signal.SIGCONT)
            check(manager.recv(100), b"READY=1", "its end")
            check("reloaded" in lab.filter_log()[since:], True, "the log")
            check(processes(lab)[0], old[0], "the filter")


def a_reload_waits_for_no_answer_under_way(site):
    with site() as lab:
        write(lab.path("sendmail"), SLOW_SENDMAIL % {"folder": lab.folder},
              0o755)
        lab.user("u1", ANSWER)
        ask(lab, "u1")
        wait_until(lambda: os.path.exists(lab.path("sent")), "the answer")
        lab.reload()
        lab.reload()
        write(lab.path("go"), "")
        wait_until(lambda: outbox(lab, "sent"), "its record")
        check("sender" in lab.filter_log(), False, "the log")


def many_connections_at_once_outlive_reloads(site):
    with site() as lab:
        lab.user("alice", HOLD)
        mail = sign(sample(INVITATION))
        problems = []

        def work(number):
            try:
                peer = greeted(Peer(lab.socket))
                for i in range(25):
                    check(peer.message(mail, "Q%d-%d" % (number, i)),
                          (b"c", "end"), "answer")
                    check(peer.is_held(), True, "hold")
                peer.close()
            except (OSError, EOFError, AssertionError) as e:
                problems.append(repr(e))

        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        reloads = 0
        while any(thread.is_alive() for thread in threads) or reloads < 3:
            lab.reload(signal.SIGHUP if reloads % 2 else signal.SIGUSR1)
            reloads += 1
        for thread in threads:
            thread.join()
        check(problems, [], "problems")
        check(len(lab.records()), 200, "records")


def a_stop_waits_for_no_idle_connection(site):
    with site() as lab:
        peer = greeted(Peer(lab.socket))
        peer.mail()
        lab.filter.send_signal(signal.SIGTERM)
        check(lab.filter.wait(30), 0, "exit code")
        peer.close()
        lab.start_filter()
        wait_until(lambda: greeted(Peer(lab.socket)), "the next start")


def a_start_waits_for_the_one_that_stops(site):
    with site() as lab:
        peer = greeted(Peer(lab.socket))
        old, stopping = lab.filter, processes(lab)
        # As "restart" of an init script does; the old one takes its time.
        for pid in stopping:
            os.kill(pid, signal.SIGSTOP)
        old.send_signal(signal.SIGTERM)
        lab.filter = lab.spawn(lab.program, "-f", "-c",
                               lab.path("rsvp-milter.conf"), log="new.log")
        wait_until(lambda: b"another filter listens there; waiting" in
                   read(lab.path("new.log")), "the new one to wait")
        for pid in stopping:
            os.kill(pid, signal.SIGCONT)
        check(old.wait(30), 0, "the old one")
        processes(lab)
        wait_until(lambda: greeted(Peer(lab.socket)), "the new one")
        # The first process writes it when both of its children work.
        wait_until(lambda: os.path.exists(lab.pid_file) and
                   read(lab.pid_file) == b"%d\n" % lab.filter.pid,
                   "the pid file of the new one")
        peer.close()


def beside_one_that_hangs(site, backlog, act):
    """Starts a filter where another one neither answers nor stops."""
    lab = site()
    lab.make_own_folder()
    lab.write_settings()
    peers = [socket.socket(socket.AF_UNIX) for _ in range(4)]
    with socket.socket(socket.AF_UNIX) as old:
        old.bind(lab.socket)
        old.listen(backlog)
        for peer in peers:
            peer.setblocking(False)
            if backlog == 0:
                peer.connect_ex(lab.socket)
        try:
            lab.filter = lab.spawn(lab.program, "-f", "-c",
                                   lab.path("rsvp-milter.conf"),
                                   log="filter.log")
            lab.wait_for_log("another filter listens there; waiting")
            path = "/proc/%d/task/%d/children" % (2 * (lab.filter.pid,))
            children = read(path).split()
            act(lab)
            for child in children:
                check(os.path.exists("/proc/" + child.decode()), False,
                      "a child that is left")
        finally:
            for peer in peers:
                peer.close()
            lab.stop()
    shutil.rmtree(lab.folder)


def a_start_beside_one_that_hangs_can_be_stopped(site):
    def stop(lab):
        lab.filter.send_signal(signal.SIGTERM)
        check(lab.filter.wait(30), 0, "exit code")
        check("another filter listens there\n" in lab.filter_log(), False,
              "a failure")

    for backlog in (0, 1000):
        beside_one_that_hangs(site, backlog, stop)


def a_start_beside_one_that_hangs_fails(site):
    def wait(lab):
        check(lab.filter.wait(30), 69, "exit code")
        check("another filter listens there\n" in lab.filter_log(), True,
              "the reason")

    beside_one_that_hangs(site, 0, wait)


def a_stop_removes_its_own_socket_and_no_other(site):
    # libmilter itself does this only where it is not root.
    user = "nobody" if os.geteuid() == 0 else None
    with site(user=user) as lab:
        folder = os.path.dirname(lab.socket)
        check(lab.stop_filter(), 0, "exit code")
        check(os.path.exists(lab.socket), False, "its own")
        lab.start_filter()
        os.unlink(lab.socket)
        with socket.socket(socket.AF_UNIX) as successor:
            successor.bind(lab.socket)
            successor.listen(1)
            check(lab.stop_filter(), 0, "exit code")
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(lab.socket)
        check(sorted(n for n in os.listdir(folder) if "sock" in n),
              ["milter.sock"], "sockets")


def an_old_one_leaves_its_successors_pid_file_alone(site):
    with site() as lab:
        write(lab.path("filter.pid"), "1\n")
        check(lab.stop_filter(), 0, "exit code")
        check(read(lab.path("filter.pid")), b"1\n", "another one's")
        os.unlink(lab.path("filter.pid"))
        lab.start_filter()
        check(lab.stop_filter(), 0, "exit code")
        check(os.path.exists(lab.path("filter.pid")), False, "its own")


TESTS = [
    every_mta_is_served,
    of_what_a_user_sends_the_envelope_is_enough,
    a_recipient_may_be_refused_by_every_mta,
    what_is_not_needed_is_negotiated_away,
    a_connection_carries_many_messages,
    connections_that_say_nothing_do_no_harm,
    odd_headers_are_survived,
    forged_headers_are_taken_out_from_the_last_on,
    internal_and_authenticated_mail_is_let_go,
    what_is_let_go_is_told_where_wanted,
    answers_that_are_switched_off_stay,
    a_stop_begins_no_other_answer,
    a_stop_waits_for_the_answer_under_way,
    an_answer_whose_sender_died_is_recorded_and_not_sent_again,
    whose_rules_are_refused_is_told_once,
    a_mistake_that_is_mended_in_time_is_not_told,
    a_process_that_dies_comes_back_with_the_set_in_force,
    a_folder_of_the_filters_own_user_is_read_after_a_death,
    what_the_filter_refuses_nobody_takes,
    what_needs_a_start_stays_after_a_death,
    a_reload_asks_the_disk_where_the_filter_is_down,
    a_reload_is_over_when_the_children_have_loaded,
    a_process_that_cannot_come_back_is_tried_again,
    a_reload_waits_for_no_answer_under_way,
    many_connections_at_once_outlive_reloads,
    a_stop_waits_for_no_idle_connection,
    a_start_waits_for_the_one_that_stops,
    a_start_beside_one_that_hangs_can_be_stopped,
    a_start_beside_one_that_hangs_fails,
    a_stop_removes_its_own_socket_and_no_other,
    an_old_one_leaves_its_successors_pid_file_alone,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, WireLab, unbuilt(), at_once=8))
