"""A plan as data: what its digest covers, what it leaves out, and the file that carries it.

Not proved here: that two runs of the engine write the same (tests/engine).
"""

from __future__ import annotations

import json
import stat
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.plan import document, plan_file
from pulumi_timescaledb.database.plan.document import Entry, HeldRow, RefusedRow, Row

from .strategies import QUICK

ROW = Row(
    "hypertable:public.t", "retention", "public.t", "alter", "drop_after", "90 days", "30 days", "destroys data",
    "declared", "12 chunks, about 10 rows", "from the next run",
)  # fmt: skip
HELD = HeldRow("role:app", "2026-12-25T00:00:00+00:00", "why", "ann", True, ("~ role app login",), "held")
ENTRY = Entry(
    "app", ("hypertable:public.t", "role:app"), True, "", "lighthouse at h:5432", "PostgreSQL 17", (ROW,), (HELD,),
    ("role:gone",), (RefusedRow("would lose rows", "pulumi config set x"),), ("a note",), ("hypertable:public.t",),
    "7/lighthouse",
).sealed()  # fmt: skip
CREATED = replace(ROW, action="create", live="nothing", change_class="in place", loss="")


@pytest.mark.parametrize(
    "moved",
    [
        replace(ENTRY, changes=(replace(ROW, loss="13 chunks, about 11 rows"),)),
        replace(ENTRY, changes=(replace(ROW, note="from 2026-11-22 03:00 UTC"),)),
        replace(ENTRY, changes=(replace(ROW, origin="drift"),)),
        replace(ENTRY, held=(replace(HELD, until="2027-01-01T00:00:00+00:00", reason="", sentence="other"),)),
        replace(ENTRY, refusals=(RefusedRow("would lose 13 chunks", "x"),)),
        replace(ENTRY, notes=("another",)),
        replace(ENTRY, server="PostgreSQL 17.7", database="lighthouse at other:5432"),
        replace(ENTRY, objects=("role:app", "hypertable:public.t")),
    ],
)
def test_a_digest_does_not_move_while_somebody_reads(moved: Entry) -> None:
    """Counts, times and words move; what a run would do does not."""
    assert moved.sealed().digest == ENTRY.digest


@pytest.mark.parametrize(
    "other",
    [
        *(
            replace(ENTRY, changes=(replace(ROW, **{name: "x"}),))
            for name in ("object", "kind", "key", "action", "attribute", "live", "declared", "change_class")
        ),
        replace(ENTRY, changes=()),
        replace(ENTRY, changes=(ROW, replace(ROW, attribute="schedule"))),
        replace(ENTRY, held=()),
        replace(ENTRY, held=(replace(HELD, in_force=False),)),
        replace(ENTRY, released=()),
        replace(ENTRY, acknowledged=()),
        replace(ENTRY, objects=("hypertable:public.t",)),
        replace(ENTRY, component="other"),
        replace(ENTRY, identity="8/lighthouse"),
        replace(ENTRY, read=False),
    ],
)
def test_another_plan_has_another_digest(other: Entry) -> None:
    """Both ends of every change, the server, the holds, the acknowledgements."""
    assert other.sealed().digest != ENTRY.digest


def test_the_whole_digest_covers_every_database_and_the_rest() -> None:
    """In whatever order they were written; a stack without a database has one too."""
    second = replace(ENTRY, component="second").sealed()
    whole = document.whole([second, ENTRY], ["step"])
    assert whole == document.whole([ENTRY, second], ["step"])
    assert whole.startswith(f"{ENTRY.digest}.{second.digest}-")
    assert document.whole([ENTRY, second], ["other"]) != whole
    for each in (whole, document.whole([], [])):
        assert document.WHOLE.match(each)


def test_what_is_expected_is_what_runs() -> None:
    """Its own digest among the expected ones passes; another is refused with both, and so is what is no digest."""
    whole = document.whole([ENTRY, replace(ENTRY, component="second").sealed()], [])
    assert document.another(ENTRY, whole) == ""
    other = replace(ENTRY, changes=()).sealed()
    sentence = document.another(other, whole)
    assert ENTRY.digest in sentence
    assert other.digest in sentence
    for wrong in ("", "yes", ENTRY.digest, whole.upper(), f"{whole} "):
        assert "not a digest" in document.another(ENTRY, wrong)


