"""Tables with their columns and constraints (docs: CREATE TABLE); of a hypertable the plain table under it.

A default that calls a function of the user's is set after the table is made, because the function may need the table.
Foreign keys follow when all tables are there, and so do constraints that were never validated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from .item import Item, lines, own
from .sequences import options

QUERY = own("""
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relname AS plain, n.nspname AS schema,
       c.relpersistence = 'u' AS unlogged, array_to_string(c.reloptions, ', ') AS options, c.relreplident AS identity,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS partition_key,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END AS bound,
       (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1) AS parent,
       c.reloftype <> 0 AS typed
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {pg_class:c}
""")
# of a column's options those that ALTER TABLE documents: PostgreSQL 15.20 keeps a pg_attver of its own beside them,
# which its pg_dump leaves out too (measured)
COLUMNS = """
SELECT a.attrelid AS table, quote_ident(a.attname) AS name, a.attname AS plain,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS not_null,
       a.attidentity AS identity, a.attgenerated AS generated, d.oid AS default_oid,
       pg_get_expr(d.adbin, d.adrelid) AS default,
       CASE WHEN a.attcollation <> 0 AND a.attcollation <> t.typcollation
            THEN a.attcollation::regcollation::text END AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage,
       nullif(a.attcompression, '') AS compression, nullif(coalesce(a.attstattarget, -1), -1) AS statistics,
       (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(a.attoptions) o WHERE o ~ '^n_distinct') AS options,
       EXISTS (SELECT FROM pg_depend p WHERE p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid
               AND p.refclassid = 'pg_proc'::regclass AND p.refobjid >= 16384) AS calls,
       format_type(s.seqtypid, NULL) AS seqtype, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, s.seqcycle,
       sn.nspname AS sequence_schema, sc.relname AS sequence_name,
       quote_ident(sn.nspname) || '.' || quote_ident(sc.relname) AS sequence
FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_depend i ON a.attidentity <> '' AND i.classid = 'pg_class'::regclass AND i.deptype = 'i'
  AND i.refobjid = a.attrelid AND i.refobjsubid = a.attnum
LEFT JOIN pg_sequence s ON s.seqrelid = i.objid
LEFT JOIN pg_class sc ON sc.oid = i.objid LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace
WHERE a.attrelid = ANY (%s) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum
"""
# not the constraints that partitions inherit, nor those of triggers; NOT NULL is said at its column
CONSTRAINTS = """
SELECT c.conrelid AS table, quote_ident(c.conname) AS name, pg_get_constraintdef(c.oid) AS definition,
       c.contype = 'f' OR NOT c.convalidated AS later
FROM pg_constraint c WHERE c.conrelid = ANY (%s) AND c.contype IN ('p', 'u', 'x', 'c', 'f') AND c.conparentid = 0
  AND c.conislocal ORDER BY c.conrelid, c.contype <> 'p', c.contype, c.conname
