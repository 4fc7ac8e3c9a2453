# SPDX-License-Identifier: BSD-2-Clause
"""record_schema.py - records against contrib/rsvp-audit.schema.json.

Where python3-jsonschema is not installed nothing is compared.
"""
import json
import os

from tap import TOP

try:
    import jsonschema
except ImportError:
    jsonschema = None

PATH = os.path.join(TOP, "contrib", "rsvp-audit.schema.json")
# The key that tells a kind, in the order of the schema.
KINDS = {"type": "decision", "outbox": "answer", "lost": "lost",
         "quarantine": "held"}


def load():
    with open(PATH, encoding="utf-8") as file:
        return json.load(file)


def validator():
    """The schema, which is a good one itself; None without the library."""
    if jsonschema is None:
        return None
    schema = load()
    of_draft = jsonschema.validators.validator_for(schema)
    of_draft.check_schema(schema)
    return of_draft(schema)


def kind_of(record):
    """What its keys tell, as rsvp-audit(5) says a reader may."""
    return next((kind for key, kind in KINDS.items() if key in record), None)


def mistakes(schema, record):
    """What is wrong with it, a line each; of its kind only, since what it is
    not says nothing."""
    found = []
    for error in schema.iter_errors(record):
        kinds = [e for e in error.context
                 if list(e.schema_path)[:1] == [
                     list(KINDS.values()).index(kind_of(record))]] \
            if kind_of(record) else []
        found += ["%s: %s" % ("/".join(map(str, e.absolute_path)), e.message)
                  for e in kinds or [error]]
    return found
