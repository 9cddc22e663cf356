"""Enumerations, composite types, domains and ranges (docs: CREATE TYPE, CREATE DOMAIN)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..kind import Cursor
from .item import Item, lines, own

QUERY = own("""
SELECT t.oid, format('%I.%I', n.nspname, t.typname) AS name, t.typtype AS type,
       (SELECT array_agg(quote_literal(e.enumlabel) ORDER BY e.enumsortorder) FROM pg_enum e
        WHERE e.enumtypid = t.oid) AS labels,
       (SELECT array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) || CASE
            WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
          ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type y ON y.oid = a.atttypid
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS attributes,
       format_type(t.typbasetype, t.typtypmod) AS base, t.typnotnull AS not_null, t.typdefault AS default,
       CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
       (SELECT array_agg(format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) ORDER BY c.conname)
        FROM pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c') AS constraints,
       format_type(r.rngsubtype, NULL) AS subtype, nullif(r.rngsubdiff::oid, 0)::regproc::text AS subtype_diff,
       CASE WHEN NOT o.opcdefault THEN format('%I.%I', opn.nspname, o.opcname) END AS operator_class,
       r.rngmultitypid::regtype::text AS multirange,
       CASE WHEN r.rngcollation <> 0 AND r.rngcollation <> s.typcollation
            THEN r.rngcollation::regcollation::text END AS range_collation
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_type b ON b.oid = t.typbasetype
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_range r ON r.rngtypid = t.oid
LEFT JOIN pg_type s ON s.oid = r.rngsubtype
LEFT JOIN pg_opclass o ON o.oid = r.rngsubopc LEFT JOIN pg_namespace opn ON opn.oid = o.opcnamespace
WHERE (t.typtype IN ('e', 'd') OR (t.typtype = 'c' AND c.relkind = 'c') OR (t.typtype = 'r' AND r.rngcanonical = 0))
  AND {pg_type:t}
""")


def read(cursor: Cursor) -> Iterator[Item]:
    """Every type that has a statement of its own; a table's row type comes with the table."""
    for row in cursor.execute(QUERY):
        yield Item(("pg_type", row["oid"]), f"type {row['name']}", lines([_text(row)]))


def _text(row: Mapping[str, Any]) -> str:
    if row["type"] == "e":
        return f"CREATE TYPE {row['name']} AS ENUM ({', '.join(row['labels'] or ())})"
    if row["type"] == "c":
        inner = ",\n".join(f"    {each}" for each in row["attributes"] or ())
        return f"CREATE TYPE {row['name']} AS (\n{inner}\n)"
    return _range(row) if row["type"] == "r" else _domain(row)


def _domain(row: Mapping[str, Any]) -> str:
    words = [f"CREATE DOMAIN {row['name']} AS {row['base']}"]
    if row["collation"]:
        words.append(f"COLLATE {row['collation']}")
    if row["default"] is not None:
        words.append(f"DEFAULT {row['default']}")
    if row["not_null"]:
        words.append("NOT NULL")
    return " ".join([*words, *(row["constraints"] or ())])


def _range(row: Mapping[str, Any]) -> str:
    options = [f"SUBTYPE = {row['subtype']}", f"MULTIRANGE_TYPE_NAME = {row['multirange']}"]
    for word, column in (
        ("SUBTYPE_OPCLASS", "operator_class"),
        ("COLLATION", "range_collation"),
        ("SUBTYPE_DIFF", "subtype_diff"),
    ):
        if row[column]:
            options.append(f"{word} = {row[column]}")
    return f"CREATE TYPE {row['name']} AS RANGE ({', '.join(options)})"
