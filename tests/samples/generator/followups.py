# SPDX-License-Identifier: BSD-2-Clause
"""What follows an invitation: reminders, digests, acceptances; and pages."""

from generator.frame import CARD, footer, footer_2015, mark
from generator.html import Page
from generator.invitations import INVITATIONS, accept_2024, portrait
from generator.linkedin import Notice
from generator.people import (
    ALICE, BARNABY, BOB, CAMILLE, CAROL, CORNELIUS, EUPHEMIA, FULANA, HORATIO,
    LAVINIA, LEOPOLD, OTTOLINE, PHILOMENA, SEPTIMUS, TANSY)

MESSAGES = "messages-noreply@linkedin.com"


# Reminders to members.

def reminder_old(n, who, since, links=True):
    """since may hold a zero-width space, as in 2013."""
    asked = ("%s would like to connect on LinkedIn. How would you like to "
             "respond?" % who.name)
    lines = [asked, "", who.name, who.headline, who.place, ""]
    if n.year < 2013:
        lines = ["LinkedIn", "-" * 12, ""]
    n.text = lines + ["This is a reminder that on %s, %s sent you an "
                      "invitation to become part of their professional "
                      "network at LinkedIn." % (since, who.name), ""]
    if links:
        n.text += ["Accept: http://www.linkedin.com/e/%s/%s/blk/I%d_2/%s/"
                   "EML_comm_afe/" % (
                       n.eid, n.dice.token("e", 20),
                       n.dice.number("I", 10 ** 9) + 10 ** 9,
                       n.dice.token("blk", 30)), ""]
    else:
        n.text += ["Reminder emails for pending invitations.", ""]
    n.text.append("\u00a9 2012 LinkedIn Corporation. 2029 Stierlin Ct, "
                  "Mountain View, CA 94043, USA.")
    page = Page()
    for text in n.text:
        if text and "http:" not in text:
            page.text(text)
    n.html = page.render()
    return n


def reminder(n, who):
    profile = n.profile(who, "hero-3-prof~cta")
    accept = accept_2024(n)
    asked = ("%s would like to connect on LinkedIn. How would you like to "
             "respond?" % who.name)
    n.text = [asked, "", who.name, who.headline, "", "Accept: " + accept, "",
              "View %s's profile: %s" % (who.name, profile), ""]
    page = Page(n.lang)
    mark(n, page, "header-15-profile")
    page.text(asked, "h1")
    page.anchor(who.name, n.profile(who, "hero-2-prof~name"))
    page.text(who.headline)
    page.text(who.place)
    page.buttons(("Accept", accept), ("View profile", profile))
    footer(n, page, "Invitation")
    n.html = page.render()
    return n


def reminders():
    yield reminder_old(
        Notice("invitation-reminder-2012-06", "2012-06-18 13:13:13.131", ALICE,
               "Reminder about your invitation from " + HORATIO.name,
               (HORATIO.name + " (LinkedIn Invitations)", INVITATIONS),
               sent_by="messages-noreply@bounce.linkedin.com"),
        HORATIO, "June 4")
    yield reminder_old(
        Notice("invitation-reminder-2013-11", "2013-11-04 15:20:36.902", CAROL,
               CORNELIUS.name + "'s invitation is awaiting your response",
               (CORNELIUS.name, INVITATIONS),
               sent_by="messages-noreply@bounce.linkedin.com"),
        CORNELIUS, "10/24/13 12\u200b:25 PM", links=False)
    yield reminder(
        Notice("invitation-reminder-2017-02", "2017-02-13 20:01:44.018", BOB,
               OTTOLINE.name + "'s invitation is waiting for your response",
               ("LinkedIn", MESSAGES), "email_m2m_invite_reminder_01",
               made="2017-02-06 20:00:00"), OTTOLINE)
    yield reminder(
        Notice("invitation-reminder-2019-08", "2019-08-22 04:15:59.730", ALICE,
               SEPTIMUS.name + "'s invitation is waiting for your response",
               (SEPTIMUS.name, INVITATIONS), "email_m2m_invite_reminder_02",
               made="2019-08-15 18:22:07"), SEPTIMUS)


