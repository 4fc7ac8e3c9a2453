#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""policy.py - rsvpctl policy: ready-made rules, listed, shown and used."""
import fcntl
import json
import os
import re
import shutil
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site, copy_files
from tap import TOP, done, ok, skip, write

USAGE, DATAERR, NOINPUT, CANTCREAT, TEMPFAIL, CONFIG = 64, 65, 66, 73, 75, 78
SHIPPED = os.path.join(TOP, "rules", "policies")
OTHER = 'rules = ( { name = "mine"; when = { }; do = "deliver"; } );\n'
STRANGER = 4711


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def shipped(name):
    return read(os.path.join(SHIPPED, name + ".conf"))


class Folder:
    """Alice's, and the command that changes it."""

    def __init__(self, site, contacts="Ann Example\n", rules=None, **settings):
        self.site = site
        site.restore()
        shutil.rmtree(site.path("policies"), ignore_errors=True)
        copy_files(SHIPPED, site.path("policies"))
        site.settings(policies='"DIR/policies"', **settings)
        self.path = site.path("users", "alice")
        os.unlink(self.file("rules.conf"))
        for name, text in (("contacts.txt", contacts), ("rules.conf", rules)):
            if text is not None:
                self.own(write(self.file(name), text))

    def own(self, path):
        if ROOT:
            os.chown(path, os.stat(self.path).st_uid, -1)

    def file(self, name):
        return os.path.join(self.path, name)

    def ctl(self, *arguments, **how):
        return self.site.run("rsvpctl", "-c", "DIR/c.conf", "policy",
                             *arguments, **how)

    def use(self, name="just-ignore", *options, **how):
        return self.ctl("use", name, "--user", "alice", *options, **how)

    def content(self):
        """Every file; what is no plain one has no text."""
        return {name: read(self.file(name))
                if os.path.isfile(self.file(name)) else None
                for name in os.listdir(self.path)}


def check(name, result, code, out="", err="", **files):
    """Words, and what Alice's files must be; others there must not be."""
    folder = files.pop("folder", None)
    good = (result.code == code and out in result.out and err in result.err and
            (code != 0) == (result.err != ""))
    want = {key.replace("_", "."): text for key, text in files.items()
            if text is not None}
    got = folder.content() if folder else want
    return ok(good and got == want, "policy: " + name,
              "want code %s, %r, %r\nfiles %s\ngot %s\nfiles %s"
              % (code, out, err, sorted(want), result, sorted(got)))


def listed(site):
    folder = Folder(site)
    names = sorted(name[:-len(".conf")] for name in os.listdir(SHIPPED)
                   if name.endswith(".conf"))
    result = folder.ctl("list")
    rows = [line.split(None, 1) for line in result.out.splitlines()]
    ok(result.code == 0 and len(names) >= 20 and
       rows == [[name, shipped(name).splitlines()[0][2:]] for name in names],
       "policy: list has every policy and what it is for", str(result))
    for arguments in (("list", "--json"), ("--json", "list")):
        result = site.run("rsvpctl", "-c", "DIR/c.conf", *(
            ("--json", "policy", "list") if arguments[0] == "--json"
            else ("policy", "list", "--json")))
        objects = [json.loads(line) for line in result.out.splitlines()]
        ok([o["policy"] for o in objects] == names and
           objects[0]["purpose"] == rows[0][1] and
           objects[0]["file"] == site.path("policies", names[0] + ".conf"),
           "policy: " + " ".join(arguments), str(result))
    write(site.path("policies", "Not-one.conf"), "")
    write(site.path("policies", "bare.conf"), "rules = ();")
    os.symlink("none", site.path("policies", "gone.conf"))
    result = folder.ctl("list")
    ok(result.code == NOINPUT and "Not-one" not in result.out and
       re.search(r"(?m)^bare *$", result.out) and "zz" not in result.out and
       "gone.conf: No such file" in result.err and
       result.out.count("\n") == len(names) + 1,
       "policy: list goes on behind a file that is none", str(result))
    shutil.rmtree(site.path("policies"))
    check("list without a folder", folder.ctl("list"), NOINPUT,
          err="policies: ")


