# SPDX-License-Identifier: BSD-2-Clause
"""mta.py - the MTA's side of the milter protocol, as much as tests need.

Protocol version 2 without anything negotiated: every step is answered
(libmilter's include/libmilter/mfdef.h).
"""
import socket
import struct

PATIENCE = 30
VERSION, ACTIONS, STEPS = 2, 0x3F, 0
GO_ON, ACCEPT = b"c", b"a"


def _string(text):
    return text.encode() + b"\0"


class Connection:
    def __init__(self, path, client="192.0.2.9"):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self._put(b"O", struct.pack("!III", VERSION, ACTIONS, STEPS))
        assert self._get()[0] == b"O"
        self._step(b"C", _string("client.example.org") + b"4" +
                   struct.pack("!H", 25) + _string(client))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._put(b"Q")
        self.file.close()
        self.socket.close()

    def _put(self, command, data=b""):
        self.socket.sendall(struct.pack("!I", len(data) + 1) + command + data)

    def _get(self):
        size, = struct.unpack("!I", self.file.read(4))
        packet = self.file.read(size)
        return packet[:1], packet[1:]

    def _step(self, command, data=b""):
        self._put(command, data)
        return self._get()[0]

    def send(self, message, recipient, queue_id):
        """Sends a message with LF line ends; the answer and what was added."""
        head, _, body = message.partition(b"\n\n")
        self._put(b"D", b"M" + _string("i") + _string(queue_id))
        self._step(b"M", _string("<sender@example.org>"))
        self._step(b"R", _string("<%s>" % recipient))
        for field in head.replace(b"\n ", b" ").replace(b"\n\t", b" ") \
                .split(b"\n"):
            name, _, value = field.partition(b":")
            self._step(b"L", name + b"\0" + value.strip() + b"\0")
        answer = self._step(b"N")
        if answer != GO_ON:
            return answer, []
        self._step(b"B", body.replace(b"\n", b"\r\n"))
        self._put(b"E")
        added = []
        while True:
            answer, data = self._get()
            if answer != b"h":
                return answer, added
            added.append(data.rstrip(b"\0").replace(b"\0", b": ").decode())
