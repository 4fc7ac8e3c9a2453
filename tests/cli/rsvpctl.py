#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rsvpctl.py - every command of rsvpctl(1), as somebody at a terminal and a
program call it: what it prints where, and the code it ends with."""
import bz2
import csv
import gzip
import json
import lzma
import os
import re
import shutil
import sqlite3
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site, wait_until
from tap import TOP, done, ok, skip, write

USAGE, DATAERR, NOINPUT, UNAVAILABLE, IOERR, CONFIG = 64, 65, 66, 69, 74, 78

INVITATION = "DIR/samples/invitation-2016-05.eml"
INMAIL = "DIR/samples/inmail-2026-01-de.eml"
SECURITY = "DIR/samples/security-2018-08-ru-password.eml"
ORDINARY = "DIR/samples/not-ordinary.eml"
ALICE = """\
contacts = "contacts.txt";
rules = (
  { name = "people I know"; when = { known = "name"; }; do = "deliver"; },
  { name = "asked"; when = { type = "inmail"; };
    do = [ "tag:Asked", "reply:and-you-are" ]; },
  { name = "hold"; when = { network = "linkedin"; type = [ "invitation",
    "security" ]; }; do = "quarantine"; }
);
"""
KNOWS_THE_INVITER = "Barnaby Quillfeather @friends\n"


def check(name, result, code, out=(), err=()):
    """Words that must be there; None: nothing at all may be printed there."""
    good = result.code == code
    for words, got in ((out, result.out), (err, result.err)):
        good = good and (got == "" if words is None else
                         all(word in got for word in words))
    return ok(good, name, "want code %s\nstdout %s\nstderr %s\ngot %s"
              % (code, out, err, result))


def ctl(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", *arguments, **how)


def write_users(site):
    write(site.path("users", "alice", "rules.conf"), ALICE)
    write(site.path("users", "alice", "contacts.txt"), "Nobody Else\n")
    write(site.path("users", "bob", "rules.conf"), ALICE)
    write(site.path("users", "bob", "contacts.txt"), KNOWS_THE_INVITER)
    site.settle()


# --- test --------------------------------------------------------------------

# name, arguments, code, words of standard output, words of standard error
TEST = [
    ("a message", (INVITATION,), 0,
     (INVITATION + "\n", "recognised  invitation of linkedin\n",
      "because     linkedin/template-invitation, in link\n",
      "person      Barnaby Quillfeather\n", "note        boilerplate\n",
      "trust       claimed: signatures were not checked\n",
      "alice@example.net (alice)\n", "rule      hold\n",
      "actions   quarantine\n", "holds       ",
      "adds        X-RSVP: network=linkedin; type=invitation; "), None),
    ("another recipient", ("--rcpt", "bob@example.net", INVITATION), 0,
     ("bob@example.net (bob)\n    known     name @friends\n",
      "rule      people I know\n", "actions   deliver\n"), None),
    ("two recipients who disagree", ("--rcpt", "bob@example.net", "--rcpt",
                                     "<alice@example.net>", INVITATION), 0,
     ("bob@example.net (bob)\n", "alice@example.net (alice)\n",
      "adds        X-RSVP: network=linkedin; type=invitation; "
      "trust=claimed\n"), None),
    ("nobody's address", ("--rcpt", "dave@example.org", INVITATION), 0,
     ("dave@example.org (nobody's here)\n",
      "rule      none: not a user of this site\n"), None),
    ("a user without a folder", ("--rcpt", "carol@example.net", INVITATION),
     0, ("carol@example.net (carol)\n",
         "rule      none: this user has no folder\n"), None),
    ("whatever the recipient, one user", ("--user", "bob", INVITATION), 0,
     ("alice@example.net (bob)\n", "rule      people I know\n"), None),
    ("which condition failed",
     ("--trace", "--rcpt", "bob@example.net", "--rcpt", "carol@example.net",
      "--rcpt", "alice@example.net", INVITATION), 0,
     ("(bob)\n    known     name @friends\n"
      "    tried     line 3 people I know: matches\n"
      "    rule      people I know\n",
      "(carol)\n    known     no\n    rule      none",
      "(alice)\n    known     no\n"
      "    tried     line 3 people I know: no, because of known\n"
      "    tried     line 4 asked: no, because of type\n"
      "    tried     line 6 hold: matches\n"
      "    rule      hold\n"), None),
    ("an answer that is not given", (INMAIL,), 0,
     ("rule      asked\n", "actions   tag:Asked, reply:and-you-are\n",
      "answer    none: site-off\n", "adds        X-RSVP-Tag: Asked\n"), None),
    ("security mail is not held", (SECURITY,), 0,
     ("rule      hold (security mail is never held)\n",), None),
    ("mail of no network", (ORDINARY,), 0,
     ("recognised  other (no pack claims it)\n", "trust       none\n",
      "rule      none: not a network's mail\n"), None),
    ("an empty file", ("/dev/null",), 0,
     ("recognised  other (no pack claims it)\n", "you@localhost (you)\n"),
     None),
    ("a file that is missing", ("DIR/none",), NOINPUT, None,
     ("rsvpctl: DIR/none: No such file or directory\n",)),
    ("a folder", ("DIR/users",), NOINPUT, None,
     ("rsvpctl: DIR/users: Is a directory\n",)),
    ("files, of which one is missing", (INMAIL, "DIR/none", ORDINARY),
     NOINPUT, ("inmail of linkedin\n", "\n\n" + ORDINARY + "\n"),
     ("rsvpctl: DIR/none: No such file or directory\n",)),
    ("no file", (), USAGE, None,
     ("rsvpctl test: which file?\n", "Usage: rsvpctl test ")),
    ("an unknown option", ("--frob", INMAIL), USAGE, None,
     ("rsvpctl test: unrecognized option '--frob'\n",
      "Usage: rsvpctl test ", 'Try "rsvpctl test --help".\n')),
    ("no user's name", ("--user", "../bob", INMAIL), USAGE, None,
     ('rsvpctl test: "../bob" is no user\'s name\n',)),
    ("too many recipients", ("--rcpt", "bob@example.net") * 101 + (INMAIL,),
     USAGE, None, ("rsvpctl test: more than 100 recipients\n",)),
    ("keys from nowhere", ("--keys", "nis", INMAIL), USAGE, None,
     ('rsvpctl test: --keys: keys come from "dns" or "file:PATH"',)),
    ("keys that are missing", ("--keys", "file:DIR/none", INMAIL), NOINPUT,
     None, ("rsvpctl: keys: DIR/none: No such file or directory\n",)),
]


BOB = b"From: Bob <bob@example.org>\n"
HIDDEN = [
    ("nothing", BOB),
    ("as many fields as are kept", b"X: y\n" * 1000 + BOB),
    ("as many From fields", BOB * 1000),
    ("more than all that is kept", (b"X: " + b"y" * 70000 + b"\n") * 80),
    ("itself, in octets", b"From: (" + b"y" * 270000 + b")\n"),
]


def places(site, words):
    return words and tuple(word.replace("DIR", site.folder) for word in words)


def test_text(site):
    for name, arguments, code, out, err in TEST:
        keys = () if "--keys" in arguments else ("--keys", "none")
        check("test: " + name, ctl(site, "test", *keys, *arguments), code,
              places(site, out), places(site, err))
    with open(places(site, (INVITATION,))[0], "rb") as file:
        message = file.read()
    check("test: standard input, a pipe",
          ctl(site, "test", "--keys", "none", "-", stdin=message), 0,
          ("-\n", "recognised  invitation of linkedin\n"), None)
    result = ctl(site, "test", "--keys", "none", INMAIL, "DIR/none",
                 stderr=subprocess.STDOUT)
    ok(result.out.rfind("adds") < result.out.find("No such file"),
       "test: complaints stand where they belong", str(result))
    large = write(site.path("large"), message + b"x" * 76 + b"\n" +
                  (b"y" * 76 + b"\n") * 60000)
    check("test: more than is collected of a message",
          ctl(site, "test", "--keys", "none", large), 0,
          ("recognised  invitation of linkedin\n", "cut         body"), None)
    os.unlink(large)
    for name, fields in HIDDEN:
        check("test: a From behind " + name,
              ctl(site, "test", "--keys", "file:DIR/test.keys", "-", stdin=fields +
                  b"From: LinkedIn <a@linkedin.com>\n" +
                  b"Subject: I want to connect\n\nHi\n"), 0,
              ("  trust       forged: ",), None)


def test_json(site):
    result = ctl(site, "test", "--json", "--keys", "none", "--rcpt",
                 "bob@example.net", INVITATION, ORDINARY)
    records = [json.loads(line) for line in result.out.splitlines()]
    ok(result.code == 0 and len(records) == 2 and
       (records[0]["type"], records[0]["person"]["name"],
        records[0]["recipients"][0]["rule"], records[0]["dry_run"],
        records[0]["applied"]) ==
       ("invitation", "Barnaby Quillfeather", "people I know", True, []) and
       records[1]["type"] == "other" and records[1]["person"] is None,
       "test: a record for each file", str(result))
    before = ctl(site, "--json", "test", "--keys", "none", INVITATION)
    after = ctl(site, "test", "--json", "--keys", "none", INVITATION)
    same = [re.sub(r'"(time|us)":("[^"]*"|\d+)', "", r.out)
            for r in (before, after)]
    ok(same[0] == same[1] != "", "test: --json before the command or behind")
    ok(not os.path.exists(site.path("state", "state.db")) and
       not os.path.exists(site.path("log", "audit.jsonl")),
       "test: nothing is kept")


def test_without_setup(site):
    """The packs, and that is all."""
    settings = re.search(r"(?m)^settings (.*)$",
                         site.run("rsvp-milter", "-V").out).group(1)
    result = site.run("rsvpctl", "--packs", "DIR/packs", "-c", "", "test",
                      "--keys", "none", INVITATION)
    # Has no folder, or one that the builder's home hides.
    check("test: no set-up at all", result, 0,
          ("recognised  invitation of linkedin\n", "alice@example.net (you)",
           "rule      none: this user"), None)
    name = "test: no set-up, and no -c"
    if os.path.exists(settings):
        skip("there is a set-up", name)
        return
    ok(site.run("rsvpctl", "--packs", "DIR/packs", "test", "--keys", "none",
                INVITATION).out == result.out, name)
    check("test: a mistake in the settings",
          site.run("rsvpctl", "--packs", "DIR/none", "test", INVITATION),
          CONFIG, None, ("packs: %s: No such file" % site.path("none"),))


# --- log ---------------------------------------------------------------------

# The default file may be where nobody can look for it, which counts as there.
WITH_DRAFTS = '{ drafts = true; stop_file = "DIR/log/stop"; }'


def decision(minute, qid, kind, person, *recipients):
    return {"v": 1, "time": "2026-11-23T10:%02d:00.123Z" % minute,
            "qid": qid, "type": kind, "trust": "direct",
            "person": {"name": person}, "dry_run": False,
            "recipients": [
                {"user": user, "known": "no", "rule": rule, "actions": actions,
                 "reply": {"mode": "none"}}
                for user, rule, actions in recipients]}


HELD_BY_ONE = decision(5, "Q5", "invitation", "Ann Sample",
                       ("alice", "hold", ["tag:X", "quarantine"]),
                       ("bob", "x", ["tag:X"]))
HELD_BY_ONE["recipients"][0]["not_shared"] = ["quarantine"]

HELD_BY_SITE = decision(6, "Q6", "other", "Eve Sample", ("eve", "x", []))
HELD_BY_SITE["why_held"] = "trust.forged"
NEVER_HELD = decision(7, "Q7", "security", "Sec Urity",
                      ("eve", "hold all", ["deliver"]))
NEVER_HELD["recipients"][0]["why"] = "never-held"

RECORDS = [
    decision(1, "4ThQ8z0Z6fz2xYkA", "invitation", "Zo\u00eb Example",
             ("alice", "hold", ["quarantine"]), ("bob", "other", ["tag:X"])),
    decision(2, "Q2", "inmail", "Ann Sample", ("alice", "asked", [])),
    {"v": 1, "time": "2026-11-23T10:03:00.123Z", "qid": "Q2", "job": 7,
     "outbox": "refused", "mode": "reply", "user": "alice",
     "why": "user-day-cap"},
    decision(4, "Q4", "invitation", "Bob\u202e Sample", ("bob", "hold", [])),
    HELD_BY_ONE,
    HELD_BY_SITE,
    NEVER_HELD,
]
RECORDS[3]["host"] = "mx1"
LINES = [json.dumps(record) + "\n" for record in RECORDS]

# name, arguments, which of the records
LOG = [
    ("all", (), (0, 1, 2, 3, 4, 5, 6)),
    ("the last", ("-n", "1"), (6,)),
    ("the last two", ("-n", "2"), (5, 6)),
    ("more than there are", ("-n", "1000000"), (0, 1, 2, 3, 4, 5, 6)),
    ("of a user", ("--user", "bob"), (0, 3, 4)),
    ("of a user, a decision and a job", ("--user", "alice"), (0, 1, 2, 4)),
    ("of nobody", ("--user", "carol"), ()),
    ("of a type", ("--type", "inmail"), (1,)),
    ("of a person", ("--person", "SAMPLE"), (1, 3, 4, 5)),
    ("of a person, without the accent", ("--person", "zoe"), (0,)),
    ("of a queue id", ("--qid", "Q2"), (1, 2)),
    ("of all that", ("--qid", "Q2", "--type", "inmail", "--user", "alice",
                     "--person", "ann", "-n", "9"), (1,)),
    ("of a trust", ("--trust", "direct"), (0, 1, 3, 4, 5, 6)),
    ("of another trust", ("--trust", "forged"), ()),
    ("of a rule", ("--rule", "hold"), (0, 3, 4)),
    ("of a rule and a user", ("--rule", "hold", "--user", "bob"), (3,)),
    ("of an action", ("--action", "tag"), (0, 4)),
    ("of a whole action", ("--action", "tag:X"), (0, 4)),
    ("of part of an action", ("--action", "tag:"), ()),
    ("of a job's action", ("--action", "reply"), (2,)),
    ("of an action and a user", ("--action", "tag", "--user", "alice"), (4,)),
    ("of a host", ("--host", "mx1"), (3,)),
    ("since", ("--since", "2026-11-23T10:04:00Z"), (3, 4, 5, 6)),
    ("until", ("--until", "2026-11-23T11:04:00+01:00"), (0, 1, 2)),
    ("of a period", ("--since", "2026-11-23T10:02:00Z", "--until",
                     "2026-11-23T10:05:00Z"), (1, 2, 3)),
    ("of the last second", ("--since", "1s"), ()),
    ("of what excludes each other", ("--type", "inmail", "--user", "bob"),
     ()),
]


def log_rows(site):
    audit = write(site.path("log", "audit.jsonl"), "".join(LINES))
    for name, arguments, want in LOG:
        check("log: " + name, ctl(site, "log", "--json", *arguments), 0)
        result = ctl(site, "log", "--json", *arguments)
        ok(result.out == "".join(LINES[i] for i in want),
           "log --json: " + name, str(result))
        text = ctl(site, "log", *arguments)
        times = re.findall(r"(?m)^2026-11-23T10:(\d\d):00 ", text.out)
        ok(text.out.startswith("TIME  ") and
           sorted(set(times)) == ["%02d" % (i + 1) for i in want],
           "log: " + name, str(text))
    text = ctl(site, "log").out
    ok(" 4ThQ8z0Z6fz2xYkA " in text, "log: a queue id is shown whole", text)
    ok(re.search(r"(?m)^\S+ +\S+ +invitation +direct +Zo\u00eb Example +bob +"
                 r"no +other: tag:X$", text) is not None,
       "log: each recipient has a line", text)
    ok(re.search(r"(?m) alice +no +hold: tag:X, quarantine "
                 r"\(not shared: quarantine\)$", text) is not None,
       "log: what the other recipients kept from being done", text)
    ok(re.search(r"(?m) eve +no +x: - \(held by: trust.forged\)$", text)
       is not None, "log: what the site holds, and by which setting", text)
    ok(re.search(r"(?m) eve +no +hold all: deliver "
                 r"\(security mail is never held\)$", text) is not None,
       "log: why mail was not held although a rule asks for it", text)
    for lost, said in ((1, "1 record lost before"), (12, "12 records lost")):
        result = ctl(site, "log", "-", stdin=b'{"v":1,"time":'
                     b'"2026-11-23T10:00:00.123Z","lost":%d}\n' % lost)
        ok(said in result.out and result.err == "",
           "log: %d records that were lost" % lost, str(result))
    ok("Bob? Sample" in text, "log: what does not show is a ?", text)
    ok(re.search(r"(?m) reply +refused +alice +user-day-cap$", text)
       is not None, "log: what became of a job", text)
    ok(" bob " not in ctl(site, "log", "--user", "alice").out,
       "log: one user, not those beside")
    return audit


def report(site):
    """The figures themselves are tested in tests/unit/ctl."""
    shutil.copytree(site.path("users", "alice"), site.path("users", "idle"))
    check("report", ctl(site, "report"), 0,
          ("6 messages", "Rules that never matched", "idle: hold",
           "1  user-day-cap"), None)
    got = json.loads(ctl(site, "report", "--json").out)
    ok(got["messages"] == 6 and {
        row["key"]: row["count"] for row in got["type"]["rows"]} ==
       {"invitation": 3, "inmail": 1, "other": 1, "security": 1},
       "report --json", str(got))
    got = json.loads(ctl(site, "report", "--json", "--user", "bob").out)
    ok([row["key"] for row in got["user"]["rows"]] == ["bob"] and
       {row["user"] for row in got["rule"]["rows"]} == {"bob"},
       "report: of a user", str(got))
    check("report: a file that is missing", ctl(site, "report", "DIR/none"),
          NOINPUT, None, ("DIR/none".replace("DIR", site.folder),))
    check("report: an unknown option", ctl(site, "report", "--what"), USAGE,
          None, ("--what",))
    shutil.rmtree(site.path("users", "idle"))
    os.rename(site.path("users"), site.path("away"))
    check("report: no users' folders", ctl(site, "report"), 0,
          ("6 messages", "not known"), ("users.dir", "never matched"))
    os.rename(site.path("away"), site.path("users"))


def log_files(site, audit):
    everything = "".join(LINES).encode()
    check("log: standard input", ctl(site, "log", "--json", "-",
                                     stdin=everything), 0,
          ("".join(LINES),), None)
    check("log: two files", ctl(site, "log", "--json", "--qid", "Q4", audit,
                                audit), 0, (LINES[3] * 2,), None)
    check("log: no newline at the end",
          ctl(site, "log", "-", stdin=everything[:-1]), 0, ("Q4",), None)
    check("log: lines that are no records",
          ctl(site, "log", "--json", "-", stdin=b"broken\n{}\n" + everything +
              b"\n[1]\n\xff\n"), 0, ("".join(LINES),),
          ("rsvpctl: standard input: 5 of 12 lines are no records\n",))
    check("log: a file that is missing", ctl(site, "log", "DIR/none"), NOINPUT,
          (), (site.path("none") + ": No such file or directory\n",))
    check("log: a folder", ctl(site, "log", "DIR/log"), NOINPUT, (),
          (site.path("log") + ": Is a directory\n",))
    os.chmod(site.path("packs"), 0)
    check("log: packs that cannot be read do not matter",
          ctl(site, "log", "--json"), 0, ("".join(LINES),), None)
    os.chmod(site.path("packs"), 0o755)
    site.settings(audit="{ }")
    check("log: no audit file in the settings", ctl(site, "log"), USAGE, None,
          ("rsvpctl log: audit.file is not set: name a file",))
    site.settings()
    os.unlink(audit)
    check("log: an audit file that is not there yet", ctl(site, "log"),
          NOINPUT, (), (audit + ": No such file or directory\n",))


# How a log may be packed: what packs it, and the words of one that is cut.
PACKINGS = [
    ("gzip", gzip.compress, "truncated gzip input"),
    ("xz", lzma.compress, "Lzma library error"),
    ("bzip2", bz2.compress, "truncated bzip2 input"),
]


def zstd(octets):
    return subprocess.run(("zstd", "-c"), input=octets, check=True,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout


def log_packed(site):
    everything = "".join(LINES).encode()
    packings = list(PACKINGS)
    if shutil.which("zstd"):
        packings.append(("zstd", zstd, "Truncated zstd input"))
    for name, pack, complaint in packings:
        # Told by the content: the name says another thing.
        path = site.path("log", "packed.jsonl")
        with open(path, "wb") as file:
            file.write(pack(everything))
        check("log: " + name, ctl(site, "log", "--json", path), 0,
              ("".join(LINES),), None)
        with open(path, "rb") as file:
            packed = file.read()
        check("log: " + name + " from standard input",
              ctl(site, "log", "--json", "--qid", "Q4", "-", stdin=packed), 0,
              (LINES[3],), None)
        check("log: half of " + name,
              ctl(site, "log", "-", stdin=packed[:len(packed) // 2]), NOINPUT,
              ("TIME ",), ("rsvpctl: standard input: " + complaint,))
    check("log: an empty file", ctl(site, "log", "--json", "-", stdin=b""), 0,
          ("",), None)
    for name, octets, bad in (
            ("a line longer than any record", b"{" + b" " * 600000 + b"}", 1),
            ("a record of many blanks",
             everything.splitlines()[1] + b" " * 500000, 0),
            ("NULs", b"\0" * 1000, 1),
            ("a line of 10 MB", b'{"type":"' + b"x" * 10000000, 1)):
        result = ctl(site, "log", "--json", "-",
                     stdin=everything + octets + b"\n" + everything)
        ok(result.code == 0 and
           result.out.count("\n") == 2 * len(LINES) + 1 - bad and
           ("1 of 15 lines are no records" in result.err) == (bad == 1),
           "log: " + name, "%s %s" % (result.code, result.err))


def log_csv(site):
    records = [json.loads(line) for line in LINES]
    records[1]["person"].update(name='=cmd|"/C calc"!A0', headline="a, b\nc;=1+1",
                                company="+1", profile="-x")
    records[3]["person"]["name"] = "@x"
    result = ctl(site, "log", "--csv", "-", stdin="".join(
        json.dumps(record) + "\n" for record in records).encode())
    rows = list(csv.DictReader(result.out.splitlines(True)))
    ok(result.code == 0 and result.err == "" and len(rows) == 9 and
       not any(None in row or None in row.values() for row in rows),
       "log --csv: a line for each recipient", str(result))
    ok([(row["queue_id"], row["user"], row["rule"], row["actions"])
        for row in rows[:3]] ==
       [("4ThQ8z0Z6fz2xYkA", "alice", "hold", "quarantine"),
        ("4ThQ8z0Z6fz2xYkA", "bob", "other", "tag:X"),
        ("Q2", "alice", "asked", "")], "log --csv: recipients", str(rows[:3]))
    ok([rows[2][key] for key in ("person", "headline", "company", "profile")] ==
       ["'=cmd|\"/C calc\"!A0", "a, b\nc;'=1+1", "'+1", "'-x"] and
       rows[4]["person"] == "'@x", "log --csv: no cell is a formula",
       str(rows[2:5]))
    ok([rows[3][key] for key in ("job", "what", "reply", "why_no_reply")] ==
       ["7", "refused", "reply", "user-day-cap"], "log --csv: a job",
       str(rows[3]))
    result = ctl(site, "log", "--csv", "--user", "bob", "-",
                 stdin="".join(LINES).encode())
    ok(result.out.count("\n") == 4, "log --csv: of one user", str(result))


def log_follow(site):
    """Whatever log rotation does, each line is shown once."""
    path, shown = site.path("log", "grows.jsonl"), site.path("shown")
    line = '{"time":"2026-11-23T10:00:00.000Z","qid":"%s","type":"other"}\n'
    want = []

    def append(*names):
        with open(path, "a", encoding="utf-8") as file:
            file.write("".join(line % name for name in names))
        want.extend(names)

    def is_shown():
        with open(shown, encoding="utf-8") as file:
            return file.read() == "".join(line % name for name in want)

    append("old", "a", "b")
    del want[0]
    with open(shown, "wb") as file:
        child = subprocess.Popen(
            (site.path("rsvpctl"), "-c", site.path("c.conf"), "log", "--json",
             "-n", "2", "--follow", path), stdout=file)
    try:
        wait_until(is_shown)
        append("c")
        wait_until(is_shown)
        os.rename(path, path + ".1")
        with open(path + ".1", "a", encoding="utf-8") as file:
            file.write(line % "d")
        want.append("d")
        append("e", "longer than what comes then")
        wait_until(is_shown)
        with open(path, "w", encoding="utf-8"):
            pass
        append("f")
        wait_until(is_shown)
        os.unlink(path)
        append("g")
        wait_until(is_shown)
        with open(path, "a", encoding="utf-8") as file:
            file.write((line % "h")[:20])
            file.flush()
            file.write((line % "h")[20:])
        want.append("h")
        wait_until(is_shown)
        ok(child.poll() is None, "log --follow")
    finally:
        child.terminate()
        child.wait()


def log_rotated(site):
    """What log rotation made, from the oldest to the newest."""
    path = site.path("log", "r.jsonl")
    for name, lines, pack in (("r.jsonl.10.gz", LINES[:2], gzip.compress),
                              ("r.jsonl.2", LINES[2:4], bytes),
                              ("r.jsonl.1", LINES[4:5], bytes),
                              ("r.jsonl", LINES[5:], bytes),
                              # None of these.
                              ("r.jsonl.old", LINES, bytes),
                              ("r.jsonl.1x", LINES, bytes),
                              ("xr.jsonl.1", LINES, bytes)):
        with open(site.path("log", name), "wb") as file:
            file.write(pack("".join(lines).encode()))
    check("log --all", ctl(site, "log", "--json", "--all", path), 0,
          ("".join(LINES),), None)
    check("log --all --qid", ctl(site, "log", "--json", "--all", "--qid", "Q2",
                                 path), 0, ("".join(LINES[1:3]),), None)
    os.unlink(path)
    result = ctl(site, "log", "--json", "--all", path)
    ok(result.code == 0 and result.out == "".join(LINES[:5]),
       "log --all: no file since the rotation", str(result))
    check("log --all: nothing at all",
          ctl(site, "log", "--all", "DIR/log/none"), NOINPUT, ("TIME",),
          ("/log/none: No such file or directory\n",))


def log_usage(site):
    for name, arguments, words in (
            ("no number", ("-n", "x"), '-n takes a number of 1 to 1000000'),
            ("none", ("-n", "0"), '-n takes a number of 1 to 1000000'),
            ("an unknown type", ("--type", "inmial"),
             '--type: no type "inmial"'),
            ("an unknown trust", ("--trust", "Direct"),
             '--trust: no trust "Direct"'),
            ("following two", ("--follow", "a", "b"), "--follow takes one"),
            ("following standard input", ("--follow", "-"),
             "--follow takes one file"),
            ("no time", ("--since", "tomorrow"),
             '--since: "tomorrow" is no time; '),
            ("nothing for a time", ("--until", ""), '--until: "" is no time'),
            ("an unknown option", ("--frob",), "unrecognized option")):
        check("log: " + name, ctl(site, "log", *arguments), USAGE, None,
              ("rsvpctl log: " + words, "Usage: rsvpctl log "))


# --- outbox ------------------------------------------------------------------

DRAFTS = """\
rules = ( { name = "x"; when = { type = "invitation"; };
            do = "draft:no-thanks"; } );
