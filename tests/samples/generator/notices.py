# SPDX-License-Identifier: BSD-2-Clause
"""Everything else LinkedIn sends: nobody asks for anything in these."""

from generator.frame import CARD, footer, footer_2015, mark
from generator.html import Page
from generator.linkedin import Notice
from generator.people import (
    ALICE, BARNABY, BOB, CAROL, CORNELIUS, EUPHEMIA, HORATIO, LEOPOLD,
    OTTOLINE, PHILOMENA, SEPTIMUS, TANSY)

MESSAGES = ("LinkedIn", "messages-noreply@linkedin.com")
NOTIFICATIONS = ("LinkedIn", "notifications-noreply@linkedin.com")
SECURITY = ("LinkedIn", "security-noreply@linkedin.com")
BOUNCE = "messages-noreply@bounce.linkedin.com"


def told(n, rows, about="LinkedIn notification", end=footer):
    """Each row is a line of text or a (label, URL); end is the footer."""
    page = Page(n.lang if n.year > 2015 else "")
    if n.year > 2015 and end:
        mark(n, page)
    for row in rows:
        if isinstance(row, str):
            n.text.append(row)
            page.text(row)
        else:
            n.text.append("%s: %s" % row)
            page.anchor(*row)
    n.text.append("")
    if end:
        end(n, page, about)
    n.html = page.render()
    return n


def endorsements():
    n = Notice("endorsement-2013-06", "2013-06-26 23:18:55.712", BOB,
               "Your connection %s has endorsed you!" % OTTOLINE.name,
               MESSAGES, sent_by=BOUNCE)
    yield told(n, ["%s has endorsed you for the following skills:" %
                   OTTOLINE.name, "Patience", "Torches", "(c) 2013, LinkedIn "
                   "Corporation"], end=None)
    n = Notice("endorsement-2014-03", "2014-03-14 15:09:26.535", ALICE,
               LEOPOLD.name + " has endorsed you!", MESSAGES,
               "skills_endorsements")
    yield told(n, ["%s endorsed you for a skill" % LEOPOLD.name, "Roundness"],
               "Endorsements", footer_2015)


def groups():
    n = Notice("group-digest-2014-02", "2014-02-07 06:00:00.128", CAROL,
               "Discussions from Tower Clock Keepers",
               ("LinkedIn Groups", "group-digests@linkedin.com"),
               "b2_anet_digest")
    yield told(n, ["Tower Clock Keepers", "Latest discussions",
                   ("Who oils the minute hand?", n.url(
                       "groups/1234567/1234567-7654321", "null-0-null"))],
               "Group digest", footer_2015)
    n = Notice("group-digest-2026-03", "2026-03-25 05:30:11.840", ALICE,
               "Don\u2019t miss conversations in Tower Clock Keepers, Night "
               "Watch Stories", ("LinkedIn Groups",
                                 "groups-noreply@linkedin.com"),
               "email_groups_recommended_by_admin_01")
    yield told(n, ["Tower Clock Keepers", CARD, "Night Watch Stories",
                   ("View", n.url("comm/groups/1234567", "groups-0-view~cta"))
                   ], "Groups")
    n = Notice("group-digest-2026-08-headers-gone", "2026-08-20 05:31:40.099",
               BOB, "Don't miss conversations in Night Watch Stories, Kites",
               ("LinkedIn", "newsletters-noreply@linkedin.com"), headers=False)
    yield told(n, ["Night Watch Stories", "Kites"], end=None)
    n = Notice("group-join-answer-2016-02", "2016-02-22 11:02:34.651", CAROL,
               "Your Request to Join Tower Clock Keepers on LinkedIn",
               MESSAGES, "group_applicant_template_response", headers=False)
    yield told(n, ["Group: Tower Clock Keepers", "Subject: Your Request to "
                   "Join Tower Clock Keepers on LinkedIn", "",
                   "<p>Thank you for your request.</p><br>We meet at a "
                   "quarter to &quot;whenever&quot;."],
               "Group", footer_2015)


