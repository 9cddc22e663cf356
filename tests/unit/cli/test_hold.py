"""``tsdb hold``: the same for machines as for people, whatever it was asked.

Not proved here: what a hold does to a database (tests/database/test_holds); the ledger is replaced by a list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any

import pytest
from pulumi_timescaledb.cli import holding
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.database import holds
from pulumi_timescaledb.database.holds import Hold
from pulumi_timescaledb.database.plan import locks
from typer.testing import CliRunner

NAME, DSN = "hypertable:public.t", "postgresql://u@127.0.0.1:9/d"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=timezone.utc), datetime(2999, 12, 25, tzinfo=timezone.utc)


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What would be written into the ledger of a database that has one object, which is held."""
    done: list[tuple[Any, ...]] = []

    @contextmanager
    def opened(*_: Any) -> Iterator[None]:
        yield None

    held = Hold(NAME, UNTIL, "disk full", "ann as u", SINCE, True)
    monkeypatch.setattr(holding, "_reading", opened)
    monkeypatch.setattr(holding, "_need_ledger", lambda *_: {"made", "history", "hold"})
    monkeypatch.setattr(holding, "look", lambda _: None)
    monkeypatch.setattr(holding, "_known", lambda *_: [NAME])
    monkeypatch.setattr(holding, "_user", lambda: "ann")
    monkeypatch.setattr(locks, "between_objects", opened)
    monkeypatch.setattr(holds, "read", lambda _: {NAME: held})
    monkeypatch.setattr(holds, "place", lambda _, *given: done.append(("place", *given)))
    monkeypatch.setattr(holds, "lift", lambda _, *given: done.append(("lift", *given)))
    return done


def hold(*more: str) -> str:
    """What the command prints on stdout."""
    answer = CliRunner().invoke(app, ["hold", "--dsn", DSN, *more])
    assert answer.exit_code == 0, answer.output
    return answer.stdout


def test_a_hold_is_a_document_where_json_was_asked_for(written: list[tuple[Any, ...]]) -> None:
    """Under the names that the list has."""
    said = json.loads(hold(NAME, "--until", "2999-12-24", "--reason", "disk full", "--json"))
    (listed,) = json.loads(hold("--list", "--json"))["holds"]
    assert said == {key: listed[key] for key in ("object", "until", "state", "by", "reason")}
    assert written == [("place", "hypertable", "public.t", UNTIL, "disk full", "ann as u")]


def test_a_release_is_a_document_where_json_was_asked_for(written: list[tuple[Any, ...]]) -> None:
    assert json.loads(hold(NAME, "--release", "--json")) == {"object": NAME, "state": "released"}
    assert written == [("lift", "hypertable", "public.t")]


@pytest.mark.usefixtures("written")
def test_people_get_a_sentence() -> None:
    assert hold(NAME, "--until", "2999-12-24") == f"{NAME} is held until the end of 2999-12-24 (UTC) by ann as u\n"
    assert hold(NAME, "--release") == f"{NAME} is released; the next preview shows what differs as a change\n"
