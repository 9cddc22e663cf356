"""Migrations that were applied, from our ledger."""

from __future__ import annotations

from ... import ledger
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from ...names import Relation
from .wanted import Migrations

QUERY = "SELECT directory, name, checksum FROM pulumi_timescaledb.migration ORDER BY directory, name"
# a row from before a file runs outside of a transaction until its end; ledgers older than this table lack it
STARTED = """
SELECT directory, name, date_trunc('second', started_at)::text AS at FROM pulumi_timescaledb.migration_started
"""
THERE = """
SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE (n.nspname, c.relname) IN (SELECT * FROM unnest(%s::text[], %s::text[]))
"""


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Applied files by folder; none when the ledger does not exist yet. facts: files whose end was not recorded."""
    del capabilities
    here = ledger.tables(cursor)
    if "migration" not in here:
        return {}
    folders: dict[str, list[tuple[str, str]]] = {}
    for row in cursor.execute(QUERY):
        folders.setdefault(row["directory"], []).append((row["name"], row["checksum"]))
    started: dict[str, dict[str, str]] = {}
    for row in cursor.execute(STARTED) if "migration_started" in here else ():
        started.setdefault(row["directory"], {})[row["name"]] = row["at"]
    return {
        directory: Found(
            Migrations(directory, tuple(folders.get(directory, ()))), {"started": started.get(directory, {})}
        )
        for directory in {*folders, *started}
    }


def presume(cursor: Cursor, wanted: Migrations, found: Found | None) -> Found | None:
    """A baseline that the ledger does not know counts as applied where its tables exist.

    Where only some of them do, ``facts["missing"]`` names the others: neither running nor skipping it would be right.
    """
    recorded = dict(found.value.files) if found else {}
    if wanted.baseline is None or wanted.baseline in recorded:
        return found
    names = [Relation.parse(each) for each in wanted.makes]
    rows = cursor.execute(THERE, ([each.schema for each in names], [each.name for each in names])).fetchall()
    there = {Relation(row["schema"], row["name"]) for row in rows}
    if not there:
        return found
    files = {**recorded, wanted.baseline: dict(wanted.files)[wanted.baseline]}
    facts: dict[str, object] = {**(found.facts if found else {}), "presumed": wanted.baseline}
    missing = [str(each) for each in names if each not in there]
    if missing:
        facts["missing"] = missing
    else:
        facts["note"] = (
            f"migrations {wanted.directory}: the baseline {wanted.baseline} counts as applied, because every table "
            f"that it makes exists ({len(names)})"
        )
    return Found(Migrations(wanted.directory, tuple(sorted(files.items()))), facts)
