#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""audit_names.py - audit.names = "hash": neither records nor log lines tell who
asks, and yet persons can be counted and found by who has the state.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from record_schema import mistakes, validator
from site_folder import MAIL, Site
from tap import done, ok, write

NAME = "Barnaby Quillfeather"
OTHER = "invitation-2024-10-note.eml"
HASH = r"h:[0-9a-f]{16}"
RULES = ('rules = ( { name = "bakers"; when = { headline = "Baker"; };'
         ' do = [ "tag:Baker" ]; },'
         ' { name = "all"; when = { }; do = [ "tag:Seen" ]; } );')
SECRETS = ("quillfeather", "wickerbasket", "beekeeper", "sampleford",
           "s-test@")


def settings(site, names, **changes):
    changes.setdefault("dry_run", "false")
    site.settings(audit='{ file = "DIR/log/audit.jsonl"; names = "%s"; }'
                  % names, **changes)


def records(site):
    with open(site.path("log", "audit.jsonl"), encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ctl(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", *arguments, **how)


def listed(result):
    return [json.loads(line)["qid"] for line in result.out.splitlines()]


def is_written(site):
    """Twice the same person, by two processes; another; and by name."""
    for queue_ids in (("Q1", "Q2"), ("Q3",)):
        settings(site, "hash")
        if not ok(site.start(), "the filter starts", site.log()):
            return
        for queue_id in queue_ids:
            site.send(queue_id, OTHER if queue_id == "Q2" else MAIL)
        log = site.log()
        ok(re.search(r'Q\d: type=\S+ trust=\S+ person="%s" ' % HASH, log) and
           not [s for s in SECRETS if s in log.lower()],
           "the log tells nobody's name", log)
        site.stop()
    one, two, three = got = records(site)
    text = json.dumps(got).lower()
    ok(not [s for s in SECRETS if s in text], "nor do the records", text)
    ok(one["person"]["name"] == three["person"]["name"] !=
       two["person"]["name"], "the same person has the same digest", text)
    ok(all(re.fullmatch(HASH, value) for r in got
           for value in r["person"].values()) and len(two["person"]) == 5 and
       all(r["names"] == "hash" for r in got) and
       re.fullmatch(HASH + "@bounce.linkedin.com", one["from_env"]) and
       one["recipients"][0]["rcpt"] == "alice@example.net" and
       one["recipients"][0]["user"] == "alice" and
       one["client"] and one["mid"], "what is a digest, and what is not",
       json.dumps(got))
    if validator() is not None:
        ok([mistakes(validator(), r) for r in got] == [[]] * 3,
           "they fit the schema")


def is_found(site):
    for name, want in ((NAME, ["Q1", "Q3"]),
                       ("QUILLFEATHER, barnaby", ["Q1", "Q3"]),
                       ("Ottoline Wickerbasket", ["Q2"]),
                       ("Quillfeather", []), ("h:", [])):
        result = ctl(site, "log", "--json", "--person", name)
        ok(result.code == 0 and listed(result) == want and
           "digests" not in result.err, "log --person %s" % name, str(result))
    result = ctl(site, "report", "--json")
    people = json.loads(result.out)["person"]["rows"]
    ok(result.code == 0 and sorted(p["count"] for p in people) == [1, 2],
       "report counts them", str(result))
    result = ctl(site, "report", "--json", "--person", NAME)
    ok([p["count"] for p in 
        json.loads(result.out)["person"]["rows"]] == [2],
       "report --person", str(result))


def is_said_where_it_is_not(site):
    want = "3 records have digests for names (audit.names); --person finds " \
        "nobody in them"
    settings(site, "keep")
    result = ctl(site, "log", "--json", "--person", NAME)
    ok(result.code == 0 and result.out == "" and want in result.err,
       "the settings do not say that names are digests", str(result))
    result = ctl(site, "log", "--json", "--user", "alice")
    ok(len(listed(result)) == 3 and result.err == "", "not asked for a person",
       str(result))
    for why, state in (("nothing is kept there yet", "state/other.db"),
                       ("state: ", "samples/" + MAIL)):
        settings(site, "hash", state='"sqlite:DIR/%s"' % state)
        result = ctl(site, "log", "--json", "--person", NAME)
        ok(result.code == 0 and result.out == "" and want in result.err and
           why in result.err, "without the state: " + why, str(result))
    ok(not os.path.exists(site.path("state", "other.db")),
       "and none is made")


def is_told_by_replay(site):
    """Nobody can say whether a headline matched; the rest can be told."""
    settings(site, "hash")
    write(site.path("other", "alice", "rules.conf"), RULES)
    site.restore_owner()
    os.chmod(site.path("closed"), 0o555)
    result = ctl(site, "replay", "--json", "--all", "--with", "DIR/other")
    fates = [json.loads(line) for line in result.out.splitlines()]
    ok(result.code == 0 and [f.get("fate") for f in fates][:3] ==
       ["cannot_tell"] * 3 and
       [f["condition"] for f in fates[:3]] == ["headline"] * 3,
       "replay: a condition on a digest is not told", str(result))
    result = ctl(site, "replay", "--json", "--all")
    ok(result.code == 0 and
       json.loads(result.out.splitlines()[-1])["same"] == 3,
       "replay: rules that ask for no name", str(result))


def a_dry_run_hides_names_too(site):
    settings(site, "hash", dry_run="true")
    if ok(site.start(), "a dry run starts", site.log()):
        record = site.send("Q4")
        ok(re.fullmatch(HASH, record["person"]["name"]) and
           record["person"]["name"] != records(site)[0]["person"]["name"],
           "a dry run has a secret of its own", json.dumps(record))
    site.stop()


def main():
    site = Site()
    try:
        is_written(site)
        is_found(site)
        is_said_where_it_is_not(site)
        is_told_by_replay(site)
        a_dry_run_hides_names_too(site)
    finally:
        site.remove()
    done()


main()
