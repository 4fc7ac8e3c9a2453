#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_verifiers.py - the filter behind a real OpenDKIM and a real rspamd.

What they find, and what is found here, must be the same.
"""
import os
import socket
import sys

from lab import (LINKEDIN_HOST, SAMPLES, check, dated_now, parse, run, sample,
                 sign, to_alice)
from verifiers import HOST, OpenDkimLab, RspamdLab, missing

BY_RESULTS = {"trust.dkim": '"off"', "trust.authserv_ids": '( "%s" )' % HOST}
BY_OURSELVES = {"trust.dkim": '"verify"'}
BY_BOTH = {"trust.dkim": '"verify"', "trust.authserv_ids": '( "%s" )' % HOST}

ELSEWHERE = ("mx.example.org", "203.0.113.5")
INVITATION, INMAIL = "invitation-2016-05.eml", "inmail-2026-01-de.eml"
SENDER = "s-x1@bounce.linkedin.com"


def trust_of(lab, mail, **how):
    """The level, and why, of a mail that is sent through the lab."""
    queue_id = lab.send(mail, sender=how.pop("sender", SENDER), **how)
    record = lab.decision(queue_id)
    return record["trust"], record.get("why_trust", "")


def invitations():
    """All samples that come with a signature of the network."""
    names, name = [], None
    with open(os.path.join(SAMPLES, "expectations"), encoding="utf-8") as file:
        for line in file:
            word, _, rest = line.strip().partition(" ")
            if word == "sample":
                name = rest
            elif word == "signed" and "linkedin.com" in rest.split():
                names.append(name)
    return names


def four_ways(mail):
    """As it is and changed on the way, by the network and by another."""
    changed = mail.replace(b"Subject:", b"Subject: x", 1)
    return [(mail, LINKEDIN_HOST), (mail, ELSEWHERE),
            (changed, LINKEDIN_HOST), (changed, ELSEWHERE)]


WANTED = ["direct", "verified", "claimed", "forged"]


def levels(lab, mails):
    """The levels of all mails, sent over one connection for each client."""
    smtp = {client: lab.connect(client)
            for client in (LINKEDIN_HOST, ELSEWHERE)}
    ids = [lab.send(mail, sender=SENDER, smtp=smtp[client])
           for mail, client in mails]
    for connection in smtp.values():
        connection.quit()
    for queue_id in ids:
        lab.wait_for_delivery(queue_id)
    found = {record["qid"]: record["trust"] for record in lab.records()}
    return [found[queue_id] for queue_id in ids]


def all_ways_agree_on(lab_class):
    """Every signed sample, by each source alone and by both."""
    names = invitations()
    check(len(names) > 30, True, "samples (%d)" % len(names))
    mails = []
    for name in names:
        mails += four_ways(sign(to_alice(sample(name))))
    for how, settings in (("results", BY_RESULTS), ("both", BY_BOTH),
                          ("ourselves", BY_OURSELVES)):
        with lab_class(settings) as lab:
            got = levels(lab, mails)
        for number, name in enumerate(names):
            check(got[4 * number:4 * number + 4], WANTED,
                  "%s by %s" % (name, how))


def opendkim_and_we_agree(_):
    all_ways_agree_on(OpenDkimLab)


def rspamd_and_we_agree(_):
    all_ways_agree_on(RspamdLab)


def what_opendkim_did_not_say_is_not_believed(_):
    with OpenDkimLab(BY_RESULTS) as lab:
        unsigned = sample(INVITATION)
        forged = (b"Authentication-Results: %s;\r\n\tdkim=pass "
                  b"header.d=linkedin.com header.s=test\r\n" % HOST.encode())
        level, why = trust_of(lab, forged + unsigned, client=ELSEWHERE)
        check(level in ("forged", "claimed"), True, "unsigned: " + why)
        broken = sign(unsigned).replace(b"Subject:", b"Subject: x", 1)
        level, why = trust_of(lab, forged + broken, client=ELSEWHERE)
        check(level in ("forged", "claimed"), True, "broken: " + why)


SIGNATURE = (b"%sa=rsa-sha256; c=relaxed/relaxed; d=%s; s=test; h=from:to:"
             b"subject:date; bh=AAAA; b=QUJDREVGR0hJSktM%s")


def signature(domain=b"linkedin.com", version=b"v=1; ", more=b""):
    """A signature field that somebody made up."""
    return b"DKIM-Signature: %s\r\n" % (SIGNATURE % (version, domain, more))


def made_up():
    """What makes OpenDKIM give up on a mail, by name."""
    sound, other = signature(), b"evil.example"
    return [("a word", sound + b"DKIM-Signature: foo\r\n"),
            ("a word above", b"DKIM-Signature: foo\r\n" + sound),
            ("a word behind a blank", sound + b"DKIM-Signature : foo\r\n"),
            ("nothing", sound + b"DKIM-Signature:\r\n"),
            ("no version", signature(version=b"")),
            ("no version of another", sound + signature(other, b"")),
            ("a time", signature(more=b"; t=x")),
            ("a time of another", sound + signature(other, more=b"; t=x")),
            ("8 bits", sound + signature(other, more=b"; z=\xff")),
            ("two semicolons", signature(more=b";;")),
            ("no value", signature(more=b"; y"))]


def forged_pass():
    """The field of the site's id that a forger writes."""
    return (b"Authentication-Results: %s; dkim=pass header.d=linkedin.com; "
            b"spf=pass smtp.mailfrom=%s\r\n" % (HOST.encode(),
                                               SENDER.encode()))


