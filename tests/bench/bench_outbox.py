#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench_outbox.py - "make bench-outbox": the outbox as full as it may be.

Each job is sent once, and the sender's memory does not grow with their number:
exit status 1 if not.  The time is told, and not judged.
"""
import collections
import os
import re
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ.get("top_srcdir", "."), "tests",
                                "functional"))
from lab import BUILD, read, wait_until, write  # noqa: E402
from wire import WireLab  # noqa: E402

JOBS = 10000          # LIMIT_STORE_JOBS
MAY_GROW_KIB = 4096   # a copy of all jobs would be more
HOUR = 3600
RULES = ('rules = ( { name = "ask"; when = { type = "inmail"; };'
         ' do = [ "reply:and-you-are" ]; } );\n')
SENDMAIL = "#!/bin/sh\ncat >/dev/null\necho . >>%s\n"


def sender_of(lab):
    """The child with one thread."""
    def find():
        children = read("/proc/%d/task/%d/children" % (
            lab.filter.pid, lab.filter.pid)).split()
        tasks = {int(pid): len(os.listdir("/proc/%d/task" % int(pid)))
                 for pid in children}
        alone = [pid for pid, count in tasks.items() if count == 1]
        return alone[0] if len(tasks) == 2 and len(alone) == 1 else None
    return wait_until(find, "the sender")


def memory_kib(pid, name):
    """"VmRSS", or "VmHWM": the most there ever was."""
    return int(re.search(r"%s:\s+(\d+)" % name,
                         read("/proc/%d/status" % pid).decode())[1])


def fill(lab, jobs):
    subprocess.run((os.path.join(BUILD, "tests", "bench", "fill_outbox"),
                    "sqlite:" + lab.state, str(jobs)), check=True)


def sent(lab):
    return collections.Counter(
        re.findall(rb'"qid":"(Q\d+)"', b"\n".join(
            line for line in read(lab.audit).splitlines()
            if b'"outbox":"sent"' in line)))


def drain(lab, jobs):
    """The seconds it takes."""
    began = time.monotonic()
    lab.start_filter()
    wait_until(lambda: os.path.exists(lab.audit) and
               read(lab.audit).count(b"\n") >= jobs, "the last job", HOUR)
    return time.monotonic() - began


def main():
    with WireLab({"reply.per_site_hour": "100000",
                  "reply.per_user_day": "1000"}) as lab:
        write(lab.path("sendmail"), SENDMAIL % lab.path("calls"), 0o755)
        for number in range(100):
            lab.user("u%d" % number, RULES)
        lab.stop_filter()
        fill(lab, JOBS)
        seconds = drain(lab, JOBS)
        most = memory_kib(sender_of(lab), "VmHWM")
        counts = sent(lab)
        calls = read(lab.path("calls")).count(b"\n")
        lab.stop_filter()
        # The same with next to none, for comparison.
        os.unlink(lab.state)
        os.unlink(lab.audit)
        fill(lab, 100)
        drain(lab, 100)
        few = memory_kib(sender_of(lab), "VmHWM")
    print("%d jobs: %d sent, %d calls, %.0f seconds, %.1f ms for each"
          % (JOBS, len(counts), calls, seconds, 1000 * seconds / JOBS))
    print("memory of the sender: %d KiB at most; with 100 jobs %d KiB"
          % (most, few))
    return not (len(counts) == JOBS == calls and
                set(counts.values()) == {1} and most - few <= MAY_GROW_KIB)


if __name__ == "__main__":
    sys.exit(main())
