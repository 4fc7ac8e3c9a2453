# SPDX-License-Identifier: BSD-2-Clause
"""verifiers.py - real programs that write Authentication-Results.

Labs of Postfix with OpenDKIM or rspamd before the filter, as a site has them.
"""
import os
import shutil

from dns import NameServer, read_keys
from lab import SAMPLES, absent, wait_until, write
from postfix_lab import PostfixLab
from postfix_lab import missing as no_postfix

HOST = "mx.example.net"  # their authserv-id, which is Postfix's own name
KEYS = os.path.join(SAMPLES, "keys", "test.keys")


def missing(*programs):
    """Why these labs cannot be set up here, or None."""
    return no_postfix() or absent(*programs)


class VerifierLab(PostfixLab):
    """A program with a folder and a unix socket of its own, then ours."""

    def start_before(self):
        folder = self.path("verifier")
        os.makedirs(folder)
        os.chown(folder, self.owner.pw_uid, self.owner.pw_gid)
        self.start_verifier()
        path = os.path.join(folder, "sock")
        wait_until(lambda: os.path.exists(path), "the verifier")
        return ["unix:" + path]


class OpenDkimLab(VerifierLab):
    """OpenDKIM, then the filter."""

    CONF = """\
Mode v
AuthservID %(host)s
AlwaysAddARHeader yes
TestPublicKeys %(keys)s
Socket local:%(folder)s/verifier/sock
UMask 000
UserID nobody:nogroup
Background no
PidFile %(folder)s/verifier/pid
RequireSafeKeys no
RemoveARAll yes
Syslog no
"""

    def start_verifier(self):
        # The tree may be closed to whom it runs as.
        keys = shutil.copy(KEYS, self.folder)
        write(self.path("opendkim.conf"), self.CONF % {
            "host": HOST, "keys": keys, "folder": self.folder})
        self.spawn("/usr/sbin/opendkim", "-f", "-x",
                   self.path("opendkim.conf"), log="verifier.log")


class RspamdLab(VerifierLab):
    """rspamd, then the filter; keys and SPF from a name server of ours."""

    CONF = """\
lua = "/usr/share/rspamd/rules/rspamd.lua";
options {
  filters = "dkim";
  pidfile = "%(folder)s/verifier/pid";
  tempdir = "%(folder)s/verifier";
  history_file = "%(folder)s/verifier/history";
  local_addrs = "192.0.2.0/24";
  dns { nameserver = "127.0.0.1:%(dns)d"; timeout = 1s; retransmits = 2; }
}
logging { type = "file"; filename = "%(folder)s/verifier/log"; level = "info"; }
actions { reject = 1000; }
worker "rspamd_proxy" {
  bind_socket = "%(folder)s/verifier/sock mode=0666 owner=nobody";
  milter = yes; timeout = 60s; count = 1;
  upstream "local" { default = yes; self_scan = yes; }
}
modules {
  path = "/usr/share/rspamd/plugins/milter_headers.lua";
  path = "/usr/share/rspamd/plugins/spf.lua";
}
milter_headers { use = ["authentication-results"]; }
dkim { }
spf { }
"""

    def start_verifier(self):
        records = read_keys(KEYS)
        records["bounce.linkedin.com"] = "v=spf1 ip4:108.174.0.0/16 -all"
        self.dns = NameServer(records)
        write(self.path("rspamd.conf"), self.CONF % {
            "folder": self.folder, "dns": self.dns.port})
        self.spawn("/usr/bin/rspamd", "-f", "-u", "nobody", "-g", "nogroup",
                   "-c", self.path("rspamd.conf"), log="verifier.log")

    def stop(self):
        super().stop()
        if hasattr(self, "dns"):
            self.dns.stop()
