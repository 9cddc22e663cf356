"""A pipeline's preview on the real engine: as a role that may change nothing, unread in a fork, and what JSON carries.

Not proved here: rights on AWS, and GitHub's own half of a workflow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from pulumi_timescaledb.database import read_as

from .conftest import declared
from .test_plan import plan, tsdb
from .trial import Trial

# one edition: what differs between them is compared in tests/database/cli
pytestmark = pytest.mark.parametrize("trial", ["apache"], indirect=True)
ROLE, PASSWORD = "tsdb_plan", "plan-password-of-the-tests"
AS_PIPELINE = {read_as.USER: ROLE, read_as.PASSWORD_REF: "env:TSDB_TEST_PLAN_PASSWORD"}
PROGRAM = """
import json
from pathlib import Path
import pulumi
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
import pulumi_timescaledb as timescaledb

class Nothing(ResourceProvider):
    def create(self, props):
        return CreateResult("nothing", props)

class Box(Resource):
    def __init__(self, name, props, opts):
        super().__init__(Nothing(), name, props, opts)

settings = json.loads(Path("declared.json").read_text(encoding="utf-8"))
Box("box", {}, pulumi.ResourceOptions(protect=settings.pop("protect", True)))
timescaledb.DatabaseObjects("tests", settings)
pulumi.export("estimated_monthly_cost", 12.5)
"""


@pytest.fixture(autouse=True)
def ready(trial: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    """The declared system, deployed, and the pipeline's role."""
    trial.stack.env["TSDB_TEST_PLAN_PASSWORD"] = PASSWORD
    (trial.folder / "__main__.py").write_text(PROGRAM)
    trial.declare(declared(trial.folder, trial.database.edition))
    if trial.steps():
        trial.up()
    there = trial.database.connection
    dsn = f"host={there.host} port={there.port} dbname={there.database} user={there.user}"
    subprocess.run(
        [sys.executable, "-m", "pulumi_timescaledb.cli.main", "ci-setup", "--dsn", dsn, "--yes",
         "--password-ref", "env:TSDB_TEST_PLAN_PASSWORD"],
        env={**os.environ, **trial.stack.env, "PGPASSWORD": trial.database.server.password},
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip


def test_the_pipelines_role_sees_no_drift_then_every_drift_and_deploys_nothing(trial: Trial) -> None:
    """Under the digest of the deploying role, without that role's password or any other."""
    secret = {"TSDB_TEST_PASSWORD": "", "TSDB_TEST_APP_PASSWORD": ""}
    deploying = plan(trial)
    night = tsdb(trial, "--json", "--fail-on-drift", **AS_PIPELINE, **secret)
    assert night.rc == 0, night.output
    found = json.loads(night.stdout)
    assert found["digest"] == deploying["digest"]
    assert found["databases"][0]["changes"] == []
    trial.database.sql("DROP INDEX readings_device")
    trial.database.sql("ALTER ROLE app NOLOGIN")
    night = tsdb(trial, "--json", "--fail-on-drift", **AS_PIPELINE, **secret)
    assert night.rc == 7, night.output
    rows = json.loads(night.stdout)["databases"][0]["changes"]
    assert {(row["kind"], row["origin"]) for row in rows} == {("index", "drift"), ("role", "drift")}
    assert json.loads(night.stdout)["digest"] == plan(trial)["digest"]
    trial.stack.env.update(AS_PIPELINE)
    try:
        up = trial.stack.up()
    finally:
        for name in AS_PIPELINE:
            del trial.stack.env[name]
    assert up.rc != 0
    assert "TSDB_READ_AS is set, which only reads" in up.output
    assert trial.database.sql("SELECT FROM pg_roles WHERE rolname = 'app' AND rolcanlogin") == []
    trial.up()


def test_a_fork_gets_a_preview_that_says_what_it_did_not_read(trial: Trial) -> None:
    """Without any password; and a nightly check of that kind fails."""
    unread = {"TSDB_DATABASE": "skip", "TSDB_TEST_PASSWORD": ""}
    shown = tsdb(trial, "--markdown", **unread)
    assert shown.rc == 0, shown.output
    assert "database not read" in shown.stdout
    night = tsdb(trial, "--fail-on-drift", **unread)
    assert night.rc == 2
    assert "whether there is drift is not known" in night.stderr


def test_the_engine_tells_the_deployed_cost_and_a_protection_that_goes(trial: Trial) -> None:
    """Which the comment and the digest are made of."""
    before = plan(trial)
    assert before["elsewhere"]["steps"] == []
    assert before["cost"]["before"] == {"list": "12.5"}
    trial.declare(declared(trial.folder, trial.database.edition), protect=False)
    after = plan(trial)
    (step,) = after["elsewhere"]["steps"]
    assert (step["name"], step["properties"]) == ("box", ["protect off"])
    assert after["digest"] != before["digest"]
    trial.up()
