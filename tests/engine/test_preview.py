"""What a preview shows: nothing when nothing differs, drift with both values, a declared change as one update.

A plain run takes one edition, `make editions` both; what differs between them is read without the engine, on both, in
tests/database/test_drift.py. Not proved here: what a preview shows of anything beside the database.
"""

from __future__ import annotations

import json
import shlex

import pytest

from ..database.drift_cases import DRIFTS, Drift
from ..database.system import paths
from .conftest import change, declared
from .trial import Trial

pytestmark = [pytest.mark.one_edition("editions"), pytest.mark.usefixtures("converged")]


def test_a_second_preview_is_empty(trial: Trial) -> None:
    """Planning against its own result is empty, and a refresh finds nothing."""
    assert trial.steps() == {}
    assert trial.stack.run("refresh", "--preview-only", "--expect-no-changes", "--non-interactive").rc == 0
    done = trial.up()
    assert "unchanged" in done.output
    assert not any(word in done.output for word in ("created", "updated", "deleted"))


def test_a_changed_columnstore_age_is_one_update(trial: Trial) -> None:
    """Nothing but the hypertable is touched."""
    change(trial, "readings", columnstore={"after": "14 days", "segment_by": ["device"]})
    assert trial.steps() == {"tests-public.readings": "update"}


def test_drift_is_shown_with_both_values_and_repaired(trial: Trial) -> None:
    """Changes by hand over every kind (existence, value, schedule, switched off, owner) in one plain preview."""
    before = trial.catalog()
    batch = max(batches(trial.database.edition), key=len)
    assert len(batch) >= 10
    apply_by_hand(trial, batch)
    assert trial.stack.run("refresh", "--preview-only", "--expect-no-changes").rc == 7
    shown = trial.stack.preview().stdout
    assert "~ role app login: false => true" in shown
    assert "~ hypertable public.readings chunk_interval: 1 day 12 hours => 1 day" in shown
    assert "~ hypertable public.readings owner: postgres => keeper" in shown
    assert "+ index public.readings readings_device" in shown
    trial.up()
    assert trial.catalog() == before
    assert trial.steps() == {}


def test_each_attribute_changed_by_hand_is_exactly_that_field_in_the_diff(trial: Trial) -> None:
    """Every case of the list on the engine, as many at once as do not touch each other; then repaired to the row."""
    before = trial.catalog()
    wrong = []
    for batch in batches(trial.database.edition):
        apply_by_hand(trial, batch)
        shown = differences(trial)
        for case in batch:
            found = shown.get(f"tests-{case.object.partition(':')[2].format(folder='migrations')}", set())
            expected = set(case.path.split() or [""])
            if not expected <= found | {path.split(".")[0] for path in found}:
                wrong.append(f"{case.attribute}: {case.sql}: expected {sorted(expected)}, shown {sorted(found)}")
        unexpected = unexplained(shown, batch)
        if unexpected:
            wrong.append(f"{[case.attribute for case in batch]}: shown beside them {unexpected}")
        trial.up()
        changed = set(map(str, trial.catalog())) ^ set(map(str, before))
        if changed:
            wrong.append(f"{[case.sql for case in batch]}: after the repair the catalog differs in {sorted(changed)}")
    assert not wrong, "\n".join(wrong)


def batches(edition: str) -> list[list[Drift]]:
    """The cases of an edition in as few groups as keep apart those that touch the same place."""
    found: list[list[Drift]] = []
    for case in DRIFTS:
        if edition not in case.editions or not case.object:
            continue
        alone = case.object == "extension:pg_cron"  # takes every job along
        for batch in found:
            if not alone and not any(overlap(case, other) for other in batch):
                batch.append(case)
                break
        else:
            found.append([case])
    return found


def overlap(one: Drift, other: Drift) -> bool:
    """Whether two changes touch the same place of an object, or one of them the whole object."""
    if "extension:pg_cron" in (one.object, other.object):
        return True
    if one.object != other.object:
        return False
    pairs = [(a, b) for a in one.path.split() or [""] for b in other.path.split() or [""]]
    return any(a == b or not a or not b or a.startswith(f"{b}.") or b.startswith(f"{a}.") for a, b in pairs)


def apply_by_hand(trial: Trial, batch: list[Drift]) -> None:
    """Run the hand-written SQL."""
    for case in batch:
        for statement in case.sql.split(";"):
            trial.database.sql(statement)


