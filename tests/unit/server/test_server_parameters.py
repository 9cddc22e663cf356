"""Tuned, default, the user's and mandatory settings together.

Not proved here: that PostgreSQL accepts a user's own values; only the combinations known to keep it from starting.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.server import (
    FAMILIES,
    GIB,
    ArgumentRefused,
    BadValue,
    CannotStart,
    Machine,
    MandatorySetting,
    OutOfRange,
    layout_of,
    parameters,
    values,
)
from pulumi_timescaledb.server.mandatory import DECIDED_BY_ARGUMENT, DECIDED_BY_LAYOUT, defaults, mandatory

MACHINE = Machine(GIB, 2)
MANDATORY = {
    "listen_addresses": "*",
    "password_encryption": "scram-sha-256",
    "log_destination": "stderr",
    "logging_collector": "off",
}


def settings(overrides: dict[str, Any] | None = None, family: str = "distribution", **more: Any) -> dict[str, str]:
    """What a server of 1 GiB would be started with."""
    return values(parameters(MACHINE, layout_of(family, 17), database="metrics", overrides=overrides, **more))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_the_mandatory_settings(family: str) -> None:
    """Reachable over the published port, strong verifiers, one log, nothing reported."""
    found = settings(family=family)
    assert MANDATORY.items() <= found.items()
    assert found.get("timescaledb.telemetry_level") == (None if family == "distribution" else "off")
    assert found["shared_preload_libraries"].startswith("timescaledb,pg_stat_statements")


def test_pg_cron_is_set_up_where_it_is_preloaded() -> None:
    """Over the socket and in the declared database; families with jobs of their own get none of it."""
    found = settings()
    assert found["shared_preload_libraries"] == "timescaledb,pg_stat_statements,pg_cron"
    assert (found["cron.database_name"], found["cron.host"]) == ("metrics", "")
    assert not [name for name in settings(family="timescaledb-ha") if name.startswith("cron.")]


def test_more_libraries_follow_ours() -> None:
    """The order is kept and nothing is loaded twice."""
    found = settings(family="timescaledb", extra_libraries=["auto_explain", "timescaledb"])
    assert found["shared_preload_libraries"] == "timescaledb,pg_stat_statements,auto_explain"


def test_an_override_wins_over_tuning_and_defaults() -> None:
    """Booleans and numbers become PostgreSQL's spelling; settings unknown to us pass."""
    given = {
        "jit": True,
        "log_min_duration_statement": 250,
        "random_page_cost": 1.5,
        "work_mem": "64MB",
        "my.flag": False,
    }
    found = settings(given)
    expected = {"jit": "on", "log_min_duration_statement": "250", "random_page_cost": "1.5", "work_mem": "64MB"}
    assert {**expected, "my.flag": "off"}.items() <= found.items()
    assert list(found) == sorted(found)


def test_declared_connections_share_the_memory() -> None:
    """Four times the connections, a quarter of work_mem."""
    assert settings({"max_connections": 100})["work_mem"] == "4MB"
    assert settings({"max_connections": "100"})["max_connections"] == "100"


@pytest.mark.parametrize("name", sorted({*MANDATORY, *DECIDED_BY_ARGUMENT, *DECIDED_BY_LAYOUT, "cron.host"}))
def test_a_mandatory_setting_cannot_be_overridden(name: str) -> None:
    """Even to the value it has: what is decided elsewhere is declared there."""
    with pytest.raises(MandatorySetting) as refused:
        settings({name: "x"})
    assert refused.value.argument == f'settings["{name}"]'


@pytest.mark.parametrize(
    ("overrides", "named"),
    [
        ({"shared_buffers": "1GB"}, "shared_buffers"),
        ({"shared_buffers": "131072"}, "shared_buffers"),
        ({"shared_buffers": "64kB"}, "shared_buffers"),
        ({"shared_buffers": "much"}, "shared_buffers"),
        ({"max_connections": 30, "superuser_reserved_connections": 30}, "max_connections"),
        ({"reserved_connections": 25}, "reserved_connections"),
        ({"wal_level": "minimal"}, "wal_level"),
        ({"wal_level": "minimal", "max_wal_senders": 0, "archive_mode": "on"}, "wal_level"),
        ({"min_wal_size": "16MB"}, "min_wal_size"),
        ({"max_wal_size": "31"}, "max_wal_size"),
    ],
)
def test_what_cannot_start_is_refused(overrides: dict[str, Any], named: str) -> None:
    """The refusal names a setting the user chose."""
    with pytest.raises(CannotStart) as refused:
        settings(overrides)
    assert refused.value.argument == f'settings["{named}"]'


def test_what_can_start_is_not_refused() -> None:
    """The bounds themselves, and the way out each refusal names."""
    settings({"shared_buffers": "1023MB"})
    settings({"wal_level": "minimal", "max_wal_senders": 0})
    settings({"wal_level": "logical"})
    settings({"min_wal_size": "32MB", "max_wal_size": "32MB"})
    settings({"max_connections": 26, "reserved_connections": 22})


@pytest.mark.parametrize(
    ("overrides", "kind"),
    [
        ({"Work_Mem": "1MB"}, BadValue),
        ({"work_mem; drop": "1MB"}, BadValue),
        ({"work_mem": None}, BadValue),
        ({"work_mem": ["1MB"]}, BadValue),
        ({"log_line_prefix": "a\nb"}, BadValue),
        ({"max_connections": "many"}, BadValue),
        ({"max_connections": 24}, OutOfRange),
    ],
)
def test_malformed_settings_are_refused(overrides: dict[str, Any], kind: type[ArgumentRefused]) -> None:
    """Names and values that could not stand on a command line, by the setting's name."""
    with pytest.raises(kind) as refused:
        settings(overrides)
    assert refused.value.argument == f'settings["{next(iter(overrides))}"]'


def test_a_password_among_the_settings_is_refused_unseen() -> None:
    """The command line is visible to docker inspect; the sentence does not repeat the value."""
    with pytest.raises(BadValue) as refused:
        settings({"primary_conninfo": "host=a password=canary"})
    assert "canary" not in str(refused.value)


@given(st.sampled_from(sorted({*mandatory(layout_of("timescaledb", 17), "m"), *defaults()})))
def test_every_setting_of_ours_says_why_and_where_from(name: str) -> None:
    """No setting without a reason and a source."""
    setting = {**mandatory(layout_of("timescaledb", 17), "m"), **defaults()}[name]
    assert setting.why
    assert setting.source.startswith("https://")
