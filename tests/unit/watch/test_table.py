"""The alarm table: how many alarms a host has, and that each of them can ever have data.

Not proved here: that AWS evaluates them so (no alarm is raised here), nor that the host sends what it says it sends
(the boot program's own tests).
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.watch.body import charts
from pulumi_timescaledb.watch.metrics import DIMENSION, METRICS, NAMESPACE, sent
from pulumi_timescaledb.watch.published import PUBLISHED
from pulumi_timescaledb.watch.row import ABOVE, AT_LEAST, BELOW, CRITICAL, WARN
from pulumi_timescaledb.watch.table import ROWS

from tests.unit.watch.hosts import ON_DEMAND, SPOT, VARIANTS, of

RUNBOOKS = Path(__file__).parents[3] / "docs" / "runbooks.md"
# the units that CloudWatch takes for a metric (PutMetricData)
UNITS = {"Count", "Percent", "Seconds", "Bytes"}


def available(args: dict[str, Any]) -> set[tuple[str, str, str]]:
    """Namespace, name and dimension of all that has data for a host."""
    own = {
        (NAMESPACE, each.name, DIMENSION)
        for each in sent(args["market"], everything=args.get("budget", "all") == "all")
    }
    return own | {(each.namespace, each.name, each.dimension) for each in PUBLISHED if args["market"] in each.modes}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_alarm_watches_what_has_data(name: str) -> None:
    """Published by AWS in that mode and by that dimension, or sent by the host within its budget."""
    args = VARIANTS[name]
    asked = {(each.row.namespace, each.row.metric, each.row.dimension) for each in of(args).alarms}
    assert asked
    assert asked - available(args) == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_every_chart_shows_what_has_data(name: str) -> None:
    """An empty chart is a question nobody can answer."""
    args = VARIANTS[name]
    shown = {
        (each.namespace, each.name, each.dimension) for series in charts(of(args).subject).values() for each in series
    }
    assert shown
    assert shown - available(args) == set()


@pytest.mark.parametrize("name", VARIANTS)
def test_no_alarm_is_bound_to_an_instance(name: str) -> None:
    """An instance id dies with its instance, and the alarm would wait for data for ever."""
    found = of(VARIANTS[name])
    used = {each.row.dimension for each in found.alarms}
    used |= {each.dimension for series in charts(found.subject).values() for each in series}
    allowed = {"Database", "VolumeId"} | ({"AutoScalingGroupName"} if found.subject.mode == "spot" else set())
    assert used <= allowed


@pytest.mark.parametrize(
    ("args", "metric_alarms", "composites"),
    [
        ({**SPOT, "budget": "free"}, 10, 0),
        ({**ON_DEMAND, "budget": "free"}, 10, 0),
        ({**SPOT, "budget": "free", "instance_type": "m7g.large"}, 9, 0),
        (SPOT, 39, 2),
        (ON_DEMAND, 39, 2),
        ({**SPOT, "archive_seconds": 300}, 44, 2),
        ({**SPOT, "unlimited_credits": True}, 38, 2),
        ({**SPOT, "file_system": "ext4"}, 40, 2),
        ({**ON_DEMAND, "archive_seconds": 0}, 34, 2),
        ({**ON_DEMAND, "backups": False}, 37, 2),
        ({**ON_DEMAND, "instance_type": "m7g.large"}, 37, 2),
    ],
)
def test_a_host_has_so_many_alarms(args: dict[str, Any], metric_alarms: int, composites: int) -> None:
    """Each of them is on the bill."""
    found = of(args)
    assert (len(found.alarms), len(found.composites)) == (metric_alarms, composites)


@pytest.mark.parametrize("name", [name for name in VARIANTS if "free" in name])
def test_the_free_budget_stays_free(name: str) -> None:
    """Ten alarms and ten metrics cost nothing; composites always do."""
    found = of(VARIANTS[name])
    assert len(found.alarms) <= 10
    assert len(sent(found.subject.mode, everything=False)) <= 10
    assert found.composites == ()
    assert {each.severity for each in found.alarms} == {CRITICAL}


def test_the_ten_free_alarms_of_a_spot_host_are_these() -> None:
    """What a small development host must not miss."""
    assert [each.row.name for each in of({**SPOT, "budget": "free"}).alarms] == [
        "host-gone",
        "status-check",
        "cpu-credits",
        "ebs-byte-balance",
        "memory",
        "data-disk",
        "up",
        "connections",
        "transaction-ids",
        "job-failures",
    ]


@pytest.mark.parametrize("name", VARIANTS)
def test_a_warning_comes_before_its_critical_alarm(name: str) -> None:
    """In the direction of the comparison, for any size of host."""
    found = of(VARIANTS[name])
    for row in {each.row.name: each.row for each in found.alarms}.values():
        limits = row.limits(found.subject)
        if set(limits) == {WARN, CRITICAL}:
            earlier = limits[WARN] > limits[CRITICAL] if row.direction == BELOW else limits[WARN] < limits[CRITICAL]
            assert earlier, row.name


@pytest.mark.parametrize("size", [1, 2, 5, 20, 100, 65_536])
def test_limits_of_wal_follow_the_disk(size: int) -> None:
    """A tenth and a fifth of it, and never the wrong way round on a small one."""
    limits = {each.name: each.threshold for each in of({**ON_DEMAND, "storage_gb": size}).alarms}
    prefix = ON_DEMAND["prefix"]
    assert limits[f"{prefix}-slot-wal-warn"] < limits[f"{prefix}-slot-wal-critical"]
    assert limits[f"{prefix}-wal-size-critical"] == size * 1024**3 * 0.20


def test_limits_of_credits_follow_the_type() -> None:
    """A fifth of what it can hold: 58, 115 and 173."""
    found = {
        kind: next(each for each in of({**SPOT, "instance_type": kind}).alarms if each.name.endswith("credits-warn"))
        for kind in ("t4g.micro", "t4g.small", "t4g.medium", "t4g.large")
    }
    assert [each.threshold for each in found.values()] == [58, 115, 115, 173]


def test_limits_of_the_archive_follow_its_timeout() -> None:
    """Twice and ten times."""
    limits = [each.threshold for each in of(ON_DEMAND).alarms if each.row.name == "archive-age"]
    assert limits == [600, 3000]


def test_silence_of_the_host_is_an_alarm() -> None:
    """The dead man's handle: no data counts as down."""
    up = next(each for each in of(ON_DEMAND).alarms if each.row.name == "up")
    assert (up.row.missing, up.row.period, up.row.periods) == ("breaching", 60, 3)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_is_one_that_cloudwatch_takes(row: Any) -> None:
    """Directions, statistics, periods (60 s or more for standard resolution) and a look back of a week at most."""
    assert row.direction in (ABOVE, AT_LEAST, BELOW)
    assert row.statistic in ("Maximum", "Minimum", "Average")
    assert row.period % 60 == 0
    assert row.period * row.periods <= (86_400 if row.period < 3600 else 604_800)
    assert 1 <= (row.of_them or row.periods) <= row.periods
    assert row.why.endswith(".")
    assert row.first.endswith(".")
    assert row.warn is not None or row.critical is not None
    assert not row.free or row.critical is not None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_looks_no_closer_than_its_metric_is_published(row: Any) -> None:
    """A period shorter than the metric's own has no data in most of its periods."""
    least = {(each.namespace, each.name): each.least_period for each in PUBLISHED}
    assert row.period >= least.get((row.namespace, row.metric), 60)


