#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""replay.py - "rsvpctl replay": over records of generated requests it names
exactly those that a changed rule changes, as a second reading of the rules in
this file has it; and what the engine itself records, it decides alike.

RSVP_REPLAY says how many requests are generated.
"""
import datetime
import glob
import json
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import Site
from tap import SAMPLES, done, ok, write

REQUESTS = int(os.environ.get("RSVP_REPLAY", "10000"))
USAGE, DATAERR, NOINPUT = 64, 65, 66
BEGIN = datetime.datetime(2026, 11, 1, tzinfo=datetime.timezone.utc)
USERS = ["user%d" % n for n in range(20)]
GIVEN = ["Anna", "Ivan", "Wei", "Tom", "Zoe", "Femi", "Ulla", "Noor"]
FAMILY = ["Example", "Garcia", "Smith", "Roe", "Quill", "Berg", "Osei"]
CONTACTS = ("Anna Example @close\n"
            "Wei Smith @work @close\n"
            "Tom Roe\n"
            "https://www.linkedin.com/in/person-7 Somebody Else @work\n")
BY_NAME = {"Anna Example": {"close"}, "Wei Smith": {"work", "close"},
           "Tom Roe": set()}
MY = ('my = { companies = ( "Widgets" ); groups = ( "Old Friends" ); '
      'interests = ( "sailing" ); };\n')

# name, when, do.  A condition is a word, a list, or text.
OLD = [
    ("close", {"group": "close", "type": ["invitation", "message"]},
     ["deliver", "tag:Close"]),
    ("forged", {"trust": "forged"}, ["tag:Forged"]),
    ("mine", {"my_company": True, "note": "personal"}, ["tag:Mine"]),
    ("sailors", {"my_interest": True}, ["file:Sailing, and more"]),
    ("friends", {"my_group": True}, ["tag:Friends"]),
    ("asked before", {"seen": ">=3", "known": "no"}, ["quarantine"]),
    ("urgent", {"subject": "urgent", "type": "inmail"}, ["tag:Urgent"]),
    ("old", {"age_days": ">30", "type": "invitation-reminder"},
     ["quarantine"]),
    ("written to", {"learned": True}, ["tag:Known", "file:People"]),
    ("recruiters", {"headline": "Recruiter", "mutual": "<3"},
     ["tag:Recruiter", "file:LinkedIn/Recruiters"]),
    ("route", {"has_route": True, "type": "message", "lang": "pt"},
     ["tag:Route"]),
    ("note", {"note_text": "money", "note": ["personal", "none"],
              "recipient": "user1@"}, ["tag:Money"]),
    ("strangers", {"known": "no", "type": "invitation"}, ["quarantine"]),
    ("named", {"name": "^A", "network": "linkedin"}, ["tag:A"]),
]
# The same but for one: its conditions, and what it does.
CHANGED = [(name, {"headline": "Recruiter|Talent", "mutual": "<10"}
            if name == "recruiters" else when,
            ["tag:Recruiter"] if name == "recruiters" else do)
           for name, when, do in OLD]
# Another change, of what the samples are about.
WIDER = [(name, {"known": "no", "type": ["invitation", "message", "job"]}
          if name == "strangers" else when, do) for name, when, do in OLD]


def value_of(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[ %s ]" % ", ".join(value_of(v) for v in value)
    return '"%s"' % value


def rules_conf(rules):
    lines = ["  { name = %s; when = { %s }; do = %s; }" % (
        value_of(name), " ".join("%s = %s;" % (k, value_of(v))
                                 for k, v in when.items()), value_of(do))
             for name, when, do in rules]
    return 'contacts = ( "contacts.txt" );\n' + MY + \
        "rules = (\n%s\n);\n" % ",\n".join(lines)


# --- the rules read by somebody else ---------------------------------------

def number_fits(want, got):
    if got is None:
        return False
    sign, number = re.match(r"([<>=]*)(\d+)$", want).groups()
    number = int(number)
    return {">=": got >= number, ">": got > number, "<": got < number,
            "<=": got <= number}.get(sign, got == number)


def fits(name, want, q):
    """True, False, or None where the record does not tell."""
    words = want if isinstance(want, list) else [want]
    if name in ("subject", "note_text"):
        told = name == "note_text" and q["note"] == "none"
        return False if told else None
    if name in ("my_company", "my_interest"):
        words = {"my_company": "Widgets", "my_interest": "sailing"}[name]
        if re.search(r"(?i)\b%s\b" % words,
                     q["company"] + "\n" + q["headline"]):
            return want is True
        if q["note"] == "personal":
            return None
        return want is False and bool(q["company"] + q["headline"])
    if name == "my_group":
        return bool(q["group"]) and (q["group"] == "Old Friends") == want
    if name == "known":
        return q["known"] == want or (want == "name" and q["known"] != "no")
    if name == "group":
        return want in q["groups"]
    if name == "trust":
        return q["trust"] == want
    if name in ("seen", "mutual", "age_days"):
        return number_fits(want, q[name])
    if name in ("has_route", "learned"):
        return q[name] == want
    if name in ("headline", "name", "recipient"):
        return bool(q[name]) and re.search(want, q[name]) is not None
    return q[name] in words


def decide(rules, q):
    """Rule, actions, and the condition nobody can tell of."""
    for name, when, do in rules:
        answers = [(fits(k, v, q), k) for k, v in when.items()]
        if any(answer is False for answer, _ in answers):
            continue
        unknown = [k for answer, k in answers if answer is None]
        return name, do, unknown[0] if unknown else None
    return None, ["deliver"], None


# --- requests ----------------------------------------------------------------

def request(n, rand):
    name = "%s %s" % (rand.choice(GIVEN), rand.choice(FAMILY))
    profile = rand.choice(["", "person-%d" % rand.randrange(40)])
    known, groups = "no", set()
    if name in BY_NAME:
        known, groups = "name", set(BY_NAME[name])
    if profile == "person-7":
        known, groups = "profile", groups | {"work"}
    return {
        "name": name, "profile": profile, "known": known, "groups": groups,
        "user": rand.choice(USERS), "network": "linkedin",
        "type": rand.choice(["invitation"] * 4 + [
            "message", "inmail", "invitation-reminder", "security"]),
        "trust": rand.choice(["direct"] * 8 + ["forged", "claimed"]),
        "note": rand.choice(["none", "none", "boilerplate", "personal"]),
        "headline": rand.choice(["", "Baker", "Recruiter at X", "Talent scout",
                                 "Sailing for a living"]),
        "company": rand.choice(["", "Widgets Ltd", "Example", "Acme"]),
        "group": rand.choice(["", "", "Old Friends", "New Friends"]),
        "mutual": rand.choice([None, 0, 2, 3, 9, 10, 40]),
        "seen": rand.choice([0, 1, 2, 3, 4]),
        "age_days": rand.choice([None, 0, 29, 30, 31, 90]),
        "lang": rand.choice(["en", "pt", "de"]),
        "has_route": rand.random() < 0.5,
        "learned": rand.choice([None, True, False, False]),
    }


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + ".%03dZ" % (
        moment.microsecond // 1000)


def record(n, q, rule, actions):
    when = BEGIN + datetime.timedelta(seconds=n)
    person = {k: q[k] for k in ("name", "headline", "company", "profile")
              if q[k]}
    recipient = {"rcpt": q["user"] + "@example.net", "user": q["user"],
                 "known": q["known"]}
    if q["learned"] is not None:
        recipient["learned"] = q["learned"]
    if q["seen"]:
        recipient["seen"] = q["seen"]
    held = q["type"] == "security" and "quarantine" in actions
    recipient.update({
        "rule": rule, "why": "no-rule" if rule is None else
        "never-held" if held else "rule", "actions": actions,
        "reply": {"mode": "none"}})
    out = {"v": 1, "time": stamp(when), "host": "mx1", "qid": "Q%d" % n,
           "mid": "<%d@example.com>" % n, "network": q["network"],
           "type": q["type"], "lang": q["lang"], "trust": q["trust"],
           "evidence": ["linkedin/x"], "person": person, "note": q["note"],
           "route": q["has_route"], "recipients": [recipient],
           "applied": [], "dry_run": False, "us": 100}
    if q["group"]:
        out["group"] = q["group"]
    if q["mutual"] is not None:
        out["mutual"] = q["mutual"]
    if q["age_days"] is not None:
        out["made"] = stamp(when - datetime.timedelta(days=q["age_days"],
                                                      hours=1))
    return out


def plan(rules, q):
    """What is written down: security mail is never held."""
    rule, actions, unknown = decide(rules, q)
    if q["type"] == "security" and "quarantine" in actions:
        actions = [a for a in actions if a != "quarantine"] or ["deliver"]
    return rule, actions, unknown


def generate(path):
    """Records as the old rules made them; what each would be by the changed
    ones.  Where the record does not tell, the filter saw that it did not
    match: the rule behind it decided."""
    rand = random.Random(6)
    want = {}
    with open(path, "w", encoding="utf-8") as file:
        for n in range(REQUESTS):
            q = request(n, rand)
            q["recipient"] = q["user"] + "@example.net"
            rule, actions, unknown = plan(OLD, q)
            rules = OLD
            while unknown is not None:
                rules = [r for r in rules if r[0] != rule]
                rule, actions, unknown = plan(rules, q)
            file.write(json.dumps(record(n, q, rule, actions)) + "\n")
            now = plan(CHANGED, q)
            if now[2] is not None:
                want["Q%d" % n] = ("cannot_tell", now[0], now[2])
            elif now[:2] != (rule, actions):
                want["Q%d" % n] = ("differ", (rule, actions), now[:2])
    return want


# --- what replay says --------------------------------------------------------

def replay(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "replay", *arguments, **how)


def lines(result):
    """What is listed, by queue id, and the object at the end."""
    got, last = {}, {}
    for line in result.out.splitlines():
        one = json.loads(line)
        if "fate" not in one:
            last = one
        elif one["fate"] == "cannot_tell":
            got[one["qid"]] = ("cannot_tell", one["rule"], one["condition"])
        else:
            got[one["qid"]] = tuple(
                [one["fate"]] + [(one[k]["rule"], one[k]["actions"])
                                 for k in ("was", "now")])
    return got, last


def write_users(site, folder, rules):
    for user in USERS:
        write(site.path(folder, user, "rules.conf"), rules_conf(rules))
        write(site.path(folder, user, "contacts.txt"), CONTACTS)


def finds_what_a_changed_rule_changes(site):
    want = generate(site.path("log", "many.jsonl"))
    differ = sum(w[0] == "differ" for w in want.values())
    began = time.monotonic()
    result = replay(site, "--json", "--all", "--with", "DIR/changed",
                    "DIR/log/many.jsonl")
    took = time.monotonic() - began
    got, last = lines(result)
    wrong = [(k, want.get(k), got.get(k)) for k in want.keys() | got.keys()
             if want.get(k) != got.get(k)]
    ok(result.code == 0 and not wrong and differ > REQUESTS / 100 and
       len(want) - differ > REQUESTS / 100,
       "exactly the changed ones of many are named",
       "%s\n%d wrong, differ %d, of %d" % (wrong[:5], len(wrong), differ,
                                           len(want)) + result.err)
    ok(last.get("differ") == differ and
       last.get("cannot_tell") == len(want) - differ and
       last.get("same") == REQUESTS - len(want) and
       sum(c["count"] for c in last["changes"]) == differ and
       sum(c["count"] for c in last["unknown"]) == len(want) - differ,
       "and counted", json.dumps(last)[:2000])
    print("# %d requests, %d differ, %d cannot be told, %.2f s" % (
        REQUESTS, differ, len(want) - differ, took))


def finds_nothing_where_nothing_changed(site):
    result = replay(site, "--json", "--all", "DIR/log/many.jsonl")
    got, last = lines(result)
    ok(result.code == 0 and last.get("differ") == 0 and
       all(g[0] == "cannot_tell" for g in got.values()) and
       last["same"] + last["cannot_tell"] == REQUESTS,
       "the rules that decided decide alike", result.out[-2000:] + result.err)


def the_engine_agrees(site):
    """Records of the engine itself, and what it decides by other rules."""
    names = sorted(glob.glob(os.path.join(SAMPLES, "*.eml")))
    paths = ["DIR/samples/" + os.path.basename(name) for name in names]
    records, decided = [], []
    for folder, into in (("users", records), ("wider", decided)):
        write(site.path(folder + ".conf"), site.conf.replace(
            site.path("users"), site.path(folder)))
        result = site.run("rsvpctl", "-c", "DIR/%s.conf" % folder, "test",
                          "--json", "--keys", "none", "--rcpt",
                          "user1@example.net", *paths)
        into += [json.loads(line) for line in result.out.splitlines()]
    for n, one in enumerate(records):
        one["qid"] = "S%d" % n
    write(site.path("log", "engine.jsonl"),
          "".join(json.dumps(one) + "\n" for one in records))
    want = {}
    for n, (was, now) in enumerate(zip(records, decided)):
        was, now = ((r["recipients"][0]["rule"], r["recipients"][0]["actions"])
                    for r in (was, now))
        if was != now:
            want["S%d" % n] = ("differ", was, now)
    result = replay(site, "--json", "--all", "--with", "DIR/wider",
                    "DIR/log/engine.jsonl")
    got, _ = lines(result)
    unknown = {k for k, g in got.items() if g[0] == "cannot_tell"}
    wrong = [(k, want.get(k), got.get(k)) for k in want.keys() | got.keys()
             if want.get(k) != got.get(k) and k not in unknown]
    ok(result.code == 0 and len(records) == len(decided) == len(paths) and
       not wrong and len(want.keys() - unknown) > 5 and
       len(unknown) < len(paths) / 4,
       "the engine decides on all samples as replay says",
       "%s\n%d wrong, %d want, %d unknown of %d\n%s" % (
           wrong[:5], len(wrong), len(want), len(unknown), len(paths),
           result.err))


# --- single records ----------------------------------------------------------

def one_record(**changes):
    q = {"name": "Ulla Berg", "profile": "", "known": "no", "headline": "",
         "company": "", "user": "user1", "network": "linkedin",
         "type": "invitation", "trust": "direct", "note": "none", "group": "",
         "mutual": None, "seen": 1, "age_days": None, "lang": "en",
         "has_route": False, "learned": None}
    rule, actions = changes.pop("rule", None), changes.pop("actions",
                                                           ["deliver"])
    of_record = changes.pop("record", {})
    of_recipient = changes.pop("recipient", {})
    of_person = changes.pop("person", {})
    q.update(changes)
    out = record(1, q, rule, actions)
    out.update(of_record)
    out["person"].update(of_person)
    out["recipients"][0].update(of_recipient)
    return {k: v for k, v in out.items() if v != "-"}


STRANGER = 'rules = ({ name = "r"; when = { known = "no"; type = ' \
    '"invitation"; }; do = "quarantine"; });'
ROUTE = 'rules = ({ name = "r"; when = { has_route = true; }; do = "tag:R"; });'
LEARNED = 'rules = ({ name = "r"; when = { learned = true; }; do = "tag:R"; });'
GROUP = 'contacts = ( "contacts.txt" ); rules = ({ name = "r"; when = { ' \
    'group = "work"; }; do = "tag:R"; });'
CONTACT = 'contacts = ( "contacts.txt" );' + STRANGER

# name, rules, record, options, fate, condition that is not told
SINGLE = [
    ("a rule now matches", STRANGER, {}, (), "differ", None),
    ("the same as recorded", STRANGER,
     {"rule": "r", "actions": ["quarantine"]}, (), "same", None),
    ("the same rule does something else", STRANGER,
     {"rule": "r", "actions": ["tag:X"]}, (), "differ", None),
    ("another rule does the same", STRANGER,
     {"rule": "s", "actions": ["quarantine"]}, (), "differ", None),
    ("who is known now is looked up now", CONTACT,
     {"name": "Tom Roe", "rule": "r", "actions": ["quarantine"]}, (),
     "differ", None),
    ("unless it is to be kept", CONTACT,
     {"name": "Tom Roe", "rule": "r", "actions": ["quarantine"]},
     ("--keep-known",), "same", None),
    ("a group is looked up now", GROUP, {"name": "Wei Smith"}, (), "differ",
     None),
    ("or kept", GROUP,
     {"name": "Wei Smith", "recipient": {"groups": "@close"}},
     ("--keep-known",), "same", None),
    ("a group that was", GROUP, {"recipient": {"groups": "@x @Work"}},
     ("--keep-known",), "differ", None),
    ("nobody was looked up then", STRANGER,
     {"recipient": {"why": "tag-only", "actions": []}}, ("--keep-known",),
     "cannot_tell", "known"),
    ("but is now", STRANGER,
     {"recipient": {"why": "tag-only", "actions": []}}, (), "differ", None),
    ("an address that is not recorded may be known", CONTACT,
     {"person": {"email": True}}, (), "cannot_tell", "known"),
    ("it adds nothing where the profile is known", CONTACT,
     {"person": {"email": True, "profile": "person-7"}}, (), "same", None),
    ("but perhaps a group", GROUP,
     {"person": {"email": True, "profile": "person-7"}}, (), "cannot_tell",
     "group"),
    ("an older record of one known by the address", CONTACT,
     {"recipient": {"known": "email", "known_by": "email,name"},
      "record": {"route": "-"}}, (), "cannot_tell", "known"),
    ("people who are not in the record", CONTACT,
     {"record": {"people": [{"name": "A B"}], "people_more": 1}}, (),
     "cannot_tell", "known"),
    ("the best known of all people", CONTACT,
     {"rule": "r", "actions": ["quarantine"],
      "record": {"people": [{"name": "A B"}, {"name": "Tom Roe"}]}}, (),
     "differ", None),
    ("a record that does not tell of the route", ROUTE,
     {"record": {"route": "-"}}, (), "cannot_tell", "has_route"),
    ("one that tells that there is none", ROUTE, {}, (), "same", None),
    ("an older record does not tell whom the user wrote to", LEARNED,
     {"record": {"route": "-"}}, (), "cannot_tell", "learned"),
    ("unless the user did", LEARNED,
     {"record": {"route": "-"}, "recipient": {"known_by": "name,learned"}}, (),
     "differ", None),
    ("where nobody could tell, neither holds", LEARNED, {}, (), "same", None),
    ("a recipient who is nobody's", STRANGER,
     {"recipient": {"user": None, "why": "no-user"}}, (), "no_user", None),
    ("mail of no network", STRANGER,
     {"recipient": {"why": "no-network"}}, (), "no_network", None),
    ("a type of the future", STRANGER, {"type": "summons"}, (), "unreadable",
     None),
    ("a user who would be another folder", STRANGER, {"user": "../users"}, (),
     "no_folder", None),
    ("a user who is not among the others", STRANGER, {"user": "user2"}, (),
     "no_folder", None),
    ("security mail is never held", 'rules = ({ name = "r"; when = { type = '
     '"security"; }; do = "quarantine"; });', {"type": "security"}, (),
     "differ", None),
    ("rules with a mistake", "rules = (", {}, (), "mistaken", None),
]


def single_records(site):
    for name, rules, changes, options, fate, condition in SINGLE:
        write(site.path("one", "user1", "rules.conf"), rules)
        write(site.path("one", "user1", "contacts.txt"), CONTACTS)
        changes = dict(changes)
        line = json.dumps(one_record(**changes))
        result = replay(site, "--json", "--with", "DIR/one", *options, "-",
                        stdin=line.encode())
        _, last = lines(result)
        got = {k for k, v in last.items() if isinstance(v, int) and v}
        ok(got == {fate} and
           result.code == (DATAERR if fate == "mistaken" else 0) and
           (condition is None or
            last["unknown"][0]["condition"] == condition), name,
           "%s\n%s" % (line, result))


# --- messages ----------------------------------------------------------------

def test_of(site, folder, paths):
    """What "rsvpctl test" says: rule and actions of each Message-ID."""
    result = site.run("rsvpctl", "-c", "DIR/%s.conf" % folder, "test",
                      "--json", "--keys", "none", "--rcpt",
                      "user1@example.net", *paths)
    got = {}
    for line in result.out.splitlines():
        one = json.loads(line)
        to = one["recipients"][0]
        got[one["mid"]] = (to["rule"], to["actions"])
    return got, result.out


def listed(result):
    got, last = {}, {}
    for line in result.out.splitlines():
        one = json.loads(line)
        if "fate" in one:
            got[one["mid"]] = tuple((one[k]["rule"], one[k]["actions"])
                                    for k in ("was", "now"))
        else:
            last = one
    return got, last


MAIL = ("--json", "--all", "--mail", "--keys", "none", "--rcpt",
        "user1@example.net")


def messages(site):
    """The same messages in four forms, and as they were recorded."""
    names = ["invitation-2016-05.eml", "message-2025-05.eml",
             "inmail-2026-02-full.eml", "job-2024-05-alert.eml",
             "invitation-2024-10-note.eml", "security-2023-10-sign-in-link.eml",
             "not-ordinary.eml"]
    box = b""
    for n, name in enumerate(names):
        with open(os.path.join(SAMPLES, name), "rb") as file:
            octets = file.read()
        octets += b"\nFrom the beginning.\n>From the middle.\n"
        write(site.path("folder", name), octets)
        write(site.path("maildir", "new" if n % 2 else "cur", name), octets)
        box += b"From x@example.com Mon Nov 23 10:00:00 2026\n" + \
            re.sub(rb"(?m)^(>*From )", rb">\1", octets) + b"\n"
    write(site.path("mbox"), box)
    write(site.path("folder", "below", "x"), b"Subject: not read\n\n")
    write(site.path("folder", ".hidden"), b"Subject: not read\n\n")
    for folder in ("users", "wider"):
        write(site.path(folder + ".conf"), site.conf.replace(
            site.path("users"), site.path(folder)))
    paths = ["DIR/folder/" + name for name in names]
    was, records = test_of(site, "users", paths)
    now, _ = test_of(site, "wider", paths)
    want = {mid: (was[mid], now[mid]) for mid in was if was[mid] != now[mid]}
    for name, files in (("files", paths), ("a folder", ["DIR/folder"]),
                        ("a Maildir", ["DIR/maildir"]),
                        ("an mbox", ["DIR/mbox"])):
        result = replay(site, *MAIL, "--with", "DIR/wider", *files)
        got, last = listed(result)
        ok(result.code == 0 and got == want and len(want) > 1 and
           last["differ"] == len(want) and last["no_network"] == 1 and
           last["same"] == len(names) - 1 - len(want),
           "messages: " + name, "%s\n%s" % (want, result))
    write(site.path("log", "mail.jsonl"), "".join(
        line + "\n" for line in records.splitlines()
        if "not-ordinary" not in line)[:-1])
    for folder, differ in (("users", {}), ("wider", want)):
        result = site.run("rsvpctl", "-c", "DIR/%s.conf" % folder, "replay",
                          *MAIL, "--audit", "DIR/log/mail.jsonl", "DIR/mbox",
                          "DIR/folder")
        got, last = listed(result)
        ok(result.code == 0 and got == differ and
           last["differ"] == len(differ) and
           last["same"] == len(names) - len(differ),
           "messages and what was recorded: " + folder, str(result))
    result = replay(site, *MAIL, "--audit", "-", "DIR/folder")
    got, last = listed(result)
    ok(result.code == 0 and last["no_record"] == len(names),
       "messages that no record is of", str(result))
    for arguments in (("--mail",), ("--mail", "--type", "invitation", "x"),
                      ("--rcpt", "a@example.net", "x"),
                      ("--mail", "--keep-known", "x"),
                      ("--mail", "--with", "DIR/wider", "--audit", "x", "x")):
        result = replay(site, *arguments)
        ok(result.code == USAGE and result.out == "",
           "refused: " + " ".join(arguments), str(result))


def other_ways(site):
    line = json.dumps(one_record(person={"name": "Ev\x1bil"}))
    write(site.path("new.conf"), STRANGER)
    result = replay(site, "--with", "DIR/new.conf", "--user", "user1", "-",
                    stdin=line.encode())
    ok(result.code == 0 and
       '1  (no-rule): deliver -> "r": quarantine\n' in result.out and
       "\x1b" not in result.out and "Q1" in result.out and
       "1  would differ\n" in result.out, "a rules.conf of one user",
       str(result))
    result = replay(site, "--all", "--with", "DIR/new.conf", "--user",
                    "user1", "-", stdin=line.encode())
    ok(result.code == 0 and result.out.startswith(
        "2026-11-01T00:00:01 Q1 "), "all are listed", str(result))
    result = replay(site, "--with", "DIR/new.conf", "-", stdin=b"")
    ok(result.code == USAGE and "--user" in result.err,
       "a rules.conf of nobody", str(result))
    write(site.path("bad.conf"), "rules = (")
    result = replay(site, "--with", "DIR/bad.conf", "--user", "user1", "-",
                    stdin=line.encode())
    ok(result.code == DATAERR and result.out == "" and
       "bad.conf" in result.err, "one with a mistake", str(result))
    result = replay(site, "--with", "DIR/new.conf", "--user", "user1",
                    "--since", "2026-11-02", "-", stdin=line.encode())
    ok(result.code == 0 and "0  as recorded" in result.out and
       "0  would differ" in result.out, "a period without records",
       str(result))
    result = replay(site, "DIR/log/none.jsonl")
    ok(result.code == NOINPUT and result.out == "", "no such file",
       str(result))


def main():
    site = Site()
    try:
        write_users(site, "users", OLD)
        write_users(site, "changed", CHANGED)
        write_users(site, "wider", WIDER)
        site.settle()
        with open(site.path("c.conf"), encoding="utf-8") as file:
            site.conf = file.read()
        finds_what_a_changed_rule_changes(site)
        finds_nothing_where_nothing_changed(site)
        the_engine_agrees(site)
        single_records(site)
        messages(site)
        other_ways(site)
    finally:
        site.remove()
    done()


main()
