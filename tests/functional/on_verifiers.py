#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_verifiers.py - the filter behind a real OpenDKIM and a real rspamd.

What they find, and what is found here, must be the same.
"""
import os
import sys

from lab import (LINKEDIN_HOST, SAMPLES, check, parse, run, sample, sign,
                 to_alice)
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
    nothing_gets_out_of_rspamds_comment,
    spf_of_the_network_makes_it_direct,
    without_ids_nothing_is_believed,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, None, missing("opendkim", "rspamd")))
