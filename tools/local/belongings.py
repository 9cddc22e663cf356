"""What the local stack owns in a Docker Engine, found by its base name even when Pulumi's state knows nothing of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from tools.local.failure import Stop, sentence

READY = 300  # seconds; crash recovery may replay much
GRACE = 120  # seconds for PostgreSQL's fast shutdown, as in the stack's own container
_RESTARTS = 5  # more than that since it was made: it will not come up by waiting


def containers(client: docker.DockerClient, base: str) -> list[Container]:
    """Containers named after the stack, stopped ones too."""
    return [
        found for found in client.containers.list(all=True, ignore_removed=True) if _belongs(found.name or "", base)
    ]


def volumes(client: docker.DockerClient, base: str) -> list[str]:
    """Volumes named after the stack."""
    return sorted(found.name for found in client.volumes.list() if _belongs(found.name, base))


def ports(client: docker.DockerClient, base: str) -> set[int]:
    """Ports that the stack's containers publish now."""
    published: set[int] = set()
    for container in containers(client, base):
        for bindings in (container.ports or {}).values():
            published.update(int(binding["HostPort"]) for binding in bindings or ())
    return published


def remove_strangers(
    client: docker.DockerClient, base: str, known: Collection[str], say: Callable[[str], None]
) -> None:
    """Remove containers and networks of ours that the state does not know: a run was killed between making and noting.

    Volumes stay: a data volume is adopted by its name.

    Args:
        known: ids and names in Pulumi's state.
    """
    for container in containers(client, base):
        if container.id not in known and container.name not in known:
            say(f"removing container {container.name}, made by a run that was killed")
            _remove(container)
    for network in client.networks.list():
        if _belongs(network.name or "", base) and network.id not in known and network.name not in known:
            try:
                network.remove()
            except APIError:  # still in use: then the stack's own `up` names the problem
                continue


def revive(client: docker.DockerClient, base: str, say: Callable[[str], None]) -> bool:
    """Start what was stopped and wait until it is healthy, so that Pulumi finds a database to read.

    A container that cannot run is removed: it holds nothing, its data lie in the volume.

    Returns:
        False when there is no container that runs.
    """
    for container in containers(client, base):
        if container.status not in ("running", "restarting"):
            say(f"starting container {container.name}, which was {container.status}")
            try:
                container.start()
            except APIError as error:
                say(f"removing container {container.name}, which does not start: {sentence(str(error.explanation))}")
                _remove(container)
                continue
        if not _healthy(container):
            say(f"removing container {container.name}, which does not become healthy; its volume stays")
            _remove(container)
    return bool(containers(client, base))


def _healthy(container: Container) -> bool:
    deadline = time.monotonic() + READY
    while time.monotonic() < deadline:
        container.reload()
        state = container.attrs["State"]
        health = (state.get("Health") or {}).get("Status", "healthy")
        if state.get("Running") and not state.get("Restarting") and health == "healthy":
            return True
        if not state.get("Running") and not state.get("Restarting"):
            return False
        if container.attrs.get("RestartCount", 0) > _RESTARTS:
            return False
        time.sleep(0.2)
    return False


def remove_all(client: docker.DockerClient, base: str, say: Callable[[str], None]) -> None:
    """Remove every container, network and volume of the stack.

    Raises:
        Stop: the engine refused one.
    """
    try:
        for container in containers(client, base):
            say(f"removing container {container.name}")
            _remove(container)
        for network in client.networks.list():
            if _belongs(network.name or "", base):
                say(f"removing network {network.name}")
                network.remove()
        for name in volumes(client, base):
            say(f"removing volume {name}")
            client.volumes.get(name).remove()
    except APIError as error:
        raise Stop(f"the Docker Engine refused to remove what is left: {sentence(str(error.explanation))}.") from error


def _remove(container: Container) -> None:
    try:
        container.stop(timeout=GRACE)
        container.remove(v=True, force=True)
    except NotFound:
        return


def _belongs(name: str, base: str) -> bool:
    return name == base or name.startswith(f"{base}-")
