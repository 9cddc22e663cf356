"""What a review of a plan adds: what goes and is protected, what a month costs before and after, and drift at night.

Not proved here: that the engine prints such steps (tests/engine).
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.plan import cells, cost, steps
from pulumi_timescaledb.cli.plan.engine import Preview
from pulumi_timescaledb.cli.plan.markdown import markdown
from pulumi_timescaledb.cli.plan.merged import merge
from pulumi_timescaledb.cost.model import Estimate
from pulumi_timescaledb.database.plan.document import Entry, to_json
from pulumi_timescaledb.errors import Refusal
from typer.testing import CliRunner

URN = "urn:pulumi:dev::tests::aws:ebs/volume:Volume::data"
CONVERGED = Entry("main", ("role:app",), True, "", "lighthouse at db:5432", "PostgreSQL 17.6", identity="7/l").sealed()
PROD = """config:
  lighthouse:target: ec2
  lighthouse:instance_type: {type}
  lighthouse:market: on-demand
  lighthouse:storage_gb: {gb}
  lighthouse:password_ref: secretsmanager:a
"""


def step(op: str, old: dict[str, Any] | None, new: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """A step of the volume with the ends' options."""
    ends = {"oldState": old, "newState": new}
    whole = {end: {"custom": True, "urn": URN, **state} for end, state in ends.items() if state is not None}
    return {"op": op, "urn": URN, **whole, **more}


def stack(**outputs: Any) -> dict[str, Any]:
    """The stack's own step, whose old state holds what the last run put out."""
    state = {"type": "pulumi:pulumi:Stack", "custom": False, "outputs": outputs}
    return {"op": "same", "urn": "urn:pulumi:prod::tests::pulumi:pulumi:Stack::tests-prod", "oldState": state}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (step("delete", {}, None), "`data` (aws:ebs/volume:Volume) is deleted"),
        (
            step("delete", {"protect": True}, None),
            "`data` (aws:ebs/volume:Volume) is deleted: it is protected, so the engine refuses that until `pulumi "
            "state unprotect`",
        ),
        (
            step("delete", {"retainOnDelete": True}, None),
            "`data` (aws:ebs/volume:Volume) is deleted: what it stands for is kept, only no longer managed",
        ),
        (
            step("replace", {}, {}, replaceReasons=["availabilityZone", "tags.Name"]),
            "`data` (aws:ebs/volume:Volume) is replaced because of `availabilityZone`, `tags`",
        ),
    ],
)
def test_what_goes_is_called_out_with_its_reason_and_its_protection(given: dict[str, Any], sentence: str) -> None:
    """Above the table, as a caution of the comment, in the words of the text."""
    (row,) = steps.rows([given])
    assert row.goes
    assert cells.goes(row) == sentence
    assert "> [!CAUTION]" in markdown(merge("dev", Preview([], [given], [], True)))


@pytest.mark.parametrize("option", ["protect", "retainOnDelete"])
def test_a_protection_that_is_taken_away_is_a_change_of_the_plan(option: str) -> None:
    """For the engine the resource stays the same; for the digest of an approval it must not."""
    taken = step("same", {option: True, "inputs": {}}, {option: False, "inputs": {}})
    (row,) = steps.rows([taken])
    assert (row.op, row.properties) == ("update", (f"{option} off",))
    digests = {merge("dev", Preview([], [each], [], True)).digest for each in (taken, step("same", {}, {}))}
    assert len(digests) == 2
    assert not merge("dev", Preview([], [taken], [], True)).empty
    assert steps.rows([step("same", {option: True}, {option: True}), step("refresh", {option: True}, {})]) == []


@pytest.mark.parametrize(
    ("first", "op", "sign"),
    [("import", "import", "= import"), ("import-replacement", "replace", "+- replace"), ("refresh", "update", "~")],
)
def test_an_existing_resource_that_is_taken_says_so_also_where_it_is_updated_then(
    first: str, op: str, sign: str
) -> None:
    """The engine reports an import whose inputs differ as two steps of one resource."""
    (row,) = steps.rows([step(first, None, {"inputs": {}}), step("update", {}, {}, detailedDiff={"size": {}})])
    assert (row.op, row.properties) == (op, ("size",))
    assert cells.resource(row)[0].startswith(sign)
    assert steps.counts([row]) == {op: 1}


def test_the_digest_covers_infrastructure_and_neither_order_nor_duration() -> None:
    """Nor what the cost of it is."""
    one, two = step("update", {}, {"inputs": {"size": 100}}), stack(estimated_monthly_cost=1)
    digest = merge("dev", Preview([], [one, two], [], True)).digest
    timed = [{**two, "oldState": stack(estimated_monthly_cost=2)["oldState"]}, {**one, "duration": 12}]
    assert merge("dev", Preview([], timed, [], True)).digest == digest
    larger = step("update", {}, {"inputs": {"size": 200}})
    assert merge("dev", Preview([], [larger, two], [], True)).digest != digest


