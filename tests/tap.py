# SPDX-License-Identifier: BSD-2-Clause
"""tap.py - what tests in Python share: TAP, and our programs run once.

Python 3.9 and its standard library only.
"""
import os
import subprocess
import sys

TOP = os.environ.get("top_srcdir") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), ".."))
BUILD = os.environ.get("top_builddir") or TOP
SAMPLES = os.path.join(TOP, "tests", "samples")
PACKS = os.path.join(TOP, "rules", "packs")
TEMPLATES = os.path.join(TOP, "rules", "templates")
TEST_KEYS = "file:" + os.path.join(SAMPLES, "keys", "test.keys")
RSVPCTL = os.path.join(BUILD, "milter", "rsvpctl")
RSVP_MILTER = os.path.join(BUILD, "milter", "rsvp-milter")
PATIENCE = 60  # seconds until what should end or happen is given up

_count = 0
_failed = 0


def skip_all(why):
    print("1..0 # SKIP " + why)
    sys.exit(0)


def ok(good, name, details=""):
    """One line of TAP; details are shown where it is not good."""
    global _count, _failed
    _count += 1
    _failed += not good
    print("%sok %d - %s" % ("" if good else "not ", _count, name), flush=True)
    for line in details.splitlines() if not good else []:
        print("# " + line.encode("ascii", "backslashreplace").decode())
    return good


def skip(why, name):
    global _count
    _count += 1
    print("ok %d - %s # SKIP %s" % (_count, name, why), flush=True)


def done():
    print("1..%d" % _count)
    sys.exit(1 if _failed else 0)


class Result:
    """What a program left behind."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code = arguments, code
        self.out, self.err = out, err

    def __str__(self):
        return "%s\ncode %s\nstdout:\n%s\nstderr:\n%s" % (
            " ".join(self.arguments), self.code, self.out, self.err)


def run(*arguments, stdin=b"", stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, before=None):
    """Runs a program to its end, before() in its process; output as text."""
    arguments = [str(argument) for argument in arguments]
    try:
        done_with = subprocess.run(
            arguments, input=stdin, stdout=stdout, stderr=stderr,
            timeout=PATIENCE, preexec_fn=before)
    except subprocess.TimeoutExpired:
        return Result(arguments, "none: it did not end", "", "")
    return Result(arguments, done_with.returncode,
                  (done_with.stdout or b"").decode(errors="replace"),
                  (done_with.stderr or b"").decode(errors="replace"))


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
    os.chmod(path, mode)
    return path
