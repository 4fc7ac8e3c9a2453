#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""quarantine.py - "rsvpctl quarantine" with programs of an MTA that fail, say
too much, or are slow; tests/functional has those of a real one.

The programs are scripts that act as their file "mode" says.
"""
import gzip
import json
import os
import resource
import signal
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site
from tap import done, ok, run, skip_all, write

USAGE, DATAERR, NOINPUT, UNAVAILABLE, IOERR, NOPERM = 64, 65, 66, 69, 74, 77

PROGRAMS = {
    "postqueue": """\
case "$1" in
-j)	case "$mode" in
	no-list) echo "postqueue: fatal: mail system is down" >&2; exit 69 ;;
	esac
	cat "$MAIL_CONFIG/queue" ;;
-i)	echo "flush $2" >>"$MAIL_CONFIG/calls"
	[ "$mode" != no-flush ] || { echo "postqueue: fatal: no" >&2; exit 1; } ;;
esac
""",
    "postsuper": """\
echo "$*" >>"$MAIL_CONFIG/calls"
case "$1" in -H) done="released from hold" ;; -d) done="removed" ;; esac
case "$mode" in
refuses) echo "postsuper: fatal: use of this command is reserved" >&2; exit 1 ;;
another-was-faster) echo "postsuper: Deleted: 0 messages" >&2; exit 0 ;;
noisy)	i=0; while [ $i -lt 300 ]; do i=$((i + 1))
	echo "postsuper: warning: main.cf, line $i: overriding earlier entry" >&2
	done ;;
esac
grep -v "\\"$2\\"" "$MAIL_CONFIG/queue" >"$MAIL_CONFIG/new"
mv "$MAIL_CONFIG/new" "$MAIL_CONFIG/queue"
echo "postsuper: $2: $done" >&2
case "$mode" in
fails-later) echo "postsuper: fatal: open logfile: no" >&2; exit 1 ;;
stopped) kill -TERM $PPID ;;
esac
""",
    "postcat": """\
