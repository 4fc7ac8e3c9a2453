#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_pairs.py - one mail for two users, as it leaves the filter.

Part of "make check": needs neither an MTA nor root.  Forty sets of rules with
each other are in tests/unit/daemon/two_users_test.c; here a handful of them
goes over the wire.  What both get is worked out from what each gets alone.
"""
import os
import re
import sys

from lab import TOP, check, read, run, sample, sign, unbuilt
from wire import Peer, WireLab

INVITATION = "invitation-2026-04-recruiter.eml"
PERSON = "Lavinia Puddlethorpe"
RULE = ('contacts = ( "contacts.txt" );\n'
        'rules = ( { name = "%s"; when = { %s }; do = [ %s ]; } );\n')


def ready(name):
    """Ready-made rules, with a word of the user's in their names."""
    text = read(os.path.join(TOP, "rules", "policies", name + ".conf"))
    return lambda user: re.sub(r'(?m)^  \{ name = "', r"\g<0>%s " % user,
                               text.decode())


def own(when, actions):
    """One rule; what is USER in it becomes the user."""
    return lambda user: RULE % (user, when.replace("USER", user),
                                actions.replace("USER", user))


SETS = [
    ("two tags", own("", '"tag:Shared", "tag:USER"'), PERSON),
    ("a folder and a tag", own("", '"file:In/R\u00e4nge", "tag:Shared"'), ""),
    ("a folder", own("", '"file:In/R\u00e4nge"'), PERSON + " @close"),
    ("hold", own("", '"quarantine"'), ""),
    ("hold strangers", ready("just-ignore"), ""),
    ("a group of the user's own",
     own('group = "USER";', '"tag:Shared", "file:USER"'), PERSON + " @USER"),
    ("recruiters", ready("recruiters"), ""),
]


def address(user):
    return user + "@example.net"


def send(peer, mail, number, *users):
    """What the mail has behind the filter: its added fields, and a hold."""
    check(peer.message(mail, "Q%d" % number,
                       recipients=[address(user) for user in users]),
          (b"c", "end"), "answer to " + " ".join(users))
    check([command for command, _ in peer.changes
           if command not in (b"h", b"q")], [], "nothing but these")
    return peer.added(), [data for command, data in peer.changes
                          if command == b"q"]


def common(first, second):
    """What both get alone, but for what is known about who has asked."""
    fields = [[(name, re.sub(r";\s*known=\w+$", "", value))
               for name, value in alone[0]] for alone in (first, second)]
    return ([field for field in fields[0] if field in fields[1]],
            [hold for hold in first[1] if hold in second[1]])


def a_mail_for_two_shows_what_both_share(site):
    names = ["zz%s%d" % (side, number) for number in range(len(SETS))
             for side in "ab"]
    with site() as lab:
        for user in names:
            _, rules, contacts = SETS[int(user[3:])]
            lab.user(user, rules(user), contacts_txt="%s\nOf %s @%s\n" % (
                contacts.replace("USER", user), user, user))
        to = ",\r\n\t".join(address(user) for user in names)
        mail = sign(re.sub(rb"(?m)^To: [^\r]*", b"To: " + to.encode(),
                           sample(INVITATION), count=1))
        peer = Peer(lab.socket)
        check(peer.connect(), b"c", "connect")
        check(peer.helo(), b"c", "HELO")
        alone = {user: send(peer, mail, number, user)
                 for number, user in enumerate(names)}
        check({field[0] for added, _ in alone.values() for field in added},
              {"X-RSVP", "X-RSVP-Tag", "X-RSVP-Folder"}, "fields")
        check({len(held) for _, held in alone.values()}, {0, 1}, "holds")
        for a in names[::2]:
            for b in names[1::2]:
                what = "%s and %s" % (SETS[int(a[3:])][0],
                                      SETS[int(b[3:])][0])
                got = send(peer, mail, 100, a, b)
                check(got, common(alone[a], alone[b]), what)
                check([word for word in ("zz", "known", "close", PERSON)
                       if word in repr(got)], [], what)
                check("trust=direct" in got[0][0][1], True, what)


TESTS = [a_mail_for_two_shows_what_both_share]

if __name__ == "__main__":
    sys.exit(run(TESTS, WireLab, unbuilt()))