def shown(site):
    folder = Folder(site)
    result = folder.ctl("show", "forgeries")
    ok(result.code == 0 and result.out == shipped("forgeries"),
       "policy: show prints the file", str(result))
    result = folder.ctl("show", "forgeries", "--json")
    ok(json.loads(result.out)["text"] == shipped("forgeries"),
       "policy: show --json", str(result))
    check("show one that is not there", folder.ctl("show", "none"), NOINPUT,
          err='/policies/none.conf: No such file or directory; "rsvpctl '
              'policy list" says which there are\n')
    write(site.path("policies", "empty.conf"), "")
    result = folder.ctl("show", "empty")
    ok(result.code == 0 and result.out == "", "policy: show an empty file")


def used(site):
    folder, ignore = Folder(site), shipped("just-ignore")
    kept = {"folder": folder, "contacts_txt": "Ann Example\n"}
    check("use", folder.use(), 0, "alice: rules.conf is just-ignore now\n",
          rules_conf=ignore, **kept)
    mode = stat.S_IMODE(os.stat(folder.file("rules.conf")).st_mode)
    ok(mode == 0o644, "policy: who may read the folder may read it",
       oct(mode))
    result = site.run("rsvpctl", "-c", "DIR/c.conf", "check", "alice")
    ok(result.code == 0 and "alice: 2 rules, 1 contact" in result.out,
       "policy: it is in force", str(result))
    before = os.stat(folder.file("rules.conf")).st_ino
    check("use the same again", folder.use(), 0,
          "alice: rules.conf is just-ignore already\n", rules_conf=ignore,
          **kept)
    ok(os.stat(folder.file("rules.conf")).st_ino == before,
       "policy: what is the same is not written")
    check("use another", folder.use("forgeries"), CANTCREAT,
          err="alice has another rules.conf; --force replaces it, and keeps "
              "it as rules.conf.old\n", rules_conf=ignore, **kept)
    kept["rules_conf_old"] = ignore
    check("use another by force", folder.use("forgeries", "--force"), 0,
          "alice: rules.conf is forgeries now; the old one is "
          "rules.conf.old\n", rules_conf=shipped("forgeries"), **kept)
    result = folder.use("group-mail", "--force", "--json")
    ok(json.loads(result.out) == {"user": "alice", "policy": "group-mail",
                                  "changed": True, "kept_old": True} and
       folder.content()["rules.conf.old"] == shipped("forgeries"),
       "policy: use --json", str(result))
    os.chmod(folder.path, 0o700)
    folder.use("forgeries", "--force")
    mode = stat.S_IMODE(os.stat(folder.file("rules.conf")).st_mode)
    ok(mode == 0o600, "policy: whose folder is closed has closed rules",
       oct(mode))


CARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Example\nEND:VCARD\n"
CSV = "First Name,Last Name,E-mail Address\nAnn,Example,ann@example.org\n"

# The name of a case, what is in the folder, and the files that are named then;
# None: those of the policy.
OWN_CONTACTS = (
    ("only a CSV", {"phone.CSV": CSV}, ("phone.CSV",)),
    ("in the order of their names",
     {"z.vcf": CARD, "a.csv": CSV, "contacts.txt": "Ann Example\n"},
     ("a.csv", "contacts.txt", "z.vcf")),
    ("nothing that is no contacts",
     {"contacts.txt": "Ann Example\n", "and-you-are.txt": "Subject: x\n\nx\n",
      ".a.csv": CSV, "rules.conf.old": OTHER}, None),
    ("a text of another name, and a template",
     {"friends.txt": "Ann Example\n", "hello.txt": "Subject: x\n\nx\n"},
     ("friends.txt",)),
    ("those of the rules before",
     {"friends.txt": "Ann Example\n", "a.csv": CSV,
      "rules.conf": 'contacts = ( "friends.txt" );\n' + OTHER},
     ("friends.txt",)),
    ("as found, where the rules before have a mistake",
     {"a.csv": CSV, "rules.conf": 'contacts = ( "none.txt" )\nrules'},
     ("a.csv",)),
    ("a name that must be quoted",
     {'x".csv': CSV, "y\\.csv": CSV}, ('x\\".csv', "y\\\\.csv")),
    ("as many as there may be",
     {"%02d.csv" % i: CSV for i in range(16)},
     tuple("%02d.csv" % i for i in range(16))),
)


