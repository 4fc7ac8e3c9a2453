#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_loops.py - answers that meet machines that answer: no loop, and at most
one answer each.

The network is played by the test: what a site sends to a route becomes, as
with the real one, a new notification for whoever is behind that route, without
any header that the answer had.
"""
import contextlib
import re
import sys

import postfix_lab
from lab import check, parse, read, run, sample, sign, wait_until
from mail_flow import ANSWER_INMAIL, INMAIL
from postfix_lab import PostfixLab

FAR = ("mx.example.org", "203.0.113.5")
MOST = 10  # rounds until something that should have ended is called a loop


def inmail(text=b"", fields=b""):
    """A notification of the network, always from the same person."""
    head, _, body = sample(INMAIL).partition(b"\r\n\r\n")
    return sign(head + b"\r\n" + fields + b"\r\n" + body + text)


def answer_to(lab, mail, **how):
    """The new answer that the mail is given, or None, and why not."""
    before = len(lab.sunk())
    queue_id = lab.send(mail, **how)
    lab.wait_for_delivery(queue_id)

    def records(kind):
        return [record for record in lab.records()
                if record.get("qid") == queue_id and kind in record]

    # The record of a decision is written before the MTA has the mail.
    if not records("type"):
        return None, "no candidate"
    decision = records("type")[0]
    reply = decision["recipients"][0].get("reply", {})
    if reply.get("mode", "none") == "none":
        return None, reply.get("why", decision["type"])
    end = wait_until(lambda: [
        record for record in records("outbox")
        if record["outbox"] in ("refused", "sent", "failed")],
        "what became of the answer to " + queue_id)[0]
    if end["outbox"] != "sent":
        return None, end["why"]
    return lab.wait_for_sunk(before + 1)[before], None


@contextlib.contextmanager
def a_site():
    with PostfixLab() as lab:
        lab.user("alice", ANSWER_INMAIL)
        yield lab


def relayed(answer, number):
    """What the network makes of an answer: an InMail with its text."""
    return inmail(b"\r\n%d: " % number + parse(answer).get_payload(
        decode=True).replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))


def two_sites_that_answer_each_other_do_so_once(_):
    with a_site() as one, a_site() as two:
        mail, answers = inmail(b"\r\nThe first.\r\n"), []
        for number in range(MOST):
            lab = (one, two)[number % 2]
            answer, why = answer_to(lab, mail)
            if answer is None:
                break
            answers.append(answer)
            # That very answer, should the network send it on as it is.
            other = (two, one)[number % 2]
            check(answer_to(other, answer, sender="", client=FAR),
                  (None, "no candidate"), "an answer as it is")
            mail = relayed(answer, number)
        check(why, "answered-before", "the end")
        check((len(one.sunk()), len(two.sunk())), (1, 1), "answers")


def vacation(answer, number, fields):
    """A responder that answers everything, to From, and quotes it."""
    return (b"From: far@example.org\r\nTo: %s\r\nDate: %s\r\n"
            b"Message-ID: <v%d@example.org>\r\nIn-Reply-To: %s\r\n"
            b"Subject: Out of office: %s\r\n%s\r\nI am away.\r\n\r\n"
            % tuple(parse(answer)[name].encode() if isinstance(name, str)
                    else name for name in (
                        "From", "Date", number, "Message-ID", "Subject",
                        fields))) + answer


def a_vacation_responder_is_answered_once(_):
    kinds = [("with Auto-Submitted", b"Auto-Submitted: auto-replied\r\n"),
             ("without", b"")]
    for name, fields in kinds:
        with a_site() as lab:
            answer, _ = answer_to(lab, inmail())
            check(answer is None, False, name + ": the first answer")
            # It should not have answered that at all.
            check(b"X-Mail-Args: <>" in answer, True, name + ": null sender")
            for number in range(MOST):
                check(answer_to(lab, vacation(answer, number, fields),
                                sender="far@example.org", client=FAR),
                      (None, "no candidate"), name + ": by mail")
                check(answer_to(lab, inmail(b"\r\nAway, %d.\r\n" % number,
                                            fields)),
                      (None, "auto-submitted" if fields else
                       "answered-before"), name + ": through the network")
            check(len(lab.sunk()), 1, name + ": answers")
            check(len(lab.delivered("alice")), 2 * MOST + 1, name + ": mail")


ANSWER_EVERYTHING = """
rules = ( { name = "all"; when = { }; do = [ "reply:and-you-are" ]; } );
"""
LIST = (b"List-Id: <friends.example.org>\r\n"
        b"List-Post: <mailto:friends@example.org>\r\nPrecedence: list\r\n")
REPORT = (b'MIME-Version: 1.0\r\nContent-Type: multipart/report;'
          b' report-type=delivery-status; boundary="b"\r\n')


def report(about, sender):
    """A delivery status notification (RFC 3464) about a mail."""
    return (b"From: " + sender + b"\r\nTo: alice@example.net\r\n"
            b"Date: " + parse(about)["Date"].encode() + b"\r\n"
            b"Subject: Undelivered Mail Returned to Sender\r\n"
            b"Message-ID: <dsn@example.org>\r\n" + REPORT + b"\r\n"
            b"--b\r\nContent-Type: text/plain\r\n\r\nIt failed.\r\n"
            b"--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            b"Reporting-MTA: dns; mx.example.org\r\n\r\n"
            b"Final-Recipient: rfc822; x@example.org\r\nAction: failed\r\n"
            b"Status: 5.7.1\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
            b"\r\n" + about + b"\r\n--b--\r\n")


def as_report(mail):
    """A notification whose type is that of a report."""
    head, _, body = mail.partition(b"\r\n\r\n")
    fields, skip = [], False
    for line in head.split(b"\r\n"):
        if line[:1] not in b" \t":
            skip = line.lower().startswith((b"content-type:",
                                            b"mime-version:"))
        if not skip:
            fields.append(line)
    return sign(b"\r\n".join(fields) + b"\r\n" + REPORT + b"\r\n--b\r\n"
                b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body +
                b"\r\n--b--\r\n")


def what_machines_send_is_not_answered(_):
    good = inmail()
    rows = [
        ("a list, from its host", inmail(fields=LIST),
         {"sender": "friends-bounces@example.org", "client": FAR}, "other"),
        ("a list, as if from the network", inmail(fields=LIST), {}, "other"),
        ("a list that says little", inmail(
            fields=b"List-Post: <mailto:friends@example.org>\r\n"), {},
         "other"),
        ("bulk", inmail(fields=b"Precedence: bulk\r\n"), {}, "other"),
        ("another responder", inmail(fields=b"X-Autoreply: yes\r\n"), {},
         "vendor-autoreply"),
        ("one that wants no answers", inmail(
            fields=b"X-Auto-Response-Suppress: OOF\r\n"), {},
         "auto-response-suppress"),
        ("our own mark", inmail(fields=b"X-RSVP-Loop: 1\r\n"), {}, "loop"),
        ("a bounce", good, {"sender": ""}, "null-sender"),
        ("a bounce of the far site's", report(
            good, b"MAILER-DAEMON@example.org"),
         {"sender": "", "client": FAR}, "no candidate"),
        ("a DSN of the network's", sign(report(
            good, b"MAILER-DAEMON@linkedin.com")), {"sender": ""}, "other"),
        ("a DSN with a sender", sign(report(
            good, b"inmail-hit-reply@linkedin.com")), {}, "no-route"),
        ("a notification that is a report", as_report(sample(INMAIL)), {},
         "report"),
    ]
    with PostfixLab() as lab:
        lab.user("alice", ANSWER_EVERYTHING)
        got = [(name,) + answer_to(lab, mail, **how)
               for name, mail, how, _ in rows]
        check(lab.sunk(), [], "answers")
        check(len(lab.delivered("alice")), len(rows), "mail")
        for (name, answer, why), row in zip(got, rows):
            check((answer, why), (None, row[3]), name)
        # And all of that has claimed nothing.
        check(answer_to(lab, inmail(b"\r\nAt last.\r\n"))[1], None,
              "why no answer to a person's")


def an_answer_that_is_refused_comes_back_to_nobody(_):
    with a_site() as lab:
        # The network's relay is known to answer so.
        lab.sinks["sink"].kill()
        lab.sinks["sink"].wait()
        lab.sinks["sink"] = lab.spawn(
            "/usr/sbin/smtp-sink", "-u", "nobody", "-f", "rcpt",
            "127.0.0.1:%d" % lab.sink_port, "100")
        lab.wait_for_delivery(lab.send(inmail()))
        wait_until(lambda: b"status=bounced" in read(lab.maillog), "a refusal")
        bounced = re.search(rb"(\w+): to=<[^>]*>.*status=bounced",
                            read(lab.maillog))[1].decode()
        lab.wait_for_delivery(bounced)
        check(answer_to(lab, inmail(b"\r\nAgain.\r\n")),
              (None, "answered-before"), "the next request")
        check(len(lab.delivered("alice")), 2, "mail, and no bounce")


TESTS = [
    two_sites_that_answer_each_other_do_so_once,
    a_vacation_responder_is_answered_once,
    what_machines_send_is_not_answered,
    an_answer_that_is_refused_comes_back_to_nobody,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, postfix_lab.missing(), at_once=4))
