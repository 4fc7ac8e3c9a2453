# SPDX-License-Identifier: BSD-2-Clause
"""Invitations from member to member, by era."""

from generator.frame import CARD, footer, footer_2015, mark
from generator.html import PADDING, Page
from generator.linkedin import Notice
from generator.people import (
    ALICE, BARNABY, BOB, CAMILLE, CAROL, CORNELIUS, EUPHEMIA, GILDONG, HORATIO,
    LAVINIA, LEOPOLD, OTTOLINE, PRIMER, Person, SEPTIMUS, TANSY, TIZIO, ZHANG)

ADD_ME = "%s, please add me to your LinkedIn network"
DEFAULT_2009 = "I'd like to add you to my professional network on LinkedIn."
DEFAULT_2015 = "I'd like to connect with you on LinkedIn."
DEFAULT_2016 = "I'd like to join your LinkedIn network."
DEFAULT_2024 = "I\u2019d like to join your professional network."
MEMBER = "member@linkedin.com"
INVITATIONS = "invitations@linkedin.com"
SINGLE = "email_m2m_invite_single_01"


# 2009-2012: the note between two rules, links without a template.

def token_link(n, last):
    """/e/<who>/<token>/blk/I<number>/<token>/<what it does>/"""
    who = n.eid + "/" if n.year > 2009 else ""
    return "http://www.linkedin.com/e/%s%s/blk/I%d_%s/%s/%s/" % (
        who, n.dice.token("e", 20), n.dice.number("I", 10 ** 9) + 10 ** 9,
        "2" if n.year < 2011 else "55", n.dice.token("blk", 30), last)


ENGLISH = ("%s requested to add you as a connection on LinkedIn:",
           "Accept invitation from %s", "View invitation from %s")
ITALIAN = ("%s ha chiesto di aggiungerti ai suoi collegamenti su LinkedIn:",
           "Accetta l'invito di %s", "Visualizza l'invito di %s")


def old(n, who, closing=(), note=DEFAULT_2009, frame=ENGLISH, signed=True,
        view_link=""):
    """frame: what LinkedIn says; without the second there is no link."""
    asked, accept, view = frame
    links = []
    if accept:
        links.append((accept % who.name, token_link(n, "EML_comm_afe")))
    links.append((view % who.name, view_link or token_link(n, "svi")))
    rule = "-" * 42
    heading = ["LinkedIn", "-" * 12, "", "", ""] if n.year > 2010 else []
    n.text = heading + ["    " + asked % who.name, "  ", rule, "",
                        n.to.first + ",", "", note, ""]
    if signed:
        n.text += ["- " + who.first, ""]
    for label, url in links:
        n.text += [label, url, ""]
    n.text[-1:] = [rule, ""]
    n.text += list(closing) + ["-- ", "(c) %d, LinkedIn Corporation" % n.year]
    page = Page()
    for text in (asked % who.name, n.to.first + ",", note, "- " + who.first):
        page.text(text)
    for label, url in links:
        page.anchor(label, url)
    n.html = page.render()
    return n


def old_without_note(n, who):
    """October 2011: the HTML has the headline, and no note."""
    profile = "http://www.linkedin.com/e/%s/rsn/%d/%s/" % (
        n.eid, n.dice.number("member", 2 ** 27), n.dice.token("rsn", 4))
    old(n, who, frame=ENGLISH[:2] + ("View profile of %s",), signed=False,
        view_link=profile)
    page = Page()
    for text in (who.name + " wants to connect with you.", who.name,
                 who.headline):
        page.text(text)
    page.anchor("View Profile \u00bb", profile)
    page.anchor("Accept", token_link(n, "EML_comm_afe"))
    page.anchor("Adjust your invitation email settings.", token_link(n, "prv"))
    n.html = page.render()
    return n