"""
_STORAGE = {"p": "PLAIN", "e": "EXTERNAL", "m": "MAIN", "x": "EXTENDED"}
_COMPRESSION = {"p": "pglz", "l": "lz4"}
_IDENTITY = {"f": "FULL", "n": "NOTHING"}


class Tables:
    """The tables of a database, read once: what makes them, and what follows when all are there."""

    def __init__(self, cursor: Cursor) -> None:
        """Three queries over all tables."""
        self._tables = {row["oid"]: row for row in cursor.execute(QUERY)}
        ids = list(self._tables)
        self._columns: dict[int, list[Mapping[str, Any]]] = {oid: [] for oid in ids}
        for row in cursor.execute(COLUMNS, (ids,)):
            self._columns[row["table"]].append(row)
        self._constraints: dict[int, list[Mapping[str, Any]]] = {oid: [] for oid in ids}
        for row in cursor.execute(CONSTRAINTS, (ids,)):
            self._constraints[row["table"]].append(row)

    def items(self) -> Iterator[Item]:
        """Every table, and each default that is set by itself. A table that inherits without being a partition, or
        that is made of a type, has no statement here (see :mod:`.uncovered`)."""
        for oid, table in self._tables.items():
            if table["typed"] or (table["parent"] and table["bound"] is None):
                continue
            yield Item(("pg_class", oid), f"table {table['name']}", lines(self._statements(oid, table)))
            for column in self._columns[oid]:
                if _alone(column):
                    text = f"ALTER TABLE {table['name']} ALTER COLUMN {column['name']} SET DEFAULT {column['default']}"
                    name = f"default of {table['name']}.{column['name']}"
                    yield Item(("pg_attrdef", column["default_oid"]), name, lines([text]))

    def sequences(self) -> list[str]:
        """The sequences that identity columns bring along."""
        return [each["sequence"] for rows in self._columns.values() for each in rows if each["identity"]]

    def following(self) -> Iterator[str]:
        """Foreign keys, and what was never validated, when every table is there."""
        for oid, table in sorted(self._tables.items(), key=lambda pair: str(pair[1]["name"])):
            for each in self._constraints[oid]:
                if each["later"]:
                    yield f"ALTER TABLE {table['name']} ADD CONSTRAINT {each['name']} {each['definition']}"

    def _statements(self, oid: int, table: Mapping[str, Any]) -> Iterator[str]:
        constraints = [f"CONSTRAINT {each['name']} {each['definition']}" for each in self._constraints[oid]
                       if not each["later"]]  # fmt: skip
        inner = constraints if table["bound"] else [_column(each, table) for each in self._columns[oid]] + constraints
        body = " (\n" + ",\n".join(f"    {each}" for each in inner) + "\n)" if inner else " ()"
        words = [f"CREATE{' UNLOGGED' if table['unlogged'] else ''} TABLE {table['name']}"]
        if table["bound"]:
            words.append(f" PARTITION OF {table['parent']}{body if inner else ''} {table['bound']}")
        else:
            words.append(body)
        words += [f" PARTITION BY {table['partition_key']}"] if table["partition_key"] else []
        words += [f" WITH ({table['options']})"] if table["options"] else []
        yield "".join(words)
        for each in self._columns[oid]:
            yield from _settings(each, table["name"])
        if table["identity"] in _IDENTITY:
            yield f"ALTER TABLE {table['name']} REPLICA IDENTITY {_IDENTITY[table['identity']]}"


def _alone(column: Mapping[str, Any]) -> bool:
    return bool(column["calls"]) and not column["generated"]


def _column(column: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    words = [f"{column['name']} {column['type']}"]
    if column["collation"]:
        words.append(f"COLLATE {column['collation']}")
    if column["generated"]:
        stored = "VIRTUAL" if column["generated"] == "v" else "STORED"
        words.append(f"GENERATED ALWAYS AS ({column['default']}) {stored}")
    elif column["identity"]:
        words.append(_identity(column, table))
    elif column["default"] is not None and not _alone(column):
        words.append(f"DEFAULT {column['default']}")
    if column["not_null"] and not column["identity"]:
        words.append("NOT NULL")
    return " ".join(words)


def _identity(column: Mapping[str, Any], table: Mapping[str, Any]) -> str:
    given = options({**column, "type": column["seqtype"]})
    usual = (table["schema"], f"{table['plain']}_{column['plain']}_seq")
    if (column["sequence_schema"], column["sequence_name"]) != usual:
        given.insert(0, f"SEQUENCE NAME {column['sequence']}")
    always = "ALWAYS" if column["identity"] == "a" else "BY DEFAULT"
    return f"GENERATED {always} AS IDENTITY{' (' + ' '.join(given) + ')' if given else ''}"


def _settings(column: Mapping[str, Any], table: str) -> Iterator[str]:
    head = f"ALTER TABLE {table} ALTER COLUMN {column['name']} SET"
    if column["storage"]:
        yield f"{head} STORAGE {_STORAGE[column['storage']]}"
    if column["compression"]:
        yield f"{head} COMPRESSION {_COMPRESSION[column['compression']]}"
    if column["statistics"] is not None:
        yield f"{head} STATISTICS {column['statistics']}"
    if column["options"]:
        yield f"{head} ({column['options']})"
