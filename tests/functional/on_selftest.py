#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_selftest.py - "rsvpctl selftest" at sites that take forged fields away,
and at sites that do not.

A real Postfix, with a real OpenDKIM or rspamd or nothing before the filter.
"""
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading

from lab import BUILD, PATIENCE, check, parse, run, write
from postfix_lab import PostfixLab
from verifiers import HOST, OpenDkimLab, RspamdLab, missing

BELIEVED = 1
OUTSIDE = ("mx.example.org", "203.0.113.5")
BELOW, LONG, NO_DKIM = "below a Received field", "more than 4 KB", \
    "spf=pass and no DKIM"
IDS = {"trust.authserv_ids": '( "%s" )' % HOST}


class CarelessOpenDkimLab(OpenDkimLab):
    """OpenDKIM as it is without settings."""

    CONF = OpenDkimLab.CONF.replace("RemoveARAll yes\n", "")


class NoFilterLab(PostfixLab):
    """The filter runs, but the MTA does not know of it."""

    MAIN = PostfixLab.MAIN.replace(
        "{ unix:%(socket)s, default_action=accept }", "")


class ChecksLab(OpenDkimLab):
    """OpenDKIM behind Postfix's own header_checks."""

    MAIN = OpenDkimLab.MAIN + "header_checks = regexp:%(folder)s/checks\n"

    def start_before(self):
        write(self.path("checks"),
              "/^Authentication-Results *:/ IGNORE\n")
        return super().start_before()


def selftest(lab, *arguments):
    """The code it ends with, and what it prints on both."""
    done = subprocess.run(
        (os.path.join(BUILD, "milter", "rsvpctl"), "-c",
         lab.path("rsvp-milter.conf"), "selftest", *arguments),
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
        timeout=2 * PATIENCE)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class Outside:
    """A port at which Postfix takes whoever calls for a client elsewhere."""

    def __init__(self, lab):
        self.lab = lab
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.place = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with contextlib.suppress(OSError):  # closed
            while True:
                client = self.listener.accept()[0]
                self.lead(client)

    def lead(self, client):
        server = socket.create_connection(("127.0.0.1", self.lab.smtp_port))
        file = server.makefile("rwb")
        file.readline()
        for command in (b"EHLO localhost", b"XCLIENT NAME=%s ADDR=%s" %
                        tuple(word.encode() for word in OUTSIDE)):
            file.write(command + b"\r\n")
            file.flush()
            line = file.readline()
            while line[3:4] == b"-":
                line = file.readline()
        client.sendall(line)  # it greets once more
        threading.Thread(target=self.copy, args=(client, server),
                         daemon=True).start()
        self.copy(server, client)
        client.close()
        file.close()
        server.close()

    @staticmethod
    def copy(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self.place

    def __exit__(self, *_):
        self.listener.close()


def arrived(lab):
    """The code; and of each field what it is, and what became of it."""
    with Outside(lab) as place:
        code, out, err = selftest(
            lab, "--smtp", place, "--to", "alice@example.net",
            "--mailbox", lab.path("mail", "alice"), "--wait", str(PATIENCE),
            "--json")
    check(code in (0, BELIEVED), True, "code %d, %s" % (code, err))
    return code, {(field["field"], field["how"]): field["result"]
                  for field in json.loads(out)["fields"]}


def of_results(fields):
    return {how: result for (name, how), result in fields.items()
            if name.lower() == "authentication-results"}


def of_ours(fields):
    return {result for (name, _), result in fields.items()
            if name.lower().startswith("x-rsvp")}


def the_filter_alone_strips_ours_and_nothing_else(_):
    with PostfixLab(IDS) as lab:
        code, fields = arrived(lab)
    check(code, BELIEVED, "code")
    check(of_ours(fields), {"stripped"}, "fields of ours")
    results = of_results(fields)
    check(results.pop("below a Received field"), "survived", "below")
    check(set(results.values()), {"believed"}, "results")


def without_ids_no_results_are_sent(_):
    with PostfixLab() as lab:
        code, fields = arrived(lab)
    check((code, of_results(fields)), (0, {}), "results")


def without_the_filter_ours_survive(_):
    with NoFilterLab() as lab:
        code, fields = arrived(lab)
    check((code, of_ours(fields)), (BELIEVED, {"believed"}), "ours")


def a_dry_run_strips_nothing(_):
    with PostfixLab({"dry_run": "true"}) as lab:
        code, fields = arrived(lab)
    check((code, of_ours(fields)), (BELIEVED, {"believed"}), "ours")


def left(lab_class):
    """What of Authentication-Results a verifier leaves; and the code."""
    with lab_class(IDS) as lab:
        code, fields = arrived(lab)
    results = of_results(fields)
    check(len(results), 13, "fields")
    check(of_ours(fields), {"stripped"}, "fields of ours")
    return code, {how: result for how, result in results.items()
                  if result != "stripped"}


def opendkim_leaves_long_ones(_):
    check(left(OpenDkimLab), (BELIEVED, {LONG: "believed"}), "left")


def opendkim_without_RemoveARAll_leaves_those_without_dkim(_):
    check(left(CarelessOpenDkimLab),
          (BELIEVED, {LONG: "believed", NO_DKIM: "believed"}), "left")


def opendkim_behind_header_checks_leaves_none(_):
    check(left(ChecksLab), (0, {}), "left")


def header_checks_spare_what_opendkim_writes(_):
    with ChecksLab(IDS) as lab:
        arrived(lab)
        results = parse(lab.delivered("alice")[0])["Authentication-Results"]
    check(results.startswith(HOST + ";"), True, results)


def rspamd_leaves_none(_):
    check(left(RspamdLab), (0, {}), "left")


def a_saved_mail_is_judged_the_same(_):
    """By hand, in two steps; and what a person is told."""
    with OpenDkimLab(IDS) as lab:
        with Outside(lab) as place:
            code, out, err = selftest(lab, "--smtp", place, "--to",
                                      "alice@example.net")
        check((code, out, "nothing is judged yet" in err), (0, "", True), err)
        write(lab.path("saved"), lab.wait_for_mail("alice")[0].decode())
        code, out, err = selftest(lab, "--read", lab.path("saved"))
    check((code, err), (BELIEVED, ""), "judged")
    check([line for line in out.splitlines() if line.startswith("SURVIVED ")],
          ["SURVIVED Authentication-Results " + HOST + ": " + LONG], out)


def loopback_is_warned_of(_):
    """rspamd leaves what comes from there alone, so it looks as if it did not
    work."""
    with RspamdLab(IDS) as lab:
        code, _, err = selftest(
            lab, "--smtp", "127.0.0.1:%d" % lab.smtp_port, "--to",
            "alice@example.net", "--mailbox", lab.path("mail", "alice"),
            "--wait", str(PATIENCE))
    check((code, "warning: sent from 127.0.0.1" in err), (BELIEVED, True), err)


TESTS = [
    the_filter_alone_strips_ours_and_nothing_else,
    without_ids_no_results_are_sent,
    without_the_filter_ours_survive,
    a_dry_run_strips_nothing,
    opendkim_leaves_long_ones,
    opendkim_without_RemoveARAll_leaves_those_without_dkim,
    opendkim_behind_header_checks_leaves_none,
    header_checks_spare_what_opendkim_writes,
    rspamd_leaves_none,
    a_saved_mail_is_judged_the_same,
    loopback_is_warned_of,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, missing("opendkim", "rspamd")))