def suggestions():
    n = Notice("suggestion-2017-12-pymk", "2017-12-20 13:20:25.117", BOB,
               "Bob, add %s: 500+ connections" % PHILOMENA.name, MESSAGES,
               "email_pymk_01")
    yield told(n, ["People you may know", PHILOMENA.name, PHILOMENA.headline,
                   "4 mutual connections", ("View profile", n.profile(
                       PHILOMENA, "pymk-0-prof~cta"))],
               "People You May Know notification")
    n = Notice("suggestion-2024-06-follow", "2024-06-28 17:44:50.902", ALICE,
               "Alice, follow %s - %s" % (LEOPOLD.name, LEOPOLD.headline),
               MESSAGES, headers=False)
    yield told(n, [LEOPOLD.name, LEOPOLD.headline], end=None)
    n = Notice("suggestion-2025-02-pymk", "2025-02-11 10:10:43.270", CAROL,
               "Carol, add %s - %s" % (TANSY.name, TANSY.headline), MESSAGES,
               "email_pymk_02")
    yield told(n, ["People you may know", TANSY.name, TANSY.headline,
                   "1 mutual connection", ("Connect", n.profile(
                       TANSY, "pymk-0-prof~cta"))],
               "People You May Know notification")


def jobs():
    n = Notice("job-2017-11-jymbii", "2017-11-14 15:56:59.013", ALICE,
               "Widget Operations", ("LinkedIn", "jobs-listings@linkedin.com"),
               "jobs_jymbii_digest", class_="JOBS-TO-MBR")
    yield told(n, ["Jobs you may be interested in", "Widget Operations",
                   "Example Widgets, Exampleton", ("View job", n.url(
                       "comm/jobs/view/555000111", "jymbii-0-job~cta"))],
               "Jobs You Might Be Interested In")
    n = Notice("job-2024-05-alert", "2024-05-08 09:41:15.386", BOB,
               "\u201cnight watchman\u201d: Museum of Umbrellas - Night "
               "Watchman and more",
               ("LinkedIn Job Alerts", "jobalerts-noreply@linkedin.com"),
               "email_job_alert_digest_01", class_="SAVEDSEARCH")
    yield told(n, ["Your job alert for night watchman", "Night Watchman",
                   "Museum of Umbrellas", "Drizzle", "2 connections",
                   ("View job", n.url("comm/jobs/view/3900000001",
                                      "job_card-0-view_job")), CARD],
               "Job Alert")
    n = Notice("job-2026-07-es-application", "2026-07-07 18:21:06.060", BOB,
               "Tu solicitud se ha enviado a Museo de los Paraguas",
               ("LinkedIn", "jobs-noreply@linkedin.com"),
               "email_application_confirmation_with_nba_01", lang="es")
    yield told(n, ["Tu solicitud se ha enviado a Museo de los Paraguas",
                   ("Ver empleo", n.url("comm/jobs/view/4100000007",
                                        "job_card-0-view_job"))])
    n = Notice("job-2026-09-fr-alert", "2026-09-15 07:00:18.519", CAROL,
               "«\u00a0bibliothécaire\u00a0»\u00a0: Bibliothèque Modèle "
               "recrute", ("Alertes LinkedIn Jobs",
                           "jobalerts-noreply@linkedin.com"),
               "email_job_alert_digest_01", class_="SAVEDSEARCH", lang="fr")
    yield told(n, ["Votre alerte Emploi pour bibliothécaire",
                   "Bibliothécaire", "Bibliothèque Modèle", "Modèleville",
                   "1\u00a0relation",
                   ("Voir l\u2019offre d\u2019emploi\u00a0", n.url(
                       "comm/jobs/view/4200000042", "job_card-0-view_job")),
                   CARD], "d\u2019alertes Emploi")


