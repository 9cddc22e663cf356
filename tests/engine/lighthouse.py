"""Lighthouse's own program on a real Docker Engine, as `make up` runs it, in a copy of the project folder."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docker
import psycopg
from psycopg import sql

from ..support.fix_local import Stack, project_copy
from ..support.ports import free_port


class Lighthouse:
    """A copy of the project with a stack of its own; its containers have names of their own."""

    def __init__(self, folder: Path, engine: Mapping[str, str], image: Any, client: docker.DockerClient) -> None:
        """Writes the settings; nothing runs yet."""
        self.folder, self.client, self.edition = project_copy(folder), client, str(image.edition)
        self.name = f"tsdb-lighthouse-{secrets.token_hex(4)}"
        self.password = secrets.token_urlsafe(24) + "+/="  # characters that change when they are encoded
        private = folder / ".local"
        private.mkdir()
        for file, text in (("password", self.password), ("pgpass", f"*:*:*:*:{self.password}")):
            (private / file).write_text(text)
            (private / file).chmod(0o600)
        self.port = free_port()
        self.stack = Stack(self.folder, engine, "local")
        settings = {
            "target": "docker",
            "name": self.name,
            "image": image.reference,
            "image_family": image.family,
            "postgres_version": image.postgres_version,
            "port": self.port,
            "password_ref": "file:.local/password",
            "memory": "512MiB",
            "apache_fallback": image.edition == "apache",
        }
        for key, value in settings.items():
            done = self.stack.config(key, value)
            assert done.rc == 0, done.output

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run hand-written SQL as the superuser."""
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="postgres", password=self.password, dbname="lighthouse",
            autocommit=True, connect_timeout=10,
        ) as session:  # fmt: skip
            cursor = session.execute(sql.SQL(text))
            return cursor.fetchall() if cursor.description else []

    def containers(self) -> list[Any]:
        """Containers of this stack, running or not."""
        return [
            each
            for each in self.client.containers.list(all=True, ignore_removed=True)
            if str(each.name).startswith(self.name)
        ]

    def leftovers(self) -> list[str]:
        """Everything in Docker that bears this stack's name."""
        found = [each.name for each in self.containers()]
        found += [each.name for each in self.client.networks.list() if str(each.name).startswith(self.name)]
        return found + [each.name for each in self.client.volumes.list() if each.name.startswith(self.name)]

    def clean(self) -> None:
        """Remove everything, whatever state the stack is in."""
        self.stack.run("cancel", "--yes")
        self.stack.destroy("--refresh=false")
        for container in self.containers():
            container.remove(force=True, v=True)
        for network in self.client.networks.list():
            if str(network.name).startswith(self.name):
                network.remove()
        for volume in self.client.volumes.list():
            if volume.name.startswith(self.name):
                volume.remove(force=True)
