# SPDX-License-Identifier: BSD-2-Clause
"""Mail as octets on the wire: what the Java mail library makes of a message.

LinkedIn sends with that library, so its habits (where it breaks a line, which
encoding it picks for a subject) are part of what the samples show.
"""

import base64
import datetime
import email.utils
import hashlib

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
SPECIALS_IN_PHRASE = "=_?\"#$%&'(),.:;<>@[\\]^`{|}~"
SPECIALS_IN_TEXT = "=_?"
SAFE_IN_NAME = set("!#$%&'*+-/=?^_`{|}~ ")


def quoted_printable(text):
    """RFC 2045, 6.7: 75 characters and "=", blanks at a line's end encoded."""
    out, used = [], 0

    def put(unit):
        nonlocal used
        if used + len(unit) > 75:
            out.append("=\n")
            used = 0
        out.append(unit)
        used += len(unit)

    octets = text.encode()
    for i, octet in enumerate(octets):
        if octet == 0x0A:
            out.append("\n")
            used = 0
        elif octet == 0x20:
            last = i + 1 == len(octets) or octets[i + 1] == 0x0A
            put("=20" if last else " ")
        elif octet < 0x20 or octet >= 0x7F or octet == 0x3D:
            put("=%02X" % octet)
        else:
            put(chr(octet))
    return "".join(out)


def base64_lines(octets):
    text = base64.b64encode(octets).decode()
    return "\n".join(text[i:i + 76] for i in range(0, len(text), 76))


def base64_text(text):
    """Text has CRLF line ends inside (RFC 2045, 6.8)."""
    return base64_lines(text.replace("\n", "\r\n").encode())


def _words(text, encode, room):
    """Halves text until each half fits one encoded-word."""
    if len(encode(text)) > room and len(text) > 1:
        half = len(text) // 2
        return _words(text[:half], encode, room) + _words(
            text[half:], encode, room)
    return [encode(text)]


def encoded(text, phrase=False):
    """RFC 2047, and only where the text is not ASCII."""
    if text.isascii():
        return text
    octets = text.encode()
    specials = SPECIALS_IN_PHRASE if phrase else SPECIALS_IN_TEXT

    def q(part):
        return "".join(
            "_" if o == 0x20 else "=%02X" % o
            if o < 0x20 or o >= 0x7F or chr(o) in specials else chr(o)
            for o in part.encode())

    def b(part):
        return base64.b64encode(part.encode()).decode()

    mostly_ascii = sum(o < 0x80 for o in octets) >= len(octets) / 2
    letter, encode = ("Q", q) if mostly_ascii else ("B", b)
    return " ".join("=?UTF-8?%s?%s?=" % (letter, word)
                    for word in _words(text, encode, 63))


def field(name, value, fold=True):
    """One header field, folded at blanks before column 76."""
    line, out = name + ":", []
    for word in value.split(" "):
        if fold and len(line) + 1 + len(word) > 76 and line != name + ":":
            out.append(line)
            line = ""
        line += " " + word
    return "\n".join(out + [line]) + "\n"


def mailbox(name, address):
    if not name:
        return address
    if not name.isascii():
        return "%s <%s>" % (encoded(name, True), address)
    if all(c.isalnum() or c in SAFE_IN_NAME for c in name):
        return "%s <%s>" % (name, address)
    return '"%s" <%s>' % (name.replace("\\", "\\\\").replace('"', '\\"'),
                          address)


def milliseconds(when):
    """Epoch milliseconds of "2016-05-02 19:34:46.686" (UTC)."""
    moment = datetime.datetime.fromisoformat(when + "+00:00")
    return (moment - EPOCH) // datetime.timedelta(milliseconds=1)


def date(ms, zone="+0000 (UTC)"):
    moment = EPOCH + datetime.timedelta(milliseconds=ms)
    text = email.utils.format_datetime(moment).replace(", 0", ", ")
    return text.replace("+0000", zone)


class Dice:
    """Tokens that look random and are the same in every run."""

    LOWER = "0123456789abcdefghijklmnopqrstuvwxyz"
    URL = LOWER + "ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"
    DIGITS = "0123456789"

    def __init__(self, seed):
        self.seed = seed

    def number(self, what, below):
        digest = hashlib.sha256(("%s/%s" % (self.seed, what)).encode())
        return int.from_bytes(digest.digest(), "big") % below

    def token(self, what, length, alphabet=URL):
        return "".join(
            alphabet[self.number("%s/%d" % (what, i), len(alphabet))]
            for i in range(length))

    def octets(self, what, length):
        blocks = (hashlib.sha256(
            ("%s/%s/%d" % (self.seed, what, i)).encode()).digest()
                  for i in range(length // 32 + 1))
        return b"".join(blocks)[:length]

    def uuid(self, what):
        """Version 4, small letters."""
        x = self.token(what, 32, "0123456789abcdef")
        return "%s-%s-4%s-a%s-%s" % (x[:8], x[8:12], x[13:16], x[17:20],
                                     x[20:])


def base36(number):
    digits = ""
    while number or not digits:
        number, digit = divmod(number, 36)
        digits = Dice.LOWER[digit] + digits
    return digits
