"""What these tests converge is what Lighthouse's own program declares."""

from __future__ import annotations

import runpy
from types import SimpleNamespace
from typing import Any

import pulumi_timescaledb
import pytest
from pulumi_timescaledb import environment
from pulumi_timescaledb.database.plan.view import parse

from .lighthouse import PROJECT, declarations


@pytest.mark.parametrize("edition", ["apache", "community"])
def test_the_objects_are_those_of_the_program(edition: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    settings = SimpleNamespace(
        retention=SimpleNamespace(columnstore_after="7 days", check_retention="90 days", apache_fallback=True),
        metrics_retention="90 days",
        server=SimpleNamespace(app_password_ref=None),
        is_distribution=edition == "apache",
    )
    monkeypatch.setattr(environment, "settings", lambda: settings)
    monkeypatch.setattr(environment, "host", lambda _: SimpleNamespace(connection=None, data_volume=None))
    monkeypatch.setattr(environment, "outputs", lambda _: {})
    monkeypatch.setattr(pulumi_timescaledb, "DatabaseObjects", lambda _, args: seen.extend(args["objects"]))
    monkeypatch.chdir(PROJECT)
    runpy.run_path(str(PROJECT / "__main__.py"))
    expected = declarations(edition)
    for each in expected:
        if each["kind"] == "migrations":
            each["directory"] = "migrations"
    assert parse(seen) == parse(expected)
    assert len(seen) == len(expected) > 7
