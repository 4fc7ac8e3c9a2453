# SPDX-License-Identifier: BSD-2-Clause
"""quickstart.py - the part of contrib/quickstart behind the build.

Sends messages to alice@example.net, whose rules are RULES below, through a
private Postfix with the filter, and prints what became of each.
"""
import argparse
import os
import re
import sys

from lab import (LINKEDIN_HOST, body_of, parse, read, sample, sign, to_alice,
                 wait_until)
from postfix_lab import PostfixLab, missing

RULES = """\
from_name = "Alice Example";
contacts = ( "contacts.txt" );
rules = (
  { name = "not from them at all"; when = { trust = "forged"; };
    do = [ "tag:Forged" ]; },
  { name = "people I know"; when = { known = "name"; };
    do = [ "deliver" ]; },
  { name = "recruiters"; when = { headline = "(?i)\\\\b(recruit|talent)"; };
    do = [ "tag:Recruiter", "file:LinkedIn/Recruiters" ]; },
  { name = "and you are?"; when = { type = [ "inmail", "message" ]; };
    do = [ "tag:Asked", "reply:and-you-are" ]; },
  { name = "strangers"; when = { type = [ "invitation",
      "invitation-reminder", "guest-invitation" ]; };
    do = [ "quarantine" ]; }
);
"""

# What is sent when nothing is given: file, signed, connecting host.
STRANGER_HOST = ("unknown", "203.0.113.77")
NETWORK_SENDER, STRANGER = "s-x1@bounce.linkedin.com", "x@example.org"
SAMPLES = [
    ("invitation-2016-05.eml", True, LINKEDIN_HOST),
    ("invitation-2024-07.eml", True, LINKEDIN_HOST),
    ("invitation-2026-04-recruiter.eml", True, LINKEDIN_HOST),
    ("inmail-2026-01-de.eml", True, LINKEDIN_HOST),
    ("forged-unsigned-invitation.eml", False, STRANGER_HOST),
    ("not-ordinary.eml", False, ("mx.example.org", "203.0.113.5")),
]
KNOWN = "invitation-2024-07.eml"  # its inviter is in alice's contacts

# Message-IDs of the network's own hosts, all eras.
NETWORK_ID = re.compile(r"@[a-z0-9]+-[a-z]+[0-9]+\.prod(\.linkedin\.com)?>$")

COLUMNS = (("message", 32), ("recognised as", 21), ("person", 21),
           ("known", 6), ("trust", 9), ("rule", 20))


def progress(words, end="\n"):
    print(words, end=end, flush=True)


def printable(text):
    return "".join(c if c.isprintable() else "?" for c in str(text))


def collect(arguments):
    """(name, bytes, signed, client) of what is to be sent."""
    mails = []
    for name, signed, client in SAMPLES if not arguments.messages else []:
        mails.append((name, sample(name), signed, client))
    for path in arguments.messages:
        data = re.sub(rb"\r?\n", b"\r\n", read(path))
        identity = str(parse(data)["Message-ID"] or "").strip()
        signed = not arguments.as_is and bool(NETWORK_ID.search(identity))
        mails.append((os.path.basename(path), data, signed,
                      LINKEDIN_HOST if signed else STRANGER_HOST))
    return mails


def inviter(name):
    return str(parse(sample(name))["From"]).partition("<")[0].strip()


def settle(lab, queue_id):
    """Waits until the message is held or delivered; returns which."""
    def state():
        if queue_id in lab.held():
            return "held"
        log = read(lab.maillog).decode(errors="replace")
        return "delivered" if queue_id + ": removed" in log else None
    return wait_until(state, "the end of " + queue_id)


def decision(lab, queue_id):
    for record in lab.records():
        if record.get("qid") == queue_id and "type" in record:
            return record
    return None


def fields_of(message, *without):
    """The header as (name, value on one line), without fields of a name."""
    return [(name, printable(" ".join(str(value).split())))
            for name, value in parse(message).items() if name not in without]


