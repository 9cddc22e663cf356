"""Privileges: what they can be granted on, which there are, and how a pair of role and object is named."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from psycopg import sql
from psycopg.sql import Composed

from .names import BadName, Relation, identifier, quoted, unquoted

PUBLIC, ALL = "public", "ALL"

# manual, "Privileges", table of ACL privilege abbreviations; MAINTAIN since PostgreSQL 17
_PRIVILEGES = {
    "database": ("CONNECT", "CREATE", "TEMPORARY"),
    "schema": ("CREATE", "USAGE"),
    "table": ("DELETE", "INSERT", "MAINTAIN", "REFERENCES", "SELECT", "TRIGGER", "TRUNCATE", "UPDATE"),
    "sequence": ("SELECT", "UPDATE", "USAGE"),
    "function": ("EXECUTE",),
    "type": ("USAGE",),
}
SINGULAR = {"tables": "table", "sequences": "sequence", "functions": "function", "types": "type", "schemas": "schema"}
EVERYTHING = ("tables", "sequences", "functions")  # what GRANT ... ON ALL ... IN SCHEMA knows
_WORDS = {
    "table": "table",
    "view": "table",
    "materialized view": "table",
    "foreign table": "table",
    "sequence": "sequence",
    "function": "function",
    "procedure": "function",
    "routine": "function",
    "type": "type",
    "domain": "type",
}
# other spellings of a type -> the server's own (manual, "Data Types", aliases)
_ALIASES = {
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "bool": "boolean",
    "float": "double precision",
    "float4": "real",
    "float8": "double precision",
    "decimal": "numeric",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "varbit": "bit varying",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
}
_QUOTED = r'"(?:[^"]|"")+"'
_TYPE = re.compile(
    rf"(?:({_QUOTED}|[^\W\d]\w*)\s*\.\s*)?({_QUOTED}|[^\W\d]\w*(?:\s+[^\W\d]\w*)*)(?:\s*\([\d,\s]*\))?((?:\s*\[\s*\])*)\Z"
)
_NAMED = re.compile(
    rf"(?P<name>(?:{_QUOTED}|[^\".(]+)(?:\.(?:{_QUOTED}|[^\".(]+))?)\s*\((?P<arguments>.*)\)\s*\Z", re.S
)
_ALL = re.compile(rf"all\s+(?P<kind>{'|'.join(EVERYTHING)})\s+in\s+schema\s+(?P<schema>.+)\Z", re.I | re.S)
_ONE = re.compile(rf"(?P<word>schema|{'|'.join(_WORDS)})\s+(?P<name>.+)\Z".replace(" ", r"\s+"), re.I | re.S)
_PAIR = re.compile(rf"(?P<role>{_QUOTED}|[^\s\"]+) on (?P<target>.+)\Z", re.S)


class Target(NamedTuple):
    """What a privilege is on. kind: database, schema, table, sequence, function, type, or one of :data:`EVERYTHING`.

    schema: of the object, or the one whose objects are all meant. name: empty for a database and for everything in a
    schema. arguments: the types of a function's arguments, as the server spells them.
    """

    kind: str
    schema: str = ""
    name: str = ""
    arguments: str = ""

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read ``table metrics.t``, ``schema metrics``, ``database``, ``function f(int)``, ``all tables in schema s``.

        Views and aggregates are tables here, procedures are functions, domains are types, as in GRANT itself.
        """
        text = text.strip()
        if text.lower() == "database":
            return cls("database")
        if match := _ALL.match(text):
            return cls(match["kind"].lower(), _name(match["schema"]))
        match = _ONE.match(text)
        if match is None:
            raise BadName("it names nothing that privileges are on")
        word = " ".join(match["word"].lower().split())
        if word == "schema":
            return cls("schema", "", _name(match["name"]))
        kind = _WORDS[word]
        if kind != "function":
            return cls(kind, *_relation(match["name"]))
        parts = _NAMED.match(match["name"])
        if parts is None:
            raise BadName("a function is named with the types of its arguments in parentheses")
        return cls(kind, *_relation(parts["name"]), signature(parts["arguments"]))

    @property
    def bulk(self) -> bool:
        """Whether it stands for everything of a kind in a schema."""
        return self.kind in EVERYTHING

    @property
    def each(self) -> str:
        """The kind of one object."""
        return SINGULAR.get(self.kind, self.kind)

    def statement(self, database: str) -> Composed:
        """As GRANT wants it; database: the name of the current one."""
        if self.kind == "database":
            return sql.SQL("DATABASE {}").format(sql.Identifier(database))
        if self.bulk:
            return sql.SQL(f"ALL {self.kind.upper()} IN SCHEMA {{}}").format(sql.Identifier(self.schema))
        word = "ROUTINE" if self.kind == "function" else self.kind.upper()
        return sql.SQL(f"{word} {{}}").format(self.identifiers)

    @property
    def identifiers(self) -> Composed:
        """The name of one object, without the word that says what it is."""
        if self.kind == "schema":
            return sql.Composed([sql.Identifier(self.name)])
        arguments = [sql.SQL(f"({self.arguments})")] if self.kind == "function" else []
        return sql.Composed([sql.Identifier(self.schema, self.name), *arguments])

    def __str__(self) -> str:
        """In its one spelling."""
        if self.kind == "database":
            return "database"
        if self.bulk:
            return f"all {self.kind} in schema {quoted(self.schema)}"
        if self.kind == "schema":
            return f"schema {quoted(self.name)}"
        call = f"({self.arguments})" if self.kind == "function" else ""
        return f"{self.kind} {Relation(self.schema, self.name)}{call}"