def old_samples():
    connect = "Invitation to connect on LinkedIn"

    yield old(
        Notice("invitation-2009-08-view-link-only", "2009-08-12 14:03:22.871",
               BOB, connect, (SEPTIMUS.name, SEPTIMUS.address)),
        SEPTIMUS,
        ["Why might connecting with %s be a good idea?" % SEPTIMUS.name, "",
         "People who know somebody in the pudding trade never go hungry.", ""],
        frame=(ENGLISH[0], "", ENGLISH[2]))
    yield old(
        Notice("invitation-2009-11-stay-in-touch", "2009-11-14 09:47:05.012",
               ALICE, EUPHEMIA.name + " wants to stay in touch on LinkedIn",
               (EUPHEMIA.name, EUPHEMIA.address), class_="INVITE-MBR"),
        EUPHEMIA,
        ["DID YOU KNOW you can look up who else has your flask?", ""],
        "We counted lamps together at Cape Placeholder in 2003.\nDo you still "
        "have my thermos flask?")
    yield old(
        Notice("invitation-2010-07-it-frame", "2010-07-30 21:30:48.363",
               CAROL, connect, (TIZIO.name, TIZIO.address)),
        TIZIO, ["SAPEVI CHE puoi mostrare il tuo profilo a chi vuoi?", ""],
        frame=ITALIAN)

    def via(sample, when, to, who):
        return Notice(sample, when, to, connect,
                      (who.name + " via LinkedIn", MEMBER),
                      sent_by="messages-noreply@bounce.linkedin.com",
                      class_="INVITE-MBR")

    yield old(via("invitation-2011-05-via", "2011-05-17 06:11:40.550", ALICE,
                  BARNABY), BARNABY,
              ["DID YOU KNOW you can be the first to know?", ""])
    yield old_without_note(via("invitation-2011-10-no-signature",
                               "2011-10-18 17:20:09.004", BOB, CORNELIUS),
                           CORNELIUS)
    yield old(via("invitation-2012-01", "2012-01-09 11:55:31.220", CAROL,
                  HORATIO), HORATIO,
              ["Why might connecting with %s be a good idea?" % HORATIO.name,
               "", "%s's connections could be useful to you: they know every "
               "pebble." % HORATIO.name, ""])


# 2015: opaque links, then links that name the template.

def blink(n, what):
    return ("https://www.linkedin.com/blink?simpleRedirect=%s&msgID=I%d_500"
            "&markAsRead=" % (n.dice.token(what, 90), n.invitation_id))


def blinking(n, who):
    links = [("Accept", blink(n, "accept"))]
    n.text = ["Hi,", "", DEFAULT_2009, "", "- " + who.first, "",
              "Accept: " + links[0][1], "",
              "You are receiving Invitation emails. Unsubscribe here: " +
              blink(n, "unsubscribe"), "", "This email was intended for %s "
              "(%s)." % (n.to.name, n.to.headline)]
    page = Page()
    for text in ("From " + who.name, who.headline, DEFAULT_2009):
        page.text(text)
    page.buttons(*links)
    n.html = page.render()
    return n


def accept_2015(n, spot, trk=""):
    query = ("mboxid=I%d_500&sharedKey=%s&fr=false&invitationId=%d&fe=true" %
             (n.mailbox_id, n.shared_key, n.invitation_id))
    if not trk:
        return n.url("comm/people/invite-accept", spot, query)
    return ("https://www.linkedin.com/comm/people/invite-accept?%s&trk=%s&"
            "midToken=%s&trkEmail=eml-%s-%s-null-%s" %
            (query, trk, n.mid_token, n.template, spot, n.eid.replace(
                "-", "%7E")))


def year_2015(n, who, note):
    """2015-11 and 2016-04: greeting, note, name, headline, two links."""
    accept = accept_2015(n, "null-0-null-null",
                         "eml-comm_invm-b-accept-newinvite")
    profile = n.profile(who, "hero-1-text~profile")
    n.text = ["Hi %s," % n.to.first, note, "", who.name, who.headline, "",
              "Accept: " + accept, "",
              "View %s's profile: %s" % (who.name, profile), ""]
    page = Page()
    mark(n, page, "header-15-profile")
    for text in ("Hi %s," % n.to.first, note):
        page.text(text)
    page.anchor(who.name, profile)
    page.text(who.headline)
    page.text(who.place)
    page.buttons(("View profile", profile), ("Accept", accept))
    (footer_2015 if n.year < 2016 else footer)(n, page, "Invitation")
    n.html = page.render()
    return n


def samples_2015():
    yield blinking(
        Notice("invitation-2015-01-member-address", "2015-01-16 08:22:10.905",
               ALICE, ADD_ME % "Alice", (TANSY.name, MEMBER), sent_by=MEMBER,
               reply_to=["%s <%s>" % (TANSY.name, TANSY.address)]), TANSY)
    yield blinking(
        Notice("invitation-2015-02-blink", "2015-02-24 19:01:57.331", BOB,
               ADD_ME % "Bob", (OTTOLINE.name, MEMBER)), OTTOLINE)
    yield year_2015(
        Notice("invitation-2015-11", "2015-11-20 10:33:28.714", CAROL,
               ADD_ME % "Carol", (HORATIO.name, INVITATIONS),
               "invite_member_28", headers=False), HORATIO, DEFAULT_2015)
    yield year_2015(
        Notice("invitation-2016-04", "2016-04-02 22:13:31.566", ALICE,
               ADD_ME % "Alice", (CORNELIUS.name, INVITATIONS),
               "M2M_Invitation", headers=False), CORNELIUS, DEFAULT_2016)


