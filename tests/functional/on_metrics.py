#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""on_metrics.py - what contrib/prometheus makes of the figures.

The script that writes them for node_exporter, with the filter itself, and the
dashboard and the alerts, which must name only what there is.  With promtool
(PROMTOOL, or in the path) it has its say, too; no server is started.
"""
import json
import os
import re
import shutil
import subprocess
import sys

from lab import BUILD, TOP, check, read, run, unbuilt, write
from on_stats import StatsLab

FOLDER = os.path.join(TOP, "contrib", "prometheus")
ALERTS = os.path.join(FOLDER, "alerts.yml")
DASHBOARD = os.path.join(FOLDER, "grafana-dashboard.json")
ALERTS_TEST = os.path.join(TOP, "tests", "functional", "alerts_test.yml")
PROMTOOL = shutil.which(os.environ.get("PROMTOOL", "promtool"))
# What Grafana puts in.
VARIABLES = {"$__rate_interval": "5m", "$instance": ".*"}


def text(path):
    return read(path).decode()


def write_metrics(lab):
    """Runs the script; what it wrote."""
    folder = lab.path("collector")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(BUILD, "milter") + ":" + os.environ["PATH"]
    done = subprocess.run(
        (os.path.join(FOLDER, "rsvp-milter-metrics"), folder, "-c",
         lab.path("rsvp-milter.conf")), env=dict(os.environ, PATH=path),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        check=False)
    check((done.returncode, done.stdout, done.stderr), (0, "", ""), "script")
    # Nothing of it is left, and node_exporter may read it.
    check(os.listdir(folder), ["rsvp-milter.prom"], "the folder")
    file = os.path.join(folder, "rsvp-milter.prom")
    check(os.stat(file).st_mode & 0o777, 0o644, "its mode")
    return text(file)


def series(metrics):
    """The names and labels of all samples."""
    return {line.rpartition(" ")[0] for line in metrics.splitlines()
            if not line.startswith("#")}


def expressions():
    """Of the panels."""
    dashboard = json.loads(text(DASHBOARD))
    found = [target["expr"] for panel in dashboard["panels"]
             for target in panel["targets"]]
    for name, value in VARIABLES.items():
        found = [expr.replace(name, value) for expr in found]
    return found


def promtool(*arguments, **more):
    done = subprocess.run((PROMTOOL,) + arguments, capture_output=True,
                          text=True, timeout=120, check=False, **more)
    check((done.returncode, done.stderr), (0, ""),
          " ".join(arguments) + ": " + done.stdout)


def the_script_writes_what_there_is(_):
    with StatsLab() as lab:
        metrics = write_metrics(lab)
        for line in ("rsvp_milter_up 1", "rsvp_milter_healthy 1",
                     'rsvp_milter_process_up{process="filter"} 1'):
            check(line in metrics.splitlines(), True, line)
        if PROMTOOL:
            promtool("check", "metrics", input=metrics)
        # Nobody must take old figures for new ones.
        lab.stop_filter()
        check(series(write_metrics(lab)),
              {"rsvp_milter_up", "rsvp_milter_healthy"}, "without a filter")
        check("rsvp_milter_up 0\n" in write_metrics(lab), True, "it is down")


def dashboard_and_alerts_name_what_there_is(_):
    with StatsLab() as lab:
        there = series(write_metrics(lab))
    names = {name.partition("{")[0] for name in there}
    labels = set()  # "name{label" and "name{label=\"value\""
    for name in there:
        name, _, inside = name.rstrip("}").partition("{")
        for label in filter(None, inside.split(",")):
            labels |= {name + "{" + label,
                       name + "{" + label.partition("=")[0]}
    used = expressions() + [text(ALERTS)]
    found = set()
    for expr in used:
        for name, inside in re.findall(r"(rsvp_milter_\w+)(\{[^}]*\})?",
                                       expr):
            check(name in names, True, name + " is printed")
            found.add(name)
            for label in re.findall(r'(\w+="[^"]*")', inside):
                check(name + "{" + label in labels, True, name + label)
    # All of them are of use to somebody.
    unused = {re.sub("_(sum|count)$", "_bucket", name) for name in names}
    check(unused - found, set(), "what nothing shows")
    # Legends and sums by a label that one of the metrics has.
    for expr in expressions():
        for label in re.findall(r"by \((\w+)\)", expr):
            check(label == "instance" or any(
                name + "{" + label in labels for name in names
                if name in expr), True, label + " in " + expr)


def every_alert_has_a_test(_):
    alerts = set(re.findall(r"(?m)^ *- alert: (\w+)$", text(ALERTS)))
    tested = set(re.findall(r'alertname="(\w+)"', text(ALERTS_TEST)))
    check(len(alerts) > 10, True, "there are alerts")
    check(tested, alerts, "tested")


def promtool_is_content(site):
    promtool("check", "rules", ALERTS)
    promtool("test", "rules", ALERTS_TEST)
    rules = [{"record": "panel:%d" % number, "expr": expr}
             for number, expr in enumerate(expressions())]
    write(site, json.dumps({"groups": [{"name": "all", "rules": rules}]}))
    try:
        promtool("check", "rules", site)
    finally:
        os.unlink(site)


TESTS = [the_script_writes_what_there_is,
         dashboard_and_alerts_name_what_there_is, every_alert_has_a_test]
if PROMTOOL:
    TESTS.append(promtool_is_content)

if __name__ == "__main__":
    sys.exit(run(TESTS, "/tmp/rsvp-rules-%d.yml" % os.getpid(), unbuilt(),
                 at_once=2))
