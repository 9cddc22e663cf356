"""Real TimescaleDB servers for tests: the Apache edition in a container, the Community edition wherever one is found.

A developer may point at servers of their own with TSDB_TEST_APACHE_DSN and TSDB_TEST_COMMUNITY_DSN (libpq keyword
strings of a superuser). Otherwise the Apache one is started from the image that ``make up`` uses, and a Community one
from local server binaries that have the TSL library. Tests that found no Community server are counted at the end.
"""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Container, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import conninfo, sql
from pulumi_timescaledb.database.capabilities import version
from pulumi_timescaledb.database.session import Connection

from tests.support.ports import free_port

Session = psycopg.Connection[tuple[Any, ...]]
NAME = "lighthouse"
START_SECONDS = 60
APACHE_SETTINGS = (
    "shared_preload_libraries=timescaledb,pg_stat_statements,pg_cron",
    f"cron.database_name={NAME}",
    "cron.host=",
    "fsync=off",  # speed; what a crash leaves is the business of other tests
    "max_connections=100",
    "max_worker_processes=24",
)


@dataclass(frozen=True)
class Server:
    """A server for tests: its edition and how a superuser reaches it."""

    edition: str
    host: str
    port: int
    user: str
    password: str

    def sql(self, text: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run hand-written SQL as an operator would, outside of our own code."""
        with self.session(database, autocommit=True) as session:
            cursor = session.execute(sql.SQL(text))
            return cursor.fetchall() if cursor.description else []

    def session(self, database: str, **options: Any) -> Session:
        """A session of the server's superuser; options: of psycopg, in place of its own or besides."""
        own: dict[str, Any] = {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": database,
        }
        return psycopg.connect(**(own | options))


@dataclass(frozen=True)
class Database:
    """A fresh, empty database on a server."""

    server: Server
    connection: Connection

    @property
    def edition(self) -> str:
        """apache or community."""
        return self.server.edition

    @cached_property
    def timescaledb(self) -> tuple[int, ...]:
        """The version that the server would install."""
        (found,) = self.sql("SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb'")
        return version(str(found[0]))

    def is_among(self, editions: Container[str], since: str, before: str) -> bool:
        """Whether it is of these editions, and of a TimescaleDB from one version to before another."""
        return self.edition in editions and version(since) <= self.timescaledb < version(before)

    def sql(self, text: str) -> list[tuple[Any, ...]]:
        """Run hand-written SQL in this database."""
        return self.server.sql(text, self.connection.database)

    def session(self, **options: Any) -> Session:
        """A session in this database, in transactions unless `autocommit=True`."""
        return self.server.session(self.connection.database, **options)


def from_dsn(edition: str) -> Server | None:
    """The server that a developer points at."""
    dsn = os.environ.get(f"TSDB_TEST_{edition.upper()}_DSN")
    if not dsn:
        return None
    words = conninfo.conninfo_to_dict(dsn)
    return Server(
        edition,
        str(words.get("host", "127.0.0.1")),
        int(str(words.get("port", 5432))),
        str(words.get("user", "postgres")),
        str(words.get("password", "")),
    )


def _wait(server: Server) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            server.sql("SELECT 1")
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.fixture(scope="session")
def apache(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The Apache edition with pg_cron, one container for the whole run."""
    given = from_dsn("apache")
    if given is not None:
        yield given
        return
    import docker

    image = request.getfixturevalue("image")
    client = docker.DockerClient(base_url=request.getfixturevalue("docker_host"))
    secret = tmp_path_factory.mktemp("server") / "password"
    secret.write_text("tests-only")
    port = free_port()
    container = client.containers.run(
        image.reference,
        ["postgres", *(word for setting in APACHE_SETTINGS for word in ("-c", setting))],
        name=f"tsdb-tests-{os.getpid()}",
        detach=True,
        environment={"POSTGRES_USER": "postgres", "POSTGRES_DB": NAME, "POSTGRES_PASSWORD_FILE": "/run/password"},
        volumes={str(secret): {"bind": "/run/password", "mode": "ro"}},
        ports={"5432/tcp": ("127.0.0.1", port)},
        shm_size="256m",
        labels={"pulumi_timescaledb.tests": "true"},
    )
    try:
        server = Server("apache", "127.0.0.1", port, "postgres", "tests-only")
        _wait(server)
        yield server
    finally:
        container.remove(force=True, v=True)
        client.close()


@pytest.fixture(scope="session")
def community() -> Iterator[Server]:
    """The Community edition: a DSN in the environment, or local binaries with the TSL library."""
    found = community_server()
    if found is None:
        pytest.skip("no Community edition found: set TSDB_TEST_COMMUNITY_DSN to a server that has it")
    with found as server:
        yield server


def community_server() -> AbstractContextManager[Server] | None:
    """The same outside of a test."""
    given = from_dsn("community")
    if given is not None:
        return nullcontext(given)
    libraries = _libraries()
    return _local(Path(libraries[-1]).parents[1] / "bin") if libraries else None


def has_community() -> bool:
    """Whether there is one, starting nothing."""
    return from_dsn("community") is not None or bool(_libraries())


def _libraries() -> list[str]:
    return sorted(glob.glob("/usr/lib/postgresql/*/lib/timescaledb-tsl-*.so"))


@contextmanager
def _local(programs: Path) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="tsdb-community-"))
    as_user: dict[str, Any] = {}
    if os.getuid() == 0:
        as_user = {"user": "postgres"}
        entry = pwd.getpwnam("postgres")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "cwd": folder, **as_user}
    port = free_port()
    try:
        initdb: list[str | Path] = [programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust"]
        subprocess.run(initdb, check=True, **quiet)
        with open(folder / "data" / "postgresql.conf", "a") as settings:
            settings.write(
                f"shared_preload_libraries='timescaledb,pg_stat_statements'\nport={port}\nfsync=off\n"
                f"unix_socket_directories='{folder}'\ntimescaledb.telemetry_level=off\nmax_worker_processes=24\n"
            )
        control: list[str | Path] = [programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log"]
        subprocess.run([*control, "start"], check=True, **quiet)
        try:
            yield Server("community", "127.0.0.1", port, "postgres", "")
        finally:
            subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["apache", "community"])
def server(request: pytest.FixtureRequest) -> Server:
    """Each edition in turn."""
    found: Server = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def database(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database on each edition; roles made by a test are dropped after it."""
    yield from fresh(server, monkeypatch)


@pytest.fixture
def community_database(community: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database on the Community edition."""
    yield from fresh(community, monkeypatch)


@pytest.fixture
def apache_database(apache: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A fresh database on the Apache edition, the one that pg_cron serves."""
    yield from fresh(apache, monkeypatch)


def fresh(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """Drop and create the one database by name, because pg_cron serves just one of a server."""
    from pulumi_timescaledb.database import snapshot
    from pulumi_timescaledb.database.plan import locks

    monkeypatch.setenv("TSDB_TEST_PASSWORD", server.password or "none")
    reference = "env:TSDB_TEST_PASSWORD" if server.password else ""
    connection = Connection(server.host, NAME, server.user, server.port, "prefer", reference)
    reset(server)
    yield Database(server, connection)
    snapshot.reader(connection).close()
    locks.end_run()


def reset(server: Server) -> None:
    """An empty database, and no roles or tablespaces but those of a new server."""
    server.sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
    for (role,) in server.sql("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND NOT rolsuper"):
        name = '"' + role.replace('"', '""') + '"'
        server.sql(f"DROP OWNED BY {name}; DROP ROLE {name}")
    for (space,) in server.sql("SELECT spcname FROM pg_tablespace WHERE spcname !~ '^pg_'"):
        server.sql(f'DROP TABLESPACE "{space}"')
    server.sql("ALTER ROLE CURRENT_USER RESET allow_in_place_tablespaces")
    server.sql(f"CREATE DATABASE {NAME}")