def digest(n, people, words):
    """Several in one mail; words: its first line."""
    n.text = [words, ""]
    page = Page(n.lang)
    mark(n, page)
    page.text(words, "h1")
    for i, who in enumerate(people):
        profile = n.profile(who, "invitations-%d-prof~cta" % i)
        accept = n.url(
            "comm/mynetwork/invite-accept/invitationId/%d/sharedKey/%s/" %
            (n.invitation_id + (i * 86400000 << 22), n.dice.token(
                "key%d" % i, 8)), "invitations-%d-accept~cta" % i)
        n.text += [who.name, who.headline, "Accept: " + accept,
                   "View profile: " + profile, CARD]
        page.anchor(who.name, profile)
        page.text(who.headline)
        page.buttons(("Accept", accept))
    n.text[-1] = ""
    footer(n, page, "Invitation")
    n.html = page.render()
    return n


# Accepted.

def accepted_2008():
    n = Notice("invitation-accepted-2008-12", "2008-12-22 16:40:27.555", ALICE,
               EUPHEMIA.name + " has accepted your LinkedIn invitation",
               ("LinkedIn Updates", "updates@linkedin.com"))
    n.text = ["LinkedIn", "-" * 12, "", EUPHEMIA.name + " has accepted your "
              "invitation to connect.", "", "View %s's profile:" %
              EUPHEMIA.name, "http://www.linkedin.com/e/%s/vpf/%d/" %
              (n.dice.token("e", 20), n.dice.number("no", 10 ** 7)), "", "-- ",
              "(c) 2008, LinkedIn Corporation"]
    return n


def accepted_2016():
    n = Notice("invitation-accepted-2016-01", "2016-01-22 09:09:09.909", CAROL,
               "See %s's connections, experience, and more" % BARNABY.name,
               (BARNABY.name, INVITATIONS), "accept_invite_04", headers=False)
    profile = n.profile(BARNABY, "null-74-null-null")
    message = n.service("a=mailbox-message-compose",
                        "tracking=eml-comm_inv_acpt-prof_card-msg_text-0")
    said = BARNABY.first + " has accepted your invitation"
    n.text = [said, "", "View profile here: " + profile,
              "Send a message: " + message, ""]
    page = Page()
    page.text(said, "h1")
    page.anchor(BARNABY.name, profile)
    page.text(BARNABY.headline)
    page.buttons(("Send a message", message))
    footer_2015(n, page, "Accepted invitations")
    n.html = page.render()
    return n


def accepted(n, who, words, plain=True):
    """plain: False leaves the profile's link to the HTML part."""
    profile = n.profile(who, "hero-0-prof~name")
    message = n.url("comm/messaging/compose", "hero-0-message~cta")
    n.text = words + ["", who.name, who.headline, who.place, "",
                      "Message: " + message, ""]
    if plain:
        n.text[-1:] = ["View profile: " + profile, ""]
    page = Page(n.lang)
    mark(n, page)
    for text in words:
        page.text(text)
    portrait(n, page, who, "hero-0-prof~photo")
    page.anchor(who.name, profile)
    page.text(who.headline)
    page.text(who.place)
    page.buttons(("Message", message))
    footer(n, page, "Accepted invitation")
    n.html = page.render()
    return n


def accepted_batch(n, people):
    words = "You have %d new connections" % len(people)
    n.text = [words, ""]
    page = Page(n.lang)
    mark(n, page)
    page.text(words, "h1")
    for i, who in enumerate(people):
        profile = n.profile(who, "connections-%d-prof~cta" % i)
        n.text += [who.name, who.headline, "View profile: " + profile, CARD]
        page.anchor(who.name, profile)
        page.text(who.headline)
    n.text[-1] = ""
    footer(n, page, "Accepted Invitation")
    n.html = page.render()
    return n


def acceptances():
    single = "email_accept_invite_single_01"
    yield accepted_2008()
    yield accepted_2016()
    who = TANSY
    yield accepted(
        Notice("invitation-accepted-2024-09", "2024-09-25 18:30:00.480", ALICE,
               "Alice, start a conversation with your new connection, " +
               who.name, (who.name + " via LinkedIn", INVITATIONS), single),
        who, ["See %s\u2019s connections, experience, and more" % who.name, "",
              "%s has accepted your invitation. Let\u2019s start a "
              "conversation." % who.name])
    who = LAVINIA
    yield accepted(
        Notice("invitation-accepted-2026-08", "2026-08-19 07:07:30.070", BOB,
               "%s (%s) accepted your invitation, explore their network" %
               (who.name, who.headline), (who.name + " via LinkedIn",
                                          INVITATIONS), single),
        who, ["%s has accepted your invitation. Let\u2019s start a "
              "conversation." % who.name], plain=False)
    people = [SEPTIMUS, OTTOLINE, HORATIO]
    yield accepted_batch(
        Notice("invitation-accepted-2026-09-batch", "2026-09-02 13:00:21.600",
               CAROL, "See %s\u2019s and other people\u2019s connections, "
               "experience, and more" % people[0].name,
               ("LinkedIn", INVITATIONS), "email_accept_invite_digest_01"),
        people)
    who = FULANA
    yield accepted(
        Notice("invitation-accepted-2026-10-es", "2026-10-05 10:45:16.222",
               BOB, who.first + " ha aceptado tu invitación",
               (who.name + " a través de LinkedIn", INVITATIONS), single,
               lang="es"), who, [who.first + " ha aceptado tu invitación"])


