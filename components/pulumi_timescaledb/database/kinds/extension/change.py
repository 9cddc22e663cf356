"""The difference between a wanted and a found extension, and what only the server can say of it."""

from __future__ import annotations

from dataclasses import replace

from ...capabilities import Capabilities, pair_warning, version
from ...kind import Change, ChangeClass, Cursor, Found, differing
from .wanted import Extension

_OFFERED = "SELECT version, installed FROM pg_available_extension_versions WHERE name = %s"
_PATH = "SELECT path FROM pg_extension_update_paths(%s) WHERE source = %s AND target = %s"
# What depends on a member of the extension and is neither one itself nor part of one (an index, a key, a default, an
# entry of an operator family).
# A view is named in the place of its rule; what TimescaleDB keeps for a hypertable goes with the hypertable.
_DEPENDENTS = """
WITH members AS (
  SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
  WHERE e.extname = %(name)s AND d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
), above AS (
  SELECT d.classid, d.objid, d.objsubid, r.ev_class AS view, coalesce(
    r.ev_class, (SELECT indrelid FROM pg_index WHERE indexrelid = d.objid AND d.classid = 'pg_class'::regclass),
    (SELECT conrelid FROM pg_constraint WHERE oid = d.objid AND d.classid = 'pg_constraint'::regclass),
    (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid AND d.classid = 'pg_attrdef'::regclass),
    (SELECT tgrelid FROM pg_trigger WHERE oid = d.objid AND d.classid = 'pg_trigger'::regclass)) AS part_of
  FROM members m JOIN pg_depend d ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype IN ('n', 'a')
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
), named AS (
  SELECT DISTINCT CASE WHEN view IS NULL THEN pg_describe_object(classid, objid, objsubid)
                       ELSE pg_describe_object('pg_class'::regclass, view, 0) END AS object
  FROM above a
  WHERE a.classid NOT IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
    AND NOT EXISTS (SELECT FROM members o WHERE (o.classid, o.objid) = (a.classid, a.objid))
    AND NOT EXISTS (SELECT FROM members o WHERE (o.classid, o.objid) = ('pg_class'::regclass, a.part_of))
)
SELECT object FROM named WHERE object !~ ' _timescaledb_internal\\.' AND object !~ '^trigger ts_' ORDER BY object
"""
_HYPERTABLES = """
SELECT format('hypertable %I.%I', hypertable_schema, hypertable_name) AS object
FROM timescaledb_information.hypertables ORDER BY object
"""


def compare(key: str, wanted: Extension | None, found: Found | None) -> list[Change]:
    """Create when missing, update to a newer version, never downgrade; absence drops what it owns."""
    if wanted is None:
        if found is None:
            return []
        return [Change("extension", key, "remove", "", found.value.version, None, ChangeClass.DESTROYS)]
    if found is None:
        return [Change("extension", key, "create", "", None, wanted.version or "the server's default version")]
    changes = []
    for field, old, new in differing(wanted, found.value):
        change_class, note = ChangeClass.IN_PLACE, ""
        if field == "version" and version(new) < version(old):
            note = f"extensions are not downgraded; declare version {old} or restore a backup"
        if field == "schema" and not found.facts["relocatable"]:
            note = f"this extension cannot be moved; declare schema {old}, or drop it and create it there"
        change_class = ChangeClass.IMPOSSIBLE if note else ChangeClass.IN_PLACE
        changes.append(Change("extension", key, "alter", field, old, new, change_class, note))
    return changes


def judge(cursor: Cursor, change: Change, capabilities: Capabilities) -> Change:
    """A version that the server does not offer is impossible; what stands on the extension keeps it."""
    if change.action == "remove":
        return replace(change, dependents=_dependents(cursor, change.object))
    if change.change_class is ChangeClass.IMPOSSIBLE or change.field == "schema":
        return change
    offered = {row["version"] for row in cursor.execute(_OFFERED, (change.object,))}
    if not offered:
        if change.object in ("timescaledb", "pg_cron"):
            return change  # a rule of its own says what to do about these
        note = "this server does not offer it; use an image or a service that has it"
        return replace(change, change_class=ChangeClass.IMPOSSIBLE, note=note)
    pinned = version(str(change.new)) != ()
    if pinned and change.new not in offered:
        known = ", ".join(sorted(offered, key=version))
        note = f"this server does not offer version {change.new}; write one of {known}, or install its files there"
        return replace(change, change_class=ChangeClass.IMPOSSIBLE, note=note)
    if change.field == "version":
        path = cursor.execute(_PATH, (change.object, change.old, change.new)).fetchone()
        if path is None or path["path"] is None:
            note = f"the server has no way to update it from {change.old} to {change.new}; update to a version between"
            return replace(change, change_class=ChangeClass.IMPOSSIBLE, note=note)
        change = replace(change, note=f"updated on a fresh session, by way of {path['path'].replace('--', ' to ')}")
    if change.object == "timescaledb" and pinned:
        warning = pair_warning(change.new, capabilities.postgres, capabilities.postgres_version)
        change = replace(change, note="; ".join(each for each in (change.note, warning) if each))
    return change


def _dependents(cursor: Cursor, name: str) -> tuple[str, ...]:
    found = [row["object"] for row in cursor.execute(_DEPENDENTS, {"name": name})]
    if name == "timescaledb":
        found += [row["object"] for row in cursor.execute(_HYPERTABLES)]
    return tuple(dict.fromkeys(found))
