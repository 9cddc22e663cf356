"""Records what a Community server returns, for machines without one: `make golden ARGS=<this file>` writes it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import pytest
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Found

from ..support import recorded
from ..support.fix_database import Database
from .system import Managed, objects

# names and versions of one server, which say nothing about its rows
MOVING = ("system_identifier", "role", "database")


def test_the_recording_is_of_the_system_of_the_tests(
    community_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read now holds the same objects as the recording, kind by kind; written anew when asked for."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    declarations = objects(Path("migrations"), "community")
    system = Managed(community_database, declarations)
    system.up()
    can = system.reader.snapshot().capabilities
    with system.reader.cursor() as cursor:
        kinds = recorded.record(cursor, can)
    file = recorded.FOLDER / f"community-{can.timescaledb}-pg{can.postgres}.json"
    if os.environ.get("TSDB_WRITE_GOLDEN"):
        fixed = {**asdict(can), **dict.fromkeys(MOVING, "recorded")}
        content = {"capabilities": fixed, "declarations": declarations, "kinds": kinds}
        file.write_text(json.dumps(content, indent=1, sort_keys=True, default=sorted) + "\n", encoding="utf-8")
    now = recorded.replay(kinds, can)
    for _, recording in recorded.recordings():
        then = Capabilities(**recording["capabilities"])
        before = recorded.replay(recording["kinds"], then)
        other = then.timescaledb != can.timescaledb
        assert names(now, other) == names(before, other)


def names(found: Mapping[str, Mapping[str, Found]], other: bool) -> dict[str, list[str]]:
    """The objects of every kind; beside another version without rights on functions: all are the extension's."""
    return {
        kind: sorted(key for key in objects if not (other and " on function " in key))
        for kind, objects in found.items()
    }