# Asked to follow a page: the reminder, a few days later.

def follow(n, who, words, page_name, industry):
    key = n.dice.token("secret", 12)
    accept = n.url("comm/company/%d/accept-follow-invite/%d/%s" %
                   (n.dice.number("company", 10 ** 8), n.invitation_id, key),
                   "pending_invites-2-generic")
    view = n.url("comm/company/%d/" % n.dice.number("company", 10 ** 8),
                 "pending_invites-3-generic")
    n.text = [words, "", page_name, industry, "", accept, "", view, ""]
    page = Page(n.lang)
    mark(n, page)
    page.text(words, "h1")
    page.anchor(page_name, view)
    page.text(industry)
    page.buttons((page_name, accept))
    footer(n, page, "concernant Pages Invitation" if n.lang == "fr" else
           "Pages Invitation")
    n.html = page.render()
    return n


def pages():
    template = "email_generic_invitation_reminder_organization_01"
    yield follow(
        Notice("page-invitation-2021-12-fr", "2021-12-16 08:50:33.333", ALICE,
               CAMILLE.name + " vous a invité(e) à vous abonner à une page la "
               "semaine dernière", (CAMILLE.name, INVITATIONS), template,
               lang="fr", made="2021-12-12 23:10:00"),
        CAMILLE, CAMILLE.name + " vous a invité(e) à vous abonner à une page "
        "la semaine dernière", "Nuages Modèles & Filles", "Météorologie")
    yield follow(
        Notice("page-invitation-2023-05", "2023-05-09 08:50:33.333", BOB,
               SEPTIMUS.name + " invited you to follow a page last week",
               (SEPTIMUS.name, INVITATIONS), template,
               made="2023-05-04 10:00:00"),
        SEPTIMUS, SEPTIMUS.name + " invited you to follow a page last week",
        "Cabbagestalk Puddings", "Food and Beverages")


# Asked for other things.  The template is one word away from the one that is
# known; nobody has shown such a mail.

def ask(n, who, words, path, what):
    accept = n.url(path, "pending_invites-2-generic")
    n.text = [words, "", what, "", accept, ""]
    page = Page(n.lang)
    mark(n, page)
    page.text(words, "h1")
    page.buttons((what, accept))
    footer(n, page, "LinkedIn notification")
    n.html = page.render()
    return n


def guesses():
    def generic(sample, when, to, who, words, kind):
        return Notice(sample, when, to, "%s %s" % (who.name, words),
                      (who.name, INVITATIONS),
                      "email_generic_invitation_reminder_%s_01" % kind)

    words = "invited you to attend"
    n = generic("event-invitation-2026-05-guess", "2026-05-27 09:14:50.730",
                CAROL, PHILOMENA, words, "event")
    yield ask(n, PHILOMENA, n.subject, "comm/events/7461234567890123456/",
              "An Evening in the Attic")
    words = "invited you to join a group"
    n = generic("group-invitation-2026-05-guess", "2026-05-28 10:25:01.841",
                BOB, CORNELIUS, words, "group")
    yield ask(n, CORNELIUS, n.subject, "comm/groups/1234567/",
              "Tower Clock Keepers")
    words = "invited you to subscribe to The Weekly Kite"
    n = generic("newsletter-invitation-2026-05-guess",
                "2026-05-29 11:36:12.952", ALICE, TANSY, words,
                "content_series")
    yield ask(n, TANSY, n.subject, "newsletters/the-weekly-kite-7098765432109"
              "876543/", "The Weekly Kite")


def samples():
    yield from reminders()
    people = [LEOPOLD, PHILOMENA, EUPHEMIA]
    yield digest(
        Notice("invitation-digest-2021-01", "2021-01-12 05:05:05.505", ALICE,
               "You have 3 new invitations", ("LinkedIn", INVITATIONS),
               "email_m2m_invite_digest_02", made="2021-01-09 01:00:00"),
        people, "You have 3 new invitations")
    yield from acceptances()
    yield from pages()
    yield from guesses()
