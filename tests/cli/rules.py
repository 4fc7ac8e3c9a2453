#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rules.py - "rsvpctl rules": what is put in force, and what never is."""
import fcntl
import os
import pty
import resource
import signal
import stat
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site
from tap import done, ok, run, skip, write

USAGE, DATAERR, NOINPUT, SOFTWARE, CANTCREAT, TEMPFAIL, NOPERM = \
    64, 65, 66, 70, 73, 75, 77

OLD = '# old\nfrom_name = "Old";\n'
NEW = 'from_name = "New";\nrules = ( { name = "a"; when = { };\n' \
      '  do = "reply:and-you-are"; } );\n'
BAD = 'from_name = "Bad";\n\nrulse = ( );\n'
MISTAKE = "alice/rules.conf:3: unknown setting rulse (did you mean rules?)\n"


class Rules:
    """A site with alice's rules, called by their owner."""

    def __init__(self, site):
        self.site = site
        self.path = site.path("users", "alice", "rules.conf")

    def begin(self, rules=OLD):
        """Everything as it should be."""
        self.site.restore()
        write(self.path, rules)
        write(self.site.path("new.conf"), NEW)
        write(self.site.path("bad.conf"), BAD)
        os.makedirs(self.site.path("tmp"), exist_ok=True)
        if ROOT:
            for name in ("tmp", "users/alice/rules.conf"):
                os.chown(self.site.path(name), os.stat(
                    self.site.path("users")).st_uid, -1)

    def editor(self, script):
        """A command that runs it; "$1" is the file."""
        return write(self.site.path("editor"), "#!/bin/sh\n" + script, 0o755)

    def call(self, *arguments, before=None, as_root=False, user="alice",
             stdin="", **environment):
        """before() runs in the program's process, as root if we are."""
        def prepare():
            if before is not None:
                before()
            if ROOT and not as_root:
                self.site.drop_root()
        words = [word.replace("DIR", self.site.folder) for word in arguments]
        if user is not None:
            words += ["--user", user]
        environment.setdefault("VISUAL", "")
        return run("/usr/bin/env", "TMPDIR=" + self.site.path("tmp"),
                   *("%s=%s" % item for item in environment.items()),
                   self.site.path("rsvpctl"), "-c", self.site.path("c.conf"),
                   "rules", *words, stdin=stdin.encode(), before=prepare)

    def now(self):
        with open(self.path, encoding="utf-8") as file:
            return file.read()

    def left(self):
        """What is beside the rules, and in the folder for editors."""
        return sorted(set(os.listdir(os.path.dirname(self.path))) -
                      {"rules.conf"}), os.listdir(self.site.path("tmp"))


def check(name, rules, result, code, now, out="", err="", left=0):
    """now: what the rules are then; left: texts that are left to be seen."""
    beside, texts = rules.left()
    good = (result.code == code and rules.now() == now and
            out in result.out and err in result.err and
            (err != "" or result.err == "") and not beside and
            len(texts) == left)
    for text in texts:
        good = good and rules.site.path("tmp", text) in result.err
        os.unlink(rules.site.path("tmp", text, "rules.conf"))
        os.rmdir(rules.site.path("tmp", text))
    return ok(good, name, "want code %s, out %r, err %r; now %r, beside %s, "
              "left %s\n%s" % (code, out, err, rules.now(), beside, texts,
                               result))


def checked(rules):
    rules.begin()
    for name, arguments, stdin, code, out, err in (
            ("what is there", ("check",), "", 0,
             "alice: 0 rules, 0 contacts\n", ""),
            ("a file", ("check", "DIR/new.conf"), "", 0, "alice: 1 rule", ""),
            ("a file with a mistake", ("check", "DIR/bad.conf"), "", DATAERR,
             "", "rsvpctl: " + MISTAKE),
            ("standard input", ("check", "-"), BAD, DATAERR, "", MISTAKE),
            ("a file that is missing", ("check", "DIR/none"), "", NOINPUT, "",
             "none: No such file or directory\n"),
            ("too large a one", ("check", "-"), "#" * 65537, DATAERR, "",
             "larger than 65536 bytes\n"),
            ("contacts that are missing", ("check", "-"),
             'contacts = "friends.txt";', DATAERR, "",
             "alice/friends.txt: No such file or directory\n"),
            ("a template that is missing", ("check", "-"),
             NEW.replace("and-you-are", "none"), DATAERR, "",
             "templates/none.txt: No such file or directory\n")):
        check("check: " + name, rules, rules.call(*arguments, stdin=stdin),
              code, OLD, out, err)
    rules.begin(BAD)
    check("check: what is there has a mistake", rules, rules.call("check"),
          DATAERR, BAD, "", MISTAKE)


