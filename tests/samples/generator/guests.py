# SPDX-License-Identifier: BSD-2-Clause
"""Invitations to addresses without an account, and their two reminders."""

from generator.frame import DOTS, footer_2015
from generator.html import Page
from generator.invitations import DEFAULT_2009, INVITATIONS, blink
from generator.linkedin import Notice
from generator.people import (
    BARNABY, CAMILLE, CONTOH, CORNELIUS, DAVE, ERIKA, ERIN, HORATIO, OTTOLINE,
    SEPTIMUS, TANSY)

SUGGESTS = ("LinkedIn will use your email address to make suggestions to our "
            "members in features like People You May Know.")
GUEST = "You received an invitation to connect. " + SUGGESTS


def confirm_link(n, how="isd"):
    who = n.eid + "/" if n.year > 2009 else ""
    return "https://www.linkedin.com/e/%s%s/%d/%s/%s" % (
        who, how, n.dice.number("no", 10 ** 10), n.dice.token("key", 8),
        "?hs=false&tok=" + n.dice.token("tok", 14) if who else "")


def first_2009():
    n = Notice("guest-invitation-2009-01-base64", "2009-01-26 17:01:12.347",
               ERIN, "Invitation to connect on LinkedIn",
               (BARNABY.name, BARNABY.address), encoding="base64")
    n.text = ["Erin,", "", DEFAULT_2009, "", "- " + BARNABY.first, "",
              "Accept %s's invite:" % BARNABY.name, confirm_link(n), "",
              "-" * 42, "", "What is LinkedIn and why should you join?", ""]
    return n


def first_old(n, who, note, signature):
    """2011-2013.  In text the note comes first, in HTML the name."""
    confirm = confirm_link(n)
    out = ("http://www.linkedin.com/e/%s/%s/goo/%s/20061/I%d_30/?hs=false&"
           "tok=%s" % (n.eid, n.dice.token("g", 20),
                       n.to.address.replace("@", "%40"),
                       n.dice.number("I", 10 ** 9), n.dice.token("t2", 14)))
    foot = "You are receiving Invitation to Connect emails."
    copyright_ = ("(c) %d LinkedIn Corporation. 2029 Stierlin Ct, Mountain "
                  "View, CA 94043, USA." % n.year)
    n.text = ["LinkedIn", "-" * 12, ""] if n.year > 2011 else []
    n.text += [n.to.first + ",", "", note, ""]
    n.text += [signature, ""] if signature else []
    n.text += [who.name, who.headline, who.place, "",
               "Confirm that you know %s:" % who.name, confirm, "", "--",
               foot + " Click to unsubscribe:", out, "", copyright_]
    page = Page()
    for text in ("From " + who.name, who.headline, who.place, note):
        page.text(text)
    page.buttons(("Confirm that you know " + who.first, confirm))
    page.text(foot)
    page.anchor("Unsubscribe", out)
    n.html = page.render()
    return n


def firsts_old():
    def own(sample, when, to, who, subject):
        return Notice(sample, when, to, subject, (who.name, who.address),
                      sent_by="messages-noreply@bounce.linkedin.com",
                      class_="INVITE-GUEST")

    yield first_old(
        own("guest-invitation-2011-09-app", "2011-09-21 20:59:31.718", DAVE,
            CORNELIUS, "Join my network on LinkedIn through Clockmaker"),
        CORNELIUS, "I would like to connect with you on LinkedIn.", "")
    yield first_old(
        own("guest-invitation-2011-10-fr", "2011-10-25 08:14:02.206", ERIN,
            CAMILLE, "Invitation à se connecter sur LinkedIn"), CAMILLE,
        "J'aimerais vous inviter à rejoindre mon réseau professionnel en "
        "ligne, sur le site LinkedIn.", CAMILLE.first)
    yield first_old(
        own("guest-invitation-2012-12", "2012-12-11 03:28:19.477", DAVE,
            SEPTIMUS, "Stay in touch with me through LinkedIn"), SEPTIMUS,
        "Build your professional network, discover opportunities, and keep in "
        "touch with me on LinkedIn.", "- " + SEPTIMUS.first)
    yield first_old(
        own("guest-invitation-2013-07", "2013-07-17 12:12:45.649", ERIN,
            TANSY, "Invitation to connect on LinkedIn"), TANSY,
        "I still have your kite. Tell me where to send it.",
        "- " + TANSY.first)


def first(n, who, note, greeting="Hi,", asked="", guest=GUEST):
    """2015-2017: one link, which registers the reader; asked: its label."""
    confirm = n.service(
        "t=ssuw", "tracking=eml-guest-invite-cta&sharedKey=%s&invitationId=%d"
        % (n.shared_key, n.invitation_id))
    asked = asked or "Confirm that you know %s:" % who.first
    n.text = [greeting, "", note, "", "- " + who.first, "",
              asked + " " + confirm, ""]
    page = Page()
    for text in (who.name, greeting, note, "- " + who.first):
        page.text(text)
    page.buttons((asked.rstrip(":"), confirm))
    footer_2015(n, page, "", guest)
    n.html = page.render()
    return n


