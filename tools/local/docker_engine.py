"""Find the Docker Engine that the docker client would reach; else start one of our own, and say so."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import DockerException

from tools.local import daemon, packages, places
from tools.local.daemon import Daemon
from tools.local.failure import Stop

DEFAULT_HOST = "unix:///var/run/docker.sock"
NOTE = "docker_host"
"""File in `.local/` with the DOCKER_HOST of the last `make up`."""


@dataclass(frozen=True)
class Engine:
    """A Docker Engine that answers.

    Attributes:
        host: value for DOCKER_HOST.
        how: where it was found, in words for the person.
        started: we started it in this call.
    """

    host: str
    how: str
    started: bool = False

    def client(self, timeout: int = 600) -> docker.DockerClient:
        """A client for it; `timeout` in seconds bounds each request."""
        return connect(self.host, timeout)


def connect(host: str, timeout: int = 600) -> docker.DockerClient:
    """A client for a DOCKER_HOST value; ssh:// goes through the person's own ssh."""
    return docker.DockerClient(base_url=host, version="auto", timeout=timeout, use_ssh_client=host.startswith("ssh:"))


def answers(host: str) -> bool:
    """True when an engine answers there within 5 seconds."""
    return _problem(host) is None


def running(host: str) -> list[str]:
    """Names of the containers that run in an engine."""
    client = connect(host, 30)
    try:
        return [container.name or "?" for container in client.containers.list(ignore_removed=True)]
    finally:
        client.close()


def find(environment: Mapping[str, str] | None = None, own: Daemon | None = None) -> Engine | None:
    """The engine the docker client would use, or our own when it runs; None when neither answers.

    The order is the docker client's: DOCKER_HOST, DOCKER_CONTEXT or the current context, the default socket.

    Raises:
        Stop: one was named on purpose and does not answer, or answers "permission denied".
    """
    environment = os.environ if environment is None else environment
    own = own or daemon.ours()
    named = environment.get("DOCKER_HOST")
    if named and named != own.host:
        if (problem := _problem(named)) is not None:
            raise Stop(
                f"DOCKER_HOST is {named}, but no Docker Engine answers there ({problem}): start it, or unset it."
            )
        return Engine(named, f"DOCKER_HOST {named}")
    context, host = _context(environment)
    if host and not named:
        if (problem := _problem(host)) is not None:
            raise Stop(
                f"the docker context {context!r} points at {host}, but no Docker Engine answers there ({problem}): "
                "start it, or run `docker context use default`."
            )
        return Engine(host, f"docker context {context!r}")
    if not named and Path(DEFAULT_HOST.removeprefix("unix://")).exists():
        problem = _problem(DEFAULT_HOST)
        if problem is None:
            return Engine(DEFAULT_HOST, f"default socket {DEFAULT_HOST}")
        if "Permission denied" in problem and os.geteuid() != 0:
            raise Stop("the Docker Engine refuses this user: join the group `docker`, and log in again.")
    if own.pid() is not None and answers(own.host):
        return Engine(own.host, f"our own daemon at {own.host}")
    return None


def noted() -> str | None:
    """DOCKER_HOST of the engine that holds the stack, as the last `make up` noted it."""
    try:
        return (places.LOCAL / NOTE).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def find_or_start(say: Callable[[str], None], own: Daemon | None = None) -> Engine:
    """Find an engine or start our own (Debian or Ubuntu, as root).

    Raises:
        Stop: there is none and none can be started here, or another interface has the addresses of our own.
    """
    own = own or daemon.ours()
    if (found := find(own=own)) is not None:
        if found.host == own.host:
            own.start(answers, running)  # it runs: this looks at its addresses
        return found
    if not daemon.available():
        raise Stop(
            "no Docker Engine answers: start Docker, point DOCKER_HOST at one, "
            "or run this as root on Debian or Ubuntu, where it is installed for you."
        )
    if not all(shutil.which(program, path=packages.search_path()) for program in ("dockerd", "iptables")):
        packages.install("docker.io", "iptables", say=say)
        if (found := find(own=own)) is not None:  # with systemd the package has just started the service
            return Engine(found.host, f"{found.how}, just installed from the distribution", started=True)
    say(f"starting a Docker Engine of our own: data and log in {own.folder}")
    own.start(answers, running)
    return Engine(own.host, f"our own daemon at {own.host}", started=True)


def stop(say: Callable[[str], None], own: Daemon | None = None) -> None:
    """Stop the daemon that we started, unless a container still runs in it. Its images stay for the next time."""
    own = own or daemon.ours()
    if own.pid() is None:
        return
    with_names = running(own.host) if answers(own.host) else []
    if with_names:
        say(f"our Docker Engine keeps running, other containers use it: {', '.join(sorted(with_names))}")
    elif own.stop():
        say(f"stopped our Docker Engine; its images stay in {own.folder}")


def _problem(host: str) -> str | None:
    """Why no engine answers at a host, in a few words; None when one does."""
    try:
        if host.startswith("unix://"):  # by hand: the client leaves its socket open when nobody listens
            with socket.socket(socket.AF_UNIX) as probe:
                probe.settimeout(5)
                probe.connect(host.removeprefix("unix://"))
                ping = http.client.HTTPConnection("localhost")
                ping.sock = probe
                ping.request("GET", "/_ping")
                with ping.getresponse() as answer:
                    return None if answer.status == http.HTTPStatus.OK else f"status {answer.status}"
        client = connect(host, 5)
        client.close()
    except (DockerException, OSError, ValueError, http.client.HTTPException) as error:
        text = str(error)
        for words in ("Permission denied", "Connection refused", "No such file or directory", "timed out"):
            if words in text:
                return words
        return text.splitlines()[0][:120] if text else type(error).__name__
    return None


def _context(environment: Mapping[str, str]) -> tuple[str, str | None]:
    """Name and endpoint of the docker client's current context; no endpoint for the default one."""
    folder = Path(environment.get("DOCKER_CONFIG") or Path.home() / ".docker")
    name = environment.get("DOCKER_CONTEXT") or _json(folder / "config.json").get("currentContext") or "default"
    if name == "default":
        return name, None
    for meta in (folder / "contexts" / "meta").glob("*/meta.json"):
        content = _json(meta)
        if content.get("Name") == name:
            return name, content.get("Endpoints", {}).get("docker", {}).get("Host")
    raise Stop(f"the docker context {name!r} does not exist: run `docker context use default`.")


def _json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
