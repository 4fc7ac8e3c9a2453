# SPDX-License-Identifier: BSD-2-Clause
"""lab.py - a mail site in a folder, for functional tests and the quick start.

A private MTA on loopback ports, the filter before it, an SMTP sink behind it:
everything lives in one temporary folder, nothing of the system's own mail
set-up is read or changed, and what was started is stopped by its process id.
Which MTA it is says postfix_lab.py or sendmail_lab.py.  Python 3 standard
library only; needs root, since the MTAs do.
"""
import concurrent.futures
import contextlib
import email
import email.utils
import glob
import json
import os
import pwd
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from record_schema import mistakes, validator

TOP = os.environ.get("top_srcdir") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.environ.get("top_builddir") or TOP
SAMPLES = os.path.join(TOP, "tests", "samples")
PATIENCE = 30  # seconds until something that should happen is called missing

SCHEMA = validator()  # of records; None: they are not compared

# A host of the network, as the MTA would have verified it by XCLIENT.
LINKEDIN_HOST = ("mailb-ga.linkedin.com", "108.174.0.145")


def lacks(*programs):
    """Why a lab with these programs cannot be set up here, or None."""
    if os.geteuid() != 0:
        return "an MTA can only be started by root"
    return unbuilt() or absent(*programs)


def absent(*programs):
    """Why there is no such program, or None."""
    for program in programs:
        if shutil.which(program, path="/usr/sbin:/usr/bin") is None:
            return "no " + program
    return None


def unbuilt():
    """Why no lab at all can be set up here, or None."""
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


def open_files(pid):
    """The paths of what a process has open."""
    paths = set()
    for name in os.listdir("/proc/%d/fd" % pid):
        with contextlib.suppress(FileNotFoundError):
            paths.add(os.readlink("/proc/%d/fd/%s" % (pid, name)))
    return paths


def read_all(folder, writer=None):
    """The files of a folder that the writer has done with, oldest first."""
    paths = [os.path.join(folder, name) for name in os.listdir(folder)]
    written = open_files(writer) if writer is not None else ()
    paths = [path for path in paths if path not in written]
    return [read(path) for path in
            sorted(paths, key=lambda path: os.stat(path).st_mtime_ns)]