# 2016-2022: email_m2m_invite_single_01.

def portrait(n, page, who, spot):
    if not page.full:
        return
    page.picture(who.name, n.profile(who, spot), "https://media.licdn.com/dms/"
                 "image/%s/shrink_100_100/0" % n.dice.token("img" + who.name,
                                                            40))


def year_2016(n, who, note=DEFAULT_2016, full=False):
    profile = n.profile(who, "hero-3-prof~cta")
    if n.year < 2018:
        accept = accept_2015(n, "hero-0-accept~cta")
        top = ["Hi %s," % n.to.first, "", note]
    else:
        accept = n.url("comm/mynetwork/invite-accept/invitationId/%d/"
                       "sharedKey/%s/" % (n.invitation_id, n.shared_key),
                       "null-0-accept~cta")
        top = ["Hi %s, %s" % (n.to.first, note)]
    n.text = top + ["", who.name, who.headline, "", "View profile: " + profile,
                    "", "Accept: " + accept, ""]
    page = Page(n.lang, full)
    mark(n, page, "header-15-profile")
    page.text("Hi %s," % n.to.first, "h1")
    page.text(note, "h2")
    portrait(n, page, who, "hero-1-prof~photo")
    page.anchor(who.name, n.profile(who, "hero-2-prof~name"))
    page.text(who.headline, "h3")
    page.text(who.place, "h3")
    page.buttons(("View profile", profile), ("Accept", accept))
    footer(n, page, "Invitation")
    n.html = page.render()
    return n


def samples_2016():
    yield year_2016(
        Notice("invitation-2016-05", "2016-05-02 19:34:46.686", ALICE,
               ADD_ME % "Alice", (BARNABY.name, INVITATIONS), SINGLE,
               headers=False), BARNABY, full=True)
    yield year_2016(
        Notice("invitation-2016-05-note", "2016-05-19 07:20:13.240", BOB,
               ADD_ME % "Bob", (EUPHEMIA.name, INVITATIONS), SINGLE,
               headers=False), EUPHEMIA,
        "Your talk on moth-proof exhibits at the Nowhere meeting was the best "
        "of the day. May I send you\nour lamp inventory for the night shift?")
    yield year_2016(
        Notice("invitation-2018-11", "2018-11-06 15:48:02.119", BOB,
               ADD_ME % "Bob", (SEPTIMUS.name, INVITATIONS), SINGLE), SEPTIMUS)


# 2024-2026: preheader, connections in common, other people below.

def accept_2024(n, spot="hero-0-accept~cta"):
    return n.url("comm/mynetwork/invite-accept/invitationId/%d/sharedKey/%s" %
                 (n.invitation_id, n.shared_key), spot)


def cut(headline):
    """Long ones end in an ellipsis."""
    return headline if len(headline) < 60 else headline[:54] + "\u2026"


def also(n, page, people):
    """Who is no party to this invitation, and stands in the mail too."""
    n.text += ["More people you may know", ""]
    page.text("More people you may know", "h2")
    for i, who in enumerate(people):
        profile = n.profile(who, "pymk-%d-prof~cta" % i)
        n.text += [who.name, cut(who.headline), "View profile: " + profile,
                   CARD]
        portrait(n, page, who, "pymk-%d-prof~photo" % i)
        page.anchor(who.name, n.profile(who, "pymk-%d-prof~name" % i))
        page.text(cut(who.headline))
        page.buttons(("View profile", profile))
    n.text[-1] = ""


def year_2024(n, who, common=0, note="", preheader="", others=(), full=False,
              plain=True):
    """plain: False leaves nothing but the footer in the text part."""
    note = note or "Hi %s, %s" % (n.to.first, DEFAULT_2024)
    preheader = preheader or "%s, respond to %s\u2019s invite now." % (
        n.to.first, who.name)
    profile = n.profile(who, "hero-0-prof~cta")
    shared = ["%d connection%s in common" % (common, "s"[:common > 1])
              ] if common else []
    n.text = [preheader, "", note, "", who.name, cut(who.headline),
              who.place] + shared + ["", "Accept: " + accept_2024(n), "",
                                     "View profile: " + profile, ""]
    page = Page(n.lang, full)
    page.preheader = preheader + PADDING
    mark(n, page)
    page.text(note, "h1")
    portrait(n, page, who, "hero-0-prof~photo")
    page.anchor(who.name, n.profile(who, "hero-0-prof~name"))
    for text in [cut(who.headline), who.place] + shared:
        page.text(text)
    page.buttons(("Accept", accept_2024(n)), ("View profile", profile))
    if others:
        also(n, page, others)
    if not plain:
        n.text = []
    page.text("Get the new LinkedIn desktop app")
    page.text("Also available on mobile")
    footer(n, page, "LinkedIn invitations")
    n.html = page.render()
    return n


