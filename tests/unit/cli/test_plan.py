"""What ``tsdb plan`` makes of the engine's steps and the databases' plans, and how the comment of a review reads.

Not proved here: that the engine prints such steps (tests/engine).
"""

from __future__ import annotations

import json
import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.plan import cells, steps
from pulumi_timescaledb.cli.plan.cost import Cost
from pulumi_timescaledb.cli.plan.engine import Preview
from pulumi_timescaledb.cli.plan.markdown import code, markdown
from pulumi_timescaledb.cli.plan.merged import as_json, merge, summary
from pulumi_timescaledb.cli.plan.show import show
from pulumi_timescaledb.database.plan.document import Entry, HeldRow, RefusedRow, Row, to_json
from typer.testing import CliRunner

GOLDEN = Path(__file__).parents[2] / "golden" / "plan.md"
DYNAMIC = "timescaledb:database:DatabaseObjects$pulumi-python:dynamic/timescaledb:"
TABLE, AGGREGATE = "hypertable:public.readings", "continuous_aggregate:public.hourly"
RETENTION = Row(
    TABLE, "retention", "public.readings", "alter", "drop_after", "90 days", "30 days", "destroys data", "declared",
    "30 chunks, about 1200 rows, 1.4 MB, from 2026-09-22 to 2026-10-22", "from the next run of job 1000",
)  # fmt: skip
SEGMENTS = Row(
    TABLE, "columnstore", "public.readings", "alter", "segment_by", "[device]", "[site]", "future data only", "drift",
    "", "10 converted chunks keep other settings until converted anew, by psql: `SELECT 1 \\gexec`",
)  # fmt: skip
INDEX = Row(
    TABLE, "index", "public.readings odd|name", "create", "", "nothing", "btree (device, at DESC)", "in place",
    "drift and declared",
)  # fmt: skip
ENTRY = Entry(
    "main", (TABLE, AGGREGATE, "role:app"), True, "", "lighthouse at db:5432", "PostgreSQL 17.6, TimescaleDB 2.29.2",
    (RETENTION, SEGMENTS, INDEX),
    (HeldRow("role:app", "", "", "", True, (), "role:app is held until the end of 2026-12-24 (UTC) by ann"),),
    ("role:gone",), (RefusedRow("retention of public.readings: drop_after to 30 days would destroy all; to go on type",
                               "pulumi config set --path 'timescaledb:acknowledge[\"destroy:public.readings\"]' k3f"),),
    ("mind @everybody <b>",), (), "7/lighthouse",
).sealed()  # fmt: skip


def step(op: str, type_: str, name: str, **more: Any) -> dict[str, Any]:
    """A step as ``pulumi preview --json`` prints it."""
    urn = f"urn:pulumi:dev::tests::{type_}::{name}"
    custom = more.pop("custom", True)
    states = {end: {"urn": urn, "custom": custom, "inputs": more.pop(end, {})} for end in STATES}
    return {"op": op, "urn": urn, **states, **more}


STATES = ("oldState", "newState")
STEPS = [
    step("same", "pulumi:pulumi:Stack", "tests-dev"),
    step("refresh", "docker:index/container:Container", "db"),
    step("create", "timescaledb:docker:Database", "db", custom=False),
    step("update", f"{DYNAMIC}Hypertable", "main-public.readings"),
    step("create", f"{DYNAMIC}ContinuousAggregate", "main-public.hourly"),
    step("create", f"{DYNAMIC}Plan", "main-plan"),
    step("create", f"{DYNAMIC}DatabaseReady", "main-ready"),
    step("delete", f"{DYNAMIC}Role", "main-gone"),
    step("create-replacement", "docker:index/container:Container", "db", detailedDiff={"envs[0]": {}, "image": {}},
         replaceReasons=["image"]),
    step("replace", "docker:index/container:Container", "db", detailedDiff={"image": {}}),
    step("delete-replaced", "docker:index/container:Container", "db"),
    step("create", "docker:index/volume:Volume", "data", newState={"name": "canary-5d1f"}),
    step("update", "aws:ec2:Instance", "vm", oldState={"tags": "canary-5d1f", "ami": "a"}, newState={"ami": "a"}),
]  # fmt: skip