def test_every_own_metric_is_described_and_used() -> None:
    """A series that nobody looks at costs 0.30 a month all the same."""
    watched = {row.metric for row in ROWS} | {
        each.name for args in (SPOT, ON_DEMAND) for series in charts(of(args).subject).values() for each in series
    }
    assert {each.name for each in METRICS} <= watched
    assert {each.unit for each in METRICS} <= UNITS
    assert max(Counter(each.name for each in METRICS).values()) == 1


def test_the_free_metrics_are_ten() -> None:
    """CloudWatch gives ten custom metrics a month for nothing; a group publishes its CPU by itself."""
    assert len(sent("spot", everything=False)) == len(sent("on-demand", everything=False)) == 10
    more = {each.name for each in sent("on-demand", everything=True)} - {
        each.name for each in sent("spot", everything=True)
    }
    assert more == {"CpuUsedPercent", "CpuStealPercent", "IoWaitPercent"}


def test_every_alarm_and_event_has_its_runbook_which_begins_with_what_it_says() -> None:
    """The mail links to a heading that is there, and no heading is left over; who is mailed reads the same first."""
    found = [of(args) for args in (SPOT, ON_DEMAND)]
    first = {each.which: each.first for one in found for each in one.composites}
    first |= {each.name: each.first for one in found for each in one.events} | {row.name: row.first for row in ROWS}
    sections = dict(part.split("\n\n", 1) for part in RUNBOOKS.read_text(encoding="utf-8").strip().split("\n## ")[1:])
    assert set(sections) == set(first)
    for name, text in sections.items():
        meaning, _, rest = text.partition(".** ")
        assert meaning.startswith("**"), name
        assert rest.startswith(first[name]), name


def test_every_published_metric_has_a_source() -> None:
    """Nobody remembers where a metric's name came from."""
    assert all(each.source.strip() and each.least_period in (60, 300) for each in PUBLISHED)
