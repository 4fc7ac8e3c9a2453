# SPDX-License-Identifier: BSD-2-Clause
"""postfix_lab.py - a lab with a private Postfix.

Clients are named by XCLIENT, users have Maildirs.
"""
import contextlib
import json
import os
import shutil
import subprocess

from lab import (LINKEDIN_HOST, Lab, free_port, is_listening, lacks, read,
                 read_all, wait_until, write)


def missing():
    """Why this lab cannot be set up here, or None."""
    return lacks("postfix", "smtp-sink")


class PostfixLab(Lab):
    """A site whose MTA is Postfix."""

    SOCKET_GROUP = "postfix"
    ADDED = {"Return-Path", "X-Original-To", "Delivered-To", "Received"}

    MASTER = """\
127.0.0.1:%(port)d inet n - n - %(smtpd)d smtpd
pickup unix n - n 1 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""

    MAIN = """\
compatibility_level = 3.6
queue_directory = %(folder)s/queue
data_directory = %(folder)s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.net
header_checks = regexp:{{/^X-Hold-Me:/ HOLD by the admin}}
mydestination =
mynetworks = 127.0.0.0/8
default_database_type = texthash
alias_maps =
local_recipient_maps =
virtual_mailbox_domains = example.net
virtual_mailbox_base = %(folder)s/mail
virtual_mailbox_maps = texthash:%(folder)s/etc/mailboxes
virtual_uid_maps = static:%(uid)d
virtual_gid_maps = static:%(gid)d
virtual_minimum_uid = 100
recipient_delimiter = +
default_transport = smtp:[127.0.0.1]:%(sink)d
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
smtpd_recipient_restrictions =
smtpd_authorized_xclient_hosts = 127.0.0.1
smtpd_peername_lookup = no
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_milters = %(before)s { unix:%(socket)s, default_action=accept }
non_smtpd_milters = { unix:%(socket)s, default_action=accept }
maillog_file = %(folder)s/maillog
maillog_file_prefixes = %(folder)s
syslog_name = lab
enable_long_queue_ids = yes
message_size_limit = 0
mailbox_size_limit = 0
virtual_mailbox_limit = 0
"""

    RELAY = """\
compatibility_level = 3.6
queue_directory = %(folder)s/queue
data_directory = %(folder)s/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.example.org
mydestination =
mynetworks = 127.0.0.0/8
default_database_type = texthash
alias_maps =
local_recipient_maps =
relayhost = [127.0.0.1]:%(site)d
smtp_host_lookup = native
disable_dns_lookups = yes
smtpd_relay_restrictions = permit_mynetworks, reject
minimal_backoff_time = 1s
maximal_backoff_time = 1s
queue_run_delay = 1s
maillog_file = %(folder)s/maillog
maillog_file_prefixes = %(folder)s
syslog_name = relay
"""

    def mta_settings(self):
        return [("name", '"postfix"'), ("config", '"%s"' % self.path("etc"))]

    def start_before(self):
        """Starts filters that come before ours; where Postfix finds them."""
        return []

    def start_mta(self):
        self.start_sink("sink", self.sink_port)
        self.write_postfix(self.folder, self.smtp_port,
                           " ".join(self.start_before()), self.MAIN)
        write(self.path("etc", "mailboxes"),
              "".join("%s@example.net %s/\n" % (user, user)
                      for user in ("alice", "bob", "carol")))
        os.makedirs(self.path("mail"))
        os.chown(self.path("mail"), self.owner.pw_uid, self.owner.pw_gid)
        write(self.path("sendmail"),
              "#!/bin/sh\nexec /usr/sbin/sendmail -C %s \"$@\"\n"
              % self.path("etc"), 0o755)
        self.postfix("start")
        wait_until(lambda: is_listening(self.smtp_port), "Postfix")

    def write_postfix(self, folder, port, before, main):
        """A folder for a Postfix that listens on that port."""
        facts = {"folder": folder, "port": port,
                 "sink": self.sink_port, "socket": self.socket,
                 "site": self.smtp_port,
                 "uid": self.owner.pw_uid, "gid": self.owner.pw_gid,
                 "smtpd": 100, "before": before}
        write(os.path.join(folder, "etc", "main.cf"), main % facts)
        write(os.path.join(folder, "etc", "master.cf"), self.MASTER % facts)
        os.makedirs(os.path.join(folder, "queue"))
        os.makedirs(os.path.join(folder, "data"))
        shutil.chown(os.path.join(folder, "data"), "postfix")

    def start_relay(self):
        """Starts a Postfix of another site, which hands all mail to ours and
        comes again at once with what was refused for now; its port."""
        port = free_port()
        self.write_postfix(self.path("relay"), port, "", self.RELAY)
        self.postfix("start", folder="relay")
        wait_until(lambda: is_listening(port), "the other Postfix")
        return port

    def stop_mta(self):
        for folder in ("relay", ""):
            if os.path.exists(self.path(folder, "etc", "main.cf")):
                with contextlib.suppress(subprocess.CalledProcessError):
                    self.postfix("stop", folder=folder)

    def postfix(self, *words, folder=""):
        with open(self.path("children.log"), "ab") as log:
            subprocess.run(("/usr/sbin/postfix", "-c",
                            self.path(folder, "etc"), *words), check=True, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=log)

    def connect(self, client=LINKEDIN_HOST):
        """An SMTP connection that Postfix takes for one from that host."""
        smtp = self.open_smtp()
        smtp.docmd("XCLIENT", "NAME=%s ADDR=%s" % client)
        smtp.ehlo("localhost")
        return smtp

    def queue_id_of(self, reply):
        """From what it says at the end of a message."""
        return reply.rpartition("queued as ")[2].strip()

    def held(self):
        """Queue ids in Postfix's hold queue."""
        output = subprocess.run(
            ("/usr/sbin/postqueue", "-c", self.path("etc"), "-j"),
            check=True, capture_output=True).stdout.decode()
        return {json.loads(line)["queue_id"] for line in output.splitlines()
                if json.loads(line)["queue_name"] == "hold"}

    def held_mail(self, queue_id):
        """The recipients and the message, as Postfix has them."""
        output = subprocess.run(
            ("/usr/sbin/postcat", "-c", self.path("etc"), "-ebh", "-q",
             queue_id), check=True, capture_output=True).stdout
        lines = output.split(b"\n")
        recipients = [line.partition(b": ")[2].decode() for line in lines
                      if line.startswith(b"recipient: ")]
        message = output[output.index(b"*** MESSAGE CONTENTS"):]
        return recipients, message.partition(b"\n")[2]

    def delivered(self, user):
        """The messages in a user's Maildir, as bytes."""
        folder = self.path("mail", user, "new")
        if not os.path.isdir(folder):
            return []
        return read_all(folder)

    def wait_for_delivery(self, queue_id):
        """Until Postfix has no more to do with it."""
        wait_until(lambda: ("%s: removed" % queue_id) in
                   read(self.maillog).decode(errors="replace"),
                   "the delivery of " + queue_id)
