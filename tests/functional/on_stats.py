#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_stats.py - the figures of a running filter, counted again; its health.

The filter itself, a stand-in for sendmail(1), "rsvpctl stats" and "rsvpctl
health".  Needs neither an MTA nor root.
"""
import contextlib
import grp
import json
import os
import pwd
import re
import signal
import socket
import sqlite3
import sys

from lab import PATIENCE, check, run, sample, sign, to_alice, unbuilt, \
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
    def __init__(self, settings=None, **options):
        super().__init__(settings, **options)
        write(self.path("sendmail"), TAKES, 0o755)
        self.user("alice", RULES)

    def ctl(self, *arguments):
        done = self.rsvpctl(*arguments)
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

    def processes(self):
        """{"filter": pid, "sender": pid}, before one of them dies."""
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


def a_death_is_seen_and_figures_stay(_):
    with StatsLab() as lab:
        lab.mail(INVITATION, "Q1")
        before = lab.stats()
        check(before["process_restarts"], {"filter": 0, "sender": 0}, "none")
        for number, (name, pid) in enumerate(lab.processes().items(), 1):
            os.kill(pid, signal.SIGKILL)
            wait_until(lambda name=name:
                       lab.stats()["process_restarts"][name] == 1 and
                       lab.stats()["process_up"][name] == 1, name)
            code, reasons = lab.health()
            check((code, reasons), (1, [
                "times that a process died or could not start within the last"
                " hour: %d" % number]), name)
        lab.mail(INVITATION, "Q2")
        after = lab.stats()
        check(after["candidates"], before["candidates"] + 1, "candidates")
        check(after["start"], before["start"], "start")


def a_filter_that_hangs_is_seen(_):
    with StatsLab() as lab:
        filter_ = lab.processes()["filter"]
        os.kill(filter_, signal.SIGSTOP)
        code, reasons = lab.health()
        os.kill(filter_, signal.SIGCONT)
        check(code, 1, "exit code")
        check(len(reasons), 1, "reasons")
        check(reasons[0].startswith("the filter does not answer the MTA: "),
              True, reasons)
        check(lab.health(), (0, []), "it goes on")


def a_probe_is_no_mta(_):
    """A connection without a negotiation gets what MTAs negotiate."""
    with StatsLab() as lab:
        peer = Peer(lab.socket)
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        peer.message(sign(to_alice(sample(INVITATION))), "Q0")
        check(lab.health(), (0, []), "health")
        peer.put(b"K")  # QUIT, and a new connection on the same socket
        check((peer.connect(), peer.helo()), (b"c", b"c"), "greeting")
        check(peer.message(sign(to_alice(sample(INVITATION))), "Q1"),
              (b"c", "end"), "a message")
        check(peer.is_held(), True, "it is held")
        peer.close()
        check(lab.stats()["messages"], 2, "messages")


def ask_slowly(lab, words):
    """A client that says this and reads nothing."""
    client = socket.socket(socket.AF_UNIX)
    client.connect(lab.control)
    client.settimeout(PATIENCE)
    client.sendall(words)
    return client


def clients_that_hang_hold_nobody_up(_):
    with StatsLab() as lab:
        silent = [ask_slowly(lab, words) for words in
                  (b"", b"stats", b"\0" * 20, b"stats\n", b"x\n", b"", b"")]
        lab.mail(INVITATION, "Q1")
        check(lab.stats()["held"], 1, "one who asks")
        # And none of them stays.
        check([client.recv(100000)[:3] for client in silent],
              [b"", b"", b"", b"ok ", b"err", b"", b""], "what they hear")
        for client in silent:
            client.close()
        many = [ask_slowly(lab, b"") for _number in range(16)]
        check(lab.mail(INVITATION, "Q2"), (b"c", "end"), "mail")
        for client in many:
            client.close()
        wait_until(lambda: lab.ctl("stats")[0] == 0, "room")
        check(lab.stats()["held"], 2, "after many")


def a_store_that_is_locked_is_seen(_):
    with StatsLab() as lab:
        with contextlib.closing(sqlite3.connect(lab.state, 20)) as other:
            other.execute("BEGIN EXCLUSIVE")
            lab.mail(INVITATION, "Q1")
            figures = lab.stats()
            check(figures["store_up"]["filter"], 0, "up")
            check(figures["store_errors"]["filter"], 1, "errors")
            code, reasons = lab.health()
            check((code, reasons[0]), (
                1, "the state store did not answer the filter: nobody is"
                " counted and nothing is answered"), "health")
            other.rollback()

        def works():
            """The sender may have looked as well."""
            lab.mail(INVITATION, "Q2")
            return lab.health() == (0, [])
        wait_until(works, "the store")


def a_reload_that_is_refused_is_seen(_):
    with StatsLab() as lab:
        path = lab.path("rsvp-milter.conf")
        with open(path, encoding="utf-8") as file:
            settings = file.read()
        lab.reload()
        write(path, settings + "nonsense = 1;\n")
        lab.filter.send_signal(signal.SIGHUP)
        lab.wait_for_log("not reloaded")
        write(path, settings)
        wait_until(lambda: lab.stats()["reloads"] ==
                   {"taken": 1, "refused": 1}, "both reloads")
        check(lab.health(), (1, ["a reload was refused within the last hour:"
                                 " the log says why"]), "health")


def without_a_socket_mail_flows(_):
    lab = StatsLab()
    lab.control = lab.path("nowhere", "control.sock")
    with lab:
        lab.wait_for_log("nobody can ask for figures")
        check(lab.mail(INVITATION, "Q1"), (b"c", "end"), "mail")
        for command in ("stats", "health"):
            code, out, words = lab.ctl(command)
            check((code, out), (69, ""), command)
            check("is the filter running?" in words, True, words)


def the_socket_is_the_filters_users(_):
    lab = StatsLab({"control.group": '"daemon"'}, user="nobody")
    with lab:
        found = os.stat(lab.control)
        check((found.st_uid, found.st_gid, found.st_mode & 0o777),
              (pwd.getpwnam("nobody").pw_uid, grp.getgrnam("daemon").gr_gid,
               0o660), "owner, group and mode")
        check(lab.health(), (0, []), "health")


def the_socket_that_is_asked_is_the_one_in_use(_):
    """Whatever the settings say by now."""
    with StatsLab() as lab:
        path = lab.path("rsvp-milter.conf")
        with open(path, encoding="utf-8") as file:
            settings = file.read()
        write(path, settings.replace(lab.socket, lab.path("elsewhere")))
        check(lab.health(), (0, []), "health")
        os.unlink(lab.socket)
        code, reasons = lab.health()
        check((code, reasons), (1, ["the filter does not answer the MTA:"
                                    " unix:%s: No such file or directory"
                                    % lab.socket]), "it is gone")


def log_lines_have_the_name_of_the_settings(_):
    with StatsLab({"audit.syslog_name": '"rsvp/mx-in"'}) as lab:
        lab.mail(INVITATION, "Q1")
        lab.wait_for_log("Q1: ")
        check({line.partition(": ")[0]
               for line in lab.filter_log().splitlines()},
              {"rsvp/mx-in"}, "all lines")


def a_socket_is_taken_over_at_a_start(_):
    with StatsLab() as lab:
        lab.filter.kill()
        lab.filter.wait(PATIENCE)
        check(os.path.exists(lab.control), True, "it is left")
        check(lab.ctl("stats")[0], 69, "nobody is there")
        os.unlink(lab.pid_file)
        lab.start_filter()
        check(lab.stats()["messages"], 0, "figures begin anew")
        check(lab.stop_filter(), 0, "a stop")
        check(os.path.exists(lab.control), False, "it is removed")


TESTS = [figures_are_those_of_the_records, a_death_is_seen_and_figures_stay,
         a_filter_that_hangs_is_seen, a_probe_is_no_mta,
         clients_that_hang_hold_nobody_up, a_store_that_is_locked_is_seen,
         a_reload_that_is_refused_is_seen, without_a_socket_mail_flows,
         log_lines_have_the_name_of_the_settings,
         the_socket_that_is_asked_is_the_one_in_use,
         a_socket_is_taken_over_at_a_start]
if os.geteuid() == 0:
    TESTS.append(the_socket_is_the_filters_users)

if __name__ == "__main__":
    sys.exit(run(TESTS, None, unbuilt(), at_once=3))
