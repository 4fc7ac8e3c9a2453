#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""selftest.py - "rsvpctl selftest" against a small MTA of our own, which
changes the mail as it is told and delivers it."""
import json
import os
import re
import socketserver
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import Site
from tap import done, ok, write

BELIEVED, USAGE, DATAERR, NOINPUT, UNAVAILABLE, TEMPFAIL, CONFIG = \
    1, 64, 65, 66, 69, 75, 78
TO = ("--to", "alice@example.net")
# internal_hosts is empty: the client here is 127.0.0.1.
TRUST = '{ authserv_ids = ( "mx.example.net" ); }'
FORGED = re.compile(rb"(?im)^(x-rsvp|authentication-results)[^\r\n]*\r\n"
                    rb"([ \t][^\r\n]*\r\n)*")
LAST = re.compile(rb"(?m)^Received:(?s:.*)")


class Client(socketserver.StreamRequestHandler):
    """One SMTP connection."""

    def say(self, line):
        self.wfile.write(line + b"\r\n")

    def take(self):
        mail = b""
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            mail += line.removeprefix(b".")
        return mail

    def handle(self):
        self.say(b"220 mx.example.net")
        while line := self.rfile.readline():
            word = line.split()[0].upper()
            self.server.heard.append(line.decode().strip())
            if word == b"RCPT" and self.server.refuse:
                self.say(b"550 5.1.1 nobody here\x1b[1m")
            elif word == b"DATA":
                self.say(b"354 go on")
                self.server.deliver(self.take())
                self.say(b"250 2.0.0 queued as 4F1Q2z1")
            elif word == b"QUIT":
                return self.say(b"221 bye")
            else:
                self.say(b"250 fine")


class Mta(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Client)
        self.place = "127.0.0.1:%d" % self.server_address[1]
        self.refuse, self.heard = False, []
        self.deliver = lambda mail: None
        threading.Thread(target=self.serve_forever, daemon=True).start()


def received(mail):
    return b"Received: by mx.example.net\r\n" + mail


def strip_all(mail):
    return FORGED.sub(b"", mail)


def strip_above(mail):
    """But what is below the Received field of the mail."""
    below = LAST.search(mail).group()
    return strip_all(mail[:-len(below)]) + re.sub(
        rb"(?im)^x-rsvp.*\r\n", b"", below)


def check(name, result, code, out=(), err=()):
    """Words that must be there; None: nothing at all may be printed there."""
    good = result.code == code
    for words, got in ((out, result.out), (err, result.err)):
        good = good and (got == "" if words is None else
                         all(word in got for word in words))
    return ok(good, name, "want code %s\nstdout %s\nstderr %s\ngot %s"
              % (code, out, err, result))


def ctl(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "selftest", *arguments,
                    **how)


def arrives(site, mta, change, *options):
    """Into a Maildir that is there only when the mail is."""
    def deliver(mail):
        write(site.path("mail", "new", "1"),
              received(change(mail)).replace(b"\r\n", b"\n"))
    mta.deliver = deliver
    result = ctl(site, "--smtp", mta.place, *TO, "--mailbox", "DIR/mail",
                 *options)
    os.rename(site.path("mail", "new", "1"), site.path("saved.eml"))
    return result


WRONG = [
    ("nothing", (), "--smtp or --read?"),
    ("both", ("--smtp", "a:25", "--read", "f"), "--smtp or --read?"),
    ("no place", ("--smtp", "a:x", *TO), "--smtp: \"a:x\": no port"),
    ("nobody", ("--smtp", "a:25"), "--to whom?"),
    ("an odd recipient", ("--smtp", "a:25", "--to", "alice"),
     "--to: no plain address"),
    ("an odd sender", ("--smtp", "a:25", *TO, "--from", "a b@c.d"),
     "--from: no plain address"),
    ("no time", ("--smtp", "a:25", *TO, "--wait", "4000"), "--wait: not a"),
    ("a word", ("--smtp", "a:25", *TO, "word"), "\"word\" is no option"),
    ("a recipient of a file", ("--read", "f", *TO), "--read sends nothing"),
]


def wrong_arguments(site):
    for name, arguments, words in WRONG:
        check("wrong: " + name, ctl(site, *arguments), USAGE, None,
              ("rsvpctl selftest: " + words, "Usage: rsvpctl selftest"))
    site.settings(trust='{ authserv_ids = ( "a b" ); }')
    check("wrong: an id", ctl(site, "--smtp", "127.0.0.1:1", *TO), CONFIG,
          None, ("trust.authserv_ids: \"a b\" cannot be",))
    site.restore()


def verdicts(site, mta):
    check("nothing is stripped", arrives(site, mta, lambda mail: mail),
          BELIEVED,
          ("RESULT   FIELD", "SURVIVED Authentication-Results "
           "mx.example.net: dkim=pass\n", "SURVIVED X-RSVP-Tag",
           "survived Authentication-Results mx.example.net: below a Received",
           "RemoveARAll", "remove_ar_from", "internal_hosts",
           "20 forged fields, 0 stripped, 20 survived, 19 of these"),
          ("sent, mark ", "250 2.0.0 queued as 4F1Q2z1", "waiting for it in"))
    check("all are stripped", arrives(site, mta, strip_all), 0,
          ("stripped X-RSVP-Tag", "20 stripped, 0 survived, 0 of these"))
    result = arrives(site, mta, strip_above)
    check("what survives is not believed", result, 0,
          ("the filter is not fooled", "19 stripped, 1 survived, 0 of"))
    ok("SURVIVED" not in result.out, "what survives is not believed: no word",
       str(result))
    result = arrives(site, mta, strip_above, "--json")
    fields = json.loads(result.out)["fields"]
    ok(result.code == 0 and len(fields) == 20 and fields[-1] == {
        "field": "Authentication-Results", "id": "mx.example.net",
        "how": "below a Received field", "result": "survived"},
       "JSON", str(result))
    site.settings(trust="{ }", internal_hosts="()")
    check("no ids", arrives(site, mta, lambda mail: mail), BELIEVED,
          ("authserv_ids is empty", "7 forged fields, 0 stripped"))
    site.settings(trust=TRUST, internal_hosts="()", dry_run="true")
    check("a dry run", arrives(site, mta, lambda mail: mail), BELIEVED,
          ("dry_run is set",))
    site.settings(trust=TRUST, internal_hosts="()")


def envelopes(site, mta):
    mta.heard.clear()
    arrives(site, mta, strip_all)
    ok("MAIL FROM:<>" in " ".join(mta.heard) and
       "RCPT TO:<alice@example.net>" in mta.heard, "from nobody",
       str(mta.heard))
    mta.heard.clear()
    arrives(site, mta, strip_all, "--from", "bob@example.org")
    ok("MAIL FROM:<bob@example.org>" in " ".join(mta.heard),
       "from somebody", str(mta.heard))


def warnings(site, mta):
    result = arrives(site, mta, strip_all)
    check("from this host", result, 0, (), ("warning: sent from 127.0.0.1",))
    result = ctl(site, "--smtp", mta.place, "--to", "alice@example.org")
    check("to nobody here", result, 0, None, ("alice@example.org is no user",))
    site.settings(trust=TRUST)
    check("from an internal host", arrives(site, mta, strip_all), 0, (),
          ("one of internal_hosts",))
    site.settings(trust=TRUST, internal_hosts="()")


def mailboxes(site, mta):
    old = b"From a Mon Nov 23\nSubject: old\n\nold\n\n"

    def append(mail, behind=b"\n" + old):
        with open(path, "ab") as file:
            file.write(b"From b Mon Nov 23\n" +
                       strip_all(mail).replace(b"\r\n", b"\n") + behind)
    # More than is read of a message: only what is new is looked at.
    path = write(site.path("mbox"), old * (6 * 1024 * 1024 // len(old)))
    mta.deliver = append
    words = ("--smtp", mta.place, *TO, "--mailbox")
    check("an mbox", ctl(site, *words, "DIR/mbox"), 0, ("20 stripped",))
    check("an mbox, once more", ctl(site, *words, "DIR/mbox"), 0,
          ("20 stripped",))
    mta.deliver = lambda mail: write(path, old)
    check("not arrived", ctl(site, *words, "DIR/mbox", "--wait", "0"),
          TEMPFAIL, None, ("it has not arrived",))
    check("not arrived in a Maildir",
          ctl(site, *words, "DIR/mail", "--wait", "0"), TEMPFAIL, None)
    mta.deliver = lambda mail: append(
        mail[:mail.index(b"End of the selftest")], b"")
    check("arrived in part", ctl(site, *words, "DIR/mbox", "--wait", "0"),
          TEMPFAIL, None)


def saved_mails(site, mta):
    arrives(site, mta, strip_all)
    check("a saved mail", ctl(site, "--read", "DIR/saved.eml"), 0,
          ("20 stripped",), None)
    with open(site.path("saved.eml"), "rb") as file:
        check("standard input", ctl(site, "--read", "-", stdin=file.read()), 0,
              ("20 stripped",), None)
    check("another mail",
          ctl(site, "--read", "DIR/samples/not-ordinary.eml"), DATAERR, None,
          ("not-ordinary.eml: no mail of a selftest",))
    check("no file", ctl(site, "--read", "DIR/none"), NOINPUT, None,
          ("No such file",))


def failures(site, mta):
    mta.refuse = True
    result = ctl(site, "--smtp", mta.place, *TO, "--mailbox", "DIR/mail")
    check("refused", result, UNAVAILABLE, None, ("550 5.1.1 nobody here",))
    ok("\x1b" not in result.err, "refused: nothing for the terminal",
       str(result))
    mta.refuse = False
    mta.deliver = lambda mail: None
    check("no mailbox", ctl(site, "--smtp", mta.place, *TO), 0, None,
          ("nothing is judged yet",))
    mta.shutdown()
    mta.server_close()
    check("nobody listens", ctl(site, "--smtp", mta.place, *TO), UNAVAILABLE,
          None, (mta.place + ": ",))


def main():
    site, mta = Site(), Mta()
    try:
        wrong_arguments(site)
        site.settings(trust=TRUST, internal_hosts="()")
        verdicts(site, mta)
        envelopes(site, mta)
        warnings(site, mta)
        mailboxes(site, mta)
        saved_mails(site, mta)
        failures(site, mta)
    finally:
        site.remove()
    done()


if __name__ == "__main__":
    main()
