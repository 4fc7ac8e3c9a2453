#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""forgeries.py - which mails imitate a network, and which only look so.

The mails stand in rules/packs/forgeries.scenario, whose head says how it is
written.  Each goes through rsvpctl test, so through the daemon's own engine,
at a site that answers everything it may.
"""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import PACKS, RSVPCTL, TEMPLATES, TEST_KEYS, done, ok, run, write

FILE = os.path.join(PACKS, "forgeries.scenario")
FORGERIES, INNOCENT = 60, 25  # at least
WORDS = ("trust", "evidence", "rule", "held")

SETTINGS = """\
users = { domains = ( "example.net" ); dir = "%s/users"; };
packs = "%s"; templates = "%s"; dry_run = false;
reply = { enabled = true; };
trust = { forged = "%s"; };
"""

RULES = """\
rules = (
  { name = "all"; when = { trust = [ "none", "claimed", "verified", "direct",
    "forged" ]; }; do = [ "reply:no-thanks" ]; }
);
"""


class Scenario:
    def __init__(self, what):
        self.what, self.mail, self.envelope = what, "", "you@example.org"
        self.want, self.path = {}, None


def read_scenarios():
    scenarios = []
    with open(FILE, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            word, _, rest = line.rstrip("\n").partition(" ")
            field, _, value = rest.partition(" ")
            if word == "mail":
                scenarios.append(Scenario(rest))
            elif word == "|":
                scenarios[-1].mail += rest + "\n"
            elif word == "envelope":
                scenarios[-1].envelope = rest
            elif word == "want" and field in WORDS:
                scenarios[-1].want[field] = value
            elif word and not word.startswith("#"):
                sys.exit("%s:%d: unknown word %s" % (FILE, number, word))
    return scenarios


class Site:
    """Of one user, in a folder."""

    def __init__(self, folder, forged):
        write(os.path.join(folder, "users", "you", "rules.conf"), RULES)
        self.settings = write(
            os.path.join(folder, forged + ".conf"),
            SETTINGS % (folder, PACKS, TEMPLATES, forged))

    def decide(self, scenario):
        """Record, and whether it is held; or None, and what went wrong."""
        results = [run(RSVPCTL, "-c", self.settings, "test", *options,
                       "--keys", TEST_KEYS, "--from", scenario.envelope,
                       "--rcpt", "you@example.net", scenario.path)
                   for options in ([], ["--json"])]
        try:
            record = json.loads(results[1].out)
        except ValueError:
            return None, "%s\n%s" % tuple(results)
        return record, "\n  holds " in results[0].out


def check_scenario(scenario, sites):
    record, held = sites["quarantine"].decide(scenario)
    if record is None:
        ok(False, scenario.what, held)
        return
    got = {"trust": record["trust"], "held": "yes" if held else "no",
           "evidence": " ".join(record["evidence"]),
           "rule": record["recipients"][0]["rule"]}
    wrong = ["%s: want %s, got %s" % (word, value, got[word])
             for word, value in scenario.want.items() if got[word] != value]
    why = "trust.forged" if held else None
    if record.get("why_held") != why:
        wrong.append("want why_held %s" % why)
    if record["recipients"][0]["reply"]["mode"] != "none":
        wrong.append("it is answered")
    ok(not wrong, scenario.what, "\n".join(wrong + [str(record)] if wrong
                                           else []))


def check_settings(scenario, sites):
    """Held only where the site says so; no candidate where it says "none"."""
    for forged, trust in (("tag", "forged"), ("none", "none")):
        record, held = sites[forged].decide(scenario)
        good = record is not None and not held and \
            record["trust"] == trust and "why_held" not in record
        ok(good, "%s, trust.forged = %s" % (scenario.what, forged),
           str(record))


ALL = read_scenarios()
COUNT = {trust: sum(scenario.want.get("trust") == trust for scenario in ALL)
         for trust in ("forged", "none")}
ok(COUNT["forged"] >= FORGERIES, "enough forgeries", str(COUNT))
ok(COUNT["none"] >= INNOCENT, "enough that only looks so", str(COUNT))
ok(len({scenario.what for scenario in ALL}) == len(ALL), "no name twice")
with tempfile.TemporaryDirectory() as FOLDER:
    SITES = {forged: Site(FOLDER, forged)
             for forged in ("tag", "quarantine", "none")}
    for INDEX, ONE in enumerate(ALL):
        ONE.path = write(os.path.join(FOLDER, "mail%d" % INDEX), ONE.mail)
        check_scenario(ONE, SITES)
    for ONE in [one for one in ALL if one.want.get("held") == "yes" and
                one.envelope == "you@example.org"][::10]:
        check_settings(ONE, SITES)
done()
