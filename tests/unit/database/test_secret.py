"""Passwords: references that are resolved late, and verifiers made from what they hold.

Not proved here: AWS's own stores (moto stands in for them), and that a server accepts a verifier or hands the
connection's region on (tests/database logs in with one).
"""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from pulumi_timescaledb.database import secret
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds.role import found, scram, sql
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.errors import Unreachable

from .strategies import QUICK
from .worlds import CAN

CANARY = "canary-Pa55:word"
# user "user", password "pencil": the example of RFC 7677, in the form that PostgreSQL stores
PENCIL = (
    "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
    ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
)
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
passwords = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.mark.parametrize("reference", ["file:a", "env:A", "ssm:/a/b", "secretsmanager:a", "file:a:b"])
def test_a_reference_has_a_scheme_and_a_place(reference: str) -> None:
    """The four schemes; a colon may stand in the rest."""
    assert secret.validate(reference) == reference


@pytest.mark.parametrize("reference", [CANARY, "", "file:", "env", "FILE:a", "http://a", f"password:{CANARY}"])
def test_what_is_no_reference_is_refused_and_never_shown(reference: str) -> None:
    """What stands there may be the password itself; the argument is named and every scheme."""
    with pytest.raises(secret.BadReference, match=r"^the_argument ") as caught:
        secret.validate(reference, "the_argument")
    assert CANARY not in str(caught.value)
    assert all(f"{scheme}:" in str(caught.value) for scheme in secret.SCHEMES)


def test_a_password_comes_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whole, but for the line end that an editor adds."""
    monkeypatch.chdir(tmp_path)
    Path("password").write_bytes(b" spaced word \r\n")
    monkeypatch.setenv("TSDB_TEST_SECRET", CANARY)
    assert secret.resolve("env:TSDB_TEST_SECRET") == CANARY
    assert secret.resolve("file:password") == " spaced word "


@pytest.mark.parametrize(
    ("content", "reference", "named"),
    [
        (None, "env:TSDB_TEST_NOT_SET", "TSDB_TEST_NOT_SET"),
        (None, "file:password", "password"),
        (b"", "file:password", "password"),
        (b"\n", "file:password", "password"),
        (b"\xff\xfe" + CANARY.encode(), "file:password", "password"),
        (None, "file:pass\x00word", "pass"),
        (None, "file:.", "file"),
    ],
)
def test_a_reference_to_nothing_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, reference: str, named: str
) -> None:
    """The sentence names the argument and the place, and carries nothing of what stood there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TSDB_TEST_NOT_SET", raising=False)
    if content is not None:
        Path("password").write_bytes(content)
    with pytest.raises(secret.BadReference, match=r"^the_argument ") as caught:
        secret.resolve(reference, "the_argument")
    assert named in str(caught.value)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("reference", ["ssm:/app/password", "secretsmanager:app-password"])
def test_a_roles_password_comes_from_the_connections_region(monkeypatch: pytest.MonkeyPatch, reference: str) -> None:
    """The environment's region holds nothing of that name; without one of the connection it is the one that counts."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    wanted = Role(password_ref=reference)
    change = Change("role", "app", "alter", "password_ref", None, reference)
    with mock_aws():
        boto3.client("ssm", "eu-west-1").put_parameter(Name="/app/password", Value=CANARY, Type="SecureString")
        boto3.client("secretsmanager", "eu-west-1").create_secret(Name="app-password", SecretString=CANARY)
        there = Capabilities(**{**vars(CAN), "region": "eu-west-1"})
        (step,) = sql.statements(change, wanted, Found(wanted), there)
        stored = re.search(r"'(SCRAM[^']+)'", step.statement.as_string(None))
        assert stored is not None
        assert scram.matches(stored[1], CANARY)
        with pytest.raises(Unreachable, match="app"):
            sql.statements(change, wanted, Found(wanted), CAN)
        facts: dict[str, Any] = {"name": "app", "readable": True, "verifier": stored[1], "memberships": {}}
        here = found.respell(None, wanted, Found(wanted, {**facts, "region": "eu-west-1"}))  # type: ignore[arg-type]
        assert here.value.password_ref == reference
        with pytest.raises(Unreachable, match="app"):
            found.respell(None, wanted, Found(wanted, {**facts, "region": ""}))  # type: ignore[arg-type]


def test_the_verifier_is_the_one_that_postgresql_stores() -> None:
    """Byte for byte, for a published password and salt."""
    assert scram.verifier("pencil", SALT) == PENCIL
    assert scram.matches(PENCIL, "pencil")


@pytest.mark.parametrize("stored", [None, "", "md53175bce1d3201d16594cebf9d7eb3f9d", "pencil"])
def test_another_kind_of_hash_never_matches(stored: str | None) -> None:
    """An md5 hash is replaced by a verifier, even where the password is the same."""
    assert not scram.matches(stored, "pencil")


@QUICK
@given(passwords, st.integers(1, 20))
def test_a_verifier_matches_its_password_and_tells_nothing_of_it(password: str, iterations: int) -> None:
    """Under a new salt every time, whatever the number of rounds."""
    one, other = (scram.verifier(password, iterations=iterations) for _ in range(2))
    assert one != other
    assert scram.matches(one, password)
    assert scram.matches(other, password)
    assert not scram.matches(one, password + "x")
    assert len(password) < 4 or password not in one


def test_spellings_of_one_character_are_one_password() -> None:
    """PostgreSQL normalises before it hashes: an e with an accent may be typed as one or as two characters."""
    assert scram.verifier("caf\u00e9", SALT) == scram.verifier("cafe\u0301", SALT)
    assert not scram.matches(PENCIL, "Pencil")
