# SPDX-License-Identifier: BSD-2-Clause
"""review_flow.py - a day of an admin: five hundred mails, then what the
commands say of them.

Each figure of "rsvpctl report" is counted again from the mail that arrived,
that the MTA holds and that was sent, and from what was put in; never from the
records.
"""
import collections
import json
import random
import re
import smtplib
import threading
import time

from lab import check, parse, sample, sign, wait_until
from mail_flow import ANSWER_INMAIL, HOLD_STRANGERS, TAG_RECRUITERS

MAILS, CONNECTIONS, SEED = 500, 10, 20261128

ELSEWHERE = ("mx.example.org", "198.51.100.7")
KNOWN = "Lavinia Puddlethorpe"  # to alice
USERS = ("alice", "bob", "carol")

# The sample, whether it is signed, and what it is, read by eye: its type, from
# whom, and whether bob's rule sees a recruiter in it.
Kind = collections.namedtuple("Kind", "name signed type person recruiter")
KINDS = (
    Kind("invitation-2016-05.eml", True, "invitation",
         "Barnaby Quillfeather", False),
    Kind("invitation-2016-05.eml", False, "invitation",
         "Barnaby Quillfeather", False),
    Kind("invitation-2026-04-recruiter.eml", True, "invitation", KNOWN, True),
    Kind("inmail-2026-01-de.eml", True, "inmail", KNOWN, False),
    Kind("inmail-2026-01-de.eml", False, "inmail", KNOWN, False),
    Kind("message-2025-05.eml", True, "message", "Tansy Muddlecombe", False),
    Kind("other-2026-09-unheard-of.eml", True, "other", None, False),
    Kind("forged-cousin-domain.eml", False, "other", None, False),
    Kind("not-ordinary.eml", False, None, None, False),
)


def plan_of(user, kind):
    """The rule and its actions, by the users' files as a person reads them."""
    if user == "alice" and kind.type is not None:
        if kind.person == KNOWN:
            return "people I know", ("deliver",)
        if kind.type == "invitation":
            return "strangers", ("quarantine",)
    if user == "bob" and kind.recruiter:
        return "recruiters", ("tag", "file")
    if user == "bob" and kind.type == "invitation":
        return "the rest", ("quarantine",)
    if user == "carol" and kind.type == "inmail":
        return "and you are?", ("tag", "reply")
    return None, ("deliver",)


def written_to(addresses, mail):
    """The mail as if it had been written to these."""
    return re.sub(rb"(?mi)^To:[^\r\n]*(\r\n[ \t][^\r\n]*)*",
                  b"To: " + ", ".join(addresses).encode(), mail, count=1)


