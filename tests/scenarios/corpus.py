#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""corpus.py - what becomes of mail that others have published.

That mail is not in this tree and its text must not be.  The folder is the one
$RSVP_CORPUS names, else shared/corpus beside the checkout; its README says
what is in it.  Here stand numbers of files and types only: who a mail is from
is taken from the mail itself, by another parser than ours.
"""
import email
import email.policy
import json
import os
import re
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import (PACKS, RSVPCTL, TEST_KEYS, TOP, done, ok, run, skip_all,
                 write)

# By the number in front of the file's name: type, note, and whether the
# mail's From field names the person.
GENUINE = {
    "001": ("invitation", "boilerplate", True),
    "002": ("invitation", "boilerplate", True),
    "004": ("job", "none", False),
    "005": ("inmail", "personal", True),
    "009": ("other", "none", False),
}

# Bodies whose headers are lost; they get a sender of their network.
WORDING = {
    "01": "invitation",
    "02": "invitation-accepted",
    "03": "guest-invitation",
    "09": "invitation-reminder",
}

HEADERS = """\
From: Somebody Unnamed <invitations@linkedin.com>
To: you@example.net
Subject: %s
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

"""


def find_corpus():
    named = os.environ.get("RSVP_CORPUS")
    if named:
        if not os.path.isdir(named):
            skip_all("$RSVP_CORPUS names no folder")
        return named
    for above in ("..", "../.."):
        folder = os.path.join(TOP, above, "shared", "corpus")
        if os.path.isdir(folder):
            return folder
    return skip_all("no folder shared/corpus beside the checkout; "
                    "$RSVP_CORPUS may name one")


def types_that_ask():
    with open(os.path.join(TOP, "milter", "recognise", "request.h"),
              encoding="utf-8") as file:
        return set(re.findall(r'X\([A-Z_]+, "([a-z-]+)", REQUEST_ASKS\)',
                              file.read()))


def files_below(*parts):
    for folder, _, names in sorted(os.walk(os.path.join(CORPUS, *parts))):
        for name in sorted(names):
            path = os.path.join(folder, name)
            yield os.path.relpath(path, CORPUS), path


def record_of(path, *options):
    """(record or None, what went wrong): one line of JSON, and no more."""
    result = run(RSVPCTL, "-c", SETTINGS, "--packs", PACKS, "test", "--json",
                 "--keys", TEST_KEYS, *options, path)
    lines = result.out.splitlines()
    if result.code != 0 or result.err or len(lines) != 1:
        return None, str(result)
    try:
        record = json.loads(lines[0])
    except ValueError as error:
        return None, "%s\n%s" % (error, result)
    if not isinstance(record, dict) or record.get("v") != 1:
        return None, "not a record\n%s" % result
    return record, ""


def author(path):
    """The display name of the From field, as Python's parser has it."""
    with open(path, "rb") as file:
        message = email.message_from_binary_file(file,
                                                 policy=email.policy.default)
    return message["From"].addresses[0].display_name


def check_fields(record, wanted):
    return "\n".join("%s: got %r, want %r" % (name, record.get(name), value)
                     for name, value in wanted.items()
                     if record.get(name) != value)


def genuine():
    for name, path in files_below("genuine"):
        record, wrong = record_of(path)
        number = os.path.basename(name)[:3]
        if record is not None and number in GENUINE:
            kind, note, named = GENUINE[number]
            wrong = check_fields(record, {"type": kind, "note": note})
            got = (record["person"] or {}).get("name")
            want = author(path) if named else None
            if got != want:
                wrong += "\nperson: got %r, want %r" % (got, want)
        ok(not wrong, name, wrong)


def wording(folder):
    for name, path in files_below("wording"):
        number = os.path.basename(name)[:2]
        if number not in WORDING:
            continue
        with open(path, encoding="utf-8") as file:
            body = file.read().partition("\n")[2]  # without its source
        subject = re.search(r"(?m)^Subject: (.*)$", body)
        mail = write(os.path.join(folder, "mail"), HEADERS % (
            subject.group(1) if subject else "-") + body)
        record, wrong = record_of(mail)
        wrong = wrong or check_fields(record, {"type": WORDING[number]})
        ok(not wrong, name, wrong)


def negative():
    asking = types_that_ask()
    ok(len(asking) >= 10, "types that ask for something are known")
    for name, path in files_below("negative"):
        record, wrong = record_of(path)
        if record is not None and record["type"] in asking:
            wrong = "called a request: " + record["type"]
        ok(not wrong, name, wrong)


def phish():
    # Even handed in by a host of the network, which these were not.
    for name, path in files_below("phish"):
        for client in ((), ("--client", "mailb-ga.linkedin.com")):
            record, wrong = record_of(path, *client)
            if record is not None and record["trust"] in ("verified",
                                                          "direct"):
                wrong = "trusted: " + record["trust"]
            ok(not wrong, " ".join((name,) + client), wrong)


def malformed():
    for name, path in files_below("malformed"):
        _, wrong = record_of(path)
        ok(not wrong, name, wrong)


CORPUS = find_corpus()
with tempfile.TemporaryDirectory() as FOLDER:
    SETTINGS = write(os.path.join(FOLDER, "rsvp-milter.conf"),
                     'users = { dir = "%s/users"; };\n' % FOLDER)
    for part in (genuine, negative, phish, malformed):
        ok(any(files_below(part.__name__)), part.__name__ + " has files")
        part()
    wording(FOLDER)
done()
