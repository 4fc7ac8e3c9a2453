#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""explain.py - "rsvpctl explain": what it tells of a message file, and of
records; what it says to be unknown; and what it never shows."""
import email.utils
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import Site, wait_until
from tap import BUILD, SAMPLES, done, ok, write

USAGE, NOINPUT, IOERR, CONFIG = 64, 66, 74, 78

INVITATION = "DIR/samples/invitation-2016-05.eml"
INMAIL = "DIR/samples/inmail-2026-02-full.eml"
SECURITY = "DIR/samples/security-2018-08-ru-password.eml"
ORDINARY = "DIR/samples/not-ordinary.eml"
RULES = """\
contacts = "contacts.txt";
rules = (
  { name = "people I know"; when = { known = "name"; }; do = "deliver"; },
  { name = "asked"; when = { type = "inmail"; };
    do = [ "tag:Asked", "ANSWER" ]; },
  { name = "hold"; when = { network = "linkedin"; type = [ "invitation",
    "security" ]; }; do = "quarantine"; }
);
"""
REPLIES = '{ enabled = true; routes = ( "[-0-9a-f]+@reply\\\\.linkedin\\\\.com" ); }'
TOKEN = re.compile(r"[0-9a-f-]{8,}@reply")


def check(name, result, code, out=(), err=(), never=()):
    """Words that must be there, or must not; None: nothing is printed."""
    good = result.code == code
    for words, got in ((out, result.out), (err, result.err)):
        good = good and (got == "" if words is None else
                         all(word in got for word in words))
    good = good and not any(word in result.out for word in never)
    return ok(good, name, "want code %s\nstdout %s\nstderr %s\nnever %s\n"
              "got %s" % (code, out, err, never, result))


def explain(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "explain", *arguments,
                    **how)


def messages(result):
    """Of the one object that there must be."""
    try:
        return json.loads(result.out)["messages"]
    except (ValueError, KeyError):
        return []


def write_users(site):
    write(site.path("users", "alice", "rules.conf"),
          RULES.replace("ANSWER", "reply:and-you-are"))
    write(site.path("users", "alice", "contacts.txt"), "Nobody Else\n")
    write(site.path("users", "bob", "rules.conf"),
          RULES.replace("ANSWER", "draft:no-thanks"))
    write(site.path("users", "bob", "contacts.txt"),
          "Dr. Barnaby QUILLFEATHER @friends\n")
    write(site.path("users", "eve", "rules.conf"), "rules = (")
    write(site.path("users", "frank", "rules.conf"),
          "answers = false;\n" +
          RULES.replace("ANSWER", "reply:and-you-are"))
    write(site.path("users", "frank", "contacts.txt"), "Nobody Else\n")


# --- a file ------------------------------------------------------------------

# name, arguments, words of standard output, words that must not be there
FILES = [
    ("an invitation", (INVITATION,), (
        INVITATION + "\n", 'candidate   Its field From has "linkedin.com".\n',
        "trust       claimed\n              It claims to be of the network; "
        "nobody checked, or nobody could.\n"
        "              signatures were not checked\n",
        "recognised  invitation\n",
        "because     linkedin/template-invitation, in link\n",
        "person      Barnaby Quillfeather\n",
        "read        name: in From name\n              headline: in plain "
        "text\n", "route       none\n",
        "For         alice@example.net\n    user        alice\n"
        "    known       no\n                Nobody in the contacts has that "
        "profile, address or name.\n                People in the contacts: "
        "1\n",
        'tried       line 3 "people I know": no, its "known" does not hold; '
        "here: no\n"
        '                line 4 "asked": no, its "type" does not hold; here: '
        'invitation\n                line 6 "hold": matches\n'
        "    rule        hold\n                A rule of the user matches.\n",
        "actions     quarantine\n",
        "merge       It has no other recipients to agree with.\n",
        "answer      The plan has none.\n", "What would be done to the mail:",
        "holds       rsvp-milter: invitation of linkedin"),
     ("guards", "unknown")),
    ("somebody known", ("--rcpt", "bob@example.net", INVITATION), (
        "known       name\n                Somebody in the contacts has the "
        "same name.\n                Dr. Barnaby QUILLFEATHER\n"
        "    groups      @friends\n", 'line 3 "people I know": matches\n'),
     ("line 4",)),
    ("two who disagree", ("--rcpt", "alice@example.net", "--rcpt",
                          "bob@example.net", INVITATION), (
        "not shared  quarantine\n    merge       These were not done to the "
        "message, since not all its recipients want them.\n",
        "merge       The other recipients kept nothing of it from being "
        "done.\n"), ("holds  ",)),
    ("nobody's address", ("--rcpt", "dave@example.org", INVITATION), (
        "user        nobody's here\n    known       Nobody was looked up.\n",
        "rule        none\n                no-user\n                The "
        "recipient is nobody's here.\n"), ("tried",)),
    ("a broken folder", ("--rcpt", "eve@example.net", INVITATION), (
        "The user has no folder, or it is broken: tag only.\n"
        "    note        eve/rules.conf:1: "), ("tried",)),
    ("an answer that a guard stops", ("--rcpt", "alice@example.net", INMAIL),
     ("answer      reply:and-you-are\n    guards      passed      user-off: ",
      "passed      already-replied: A message gets one reply, however many "
      "recipients it has.\n                stopped it  trust-not-direct: Only "
      "mail that the network signed and handed in itself is answered.\n"
      "                not reached type-not-answerable: ",
      "not reached store-down: ",
      "no answer   trust-not-direct\n                Only mail that ",
      "route       ...@reply.linkedin.com\n",
      "adds        X-RSVP-Tag: Asked\n"), ("store       ",)),
    ("a user who wants none", ("--rcpt", "frank@example.net", INMAIL),
     ("stopped it  user-off: ", "not reached site-off: ",
      "no answer   user-off\n"), ("passed  ",)),
    ("a draft that a guard stops", ("--rcpt", "bob@example.net", INMAIL),
     ("answer      draft:no-thanks\n    guards      passed      user-off: ",
      "stopped it  drafts-off: ", "not reached forged: ",
      "not reached no-person: "), ("site-off", "auto-submitted")),
    ("security mail", (SECURITY,), (
        "A rule of the user matches, but security mail is never held.\n",
        "not held    A rule asks for it, but security mail is never held.\n"),
     ("holds  ",)),
    ("mail of no network", (ORDINARY,), (
        "candidate   No: no pack asks for it, so the filter would have let it "
        "go.\n", "because     no pack claims it\n",
        "changes     none\n"), ("pack  ",)),
    ("an empty file", ("/dev/null",), ("candidate   No: ",), ()),
]


def of_files(site):
    for value, words, never in (("true", ("dry run     The settings say so: ",),
                                 ()), ("false", (), ("dry run",))):
        site.settings(dry_run=value)
        check("a file: dry_run " + value,
              explain(site, "--keys", "none", INVITATION), 0,
              words + ("holds       rsvp-milter: ",), None, never)
    site.settings(reply=REPLIES)
    for name, arguments, out, never in FILES:
        result = explain(site, "--keys", "none", *arguments)
        check("a file: " + name, result, 0,
              [word.replace("DIR", site.folder) for word in out], None, never)
        ok(TOKEN.search(result.out) is None, "no token: " + name, result.out)
        as_json = explain(site, "--json", "--keys", "none", *arguments)
        told = messages(as_json)
        ok(as_json.code == 0 and len(told) == 1 and
           as_json.out.count("\n") == 1 and
           TOKEN.search(as_json.out) is None,
           "one object: " + name, str(as_json))
    with open(os.path.join(SAMPLES, os.path.basename(INVITATION)),
              "rb") as file:
        check("standard input", explain(site, "--keys", "none", "-",
                                        stdin=file.read()), 0,
              ("-\n", "recognised  invitation\n"), None)
    of_forged_file(site)
    what_is_never_shown(site)


def of_forged_file(site):
    forged = "DIR/samples/forged-cousin-domain.eml"
    for value, words, never in (
            ("tag", (), ("held by", "holds  ")),
            ("quarantine", (
                "holds       rsvp-milter: ",
                "held by     trust.forged\n                The site holds such "
                "mail by that setting, whatever the rules of users say.\n"),
             ())):
        site.settings(trust='{ keys = "file:DIR/test.keys"; forged = "%s"; }'
                      % value)
        check("forged: " + value,
              explain(site, "--rcpt", "alice@example.net", forged), 0,
              ("trust       forged\n",) + words, None, never)
    site.settings(reply=REPLIES)


def what_is_never_shown(site):
    """A link's query and an address's local part, wherever the mail has them;
    and what would not show on a terminal."""
    with open(os.path.join(SAMPLES, os.path.basename(INMAIL)), "rb") as file:
        message = file.read()
    hostile = (b"=?utf-8?q?https=3A//x.example/a=3Ft=3Ds3cret_"
               b"s3cret=40x.example_=E2=80=AE=1B[31m?=")
    message = re.sub(rb'(?m)^From: .*$',
                     b"From: " + hostile + b" <inmail-hit-reply@linkedin.com>",
                     message, count=1)
    for options in ((), ("--json",)):
        result = explain(site, "--keys", "none", *options, "-", stdin=message)
        ok(result.code == 0 and "s3cret" not in result.out and
           "...@x.example" in result.out and "\x1b" not in result.out and
           "\u202e" not in result.out,
           " ".join(("never shown",) + options), str(result))


def of_signed_file(site):
    """All guards pass, and their rows are those of the manual's order."""
    with open(os.path.join(SAMPLES, os.path.basename(INMAIL)), "rb") as file:
        mail = file.read().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    mail = re.sub(rb"(?m)^Date:[^\r\n]*", b"Date: " +
                  email.utils.formatdate().encode(), mail, count=1)
    mail = re.sub(rb"(?m)^To:[^\r\n]*", b"To: <alice@example.net>", mail,
                  count=1)
    signed = subprocess.run(
        (os.path.join(BUILD, "tests", "tools", "dkimsign"), "-d",
         "linkedin.com", "-s", "test", "-k",
         os.path.join(SAMPLES, "keys", "test.pem")), input=mail, check=True,
        capture_output=True).stdout
    smtp = ("--client", "mail.linkedin.com", "--from",
            "m-1@bounce.linkedin.com", "--rcpt", "alice@example.net")
    check("all guards pass", explain(site, *smtp, "-", stdin=signed), 0,
          ("trust       direct\n", "passed      store-down: ",
           "store       Not asked: nothing is sent or kept of a message that "
           "is only tried.\n"), None, ("stopped it", "not reached"))
    told = messages(explain(site, "--json", *smtp, "-", stdin=signed))
    guards = told[0]["recipients"][0]["guards"]
    ok(len(guards) == 32 and {g["verdict"] for g in guards} == {"passed"} and
       all(g["for"].endswith(".") for g in guards),
       "all guards pass: JSON", str(guards))
    told = messages(explain(site, "--json", *smtp, "--rcpt",
                            "bob@example.net", "-", stdin=signed))
    guards = told[0]["recipients"][0]["guards"]
    at = [g["guard"] for g in guards].index("several-recipients")
    ok([g["verdict"] for g in guards] == ["passed"] * at + ["stopped it"] +
       ["not reached"] * (len(guards) - at - 1),
       "a guard in the middle: JSON", str(guards))


