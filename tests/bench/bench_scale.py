#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench_scale.py - "make bench-scale": what grows, and by how much.

Beside each figure stands the one for ten times less, and what the budget of
the design allows.  Nothing here passes or fails: times depend on the machine
and on what else it does.  Takes 1.5 GB in TMPDIR for the time of the run, and
from two to ten minutes, as the disk makes and removes 200,000 small files.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

from bench import BUILD, SAMPLES, TOP, Filter, load, resident_kib, settings, \
    sign

ROUNDS = 3
INVITATION = os.path.join(SAMPLES, "invitation-2026-04-recruiter.eml")
PACKS = os.path.join(TOP, "rules", "packs")
CACHE = 1000
LINE = "%-44s %12s %12s %7s  %-14s %s"


def say(what, unit, small, large, budget=None, of=None):
    """A line of the table; of: what the budget is for, if not large."""
    of = large if of is None else of
    print(LINE % (what + ", " + unit, "%.2f" % small, "%.2f" % large,
                  "x %.2f" % (large / small) if small else "",
                  "" if budget is None else "at most %g" % budget,
                  "" if budget is None else
                  "yes" if of <= budget else "NO: %.2f" % of), flush=True)


def head(small, large):
    print("\n" + LINE % ("", small, large, "growth", "budget", "met"))


def run(program, *arguments):
    return subprocess.run(
        (os.path.join(BUILD, "tests", "bench", program), *arguments),
        check=True, stdout=subprocess.PIPE).stdout.decode()


def numbers(pattern, output):
    return [float(number) for number in re.search(pattern, output).groups()]


def in_turns(measure, small, large):
    """Medians of what measure() lists, for both, measured in turns."""
    rounds = [(measure(small), measure(large)) for _ in range(ROUNDS)]
    return [[statistics.median(column) for column in zip(*side)]
            for side in zip(*rounds)]


def bench_contacts():
    def measure(people):
        return numbers(r"in ([\d.]+) s, (\d+) octets each; look-up ([\d.]+)",
                       run("contacts_bench", str(people)))
    small, large = in_turns(measure, 100000, 1000000)
    head("100,000", "1,000,000")
    for (what, unit, budget), a, b in zip(
            (("contacts in one file: load", "s", 2),
             ("  memory of each", "octets", 150),
             ("  look-up by name", "us", 1)), small, large):
        say(what, unit, a, b, budget)


def site(folder, more=""):
    os.mkdir(folder)
    return settings(folder, more)


def bench_users(folder):
    """Cold for the filter; the kernel has just written it, and may keep it."""
    def measure(users):
        place = os.path.join(folder, "users")
        # settings() knows no users.cache.
        conf = site(place)
        with open(conf) as file:
            text = file.read().replace("users = {", "users = { cache = %d;"
                                       % CACHE, 1)
        with open(conf, "w") as file:
            file.write(text)
        try:
            return numbers(r"cold (\d+) (\d+) (\d+) us, warm (\d+) us, "
                           r"(\d+) (\d+)",
                           run("folders_bench", conf, PACKS, place,
                               str(users), INVITATION))
        finally:
            shutil.rmtree(place)
    small, large = measure(10000), measure(100000)
    head("10,000", "100,000")
    say("users' folders: first message, median", "ms", small[0] / 1000,
        large[0] / 1000, 5)
    say("  of 99 in 100, at most", "ms", small[1] / 1000, large[1] / 1000, 5)
    say("  longest", "ms", small[2] / 1000, large[2] / 1000, 5)
    say("  second message, median", "ms", small[3] / 1000, large[3] / 1000)
    say("  memory with %d users read" % CACHE, "MB", small[4] / 1024,
        large[4] / 1024)
    # One tenth for what malloc() leaves between blocks.
    say("  memory with 5000 users read", "MB", small[5] / 1024,
        large[5] / 1024, 1.1 * large[4] / 1024)


def rules(count):
    """So many rules of all kinds that do not match, then one that does."""
    kinds = ('type = "security";', 'headline = "(?i)\\\\bwidget%d\\\\b";',
             'company = "widgets? %d";', 'note_text = "(?i)moth %d";',
             'name = "^Zo%d ";', 'group = "g%d";', 'known = "profile";',
             'subject = "(?i)kite %d";', 'seen = ">=%d";')
    lines = []
    for i in range(count - 1):
        when = kinds[i % len(kinds)]
        lines.append('{ name = "r%d"; when = { %s }; do = [ "tag:T%d" ]; }'
                     % (i, when % (i + 10) if "%d" in when else when, i))
    lines.append('{ name = "last"; when = { }; do = [ "deliver" ]; }')
    return "rules = (\n%s );\n" % ",\n".join(lines)


def bench_rules(folder):
    confs = {}
    signed = os.path.join(folder, "invitation.eml")
    with open(INVITATION, "rb") as source, open(signed, "wb") as target:
        target.write(sign(source.read(), "test"))
    for count in (10, 100):
        place = os.path.join(folder, "rules-%d" % count)
        confs[count] = site(place)
        with open(os.path.join(place, "alice", "rules.conf"), "w") as file:
            file.write(rules(count))
        os.utime(os.path.join(place, "alice", "rules.conf"), (0, 0))

    def measure(count):
        return numbers(r"without DKIM +([\d.]+) us[^|]*with DKIM +([\d.]+)",
                       run("engine_bench", confs[count], PACKS, "file:" +
                           os.path.join(SAMPLES, "keys", "test.keys"),
                           signed))
    small, large = in_turns(measure, 10, 100)
    head("10", "100")
    for i, what in enumerate(("rules: engine without DKIM",
                              "  engine with DKIM")):
        say(what, "us", small[i], large[i], 1.3, large[i] / small[i])


def bench_messages(folder):
    conf = site(os.path.join(folder, "messages"))
    ours = Filter(folder, "ours", os.path.join(BUILD, "milter", "rsvp-milter"),
                  "-f", "-c", conf, "-p", "SOCKET", "-u", "root")
    try:
        memory = []
        for more in (5000, 45000):
            load(ours.socket, more // 2, 10,
                 os.path.join(SAMPLES, "not-ordinary.eml"))
            load(ours.socket, more // 2, 10, INVITATION,
                 "s-x@bounce.linkedin.com", "alice@example.net")
            memory.append(resident_kib(ours.pid) / 1024)
    finally:
        ours.stop()
    head("5,000", "50,000")
    say("messages: memory of the filter", "MB", *memory, 25)
    say("  grown by", "MB", 0, memory[1] - memory[0], 1)


def main():
    folder = tempfile.mkdtemp(prefix="rsvp-")
    os.chmod(folder, 0o755)
    try:
        bench_contacts()
        bench_rules(folder)
        bench_messages(folder)
        bench_users(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