def signature(text: str) -> str:
    """The types of a function's arguments in the server's spelling under ``search_path = public``; no text outside of
    names, brackets and commas passes, because it becomes part of a statement."""
    return ", ".join(_type(each) for each in re.findall(rf"(?:{_QUOTED}|[^,\"])+", text) if text.strip())


def _type(text: str) -> str:
    match = _TYPE.match(text.strip())
    if match is None:
        raise BadName("the arguments of a function are types, separated by commas")
    schema, name, brackets = match.groups()
    name = name if name.startswith('"') else " ".join(name.lower().split())
    schema = "" if schema is None else unquoted(schema) if schema.startswith('"') else schema.lower()
    array = "[]" if brackets else ""
    if schema in ("", "pg_catalog"):
        return _ALIASES.get(name, name) + array
    return (name if schema == "public" else f"{quoted(schema)}.{name}") + array


def _name(text: str) -> str:
    text = text.strip()
    if text.startswith('"') != text.endswith('"') or re.fullmatch(rf"{_QUOTED}|[^\".]+", text) is None:
        raise BadName("a name with a dot or a quote in it stands in double quotes")
    return identifier(unquoted(text), "its name")


def _relation(text: str) -> Relation:
    relation = Relation.parse(text.strip())
    return Relation(*(identifier(each, "its name") for each in relation))


def known(kind: str) -> tuple[str, ...]:
    """Every privilege on a kind of object, on whatever version."""
    return _PRIVILEGES[SINGULAR.get(kind, kind)]


def expand(kind: str, privileges: Iterable[str], *, maintain: bool) -> tuple[str, ...]:
    """The privileges one by one; ALL is whatever the server has: MAINTAIN only where it knows it."""
    given = tuple(privileges)
    if given != (ALL,):
        return given
    return tuple(each for each in known(kind) if maintain or each != "MAINTAIN")


def pair(role: str, target: object) -> str:
    """The name of a role's privileges on something: ``app on table public.t``."""
    return f"{quoted(role)} on {target}"


def unpair(name: str) -> tuple[str, str]:
    """The role and the target's text behind :func:`pair`."""
    match = _PAIR.match(name)
    if match is None:
        raise BadName(f"{name} is not a pair of role and object")
    return unquoted(match["role"]), match["target"]


def grantee(role: str) -> sql.Composable:
    """A role as GRANT wants it; "public" is everybody."""
    return sql.SQL("PUBLIC") if role == PUBLIC else sql.Identifier(role)
