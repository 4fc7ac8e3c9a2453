# SPDX-License-Identifier: BSD-2-Clause
"""mail_flow.py - the filter before a real MTA: what becomes of mail.

Each test takes the class of the lab it is to run in.
"""
import json
import os
import pwd
import re
import signal
import smtplib
import socket
import subprocess
import threading
import time
import urllib.parse

from lab import BUILD, TOP, body_of, check, parse, read, sample, sign, \
    wait_until, write

HOLD_STRANGERS = """
contacts = ( "contacts.txt" );
rules = (
  { name = "people I know"; when = { known = "name"; }; do = [ "deliver" ]; },
  { name = "strangers"; when = { type = "invitation"; };
    do = [ "quarantine" ]; }
);
"""

TAG_RECRUITERS = """
rules = (
  { name = "recruiters"; when = { headline = "(?i)recruit"; };
    do = [ "tag:Recruiter", "file:LinkedIn/Recruiters" ]; },
  { name = "the rest"; when = { type = "invitation"; };
    do = [ "quarantine" ]; }
);
"""

ANSWER_INMAIL = """
from_name = "Alice Example";
rules = (
  { name = "and you are?"; when = { type = "inmail"; };
    do = [ "tag:Asked", "reply:and-you-are" ]; }
);
"""

HOLD_NOTHING = """
rules = ( { name = "all"; when = { }; do = [ "deliver" ]; } );
"""

STRANGER = "invitation-2016-05.eml"
RECRUITER = "invitation-2026-04-recruiter.eml"
UNSIGNED = "invitation-2018-11.eml"
INMAIL = "inmail-2026-01-de.eml"
IMITATION = "forged-cousin-domain.eml"
ORDINARY = "not-ordinary.eml"
FORGED_HEADERS = "forged-own-headers.eml"


def name_of_inviter(message):
    return parse(message)["From"].partition("<")[0].strip().strip('"')


def headers_of(message, prefix):
    return [(k, v) for k, v in parse(message).items()
            if k.lower().startswith(prefix.lower())]