"""

# arguments, words of standard error
OUTBOX_MISTAKES = [
    ((), ""),
    (("frob",), 'rsvpctl outbox: there is no "frob"\n'),
    (("list", "more"), "rsvpctl outbox: list takes no jobs\n"),
    (("list", "--frob"), "unrecognized option '--frob'\n"),
    (("list", "--state", "sen"),
     'rsvpctl outbox: no state "sen"; rsvpctl(1) lists them\n'),
    (("list", "--user", "../bob"), '"../bob" is no user\'s name\n'),
    (("list", "--all"), "list does not take this option\n"),
    (("show",), "show takes a job, or several\n"),
    (("show", "1", "--user", "alice"), "show does not take this option\n"),
    (("show", "1x"), 'rsvpctl outbox: "1x" is no number of a job\n'),
    (("show", "0"), '"0" is no number of a job\n'),
    (("show", "--", "-1"), '"-1" is no number of a job\n'),
    (("cancel",), "cancel takes jobs, --user or --all\n"),
    (("cancel", "1", "--all"), "cancel takes jobs, --user or --all\n"),
    (("cancel", "--user", "alice", "--all"),
     "cancel takes jobs, --user or --all\n"),
    (("cancel", "--all", "--state", "held"),
     "cancel does not take this option\n"),
    (("hold",), "hold takes a job, or several\n"),
    (("hold", "--all"), "hold does not take this option\n"),
    (("release",), "release takes a job, or several\n"),
    (("release", "1", "--state", "held"),
     "release does not take this option\n"),
]


def outbox(site):
    database = site.path("state", "state.db")
    for options in ((), ("--json",)):
        check(" ".join(("outbox list",) + options + ("before the first",)),
              ctl(site, "outbox", "list", *options), 0, None,
              ("sqlite:%s: nothing is kept there yet\n" % database,))
        ok(os.listdir(site.path("state")) == [], "no database was made")
    if ROOT:
        check("outbox list: root, before the first",
              ctl(site, "outbox", "list", as_root=True), 0, None)
        ok(os.listdir(site.path("state")) == [], "root made no database")
    check("outbox cancel: before the first",
          ctl(site, "outbox", "cancel", "7"), DATAERR, None,
          ("nothing is kept there yet\n", "rsvpctl: there is no job 7\n"))
    site.settings(state='"memory:"')
    check("outbox list: memory", ctl(site, "outbox", "list"), 0, None,
          ("memory:: nothing is kept there yet\n",))
    site.settings(state='"sqlite:DIR/none/db"')
    check("outbox list: a folder that is missing", ctl(site, "outbox", "list"),
          UNAVAILABLE, None, ("state: %s: No such file" %
                              site.path("none", "db"),))
    for arguments, words in OUTBOX_MISTAKES:
        check("outbox " + " ".join(arguments),
              ctl(site, "outbox", *arguments), USAGE, None,
              (words, "Usage: rsvpctl outbox list|show|cancel|hold|release "))
    filled_outbox(site)


def filled_outbox(site):
    site.settings(dry_run="false", reply=WITH_DRAFTS)
    for user in ("alice", "bob"):
        write(site.path("users", user, "rules.conf"), DRAFTS)
    site.settle()
    if not ok(site.start(), "the filter starts", site.log()):
        return
    site.send("Q1")
    wait_until(lambda: "draft for alice queued" in site.log())
    result = ctl(site, "outbox", "list")
    check("outbox list: a draft that waits", result, 0,
          ("JOB    STATE     MODE   NOT BEFORE ",), None)
    ok(re.search(r"(?m)^1 +waiting +draft +2\S+Z +alice +no-thanks +Q1 *$",
                 result.out) is not None, "its line", str(result))
    result = ctl(site, "outbox", "list", "--json")
    job = json.loads(result.out)
    ok((job["job"], job["state"], job["mode"], job["user"], job["template"],
        job["qid"], job["attempts"]) ==
       (1, "waiting", "draft", "alice", "no-thanks", "Q1", 0) and
       job["created"] < job["not_before"] and "@" not in result.out,
       "outbox list --json", str(result))
    stop_file(site, result.out)
    site.send("Q2", recipients=("bob@example.net",))
    wait_until(lambda: "draft for bob queued" in site.log())
    site.stop()
    forgotten(site)
    changed_outbox(site)
    os.chmod(site.path("state", "state.db"), 0o644)
    check("outbox list: a file that others may read",
          ctl(site, "outbox", "list"), UNAVAILABLE, None,
          ("mode 0644 refused, it must be 0600",))
    os.chmod(site.path("state", "state.db"), 0o600)


SHOWN = """\
job         1
state       waiting
mode        draft
user        alice
address     alice@example.net
template    no-thanks
queue id    Q1
created     TIME
not before  TIME
expires     TIME
attempts    0
request     an invitation to connect from Barnaby Quillfeather
"""

# name, arguments, code, its standard output or None, its standard error, the
# jobs' states after it
CHANGES = [
    ("one that is not there", ("hold", "7"), DATAERR, None,
     "there is no job 7", "waiting waiting"),
    ("hold one", ("hold", "1"), 0, "job 1: held\n", None, "held waiting"),
    ("hold it again, and another", ("hold", "1", "2"), DATAERR,
     "job 2: held\n", "job 1 is held", "held held"),
    ("release both", ("release", "2", "1"), 0,
     "job 1: waiting\njob 2: waiting\n", None, "waiting waiting"),
    ("release what waits", ("release", "2"), DATAERR, None,
     "job 2 is waiting", "waiting waiting"),
    ("of nobody", ("cancel", "--user", "carol"), 0, None,
     "no job waits or is held", "waiting waiting"),
    ("hold for bob", ("hold", "2"), 0, "job 2: held\n", None,
     "waiting held"),
    ("cancel of bob", ("cancel", "--user", "bob"), 0, "job 2: cancelled\n",
     None, "waiting cancelled"),
    ("cancel one that is cancelled", ("cancel", "2"), DATAERR, None,
     "job 2 is cancelled", "waiting cancelled"),
    ("cancel all", ("cancel", "--all"), 0, "job 1: cancelled\n", None,
     "cancelled cancelled"),
    ("hold one that is cancelled", ("hold", "1"), DATAERR, None,
     "job 1 is cancelled", "cancelled cancelled"),
]


def listed_jobs(site, *arguments):
    result = ctl(site, "outbox", "list", "--json", *arguments)
    return [json.loads(line) for line in result.out.splitlines()]


def hidden_tokens(site):
    database = sqlite3.connect(site.path("state", "state.db"))
    for column, mode in (("route", "draft"), ("recipient", "reply")):
        database.execute("UPDATE job SET mode = ?, %s = ? WHERE id = 1"
                         % column, (mode, "0f0a-token@reply.example.net"))
        database.commit()
        for options in ((), ("--json",)):
            result = ctl(site, "outbox", "show", "1", *options)
            ok(result.code == 0 and "...@reply.example.net" in result.out and
               "token" not in result.out,
               " ".join(("outbox show: no token of a", mode) + options),
               str(result))
    database.close()


def changed_outbox(site):
    site.settings(dry_run="false", reply=WITH_DRAFTS)
    shown = ctl(site, "outbox", "show", "1")
    ok(shown.code == 0 and shown.err == "" and
       re.sub(r"20\d\d-\S+Z", "TIME", shown.out).startswith(SHOWN),
       "outbox show", str(shown))
    result = ctl(site, "outbox", "show", "--json", "1", "7")
    job = json.loads(result.out)
    ok(result.code == DATAERR and "there is no job 7" in result.err and
       job["job"] == 1 and job["expires"] > job["created"] and
       job["address"] == "alice@example.net" and
       job["request"].endswith("Barnaby Quillfeather"),
       "outbox show --json", str(result))
    hidden_tokens(site)
    for name, arguments, code, out, err, states in CHANGES:
        check("outbox: " + name, ctl(site, "outbox", *arguments), code,
              out and (out,), err and ("rsvpctl: %s\n" % err,))
        jobs = listed_jobs(site)
        ok(" ".join(job["state"] for job in jobs) == states,
           "outbox: %s: what follows" % name, str(jobs))
    ok([job["why"] for job in jobs] == ["by hand", "by hand"],
       "outbox: and why", str(jobs))
    for arguments, want in ((("--user", "bob"), [2]),
                            (("--user", "carol"), []),
                            (("--state", "cancelled"), [1, 2]),
                            (("--state", "waiting"), []),
                            (("--state", "cancelled", "--user", "alice"),
                             [1])):
        jobs = listed_jobs(site, *arguments)
        ok([job["job"] for job in jobs] == want,
           "outbox list " + " ".join(arguments), str(jobs))
    with open(site.path("log", "audit.jsonl"), encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    got = [(r["outbox"], r["job"], r["user"], r["why"]) for r in records
           if "hand" in r.get("why", "")]
    ok(got == [("held", 1, "alice", "by hand"), ("held", 2, "bob", "by hand"),
               ("waiting", 1, "alice", "released by hand"),
               ("waiting", 2, "bob", "released by hand"),
               ("held", 2, "bob", "by hand"),
               ("cancelled", 2, "bob", "by hand"),
               ("cancelled", 1, "alice", "by hand")],
       "outbox: each change has a record", str(got))
    site.settings(dry_run="false", audit='{ file = "DIR/none/audit"; }')
    check("outbox cancel: no audit file", ctl(site, "outbox", "cancel", "1"),
          UNAVAILABLE, None, ("audit.file: ", "No such file or directory\n"))
    if ROOT:
        site.settings(dry_run="false", audit='{ file = "DIR/log/new"; }')
        check("outbox cancel: root", ctl(site, "outbox", "cancel", "1",
                                         as_root=True), DATAERR, None)
        ok(os.stat(site.path("log", "new")).st_uid ==
           os.stat(site.path("log")).st_uid,
           "what root makes is the folder's owner's")


def stop_file(site, listed):
    site.settings(dry_run="false", reply=WITH_DRAFTS)
    stop = write(site.path("log", "stop"), "")
    check("outbox list: sending is stopped",
          ctl(site, "outbox", "list", "--json"), 0, (listed,),
          ("rsvpctl: sending is stopped: %s is there\n" % stop,))
    check("check: sending is stopped", ctl(site, "check", "bob"), 0,
          ("warning: %s:10: reply.stop_file: sending is stopped: "
           "%s is there\n" % (site.path("c.conf"), stop),), None)
    os.unlink(stop)
    check("outbox list: sending is not stopped",
          ctl(site, "outbox", "list", "--json"), 0, (listed,), None)


# --- state -------------------------------------------------------------------

STATE_USAGE = "Usage: rsvpctl state forget --user USER --person NAME|PROFILE "

# name, arguments, words of standard error
STATE_MISTAKES = [
    ("nothing", (), ""),
    ("an unknown word", ("frob",), ""),
    ("one word more", ("forget", "more", "--user", "alice", "--person",
                       "Ann Sample"), ""),
    ("an unknown option", ("forget", "--frob"),
     "unrecognized option '--frob'\n"),
    ("no person", ("forget", "--user", "alice"),
     "rsvpctl state: forget needs --user and --person\n"),
    ("no user", ("forget", "--person", "Ann Sample"),
     "rsvpctl state: forget needs --user and --person\n"),
    ("no user's name", ("forget", "--user", "../bob", "--person", "Ann"),
     '"../bob" is no user\'s name\n'),
    ("nobody", ("forget", "--user", "alice", "--person", "..."),
     'rsvpctl state: "..." is neither a name nor a profile\n'),
    ("no network", ("forget", "--user", "alice", "--person", "Ann Sample",
                    "--network", "frob"),
     'rsvpctl state: no pack for a network "frob"\n'),
]


def state_command(site):
    forget = ("state", "forget", "--user", "alice", "--person")
    for name, arguments, words in STATE_MISTAKES:
        check("state: " + name, ctl(site, "state", *arguments), USAGE, None,
              (words, STATE_USAGE))
    check("state: as JSON", ctl(site, "--json", *forget, "Ann Sample"), USAGE,
          None, ("rsvpctl state: it does not print JSON\n",))
    check("state forget: before the first",
          ctl(site, *forget, "Ann Sample"), 0, None,
          ("nothing is kept there yet\n",))
    site.settings(state='"sqlite:DIR/none/db"')
    check("state forget: a folder that is missing",
          ctl(site, *forget, "Ann Sample"), UNAVAILABLE, None,
          ("state: %s: No such file" % site.path("none", "db"),))


def forgotten(site):
    """Two users were answered; nobody vouched for the mail, so it was not
    counted."""
    forget = ("state", "forget", "--user", "alice", "--person")
    for name, arguments, words in (
            ("somebody else", ("Ann Sample",),
             "0 notifications and 0 answers forgotten\n"),
            ("the name, turned, in any case",
             ("QUILLFEATHER, Barnaby", "--network", "linkedin"),
             "0 notifications and 1 answer forgotten\n"),
            ("once more", ("Barnaby Quillfeather",),
             "0 notifications and 0 answers forgotten\n")):
        check("state forget: " + name, ctl(site, *forget, *arguments), 0,
              (words,), None)
    check("state forget: the other user", ctl(
        site, "state", "forget", "--user", "bob", "--person",
        "Barnaby Quillfeather"), 0,
        ("0 notifications and 1 answer forgotten\n",), None)


# --- check and conf ----------------------------------------------------------

def check_command(site):
    check("check: all is well", ctl(site, "check"), 0,
          ("pack linkedin: ", "alice: 3 rules, 1 contact\n",
           "bob: 3 rules, 1 contact\n", "2 users, 0 broken\n"), None)
    check("check: one user", ctl(site, "check", "bob"), 0,
          ("bob: 3 rules, 1 contact\n", "1 user, 0 broken\n"), None)
    write(site.path("users", "bob", "rules.conf"), "answers = false;\n" + ALICE)
    check("check: a user who wants no answers", ctl(site, "check", "bob"), 0,
          ("bob: 3 rules, 1 contact, no answers\n",), None)
    for name, rules, said in (
            ("nobody's", "", True),
            ("somebody's", 'from_name = "Bob Sample";\n', False)):
        write(site.path("users", "bob", "rules.conf"), rules +
              'rules = ( { name = "a"; when = { type = "inmail"; };'
              ' do = "draft:and-you-are"; } );\n')
        result = ctl(site, "check", "bob")
        ok(result.code == 0 and said == (
            "bob: answers would end without a name: rules.conf has no "
            "from_name\n" in result.out), "check: answers in %s name" % name,
           str(result))
    write(site.path("users", "bob", "rules.conf"), ALICE)
    check("check: a user without a folder", ctl(site, "check", "carol"), 0,
          ("carol: no folder: tag only\n",), None)
    check("check: no user's name", ctl(site, "check", "bob", "../bob"), USAGE,
          None, ('rsvpctl check: "../bob" is no user\'s name\n',))
    check("check: a name that leads out", ctl(site, "check", "bob//usr"),
          USAGE, None, ('rsvpctl check: "bob//usr" is no user\'s name\n',))
    check("check: an option", ctl(site, "check", "--frob"), USAGE, None,
          ("Usage: rsvpctl check [USER ...]\n",))
    check("check: as JSON", ctl(site, "--json", "check"), USAGE, None,
          ("rsvpctl check: it does not print JSON\n",))
    write(site.path("users", "README"), "")
    os.makedirs(site.path("users", "Not a name"))
    os.symlink("bob", site.path("users", "link"))
    write(site.path("users", "bob", "contacts.txt"), "Ann Sample\n<\n")
    os.unlink(site.path("users", "alice", "contacts.txt"))
    check("check: what is wrong", ctl(site, "check"), DATAERR,
          ("README: a file, not a user's folder; never read\n",
           "Not a name: not a user's name; never read\n",
           "TAG ONLY: alice/contacts.txt: No such file or directory\n",
           "bob: 3 rules, 1 contact\n",
           "\nbob/contacts.txt:2: 1 row could not be",
           "TAG ONLY: link: a symbolic link, refused\n", "3 users, 2 broken\n"), None)
    site.restore()
    site.settings(users='{ dir = "DIR/none"; fallback = "none"; }')
    check("check: a folder of users that is missing", ctl(site, "check"),
          NOINPUT, ("pack linkedin: ",),
          ("users.dir: %s: No such file or directory\n" % site.path("none"),))
    check("check: what users without a folder get", ctl(site, "check", "bob"),
          0, ("bob: no folder: mail not touched\n",), None)
    site.restore()


def conf_command(site):
    first = ctl(site, "conf")
    check("conf", first, 0, ("# The settings in force, from %s.\n" %
                             site.path("c.conf"), "\tper_user_day = 5;\n"),
          None)
    write(site.path("again.conf"), first.out)
    again = site.run("rsvpctl", "-c", "DIR/again.conf", "conf")
    ok(again.code == 0 and again.out.replace("again.conf", "c.conf") ==
       first.out, "conf: its output is a settings file", str(again))
    check("conf: the defaults", site.run("rsvpctl", "-c", "", "conf"), 0,
          ("# The settings in force, all at their defaults.\n",), None)
    check("conf: an argument", ctl(site, "conf", "more"), USAGE, None,
          ("rsvpctl conf: it takes no arguments\n",))


# --- help, and where output goes ---------------------------------------------

def help_command(site):
    text = site.run("rsvpctl", "help")
    check("help", text, 0, ("Usage: rsvpctl ", "See rsvpctl(1).\n"), None)
    for option in ("--help", "-h"):
        ok(site.run("rsvpctl", option).out == text.out, option)
    commands = re.findall(r"(?m)^  ([a-z]+) ", text.out)
    ok(set(commands) >= {"check", "conf", "test", "log", "outbox"},
       "commands are listed", text.out)
    with open(os.path.join(TOP, "milter", "man", "rsvpctl.1"),
              encoding="utf-8") as file:
        manual = file.read()
    for command in commands:
        result = site.run("rsvpctl", "help", command)
        if command == "help":
            continue
        check("help " + command, result, 0,
              ("Usage: rsvpctl %s" % command,), None)
        ok(site.run("rsvpctl", command, "--help").out == result.out,
           command + " --help")
        missing = [word for word in re.findall(r"(?m)^  --([a-z]+)",
                                               result.out)
                   if "Fl Fl " + word not in manual]
        ok(".It Ic " + command in manual and not missing,
           "the manual has " + command, "missing: %s" % missing)
    for arguments in (("help", "frob"), ("frob",)):
        check(" ".join(arguments), site.run("rsvpctl", *arguments), USAGE,
              None, ('no command "frob"; try "rsvpctl help"\n',))
    check("an option nobody knows", site.run("rsvpctl", "--frob"), USAGE, None,
          ("rsvpctl: unrecognized option '--frob'\n",
           'Try "rsvpctl --help".\n'))
    check("no command", site.run("rsvpctl"), USAGE, None, (text.out,))
    check("--version", site.run("rsvpctl", "--version"), 0, ("rsvpctl ",),
          None)


def output_that_fails(site):
    write(site.path("log", "audit.jsonl"), "".join(LINES))
    for arguments in (("help",), ("help", "log"), ("log", "--help"),
                      ("--version",), ("check",), ("conf",), ("log",),
                      ("outbox", "list"), ("test", "--keys", "none", INMAIL),
                      ("test", "--json", "--keys", "none", INMAIL)):
        name = " ".join(os.path.basename(word) for word in arguments)
        with open("/dev/full", "wb") as full:
            check("a full disk: " + name, ctl(site, *arguments, stdout=full),
                  IOERR, (), ("standard output: No space left on device\n",))
        drop = site.drop_root if ROOT else lambda: None
        result = subprocess.run(
            [site.path("rsvpctl"), "-c", site.path("c.conf"),
             *places(site, arguments)],
            stderr=subprocess.PIPE, check=False,
            preexec_fn=lambda d=drop: (d(), os.close(1)))
        ok(result.returncode == IOERR and b"standard output: Bad file "
           b"descriptor\n" in result.stderr, "no standard output: " + name,
           str(result))


SITE = Site()
try:
    write_users(SITE)
    test_text(SITE)
    test_json(SITE)
    test_without_setup(SITE)
    AUDIT = log_rows(SITE)
    report(SITE)
    log_files(SITE, AUDIT)
    log_packed(SITE)
    log_rotated(SITE)
    log_csv(SITE)
    log_follow(SITE)
    log_usage(SITE)
    SITE.restore()
    write_users(SITE)
    check_command(SITE)
    state_command(SITE)
    SITE.settings()
    outbox(SITE)
    SITE.settings()
    conf_command(SITE)
    help_command(SITE)
    output_that_fails(SITE)
finally:
    SITE.remove()
done()
