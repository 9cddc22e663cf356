"""Rows recorded on a Community server are read as what was declared there; see support/recorded.py for the limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from pulumi_timescaledb.database import declared as declarations
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kinds import KINDS

from ...support import recorded

# spelled anew by the server, so only a server can say whether the two mean the same
RESPELLED = {"query", "definition", "password_ref", "member_of"}
RECORDINGS = dict(recorded.recordings())


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_rows_are_what_was_declared(name: str) -> None:
    """No part of any declaration differs, but for what only a server can compare."""
    recording = RECORDINGS[name]
    can = Capabilities(**recording["capabilities"])
    found = recorded.replay(recording["kinds"], can)
    wrong = [change for each in recording["declarations"] for change in changes(each, found)]
    assert wrong == []


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_row_that_is_taken_away_is_missed(name: str) -> None:
    """A positive control: without its rows, every kind that was declared differs."""
    recording = RECORDINGS[name]
    can = Capabilities(**recording["capabilities"])
    empty = {kind: [{**each, "rows": []} for each in kept] for kind, kept in recording["kinds"].items()}
    found = recorded.replay({**empty, "migrations": recording["kinds"]["migrations"]}, can)
    missed = {change.partition(" ")[0] for each in recording["declarations"] for change in changes(each, found)}
    assert missed >= {"extension", "role", "hypertable", "index", "columnstore", "retention", "aggregate", "refresh"}


def changes(declaration: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What differs between a declaration and what was found, in words."""
    return [
        f"{change.kind} {change.object} {change.field}"
        for part in declarations.read(with_files(declaration, found)).parts
        for change in KINDS[part.kind].compare(part.key, part.value, found[part.kind].get(part.key))
        if change.field not in RESPELLED or change.action == "create"
    ]


def with_files(declaration: Mapping[str, Any], found: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """A folder of migrations with the checksums that were recorded: the files themselves are not here."""
    if declaration["kind"] != "migrations":
        return declaration
    live = found["migrations"].get(declaration["directory"])
    return {**declaration, "files": dict(live.value.files) if live else {"001.sql": "0"}}
