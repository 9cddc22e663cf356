"""What is repeated on a table or an aggregate: compression, retention, refresh, reordering, merging of chunks."""

from collections.abc import Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict


class Absent(TypedDict):
    """``{"absent": True}``: must not be there."""

    absent: bool


class OrderArgs(TypedDict):
    """One column of a columnstore's order; nulls_first defaults to the value of descending."""

    column: str
    descending: NotRequired[bool]
    nulls_first: NotRequired[bool]


class ColumnstoreArgs(TypedDict, total=False):
    """after: age at which a chunk is converted; created_before: its age since it was made instead. segment_by,
    order_by: omitted leaves the server's choice (changing them holds for chunks converted from then on).
    chunk_interval: chunks are merged up to this span as they are converted. schedule: how often the job looks, default
    the server's. enabled: False keeps the policy switched off. absent: True where there must be no columnstore."""

    after: pulumi.Input[str]
    segment_by: Sequence[str]
    order_by: Sequence[OrderArgs]
    schedule: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    created_before: pulumi.Input[str]
    chunk_interval: pulumi.Input[str]
    absent: bool


class RetentionArgs(TypedDict, total=False):
    """drop_after: age at which a chunk is dropped; adding or shortening it over older rows destroys data and needs an
    acknowledgement. drop_created_before: the chunk's age since it was made instead. schedule: how often the job looks,
    default "1 day". enabled: False keeps the policy switched off. absent: True where there must be no such policy."""

    drop_after: pulumi.Input[str]
    drop_created_before: pulumi.Input[str]
    schedule: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    absent: bool


class ReorderArgs(TypedDict, total=False):
    """index: an index of the hypertable; chunks that are no longer written to get its order. schedule: how often the
    job looks, default half a chunk interval. enabled: False keeps the policy switched off. absent: True where there
    must be no such policy."""

    index: str
    schedule: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    absent: bool


class CompactionArgs(TypedDict, total=False):
    """schedule: how often small batches of the columnstore are merged. max_chunks, max_batches: bounds of one run.
    inactive_for: chunks written to more recently are left alone. enabled: False keeps the policy switched off.
    TimescaleDB 2.29 or newer. absent: True where there must be no such policy."""

    schedule: pulumi.Input[str]
    max_chunks: pulumi.Input[int]
    max_batches: pulumi.Input[int]
    inactive_for: pulumi.Input[str]
    enabled: pulumi.Input[bool]
    absent: bool


class RefreshArgs(TypedDict):
    """The window from start_offset to end_offset before now ("unbounded" for no bound), and how often.

    buckets_per_batch, max_batches_per_execution (0: no limit), refresh_newest_first: how the job cuts its work, left
    to the server where omitted. include_tiered_data: reads tiered storage too, where the server has it. schedule: the
    time from one run to the next. enabled: False keeps the policy switched off.
    """

    start_offset: pulumi.Input[str]
    end_offset: pulumi.Input[str]
    schedule: pulumi.Input[str]
    enabled: NotRequired[bool]
    buckets_per_batch: NotRequired[int]
    max_batches_per_execution: NotRequired[int]
    refresh_newest_first: NotRequired[bool]
    include_tiered_data: NotRequired[bool]
