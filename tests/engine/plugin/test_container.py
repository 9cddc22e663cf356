"""Containers on the real engine: what is done by hand shows in the preview and is repaired.

Does not prove anything about the official plugin, nor about engines newer than the one at hand.
"""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.engine.plugin.stack import LABEL, Stack


def test_a_second_preview_is_empty_and_destroy_leaves_nothing(stack: Stack, client: Any) -> None:
    name = stack.key
    stack.declare(
        ("Network", "net", {"name": name}),
        ("Volume", "data", {"name": name}),
        stack.box(
            cpus="0.5",
            shm_size=128,
            restart="unless-stopped",
            stop_timeout=7,
            user="0:0",
            envs=["A=1", "B=2"],
            networks_advanced=[{"name": name, "aliases": ["db"]}],
            ports=[{"internal": 80, "ip": "127.0.0.1"}],
            volumes=[{"volume_name": name, "container_path": "/data"}],
            tmpfs={"/run": "size=1m"},
            healthcheck={"tests": ["CMD", "/bin/true"], "interval": "200ms", "timeout": "1m", "retries": 2},
            wait=True,
            wait_timeout=20,
            log_driver="local",
            log_opts={"max-size": "20m"},
            capabilities={"adds": ["CAP_CHOWN"], "drops": ["NET_RAW"]},
            security_opts=["no-new-privileges"],
            ulimits=[{"name": "nofile", "soft": 1024, "hard": 2048}],
            hostname="box",
            init=True,
            group_adds=["7"],
        ),
    )
    stack.up()
    container = client.containers.get(name)
    assert container.attrs["State"]["Health"]["Status"] == "healthy"
    assert container.attrs["HostConfig"]["Memory"] == 64 * 1024 * 1024
    assert stack.steps() == {}
    stack.run("refresh", "--preview-only", "--expect-no-changes", "--stack", "dev")
    stack.run("destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert [one for one in client.containers.list(all=True, ignore_removed=True) if one.name == name] == []
    assert [one for one in client.networks.list() if one.name == name] == []
    assert [one for one in client.volumes.list() if one.name == name] == []


def by_hand(client: Any, name: str, image: str = "tsdb-test-busybox:one", **changes: Any) -> None:
    """`docker rm -f` and `docker run` with our name and label."""
    old = client.containers.get(name)
    labels = old.labels
    old.remove(force=True)
    settings = {"command": ["/bin/sleep", "1000"], "mem_limit": "64m", "stop_signal": "SIGKILL", **changes}
    client.containers.run(image, name=name, labels=labels, detach=True, **settings)


DRIFT: dict[str, tuple[Any, str, str]] = {
    "memory raised": (
        lambda c, n: c.api.update_container(n, mem_limit="96m", memswap_limit="192m"),
        "update",
        "memory",
    ),
    "a limit that is not declared": (
        lambda c, n: c.api._post_json(c.api._url("/containers/{0}/update", n), data={"NanoCpus": 700_000_000}),
        "replace",
        "cpus",
    ),
    "paused": (lambda c, n: c.containers.get(n).pause(), "update", "mustRun"),
    "renamed": (lambda c, n: c.containers.get(n).rename(f"{n}-away"), "replace", "name"),
    "stopped": (lambda c, n: c.containers.get(n).stop(), "update", "mustRun"),
    "removed": (lambda c, n: c.containers.get(n).remove(force=True), "create", ""),
    "other command": (lambda c, n: by_hand(c, n, command=["/bin/sleep", "999"]), "replace", "command"),
    "other image": (lambda c, n: by_hand(c, n, image="tsdb-test-busybox:two"), "replace", "image"),
    "other port": (lambda c, n: by_hand(c, n, ports={"80/tcp": ("127.0.0.1", None)}), "replace", "ports"),
    "without label": (
        lambda c, n: (
            c.containers.get(n).remove(force=True),
            c.containers.run(
                "tsdb-test-busybox:one",
                ["/bin/sleep", "1000"],
                name=n,
                mem_limit="64m",
                stop_signal="SIGKILL",
                detach=True,
            ),
        ),
        "replace",
        "labels",
    ),
}


@pytest.mark.parametrize("kind", DRIFT)
def test_what_is_done_by_hand_shows_and_is_repaired(standing: Stack, client: Any, kind: str) -> None:
    stack = standing
    change, operation, prop = DRIFT[kind]
    before = client.containers.get(stack.key).attrs
    change(client, stack.key)
    op, paths = stack.steps()["box"]
    assert operation in op
    assert not prop or any(path.startswith(prop) for path in paths)
    stack.up()
    after = client.containers.get(stack.key).attrs
    assert (after["State"]["Running"], after["State"]["Paused"]) == (True, False)
    for key in ("Memory", "NanoCpus", "PortBindings", "RestartPolicy"):
        assert after["HostConfig"][key] == before["HostConfig"][key]
    assert after["Image"] == before["Image"]
    assert after["Config"]["Cmd"] == before["Config"]["Cmd"]
    assert after["Config"]["Labels"] == before["Config"]["Labels"]
    assert stack.steps() == {}


def test_limits_change_in_place_and_a_command_takes_a_new_container(stack: Stack, client: Any) -> None:
    stack.declare(stack.box())
    stack.up()
    first = client.containers.get(stack.key).id
    stack.declare(stack.box(memory=128, cpus="0.25", restart="always"))
    assert stack.steps()["box"] == ("update", ["cpus", "memory", "restart"])
    stack.up()
    live = client.containers.get(stack.key)
    assert live.id == first
    assert live.attrs["HostConfig"]["Memory"] == 128 * 1024 * 1024
    assert live.attrs["HostConfig"]["NanoCpus"] == 250_000_000
    stack.declare(stack.box(command=["/bin/sleep", "2000"]))
    stack.up()
    assert client.containers.get(stack.key).id != first


def test_a_foreign_container_of_the_name_is_refused_and_untouched(stack: Stack, client: Any) -> None:
    other = client.containers.run("tsdb-test-busybox:one", ["/bin/sleep", "99"], name=stack.key, detach=True)
    stack.declare(stack.box())
    output = stack.refused()
    assert stack.key in output
    assert LABEL in output
    assert client.containers.get(stack.key).id == other.id


def test_our_own_container_without_a_state_is_adopted(stack: Stack, client: Any) -> None:
    stack.declare(stack.box())
    stack.up()
    first = client.containers.get(stack.key).id
    stack.run("stack", "rm", "--force", "--yes", "dev")
    stack.run("stack", "init", "dev")
    stack.up()
    assert client.containers.get(stack.key).id == first


def test_an_upload_is_seen_inside_and_never_told(stack: Stack, client: Any) -> None:
    secret = stack.folder / "password"
    secret.write_text("canary-2718281828")
    upload = {"file": "/run-secret", "source": "password", "permissions": "0400", "owner": "7", "group": "8"}
    stack.declare(stack.box(uploads=[upload]))
    told = stack.up()
    container = client.containers.get(stack.key)
    assert container.exec_run(["/bin/cat", "/run-secret"]).output == b"canary-2718281828"
    assert container.exec_run(["/bin/busybox", "stat", "-c", "%u:%g:%a", "/run-secret"]).output == b"7:8:400\n"
    assert stack.steps() == {}
    told += stack.run("stack", "export", "--show-secrets", "--stack", "dev") + str(container.attrs)
    assert "canary" not in told
    assert hashlib.sha256(secret.read_bytes()).hexdigest() not in told
    assert '"password"' in told
    container.exec_run(["/bin/sh", "-c", "echo other > /run-secret"])
    op, paths = stack.steps()["box"]
    assert "replace" in op
    assert paths == ["uploads[0].sourceHash"]


def test_a_container_that_never_gets_healthy_fails_with_its_log(stack: Stack, client: Any) -> None:
    sick = {"tests": ["CMD", "/bin/false"], "interval": "200ms", "retries": 1}
    command = ["/bin/sh", "-c", "echo no-such-database; exec sleep 1000"]
    stack.declare(stack.box(command=command, healthcheck=sick, wait=True, wait_timeout=2))
    assert "no-such-database" in stack.refused()
    stack.run("destroy", "--yes", "--skip-preview", "--stack", "dev")
    assert [one for one in client.containers.list(all=True, ignore_removed=True) if one.name == stack.key] == []


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"privileged": False, "tty": True}, "tty"),
        ({"mounts": [{"target": "/x", "type": "tmpfs", "tmpfs_options": {"size_bytes": 1}}]}, "mounts.tmpfsOptions"),
        ({"image": "no-such-image-here:1"}, "no-such-image-here"),
    ],
)
def test_what_the_plugin_cannot_do_is_refused(stack: Stack, client: Any, change: dict[str, Any], word: str) -> None:
    stack.declare(stack.box(**change))
    assert word in stack.refused()
    assert [one for one in client.containers.list(all=True, ignore_removed=True) if one.name == stack.key] == []