[ "$mode" != no-cat ] || { echo "postcat: fatal: no such file" >&2; exit 1; }
printf 'Subject: %s\\n\\n\\033[2J\\n' "$3"
""",
}
NOW = int(time.time())


def held(queue_id, *recipients, since=NOW - 60, queue="hold"):
    return {"queue_name": queue, "queue_id": queue_id, "arrival_time": since,
            "message_size": 1000, "sender": "s-tok3n@bounce.example",
            "recipients": [{"address": r + "@example.net"}
                           for r in recipients]}


def decision(queue_id, user="alice", at=NOW - 59, **more):
    one = {"v": 1, "time": time.strftime("%Y-%m-%dT%H:%M:%S.000Z",
                                         time.gmtime(at)),
           "host": "mx", "qid": queue_id, "type": "invitation",
           "trust": "direct", "person": {"name": "Zo\u00eb\u001b[2J Roe"},
           "recipients": [{"rcpt": user + "@example.net", "user": user,
                           "known": "no", "rule": "strangers", "why": "rule",
                           "actions": ["quarantine"],
                           "reply": {"mode": "none"}}],
           "applied": ["header", "quarantine"], "dry_run": False, "us": 5}
    one.update(more)
    return one


QUEUE = [held("A1", "alice"), held("B2", "alice", "bob"), held("C3", "carol"),
         held("D4", "alice", queue="deferred")]
RECORDS = [decision("A1"), decision("B2", "bob"),
           decision("D4"), decision("E5")]


class Mta:
    """The site, its queue and its records, anew for each case."""

    def __init__(self, site):
        self.site = site
        for name, script in PROGRAMS.items():
            write(site.path("mta", name), "#!/bin/sh\n"
                  "mode=$(cat \"$MAIL_CONFIG/mode\")\n" + script)
            os.chmod(site.path("mta", name), 0o755)
        site.settings(mta='{ name = "postfix"; config = "DIR/mta"; '
                          'programs = "DIR/mta"; }')
        self.audit = site.path("log", "audit.jsonl")

    def begin(self, mode="", queue=None, records=None):
        for name in os.listdir(self.site.path("log")):
            path = self.site.path("log", name)
            os.rmdir(path) if os.path.isdir(path) else os.unlink(path)
        write(self.site.path("mta", "mode"), mode)
        write(self.site.path("mta", "calls"), "")
        write(self.site.path("mta", "queue"), "".join(
            line if isinstance(line, str) else json.dumps(line) + "\n"
            for line in (QUEUE if queue is None else queue)))
        write(self.audit, "".join(json.dumps(r) + "\n" for r in
                                  (RECORDS if records is None else records)))

    def run(self, *words, as_root=True):
        return self.site.run("rsvpctl", "-c", self.site.path("c.conf"),
                             *words, as_root=as_root)

    def quarantine(self, *words, **how):
        return self.run("quarantine", *words, **how)

    def deeds(self):
        with open(self.audit, encoding="utf-8") as file:
            return [(r["qid"], r["quarantine"]) for r in map(json.loads, file)
                    if "quarantine" in r]

    def calls(self):
        with open(self.site.path("mta", "calls"), encoding="utf-8") as file:
            return file.read().splitlines()

    def listed(self, *words):
        result = self.quarantine("list", "--json", *words)
        return [json.loads(line)["qid"] for line in result.out.splitlines()]


# What is said of a deed, by mode and command: code, what is printed, words on
# standard error, deeds on record, calls.
DEEDS = [
    ("all is well", "", ("release", "A1"), 0, "A1: released\n", "",
     [("A1", "released")], ["-H A1 hold", "flush A1"]),
    ("two recipients, and a deletion", "", ("delete", "B2"), 0,
     "B2: deleted (2 recipients)\n", "", [("B2", "deleted")],
     ["-d B2 hold"]),
    ("it fails when all is done", "fails-later", ("release", "A1"), 0,
     "A1: released\n", "A1: released, but: ", [("A1", "released")],
     ["-H A1 hold", "flush A1"]),
    ("a deletion that fails when all is done", "fails-later",
     ("delete", "A1"), 0, "A1: deleted\n", "open logfile",
     [("A1", "deleted")], ["-d A1 hold"]),
    ("it says much first", "noisy", ("delete", "A1"), 0, "A1: deleted\n", "",
     [("A1", "deleted")], ["-d A1 hold"]),
    ("it cannot be delivered at once", "no-flush", ("release", "A1"), 0,
     "A1: released\n", "with its next queue run", [("A1", "released")],
     ["-H A1 hold", "flush A1"]),
    ("it refuses", "refuses", ("release", "A1"), DATAERR, "",
     "use of this command is reserved", [], ["-H A1 hold"]),
    ("somebody was faster", "another-was-faster", ("delete", "A1"), DATAERR,
     "", "A1: it is not held any more", [], ["-d A1 hold"]),
    ("stopped when it is done", "stopped", ("delete", "A1"),
     -signal.SIGTERM, "", "", [("A1", "deleted")], ["-d A1 hold"]),
    ("one after the other, and one that is not there", "",
     ("delete", "X9", "A1"), DATAERR, "A1: deleted\n", "X9: is not held",
     [("A1", "deleted")], ["-d A1 hold"]),
    ("in another queue", "", ("delete", "D4"), DATAERR, "", "is not held", [],
     []),
    ("another's", "", ("delete", "C3"), DATAERR, "", "--any takes it", [],
     []),
    ("another's, all the same", "", ("delete", "--any", "C3"), 0,
     "C3: deleted\n", "", [("C3", "deleted")], ["-d C3 hold"]),
    ("by user", "", ("release", "--user", "bob"), 0,
     "B2: released (2 recipients)\n", "", [("B2", "released")],
     ["-H B2 hold", "flush B2"]),
    ("all that is ours", "", ("delete", "--all"), 0,
     "A1: deleted\nB2: deleted (2 recipients)\n", "",
     [("A1", "deleted"), ("B2", "deleted")], ["-d A1 hold", "-d B2 hold"]),
    ("every message of postsuper's", "", ("delete", "ALL"), USAGE, "",
     "no queue id", [], []),
    ("an option of postsuper's", "", ("delete", "--", "-r"), USAGE, "",
     "no queue id", [], []),
    ("no list", "no-list", ("delete", "A1"), UNAVAILABLE, "",
     "mail system is down", [], []),
]


def deeds(mta):
    for name, mode, words, code, out, err, done_, calls in DEEDS:
        mta.begin(mode)
        result = mta.quarantine(*words)
        ok((result.code, result.out, mta.deeds(), mta.calls()) ==
           (code, out, done_, calls) and err in result.err and
           (err != "" or result.err == ""), name,
           "%s\n%s\n%s" % (result, mta.deeds(), mta.calls()))


def people(mta):
    mta.begin()
    result = mta.quarantine("delete", "A1", as_root=False)
    ok(result.code == NOPERM and mta.calls() == [] and
       "only root" in result.err, "nobody but root", str(result))
    os.unlink(mta.audit)
    os.symlink(mta.site.path("c.conf"), mta.audit)
    result = mta.quarantine("delete", "--any", "A1")
    ok(result.code == UNAVAILABLE and mta.calls() == [],
       "no deed without a place to write it down", str(result))


def looking(mta):
    mta.begin()
    result = mta.quarantine("list")
    ok(result.code == 0 and len(result.out.splitlines()) == 3 and
       "\033" not in result.out and "Roe" in result.out,
       "a list without what acts on a terminal", str(result))
    result = mta.quarantine("show", "A1")
    ok(result.code == 0 and "strangers" in result.out and
       "tok3n" not in result.out and "\033" not in result.out, "show",
       str(result))
    result = mta.quarantine("show", "--message", "A1")
    ok(result.out == "Subject: A1\n\n\033[2J\n", "the message as it is",
       str(result))
    mta.begin("no-cat")
    result = mta.quarantine("show", "--message", "A1")
    ok(result.code == UNAVAILABLE and "no such file" in result.err,
       "a message that cannot be read", str(result))
    mta.begin(queue=["not JSON\n", QUEUE[0], '{"queue_name":"hold"}\n'])
    result = mta.quarantine("list")
    ok(result.code == DATAERR and "not understood: 2 (no queue_id" in
       result.err and "A1" in result.out, "lines nobody understands",
       str(result))


def records(mta):
    # The queue id was another message's, an hour before this one came.
    mta.begin(records=[decision("A1", at=NOW - 3600)])
    ok(mta.listed() == [], "an id that was given again", str(mta.listed()))
    mta.begin(records=[decision("A1", "old", at=NOW - 3600), decision("A1")])
    result = mta.quarantine("list")
    ok("alice" in result.out and "old" not in result.out,
       "of two with one id the one that is held", str(result))
    mta.begin(records=[decision("A1", dry_run=True, applied=[]),
                       decision("B2", applied=["header"])])
    ok(mta.listed() == [], "what was decided and not held",
       str(mta.listed()))
    mta.begin()
    os.rename(mta.audit, mta.audit + ".2")
    write(mta.audit, "")
    ok(mta.listed() == ["A1", "B2"], "records that were rotated away",
       str(mta.listed()))
    result = mta.quarantine("delete", "A1")
    told = mta.run("explain", "A1")
    ok(result.code == 0 and "by hand     deleted by root" in told.out,
       "explained over a rotation", str(told))
    mta.begin()
    with open(mta.audit + ".3.gz", "wb") as file:
        file.write(gzip.compress(b"x" * 100000)[:60])
    os.mkdir(mta.audit + ".4")
    os.mkfifo(mta.audit + ".5")
    result = mta.quarantine("release", "A1")
    ok(result.code == NOINPUT and result.out == "A1: released\n" and
       "audit.jsonl.3.gz" in result.err, "one file that is broken",
       str(result))
    mta.begin()
    os.unlink(mta.audit)
    result = mta.quarantine("list")
    ok(result.code == NOINPUT and result.out == "", "no records at all",
       str(result))


def digests_of_names(mta):
    mta.begin(records=[decision("A1", names="hash",
                                person={"name": "h:1f2e3d4c5b6a7988"})])
    result = mta.quarantine("list", "--person", "Jane Roe")
    ok(result.code == 0 and "have digests for names" in result.err,
       "who is asked for by name where there are none", str(result))


def a_file_that_may_not_grow(mta):
    mta.begin()
    size = os.path.getsize(mta.audit)
    result = run(mta.site.path("rsvpctl"), "-c", mta.site.path("c.conf"),
                 "quarantine", "delete", "A1",
                 before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE,
                                                   (size, size)))
    ok(result.code == IOERR and "its record is lost" in result.err,
       "a lost record is said", str(result))


def shown_elsewhere(mta):
    mta.begin()
    mta.quarantine("delete", "B2")
    for words, there in (
            (("--user", "bob"), True), (("--user", "alice"), False),
            (("--type", "invitation"), True), (("--rule", "strangers"), True),
            (("--person", "zo\u00eb"), True), (("--type", "inmail"), False)):
        result = mta.run("log", "--csv", *words)
        ok(("deleted" in result.out) == there, "log %s=%s" % words,
           str(result))
    result = json.loads(mta.run("report", "--json", "--user", "bob").out)
    ok({row["key"]: row["count"] for row in result["quarantine"]["rows"]} ==
       {"held": 1, "deleted": 1}, "report of one user",
       json.dumps(result["quarantine"]))
    ok(result["messages"] == 1, "it is no message of its own")
    mta.begin()
    mta.quarantine("delete", "--any", "C3")
    result = mta.run("log", "--csv", "--qid", "C3")
    ok("deleted" in result.out, "of a message that no record is of",
       str(result))


# More than it looks at, of others, before ours.
MANY = 100001


def a_large_queue(mta):
    mta.begin(queue=["".join(
        '{"queue_name":"hold","queue_id":"F%d","arrival_time":1,'
        '"message_size":1,"sender":"","recipients":[]}\n' % n
        for n in range(MANY)), QUEUE[0]])
    result = mta.quarantine("delete", "A1")
    ok(result.code == 0 and mta.deeds() == [("A1", "deleted")],
       "one among very many", str(result))
    result = mta.quarantine("list")
    ok(result.code == DATAERR and "more than 100000" in result.err,
       "more than are looked at", str(result)[:2000])


def main():
    if not ROOT:
        skip_all("only root may change what is held")
    site = Site()
    try:
        mta = Mta(site)
        deeds(mta)
        people(mta)
        looking(mta)
        records(mta)
        digests_of_names(mta)
        a_file_that_may_not_grow(mta)
        shown_elsewhere(mta)
        a_large_queue(mta)
    finally:
        site.remove()
    done()


main()