def write(folder: Path, name: str = "prod", type_: str = "t4g.small", gb: int = 100) -> Path:
    """A stack's file."""
    path = folder / f"Pulumi.{name}.yaml"
    path.write_text(PROD.format(type=type_, gb=gb))
    return path


def test_without_the_deployed_file_the_total_of_the_last_run_is_before(tmp_path: Path) -> None:
    """And its lines are said to be unknown."""
    write(tmp_path)
    found = cost.change([stack(estimated_monthly_cost=23.5)], "acme/tests/prod", tmp_path)
    assert found is not None
    assert isinstance(found.after, Estimate)
    ((name, before, after),) = cost.rows(found)
    assert (name, before) == ("total, list", "23.50")
    assert Decimal(after.split(" ")[0]) > 20
    assert "of which the lines are not known" in found.why[0]


def test_with_the_deployed_file_each_line_that_differs_is_compared(tmp_path: Path) -> None:
    """Storage doubled: its line, and the totals."""
    before = write(tmp_path, "before")
    write(tmp_path, gb=200)
    found = cost.change([stack(estimated_monthly_cost=23.5)], "prod", tmp_path, before)
    assert found is not None
    assert found.why == ()
    names = [row[0] for row in cost.rows(found)]
    assert any("volume" in name for name in names)
    assert "instance" not in names
    assert len([name for name in names if name.startswith("total, ")]) == 3
    said = "\n".join(cost.markdown(found))
    assert said.startswith("| USD a month | before | after |")


def test_a_deployed_file_that_gives_no_price_is_no_reason_to_fail_and_one_that_is_missing_is(tmp_path: Path) -> None:
    """The stack was somewhere else before; a wrong path is a wrong option."""
    write(tmp_path)
    other = tmp_path / "before.yaml"
    other.write_text("config: {'lighthouse:target': docker}\n")
    found = cost.change([stack(estimated_monthly_cost=0)], "prod", tmp_path, other)
    assert found is not None
    assert cost.rows(found)[0][1] == "0.00"
    assert "which AWS bills nothing for" in found.why[0]
    with pytest.raises(Refusal, match="--cost-before"):
        cost.change([], "prod", tmp_path, tmp_path / "missing.yaml")


@pytest.mark.parametrize("put_out", [{}, {"estimated_monthly_cost": ""}, {"estimated_monthly_cost": "[secret]"}])
def test_a_side_that_cannot_be_known_is_said_to_be_unknown(tmp_path: Path, put_out: dict[str, Any]) -> None:
    """A first run, a host without a price, a hidden output."""
    write(tmp_path)
    found = cost.change([stack(**put_out)], "prod", tmp_path)
    assert found is not None
    assert cost.rows(found)[0][1] == "unknown"
    assert any(each.startswith("before: unknown") for each in found.why)
    assert cost.as_json(found)["before"] is None


def test_after_is_unknown_where_the_settings_give_no_price(tmp_path: Path) -> None:
    """With the reason; and where neither side bills for anything there is no section at all."""
    write(tmp_path, type_="t4g.enormous")
    found = cost.change([stack(estimated_monthly_cost=23.5)], "prod", tmp_path)
    assert found is not None
    assert cost.rows(found) == [("total, list", "23.50", "unknown")]
    assert "t4g.enormous" in found.why[-1]
    assert cost.change([stack(estimated_monthly_cost=0)], "local", tmp_path) is None
    assert cost.change([], "local", tmp_path) is None


def night(folder: Path, monkeypatch: pytest.MonkeyPatch, entry: Entry | None, changes: list[Any]) -> tuple[int, str]:
    """The exit code of the nightly check over a pulumi of the test's own, and what it said on stderr."""
    (folder / "Pulumi.yaml").write_text("name: tests\n")
    program = folder / "bin" / "pulumi"
    program.parent.mkdir()
    if entry is not None:
        (folder / "entry").write_text(json.dumps(to_json(entry)))
    (folder / "steps").write_text(json.dumps({"steps": changes}))
    program.write_text('#!/bin/sh\n[ ! -e entry ] || cp entry "$TSDB_PLAN_FILE"\ncat steps\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.chdir(folder)
    answer = CliRunner().invoke(app, ["plan", "--fail-on-drift", "--cwd", str(folder)])
    return answer.exit_code, answer.stderr


@pytest.mark.parametrize(
    ("read", "changes", "code", "sentence"),
    [
        (True, [stack()], 0, ""),
        (True, [step("update", {"inputs": {"a": 1}}, {"inputs": {"a": 2}})], 7, "is not what was deployed"),
        (True, [step("same", {"protect": True}, {"protect": False})], 7, "is not what was deployed"),
        (False, [stack()], 2, "whether there is drift is not known"),
    ],
)
def test_the_nightly_check_ends_with_7_on_drift_and_never_with_0_unread(
    read: bool, changes: list[Any], code: int, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that nobody looked at is no proof of anything."""
    entry = CONVERGED if read else Entry("main", ("role:app",), unread="database not read: skipped").sealed()
    found, said = night(tmp_path, monkeypatch, entry, changes)
    assert found == code, said
    assert sentence in said
