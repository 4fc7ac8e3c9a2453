#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""audit_schema.py - contrib/rsvp-audit.schema.json is true: what the programs
write fits it, every key of it is written, and it refuses what they do not.
"""
import copy
import glob
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from record_schema import kind_of, load, mistakes, validator
from site_folder import Site, wait_until
from tap import PACKS, SAMPLES, done, ok, skip_all, write

INMAIL = "inmail-2026-01-de.eml"
USERS = {
    "alice": 'contacts = ( "contacts.txt" ); rules = ('
             ' { name = "friends"; when = { known = "name"; };'
             '   do = [ "deliver", "tag:Friend", "file:Friends/All" ]; },'
             ' { name = "ask"; when = { type = "inmail"; };'
             '   do = [ "reply:and-you-are" ]; },'
             ' { name = "all"; when = { }; do = [ "quarantine" ]; } );',
    "bob": 'rules = ( { name = "drafts"; when = { };'
           ' do = [ "tag:Bob", "draft:no-thanks" ]; } );',
    "carol": "rules = nonsense",
}
PEOPLE = "Ottoline Wickerbasket @close @work\nPhilomena Dustbunny\n"
RECIPIENTS = ["alice@example.net", "bob+x@example.net", "carol@example.net",
              "nobody@example.net", "dave@example.com"]
REPLY = '{ enabled = true; drafts = "each"; hold = "HOLD"; ' \
    'stop_file = "DIR/log/stop"; sendmail = "DIR/sendmail"; ' \
    'host = "mx.example.net"; }'


def set_up(site):
    for user, rules in USERS.items():
        write(site.path("users", user, "rules.conf"), rules)
    write(site.path("users", "alice", "contacts.txt"), PEOPLE)
    write(site.path("sendmail"), "#!/bin/sh\ncat >/dev/null\n", 0o755)
    site.restore_owner()
    site.settle()
    for name in os.listdir(site.path("templates")):
        os.utime(site.path("templates", name), (0, 0))


def settings(site, hold, names="keep"):
    site.settings(dry_run="false", reply=REPLY.replace("HOLD", hold),
                  audit='{ file = "DIR/log/audit.jsonl"; names = "%s"; }'
                        % names,
                  trust='{ keys = "file:DIR/test.keys"; '
                        'forged = "quarantine"; }',
                  users='{ domains = ( "example.net" ); learn = true; '
                        'notices = "daily"; dir = "DIR/users"; }')


def messages_of_scenarios(site):
    """Samples, and the mails that the scenarios of packs write out."""
    paths = sorted(glob.glob(os.path.join(SAMPLES, "*.eml")))
    paths = ["DIR/samples/" + os.path.basename(path) for path in paths]
    for name in sorted(glob.glob(os.path.join(PACKS, "*.scenario"))):
        with open(name, encoding="utf-8") as file:
            mails = re.findall(r"(?m)^mail .*\n((?:\|.*\n)+)", file.read())
        for n, mail in enumerate(mails):
            path = site.path("mails", "%s-%d.eml" % (
                os.path.basename(name), n))
            write(path, re.sub(r"(?m)^\| ?", "", mail))
            paths.append(path)
    with open(os.path.join(SAMPLES, INMAIL), "rb") as file:
        paths.append(write(site.path("mails", "large.eml"),
                           file.read() + b"x" * 78 * 60000))
    return paths


def decisions(site):
    """Of every message, with the samples' keys, and with none for users of
    ours only."""
    paths = messages_of_scenarios(site)
    records = []
    for keys, recipients in (("file:" + site.path("test.keys"), RECIPIENTS),
                             ("none", RECIPIENTS[:3])):
        arguments = [a for r in recipients for a in ("--rcpt", r)]
        result = site.run(
            "rsvpctl", "-c", "DIR/c.conf", "test", "--json", "--keys", keys,
            *arguments, *paths)
        made = [json.loads(line) for line in result.out.splitlines()]
        ok(result.code == 0 and len(made) == len(paths) > 100,
           "a decision on each message of the scenarios", result.err)
        records += made
    return records


def from_file(site):
    """The last one may be on its way into the file just now."""
    with open(site.path("log", "audit.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file.read().split("\n")[:-1]]


def outbox(site, state):
    return [r for r in from_file(site) if r.get("outbox") == state]


def control(site, *arguments):
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "outbox", *arguments)
    ok(result.code == 0, " ".join(("outbox",) + arguments), str(result))


def what_the_filter_writes(site):
    """Decisions and answers, as the daemon makes them of one mail each."""
    settings(site, "1h")
    if not ok(site.start(), "the filter starts", site.log()):
        return []
    site.send("Q1", INMAIL, RECIPIENTS[:3])
    site.send("Q2", "invitation-digest-2021-01.eml", RECIPIENTS[:1])
    site.send("Q3", INMAIL, RECIPIENTS[1:2])
    wait_until(lambda: len(outbox(site, "queued")) > 1 and
               outbox(site, "refused"))
    control(site, "hold", "1")
    control(site, "release", "1")
    control(site, "cancel", "--user", "bob")
    site.stop()
    # Another time: what waits is sent at once, and nobody has a name.
    settings(site, "0s", "hash")
    if not ok(site.start(), "and again", site.log()):
        return []
    site.send("Q4", "invitation-2024-10-note.eml", RECIPIENTS[1:2])
    wait_until(lambda: outbox(site, "sent"))
    lost = lose_some(site)
    site.stop()
    records = from_file(site)
    ok([r["lost"] for r in records if "lost" in r] == [lost],
       "the file says how many records are lost", str(lost))
    return records


def lose_some(site):
    """Records while there is no folder for them, more than may wait; how many
    were too many, as the log has it."""
    crowd = ["%s@%s.example.net" % ("x" * 60, ".".join(["y" * 60] * 3))] * 999
    os.rename(site.path("log"), site.path("log.away"))
    for n in range(100):
        site.put("Q1%02d" % n, recipients=["alice@example.net"] + crowd)
        if "audit record lost: too many wait" in site.log():
            break
    os.rename(site.path("log.away"), site.path("log"))
    wait_until(lambda: [r for r in from_file(site) if r.get("qid") == "Q100"])
    site.put("Q9")
    wait_until(lambda: "audit: works again; " in site.log())
    return int(re.search(r"works again; (\d+) records are lost",
                         site.log()).group(1))


# --- what is refused ---------------------------------------------------------

# name, kind of record, what is done to it
WRONG = [
    ("an unknown key", "decision", lambda r: r.update(x=1)),
    ("of a person", "decision", lambda r: r["person"].update(x="y")),
    ("of one of several people", "decision",
     lambda r: r.update(people=[{"name": "A", "x": "y"}])),
    ("of a recipient", "decision", lambda r: r["recipients"][0].update(x=1)),
    ("of a reply", "decision",
     lambda r: r["recipients"][0]["reply"].update(x=1)),
    ("of an answer", "answer", lambda r: r.update(x=1)),
    ("of lost records", "lost", lambda r: r.update(qid="Q1")),
    ("a key of another kind", "decision", lambda r: r.update(outbox="sent")),
    ("the other way", "answer", lambda r: r.update(subject="Hello")),
    ("two kinds", "answer", lambda r: r.update(lost=1)),
    ("another version", "decision", lambda r: r.update(v=2)),
    ("a version that is text", "answer", lambda r: r.update(v="1")),
    ("a time of another form", "decision",
     lambda r: r.update(time="2026-11-23 10:00:00")),
    ("a number for a text", "decision", lambda r: r.update(qid=7)),
    ("null for a text", "decision", lambda r: r.update(mid=None)),
    ("a text for a number", "decision", lambda r: r.update(us="7")),
    ("a number below 0", "decision", lambda r: r.update(us=-1)),
    ("a number with a fraction", "decision", lambda r: r.update(us=0.5)),
    ("a text for a truth", "decision", lambda r: r.update(dry_run="no")),
    ("a text for a list", "decision", lambda r: r.update(evidence="x")),
    ("a list for an object", "decision", lambda r: r.update(person=[])),
    ("an address of a person", "decision",
     lambda r: r["person"].update(email="jane@example.org")),
    ("an unknown type", "decision", lambda r: r.update(type="letter")),
    ("a reason that is none", "decision",
     lambda r: r["recipients"][0].update(why="because")),
    ("an action that is none", "decision",
     lambda r: r["recipients"][0].update(actions=["bounce"])),
    ("why there is no answer, with one", "decision",
     lambda r: r["recipients"][0].update(
         reply={"mode": "reply", "why": "no-route"})),
    ("why it is other, and is not", "decision",
     lambda r: r.update(type="inmail", why_other="no rule fits")),
    ("a text that is too long", "decision",
     lambda r: r.update(mid="x" * 1025)),
    ("an unknown state", "answer", lambda r: r.update(outbox="gone")),
    ("a job below 1", "answer", lambda r: r.update(job=0)),
    ("none lost", "lost", lambda r: r.update(lost=0)),
    ("held mail, and more", "held", lambda r: r.update(x=1)),
    ("nothing that is done", "held", lambda r: r.update(quarantine="kept")),
    ("a recipient of held mail, and more", "held",
     lambda r: r["decision"]["recipients"][0].update(known="no")),
    ("a decision on held mail, and more", "held",
     lambda r: r["decision"].update(note="none")),
    ("a number for a user", "held", lambda r: r.update(by=0)),
]
MISSING = {
    "decision": ["v", "time", "host", "qid", "mid", "client", "from_env",
                 "network", "type", "trust", "evidence", "person", "note",
                 "recipients", "applied", "dry_run", "us"],
    "answer": ["v", "time", "host", "qid", "outbox", "mode", "user",
               "template"],
    "lost": ["v", "time", "host", "lost"],
    "held": ["v", "time", "host", "qid", "quarantine", "by"],
}
# Who holds mail is an MTA: the functional tests have it.
HELD = {"v": 1, "time": "2026-11-23T10:00:00.123Z", "host": "mx",
        "qid": "4F1Q2z1", "quarantine": "released", "by": "root",
        "names": "hash", "decision": {
            "type": "invitation", "trust": "direct",
            "person": {"name": "h:1f2e3d4c5b6a7988"},
            "recipients": [{"user": "alice", "rule": "strangers"}, {}]}}
BARE = {key: HELD[key] for key in ("v", "time", "host", "qid", "quarantine",
                                   "by")}


def refuses(schema, records):
    good = {kind: next((r for r in records if kind_of(r) == kind and
                        r.get("person", r)), None) for kind in MISSING}
    for name, kind, change in WRONG:
        record = copy.deepcopy(good[kind])
        change(record)
        ok(not schema.is_valid(record), "refused: " + name,
           json.dumps(record))
    for kind, keys in MISSING.items():
        for key in keys:
            record = {k: v for k, v in good[kind].items() if k != key}
            ok(not schema.is_valid(record),
               "refused: no %s in a record of kind %s" % (key, kind))
    for record in ({}, [], "x", 7, None):
        ok(not schema.is_valid(record), "refused: %r" % (record,))


# --- what is accepted --------------------------------------------------------

# Written where a pattern, a mail or a crowd is too large: tests/unit has them.
RARE = {"pattern_errors", "people_more", "recipients_more"}


def keys_of(value, into):
    if isinstance(value, dict):
        into.update(value)
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            keys_of(one, into)
    return into


def accepts(schema, records, where):
    wrong = [(r, found) for r in records
             for found in [mistakes(schema, r)] if found]
    ok(records and not wrong, "%s: each record fits the schema" % where,
       "%d of %d\n%s" % (len(wrong), len(records), "\n".join(
           "%s\n%s" % (found, json.dumps(r)) for r, found in wrong[:3])))


def all_keys(records):
    for kind in MISSING:
        known = set()
        names = {"decision": ("decision", "person", "recipient", "reply"),
                 "held": ("held", "heldDecision", "heldPerson",
                          "heldRecipient")}
        for name in names.get(kind, (kind,)):
            known |= load()["$defs"][name]["properties"].keys()
        got = keys_of([r for r in records if kind_of(r) == kind], set())
        ok(known - got <= RARE and got <= known,
           "each key of kind %s was written" % kind,
           "%s\n%s" % (known - got, got - known))


def main():
    schema = validator()
    if schema is None:
        skip_all("no python3-jsonschema")
    site = Site()
    try:
        set_up(site)
        settings(site, "1h")
        tested = decisions(site)
        written = what_the_filter_writes(site)
    finally:
        site.remove()
    accepts(schema, tested, "rsvpctl test")
    accepts(schema, written, "the audit file")
    accepts(schema, [HELD, BARE], "held mail")
    written.append(HELD)
    ok({kind_of(r) for r in written} == set(MISSING) and
       {"queued", "refused", "held", "waiting", "cancelled", "sent"} <=
       {r.get("outbox") for r in written},
       "there are records of every kind",
       str({r.get("outbox", kind_of(r)) for r in written}))
    all_keys(tested + written)
    refuses(schema, written)
    done()


main()
