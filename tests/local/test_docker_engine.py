"""The Docker Engine: the one that is named is used or refused, our own is reused, restarted and stopped with care.

Not proved here: that the kernel takes the narrower route, and what a VPN's own rules of routing do beside its routes.
"""

from __future__ import annotations

import ipaddress
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.fix_local import kill_daemon, own_network
from tools.local import bridge, docker_engine, mounts, packages
from tools.local.daemon import Daemon
from tools.local.failure import Stop


def _quiet(text: str) -> None:
    pass


@pytest.fixture
def owned(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Daemon, Daemon]]:
    """Two daemons of our own, each in a folder of its own, while no other engine is in reach or takes addresses."""
    if os.geteuid() != 0 or shutil.which("dockerd", path=packages.search_path()) is None:
        pytest.skip("a daemon of our own needs root and the program dockerd")
    folder = Path(tempfile.mkdtemp(prefix="tsdb-daemon-"))
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(folder / "config"))
    monkeypatch.setattr(docker_engine, "DEFAULT_HOST", f"unix://{folder}/nobody.sock")
    daemons = Daemon(folder / "own"), Daemon(folder / "second")
    with own_network():
        yield daemons
        for daemon in daemons:
            daemon.stop()
    mounts.release(folder)  # of one that was killed
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own(owned: tuple[Daemon, Daemon]) -> Daemon:
    """The first of them."""
    return owned[0]


def test_a_named_host_that_does_not_answer_is_refused_with_its_name(tmp_path: Path) -> None:
    host = f"unix://{tmp_path}/none.sock"
    with pytest.raises(Stop) as stop:
        docker_engine.find({"DOCKER_HOST": host}, Daemon(tmp_path / "own"))
    assert host in str(stop.value)


def test_a_named_host_that_answers_is_used(docker_host: str, tmp_path: Path) -> None:
    found = docker_engine.find({"DOCKER_HOST": docker_host}, Daemon(tmp_path / "own"))
    assert found is not None
    assert found.host == docker_host


def test_an_unknown_docker_context_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Stop) as stop:
        docker_engine.find({"DOCKER_CONTEXT": "elsewhere", "DOCKER_CONFIG": str(tmp_path)}, Daemon(tmp_path / "own"))
    assert "elsewhere" in str(stop.value)


def test_our_own_daemon_is_started_once_and_reused(own: Daemon) -> None:
    assert docker_engine.find_or_start(_quiet, own).started
    first = own.pid()
    again = docker_engine.find_or_start(_quiet, own)
    assert not again.started
    assert own.pid() == first
    # `eval "$(make -s env)"` names our own socket: that must not turn into "named on purpose and refused"
    assert docker_engine.find({"DOCKER_HOST": own.host}, own) is not None


def test_a_killed_daemon_is_started_again_also_when_DOCKER_HOST_names_it(
    own: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker_engine.find_or_start(_quiet, own)
    killed = kill_daemon(own)
    monkeypatch.setenv("DOCKER_HOST", own.host)
    assert docker_engine.find_or_start(_quiet, own).started
    assert own.pid() not in (None, killed)


def test_a_stopped_daemon_leaves_no_process_and_keeps_its_data(own: Daemon) -> None:
    docker_engine.find_or_start(_quiet, own)
    docker_engine.stop(_quiet, own)
    assert own.pid() is None
    assert (own.folder / "data").is_dir()
    assert not _processes_of(own.folder)


def test_another_engine_keeps_its_bridge_and_ours_is_gone_with_the_daemon(own: Daemon) -> None:
    bridge.make("docker0")
    docker_engine.find_or_start(_quiet, own)
    assert bridge.names("tsdb-") == [own.bridge]
    docker_engine.stop(_quiet, own)
    assert bridge.names("tsdb-") == []
    assert bridge.names("docker") == ["docker0"]


def test_the_bridge_of_a_killed_daemon_does_not_cut_off_another_with_its_range(owned: tuple[Daemon, Daemon]) -> None:
    own, second = owned
    docker_engine.find_or_start(_quiet, own)
    had = bridge.routes()[own.bridge]
    docker_engine.stop(_quiet, own)
    docker_engine.find_or_start(_quiet, second)
    assert bridge.routes()[second.bridge] == had  # the first free range is the same one
    kill_daemon(second)
    assert second.bridge in bridge.names("tsdb-")
    docker_engine.find_or_start(_quiet, own)
    assert bridge.routes()[own.bridge] == had
    assert second.bridge not in bridge.names("tsdb-")
    assert bridge.rival(own.bridge) is None


def test_a_range_that_a_living_engine_has_taken_is_refused_with_its_interface(owned: tuple[Daemon, Daemon]) -> None:
    own, second = owned
    docker_engine.find_or_start(_quiet, own)
    docker_engine.stop(_quiet, own)
    docker_engine.find_or_start(_quiet, second)
    with pytest.raises(Stop, match=f"in use by the interface {second.bridge}") as stop:
        own.start(docker_engine.answers, docker_engine.running)
    assert "\n" not in str(stop.value)
    assert own.pid() is None
    assert second.pid() is not None
    assert bridge.rival(second.bridge) is None


@pytest.mark.parametrize(
    ("theirs", "taken"),
    [
        ("172.17.0.0/16", True),  # another engine's, the same range
        ("172.17.4.0/24", True),  # narrower: it wins for these addresses
        ("172.17.0.1/32", True),
        ("172.16.0.0/12", False),  # a private network's, broader: ours wins
        ("10.0.0.0/8", False),
        ("172.18.0.0/16", False),
    ],
)
def test_only_a_route_that_wins_over_ours_takes_our_addresses(theirs: str, taken: bool) -> None:
    networks = {"tsdb-1": [ipaddress.IPv4Network("172.17.0.0/16")], "tun0": [ipaddress.IPv4Network(theirs)]}
    assert bridge.rival("tsdb-1", networks) == ("tun0" if taken else None)
    assert bridge.rival("tsdb-2", networks) is None  # it has no range yet


def test_a_stale_pid_file_of_another_program_is_not_taken_for_the_daemon(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path)
    (tmp_path / "docker.pid").write_text(str(os.getpid()))
    assert daemon.pid() is None
    assert not daemon.stop()


def test_a_socket_path_that_is_too_long_for_the_kernel_is_replaced(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / ("x" * 90))
    assert len(str(daemon.socket)) <= 100


def _processes_of(folder: Path) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in words:
            found.append(words)
    return found