# --- records -----------------------------------------------------------------

def decision(qid, mid, minute=1, **changes):
    record = {
        "v": 1, "time": "2026-11-23T10:%02d:00.123Z" % minute, "host": "mx",
        "qid": qid, "mid": mid, "client": "c", "from_env": "e@n.example",
        "network": "linkedin", "type": "inmail", "trust": "direct",
        "why_trust": "dkim d=linkedin.com", "evidence": ["linkedin/x"],
        "person": {"name": "Ann Sample"}, "note": "none",
        "recipients": [{
            "rcpt": "alice@example.net", "user": "alice", "known": "no",
            "rule": "asked", "why": "rule",
            "actions": ["tag:A", "reply:and-you-are"],
            "reply": {"mode": "reply"}}],
        "applied": ["header"], "dry_run": False, "us": 1}
    record.update(changes)
    return record


def answer(qid, minute, state, why=None, user="alice", job=None):
    record = {"v": 1, "time": "2026-11-23T11:%02d:00.123Z" % minute,
              "host": "mx", "qid": qid, "outbox": state, "mode": "reply",
              "user": user, "template": "and-you-are"}
    if job is not None:
        record["job"] = job
    if why is not None:
        record["why"] = why
    return record


def stopped(why, action="reply:and-you-are", **recipient):
    one = {"rcpt": "alice@example.net", "user": "alice", "known": "name",
           "rule": "asked", "why": "rule", "actions": [action],
           "reply": {"mode": "none", "why": why}}
    one.update(recipient)
    return [one]


