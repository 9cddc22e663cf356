"""What a user declares of retention per key."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import NamedTuple

from ....units import Interval
from ...names import BadName, Relation, quoted, unquoted
from .procedure import VERSION

_PART = r'(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
_NAME = re.compile(rf"({_PART}\.{_PART}) by ({_PART})\Z")


class Limits(NamedTuple):
    """Where the limits stand: a table with one row a key, its key column, and its column of days (null: for ever)."""

    table: str
    key: str
    days: str

    def __str__(self) -> str:
        """table (key, days)."""
        return f"{self.table} ({self.key}, {self.days})"


@dataclass(frozen=True)
class PartitionedRetention:
    """relation, key: the table and the column whose values have limits of their own. time_column: what a row's age
    counts from. limits: None for a live job that has none we know. batch_size: rows a transaction. schedule, enabled:
    as retention. owner: whose rights the job has, None when not managed. procedure: its version. copies: as job.
    """

    relation: Relation
    key: str
    time_column: str
    limits: Limits
    batch_size: int
    schedule: Interval
    enabled: bool = True
    owner: str | None = None
    procedure: str = VERSION
    copies: int = 1

    @property
    def config(self) -> str:
        """The job's configuration."""
        limits = Relation.parse(self.limits.table)
        return json.dumps(
            {
                "schema": self.relation.schema,
                "table": self.relation.name,
                "key": self.key,
                "time_column": self.time_column,
                "limits_schema": limits.schema,
                "limits_table": limits.name,
                "limits_key": self.limits.key,
                "limits_days": self.limits.days,
                "batch_size": self.batch_size,
            },
            ensure_ascii=False,
        )


def name_of(relation: Relation, key: str) -> str:
    """How a retention per key is found: by its table and column."""
    return f"{relation} by {quoted(key)}"


def parts_of(name: str) -> tuple[Relation, str]:
    """The table and column behind :func:`name_of`."""
    match = _NAME.match(name)
    if match is None:
        raise BadName(f'"{name}" does not name a table and a column')
    return Relation.parse(match[1]), unquoted(match[2])
