#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""contacts.py - rsvpctl contacts, as somebody at a terminal and a program call
it.  All people in here are invented."""
import json
import os
import pty
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site
from tap import done, ok, skip, write

USAGE, DATAERR, NOINPUT, CANTCREAT = 64, 65, 66, 73

RULES = """\
contacts = ( "contacts.txt", "Connections.csv" );
rules = ( { name = "x"; when = { known = "name"; }; do = "reply:thanks"; } );
"""
CONTACTS = """\
# my people
Jane Doe <jane@example.com> @close
X
Richard Roe linkedin.com/in/roe
"""
CONNECTIONS = """\
First Name,Last Name,URL,Email Address,Company,Position,Connected On
Jane,Doe,https://www.linkedin.com/in/jane,,,,08 Feb 2026
,,,,,,09 Feb 2026
Ann,Sample,https://www.linkedin.com/in/ann,,,,10 Feb 2026
"""
GOOGLE = """\
First Name,Last Name,Labels,E-mail 1 - Value
Jane,Doe,* myContacts ::: Book club,jane@example.com
Mum,,,
,,* myContacts,
Bob,Example,,bob
Ann,Sample,,
"""


def check(name, result, code, out=(), err=()):
    """Words that must be there; None: nothing at all may be printed there."""
    good = result.code == code
    for words, got in ((out, result.out), (err, result.err)):
        good = good and (got == "" if words is None else
                         all(word in got for word in words))
    return ok(good, name, "want code %s\nstdout %s\nstderr %s\ngot %s"
              % (code, out, err, result))


def contacts(site, *arguments, **how):
    return site.run("rsvpctl", "-c", "DIR/c.conf", "contacts", *arguments,
                    **how)


def objects(result):
    return [json.loads(line) for line in result.out.splitlines()]


def files(site):
    write(site.path("users", "alice", "rules.conf"), RULES)
    write(site.path("users", "alice", "contacts.txt"), CONTACTS)
    write(site.path("users", "alice", "Connections.csv"), CONNECTIONS)
    write(site.path("users", "alice", "thanks.txt"), "Thank you.\n")
    write(site.path("google.csv"), GOOGLE)
    write(site.path("invited.csv"), "From,To,Sent At,Message,Direction\n"
          "Alice,Jane Doe,,\"a\nb\",OUTGOING\nJohn Doe,Alice,,,INCOMING\n")


# --- words that are wrong ----------------------------------------------------

# arguments, words of standard error
MISTAKES = [
    ((), ""),
    (("frob",), 'rsvpctl contacts: there is no "frob"\n'),
    (("list",), "list takes a user or a file\n"),
    (("list", "a", "b"), "list takes a user or a file\n"),
    (("list", "--user", "alice", "x"), "list does not take this option\n"),
    (("list", "--frob"), "unrecognized option '--frob'\n"),
    (("find", "Jane Doe"), "find takes --user and whom to look for\n"),
    (("find", "--user", "alice"), "find takes --user and whom to look for\n"),
    (("find", "--user", "../bob", "x"), '"../bob" is no user\'s name\n'),
    (("find", "--user", "alice", "--all", "x"),
     "find does not take this option\n"),
    (("check",), "check takes a file, or several\n"),
    (("check", "--replace", "x"), "check does not take this option\n"),
    (("diff", "x"), "diff takes an old and a new file\n"),
    (("diff", "--name", "a", "x", "y"), "diff does not take this option\n"),
    (("import", "x"), "import takes --user and a file\n"),
    (("import", "--user", "alice"), "import takes --user and a file\n"),
]


def mistakes(site):
    for arguments, words in MISTAKES:
        check("contacts " + " ".join(arguments), contacts(site, *arguments),
              USAGE, None, (words, "Usage: rsvpctl contacts list|find|check|"))


# --- check -------------------------------------------------------------------

def check_action(site):
    path = site.path("google.csv")
    refused = ("%s:3: refused: neither a name of two words nor an address or "
               "profile\n%s:5: refused: an address that is none\n"
               % (path, path))
    summary = "%s: Google Contacts CSV, 2 people, 1 row skipped, 2 refused\n"
    result = contacts(site, "check", "DIR/google.csv")
    check("check: rows that are refused", result, DATAERR,
          (refused + summary % path,), None)
    ok("skipped:" not in result.out, "what is skipped is not shown")
    check("check --all: the skipped as well",
          contacts(site, "check", "--all", "DIR/google.csv"), DATAERR,
          ("%s:4: skipped: no name, address or profile\n" % path,
           summary % path), None)
    check("check: all is well, and a file that is missing",
          contacts(site, "check", "DIR/none", "DIR/invited.csv"), NOINPUT,
          ("invited.csv: Invitations.csv, 1 person, 1 row skipped, 0 refused",
           ), ("rsvpctl: %s: No such file" % site.path("none"),))
    check("check: standard input", contacts(site, "check", "-",
                                            stdin=b"Jane Doe\nJane Doe\n"), 0,
          ("standard input: contacts.txt, 2 people (1 of them again), 0 rows "
           "skipped, 0 refused\n",), None)
    check("check: NUL octets", contacts(site, "check", "-",
                                        stdin=b"Jane\0Doe\n"), DATAERR, None,
          ("rsvpctl: standard input: not text (it holds NUL octets)\n",))
    utf16 = "First Name\tLast Name\r\nJürgen\tDoe\r\n".encode("utf-16")
    check("check: UTF-16", contacts(site, "check", "-", stdin=utf16), 0,
          ("Connections.csv, 1 person",), None)
    many = contacts(site, "check", "-", stdin=b"X\n" * 25)
    check("check: no more than twenty", many, DATAERR,
          ("standard input:20: ", "... and 5 more; --all shows them\n"), None)
    ok("input:21:" not in many.out, "not the next one", str(many))
    check("check --all: more than twenty",
          contacts(site, "check", "--all", "-", stdin=b"X\n" * 25), DATAERR,
          ("standard input:25: refused: ",), None)
    result = contacts(site, "check", "--json", "DIR/google.csv",
                      "DIR/invited.csv")
    google, invited = objects(result)
    ok(result.code == DATAERR and google["format"] == "Google Contacts CSV" and
       (google["people"], google["skipped"], google["refused"]) == (2, 1, 2)
       and [row["line"] for row in google["rows"]] == [3, 5] and
       google["rows"][1] == {"line": 5, "refused": True,
                             "why": "an address that is none"} and
       invited["file"] == site.path("invited.csv") and invited["rows"] == [],
       "check --json", str(result))


def progress(site):
    """Only for somebody who waits at a terminal."""
    rows = b"Jane Doe\n" * 70000
    quiet = contacts(site, "check", "-", stdin=rows)
    check("progress: none in a pipe", quiet, 0, ("70000 people",), None)
    ours, theirs = pty.openpty()
    contacts(site, "check", "-", stdin=rows, stderr=theirs)
    os.close(theirs)
    shown = os.read(ours, 4096)
    os.close(ours)
    ok(b"65536 rows" in shown and shown.rstrip(b" ").endswith(b"\r"),
       "progress: on a terminal", repr(shown))


# --- list, find and diff -----------------------------------------------------

def list_action(site):
    check("list: a file", contacts(site, "list", "DIR/google.csv"), 0,
          ("Jane Doe <jane@example.com> @Book-club\nAnn Sample\n",),
          ("google.csv: 2 rows refused, the first in line 3\n",))
    result = contacts(site, "list", "alice")
    ok(result.code == 0 and result.out ==
       "Jane Doe <jane@example.com> @close\n"
       "Richard Roe linkedin.com/in/roe\n"
       "Jane Doe https://www.linkedin.com/in/jane\n"
       "Ann Sample https://www.linkedin.com/in/ann\n" and
       "rsvpctl: alice/contacts.txt: 1 row refused" in result.err,
       "list: a user", str(result))
    again = contacts(site, "list", "-", stdin=result.out.encode())
    ok(again.out == result.out, "list: what is printed can be read",
       str(again))
    people = objects(contacts(site, "list", "--json", "alice"))
    ok(people[0] == {"file": "alice/contacts.txt", "line": 2,
                     "name": "Jane Doe", "addresses": ["jane@example.com"],
                     "profile": "", "groups": ["close"]} and
       people[3]["file"] == "alice/Connections.csv" and
       people[3]["line"] == 4, "list --json", str(people))
    check("list: nobody", contacts(site, "list", "-", stdin=b""), 0, None,
          None)
    check("list: what would move the cursor",
          contacts(site, "list", "-",
                   stdin=b"Jane Doe https://x.example/in/j?\x1b[2J\n"), 0,
          ("Jane Doe https://x.example/in/j??[2J\n",), None)
    check("list: a user without a folder", contacts(site, "list", "carol"),
          NOINPUT, None, ("carol: No such file or directory\n",))
    write(site.path("users", "bob", "rules.conf"), "contacts = 7;\n")
    check("list: a user with broken rules", contacts(site, "list", "bob"),
          DATAERR, None, ("rsvpctl: bob/rules.conf:1: ",))
    write(site.path("users", "bob", "rules.conf"),
          'contacts = "none"; rules = ();\n')
    check("list: a file that is missing there", contacts(site, "list", "bob"),
          DATAERR, None, ("rsvpctl: bob/none: No such file",))


# who, and by what it is known in contacts.txt, in Connections.csv, and at all
FIND = [
    ("DOE, Jané", "name, Jane Doe @close", "name, Jane Doe",
     "name, Jane Doe @close"),
    ("Jane Doe (She/Her)", "name, Jane Doe @close", "name, Jane Doe",
     "name, Jane Doe @close"),
    ("JANE@example.com", "email, Jane Doe @close", "no",
     "email, Jane Doe @close"),
    ("https://de.linkedin.com/in/Jane?x=y", "no", "profile, Jane Doe",
     "profile, Jane Doe"),
    ("in/jane", "no", "profile, Jane Doe", "profile, Jane Doe"),
    ("roe", "profile, Richard Roe", "no", "profile, Richard Roe"),
    ("Jane", "no", "profile, Jane Doe", "profile, Jane Doe"),
    ("John Stranger", "no", "no", "no"),
    ("...", "no", "no", "no"),
]


def find_action(site):
    for who, text, csv, known in FIND:
        result = contacts(site, "find", "--user", "alice", who)
        ok(result.code == 0 and result.out ==
           "alice/contacts.txt: %s\nalice/Connections.csv: %s\nknown: %s\n"
           % (text, csv, known), "find " + who, str(result))
    result = contacts(site, "find", "--json", "--user", "alice", "in/jane")
    ok(objects(result) == [{
        "files": [{"file": "alice/contacts.txt", "known": "no", "name": "",
                   "groups": []},
                  {"file": "alice/Connections.csv", "known": "profile",
                   "name": "Jane Doe", "groups": []}],
        "known": "profile", "name": "Jane Doe", "groups": []}],
       "find --json", str(result))
    result = contacts(site, "find", "--json", "--user", "alice", "Jane Doe")
    ok(objects(result)[0]["groups"] == ["close"], "find --json: groups",
       str(result))
    check("find: a user without a folder",
          contacts(site, "find", "--user", "carol", "x"), NOINPUT, None,
          ("carol: No such file",))


def diff_action(site):
    old, new = site.path("users", "alice", "Connections.csv"), "DIR/google.csv"
    result = contacts(site, "diff", "DIR/users/alice/contacts.txt", new)
    ok(result.code == 0 and result.out ==
       "- Richard Roe linkedin.com/in/roe\n+ Ann Sample\n"
       "1 lost, 1 gained, 1 in both\n", "diff", str(result))
    check("diff: the same people in two formats", contacts(site, "diff", old,
                                                           new),
          0, ("0 lost, 0 gained, 2 in both\n",))
    lost, gained, counts = objects(contacts(
        site, "diff", "--json", "DIR/users/alice/contacts.txt", new))
    ok((lost["change"], lost["name"], lost["line"]) ==
       ("lost", "Richard Roe", 4) and
       (gained["change"], gained["name"], gained["line"]) ==
       ("gained", "Ann Sample", 6) and
       counts == {"lost": 1, "gained": 1, "both": 1}, "diff --json",
       str((lost, gained, counts)))
    check("diff: a file that is missing", contacts(site, "diff", old,
                                                   "DIR/none"),
          NOINPUT, None, ("none: No such file",))


# --- import ------------------------------------------------------------------

def folder(site):
    return sorted(os.listdir(site.path("users", "alice")))


def import_file(site, *arguments, **how):
    return contacts(site, "import", "--user", "alice", *arguments, **how)


def import_action(site):
    before = folder(site)
    check("import", import_file(site, "DIR/google.csv"), 0,
          ("google.csv:3: refused: ", "Google Contacts CSV, 2 people",
           "alice/google.csv written\n"
           "alice/rules.conf does not name it yet and needs:\n"
           'contacts = ( "contacts.txt", "Connections.csv", "google.csv" );\n'
           ), None)
    ok(folder(site) == sorted(before + ["google.csv"]) and
       read(site, "google.csv") == GOOGLE and
       read(site, "rules.conf") == RULES, "it is there, the rules unchanged")
    check("import: once more", import_file(site, "DIR/invited.csv", "--name",
                                           "google.csv"), CANTCREAT,
          ("Invitations.csv, 1 person",),
          ("rsvpctl: alice/google.csv is there already; --replace ",))
    ok(read(site, "google.csv") == GOOGLE, "the old one stays")
    check("import: in its place", import_file(
        site, "DIR/invited.csv", "--name", "google.csv", "--replace"), 0,
        ("alice/google.csv written\n",), None)
    ok(read(site, "google.csv").startswith("From,To,"), "it was replaced")
    check("import: what the rules name", import_file(
        site, "--replace", "DIR/users/alice/Connections.csv"), 0,
        ("alice/rules.conf names it already\n",), None)
    result = import_file(site, "--json", "--name", "x.csv", "DIR/google.csv")
    got = objects(result)[0]
    ok(got["as"] == "x.csv" and got["people"] == 2 and got["refused"] == 2 and
       got["named"] is False and got["needs"] ==
       'contacts = ( "contacts.txt", "Connections.csv", "x.csv" );',
       "import --json", str(result))
    os.rename(site.path("users", "alice", "rules.conf"), site.path("r"))
    check("import: no rules yet", import_file(
        site, "--replace", "--name", "x.csv", "DIR/google.csv"), 0,
        ('alice has no rules.conf yet; "rsvpctl policy use" makes one that '
         "names it\n",), None)
    os.rename(site.path("r"), site.path("users", "alice", "rules.conf"))
    import_names(site)
    import_nothing(site)
    rules_of_sixteen(site)


def read(site, name):
    with open(site.path("users", "alice", name), encoding="utf-8") as file:
        return file.read()


# what the file is called here, and there
NAMES = [
    ("My contacts (2).csv", "My-contacts-2.csv"),
    (".hidden.csv", "hidden.csv"),
    ("..csv", "csv.txt"),
    ("Ünï$(id)`x`.csv", "n-id-x.csv"),
    ("a\nb.csv", "a-b.csv"),
]


def import_names(site):
    for name, there in NAMES:
        write(site.path(name), CONTACTS)
        check("import: called %r" % name,
              import_file(site, "DIR/" + name), 0,
              ("alice/%s written\n" % there,), None)
    check("import: standard input", import_file(
        site, "-", stdin=GOOGLE.encode()), 0,
        ("alice/Google-Contacts-CSV.csv written\n",))
    for name in ("rules.conf", "x.CONF", "../x", ".x", "", "a b",
                 "x" * 101):
        check("import --name %r" % name, import_file(
            site, "--replace", "--name", name, "DIR/google.csv"), USAGE, (),
            ("cannot be the name of the file",))
    ok(read(site, "rules.conf") == RULES, "rules.conf is not replaced")
    check("import: a template", import_file(
        site, "--replace", "--name", "thanks.txt", "DIR/google.csv"),
        CANTCREAT, (), ("alice/thanks.txt is a template of the rules",))
    check("import: a long name", import_file(
        site, "--name", "x" * 100, "DIR/google.csv"), 0, (), None)


def import_nothing(site):
    before = folder(site)
    check("import: nobody in it", import_file(site, "-", stdin=b"X\n"),
          DATAERR, ("contacts.txt, 0 people",),
          ("nothing of it can be used, so it was not imported\n",))
    check("import: few in it", import_file(
        site, "-", stdin=b"X\nY\nJane Doe\n"), DATAERR, (),
        ("less than half of it can be used",))
    check("import: no text", import_file(site, "-", stdin=b"\0"), DATAERR,
          None, ("not text",))
    check("import: a file that is missing", import_file(site, "DIR/none"),
          NOINPUT, None, ("none: No such file",))
    check("import: for nobody", contacts(
        site, "import", "--user", "carol", "DIR/google.csv"), NOINPUT, None,
        ("carol: No such file",))
    ok(folder(site) == before, "nothing was written", str(folder(site)))


def rules_of_sixteen(site):
    names = ", ".join('"%d.txt"' % i for i in range(16))
    write(site.path("users", "alice", "rules.conf"),
          "contacts = ( %s ); rules = ();\n" % names)
    check("import: the seventeenth file", import_file(
        site, "--name", "more.csv", "DIR/google.csv"), 0,
        (names + ', "more.csv" );\nbut with one file less: 16 are the most\n',
         ), None)
    write(site.path("users", "alice", "rules.conf"), "rules = 1;\n")
    check("import: broken rules", import_file(
        site, "--name", "again.csv", "DIR/google.csv"), 0,
        ('once that is mended, again.csv is to be named in the list '
         '"contacts"\n',),
        ("rsvpctl: alice/rules.conf:1: ",))
    write(site.path("users", "alice", "rules.conf"), RULES)


def permissions(site):
    """Of the folder of a user, who is nobody where the tests run as root."""
    alice = site.path("users", "alice")
    for mode, want in ((0o755, 0o644), (0o750, 0o640), (0o700, 0o600)):
        os.chmod(alice, mode)
        import_file(site, "--replace", "--name", "m.csv", "DIR/google.csv",
                    as_root=True)
        found = os.stat(os.path.join(alice, "m.csv"))
        ok(found.st_mode & 0o7777 == want and
           found.st_uid == os.stat(alice).st_uid,
           "import: into a folder of mode %04o" % mode, str(found))
    os.chmod(alice, 0o555)
    result = import_file(site, "--name", "n.csv", "DIR/google.csv")
    check("import: a folder that is closed", result, CANTCREAT, (),
          ("rsvpctl: alice/n.csv: Permission denied\n",))
    os.chmod(alice, 0o755)
    os.symlink(site.path("google.csv"), os.path.join(alice, "link.csv"))
    check("import: over a link", import_file(
        site, "--replace", "--name", "link.csv", "DIR/invited.csv"), 0, (),
        None)
    with open(site.path("google.csv"), encoding="utf-8") as file:
        ok(file.read() == GOOGLE and
           not os.path.islink(os.path.join(alice, "link.csv")),
           "what it led to is as it was")
    ok(not [name for name in folder(site) if name.startswith(".")],
       "nothing is left over", str(folder(site)))
    os.chmod(alice, 0o775)
    check("import: a folder that others may write", import_file(
        site, "--name", "o.csv", "DIR/google.csv"), NOINPUT, None,
        ("group or others may write it",))
    os.chmod(alice, 0o755)


def as_root(site):
    if not ROOT:
        skip("not root", "root gives itself up")
        return
    alice = site.path("users", "alice")
    site.settings(user='"nobody"')
    os.chown(alice, 0, 0)
    check("import: root's own folder", import_file(
        site, "--name", "root.csv", "DIR/google.csv", as_root=True), 0, (),
        None)
    ok(os.stat(os.path.join(alice, "root.csv")).st_uid == 0,
       "what is in it is root's")
    check("list: the filter may read that",
          contacts(site, "list", "alice", as_root=True), 0, ("Jane Doe",))
    os.chmod(alice, 0o700)
    check("find: what the filter may not read is not there",
          contacts(site, "find", "--user", "alice", "Jane Doe", as_root=True),
          NOINPUT, None, ("alice: Permission denied\n",))
    os.chmod(alice, 0o755)
    os.chown(alice, 4711, 0)
    check("import: a folder of a stranger", import_file(
        site, "--name", "s.csv", "DIR/google.csv", as_root=True), NOINPUT,
        None, ("alice: belongs to user id 4711, refused\n",))
    # One who is no user of the system, as on a host of virtual users.
    os.chown(site.path("users"), 4711, 0)
    check("import: a folder whose owner has no name", import_file(
        site, "--name", "s.csv", "DIR/google.csv", as_root=True), 0,
        ("alice/s.csv written\n",), None)
    ok(os.stat(os.path.join(alice, "s.csv")).st_uid == 4711, "it is the owner's")
    os.chown(site.path("users"), 0, 0)


def used(site):
    """What is imported is what the filter then knows."""
    write(site.path("users", "bob", "rules.conf"),
          'contacts = "google.csv"; rules = ();\n')
    contacts(site, "import", "--user", "bob", "DIR/invited.csv", "--name",
             "google.csv", as_root=True)
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "check", "bob")
    check("check: the filter knows whom was imported", result, 0,
          ("bob: 0 rules, 1 contact",), None)


def main():
    site = Site()
    try:
        for part in (mistakes, check_action, progress, list_action,
                     find_action, diff_action, import_action, permissions,
                     as_root, used):
            site.restore()
            files(site)
            if ROOT:
                own(site)
            part(site)
    finally:
        site.remove()
    done()


def own(site):
    """All of it is nobody's, as what the set-up made is."""
    users = site.path("users")
    owner = os.stat(users)
    for where, _, names in os.walk(users):
        for path in [where] + [os.path.join(where, name) for name in names]:
            os.lchown(path, owner.st_uid, owner.st_gid)


if __name__ == "__main__":
    main()