RECORDS = [
    decision("Q1", "<1@n.example>"),
    answer("Q1", 1, "queued"),
    answer("OTHER", 1, "queued"),
    answer("Q1", 2, "waiting", "450 for tok3n@reply.example", job=7),
    answer("Q1", 3, "sent", job=7),
    # Found at this message, and no answer to it.
    dict(answer("Q1", 4, "queued"), mode="notice", template="rules-kept"),
    dict(answer("Q1", 5, "sent", job=77), mode="notice",
         template="rules-kept"),
    decision("Q2", "<2@n.example>"),
    answer("Q2", 1, "refused", "user-day-cap"),
    decision("Q3", "<a/b@n.example>", recipients=stopped("several-routes")),
    decision("Q4", "<4@n.example>", recipients=stopped("no-person")),
    decision("Q5", "<5@n.example>", recipients=stopped("frobbed")),
    decision("Q6", "<6@n.example>", dry_run=True, applied=[]),
    decision("Q7", "<7@n.example>", trust="forged", applied=["quarantine"],
             why_held="trust.forged", recipients_more=3,
             recipients=stopped("forged", "draft:no-thanks")),
    {"v": 1, "time": "2026-11-23T12:00:00.123Z", "host": "h", "qid": "Q7",
     "quarantine": "released", "by": "root"},
    decision("Q8", "<8@n.example>"),
    answer("Q8", 1, "queued"),
    answer("Q8", 9, "cancelled", "by hand", job=8),
    answer("Q8", 9, "sent", user="bob", job=9),
    {"type": "other", "qid": "Q9"},
    answer("Q10", 1, "sent"),
    decision("Q1", "<1b@n.example>", minute=30),
    answer("Q1", 40, "refused", "answered-before"),
    decision("Q11", "<2@n.example>", recipients=[
        {"rcpt": "alice@example.net", "user": "alice", "known": "no",
         "rule": "hold", "why": "never-held", "actions": ["deliver"],
         "reply": {"mode": "none"}},
        {"rcpt": "bob@example.net", "user": "bob", "known": "email",
         "seen": 3, "rule": None, "why": "no-rule", "actions": ["tag:X"],
         "not_shared": ["tag:X"], "reply": {"mode": "none"}}]),
]
LINES = "".join(json.dumps(record) + "\n" for record in RECORDS)