def connect(sample, when, to, who, subject="I want to connect", **more):
    return Notice(sample, when, to, subject, (who.name, INVITATIONS), SINGLE,
                  **more)


def samples_2024():
    yield year_2024(
        connect("invitation-2024-07", "2024-07-09 08:12:31.118", BOB, TANSY),
        TANSY, 3, others=[LEOPOLD], full=True)
    yield year_2024(
        connect("invitation-2024-10-note", "2024-10-21 12:40:55.090", ALICE,
                OTTOLINE, ADD_ME % "Alice"), OTTOLINE, 12,
        note="We met at the Sampleford honey fair: I had the blue hat and the "
        "runaway hive. You asked for a jar, and it is ready.",
        others=[HORATIO])
    yield year_2024(
        connect("invitation-2024-11-just-requested", "2024-11-30 23:59:58.007",
                CAROL, SEPTIMUS, "I just requested to connect"), SEPTIMUS, 1,
        preheader="Septimus, Chief Pudding Officer from Cabbagestalk Puddings "
        "is waiting for your response")
    yield year_2024(
        connect("invitation-2025-09-html-only", "2025-09-17 06:30:12.444",
                ALICE, BARNABY), BARNABY, 27, others=[LEOPOLD, EUPHEMIA],
        plain=False)
    yield year_2024(
        connect("invitation-2026-03-8bit", "2026-03-04 10:10:10.101", BOB,
                CORNELIUS, "I've sent you a connection request",
                encoding="8bit"), CORNELIUS, 5, others=[TANSY])
    yield year_2024(
        connect("invitation-2026-04-recruiter", "2026-04-14 09:00:03.900",
                ALICE, LAVINIA), LAVINIA, 41, full=True)
    yield from translated()
    yield from names()


def translated():
    """Only the subject and little more is known in these languages."""
    yield year_2024(
        connect("invitation-2026-05-it", "2026-05-11 16:05:47.310", CAROL,
                TIZIO, "Voglio collegarmi", lang="it"), TIZIO,
        note="Ho provato la tua gondola e vorrei parlarne con te.",
        preheader="%s è in attesa della tua risposta" % TIZIO.name)
    yield year_2024(
        connect("invitation-2026-06-ru", "2026-06-13 05:44:20.630", BOB,
                PRIMER, "Я хочу установить контакт", lang="ru"), PRIMER,
        note="Самовар готов, приходите пить чай.", preheader=PRIMER.name)


def names():
    """Names as people write them."""
    people = {
        "accents": Person("Zoë-Éléonore Ñandú-Çıplak", "Tightrope Baker",
                          "Façade", "zoe-eleonore-nandu-ciplak-0e0e0e"),
        "comma": Person("Wimple, Hortensia", "Umbrella Sommelier", "Drizzle",
                        "wimple-hortensia-c0c0c0", given="Hortensia"),
        "credentials": Person("Hortensia Wimple, PhD, PMP, C.Umb.",
                              "Umbrella Sommelier", "Drizzle",
                              "hortensia-wimple-phd"),
        "emoji": Person("🌵 Quincy Prickleton 🚀", "Cactus Barber",
                        "Desert Sample", "quincy-prickleton-cac705",
                        given="Quincy"),
        "family-first-ko": GILDONG,
        "family-first-zh": ZHANG,
        "quotes": Person('Fitzwilliam "Fitz" O\u2019Placeholder',
                         "Door Poet", "Hinge", "fitz-oplaceholder"),
    }
    for day, (what, who) in enumerate(people.items(), 1):
        yield year_2024(
            connect("invitation-2026-07-name-" + what,
                    "2026-07-%02d 11:2%d:30.5" % (day, day), CAROL, who), who)
    yield year_2024(
        connect("invitation-2026-07-headline-fr", "2026-07-20 12:00:00.250",
                CAROL, CAMILLE), CAMILLE, 2)


def samples():
    yield from old_samples()
    yield from samples_2015()
    yield from samples_2016()
    yield from samples_2024()
