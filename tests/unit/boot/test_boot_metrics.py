"""The list of metrics against what the program sends: neither has a name that the other lacks."""

from __future__ import annotations

import re

from pulumi_timescaledb.boot import metrics

from tests.unit.boot.test_boot_pack import USERDATA

_UNITS = {"Count", "Percent", "Seconds", "Bytes", "Megabytes"}
_FREE = 10  # custom metrics of CloudWatch's free tier (facts of the price table)


def sent() -> tuple[set[str], set[str]]:
    """Names that are measured every minute, and names sent as events."""
    texts = (USERDATA / "metrics.sql").read_text() + (USERDATA / "measure").read_text()
    measured = set(re.findall(r"(?:echo [\"']|^SELECT '|\\n|printf \")([A-Z][A-Za-z]+) ?[\"',%$0]?", texts, re.M))
    everything = "".join(path.read_text() for path in USERDATA.rglob("*") if path.is_file())
    return measured, set(re.findall(r"^\s*(?:running\) )?event ([A-Z]\w+) 1", everything, re.M))


def test_every_listed_metric_is_sent_and_every_sent_one_listed() -> None:
    """An alarm on a name nobody sends would never fire."""
    measured, events = sent()
    listed = metrics()
    assert events == {each.name for each in listed.values() if each.group == "event"}
    assert measured == {each.name for each in listed.values() if each.group != "event"}


def test_the_basic_set_stays_within_the_free_ones() -> None:
    """Ten custom metrics a month cost nothing."""
    assert sum(each.group == "basic" for each in metrics().values()) <= _FREE


def test_units_are_cloudwatchs() -> None:
    """PutMetricData refuses any other."""
    assert {each.unit for each in metrics().values()} <= _UNITS
    assert all(each.meaning and each.group in ("basic", "full", "alone", "event") for each in metrics().values())