def installed(rules):
    for mode in (0o644, 0o640, 0o600, 0o444):
        rules.begin()
        os.chmod(rules.path, mode)
        before = os.stat(rules.path)
        result = rules.call("install", "DIR/new.conf")
        check("install: a file", rules, result, 0, NEW, "alice: 1 rule, ")
        after = os.stat(rules.path)
        ok((before.st_mode, before.st_uid, before.st_gid) ==
           (after.st_mode, after.st_uid, after.st_gid) and
           before.st_ino != after.st_ino, "install: mode %o stays" % mode,
           "%s\n%s" % (before, after))
    rules.begin()
    check("install: standard input", rules,
          rules.call("install", stdin=NEW), 0, NEW, "alice: 1 rule, ")
    check("install: a mistake", rules,
          rules.call("install", "DIR/bad.conf"), DATAERR, NEW, "", MISTAKE)
    check("install: nothing at all is no mistake", rules,
          rules.call("install"), 0, "", "alice: 0 rules")
    rules.begin()
    os.unlink(rules.path)
    check("install: the first rules", rules,
          rules.call("install", "DIR/new.conf"), 0, NEW, "alice: 1 rule, ")
    ok(stat.S_IMODE(os.stat(rules.path).st_mode) == 0o644,
       "install: who may read the folder may read them")
    os.unlink(rules.path)
    os.chmod(os.path.dirname(rules.path), 0o2750)
    rules.call("install", "DIR/new.conf")
    ok(stat.S_IMODE(os.stat(rules.path).st_mode) == 0o640,
       "install: who may not, may not")


def refused(rules):
    folder = os.path.dirname(rules.path)
    other = rules.site.path("other")

    def link():
        os.rename(rules.path, other)
        os.symlink(other, rules.path)

    for name, spoil, words in (
            ("a link", link, "alice/rules.conf: a symbolic link, refused\n"),
            ("a second name", lambda: os.link(rules.path, other),
             "alice/rules.conf: has 2 names (hard links), refused\n"),
            ("a file that others may write",
             lambda: os.chmod(rules.path, 0o646), "(mode 0646), refused\n"),
            ("a folder that its group may write",
             lambda: os.chmod(folder, 0o775), "(mode 0775), refused\n"),
            ("a foreign file", lambda: os.chown(rules.path, 4711, 4711),
             "alice/rules.conf: belongs to user id 4711, refused\n"),
            ("root's file", lambda: os.chown(rules.path, 0, 0),
             "it belongs to user id 0 and group id 0, which cannot be kept"),
            ("another's folder", lambda: os.chown(folder, 0, 0),
             "alice: the folder belongs to user id 0; only root and its owner "
             "may change the rules in it\n")):
        if "chown" in spoil.__code__.co_names and not ROOT:
            skip("needs root", name)
            continue
        for action in ("install", "edit"):
            rules.begin()
            spoil()
            result = rules.call(
                action, *(("DIR/new.conf",) if action == "install" else ()),
                EDITOR=rules.editor('echo "# more" >>"$1"\n'))
            check("%s: %s" % (action, name), rules, result,
                  CANTCREAT if "root's" in name else NOPERM, OLD, "", words,
                  left=action == "edit" and "root's" in name)
            os.path.lexists(other) and os.unlink(other)
            os.unlink(rules.path)
    rules.begin()
    check("no folder", rules, rules.call("install", user="bob"), NOINPUT, OLD,
          "", "bob: No such file or directory\n")
    check("no folder to check", rules, rules.call("check", user="bob"),
          NOINPUT, OLD, "", "bob: no folder in ")
    for words in ((), ("frob",), ("edit", "x"), ("install", "x", "y"),
                  ("check", "--frob")):
        check("usage: " + " ".join(words), rules, rules.call(*words), USAGE,
              OLD, "", "Usage: rsvpctl rules ")
    check("no user", rules, rules.call("check", user=None), USAGE, OLD, "",
          "rsvpctl rules: whose? --user USER\n")
    check("no user's name", rules, rules.call("edit", user="../bob"), USAGE,
          OLD, "", '"../bob" is no user\'s name\n')


def without_room():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8, 8))