# name, argument, words of standard output, words that must not be there
FOUND = [
    ("what was sent", "Q1", (
        "queue id    Q1\n", "message id  <1@n.example>\n",
        "candidate   It was one, since it has a record; which word or field "
        "made it one is unknown.\n",
        "because     linkedin/x; where that was found is unknown\n",
        "tried       Which rules were tried, and which condition of each "
        "failed, is unknown.\n",
        "passed      store-down: ",
        "store       2026-11-23T11:01:00.123Z queued\n                It went "
        "into the outbox.\n",
        "outbox      2026-11-23T11:02:00.123Z waiting\n                job "
        "7\n                It waits for its time, or for another try.\n"
        "                450 for ...@reply.example\n"
        "                2026-11-23T11:03:00.123Z sent\n",
        "Headers were added.\n", "The MTA was not asked to hold it.\n",
        # The queue id was given to another message later.
        "message id  <1b@n.example>\n",
        "store       2026-11-23T11:40:00.123Z refused\n                It was "
        "not queued.\n                answered-before\n                This "
        "person got an answer of this template not long ago.\n"),
     ("tok3n", "stopped it", "not reached", "11:04", "job 77")),
    ("by Message-ID", "<1@n.example>", ("11:03:00.123Z sent\n",),
     ("1b@n", "10:30", "11:40")),
    ("by Message-ID, without brackets", "1@n.example",
     ("11:03:00.123Z sent\n",), ("1b@n",)),
    ("a Message-ID with a slash", "<a/b@n.example>", ("queue id    Q3\n",),
     ()),
    ("a Message-ID that came twice", "<2@n.example>", (
        "queue id    Q2\n", "user-day-cap\n                The user has had "
        "all answers of a day.\n", "queue id    Q11\n"), ("Q3",)),
    ("a guard that stopped it", "Q3", (
        "known       name\n                Somebody in the contacts has the "
        "same name.\n", "passed      no-route: ",
        "stopped it  several-routes: ", "not reached route-not-plain: ",
        "no answer   several-routes\n"), ("store       ",)),
    ("a word of two guards", "Q4", (
        "passed      stale: ", "unknown     no-person: It must",
        "unknown     pattern-error: ", "unknown     no-person: Without",
        "not reached store-down: "), ("stopped it",)),
    ("a word of another version", "Q5", (
        "unknown     site-off: ", "no answer   frobbed\n"),
     ("stopped it", "passed  ", "not reached")),
    ("a dry run", "Q6", (
        "dry run     It was decided and not done.\n",
        "store       Not asked: a dry run queues nothing.\n",
        "None: it was a dry run.\n"), ("outbox  ",)),
    ("held by the site", "Q7", (
        "The MTA was asked to hold it.\n", "held by     trust.forged\n",
        "by hand     released by root, 2026-11-23T12:00:00.123Z\n",
        "stopped it  forged: ", "not reached loop: ",
        "more        3 recipients, of which the record says nothing\n",
        "merge       The other recipients kept nothing"), ("site-off",)),
    ("called off by hand, and another's", "Q8", (
        "cancelled\n                job 8\n                It was called "
        "off.\n                by hand\n",), ("job 9",)),
    ("hardly anything said", "Q9", (
        "time        unknown\n", "trust       unknown\n",
        "network     none\n", "changes     unknown\n"), ("For  ",)),
    ("never held, and not shared", "Q11", (
        "but security mail is never held.\n",
        "not held    A rule asks for it, but security mail is never held.\n",
        "known       email\n", "seen        3\n",
        "None of the user's rules matches: deliver.\n",
        "not shared  tag:X\n"), ()),
]


