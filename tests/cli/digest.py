#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""digest.py - "rsvpctl digest": who gets a mail of what was held and filed,
of which period, what is in it, and that it is queued once."""
import concurrent.futures
import email
import email.policy
import gzip
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site
from tap import done, ok, write

USAGE, NOINPUT, UNAVAILABLE, CONFIG = 64, 66, 69, 78

NONE = " users had mail, but none held or filed"
WANTS = 'digest = "daily";\n'
DAY = 24 * 3600
# Noon, so that no change of the clock makes it another day.
NOON = time.mktime(time.localtime()[:3] + (12, 0, 0, 0, 0, -1))
YESTERDAY = NOON - DAY
DATE = time.strftime("%Y-%m-%d", time.localtime(YESTERDAY))


def check(name, result, code, out=(), err=(), never=()):
    """Words that must be there, or must not; None: nothing is printed."""
    good = result.code == code
    for words, got in ((out, result.out), (err, result.err)):
        good = good and (got == "" if words is None else
                         all(word in got for word in words))
    good = good and not any(word in result.out for word in never)
    return ok(good, name, "want code %s\nstdout %s\nstderr %s\nnever %s\n"
              "got %s" % (code, out, err, never, result))


def digest(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "digest", *arguments, **how)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def decision(queue_id, user="alice", action="quarantine", at=YESTERDAY,
             **changes):
    """A record as the filter writes it."""
    record = {
        "v": 1, "time": stamp(at), "host": "mx1", "qid": queue_id,
        "network": "linkedin", "type": "invitation", "trust": "direct",
        "person": {"name": "Zo Example", "headline": "Engineer"},
        "recipients": [{
            "rcpt": user + "@example.net", "user": user, "known": "no",
            "rule": "strangers", "why": "rule", "actions": [action],
            "reply": {"mode": "none"}}],
        "applied": ["header"] + ["quarantine"] * (action == "quarantine"),
        "dry_run": False}
    record.update(changes)
    return record


def by_hand(queue_id, what, at=NOON - 3600, host="mx1"):
    return {"v": 1, "time": stamp(at), "host": host, "qid": queue_id,
            "quarantine": what, "by": "root"}


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def records(site, *entries):
    write(site.path("log", "audit.jsonl"), lines(entries))
    own(site)


def own(site):
    """What the test wrote belongs to whom the programs run as."""
    if ROOT:
        owner = os.stat(site.path("log"))
        for name in os.listdir(site.path("log")):
            os.chown(site.path("log", name), owner.st_uid, owner.st_gid)


def users(site):
    for name, rules in (("alice", WANTS), ("bob", ""), ("carol", WANTS),
                        ("dave", 'digest = "never";\n'),
                        ("eve", "digest = \n")):
        write(site.path("users", name, "rules.conf"), rules)
    settings(site)
    site.settle()


def settings(site, **changes):
    site.settings(**dict({
        "dry_run": "false",
        "users": '{ domains = ( "example.net" ); dir = "DIR/users"; '
                 'digests = true; }'}, **changes))


def outbox(site, *arguments):
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "outbox", "list",
                      "--json", *arguments)
    return [json.loads(line) for line in result.out.splitlines()]


def parts(text):
    """The mail that is printed, its text and its page."""
    mail = email.message_from_string(text, policy=email.policy.default)
    return (mail, mail.get_body(("plain",)).get_content(),
            mail.get_body(("html",)).get_content())


def what_is_printed(site):
    records(site, decision("Q1"), decision("Q2", "bob"),
            decision("Q3", action="file:LinkedIn/In"),
            decision("Q4"), decision("Q5"), by_hand("Q4", "deleted"),
            by_hand("Q5", "released", NOON), by_hand("Q1", "released",
                                                      host="mx2"))
    result = digest(site, "--dry-run")
    check("dry run", result, 0, ("Subject: 3 held, 1 filed for you: " + DATE,),
          ("1 digest would be queued, 0" + NONE + "\n",))
    mail, text, page = parts(result.out)
    for name, want in (
            ("To", "alice@example.net"),
            ("From", "rsvp-milter <alice@example.net>"),
            ("Auto-Submitted", "auto-generated (rsvp-milter)"),
            ("X-Auto-Response-Suppress", "All"),
            ("Content-Type", 'multipart/alternative; boundary="=_dry-run"')):
        ok(mail[name] == want, "dry run: " + name, repr(mail[name]))
    ok(mail["X-RSVP-Loop"] is not None, "dry run: our own mark")
    # name, words of the text; of the page it is the same without tags
    for name, want in (
            ("when", DATE + " 12:00, an invitation to connect\n"),
            ("who", "Zo Example, Engineer\n"),
            ("why", 'your rule "strangers"\n'),
            ("what to ask for", "ask your postmaster for Q1\n"),
            ("one that was deleted", "held, and deleted since\n"),
            ("one that was released", "held, and released to you since\n"),
            ("one that was filed", "filed into LinkedIn/In\n")):
        ok(want in text, "text: " + name, text)
        bare = page.replace("<bdi>", "").replace("</bdi>", "")
        want = want.replace('"', "&quot;") if name != "why" else want
        ok(want.rstrip("\n") in bare, "page: " + name, page)
    ok("Q4" not in text and "Q2" not in text, "text: nothing else", text)
    ok(not os.path.exists(site.path("state", "state.db")),
       "dry run: nothing is made")


# name, records, options, code, words of stdout, of stderr, never
PERIODS = [
    ("yesterday to its ends",
     (decision("Q1", at=YESTERDAY - DAY / 2),
      decision("Q2", at=YESTERDAY + DAY / 2 - 1),
      decision("Q3", at=YESTERDAY - DAY / 2 - 1),
      decision("Q4", at=YESTERDAY + DAY / 2)), ("--dry-run",), 0,
     ("2 held", "Q1", "Q2"), (), ("Q3", "Q4")),
    ("another day", (decision("Q1", at=YESTERDAY - DAY), decision("Q2")),
     ("--dry-run", "--since",
      time.strftime("%Y-%m-%d", time.localtime(YESTERDAY - DAY))), 0,
     ("1 held", "Q1"), (), ("Q2",)),
    ("a part of a day", (decision("Q1"), decision("Q2", at=YESTERDAY + 3600)),
     ("--dry-run", "--since", DATE + " 12:30", "--until", DATE + " 13:30"), 0,
     ("Q2", DATE + " 12:30 to " + DATE + " 13:30"), (), ("Q1",)),
    ("one that is not over, for a look",
     (decision("Q1", at=time.time() - 1),),
     ("--dry-run", "--since", "1h"), 0, ("Q1",), (), ()),
    ("one that is not over", (), ("--since", "1h"), USAGE, None,
     ("the period is not over yet",), ()),
    ("none", (), ("--since", "today", "--until", "yesterday"), USAGE, None,
     ("--until is not behind --since",), ()),
    ("a time that is none", (), ("--since", "once"), USAGE, None,
     ('--since: "once" is no time',), ()),
    ("only one user", (decision("Q1"), decision("Q2", "carol")),
     ("--dry-run", "--user", "carol"), 0, ("Q2",),
     ("1 digest would be",), ("Q1",)),
    ("a user who does not want it", (decision("Q1", "bob"),),
     ("--dry-run", "--user", "bob"), 0, None,
     ("0 digests would be queued, 0" + NONE + "\n",), ()),
    ("no user's name", (), ("--user", "../x"), USAGE, None,
     ("is no user's name",), ()),
    ("an unknown option", (), ("--frob",), USAGE, None,
     ("unrecognized option", "Usage: rsvpctl digest "), ()),
    ("a file that is missing", (), ("DIR/none",), NOINPUT, None,
     ("No such file",), ()),
]

# name, record
NOTHING = [
    ("delivered", decision("Q1", action="deliver")),
    ("tagged", decision("Q1", action="tag:X")),
    ("not held, since others were not",
     decision("Q1", applied=["header"])),
    ("filed for others", dict(decision("Q1"), applied=["header"], recipients=[
        dict(decision("Q1", action="file:X")["recipients"][0],
             not_shared=["file:X"])])),
    ("a header that was not added",
     decision("Q1", action="file:X", applied=[])),
    ("a dry run", decision("Q1", dry_run=True)),
    ("without a time", decision("Q1", time="then")),
    ("an address that is somebody else's now",
     dict(decision("Q1"), recipients=[dict(decision("Q1")["recipients"][0],
                                           rcpt="bob@example.net")])),
    ("a user that cannot be one", decision("Q1", user="../alice")),
]


def of_which_period(site):
    for name, entries, options, code, out, err, never in PERIODS:
        records(site, *entries)
        check("period: " + name, digest(site, *options), code, out, err,
              never)


def where_the_clock_is_changed(site):
    """A day of 23 hours is one, and its hours are those of the site."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Europe/Berlin"
    records(site, *[dict(decision(queue_id), time=at) for queue_id, at in (
        ("Q1", "2026-03-28T22:59:59.999Z"), ("Q2", "2026-03-28T23:00:00Z"),
        ("Q3", "2026-03-29T21:59:59Z"), ("Q4", "2026-03-29T22:00:00Z"))])
    check("a day of 23 hours",
          digest(site, "--dry-run", "--since", "2026-03-29"), 0,
          ("Subject: 2 held for you: 2026-03-29\n", "2026-03-29 00:00, an",
           "2026-03-29 23:59, an"), (), ("Q1", "Q4"))
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before