def own_contacts(site):
    """The rules name the files that the user has."""
    for name, files, named in OWN_CONTACTS:
        folder = Folder(site, contacts=None)
        for file, text in files.items():
            folder.own(write(folder.file(file), text))
        result = folder.use("just-ignore", "--force")
        want = shipped("just-ignore")
        if named is not None:
            want = re.sub(r"(?m)^contacts = .*$",
                          lambda _: "contacts = ( %s );" % ", ".join(
                              '"%s"' % file for file in named), want)
        got = folder.content().get("rules.conf")
        ok(result.code == 0 and got == want, "policy: contacts: " + name,
           "%s\n%s" % (result, got))
    folder = Folder(site, contacts=None)
    for i in range(17):
        folder.own(write(folder.file("%02d.csv" % i), CSV))
    result = folder.use()
    ok(result.code == DATAERR and "more than 16 files" in result.err and
       "rules.conf" not in folder.content(), "policy: contacts: too many",
       str(result))
    for i in range(17):
        os.unlink(folder.file("%02d.csv" % i))


def judged_as_the_filter_does(site):
    """What the filter would refuse is not made a user's rules."""
    folder = Folder(site, contacts=None)
    folder.own(write(folder.file("a.csv"), CSV))
    folder.own(write(folder.file("Takeout.zip"), "PK\003\004 and no more"))
    result = folder.use()
    ok(result.code == DATAERR and "alice/Takeout.zip: " in result.err and
       "rules.conf" not in folder.content(), "policy: an archive of others",
       str(result))
    os.unlink(folder.file("Takeout.zip"))
    holder = os.open(folder.path, os.O_RDONLY)
    fcntl.flock(holder, fcntl.LOCK_EX)
    result = folder.use()
    ok(result.code == TEMPFAIL and "rules.conf" not in folder.content(),
       "policy: somebody else is at it", str(result))
    os.close(holder)
    check("nobody else", folder.use(), 0, "just-ignore now")


def refused(site):
    """Nothing is changed, whatever is missing."""
    folder = Folder(site, contacts=None, rules=OTHER)
    check("no contacts", folder.use("just-ignore", "--force"), DATAERR,
          err="alice/contacts.txt: No such file or directory; "
              "\"rsvpctl contacts import\" puts contacts there\n",
          folder=folder, rules_conf=OTHER)
    folder = Folder(site, rules=OTHER, templates='"DIR/closed"')
    same = {"folder": folder, "rules_conf": OTHER,
            "contacts_txt": "Ann Example\n"}
    check("no template", folder.use("ask-back", "--force"), DATAERR,
          err="/closed/and-you-are.txt: No such file or directory\n", **same)
    for name in ("and-you-are", "where-from"):
        folder.own(write(folder.file(name + ".txt"), "Hello, {owner}\n"))
    check("templates of one's own", folder.use("ask-back", "--force"), 0,
          rules_conf_old=OTHER, rules_conf=shipped("ask-back"),
          folder=None)
    folder.own(write(folder.file("where-from.txt"), "Hello {nobody}\n"))
    check("a template that is none", folder.use("which-project", "--force"),
          DATAERR, err="/closed/")
    check("a broken one of one's own", folder.use("ask-back"), DATAERR,
          err="alice/where-from.txt:1: ")
    folder = Folder(site, rules=OTHER)
    same["folder"] = folder
    write(site.path("policies", "broken.conf"), "rules = (\n  { nme = 1; } );")
    check("rules that are none", folder.use("broken", "--force"), DATAERR,
          err="/policies/broken.conf:2: ", **same)
    check("one that is not there", folder.use("none"), NOINPUT,
          err="/policies/none.conf: No such file", **same)
    check("no folder", folder.ctl("use", "forgeries", "--user", "bob"),
          NOINPUT, err="/users/bob: No such file or directory; make a folder "
          "for this user first\n", **same)
    os.chmod(folder.path, 0o777)
    check("a folder that others may write", folder.use("forgeries"), NOINPUT,
          err="/users/alice: group or others may write it", **same)
    os.chmod(folder.path, 0o555)
    check("a folder that we may not write",
          folder.use("forgeries", "--force"), CANTCREAT,
          err="alice/rules.conf.old: Permission denied\n", **same)
    os.chmod(folder.path, 0o755)
    folder.site.settings(policies='"DIR/policies"', users='{ dir = "DIR/no"; }')
    check("no folder of users", folder.use("forgeries"), NOINPUT,
          err="users.dir: ", **same)


