"""The container's inputs: what keeps data and sleep safe; the whole of them stands in the golden resource graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.hosts.docker import resources
from pulumi_timescaledb.hosts.docker.spec import Spec, specify
from pulumi_timescaledb.server import shared_memory_mib, values

FAMILIES = {
    "distribution": ("example/timescaledb:2.19.3-pg17-abc", "999"),
    "timescaledb": ("timescale/timescaledb:2.29.2-pg17", "70"),
    "timescaledb-ha": ("timescale/timescaledb-ha:pg17.10-ts2.29.2", "1000"),
}


@pytest.fixture(autouse=True)
def password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A password file in the folder the program runs in."""
    monkeypatch.chdir(tmp_path)
    Path("password").write_text("canary-password\n")
    Path("password").chmod(0o600)


def spec(family: str = "distribution", **more: Any) -> Spec:
    """A declaration of 1 GiB and two CPUs."""
    args = {"image": FAMILIES[family][0], "image_family": family, "memory": "1GiB", "cpus": 2, "port": 15432}
    return specify("lighthouse", "project/test", {**args, "password_ref": "file:password", **more})


@pytest.mark.parametrize("family", FAMILIES)
def test_only_the_servers_user_can_read_the_password(family: str) -> None:
    """The file is passed by path, belongs to who reads it (root in our image), and stands in no other input."""
    inputs = resources.container(spec(family))
    uid = FAMILIES[family][1]
    owner = {} if family == "distribution" else {"owner": uid, "group": uid}
    assert inputs["uploads"] == [
        {"file": resources.PASSWORD_FILE, "source": "password", "permissions": "0400", **owner}
    ]
    assert f"POSTGRES_PASSWORD_FILE={resources.PASSWORD_FILE}" in inputs["envs"]
    assert "canary-password" not in str(inputs)


def test_the_server_is_stopped_gently() -> None:
    """Fast shutdown, two minutes by Docker and by the provider, and no kill in between."""
    inputs = resources.container(spec())
    assert (inputs["stop_signal"], inputs["stop_timeout"], inputs["destroy_grace_seconds"]) == ("SIGINT", 120, 120)


def test_health_is_asked_over_tcp_with_time_to_recover() -> None:
    """The socket answers before the first start is over, and WAL replay takes minutes."""
    check = resources.healthcheck(spec(database="metrics", user="owner"))
    assert check["tests"][:4] == ["CMD", "pg_isready", "-h", "127.0.0.1"]
    assert check["tests"][-4:] == ["-U", "owner", "-d", "metrics"]
    assert check["start_period"] == "5m0s"


def test_there_is_no_swap() -> None:
    """Memory and swap together are the memory, in MiB."""
    inputs = resources.container(spec(memory="1536MiB"))
    assert (inputs["memory"], inputs["memory_swap"]) == (1536, 1536)


@pytest.mark.parametrize(
    ("more", "mib"),
    [({}, 256), ({"memory": "64GiB", "cpus": 16}, 512), ({"settings": {"work_mem": "1GB"}}, 2048)],
)
def test_shared_memory_holds_every_parallel_workers_sort(more: dict[str, Any], mib: int) -> None:
    """Never below 256 MiB; more where work_mem or the workers are."""
    assert shared_memory_mib(values(spec(**more).settings)) == mib


@pytest.mark.parametrize("family", FAMILIES)
def test_the_container_cannot_gain_powers(family: str) -> None:
    """Everything is dropped but what an entry point that starts as root needs."""
    inputs = resources.container(spec(family))
    assert inputs["capabilities"]["drops"] == ["ALL"]
    assert bool(inputs["capabilities"]["adds"]) == (family != "timescaledb-ha")
    assert inputs["security_opts"] == ["no-new-privileges:true"]


def test_the_settings_are_the_command_in_a_fixed_order() -> None:
    """The same declaration gives the same command, whatever order its settings were written in."""
    one = resources.command(spec(settings={"jit": "on", "work_mem": "8MB"}))
    other = resources.command(spec(settings={"work_mem": "8MB", "jit": "on"}))
    assert one == other
    assert one[0] == "postgres"
    assert set(one[1::2]) == {"-c"}
    assert one[2::2] == sorted(one[2::2])
    assert {"jit=on", "work_mem=8MB"} < set(one)


def test_labels_carry_the_stack_and_the_users_own() -> None:
    """Sorted, so that their order is no change."""
    inputs = resources.container(spec(labels={"team": "data", "a": "b"}))
    assert [(label["label"], label["value"]) for label in inputs["labels"]] == [
        ("a", "b"),
        ("pulumi_timescaledb.stack", "project/test"),
        ("team", "data"),
    ]


@pytest.mark.parametrize(
    ("host", "tls", "endpoint"),
    [("127.0.0.1", "disable", "127.0.0.1:1"), ("::1", "disable", "[::1]:1"), ("10.0.0.5", "prefer", "10.0.0.5:1")],
)
def test_tls_is_left_out_on_loopback_only(host: str, tls: str, endpoint: str) -> None:
    """The server has no certificate yet; on a network it is used as soon as there is one."""
    assert resources.connection(spec(), host, 1)["tls"] == tls
    assert resources.endpoint(host, 1) == endpoint
