# SPDX-License-Identifier: Apache-2.0
"""The dashboard and the alerts in docs/monitoring use existing metrics and labels."""

import json
import re

import promql_parser
import pytest
import yaml

from grantd import ROOT

FOLDER = ROOT / "docs" / "monitoring"
# What Prometheus itself adds.
GIVEN_LABELS = {"instance", "job", "le"}
SUFFIXES = ("_bucket", "_sum", "_count")


def dashboard():
    """(where, expression) of each panel, with Grafana's variables filled in."""
    for panel in json.loads((FOLDER / "grafana.json").read_text())["panels"]:
        for target in panel["targets"]:
            expression = target["expr"].replace("$__rate_interval", "5m")
            yield panel["title"], expression.replace("$instance", ".*")


def rules():
    groups = yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions():
    return [*dashboard(), *((rule["alert"], rule["expr"]) for rule in rules())]


def metrics():
    """name: labels, of all metrics."""
    text = (ROOT / "src" / "base" / "metrics.def").read_text()
    found = {}
    for name, kind, labels in re.findall(r'^METRIC\((\w+), (\w+), "([^"]*)"', text, re.M):
        names = [f"grantd_{name}"]
        if kind == "HISTOGRAM":
            names = [names[0] + suffix for suffix in SUFFIXES]
        for each in names:
            found[each] = {label.strip() for label in labels.split(",") if label.strip()}
    return found


def parts(node, kind):
    """All nodes of this kind below an expression."""
    if isinstance(node, kind):
        yield node
    for name in ("expr", "lhs", "rhs", "args", "vector_selector", "param"):
        below = getattr(node, name, None)
        for child in below if isinstance(below, list) else [below] if below is not None else []:
            yield from parts(child, kind)


def selectors(expression):
    found = list(parts(promql_parser.parse(expression), promql_parser.VectorSelector))
    assert len(found) == len(re.findall(r"\bgrantd_\w+|\bup\b", expression)), expression
    return found


@pytest.mark.parametrize("where, expression", expressions())
def test_an_expression_asks_for_metrics_and_labels_that_there_are(where, expression):
    known = {**metrics(), "up": set()}
    allowed = set(GIVEN_LABELS)
    for selector in selectors(expression):
        assert selector.name in known, where
        allowed |= known[selector.name]
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name] | GIVEN_LABELS, (where, matcher.name)
    for labels in re.findall(r"\bby \(([^)]*)\)", expression):
        assert {label.strip() for label in labels.split(",")} <= allowed, where


def test_outcomes_that_alerts_name_are_outcomes():
    errors = re.findall(r"^ERROR\((\w+),", (ROOT / "src/base/error.def").read_text(), re.M)
    for where, expression in expressions():
        for outcome in re.findall(r'outcome!?="(\w+)"', expression):
            assert outcome == "ok" or outcome.removeprefix("ERR_") in errors, where


def test_the_dashboard_shows_every_metric():
    shown = " ".join(expression for _, expression in dashboard())
    assert not [name for name in metrics() if name not in shown]


def test_the_handbook_says_what_each_alert_means():
    text = (ROOT / "docs" / "operate.md").read_text()
    told = set(re.findall(r"^\| `(Grantd\w+)` \|", text, re.M))
    assert told == {rule["alert"] for rule in rules()}
    for rule in rules():
        assert rule["annotations"]["summary"] and rule["labels"]["severity"]
