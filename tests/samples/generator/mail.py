# SPDX-License-Identifier: BSD-2-Clause
"""Mail that LinkedIn did not send: a header as given, and its parts."""

from generator import wire


class Mail:
    """fields: (name, value) in order; parts: (header lines, content)."""

    def __init__(self, sample, fields, *parts, kind="alternative"):
        self.sample = sample
        self.fields = fields
        self.parts = parts
        self.kind = kind

    def bytes(self):
        head = "".join(wire.field(name, value) for name, value in self.fields)
        head += "MIME-Version: 1.0\n"
        if len(self.parts) == 1:
            header, content = self.parts[0]
            return (head + header + "\n" + content + "\n").encode()
        edge = "=_%s" % wire.Dice(self.sample).token("edge", 24)
        head += 'Content-Type: multipart/%s; boundary="%s"\n' % (
            self.kind, edge)
        body = "".join("--%s\n%s\n%s\n" % (edge, header, content)
                       for header, content in self.parts)
        return (head + "\n" + body + "--%s--\n" % edge).encode()


def part(kind, lines, encoding="7bit"):
    text = "\n".join(lines)
    if encoding == "quoted-printable":
        text = wire.quoted_printable(text)
    return ("Content-Type: %s; charset=utf-8\nContent-Transfer-Encoding: %s\n"
            % (kind, encoding), text)


def attachment(kind, octets, name):
    return ('Content-Type: %s; name="%s"\n'
            "Content-Transfer-Encoding: base64\n"
            'Content-Disposition: attachment; filename="%s"\n' %
            (kind, name, name), wire.base64_lines(octets))


def received(by, from_, address, when, to):
    """A hop, as an MTA writes it."""
    dice = wire.Dice(by + when)
    return ("Received", "from %s (%s [%s]) by %s (Postfix) with ESMTPS id %s "
            "for <%s>; %s" % (from_, from_, address, by, dice.token(
                "id", 14, wire.Dice.DIGITS + "BCDFGHJK"), to,
                wire.date(wire.milliseconds(when), "+0000")))


def plain_fields(sample, from_, to, subject, when):
    """What any mail program writes."""
    ms = wire.milliseconds(when)
    host = from_[1].rsplit("@")[1]
    return [
        ("From", wire.mailbox(*from_)), ("To", wire.mailbox(*to)),
        ("Subject", wire.encoded(subject)),
        ("Date", wire.date(ms, "+0000")),
        ("Message-ID", "<%s@%s>" % (wire.Dice(sample).uuid("mid"), host)),
    ]
