"""The resource graph of ``hosts.docker.Database``.

Not proved here: that Docker accepts the inputs, that the server starts with them, and what a change replaces.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.hosts.contract import Host
from pulumi_timescaledb.hosts.docker import Database
from pulumi_timescaledb.hosts.docker.resources import CONTAINER_INPUTS, container
from pulumi_timescaledb.hosts.docker.spec import specify

from tests.mocks.graph import GOLDEN, SECRET, UNKNOWN, compare, record

IMAGE_ID = "sha256:" + "5" * 64


@pytest.fixture
def args(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A working declaration, with its password file in the folder the program runs in."""
    monkeypatch.chdir(tmp_path)
    password = Path("password")
    password.write_text("canary-password\n")
    password.chmod(0o600)
    return {
        "image": "example/postgres:17-2.19.3",
        "image_family": "distribution",
        "memory": "1GiB",
        "cpus": 2,
        "port": 15432,
        "password_ref": "file:password",
    }


def declare(args: dict[str, Any] | Callable[[], dict[str, Any]], **opts: Any) -> Callable[[], None]:
    """A program with one database called lighthouse and its attributes as exports; outputs are made inside it."""

    def program() -> None:
        given: Any = args() if callable(args) else args
        host = Database("lighthouse", given, pulumi.ResourceOptions(**opts))
        pulumi.export("connection", host.connection)
        pulumi.export("endpoint", host.endpoint)
        pulumi.export("container_name", host.container_name)

    return program


def of(graph: dict[str, Any], name: str) -> dict[str, Any]:
    """One resource of a graph."""
    found: dict[str, Any] = graph["resources"][name]
    return found


def image_id(args: Any) -> dict[str, Any]:
    """What pulling an image adds to its outputs."""
    return {"imageId": IMAGE_ID} if args.typ.endswith(":RemoteImage") else {}


def test_the_graph_is_the_golden_one(args: dict[str, Any]) -> None:
    """Types, names, parents, options and inputs are what the golden file says."""
    compare(record(declare(args), project="lighthouse"), GOLDEN / "docker_database.yaml")


def test_the_connection_is_unknown_before_the_first_deployment(args: dict[str, Any]) -> None:
    """Everything derived from the container waits for it; its own inputs do not."""
    graph = record(declare(args), preview=True)
    assert graph["outputs"]["connection"] == UNKNOWN
    assert graph["outputs"]["endpoint"] == UNKNOWN
    assert of(graph, "lighthouse-container")["inputs"]["ports"][0]["external"] == 15432


def test_the_connection_names_the_published_address(args: dict[str, Any]) -> None:
    """Port and address come back from the container; the password stays a reference."""
    graph = record(declare({**args, "database": "metrics", "user": "owner"}))
    assert graph["outputs"]["connection"] == {
        "host": "127.0.0.1",
        "port": 15432,
        "database": "metrics",
        "user": "owner",
        "tls": "disable",
        "password_ref": "file:password",
    }
    assert graph["outputs"]["endpoint"] == "127.0.0.1:15432"


def test_a_stopped_container_keeps_its_declared_address(args: dict[str, Any]) -> None:
    """A refresh finds no published port on it; the program still runs, so that `up` can start it."""
    graph = record(declare(args), outputs=lambda asked: {"ports": []} if asked.typ.endswith(":Container") else {})
    assert graph["outputs"]["endpoint"] == "127.0.0.1:15432"
    assert graph["outputs"]["connection"]["port"] == 15432


def test_the_password_is_in_no_registration(args: dict[str, Any]) -> None:
    """The graph holds the file's path, and a planted content would be found."""
    assert "canary-password" not in str(record(declare(args)))
    assert "canary-password" in str(record(declare({**args, "labels": {"planted": "canary-password"}})))


def test_a_secret_argument_stays_secret(args: dict[str, Any]) -> None:
    """Whatever is calculated from a secret is marked as one, and so is what is exported."""
    graph = record(declare(lambda: {**args, "database": pulumi.Output.secret("hidden-name")}))
    assert "hidden-name" not in str(graph)
    assert of(graph, "lighthouse-container")["inputs"]["command"] == SECRET
    assert graph["outputs"]["connection"] == SECRET


