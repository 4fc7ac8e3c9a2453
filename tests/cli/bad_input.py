#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bad_input.py - mistakes of an admin, and what our programs say to them.

Every row is a mistake, who is to notice it, the code of sysexits(3), and the
words, which name file and line, or path.  A running filter that notices one at
a reload keeps its old set.  Root gives itself up first, so that permissions
count; rows that need root say so.
"""
import os
import shutil
import signal
import socket
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from site_folder import ROOT, Site, wait_until
from tap import done, ok, skip, write

USAGE, DATAERR, NOINPUT, UNAVAILABLE = 64, 65, 66, 69
CANTCREAT, NOPERM, CONFIG = 73, 77, 78

# --- Mistakes in files, noticed by whoever reads them ------------------------

def pack(old, new):
    """Changes the shipped pack where old first stands in a line of its own."""
    def change(site):
        path = site.path("packs", "linkedin.conf")
        with open(path, encoding="utf-8") as file:
            text = file.read()
        assert old in text
        site.line = text[:text.index(old)].count("\n") + 1
        write(path, text.replace(old, new, 1))
    return change


def settings(**changes):
    """Also takes Alice's domain away, so that a set in force would show."""
    changes.setdefault("users", '{ domains = ( "example.org" ); '
                       'dir = "DIR/users"; }')
    return lambda site: site.settings(**changes)


def no_packs(site):
    os.unlink(site.path("packs", "linkedin.conf"))


def closed_packs(site):
    os.chmod(site.path("packs"), 0)


def packs_twice(site):
    shutil.copyfile(site.path("packs", "linkedin.conf"),
                    site.path("packs", "linkedin-new.conf"))


def no_packs_folder(site):
    shutil.rmtree(site.path("packs"))


def no_settings(site):
    os.unlink(site.path("c.conf"))


def closed_settings(site):
    os.chmod(site.path("c.conf"), 0)


def settings_are_a_folder(site):
    os.unlink(site.path("c.conf"))
    os.mkdir(site.path("c.conf"))


