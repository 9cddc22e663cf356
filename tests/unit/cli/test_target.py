"""Which database is meant: connection strings of every form, and stacks asked of a pulumi that may fail."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import conninfo
from pulumi_timescaledb.cli import target
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.url import full
from pulumi_timescaledb.database.session import BadConnection, Connection
from typer.testing import CliRunner

PASSWORD = "s3cret/with:odd@signs%"
CONNECTION = {"host": "db.example.org", "port": 15432.0, "database": "lighthouse", "user": "app", "tls": "require",
              "password_ref": "file:.local/password"}  # fmt: skip


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("PG")]:
        monkeypatch.delenv(name)
    for name in ("TSDB_DSN_PASSWORD", "PGPASSFILE", "PGSSLROOTCERT"):
        monkeypatch.setenv(name, "")  # so that what a test sets is taken back
    monkeypatch.setenv("USER", "someone")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("dsn", "expected"),
    [
        ("postgresql://u@h:1234/d", Connection("h", "d", "u", 1234)),
        ("postgres://u@[::1]/d?sslmode=require", Connection("::1", "d", "u", 5432, "require")),
        ("host=/var/run/postgresql user=u dbname=d", Connection("/var/run/postgresql", "d", "u")),
        ("postgresql://%2Frun%2Fpg/d", Connection("/run/pg", "d", "someone")),
        ("hostaddr=10.0.0.1 user=u dbname='two words'", Connection("10.0.0.1", "two words", "u")),
        ("", Connection("127.0.0.1", "someone", "someone")),
        ("postgresql://u@h/d?connect_timeout=3&target_session_attrs=any", Connection("h", "d", "u")),
    ],
)
def test_connection_strings(dsn: str, expected: Connection) -> None:
    assert target.of_dsn(dsn) == target.Target(expected)


def test_a_password_is_decoded_and_kept_out_of_the_connection() -> None:
    found = target.of_dsn("postgresql://u:s3cret%2Fwith%3Aodd%40signs%25@h/d").connection
    assert os.environ["TSDB_DSN_PASSWORD"] == PASSWORD
    assert found.password_ref == "env:TSDB_DSN_PASSWORD"
    assert "s3cret" not in f"{found} {found!r}"


def test_what_is_not_said_comes_from_libpqs_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HOST", "h"), ("PORT", "77"), ("USER", "u"), ("DATABASE", "d"), ("SSLMODE", "require")):
        monkeypatch.setenv(f"PG{name}", value)
    assert target.of_dsn("").connection == Connection("h", "d", "u", 77, "require")


def test_a_password_file_and_a_root_certificate_are_passed_on() -> None:
    target.of_dsn("host=h user=u dbname=d passfile=/tmp/pgpass sslrootcert=/tmp/root.crt")
    assert (os.environ["PGPASSFILE"], os.environ["PGSSLROOTCERT"]) == ("/tmp/pgpass", "/tmp/root.crt")


@pytest.mark.parametrize(
    "dsn",
    [
        f"postgresql://u:{PASSWORD}zz@h/d?nonsense=1",
        f"just {PASSWORD}",
        f"host=h password={PASSWORD} service=x",
        f"host=h password={PASSWORD} options=-c",
        f"host=h password={PASSWORD} port=0",
        f"host=h password={PASSWORD} port=1,2",
        f"host=h password={PASSWORD} sslmode=maybe",
        "postgresql://u@h/d\udcff",
        "postgresql://u:%zz@h/d",
    ],
)
def test_a_wrong_connection_string_is_refused_without_its_password(dsn: str) -> None:
    with pytest.raises((target.NoTarget, BadConnection)) as caught:
        target.of_dsn(dsn)
    assert "s3cret" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_two_databases_are_refused() -> None:
    with pytest.raises(target.NoTarget, match="--stack"):
        target.choose("host=h", "dev", ".")


NAMES = st.text(st.characters(min_codepoint=1, max_codepoint=0x2FFF, exclude_categories=["Cs"]), min_size=1)
HOSTS = st.one_of(
    st.just("::1"), st.just("/var/run/postgresql"), st.from_regex(r"[a-z0-9][a-z0-9.-]{0,20}", fullmatch=True)
)


@given(HOSTS, NAMES, NAMES, NAMES, st.integers(1, 65535), st.sampled_from(["disable", "prefer", "verify-full"]))
def test_a_url_says_what_it_was_made_of(
    host: str, database: str, user: str, password: str, port: int, tls: str
) -> None:
    os.environ["TSDB_DSN_PASSWORD"] = password
    made = full(Connection(host, database, user, port, tls, "env:TSDB_DSN_PASSWORD"))
    words = conninfo.conninfo_to_dict(made)
    assert words == {"host": host, "dbname": database, "user": user, "password": password, "port": str(port),
                     "sslmode": tls}  # fmt: skip
    assert target.of_dsn(made).connection == Connection(host, database, user, port, tls, "env:TSDB_DSN_PASSWORD")
    assert os.environ["TSDB_DSN_PASSWORD"] == password


# ------------------------------------------------------------------------------------------------------------ stacks
def pulumi(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """A pulumi of the test's own on an otherwise empty PATH, and a project's folder."""
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    (folder / "Pulumi.yaml").write_text("name: lighthouse\n")


def test_the_connection_of_a_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pulumi(
        monkeypatch,
        tmp_path,
        f"""case "$*" in *show-name*) echo local;; *output*) echo '{json.dumps(CONNECTION)}';; esac""",
    )
    expected = Connection("db.example.org", "lighthouse", "app", 15432, "require", "file:.local/password")
    assert target.of_stack(None, str(tmp_path)) == target.Target(expected, "local")
    assert target.of_stack("org/lighthouse/dev", ".") == target.Target(expected, "org/lighthouse/dev")


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'error: no stack named dev found' >&2; exit 255", "no stack named dev found"),
        ("exit 1", "no reason given"),
        ("echo null", "is not a connection"),
        ("echo '\"[secret]\"'", "is not a connection"),
        ("echo 'not json'", "is not a connection"),
        ("true", "is not a connection"),
        ("printf '\\377\\376'", "no answer"),
    ],
)
def test_a_stack_that_has_no_connection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, words: str
) -> None:
    pulumi(monkeypatch, tmp_path, script)
    with pytest.raises(target.NoTarget) as caught:
        target.of_stack("dev", str(tmp_path))
    assert words in str(caught.value)


def test_without_pulumi_or_project(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(target.NoTarget, match="--cwd"):
        target.of_stack("dev", str(tmp_path))
    (tmp_path / "Pulumi.yaml").write_text("name: lighthouse\n")
    with pytest.raises(target.NoTarget, match="PATH"):
        target.of_stack("dev", str(tmp_path))


@pytest.mark.parametrize(
    ("stack", "config", "lasting"),
    [
        ("prod", {}, True),
        ("acme/lighthouse/prod", {}, True),
        ("blue", {"lighthouse:environment": {"value": "prod", "secret": False}}, True),
        ("blue", {"lighthouse:environment": {"value": "dev", "secret": False}}, False),
        ("product", {"lighthouse:name": {"value": "dev", "secret": False}}, True),
        ("prod", {"newrelic:environment": {"value": "dev"}, "lighthouse:environment": {"value": ""}}, True),
        ("", {"lighthouse:environment": {"value": "prod"}}, False),
    ],
)
def test_what_lasts_is_known_by_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stack: str, config: dict[str, object], lasting: bool
) -> None:
    pulumi(monkeypatch, tmp_path, f"echo '{json.dumps(config)}'")
    assert target.is_lasting(target.Target(Connection("h", "d", "u"), stack)) is lasting


@pytest.mark.parametrize("script", ["exit 1", "echo nonsense", "echo null", "true"])
def test_a_stack_whose_settings_cannot_be_read_keeps_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    pulumi(monkeypatch, tmp_path, script)
    with pytest.raises(target.NoTarget):
        target.is_lasting(target.Target(Connection("h", "d", "u"), "blue"))


def test_keep_is_refused_in_production_before_anything_is_reached(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pulumi(monkeypatch, tmp_path, f"echo '{json.dumps({**CONNECTION, 'host': '127.0.0.1', 'port': 9})}'")
    arguments = ["verify", "--stack", "acme/lighthouse/prod", "--cwd", str(tmp_path)]
    refused = CliRunner().invoke(app, [*arguments, "--keep"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--keep" in refused.stderr
    # without it, the same command gets further: to a password file that is not there
    assert "password_ref" in CliRunner().invoke(app, arguments).stderr
