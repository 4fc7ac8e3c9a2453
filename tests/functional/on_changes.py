#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_changes.py - users' rules change while their mail passes.

Part of "make check": needs neither an MTA nor root.  Every version of a file
says its number twice, in the name of its rule and in the tag, and has a
setting in front of its rules, so that a part of it may be without a mistake
and yet is no version.
"""
import contextlib
import os
import random
import re
import sys
import threading
import time

from lab import check, read, run, sample, unbuilt, write
from wire import Peer, WireLab

USERS, MESSAGES, THREADS, IN_PLACE = 1000, 2000, 4, 250
INVITATION = "invitation-2016-05.eml"
# What the filter waits for (LIMIT_FOLDER_SETTLE_MS), but for a margin.
SETTLE = 1.8


def version(number):
    """The rules of that version, in pieces that each end without mistake."""
    return ('from_name = "Version %d";\n' % number, 'answers = false;\n',
            'rules = ( { name = "no"; when = { type = "security"; };'
            ' do = "tag:No"; },\n' + "# filling\n" * 200 +
            '{ name = "v%d"; when = { }; do = "tag:V%d"; } );\n'
            % (number, number))


def user(number):
    return "u%04d" % number


class Passage:
    """One connection, for users of its own."""

    def __init__(self, lab, name):
        self.lab, self.name, self.sent = lab, name, 0
        self.mail = sample(INVITATION)
        self.peer = Peer(lab.socket)
        check((self.peer.connect(), self.peer.helo()), (b"c", b"c"), "greeting")

    def pass_for(self, number):
        """The tag that a message for the user got."""
        self.sent += 1
        check(self.peer.message(
            self.mail, "%s-%d-%s" % (self.name, self.sent, user(number)),
            recipients=[user(number) + "@example.net"]),
            (b"c", "end"), "answer")
        return dict(self.peer.added()).get("X-RSVP-Tag")


def rules_of(lab, number):
    return lab.path("users", user(number), "rules.conf")


def replace(lab, number, what, believed):
    """By rename(2); believed: as if it had been written an hour ago."""
    path = rules_of(lab, number)
    write(path + ".new", "".join(version(what)))
    if believed:
        then = time.time() - 3600
        os.utime(path + ".new", (then, then))
    os.rename(path + ".new", path)
    if believed:
        os.utime(os.path.dirname(path), (then, then))


def write_in_turn(lab, some, latest):
    """A piece of each, in place; the longest time that it took."""
    began = time.monotonic()
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(
            open(rules_of(lab, number), "w", encoding="utf-8"))
            for number in some]
        for pieces in zip(*(version(latest[number]) for number in some)):
            for file, piece in zip(files, pieces):
                file.write(piece)
                file.flush()
    return time.monotonic() - began


def decided(lab):
    """By queue id, the version that decided; fails where it is none."""
    found = {}
    for record in lab.records():
        if "type" not in record:
            continue
        to = record["recipients"][0]
        name = re.fullmatch(r"v(\d+)", to.get("rule") or "")
        check(name is not None and to["actions"] == ["tag:V" + name[1]], True,
              "one whole version: %r" % to)
        check(record["qid"] in found, False, "twice: " + record["qid"])
        found[record["qid"]] = int(name[1])
    return found


def rules_of_a_thousand_users_change_while_mail_passes(site):
    with site({"users.cache": str(USERS)}) as lab:
        latest = [0] * USERS
        for number in range(USERS):
            lab.user(user(number), "".join(version(0)))
        stop, failures, pauses = threading.Event(), [], []
        known = threading.Barrier(THREADS + 1)

        def change():
            """One after the other, over and over; some in place."""
            choice = random.Random(1)
            with contextlib.suppress(threading.BrokenBarrierError):
                known.wait()
            while not stop.is_set():
                for number in choice.sample(range(IN_PLACE, USERS), 15):
                    latest[number] += 1
                    replace(lab, number, latest[number],
                            choice.random() < 0.7)
                some = choice.sample(range(IN_PLACE), 5)
                for number in some:
                    latest[number] += 1
                pauses.append(write_in_turn(lab, some, latest))

        def send(which):
            try:
                passage = Passage(lab, "P%d" % which)
                mine = range(which, USERS, THREADS)
                seen = dict.fromkeys(mine, 0)
                for number in mine:
                    check(passage.pass_for(number), "V0", "before")
                known.wait()
                for nth in range(MESSAGES // THREADS):
                    number = mine[nth * 7 % len(mine)]
                    tag = passage.pass_for(number)
                    got = int(tag.removeprefix("V"))
                    check(seen[number] <= got <= latest[number], True,
                          "%s: %d after %d, latest %d" % (
                              user(number), got, seen[number],
                              latest[number]))
                    seen[number] = got
                passage.peer.close()
            except Exception as why:
                failures.append(why)
                known.abort()

        threads = [threading.Thread(target=send, args=(i,))
                   for i in range(THREADS)]
        writer = threading.Thread(target=change)
        writer.start()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stop.set()
        writer.join()
        if max(pauses) > SETTLE:
            print("# this host stood still: nobody can tell")
            return
        for why in failures:
            raise why
        versions = decided(lab)
        check(len(versions), USERS + MESSAGES, "decisions")
        check(len(set(versions.values())) > 1, True, "nothing changed")
        # In the end the latest counts.
        passage = Passage(lab, "last")
        for number in range(0, USERS, 10):
            lab.settle(user(number))
            check(passage.pass_for(number), "V%d" % latest[number],
                  user(number))
        check("rules.conf" in lab.filter_log(), False, "a complaint")


def a_part_of_a_file_is_never_in_force(site):
    with site() as lab:
        lab.user(user(0), "".join(version(0)))
        passage = Passage(lab, "part")
        check(passage.pass_for(0), "V0", "before")
        in_time = 0
        for what in range(1, 21):
            pieces = version(what)
            for part in range(len(pieces)):
                began = time.monotonic()
                write(rules_of(lab, 0), "".join(pieces[:part]))
                tag = passage.pass_for(0)
                # On a host that stood still for so long, nobody can tell.
                if time.monotonic() - began < SETTLE:
                    check(tag, "V%d" % (what - 1), "part %d" % part)
                    in_time += 1
            write(rules_of(lab, 0), "".join(pieces))
            lab.settle(user(0))
            check(passage.pass_for(0), "V%d" % what, "the whole")
        check(in_time > 0, True, "parts seen")


def a_first_file_that_is_being_written_is_tag_only(site):
    with site() as lab:
        passage = Passage(lab, "first")
        lab.user(user(1), "".join(version(1)))
        began = time.monotonic()
        write(rules_of(lab, 1), version(1)[0])
        tag = passage.pass_for(1)
        if time.monotonic() - began < SETTLE:
            check(tag, None, "tag")
            lab.wait_for_log("user u0001: tag only for now: u0001/rules.conf: "
                             "being written")
        write(rules_of(lab, 1), "".join(version(1)))
        lab.settle(user(1))
        check(passage.pass_for(1), "V1", "settled")


def a_mistake_leaves_the_rules_before_in_force(site):
    with site() as lab:
        passage = Passage(lab, "mistake")
        lab.user(user(2), "".join(version(1)))
        check(passage.pass_for(2), "V1", "before")
        lab.user(user(2), "".join(version(2)).replace("tag:V2", "tga:V2"))
        check([passage.pass_for(2) for _ in range(3)], ["V1"] * 3, "mistake")
        words = ("user u0002: the rules before stay in force: "
                 "u0002/rules.conf:")
        check(lab.filter_log().count(words), 1, "complaints")
        # As they are after a reload, which changes nothing of that.
        lab.reload()
        check(passage.pass_for(2), "V1", "after a reload")
        lab.user(user(2), "".join(version(3)))
        check(passage.pass_for(2), "V3", "mended")
        os.unlink(rules_of(lab, 2))
        lab.settle(user(2))
        check(passage.pass_for(2), None, "no rules")
        lab.wait_for_log("user u0002: tag only: u0002/rules.conf: No such "
                         "file or directory")


TESTS = [
    rules_of_a_thousand_users_change_while_mail_passes,
    a_part_of_a_file_is_never_in_force,
    a_first_file_that_is_being_written_is_tag_only,
    a_mistake_leaves_the_rules_before_in_force,
]

if __name__ == "__main__":
    sys.exit(run(TESTS, WireLab, unbuilt()))