def test_an_output_gives_the_same_graph_as_its_value(args: dict[str, Any]) -> None:
    """What is known late ends where what is known early does."""

    def late() -> dict[str, Any]:
        settings = {"work_mem": pulumi.Output.from_input("8MB")}
        libraries = [pulumi.Output.from_input("auto_explain")]
        memory = pulumi.Output.from_input("1GiB")
        return {**args, "memory": memory, "settings": settings, "preload_libraries": libraries}

    early = {**args, "settings": {"work_mem": "8MB"}, "preload_libraries": ["auto_explain"]}
    assert record(declare(late)) == record(declare(early))


def test_protection_reaches_the_data_and_nothing_else(args: dict[str, Any]) -> None:
    """A protected database can still take a new image."""
    graph = record(declare(args, protect=True))
    protected = {name for name in graph["resources"] if of(graph, name).get("protect")}
    assert protected == {"lighthouse", "lighthouse-volume"}


def test_the_callers_options_reach_the_component(args: dict[str, Any]) -> None:
    """Aliases and dependencies are not swallowed."""
    graph = record(declare(args, aliases=[pulumi.Alias(name="formerly")], retain_on_delete=True))
    assert of(graph, "lighthouse")["aliases"][0]["name"] == "formerly"
    assert of(graph, "lighthouse")["retain_on_delete"]


def test_a_data_path_takes_the_volumes_place(args: dict[str, Any]) -> None:
    """A folder is mounted where the volume was, and there is no volume."""
    graph = record(declare({**args, "data_path": "/srv/lighthouse"}))
    assert "lighthouse-volume" not in graph["resources"]
    mount = of(graph, "lighthouse-container")["inputs"]["volumes"]
    assert mount == [{"containerPath": "/var/lib/postgresql", "hostPath": "/srv/lighthouse"}]


def test_a_pulled_image_is_used_by_its_id_and_kept(args: dict[str, Any]) -> None:
    """The container follows what was pulled, not what the tag means later."""
    graph = record(declare({**args, "pull": True}), outputs=image_id)
    image = of(graph, "lighthouse-image")
    assert image["inputs"] == {"name": args["image"], "keepLocally": True}
    assert image["parent"] == "lighthouse"
    assert of(graph, "lighthouse-container")["inputs"]["image"] == IMAGE_ID


def test_retained_data_is_left_behind(args: dict[str, Any]) -> None:
    """Only the volume is retained, and only when asked for."""
    assert of(record(declare({**args, "retain_data": True})), "lighthouse-volume")["retain_on_delete"]
    assert "retain_on_delete" not in of(record(declare(args)), "lighthouse-volume")


def test_a_database_is_a_host(args: dict[str, Any]) -> None:
    """The component keeps the contract, with the volume to hang objects on."""
    seen: list[Database] = []
    record(lambda: seen.append(Database("lighthouse", args)))  # type: ignore[arg-type]
    (host,) = seen
    assert isinstance(host, Host)
    assert host.ready == [host.container]
    assert host.data_volume is not None


def test_the_component_passes_every_calculated_input(args: dict[str, Any]) -> None:
    """The list of keys the component knows early equals what is calculated late."""
    assert set(container(specify("lighthouse", "p/s", args))) == set(CONTAINER_INPUTS)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [({"port": 70000}, "port"), ({"image": "example/postgres"}, "image"), ({"prot": 1}, "prot")],
)
def test_a_refusal_is_one_sentence_that_names_the_argument(
    args: dict[str, Any], wrong: dict[str, Any], named: str
) -> None:
    """The program ends with a RunError, which the engine prints without a traceback, before any child exists."""
    with pytest.raises(pulumi.RunError, match=rf"^{named} \S.*; \S[^\n]*$"):
        record(declare({**args, **wrong}))


def test_a_late_refusal_is_the_same_error(args: dict[str, Any]) -> None:
    """A value that arrives as an output is refused with the same class and argument."""
    with pytest.raises(pulumi.RunError, match=r"^port \S"):
        record(declare(lambda: {**args, "port": pulumi.Output.from_input(70000)}))


def test_a_plain_argument_is_refused_although_another_is_late(args: dict[str, Any]) -> None:
    """An unknown output elsewhere does not hide what is already known to be wrong."""

    def half() -> dict[str, Any]:
        return {**args, "database": pulumi.Output.from_input("metrics"), "memory": "1"}

    with pytest.raises(pulumi.RunError, match=r"^memory \S"):
        record(declare(half), preview=True)


def test_what_decides_the_resources_must_be_plain(args: dict[str, Any]) -> None:
    """Whether a volume exists cannot depend on an output."""
    with pytest.raises(pulumi.RunError, match=r"^data_path \S"):
        record(declare(lambda: {**args, "data_path": pulumi.Output.from_input("/srv/lighthouse")}))