class Lab:
    """One site.  Use as a context manager; keep=True leaves it running.

    Of its own an MTA's class has SOCKET_GROUP, ADDED (the header fields that
    delivery puts in front), start_mta(), stop_mta(), connect(), held(),
    delivered(), wait_for_delivery(), queue_id_of(), held_mail(), what
    the MTA itself holds mail for, a field "X-Hold-Me", and the script
    "sendmail" in the lab's folder.
    """

    SOCKET_GROUP = ""
    PARENT = "/tmp"

    def __init__(self, settings=None, keep=False, user=None):
        """user: whom the filter becomes; without, it stays what it is."""
        # Short: the path of a unix socket has 107 characters.
        self.folder = tempfile.mkdtemp(prefix="rsvp-", dir=self.PARENT)
        os.chmod(self.folder, 0o755)
        self.keep = keep
        self.program = os.path.join(BUILD, "milter", "rsvp-milter")
        self.smtp_port = free_port()
        self.sink_port = free_port()
        self.children = []
        self.fitting = set()  # records that the schema has seen
        self.sinks = {}
        self.filter = None
        self.settings = {
            "dry_run": "false",
            "reply.enabled": "true",
            "reply.drafts": "true",
            "reply.hold": '"0s"',
        }
        self.settings.update(settings or {})
        self.user_name = user
        # As README has it: what the filter's user may write to.
        own = "own" if user is not None else ""
        self.socket = self.path(own, "milter.sock")
        self.audit = self.path(own, "audit.jsonl")
        self.state = self.path(own, "state.db")
        self.pid_file = self.path(own, "filter.pid")
        self.control = self.path(own, "control.sock")
        self.maillog = self.path("maillog")
        self.owner = pwd.getpwnam("nobody")

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def __enter__(self):
        try:
            self.make_own_folder()
            self.write_settings()
            self.start_mta()
            self.start_filter()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind, value, trace):
        if self.keep:
            return
        self.stop()
        # Of a build with sanitizers.
        if kind is None and "Sanitizer" not in self.filter_log():
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        print("# left for a look: " + self.folder)
        if kind is None:
            raise AssertionError("a sanitizer's report in the filter's log")

    # -- the filter -------------------------------------------------------

    def make_own_folder(self):
        """For its socket and files; what it reads, the program among it for
        a sanitizer's sake, is copied, since the tree may be closed to others
        than its owner."""
        if self.user_name is None:
            return
        os.makedirs(self.path("own"))
        shutil.chown(self.path("own"), self.user_name,
                     self.SOCKET_GROUP or None)
        os.chmod(self.path("own"), 0o2750)
        for name in ("packs", "templates"):
            shutil.copytree(os.path.join(TOP, "rules", name), self.path(name))
            self.settings[name] = '"%s"' % self.path(name)
        # By a process of its own: one of ours that another thread starts
        # meanwhile would have it open for writing ("Text file busy").
        subprocess.run(("cp", self.program, self.folder), check=True)
        self.program = self.path(os.path.basename(self.program))
        shutil.copy(os.path.join(SAMPLES, "keys", "test.keys"), self.folder)
        self.settings["trust.keys"] = '"file:%s"' % self.path("test.keys")

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
            # The default may be where the filter's user cannot look for it.
            ("stop_file", '"%s"' % self.path("stop-sending")),
            ("host", '"mx.example.net"')])
        groups.setdefault("mta", []).extend(self.mta_settings())
        groups.setdefault("audit", []).append(("file", '"%s"' % self.audit))
        groups.setdefault("control", []).append(
            ("socket", '"%s"' % self.control))
        groups.setdefault("", []).extend([
            ("socket", '"unix:%s"' % self.socket),
            ("pid_file", '"%s"' % self.pid_file),
            ("user", '"%s"' % (self.user_name or
                               pwd.getpwuid(os.geteuid()).pw_name)),
            ("socket_group", '"%s"' % self.SOCKET_GROUP),
            ("packs", '"%s"' % os.path.join(TOP, "rules", "packs")),
            ("templates", '"%s"' % os.path.join(TOP, "rules", "templates")),
            ("internal_hosts", '( "192.0.2.0/24" )'),
            ("state", '"sqlite:%s"' % self.state)])
        lines = []
        for group, items in groups.items():
            seen = {}
            for key, value in items:
                seen.setdefault(key, value)  # the test's own value wins
            body = " ".join("%s = %s;" % item for item in seen.items())
            lines.append("%s = { %s };" % (group, body) if group else body)
        write(self.path("rsvp-milter.conf"), "\n".join(lines) + "\n")
        os.makedirs(self.path("users"), exist_ok=True)

    def mta_settings(self):
        """Where rsvpctl finds the queue."""
        return []

    def rsvpctl(self, *words):
        """Runs it with the site's settings; what it printed, as text."""
        return subprocess.run(
            (os.path.join(BUILD, "milter", "rsvpctl"), "-c",
             self.path("rsvp-milter.conf"), *words), check=False,
            capture_output=True, encoding="utf-8", errors="replace",
            env={k: v for k, v in os.environ.items() if k != "SUDO_USER"},
            stdin=subprocess.DEVNULL, timeout=2 * PATIENCE)

    def user(self, name, rules=None, **files):
        """Gives a user a folder; files by name with "_" for ".".

        The filter believes them at once, as if they were an hour old.
        """
        if rules is not None:
            write(self.path("users", name, "rules.conf"), rules)
        for file, text in files.items():
            write(self.path("users", name, file.replace("_", ".")), text)
        self.settle(name)

    def settle(self, name):
        """As if nobody had written to the user's folder for an hour."""
        then = time.time() - 3600
        for path in (self.path("users"), self.path("users", name),
                     *glob.glob(self.path("users", name, "*"))):
            with contextlib.suppress(FileNotFoundError):
                os.utime(path, (then, then), follow_symlinks=False)

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
        wait_until(lambda: self.has_pid_file() or
                   self.filter.poll() is not None, "the filter to start")
        if self.filter.poll() is not None:
            raise AssertionError("the filter did not start: " +
                                 read(self.path("filter.log")).decode())

    def has_pid_file(self):
        """Whether it is written, which comes after it is there."""
        try:
            return read(self.pid_file).endswith(b"\n")
        except FileNotFoundError:
            return False

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
        # The last one may be on its way into the file just now.
        lines = read(self.audit).decode().split("\n")[:-1]
        records = [json.loads(line) for line in lines]
        for line in set(lines) - self.fitting if SCHEMA is not None else ():
            check(mistakes(SCHEMA, json.loads(line)), [],
                  "the schema of records: " + line)
        self.fitting.update(lines)
        return records

    def decision(self, queue_id):
        """The decision on one message."""
        def find():
            for record in self.records():
                if record.get("qid") == queue_id and "type" in record:
                    return record
            return None
        return wait_until(find, "the record of " + queue_id)

    # -- the MTA, and what is behind it; the rest is the MTA's own file ----

    def start_sink(self, name, port):
        """An SMTP server that keeps each message in a file of a folder."""
        os.makedirs(self.path(name))
        os.chown(self.path(name), self.owner.pw_uid, self.owner.pw_gid)
        self.sinks[name] = self.spawn(
            "/usr/sbin/smtp-sink", "-u", "nobody",
            "-d", self.path(name, "%s."), "127.0.0.1:%d" % port, "100")
        wait_until(lambda: is_listening(port), "the sink")

    def taken(self, name):
        """What a sink has taken, as bytes, without the line it ends with."""
        return [message.removesuffix(b"\n") for message in
                read_all(self.path(name), self.sinks[name].pid)]

    def stop(self):
        self.stop_mta()
        # Not the polite way: libmilter takes five seconds to stop.
        for child in self.children:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
            child.wait(PATIENCE)

    # -- mail -------------------------------------------------------------

    def open_smtp(self, address="127.0.0.1"):
        """An SMTP connection, greeted, from that loopback address."""
        smtp = smtplib.SMTP("127.0.0.1", self.smtp_port, "localhost",
                            timeout=PATIENCE, source_address=(address, 0))
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
        return self.queue_id_of(words.decode())

    def hold_another(self, message):
        """Sends a mail that the MTA holds without us; its queue id."""
        queue_id = self.send(b"X-Hold-Me: yes\r\n" + message)
        wait_until(lambda: queue_id in self.held(), "the MTA's own hold")
        return queue_id

    def wait_for_mail(self, user, count=1):
        return wait_until(
            lambda: len(self.delivered(user)) >= count and
            self.delivered(user), "%d messages for %s" % (count, user))

    def sunk(self):
        """What left the site, as bytes."""
        return self.taken("sink")

    def wait_for_sunk(self, count=1):
        return wait_until(lambda: len(self.sunk()) >= count and self.sunk(),
                          "%d messages at the sink" % count)


