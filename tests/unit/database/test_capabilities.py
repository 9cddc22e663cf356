"""What a server can do, judged from what was probed: the only place where versions are compared.

Not proved here: the probe itself, which is one query on a server (tests/database).
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from pulumi_timescaledb.database.capabilities import SUPPORTED_PAIRS, version

from .worlds import CAN, ON_APACHE


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2.29.2", (2, 29, 2)),
        ("2.19.3+dfsg", (2, 19, 3)),
        ("2.30.0-dev", (2, 30, 0)),
        ("1.6", (1, 6)),
        ("17beta1", (17,)),
        ("", ()),
        ("dev", ()),
    ],
)
def test_a_version_is_its_leading_numbers(text: str, numbers: tuple[int, ...]) -> None:
    """What a packager adds does not count, and ten is more than nine."""
    assert version(text) == numbers
    assert version("2.10") > version("2.9.9")


@pytest.mark.parametrize(
    ("installed", "asked", "has"),
    [("2.20.0", (2, 20), True), ("2.19.3", (2, 20), False), ("3.0", (2, 99), True), (None, (1, 0), False)],
)
def test_a_feature_is_there_from_its_version_on(installed: str | None, asked: tuple[int, int], has: bool) -> None:
    """Without the extension there is none."""
    assert replace(CAN, timescaledb=installed).has_timescaledb(*asked) is has


def test_policies_are_read_only_where_they_can_be() -> None:
    """On the Community edition with the extension in this database."""
    assert CAN.tsl
    assert not ON_APACHE.tsl
    assert not replace(CAN, timescaledb=None).tsl


@pytest.mark.parametrize(
    ("cron", "available", "database", "here"),
    [
        ("1.6", "1.6", "postgres", True),
        (None, "1.6", "app", True),
        (None, "1.6", "postgres", False),
        (None, "1.6", None, False),
        (None, None, "app", False),
    ],
)
def test_cron_serves_the_database_that_the_server_names(
    cron: str | None, available: str | None, database: str | None, here: bool
) -> None:
    """Or the one in which it already is."""
    assert replace(CAN, cron=cron, cron_available=available, cron_database=database).cron_here is here


@pytest.mark.parametrize(
    ("postgres", "timescaledb", "warned"),
    [
        (17, "2.29.2", ""),
        (17, "2.29.1", ""),
        (16, "2.30.0", ""),
        (18, "2.29.2", ""),
        (17, None, ""),
        (17, "2.29.0", "fixes of GHSA-hcfx-29v5-2rcw (2.29.1)"),
        (17, "2.25.2", "fixes of GHSA-hcfx-29v5-2rcw (2.29.1)"),
        (17, "2.19.3", "fixes of GHSA-vgp2-jj5c-828m (2.25.2) and GHSA-hcfx-29v5-2rcw (2.29.1)"),
        (17, "2.18.0", "17"),
        (16, "2.18.2", "16"),
        (15, "2.29.2", "15"),
        (18, "2.22.0", "18"),
        (14, "2.19.3", "14"),
        (19, "2.29.2", "19"),
    ],
)
def test_a_pair_of_versions_is_warned_of_when_it_should_be(postgres: int, timescaledb: str | None, warned: str) -> None:
    """Unsupported pairs, and those without a security fix; nothing is said of the rest."""
    said = replace(CAN, postgres=postgres, timescaledb=timescaledb).pair_warning
    assert warned in said
    assert bool(said) == bool(warned)


def test_a_pair_that_is_known_to_be_bad_is_warned_of_by_what_it_does() -> None:
    """Where both were measured together; the same version on another minor has only its general warning."""
    bad = replace(CAN, postgres=15, postgres_version="15.20", timescaledb="2.26.4")
    assert "background job" in bad.pair_warning
    assert "background job" not in replace(bad, postgres_version="15.18").pair_warning


@pytest.mark.parametrize(
    ("timescaledb", "adds", "newest_first", "several", "over_another"),
    [
        ("2.19.3", False, False, False, True),
        ("2.20.0", False, True, False, True),
        ("2.21.0", False, True, True, True),
        ("2.27.9", False, True, True, False),
        ("2.28.0", True, True, True, False),
        ("2.29.0", True, True, True, True),
    ],
)
def test_what_an_aggregate_can_have_follows_its_version(
    timescaledb: str, adds: bool, newest_first: bool, several: bool, over_another: bool
) -> None:
    """Columns in place, options of refresh policies, several policies of one aggregate."""
    can = replace(CAN, timescaledb=timescaledb)
    assert can.adds_aggregate_columns is adds
    assert ("refresh_newest_first" in can.refresh_options) is newest_first
    assert "buckets_per_batch" in can.refresh_options
    assert (can.several_refresh, can.several_refresh_on_aggregate) == (several, over_another)


def test_every_supported_major_has_a_pair_without_a_warning_or_ends_before_the_fix() -> None:
    """Only PostgreSQL 15 was left before 2.29.1."""
    quiet = {major for major in SUPPORTED_PAIRS if not replace(CAN, postgres=major, timescaledb="2.29.2").pair_warning}
    assert set(SUPPORTED_PAIRS) - quiet == {15}
