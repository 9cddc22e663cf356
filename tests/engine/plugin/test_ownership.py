"""Whose an object is: what another stack or a person made is neither taken over nor removed.

Does not prove anything about two stacks that declare the same label.
"""

from __future__ import annotations

from typing import Any

from tests.engine.plugin.stack import LABEL, Stack

OTHER = {LABEL: "somebody/else"}
IMAGE = "tsdb-test-busybox:one"


def test_a_container_of_another_stack_that_took_the_name_survives(stack: Stack, client: Any) -> None:
    stack.declare(stack.box())
    stack.up()
    client.containers.get(stack.key).remove(force=True)
    other = client.containers.run(IMAGE, ["/bin/sleep", "99"], name=stack.key, labels=OTHER, detach=True)
    assert stack.steps()["box"][0] == "create"
    assert LABEL in stack.refused()
    assert client.containers.get(stack.key).id == other.id


def test_a_network_of_another_stack_that_took_the_name_survives(stack: Stack, client: Any) -> None:
    stack.declare(("Network", "net", {"name": stack.key}))
    stack.up()
    client.networks.get(stack.key).remove()
    other = client.networks.create(stack.key, labels=OTHER)
    assert stack.steps()["net"][0] == "create"
    assert LABEL in stack.refused()
    assert client.networks.get(stack.key).id == other.id


def test_a_volume_of_another_stack_is_neither_adopted_nor_removed(stack: Stack, client: Any) -> None:
    other = client.volumes.create(stack.key, labels=OTHER)
    stack.declare(("Volume", "data", {"name": stack.key}))
    assert LABEL in stack.refused()
    assert client.volumes.get(stack.key).attrs["CreatedAt"] == other.attrs["CreatedAt"]


def test_network_and_volume_removed_by_hand_are_made_again(stack: Stack, client: Any) -> None:
    stack.declare(("Network", "net", {"name": stack.key}), ("Volume", "data", {"name": stack.key}))
    stack.up()
    client.networks.get(stack.key).remove()
    client.volumes.get(stack.key).remove()
    assert {name: op for name, (op, _) in stack.steps().items()} == {"net": "create", "data": "create"}
    stack.up()
    assert client.networks.get(stack.key).attrs["Labels"] == {LABEL: stack.key}
    assert stack.steps() == {}


def test_our_volume_with_other_settings_is_refused_because_it_may_hold_data(stack: Stack, client: Any) -> None:
    client.volumes.create(stack.key, driver_opts={"type": "tmpfs", "device": "tmpfs"}, labels={LABEL: stack.key})
    stack.declare(("Volume", "data", {"name": stack.key}))
    assert "may hold data" in stack.refused()
    assert client.volumes.get(stack.key).attrs["Options"] == {"type": "tmpfs", "device": "tmpfs"}


def test_an_image_at_hand_is_used_by_its_id_and_kept(stack: Stack, client: Any, images: dict[str, str]) -> None:
    stack.declare(("RemoteImage", "image", {"name": IMAGE, "keep_locally": True}), stack.box(image=images[IMAGE]))
    stack.up()
    assert stack.steps() == {}
    stack.run("destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert client.images.get(IMAGE).id == images[IMAGE]


def test_an_imported_container_has_an_empty_preview(stack: Stack, client: Any) -> None:
    made = client.containers.run(
        IMAGE, ["/bin/sleep", "99"], name=stack.key, labels={LABEL: stack.key}, ports={"80/tcp": None}, mem_limit="64m",
        stop_signal="SIGKILL", environment=["A=1"], detach=True,
    )  # fmt: skip
    stack.declare()
    token = "docker:index/container:Container"
    stack.run("import", token, "box", made.id, "--yes", "--generate-code=false", "--protect=false", "--stack", "dev")
    stack.declare(stack.box(command=["/bin/sleep", "99"], envs=["A=1"], ports=[{"internal": 80}]))
    assert stack.steps() == {}
