# SPDX-License-Identifier: BSD-2-Clause
"""What is no notification, however much it talks of them."""

from generator import invitations, wire
from generator.mail import (
    Mail, attachment, part, plain_fields, received)
from generator.people import ALICE, BOB, CAROL, OTTOLINE, TANSY

LIST = "kites@lists.example.org"


def person(who):
    return who.name, who.address


def invitation():
    """One that was in fact sent, for people to quote."""
    return next(n for n in invitations.samples()
                if n.sample == "invitation-2016-05-note")


def staff():
    """Somebody who works there, signed by linkedin.com like the rest."""
    fields = plain_fields(
        "not-staff-2021", ("Ada Placeholder", "aplaceholder@linkedin.com"),
        person(BOB), "Re: [PATCH] kites: do not tie the same knot twice",
        "2021-08-06 16:41:38")
    fields += [("Cc", LIST)]
    return Mail("not-staff-2021", fields, part("text/plain", [
        "On Fri, Aug 06, 2021, Bob wrote:", "> The second knot is for luck.",
        "", "Luck belongs into a separate patch.", "",
        "Reviewed-by: Ada Placeholder <aplaceholder@linkedin.com>"]))


def list_reply():
    quoted = ["> " + line for line in invitation().text]
    fields = [received("mx.example.net", "lists.example.org", "192.0.2.5",
                       "2016-05-19 09:15:02", BOB.address)]
    fields += plain_fields("not-list-reply-2016", person(TANSY), ("", LIST),
                           "Re: [kites] Bob, please add me to your LinkedIn "
                           "network", "2016-05-19 09:14:30")
    fields += [("In-Reply-To", invitation().message_id),
               ("List-Id", "Kite fliers <kites.lists.example.org>"),
               ("Precedence", "list")]
    return Mail("not-list-reply-2016", fields, part("text/plain", [
        "Please do not upload our list to your address book.", "",
        "On 19 May 2016, Euphemia Brackenspoon via LinkedIn wrote:", ""] +
        quoted, "quoted-printable"))


def forwards():
    fields = plain_fields("not-forward-2016", person(BOB), person(CAROL),
                          "Fwd: Bob, please add me to your LinkedIn network",
                          "2016-05-19 08:00:41")
    n = invitation()
    yield Mail("not-forward-2016", fields, part("text/plain", [
        "Do you know her?", "", "---------- Forwarded message ---------",
        "From: %s <%s>" % n.sender, "Date: " + wire.date(n.ms),
        "Subject: " + n.subject, "To: Bob Sampleton <bob@example.net>", ""] +
        n.text, "quoted-printable"))
    fields = plain_fields("not-forward-attached", person(ALICE), person(BOB),
                          "Invitation from LinkedIn, as it came",
                          "2016-05-20 10:22:33")
    yield Mail("not-forward-attached", fields,
               part("text/plain", ["The original is attached."]),
               ("Content-Type: message/rfc822\n"
                "Content-Disposition: inline\n", n.bytes().decode()),
               kind="mixed")


def blog():
    fields = plain_fields(
        "not-blog-digest", ("Inbox Manners", "digest@inbox-manners.example"),
        person(CAROL), "I'd like to add you to my professional network on "
        "LinkedIn: ten ways to say no", "2024-04-22 06:00:00")
    fields += [("List-Unsubscribe", "<https://inbox-manners.example/out>")]
    text = ["This week: LinkedIn invitations.", "", "1. \"Hi Carol, I'd like "
            "to join your LinkedIn network.\" Whose network is it?",
            "2. NAME has endorsed you! And now?", "", "Read on: "
            "https://inbox-manners.example/linkedin?trk=weekly", "Follow us: "
            "https://www.linkedin.com/company/inbox-manners-example"]
    return Mail("not-blog-digest", fields, part("text/plain", text),
                part("text/html", ["<p>%s</p>" % line for line in text]))


def dmarc_report():
    fields = plain_fields("not-dmarc-report",
                          ("", "dmarc-noreply@linkedin.com"),
                          ("", "dmarc@example.com"), "DMARC Failure report "
                          "for example.com Mail-From: IP:192.0.2.99",
                          "2019-04-30 02:09:00")
    fields += [("X-LinkedIn-Class", "EMAIL_REPORTS")]
    return Mail(
        "not-dmarc-report", fields,
        part("text/plain", ["An email that was received from 192.0.2.99 did "
                            "not meet the policy of example.com."]),
        ("Content-Type: message/feedback-report\n", "\n".join([
            "Feedback-Type: auth-failure", "Version: 1.0",
            "Original-Rcpt-To: somebody@linkedin.com", "Auth-Failure: dmarc",
            "Reported-Domain: example.com", "Source-IP: 192.0.2.99", ""])),
        ("Content-Type: message/rfc822\n", "\n".join([
            "From: Carol Specimen <carol@example.com>",
            "To: Somebody <somebody@linkedin.com>",
            "Subject: Automatic reply: I want to connect",
            "Auto-Submitted: auto-replied", "", "I am among the shelves."])),
        kind="report; report-type=feedback-report")


def via_list():
    fields = [received("mx.example.net", "lists.example.org", "192.0.2.5",
                       "2023-11-17 03:33:40", BOB.address)]
    fields += plain_fields(
        "not-via-list", ("LinkedIn via Kites", LIST), ("", LIST),
        "\u2709\ufe0f Kites, View my invitation to connect",
        "2023-11-17 03:33:21")
    fields += [("Reply-To", "LinkedIn <messages-noreply@linkedin.com>"),
               ("List-Id", "Kite fliers <kites.lists.example.org>")]
    return Mail("not-via-list", fields, part("text/html", [
        '<p>You have 4 new invitation</p>', '<p><a href="https://'
        'bucket.example/kites">View invitations</a></p>']))


def ordinary():
    yield Mail("not-ordinary", plain_fields(
        "not-ordinary", person(OTTOLINE), person(ALICE), "Honey on Thursday?",
        "2026-10-12 17:05:00"), part("text/plain", [
            "Alice,", "", "the jars are full. Shall I come by on Thursday?",
            "", "Ottoline"]))
    fields = plain_fields("not-ordinary-large", person(TANSY), person(BOB),
                          "Plans of the big kite", "2026-10-13 06:45:10")
    dice = wire.Dice("not-ordinary-large")
    yield Mail("not-ordinary-large", fields,
               part("text/plain", ["Bob,", "", "all of it, to scale.", "",
                                   "Tansy"]),
               attachment("application/octet-stream",
                          dice.octets("plan", 72000), "kite.plan"),
               kind="mixed")
    fields = plain_fields(
        "not-other-newsletter", ("Sample & Daughters",
                                 "news@sample-and-daughters.example"),
        person(CAROL), "New shelves are in", "2025-03-03 09:00:00")
    fields += [("List-Unsubscribe",
                "<https://sample-and-daughters.example/bye>")]
    yield Mail("not-other-newsletter", fields, part("text/html", [
        "<h1>New shelves are in</h1>", "<p>Oak, ash and one of pine.</p>",
        '<p>Follow us on <a href="https://www.linkedin.com/company/sample-and-'
        'daughters-example">LinkedIn</a></p>']))


def samples():
    yield staff()
    yield list_reply()
    yield from forwards()
    yield blog()
    yield dmarc_report()
    yield via_list()
    yield from ordinary()