def firsts():
    yield first(
        Notice("guest-invitation-2015-10", "2015-10-02 14:22:50.812", ERIN,
               "I'd like to add you to my professional network on LinkedIn",
               (HORATIO.name, INVITATIONS), "invite_guest", headers=False),
        HORATIO, DEFAULT_2009)
    yield first(
        Notice("guest-invitation-2016-06-id", "2016-06-27 11:39:08.454", DAVE,
               "Undangan dari %s di LinkedIn" % CONTOH.name,
               (CONTOH.name, INVITATIONS), "invite_guest", lang="id",
               headers=False),
        CONTOH, "Saya ingin menambahkan Anda ke jaringan profesional saya di "
        "LinkedIn.", greeting="Hai Dave,",
        asked="Harap konfirmasi bahwa Anda mengenal %s:" % CONTOH.first,
        guest="Anda mendapatkan undangan untuk terhubung. LinkedIn akan "
        "menggunakan alamat email untuk memberi saran ke anggota lainnya di "
        "fitur seperti Orang yang Mungkin Anda Kenal.")
    yield first(
        Notice("guest-invitation-2017-01-de", "2017-01-17 19:08:26.111", ERIN,
               "Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf "
               "LinkedIn hinzufügen", (ERIKA.name, INVITATIONS),
               "invite_guest", lang="de"), ERIKA,
        "Ich möchte Sie gerne zu meinem beruflichen Netzwerk auf LinkedIn "
        "hinzufügen.",
        asked="Bestätigen Sie, dass Sie %s kennen." % ERIKA.name)


# Reminders: nothing but the template and the foot tell them from others.

def start(n, spot):
    return n.url("comm/start/accept-invitation", spot,
                 "sharedKey=%s&invitationId=%d" % (n.shared_key,
                                                   n.invitation_id))


def again(n, who, note=(), guest=GUEST, links=None):
    accept, profile = links or (start(n, "hero-0-accept_text"),
                                start(n, "hero-1-profile_text"))
    asked = ("%s would like to connect on LinkedIn. How would you like to "
             "respond?" % who.name)
    n.text = [asked, "", "Accept: " + accept, "", "View %s&#39;s profile: %s" %
              (who.name, profile), ""]
    n.text += list(note) + [""] if note else []
    page = Page()
    for text in (asked, who.name, who.headline):
        page.text(text)
    page.buttons(("Accept", accept), ("View profile", profile))
    for text in note:
        page.text(text)
    footer_2015(n, page, "", guest)
    n.html = page.render()
    return n


def again_links_only(n, who, foot, sent_to):
    """2020-2021: in the text part there is no word of who it is."""
    accept = n.url("comm/start/accept-invitation", "hero-0-accept~cta")
    profile = n.url("comm/in/" + who.slug, "hero-3-prof~cta")
    n.text = [accept, "", profile, "", DOTS, "", n.unsubscribe, "", n.help, "",
              foot, sent_to]
    page = Page(n.lang)
    page.anchor(who.name, n.url("comm/in/" + who.slug, "hero-2-prof~name"))
    page.text(who.headline)
    page.text(who.place)
    page.buttons(("LinkedIn", accept))
    page.text(foot)
    page.text(sent_to)
    n.html = page.render()
    return n


def waiting(sample, when, made, to, who, template, **more):
    return Notice(sample, when, to,
                  who.name + "'s invitation is waiting for your response",
                  (who.name, INVITATIONS), template, made=made, **more)


def reminders():
    n = waiting("guest-reminder1-2015-07-blink", "2015-07-02 09:50:41.363",
                "2015-06-28 09:00:00", ERIN, OTTOLINE, "", headers=False)
    yield again(n, OTTOLINE, links=(blink(n, "accept"), blink(n, "profile")),
                guest="You are receiving Reminder emails for pending "
                "invitations. " + GUEST)
    yield again(
        waiting("guest-reminder1-2016-12", "2016-12-01 18:37:20.099",
                "2016-11-26 16:10:30", DAVE, BARNABY,
                "first_guest_reminder_01", headers=False), BARNABY)
    yield again(
        waiting("guest-reminder2-2016-06-fr-note", "2016-06-01 12:31:07.808",
                "2016-05-18 18:00:12", ERIN, CAMILLE,
                "second_guest_reminder_01", headers=False), CAMILLE,
        ["Erin,", "", "Nous avons compté les nuages ensemble à Modèleville. "
         "Avez-vous gardé le carnet ?", "", "- " + CAMILLE.first])
    yield again(
        waiting("guest-reminder2-2018-08", "2018-08-02 07:25:49.951",
                "2018-07-19 09:09:09", DAVE, CORNELIUS,
                "email_second_guest_reminder_02"), CORNELIUS)
    yield again_links_only(
        waiting("guest-reminder2-2020-04-links-only",
                "2020-04-07 22:16:38.402", "2020-03-25 11:11:11", ERIN, TANSY,
                "email_second_guest_reminder_03"), TANSY,
        "You are receiving Invitation reminder email emails. " + SUGGESTS,
        "This email was sent to erin@example.net.")
    yield again_links_only(
        waiting("guest-reminder2-2021-12-fr", "2021-12-15 16:58:04.260",
                "2021-12-01 17:17:17", DAVE, SEPTIMUS,
                "email_second_guest_reminder_03", lang="fr"), SEPTIMUS,
        "Vous recevez des e-mails concernant E-Mail de rappel d'invitation.",
        "Cet e-mail est destiné à dave@example.com.")


def samples():
    yield first_2009()
    yield from firsts_old()
    yield from firsts()
    yield from reminders()
