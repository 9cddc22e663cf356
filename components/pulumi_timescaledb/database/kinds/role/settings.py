"""A role's parameters in one database (PostgreSQL manual: ALTER ROLE ... IN DATABASE ... SET).

They are kept to this database, so that two stacks on one server, each with its own database, never undo each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from psycopg import sql

from ...kind import Step
from ...names import quoted, unquoted
from .wanted import Setting

# parameters that are lists of names, which SET takes one by one (variable_is_guc_list_quote in PostgreSQL's
# src/bin/pg_dump/dumputils.c)
LISTS = (
    "local_preload_libraries",
    "search_path",
    "session_preload_libraries",
    "shared_preload_libraries",
    "temp_tablespaces",
    "unix_socket_directories",
)
_ITEM = re.compile(r'\s*("(?:[^"]|"")*"|[^,"]+?)\s*(?:,|\Z)')


def normal(name: str, value: str) -> Setting:
    """A parameter as the server stores it: the name in small letters, lists of names quoted where they need it."""
    name = name.lower()
    # an empty list is stored as one empty name
    return Setting(name, (", ".join(map(quoted, _items(value))) or '""') if name in LISTS else value)


def steps(role: str, wanted: Sequence[Setting], live: Sequence[Setting], database: str) -> list[Step]:
    """Set what differs, reset what is too much."""
    head = sql.SQL("ALTER ROLE {} IN DATABASE {} ").format(sql.Identifier(role), sql.Identifier(database))
    made = []
    for each in wanted:
        if each not in live:
            values = _items(each.value) if each.name in LISTS else [each.value]
            given = sql.SQL(", ").join(map(sql.Literal, values))
            statement = head + sql.SQL("SET {} TO {}").format(_parameter(each.name), given)
            made.append(Step(statement, f"start sessions of {role} with {each}"))
    for gone in sorted({each.name for each in live} - {each.name for each in wanted}):
        statement = head + sql.SQL("RESET {}").format(_parameter(gone))
        made.append(Step(statement, f"start sessions of {role} without a {gone} of their own"))
    return made


def _parameter(name: str) -> sql.Composable:
    """A parameter's name, which may have a prefix of its own: ``app.tenant``."""
    return sql.SQL(".").join(sql.Identifier(part) for part in name.split("."))


def _items(text: str) -> list[str]:
    return [unquoted(item) for item in _ITEM.findall(text) if item.strip()]
