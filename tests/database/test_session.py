"""A session that the server does not grant: the sentence names where its password would have to be.

Not proved here: ways to a server other than its address (test_tunnel.py).
"""

from __future__ import annotations

import pytest
from pulumi_timescaledb.database import session
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Unreachable

from ..support.fix_database import Server


@pytest.mark.parametrize(
    ("declared", "environment", "remedy"),
    [
        ("", {}, "check that connection.password_ref holds this user's password"),
        ("env:TSDB_TEST_WRONG", {}, "check that env:TSDB_TEST_WRONG holds this user's password"),
        (
            "env:TSDB_TEST_RIGHT",
            {"TSDB_READ_AS": "tsdb_plan"},
            "check that TSDB_READ_AS_PASSWORD_REF holds this user's password",
        ),
        (
            "env:TSDB_TEST_RIGHT",
            {"TSDB_READ_AS": "tsdb_plan", "TSDB_READ_AS_PASSWORD_REF": "env:TSDB_TEST_WRONG"},
            "check that env:TSDB_TEST_WRONG holds this user's password",
        ),
    ],
)
def test_a_refused_password_is_said_with_where_it_has_to_be(
    apache: Server, monkeypatch: pytest.MonkeyPatch, declared: str, environment: dict[str, str], remedy: str
) -> None:
    """Of the role that reads in the place of the deploying one, too; and no password is in the sentence."""
    for name, value in {**environment, "TSDB_TEST_RIGHT": apache.password, "TSDB_TEST_WRONG": "not-this-one"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PGPASSWORD", raising=False)
    connection = Connection(apache.host, "postgres", apache.user, apache.port, "prefer", declared)
    with pytest.raises(Unreachable) as refused:
        session.connect(connection)
    assert remedy in str(refused.value)
    assert "not-this-one" not in str(refused.value)
    assert apache.password not in str(refused.value)
