"""Existing servers: their arguments, and what follows from what one says of itself.

Not proved here: that a server is probed rightly; the tests of ``database.capabilities`` do that on real ones.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi_timescaledb.hosts.managed import DatabaseArgs
from pulumi_timescaledb.hosts.managed.spec import _CHECKS, Unsupported, connection
from pulumi_timescaledb.server import ArgumentRefused, BadValue, NotAReference, OutOfRange, UnknownArgument

ARGS: dict[str, Any] = {"host": "db.example.com", "database": "m", "user": "o", "password_ref": "env:PASSWORD"}


@pytest.mark.parametrize(
    "host",
    [
        "metrics.abc.eu-central-1.rds.amazonaws.com",
        "metrics.cluster-abc.eu-central-1.rds.amazonaws.com",
        "METRICS.ABC.CN-NORTH-1.RDS.AMAZONAWS.COM.CN.",
    ],
)
def test_rds_and_aurora_are_refused_by_name(host: str) -> None:
    """Before anything is connected to."""
    with pytest.raises(Unsupported):
        connection({**ARGS, "host": host})


def test_the_connection_is_complete() -> None:
    """Defaults are the port and encryption with a checked name."""
    assert connection(ARGS) == {**ARGS, "port": 5432, "tls": "verify-full"}
    assert connection({**ARGS, "port": 6432.0, "tls": "require"})["port"] == 6432


def test_every_argument_has_a_check() -> None:
    """An argument added later cannot be passed on unread."""
    assert set(_CHECKS) == set(DatabaseArgs.__annotations__)


@pytest.mark.parametrize("host", ["db", "10.0.0.5", "db.example.com.", "2001:db8::5", "::1"])
def test_names_and_addresses_are_hosts(host: str) -> None:
    """Both families of addresses and absolute names."""
    assert connection({**ARGS, "host": host})["host"] == host


@pytest.mark.parametrize(
    ("wrong", "kind", "argument"),
    [
        ({"host": "postgresql://db.example.com"}, BadValue, "host"),
        ({"host": "user@db"}, BadValue, "host"),
        ({"host": "/var/run/postgresql"}, BadValue, "host"),
        ({"host": None}, BadValue, "host"),
        ({"port": 0}, OutOfRange, "port"),
        ({"tls": "verify-ca"}, BadValue, "tls"),
        ({"database": "template0"}, BadValue, "database"),
        ({"user": " "}, BadValue, "user"),
        ({"password_ref": "canary"}, NotAReference, "password_ref"),
        ({"password_ref": "postgresql://u:canary@h/d"}, NotAReference, "password_ref"),
        ({"password": "canary"}, UnknownArgument, "password"),
    ],
)
def test_what_cannot_be_is_refused_by_name(wrong: dict[str, Any], kind: type[ArgumentRefused], argument: str) -> None:
    """The refusal has the class and argument of the case and never shows a password."""
    with pytest.raises(kind) as refused:
        connection({**ARGS, **wrong})
    assert refused.value.argument == argument
    assert "canary" not in str(refused.value)
