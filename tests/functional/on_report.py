#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_report.py - the page of "rsvpctl report" in a browser, opened from disk.

A headless Chromium, driven by chromedriver (W3C WebDriver).  "on_report.py
FILE.png" writes a picture of the page too.
"""
import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from tap import PATIENCE, RSVPCTL, done, ok, run, skip_all, write

LIBRARIES = "/usr/share/javascript/"
NEEDED = {"chromium": shutil.which("chromium"),
          "chromium-driver": shutil.which("chromedriver")}
for package, file in (("libjs-chart.js", "chart.js/chart.min.js"),
                      ("libjs-jquery", "jquery/jquery.min.js"),
                      ("libjs-jquery-tablesorter", "jquery-tablesorter/js/"
                       "jquery.tablesorter.min.js")):
    NEEDED[package] = os.path.exists(LIBRARIES + file)

HOSTILE = ["</script><img src=x onerror=\"document.title='taken'\">",
           "<!--<script>", "\u202egnirts\u202c", "x" * 300, "\"'`&amp;",
           "\u2028\u2029", "<b>&lt;", "javascript:alert(1)", "=1+1", "{{7*7}}"]
ORDINARY = ["Ann Sample", "Zo\u00eb Example"]


def records():
    for i, name in enumerate(HOSTILE + ORDINARY * 3):
        yield {"v": 1, "time": "2026-11-%02dT10:00:00.000Z" % (1 + i % 9),
               "type": "other" if i % 4 == 0 else "invitation",
               "why_other": "no-rule", "template": name, "us": 100 * i,
               "trust": "forged" if i % 5 == 0 else "direct",
               "why_trust": name, "person": {"name": name},
               "recipients": [{"user": "alice", "known": "no", "rule": name,
                               "actions": ["tag:" + name, name],
                               "reply": {"why": name}}]}
    for what in ("sent", "refused"):
        yield {"v": 1, "time": "2026-11-09T10:00:00.000Z", "outbox": what,
               "mode": "reply", "user": "alice", "why": HOSTILE[0]}


class Browser:
    """A session of a browser of its own, with a profile of its own."""

    def __init__(self, folder):
        self.session = None
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True,
            env=dict(os.environ, HOME=folder, TMPDIR=folder))
        for line in self.driver.stdout:
            port = re.search(r"successfully on port (\d+)", line)
            if port:
                break
        self.base = "http://127.0.0.1:%s/session" % port.group(1)

    def begin(self, folder, width, dark):
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu",
                     "--disable-dev-shm-usage",
                     "--user-data-dir=" + os.path.join(folder, "profile")]
        if dark:
            arguments.append("--force-dark-mode")
        got = self.ask("", {"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {
                "binary": NEEDED["chromium"], "args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}}})
        self.session = got["sessionId"]
        self.ask("/goog/cdp/execute", {
            "cmd": "Emulation.setDeviceMetricsOverride",
            "params": {"width": width, "height": 800, "mobile": width < 500,
                       "deviceScaleFactor": 1}})
        self.ask("/goog/cdp/execute", {
            "cmd": "Emulation.setEmulatedMedia", "params": {"features": [
                {"name": "prefers-color-scheme",
                 "value": "dark" if dark else "light"}]}})

    def ask(self, path, body=None):
        url = self.base + ("/" + self.session if self.session else "") + path
        request = urllib.request.Request(
            url, None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)["value"]

    def run(self, script, *arguments):
        return self.ask("/execute/sync", {"script": script,
                                          "args": list(arguments)})

    def log(self, kind):
        return self.ask("/se/log", {"type": kind})

    def close(self):
        try:
            if self.session:
                urllib.request.urlopen(urllib.request.Request(
                    self.base + "/" + self.session, method="DELETE"),
                    timeout=PATIENCE).close()
        finally:
            self.driver.terminate()
            self.driver.wait()
            self.driver.stdout.close()


DRAWN = """return Array.from(document.querySelectorAll('canvas')).map(
  function (c) { var blank = document.createElement('canvas');
    blank.width = c.width; blank.height = c.height;
    return c.width > 0 && c.toDataURL() !== blank.toDataURL(); })"""
CELLS = """return Array.from(document.querySelectorAll('#rows tr')).filter(
  function (r) { return !r.hidden; }).map(function (r) {
    return Array.from(r.cells).map(function (c) { return c.textContent; });
  })"""
FILTER = """var by = document.getElementById('by'),
  words = document.getElementById('words');
