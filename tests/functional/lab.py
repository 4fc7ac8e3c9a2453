# SPDX-License-Identifier: BSD-2-Clause
"""lab.py - a mail site in a folder, for functional tests and the quick start.

A private Postfix on loopback ports, the filter before it, an SMTP sink behind
it, and users with Maildirs: everything lives in one temporary folder, nothing
of the system's own mail set-up is read or changed, and what was started is
stopped by its process id.  Python 3 standard library only; needs root, since
Postfix does.
"""
import contextlib
import email
import email.utils
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
import traceback

TOP = os.environ.get("top_srcdir") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("top_builddir") or TOP
SAMPLES = os.path.join(TOP, "tests", "samples")
PATIENCE = 30  # seconds until something that should happen is called missing

# A host of the network, as the MTA would have verified it by XCLIENT.
LINKEDIN_HOST = ("mailb-ga.linkedin.com", "108.174.0.145")


def missing():
    """Why the lab cannot be set up here, or None."""
    if os.geteuid() != 0:
        return "Postfix can only be started by root"
    for program in ("postfix", "smtp-sink"):
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            return "no " + program
    for program in ("milter/rsvp-milter", "tests/tools/dkimsign"):
        if not os.path.exists(os.path.join(BUILD, program)):
            return program + " is not built"
    return None


