#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the sample mails: make.py [--check]

Without --check the .eml files beside this program and the list of them,
module.mk, are written anew.  With it nothing is changed: the files are
compared with what would be written, and "expectations" is held against them.
"""

import pathlib
import sys

sys.dont_write_bytecode = True
from generator import (  # noqa: E402
    expectations, followups, forged, guests, invitations, messages, notices,
    others)

HERE = pathlib.Path(__file__).resolve().parent
SETS = (invitations, followups, guests, messages, notices, others, forged)
MODULE = """# The sample mails.  Written by make.py, like most of the samples.
sample_files = %s
EXTRA_DIST += $(sample_files)
TESTS += tests/samples/samples.test
"""


def module():
    """Samples that others brought are in the list too."""
    names = ["README", "expectations", "make.py", "samples.test"]
    for pattern in ("generator/*.py", "*.eml"):
        names += sorted(str(path.relative_to(HERE))
                        for path in HERE.glob(pattern))
    return (MODULE % "".join("\\\n\ttests/samples/%s " % name
                             for name in names).rstrip()).encode()


def outputs():
    """(name, octets) of every file; module.mk last, it lists the others."""
    for part in SETS:
        for sample in part.samples():
            yield sample.sample + ".eml", sample.bytes()
    yield "module.mk", module()


def main(arguments):
    check = arguments == ["--check"]
    if arguments and not check:
        sys.exit(__doc__)
    wrong = []
    for name, octets in outputs():
        path = HERE / name
        if not check:
            path.write_bytes(octets)
        elif not path.exists() or path.read_bytes() != octets:
            wrong.append("%s: not what make.py writes" % name)
    if check:
        wrong += expectations.mistakes(HERE)
    for line in wrong:
        print(line)
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
