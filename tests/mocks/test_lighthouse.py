"""The resource graph of Lighthouse's program on this machine: ``__main__.py`` with target docker.

Not proved here: that Docker and the database accept it (tests/engine); the container's own inputs, which the golden
file of ``docker.Database`` holds.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pulumi
import pytest

from tests.mocks import graph
from tests.mocks.graph import GOLDEN, UNKNOWN, Graph, compare, record

ROOT = Path(__file__).parents[2]
CONFIG = {
    "lighthouse:target": "docker",
    "lighthouse:image": "lighthouse/postgres:17-2.19.3",
    "lighthouse:image_family": "distribution",
    "lighthouse:apache_fallback": "true",
    "lighthouse:password_ref": "file:.local/password",
}
OBJECTS = "lighthouse (objects)"  # the host and its objects share the name
HOST = ("lighthouse-container", "lighthouse-network", "lighthouse-volume")
COMPONENT = "timescaledb:database:DatabaseObjects"
DYNAMIC = "pulumi-python:dynamic/timescaledb:"
ENVELOPE = ("apache_fallback", "connection", "stack", "system_identifier")


class Recorder(graph._Recorder):
    """Keeps the two components of one name apart."""

    def RegisterResource(self, request: Any) -> Any:
        """Record the objects' component under a name of its own."""
        if request.type != COMPONENT:
            return super().RegisterResource(request)
        self._found[OBJECTS] = graph._said(request)
        return self._registered(request)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Record its outputs there too."""
        host = self._found.get("lighthouse", {}).get("outputs")
        answer = super().RegisterResourceOutputs(request)
        if request.urn.split("::")[-2].endswith(COMPONENT):
            self._found[OBJECTS]["outputs"] = self._found["lighthouse"].pop("outputs")
            if host is not None:
                self._found["lighthouse"]["outputs"] = host
        return answer


@pytest.fixture(autouse=True)
def recorder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every graph here is recorded so."""
    monkeypatch.setattr(graph, "_Recorder", Recorder)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program's folder with the migrations and a password; nothing of a real stack is touched."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").symlink_to(ROOT / "migrations")
    (tmp_path / ".local").mkdir()
    password = tmp_path / ".local" / "password"
    password.write_text("canary-password\n")
    password.chmod(0o600)
    return tmp_path


def lighthouse(*, preview: bool = False, **config: str) -> Graph:
    """The program's graph; config replaces keys of the stack's configuration."""
    given = {**CONFIG, **{f"lighthouse:{key}": value for key, value in config.items()}}
    answers: dict[str, Any] = {"system_identifier": "7001", "edition": "apache"}
    return record(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        preview=preview,
        project="lighthouse",
        stack="local",
        config={key: value for key, value in given.items() if value},
        outputs=lambda args: answers if args.name.endswith("-ready") and not preview else {},
    )


def dynamic(made: Graph) -> dict[str, Any]:
    """The dynamic resources of a graph."""
    resources: dict[str, Any] = made["resources"]
    return {name: each for name, each in resources.items() if each["type"].startswith(DYNAMIC)}


def outline(made: Graph) -> Graph:
    """Names, types, order and outputs: without inputs, and without what tests below look at for every child."""
    for each in made["resources"].values():
        for key in ("inputs", "deleted_with", "replace_with", "parent"):
            each.pop(key, None)
    made["resources"] = {name: each for name, each in made["resources"].items() if name not in HOST}
    return made


def declared(made: Graph) -> list[dict[str, Any]]:
    """The declarations that the plan holds, for people: queries on a line, migrations by name."""
    objects: list[dict[str, Any]] = made["resources"]["lighthouse-plan"]["inputs"]["objects"]
    for each in objects:
        if "files" in each:
            each["files"] = sorted(each["files"])
        if "query" in each:
            each["query"] = " ".join(each["query"].split())
    return objects


def test_the_graph_is_the_golden_one() -> None:
    """Names, types, what each waits for, and the stack's outputs are what the golden file says."""
    compare(outline(lighthouse()), GOLDEN / "lighthouse_local.yaml")


def test_the_declarations_are_the_golden_ones() -> None:
    """Every table, policy and aggregate of the system, with its ages and columns."""
    compare({"objects": declared(lighthouse())}, GOLDEN / "lighthouse_local_objects.yaml")


def test_each_resource_is_one_declaration_of_the_plan() -> None:
    """What is checked as a whole is what is made one by one."""
    made = lighthouse()
    planned = made["resources"]["lighthouse-plan"]["inputs"]["objects"]
    for name, each in dynamic(made).items():
        if name not in ("lighthouse-ready", "lighthouse-plan"):
            declaration = {key: value for key, value in each["inputs"].items() if key not in ENVELOPE}
            assert planned.count(declaration) == 1
            planned.remove(declaration)
    assert planned == []


