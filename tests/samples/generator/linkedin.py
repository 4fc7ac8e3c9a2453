# SPDX-License-Identifier: BSD-2-Clause
"""A notification of LinkedIn's: its header, ids, links and MIME frame by year.

Shapes only, as publicly documented; every token, number and person is made up
here.  Layouts of the bodies are in the files named after the types.
"""

from generator import wire


# What stands behind the time in a Message-ID, until that year.
MESSAGE_ID = (
    (2011, ".JavaMail.app@ech3-cdn%.2s.prod"),
    (2015, ".JavaMail.app@ela4-app%.4s.prod"),
    (2016, ".JavaMail.app@lva1-app%.4s.prod"),
    (2021, ".JavaMail.app@lva1-app%.4s.prod.linkedin.com"),
    (9999, "@ltx1-app%s.prod.linkedin.com"),
)


class Notice:
    """One mail in the making; add to text and html, then ask for bytes."""

    def __init__(self, sample, when, to, subject, sender, template="", *,
                 lang="en", made="", class_="", reply_to=(), headers=True,
                 sent_by="", extra=(), encoding="quoted-printable"):
        self.sample = sample
        self.dice = wire.Dice(sample)
        self.ms = wire.milliseconds(when)
        self.year = int(when[:4])
        self.to = to
        self.subject = subject
        self.sender = sender              # (display name, address)
        self.template = template
        self.lang = lang
        self.made = wire.milliseconds(made or when) - 17400
        self.class_ = class_ or ("EMAIL-DEFAULT" if template else "")
        self.reply_to = reply_to    # values of Reply-To fields
        self.headers = headers      # False: a gateway took X-LinkedIn-* off
        self.sent_by = sent_by      # the Sender field
        self.extra = extra          # further (name, value)
        self.encoding = encoding
        self.text = []
        self.html = ""

    # Ids.

    @property
    def eid(self):
        """recipient-time-number, in base 36."""
        member = wire.base36(self.dice_of_recipient.number("member", 2 ** 30))
        if not self.to.name:
            member = "-" + member
        return "%s-%s-%s" % (member, wire.base36(self.ms - 640),
                             self.dice.token("n", 2, wire.Dice.LOWER))

    @property
    def dice_of_recipient(self):
        return wire.Dice(self.to.address)

    @property
    def invitation_id(self):
        return self.made << 22 | self.dice.number("invitation", 1 << 22)

    @property
    def mailbox_id(self):
        """Of the copy in the site's own inbox: a little later."""
        return (self.made + 8350) << 22 | self.dice.number("box", 1 << 22)

    @property
    def shared_key(self):
        return self.dice.token("key", 8)

    @property
    def message_id(self):
        first = self.dice.number("first", 2 ** 31)
        second = self.dice.number("second", 9000000) + 1000000
        n = self.dice.number("host", 90000) + 10000
        host = next(host for until, host in MESSAGE_ID if self.year < until)
        return "<%d.%d.%d%s>" % (first, second, self.ms, host % n)

    @property
    def boundary(self):
        return "----=_Part_%d_%d.%d" % (
            self.dice.number("part", 9000000) + 1000000,
            self.dice.number("boundary", 2 ** 31), self.ms - 8)

    # Links.

    @property
    def mid_token(self):
        return "AQ" + self.dice_of_recipient.token("mid", 12)

    @property
    def lipi(self):
        return "urn%%3Ali%%3Apage%%3Aemail_%s%%3B%s%%3D%%3D" % (
            self.template, self.dice.token("lipi", 22).replace(
                "_", "%2F").replace("-", "%2B"))

    def loid(self, what):
        return "AQ" + self.dice.token("loid" + what, 48)

    def url(self, path, spot, query=""):
        """A tracked link; spot names the place in the mail: module-n-role."""
        eid = self.eid.replace("-", "~")
        trk = "trk=eml-%s-%s&trkEmail=eml-%s-%s-null-%s" % (
            self.template, spot, self.template, spot, eid)
        mid = "midToken=" + self.mid_token
        sig = "midSig=" + self.dice.token("sig", 14)
        if self.year < 2018:
            parts = [query, mid, trk.replace("~", "%7E")]
        elif self.year < 2023:
            parts = [query, mid, sig, trk, "lipi=" + self.lipi]
        else:
            parts = [query, "lipi=" + self.lipi, mid, sig, trk + "-null-null",
                     "eid=" + self.eid, "otpToken=" + self.dice.token(
                         "otp", 48) + "%3D%3D"]
        return "https://www.linkedin.com/%s?%s" % (
            path, "&".join(part for part in parts if part))

    def profile(self, person, spot):
        """Until 2016 by number, then by name."""
        if self.year > 2016:
            return self.url("comm/in/" + person.slug, spot)
        return self.url("comm/profile/view", spot, "id=" + self.profile_no(
            person) + "&authType=name&authToken=" + self.dice.token("at", 4))

    def profile_no(self, person):
        return "AAsAAA" + wire.Dice(person.name).token("profile", 33)

    def service(self, parameter, spot="", article=""):
        """The older /e/v2 links: t=lun unsubscribes, a=... asks for help."""
        parts = ["e=" + self.eid, parameter]
        if self.to.name or parameter == "t=lun":
            parts.append("midToken=" + self.mid_token)
        parts += ["ek=" + self.template, spot]
        if article:
            parts.append("articleId=" + article)
        if parameter == "t=lun":
            parts += ["loid=" + self.loid(spot), "eid=" + self.eid]
        return "https://www.linkedin.com/e/v2?" + "&".join(
            part for part in parts if part)

    @property
    def unsubscribe(self):
        if self.year < 2023:
            return self.service("t=lun", "m=unsub&ts=unsub")
        return self.url("comm/psettings/email-unsubscribe",
                        "unsubscribe-0-footerglimmer",
                        "loid=" + self.loid("unsubscribe"))

    @property
    def help(self):
        if self.year < 2023:
            return self.service("a=customerServiceUrl", "m=footer&ts=help",
                                "67")
        return self.url("help/linkedin/answer/67", "help-0-footerglimmer",
                        "lang=" + self.lang)

    @property
    def why(self):
        if self.year < 2023:
            return self.service("a=customerServiceUrl", article="4788")
        return self.url("help/linkedin/answer/4788",
                        "SecurityHelp-0-footerglimmer", "lang=" + self.lang)

    # The whole.

    def fields(self):
        """The header in the order of its year."""
        name, address = self.sender
        f = {
            "From": wire.mailbox(name, address),
            "To": wire.mailbox(self.to.name, self.to.address),
            "Subject": wire.encoded(self.subject),
            "Date": wire.date(self.ms),
            "Message-ID": self.message_id,
            "MIME-Version": "1.0",
        }
        boundary = 'boundary="%s"' % self.boundary
        f["Content-Type"] = ("multipart/alternative; \n\t" if self.year < 2022
                             else "multipart/alternative; ") + boundary
        if not self.html:
            f["Content-Type"] = "text/plain; charset=UTF-8"
            f["Content-Transfer-Encoding"] = self.encoding
        order = ("Date From Message-ID Subject MIME-Version Content-Type "
                 "Content-Transfer-Encoding To" if self.year >= 2026 else
                 "From Message-ID Subject MIME-Version Content-Type "
                 "Content-Transfer-Encoding To Date" if self.year >= 2015 else
                 "Date From To Message-ID Subject MIME-Version Content-Type "
                 "Content-Transfer-Encoding").split()
        if self.sent_by:
            yield "Sender", self.sent_by
        for key in order:
            if key in f:
                yield key, f[key]
        yield from self.marks() if self.headers else self.replies()
        yield from self.extra

    def replies(self):
        return (("Reply-To", value) for value in self.reply_to)

    def marks(self):
        """What LinkedIn adds, and in the midst of it where to answer."""
        marked = self.template and self.year >= 2015
        if self.class_:
            yield "X-LinkedIn-Class", self.class_
        if self.template:
            yield "X-LinkedIn-Template", self.template
            yield "X-LinkedIn-fbl", "%s-%s" % (
                "s" if self.year < 2015 else "m2",
                self.dice.token("fbl", 102, wire.Dice.LOWER))
        if marked:
            yield "X-LinkedIn-Id", self.eid
            yield "List-Unsubscribe", "<%s>" % self.unsubscribe
        yield from self.replies()
        if marked and 2022 <= self.year < 2026:
            yield "Feedback-ID", self.template + ":linkedin"
        if marked and self.year >= 2024:
            yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"
        if marked and self.year >= 2017 and self.to.name:
            confirmed = self.dice_of_recipient.number("confirmed", 10 ** 11)
            yield "Require-Recipient-Valid-Since", "%s; %s" % (
                self.to.address, wire.date(1250000000000 + confirmed, "+0000"))

    def part(self, kind, content):
        encode = {"quoted-printable": wire.quoted_printable,
                  "base64": wire.base64_text,
                  "8bit": lambda t: t.replace("> <", ">\n<"),
                  }[self.encoding]
        head = "Content-Type: text/%s;charset=UTF-8\n" \
            "Content-Transfer-Encoding: %s\n" % (kind, self.encoding)
        if self.year >= 2015:
            head += "Content-ID: %s-body\n" % {"plain": "text"}.get(kind, kind)
        return head + "\n" + encode(content) + "\n"

    def bytes(self):
        unfolded = ("List-Unsubscribe", "Require-Recipient-Valid-Since",
                    "Content-Type", "X-LinkedIn-fbl")
        head = "".join(wire.field(name, value, name not in unfolded)
                       for name, value in self.fields()) + "\n"
        text = "\n".join(self.text)
        if not self.html:
            body = self.part("plain", text).split("\n\n", 1)[1]
            return (head + body).encode()
        edge = "--" + self.boundary
        return "".join([
            head, edge, "\n", self.part("plain", text), edge, "\n",
            self.part("html", self.html), edge, "--\n"]).encode()
