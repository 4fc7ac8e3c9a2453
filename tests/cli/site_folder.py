# SPDX-License-Identifier: BSD-2-Clause
"""site_folder.py - a set-up in a folder of its own, and programs that use it.

Root gives itself up first, so that permissions count.
"""
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "functional"))
from wire import Peer
from tap import (PACKS, PATIENCE, RSVPCTL, RSVP_MILTER, SAMPLES, TEMPLATES,
                 run, write)

ROOT = os.geteuid() == 0
MAIL = "invitation-2016-05.eml"
RULES = """\
rules = (
  { name = "all"; when = { }; do = [ "tag:Seen" ]; }
);
"""


def copy_files(source, target):
    """Without the modes: a released source may be read-only."""
    os.makedirs(target, exist_ok=True)
    for name in os.listdir(source):
        if os.path.isfile(os.path.join(source, name)):
            shutil.copyfile(os.path.join(source, name),
                            os.path.join(target, name))


class Site:
    """Programs and samples are copied, since the tree may be closed to others
    than its owner."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="rsvp-", dir="/tmp")
        self.child = None
        for file in (RSVP_MILTER, RSVPCTL,
                     os.path.join(SAMPLES, "keys", "test.keys")):
            shutil.copy(file, self.folder)
        copy_files(TEMPLATES, self.path("templates"))
        copy_files(SAMPLES, self.path("samples"))
        self.restore()
        if ROOT:
            os.chmod(self.folder, 0o755)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def restore(self):
        """Everything as it should be, but for what a filter has written."""
        for name in ("run", "log", "state", "closed", "packs", "users"):
            os.makedirs(self.path(name), exist_ok=True)
            os.chmod(self.path(name), 0o755)
        for name in ("packs", "users"):
            shutil.rmtree(self.path(name))
        copy_files(PACKS, self.path("packs"))
        write(self.path("users", "alice", "rules.conf"), RULES)
        self.settings()
        self.restore_owner()
        os.chmod(self.path("closed"), 0o555)
        self.settle()

    def restore_owner(self):
        """It is all of the user that the programs run as."""
        if ROOT:
            nobody = pwd.getpwnam("nobody")
            for folder, _, files in os.walk(self.folder):
                for path in [folder] + [os.path.join(folder, f)
                                        for f in files]:
                    os.lchown(path, nobody.pw_uid, nobody.pw_gid)
                    if os.path.isdir(path):
                        os.chmod(path, 0o755)

    def settle(self):
        """The filter does not believe what was written just now."""
        for folder, _, files in os.walk(self.path("users")):
            for name in ("", *files):
                os.utime(os.path.join(folder, name), (0, 0))

    def settings(self, **changes):
        """A line for each; what is new comes behind, from line 9 on."""
        values = {
            "socket": '"unix:%s"' % self.path("run", "s"),
            "packs": '"%s"' % self.path("packs"),
            "state": '"sqlite:%s"' % self.path("state", "state.db"),
            "users": '{ domains = ( "example.net" ); dir = "%s"; }'
                     % self.path("users"),
            "audit": '{ file = "%s"; }' % self.path("log", "audit.jsonl"),
            "templates": '"DIR/templates"',
            "trust": '{ keys = "file:%s"; }' % self.path("test.keys"),
            "pid_file": '"%s"' % self.path("run", "pid"),
        }
        values.update(changes)
        write(self.path("c.conf"), "".join(
            "%s = %s;\n" % (name, value.replace("DIR", self.folder))
            for name, value in values.items()))

    def drop_root(self):
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)

    def run(self, program, *arguments, as_root=False, **how):
        arguments = [self.path(program)] + [
            argument.replace("DIR", self.folder) for argument in arguments]
        before = self.drop_root if ROOT and not as_root else None
        return run(*arguments, before=before, **how)

    def log(self):
        with open(self.path("filter.log"), encoding="utf-8") as file:
            return file.read()

    def close_standard(self):
        """For a filter's process: nobody has opened anything for it."""
        if ROOT:
            self.drop_root()
        os.closerange(0, 3)

    def start(self, before=None):
        with open(self.path("filter.log"), "wb") as log:
            self.child = subprocess.Popen(
                [self.path("rsvp-milter"), "-f", "-c", self.path("c.conf")],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True,
                preexec_fn=before or (self.drop_root if ROOT else None))
        wait_until(lambda: os.path.exists(self.path("run", "pid")) or
                   self.child.poll() is not None)
        return self.child.poll() is None

    def stop(self):
        """Not the polite way: libmilter takes five seconds to stop."""
        if self.child is not None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait(PATIENCE)
            self.child = None
            wait_until(lambda: not self.is_answered())
            os.unlink(self.path("run", "pid"))

    def is_answered(self):
        with socket.socket(socket.AF_UNIX) as s:
            return s.connect_ex(self.path("run", "s")) == 0

    def put(self, queue_id, name=MAIL, recipients=("alice@example.net",)):
        """Sends a sample to the running filter."""
        with open(os.path.join(SAMPLES, name), "rb") as file:
            message = file.read().replace(b"\r\n", b"\n") \
                .replace(b"\n", b"\r\n")
        peer = Peer(self.path("run", "s"))
        peer.connect()
        peer.message(message, queue_id, recipients=recipients)
        peer.close()

    def send(self, queue_id, name=MAIL, recipients=("alice@example.net",)):
        """The record of a sample that was sent to the running filter."""
        self.put(queue_id, name, recipients)
        with open(self.path("log", "audit.jsonl"), encoding="utf-8") as file:
            records = [json.loads(line) for line in file]
        return [r for r in records
                if "type" in r and r["qid"] == queue_id][0]

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)
