"""Hypertables and continuous aggregates with their indexes."""

from collections.abc import Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .declaration import Declaration, declaration
from .policies import Absent, ColumnstoreArgs, CompactionArgs, RefreshArgs, ReorderArgs, RetentionArgs


class IndexArgs(TypedDict):
    """columns such as ["device", "time DESC"], method (btree), unique (False), where (a predicate). per_chunk: built in
    one transaction a chunk, so that writes wait for one chunk only. name: of the index. definition: all of it as text,
    "btree (device, at DESC)", in place of columns, method and where. absent: True where it must not be there."""

    name: str
    columns: NotRequired[Sequence[str]]
    method: NotRequired[str]
    unique: NotRequired[bool]
    where: NotRequired[str]
    definition: NotRequired[str]
    per_chunk: NotRequired[bool]
    absent: NotRequired[bool]


class HashDimensionArgs(TypedDict):
    """A further partitioning of new chunks by hash of a column, into so many partitions."""

    column: str
    partitions: int


class HypertableArgs(TypedDict):
    """schema: default "public". table: existing, or made by a migration. time_column: partitions by range.
    chunk_interval: for chunks made from then on. integer_now: schema.name of the function that says what time it is,
    where time is a number. migrate_data: convert a table that holds rows, which rewrites it under an exclusive lock and
    needs an acknowledgement. create_default_indexes: False for none when it is made. tablespaces: where new chunks go.
    chunk_skipping: columns whose range is kept for each converted chunk. owner, hash_dimensions, indexes, columnstore,
    reorder, compaction, retention: managed where given. absent: True where the table must not be there, which destroys
    its data and needs an acknowledgement."""

    table: str
    schema: NotRequired[str]
    time_column: NotRequired[str]
    chunk_interval: NotRequired[pulumi.Input[str]]
    hash_dimensions: NotRequired[Sequence[HashDimensionArgs]]
    owner: NotRequired[str]
    integer_now: NotRequired[str]
    migrate_data: NotRequired[bool]
    create_default_indexes: NotRequired[bool]
    indexes: NotRequired[Sequence[IndexArgs]]
    tablespaces: NotRequired[Sequence[str]]
    columnstore: NotRequired[ColumnstoreArgs | Absent]
    chunk_skipping: NotRequired[Sequence[str]]
    reorder: NotRequired[ReorderArgs | Absent]
    compaction: NotRequired[CompactionArgs | Absent]
    retention: NotRequired[RetentionArgs | Absent]
    absent: NotRequired[bool]


class ContinuousAggregateArgs(TypedDict):
    """schema: default "public". source: what the query reads. query: a SELECT with time_bucket; one with further
    aggregates at its end adds columns (TimescaleDB 2.28), any other is a rebuild. real_time: default False. refresh:
    the whole set of policies. chunk_interval: for chunks made from then on. group_indexes: the server's own index of
    each grouping column. indexes: further ones. swap_in: an aggregate of this query, filled beside under another name,
    that takes this name; what was there stays as ``<name>_old``. owner, columnstore, retention: managed where given.
    absent: True where it must not be there."""

    name: str
    schema: NotRequired[str]
    source: NotRequired[str]
    query: NotRequired[str]
    real_time: NotRequired[pulumi.Input[bool]]
    owner: NotRequired[str]
    chunk_interval: NotRequired[pulumi.Input[str]]
    group_indexes: NotRequired[bool]
    indexes: NotRequired[Sequence[IndexArgs]]
    refresh: NotRequired[Sequence[RefreshArgs]]
    swap_in: NotRequired[str]
    columnstore: NotRequired[ColumnstoreArgs | Absent]
    retention: NotRequired[RetentionArgs | Absent]
    absent: NotRequired[bool]


def hypertable(**arguments: Unpack[HypertableArgs]) -> Declaration:
    """Declare a hypertable; see :class:`HypertableArgs`."""
    return declaration("hypertable", arguments)


def continuous_aggregate(**arguments: Unpack[ContinuousAggregateArgs]) -> Declaration:
    """Declare a continuous aggregate; see :class:`ContinuousAggregateArgs`."""
    return declaration("continuous_aggregate", arguments)
