"""Work on the container by its name, for the command line: run, copy, stop, start."""

import io
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...errors import Failed, Refusal, Unreachable
from ..contract import Completed

STOP_SECONDS = 120


class ContainerMissing(Refusal):
    """There is no container of that name on the engine."""


class DockerAccess:
    """The database's container on the Docker engine that ``DOCKER_HOST`` names (or the default socket).

    Args:
        container: its name, the output ``container_name`` of the component.
        client: a ``docker.DockerClient``; made from the environment when left out.

    Every method raises :class:`Unreachable` when no engine answers and :class:`ContainerMissing` without the
    container.
    """

    def __init__(self, container: str, client: Any = None) -> None:
        """Remember the name; nothing is asked of the engine yet."""
        self._name = container
        self._client = client

    def exec(
        self, command: Sequence[str], *, user: str | None = None, environment: Mapping[str, str] | None = None
    ) -> Completed:
        """Run a command in the container as ``user`` (default: the image's own) and wait for its end."""
        with self._container() as container:
            result = container.exec_run(list(command), user=user or "", environment=dict(environment or {}), demux=True)
        stdout, stderr = result.output
        return Completed(int(result.exit_code), stdout or b"", stderr or b"")

    def copy_in(self, source: Path, target: str) -> None:
        """Copy a local file to an absolute path in the container; its folder must exist. Mode 0600, owner root."""
        folder, _, name = target.rpartition("/")
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as tar:
            entry = tarfile.TarInfo(name)
            content = source.read_bytes()
            entry.size, entry.mode = len(content), 0o600
            tar.addfile(entry, io.BytesIO(content))
        with self._container() as container:
            if not container.put_archive(folder or "/", archive.getvalue()):
                raise Failed(f"container {self._name}: {target} could not be written; check that its folder exists")

    def copy_out(self, source: str, target: Path) -> None:
        """Copy a file of the container to a local path, mode 0600."""
        with self._container() as container:
            chunks, _ = container.get_archive(source)
            archive = io.BytesIO(b"".join(chunks))
        with tarfile.open(fileobj=archive) as tar:
            member = tar.extractfile(tar.getmembers()[0])
            if member is None:
                raise Failed(f"container {self._name}: {source} is not a file; name one file")
            target.touch(mode=0o600)
            target.write_bytes(member.read())

    def stop(self, timeout: int = STOP_SECONDS) -> None:
        """Stop the server with the image's stop signal (fast shutdown); kill it after ``timeout`` seconds."""
        with self._container() as container:
            container.stop(timeout=timeout)

    def start(self) -> None:
        """Start the container; returns at once, the health check says when the server answers."""
        with self._container() as container:
            container.start()

    @contextmanager
    def _container(self) -> Iterator[Any]:
        try:
            import docker
            from docker.errors import APIError, DockerException, NotFound
        except ImportError:
            raise Refusal("the Docker host needs the package docker; install pulumi-timescaledb[docker]") from None
        try:
            client = self._client or docker.from_env()
            yield client.containers.get(self._name)
        except NotFound as error:
            raise ContainerMissing(
                f"container {self._name} or a path in it is not on this Docker engine ({error.explanation}); "
                "run pulumi up, or set DOCKER_HOST to its engine"
            ) from None
        except APIError as error:
            raise Failed(f"container {self._name}: Docker refused ({error.explanation}); see docker logs") from None
        except (DockerException, OSError) as error:
            raise Unreachable(
                f"no Docker engine answers ({type(error).__name__}); start it or set DOCKER_HOST"
            ) from None