def test_every_object_hangs_on_the_data_and_waits_for_the_container() -> None:
    """It goes with the volume, is made anew with another one, and is never touched before the server is there."""
    children = dynamic(lighthouse())
    assert len(children) > 5
    for name, each in children.items():
        assert each["parent"] == "lighthouse"
        assert each["deleted_with"] == "lighthouse-volume"
        assert each["replace_with"] == ["lighthouse-volume"]
        waits = {"lighthouse-container", "lighthouse-ready", "lighthouse-plan"} - {name}
        waits -= {"lighthouse-plan"} if name == "lighthouse-ready" else set()
        assert waits <= set(each["depends_on"])


def test_every_object_gets_the_hosts_connection() -> None:
    """With the password as a reference, and the consent to the fallback."""
    made = lighthouse()
    connection = made["outputs"]["database_connection"]
    assert connection["password_ref"] == "file:.local/password"
    for name, each in dynamic(made).items():
        assert each["inputs"]["connection"] == connection
        if name != "lighthouse-ready":
            assert each["inputs"]["apache_fallback"] is True
            assert each["inputs"]["system_identifier"] == "7001"


def test_the_first_preview_knows_no_connection() -> None:
    """Every object is announced all the same, with every declaration and the same order."""
    known, first = lighthouse(), lighthouse(preview=True)
    assert {name for name, value in first["outputs"].items() if value == UNKNOWN} == {
        "database_connection",
        "database_connection_string",
        "database_endpoint",
    }
    assert set(first["resources"]) == set(known["resources"])
    for name, each in dynamic(first).items():
        assert each["inputs"]["connection"] == UNKNOWN
        same = dynamic(known)[name]
        assert each["depends_on"] == same["depends_on"]
        late = {key for key, value in each["inputs"].items() if value != same["inputs"].get(key)}
        assert late <= {"connection", "system_identifier"}


def test_the_password_is_in_no_registration() -> None:
    """The graph holds the file's path; a planted content would be found."""
    assert "canary-password" not in str(lighthouse())
    assert "canary-password" in str(lighthouse(database="canary-password"))


def test_the_apps_password_gives_its_role_a_login() -> None:
    """Without one the role cannot log in."""
    role = lighthouse(app_password_ref="env:APP")["resources"]["lighthouse-lighthouse_app"]["inputs"]
    assert (role["login"], role["password_ref"]) == (True, "env:APP")
    role = lighthouse()["resources"]["lighthouse-lighthouse_app"]["inputs"]
    assert (role["login"], role.get("password_ref")) == (False, None)


def test_the_community_edition_needs_no_cron_and_keeps_metrics_longer() -> None:
    """The same program on another image differs in these declarations alone."""
    apache = lighthouse(check_retention="30 days")["resources"]
    community = lighthouse(check_retention="30 days", image_family="timescaledb", apache_fallback="")["resources"]
    assert set(apache) - set(community) == {"lighthouse-pg_cron"}
    for name, kept in (("check_history", "30 days"), ("hourly_metrics", "2 years"), ("daily_metrics", "2 years")):
        assert community[f"lighthouse-public.{name}"]["inputs"]["retention"] == {"drop_after": kept}
        assert apache[f"lighthouse-public.{name}"]["inputs"]["retention"] == {"drop_after": "30 days"}


def test_a_managed_server_gets_the_same_objects() -> None:
    """Only the host differs: no container, no volume, and nothing hangs on one."""
    managed = lighthouse(target="managed", image="", image_family="", apache_fallback="", managed_host="db.example.com")
    objects, local = dynamic(managed), dynamic(lighthouse(image_family="timescaledb", apache_fallback=""))
    assert set(objects) == set(local)
    assert not set(HOST) & set(managed["resources"])
    for name, each in objects.items():
        assert each["inputs"]["connection"]["host"] == "db.example.com"
        assert "deleted_with" not in each
        hidden = (*ENVELOPE, "existing_server")  # the plan is told that it did not make this server
        both = [{k: v for k, v in made[name]["inputs"].items() if k not in hidden} for made in (objects, local)]
        assert both[0] == both[1]


@pytest.mark.parametrize(
    ("config", "named"),
    [({"image": ""}, "image"), ({"no_such_key": "1"}, "no_such_key"), ({"check_retention": "soon"}, "check_retention")],
)
def test_a_wrong_configuration_ends_the_program_in_one_sentence(config: dict[str, Any], named: str) -> None:
    """Before anything is registered."""
    with pytest.raises(pulumi.RunError) as caught:
        lighthouse(**config)
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)
