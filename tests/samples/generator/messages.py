# SPDX-License-Identifier: BSD-2-Clause
"""InMail, message notices, and what people ask for in them."""

import base64

from generator.frame import footer, mark
from generator.html import Page
from generator.linkedin import Notice
from generator.people import (
    ALICE, BARNABY, BELTRANA, BOB, CAMILLE, CAROL, CORNELIUS, ERIKA, EUPHEMIA,
    FULANA, HORATIO, LAVINIA, OTTOLINE, PHILOMENA, PRIMER, SEPTIMUS, TANSY)

INMAIL = "inmail-hit-reply@linkedin.com"
DIGEST = "messaging-digest-noreply@linkedin.com"
RECRUITER = "email_hire_inmail_initial_single_01"


def relay(n, who):
    """One address for each message."""
    return "%s <%s@reply.linkedin.com>" % (who.name, n.dice.uuid("reply"))


def thread(n):
    """Of the conversation: base64 of an id."""
    name = base64.b64encode((n.dice.uuid("thread") + "_012").encode())
    return "https://www.linkedin.com/messaging/thread/2-%s/" % name.decode()


def inmail_notice(sample, when, to, who, subject, **more):
    n = Notice(sample, when, to, subject, (who.name, INMAIL),
               more.pop("template", RECRUITER), class_="INMAIL", **more)
    n.reply_to = n.reply_to or [relay(n, who)]
    return n


def inmail_2022(n, who, words):
    """HTML tags in the text part, as it came."""
    n.text = [line + "<br>" for line in words]
    n.text[-1] = words[-1]
    receiving = "You are receiving InMail notification emails."
    meant = "This email was intended for %s (%s)." % (n.to.name,
                                                      n.to.headline)
    n.text += ["", "Go here to reply:", "", "", "Go here if not interested:",
               "", "", "", "", "", receiving + " Unsubscribe here: " +
               n.unsubscribe, "", meant + " Learn why we included this at the "
               "following link: " + n.why, "", "If you need assistance or "
               "have questions, please contact LinkedIn Customer Service: " +
               n.service("a=customerServiceUrl"), "", "\u00a9 2022 LinkedIn "
               "Ireland Unlimited Company."]
    page = Page(n.lang)
    page.add("<br> ".join(words))
    page.buttons(("View message", n.url(thread(n).split(".com/")[1],
                                        "inmail-0-view_message")))
    page.anchor("View %s's LinkedIn profile" % who.first,
                n.url("comm/in/" + who.slug, "null-1-null"))
    page.text("You can respond to %s by replying to this email" % who.first)
    page.text(receiving)
    page.anchor("Unsubscribe", n.unsubscribe)
    page.text(meant)
    n.html = page.render()
    return n


def inmail(n, who, words, full=False):
    """2026: subject twice, who, how to answer, what he wrote."""
    n.text = [n.subject, n.subject, "", "      " + who.name, "        Reply",
              "        " + thread(n), ""] + words + [""]
    page = Page(n.lang, full)
    mark(n, page)
    page.text(n.subject, "h2")
    page.anchor(who.name, n.profile(who, "inmail-0-prof~name"))
    page.add("<br> ".join(words))
    page.buttons(("Reply", n.url(thread(n).split(".com/")[1],
                                 "inmail-0-reply~cta")))
    footer(n, page, "LinkedIn notification")
    n.html = page.render()
    return n


def inmails():
    yield inmail_2022(
        inmail_notice("inmail-2022-05-br", "2022-05-28 05:09:51.174", BOB,
                      LAVINIA, "Night work, day pay"), LAVINIA,
        ["Dear Bob,", "", "The Museum of Umbrellas looks for a second pair of "
         "eyes after dark.", "1st: you know what moves.",
         "2nd: you know what should not.", "",
         "If this isn&#39;t for you, who else is awake at four?", "",
         "Kind regards,", LAVINIA.name])
    yield inmail(
        inmail_notice("inmail-2026-01-de", "2026-01-22 11:14:46.030", ALICE,
                      LAVINIA, "Wir suchen jemanden für runde Widgets"),
        LAVINIA,
        ["Guten Tag Alice,", "", "ein Betrieb in Musterstadt sucht jemanden, "
         "der Widgets rund bekommt.", "Haben Sie am Donnerstag Zeit für ein "
         "kurzes Gespräch?", "", "Viele Grüße", LAVINIA.first])
    yield inmail(
        inmail_notice("inmail-2026-02-full", "2026-02-10 08:03:17.745", CAROL,
                      OTTOLINE, "Forty boxes of books about bees"), OTTOLINE,
        ["Hello Carol,", "", "we have inherited forty boxes of books about "
         "bees and no shelf.", "Would your library want them before the moths "
         "do?", "", "The keeper", "Ottoline"], full=True)
    yield inmail(
        inmail_notice("inmail-reply-2023-04", "2023-04-03 17:36:12.681", BOB,
                      CORNELIUS,
                      "Message replied: A clock that runs backwards",
                      template="email_premium_inmail_reply_single_01"),
        CORNELIUS, ["Bob,", "", "it can be done, but not before yesterday.",
                    "", "Cornelius"])


# Message notices: they say who, not what.

TOLD = {
    "en": "%s just messaged you",
    "fr": "%s vient de vous envoyer un message",
    "pt": "%s acabou de enviar uma mensagem a você",
    "ru": "%s только что отправил(а) вам сообщение",
    "es": "%s acaba de enviarte un mensaje",
}
VIA = {"es": "%s a través de LinkedIn", "pt": "LinkedIn%.0s"}