def what_is_told(site):
    for name, record in NOTHING:
        records(site, record)
        check("nothing to tell: " + name, digest(site, "--dry-run"), 0, None,
              ("0 digests would be queued, ",))
    records(site, decision("Q1", action="tag:X"), decision("Q2", "eve"))
    check("who had nothing", digest(site, "--dry-run"), 0, None,
          ("0 digests would be queued, 1 user" + NONE[6:] + "\n",
           "eve: nobody knows whether a digest is wanted: eve/rules.conf:"))
    two = decision("Q1")
    two["recipients"] += [dict(two["recipients"][0],
                               rcpt="alice+x@example.net")]
    records(site, two)
    check("two addresses, one mail", digest(site, "--dry-run"), 0,
          ("1 held",))
    records(site, decision("Q1", action="deliver", trust="forged",
                           applied=["quarantine"], why_held="trust.forged",
                           person=None))
    check("what the site holds", digest(site, "--dry-run"), 0,
          ("From:   somebody (FORGED)\n",
           "Why:    this site holds what imitates a network\n"))
    mark = {"name": "h:8af6ec0123456789", "headline": "h:0123456789abcdef"}
    records(site, decision("Q1", person=mark, names="hash"),
            decision("Q2", person=None, names="hash"))
    result = digest(site, "--dry-run")
    check("names that the site does not keep", result, 0,
          ("From:   (name not kept at this site)\n", "From:   somebody\n",
           "You get this since your rules.conf says digest = daily;"), (),
          ("h:8af", "h:012", "Names and headlines are"))
    records(site, decision("Q1", person=mark, names="hash"), decision("Q2"))
    check("some that it does not keep", digest(site, "--dry-run"), 0,
          ("From:   (name not kept at this site)\n", "Zo Example, Engineer\n",
           "Names and headlines are as the mails have them."), (),
          ("h:8af", "h:012"))
    records(site, *[decision("Q%d" % i) for i in range(90)])
    result = digest(site, "--dry-run")
    check("more than a mail tells of", result, 0, ("90 held", "\nand "))
    told = parts(result.out)[1].count("to get it, ask")
    ok("\nand %d more\n" % (90 - told) in result.out and 10 < told <= 50,
       "all are counted", result.out)


