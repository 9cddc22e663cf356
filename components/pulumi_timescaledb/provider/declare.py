"""The declarations a program writes, one function a kind; each returns the plain dictionary that it checks later.

Durations are interval texts ("7 days"), integer time a text of digits. A policy is a dictionary, ``{"absent": True}``
(must not be there), or omitted (not managed: left alone). ``absent=True`` on an object declares that it must not
exist; dropping it needs an acknowledgement.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import pulumi
from typing_extensions import NotRequired, Unpack

Declaration = dict[str, Any]


class Absent(TypedDict):
    """``{"absent": True}``: must not be there."""

    absent: bool


class OrderArgs(TypedDict):
    """One column of a columnstore's order; nulls_first defaults to the value of descending."""

    column: str
    descending: NotRequired[bool]
    nulls_first: NotRequired[bool]


class ColumnstoreArgs(TypedDict, total=False):
    """after: age at which a chunk is converted. segment_by, order_by: omitted leaves the server's choice (changing
    them holds for chunks converted from then on). schedule: how often the job looks, default the server's."""

    after: pulumi.Input[str]
    segment_by: Sequence[str]
    order_by: Sequence[OrderArgs]
    schedule: pulumi.Input[str]
    absent: bool


class RetentionArgs(TypedDict, total=False):
    """drop_after: age at which a chunk is dropped; adding or shortening it over older rows destroys data and needs an
    acknowledgement. schedule: how often the job looks, default "1 day"."""

    drop_after: pulumi.Input[str]
    schedule: pulumi.Input[str]
    absent: bool


class RefreshArgs(TypedDict):
    """The window from start_offset to end_offset before now ("unbounded" for no bound), and how often."""

    start_offset: pulumi.Input[str]
    end_offset: pulumi.Input[str]
    schedule: pulumi.Input[str]


class IndexArgs(TypedDict):
    """columns such as ["device", "time DESC"], method (btree), unique (False), where (a predicate)."""

    name: str
    columns: NotRequired[Sequence[str]]
    method: NotRequired[str]
    unique: NotRequired[bool]
    where: NotRequired[str]
    definition: NotRequired[str]
    absent: NotRequired[bool]


class HashDimensionArgs(TypedDict):
    """A further partitioning of new chunks by hash of a column."""

    column: str
    partitions: int


class ExtensionArgs(TypedDict):
    """name; version: pinned (updated in place, never downgraded), or omitted for whatever is installed."""

    name: str
    version: NotRequired[pulumi.Input[str]]
    absent: NotRequired[bool]


class MigrationsArgs(TypedDict):
    """directory: a folder of ordered ``*.sql`` files beside the program, default "migrations"."""

    directory: NotRequired[str]


class RoleArgs(TypedDict):
    """Attributes of a role; those omitted are not managed. password_ref: file:, env:, ssm: or secretsmanager:."""

    name: str
    login: NotRequired[pulumi.Input[bool]]
    createdb: NotRequired[pulumi.Input[bool]]
    createrole: NotRequired[pulumi.Input[bool]]
    inherit: NotRequired[pulumi.Input[bool]]
    connection_limit: NotRequired[pulumi.Input[int]]
    member_of: NotRequired[Sequence[str]]
    password_ref: NotRequired[pulumi.Input[str]]
    absent: NotRequired[bool]


class HypertableArgs(TypedDict):
    """schema: default "public". table: existing, or made by a migration. time_column: partitions by range.
    chunk_interval: for chunks made from then on. owner, hash_dimensions, indexes, columnstore, retention: managed
    where given."""

    table: str
    schema: NotRequired[str]
    time_column: NotRequired[str]
    chunk_interval: NotRequired[pulumi.Input[str]]
    hash_dimensions: NotRequired[Sequence[HashDimensionArgs]]
    owner: NotRequired[str]
    indexes: NotRequired[Sequence[IndexArgs]]
    columnstore: NotRequired[ColumnstoreArgs | Absent]
    retention: NotRequired[RetentionArgs | Absent]
    absent: NotRequired[bool]


class ContinuousAggregateArgs(TypedDict):
    """schema: default "public". source: what the query reads. query: a SELECT with time_bucket; a different one is a
    rebuild. real_time: default False. refresh: the whole set of policies."""

    name: str
    schema: NotRequired[str]
    source: NotRequired[str]
    query: NotRequired[str]
    real_time: NotRequired[pulumi.Input[bool]]
    owner: NotRequired[str]
    refresh: NotRequired[Sequence[RefreshArgs]]
    columnstore: NotRequired[ColumnstoreArgs | Absent]
    retention: NotRequired[RetentionArgs | Absent]
    absent: NotRequired[bool]


def extension(**arguments: Unpack[ExtensionArgs]) -> Declaration:
    """Declare an extension; see :class:`ExtensionArgs`."""
    return _declaration("extension", arguments)


def migrations(**arguments: Unpack[MigrationsArgs]) -> Declaration:
    """Declare a folder of migrations; see :class:`MigrationsArgs`."""
    return _declaration("migrations", arguments)


def role(**arguments: Unpack[RoleArgs]) -> Declaration:
    """Declare a role; see :class:`RoleArgs`."""
    return _declaration("role", arguments)


def hypertable(**arguments: Unpack[HypertableArgs]) -> Declaration:
    """Declare a hypertable; see :class:`HypertableArgs`."""
    return _declaration("hypertable", arguments)


def continuous_aggregate(**arguments: Unpack[ContinuousAggregateArgs]) -> Declaration:
    """Declare a continuous aggregate; see :class:`ContinuousAggregateArgs`."""
    return _declaration("continuous_aggregate", arguments)


def _declaration(kind: str, arguments: Mapping[str, Any]) -> Declaration:
    return {"kind": kind, **arguments}
