# SPDX-License-Identifier: BSD-2-Clause
"""Imitations, and genuine mail tampered with where nothing is signed."""

from generator import wire
from generator.invitations import connect, year_2024
from generator.linkedin import Notice
from generator.mail import Mail, part, plain_fields
from generator.messages import inmail, inmail_notice, relay
from generator.people import (
    ALICE, BARNABY, BOB, CAROL, LAVINIA, OTTOLINE, SEPTIMUS, TANSY)


def copied_headers():
    """The whole header of a genuine mail, and a botnet behind it."""
    sample = "forged-2013-copied-headers"
    dice = wire.Dice(sample)
    ms = wire.milliseconds("2013-02-21 11:47:09.482")
    fields = [
        ("Received", "from mailc-aa.linkedin.com (mailc-aa.linkedin.com "
         "[192.0.2.200]) by dsl-77.example.org with SMTP; " +
         wire.date(ms, "+0000")),
        ("Sender", "messages-noreply@bounce.linkedin.com"),
        ("Date", wire.date(ms)),
        ("From", "LinkedIn <welcome@linkedin.com>"),
        ("To", "bob@example.net"),
        ("Message-ID", "<%d.%d.%d.JavaMail.app@ela9-app7001.prod>" % (
            dice.number("a", 2 ** 31), dice.number("b", 9999999), ms)),
        ("Subject", "Welcome to LinkedIn!"),
        ("X-LinkedIn-Template", "welcome_default"),
        ("X-LinkedIn-Class", "WELCOME"),
        ("X-LinkedIn-fbl", "s-" + dice.token("fbl", 60)),
    ]
    return Mail(sample, fields, part("text/html", [
        "<p>Confirm your address:</p>", '<p><a href="http://pills.example/c">'
        'https://www.linkedin.com/e/confirm</a></p>']))


def cousin():
    """A domain that looks like it; the links do not even try."""
    sample = "forged-cousin-domain"
    fields = plain_fields(
        sample, (BARNABY.name, "invitations@liinkedin.example"),
        (ALICE.name, ALICE.address), "I want to connect",
        "2025-06-11 02:58:00")
    return Mail(sample, fields, part("text/html", [
        "<p>Alice, respond to %s's invite now.</p>" % BARNABY.name,
        '<p><a href="https://liinkedin.example/comm/mynetwork/invite-accept">'
        "Accept</a></p>", "<p>You are receiving LinkedIn invitations "
        "emails.</p>"]))


def reminders():
    """Wording of about 2010 that only imitations still use."""
    sample = "forged-reminders-text"
    fields = plain_fields(
        sample, ("LinkedIn Reminders", "rem%d@freemail.example" %
                 wire.Dice(sample).number("n", 999)),
        (CAROL.name, CAROL.address), "LinkedIn Reminder",
        "2022-03-01 13:10:44")
    text = ["LinkedIn", "", "REMINDERS", "", "Invitation reminders:",
            "From %s (Consultant at Nowhere)" % OTTOLINE.name, "",
            "PENDING MESSAGES", "", "There are a total of 3 messages awaiting "
            "your response. Visit your InBox now.", "",
            "Don't want to receive email notifications? Adjust your message "
            "settings.", "", "LinkedIn values your privacy. At no time has "
            "LinkedIn made your email address available to any other LinkedIn "
            "user without your permission. (c) 2010, LinkedIn Corporation."]
    return Mail(sample, fields, part("text/plain", text), part("text/html", [
        '<p><a href="http://pages.example/forumx.php">%s</a></p>' % line
        for line in text if line]))


def unsigned():
    """Perfect in every octet, but LinkedIn never sent it."""
    yield year_2024(
        connect("forged-unsigned-invitation", "2026-10-20 03:14:15.926", ALICE,
                SEPTIMUS), SEPTIMUS, 2)
    yield year_2024(
        connect("forged-own-headers", "2026-10-21 03:33:33.000", BOB, TANSY,
                extra=[("X-RSVP", "network=linkedin; type=invitation; "
                        "trust=direct; known=email"),
                       ("X-RSVP-Tag", "Friends"),
                       ("X-RSVP-Folder", "INBOX/Important")]), TANSY)
    fields = plain_fields("forged-own-headers-ordinary",
                          ("Nobody", "nobody@pills.example"),
                          (CAROL.name, CAROL.address), "Hello again",
                          "2026-10-22 04:00:00")
    fields += [("X-RSVP", "network=linkedin; type=message; trust=direct"),
               ("x-rsvp-tag", "Friends")]
    yield Mail("forged-own-headers-ordinary", fields,
               part("text/plain", ["Buy now."]))


def reply_routes():
    """Replays: the signatures hold, Reply-To is not under them."""
    def replay(what, *routes):
        n = inmail_notice("forged-inmail-reply-to-" + what,
                          "2026-10-19 10:00:27.182", ALICE, LAVINIA,
                          "A widget of your own", reply_to=list(routes))
        return inmail(n, LAVINIA, ["Hello Alice,", "", "may I tell you of a "
                                   "vacancy?", "", LAVINIA.first])

    route = relay(Notice("a relay", "2026-10-19 10:00:27.182", ALICE, "", ("",
                                                                         "")),
                  LAVINIA)
    yield replay("foreign", "%s <lavinia@attacker.example>" % LAVINIA.name)
    yield replay("group", "Recruiters: %s, lavinia@attacker.example;" % route)
    yield replay("lookalike", route.replace(
        "reply.linkedin.com", "reply.linkedin.com.attacker.example"))
    yield replay("twice", route,
                 "%s <lavinia@attacker.example>" % LAVINIA.name)
    yield replay("two-mailboxes", route + ", lavinia@attacker.example")


def samples():
    yield copied_headers()
    yield cousin()
    yield reminders()
    yield from unsigned()
    yield from reply_routes()