# name, what is wrong, code, words; {line} is of pack()
FILES = [
    ("a pack with a broken pattern",
     pack("password|sign_in", "(password|sign_in"), CONFIG,
     "DIR/packs/linkedin.conf:{line}: rule linkedin/template-security: "
     "offset 53: missing closing parenthesis"),
    ("a pack with an unknown key", pack("unless = ", "unles = "), CONFIG,
     "DIR/packs/linkedin.conf:{line}: unknown setting unles "
     "(did you mean unless?)"),
    ("a pack with an unknown type",
     pack('type = "security"', 'type = "secrecy"'), CONFIG,
     'DIR/packs/linkedin.conf:{line}: '),
    ("a pack that is cut", pack("rules = (", "rules = ("[:-2]), CONFIG,
     "DIR/packs/linkedin.conf:"),
    ("a folder without packs", no_packs, CONFIG,
     "DIR/c.conf:2: packs: DIR/packs: no *.conf in this folder"),
    ("a pack and its copy", packs_twice, CONFIG,
     'DIR/packs/linkedin.conf:9: name: "linkedin" is the name of another '
     "pack, in DIR/packs/linkedin-new.conf"),
    ("a folder of packs that is missing", no_packs_folder, CONFIG,
     "DIR/c.conf:2: packs: DIR/packs: No such file or directory"),
    ("an unreadable folder of packs", closed_packs, CONFIG,
     "DIR/c.conf:2: packs: DIR/packs: Permission denied"),
    ("an unknown setting", settings(dry_rum="true"), CONFIG,
     "DIR/c.conf:9: unknown setting dry_rum (did you mean dry_run?)"),
    ("an unknown setting of a group", settings(reply="{ hodl = 1; }"), CONFIG,
     "DIR/c.conf:9: unknown setting hodl (did you mean hold?)"),
    ("a wrong type", settings(dry_run='"no"'), CONFIG,
     "DIR/c.conf:9: dry_run: expected true or false, found a string"),
    ("a number out of range", settings(reply="{ per_user_day = 1001; }"),
     CONFIG, "DIR/c.conf:9: reply.per_user_day: must be 0 to 1000"),
    ("a time out of range", settings(reply='{ hold = "2d"; }'), CONFIG,
     "DIR/c.conf:9: reply.hold: must be 0 to 86400 seconds"),
    ("a syntax error", settings(dry_run="= true"), CONFIG,
     "DIR/c.conf:9: syntax error"),
    ("an unknown facility", settings(audit='{ syslog = "mial"; }'), CONFIG,
     'DIR/c.conf:5: audit.syslog: no facility "mial"'),
    ("a state that is neither", settings(state='"ldap:"'), CONFIG,
     'DIR/c.conf:3: state: ldap:: neither "sqlite:PATH", "redis://HOST" nor '
     '"memory:"'),
    ("a state with a password",
     settings(state='"redis://a:b@redis.example"'), CONFIG,
     'DIR/c.conf:3: state: redis: a password belongs into a file'),
    ("keys from nowhere", settings(trust='{ keys = "nis"; }'), CONFIG,
     'DIR/c.conf:7: trust.keys: keys come from "dns" or "file:PATH"'),
    ("a socket that is none", settings(socket='"/run/s"'), CONFIG,
     'DIR/c.conf:1: socket: "/run/s" is neither unix:PATH nor'),
    ("a port that is none", settings(socket='"inet:99999@127.0.0.1"'), CONFIG,
     "DIR/c.conf:1: socket: "),
    ("a network that is none", settings(internal_hosts='( "300.0.0.1" )'),
     CONFIG, 'DIR/c.conf:9: internal_hosts: "300.0.0.1" is not ADDRESS'),
    ("a route that does not compile", settings(reply='{ routes = "("; }'),
     CONFIG, 'DIR/c.conf:9: reply.routes: route "(": offset 1: missing'),
    ("a transport that is none",
     settings(reply='{ transport = "lmtp://mx:24"; }'), CONFIG,
     'DIR/c.conf:9: reply.transport: "lmtp://mx:24": neither "sendmail" nor '
     '"smtp://HOST:PORT"'),
    ("a transport with a login",
     settings(reply='{\n transport = "smtp://me@mx"; }'), CONFIG,
     'DIR/c.conf:10: reply.transport: "me@mx": not HOST:PORT'),
    ("a sender that is none", settings(reply='{ sender = "bob"; }'), CONFIG,
     'DIR/c.conf:9: reply.sender: must be "null" or "user"'),
    ("a domain that is an address",
     settings(users='{ domains = ( "alice@example.net" ); }'), CONFIG,
     'DIR/c.conf:4: users.domains: "alice@example.net" is no domain'),
    ("a domain with a blank",
     settings(users='{ domains = ( "example.org",\n "exa mple.net" ); }'),
     CONFIG, 'DIR/c.conf:5: users.domains: "exa mple.net" is no domain'),
    ("a domain with a dot in front",
     settings(users='{ domains = ( ".example.net" ); }'), CONFIG,
     'DIR/c.conf:4: users.domains: ".example.net" is no domain'),
    ("a domain for all below it",
     settings(users='{ domains = ( "*.example.net" ); }'), CONFIG,
     'DIR/c.conf:4: users.domains: "*.example.net" is no domain'),
    ("a setting made twice", settings(packs='"DIR/packs";\npacks = "/none"'),
     CONFIG, "DIR/c.conf:3: duplicate setting name"),
    ("aliases that are missing",
     settings(users='{ aliases = "DIR/none"; }'), CONFIG,
     "DIR/c.conf:4: users.aliases: DIR/none: No such file or directory"),
    ("settings that are missing", no_settings, NOINPUT,
     "DIR/c.conf: No such file or directory"),
    ("settings that cannot be read", closed_settings, NOINPUT,
     "DIR/c.conf: Permission denied"),
    ("settings that are a folder", settings_are_a_folder, CONFIG,
     "DIR/c.conf: not a regular file"),
]

# --- Mistakes that show only when the filter starts --------------------------