def links(site):
    folder, ignore = Folder(site), shipped("just-ignore")
    write(site.path("outside"), "outside")
    os.symlink(site.path("outside"), folder.file("rules.conf"))
    check("rules that are a link", folder.use("just-ignore", "--force"),
          CANTCREAT, err="alice/rules.conf: a symbolic link, refused; nothing "
          "was changed\n")
    os.unlink(folder.file("rules.conf"))
    folder.own(write(folder.file("rules.conf"), OTHER))
    os.symlink(site.path("outside"), folder.file("rules.conf.old"))
    check("an old file that is a link", folder.use("just-ignore", "--force"),
          0, folder=folder, rules_conf=ignore, rules_conf_old=OTHER,
          contacts_txt="Ann Example\n")
    ok(read(site.path("outside")) == "outside" and
       not os.path.islink(folder.file("rules.conf.old")),
       "policy: nothing is written through a link")
    folder = Folder(site)
    os.mkdir(folder.file("rules.conf"))
    check("rules that are a folder", folder.use("just-ignore", "--force"),
          CANTCREAT, err="alice/rules.conf: not a regular file, refused; "
          "nothing was changed\n")
    os.rmdir(folder.file("rules.conf"))


USAGE_ROWS = [
    ("no action", (), "Usage: rsvpctl policy list|show NAME|use NAME"),
    ("another action", ("drop",), 'there is no "drop"\n'),
    ("list takes nothing", ("list", "forgeries"), "list takes no policy\n"),
    ("show which", ("show",), "show takes one policy\n"),
    ("show takes no user", ("show", "forgeries", "--user", "alice"),
     "show does not take this option\n"),
    ("use which", ("use", "--user", "alice"), "use takes one policy\n"),
    ("use two", ("use", "a", "b", "--user", "alice"),
     "use takes one policy\n"),
    ("for whom", ("use", "forgeries"), "use needs --user\n"),
    ("nobody's name", ("use", "forgeries", "--user", "../alice"),
     '"../alice" is no user\'s name\n'),
    ("a path", ("use", "../users/alice/rules", "--user", "alice"),
     '"../users/alice/rules" is no policy\'s name\n'),
    ("an empty name", ("show", ""), '"" is no policy\'s name\n'),
    ("too long a name", ("show", "a" * 65), 'is no policy\'s name\n'),
    ("an unknown option", ("list", "--frob"), "'--frob'\n"),
]


def usage(site):
    folder = Folder(site)
    for name, arguments, words in USAGE_ROWS:
        check(name, folder.ctl(*arguments), USAGE, err=words)
    check("as long a name as there may be", folder.ctl("show", "a" * 64),
          NOINPUT, err="No such file")


def as_root(site):
    """Root asks as the filter, and writes as the folder's owner."""
    if not ROOT:
        skip("not root", "policy: root becomes the owner")
        return
    folder = Folder(site, user='"nobody"')
    group = os.stat(folder.path).st_gid
    for path in (site.path("users"), folder.path,
                 folder.file("contacts.txt")):
        os.chown(path, STRANGER, group)
    os.chmod(folder.path, 0o2750)
    check("root", folder.use(as_root=True), 0, "just-ignore now")
    state = os.stat(folder.file("rules.conf"))
    ok((state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) ==
       (STRANGER, group, 0o640), "policy: it belongs to the folder's owner",
       str(state))
    os.chmod(folder.file("contacts.txt"), 0o600)
    check("root, and contacts that the filter cannot read",
          folder.use("just-ignore", as_root=True), DATAERR,
          err="contacts.txt: Permission denied\n")
    folder = Folder(site, user='"nobody"')
    for path in (site.path("users"), folder.path):
        os.chown(path, 0, 0)
    check("root's own folder", folder.use(as_root=True), 0, "just-ignore now")
    ok(os.stat(folder.file("rules.conf")).st_uid == 0,
       "policy: it belongs to root there")
    site.settings(policies='"DIR/policies"', user='"no-such-user"')
    check("no such user", folder.use("forgeries", as_root=True), CONFIG,
          err='user: no user "no-such-user" on this system\n')


SITE = Site()
try:
    for TEST in (listed, shown, used, own_contacts,
                 judged_as_the_filter_does, refused, links, usage, as_root):
        TEST(SITE)
finally:
    SITE.remove()
done()
