# SPDX-License-Identifier: BSD-2-Clause
"""HTML the way notification mail has it: tables in tables, styles inline."""

from html import escape

# A full page repeats what mail programs demand on every element; a lean one
# keeps the structure and leaves that out.
FULL = {
    "table": "width:100%;margin:0;border-collapse:collapse;font-weight:400;",
    "cell": "margin:0;padding:4px 24px;vertical-align:top;text-align:left;"
            "color:#222222;font-size:15px;line-height:21px;",
    "link": "color:#0a66c2;text-decoration:none;cursor:pointer;"
            "display:inline-block;",
    "button": "padding:7px 18px;border:1px solid #0a66c2;border-radius:16px;"
              "color:#0a66c2;font-weight:600;text-decoration:none;"
              "display:inline-block;",
    "picture": "border:0;outline:none;border-radius:50%;display:block;"
               "text-decoration:none;",
}
LEAN = {
    "table": "width:100%;", "cell": "padding:4px;", "link": "color:#06c;",
    "button": "padding:6px;", "picture": "border:0;",
}
PADDING = "\u034f\u00a0" * 24   # keeps a preview from running on


class Page:
    """Rows of one page, top to bottom."""

    def __init__(self, lang="", full=False):
        self.lang = lang
        self.style = FULL if full else LEAN
        self.full = full
        self.preheader = ""
        self.rows = []

    def link(self, label, url, kind="link"):
        return '<a href="%s" style="%s">%s</a>' % (
            escape(url), self.style[kind], label)

    def text(self, words, tag=""):
        words = escape(words, False)
        self.add("<%s style=\"margin:0;\">%s</%s>" % (tag, words, tag)
                 if tag else words)

    def anchor(self, label, url):
        self.add(self.link(escape(label, False), url))

    def picture(self, alt, url, src):
        self.add(self.link('<img alt="%s" src="%s" width="48" height="48" '
                           'style="%s"/>' % (escape(alt), escape(src),
                                             self.style["picture"]), url))

    def buttons(self, *pairs):
        """Side by side: (label, url), each a table of its own."""
        self.add(" ".join(
            self.table([self.link(escape(label, False), url, "button")])
            if self.full else self.link(escape(label, False), url, "button")
            for label, url in pairs))

    def add(self, inner):
        self.rows.append(inner)

    def table(self, cells, nested=False):
        if nested:
            cells = [self.table([cell]) for cell in cells]
        rows = " ".join('<tr> <td style="%s">%s</td> </tr>' %
                        (self.style["cell"], cell) for cell in cells)
        return ('<table role="presentation" border="0" cellspacing="0" '
                'cellpadding="0" width="100%%" style="%s"> <tbody> %s '
                '</tbody> </table>' % (self.style["table"], rows))

    def render(self):
        lang = ' lang="%s" xml:lang="%s"' % (self.lang, self.lang)
        hidden = ""
        if self.preheader:
            hidden = ('<div style="display:none;max-height:0;overflow:hidden;'
                      'opacity:0;">%s</div> ' % escape(self.preheader, False))
        return (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
            '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"> '
            '<html xmlns="http://www.w3.org/1999/xhtml"%s> <head> '
            '<meta http-equiv="Content-Type" '
            'content="text/html;charset=utf-8"/> '
            '<meta name="viewport" content="width=device-width"/> '
            '<title></title> <style type="text/css">@media (max-width:480px) '
            '{ .wide { width:100%% !important; } }</style> </head> '
            '<body style="margin:0;padding:0;"> %s%s </body> </html>' %
            (lang if self.lang else "", hidden,
             self.table(self.rows, self.full)))