@pytest.mark.parametrize(
    ("changes", "released", "allowed"),
    [
        ((), (), True),
        ((CREATED,), (), True),
        ((replace(CREATED, change_class="future data only"),), (), True),
        ((replace(CREATED, change_class="destroys data"),), (), False),
        ((CREATED, ROW), (), False),
        ((replace(CREATED, action="remove"),), (), False),
        ((CREATED,), ("role:gone",), False),
    ],
)
def test_a_plan_made_before_there_was_a_server_allows_creations_alone(
    changes: tuple[Row, ...], released: tuple[str, ...], allowed: bool
) -> None:
    """The first deployment is approved by its names; whatever stands in the database by then is not touched."""
    unread = Entry("app", ENTRY.objects, unread="the server does not exist yet").sealed()
    read = replace(ENTRY, changes=changes, released=released).sealed()
    assert (document.another(read, document.whole([unread], [])) == "") is allowed


TEXTS = st.text(max_size=20)
ROWS = st.builds(Row, *([TEXTS] * 11))
HELDS = st.builds(HeldRow, TEXTS, TEXTS, TEXTS, TEXTS, st.booleans(), st.tuples(TEXTS), TEXTS)
MANY = st.lists(TEXTS, max_size=3).map(tuple)
ENTRIES = st.builds(
    Entry, TEXTS, MANY, st.booleans(), TEXTS, TEXTS, TEXTS, st.lists(ROWS, max_size=2).map(tuple),
    st.lists(HELDS, max_size=2).map(tuple), MANY, st.lists(st.builds(RefusedRow, TEXTS, TEXTS), max_size=2).map(tuple),
    MANY, MANY, TEXTS,
)  # fmt: skip


@QUICK
@given(ENTRIES)
def test_a_plan_read_from_its_json_is_the_same(entry: Entry) -> None:
    """With any text in it, and the digest is that of its content."""
    sealed = entry.sealed()
    back = document.from_json(json.loads(json.dumps(document.to_json(sealed))))
    assert back == sealed
    assert back.sealed() == sealed


def test_the_file_is_the_owners_and_holds_each_component_once(tmp_path: Path) -> None:
    """A newer plan of a component replaces its older one, and nothing else is left in the folder."""
    file = tmp_path / "plans"
    second = replace(ENTRY, component="second").sealed()
    for each in (replace(ENTRY, changes=()).sealed(), second, ENTRY):
        assert plan_file.settle(each, {plan_file.VARIABLE: str(file)}) == [ENTRY.refusals[0].sentence]
    assert plan_file.read(file) == [ENTRY, second]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["plans"]


def test_threads_do_not_lose_each_others_plans(tmp_path: Path) -> None:
    """Several components are checked at once in one process."""
    entries = [replace(ENTRY, component=f"c{number:02}").sealed() for number in range(20)]
    threads = [threading.Thread(target=plan_file.write, args=(tmp_path / "plans", each)) for each in entries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert plan_file.read(tmp_path / "plans") == entries


@pytest.mark.parametrize("text", ["{", "[]", "{}", '"x"', '{"component": 1}', json.dumps({"changes": [{}]})])
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str) -> None:
    """One sentence that says what to do."""
    (tmp_path / "plans").write_text(text)
    with pytest.raises(plan_file.BadPlanFile, match="remove it"):
        plan_file.read(tmp_path / "plans")


@pytest.mark.parametrize("path", ["missing/plans", "."])
def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, path: str, monkeypatch: Any) -> None:
    """The variable is named."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(plan_file.BadPlanFile):
        plan_file.write(tmp_path / path, ENTRY)


def test_a_refusal_hides_that_the_plan_is_another_one() -> None:
    """What must be settled first is said first; a plan that is not refused says that it is not the expected one."""
    whole = document.whole([replace(ENTRY, changes=()).sealed()], [])
    assert plan_file.settle(ENTRY, {plan_file.EXPECTED: whole}) == [ENTRY.refusals[0].sentence]
    (sentence,) = plan_file.settle(replace(ENTRY, refusals=()).sealed(), {plan_file.EXPECTED: whole})
    assert "TSDB_EXPECT_PLAN" in sentence


@pytest.mark.parametrize(
    ("sentence", "line"),
    [
        ("a would destroy 3 chunks; to go ahead type: pulumi config set --path 'x[\"y\"]' k1", True),
        ("this is another server, or if it is meant type: pulumi config set --path 'x[\"y\"]' k1", True),
        ("time_column cannot go from a to b; copy it", False),
        ("the type: of it is wrong", False),
    ],
)
def test_the_line_to_type_stands_apart(sentence: str, line: bool) -> None:
    """So that it can be copied; together both are the sentence of the preview."""
    found = document.refusal(sentence)
    assert found.sentence == sentence
    assert found.line == ("pulumi config set --path 'x[\"y\"]' k1" if line else "")
