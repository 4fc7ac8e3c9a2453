#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench_dns.py - "make bench-dns": candidates, and name servers that are dead.

Two filters, whose name servers live and are dead, get the same mail in turns:
candidates through several connections at a time, and ordinary mail beside
them.  Nothing here passes or fails.
"""
import collections
import email.utils
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from bench import BUILD, LOAD, SAMPLES, TOP, Filter, resident_kib, settings, \
    sign

sys.path.insert(0, os.path.join(TOP, "tests", "functional"))
from dns import NameServer, read_keys

CANDIDATES, CONNECTIONS = 50000, 10
ORDINARY = os.path.join(SAMPLES, "not-ordinary.eml")
INVITATION = os.path.join(SAMPLES, "invitation-2026-04-recruiter.eml")
ENDLESS = 10000000


def invitation(selector):
    """One of today, or it would be a replay."""
    with open(INVITATION, "rb") as file:
        message = file.read()
    for name, value in (("Date", email.utils.formatdate()),
                        ("To", "alice@example.net")):
        message = re.sub(rb"(?m)^%s: .*?$" % name.encode(),
                         b"%s: %s" % (name.encode(), value.encode()),
                         message, count=1)
    return sign(message, selector)


def start_load(socket, messages, file, *envelope):
    return subprocess.Popen((LOAD, socket, str(messages), "100", file,
                             *envelope), stdout=subprocess.PIPE)


def times(process):
    """What a load says at its end, in microseconds."""
    line = re.search(rb"us (\d+) (\d+) (\d+)", process.communicate()[0])
    return [int(number) for number in line.groups()]


def threads(pid):
    with open("/proc/%d/status" % pid) as file:
        return int(re.search(r"Threads:\s+(\d+)", file.read()).group(1))


def descriptors(pid):
    return len(os.listdir("/proc/%d/fd" % pid))


class Site:
    """A filter with a name server of its own."""

    def __init__(self, top, name, dead):
        self.folder = os.path.join(top, name)
        os.makedirs(self.folder)
        keys = read_keys(os.path.join(SAMPLES, "keys", "test.keys"))
        self.server = NameServer(keys, dead=dead)
        conf = settings(self.folder, 'trust = { keys = "dns:127.0.0.1:%d"; };'
                        % self.server.port)
        self.read = 0
        self.log = open(os.path.join(self.folder, "log"), "wb")
        self.filter = Filter(self.folder, name, os.path.join(
            BUILD, "milter", "rsvp-milter"), "-f", "-c", conf, "-p", "SOCKET",
            "-u", "root", log=self.log)

    def stop(self):
        self.filter.stop()
        self.server.stop()
        self.log.close()

    def levels(self):
        """How often each level stands in the log since the last call."""
        with open(self.log.name, "rb") as log:
            log.seek(self.read)
            text = log.read()
            self.read = log.tell()
        found = collections.Counter(re.findall(rb" trust=(\w+)", text))
        lines = re.findall(rb"the name servers .*", text)
        return ", ".join("%d %s" % (number, word.decode())
                         for word, number in found.items()), lines


def show(what, micro):
    print("    %-34s median %7.2f ms   99th percentile %8.2f ms   longest "
          "%8.2f ms" % (what, *(number / 1000 for number in micro)),
          flush=True)


def alone(site):
    load = start_load(site.filter.socket, 5000, ORDINARY)
    show("ordinary mail, alone", times(load))


def beside(site, file):
    """Candidates, and ordinary mail until they are through."""
    pid, most = site.filter.pid, [0, 0]
    asked, kib = site.server.questions, resident_kib(pid)
    ordinary = start_load(site.filter.socket, ENDLESS, ORDINARY)
    began = time.monotonic()
    loads = [start_load(site.filter.socket, CANDIDATES // CONNECTIONS, file,
                        "s-x@bounce.linkedin.com", "alice@example.net")
             for _ in range(CONNECTIONS)]
    while any(load.poll() is None for load in loads):
        most = [max(most[0], threads(pid)), max(most[1], descriptors(pid))]
        time.sleep(0.05)
    seconds = time.monotonic() - began
    ordinary.terminate()
    levels, lines = site.levels()
    print("    %-34s %.0f a second, in %.1f s: %s" % (
        "%d candidates" % CANDIDATES, CANDIDATES / seconds, seconds, levels))
    for line in lines:
        print("    logged: %s" % line.decode())
    print("    %-34s %d" % ("questions to the name server",
                            site.server.questions - asked))
    print("    %-34s %d threads, %d descriptors; memory %.1f MB, then %.1f MB"
          % ("the filter, at most", *most, kib / 1024,
             resident_kib(pid) / 1024))
    found = [times(load) for load in loads]
    show("candidates (worst connection)", [max(column)
                                           for column in zip(*found)])
    show("ordinary mail, beside them", times(ordinary))


def main():
    top = tempfile.mkdtemp(prefix="rsvp-", dir="/tmp")
    os.chmod(top, 0o755)
    files = {}
    for selector in ("test", "number-00000000"):
        files[selector] = os.path.join(top, selector + ".eml")
        with open(files[selector], "wb") as target:
            target.write(invitation(selector))
    sites = []
    try:
        for name, dead in (("live", False), ("dead", True)):
            sites.append(Site(top, name, dead))
        for what, selector in (("one key for all", "test"),
                               ("another key for each", "number-00000000")):
            for name, site in zip(("live", "dead"), sites):
                print("  %s, name server %s" % (what, name))
                alone(site)
                beside(site, files[selector])
    finally:
        for site in sites:
            site.stop()
        shutil.rmtree(top, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