def delivered_as(lab, sent, seen):
    """What became of a delivered message: lines for the reader."""
    message = next((m for m in lab.delivered("alice") if m not in seen), None)
    if message is None:
        return ["delivered to somebody else: alice has no copy"]
    seen.append(message)
    # A mail that was delivered before has some of delivery's own fields.
    before = fields_of(sent, *lab.ADDED)
    after = fields_of(message, *lab.ADDED)
    added = [field for field in after if field not in before]
    removed = [field for field in before if field not in after]
    lines = ["delivered with %s: %s" % field for field in added] + \
        ["delivered without %s: %s" % field for field in removed]
    if not lines:
        lines = ["delivered with the same headers" if before == after else
                 "delivered with the headers in ANOTHER ORDER"]
    same = body_of(message) == body_of(sent)
    return lines + ["body unchanged" if same else "BODY CHANGED"]


def row(cells):
    print("  ".join(printable(cell)[:width].ljust(width)
                    for cell, (_, width) in zip(cells, COLUMNS)))


def show(lab, results):
    print()
    row([name for name, _ in COLUMNS])
    row(["-" * width for _, width in COLUMNS])
    for name, record, what, signed in results:
        if record is None:
            row([name, "(no candidate)", "-", "-", "-", "-"])
        else:
            to = record["recipients"][0]
            row([name, record["type"],
                 (record["person"] or {}).get("name", "-"), to["known"],
                 record["trust"], to["rule"] or to["why"]])
        for line in what:
            print("    " + line)
        if signed:
            print("    (dated now, written to alice, signed with the test "
                  "key)")


def show_answers(lab):
    for message in lab.sunk():
        mail = parse(message)
        print("\nAnswer sent, as it arrived at the SMTP sink:")
        for name in ("From", "To", "Subject", "In-Reply-To",
                     "Auto-Submitted", "X-Auto-Response-Suppress"):
            print("    %s: %s" % (name, printable(mail[name])))
        print()
        text = mail.get_payload(decode=True).decode(errors="replace")
        for line in text.splitlines():
            print("    " + printable(line))


def process(lab, mails):
    results, seen, answers = [], [], 0
    for name, data, signed, client in mails:
        progress("      " + printable(name))
        sent = sign(to_alice(data)) if signed else data
        queue_id = lab.send(sent, client=client, sender=NETWORK_SENDER
                            if signed else STRANGER)
        state = settle(lab, queue_id)
        record = decision(lab, queue_id)
        what = ["held by the MTA as " + queue_id]
        if state == "delivered":
            what = delivered_as(lab, sent, seen)
        reply = record["recipients"][0]["reply"] if record else {}
        if reply.get("mode") == "reply":
            answers += 1
            lab.wait_for_sunk(answers)
            what.append("answer sent (below)")
        elif reply.get("why"):
            what.append("no answer: " + reply["why"])
        results.append((name, record, what, signed))
    return results


def main():
    parser = argparse.ArgumentParser(prog="contrib/quickstart")
    parser.add_argument("--keep", action="store_true",
                        help="leave Postfix and the filter running")
    parser.add_argument("--as-is", action="store_true",
                        help="sign nothing")
    parser.add_argument("messages", nargs="*", metavar="MESSAGE")
    arguments = parser.parse_args()
    why = missing()
    if why is not None:
        sys.exit("quickstart: " + why)
    mails = collect(arguments)
    progress("[3/4] starting a private Postfix and the filter ... ", "")
    with PostfixLab(keep=True) as lab:
        try:
            lab.user("alice", RULES, contacts_txt="# whom Alice knows\n" +
                     inviter(KNOWN) + " @friends\n")
            progress("done")
            progress("[4/4] sending %d messages" % len(mails))
            results = process(lab, mails)
            show(lab, results)
            show_answers(lab)
            print("\nThe records of the audit log:")
            for line in read(lab.audit).decode().splitlines() \
                    if os.path.exists(lab.audit) else []:
                print(line)
        finally:
            if not arguments.keep:
                lab.stop()
    print("\nEverything is in %s" % lab.folder)
    if arguments.keep:
        print("Still running: SMTP on 127.0.0.1:%d; stop it with\n"
              "    kill $(cat %s); postfix -c %s stop"
              % (lab.smtp_port, lab.pid_file, lab.path("etc")))


if __name__ == "__main__":
    main()
