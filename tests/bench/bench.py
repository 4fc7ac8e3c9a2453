#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench.py - "make bench": the budgets of the design, as ratios in one run.

Absolute times depend on the machine; ratios of two things measured in turns
within one run do not, much.  Nothing here passes or fails.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TOP = os.environ.get("top_srcdir", ".")
BUILD = os.environ.get("top_builddir", ".")
SAMPLES = os.path.join(TOP, "tests", "samples")
LOAD = os.path.join(BUILD, "tests", "bench", "milter_load")
ROUNDS, MESSAGES = 5, 4000
TICK = os.sysconf("SC_CLK_TCK")


def children(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid)) as file:
        return [int(word) for word in file.read().split()]


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_kib(pid):
    with open("/proc/%d/status" % pid) as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
    return 0


def wait_for(path):
    while not os.path.exists(path):
        time.sleep(0.01)


def load(socket, messages, each, file, *envelope):
    output = subprocess.run((LOAD, socket, str(messages), str(each), file,
                             *envelope), check=True,
                            capture_output=True).stdout.decode()
    return output.split()


class Filter:
    """A running filter and the process whose processor time counts."""

    def __init__(self, folder, name, *command, log=subprocess.DEVNULL):
        self.socket = os.path.join(folder, name + ".sock")
        self.process = subprocess.Popen(
            [word.replace("SOCKET", "unix:" + self.socket)
             for word in command],
            stdout=subprocess.DEVNULL, stderr=log)
        wait_for(self.socket)
        time.sleep(0.2)
        self.pid = (children(self.process.pid) or [self.process.pid])[0]

    def stop(self):
        self.process.terminate()
        self.process.wait()


def settings(folder, more=""):
    """A site in the folder, with alice's rules; the path of its settings."""
    path = os.path.join(folder, "bench.conf")
    with open(path, "w") as file:
        file.write('users = { domains = ( "example.net" ); dir = "%s"; };\n'
                   'packs = "%s";\ntemplates = "%s";\nuser = "root";\n%s\n'
                   % (folder, os.path.join(TOP, "rules", "packs"),
                      os.path.join(TOP, "rules", "templates"), more))
    os.makedirs(os.path.join(folder, "alice"))
    with open(os.path.join(folder, "alice", "rules.conf"), "w") as file:
        file.write('rules = ( { name = "strangers"; when = { type = '
                   '"invitation"; known = "no"; }; do = [ "quarantine" ]; } '
                   ');\n')
    # The filter does not believe what was written just now.
    for name in ("alice/rules.conf", "alice", ""):
        os.utime(os.path.join(folder, name), (0, 0))
    return path


def bench_candidates(folder, ours, empty):
    """Processor time for mail that is no candidate, ours against empty."""
    for name in ("not-ordinary.eml", "not-ordinary-large.eml"):
        file = os.path.join(SAMPLES, name)
        times = {"ours": [], "empty": []}
        for _ in range(ROUNDS):
            for key, it in (("ours", ours), ("empty", empty)):
                before = cpu_seconds(it.pid)
                load(it.socket, MESSAGES, 10, file)
                times[key].append((cpu_seconds(it.pid) - before) /
                                  MESSAGES * 1e6)
        a, b = (statistics.median(times[k]) for k in ("ours", "empty"))
        print("  %-24s %7.1f us   empty filter %7.1f us   ratio %.2f"
              % (name, a, b, a / b), flush=True)


def sign(message, selector):
    """Signed as the network does, twice."""
    message = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    for domain in ("mailb.linkedin.com", "linkedin.com"):
        message = subprocess.run(
            (os.path.join(BUILD, "tests", "tools", "dkimsign"), "-d", domain,
             "-s", selector, "-k",
             os.path.join(SAMPLES, "keys", "test.pem")),
            input=message, check=True, capture_output=True).stdout
    return message


def bench_engine(folder, conf):
    for name in ("invitation-2026-04-recruiter.eml",
                 "invitation-2016-05.eml"):
        signed = os.path.join(folder, name)
        with open(os.path.join(SAMPLES, name), "rb") as source, \
                open(signed, "wb") as target:
            target.write(sign(source.read(), "test"))
        print("  " + name)
        output = subprocess.run(
            (os.path.join(BUILD, "tests", "bench", "engine_bench"), conf,
             os.path.join(TOP, "rules", "packs"),
             "file:" + os.path.join(SAMPLES, "keys", "test.keys"), signed),
            check=True, capture_output=True).stdout.decode()
        for line in output.splitlines():
            print("    " + line, flush=True)


def bench_memory(ours):
    rest = resident_kib(ours.pid)
    print("  at rest (after the runs above)     %6.1f MB" % (rest / 1024))
    invitation = os.path.join(SAMPLES, "invitation-2026-04-recruiter.eml")
    ordinary = os.path.join(SAMPLES, "not-ordinary.eml")
    for done in range(5):
        load(ours.socket, 10000, 10, ordinary)
        load(ours.socket, 10000, 10, invitation, "s-x@bounce.linkedin.com",
             "alice@example.net")
        print("  after %6d more messages         %6.1f MB"
              % ((done + 1) * 20000, resident_kib(ours.pid) / 1024),
              flush=True)


def main():
    folder = tempfile.mkdtemp(prefix="rsvp-", dir="/tmp")
    os.chmod(folder, 0o755)
    conf = settings(folder)
    ours = empty = None
    try:
        ours = Filter(folder, "ours",
                      os.path.join(BUILD, "milter", "rsvp-milter"), "-f",
                      "-c", conf, "-p", "SOCKET", "-u", "root")
        print("memory of a filter that was just started: %.1f MB"
              % (resident_kib(ours.pid) / 1024))
        empty = Filter(folder, "empty",
                       os.path.join(BUILD, "tests", "bench", "empty_milter"),
                       "SOCKET")
        print("mail that is no candidate, processor time of the filter for "
              "each (budget: ratio 1)", flush=True)
        bench_candidates(folder, ours, empty)
        print("an invitation in the engine (budget: ratio 1.5)", flush=True)
        bench_engine(folder, conf)
        print("memory of the filter (budget: 25 MB, flat)", flush=True)
        bench_memory(ours)
    finally:
        for it in (ours, empty):
            if it is not None:
                it.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