def of_which_files(site):
    records(site, decision("Q2"))
    with gzip.open(site.path("log", "audit.jsonl.1.gz"), "wb") as file:
        file.write(lines([decision("Q1")]).encode())
    write(site.path("log", "other"), lines([decision("Q3")]))
    own(site)
    check("what log rotation made", digest(site, "--dry-run"), 0,
          ("2 held", "Q1", "Q2"), (), ("Q3",))
    check("a file", digest(site, "--dry-run", "DIR/log/other"), 0,
          ("1 held", "Q3"), (), ("Q1", "Q2"))
    check("standard input", digest(site, "--dry-run", "-", stdin=lines(
        [decision("Q4")]).encode()), 0, ("Q4",), (), ("Q1",))
    os.unlink(site.path("log", "audit.jsonl.1.gz"))


def it_is_queued_once(site):
    settings(site, reply="{ per_user_day = 0; "
                  "per_site_hour = 0; stop_file = \"\"; }")
    records(site, decision("Q1"), decision("Q2", "carol"),
            decision("Q3", "bob"), decision("Q4", at=YESTERDAY - DAY))
    check("queued, whatever answers there may be", digest(site), 0,
          ("2 digests queued, 0" + NONE + ", 0 had one already\n",),
          None)
    jobs = outbox(site)
    ok([(job["user"], job["mode"], job["state"], job["qid"]) for job in jobs]
       == [("alice", "digest", "waiting", "digest-" + DATE),
           ("carol", "digest", "waiting", "digest-" + DATE)],
       "in the outbox", repr(jobs))
    shown = site.run("rsvpctl", "-c", "DIR/c.conf", "outbox", "show", "1")
    check("a job is shown", shown, 0, ("mode        digest\n", '"qid":"Q1"'))
    log = site.run("rsvpctl", "-c", "DIR/c.conf", "log", "--qid",
                   "digest-" + DATE)
    check("and its record", log, 0, ("digest", "queued", "alice", "carol"))
    check("again", digest(site), 0, ("0 digests queued, 0" + NONE + ", "
                                     "2 had one already\n",), None)
    check("of another day", digest(
        site, "--since",
        time.strftime("%Y-%m-%d", time.localtime(YESTERDAY - DAY))), 0,
        ("1 digest queued, 0" + NONE + ", 0 had one already\n",))
    ok(len(outbox(site)) == 3, "three in all", repr(outbox(site)))