def test_each_resource_is_one_row_and_what_loses_most_comes_first() -> None:
    """Three steps of a replacement are one; components, refreshes and what stays are none."""
    found = [(each.op, each.name, each.properties) for each in steps.rows(STEPS)]
    assert found[:2] == [("delete", "main-gone", ()), ("replace", "db", ("envs", "image"))]
    assert ("update", "vm", ("tags",)) in found
    assert len(found) == len({name for _, name, _ in found}) == 8


def test_what_a_database_plan_describes_is_not_said_twice() -> None:
    """Changed and adopted objects stand in the plan; a removed declaration and everything else do not."""
    names = [each.name for each in steps.elsewhere(steps.rows(STEPS), [ENTRY])]
    assert names == ["main-gone", "db", "data", "vm"]
    assert steps.adopted(steps.rows(STEPS), ENTRY) == [AGGREGATE]
    everything = [each.name for each in steps.elsewhere(steps.rows(STEPS), [])]
    assert {"main-public.readings", "main-plan"} <= set(everything)


def test_an_update_that_no_change_explains_is_shown() -> None:
    """Such as another connection to the same object."""
    quiet = replace(ENTRY, changes=())
    assert "main-public.readings" in [each.name for each in steps.elsewhere(steps.rows(STEPS), [quiet])]


def test_the_digest_covers_the_inputs_of_the_steps_and_not_their_order() -> None:
    """Another value of one input is another plan; what was read in a refresh is not."""
    digest = merge(None, Preview([ENTRY], STEPS, [], True)).digest
    assert merge(None, Preview([ENTRY], STEPS[::-1], [], True)).digest == digest
    assert merge(None, Preview([ENTRY], STEPS[2:], [], True)).digest == digest
    other = step("create", "docker:index/volume:Volume", "data", newState={"name": "other"})
    assert merge(None, Preview([ENTRY], [*STEPS[:-2], other, STEPS[-1]], [], True)).digest != digest
    stopped = [merge(None, Preview([ENTRY], STEPS[:count], [], False)).digest for count in (0, 3, 9)]
    assert len({*stopped, digest}) == 2


