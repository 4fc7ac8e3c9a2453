# SPDX-License-Identifier: BSD-2-Clause
"""sendmail_lab.py - a lab with a private Sendmail.

Debian's packages of Postfix and Sendmail exclude each other, so Sendmail runs
from packages that were only unpacked: SENDMAIL_ROOT names that folder.  Each
client is a loopback address of its own, which a hosts file in a mount name
space of Sendmail's gives a name; mail for users goes to one SMTP sink, what
leaves the site to another.
"""
import glob
import os
import re
import subprocess

from lab import (LINKEDIN_HOST, Lab, free_port, is_listening, lacks, parse,
                 read, wait_until, write)

ROOT = os.environ.get("SENDMAIL_ROOT", "")
PROGRAM = os.path.join(ROOT, "usr/libexec/sendmail/sendmail")
CF = os.path.join(ROOT, "usr/share/sendmail/cf/")

# By the names that tests give clients.
ADDRESSES = {
    LINKEDIN_HOST[0]: "127.0.0.11",
    "mx.example.org": "127.0.0.12",
    "unknown": "127.0.0.14",
}


def missing():
    """Why this lab cannot be set up here, or None."""
    if not os.path.exists(PROGRAM):
        return "no unpacked Sendmail in SENDMAIL_ROOT"
    if subprocess.run(("unshare", "-um", "true"), check=False,
                      capture_output=True).returncode != 0:
        return "no name spaces of our own here"
    return lacks("m4", "smtp-sink")


class SendmailLab(Lab):
    """A site whose MTA is Sendmail."""

    PARENT = "/run"  # no socket below a folder that all may write to
    ADDED = {"X-Client-Addr", "X-Client-Proto", "X-Helo-Args", "X-Mail-Args",
             "X-Rcpt-Args", "Received"}

    MC = """\
include(`%(cf)sm4/cf.m4')
OSTYPE(`linux')
define(`confCF_VERSION', `lab')
define(`confPID_FILE', `%(folder)s/sendmail.pid')
define(`confCW_FILE', `-o %(folder)s/etc/none')
define(`confCT_FILE', `-o %(folder)s/etc/none')
define(`confCR_FILE', `-o %(folder)s/etc/none')
define(`confSERVICE_SWITCH_FILE', `%(folder)s/etc/switch')
define(`confHOSTS_FILE', `%(folder)s/etc/hosts')
define(`confTO_IDENT', `0')
define(`confDOMAIN_NAME', `mx.example.net')
define(`ALIAS_FILE', `-o %(folder)s/etc/aliases')
define(`STATUS_FILE', `%(folder)s/statistics')
define(`HELP_FILE', `%(folder)s/etc/none')
define(`QUEUE_DIR', `%(folder)s/queue')
define(`confMILTER_LOG_LEVEL', `10')
define(`RELAY_MAILER_ARGS', `TCP $h %(inside)d')
define(`ESMTP_MAILER_ARGS', `TCP $h %(sink)d')
FEATURE(`nocanonify')
FEATURE(`accept_unresolvable_domains')
FEATURE(`no_default_msa')
DAEMON_OPTIONS(`Name=MTA, Addr=127.0.0.1, Port=%(port)d')
RELAY_DOMAIN(`example.net')
INPUT_MAIL_FILTER(`rsvp', `S=unix:%(socket)s')
MAILER(`smtp')
LOCAL_RULE_0
R$* <@ example.net. > $*	$#relay $@ [127.0.0.1] $: $1 <@ example.net. > $2
R$* <@ example.net > $*		$#relay $@ [127.0.0.1] $: $1 <@ example.net > $2
R$* <@ $+ > $*			$#esmtp $@ [127.0.0.1] $: $1 <@ $2 > $3
LOCAL_RULESETS
HX-Hold-Me: $>hold_me
Shold_me
R$*		$#error $@ quarantine $: by the admin
"""

    def mta_settings(self):
        return [("name", '"sendmail"'),
                ("config", '"%s"' % self.path("etc", "sendmail.cf")),
                ("qtool", '"%s"' % os.path.join(
                    ROOT, "usr/share/sendmail/qtool.pl"))]

    def start_mta(self):
        self.start_sink("sink", self.sink_port)
        self.inside_port = free_port()
        self.start_sink("inside", self.inside_port)
        facts = {"folder": self.folder, "port": self.smtp_port, "cf": CF,
                 "sink": self.sink_port, "inside": self.inside_port,
                 "socket": self.socket}
        write(self.path("etc", "sendmail.mc"), self.MC % facts)
        write(self.path("etc", "hosts"), "127.0.0.1 localhost\n" + "".join(
            "%s %s\n" % (address, name)
            for name, address in ADDRESSES.items() if name != "unknown") +
            "127.0.0.1 mx.example.net\n")
        write(self.path("etc", "switch"), "hosts files\naliases files\n")
        write(self.path("etc", "aliases"), "")
        os.makedirs(self.path("queue"), 0o700)
        with open(self.path("etc", "sendmail.cf"), "wb") as cf:
            subprocess.run(("m4", "-D_CF_DIR_=" + CF,
                            self.path("etc", "sendmail.mc")), check=True,
                           stdout=cf, stdin=subprocess.DEVNULL)
        # What it takes from the command line is delivered like all the rest.
        write(self.path("sendmail"), "#!/bin/sh\nexec %s \"$@\"\n"
              % self.in_its_world("-odb"), 0o755)
        self.spawn("/bin/sh", "-c", "exec " +
                   self.in_its_world("-bD", "-q1h", "-odb"),
                   log="maillog")
        wait_until(lambda: is_listening(self.smtp_port), "Sendmail")

    def in_its_world(self, *options):
        """Sendmail with our hosts file and host name, for the shell."""
        inside = ("mount --bind %s /etc/hosts && hostname mx.example.net && "
                  "exec %s -C %s %s \"$@\"" % (
                      self.path("etc", "hosts"), PROGRAM,
                      self.path("etc", "sendmail.cf"), " ".join(options)))
        return "unshare -um /bin/sh -c '%s' sendmail" % inside

    def stop_mta(self):
        """It ends with the other children."""

    def connect(self, client=LINKEDIN_HOST):
        """An SMTP connection from the address that has this name."""
        return self.open_smtp(ADDRESSES[client[0]])

    def queue_id_of(self, reply):
        """From what it says at the end of a message."""
        return reply.split()[1]

    def held(self):
        """Queue ids of what is quarantined."""
        return {os.path.basename(path)[2:]
                for path in glob.glob(self.path("queue", "hf*"))}

    def held_mail(self, queue_id):
        """The recipients and the message, as Sendmail's files have them."""
        control = read(self.path("queue", "hf" + queue_id))
        recipients = re.findall(rb"(?m)^R[^:]*:<(.*)>$", control)
        header = re.findall(rb"(?m)^H\?\?(.*(?:\n[ \t].*)*)", control)
        return ([r.decode() for r in recipients],
                b"\n".join(header) + b"\n\n" +
                read(self.path("queue", "df" + queue_id)))

    def delivered(self, user):
        """The messages that came for a user, as bytes."""
        return [message for message in self.taken("inside")
                if "<%s@example.net>" % user in
                " ".join(parse(message).get_all("X-Rcpt-Args", []))]

    def wait_for_delivery(self, queue_id):
        """Until Sendmail has no more to do with it."""
        wait_until(lambda: not glob.glob(self.path("queue", "??" + queue_id)),
                   "the delivery of " + queue_id)
