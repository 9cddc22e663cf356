"""The gate: what a code covers, and that it opens once and for one change.

Not proved here: that the ledger counts uses (tests/database), nor that a hash of six digits never collides.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.kind import Change, ChangeClass
from pulumi_timescaledb.database.plan.gate import WORDS, Demand, asked, demands, identity, missing
from pulumi_timescaledb.units import Interval

from .strategies import QUICK
from .worlds import CAN

OWNER, NAME = "public.readings", "hypertable:public.readings"
CHANGE = Change("retention", OWNER, "alter", "drop_after", Interval(days=90), Interval(days=30), ChangeClass.DESTROYS)


def demand(change: Change = CHANGE, *, owner: str = NAME, uses: int = 0, **server: Any) -> Demand:
    """The one acknowledgement that a change needs on a server."""
    (needed,) = demands(owner, [change], replace(CAN, **server), {owner: uses})
    return needed


@pytest.mark.parametrize(
    "other",
    [
        demand(replace(CHANGE, kind="aggregate")),
        demand(replace(CHANGE, object="public.others")),
        demand(replace(CHANGE, action="create")),
        demand(replace(CHANGE, field="enabled")),
        demand(replace(CHANGE, old=Interval(days=91))),
        demand(replace(CHANGE, new=Interval(days=29))),
        demand(replace(CHANGE, new=None)),
        demand(owner="hypertable:public.others"),
        demand(owner="row_level_security:public.readings"),
        demand(uses=1),
        demand(system_identifier="7000000000000000002"),
        demand(database="other"),
    ],
)
def test_a_code_is_for_one_change_of_one_object_once(other: Demand) -> None:
    """Each part of what is acknowledged changes the code, so an old line in the configuration opens nothing."""
    assert other.code != demand().code
    assert missing([other], {other.name: demand().code}) == [other]


@pytest.mark.parametrize(
    "same",
    [demand(replace(CHANGE, loss="3 chunks, about 5 rows")), demand(replace(CHANGE, note="x")), demand(tls=True)],
)
def test_a_code_does_not_move_while_somebody_reads(same: Demand) -> None:
    """Row counts grow and notes are for people; the line that was printed still works."""
    assert same.code == demand().code
    assert missing([same], {demand().name: demand().code}) == []


def test_the_same_code_works_once() -> None:
    """After a use, the same change of the same object needs another code."""
    codes = [demand(uses=uses).code for uses in range(5)]
    assert len(set(codes)) == 5
    assert missing([demand(uses=0)], {demand().name: codes[0]}) == []
    assert missing([demand(uses=1)], {demand().name: codes[0]}) != []


def test_objects_of_one_name_share_a_line() -> None:
    """A role and a schema may both be called app; the line for one would otherwise take away that for the other."""
    role = demand(replace(CHANGE, kind="role", object="app"), owner="role:app")
    schema = demand(replace(CHANGE, kind="schema", object="app"), owner="schema:app")
    assert role.name == schema.name
    both = f"{role.code},{schema.code}"
    assert all(f" {both}" in sentence for sentence in asked([role, schema], {}))
    assert [both in sentence for sentence in asked([role, schema], {role.name: role.code})] == [True]
    assert asked([role, schema], {role.name: both}) == []
    assert missing([role], {role.name: both}) == missing([schema], {role.name: both}) == []


@QUICK
@given(st.text(), st.text(), st.integers(0, 99), st.sampled_from(list(WORDS)))
def test_a_code_is_typed_and_stored_as_text(old: str, new: str, uses: int, cost: ChangeClass) -> None:
    """It starts with a letter, because YAML would make a number of digits, and needs no quotes in a shell."""
    needed = demand(replace(CHANGE, old=old, new=new, change_class=cost), uses=uses)
    assert re.fullmatch(r"k[0-9a-f]{6}", needed.code)


@pytest.mark.parametrize("cost", [ChangeClass.IN_PLACE, ChangeClass.FUTURE, ChangeClass.IMPOSSIBLE])
def test_what_loses_nothing_needs_no_code(cost: ChangeClass) -> None:
    """Nor does what cannot be done at all: a rule refuses that."""
    assert demands(NAME, [replace(CHANGE, change_class=cost)], CAN, {}) == []


def test_destroying_and_rebuilding_are_acknowledged_apart() -> None:
    """One line for each class of change, however many changes are in it and in which order."""
    rebuild = Change("aggregate", OWNER, "alter", "query", "a", "b", ChangeClass.REBUILD)
    second = replace(CHANGE, field="enabled", old=False, new=True)
    needed = demands(NAME, [CHANGE, rebuild, second], CAN, {})
    assert [(each.name, len(each.changes)) for each in needed] == [
        ("destroy:public.readings", 2),
        ("rebuild:public.readings", 1),
    ]
    turned = demands(NAME, [second, rebuild, CHANGE], CAN, {})
    assert [each.code for each in turned] == [each.code for each in needed]
    assert demands(NAME, [CHANGE], CAN, {})[0].code != needed[0].code


@pytest.mark.parametrize("given_code", [None, "", "k000000", 5, "K" + demand().code[1:], demand().code + " "])
def test_a_wrong_code_is_missing(given_code: Any) -> None:
    """Only the very code counts, under the very name."""
    needed = demand()
    assert missing([needed], {} if given_code is None else {needed.name: given_code}) == [needed]
    assert missing([needed], {"destroy:public.others": needed.code}) == [needed]


def test_the_sentence_is_a_line_to_type() -> None:
    """It says what would be lost and the whole command, quoted for a shell."""
    sentence = demand(replace(CHANGE, loss="12 chunks")).sentence
    assert [word for word in (OWNER, "90 days", "30 days", "12 chunks") if word not in sentence] == []
    command = f"pulumi config set --path 'timescaledb:acknowledge[\"destroy:{OWNER}\"]' {demand().code}"
    assert sentence.endswith(command)


@pytest.mark.parametrize("other", [("b", "1", "2"), ("a", "3", "2"), ("a", "1", "3"), ("a", "2", "1")])
def test_another_server_is_acknowledged_by_both_identities(other: tuple[str, str, str]) -> None:
    """The line names the database, and its code the recorded and the live server."""
    needed = identity("a", "1", "2")
    assert needed.name == "identity:a"
    assert re.fullmatch(r"k[0-9a-f]{6}", needed.code)
    assert missing([needed], {needed.name: needed.code}) == []
    assert missing([needed], {needed.name: identity(*other).code}) == [needed]
