"""Names of relations: a schema and a name, printed as PostgreSQL would quote them."""

from __future__ import annotations

import re
from typing import NamedTuple

from psycopg import sql

from ..errors import Refusal

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
_PART = re.compile(r'"(?:[^"]|"")+"|[^."]+')
_WHOLE = re.compile(rf"(?:{_PART.pattern})(?:\.(?:{_PART.pattern}))?\Z")
LONGEST = 63  # NAMEDATALEN - 1: PostgreSQL cuts longer names silently
# the schemas of the server, TimescaleDB and our ledger: kept prefixes and exact names; timescaledb_reports is a user's
RESERVED_SCHEMAS = (
    "^(pg_|_timescaledb_|(information_schema|timescaledb_information|timescaledb_experimental|pulumi_timescaledb)$)"
)
# the others, as an array, so that the planner sees how few there are
USER_SCHEMAS = f"ARRAY (SELECT oid FROM pg_namespace WHERE nspname !~ '{RESERVED_SCHEMAS}')"  # noqa: S608 - a constant
# Relations have no index by schema, and chunks are most of them. Each but an index depends on its schema (heap.c), and
# dependencies have one: 1 ms for 200 tables among 17,500 relations, where reading pg_class takes 3 (measured on 15.20).
USER_RELATIONS = f"""ARRAY (SELECT d.objid FROM pg_depend d WHERE d.refclassid = 'pg_namespace'::regclass
  AND d.refobjid = ANY ({USER_SCHEMAS}) AND d.classid = 'pg_class'::regclass)"""  # noqa: S608 - a constant

# Chunks, and what the columnstore made of them, lie in a schema of the user's where a hypertable was made with
# associated_schema_name. Told by what 2.19 to 2.29 have alike: only older ones keep names of chunks. {c}: a pg_class.
NO_CHUNK = """NOT EXISTS (
  SELECT FROM pg_inherits ki JOIN pg_class kp ON kp.oid = ki.inhparent JOIN pg_namespace kn ON kn.oid = kp.relnamespace
  JOIN _timescaledb_catalog.hypertable kh ON kh.schema_name = kn.nspname AND kh.table_name = kp.relname
  WHERE ki.inhrelid = {c}.oid)
AND NOT EXISTS (SELECT FROM _timescaledb_catalog.compression_settings ks WHERE ks.compress_relid = {c}.oid)"""


class BadName(Refusal):
    """A name cannot be a PostgreSQL identifier."""


class Relation(NamedTuple):
    """A table, view or aggregate by schema and name; ``str()`` quotes only what needs quotes."""

    schema: str
    name: str

    @classmethod
    def parse(cls, text: str, default_schema: str = "public") -> Relation:
        """Read ``name`` or ``schema.name``; a part with a dot or capitals in it stands in double quotes."""
        if not _WHOLE.match(text):
            raise BadName(f'"{text}" does not name one relation; write name or schema.name')
        names = [unquoted(part) for part in _PART.findall(text)]
        return cls(*names) if len(names) == 2 else cls(default_schema, names[0])

    @property
    def identifier(self) -> sql.Identifier:
        """The quoted form for SQL text."""
        return sql.Identifier(self.schema, self.name)

    def __str__(self) -> str:
        """schema.name, quoted where PostgreSQL would."""
        return f"{quoted(self.schema)}.{quoted(self.name)}"


def quoted(name: str) -> str:
    """One identifier, in double quotes only when it needs them."""
    if _PLAIN.match(name):
        return name
    return '"' + name.replace('"', '""') + '"'


def unquoted(name: str) -> str:
    """The name behind :func:`quoted`."""
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def reserved(schema: str) -> bool:
    """Whether a schema is the server's, TimescaleDB's own or this library's."""
    return re.search(RESERVED_SCHEMAS, schema) is not None


def identifier(value: object, argument: str) -> str:
    """A name given for an argument; refuses what PostgreSQL could not keep as it is."""
    if value is None or value == "":
        raise BadName(f"{argument} is missing; give the name as text")
    if not isinstance(value, str):
        raise BadName(f"{argument} is not text; give one name in quotes")
    if len(value.encode()) > LONGEST:
        raise BadName(f"{argument} is longer than {LONGEST} bytes and PostgreSQL would cut it; choose a shorter name")
    if "\x00" in value:
        raise BadName(f"{argument} holds a zero byte; remove it")
    return value
