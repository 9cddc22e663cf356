"""The resource graph of ``DatabaseObjects``: children, their order and what they are sent.

Not proved here: that the provider accepts the inputs, what it does with them, and what a change replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_timescaledb as timescaledb
import pytest

from tests.mocks.graph import GOLDEN, SECRET, UNKNOWN, Graph, compare, record

CONNECTION = {"host": "h", "database": "d", "user": "u", "password_ref": "env:A"}
ENVELOPE = ("apache_fallback", "connection", "stack", "system_identifier")


class Volume(pulumi.CustomResource):
    """Stands for the host's data volume."""

    def __init__(self, name: str) -> None:
        """Registers it."""
        super().__init__("docker:index/volume:Volume", name, {})


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program's folder, with one migration."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_tables.sql").write_text("SELECT 1;\n")
    return tmp_path


def everything() -> list[dict[str, Any]]:
    """One declaration of each kind and a chain, declared in the wrong order."""
    return [
        timescaledb.continuous_aggregate(name="daily", source="hourly", query="SELECT 2"),
        timescaledb.continuous_aggregate(
            name="hourly",
            source="readings",
            query="SELECT 1",
            refresh=[{"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}],
        ),
        timescaledb.hypertable(
            table="readings",
            time_column="at",
            owner="keeper",
            indexes=[{"name": "readings_at", "columns": ["at DESC"]}],
            columnstore={"after": "7 days", "segment_by": ["device"]},
            retention={"drop_after": "90 days"},
        ),
        timescaledb.migrations(),
        timescaledb.role(name="keeper", login=True),
        timescaledb.extension(name="timescaledb"),
    ]


def rights() -> list[dict[str, Any]]:
    """Roles, a schema, privileges and default privileges, declared in the wrong order."""
    return [
        timescaledb.grant(to="app", on="all tables in schema metrics", privileges=["SELECT"]),
        timescaledb.grant(to="app", on="view metrics.hourly", privileges=["SELECT"]),
        timescaledb.grant(to="app", on="schema metrics", privileges=["USAGE"]),
        timescaledb.migrations(owner="keeper"),
        timescaledb.default_privileges(owner="keeper", schema="metrics", on="tables", to="app", privileges=["SELECT"]),
        timescaledb.schema(name="metrics", owner="keeper"),
        timescaledb.role(name="app", member_of=[{"role": "keeper", "admin": True}], settings={"work_mem": "64MB"}),
        timescaledb.role(name="keeper", login=True),
        timescaledb.role(name="old", absent=True),
    ]


def program(objects: Callable[[], list[dict[str, Any]]] = everything, **more: Any) -> Callable[[], None]:
    """A program with one DatabaseObjects called app over a volume."""

    def run() -> None:
        args: Any = {"connection": CONNECTION, "data_volume": Volume("volume"), "objects": objects(), **more}
        made = timescaledb.DatabaseObjects("app", args)
        pulumi.export("system_identifier", made.system_identifier)

    return run


def dynamic(graph: Graph) -> dict[str, Any]:
    """The dynamic resources of a graph."""
    resources: dict[str, Any] = graph["resources"]
    return {name: each for name, each in resources.items() if each["type"].startswith("pulumi-python:dynamic")}


def identified(args: Any) -> dict[str, Any]:
    """What a server that is there adds."""
    return {"system_identifier": "7001", "edition": "community"} if args.name.endswith("-ready") else {}


def slim(graph: Graph) -> Graph:
    """Without the envelope, which every child has and a test of its own looks at, and the plan's copy of the rest."""
    for each in dynamic(graph).values():
        each["inputs"] = {key: value for key, value in each["inputs"].items() if key not in (*ENVELOPE, "objects")}
        assert each.pop("deleted_with") == "volume"
        assert each.pop("replace_with") == ["volume"]
        assert each.pop("parent") == "app"
    return graph


def test_the_graph_is_the_golden_one() -> None:
    """Types, names, declarations and what each waits for are what the golden file says."""
    compare(slim(record(program(), outputs=identified)), GOLDEN / "database_objects.yaml")


def test_the_graph_of_rights_is_the_golden_one() -> None:
    """What migrations run under comes before them, what they make is granted after, and a role goes last."""
    compare(slim(record(program(rights), outputs=identified)), GOLDEN / "database_rights.yaml")


def test_every_child_has_the_same_envelope() -> None:
    """The connection, the fallback and the server's identity, which is known once it is ready."""
    for name, each in dynamic(record(program(apache_fallback=True), outputs=identified)).items():
        if name == "app-ready":
            assert each["inputs"] == {"kind": "database_ready", "connection": CONNECTION}
        else:
            envelope = {key: each["inputs"][key] for key in ENVELOPE}
            shared = {"apache_fallback": True, "connection": CONNECTION, "system_identifier": "7001"}
            assert envelope == shared | {"stack": "organization/project/test"}


def test_the_plan_holds_every_declaration() -> None:
    """As declared, with the checksums of the migrations, so that one check sees them all."""
    plan = record(program(edition="apache"))["resources"]["app-plan"]["inputs"]
    assert [each["kind"] for each in plan["objects"]] == [each["kind"] for each in everything()]
    (files,) = (each["files"] for each in plan["objects"] if each["kind"] == "migrations")
    assert list(files) == ["001_tables.sql"]
    assert plan["edition"] == "apache"


def test_a_changed_migration_is_a_changed_resource(folder: Path) -> None:
    """Its checksum is an input."""
    before = record(program())["resources"]["app-migrations"]
    (folder / "migrations" / "001_tables.sql").write_text("SELECT 2;\n")
    after = record(program())["resources"]["app-migrations"]
    assert before["inputs"].pop("files") != after["inputs"].pop("files")
    assert before == after


def test_a_grant_on_everything_in_a_schema_is_looked_at_again_after_a_new_migration(folder: Path) -> None:
    """The migrations' digest is an input of it, and of no other grant."""
    before = dynamic(record(program(rights)))
    (folder / "migrations" / "002_more.sql").write_text("SELECT 2;\n")
    after = dynamic(record(program(rights)))
    changed = {name for name, each in before.items() if each["inputs"] != after[name]["inputs"]}
    assert changed == {"app-migrations", "app-plan", "app-app on all tables in schema metrics"}
    assert before["app-app on all tables in schema metrics"]["inputs"]["migrated"]


def test_the_first_preview_declares_the_same_graph() -> None:
    """Nothing is known of the server, and every child is still there and waits for the same others."""
    known, first = dynamic(record(program(), outputs=identified)), dynamic(record(program(), preview=True))
    assert {name: each.get("depends_on") for name, each in first.items()} == {
        name: each.get("depends_on") for name, each in known.items()
    }
    assert {each["inputs"].get("system_identifier") for name, each in first.items() if name != "app-ready"} == {UNKNOWN}


def test_an_unknown_argument_stays_unknown_and_names_nothing() -> None:
    """A value of another resource may come late; the object's name and order do not wait for it."""

    def objects() -> list[dict[str, Any]]:
        late = Volume("other").id
        return [timescaledb.hypertable(table="readings", time_column="at", retention={"drop_after": late})]

    readings = record(program(objects), preview=True)["resources"]["app-public.readings"]
    assert readings["inputs"]["retention"]["drop_after"] == UNKNOWN


def test_a_secret_argument_stays_secret() -> None:
    """In the object and in the plan; without the mark it would be found in the graph."""

    def objects(value: Any) -> list[dict[str, Any]]:
        return [timescaledb.role(name="app", password_ref=value)]

    graph = record(program(lambda: objects(pulumi.Output.secret("env:HIDDEN"))))
    assert graph["resources"]["app-app"]["inputs"]["password_ref"] == SECRET
    assert "HIDDEN" not in str(graph)
    assert "HIDDEN" in str(record(program(lambda: objects("env:HIDDEN"))))


def test_without_a_volume_nothing_hangs_on_one() -> None:
    """A managed server has none."""
    children = dynamic(record(program(data_volume=None)))
    assert not any({"deleted_with", "replace_with"} & set(each) for each in children.values())


@pytest.mark.parametrize(
    ("objects", "named"),
    [
        ([{"kind": "tabel"}], "tabel"),
        ([{"kind": "role"}], "name"),
        ([{"kind": "role", "name": "a"}, {"kind": "role", "name": "a"}], "role:a"),
        ([{"kind": "migrations", "directory": "nowhere"}], "nowhere"),
        (
            [{"kind": "role", "name": "a", "member_of": ["b"]}, {"kind": "role", "name": "b", "member_of": ["a"]}],
            "role:b",
        ),
    ],
)
def test_a_refusal_ends_the_program_in_one_sentence(objects: list[dict[str, Any]], named: str) -> None:
    """What is wrong with names and order is said before any child is registered."""
    with pytest.raises(pulumi.RunError) as caught:
        record(program(lambda: objects))
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_argument_of_the_component_is_refused_by_name() -> None:
    """A misspelt option would otherwise do nothing."""
    with pytest.raises(pulumi.RunError, match="apache_falback"):
        record(program(apache_falback=True))
