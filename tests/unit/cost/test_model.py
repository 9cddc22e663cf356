"""Estimates: line items, totals, the ways out, and the formula that is often quoted.

Not proved here: that a bill comes out so; used disk, daily changes and traffic are assumptions that the lines name.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.cost import model, quoted, way_out, workload
from pulumi_timescaledb.cost.item import cents
from pulumi_timescaledb.cost.prices import of_region
from pulumi_timescaledb.cost.workload import EGRESS, MARKETS, Workload
from pulumi_timescaledb.errors import ArgumentRefused
from pulumi_timescaledb.hardware.instance_types import TYPES

DEV = Workload("us-east-1", "t4g.micro", "spot", 20, alarms=10, metrics=10, backup_days=7)
PROD = Workload(
    "us-east-1",
    "t4g.small",
    "on-demand",
    100,
    egress="nat",
    store="secretsmanager",
    alarms=20,
    composite_alarms=2,
    metrics=16,
    dashboards=1,
    backup_days=30,
)


def lines(workload: Workload) -> dict[str, str]:
    """Line to its list price."""
    return {each.name: str(cents(each.listed.high)) for each in model.estimate(workload).items}


@pytest.mark.parametrize(("name", "market", "size", "month", "year"), quoted.CASES)
def test_the_quoted_cases_come_out_exactly(
    name: str, market: str, size: int, month: Decimal, year: Decimal | None
) -> None:
    """3.54; 23.06 and 276.72; 69.33 and 831.96."""
    found = quoted.quoted(of_region("us-east-1").instance(name).amount, market, size)
    assert found.monthly == month
    assert year is None or found.yearly == year


def test_the_quoted_cases_are_the_published_ones() -> None:
    """Written out, so that nobody mends the formula by mending its cases."""
    assert [(case[0], str(case[3]), str(case[4])) for case in quoted.CASES] == [
        ("t4g.micro", "3.54", "None"),
        ("t4g.small", "23.06", "276.72"),
        ("t4g.medium", "69.33", "831.96"),
    ]


def test_development_is_priced_line_by_line() -> None:
    """The reference leaves out the root disk, the address and what watches."""
    assert lines(DEV) == {
        "t4g.micro, spot": "1.84",
        "data volume": "1.60",
        "root disk": "0.64",
        "public IPv4 address": "3.65",
        "secret": "0.00",
        "alarms": "1.00",
        "custom metrics": "3.00",
        "custom metrics, calls": "0.44",
        "logs, sent": "0.50",
        "logs, kept": "0.03",
        "snapshots": "0.37",
        "transfer to the internet": "0.45",
    }


def test_production_is_priced_line_by_line() -> None:
    """What a bill of the production host holds."""
    assert lines(PROD) == {
        "t4g.small, on-demand": "12.26",
        "data volume": "8.00",
        "root disk": "0.64",
        "NAT gateway, data": "0.23",
        "secret": "0.40",
        "secret, calls": "0.00",
        "alarms": "2.00",
        "composite alarms": "1.00",
        "custom metrics": "4.80",
        "custom metrics, calls": "0.44",
        "dashboard": "3.00",
        "logs, sent": "0.50",
        "logs, kept": "0.03",
        "snapshots": "19.50",
        "transfer to the internet": "0.45",
    }


def test_the_free_tier_is_taken_off_once() -> None:
    """Ten alarms, ten metrics, a dashboard, a million calls, 5 GB of logs and 100 GB out are free."""
    found = {each.name: str(cents(each.after_free.high)) for each in model.estimate(PROD).items}
    free = {"alarms": "1.00", "custom metrics": "1.80", "custom metrics, calls": "0.00", "dashboard": "0.00"}
    assert {name: found[name] for name in free} == free
    assert found["logs, sent"] == found["transfer to the internet"] == "0.00"
    assert found["data volume"] == "8.00"


def test_the_spot_price_is_a_range_until_it_is_read() -> None:
    """A tenth to three tenths of on-demand, in every total."""
    found = model.estimate(DEV)
    assert (found.items[0].listed.low, found.items[0].listed.high) == (Decimal("0.61320"), Decimal("1.83960"))
    assert found.listed.high - found.listed.low == Decimal("1.23")
    assert found.listed.low < found.listed.high


def test_a_live_spot_price_takes_the_ranges_place() -> None:
    """From the average to the maximum."""
    prices = of_region("us-east-1")
    average, most = (
        prices.of("volume").__class__(Decimal(x), "hour", "live", "2026-11-21") for x in ("0.002", "0.003")
    )
    found = model.estimate(DEV, prices.with_live({}, {}, {"t4g.micro": (average, most)}))
    assert (found.items[0].listed.low, found.items[0].listed.high) == (Decimal("1.460"), Decimal("2.190"))


def test_disk_performance_over_the_base_is_paid_for() -> None:
    """1,000 IOPS and 5 MiB/s more cost 5.00 and 0.20."""
    found = lines(Workload("us-east-1", "m7g.large", "on-demand", 100, iops=4000, throughput=130))
    assert (found["data volume, IOPS"], found["data volume, throughput"]) == ("5.00", "0.20")


def test_each_way_out_has_its_price() -> None:
    """All four, whichever is chosen; endpoints cost more than the host."""
    options = model.estimate(PROD).options
    total = {way: str(cents(sum((each.listed.high for each in of), Decimal(0)))) for way, of in options.items()}
    assert total == {"nat": "0.23", "public-ip": "3.65", "ipv6": "0.00", "endpoints": "65.75"}


def test_endpoints_follow_what_the_host_calls() -> None:
    """A spot host speaks to its group, and a secret must be fetched."""
    assert len(way_out.endpoints(DEV)) == 9
    assert "autoscaling" in way_out.endpoints(DEV)
    assert "secretsmanager" in way_out.endpoints(PROD)


def test_the_archive_is_paid_by_size_and_by_call() -> None:
    """Seven full backups of 30 GB, 37 days of 1 GB as WAL and once more as backups, a segment every five minutes."""
    found = lines(Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=30, archive_days=30))
    assert (found["archive"], found["archive, calls"]) == ("6.53", "0.04")


@pytest.mark.parametrize(
    ("days", "kept", "points"),
    [(0, 0, 0), (1, 0, 0), (29, 0, 0), (30, 365, 11), (60, 365, 10), (335, 365, 1), (364, 365, 0), (365, 0, 0)],
)
def test_monthly_points_are_kept_beside_a_month_of_daily_ones(days: int, kept: int, points: int) -> None:
    """For a year; those that are younger than the oldest daily one add nothing, and none are made where daily ones last
    as long."""
    assert workload.monthly_days(days) == kept
    assert Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=days).monthly_points == points


def test_monthly_points_hold_what_changed_in_a_month() -> None:
    """Of 100 GB a third is in use and 1 GB changes a day: 30 + 30 + 11 x 30 GB, at 0.05; of a calmer disk 3 a month."""
    assert Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=30).snapshot_gb == 390
    calm = Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=30, change_share=Decimal("0.001"))
    assert calm.snapshot_gb == 30 + 3 + 11 * 3
    busy = Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=30, change_share=Decimal("0.05"))
    assert busy.snapshot_gb == 30 + 150 + 11 * 30
    assert Workload("us-east-1", "t4g.small", "on-demand", 100, backup_days=29).snapshot_gb == 59
    note = next(each.note for each in model.estimate(PROD).items if each.name == "snapshots")
    assert note == "30.0 GB in use, 1.0 GB a day, 30 days, then 11 months"


def test_without_alarms_no_log_is_paid_for() -> None:
    """The log group is made with them."""
    assert not [name for name in lines(replace(PROD, alarms=0)) if name.startswith("logs")]


def test_a_year_is_twelve_rounded_months() -> None:
    """So that both figures agree with one another."""
    found = model.estimate(PROD)
    assert model.yearly(found.listed).high == found.listed.high * 12


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"region": "mars-north-1"}, 'region "mars-north-1" has no prices'),
        ({"instance_type": "t9.micro"}, "instance_type is 't9.micro', which is not in the table"),
        ({"market": "auction"}, "market is not one of the known words; choose one of spot, on-demand"),
        ({"egress": "vpn"}, "egress is not one of the known words; choose one of nat"),
        ({"store": "vault"}, "store is not one of the known words"),
        ({"storage_gb": 0}, "storage_gb is 0 GB"),
        ({"iops": 100_000}, "iops is 100000 IOPS"),
        ({"backup_days": -1}, "backup_days is -1, which is below zero; write 0 or more"),
        ({"logs_gb": Decimal(-1)}, "logs_gb is -1, which is below zero"),
    ],
)
def test_what_cannot_be_priced_is_refused(changes: dict[str, object], sentence: str) -> None:
    """One sentence that names the argument."""
    with pytest.raises(ArgumentRefused) as refused:
        model.estimate(Workload(**{**vars(PROD), **changes}))
    assert str(refused.value).startswith(sentence)


@given(
    st.sampled_from(sorted(TYPES)),
    st.sampled_from(MARKETS),
    st.sampled_from(EGRESS),
    st.integers(1, 65_536),
    st.integers(0, 50),
)
def test_the_totals_are_the_sum_of_the_lines(name: str, market: str, egress: str, size: int, alarms: int) -> None:
    """For any host; and what is free never makes it dearer, nor a line negative."""
    found = model.estimate(Workload("us-east-1", name, market, size, egress=egress, alarms=alarms))
    assert found.listed.high == cents(sum((each.listed.high for each in found.items), Decimal(0)))
    assert Decimal(0) < found.after_free.low <= found.listed.low
    assert all(Decimal(0) <= each.after_free.low <= each.listed.low <= each.listed.high for each in found.items)