def message(sample, when, to, who, lang="en"):
    shown = VIA.get(lang, "%s via LinkedIn") % who.name
    told = TOLD[lang] % (who.name if lang == "pt" else who.first)
    n = Notice(sample, when, to, told, (shown, DIGEST),
               "email_member_message_v2", lang=lang)
    view = n.url(thread(n).split(".com/")[1], "messages-0-view~cta")
    n.text = [told, "", who.name, who.headline, "", view, ""]
    page = Page(lang)
    mark(n, page)
    page.text(told, "h2")
    page.anchor(who.name, n.profile(who, "messages-0-prof~name"))
    page.text(who.headline)
    page.buttons((who.name, view))
    footer(n, page, "Messages digest")
    n.html = page.render()
    return n


def message_2014():
    n = Notice("message-2014-05-hit-reply", "2014-05-12 14:55:36.277", CAROL,
               "The lamp you lent us",
               (EUPHEMIA.name + " via LinkedIn", "hit-reply@linkedin.com"),
               class_="MBR-TO-MBR")
    n.text = ["LinkedIn", "-" * 12, "", EUPHEMIA.name + " has sent you a "
              "message.", "", "View/reply to this message:",
              "https://www.linkedin.com/e/%s/%s/mbi/I%d_2/" % (
                  n.eid, n.dice.token("e", 20), n.dice.number("I", 10 ** 9)),
              "", "-- ", "(c) 2014, LinkedIn Corporation"]
    return n


def message_digest(sample, when, to, people):
    told = "%s and %s sent new messages" % tuple(p.first for p in people)
    n = Notice(sample, when, to, told, ("LinkedIn", DIGEST),
               "email_type_messaging_digest")
    view = n.url("comm/messaging/", "messages-0-view~cta")
    n.text = [told, ""] + [p.name for p in people] + ["", view, ""]
    page = Page(n.lang)
    mark(n, page)
    page.text(told, "h2")
    for i, who in enumerate(people):
        page.anchor(who.name, n.profile(who, "messages-%d-prof~name" % i))
    page.buttons(("View messages", view))
    footer(n, page, "Messages digest")
    n.html = page.render()
    return n


def messages():
    yield message_2014()
    yield message("message-2022-06-fr", "2022-06-09 12:03:44.560", ALICE,
                  CAMILLE, "fr")
    yield message("message-2025-05", "2025-05-20 21:21:09.390", BOB, TANSY)
    yield message("message-2026-03-pt", "2026-03-18 14:40:00.870", CAROL,
                  BELTRANA, "pt")
    yield message("message-2026-06-ru", "2026-06-22 06:06:31.015", ALICE,
                  PRIMER, "ru")
    yield message("message-2026-10-es", "2026-10-08 09:30:52.777", BOB, FULANA,
                  "es")
    yield message_digest("message-digest-2019-07", "2019-07-15 11:00:00.345",
                         ALICE, [PHILOMENA, SEPTIMUS])
    yield message_digest("message-digest-2026-05", "2026-05-06 16:20:40.121",
                         CAROL, [HORATIO, TANSY])


# Recommendations and introductions: only where the wording is in the mail.

def recommendation_2008():
    n = Notice("recommendation-request-2008-06", "2008-06-09 15:12:00.423",
               BOB, "Can you endorse me?", (HORATIO.name, HORATIO.address))
    n.text = ["LinkedIn Recommendations", "", "%s is requesting an "
              "endorsement for work performed while Apprentice at Pebble & "
              "Example" % HORATIO.name, "", "Dear Bob,", "", "I'm sending "
              "this to ask you for a brief recommendation of my work that I "
              "can include in my LinkedIn profile. If you have any questions, "
              "let me know.", "", "Thanks in advance for helping me out.", "",
              "-" + HORATIO.name, "", "http://www.linkedin.com/e/%s/rec/%d/" %
              (n.dice.token("e", 20), n.dice.number("no", 10 ** 8))]
    return n


def recommendation_2012():
    n = Notice("recommendation-request-2012-10", "2012-10-03 10:17:23.960",
               ALICE, "Can you recommend me?",
               (CORNELIUS.name + " via LinkedIn", "member@linkedin.com"),
               sent_by="messages-noreply@bounce.linkedin.com")
    n.text = ["LinkedIn", "-" * 12, "", "Alice,", "", "I'm writing to ask if "
              "you would write a brief recommendation of my work that I can "
              "include on my LinkedIn profile. If you have any questions, "
              "please let me know. Thanks in advance for your help.", "",
              "- " + CORNELIUS.name, "", "http://www.linkedin.com/e/%s/%s/rec/"
              % (n.eid, n.dice.token("e", 20)), "", "-- ",
              "(c) 2012, LinkedIn Corporation"]
    return n


def requests():
    yield recommendation_2008()
    yield recommendation_2012()
    yield inmail(
        inmail_notice("recommendation-request-2026-02-inmail",
                      "2026-02-26 13:31:19.204", CAROL, BARNABY,
                      "Recommendation request"), BARNABY,
        ["Hi Carol, can you write me a recommendation?"])
    yield inmail(
        inmail_notice("introduction-request-2023-09-inmail",
                      "2023-09-12 07:55:48.530", ALICE, ERIKA,
                      "An introduction"), ERIKA,
        ["Hi Alice! I was wondering if you can help introduce me to %s at "
         "Example Widgets." % TANSY.name])


def samples():
    yield from inmails()
    yield from messages()
    yield from requests()
