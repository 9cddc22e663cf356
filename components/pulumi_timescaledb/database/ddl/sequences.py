"""Sequences, and their options as identity columns spell them too (docs: CREATE SEQUENCE)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from .item import Item, lines, own

# the sequence of an identity column depends on it internally ('i') and is made by the column
QUERY = own("""
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, c.relpersistence = 'u' AS unlogged,
       format_type(s.seqtypid, NULL) AS type, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, s.seqcycle
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid
WHERE {pg_class:c}
""")
OWNED = own("""
SELECT format('%I.%I', n.nspname, c.relname) AS name, format('%I.%I.%I', tn.nspname, t.relname, a.attname) AS column
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a' AND d.refobjsubid > 0
JOIN pg_class t ON t.oid = d.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
WHERE c.relkind = 'S' AND {pg_class:c} ORDER BY 1
""")
_BITS = {"smallint": 16, "integer": 32, "bigint": 64}


def read(cursor: Cursor) -> Iterator[Item]:
    """Every sequence that stands for itself or serves a default."""
    for row in cursor.execute(QUERY):
        kind = "bigint" if row["type"] == "bigint" else row["type"]
        words = [f"CREATE{' UNLOGGED' if row['unlogged'] else ''} SEQUENCE {row['name']}"]
        words += [f"AS {kind}"] if kind != "bigint" else []
        yield Item(("pg_class", row["oid"]), f"sequence {row['name']}", lines([" ".join([*words, *options(row)])]))


def owned(cursor: Cursor) -> list[str]:
    """Which column each sequence goes with; said once the tables are there."""
    return [f"ALTER SEQUENCE {row['name']} OWNED BY {row['column']}" for row in cursor.execute(OWNED)]


def options(row: Mapping[str, Any]) -> list[str]:
    """What differs from the defaults of a sequence of its type."""
    up = row["seqincrement"] > 0
    widest = 2 ** (_BITS.get(row["type"], 64) - 1)
    least, most = (1, widest - 1) if up else (-widest, -1)
    words = []
    if row["seqincrement"] != 1:
        words.append(f"INCREMENT BY {row['seqincrement']}")
    if row["seqmin"] != least:
        words.append(f"MINVALUE {row['seqmin']}")
    if row["seqmax"] != most:
        words.append(f"MAXVALUE {row['seqmax']}")
    if row["seqstart"] != (row["seqmin"] if up else row["seqmax"]):
        words.append(f"START WITH {row['seqstart']}")
    if row["seqcache"] != 1:
        words.append(f"CACHE {row['seqcache']}")
    if row["seqcycle"]:
        words.append("CYCLE")
    return words