by.value = arguments[0]; by.dispatchEvent(new Event('change'));
words.value = arguments[1]; words.dispatchEvent(new Event('input'));"""
SORTED = """return document.querySelectorAll('th')[2].getAttribute(
  'aria-sort')"""
FOCUS = """var th = document.querySelectorAll('th')[2]; th.focus();
  return document.activeElement === th"""


def press_return(browser):
    """A real key, to what has the focus."""
    browser.ask("/actions", {"actions": [{
        "type": "key", "id": "keyboard", "actions": [
            {"type": what, "value": "\ue007"}
            for what in ("keyDown", "keyUp")]}]})


def wait_for_charts(browser):
    """What DRAWN says once there are any, or patience is at its end."""
    end = time.monotonic() + PATIENCE
    drawn = browser.run(DRAWN)
    while not (drawn and all(drawn)) and time.monotonic() < end:
        time.sleep(0.05)
        drawn = browser.run(DRAWN)
    return drawn


def figures(browser):
    drawn = wait_for_charts(browser)
    ok(len(drawn) == 13 and all(drawn), "charts are drawn", str(drawn))
    ok(browser.run("""return Array.from(document.querySelectorAll('canvas'))
       .every(function (c) { return c.getAttribute('role') === 'img' &&
         c.getAttribute('aria-label') &&
         c.closest('figure').querySelector('details li'); })"""),
       "each chart has its text")
    everything = browser.run(CELLS)
    ok(len(everything) > 50, "all figures are in the table")
    browser.run(FILTER, "person", "")
    people = browser.run(CELLS)
    ok({row[0] for row in people} == {"Person"}, "a figure is chosen",
       str(people))
    ok({row[1] for row in people} ==
       {name[:256] for name in HOSTILE + ORDINARY},
       "hostile names are text", str(people))
    ok(sorted(int(row[2]) for row in people)[-2:] == [3, 3], "counts")
    browser.run(FILTER, "person", "SAMPLE")
    ok([row[1] for row in browser.run(CELLS)] == ["Ann Sample"],
       "a word is looked for")
    browser.run(FILTER, "person", "")
    ok(browser.run(FOCUS), "a heading can have the focus")
    press_return(browser)
    first = browser.run(SORTED)
    one = [int(row[2]) for row in browser.run(CELLS)]
    press_return(browser)
    other = [int(row[2]) for row in browser.run(CELLS)]
    ok({first, browser.run(SORTED)} == {"ascending", "descending"},
       "the heading says how it is sorted", str(first))
    ok(sorted([one, other]) == sorted([sorted(one), sorted(one)[::-1]]),
       "a heading sorts by numbers", str((one, other)))


def quiet(browser, url):
    said = browser.log("browser")
    ok(said == [], "nothing on the console", str(said))
    asked = {m["params"]["request"]["url"] for m in (
        json.loads(entry["message"])["message"]
        for entry in browser.log("performance"))
        if m["method"] == "Network.requestWillBeSent"}
    ok(asked == {url}, "nothing is fetched but the page", str(asked))
    ok(browser.run("return document.title").startswith("rsvp-milter") and
       browser.run("return document.images.length") == 0,
       "no name acted or became an element")


def look(folder, url, width, dark, picture=None):
    what = "%d pixels, %s: " % (width, "dark" if dark else "light")
    browser = Browser(folder)
    try:
        browser.begin(folder, width, dark)
        # The browser's own first page asks for much.
        browser.ask("/url", {"url": "about:blank"})
        for kind in ("browser", "performance"):
            browser.log(kind)
        browser.ask("/url", {"url": url})
        if width > 500:
            figures(browser)
        drawn = wait_for_charts(browser)
        ok(drawn and all(drawn), what + "charts are drawn", str(drawn))
        got = browser.run("return [document.documentElement.scrollWidth, "
                          "window.innerWidth, getComputedStyle("
                          "document.body).backgroundColor]")
        ok(got[0] <= width and got[1] == width,
           what + "the page does not scroll sideways", str(got))
        ok((got[2] != "rgb(255, 255, 255)") == dark, what + "its colour",
           str(got))
        if picture:
            write_picture(browser, picture)
        quiet(browser, url)
        # The last, as it is on the console: what is not named may not run.
        ok(browser.run("""var s = document.createElement('script');
           s.textContent = 'document.title = "ran"';
           document.body.appendChild(s); return document.title""") != "ran",
           what + "another script may not run")
    finally:
        browser.close()


def write_picture(browser, path):
    with open(path, "wb") as out:
        out.write(base64.b64decode(browser.ask("/screenshot")))


def main():
    missing = [name for name, there in NEEDED.items() if not there]
    if missing:
        skip_all("not installed: " + ", ".join(missing))
    with tempfile.TemporaryDirectory(prefix="rsvp-report-") as folder:
        conf, audit, page = (os.path.join(folder, name) for name in (
            "c.conf", "audit.jsonl", "page.html"))
        os.mkdir(os.path.join(folder, "users"))
        write(conf, 'users = { dir = "%s/users"; };\n' % folder)
        write(audit, "".join(json.dumps(record) + "\n"
                             for record in records()))
        got = run(RSVPCTL, "-c", conf, "report", "--html", page, audit)
        ok(got.code == 0 and os.path.exists(page), "a page is written",
           str(got))
        got = run(RSVPCTL, "-c", conf, "report", "--html", page + "2",
                  "--assets", folder, audit)
        ok(got.code == 69 and "libjs-chart.js" in got.err and
           not os.path.exists(page + "2"),
           "the package that is missing is named", str(got))
        url = "file://" + page
        look(folder, url, 1200, False, *sys.argv[1:])
        look(folder, url, 360, True)
    done()


main()
