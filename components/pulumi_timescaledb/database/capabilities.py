"""What this server can do: versions, edition, privileges. The only place where a version is compared.

The edition is probed, never taken from a vendor's name: ``timescaledb.license`` says "apache" or "timescale" once the
extension's library is loaded; before that the presence of the library ``timescaledb-tsl-*`` tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from .read_as import WRITER
from .secret import REGION

APACHE, COMMUNITY, UNKNOWN = "apache", "community", "unknown"

# PostgreSQL majors -> the TimescaleDB minors built for them (CMakeLists and CHANGELOG of timescaledb up to 2.29.2)
SUPPORTED_PAIRS: Mapping[int, tuple[tuple[int, int], tuple[int, int]]] = {
    15: ((2, 10), (2, 28)),
    16: ((2, 13), (2, 99)),
    17: ((2, 17), (2, 99)),
    18: ((2, 23), (2, 99)),
}
OLDEST_TIMESCALEDB = (2, 19)
# TimescaleDB and PostgreSQL -> what is wrong with the two together, measured or in the release notes
KNOWN_BAD: Mapping[tuple[tuple[int, ...], tuple[int, ...]], str] = {
    ((2, 26, 4), (15, 20)): "records every background job as failed although its work is done (measured)",
}
# TimescaleDB that has the fixes -> the advisory (its release notes)
ADVISORIES: Mapping[tuple[int, ...], str] = {
    (2, 25, 2): "GHSA-vgp2-jj5c-828m",
    (2, 29, 1): "GHSA-hcfx-29v5-2rcw",
}

# a pg_cron whose schema this role may not use is none to us;
# pg_settings and not current_setting(), which refuses a setting that only superusers may see
_SERVER = """
SELECT current_setting('server_version_num')::int AS version_num,
       current_setting('server_version') AS version,
       current_database() AS database,
       r.rolname AS role,
       (SELECT system_identifier::text FROM pg_control_system()) AS system_identifier,
       (SELECT s.rolsuper FROM pg_roles s WHERE s.rolname = current_user) AS sees_all,
       r.rolsuper AS superuser, r.rolcreaterole AS createrole,
       current_setting('timescaledb.license', true) AS license,
       (SELECT setting FROM pg_settings WHERE name = 'cron.database_name') AS cron_database,
       pg_is_in_recovery() AS standby,
       (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb') AS timescaledb,
       v.timescaledb AS timescaledb_available, v.cron AS cron_available,
       (SELECT e.extversion FROM pg_extension e, pg_namespace n
        WHERE e.extname = 'pg_cron' AND n.nspname = 'cron' AND has_schema_privilege(n.oid, 'USAGE')) AS cron,
       current_setting('timescaledb.max_background_workers', true)::int AS background_workers,
       current_setting('timescaledb.max_tuples_decompressed_per_dml_transaction', true)::int AS decompress_limit,
       (SELECT array_agg(spcname::text) FROM pg_tablespace WHERE spcname <> 'pg_global') AS tablespaces,
       has_schema_privilege('public', 'USAGE') AS public_usage,
       current_setting('{region}', true) AS region,
       (SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()) AS tls
FROM pg_roles r, (SELECT max(default_version) FILTER (WHERE name = 'timescaledb') AS timescaledb,
                         max(default_version) FILTER (WHERE name = 'pg_cron') AS cron FROM pg_available_extensions) v
WHERE r.rolname = {writer}
"""
# the TSL library lies beside the Apache one; needs a superuser or pg_monitor's file functions
_LIBRARY = """
SELECT EXISTS (
  SELECT FROM pg_config c, pg_ls_dir(c.setting) f WHERE c.name = 'PKGLIBDIR' AND f LIKE 'timescaledb-tsl-%'
) AS tsl
"""


@dataclass(frozen=True)
class Capabilities:
    """What was probed on one server and database. role, superuser, createrole: of the role that deploys. sees_all:
    whether the session itself is a superuser's; another role may read for the one that deploys (:mod:`.read_as`).
    region: of AWS, as the connection has it; empty for the environment's own."""

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
    background_workers: int | None = None
    decompress_limit: int | None = None
    tablespaces: frozenset[str] = frozenset({"pg_default"})
    sees_all: bool = True
    region: str = ""

    def has_timescaledb(self, major: int, minor: int) -> bool:
        """Whether the extension in this database is at least this version."""
        return self.timescaledb is not None and version(self.timescaledb) >= (major, minor)

    @property
    def maintain(self) -> bool:
        """Whether there is the privilege MAINTAIN (release notes of PostgreSQL 17)."""
        return self.postgres >= 17

    @property
    def membership_options(self) -> bool:
        """Whether memberships have INHERIT and SET, and a grantor that counts (release notes of PostgreSQL 16)."""
        return self.postgres >= 16

    @property
    def tsl(self) -> bool:
        """Whether this database has policies, columnstore and continuous aggregates to read."""
        return self.edition == COMMUNITY and self.timescaledb is not None

    @property
    def several_refresh(self) -> bool:
        """Whether an aggregate may have several refresh policies (since 2.21, CHANGELOG)."""
        return self.has_timescaledb(2, 21)

    @property
    def several_refresh_on_aggregate(self) -> bool:
        """The same for an aggregate over an aggregate; refused from 2.22.1 to 2.28 (sources of those versions)."""
        if self.timescaledb is None:
            return False
        return not (2, 22, 1) <= version(self.timescaledb) < (2, 29)

    @property
    def names_jobs(self) -> bool:
        """Whether add_job and alter_job take a name (CHANGELOG of 2.20)."""
        return self.has_timescaledb(2, 20)

    @property
    def compacts(self) -> bool:
        """Whether there are compaction policies (sql/policy_api.sql of 2.29)."""
        return self.has_timescaledb(2, 29)

    @property
    def job_catalog(self) -> sql.Identifier:
        """The table of jobs, the only place that has their time zone; it moved in 2.25 (sql/pre_install/tables.sql)."""
        schema = "_timescaledb_catalog" if self.has_timescaledb(2, 25) else "_timescaledb_config"
        return sql.Identifier(schema, "bgw_job")

    @property
    def cron_here(self) -> bool:
        """Whether pg_cron can serve this database: created here, or creatable because the server runs it for it."""
        return self.cron is not None or (self.cron_available is not None and self.cron_database == self.database)

    @property
    def pair_warning(self) -> str:
        """A sentence about an unsupported or advised-against pair of versions; empty when there is nothing to say."""
        return pair_warning(self.timescaledb, self.postgres, self.postgres_version) if self.timescaledb else ""

    @property
    def adds_aggregate_columns(self) -> bool:
        """Whether a continuous aggregate takes further columns in place (ALTER ... ADD COLUMN, since 2.28)."""
        return self.has_timescaledb(2, 28)

    @property
    def refresh_options(self) -> frozenset[str]:
        """The options that a refresh policy has here (arguments of add_continuous_aggregate_policy by version)."""
        newest_first = {"refresh_newest_first"} if self.has_timescaledb(2, 20) else set()
        return frozenset({"buckets_per_batch", "max_batches_per_execution", "include_tiered_data", *newest_first})


def pair_warning(timescaledb: str, postgres: int, postgres_version: str) -> str:
    """A sentence about an unsupported or advised-against pair; empty when there is nothing to say."""
    found, server = version(timescaledb), version(postgres_version)
    pair = f"TimescaleDB {timescaledb} on PostgreSQL {postgres}"
    bounds = SUPPORTED_PAIRS.get(postgres)
    if bounds is None or not bounds[0] <= found[:2] <= bounds[1] or found[:2] < OLDEST_TIMESCALEDB:
        return f"{pair} is not a supported pair; supported majors are {', '.join(map(str, SUPPORTED_PAIRS))}"
    if (found, server) in KNOWN_BAD:
        return f"TimescaleDB {timescaledb} on PostgreSQL {postgres_version} {KNOWN_BAD[found, server]}; plan an update"
    lacking = [f"{name} ({'.'.join(map(str, fixed))})" for fixed, name in ADVISORIES.items() if found < fixed]
    return f"{pair} lacks the fixes of {' and '.join(lacking)}; plan an update" if lacking else ""


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
    row = cursor.execute(_SERVER.format(writer=WRITER, region=REGION)).fetchone()
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
        background_workers=row["background_workers"],
        decompress_limit=row["decompress_limit"],
        tablespaces=frozenset(row["tablespaces"] or ()),
        sees_all=bool(row["sees_all"]),
        region=row["region"] or "",
    )


def _edition(cursor: psycopg.Cursor[dict[str, Any]], row: Mapping[str, Any]) -> str:
    if row["timescaledb"] is not None and row["license"]:
        return APACHE if row["license"] == "apache" else COMMUNITY
    if row["timescaledb_available"] is None:
        return UNKNOWN
    if not row["sees_all"]:
        return UNKNOWN
    found = cursor.execute(_LIBRARY).fetchone()
    return COMMUNITY if found and found["tsl"] else APACHE
