"""What is there and is not written here: counted from every catalog that may hold something of the user's."""

from __future__ import annotations

from ..kind import Cursor
from .item import Left, own

_SCHEMED = (
    ("pg_proc", "pronamespace", "o.prokind = 'a'"),
    ("pg_operator", "oprnamespace", "true"),
    ("pg_opclass", "opcnamespace", "true"),
    ("pg_opfamily", "opfnamespace", "true"),
    ("pg_collation", "collnamespace", "true"),
    ("pg_conversion", "connamespace", "true"),
    ("pg_ts_config", "cfgnamespace", "true"),
    ("pg_ts_dict", "dictnamespace", "true"),
    ("pg_ts_parser", "prsnamespace", "true"),
    ("pg_ts_template", "tmplnamespace", "true"),
    # base types and ranges with a canonical function; arrays and row types come with their elements
    (
        "pg_type",
        "typnamespace",
        "((o.typtype = 'b' AND o.typcategory <> 'A') OR (o.typtype = 'r' AND EXISTS (SELECT FROM pg_range r "
        "WHERE r.rngtypid = o.oid AND r.rngcanonical <> 0)))",
    ),
    # foreign tables, tables of a type, and tables that inherit without being a partition
    (
        "pg_class",
        "relnamespace",
        "(o.relkind = 'f' OR o.reloftype <> 0 OR (o.relkind = 'r' AND NOT o.relispartition AND EXISTS "
        "(SELECT FROM pg_inherits h WHERE h.inhrelid = o.oid)))",
    ),
)
_IN_A_SCHEMA = (
    "SELECT '<catalog>'::regclass AS class, o.oid FROM <catalog> o JOIN pg_namespace n ON n.oid = o.<namespace> "
    "WHERE {<catalog>:o} AND <more>"
)
_LOOSE = (
    "pg_cast",
    "pg_language",
    "pg_foreign_data_wrapper",
    "pg_foreign_server",
    "pg_event_trigger",
    "pg_publication",
)
# 16384 is the first id that is not PostgreSQL's own (FirstNormalObjectId, access/transam.h)
_ANYWHERE = (
    "SELECT '<catalog>'::regclass AS class, o.oid FROM <catalog> o WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM "
    "pg_depend e WHERE e.classid = '<catalog>'::regclass AND e.objid = o.oid AND e.deptype IN ('e', 'i'))"
)
DESCRIBED = "SELECT pg_describe_object(class, oid, 0) AS name FROM (<objects>) q ORDER BY 1"
# attributes that the statements leave out
BITS = own("""
SELECT format('default of the column %I of view %I.%I', a.attname, n.nspname, c.relname) AS name
FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum WHERE c.relkind = 'v' AND {pg_class:c}
UNION ALL
SELECT format('index %I.%I, which is not valid', n.nspname, i.relname)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT x.indisvalid AND {pg_class:c}
UNION ALL
SELECT format('tablespace of %I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.reltablespace <> 0 AND {pg_class:c}
UNION ALL
SELECT format('access method of %I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_am m ON m.oid = c.relam
WHERE c.relkind IN ('r', 'm') AND m.amname <> 'heap' AND {pg_class:c}
ORDER BY 1
""")
NEVER = "security labels, clustering marks, settings of databases, subscriptions, large objects"
REASON = "no statement for it is written; add it to the file by hand if an empty database needs it"


def read(cursor: Cursor) -> list[Left]:
    """Each object that has no statement here, as PostgreSQL describes it."""
    parts = [
        own(_IN_A_SCHEMA.replace("<catalog>", catalog).replace("<namespace>", namespace).replace("<more>", more))
        for catalog, namespace, more in _SCHEMED
    ]
    parts += [_ANYWHERE.replace("<catalog>", catalog) for catalog in _LOOSE]
    found = cursor.execute(DESCRIBED.replace("<objects>", " UNION ALL ".join(parts))).fetchall()
    return [Left(row["name"], REASON) for row in [*found, *cursor.execute(BITS)]]
