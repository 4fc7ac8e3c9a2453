#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""authres_oracle.py - the rows of authres.table as python3-authres reads them.

The oracle must read what the table wants, or the row must say why not; one
that says so without need fails as well.  Where both refuse a field, their
words for it may differ.
"""
import os
import re
import signal
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SYSTEM_PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's modules
sys.path.insert(0, os.path.join(HERE, "..", ".."))
import tap  # noqa: E402

try:
    import authres
except ImportError:
    if os.path.exists(SYSTEM_PYTHON) and not os.environ.get("RSVP_AGAIN"):
        os.environ["RSVP_AGAIN"] = "1"
        os.execv(SYSTEM_PYTHON, [SYSTEM_PYTHON] + sys.argv)
    tap.skip_all("no python3-authres")

TABLE = os.path.join(tap.TOP, "tests", "unit", "mail", "authres.table")
PATIENCE = 10  # seconds for one row, after which the oracle counts as stuck


class Row:
    def __init__(self, line):
        self.line, self.name, self.value = line, "", b""
        self.want, self.oracle, self.pieces = b"", "", 0


def octets(text):
    return re.sub(rb"\{([0-9A-Fa-f]{2})\}",
                  lambda match: bytes([int(match[1], 16)]), text)


def often(text):
    count, piece = text.split(b" ", 1)
    return octets(piece) * int(count)


def rows():
    """The form is described at the top of the table."""
    row = None
    with open(TABLE, "rb") as file:
        for number, line in enumerate(file.read().split(b"\n"), 1):
            if line.startswith(b"name: "):
                row = Row(number)
                row.name = line[6:].decode()
            elif line.startswith(b"|"):
                row.value += b"\n" * (row.pieces > 0) + octets(line[1:])
                row.pieces += 1
            elif line.startswith(b"*"):
                row.value += often(line[1:])
            elif line.startswith(b"=*"):
                row.want += often(line[2:])
            elif line.startswith(b"= "):
                row.want += b"\n" * (row.want != b"") + octets(line[2:])
            elif line.startswith(b"oracle: "):
                row.oracle = line[8:].decode()
            elif not line and row:
                yield row
                row = None
    if row:
        yield row


def value_text(value):
    value = value or ""
    if re.fullmatch(r"[!-~]+", value) and not re.search(r'[()<>,;\\"]', value):
        return value
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'


def result_text(result):
    if isinstance(result, authres.NoneAuthenticationResult):
        return "none"
    text = result.method
    if result.version and int(result.version) != 1:
        text += "/%d" % int(result.version)
    text += "=" + result.result
    if result.reason is not None:
        text += " reason=" + value_text(result.reason)
    for item in result.properties:
        text += " %s.%s=%s" % (item.type, item.name, value_text(item.value))
    return text


def canonical(value):
    """As authres_text.h writes it; the oracle wants no folds."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value.decode("latin-1"))
    try:
        field = authres.AuthenticationResultsHeader.parse_value(
            unfolded)
        head = value_text(field.authserv_id)
        results = [result_text(result) for result in field.results]
    except (authres.AuthResError, ValueError, RecursionError) as error:
        return "refused: %s" % error
    return "%s;\n%s" % (head, ";\n".join(results) or "none")


def too_long(*_):
    raise RecursionError("no end")


def is_same(got, want):
    if want.startswith("refused: "):
        return got.startswith("refused: ")
    return got == want


def check(row):
    want = row.want.decode("latin-1")
    signal.alarm(PATIENCE)
    got = canonical(row.value)
    signal.alarm(0)
    same = is_same(got, want)
    details = "line %d\noracle: %s\nwant: %s" % (row.line, got, want)
    if row.oracle:
        tap.ok(not same and row.oracle.startswith("differs because "),
               row.name + ", which the oracle reads differently", details)
    else:
        tap.ok(same, row.name, details)


def main():
    count = 0
    signal.signal(signal.SIGALRM, too_long)
    for row in rows():
        check(row)
        count += 1
    tap.ok(count >= 150, "enough rows", str(count))
    tap.done()


main()
