#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""policies.py - what the ready-made rules of rules/policies make of mails.

Each NAME.conf has a NAME.scenario beside it, whose head says how it is
written.  A mail is given to rsvpctl test, so to the daemon's own engine, for a
user whose rules.conf is that file.  "policies.py FILE..." takes those files,
for one's own rules.

Of those that ship it also says that each way of handling requests has one, and
that none goes too far: rows 1 to 21 are the ways that people told of.
"""
import glob
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import (PACKS, RSVPCTL, SAMPLES, TEMPLATES, TEST_KEYS, TOP, done, ok,
                 run, write)

MOST_LINES = 25  # of a file that somebody begins with
MOST_WORDS = 80  # of a template
ROWS = range(1, 22)


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def read_text(path):
    return read_bytes(path).decode("utf-8")


def other_network():
    """The pack of rsvp-packs(5): a network that nobody has heard of."""
    page = read_text(os.path.join(TOP, "milter", "man", "rsvp-packs.5"))
    return re.search(r'(?ms)^\.\\" file kites\.conf\n\.Bd -literal\n(.*?)^\.Ed',
                     page).group(1).replace("\\e", "\\").replace("\\&", "")


class Scenario:
    def __init__(self, kind, what):
        self.what, self.mail = what, b""
        self.contacts, self.before, self.want = [], [], {}
        self.seen, self.near, self.options = 1, None, ["--keys", "none"]
        if kind == "sample":
            self.mail = read_bytes(os.path.join(SAMPLES, what))

    def name(self):
        return "".join(
            [self.what] +
            [", seen %d times" % self.seen] * (self.seen > 1) +
            [", " + what for what in self.before + self.contacts] +
            [", " + option for option in self.options[2:]] +
            [", checked"] * (self.options[1] != "none"))

    def mails(self):
        """As many mails of this person, the last one as it is."""
        for name in self.before:
            yield read_bytes(os.path.join(SAMPLES, name))
        for number in range(self.seen - len(self.before) - 1):
            yield re.sub(rb"(?im)^(message-id:\s*<)", rb"\g<1>%d." % number,
                         b"X-Copy: %d\n%s" % (number, self.mail))
        yield self.mail


    def add(self, word, rest):
        """A line of the file that is about this mail; False: no such word."""
        if word == "|":
            self.mail += rest.encode() + b"\n"
        elif word == "contacts":
            self.contacts.append(rest)
        elif word == "seen":
            self.seen = int(rest)
        elif word == "before":
            self.before.append(rest)
            self.seen = len(self.before) + 1
        elif word == "recipient":
            self.options += ["--rcpt", rest]
        elif word == "checked":
            self.options[1] = TEST_KEYS
        elif word == "near":
            self.near = rest
        elif word == "want" and rest.partition(" ")[0] in ("rule", "actions"):
            field, _, self.want[field] = rest.partition(" ")
        else:
            return False
        return True


def read_scenarios(path):
    """The rows that the file is about, and its mails."""
    rows, scenarios = [], []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        word, _, rest = line.partition(" ")
        if word in ("sample", "mail"):
            scenarios.append(Scenario(word, rest))
        elif word == "row":
            rows.append(int(rest))
        elif word and not word.startswith("#") and not (
                scenarios and scenarios[-1].add(word, rest)):
            sys.exit("%s:%d: %s: what is that?" % (path, number, word))
    return rows, scenarios


class User:
    """The only user of a site, in a folder."""

    def __init__(self, folder, policy):
        self.folder = folder
        packs = os.path.join(folder, "packs")
        self.settings = write(
            os.path.join(folder, "c.conf"),
            'users = { domains = ( "example.net" ); dir = "%s/users"; };\n'
            'packs = "%s"; templates = "%s";\n' % (folder, packs, TEMPLATES))
        for path in glob.glob(os.path.join(PACKS, "*.conf")):
            write(os.path.join(packs, os.path.basename(path)),
                  read_bytes(path))
        write(os.path.join(packs, "kites.conf"), other_network())
        self.write("rules.conf", read_bytes(policy))

    def write(self, name, text):
        write(os.path.join(self.folder, "users", "you", name), text)

    def run(self, options, paths, contacts=()):
        self.write("contacts.txt", "\n".join(contacts) + "\n")
        return run(RSVPCTL, "-c", self.settings, "test", "--user", "you",
                   *options, *paths)

    def test(self, scenario, *options):
        paths = [write(os.path.join(self.folder, "mail%d" % number), mail)
                 for number, mail in enumerate(scenario.mails())]
        return self.run([*scenario.options, *options], paths,
                        scenario.contacts)

    def decision(self, scenario):
        """(rule, actions, how often seen), and the record."""
        result = self.test(scenario, "--json")
        try:
            got = json.loads(result.out.splitlines()[-1])["recipients"][0]
        except (IndexError, ValueError):
            return None, str(result)
        if got["why"] not in ("rule", "no-rule", "never-held", "no-network"):
            return None, self.test(scenario).out
        return (got["rule"] or "-", ", ".join(got["actions"]) or "none",
                got.get("seen") or scenario.seen), str(got)

    def rules(self, scenario):
        """The names of all rules, from the trace of a mail none matches."""
        return re.findall(r"(?m)^ +tried +line \d+ (.*): no, because of",
                          self.test(scenario, "--trace").out)


def check_scenarios(name, user, scenarios):
    decided, unmatched, near = set(), None, set()
    for scenario in scenarios:
        want = (scenario.want.get("rule"), scenario.want.get("actions"),
                scenario.seen)
        got, details = user.decision(scenario)
        ok(got == want, "%s: %s" % (name, scenario.name()),
           "want %s\ngot  %s\n%s" % (want, got, details))
        if scenario.near is not None:
            near.add(scenario.near)
            ok(got is not None and got[0] != scenario.near, "%s: %s, near %s"
               % (name, scenario.name(), scenario.near), details)
        if got is not None and got[0] == "-" and got[1] != "none":
            unmatched = scenario
        elif got is not None:
            decided.add(got[0])
    if ok(unmatched is not None, name + ": some mail matches no rule"):
        rules = user.rules(unmatched)
        ok(rules and set(rules) == decided - {"-"},
           name + ": every rule decides about some mail",
           "rules %s\ndecided %s" % (rules, sorted(decided)))
        ok(near and near <= set(rules),
           name + ": some mail nearly matches a rule", str(sorted(near)))


def check_policy(path, folder):
    """The rows that it is for."""
    name = os.path.basename(path)
    lines = read_text(path).splitlines()
    ok(len(lines) <= MOST_LINES, "%s is short enough to begin with" % name,
       "%d lines" % len(lines))
    ok(re.match(r"# [A-Z].{5,70}\.$", lines[0]), name + " says what it is for",
       lines[0])
    scenarios = path[:-len(".conf")] + ".scenario"
    if not ok(os.path.exists(scenarios), "%s has a scenario" % name):
        return []
    rows, scenarios = read_scenarios(scenarios)
    user = User(folder, path)
    check_scenarios(name, user, scenarios)
    check_never(name, user)
    return rows


# --- What ships must not go too far --------------------------------------------

def check_never(name, user):
    """Every sample, at a site that checks nothing and at one that finds no
    signature."""
    samples = sorted(glob.glob(os.path.join(SAMPLES, "*.eml")))
    bad = []
    for keys in ("none", TEST_KEYS):
        result = user.run(["--keys", keys, "--json"], samples)
        records = [json.loads(line) for line in result.out.splitlines()]
        ok(len(records) == len(samples),
           "%s: every sample has a record, keys %s" % (name, keys),
           result.err)
        bad += [(sample, got) for sample, record in zip(samples, records)
                for got in record["recipients"] if goes_too_far(record, got)]
    ok(not bad, name + ": no security mail is moved, no stranger answered "
       "without an address", "\n".join(map(str, bad)))


def goes_too_far(record, got):
    kinds = {action.partition(":")[0] for action in got["actions"]}
    if record["type"] == "security":
        return kinds & {"quarantine", "file", "draft", "reply"}
    if record["network"] is None:
        return "quarantine" in kinds and record["trust"] != "forged"
    return "reply" in kinds and record["type"] not in ("inmail", "message")


def actions_of(policies, kind):
    return {name for path in policies
            for name in re.findall(r'"%s:([a-z0-9-]+)"' % kind,
                                   read_text(path))}


def check_templates(policies):
    replies, drafts = (actions_of(policies, kind)
                       for kind in ("reply", "draft"))
    for path in sorted(glob.glob(os.path.join(TEMPLATES, "*.txt"))):
        name = os.path.basename(path)[:-len(".txt")]
        text = read_text(path)
        ok((name in replies) != (name in drafts),
           "template %s is sent, or proposed, by some policy" % name)
        ok(("automatically" in text) == (name in replies),
           "template %s: what is sent by itself says so" % name)
        ok(len(text.split()) <= MOST_WORDS and "{owner}" in text and
           "{given|" in text and text.startswith("Subject: "),
           "template %s is short, greets and is signed" % name, text)


OWN = sys.argv[1:]
FILES = OWN or sorted(glob.glob(
    os.path.join(TOP, "rules", "policies", "*.conf")))
ok(bool(FILES), "there are ready-made rules")
SERVED = set()
for FILE in FILES:
    with tempfile.TemporaryDirectory() as FOLDER:
        FOUND = check_policy(FILE, FOLDER)
        ok(OWN or FOUND, os.path.basename(FILE) + " is for some row")
        SERVED.update(FOUND)
if not OWN:
    for ROW in ROWS:
        ok(ROW in SERVED, "row %d has a policy" % ROW)
    check_templates(FILES)
done()
