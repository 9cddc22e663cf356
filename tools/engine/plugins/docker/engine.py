"""The Docker engine: one client per plugin process, and its errors as sentences."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tools.engine.plugins.docker.errors import PluginError, reason, sentence

TIMEOUT = 120.0
"""Seconds a single answer of the engine may take."""


class Engine:
    """Connects on first use; `host` of the provider's configuration goes before DOCKER_HOST.

    The SDK's import (0.15 s) starts in the background, so that the handshake need not wait for it.
    """

    def __init__(self) -> None:
        self.host = ""
        self._client: Any = None
        self._info: dict[str, Any] | None = None
        self._lock = threading.Lock()
        self.cancelled = threading.Event()
        """Set when the person gave up (Ctrl-C): whoever waits for something stops waiting."""

    def preload(self) -> None:
        """Begin importing the SDK."""
        threading.Thread(target=_import_docker, daemon=True).start()

    @property
    def address(self) -> str:
        """Where the engine is looked for."""
        return self.host or os.environ.get("DOCKER_HOST", "") or "unix:///var/run/docker.sock"

    @property
    def api(self) -> Any:
        """The SDK's low-level client.

        Raises:
            PluginError: no engine answers.
        """
        with self._lock:
            if self._client is None:
                docker = _import_docker()
                try:
                    self._client = docker.DockerClient(
                        base_url=self.address,
                        version="auto",
                        timeout=TIMEOUT,
                        max_pool_size=16,
                        use_ssh_client=self.address.startswith("ssh://"),
                    )
                except docker.errors.DockerException as error:
                    raise PluginError(
                        f"no Docker engine answers at {self.address}: start it or set DOCKER_HOST ({reason(error)})"
                    ) from None
        return self._client.api

    def info(self) -> dict[str, Any]:
        """The engine's `docker info`, asked once."""
        if self._info is None:
            self._info = dict(self.api.info())
        return self._info

    def inspect(self, kind: str, name: str) -> dict[str, Any] | None:
        """Inspect a `container`, `network`, `volume` or `image` by id or name; None when there is none."""
        docker = _import_docker()
        api = self.api
        calls = {
            "container": api.inspect_container,
            "network": api.inspect_network,
            "volume": api.inspect_volume,
            "image": api.inspect_image,
        }
        if not name:
            return None
        try:
            return dict(calls[kind](name))
        except docker.errors.NotFound:
            return None

    def image(self, reference: str) -> dict[str, Any] | None:
        """An image by tag, digest or id; None when it is not on this engine."""
        return self.inspect("image", reference)


def _import_docker() -> Any:
    import docker
    import docker.errors

    return docker


@contextmanager
def explained(what: str, name: str) -> Iterator[None]:
    """Turn the SDK's errors into one sentence about the object."""
    docker = _import_docker()
    import requests

    try:
        yield
    except docker.errors.APIError as error:
        raise PluginError(f"{what} {name!r}: the Docker engine says: {sentence(error)}") from None
    except (docker.errors.DockerException, requests.RequestException) as error:
        raise PluginError(f"{what} {name!r}: the Docker engine stopped answering ({reason(error)})") from None


@contextmanager
def gone_is_fine() -> Iterator[None]:
    """Ignore that an object is not there, or is being removed already."""
    docker = _import_docker()
    try:
        yield
    except docker.errors.NotFound:
        pass
    except docker.errors.APIError as error:
        if "is already in progress" not in sentence(error):
            raise
