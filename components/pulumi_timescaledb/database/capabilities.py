"""What this server can do: versions, edition, privileges. The only place where a version is compared.

The edition is probed, never taken from a vendor's name: ``timescaledb.license`` says "apache" or "timescale" once the
extension's library is loaded; before that the presence of the library ``timescaledb-tsl-*`` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

APACHE, COMMUNITY, UNKNOWN = "apache", "community", "unknown"

# PostgreSQL majors -> the TimescaleDB minors built for them (CMakeLists and CHANGELOG of timescaledb up to 2.29.2)
SUPPORTED_PAIRS: Mapping[int, tuple[tuple[int, int], tuple[int, int]]] = {
    15: ((2, 10), (2, 28)),
    16: ((2, 13), (2, 99)),
    17: ((2, 17), (2, 99)),
    18: ((2, 23), (2, 99)),
}
OLDEST_TIMESCALEDB = (2, 19)

# a pg_cron whose schema this role may not use is none to us;
# pg_settings and not current_setting(), which refuses a setting that only superusers may see
_SERVER = """
SELECT current_setting('server_version_num')::int AS version_num,
       current_setting('server_version') AS version,
       current_database() AS database,
       current_user AS role,
       (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
       r.rolsuper AS superuser, r.rolcreaterole AS createrole,
       current_setting('max_worker_processes')::int AS max_worker_processes,
       current_setting('timescaledb.license', true) AS license,
       (SELECT setting FROM pg_settings WHERE name = 'cron.database_name') AS cron_database,
       pg_is_in_recovery() AS standby,
       (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescaledb,
       (SELECT default_version FROM pg_available_extensions WHERE name = 'timescaledb') AS timescaledb_available,
       (SELECT e.extversion FROM pg_extension e, pg_namespace n
        WHERE e.extname = 'pg_cron' AND n.nspname = 'cron' AND has_schema_privilege(n.oid, 'USAGE')) AS cron,
       (SELECT default_version FROM pg_available_extensions WHERE name = 'pg_cron') AS cron_available,
       has_schema_privilege('public', 'USAGE') AS public_usage,
       (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls
FROM pg_roles r WHERE r.rolname = current_user
"""
# the TSL library lies beside the Apache one; needs a superuser or pg_monitor's file functions
_LIBRARY = """
SELECT EXISTS (
  SELECT FROM pg_config c, pg_ls_dir(c.setting) f WHERE c.name = 'PKGLIBDIR' AND f LIKE 'timescaledb-tsl-%'
) AS tsl
"""


@dataclass(frozen=True)
class Capabilities:
    """What was probed on one server and database."""

    postgres: int
    postgres_version: str
    database: str
    role: str
    system_identifier: str
    superuser: bool
    createrole: bool
    edition: str
    timescaledb: str | None
    timescaledb_available: str | None
    cron: str | None
    cron_available: str | None
    cron_database: str | None
    tls: bool
    standby: bool

    def has_timescaledb(self, major: int, minor: int) -> bool:
        """Whether the extension in this database is at least this version."""
        return self.timescaledb is not None and version(self.timescaledb) >= (major, minor)

    @property
    def tsl(self) -> bool:
        """Whether this database has policies, columnstore and continuous aggregates to read."""
        return self.edition == COMMUNITY and self.timescaledb is not None

    @property
    def cron_here(self) -> bool:
        """Whether pg_cron can serve this database: created here, or creatable because the server runs it for it."""
        return self.cron is not None or (self.cron_available is not None and self.cron_database == self.database)

    @property
    def pair_warning(self) -> str:
        """A sentence about an unsupported or advised-against pair of versions; empty when there is nothing to say."""
        if self.timescaledb is None:
            return ""
        found = version(self.timescaledb)
        pair = f"TimescaleDB {self.timescaledb} on PostgreSQL {self.postgres}"
        bounds = SUPPORTED_PAIRS.get(self.postgres)
        if bounds is None or not bounds[0] <= found[:2] <= bounds[1] or found[:2] < OLDEST_TIMESCALEDB:
            return f"{pair} is not a supported pair; supported majors are {', '.join(map(str, SUPPORTED_PAIRS))}"
        if found < (2, 29, 1):
            return f"{pair} lacks the fixes of advisory GHSA-vgp2-jj5c-828m (2.29.1); plan an update"
        return ""


def version(text: str) -> tuple[int, ...]:
    """A version text as numbers, "2.19.3+dfsg" as (2, 19, 3)."""
    numbers = []
    for part in text.split("."):
        digits = ""
        for character in part:
            if not character.isdigit():
                break
            digits += character
        if not digits:
            break
        numbers.append(int(digits))
    return tuple(numbers)


def probe(cursor: psycopg.Cursor[dict[str, Any]]) -> Capabilities:
    """Ask the server; a handful of settings and one row of pg_roles."""
    row = cursor.execute(_SERVER).fetchone()
    if row is None:  # pragma: no cover - a session always has a role
        raise psycopg.OperationalError("the server knows no role of this session")
    return Capabilities(
        postgres=row["version_num"] // 10000,
        postgres_version=row["version"].split(" ")[0],
        database=row["database"],
        role=row["role"],
        system_identifier=row["system_identifier"],
        superuser=row["superuser"],
        createrole=row["createrole"] or row["superuser"],
        edition=_edition(cursor, row),
        timescaledb=row["timescaledb"],
        timescaledb_available=row["timescaledb_available"],
        cron=row["cron"],
        cron_available=row["cron_available"],
        cron_database=row["cron_database"],
        tls=bool(row["tls"]),
        standby=row["standby"],
    )


def _edition(cursor: psycopg.Cursor[dict[str, Any]], row: Mapping[str, Any]) -> str:
    if row["timescaledb"] is not None and row["license"]:
        return APACHE if row["license"] == "apache" else COMMUNITY
    if row["timescaledb_available"] is None:
        return UNKNOWN
    if not row["superuser"]:
        return UNKNOWN
    found = cursor.execute(_LIBRARY).fetchone()
    return COMMUNITY if found and found["tsl"] else APACHE