def of_several_runs_one_queues_it(site):
    records(site, *[decision("Q1", at=YESTERDAY - 3 * DAY)])
    day = time.strftime("%Y-%m-%d", time.localtime(YESTERDAY - 3 * DAY))
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        runs = list(pool.map(lambda _: digest(site, "--since", day),
                             range(8)))
    said = sorted(run.out for run in runs)
    ok(said == ["0 digests queued, 0" + NONE + ", 1 had one already\n"]
       * 7 + ["1 digest queued, 0" + NONE + ", 0 had one already\n"],
       "eight runs at once", "\n".join(map(str, runs)))
    ok(len(outbox(site)) == 4, "one job more", repr(outbox(site)))


def where_it_cannot_be_queued(site):
    records(site, decision("Q1"))
    settings(site, dry_run="true")
    check("dry_run", digest(site), CONFIG, None,
          ("dry_run is true, and none is sent; --dry-run shows them\n",))
    site.settings(dry_run="false")
    check("the site wants none", digest(site), CONFIG, None,
          ("users.digests is false, and none is sent; --dry-run shows",))
    check("but a look", digest(site, "--dry-run"), 0, ("1 held",))
    settings(site, state='"memory:"')
    check("a state of its own", digest(site), UNAVAILABLE, None,
          ("what is kept in memory does not reach the filter\n",))
    settings(site, audit="{ }")
    check("no audit file", digest(site), USAGE, None,
          ("audit.file is not set: name a file, or - for",))


SITE = Site()
try:
    users(SITE)
    what_is_printed(SITE)
    of_which_period(SITE)
    where_the_clock_is_changed(SITE)
    what_is_told(SITE)
    of_which_files(SITE)
    it_is_queued_once(SITE)
    of_several_runs_one_queues_it(SITE)
    where_it_cannot_be_queued(SITE)
finally:
    SITE.remove()
done()