def edited(rules):
    rules.begin()
    more = rules.editor('echo "# more" >>"$1"\n')
    check("edit: a line more", rules, rules.call("edit", EDITOR=more), 0,
          OLD + "# more\n", "alice: 0 rules")
    rules.begin()
    check("edit: VISUAL comes first", rules, rules.call(
        "edit", VISUAL=more, EDITOR="false"), 0, OLD + "# more\n", "alice: ")
    rules.begin()
    check("edit: an editor with arguments", rules, rules.call(
        "edit", EDITOR="sed -i s/Old/Young/"), 0, OLD.replace("Old", "Young"),
        "alice: ")
    check("edit: one that does nothing", rules, rules.call(
        "edit", EDITOR="true"), 0, rules.now(), "nothing is changed\n")
    rules.begin()
    check("edit: one that fails", rules, rules.call("edit", EDITOR="false"),
          SOFTWARE, OLD, "", "false: it failed; nothing is changed\n", left=1)
    check("edit: a mistake, and nobody to ask", rules, rules.call(
        "edit", EDITOR="cp DIR/bad.conf".replace("DIR", rules.site.folder)),
        DATAERR, OLD, "", MISTAKE, left=1)
    other = rules.editor("echo '# other' >%s\necho '# more' >>\"$1\"\n"
                         % rules.path)
    check("edit: somebody else was quicker", rules, rules.call(
        "edit", EDITOR=other), TEMPFAIL, "# other\n", "alice: ",
        left=1, err="alice/rules.conf: somebody else has changed it "
        "meanwhile\n")
    rules.begin()
    os.unlink(rules.path)
    check("edit: somebody else made the first ones", rules, rules.call(
        "edit", EDITOR=other), TEMPFAIL, "# other\n", "alice: ",
        left=1, err="somebody else has changed it meanwhile\n")
    rules.begin()
    held = os.open(os.path.dirname(rules.path), os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    check("install: somebody else is at it", rules,
          rules.call("install", "DIR/new.conf"), TEMPFAIL, OLD, "alice: ",
          "alice/rules.conf: somebody else is changing it\n")
    os.close(held)
    check("install: a disk without room", rules, rules.call(
        "install", "DIR/new.conf", before=without_room), CANTCREAT, OLD,
        "alice: ", "alice/rules.conf: File too large\n")


def at_a_terminal(rules):
    """The editor makes a mistake, and mends it when it is called again."""
    once = rules.editor('if [ -e %(tmp)s/once ]; then rm %(tmp)s/once; cp '
                        '%(dir)s/new.conf "$1"; else : >%(tmp)s/once; cp '
                        '%(dir)s/bad.conf "$1"; fi\n'
                        % {"tmp": rules.site.path("tmp"),
                           "dir": rules.site.folder})
    for answer, code, now in ((b"\n", 0, NEW), (b"y\n", 0, NEW),
                              (b"n\n", DATAERR, OLD)):
        rules.begin()
        pid, terminal = pty.fork()
        if pid == 0:
            os.environ.update(EDITOR=once, TMPDIR=rules.site.path("tmp"))
            os.environ.pop("VISUAL", None)
            if ROOT:
                rules.site.drop_root()
            os.execl(rules.site.path("rsvpctl"), "rsvpctl", "-c",
                     rules.site.path("c.conf"), "rules", "edit", "--user",
                     "alice")
        shown = b""
        while True:
            try:
                more = os.read(terminal, 1000)
            except OSError:
                break
            if not more:
                break
            asked = b"Edit again? [Y/n] " in shown
            shown += more
            if not asked and b"Edit again? [Y/n] " in shown:
                os.write(terminal, answer)
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        ok(os.waitstatus_to_exitcode(status) == code and rules.now() == now
           and MISTAKE.strip().encode() in shown,
           "a terminal: the answer is %r" % answer,
           "code %d, now %r, shown %r" % (status, rules.now(), shown))
        for folder, _, files in os.walk(rules.site.path("tmp"),
                                        topdown=False):
            for file in files:
                os.unlink(os.path.join(folder, file))
            if folder != rules.site.path("tmp"):
                os.rmdir(folder)


def as_root(rules):
    if not ROOT:
        skip("needs root", "as root")
        return
    rules.begin()
    rules.site.settings(user='"nobody"')
    before = os.stat(rules.path)
    check("root: a file", rules, rules.call("install", "DIR/new.conf",
                                            as_root=True), 0, NEW, "alice: ")
    after = os.stat(rules.path)
    ok((before.st_uid, before.st_gid) == (after.st_uid, after.st_gid),
       "root: it stays its owner's")
    os.unlink(rules.path)
    os.chown(os.path.dirname(rules.path), 4711, 4712)
    os.chown(rules.site.path("users"), 4711, 0)
    check("root: the first one", rules, rules.call(
        "install", "DIR/new.conf", as_root=True), 0, NEW, "alice: ")
    after = os.stat(rules.path)
    ok((after.st_uid, after.st_gid) == (4711, 4712),
       "root: it is the owner's of the folder")
    rules.begin()
    rules.site.settings(user='"nobody"')
    # What root may read and the filter may not is a mistake.
    write(rules.site.path("users", "alice", "c.txt"), "Ann Sample\n", 0o600)
    result = rules.call("install", as_root=True,
                        stdin='contacts = "c.txt";\n')
    ok(result.code == DATAERR and rules.now() == OLD and
       "alice/c.txt: Permission denied\n" in result.err,
       "root: looks as the filter does", str(result))
    os.unlink(rules.site.path("users", "alice", "c.txt"))
    # A link that its owner put there leads root nowhere.
    victim = write(rules.site.path("victim"), "precious\n", 0o600)
    os.unlink(rules.path)
    os.symlink(victim, rules.path)
    result = rules.call("install", "DIR/new.conf", as_root=True)
    with open(victim, encoding="utf-8") as file:
        ok(result.code == NOPERM and file.read() == "precious\n",
           "root: follows no link", str(result))


SITE = Site()
try:
    RULES = Rules(SITE)
    checked(RULES)
    installed(RULES)
    refused(RULES)
    edited(RULES)
    at_a_terminal(RULES)
    as_root(RULES)
finally:
    SITE.remove()
done()
