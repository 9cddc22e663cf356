"""Where PostgreSQL's files lie in each image family, and as whom it runs.

Mounting a volume anywhere else has lost data again and again: the server then writes into the container's own layer.
Sources: docker-library/postgres (``Dockerfile-debian.template``, ``Dockerfile-alpine.template``; the volume moved to
``/var/lib/postgresql`` with PostgreSQL 18), timescale/timescaledb-docker and timescale/timescaledb-docker-ha.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .refusals import OutOfRange, UnknownArgument

FAMILIES = ("distribution", "timescaledb", "timescaledb-ha")
POSTGRES_VERSIONS = (15, 16, 17, 18)

# the images' own first-start tuning and reporting would write a second opinion into postgresql.conf
_VENDOR_ENVIRONMENT = {"NO_TS_TUNE": "true", "TIMESCALEDB_TELEMETRY": "off"}
# what an entry point needs to chown the data folder and become postgres; nothing else of root's powers
_ROOT_ENTRY_CAPABILITIES = ("CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER", "CAP_SETGID", "CAP_SETUID")
_LIBRARIES = ("timescaledb", "pg_stat_statements")


@dataclass(frozen=True)
class Layout:
    """What a container of one image family and PostgreSQL major version needs to know.

    Attributes:
        family: ``distribution`` (our own image of distribution packages), ``timescaledb`` (Alpine) or
            ``timescaledb-ha`` (Ubuntu).
        postgres: major version.
        uid: of the user postgres; a bind-mounted data folder must belong to it.
        gid: of its group.
        pgdata: the data directory.
        mount: where the volume goes; ``pgdata`` lies in or below it.
        starts_as_root: whether the entry point starts as root and drops to postgres, else it runs as ``uid``.
        edition: of the family's ordinary tags, "apache" or "community"; the server itself is asked before use.
        has_cron: whether the image ships pg_cron.
        preloads_cron: whether we preload it: only where TimescaleDB has no jobs of its own.
        reads_password_as_root: whether the entry point reads the password file before it drops to postgres; the
            vendors' drop first, so that the file must belong to postgres there.
        has_pgbackrest: whether the image ships pgBackRest, which writes an archive of WAL and base backups.
        has_telemetry: whether the extension knows telemetry at all; distributions build it without.
        preload_libraries: in the order PostgreSQL must load them.
        capabilities: the Linux capabilities left to the container.
        environment: variables of the image that must be set.
    """

    family: str
    postgres: int
    uid: int
    gid: int
    pgdata: str
    mount: str
    starts_as_root: bool
    edition: str
    has_cron: bool
    preloads_cron: bool
    reads_password_as_root: bool = False
    has_pgbackrest: bool = True
    has_telemetry: bool = True
    preload_libraries: tuple[str, ...] = _LIBRARIES
    capabilities: tuple[str, ...] = _ROOT_ENTRY_CAPABILITIES
    environment: Mapping[str, str] = field(default_factory=dict)


def layout_of(family: str, postgres: int) -> Layout:
    """The layout of an image family for a PostgreSQL major version.

    Raises:
        UnknownArgument: for a family that is none of :data:`FAMILIES`.
        OutOfRange: for a PostgreSQL version that is none of :data:`POSTGRES_VERSIONS`.
    """
    if family not in FAMILIES:
        raise UnknownArgument("image_family", f'is "{family}"', f"choose one of {', '.join(FAMILIES)}")
    if postgres not in POSTGRES_VERSIONS:
        known = ", ".join(map(str, POSTGRES_VERSIONS))
        raise OutOfRange("postgres_version", f"is {postgres}", f"choose one of {known}")
    if family == "distribution":
        return _distribution(postgres)
    return _alpine(postgres) if family == "timescaledb" else _ha(postgres)


def _distribution(postgres: int) -> Layout:
    return Layout(
        family="distribution",
        postgres=postgres,
        reads_password_as_root=True,
        uid=999,
        gid=999,
        pgdata=f"/var/lib/postgresql/{postgres}/docker",
        mount="/var/lib/postgresql",
        starts_as_root=True,
        edition="apache",
        has_cron=True,
        preloads_cron=True,
        has_telemetry=False,
        preload_libraries=(*_LIBRARIES, "pg_cron"),
    )


def _alpine(postgres: int) -> Layout:
    moved = postgres >= 18  # an old-style mount refuses to start there, even when fresh (docker-library #1377)
    return Layout(
        family="timescaledb",
        postgres=postgres,
        uid=70,
        gid=70,
        pgdata=f"/var/lib/postgresql/{postgres}/docker" if moved else "/var/lib/postgresql/data",
        mount="/var/lib/postgresql" if moved else "/var/lib/postgresql/data",
        starts_as_root=True,
        edition="community",
        has_cron=False,
        preloads_cron=False,
        has_pgbackrest=False,
        environment=_VENDOR_ENVIRONMENT,
    )


def _ha(postgres: int) -> Layout:
    return Layout(
        family="timescaledb-ha",
        postgres=postgres,
        uid=1000,
        gid=1000,
        pgdata="/home/postgres/pgdata/data",
        mount="/home/postgres/pgdata",
        starts_as_root=False,
        edition="community",
        has_cron=True,
        preloads_cron=False,
        capabilities=(),
        environment=_VENDOR_ENVIRONMENT,
    )