# name, settings, arguments, code, words, code of -n
START = [
    ("a user that does not exist", {"user": '"nosuchuser"'}, (), CONFIG,
     'DIR/c.conf: user: no user "nosuchuser" on this system', CONFIG),
    ("a user that does not exist, by -u", {}, ("-u", "nosuchuser"), CONFIG,
     '-u: no user "nosuchuser" on this system', CONFIG),
    ("a group that does not exist", {}, ("-u", "nobody:nosuchgroup"), CONFIG,
     '-u: no group "nosuchgroup" on this system', CONFIG),
    ("a group of the socket that does not exist",
     {"socket_group": '"nosuchgroup"'}, (), CONFIG,
     'DIR/c.conf: socket_group: no group "nosuchgroup"', CONFIG),
    ("a user that we may not become", {}, ("-u", "daemon"), NOPERM,
     "cannot become user daemon: ", 0),
    ("a socket that is none, by -p", {}, ("-p", "DIR/run/s"), CONFIG,
     "-p: \"DIR/run/s\" is neither unix:PATH nor inet:PORT@HOST", CONFIG),
    ("every address, by -p", {}, ("-p", "inet:8891"), CONFIG,
     "-p: \"inet:8891\" would listen on every address", CONFIG),
    ("a socket whose folder is missing", {"socket": '"unix:DIR/none/s"'}, (),
     UNAVAILABLE, "unix:DIR/none/s: cannot listen: No such file or directory",
     0),
    ("a socket whose folder is closed", {"socket": '"unix:DIR/closed/s"'}, (),
     UNAVAILABLE, "unix:DIR/closed/s: cannot listen: Permission denied", 0),
    ("a file where the socket should be", {"socket": '"unix:DIR/c.conf"'}, (),
     UNAVAILABLE, "DIR/c.conf is there and is no socket; it is left alone", 0),
    ("a port in use", {"socket": '"inet:%PORT@127.0.0.1"'}, (), UNAVAILABLE,
     "inet:%PORT@127.0.0.1: cannot listen: Address already in use", 0),
    ("a host of the other family", {"socket": '"inet:%PORT@::1"'}, (),
     UNAVAILABLE, "inet:%PORT@::1: host ::1: ", 0),
    ("an audit file in a closed folder",
     {"audit": '{ file = "DIR/closed/audit"; }'}, (), UNAVAILABLE,
     "audit.file: DIR/closed/audit: Permission denied", 0),
    ("an audit file that is a folder", {"audit": '{ file = "DIR/log"; }'}, (),
     UNAVAILABLE, "audit.file: DIR/log: Is a directory", 0),
    ("a state in a closed folder",
     {"state": '"sqlite:DIR/closed/db"', "dry_run": "false"}, (), UNAVAILABLE,
     "state: DIR/closed/db: Permission denied", 0),
    ("a state whose folder is missing",
     {"state": '"sqlite:DIR/none/db"', "dry_run": "false"}, (), UNAVAILABLE,
     "state: DIR/none/db: No such file or directory", 0),
    ("a state that is another file",
     {"state": '"sqlite:DIR/c.conf"', "dry_run": "false"}, (), UNAVAILABLE,
     "state: DIR/c.conf: mode 0644 refused, it must be 0600", 0),
    ("keys that are missing", {"trust": '{ keys = "file:DIR/none"; }'}, (),
     UNAVAILABLE, "trust.keys: DIR/none: No such file or directory", 0),
    ("a pid file in a closed folder", {"pid_file": '"DIR/closed/pid"'}, (),
     CANTCREAT, "pid_file: DIR/closed/pid: Permission denied", 0),
]

# --- A user's folder, noticed by "rsvpctl check" -----------------------------

RULE = '{ name = "x"; when = { %s }; do = [ %s ]; }'


def rules(when="", do='"deliver"', head=""):
    text = "%s\nrules = (\n  %s\n);\n" % (head, RULE % (when, do))
    return lambda site: write(site.path("users", "alice", "rules.conf"), text)


def no_rules(site):
    os.unlink(site.path("users", "alice", "rules.conf"))


def open_rules(site):
    os.chmod(site.path("users", "alice", "rules.conf"), 0o666)


USERS = [
    ("an unknown condition", rules("typ = 1;"),
     'alice/rules.conf:3: rule "x": unknown setting typ (did you mean type?)'),
    ("an unknown type", rules('type = "invite";'),
     'alice/rules.conf:3: '),
    ("a broken pattern", rules('headline = "(";'), "alice/rules.conf:3: "),
    ("an unknown action", rules(do='"delete"'), "alice/rules.conf:3: "),
    ("a hold on a name alone", rules('name = "x";', '"quarantine"'),
     "alice/rules.conf:3: "),
    ("a syntax error", rules("type = ;"), "alice/rules.conf:3: syntax error"),
    ("contacts that are missing", rules(head='contacts = "none.txt";'),
     "alice/none.txt: No such file or directory"),
    ("a template that is missing", rules(do='"draft:none"'),
     "alice: DIR/templates/none.txt: No such file or directory"),
    ("rules that are missing", no_rules,
     "alice/rules.conf: No such file or directory"),
    ("rules that anybody may write", open_rules, "alice/rules.conf: "),
]


