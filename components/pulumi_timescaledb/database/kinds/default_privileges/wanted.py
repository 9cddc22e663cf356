"""What a user declares of the privileges that a role's future objects come with."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...names import BadName, quoted, unquoted
from ...rights import pair, unpair

_REST = re.compile(r'(?P<on>\w+) of (?P<owner>"(?:[^"]|"")+"|[^\s"]+)(?: in schema (?P<schema>.+))?\Z', re.S)


@dataclass(frozen=True)
class DefaultPrivileges:
    """owner: whose future objects. schema: where they are made, None for everywhere. on: tables, sequences, functions,
    types or schemas. to: a role, "public" for everybody. privileges, grantable: as of a grant."""

    owner: str
    schema: str | None
    on: str
    to: str
    privileges: tuple[str, ...]
    grantable: bool | tuple[str, ...] = False


def key(owner: str, schema: str | None, on: str, to: str) -> str:
    """The name of one entry: ``app on tables of app_owner in schema public``."""
    return pair(to, f"{on} of {quoted(owner)}{'' if schema is None else f' in schema {quoted(schema)}'}")


def unkey(name: str) -> tuple[str, str | None, str, str]:
    """Owner, schema, kind and role behind :func:`key`."""
    to, rest = unpair(name)
    match = _REST.match(rest)
    if match is None:
        raise BadName(f"{name} names no default privileges")
    schema = match["schema"]
    return unquoted(match["owner"]), None if schema is None else unquoted(schema), match["on"], to
