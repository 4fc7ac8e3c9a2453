#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""policies.py - what the ready-made rules of rules/policies make of mails.

Each NAME.conf has a NAME.scenario beside it, whose head says how it is
written.  A mail is given to rsvpctl test, so to the daemon's own engine, for a
user whose rules.conf is that file.  "policies.py FILE..." takes those files,
for one's own rules.
"""
import glob
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import (PACKS, RSVPCTL, SAMPLES, TEMPLATES, TOP, done, ok, run,
                 write)

MOST_LINES = 25  # of a file that somebody begins with


class Scenario:
    def __init__(self, kind, what):
        self.what, self.mail = what, b""
        self.contacts, self.seen, self.want = [], 1, {}
        if kind == "sample":
            with open(os.path.join(SAMPLES, what), "rb") as file:
                self.mail = file.read()

    def name(self):
        return self.what + (", seen %d times" % self.seen
                            if self.seen > 1 else "") + "".join(
            ", " + contact for contact in self.contacts)

    def copies(self):
        """As many mails of this person, the last one as it is."""
        for number in range(self.seen - 1):
            yield re.sub(rb"(?im)^(message-id:\s*<)", rb"\g<1>%d." % number,
                         b"X-Copy: %d\n%s" % (number, self.mail))
        yield self.mail


def read_scenarios(path):
    scenarios = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            word, _, rest = line.rstrip("\n").partition(" ")
            if word in ("sample", "mail"):
                scenarios.append(Scenario(word, rest))
            elif word == "|":
                scenarios[-1].mail += rest.encode() + b"\n"
            elif word == "contacts":
                scenarios[-1].contacts.append(rest)
            elif word == "seen":
                scenarios[-1].seen = int(rest)
            elif word == "want":
                field, _, value = rest.partition(" ")
                if field not in ("rule", "actions"):
                    sys.exit("%s:%d: want what?" % (path, number))
                scenarios[-1].want[field] = value
            elif word and not word.startswith("#"):
                sys.exit("%s:%d: unknown word %s" % (path, number, word))
    return scenarios


class User:
    """The only user of a site, in a folder."""

    def __init__(self, folder, policy):
        self.folder = folder
        self.settings = write(
            os.path.join(folder, "c.conf"),
            'users = { domains = ( "example.net" ); dir = "%s/users"; };\n'
            'packs = "%s"; templates = "%s";\n' % (folder, PACKS, TEMPLATES))
        with open(policy, encoding="utf-8") as file:
            self.write("rules.conf", file.read())

    def write(self, name, text):
        write(os.path.join(self.folder, "users", "you", name), text)

    def test(self, scenario, *options):
        self.write("contacts.txt", "\n".join(scenario.contacts) + "\n")
        paths = [write(os.path.join(self.folder, "mail%d" % number), mail)
                 for number, mail in enumerate(scenario.copies())]
        return run(RSVPCTL, "-c", self.settings, "test", "--keys", "none",
                   "--user", "you", *options, *paths)

    def decision(self, scenario):
        """(rule, actions, how often seen), and the record."""
        result = self.test(scenario, "--json")
        try:
            got = json.loads(result.out.splitlines()[-1])["recipients"][0]
        except (IndexError, ValueError):
            return None, str(result)
        if got["why"] not in ("rule", "no-rule", "never-held"):
            return None, self.test(scenario).out
        return (got["rule"] or "-", ", ".join(got["actions"]),
                got.get("seen", scenario.seen)), str(got)

    def rules(self, scenario):
        """The names of all rules, from the trace of a mail none matches."""
        return re.findall(r"(?m)^ +tried +line \d+ (.*): no, because of",
                          self.test(scenario, "--trace").out)


def check_policy(path, folder):
    name = os.path.basename(path)
    with open(path, encoding="utf-8") as file:
        lines = file.read().count("\n")
    ok(lines <= MOST_LINES, "%s is short enough to begin with" % name,
       "%d lines" % lines)
    scenarios = path[:-len(".conf")] + ".scenario"
    if not ok(os.path.exists(scenarios), "%s has a scenario" % name):
        return
    user, decided, unmatched = User(folder, path), set(), None
    for scenario in read_scenarios(scenarios):
        want = (scenario.want.get("rule"), scenario.want.get("actions"),
                scenario.seen)
        got, details = user.decision(scenario)
        ok(got == want, "%s: %s" % (name, scenario.name()),
           "want %s\ngot  %s\n%s" % (want, got, details))
        if got is not None and got[0] == "-":
            unmatched = scenario
        elif got is not None:
            decided.add(got[0])
    if ok(unmatched is not None, name + ": some mail matches no rule"):
        rules = user.rules(unmatched)
        ok(rules and set(rules) == decided,
           name + ": every rule decides about some mail",
           "rules %s\ndecided %s" % (rules, sorted(decided)))


FILES = sys.argv[1:] or sorted(glob.glob(
    os.path.join(TOP, "rules", "policies", "*.conf")))
ok(bool(FILES), "there are ready-made rules")
for FILE in FILES:
    with tempfile.TemporaryDirectory() as FOLDER:
        check_policy(FILE, FOLDER)
done()