def answers_when_direct(lab):
    lab.user("alice", """from_name = "Alice"; rules = ( { name = "answer";
             when = { type = "inmail"; trust = "direct"; };
             do = [ "reply:and-you-are" ]; } );""")


def check_no_answer(lab, mail, what):
    queue_id = lab.send(mail, client=ELSEWHERE, sender=SENDER)
    record = lab.decision(queue_id)
    why = "%s: %s" % (what, record["why_trust"])
    check(record["trust"] in ("claimed", "forged"), True, why)
    check([r["reply"]["mode"] for r in record["recipients"]], ["none"], why)
    return record["why_trust"]


def what_opendkim_gives_up_on_is_not_believed(_):
    """It removes nothing then, so that a forged field is left."""
    mail = to_alice(dated_now(sample(INMAIL)))
    for how in (BY_RESULTS, BY_BOTH):
        with OpenDkimLab(how) as lab:
            answers_when_direct(lab)
            for name, fields in made_up():
                why = check_no_answer(lab, forged_pass() + fields + mail, name)
                check("ignored: a malformed DKIM-Signature" in why, True,
                      "%s: %s" % (name, why))


class AcceptingLab(OpenDkimLab):
    """One that lets pass what is too large for it."""

    CONF = OpenDkimLab.CONF + "On-Security accept\n"


def what_is_too_large_for_opendkim_is_not_believed(_):
    mail = to_alice(dated_now(sample(INMAIL)))
    filling = b"".join(b"X-%d: %s\r\n" % (i, b"x" * 900) for i in range(80))
    with AcceptingLab(BY_RESULTS) as lab:
        answers_when_direct(lab)
        why = check_no_answer(
            lab, forged_pass() + signature() + filling + mail, "large")
        check("ignored: a large header" in why, True, why)


def an_outage_of_dns_raises_nothing(_):
    """OpenDKIM has the key, from a file, and the filter has no answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        keys = '"dns:127.0.0.1:%d"' % deaf.getsockname()[1]
        with OpenDkimLab({**BY_BOTH, "trust.keys": keys}) as lab:
            level, why = trust_of(lab, sign(to_alice(sample(INVITATION))))
            check(level, "claimed", why)
            check("passes by the site's results alone" in why, True, why)


def nothing_gets_out_of_rspamds_comment(_):
    """MAIL FROM and HELO that would write a result of their own.

    Where that reads as a pass, it is not known who wrote it.
    """
    with RspamdLab(BY_RESULTS) as lab:
        broken = sign(sample(INVITATION)).replace(b"Subject:", b"Subject: x", 1)
        for sender, helo, want in (
                ('"x) ; dkim=pass header.d=linkedin.com (y"@example.org',
                 "mx.example.org", "claimed"),
                ('"x) dkim=pass header.d=linkedin.com header.s=test ("'
                 '@example.org', "mx.example.org", "forged"),
                ('"a\\"b) ; dkim=pass header.d=linkedin.com"@example.org',
                 "mx.example.org", "claimed"),
                (SENDER, "x);dkim=pass.header.d=linkedin.com", "forged"),
                (SENDER, "mx(example.org", "forged")):
            smtp = lab.connect(ELSEWHERE)
            smtp.ehlo(helo)
            level, why = trust_of(lab, broken, sender=sender, smtp=smtp)
            smtp.close()
            check(level, want, "%s %s: %s" % (sender, helo, why))
            check("Authentication-Results ignored: " in why, True, why)


def spf_of_the_network_makes_it_direct(_):
    """By rspamd, of a host that has no name of the network."""
    with RspamdLab(BY_RESULTS) as lab:
        level, why = trust_of(lab, sign(sample(INMAIL)),
                              client=("unknown", LINKEDIN_HOST[1]))
        check(level, "direct", why)
        level, why = trust_of(lab, sign(sample(INMAIL)),
                              client=("unknown", "203.0.113.5"))
        check(level, "verified", why)


def without_ids_nothing_is_believed(_):
    with OpenDkimLab({"trust.dkim": '"off"'}) as lab:
        mail = sign(sample(INVITATION))
        queue_id = lab.send(mail)
        lab.wait_for_delivery(queue_id)
        check("dkim=pass" in parse(lab.delivered("alice")[0])
              ["Authentication-Results"], True, "OpenDKIM's result")
        record = lab.decision(queue_id)
        check(record["trust"], "claimed", record["why_trust"])


TESTS = [
    opendkim_and_we_agree,
    rspamd_and_we_agree,
    what_opendkim_did_not_say_is_not_believed,
    what_opendkim_gives_up_on_is_not_believed,
    what_is_too_large_for_opendkim_is_not_believed,
    an_outage_of_dns_raises_nothing,
    nothing_gets_out_of_rspamds_comment,
    spf_of_the_network_makes_it_direct,
    without_ids_nothing_is_believed,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, missing("opendkim", "rspamd")))
