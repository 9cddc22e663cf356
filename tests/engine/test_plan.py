"""``tsdb plan`` on the real engine: what it merges, its digest, what is refused, and that only what was approved runs.

Each test starts from the declared system of the database tests; operator changes are SQL by hand. Nothing of this
differs between the editions: a plain run takes one, `make editions` both. Not proved here: what a plan says of AWS.
"""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ..support.fix_local import Completed
from .conftest import change, declared
from .trial import Trial

pytestmark = [pytest.mark.one_edition("editions"), pytest.mark.usefixtures("converged")]
TABLE, APP = "hypertable:public.readings", "role:app"
CANARY = "canary-9d2e4b"
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
    def __init__(self, name, props):
        super().__init__(Nothing(), name, props)

settings = json.loads(Path("declared.json").read_text(encoding="utf-8"))
secret = pulumi.Config().require_secret("canary")
Box("box", {"size": settings.pop("size", 1), "word": secret, "plain": pulumi.Output.concat("x-", secret)})
objects = settings.pop("objects")
roles = [each for each in objects if each.get("name") == "second"] if settings.pop("split", False) else []
timescaledb.DatabaseObjects("tests", {**settings, "objects": [each for each in objects if each not in roles]})
if roles:
    timescaledb.DatabaseObjects("more", {**settings, "objects": roles})
