"""Procedures that run by themselves: a user's own, and retention that differs from key to key."""

from collections.abc import Mapping
from typing import Any

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .declaration import Declaration, declaration
from .policies import Absent


class JobArgs(TypedDict):
    """name: the job's own, by which it is found. procedure: schema.name, called with the job's id and config. config: a
    dictionary. fixed_schedule, initial_start (with an offset), timezone: when it runs. max_runtime ("unbounded" for no
    bound), max_retries (-1 for no bound), retry_period. check_config: the function that judges config. owner: the role
    whose rights it has. What is omitted is not managed. schedule: the time from one run to the next. enabled: False
    keeps it from running. absent: True where it must not be there."""

    name: str
    procedure: NotRequired[str]
    schedule: NotRequired[pulumi.Input[str]]
    config: NotRequired[Mapping[str, Any]]
    fixed_schedule: NotRequired[pulumi.Input[bool]]
    initial_start: NotRequired[pulumi.Input[str]]
    timezone: NotRequired[pulumi.Input[str]]
    max_runtime: NotRequired[pulumi.Input[str]]
    max_retries: NotRequired[pulumi.Input[int]]
    retry_period: NotRequired[pulumi.Input[str]]
    enabled: NotRequired[pulumi.Input[bool]]
    check_config: NotRequired[str | Absent]
    owner: NotRequired[str]
    absent: NotRequired[bool]


class LimitsArgs(TypedDict):
    """table: one row a key. key: its key column. days: its column of days, null to keep for ever, default
    "retention_days"."""

    table: str
    key: str
    days: NotRequired[str]


class PartitionedRetentionArgs(TypedDict):
    """table: a hypertable. key: the column whose values have limits of their own; in a columnstore its segment_by.
    time_column: what a row's age counts from. limits: where they stand. batch_size: rows a transaction, default 10000.
    schedule: default "1 day". owner: the role whose rights the job has. schema: of the table, default "public".
    enabled: False keeps it from running. absent: True where it must not be there."""

    table: str
    key: str
    schema: NotRequired[str]
    time_column: NotRequired[str]
    limits: NotRequired[LimitsArgs]
    batch_size: NotRequired[pulumi.Input[int]]
    schedule: NotRequired[pulumi.Input[str]]
    enabled: NotRequired[pulumi.Input[bool]]
    owner: NotRequired[str]
    absent: NotRequired[bool]


def job(**arguments: Unpack[JobArgs]) -> Declaration:
    """Declare a user-defined job; see :class:`JobArgs`."""
    return declaration("job", arguments)


def partitioned_retention(**arguments: Unpack[PartitionedRetentionArgs]) -> Declaration:
    """Declare retention that differs from key to key; see :class:`PartitionedRetentionArgs`."""
    return declaration("partitioned_retention", arguments)