def put_in(lab, rng):
    """Sends the mails; by mark, the kind and the users each was sent to."""
    mails = [sample(kind.name) for kind in KINDS]
    sent, problems = {}, []
    for number in range(MAILS):
        kind = rng.randrange(len(KINDS))
        count = rng.choice((1, 1, 1, 1, 2, 3))
        sent["m%d" % number] = (kind, rng.sample(USERS, count))

    def work(first):
        try:
            smtp = lab.connect()
            for mark in list(sent)[first::CONNECTIONS]:
                kind, users = sent[mark]
                to = ["%s@example.net" % user for user in users]
                mail = written_to(to, b"X-Mark: " + mark.encode() + b"\r\n" +
                                  mails[kind])
                if KINDS[kind].signed:
                    mail = sign(mail)
                if KINDS[kind].type is None:
                    lab.send(mail, to, "friend@example.org", client=ELSEWHERE)
                else:
                    lab.send(mail, to, smtp=smtp)
            smtp.quit()
        except (OSError, AssertionError, smtplib.SMTPException) as e:
            problems.append(repr(e))

    threads = [threading.Thread(target=work, args=(n,))
               for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(problems, [], "problems")
    return {mark: (KINDS[kind], users) for mark, (kind, users) in sent.items()}


class Arrived:
    """Copies of mails, (mark, user) each, and what our headers say of them."""

    def __init__(self, lab):
        self.delivered, self.held, self.headers = set(), set(), {}
        self.tagged, self.filed, self.queue_id = set(), set(), {}
        for user in USERS:
            for mail in lab.delivered(user):
                copy = self.take(mail, user)
                check(copy in self.delivered, False, "a copy delivered twice")
                self.delivered.add(copy)
        for queue_id in lab.held():
            recipients, mail = lab.held_mail(queue_id)
            for recipient in recipients:
                copy = self.take(mail, recipient.partition("@")[0])
                self.held.add(copy)
                self.queue_id[copy[0]] = queue_id

    def take(self, mail, user):
        message = parse(mail)
        copy = (message["X-Mark"], user)
        if message["X-RSVP"] is not None:
            fields = dict(part.strip().split("=") for part in
                          message["X-RSVP"].split(";"))
            check(self.headers.setdefault(copy[0], fields), fields,
                  "X-RSVP of all copies of " + copy[0])
        if message["X-RSVP-Tag"] is not None:
            self.tagged.add(copy)
        if message["X-RSVP-Folder"] is not None:
            self.filed.add(copy)
        return copy

    def copies(self):
        return self.delivered | self.held


def rows_of(report, figure):
    """Counts by the last of what names a row; none of 0, a rule that never
    matched."""
    check(report[figure]["others"], 0, figure + ": others")
    rows = collections.Counter()
    for row in report[figure]["rows"]:
        name = [row[key] for key in ("key", "rule", "template") if key in row]
        rows[name[0]] += row["count"]
    return {key: count for key, count in rows.items() if count > 0}


def counts(things):
    return dict(collections.Counter(things))


def recount(lab, report, sent, arrived):
    """What the report must say, and says."""
    marks = arrived.headers
    recorded = [(mark, user) for mark, (_, users) in sent.items()
                for user in users if mark in marks]
    want = {
        "type": counts(f["type"] for f in marks.values()),
        "trust": counts(f["trust"] for f in marks.values()),
        "person": counts(sent[m][0].person for m in marks
                         if sent[m][0].person is not None),
        "user": counts(user for mark, user in arrived.copies()
                       if mark in marks),
        "known": counts("name" if (user, sent[mark][0].person) ==
                        ("alice", KNOWN) else "no" for mark, user in recorded),
        "rule": counts(plan_of(user, sent[mark][0])[0]
                       for mark, user in recorded
                       if plan_of(user, sent[mark][0])[0] is not None),
        "drift": counts("email_unheard_of_thing_01" for m, f in marks.items()
                        if f["type"] == "other" and f["trust"] != "forged"),
        "quarantine": {"held": len({mark for mark, _ in arrived.held})},
    }
    for figure, rows in want.items():
        check(rows_of(report, figure), rows, figure)
    check(report["messages"], len(marks), "messages")
    check(report["recipients"], len(recorded), "recipients")
    check(sum(rows_of(report, "day").values()), len(marks), "days")
    check(sum(rows_of(report, "forged").values()),
          want["trust"].get("forged", 0), "forged")
    actions = rows_of(report, "action")
    check(actions["tag"], len(arrived.tagged), "tagged copies")
    check(actions["file"], len(arrived.filed), "filed copies")
    check(actions["quarantine"], len(arrived.held), "held copies")
    # Each recipient has it by himself, whatever the others want.
    answers = [mark for mark, user in recorded
               if "reply" in plan_of(user, sent[mark][0])[1]]
    check(actions["reply"], len(answers), "answers that rules want")
    check(actions["deliver"], len(
        [1 for mark, user in recorded
         if plan_of(user, sent[mark][0])[1] == ("deliver",)]), "delivered")
    jobs, sunk = rows_of(report, "job"), len(lab.sunk())
    check((jobs["queued"], jobs["sent"]), (sunk, sunk), "answers sent")
    stopped = sum(rows_of(report, "no_reply").values())
    refused = sum(rows_of(report, "refused").values())
    check(jobs.get("refused", 0), refused, "refused")
    check(sunk + stopped + refused, len(answers), "what became of answers")
    check(stopped >= len([m for m in answers if not sent[m][0].signed]), True,
          "none to what nobody vouches for")


def digest_of(lab, user, since, until):
    """The subject and the text of the one that the user gets."""
    words = ("digest", "--since", since, "--until", until, "--user", user)
    for _ in range(2):
        result = lab.rsvpctl(*words)
        check(result.returncode, 0, result.stderr)
    lab.reload()  # the sender looks at once; else once a minute
    mail = wait_until(lambda: [m for m in map(parse, lab.delivered(user))
                               if m["X-Mark"] is None], "the digest")
    check(len(mail), 1, "digests of " + user)
    text = mail[0].get_payload(0).get_payload(decode=True).decode()
    return mail[0]["Subject"], text


def digests_tell_all(lab, start, arrived):
    """As many as were held and filed for the user."""
    since, until = (time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(t))
                    for t in (start, time.time()))
    for user in ("alice", "bob"):
        held = len([u for _, u in arrived.held if u == user])
        filed = len([u for _, u in arrived.filed if u == user])
        subject, text = digest_of(lab, user, since, until)
        check("%d held" % held in subject, True, subject)
        check(filed == 0 or "%d filed" % filed in subject, True, subject)
        check("released" in text and "deleted" in text, True, text)
    check([m for m in map(parse, lab.delivered("carol"))
           if m["X-Mark"] is None], [], "who wants none gets none")


