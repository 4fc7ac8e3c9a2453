# SPDX-License-Identifier: BSD-2-Clause
"""Whether the file "expectations" says nothing that the samples do not.

Not a recogniser: it only looks whether each wanted value stands in the mail,
so that a slip of the pen in either file is found.
"""

import email
import email.policy
import html
import re
import urllib.parse

WORDS = ("sample", "envelope", "client", "signed", "want")
FIELDS = ("type", "network", "lang", "template", "name", "headline", "company",
          "location", "profile", "group", "mutual", "made", "note",
          "note_text")
NOTES = ("none", "boilerplate", "personal")
UNSEEN = dict.fromkeys([0x34F, 0xAD, 0x2060, 0xFEFF] +
                       list(range(0x200B, 0x2010)))


def blocks(path):
    """Yields (file, [(line number, word, rest)])."""
    name, lines = None, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "sample":
            if name:
                yield name, lines
            name, lines = rest, []
        else:
            lines.append((number, word, rest))
    yield name, lines


def folded(text):
    text = text.translate(UNSEEN).translate(
        {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"'})
    return " ".join(text.split())


def readable(message):
    """Header values and text parts as one folded string, and the links."""
    shown = [str(value) for value in message.values()]
    links = ""
    for part in message.walk():
        if part.get_content_maintype() != "text":
            continue
        content = part.get_content()
        links += html.unescape(content)
        if part.get_content_subtype() == "html":
            content = html.unescape(re.sub("<[^>]*>", " ", content))
        else:
            content = html.unescape(content.replace("<br>", " "))
        shown.append(content)
    return folded(" ".join(shown)), urllib.parse.unquote(links)


def stands(field, value, shown, links, types):
    """Whether the wanted value can be meant."""
    if field == "type":
        return '"%s"' % value in types
    if field == "network":
        return value in ("-", "linkedin")
    if field == "note":
        return value in NOTES
    if field == "lang":
        return 'lang="%s"' % value in links or "lang=" + value in links
    if field == "template":
        return value in links or value in shown
    if field == "profile":
        return "/in/%s?" % value in links
    if field == "made":
        return any(int(number) >> 22 == int(value)
                   for number in re.findall(r"\d{19}", links))
    if field == "mutual":
        return re.search(r"\b%s (mutual )?connection" % value, shown)
    return folded(value) in shown


def mistakes(folder):
    """Yields one line of text for each mistake."""
    seen = set()
    types = (folder / "../../milter/recognise/request.h").read_text()
    for name, lines in blocks(folder / "expectations"):
        path = folder / name
        if name in seen or not path.exists():
            yield "%s: no such sample, or a second block for it" % name
            continue
        seen.add(name)
        octets = path.read_bytes()
        if b"\r" in octets or max(map(len, octets.split(b"\n"))) > 998:
            yield "%s: CR, or a line that SMTP does not carry" % name
        message = email.message_from_bytes(octets, policy=email.policy.default)
        shown, links = readable(message)
        words = [word for _, word, _ in lines]
        if "envelope" not in words or "client" not in words:
            yield "%s: envelope or client is missing" % name
        for number, word, rest in lines:
            field, _, value = rest.partition(" ")
            if word not in WORDS or word == "want" and (
                    field not in FIELDS or
                    not stands(field, value, shown, links, types)):
                yield "expectations:%d: %s: not so: %s %s" % (
                    number, name, word, rest)
    for path in sorted(folder.glob("*.eml")):
        if path.name not in seen:
            yield "%s: no block in expectations" % path.name
