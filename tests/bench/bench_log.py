#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench_log.py - "make bench-log": how fast a large log is read.

Beside "rsvpctl log" and "rsvpctl report" stand jq and grep with the same filter
on the same file, which is in the page cache.  RSVP_BENCH_MB says how large it is, 1024 as a
rule; it is made in TMPDIR.  Nothing here passes or fails.
"""
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

from bench import BUILD, settings

SIZE = int(os.environ.get("RSVP_BENCH_MB", "1024")) * 1024 * 1024
TYPES = ["invitation"] * 6 + ["message", "inmail", "invitation-reminder",
                              "recommendation-request", "security", "other"]
GIVEN = ["Anna", "Jean-Pierre", "Zo\u00eb", "Ivan", "Wei", "O'Neil", "Tom"]
FAMILY = ["Example", "M\u00fcller", "van der Berg", "Garcia", "Smith", "Roe"]
LINE = "%-40s %9s %9s %9s  %s"


def record(n, rand):
    """What the filter writes, with another person, user and rule each time."""
    kind = rand.choice(TYPES)
    user = "user%d" % rand.randrange(1000)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(1790000000 + n))
    return {
        "v": 1, "time": "%s.%03dZ" % (stamp, n % 1000), "host": "mx%d" % (n % 3),
        "qid": "4F%09X" % n, "mid": "<%d.%d@example.com>" % (n, n * 7),
        "client": "mail%d.linkedin.com" % (n % 50),
        "from_env": "s-x@bounce.linkedin.com", "network": "linkedin",
        "type": kind, "template": "email_m2m_invite_single_01", "lang": "en",
        "trust": rand.choice(["direct"] * 9 + ["claimed"]),
        "why_trust": "dkim d=linkedin.com", "evidence": ["linkedin/invite"],
        "person": {
            "name": "%s %s" % (rand.choice(GIVEN), rand.choice(FAMILY)),
            "headline": "Chief \"%d\" officer at Widgets" % n if n % 20 == 0
                        else "Baker at Widgets %d" % (n % 977),
            "company": "Widgets %d" % (n % 977),
            "profile": "person-%d" % (n % 100003)},
        "note": "boilerplate", "mutual": n % 40,
        "recipients": [{
            "rcpt": user + "@example.net", "user": user,
            "known": rand.choice(["no", "no", "name"]), "seen": n % 4 + 1,
            "rule": "rule %d" % rand.randrange(30),
            "actions": ["tag:T%d" % rand.randrange(9), "file:X"],
            "reply": {"mode": "none", "why": "no-route"}}],
        "applied": ["header"], "dry_run": False, "us": n % 900}


def make(path):
    rand = random.Random(1)
    lines = [json.dumps(record(n, rand), ensure_ascii=False,
                        separators=(",", ":")) + "\n" for n in range(40000)]
    block = "".join(lines).encode()
    with open(path, "wb") as file:
        while file.tell() < SIZE:
            file.write(block)


def run(*arguments):
    """Seconds, lines printed, and the largest memory in MB."""
    began = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.PIPE)
    lines = 0
    while True:
        block = child.stdout.read(1 << 20)
        if not block:
            break
        lines += block.count(b"\n")
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit("bench_log: %s failed" % arguments[0])
    return time.monotonic() - began, lines, usage.ru_maxrss / 1024


# what is asked, the words of rsvpctl, a jq filter and a pattern of grep, which
# finds lines that the others then do not want as well
FILTERS = [
    ("one user", ("--user", "user77"),
     'select(.recipients[]?.user == "user77")', '"user":"user77"'),
    ("a type", ("--type", "security"), 'select(.type == "security")',
     '"type":"security"'),
    ("all of it", (), ".", ""),
]


def compare_report(log, size, ours):
    """The report's figures, all of them; jq counts the types alone."""
    for what, words, query, pattern in FILTERS:
        grep = run("grep", "-F", pattern, log)
        jq = run("jq", "-n", "-c", "reduce (inputs | %s) as $r ({}; "
                 ".[$r.type] += 1)" % query, log)
        got = run(*ours, *words, log)
        print(LINE % (what + ": rsvpctl report", "%.0f" % (size / got[0]),
                      got[1], "%.0f" % got[2],
                      "%.1f of jq's (0.5), %.2f of grep's (0.2)" % (
                          jq[0] / got[0], grep[0] / got[0])), flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="rsvp-")
    try:
        log = os.path.join(folder, "audit.jsonl")
        # In a process of its own: memory is counted from a fork on.
        child = os.fork()
        if child == 0:
            make(log)
            os._exit(0)
        if os.waitpid(child, 0)[1] != 0:
            sys.exit("bench_log: the log could not be made")
        size = os.path.getsize(log) / 1e6
        os.mkdir(os.path.join(folder, "site"))
        conf = settings(os.path.join(folder, "site"))
        ours = (os.path.join(BUILD, "milter", "rsvpctl"), "-c", conf, "log",
                "--json")
        print(LINE % ("%d MB of log" % size, "MB/s", "lines", "MB memory",
                      "budget"))
        for what, words, query, pattern in FILTERS:
            grep = run("grep", "-F", pattern, log)
            jq = run("jq", "-c", query, log)
            got = run(*ours, *words, log)
            for name, figures in (("grep", grep), ("jq", jq)):
                print(LINE % ("%s: %s" % (what, name), "%.0f" %
                              (size / figures[0]), figures[1], "%.0f" %
                              figures[2], ""))
            print(LINE % (what + ": rsvpctl log", "%.0f" % (size / got[0]),
                          got[1], "%.0f" % got[2],
                          "%.1f of jq's (0.5), %.2f of grep's (0.2)%s" % (
                              jq[0] / got[0], grep[0] / got[0],
                              "" if got[1] == jq[1] else
                              "; NOT the same lines")), flush=True)
        compare_report(log, size, (ours[0], "-c", conf, "report"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
