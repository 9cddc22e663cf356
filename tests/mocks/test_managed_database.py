"""The resource graph of ``hosts.managed.Database``: one component and nothing below it.

Not proved here: that the server exists or lets us in; the probe has its own tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.hosts.contract import Host
from pulumi_timescaledb.hosts.managed import Database

from tests.mocks.graph import SECRET, record

ARGS: dict[str, Any] = {
    "host": "db.example.com",
    "database": "metrics",
    "user": "owner",
    "password_ref": "env:METRICS_PASSWORD",
}


def declare(args: dict[str, Any] | Callable[[], dict[str, Any]]) -> Callable[[], None]:
    """A program with one managed database and its attributes as exports; outputs are made inside it."""

    def program() -> None:
        given: Any = args() if callable(args) else args
        host = Database("metrics", given)
        assert isinstance(host, Host)
        assert host.data_volume is None
        pulumi.export("connection", host.connection)
        pulumi.export("endpoint", host.endpoint)

    return program


def test_it_registers_itself_only() -> None:
    """Nothing is created on a server that is somebody else's; encryption with a checked name is the default."""
    graph = record(declare(ARGS))
    connection = {**ARGS, "port": 5432, "tls": "verify-full"}
    outputs = {"connection": connection, "endpoint": "db.example.com:5432"}
    assert graph == {
        "outputs": outputs,
        "resources": {"metrics": {"type": "timescaledb:managed:Database", "outputs": outputs}},
    }


def test_the_connection_is_known_in_the_first_preview() -> None:
    """The server exists already, so its database is read before anything is deployed."""
    assert record(declare(ARGS), preview=True) == record(declare(ARGS))


def test_a_secret_argument_stays_secret() -> None:
    """A secret user name makes the connection a secret."""
    graph = record(declare(lambda: {**ARGS, "user": pulumi.Output.secret("hidden-user")}))
    assert graph["outputs"]["connection"] == SECRET
    assert "hidden-user" not in str(graph)


@pytest.mark.parametrize("host", ["metrics.abc.eu-central-1.rds.amazonaws.com", "https://db.example.com", "db:5432/x"])
def test_a_host_that_cannot_be_used_is_refused(host: str) -> None:
    """The sentence names the host argument, at once and when it arrives late."""
    with pytest.raises(pulumi.RunError, match=r"^host \S[^\n]*; \S[^\n]*$"):
        record(declare({**ARGS, "host": host}))
    with pytest.raises(pulumi.RunError, match=r"^host \S[^\n]*; \S[^\n]*$"):
        record(declare(lambda: {**ARGS, "host": pulumi.Output.from_input(host)}))