"""


def tsdb(trial: Trial, *arguments: str, **environment: str) -> Completed:
    """Run the command in a process of its own, as a person would."""
    where = ["--cwd", str(trial.folder), "--stack", trial.stack.name]
    done = subprocess.run(
        [sys.executable, "-m", "pulumi_timescaledb.cli.main", "plan", *where, *arguments],
        env={**trial.stack.env, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return Completed(done.returncode, done.stdout, done.stderr)


def plan(trial: Trial, *arguments: str) -> dict[str, Any]:
    """The plan for machines."""
    return dict(json.loads(tsdb(trial, "--json", *arguments).stdout))


def up(trial: Trial, expected: str) -> Completed:
    """Deploy what was approved."""
    trial.stack.env["TSDB_EXPECT_PLAN"] = expected
    try:
        return trial.stack.up()
    finally:
        del trial.stack.env["TSDB_EXPECT_PLAN"]


def test_a_converged_stack_has_an_empty_plan_with_a_digest_that_stays(trial: Trial) -> None:
    """Two runs agree to the letter, and the text says that nothing differs."""
    first = plan(trial)
    assert first["databases"][0]["changes"] == []
    assert first["elsewhere"] == {"counts": {}, "steps": []}
    shown = tsdb(trial, "--expect", first["digest"])
    assert shown.rc == 0
    assert "nothing differs" in shown.stdout
    assert first["digest"] in shown.stdout


def test_drift_is_told_from_a_declared_change_and_both_are_in_every_form(trial: Trial) -> None:
    """Live value against declared, with where the difference comes from."""
    change(trial, "readings", chunk_interval="2 days", columnstore={"after": "14 days", "segment_by": ["device"]})
    trial.database.sql("DROP INDEX readings_device")
    trial.database.sql("ALTER ROLE app NOLOGIN")
    found = plan(trial)
    rows = {(row["object"], row["attribute"] or row["key"]): row for row in found["databases"][0]["changes"]}
    assert rows[APP, "login"]["origin"] == "drift"
    assert (rows[APP, "login"]["live"], rows[APP, "login"]["declared"]) == ("false", "true")
    assert rows[TABLE, "public.readings readings_device"]["origin"] == "drift"
    assert rows[TABLE, "chunk_interval"]["origin"] == "declared"
    assert rows[TABLE, "chunk_interval"]["change_class"] == "future data only"
    trial.database.sql("SELECT set_chunk_time_interval('readings', interval '3 days')")
    again = plan(trial)
    assert {row["origin"] for row in again["databases"][0]["changes"] if row["attribute"] == "chunk_interval"} == {
        "drift and declared"
    }
    assert again["digest"] != found["digest"]
    trial.database.sql("SELECT set_chunk_time_interval('readings', interval '1 day')")
    trial.database.sql("INSERT INTO readings SELECT now(), 'd', 1, i FROM generate_series(1, 100) i")
    assert plan(trial)["digest"] == found["digest"]  # rows move, the plan does not
    text, comment = tsdb(trial).stdout, tsdb(trial, "--markdown").stdout
    assert "~ login: false => true (drift)" in text
    assert "~ chunk_interval: 1 day => 2 days (declared)" in text
    assert "| **drift** | `role:app` | `~ login` | `false` | `true` |" in comment
    for form in (text, comment):
        assert found["digest"] in form
        assert "keep their range" in form
        assert "2 of drift" in form


def test_a_refused_preview_still_gives_its_plan(trial: Trial) -> None:
    """Exit code 1, what would be lost, the line to type; and the digest tells the acknowledged plan from it."""
    trial.database.sql(
        "INSERT INTO readings SELECT now() - i * interval '1 day', 'd' || i % 3, 1, i FROM generate_series(1, 80) i"
    )
    objects = declared(trial.folder, trial.database.edition)
    for each in objects:
        if each.get("table") == "readings":
            each["retention"] = {"drop_after": "40 days", "schedule": "12 hours"}
        if each.get("name") in ("hourly", "daily"):
            each["retention"] = {"drop_after": "40 days"}
            each["refresh"] = [{"start_offset": "3 days", "end_offset": "1 day", "schedule": "1 hour"}]
    trial.declare(objects)
    refused = tsdb(trial)
    assert refused.rc == 1
    assert "would destroy 4" in refused.stdout
    assert "REFUSED: retention of public.readings" in refused.stdout
    line = next(text.strip() for text in refused.stdout.splitlines() if text.strip().startswith("pulumi config set"))
    comment = tsdb(trial, "--markdown")
    assert (comment.rc, line in comment.stdout) == (1, True)
    found = plan(trial)
    assert (found["refused"], found["complete"], found["errors"]) == (True, False, [])
    assert found["digest"] in refused.stdout
    assert {row["object"] for row in found["databases"][0]["changes"]} >= {TABLE, "continuous_aggregate:public.daily"}
    name, code = line.split("'")[1], line.split()[-1]
    assert trial.stack.run("config", "set", "--path", name, code).rc == 0
    agreed = plan(trial)
    assert (agreed["refused"], agreed["complete"]) == (False, True)
    assert agreed["digest"].partition("-")[0] != found["digest"].partition("-")[0]
    assert agreed["databases"][0]["acknowledged"] == [TABLE]
    assert up(trial, found["digest"]).rc != 0
    assert up(trial, agreed["digest"]).rc == 0
    trial.stack.run("config", "rm", "--path", "timescaledb:acknowledge")
    trial.database.sql("DELETE FROM readings WHERE at < now() - interval '1 day'")
    trial.database.sql("SELECT drop_chunks('readings', older_than => interval '1 day')")


def test_only_the_approved_plan_runs(trial: Trial) -> None:
    """Another live value since the approval is refused in one sentence and nothing is written; the same plan runs."""
    change(trial, "readings", columnstore={"after": "14 days", "segment_by": ["device"]}, chunk_interval="2 days")
    digest = plan(trial)["digest"]
    trial.database.sql("ALTER ROLE app NOLOGIN")
    before = trial.catalog()
    other = tsdb(trial, "--expect", digest)
    assert other.rc == 1
    assert len([line for line in other.stderr.splitlines() if line.startswith("error:")]) == 1
    refused = up(trial, digest)
    assert refused.rc != 0
    assert digest.partition("-")[0] in refused.output
    assert "run tsdb plan" in refused.output
    assert "Traceback" not in refused.output
    assert trial.catalog() == before
    assert "not a digest" in up(trial, "approved").output
    trial.database.sql("ALTER ROLE app LOGIN")
    assert up(trial, digest).rc == 0
    assert trial.steps() == {}


def test_a_held_object_is_no_update_and_is_not_touched(trial: Trial) -> None:
    """Its drift, and a declared change of it too, is a note in the preview; afterwards it is a change again."""
    hold = ["hold", TABLE, "--reason", "INC-42", "--cwd", str(trial.folder)]

    def command(*arguments: str) -> Completed:
        there = trial.database.connection
        dsn = f"host={there.host} port={there.port} dbname={there.database} user={there.user}"
        environment = {**trial.stack.env, "PGPASSWORD": trial.database.server.password}
        done = subprocess.run(
            [sys.executable, "-m", "pulumi_timescaledb.cli.main", *arguments, "--dsn", dsn],
            env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return Completed(done.returncode, done.stdout, done.stderr)

    trial.database.sql("DROP INDEX readings_device")
    assert command(*hold, "--until", "2999-01-01").rc == 0
    try:
        before = trial.catalog()
        assert trial.steps() == {}
        assert trial.stack.run("refresh", "--preview-only", "--expect-no-changes").rc == 0
        shown = trial.stack.preview().stdout
        assert f"note: {TABLE} is held until the end of 2999-01-01 (UTC) by " in shown
        assert "INC-42: + index public.readings readings_device" in shown
        change(trial, "readings", chunk_interval="2 days")
        assert trial.steps() == {}
        found = plan(trial)["databases"][0]
        assert found["changes"] == []
        assert len(found["held"][0]["differences"]) == 2
        trial.up()
        assert trial.catalog() == before
        trial.database.sql("UPDATE pulumi_timescaledb.hold SET until = now() - interval '1 second'")
        assert trial.steps() == {"tests-public.readings": "update"}
        assert "HOLD EXPIRED" in tsdb(trial, "--markdown").stdout
    finally:
        assert command("hold", TABLE, "--release").rc == 0
    assert "HOLD" not in trial.up().output
    assert trial.steps() == {}
    assert "hold it until" in command("history", "--object", TABLE).stdout


def test_the_file_of_plans_is_written_by_a_preview_alone(trial: Trial, tmp_path: Path) -> None:
    """Before the refusal, for its owner only; a file that cannot be written stops the preview in one sentence."""
    trial.stack.env["TSDB_PLAN_FILE"] = str(tmp_path / "plans")
    try:
        change(trial, "readings", chunk_interval="soon")
        assert trial.stack.preview().rc != 0
        (entry,) = map(json.loads, (tmp_path / "plans").read_text().splitlines())
        assert "chunk_interval" in entry["refusals"][0]["what"]
        assert stat.S_IMODE((tmp_path / "plans").stat().st_mode) == 0o600
        trial.stack.env["TSDB_PLAN_FILE"] = str(tmp_path / "missing" / "plans")
        done = trial.stack.preview()
        assert done.rc != 0
        assert "TSDB_PLAN_FILE names" in done.output
    finally:
        del trial.stack.env["TSDB_PLAN_FILE"]
    refused = tsdb(trial)
    assert refused.rc == 1
    assert "REFUSED" in refused.stdout
    assert "chunk_interval" in refused.stdout


@pytest.fixture
def box(trial: Trial) -> Iterator[None]:
    """The program with a resource beside the database whose inputs hold a secret, and a second component."""
    program = trial.folder / "__main__.py"
    before = program.read_text()
    program.write_text(PROGRAM)
    assert trial.stack.config("canary", CANARY, secret=True).rc == 0
    yield
    trial.declare(declared(trial.folder, trial.database.edition))
    program.write_text(before)
    trial.up()
    trial.stack.run("config", "rm", "canary")


def test_everything_else_is_counted_and_no_secret_is_in_any_form(trial: Trial, box: None) -> None:
    """A role's password, a secret setting, and what was made of it are nowhere; several components are all there."""
    objects = declared(trial.folder, trial.database.edition)
    second = {"kind": "role", "name": "second", "password_ref": "env:TSDB_TEST_APP_PASSWORD", "login": True}
    trial.declare([*objects, second], split=True)
    outputs = [tsdb(trial, *form).output for form in ([], ["--markdown"], ["--json"])]
    found = json.loads(outputs[-1].partition("\npreviewing")[0])
    assert found["elsewhere"]["counts"] == {"create": 1}
    assert [entry["component"] for entry in found["databases"]] == ["more", "tests"]
    assert [row["object"] for row in found["databases"][0]["changes"]] == ["role:second"]
    assert found["digest"].count(".") == 1
    assert up(trial, found["digest"]).rc == 0
    trial.declare([*objects, second], split=True, size=2)
    outputs.append(tsdb(trial, "--json").output)
    changed = json.loads(outputs[-1].partition("\npreviewing")[0])
    assert [(step["op"], step["name"], step["properties"]) for step in changed["elsewhere"]["steps"]] == [
        ("update", "box", ["size"])
    ]
    trial.declare(objects, size=1)
    outputs.append(tsdb(trial, "--json").output)
    gone = json.loads(outputs[-1].partition("\npreviewing")[0])
    assert {step["name"]: step["op"] for step in gone["elsewhere"]["steps"]}["more-second"] == "delete"
    for said in outputs:
        assert "box" in said or "second" in said
        assert CANARY not in said
        assert "app-password-of-the-tests" not in said
    assert "SCRAM" not in "".join(outputs)
    trial.up()
    trial.database.sql("DROP ROLE IF EXISTS second")


def test_what_stops_the_engine_otherwise_is_no_plan(trial: Trial) -> None:
    """A program that breaks, a stack that is not there: exit code 2 and one sentence."""
    program = trial.folder / "__main__.py"
    before = program.read_text()
    program.write_text("import pulumi\nraise pulumi.RunError('the program refuses')\n")
    try:
        broken = tsdb(trial)
    finally:
        program.write_text(before)
    assert broken.rc == 2
    assert "the program refuses" in broken.stderr
    missing = tsdb(trial, "--stack", "nowhere")
    assert missing.rc == 2
    assert "nowhere" in missing.stderr
