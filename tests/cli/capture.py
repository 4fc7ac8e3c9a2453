#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""capture.py - "rsvpctl capture": a sample is recognised as the mail was, and
a second reading of it, by Python's email package and whatever else decodes,
finds nobody.

RSVP_CAPTURE says how many broken messages are tried.
"""
import base64
import binascii
import email
import email.header
import email.policy
import glob
import html
import json
import os
import quopri
import random
import re
import stat
import sys
import unicodedata
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "samples"))
from generator import people
from site_folder import Site
from tap import PACKS, SAMPLES, done, ok

BROKEN = int(os.environ.get("RSVP_CAPTURE", "60"))
USAGE, DATAERR, NOINPUT, CANTCREAT = 64, 65, 66, 73
site = Site()
here = site.path("state")


def capture(message, *options):
    """The code, the sample (or None) and what is said."""
    path = os.path.join(here, "sample.eml")
    if os.path.exists(path):
        os.unlink(path)
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "capture", *options,
                      "-o", path, "-", stdin=message)
    sample = None
    if os.path.exists(path):
        with open(path, "rb") as file:
            sample = file.read()
    return result.code, sample, result.err


# --- A second reading ---------------------------------------------------------

def fold(text):
    text = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in text if not unicodedata.combining(c) and
                   unicodedata.category(c) != "Cf")


def unquote(text):
    for _ in range(4):
        text = urllib.parse.unquote(html.unescape(text))
    return text


def decode(data, charset):
    yield data.decode("utf-8", "replace")
    yield data.decode("latin-1")
    try:
        yield data.decode(charset or "ascii", "replace")
    except (LookupError, UnicodeError):
        pass


def decode_words(value):
    """As strict readers have it, and with the words of one charset joined."""
    value = re.sub(r"\s*\r?\n\s*", " ", value)
    try:
        yield str(email.header.make_header(email.header.decode_header(value)))
    except (LookupError, UnicodeError, ValueError,
            email.errors.HeaderParseError):
        pass
    joined = b""
    for charset, kind, word in re.findall(
            r"=\?([^?]*)\?([bBqQ])\?([^?]*)\?=", value):
        try:
            joined += (base64.b64decode(word + "===") if kind in "bB" else
                       quopri.decodestring(word.encode(), header=True))
        except (binascii.Error, ValueError, UnicodeError):
            pass
    yield from decode(joined, "utf-8")


def readings(message):
    """The message in every form in which somebody may read it."""
    yield from decode(message, "")
    yield from decode(quopri.decodestring(message), "")
    parsed = email.message_from_bytes(message, policy=email.policy.compat32)
    for part in parsed.walk():
        for name, value in part.raw_items():
            yield str(name)
            for text in decode_words(str(value)):
                yield text
        try:
            payload = part.get_payload(decode=True)
        except (AssertionError, ValueError):
            payload = None
        if payload:
            yield from decode(payload, part.get_content_charset())
            yield from decode(payload, "utf-16")
            yield payload.replace(b"\0", b"").decode("latin-1")
    for run in re.findall(rb"(?:[A-Za-z0-9+/]{20,}={0,2}\s*)+", message):
        run = re.sub(rb"\s", b"", run)
        try:
            yield from decode(base64.b64decode(
                run[:len(run) // 4 * 4], validate=True), "")
        except binascii.Error:
            pass


def forms(message):
    return {fold(form) for reading in readings(message)
            for form in (reading, unquote(reading),
                         re.sub(r"<[^>]*>", "", reading))}


def found(message, words):
    """Those of the words that are anywhere in it, as parts of others too."""
    text = "\n".join(forms(message))
    return sorted(word for word in words if word in text)


def words_of(text):
    return set(re.findall(r"[^\W_]+", fold(text)))


def samples():
    for path in sorted(glob.glob(os.path.join(SAMPLES, "*.eml"))):
        with open(path, "rb") as file:
            yield os.path.basename(path), file.read()


with open(os.path.join(PACKS, "linkedin.conf"), encoding="utf-8") as conf:
    PACK_WORDS = words_of(conf.read())
# Those of the made-up people's words that no mail of LinkedIn's has.
PEOPLE = {word for person in vars(people).values()
          if isinstance(person, people.Person)
          for value in (person.name, person.headline, person.place,
                        person.slug, person.address, person.given)
          for word in words_of(value)
          if len(word) > 3 and word not in PACK_WORDS | {"head"}}


def ids_of(message):
    """Values of links and header fields that are of this mail alone."""
    text = "\n".join(unquote(form) for form in readings(message))
    values = set(re.findall(
        r"[?&;](?:midToken|midSig|otpToken|loid|sharedKey|eid|e)="
        r"([\w-]{10,})|^X-LinkedIn-(?:Id|fbl): *(\S{10,})|"
        r"^Message-ID: *<(.*)@|([0-9]{13,})", text, re.M | re.I))
    return {fold(one) for value in values for one in value
            if len(one) >= 10 and not re.search(r"[=\s]", one)}


# --- What is read out of both ---------------------------------------------------

def records(paths):
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "test", "--json", *paths)
    return [json.loads(line) for line in result.out.splitlines()]


def facts(record):
    return {
        "evidence": record.get("evidence"),
        "fields": sorted(record.get("person") or {}),
        "given": sorted(set(record) - {"us"}),
        "values": {key: record.get(key) for key in (
            "network", "type", "template", "lang", "note")},
    }


originals = dict(samples())
made, errors, left = {}, [], []
for name, message in originals.items():
    code, sample, said = capture(message)
    if code != 0 or sample is None:
        errors.append("%s: %s %s" % (name, code, said))
        continue
    made[name] = sample
    if len(sample) != len(message) or \
            [len(line) for line in sample.split(b"\n")] != \
            [len(line) for line in message.split(b"\n")]:
        errors.append(name + ": other lines")
    there = {word for form in forms(sample) for word in words_of(form)}
    there = there & PEOPLE | set(found(sample, ids_of(message)))
    left.extend("%s: %s" % (name, word) for word in there)
    with open(os.path.join(here, "made-" + name), "wb") as file:
        file.write(sample)
ok(len(originals) > 100 and not errors, "%d mails become samples"
   % len(originals), "\n".join(errors))
ok(not left and len(PEOPLE) > 100, "in none of them is anybody, or an id",
   "\n".join(left))
ok(sum(len(ids_of(message)) for message in originals.values()) > 500,
   "there were ids")

before = records([site.path("samples", name) for name in made])
after = records([os.path.join(here, "made-" + name) for name in made])
different = ["%s: %s, %s" % (name, facts(was), facts(now))
             for name, was, now in zip(made, before, after)
             if facts(was) != facts(now)]
ok(len(before) == len(after) == len(made) and not different,
   "they are recognised alike, and the same is read out",
   "\n".join(different))


# --- The same word everywhere ---------------------------------------------------

NAME = "invitation-2024-10-note.eml"
message = originals[NAME]


def count(sample, word):
    text = quopri.decodestring(sample).decode("utf-8", "replace")
    return len(re.findall(r"\b%s\b" % re.escape(word), text, re.I))


def new_name(sample, old=b"Ottoline"):
    """What stands where the name stood in From."""
    at = message.index(old)
    return sample[at:at + len(old)].decode()


code, sample, _ = capture(message)
ok(count(message, "Ottoline") == count(sample, new_name(sample)) > 3,
   "a name is the same one everywhere")
again = capture(message)[1]
ok(sample != again and new_name(sample) != new_name(again),
   "and another one each time")
keyed = capture(message, "--key", "k")[1]
ok(keyed == capture(message, "--key", "k")[1], "with a key it is not")
ok(keyed != capture(message, "--key", "l")[1], "but with another key")
other = originals["invitation-2024-07.eml"]
family = re.compile(rb"To: \w+ (\w+)")
ok(family.findall(capture(other, "--key", "k")[1]) == family.findall(keyed),
   "with a key, the same in two samples")


# --- A person hidden in every place there is --------------------------------------

PERSON = "Zquillian Brämblewörth"
PLACE = "Grumblestock"
SECRET = ["zquillian", "bramblew", "brambleworth", "zquill", "grumblestock",
          "ставрогин", "山田太郎"]


def word(text, charset, kind):
    data = text.encode(charset)
    return "=?%s?%s?%s?=" % (
        charset, kind, base64.b64encode(data).decode() if kind == "B" else
        "".join("=%02X" % c for c in data))


def references(text, form):
    return "".join("&#" + form % ord(c) + ";" for c in text)


def escapes(text, levels=1):
    text = "".join("%%%02x" % c for c in text.encode())
    for _ in range(levels - 1):
        text = text.replace("%", "%25")
    return text


HTML = ("<html lang='en'><head><title>{n}</title><style>.a{{background:"
        "url('http://x.example/{u}.png')}} .Zquillian {{color:red}}</style>"
        "<script>var x='{n}';</script></head><body class='Zquillian'>"
        "<!-- {n} of {p} --><!--[if mso]><b>{n}</b><![endif]-->"
        "<p title=\"{n}\" data-who='{n}' zquillian='1'>{n}</p><zquillian>"
        "<a href=\"https://www.linkedin.com/in/zquillian-br{e}?x={u}&amp;"
        "url=https%3A%2F%2Fx.example%2F{u}\"><img alt='{n}' src=http://i/"
        "{u}.gif></a> {d} {h} Zqui&shy;llian Zqui\u200bllian Z\u0308quillian"
        " \uff3a\uff51\uff55\uff49llian {p}\u24c9 <a href='mailto:zquillian@"
        "grumblestock.example?subject={u}'>x</a> <b title=\"Zquillian").format(
            n=PERSON, p=PLACE, u=escapes(PERSON), e=escapes(PERSON, 2),
            d=references(PERSON, "%d"), h=references(PERSON, "x%X"))
PLAIN = ("Hello Zquillian,\r\n\r\nZQUILLIAN is in Grumblestock, %s, %s. "
         "begin 644 zquillian.txt\r\n"
         % (references(PERSON, "%d"), escapes(PERSON)))


def part(kind, content, encoding, *fields):
    encoded = {"base64": base64.encodebytes(content),
               "quoted-printable": quopri.encodestring(content),
               "8bit": content, "x-uuencode": b"begin 600 zquillian\n" +
               b"".join(binascii.b2a_uu(content[i:i + 45])
                        for i in range(0, len(content), 45)) + b"end\n"}
    return ("Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n%s\r\n" % (
        kind, encoding, "".join(field + "\r\n" for field in fields))
        ).encode() + encoded[encoding]


def hidden_parts():
    for encoding in ("8bit", "quoted-printable", "base64", "x-uuencode"):
        yield part("text/plain; charset=utf-8", PLAIN.encode(), encoding)
        yield part("text/html; charset=utf-8", HTML.encode(), encoding)
        yield part("text/html", PERSON.encode("latin-1"), encoding)
    for charset, text in (("iso-8859-1", PERSON), ("windows-1251",
                          "Ставрогин"), ("koi8-r", "Ставрогин"),
                          ("utf-16", PERSON), ("utf-16le", PERSON),
                          ("utf-7", PERSON), ("iso-2022-jp", "山田太郎"),
                          ("shift_jis", "山田太郎"), ("utf-8", "山田太郎"),
                          ("nobody-knows", PLACE)):
        data = text.encode(charset if charset != "nobody-knows" else "ascii")
        for kind in ("plain", "html"):
            for encoding in ("8bit", "base64", "quoted-printable"):
                yield part("text/%s; charset=\"%s\"" % (kind, charset), data,
                           encoding)
    yield part("image/png; name=Zquillian.png", b"\x89PNG tEXt" +
               PERSON.encode() * 3, "base64", "Content-ID: <zquillian@x>",
               "Content-Disposition: inline; filename*=UTF-8''%s" %
               escapes(PERSON))
    yield part("text/calendar; name=\"%s\"" % word(PERSON, "utf-8", "Q"),
               ("ATTENDEE;CN=%s:mailto:zquillian@x.example" % PERSON).encode(),
               "base64", "X-Zquillian: 1")
    yield part("text/x-vcard", ("FN:%s\r\nPHOTO:" % PERSON).encode(), "8bit")
    inner = ("From: %s <zquillian@grumblestock.example>\r\nSubject: %s\r\n"
             "\r\n%s" % (PERSON, word(PERSON, "utf-8", "B"), PLAIN)).encode()
    yield part("message/rfc822", inner, "8bit")
    yield part("message/rfc822", inner, "base64")
    yield b"Content-Type: multipart/mixed; boundary=Grumblestock\r\n\r\n" \
        b"Zquillian\r\n--Grumblestock\r\n\r\n" + PLAIN.encode() + \
        b"\r\n--Grumblestock--\r\nZquillian\r\n"


def hidden(boundary="=_Zquillian_1"):
    half = len("Zquillian Br")
    header = [
        "Return-Path: <bounce-zquillian=grumblestock.example@b.example>",
        "Delivered-To: zquillian@grumblestock.example",
        "Received: from mail.grumblestock.example (zquillian [192.0.2.77])\r\n"
        "\tby mx.grumblestock.example (Postfix) with ESMTPS id Zquillian1\r\n"
        "\tfor <zquillian@grumblestock.example>; Mon, 2 Nov 2026 10:15:27 "
        "+0000 (Zquillian)",
        "X-Grumblestock-MailScanner: Zquillian",
        "DKIM-Signature: v=1; a=rsa-sha256; d=grumblestock.example;\r\n"
        " i=zquillian@grumblestock.example; h=from:to; b=" +
        base64.b64encode(PERSON.encode() * 4).decode(),
        "From: %s\r\n %s <invitations@linkedin.com>" % (
            word(PERSON[:half], "utf-8", "Q"),
            word(PERSON[half:], "utf-8", "Q")),
        "To: \"Zquillian (G.) Grumblestock\" <zquillian@grumblestock.example>,"
        "\r\n %s <z@grumblestock.example>" % word("Ставрогин",
                                                  "windows-1251", "B"),
        "Subject: %s %s zquillian" % (word(PERSON, "iso-8859-1", "Q"),
                                      word("山田太郎", "iso-2022-jp", "B")),
        "Date: Mon, 2 Nov 2026 10:15:27 +0000 (Zquillian)",
        "Message-ID: <zquillian.1@mx.grumblestock.example>",
        "References: <%s@x>" % base64.b64encode(
            b"Zquillian Grumblestock").decode(),
        "Comments: =?utf-8?q?Zqui?= =?utf-8?q?llian?= =?x?y?zquillian",
        "X-LinkedIn-Zquillian: 1",
        "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=\"%s\"" % boundary,
    ]
    body = b"Preamble of Zquillian\r\n"
    for one in hidden_parts():
        body += b"--" + boundary.encode() + b"\r\n" + one + b"\r\n"
    body += b"--" + boundary.encode() + b"--\r\nEpilogue of Zquillian\r\n"
    return "\r\n".join(header).encode() + b"\r\n\r\n" + body


message = hidden()
ok(len(found(message, SECRET)) == len(SECRET), "a person is hidden in a mail",
   str(found(message, SECRET)))
code, sample, said = capture(message)
ok(sample is not None and code in (0, 1) and len(sample) == len(message) and
   not found(sample, SECRET), "and in no place of the sample", "%s %s %s" % (
       code, said, found(sample or b"", SECRET)))
alone = []
header = message[:message.index(b"Content-Type:")].replace(
    b"X-LinkedIn-Zquillian: 1\r\n", b"")
for number, one in enumerate(hidden_parts()):
    code, sample, said = capture(header + one)
    if sample is None or found(sample, SECRET):
        alone.append("%d: %s %s %s" % (number, code, said,
                                       found(sample or b"", SECRET)))
ok(not alone, "part by part as well", "\n".join(alone))


# --- What people are called as the network's words ----------------------------------

message = originals["invitation-2016-05.eml"]
given, family = re.search(rb"From: (\w+) (\w+)", message).groups()
message = message.replace(given, b"Will").replace(family, b"Page")
code, sample, said = capture(message)
ok(sample is not None and b"From: Will" not in sample and
   not re.search(rb"\bWill\s+Page\b", sample), "a name of the network's words",
   said)


# --- Broken messages -------------------------------------------------------------

ROWS = [
    ("nothing", b""),
    ("no header", b"\r\nHello Zquillian"),
    ("no body", b"From: Zquillian <z@x.example>"),
    ("no fields", b"Zquillian\nis\nhere\n"),
    ("only the line of an mbox", b"From zquillian@x Mon Nov  2 10:15:27 2026\n"),
    ("an mbox", b"From zquillian@x Mon Nov  2\nFrom: z@x\n\nZquillian\n"),
    ("NULs", b"From: Zquil\0lian\0 <z@x>\n\0\n\nZquillian\0\0\n"),
    ("all octets", b"Subject: x\n\n" + bytes(range(256)) * 20),
    ("a long line", b"Subject: " + b"Zquillian " * 30000 + b"\n\n" +
     b"x" * 300000),
    ("many fields", b"X: Zquillian\n" * 20000 + b"\nx"),
    ("tags that nothing closes", b"Content-Type: text/html\n\n" +
     b"<a b='" * 50000),
    ("quotes that nothing closes", b"Content-Type: text/html\n\n" +
     b"<a b='<a b=\"" * 50000),
    ("many links", b"\n" + b"://" * 100000),
    ("many addresses", b"\n" + b"a@" * 100000),
    ("many half encoded-words", b"Subject: " + b"=?a?q?x" * 30000 + b"\n\n"),
    ("many encoded-words", b"Subject: " + b"=?utf-8?q?x?= " * 20000 + b"\n\n"),
    ("parts in parts", b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i)
        for i in range(500)) + b"\nZquillian"),
    ("messages in messages",
     b"Content-Type: message/rfc822\n\n" * 5000 + b"Zquillian"),
    ("many empty parts", b"Content-Type: multipart/mixed; boundary=b\n\n" +
     b"--b\n" * 50000),
    ("hidden characters", b"\n" + "a\u200b".encode() * 50000),
    ("half of base64", b"Content-Transfer-Encoding: base64\n\nQUJ=Q=UJDRA\n="),
    ("half an escape", b"Content-Transfer-Encoding: quoted-printable\n\n=4=\n"
     b"=4"),
]
wrong = []
for name, message in ROWS:
    code, sample, said = capture(message)
    if code not in (0, 1) or len(sample) != len(message) or \
            b"zquil" in sample.lower():
        wrong.append("%s: %s %s" % (name, code, said))
ok(not wrong, "broken messages", "\n".join(wrong))

chance = random.Random(33)
wrong = []
names = sorted(originals)
for number in range(BROKEN):
    message = bytearray(hidden() if number % 3 == 0
                        else originals[chance.choice(names)])
    for _ in range(chance.randrange(1, 12)):
        at, size = chance.randrange(len(message)), chance.randrange(1, 40)
        message[at:at + size] = chance.choice([
            b"", b"\n", b"\r\n\r\n", b"=", b"<", b">", b"\"", b"'", b"--",
            b"\0", b"&#", b"%25", b"=?utf-8?q?", b"?=", b"@",
            bytes(message[at:at + size]) * 2])
    code, sample, said = capture(bytes(message))
    if code not in (0, 1, DATAERR) or \
            (sample is None) != (code == DATAERR) or \
            sample is not None and len(sample) != len(message):
        wrong.append("%d: %s %s" % (number, code, said))
    elif sample is not None and found(sample, SECRET):
        wrong.append("%d: %s" % (number, found(sample, SECRET)))
ok(not wrong, "%d mails broken by chance" % BROKEN, "\n".join(wrong))


# --- How it is called --------------------------------------------------------------

message = originals[NAME]
path = os.path.join(here, "out.eml")


def call(*arguments, stdin=message):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "capture", *arguments,
                    stdin=stdin)


result = call("-o", path, "-")
ok(result.code == 0 and stat.S_IMODE(os.stat(path).st_mode) == 0o600,
   "the sample is for who makes it alone", str(result))
ok("recognised as before: invitation" in result.err and
   "Look through it" in result.err and result.out == "",
   "what was done is said", str(result))
result = call("-o", path, "-")
ok(result.code == CANTCREAT and "--force" in result.err,
   "what is there stays", str(result))
os.chmod(path, 0o644)
result = call("-o", path, "--force", "--key", "k", "-")
with open(path, "rb") as file:
    ok(result.code == 0 and file.read() == keyed and
       stat.S_IMODE(os.stat(path).st_mode) == 0o600, "but with --force",
       str(result))
result = call("--key", "k", "DIR/samples/" + NAME)
ok(result.code == 0 and result.out.encode() == keyed,
   "standard output; a file's name", str(result))
new = message.replace(b"please add me", b"gladden mine eyes")
ok(b"gladden" not in capture(new)[1] and
   b"gladden mine eyes" in capture(new, "--keep", "Gladden eyes mine")[1],
   "words of a new wording are kept")
ok(b"Ottoline" not in capture(new, "--keep", "Ottoline gladden")[1],
   "but not a name")
for arguments, code, words in (
        ([], USAGE, "which file?"),
        (["a", "b"], USAGE, "one file"),
        (["--key", "", "-"], USAGE, "it is empty"),
        (["--force", "-"], USAGE, "--force without -o"),
        (["DIR/none.eml"], NOINPUT, "No such file"),
        (["-o", "DIR/none/x", "-"], CANTCREAT, "No such file")):
    result = call(*arguments)
    ok(result.code == code and words in result.err and not result.out,
       "wrong: %s" % " ".join(arguments), str(result))
result = call("-", stdin=b"Subject: x\n\n" + b"x" * (5 * 1024 * 1024))
ok(result.code == DATAERR and "larger" in result.err and not result.out,
   "too large", str(result))

site.remove()
done()
