"""The table of objects in the manual names every object, and every attribute of the kinds that it describes whole."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.database.declared import COMPOSITIONS
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.migrate_command.wanted import MigrateCommand
from pulumi_timescaledb.database.kinds.migrations.wanted import Migrations
from pulumi_timescaledb.database.kinds.refresh.wanted import Refresh

MANUAL = (Path(__file__).parents[2] / "docs" / "reference" / "objects.md").read_text(encoding="utf-8")
COLUMNS = 5
NAMES = {"extension.name", "migrations.directory"}  # they say which object, and cannot change
KINDS: dict[str, Any] = {
    "extension": Extension,
    "migrations": Migrations,
    "migrate_command": MigrateCommand,
    "aggregate": Aggregate,
    "refresh": Refresh,
}


def rows(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    section = MANUAL.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("name", COMPOSITIONS)
def test_every_declaration_has_a_row_that_is_filled_in(name: str) -> None:
    """Created by, adopted from, on removal, on destroy."""
    (row,) = [row for row in rows("What becomes of an object") if row[0] == f"`{name}`"]
    assert len(row) == COLUMNS
    assert all(row)


@pytest.mark.parametrize("kind", KINDS)
def test_every_attribute_says_what_a_change_of_it_costs(kind: str) -> None:
    """An attribute that was added without its row fails here."""
    described = {name for row in rows("What a change costs") for name in re.findall(r"`([\w.]+)`", row[0])}
    assert {f"{kind}.{each.name}" for each in fields(KINDS[kind])} - NAMES <= described
