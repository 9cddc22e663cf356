"""The connection string works as it is, and never carries a password."""

from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from pulumi_timescaledb.environment import connection_string

CONNECTION: dict[str, Any] = {
    "host": "127.0.0.1",
    "port": 15432,
    "database": "lighthouse",
    "user": "postgres",
    "tls": "disable",
    "password_ref": "env:DATABASE_PASSWORD",
}


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"port": 15432.0},
        {"host": "::1"},
        {"user": "own er@team/x", "database": "a?b&c=d"},
        {"tls": "verify-full", "host": "db.example.com"},
        {"tls": "require", "password_ref": "ssm:/a/b"},
    ],
)
def test_libpq_reads_back_what_the_connection_says(changed: dict[str, Any]) -> None:
    """Whatever characters a name has."""
    connection = CONNECTION | changed
    read = conninfo_to_dict(connection_string(connection))
    expected = {
        "host": connection["host"],
        "port": str(int(connection["port"])),
        "dbname": connection["database"],
        "user": connection["user"],
    }
    if connection["tls"] != "disable":
        expected["sslmode"] = connection["tls"]
    assert read == expected


def test_a_password_file_is_named_and_not_read(tmp_path: Path) -> None:
    """psql then connects without a question."""
    (tmp_path / "password").write_text("s3cret-canary", encoding="utf-8")
    (tmp_path / "pgpass").write_text("*:*:*:*:s3cret-canary", encoding="utf-8")
    text = connection_string(CONNECTION | {"password_ref": f"file:{tmp_path}/password"})
    assert conninfo_to_dict(text)["passfile"] == str(tmp_path / "pgpass")
    assert "s3cret-canary" not in text


def test_a_relative_password_file_is_named_absolutely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The string is used from other folders than the program's."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "pgpass").touch()
    monkeypatch.chdir(tmp_path)
    text = connection_string(CONNECTION | {"password_ref": "file:.local/password"})
    assert text == f"postgresql://postgres@127.0.0.1:15432/lighthouse?passfile={tmp_path}/.local/pgpass"


def test_a_password_file_that_is_not_there_is_not_named(tmp_path: Path) -> None:
    """libpq would warn about it at every start."""
    text = connection_string(CONNECTION | {"password_ref": f"file:{tmp_path}/password"})
    assert "passfile" not in conninfo_to_dict(text)