def review_of_five_hundred_mails(site):
    """List, explain, report, release, delete, digest: and each figure is
    true."""
    start = time.time() - 1
    with site({"reply.per_user_day": "1000", "users.digests": "true"}) as lab:
        lab.user("alice", 'digest = "daily";' + HOLD_STRANGERS,
                 contacts_txt=KNOWN + "\n")
        lab.user("bob", 'digest = "daily";' + TAG_RECRUITERS)
        lab.user("carol", ANSWER_INMAIL)
        sent = put_in(lab, random.Random(SEED))
        copies = {(mark, user) for mark, (_, users) in sent.items()
                  for user in users}

        def all_there():
            arrived = Arrived(lab)
            return arrived.copies() == copies and arrived

        arrived = wait_until(all_there, "all mails, delivered or held")
        check(arrived.delivered & arrived.held, set(), "both")
        for mark in {mark for mark, _ in arrived.held}:
            check({u for m, u in arrived.held if m == mark},
                  set(sent[mark][1]), "all recipients of a held mail")
            check({"quarantine" in plan_of(u, sent[mark][0])[1]
                   for u in sent[mark][1]}, {True}, "what each of them wants")

        def settled():
            report = json.loads(lab.rsvpctl("report", "--json").stdout)
            jobs = rows_of(report, "job")
            return (report["messages"] == len(arrived.headers) and
                    jobs.get("sent") == jobs.get("queued") and report)

        report = wait_until(settled, "the records")
        recount(lab, report, sent, arrived)

        # The same in the other forms.
        listed = [json.loads(line) for line in
                  lab.rsvpctl("log", "--json").stdout.splitlines()]
        check(len([r for r in listed if "type" in r]), report["messages"],
              "log")
        held = [json.loads(line)["qid"] for line in lab.rsvpctl(
            "quarantine", "list", "--json").stdout.splitlines()]
        check(sorted(held), sorted(arrived.queue_id.values()), "held")
        for queue_id in held[:5]:
            told = lab.rsvpctl("explain", queue_id)
            check("The MTA was asked to hold it.\n" in told.stdout, True,
                  told.stdout + told.stderr)

        # Half of it is let go, the rest deleted.
        let_go = {mark for mark in arrived.queue_id
                  if arrived.queue_id[mark] in held[::2]}
        result = lab.rsvpctl("quarantine", "release", *held[::2])
        check((result.returncode, len(result.stdout.splitlines())),
              (0, len(held[::2])), result.stderr)
        result = lab.rsvpctl("quarantine", "delete", "--all")
        check((result.returncode, len(result.stdout.splitlines())),
              (0, len(held[1::2])), result.stderr)
        check(lab.held(), set(), "held still")
        want = arrived.delivered | {(m, u) for m, u in arrived.held
                                    if m in let_go}
        wait_until(lambda: Arrived(lab).delivered == want,
                   "what was let go, once")
        report = json.loads(lab.rsvpctl("report", "--json").stdout)
        check(rows_of(report, "quarantine"),
              {"held": len(held), "released": len(held[::2]),
               "deleted": len(held[1::2])}, "by hand")
        check(report["messages"], len(arrived.headers),
              "nothing was decided on twice")
        digests_tell_all(lab, start, arrived)