def activities():
    n = Notice("activity-2015-12-missed", "2015-12-08 02:02:02.222", ALICE,
               "Alice, see what you missed on LinkedIn", MESSAGES,
               "what_you_missed_v2")
    yield told(n, ["1 invitation > " + n.url("comm/people/invites",
                                             "null-0-null"),
                   "2 messages > " + n.url("comm/inbox", "null-1-null")],
               "Activity You Missed", footer_2015)
    n = Notice("activity-2021-01-event-confirmation",
               "2021-01-13 10:05:52.400", CAROL,
               "You\u2019re attending: The Long Night of Short Stories",
               ("LinkedIn", "notifications-noreply@linkedin.com"),
               "email_attendee_confirmation_01")
    yield told(n, ["The Long Night of Short Stories", ("View event", n.url(
        "comm/events/thelongnightofshortstories6754321098765432109",
        "neptune/professional~event~overview"))])
    n = Notice("activity-2024-06-searches", "2024-06-03 14:14:14.141", BOB,
               "You appeared in 9 searches this week", NOTIFICATIONS,
               "email_notification_digest_01")
    yield told(n, ["You appeared in 9 searches this week"])
    n = Notice("activity-2026-01-mention", "2026-01-29 19:39:49.596", ALICE,
               "%s mentioned you in a comment" % EUPHEMIA.name, NOTIFICATIONS,
               "email_notification_single_mentioned_you_in_this_01")
    yield told(n, ["%s mentioned you in a comment" % EUPHEMIA.name,
                   ("View", n.url("comm/feed/update/urn:li:activity:"
                                  "7400000000000000001",
                                  "notifications-0-view~cta"))])
    n = Notice("activity-2026-05-recap", "2026-05-18 12:12:09.009", CAROL,
               "Carol, last week your posts got 17 views!", NOTIFICATIONS,
               "email_weekly_analytics_recap_v2")
    yield told(n, ["17 views", "3 search appearances"])


def security():
    n = Notice("security-2018-08-ru-password", "2018-08-29 06:54:32.123", BOB,
               "Запрос на смену пароля", SECURITY,
               "security_password_reset_checkpoint", lang="ru")
    yield told(n, ["Здравствуйте, Bob!", "Чтобы сменить пароль, введите код:",
                   "048151"])
    n = Notice("security-2023-10-sign-in-link", "2023-10-15 20:00:01.345",
               ALICE, "Here\u2019s your one-time sign-in link", SECURITY,
               "email_security_one_time_sign_in_link_checkpoint")
    yield told(n, ["Hi Alice,", "Use this link to sign in once. It expires in "
                   "15 minutes.", ("Sign in", n.url(
                       "checkpoint/rp/one-time-sign-in",
                       "security-0-sign_in~cta"))])
    n = Notice("security-2024-08-new-device", "2024-08-09 23:01:59.999", CAROL,
               "Carol, please verify your new device", SECURITY)
    yield told(n, ["Hi Carol,", "We noticed a new device. Your code is "
                   "162342.", "This email was intended for Carol Specimen "
                   "(Librarian)"], end=None)


def newsletters():
    n = Notice("newsletter-2023-06-roundup", "2023-06-23 08:08:08.080", BOB,
               "Bob, see recent newsletters by %s and others" % HORATIO.name,
               ("LinkedIn", "newsletters-noreply@linkedin.com"),
               "email_news_letter_round_up_01")
    yield told(n, ["Pebble Quarterly", HORATIO.name, "Small Stones Weekly",
                   CORNELIUS.name])
    n = Notice("newsletter-2024-01-issue", "2024-01-16 05:45:30.777", ALICE,
               "The Weekly Kite: invitations from the wind",
               (TANSY.name + " via LinkedIn",
                "newsletters-noreply@linkedin.com"),
               "email_series_follow_newsletter_01")
    yield told(n, ["The Weekly Kite", "by " + TANSY.name, "I'd like to "
                   "connect two strings with you today: one holds, one pulls.",
                   ("Read", n.url("comm/pulse/invitations-from-the-wind",
                                  "newsletter-0-read~cta"))])


def others():
    n = Notice("marketing-2024-09", "2024-09-17 16:00:00.001", CAROL,
               "Carol, try Premium for nothing, for a while",
               ("LinkedIn", "linkedin@e.linkedin.com"), headers=False)
    yield told(n, ["Your free month is waiting.", "This email was intended "
                   "for Carol Specimen (Librarian)"], end=None)
    n = Notice("other-2024-11-legal", "2024-11-04 12:34:56.789", BOB,
               "Updates to our terms",
               ("LinkedIn", "legalnotice@linkedin.com"), headers=False)
    yield told(n, ["We have changed a comma in section 4."], end=None)
    n = Notice("other-2026-09-unheard-of", "2026-09-30 08:30:59.100", ALICE,
               "Something new from LinkedIn",
               ("LinkedIn", "unheard-of-noreply@linkedin.com"),
               "email_unheard_of_thing_01")
    yield told(n, [BARNABY.name + " and " + SEPTIMUS.name + " did something "
                   "nobody has a word for yet."], "Unheard Of")


def samples():
    for part in (endorsements, groups, suggestions, jobs, activities, security,
                 newsletters, others):
        yield from part()
