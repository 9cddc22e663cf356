"""A converged trial stack, one a module and edition."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from ..database.system import objects
from ..support.fix_database import Server, fresh
from .trial import Trial


@pytest.fixture(scope="module", params=["apache", "community"])
def trial(
    request: pytest.FixtureRequest, engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Trial]:
    """The whole system of the database tests, brought up by Pulumi on each edition."""
    server: Server = request.getfixturevalue(request.param)
    with pytest.MonkeyPatch.context() as patch:
        for database in fresh(server, patch):
            made = Trial(tmp_path_factory.mktemp("trial"), engine, database, f"t{uuid.uuid4().hex[:8]}")
            made.declare(declared(made.folder, server.edition))
            made.up()
            yield made


@pytest.fixture
def converged(trial: Trial) -> None:
    """Brought back to what is declared, whatever the test before left."""
    trial.declare(declared(trial.folder, trial.database.edition))
    if trial.steps():
        trial.up()


def change(trial: Trial, table: str, **arguments: object) -> None:
    """Declare the system with some arguments of one object changed."""
    changed = declared(trial.folder, trial.database.edition)
    for each in changed:
        if table in (each.get("table"), each.get("name")):
            each.update(arguments)
    trial.declare(changed)


def declared(folder: Path, edition: str) -> list[dict[str, object]]:
    """The system of the database tests with its migrations relative to the project's folder."""
    found = objects(folder / "migrations", edition)
    for each in found:
        if each["kind"] == "migrations":
            each["directory"] = "migrations"
    return found