def differences(trial: Trial) -> dict[str, set[str]]:
    """For each resource that a plain preview would touch, the dotted paths at which live and declared inputs differ."""
    found = {}
    for step in trial.stack.preview_json()["steps"]:
        if step["op"] in ("same", "refresh", "read"):
            continue
        old, new = (step.get(end, {}).get("inputs") for end in ("oldState", "newState"))
        name = step["urn"].rpartition("::")[2]
        found[name] = (
            {""} if step["op"] == "create" else {path for path in paths(new, old) if not path.startswith("__")}
        )
    return found


def unexplained(shown: dict[str, set[str]], batch: list[Drift]) -> dict[str, set[str]]:
    """What is shown and belongs to no case of the batch; dropping pg_cron takes every job along."""
    if any(case.object == "extension:pg_cron" for case in batch):
        return {}
    left: dict[str, set[str]] = {}
    for name, found in shown.items():
        cases = [case for case in batch if name == f"tests-{case.object.partition(':')[2].format(folder='migrations')}"]
        explained = {path for case in cases for path in case.path.split() or [""]}
        rest = {path for path in found if not {path, path.split(".")[0]} & explained}
        if rest:
            left[name] = rest
    return left


def test_a_removed_declaration_drops_nothing_and_is_announced(trial: Trial) -> None:
    """The aggregate stays with its rows; only the policies made here go; the preview says so."""
    rows = "SELECT count(*) FROM daily"
    count = trial.database.sql(rows)
    objects = [each for each in declared(trial.folder, trial.database.edition) if each.get("name") != "daily"]
    trial.declare(objects)
    shown = trial.stack.preview().stdout
    assert "continuous_aggregate:public.daily is no longer declared" in shown
    trial.up()
    assert trial.database.sql(rows) == count
    assert "no longer declared" not in trial.stack.preview().stdout
    assert not any("daily" in str(row) for row in trial.catalog() if row[0] in ("job", "cron"))


def test_shortening_retention_over_old_rows_needs_a_line_that_works_once(trial: Trial) -> None:
    """Refused in preview with what would be lost; the printed line lets it pass; the same line is inert afterwards."""
    trial.database.sql(
        "INSERT INTO readings SELECT now() - i * interval '1 day', 'd' || i % 3, 1, i FROM generate_series(1, 80) i"
    )
    aggregates = {"hourly": "30 days", "daily": "30 days"}
    edition = trial.database.edition

    def declare(keep: str) -> None:
        objects = declared(trial.folder, edition)
        for each in objects:
            if each.get("table") == "readings":
                each["retention"] = {"drop_after": keep, "schedule": "12 hours"}
            if each.get("name") in aggregates:
                each["retention"] = {"drop_after": min(keep, "40 days")}
                each["refresh"] = [{"start_offset": "3 days", "end_offset": "1 day", "schedule": "1 hour"}]
        trial.declare(objects)

    declare("40 days")
    trial.stack.run("config", "rm", "--path", "timescaledb:acknowledge")
    refused = trial.stack.preview()
    assert refused.rc != 0
    line = next(text for text in refused.output.split(": ") if text.startswith("pulumi config set"))
    name, code = shlex.split(line)[4:6]
    assert "destroy:public.readings" in name
    catalog = trial.catalog()
    assert trial.stack.preview().rc != 0
    assert trial.catalog() == catalog
    assert trial.stack.run("config", "set", "--path", name, code).rc == 0
    trial.up()
    assert trial.steps() == {}
    declare("90 days")
    trial.up()
    declare("40 days")
    again = trial.stack.preview()
    assert again.rc != 0
    assert f"{name}' {code}" not in again.output
    trial.stack.run("config", "rm", "--path", "timescaledb:acknowledge")


def test_previews_do_not_depend_on_the_hash_seed(trial: Trial) -> None:
    """Two processes with other hash seeds plan the same steps."""
    change(trial, "readings", columnstore={"after": "14 days", "segment_by": ["device"]})
    plans = []
    for seed in ("1", "2"):
        trial.stack.env["PYTHONHASHSEED"] = seed
        steps = trial.stack.preview_json()["steps"]
        plans.append(sorted((step["urn"], step["op"], json.dumps(step.get("diffReasons"))) for step in steps))
    assert plans[0] == plans[1]
