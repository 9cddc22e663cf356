"""The provider's diff never raises, and its bytes and tokens never change: both are in every state.

Not proved here: what an engine does with a difference; whether a live server is another one than the recorded.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN
from pulumi_timescaledb.provider.converge import Converge
from pulumi_timescaledb.provider.inputs import DECLARED, ENVELOPE, PLAN, PROVIDER, READY, declaration, envelope, unknown
from pulumi_timescaledb.provider.resources import RESOURCES, DatabaseReady, Plan

QUICK = settings(deadline=None, database=None)
LATE = [UNKNOWN, Unknown()]  # type: ignore[no-untyped-call]
CONNECTION: dict[str, Any] = {"host": "h", "database": "d", "user": "u", "port": 5432.0}
ROLE: dict[str, Any] = {
    "kind": "role",
    "name": "app",
    "login": True,
    "connection": CONNECTION,
    "apache_fallback": False,
    "system_identifier": "1",
}
leaves = st.sampled_from([UNKNOWN, None, True, "", "5", 5, float("nan"), float("inf")]) | st.builds(Unknown) | st.text()
odd = st.recursive(leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=6)
kinds = st.sampled_from([*RESOURCES, PLAN, READY, "tabel"]) | odd
keys = (*ENVELOPE[1:], "name", "objects", "retention", DECLARED, PROVIDER)
states = st.dictionaries(st.sampled_from(keys) | st.text(), odd)


def differs(olds: dict[str, Any], news: dict[str, Any]) -> bool | None:
    """Whether diff sees a change."""
    return Converge().diff("id", olds, news).changes


@QUICK
@given(kinds, states, states)
def test_diff_never_raises(kind: Any, olds: dict[str, Any], news: dict[str, Any]) -> None:
    """A refresh calls it with whatever an old state holds; an exception there would end all drift detection."""
    assert differs(olds, {**news, "kind": kind}) in (True, False)
    assert differs({**olds, "kind": kind}, {**news, "kind": kind}) in (True, False)


def test_diff_does_not_raise_without_a_kind() -> None:
    """Inputs written by hand may lack it."""
    assert differs({}, {}) in (True, False)


@pytest.mark.parametrize("late", LATE)
def test_an_unknown_connection_is_no_change(late: Any) -> None:
    """A container that is replaced makes the connection unknown; nothing inside the database changes by that."""
    assert differs(ROLE, {**ROLE, "connection": late}) is False
    assert differs(ROLE, {**ROLE, "connection": {**CONNECTION, "host": late}}) is False


@pytest.mark.parametrize("late", LATE)
@pytest.mark.parametrize("key", ["login", "member_of", "system_identifier"])
def test_any_other_unknown_is_a_change(key: str, late: Any) -> None:
    """It may become anything, also where the connection is unknown too."""
    assert differs(ROLE, {**ROLE, key: late}) is True
    assert differs(ROLE, {**ROLE, key: [{"deep": late}]}) is True
    assert differs(ROLE, {**ROLE, key: late, "connection": late}) is True


@pytest.mark.parametrize("kind", [*RESOURCES, READY])
def test_a_known_different_connection_is_a_change(kind: str) -> None:
    """The update records it and finds nothing to do in the database."""
    olds = {**ROLE, "kind": kind}
    assert differs(olds, {**olds, "connection": {**CONNECTION, "port": 5433.0}}) is True
    assert differs({}, olds) is True


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, False),
        ({"login": False}, True),
        ({"name": "other"}, True),
        ({"createdb": True}, True),
        ({"apache_fallback": True}, True),
        ({"system_identifier": "2"}, True),
        ({PROVIDER: "other bytes"}, False),
        ({DECLARED: "{}"}, False),
    ],
)
def test_what_is_declared_and_where_is_the_difference(changed: dict[str, Any], expected: bool) -> None:
    """Outputs and the provider's own code are none."""
    assert differs(ROLE, {**ROLE, **changed}) is expected


def test_an_argument_that_was_left_out_is_a_change() -> None:
    """It is no longer managed, which state must know."""
    assert differs(ROLE, {key: value for key, value in ROLE.items() if key != "login"}) is True


def test_the_plan_never_changes() -> None:
    """It only refuses and tells; a change of it would stand in every preview."""
    assert differs({}, {"kind": PLAN, "connection": CONNECTION, "objects": []}) is False


@pytest.mark.parametrize("connection", [{}, {"host": "h"}, "postgresql://h/d", 5, None, UNKNOWN])
def test_a_ready_that_cannot_connect_is_no_change(connection: Any) -> None:
    """The read before it has said what is wrong."""
    state = {"kind": READY, "connection": connection, "system_identifier": "1"}
    assert differs(state, state) is False


@QUICK
@given(states)
def test_envelope_and_declaration_share_only_the_kind(state: dict[str, Any]) -> None:
    """Together they are the inputs, without what is ours alone."""
    inputs = {**state, "kind": "role"}
    hidden = {DECLARED, PROVIDER}
    both = {**envelope(inputs), **declaration(inputs)}
    assert set(both) == set(inputs) - hidden
    assert set(envelope(inputs)) & set(declaration(inputs)) == {"kind"}


@QUICK
@given(odd, st.sampled_from(LATE))
def test_an_unknown_is_seen_however_deep(value: Any, late: Any) -> None:
    """In lists, tuples and dictionaries."""
    assert unknown([{"a": (value, {"b": [late]})}])
    assert unknown([value]) == unknown({"a": value}) == unknown(value)


def test_the_provider_holds_nothing() -> None:
    """What it held would be in every state, in clear text."""
    assert vars(Converge()) == {}
    assert Converge.serialize_as_secret_always is False


def test_the_providers_bytes_are_the_same_in_every_process() -> None:
    """Two bytes that differ would be an update of every resource in every preview."""
    code = (
        "from pulumi.dynamic.dynamic import serialize_provider\n"
        "from pulumi_timescaledb.provider.converge import Converge\n"
        "print(serialize_provider(Converge()))"
    )
    printed = []
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
        )
        printed.append(process.stdout)
    assert printed[0] == printed[1]
    assert 0 < len(printed[0]) < 300  # a reference to the class, not its code


def test_the_type_tokens_are_frozen() -> None:
    """They are in every URN; a changed one would replace what it stands for."""
    assert {vars(each)["_resource_type_name"] for each in (*RESOURCES.values(), Plan, DatabaseReady)} == {
        f"dynamic/timescaledb:{name}"
        for name in (
            "ContinuousAggregate",
            "DatabaseReady",
            "DefaultPrivileges",
            "Extension",
            "Grant",
            "Hypertable",
            "Job",
            "Migrations",
            "PartitionedRetention",
            "Plan",
            "Role",
            "RowLevelSecurity",
            "Schema",
            "SecurityBarrierView",
        )
    }