def of_records(site):
    audit = write(site.path("log", "audit.jsonl"), LINES)
    for name, what, out, never in FOUND:
        check("records: " + name, explain(site, what), 0, out, None, never)
        result = explain(site, "--json", what)
        ok(result.code == 0 and result.out.count("\n") == 1 and
           messages(result) != [] and
           not any(word in result.out for word in ("tok3n",)),
           "records: one object: " + name, str(result))
    jobs = messages(explain(site, "--json", "Q1"))[0]["recipients"][0]
    ok([(j["state"], j.get("job"), j.get("why")) for j in jobs["outbox"]] ==
       [("waiting", "7", "450 for ...@reply.example"), ("sent", "7", None)]
       and [j["state"] for j in jobs["store"]] == ["queued"],
       "records: what became of it, in JSON", str(jobs))
    for name, what, words in (
            ("nothing", "Q999", '%s: no record of "Q999"\n' % audit),
            ("no such Message-ID", "<x@n.example>",
             '%s: no record of "<x@n.example>"\n' % audit),
            ("only an answer", "Q10", '%s: no decision on "Q10", only what '
             "became of it later\n" % audit)):
        check("records: " + name, explain(site, what), NOINPUT, None, (words,))
    other = write(site.path("log", "old.jsonl"), LINES.replace("Q3", "OLD"))
    check("records: other files", explain(
        site, "--audit", other, "--audit", audit, "OLD"), 0,
        ("queue id    OLD\n",), None)
    check("records: of none of them", explain(
        site, "--audit", other, "--audit", audit, "Q999"), NOINPUT, None,
        ('these files: no record of "Q999"\n',))
    check("records: standard input", explain(
        site, "--audit", "-", "Q3", stdin=b"broken\n" + LINES.encode()), 0,
        ("queue id    Q3\n",),
        ("standard input: 1 of %d lines are no records" %
         (len(RECORDS) + 1),))
    for count, err in ((999, None), (1000, ("more than 1000 records; the "
                                            "others are not told\n",))):
        many = write(site.path("log", "many.jsonl"), json.dumps(
            decision("Q1", "<1@n.example>")) + "\n" +
            (json.dumps(answer("Q1", 1, "waiting")) + "\n") * count)
        check("records: %d of them" % (count + 1),
              explain(site, "--audit", many, "Q1"), 0, ("waiting\n",), err)
    os.chmod(site.path("packs"), 0)
    check("records: packs that cannot be read do not matter",
          explain(site, "Q3"), 0, ("queue id    Q3\n",), None)
    check("a file: packs that cannot be read do", explain(site, INVITATION),
          CONFIG, None, ("packs",))
    os.chmod(site.path("packs"), 0o755)
    os.unlink(audit)
    check("records: no file yet", explain(site, "Q3"), NOINPUT, None,
          (audit + ": No such file or directory\n",))


