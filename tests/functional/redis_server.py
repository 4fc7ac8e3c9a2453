# SPDX-License-Identifier: BSD-2-Clause
"""redis_server.py - a real Redis (or Valkey) in a folder, for functional tests.

It listens on a free port of the loopback address, and is stopped by its
process id.
"""
import os
import shutil
import signal
import socket
import subprocess
import tempfile

from lab import PATIENCE, free_port, is_listening, wait_until

# The last is the server too, see tests/redis_server.c.
PROGRAMS = ("redis-server", "valkey-server", "redis-check-rdb")


def program():
    """The server's path, or None."""
    for name in PROGRAMS:
        path = shutil.which(name, path="/usr/bin:/usr/local/bin")
        if path is not None:
            return path
    return None


def missing():
    """Why there can be none here, or None."""
    return None if program() else "neither redis-server nor valkey-server"


class Redis:
    """One server.  Use as a context manager."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="rsvp-redis-")
        self.port = free_port()
        self.process = None

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self):
        return "redis://127.0.0.1:%d?timeout=2000" % self.port

    def start(self):
        """With what it had kept, as the manual says to set it up."""
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                ("redis-server", "--port", str(self.port), "--bind",
                 "127.0.0.1", "--dir", self.folder, "--save", "",
                 "--appendonly", "yes", "--appendfsync", "always"),
                executable=program(), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log, start_new_session=True)
        wait_until(lambda: is_listening(self.port) and self.command("PING")
                   == b"+PONG", "Redis")

    def stop(self):
        """As a crash would."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait(PATIENCE)
            self.process = None

    def command(self, words):
        """Sends one line: the first line of the answer."""
        with socket.create_connection(("127.0.0.1", self.port),
                                      PATIENCE) as s:
            s.sendall(words.encode() + b"\r\n")
            return s.makefile("rb").readline().strip()
