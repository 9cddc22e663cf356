"""A database imported by the command line, and the stack that takes what was written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..support.fix_database import Database
from ..support.fix_local import Stack, virtualenv

PASSWORD = "DATABASE_PASSWORD"  # the variable that an imported program finds it in
MOVING = ("created", "modified", "sourcePosition", "stackTrace", "provider", "id")


class Imported:
    """The written folder of one database, and stacks on it."""

    def __init__(self, folder: Path, engine: Mapping[str, str], database: Database) -> None:
        """Runs ``tsdb import``; fails the test when that fails."""
        self.folder, self.database = folder, database
        self.engine = {**engine, PASSWORD: database.server.password or "none"}
        self.name = f"i{uuid.uuid4().hex[:8]}"  # all stacks of a run lie in one backend
        done = run(database, str(folder), "--new-stack", self.name, "--json")
        assert done.returncode == 0, done.stderr
        self.said: dict[str, Any] = json.loads(done.stdout)
        yaml = folder / "Pulumi.yaml"
        yaml.write_text(yaml.read_text().replace(".venv", str(virtualenv())))

    @property
    def left_out(self) -> dict[str, str]:
        """What is not in the program, with the reason."""
        return {each["name"]: each["reason"] for each in self.said["left_out"]}

    def taken(self) -> Stack:
        """The stack that the written state is for, with that state."""
        made = Stack(self.folder, self.engine, self.name)
        done = made.run("stack", "import", "--file", str(self.folder / "state.json"))
        assert done.rc == 0, done.output
        return made

    def another(self) -> Stack:
        """A stack of the same program that knows nothing."""
        return Stack(self.folder, self.engine, f"{self.name}again")


def run(database: Database, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``tsdb import`` as a user runs it."""
    connection = database.connection
    dsn = f"host={connection.host} port={connection.port} user={connection.user} dbname={connection.database}"
    given = {**os.environ, "TSDB_DSN": dsn, "PGPASSWORD": database.server.password, **environment}
    command = [sys.executable, "-m", "pulumi_timescaledb.cli.main", "import", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=given, timeout=120, check=False)


def steps(stack: Stack) -> dict[str, str]:
    """What a plain preview would do, by name, without what stays the same; it must have run."""
    plan = stack.preview_json()
    assert plan, stack.preview().output
    found = {step["urn"].rpartition("::")[2]: step["op"] for step in plan["steps"]}
    return {name: op for name, op in found.items() if op not in ("same", "refresh")}


def resources(stack: Stack) -> list[dict[str, Any]]:
    """The stack's state in a comparable form: without times, places in source and ids of providers, sets sorted."""
    rows = []
    for each in stack.export()["deployment"]["resources"]:
        row = {key: value for key, value in each.items() if key not in MOVING}
        if each["type"] != "pulumi:providers:pulumi-python":
            row["id"] = each.get("id")
        row["dependencies"] = sorted(each.get("dependencies", ()))
        text = json.dumps(row, sort_keys=True).replace(f"urn:pulumi:{stack.name}::", "urn:pulumi:S::")
        text = text.replace(f'/{stack.name}"', '/S"')
        rows.append(json.loads(text.replace(f'-{stack.name}"', '-S"')))
    return sorted(rows, key=lambda row: str(row["urn"]))