# --- What settings name, noticed by "rsvpctl check" --------------------------

def state_is_text(site):
    write(site.path("state", "state.db"), "not a database\n")
    os.chmod(site.path("state", "state.db"), 0o600)


def no_more(site):
    """The settings alone are wrong."""


# name, settings, what else, code, words
NAMED = [
    ("a missing folder of templates", {"templates": '"DIR/none"'}, no_more, 0,
     "warning: DIR/c.conf:6: templates: DIR/none: No such file or directory"),
    ("a program for answers that is missing",
     {"reply": '{\n enabled = true;\n sendmail = "DIR/none"; }'}, no_more,
     CONFIG, "MISTAKE: DIR/c.conf:11: reply.sendmail: DIR/none: No such file"),
    ("a program for drafts that cannot be run",
     {"reply": '{ drafts = true; sendmail = "DIR/c.conf"; }'}, no_more, CONFIG,
     "MISTAKE: DIR/c.conf:9: reply.sendmail: DIR/c.conf: Permission denied"),
    ("a folder for that program",
     {"reply": '{ drafts = true; sendmail = "DIR/log"; }'}, no_more, CONFIG,
     "MISTAKE: DIR/c.conf:9: reply.sendmail: DIR/log: no program"),
    ("a program that SMTP does not need",
     {"reply": '{ enabled = true; sendmail = "DIR/none"; '
      'transport = "smtp://[::1]:1"; }'}, no_more, 0, "0 broken"),
    ("a program for answers that nobody gets",
     {"reply": '{ sendmail = "DIR/none"; }'}, no_more, 0, "0 broken"),
    ("a state whose folder is missing",
     {"state": '"sqlite:DIR/none/s.db"', "dry_run": "false"}, no_more, CONFIG,
     "MISTAKE: DIR/c.conf:3: state: DIR/none: No such file or directory"),
    ("a state in a closed folder",
     {"state": '"sqlite:DIR/closed/s.db"', "dry_run": "false"}, no_more,
     CONFIG, "MISTAKE: DIR/c.conf:3: state: DIR/closed: Permission denied"),
    ("a state that is no database", {"dry_run": "false"}, state_is_text,
     CONFIG, "MISTAKE: DIR/c.conf:3: state: DIR/state/state.db: "),
    ("a state that a dry run does not need",
     {"state": '"sqlite:DIR/none/s.db"', "dry_run": "true"}, no_more, 0,
     "warning: DIR/c.conf:3: state: DIR/none: No such file or directory"),
    ("a state in memory", {"state": '"memory:"', "dry_run": "false"}, no_more,
     0, "0 broken"),
    ("an audit file whose folder is missing",
     {"audit": '{ file = "DIR/none/a"; }'}, no_more, CONFIG,
     "MISTAKE: DIR/c.conf:5: audit.file: DIR/none: No such file or directory"),
    ("an audit file that is a folder", {"audit": '{ file = "DIR/closed"; }'},
     no_more, CONFIG,
     "MISTAKE: DIR/c.conf:5: audit.file: DIR/closed: Permission denied"),
    ("keys that are missing", {"trust": '{ keys = "file:DIR/none"; }'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:7: trust.keys: DIR/none: No such"),
    ("no domain", {"users": '{ dir = "DIR/users"; }'}, no_more, 0,
     "warning: users.domains: empty: nobody's mail is looked at"),
    ("a socket whose folder is missing", {"socket": '"unix:DIR/none/s"'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:1: socket: DIR/none: No such file"),
    ("a socket whose folder is a file", {"socket": '"unix:DIR/c.conf/s"'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:1: socket: DIR/c.conf: Not a dir"),
    ("a socket whose folder systemd makes",
     {"socket": '"unix:/run/rsvp-none/s"'}, no_more, 0,
     "warning: DIR/c.conf:1: socket: /run/rsvp-none: No such file"),
    ("a file in the place of the socket", {"socket": '"unix:DIR/c.conf"'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:1: socket: DIR/c.conf is there and"),
    ("a folder in the place of the socket", {"socket": '"unix:DIR/log"'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:1: socket: DIR/log is there and"),
    ("a socket that only root can make", {"socket": '"unix:DIR/closed/s"'},
     no_more, 0, "0 broken"),
    ("a pid file whose folder is missing", {"pid_file": '"DIR/none/pid"'},
     no_more, CONFIG, "MISTAKE: DIR/c.conf:8: pid_file: DIR/none: No such"),
    ("a pid file that is a folder", {"pid_file": '"DIR/log"'}, no_more, CONFIG,
     "MISTAKE: DIR/c.conf:8: pid_file: DIR/log: a folder"),
    ("no pid file", {"pid_file": '""'}, no_more, 0, "0 broken"),
    ("signatures that nobody checks",
     {"trust": '{ keys = "file:DIR/test.keys"; dkim = "off"; }'}, no_more, 0,
     "warning: DIR/c.conf:7: trust.dkim: off, and trust.authserv_ids names"),
    ("signatures that are checked elsewhere",
     {"trust": '{ keys = "file:DIR/test.keys"; dkim = "off";'
               ' authserv_ids = ( "mx.example.net" ); }'}, no_more, 0,
     "0 broken"),
    ("a verifier without a name",
     {"trust": '{ keys = "file:DIR/test.keys"; authserv_ids = ( "" ); }'},
     no_more, 0, "warning: DIR/c.conf:7: trust.authserv_ids: an empty name"),
]


def check(name, result, code, words, where="err"):
    got = getattr(result, where)
    good = result.code == code and words in got
    ok(good, name, "want code %d and\n%s\ngot %s" % (code, words, result))


def words_of(site, words, port=0):
    return words.replace("DIR", site.folder).replace("%PORT", str(port)) \
        .replace("{line}", str(getattr(site, "line", 0)))


def readers(site):
    """Whoever reads the files says the same."""
    for name, spoil, code, words in FILES:
        spoil(site)
        want = words_of(site, words)
        for program, arguments in (("rsvp-milter", ("-n",)),
                                   ("rsvp-milter", ("-f",)),
                                   ("rsvp-milter", ()),
                                   ("rsvpctl", ())):
            what = " ".join((program,) + arguments)
            last = ("check",) if program == "rsvpctl" else ()
            result = site.run(program, *arguments, "-c", "DIR/c.conf", *last)
            check("%s: %s" % (what, name), result, code, want)
        tidy(site)


def tidy(site):
    if os.path.isdir(site.path("c.conf")):
        os.rmdir(site.path("c.conf"))
    elif os.path.exists(site.path("c.conf")):
        os.chmod(site.path("c.conf"), 0o644)
    if os.path.isdir(site.path("packs")):
        os.chmod(site.path("packs"), 0o755)
    site.restore()


def starts(site):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for name, changes, arguments, code, words, checked in START:
            site.settings(**{key: value.replace("%PORT", str(port))
                             for key, value in changes.items()})
            want = words_of(site, words, port)
            for flag in ("-f", "-n"):
                if flag == "-n":
                    code, want = checked, want if checked else ""
                check("rsvp-milter %s: %s" % (flag, name), site.run(
                    "rsvp-milter", flag, "-c", "DIR/c.conf", *arguments),
                    code, want)
            site.restore()
        # The process that the shell waits for has the code too.
        site.settings(socket='"unix:DIR/none/s"')
        check("in the background the code is the same",
              site.run("rsvp-milter", "-c", "DIR/c.conf"), UNAVAILABLE,
              "No such file or directory")
        site.restore()


def roots(site):
    """What only root can do wrong."""
    name = "root without a user"
    if not ROOT:
        skip("needs root", name)
        skip("needs root", "settings that only root can read")
        return
    check("rsvp-milter -f: " + name,
          site.run("rsvp-milter", "-f", "-c", "DIR/c.conf", as_root=True),
          CONFIG, "will not run as root: set user in %s, or use -u"
          % site.path("c.conf"))
    check("rsvp-milter -n: " + name,
          site.run("rsvp-milter", "-n", "-c", "DIR/c.conf", as_root=True),
          0, "")
    os.chown(site.path("c.conf"), 0, 0)
    os.chmod(site.path("c.conf"), 0o600)
    check("settings that only root can read",
          site.run("rsvp-milter", "-f", "-c", "DIR/c.conf", "-u", "nobody",
                   as_root=True),
          NOINPUT, "c.conf: Permission denied")
    os.unlink(site.path("run", "s"))
    site.restore()


def users(site):
    for name, spoil, words in USERS:
        spoil(site)
        result = site.run("rsvpctl", "-c", "DIR/c.conf", "check")
        check("rsvpctl check: " + name, result, DATAERR,
              "TAG ONLY: " + words_of(site, words), "out")
        site.restore()


def named(site):
    for name, changes, spoil, code, words in NAMED:
        site.settings(**changes)
        spoil(site)
        check("rsvpctl check: " + name,
              site.run("rsvpctl", "-c", "DIR/c.conf", "check"), code,
              words_of(site, words), "out")
        site.restore()
        for made in ("state.db", "state.db-wal", "state.db-shm"):
            if os.path.exists(site.path("state", made)):
                os.unlink(site.path("state", made))
    ok(not os.listdir(site.path("state")), "rsvpctl check makes no file",
       os.listdir(site.path("state")))


def as_the_filter(site):
    """Root sees what the filter's user sees, and makes nothing as root."""
    names = ("a closed folder", "a user nobody has", "closed settings")
    if not ROOT:
        for name in names:
            skip("needs root", "rsvpctl check by root: " + name)
        return
    for name, changes, mode, code, words, where in (
            (names[0], {"state": '"sqlite:DIR/closed/s.db"',
                        "dry_run": "false", "user": '"nobody"'}, 0o644, CONFIG,
             "DIR/c.conf:3: state: DIR/closed: Permission denied", "out"),
            (names[1], {"user": '"nosuchuser"'}, 0o644, CONFIG,
             'DIR/c.conf:9: user: no user "nosuchuser" on this system', "err"),
            (names[2], {"user": '"nobody"'}, 0o600, NOINPUT,
             "as user nobody: DIR/c.conf: Permission denied", "err")):
        site.settings(**changes)
        os.chown(site.path("c.conf"), 0, 0)
        os.chmod(site.path("c.conf"), mode)
        check("rsvpctl check by root: " + name,
              site.run("rsvpctl", "-c", "DIR/c.conf", "check", as_root=True),
              code, words_of(site, words), where)
        os.chmod(site.path("c.conf"), 0o644)
        site.restore()


def reloads(site):
    """Not one mistake takes the set away that is in force."""
    if not ok(site.start(), "the filter starts", site.log()):
        return
    for number, (name, spoil, _, words) in enumerate(FILES, 1):
        spoil(site)
        before = len(site.log())
        site.child.send_signal(signal.SIGHUP)
        wait_until(lambda: "reloaded" in site.log()[before:])
        record = site.send("Q%d" % number)
        lines = site.log()[before:].splitlines()
        want = "not reloaded, the old set stays in force: " + \
            words_of(site, words)
        got = (record["type"], record["recipients"][0]["rule"])
        ok(len(lines) == 2 and want in lines[0] and "Q%d: " % number in
           lines[1] and got == ("invitation", "all"), "reload: " + name,
           "want one line: %s\ngot:\n%s\nmail: %s"
           % (want, "\n".join(lines), got))
        tidy(site)
    before = len(site.log())
    site.child.send_signal(signal.SIGUSR1)
    wait_until(lambda: "reloaded" in site.log()[before:])
    ok("reloaded %s: 1 pack" % site.path("c.conf") in site.log()[before:],
       "reload: mended", site.log()[before:])


def second_filter(site):
    """A running filter keeps its socket; a dead one's is taken."""
    site.settings(pid_file='"DIR/run/second"')
    check("a socket in use by a running filter",
          site.run("rsvp-milter", "-f", "-c", "DIR/c.conf"), UNAVAILABLE,
          "%s: another filter listens there" % site.path("run", "s"))
    site.settings()
    ok(site.send("Q-second")["type"] == "invitation",
       "the running filter still has its socket", site.log())
    site.stop()
    ok(os.path.exists(site.path("run", "s")), "a dead filter's socket is left")
    ok(site.start() and site.send("Q-third")["type"] == "invitation",
       "and taken over by the next one", site.log())
    site.stop()


def closed_descriptors(site):
    """Log lines must not land in the file that became standard error."""
    if ok(site.start(site.close_standard), "started with nothing open"):
        site.send("Q-closed")
        with open(site.path("log", "audit.jsonl"), encoding="utf-8") as file:
            ok(all(line.startswith("{") for line in file),
               "the audit file has records only")
        site.stop()


SITE = Site()
try:
    readers(SITE)
    starts(SITE)
    roots(SITE)
    users(SITE)
    named(SITE)
    as_the_filter(SITE)
    reloads(SITE)
    second_filter(SITE)
    closed_descriptors(SITE)
finally:
    SITE.remove()
done()