def children_of(pid):
    with open("/proc/%d/task/%d/children" % (pid, pid),
              encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def a_stranger_is_held_and_a_known_person_is_not(site):
    with site() as lab:
        invitation = sign(sample(STRANGER))
        lab.user("alice", HOLD_STRANGERS, contacts_txt="Nobody Else\n")
        queue_id = lab.send(invitation)
        wait_until(lambda: queue_id in lab.held(), "the hold")
        record = lab.decision(queue_id)
        check(record["recipients"][0]["rule"], "strangers", "rule")
        check(record["recipients"][0]["known"], "no", "known")
        check(record["trust"], "direct", "trust")
        lab.user("alice",
                 contacts_txt=name_of_inviter(invitation) + "\n")
        queue_id = lab.send(invitation)
        lab.wait_for_delivery(queue_id)
        record = lab.decision(queue_id)
        check(record["recipients"][0]["known"], "name", "known")
        check("known=name" in parse(lab.delivered("alice")[0])["X-RSVP"],
              True, "result header")


def two_commands_of_the_readme_are_enough(site):
    """As rules/README has it: from an exported file to a held invitation."""
    commands = re.findall(r"^    (rsvpctl (?:contacts|policy) .*alice.*)$",
                          read(os.path.join(TOP, "rules", "README")).decode(),
                          re.M)
    check(len(commands), 2, "commands")
    with site({"policies": '"%s"' % os.path.join(TOP, "rules", "policies")}) \
            as lab:
        stranger, known = sign(sample(STRANGER)), sign(sample(RECRUITER))
        given, _, family = name_of_inviter(known).partition(" ")
        os.makedirs(lab.path("users", "alice"))
        write(lab.path("contacts.csv"),
              "First Name,Last Name,URL,Email Address,Company,Position,"
              "Connected On\n%s,%s,,,Widgets,Baker,02 Mar 2019\n"
              % (given, family))
        for command in commands:
            subprocess.run(
                [os.path.join(BUILD, "milter", "rsvpctl"), "-c",
                 lab.path("rsvp-milter.conf"), *command.split()[1:]],
                check=True, cwd=lab.path(""), stdin=subprocess.DEVNULL)
        lab.settle("alice")
        held, passed = lab.send(stranger), lab.send(known)
        lab.wait_for_delivery(passed)
        wait_until(lambda: held in lab.held(), "the hold")
        check(len(lab.delivered("alice")), 1, "mails of alice")


def held_mail_is_let_go_or_deleted_by_hand(site):
    """What the filter held, and nothing else, is listed, shown, delivered
    once, taken away; each time there is a record of who did so."""
    with site() as lab:
        invitation = sign(sample(STRANGER))
        lab.user("alice", HOLD_STRANGERS, contacts_txt="Nobody Else\n")
        lab.user("bob", HOLD_STRANGERS, contacts_txt="Nobody Else\n")
        start = time.time()
        kept, let_go, deleted = ids = [
            lab.send(invitation, recipients=recipients) for recipients in (
                ("alice@example.net",),
                ("alice@example.net", "bob@example.net"),
                ("bob@example.net",))]
        wait_until(lambda: lab.held() == set(ids), "the hold")
        other = lab.hold_another(sample(ORDINARY))
        for queue_id in ids:
            lab.decision(queue_id)

        def quarantine(*words, code=0):
            result = lab.rsvpctl("quarantine", *words)
            check((result.returncode, words), (code, words), result.stderr)
            return result.stdout

        def listed(*words):
            return [json.loads(line) for line in
                    quarantine("list", "--json", *words).splitlines()]

        found = {one["qid"]: one for one in listed()}
        check(set(found), set(ids), "what the filter held")
        check(found[let_go]["recipients"],
              ["alice@example.net", "bob@example.net"], "recipients")
        check(found[let_go]["record"], lab.decision(let_go), "the record")
        check(found[kept]["since"][:10] in (
            time.strftime("%Y-%m-%d", time.gmtime(start)),
            time.strftime("%Y-%m-%d", time.gmtime())), True, "since when")
        check({one["qid"] for one in listed("--any")}, {other, *ids},
              "what others held")
        check({one["qid"] for one in listed("--user", "bob")},
              {let_go, deleted}, "of bob")
        check(listed("--type", "inmail"), [], "of another type")
        table = quarantine("list").splitlines()
        check(len(table), 4, "lines")
        line = [line for line in table if kept in line][0]
        check(all(words in line for words in (
            "alice", "invitation", name_of_inviter(invitation), "strangers")),
              True, line)

        told = quarantine("show", kept)
        check(all(words in told for words in (
            "for         alice@example.net\n", "strangers",
            name_of_inviter(invitation))), True, told)
        message = quarantine("show", "--message", kept).encode()
        check(body_of(message).rstrip(), body_of(invitation).rstrip(),
              "the message")
        check(parse(message)["X-RSVP"] is not None, True, "its header")

        # Nothing happens to what is another's, or is not held.
        quarantine("release", other, code=65)
        quarantine("delete", "4bJxY66QzZz1k", code=65)
        quarantine("release", "-", code=64)
        quarantine("delete", code=64)
        check(lab.held(), {other, *ids}, "all are held still")

        check(quarantine("release", let_go),
              "%s: released (2 recipients)\n" % let_go, "said")
        lab.wait_for_delivery(let_go)
        check(quarantine("delete", "--user", "bob"),
              "%s: deleted\n" % deleted, "said")
        check(lab.held(), {other, kept}, "what is held still")
        quarantine("release", let_go, code=65)
        quarantine("delete", deleted, code=65)
        for user in ("alice", "bob"):
            check(len(lab.delivered(user)), 1, "mail of " + user)
        check(body_of(lab.delivered("bob")[0]).rstrip(),
              body_of(invitation).rstrip(), "as it came")
        check([(r["qid"], r["quarantine"], r["by"]) for r in lab.records()
               if "quarantine" in r],
              [(let_go, "released", "root"), (deleted, "deleted", "root")],
              "records")
        check(len([r for r in lab.records() if r.get("qid") == let_go and
                   "type" in r]), 1, "decisions on what was let go")
        check("by hand     released by root" in
              lab.rsvpctl("explain", let_go).stdout, True, "explained")


def a_recruiter_is_tagged(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
        message = parse(lab.delivered("alice")[0])
        check(message["X-RSVP-Tag"], "Recruiter", "tag")
        check(message["X-RSVP-Folder"], "LinkedIn/Recruiters", "folder")


def an_answer_arrives_once_and_not_twice(site):
    with site() as lab:
        lab.user("alice", ANSWER_INMAIL)
        inmail = sign(sample(INMAIL))
        lab.wait_for_delivery(lab.send(inmail))
        answer = parse(lab.wait_for_sunk()[0])
        check(answer["Auto-Submitted"].startswith("auto-replied"), True,
              "Auto-Submitted")
        check(answer["X-Auto-Response-Suppress"], "All", "suppress")
        check("alice@example.net" in answer["From"], True, "From")
        check("Alice Example" in answer["From"], True, "From name")
        check(answer["In-Reply-To"], parse(inmail)["Message-ID"],
              "In-Reply-To")
        check(answer["Precedence"], None, "Precedence")
        check(answer["To"] in parse(inmail)["Reply-To"], True, "To")
        check(b"linkedin.com/" in lab.sunk()[0], False, "a link in it")
        check(b"X-Mail-Args: <>" in lab.sunk()[0], True,
              "null sender")
        # The same mail again, and the next one of the same person.
        lab.wait_for_delivery(lab.send(inmail))
        second = sign(sample(INMAIL) + b"\r\nOne more thing.\r\n")
        queue_id = lab.send(second)
        lab.wait_for_delivery(queue_id)
        wait_until(lambda: any(r.get("qid") == queue_id and
                               r.get("why") == "answered-before"
                               for r in lab.records()), "the refusal")
        check(len(lab.sunk()), 1, "answers")
        check(lab.decision(queue_id)["recipients"][0]["seen"], 2, "seen")


def an_answer_by_smtp(site, sender, envelope):
    """From that sender, into the same MTA; by nobody else."""
    lab = site({"reply.sender": '"%s"' % sender,
                "reply.sendmail": '"/bin/false"'})
    lab.settings["reply.transport"] = '"smtp://127.0.0.1:%d"' % lab.smtp_port
    with lab:
        lab.user("alice", ANSWER_INMAIL)
        inmail = sign(sample(INMAIL))
        lab.wait_for_delivery(lab.send(inmail))
        sunk = lab.wait_for_sunk()[0]
        answer, asked = parse(sunk), parse(inmail)
        check(b"X-Mail-Args: <" + envelope + b">" in sunk, True, "envelope")
        check(b"from mx.example.net (" in sunk, True, "name in EHLO")
        check("Alice Example <alice@example.net>" in answer["From"], True,
              "From")
        check(answer["To"] in asked["Reply-To"], True, "To")
        check(answer["Auto-Submitted"].startswith("auto-replied"), True,
              "Auto-Submitted")
        check(answer["In-Reply-To"], asked["Message-ID"], "In-Reply-To")
        check(answer["References"].split()[-1], asked["Message-ID"],
              "References")
        lab.wait_for_delivery(lab.send(inmail))

        def ends():
            return sorted(r["outbox"] for r in lab.records() if "outbox" in r)
        wait_until(lambda: len(ends()) == 3, "the records")
        check(ends(), ["queued", "refused", "sent"], "records")
        check(len(lab.sunk()), 1, "answers")


def an_answer_goes_by_smtp_from_nobody(site):
    an_answer_by_smtp(site, "null", b"")


def an_answer_goes_by_smtp_from_the_user(site):
    an_answer_by_smtp(site, "user", b"alice@example.net")


def a_forged_invitation_is_never_answered(site):
    with site() as lab:
        lab.user("alice", ANSWER_INMAIL)
        queue_id = lab.send(sample(INMAIL), client=("unknown", "192.0.3.7"))
        lab.wait_for_delivery(queue_id)
        record = lab.decision(queue_id)
        check(record["trust"], "forged", "trust")
        check(record["recipients"][0]["reply"],
              {"mode": "none", "why": "trust-not-direct"}, "reply")
        check(lab.sunk(), [], "answers")


def a_site_may_hold_what_imitates_a_network(site):
    with site({"trust.forged": '"quarantine"'}) as lab:
        # Whatever the rules of its users say, and for all of them alike.
        lab.user("alice", HOLD_NOTHING)
        queue_id = lab.send(sample(IMITATION), client=("unknown", "192.0.3.7"))
        wait_until(lambda: queue_id in lab.held(), "the hold")
        record = lab.decision(queue_id)
        check(record["trust"], "forged", "trust")
        check(record["recipients"][0]["rule"], "all", "rule")
        check(record["recipients"][0]["actions"], ["deliver"], "actions")
        check(record["applied"], ["header", "quarantine"], "applied")
        check(record["why_held"], "trust.forged", "why it is held")
        lab.wait_for_log("actions=deliver held=trust.forged ")
        check(lab.delivered("alice"), [], "mail of alice")
        # From of the network itself: somebody on the way may have changed it.
        queue_id = lab.send(sample(INMAIL), client=("unknown", "192.0.3.7"))
        lab.wait_for_delivery(queue_id)
        record = lab.decision(queue_id)
        check(record["trust"], "forged", "trust without a signature")
        check(record["applied"], ["header"], "applied without a signature")
        check("why_held" in record, False, "why that would be held")


def a_dry_run_changes_nothing(site):
    with site({"dry_run": "true"}) as lab:
        lab.user("alice", HOLD_STRANGERS, contacts_txt="")
        lab.user("bob", ANSWER_INMAIL)
        for user, name in (("alice", STRANGER), ("bob", INMAIL),
                           ("carol", FORGED_HEADERS)):
            mail = sign(sample(name))
            queue_id = lab.send(mail, [user + "@example.net"])
            lab.wait_for_delivery(queue_id)
            got = lab.delivered(user)[0]
            check(body_of(got), body_of(mail), name + ": body")
            check(headers_of(got, "X-RSVP"), headers_of(mail, "X-RSVP"),
                  name + ": our headers")
        records = lab.records()
        check({r["dry_run"] for r in records}, {True}, "dry_run")
        check([r["recipients"][0]["rule"] for r in records][:2],
              ["strangers", "and you are?"], "rules")
        check(lab.held(), set(), "held")
        check(lab.sunk(), [], "answers")
        check(os.path.exists(lab.path("state.db")), False, "a database")


def ordinary_mail_passes_untouched(site):
    with site() as lab:
        lab.user("alice", HOLD_STRANGERS, contacts_txt="")
        mail = sample(ORDINARY)
        lab.wait_for_delivery(lab.send(mail, sender="carol@example.org",
                                       client=("mx.example.org",
                                               "203.0.113.5")))
        got = lab.delivered("alice")[0]
        check(body_of(got), body_of(mail), "body")
        names = [k for k, _ in parse(got).items()]
        check([n for n in names if n not in lab.ADDED],
              [k for k, _ in parse(mail).items()], "headers")
        check(lab.records(), [], "records")


def forged_headers_of_ours_are_removed(site):
    with site() as lab:
        mail = sample(FORGED_HEADERS)
        check(len(headers_of(mail, "X-RSVP")) >= 3, True, "the sample")
        lab.wait_for_delivery(lab.send(mail, client=("unknown",
                                                     "203.0.113.5")))
        got = lab.delivered("alice")[0]
        forged = {v for _, v in headers_of(mail, "X-RSVP")}
        left = {v for _, v in headers_of(got, "X-RSVP")} & forged
        check(left, set(), "forged headers left")
        # Mail that is no candidate is cleaned just as well.
        plain = (b"From: c@example.org\r\nX-RSVP: trust=direct\r\n"
                 b"Subject: hello\r\nX-rsvp-tag: a\r\nx-rsvp-Tag: b\r\n"
                 b"\r\nhello\r\n")
        lab.wait_for_delivery(lab.send(plain, client=("unknown",
                                                      "203.0.113.5")))
        check(headers_of(lab.wait_for_mail("alice", 2)[1], "X-RSVP"), [],
              "headers of ours")


def forged_headers_of_ours_cannot_hide(site):
    """Behind more fields than are kept, or with a blank before the colon."""
    many = b"".join(b"A: %d\r\n" % i for i in range(1100))
    forged = (b"X-RSVP: 1\r\nX-RSVP-Tag: 1\r\nx-rsvp-TAG: 2\r\n"
              b"X-RSVP-Tag : 3\r\nX-RSVP-Folder\t: 1\r\nX-RSVP-Tag: 4\r\n")
    rest = b"Subject: hello\r\n\r\nhello\r\n"
    with site() as lab:
        for count, sender in enumerate((b"c@example.org",
                                        b"invitations@linkedin.com"), 1):
            mail = b"From: " + sender + b"\r\n" + many + forged + rest
            lab.wait_for_delivery(lab.send(mail, client=("unknown",
                                                         "203.0.113.5")))
            got = lab.wait_for_mail("alice", count)[count - 1]
            left = [h for h in headers_of(got, "X-RSVP")
                    if len(h[1].strip()) == 1]
            check(left, [], "headers of ours")
            check(len(headers_of(got, "A")), 1100, "other headers")


def the_milder_rule_wins_and_nothing_shows_across(site):
    with site() as lab:
        lab.user("alice", HOLD_STRANGERS, contacts_txt="")
        lab.user("bob", TAG_RECRUITERS)
        both = ["alice@example.net", "bob@example.net"]
        queue_id = lab.send(sign(sample(RECRUITER)), both)
        lab.wait_for_delivery(queue_id)
        rules = [r["rule"] for r in lab.decision(queue_id)["recipients"]]
        check(rules, ["strangers", "recruiters"], "rules")
        for user in ("alice", "bob"):
            message = parse(lab.delivered(user)[0])
            check(message["X-RSVP-Tag"], None, user + ": tag")
            check(message["X-RSVP-Folder"], None, user + ": folder")
        check(lab.held(), set(), "held")
        # Where both hold it, it is held.
        lab.user("bob", HOLD_STRANGERS, contacts_txt="")
        queue_id = lab.send(sign(sample(RECRUITER)), both)
        wait_until(lambda: queue_id in lab.held(), "the hold")


def tag_all(word):
    """Rules that tag each invitation with a word of the user's own."""
    return """
rules = ( { name = "all"; when = { type = "invitation"; };
            do = [ "tag:%s" ]; } );
""" % word


def check_each_has_own_headers(lab):
    """That alice and bob got one mail each, with what their rules say."""
    for user in ("alice", "bob"):
        mails = [parse(mail) for mail in lab.wait_for_mail(user)]
        check([m["X-RSVP-Tag"] for m in mails], ["Of-" + user], user + ": tag")
        check(["known=no" in m["X-RSVP"] for m in mails], [True],
              user + ": what only one may see")
    check([[r["user"] for r in record["recipients"]]
           for record in lab.records() if "recipients" in record],
          [["alice"], ["bob"]], "recipients of each record")


def users_with_own_rules_get_mails_of_their_own(site):
    with site({"users.split": "true"}) as lab:
        for user in ("alice", "bob"):
            lab.user(user, tag_all("Of-" + user))
        smtp = lab.connect()
        mail = sign(sample(RECRUITER))
        check(smtp.mail("s-test@bounce.linkedin.com")[0], 250, "MAIL")
        check(smtp.rcpt("alice@example.net")[0], 250, "the first")
        check(smtp.rcpt("Alice+x@example.net")[0], 250, "the same user")
        code, words = smtp.rcpt("bob@example.net")
        check((code, words[:6]), (452, b"4.5.3 "), "the other")
        check(smtp.rset()[0], 250, "RSET")
        # As it was sent to both, the answers listened to.
        for user in ("alice", "bob"):
            lab.wait_for_delivery(lab.send(mail, [user + "@example.net"],
                                           smtp=smtp))
        smtp.quit()
        check_each_has_own_headers(lab)
        # Neither mail of others nor that of the null sender is split.
        both = ["alice@example.net", "bob@example.net"]
        for sender in ("friend@example.org", ""):
            lab.send(sample(ORDINARY), both, sender)


def a_broken_rules_file_means_tag_only(site):
    with site() as lab:
        lab.user("alice", 'rules = (\n { name = "x"; when = { typ = "a"; };'
                          ' do = [ "quarantine" ]; } );\n')
        lab.wait_for_delivery(lab.send(sign(sample(STRANGER))))
        check(headers_of(lab.delivered("alice")[0], "X-RSVP")[0][0],
              "X-RSVP", "header")
        lab.wait_for_log("alice/rules.conf:2: ")
        lab.wait_for_delivery(lab.send(sign(sample(STRANGER))))
        check(lab.filter_log().count("alice/rules.conf:2: "), 1,
              "complaints about one state of the file")


def reload_takes_over_good_settings_and_keeps_old_ones(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        since = len(lab.filter_log())
        good = read(lab.path("rsvp-milter.conf")).decode()
        with open(lab.path("rsvp-milter.conf"), "a",
                  encoding="utf-8") as file:
            file.write("nonsense = 1;\n")
        lab.filter.send_signal(signal.SIGUSR1)
        wait_until(lambda: "not reloaded, the old set stays in force" in
                   lab.filter_log()[since:], "the refusal")
        check("unknown setting nonsense" in lab.filter_log()[since:], True,
              "the reason")
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
        check(parse(lab.delivered("alice")[0])["X-RSVP-Tag"], "Recruiter",
              "the old set")
        with open(lab.path("rsvp-milter.conf"), "w",
                  encoding="utf-8") as file:
            file.write(good.replace("dry_run = false", "dry_run = true"))
        lab.reload(signal.SIGUSR1)
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
        check(parse(lab.wait_for_mail("alice", 2)[1])["X-RSVP-Tag"], None,
              "the new set")


def send_many(lab, connections, each, mails, problems):
    """connections threads, each with one connection and several mails."""
    def work(number):
        try:
            smtp = lab.connect()
            for i in range(each):
                lab.send(mails[(number + i) % len(mails)], smtp=smtp)
            smtp.quit()
        except (OSError, AssertionError, smtplib.SMTPException) as e:
            problems.append(repr(e))
    threads = [threading.Thread(target=work, args=(n,))
               for n in range(connections)]
    for thread in threads:
        thread.start()
    return threads


def a_thousand_messages_over_twenty_connections(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        mails = [sign(sample(RECRUITER)), sample(ORDINARY),
                 sign(sample(INMAIL))]
        problems = []
        for thread in send_many(lab, 20, 50, mails, problems):
            thread.join()
        check(problems, [], "problems")
        mail = lab.wait_for_mail("alice", 1000)
        check(len(mail), 1000, "messages")
        tags = [parse(m)["X-RSVP-Tag"] for m in mail]
        recruiters = [m for m in mail if b"trk=" in m and
                      parse(m)["X-RSVP-Tag"] == "Recruiter"]
        check(len(recruiters), tags.count("Recruiter"), "tagged")
        check(abs(tags.count("Recruiter") - 333) <= 20, True,
              "about a third tagged (%d)" % tags.count("Recruiter"))
        check(len(lab.records()) >= 600, True, "records")


def a_reload_under_load_loses_no_message(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        problems = []
        threads = send_many(lab, 8, 40,
                            [sign(sample(RECRUITER)), sample(ORDINARY)],
                            problems)
        reloads = 0
        while any(thread.is_alive() for thread in threads):
            lab.reload(signal.SIGHUP if reloads % 2 else signal.SIGUSR1)
            reloads += 1
        for thread in threads:
            thread.join()
        check(problems, [], "problems")
        check(reloads > 2, True, "reloads (%d)" % reloads)
        mail = lab.wait_for_mail("alice", 320)
        check(len(mail), 320, "messages")
        tagged = [m for m in mail
                  if parse(m)["X-RSVP-Tag"] == "Recruiter"]
        check(len(tagged), 160, "tagged")


def a_storm_of_hangups_does_not_end_the_filter(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        children = children_of(lab.filter.pid)
        check(len(children), 2, "processes")
        for _ in range(20000):
            for child in children:
                os.kill(child, signal.SIGHUP)
        for _ in range(50):
            lab.filter.send_signal(signal.SIGHUP)
        lab.reload()
        # A reload ends the sender, which is begun again with the new set.
        check(children_of(lab.filter.pid)[0], children[0], "the filter")
        check("; it is started again" in lab.filter_log(), False,
              lab.filter_log())
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
        check(parse(lab.delivered("alice")[0])["X-RSVP-Tag"], "Recruiter",
              "tag")


def mail_flows_when_the_filter_is_killed_in_mid_message(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        filter_pid = int(read("/proc/%d/task/%d/children" % (
            lab.filter.pid, lab.filter.pid)).decode().split()[0])
        smtp = lab.connect()
        smtp.mail("s-x@bounce.linkedin.com")
        smtp.rcpt("alice@example.net")
        smtp.putcmd("data")
        check(smtp.getreply()[0], 354, "DATA")
        mail = sign(sample(RECRUITER))
        smtp.send(mail[:len(mail) // 2])
        os.kill(filter_pid, signal.SIGKILL)
        smtp.send(mail[len(mail) // 2:] + b"\r\n.\r\n")
        code, words = smtp.getreply()
        check(code, 250, "end of the message (%r)" % words)
        smtp.close()
        lab.wait_for_mail("alice", 1)
        # It is started again, and works.
        lab.wait_for_log("died of signal 9; it is started again")
        wait_until(lambda: lab.filter_log().count("listening on") == 2,
                   "the new filter")
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
        check(parse(lab.wait_for_mail("alice", 2)[1])["X-RSVP-Tag"],
              "Recruiter", "tag")


def odd_connections_do_no_harm(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        # A health check of the filter itself, and one that talks nonsense.
        for words in (b"", b"GET / HTTP/1.0\r\n\r\n"):
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(lab.socket)
                s.sendall(words)
        smtp = lab.connect()
        # RSET in the middle, MAIL again, an empty envelope, then two mails.
        smtp.mail("s-a@bounce.linkedin.com")
        smtp.rcpt("bob@example.net")
        smtp.rset()
        smtp.mail("s-b@bounce.linkedin.com")
        smtp.rset()
        first = lab.send(sign(sample(RECRUITER)), smtp=smtp)
        second = lab.send(sample(ORDINARY), smtp=smtp)
        third = lab.send(sign(sample(RECRUITER)), smtp=smtp)
        smtp.close()
        for queue_id in (first, second, third):
            lab.wait_for_delivery(queue_id)
        check(lab.delivered("bob"), [], "mail for bob")
        check(sorted(str(parse(m)["X-RSVP-Tag"])
                     for m in lab.delivered("alice")),
              ["None", "Recruiter", "Recruiter"], "tags")
        check(lab.decision(first)["recipients"][0]["rcpt"],
              "alice@example.net", "recipient")


def internal_clients_are_let_go(site):
    with site() as lab:
        lab.user("alice", TAG_RECRUITERS)
        lab.wait_for_delivery(lab.send(
            sign(sample(RECRUITER)), client=("inside", "192.0.2.9")))
        check(parse(lab.delivered("alice")[0])["X-RSVP"], None, "header")
        check(lab.records(), [], "records")


TAG_LEARNED = """
rules = (
  { name = "wrote"; when = { learned = true; }; do = [ "tag:Wrote" ]; },
  { name = "not"; when = { learned = false; }; do = [ "tag:Stranger" ]; }
);
"""

# Its person has this address.
WITH_ADDRESS = "invitation-2015-01-member-address.eml"
TANSY = "tansy.muddlecombe@example.org"


def whom_a_user_wrote_to_is_known(site):
    with site({"users.learn": "true",
               "internal_hosts": '( "127.0.0.1" )'}) as lab:
        for user in ("alice", "bob"):
            lab.user(user, TAG_LEARNED)
        invitation = sign(sample(WITH_ADDRESS))
        ordinary = sample(ORDINARY)
        # Neither from nobody, nor from somebody outside, is alice's.
        inside = lab.open_smtp()
        for sender in ("", "friend@example.org"):
            lab.send(ordinary, [TANSY], sender, smtp=inside)
        lab.send(invitation)
        # Several mails of one connection, with a header for us in them.
        for sender in ("alice@example.net", "alice+x@example.net"):
            lab.send(sample(FORGED_HEADERS), [TANSY, "bob@example.net"],
                     sender, smtp=inside)
        inside.quit()
        for user in ("alice", "bob"):
            lab.send(invitation, [user + "@example.net"])
        lab.wait_for_sunk(4)
        check([(to["user"], to["rule"], to.get("known_by"))
               for record in lab.records() if "recipients" in record
               for to in record["recipients"]],
              [("alice", "not", None), ("alice", "wrote", "learned"),
               ("bob", "not", None)], "rules")


DRAFT_ALL = """
from_name = "Alice Example";
rules = (
  { name = "who & what?"; when = { type = [ "inmail", "invitation" ]; };
    do = [ "draft:yours" ]; }
);
"""

# What a link could stumble over.
DRAFT_TEXT = ("Subject: 100% yours? {given|you} & me\n\n"
              "Hello {given|there},\n\na=b&c=d?e#f+g %41 Zo\xeb\n{owner}\n")


def draft_for_alice(lab, notification, trust="direct"):
    """The mail that shows a draft, and its text."""
    before = len(lab.delivered("alice"))
    queue_id = lab.send(notification)
    lab.wait_for_delivery(queue_id)
    record = lab.decision(queue_id)
    check(record["trust"], trust, "trust")
    check(record["recipients"][0]["reply"], {"mode": "draft"}, "answer")
    mail = [parse(m) for m in lab.wait_for_mail("alice", before + 2)]
    draft = [m for m in mail[before:] if m["Auto-Submitted"] is not None][0]
    check(draft["Auto-Submitted"].startswith("auto-generated"), True,
          "Auto-Submitted")
    check(draft["To"], "alice@example.net", "To")
    text = draft.get_payload(decode=True).decode("utf-8").replace("\r\n", "\n")
    check("Rule:     who & what?\n" in text, True, "rule in " + text)
    return draft, text


def a_draft_reaches_the_user_and_nobody_else(site):
    with site() as lab:
        lab.user("alice", DRAFT_ALL, yours_txt=DRAFT_TEXT)
        # One with a route has a link that opens the whole answer.
        inmail = sign(sample(INMAIL))
        draft, text = draft_for_alice(lab, inmail)
        check(str(draft["Subject"]),
              "Draft of an answer: an InMail from Lavinia Puddlethorpe",
              "Subject")
        link = re.search(r"<(mailto:[^>]+)>\n", text).group(1)
        url = urllib.parse.urlsplit(link)
        fields = urllib.parse.parse_qs(url.query, strict_parsing=True)
        route = urllib.parse.unquote(url.path)
        check("<" + route + ">" in parse(inmail)["Reply-To"], True, "address")
        check(sorted(fields), ["body", "subject"], "fields of the link")
        check(fields["subject"], ["100% yours? Lavinia & me"], "subject")
        check(fields["body"],
              ["Hello Lavinia,\r\n\r\na=b&c=d?e#f+g %41 Zo\xeb\r\n"
               "Alice Example\r\n"], "body")
        check("https://" in text, False, "another link")
        # The address is for the user, not for logs.
        outbox = subprocess.run(
            (os.path.join(BUILD, "milter", "rsvpctl"), "-c",
             lab.path("rsvp-milter.conf"), "outbox", "list", "--json"),
            check=True, capture_output=True).stdout.decode()
        check('"mode":"draft"' in outbox, True, "draft in the outbox")
        check(route in outbox, False, "route in the outbox")
        check(route in lab.filter_log(), False, "route in the log")
        check(route in read(lab.audit).decode(), False, "route in the records")
        # One without has the network's page.
        _, text = draft_for_alice(lab, sign(sample(STRANGER)))
        check("<https://www.linkedin.com/mynetwork/invitation-manager/>\n"
              in text, True, "page")
        check("mailto:" in text, False, "a link to write to")
        # Where nobody vouches for the mail there is none at all.
        _, text = draft_for_alice(lab, sample(UNSIGNED), trust="claimed")
        check("NOT VERIFIED" in text, True, "warning")
        check("://" in text or "mailto:" in text, False, "any link")
        check(lab.sunk(), [], "mail that left the site")
        check(len(lab.delivered("alice")), 6, "messages")


# The MTA's own takes the lab's configuration from root alone; this one hands
# over to the next host.
SENDMAIL_FOR_ANYBODY = """\
#!/usr/bin/python3
import os, smtplib, sys
words = sys.argv[1:]
message = b"X-Called-By: %%d\\n" %% os.getuid() + sys.stdin.buffer.read()
with smtplib.SMTP("127.0.0.1", %d) as smtp:
    smtp.sendmail(words[words.index("-f") + 1].strip("<>"), words[-1], message)
"""


def identity_of(pid):
    """{real, effective, saved, file system} of users and groups, the other
    groups, and what it may do."""
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        lines = dict(line.split(":", 1) for line in file)
    return [set(lines[name].split()) for name in
            ("Uid", "Gid", "Groups", "CapPrm", "CapEff")]


def root_is_given_up_and_everything_still_works(site):
    nobody = pwd.getpwnam("nobody")
    with site(user="nobody") as lab:
        with open(lab.path("sendmail"), "w", encoding="ascii") as file:
            file.write(SENDMAIL_FOR_ANYBODY % lab.sink_port)
        # The first one watches these two and sees no mail.
        processes = children_of(lab.filter.pid)
        check(len(processes), 2, "processes")
        uid, gid, none = {str(nobody.pw_uid)}, {str(nobody.pw_gid)}, {"0" * 16}
        for pid in processes:
            check(identity_of(pid), [uid, gid, gid, none, none],
                  "process %d" % pid)
        lab.user("alice", ANSWER_INMAIL)
        lab.wait_for_delivery(lab.send(sign(sample(INMAIL))))
        check(parse(lab.wait_for_sunk()[0])["X-Called-By"], str(nobody.pw_uid),
              "who sent the answer")
        lab.user("alice", HOLD_STRANGERS, contacts_txt="Nobody Else\n")
        queue_id = lab.send(sign(sample(STRANGER)))
        wait_until(lambda: queue_id in lab.held(), "the hold")
        lab.reload()
        for path in (lab.audit, lab.state):
            check(os.stat(path).st_uid, nobody.pw_uid, "owner of " + path)
            check(os.stat(path).st_mode & 0o027, 0, path + ": for others")
        check(os.stat(lab.socket).st_mode & 0o007, 0, "the socket for others")
        check(lab.stop_filter(), 0, "exit code")
        check(os.path.exists(lab.pid_file), False, "pid file")
        check(os.path.exists(lab.socket), False, "socket")
        lab.start_filter()


def stop_and_start_are_clean(site):
    with site() as lab:
        began = time.monotonic()
        check(lab.stop_filter(), 0, "exit code")
        check(time.monotonic() - began < 20, True, "stopped in time")
        check(os.path.exists(lab.pid_file), False, "pid file")
        lab.start_filter()
        lab.wait_for_delivery(lab.send(sign(sample(RECRUITER))))