def sample(name):
    """A sample mail with the line ends of SMTP."""
    return read(os.path.join(SAMPLES, name)).replace(b"\r\n", b"\n") \
        .replace(b"\n", b"\r\n")


def dated_now(message):
    """The message as if it had been written now; old mail is not answered."""
    return re.sub(rb"(?m)^Date:[^\r\n]*(\r\n[ \t][^\r\n]*)*", b"Date: " +
                  email.utils.formatdate().encode(), message, count=1)


def sign(message, domain="linkedin.com", *options):
    """The message dated now, with a signature of the test key in front."""
    return subprocess.run(
        (os.path.join(BUILD, "tests", "tools", "dkimsign"), "-d", domain,
         "-s", "test", "-k", os.path.join(SAMPLES, "keys", "test.pem"),
         *options), input=dated_now(message), check=True, capture_output=True).stdout


def to_alice(mail):
    """The mail as if it had been written to alice."""
    head, _, body = mail.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    for i, line in enumerate(lines):
        if line.lower().startswith(b"to:"):
            lines[i] = b"To: <alice@example.net>"
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def parse(message):
    return email.message_from_bytes(message)


def body_of(message):
    return message.replace(b"\r\n", b"\n").partition(b"\n\n")[2]


def short(value):
    """A value as it is shown: a whole mail would hide the rest."""
    text = repr(value)
    return text if len(text) < 400 else text[:200] + " ... " + text[-200:]


def check(got, want, what):
    if got != want:
        raise AssertionError("%s: got %s, want %s"
                             % (what, short(got), short(want)))


def outcome(test, site):
    """None, or how the test failed."""
    try:
        test(site)
        return None
    except Exception:
        return traceback.format_exc()


def run(tests, site, why_not, at_once=1):
    """Runs test functions in labs of a class and speaks TAP.

    Words on the command line choose tests.  at_once: how many at a time, for
    labs that share nothing; most of the time they wait.  Exit status 1 if one
    failed.
    """
    if why_not is not None:
        print("1..0 # SKIP " + why_not)
        return 0
    tests = [t for t in tests if not sys.argv[1:] or
             any(word in t.__name__ for word in sys.argv[1:])]
    failed = 0
    print("1..%d" % len(tests), flush=True)
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        outcomes = pool.map(lambda test: outcome(test, site), tests)
        for number, (test, why) in enumerate(zip(tests, outcomes), 1):
            failed += why is not None
            print("%sok %d - %s" % ("" if why is None else "not ", number,
                                    test.__name__.replace("_", " ")))
            for line in (why or "").splitlines():
                print("# " + line)
            sys.stdout.flush()
    return 1 if failed else 0
