"""Which environments may lose their data: one rule for what the stack protects and what a command refuses.

Not proved here: that a protected volume refuses to go (tests/engine/aws).
"""

from __future__ import annotations

import json

import pytest
from pulumi_timescaledb.cli import target
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.settings import Settings, is_disposable, read
from pulumi_timescaledb.settings.target import DISPOSABLE
from timescaledb_policy.rules.data import EXEMPT

from tests.unit.settings.given import EC2

# what people call an environment whose data they want to keep, and slips of the finger
LASTING = ("prod", "production", "live", "staging", "product", "porduction", "eu", "dev-of-anna", "Dev", "testing")


def environment(name: str, stack: str = "blue") -> Settings:
    """The settings of a stack whose environment has a name."""
    return read({**EC2, "lighthouse:name": "here", "lighthouse:environment": name}, stack)


def refused(monkeypatch: pytest.MonkeyPatch, name: str, stack: str = "blue") -> bool:
    """Whether the command takes that stack for production."""
    said = json.dumps({"lighthouse:environment": {"value": name, "secret": False}, "lighthouse:name": {"value": "dev"}})
    monkeypatch.setattr(target, "_pulumi", lambda *_: said)
    return target.is_lasting(target.Target(Connection("h", "d", "u"), stack))


@pytest.mark.parametrize("name", LASTING)
def test_whatever_is_not_known_to_be_disposable_lasts(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Another word for production must not be the one whose volume goes with the stack."""
    assert not is_disposable(name)
    assert environment(name).is_lasting
    assert refused(monkeypatch, name)


@pytest.mark.parametrize("name", ["dev", "local", "test"])
def test_the_disposable_ones_can_go(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Otherwise nobody could end what was meant to end."""
    assert is_disposable(name)
    assert not environment(name).is_lasting
    assert not refused(monkeypatch, name)


def test_without_a_name_the_stacks_own_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """On both sides, also where the stack's name is written with its organization."""
    assert [environment("", stack).is_lasting for stack in ("dev", "staging")] == [False, True]
    assert [refused(monkeypatch, "", stack) for stack in ("acme/lighthouse/dev", "acme/lighthouse/staging")] == [
        False,
        True,
    ]


def test_the_policy_pack_exempts_the_same_ones() -> None:
    """The pack cannot import the settings, and would refuse what they leave unprotected."""
    assert sorted(EXEMPT.default) == sorted(DISPOSABLE)
