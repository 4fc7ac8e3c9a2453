# SPDX-License-Identifier: BSD-2-Clause
"""wire.py - the MTA's side of the milter protocol, octet by octet.

For what no MTA at hand does: old protocol versions, few features, odd orders
of commands, broken packets.  The protocol is in libmilter's mfdef.h.
"""
import socket
import struct

from lab import PATIENCE, Lab

# Steps that can be left out, replies that need not come (mfdef.h, SMFIP_*).
NO_CONNECT, NO_HELO, NO_MAIL, NO_RCPT, NO_BODY, NO_HEADERS, NO_EOH, \
    NR_HEADER, NO_UNKNOWN, NO_DATA, CAN_SKIP, _, NR_CONNECT, NR_HELO, \
    NR_MAIL, NR_RCPT, NR_DATA, NR_UNKNOWN, NR_EOH, NR_BODY, LEADING_SPACE = (
        1 << bit for bit in range(21))
ALL_STEPS = (1 << 21) - 1

# What may be done to a message (SMFIF_*).
ADD_HEADERS, CHANGE_BODY, ADD_RCPT, DELETE_RCPT, CHANGE_HEADERS, \
    QUARANTINE = (1 << bit for bit in range(6))
ALL_ACTIONS = 0x1ff

# Changes come before the answer to the end of a message.
CHANGES = b"himbq+-e2p"


class WireLab(Lab):
    """A filter without an MTA."""

    def start_mta(self):
        """There is none."""

    def stop_mta(self):
        """There is none."""


class Peer:
    """One connection of an MTA with the filter."""

    def __init__(self, path, version=6, actions=ALL_ACTIONS, steps=ALL_STEPS):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.changes = []
        self.put(b"O", struct.pack("!III", version, actions, steps))
        _, data = self.get()
        self.version, self.actions, self.steps = struct.unpack(
            "!III", data[:12])

    def close(self):
        self.socket.close()

    def put(self, command, data=b""):
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def read(self, size):
        data = b""
        while len(data) < size:
            more = self.socket.recv(size - len(data))
            if not more:
                raise EOFError("the filter hung up")
            data += more
        return data

    def get(self):
        size = struct.unpack("!I", self.read(4))[0]
        packet = self.read(size)
        return packet[:1], packet[1:]

    def answer(self):
        """The answer to a step, after the changes that come before it."""
        while True:
            command, data = self.get()
            if command not in CHANGES:
                return command
            self.changes.append((command, data))

    def step(self, command, data=b"", left_out=0, unanswered=0):
        """Sends it if the filter wants it; its answer, or "c" if none."""
        if self.steps & left_out:
            return b"c"
        self.put(command, data)
        return b"c" if self.steps & unanswered else self.answer()

    # -- the steps of a session -------------------------------------------

    def macro(self, step, **values):
        self.put(b"D", step + b"".join(
            name.encode() + b"\0" + value.encode() + b"\0"
            for name, value in values.items()))

    def connect(self, name="mailb-ga.linkedin.com", address="108.174.0.145"):
        return self.step(b"C", name.encode() + b"\0" + b"4" +
                         struct.pack("!H", 25) + address.encode() + b"\0",
                         NO_CONNECT, NR_CONNECT)

    def helo(self, name="mailb-ga.linkedin.com"):
        return self.step(b"H", name.encode() + b"\0", NO_HELO, NR_HELO)

    def mail(self, sender="s-test@bounce.linkedin.com"):
        return self.step(b"M", b"<%s>\0" % sender.encode(), NO_MAIL, NR_MAIL)

    def rcpt(self, recipient="alice@example.net"):
        return self.step(b"R", b"<%s>\0" % recipient.encode(), NO_RCPT,
                         NR_RCPT)

    def data(self):
        """The DATA command, which protocols before version 4 lack."""
        return self.step(b"T", b"", NO_DATA, NR_DATA)

    def header(self, name, value):
        space = b" " if self.steps & LEADING_SPACE else b""
        return self.step(b"L", name + b"\0" + space + value + b"\0",
                         NO_HEADERS, NR_HEADER)

    def headers_end(self):
        return self.step(b"N", b"", NO_EOH, NR_EOH)

    def body(self, chunk):
        return self.step(b"B", chunk, NO_BODY, NR_BODY)

    def end(self):
        return self.step(b"E")

    def abort(self):
        self.put(b"A")

    # -- whole messages ---------------------------------------------------

    def message(self, mail, queue_id, sender="s-test@bounce.linkedin.com",
                recipients=("alice@example.net",)):
        """Sends a message; the answer that decided, and where it came.

        Stops where the filter accepts early, as an MTA does.
        """
        self.changes = []
        header, _, body = mail.partition(b"\r\n\r\n")
        steps = [("MAIL", lambda: self.mail(sender))]
        steps += [("RCPT", lambda to=to: self.rcpt(to)) for to in recipients]
        for field in header.replace(b"\r\n", b"\n").replace(
                b"\n ", b"\0 ").replace(b"\n\t", b"\0\t").split(b"\n"):
            name, _, value = field.replace(b"\0", b"\n").partition(b":")
            value = value.removeprefix(b" ")
            steps.append(("header", lambda n=name, v=value:
                          self.header(n, v)))
        steps.append(("end of headers", self.headers_end))
        self.macro(b"M", i=queue_id)
        for where, step in steps:
            answer = step()
            if answer != b"c":
                return answer, where
        for at in range(0, len(body), 65535):
            answer = self.body(body[at:at + 65535])
            if answer == b"s":
                break
            if answer != b"c":
                return answer, "body"
        self.macro(b"E", i=queue_id)
        return self.end(), "end"

    def added(self):
        """Header fields that were added, as (name, value) of text."""
        fields = [data.rstrip(b"\0").split(b"\0")
                  for command, data in self.changes if command == b"h"]
        return [(name.decode(), value.decode().strip())
                for name, value in fields]

    def removed(self):
        """Header fields that were taken out, as (name, index)."""
        return [(data[4:].split(b"\0")[0].decode(),
                 struct.unpack("!I", data[:4])[0])
                for command, data in self.changes if command == b"m"]

    def is_held(self):
        return any(command == b"q" for command, _ in self.changes)
