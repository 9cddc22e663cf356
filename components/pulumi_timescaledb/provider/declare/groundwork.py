"""What must be there before tables can be declared: extensions, schemas and migrations."""

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .declaration import Declaration, declaration


class ExtensionArgs(TypedDict):
    """name; version: pinned (updated in place, never downgraded), or omitted for whatever is installed. schema: where
    its objects live; an extension that can be moved is. absent: True where it must not be there."""

    name: str
    version: NotRequired[pulumi.Input[str]]
    schema: NotRequired[str]
    absent: NotRequired[bool]


class SchemaArgs(TypedDict):
    """name; owner: managed where given. absent: True, and it is dropped when it is empty, refused while it holds
    anything."""

    name: str
    owner: NotRequired[str]
    absent: NotRequired[bool]


class MigrationsArgs(TypedDict):
    """directory: a folder of ordered ``*.sql`` files beside the program, default "migrations". owner: the role that
    they run as and that what they make belongs to, default the connection's; it must be able to log in where its tables
    get policies. baseline: the first file, where that counts as applied in a database which has its tables, as
    ``tsdb import`` writes it. version: the last file to be applied; those after it are undone by their ``.down.sql``.
    half_run: for a file that was interrupted outside of a transaction, "complete" or "again".

    Or another tool: migrate_command, run in directory (default ".") with the database in libpq's environment variables;
    check_command exits with 0 when nothing is to be done; timeout, default "10 minutes".
    """

    directory: NotRequired[str]
    owner: NotRequired[str]
    baseline: NotRequired[str]
    version: NotRequired[str]
    half_run: NotRequired[Mapping[str, str]]
    migrate_command: NotRequired[Sequence[str]]
    check_command: NotRequired[Sequence[str]]
    timeout: NotRequired[pulumi.Input[str]]


def extension(**arguments: Unpack[ExtensionArgs]) -> Declaration:
    """Declare an extension; see :class:`ExtensionArgs`."""
    return declaration("extension", arguments)


def schema(**arguments: Unpack[SchemaArgs]) -> Declaration:
    """Declare a schema; see :class:`SchemaArgs`."""
    return declaration("schema", arguments)


def migrations(**arguments: Unpack[MigrationsArgs]) -> Declaration:
    """Declare a folder of migrations; see :class:`MigrationsArgs`."""
    return declaration("migrations", arguments)