def wait_until(condition, what, patience=PATIENCE):
    """Polls until condition() gives something true, and returns that."""
    deadline = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError("waited %d s in vain for %s"
                                 % (patience, what))
        time.sleep(0.02)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def is_listening(port):
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(path, mode)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Lab:
    """One site.  Use as a context manager; keep=True leaves it running."""

    def __init__(self, settings=None, folder=None, keep=False, program=None):
        # Short: the path of a unix socket has 107 characters.
        self.folder = folder or tempfile.mkdtemp(prefix="rsvp-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.keep = keep
        self.program = program or os.path.join(BUILD, "milter", "rsvp-milter")
        self.smtp_port = free_port()
        self.sink_port = free_port()
        self.children = []
        self.filter = None
        self.settings = {
            "dry_run": "false",
            "reply.enabled": "true",
            "reply.drafts": "true",
            "reply.hold": '"0s"',
        }
        self.settings.update(settings or {})
        self.socket = self.path("milter.sock")
        self.audit = self.path("audit.jsonl")
        self.maillog = self.path("maillog")
        self.owner = pwd.getpwnam("nobody")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def __enter__(self):
        try:
            self.write_settings()
            self.start_sink()
            self.start_postfix()
            self.start_filter()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if not self.keep:
            self.stop()
            if kind is None:
                shutil.rmtree(self.folder, ignore_errors=True)
            else:
                print("# left for a look: " + self.folder)

    # -- the filter -------------------------------------------------------

    def write_settings(self):
        groups = {}
        for name, value in self.settings.items():
            group, _, key = name.rpartition(".")
            groups.setdefault(group, []).append((key, value))
        groups.setdefault("users", []).extend([
            ("domains", '( "example.net" )'),
            ("dir", '"%s"' % self.path("users"))])
        groups.setdefault("trust", []).append(
            ("keys", '"file:%s"' % os.path.join(SAMPLES, "keys", "test.keys")))
        groups.setdefault("reply", []).extend([
            ("sendmail", '"%s"' % self.path("sendmail")),
            ("host", '"mx.example.net"')])
        groups.setdefault("audit", []).append(("file", '"%s"' % self.audit))
        lines = [
            'socket = "unix:%s";' % self.socket,
            'pid_file = "%s";' % self.path("filter.pid"),
            'user = "root";',
            'socket_group = "postfix";',
            'packs = "%s";' % os.path.join(TOP, "rules", "packs"),
            'templates = "%s";' % os.path.join(TOP, "rules", "templates"),
            'internal_hosts = ( "192.0.2.0/24" );',
            'state = "sqlite:%s";' % self.path("state.db"),
        ]
        for group, items in groups.items():
            seen = {}
            for key, value in items:
                seen.setdefault(key, value)  # the test's own value wins
            body = " ".join("%s = %s;" % item for item in seen.items())
            lines.append("%s = { %s };" % (group, body) if group else body)
        write(self.path("rsvp-milter.conf"), "\n".join(lines) + "\n")
        write(self.path("sendmail"),
              "#!/bin/sh\nexec /usr/sbin/sendmail -C %s \"$@\"\n"
              % self.path("etc"), 0o755)
        os.makedirs(self.path("users"), exist_ok=True)

    def user(self, name, rules=None, **files):
        """Gives a user a folder; files by name with "_" for "."."""
        if rules is not None:
            write(self.path("users", name, "rules.conf"), rules)
        for file, text in files.items():
            write(self.path("users", name, file.replace("_", ".")), text)

    def spawn(self, *arguments, log=None):
        output = open(self.path(log or "children.log"), "ab")
        child = subprocess.Popen(arguments, stdin=subprocess.DEVNULL,
                                 stdout=output, stderr=output,
                                 start_new_session=True)
        output.close()
        self.children.append(child)
        return child

    def start_filter(self, *arguments):
        self.filter = self.spawn(self.program, "-f", "-c",
                                 self.path("rsvp-milter.conf"), *arguments,
                                 log="filter.log")
        wait_until(lambda: os.path.exists(self.path("filter.pid")) or
                   self.filter.poll() is not None, "the filter to start")
        if self.filter.poll() is not None:
            raise AssertionError("the filter did not start: " +
                                 read(self.path("filter.log")).decode())

    def stop_filter(self, number=signal.SIGTERM):
        self.filter.send_signal(number)
        return self.filter.wait(PATIENCE)

    def filter_log(self):
        return read(self.path("filter.log")).decode(errors="replace")

    def wait_for_log(self, words, since=0):
        wait_until(lambda: words in self.filter_log()[since:],
                   "%r in the filter's log" % words)

    def reload(self, number=signal.SIGHUP):
        since = len(self.filter_log())
        self.filter.send_signal(number)
        wait_until(lambda: "reloaded" in self.filter_log()[since:],
                   "the reload")

    def records(self):
        """The audit records so far."""
        if not os.path.exists(self.audit):
            return []
        return [json.loads(line) for line in
                read(self.audit).decode().splitlines()]

    def decision(self, queue_id):
        """The decision on one message."""
        def find():
            for record in self.records():
                if record.get("qid") == queue_id and "type" in record:
                    return record
            return None
        return wait_until(find, "the record of " + queue_id)

    # -- Postfix ----------------------------------------------------------

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
smtpd_milters = { unix:%(socket)s, default_action=accept }
non_smtpd_milters = { unix:%(socket)s, default_action=accept }
maillog_file = %(folder)s/maillog
maillog_file_prefixes = %(folder)s
syslog_name = lab
enable_long_queue_ids = yes
message_size_limit = 0
mailbox_size_limit = 0
virtual_mailbox_limit = 0
"""

    def start_postfix(self, processes=100):
        facts = {"folder": self.folder, "port": self.smtp_port,
                 "sink": self.sink_port, "socket": self.socket,
                 "uid": self.owner.pw_uid, "gid": self.owner.pw_gid,
                 "smtpd": processes}
        write(self.path("etc", "main.cf"), self.MAIN % facts)
        write(self.path("etc", "master.cf"), self.MASTER % facts)
        write(self.path("etc", "mailboxes"),
              "".join("%s@example.net %s/\n" % (user, user)
                      for user in ("alice", "bob", "carol")))
        os.makedirs(self.path("queue"))
        os.makedirs(self.path("data"))
        shutil.chown(self.path("data"), "postfix")
        os.makedirs(self.path("mail"))
        os.chown(self.path("mail"), self.owner.pw_uid, self.owner.pw_gid)
        self.postfix("start")
        wait_until(lambda: is_listening(self.smtp_port), "Postfix")

    def postfix(self, *words):
        with open(self.path("children.log"), "ab") as log:
            subprocess.run(("/usr/sbin/postfix", "-c", self.path("etc"),
                            *words), check=True, stdin=subprocess.DEVNULL,
                           stdout=log, stderr=log)

    def start_sink(self):
        """Takes what leaves the site; a file for each message."""
        os.makedirs(self.path("sink"))
        os.chown(self.path("sink"), self.owner.pw_uid, self.owner.pw_gid)
        self.spawn("/usr/sbin/smtp-sink", "-u", "nobody",
                   "-d", self.path("sink", "%s."),
                   "127.0.0.1:%d" % self.sink_port, "100")
        wait_until(lambda: is_listening(self.sink_port), "the sink")

    def stop(self):
        if os.path.exists(self.path("etc", "main.cf")):
            with contextlib.suppress(subprocess.CalledProcessError):
                self.postfix("stop")
        # Not the polite way: libmilter takes five seconds to stop.
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(PATIENCE)

    # -- mail -------------------------------------------------------------

    def connect(self, client=LINKEDIN_HOST):
        """An SMTP connection that Postfix takes for one from that host."""
        smtp = smtplib.SMTP("127.0.0.1", self.smtp_port, "localhost",
                            timeout=PATIENCE)
        smtp.ehlo("localhost")
        if client is not None:
            smtp.docmd("XCLIENT", "NAME=%s ADDR=%s" % client)
            smtp.ehlo("localhost")
        return smtp

    def send(self, message, recipients=("alice@example.net",),
             sender="s-test@bounce.linkedin.com", smtp=None,
             client=LINKEDIN_HOST):
        """Sends the bytes and returns the queue id."""
        own = smtp is None
        smtp = smtp or self.connect(client)
        code, words = smtp.mail(sender)
        assert code == 250, words
        for recipient in recipients:
            code, words = smtp.rcpt(recipient)
            assert code == 250, words
        code, words = smtp.data(message)
        assert code == 250, words
        if own:
            smtp.quit()
        return words.decode().rpartition("queued as ")[2].strip()

    def held(self):
        """Queue ids in Postfix's hold queue."""
        output = subprocess.run(
            ("/usr/sbin/postqueue", "-c", self.path("etc"), "-j"),
            check=True, capture_output=True).stdout.decode()
        return {json.loads(line)["queue_id"] for line in output.splitlines()
                if json.loads(line)["queue_name"] == "hold"}

    def queued_message(self, queue_id):
        """A message as it stands in the queue."""
        return subprocess.run(
            ("/usr/sbin/postcat", "-c", self.path("etc"), "-qbh", queue_id),
            check=True, capture_output=True).stdout

    def delivered(self, user):
        """The messages in a user's Maildir, as bytes."""
        folder = self.path("mail", user, "new")
        if not os.path.isdir(folder):
            return []
        return [read(os.path.join(folder, name))
                for name in sorted(os.listdir(folder))]

    def wait_for_mail(self, user, count=1):
        return wait_until(
            lambda: len(self.delivered(user)) >= count and
            self.delivered(user), "%d messages for %s" % (count, user))

    def wait_for_delivery(self, queue_id):
        """Until Postfix has no more to do with it."""
        wait_until(lambda: ("%s: removed" % queue_id) in
                   read(self.maillog).decode(errors="replace"),
                   "the delivery of " + queue_id)

    def sunk(self):
        """What left the site, as bytes."""
        return [read(self.path("sink", name))
                for name in sorted(os.listdir(self.path("sink")))]

    def wait_for_sunk(self, count=1):
        return wait_until(lambda: len(self.sunk()) >= count and self.sunk(),
                          "%d messages at the sink" % count)


def sample(name):
    """A sample mail with the line ends of SMTP."""
    return read(os.path.join(SAMPLES, name)).replace(b"\r\n", b"\n") \
        .replace(b"\n", b"\r\n")


def dated_now(message):
    """The message as if it had been written now; old mail is not answered."""
    return re.sub(rb"(?m)^Date:.*(\r\n[ \t].*)*", b"Date: " +
                  email.utils.formatdate().encode(), message, count=1)


def sign(message, domain="linkedin.com", *options):
    """The message dated now, with a signature of the test key in front."""
    return subprocess.run(
        (os.path.join(BUILD, "tests", "tools", "dkimsign"), "-d", domain,
         "-s", "test", "-k", os.path.join(SAMPLES, "keys", "test.pem"),
         *options), input=dated_now(message), check=True, capture_output=True).stdout


def parse(message):
    return email.message_from_bytes(message)


def body_of(message):
    return message.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def check(got, want, what):
    if got != want:
        raise AssertionError("%s: got %r, want %r" % (what, got, want))


def run(tests):
    """Runs test functions and speaks TAP; exit status 1 if one failed."""
    why = missing()
    if why is not None:
        print("1..0 # SKIP " + why)
        return 0
    failed = 0
    print("1..%d" % len(tests), flush=True)
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", " ")
        try:
            test()
            print("ok %d - %s" % (number, name), flush=True)
        except Exception:
            failed += 1
            print("not ok %d - %s" % (number, name))
            for line in traceback.format_exc().splitlines():
                print("# " + line, flush=True)
    return 1 if failed else 0
