# SPDX-License-Identifier: BSD-2-Clause
"""dns.py - a name server on a loopback port that knows TXT records only."""
import socket
import struct
import threading

TXT, IN = 16, 1
NOT_THERE = 3  # RCODE (RFC 1035, 4.1.1)


class NameServer:
    """Answers from records, {name in small letters: text}, until stopped.

    Of a dead one questions are received and never answered.
    """

    def __init__(self, records, dead=False):
        self.records, self.dead = records, dead
        self.questions = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def stop(self):
        # An empty packet ends the thread.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.sendto(b"", ("127.0.0.1", self.port))
        self.thread.join()
        self.socket.close()

    def serve(self):
        while True:
            packet, client = self.socket.recvfrom(4096)
            if not packet:
                return
            self.questions += 1
            if not self.dead:
                self.socket.sendto(self.answer(packet), client)

    def answer(self, packet):
        labels, at = [], 12
        while packet[at]:
            labels.append(packet[at + 1:at + 1 + packet[at]])
            at += 1 + packet[at]
        question = packet[12:at + 5]
        kind = struct.unpack("!H", packet[at + 1:at + 3])[0]
        text = self.records.get(b".".join(labels).decode().lower())
        found = text is not None and kind == TXT
        code = NOT_THERE if text is None else 0
        head = packet[:2] + struct.pack("!HHHHH", 0x8180 | code, 1, found,
                                        0, 0)
        if not found:
            return head + question
        data = b"".join(bytes([len(part)]) + part for part in (
            text[i:i + 255].encode() for i in range(0, len(text), 255)))
        return head + question + b"\xc0\x0c" + struct.pack(
            "!HHIH", TXT, IN, 60, len(data)) + data


def read_keys(path):
    """The records of a file with lines "NAME TEXT"."""
    with open(path, encoding="ascii") as file:
        lines = [line.split(None, 1) for line in file
                 if line.strip() and not line.startswith("#")]
    return {name.lower(): text.strip() for name, text in lines}