# what a mail has for a headline, what is shown of it
SHOWN = [
    ("C# and .NET, really?", "C# and .NET, really?"),
    ("https://x.example/a?t=s3cret more", "https://x.example/a?... more"),
    ("https://x.example/a?t=1;u=s3cret,s3cret", "https://x.example/a?..."),
    ("see (www.x.example/#s3cret)", "see (www.x.example/#..."),
    ("x.example?s3cret", "x.example?..."),
    ("<https://x.example/?s3cret>!", "<https://x.example/?...>!"),
    ("https://s3cret:s3cret@x.example/", "...@x.example/"),
    ("s3cret@reply.example", "...@reply.example"),
    ("mailto:s3cret@x.example?subject=s3cret", "...@x.example?..."),
    ("a\ts3cret@x.example\u00a0", "a?...@x.example\u00a0"),
    ("@handle and a @ b", "@handle and a @ b"),
    ("?", "?"),
    ("\x1b[31m\u202e", "?[31m?"),
]


def what_is_shown(site):
    for i, (headline, shown) in enumerate(SHOWN):
        record = json.dumps(decision("Q1", "<1@n.example>", person={
            "name": "Ann", "headline": headline}))
        result = explain(site, "--audit", "-", "Q1", stdin=record.encode())
        ok("\n  headline    %s\n" % shown in result.out and
           "s3cret" not in result.out, "shown: row %d" % i, str(result))
        result = explain(site, "--json", "--audit", "-", "Q1",
                         stdin=record.encode())
        ok(messages(result) != [] and "s3cret" not in result.out,
           "shown: row %d, in JSON" % i, str(result))


def of_a_filter(site):
    """What a filter and rsvpctl have written, and not by hand."""
    write(site.path("users", "alice", "rules.conf"),
          'rules = ( { name = "x"; when = { }; do = "draft:no-thanks"; } );')
    site.settle()
    site.settings(dry_run="false", reply="{ drafts = true; }")
    if not ok(site.start(), "the filter starts", site.log()):
        return
    record = site.send("Q1")
    wait_until(lambda: "draft for alice queued" in site.log())
    site.stop()
    site.run("rsvpctl", "-c", "DIR/c.conf", "outbox", "cancel", "1")
    for what in ("Q1", record["mid"]):
        check("a filter's records: " + what[:2], explain(site, what), 0,
              ("answer      draft:no-thanks\n", "passed      drafts-off: ",
               " queued\n", " cancelled\n                job 1\n",
               "by hand\n"), None, ("stopped it",))


# --- how it is called --------------------------------------------------------

CALLS = [
    ("nothing", (), "which message?\n"),
    ("an empty word", ("",), "which message?\n"),
    ("empty brackets", ("<>",), "which message?\n"),
    ("two of them", ("Q1", "Q2"), "one at a time\n"),
    ("an unknown option", ("--frob", "Q1"), "unrecognized option '--frob'\n"),
    ("an option of a file", ("--user", "alice", "Q1"),
     'no file "Q1", and only a message file takes these options\n'),
    ("an option of records", ("--audit", "/dev/null", INVITATION),
     "--audit goes with a queue id or a Message-ID\n"),
    ("no user's name", ("--user", "../bob", INVITATION),
     '"../bob" is no user\'s name\n'),
    ("too many files", ("--audit", "/dev/null") * 101 + ("Q1",),
     "more than 100 files\n"),
]


def how_it_is_called(site):
    for name, arguments, words in CALLS:
        check("called: " + name, explain(site, *arguments), USAGE, None,
              ("rsvpctl explain: " + words, "Usage: rsvpctl explain "))
    check("called: a path that is missing", explain(site, "DIR/none"),
          NOINPUT, None, ("%s: No such file" % site.path("none"),))
    check("called: a folder", explain(site, "DIR/users"), NOINPUT, None,
          ("Is a directory\n",))
    site.settings(audit="{ }")
    check("called: no audit file in the settings", explain(site, "Q1"), USAGE,
          None, ("audit.file is not set: name a file with --audit\n",))
    site.settings()
    with open("/dev/full", "wb") as full:
        check("called: a full disk",
              explain(site, "--keys", "none", INVITATION, stdout=full), IOERR,
              (), ("standard output: No space left on device\n",))


SITE = Site()
try:
    write_users(SITE)
    of_files(SITE)
    of_signed_file(SITE)
    of_records(SITE)
    what_is_shown(SITE)
    how_it_is_called(SITE)
    of_a_filter(SITE)
finally:
    SITE.remove()
done()