def test_the_comment_of_a_pull_request_is_the_golden_one() -> None:
    """Written anew by make golden alone."""
    priced = Cost(Decimal("3.54"), None, ("after: unknown, because nobody said",))
    text = markdown(replace(merge(None, Preview([ENTRY], STEPS, [], True)), cost=priced))
    if os.environ.get("TSDB_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    assert all(line.count("|") - line.count("\\|") == 7 for line in text.splitlines() if line.startswith("| **d"))


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_value_of_a_resource_is_printed(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    """It may be a secret that nobody marked: properties are named, values are not."""
    merged = merge(None, Preview([ENTRY], STEPS, [], True))
    show(merged)
    said = {"text": capsys.readouterr().out, "json": json.dumps(as_json(merged)), "markdown": markdown(merged)}[form]
    assert "vm" in said
    assert "tags" in said
    assert "canary" not in said


def test_text_has_every_change_with_both_ends_and_refusals_as_whole_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """In a pipe one line a change, so that it can be searched and copied."""
    show(merge("acme/tests/dev", Preview([ENTRY], STEPS, ["the policy pack refuses"], False)))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    for line in (
        "~ retention drop_after: 90 days => 30 days (declared)",
        "~ columnstore segment_by: [device] => [site] (drift)",
        "+ index odd|name: btree (device, at DESC) (drift and declared)",
        f"REFUSED: {ENTRY.refusals[0].what}:",
        ENTRY.refusals[0].line,
        "error: the policy pack refuses",
        cells.unfinished(merge(None, Preview([], [], [], False))),
        f"note: taken over as it is: {AGGREGATE}",
    ):
        assert line in lines
    assert lines[0].startswith("stack acme/tests/dev, plan ")


def test_the_summary_counts_classes_drift_and_the_rest() -> None:
    """One line that says whether to read on."""
    assert summary(merge(None, Preview([ENTRY], STEPS, [], True))) == (
        "1 refused · database: 3 changes (1 destroys data, 1 future data only, 1 in place; 2 of drift) · "
        "elsewhere: 1 to delete, 1 to replace, 1 to create, 1 to update"
    )
    assert summary(merge(None, Preview([], STEPS[:1], [], True))) == "elsewhere: no change"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a", "`a`"), ("a|b", r"`a\|b`"), ("a`b", "`` a`b ``"), ("a``b`c", "``` a``b`c ```"), ("a\nb", "`a b`")],
)
def test_code_is_inert_and_stays_in_its_cell(text: str, shown: str) -> None:
    assert code(text) == shown


def engine(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> list[str]:
    """A pulumi of the test's own, and the command that runs it."""
    (folder / "Pulumi.yaml").write_text("name: tests\n")
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.chdir(folder)
    (folder / "entry").write_text(json.dumps(to_json(replace(ENTRY, refusals=()).sealed())))
    (folder / "refused").write_text(json.dumps(to_json(ENTRY)))
    return ["plan", "--cwd", str(folder)]


EMPTY = """echo '{"steps": []}'"""


@pytest.mark.parametrize(
    ("script", "code", "out", "err"),
    [
        (f"cp entry $TSDB_PLAN_FILE; {EMPTY}", 0, "90 days => 30 days", ""),
        (f"cp refused $TSDB_PLAN_FILE; {EMPTY}; exit 255", 1, "REFUSED", ""),
        ("cp refused $TSDB_PLAN_FILE; echo 'error: broken' >&2; exit 255", 1, "REFUSED", ""),
        ("cp entry $TSDB_PLAN_FILE; echo 'error: broken' >&2; exit 255", 2, "error: broken", "preview failed"),
        ("echo 'error: no stack named dev found' >&2; exit 255", 2, "", "no stack named dev found"),
        ("exit 3", 2, "", "no reason given"),
        ("echo nonsense; exit 255", 2, "", "nonsense"),
        (f"echo '[x] > $TSDB_PLAN_FILE'; echo x > $TSDB_PLAN_FILE; {EMPTY}", 2, "", "no plans of this version"),
        (f"test -z $TSDB_EXPECT_PLAN || exit 9; {EMPTY}", 0, "no change", ""),
    ],
)  # fmt: skip
def test_how_the_command_ends(
    script: str, code: int, out: str, err: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refusal is 1 and still a plan, anything else that stops the engine is 2."""
    monkeypatch.setenv("TSDB_EXPECT_PLAN", "0" * 12 + "-" + "0" * 12)
    answer = CliRunner().invoke(app, engine(tmp_path, monkeypatch, script))
    assert answer.exit_code == code, answer.output
    assert out in answer.stdout
    assert err in answer.stderr
    assert "Traceback" not in answer.stderr


def test_another_plan_than_the_expected_one_ends_with_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what is no digest, or two forms at once, with another."""
    arguments = engine(tmp_path, monkeypatch, f"cp entry $TSDB_PLAN_FILE; {EMPTY}")
    digest = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)["digest"]
    assert CliRunner().invoke(app, [*arguments, "--expect", digest]).exit_code == 0
    wrong = CliRunner().invoke(app, [*arguments, "--expect", "0" * 12 + "-" + "0" * 12])
    assert wrong.exit_code == 1
    assert next(line for line in wrong.stderr.splitlines() if line.startswith("error:")).count(digest) == 1
    assert CliRunner().invoke(app, [*arguments, "--expect", "yes"]).exit_code == 2
    assert CliRunner().invoke(app, [*arguments, "--json", "--markdown"]).exit_code == 2
    assert CliRunner().invoke(app, ["plan", "--cwd", "/nonexistent"]).exit_code == 2
