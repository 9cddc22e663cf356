"""What retention per key stands on: a hypertable, a table of limits, and a columnstore in segments of the key.

Deleting from a columnstore whose segments mix keys decompresses them (timescaledb.max_tuples_decompressed_per_dml_
transaction bounds it), so the key must be in segment_by and a batch below that bound.
"""

from __future__ import annotations

from collections.abc import Iterator

from ...kinds.partitioned_retention.wanted import PartitionedRetention
from .context import Context

ID = "partitioned-retention"


def check(context: Context) -> Iterator[str]:
    """Tables and columns first; what is asked of them only where they are there."""
    for each in context.declared("partitioned_retention"):
        wanted: PartitionedRetention = each.parts[0].value
        lacking = [] if context.pending_migrations() else list(_tables(context, wanted))
        for sentence in lacking or [*_limits(context, each.key, wanted), *_columnstore(context, wanted)]:
            yield f"partitioned retention {each.key}: {sentence}"


def _tables(context: Context, wanted: PartitionedRetention) -> Iterator[str]:
    key = str(wanted.relation)
    tables = context.snapshot.tables
    needed = {key: (wanted.key, wanted.time_column), wanted.limits.table: (wanted.limits.key, wanted.limits.days)}
    if context.value("hypertable", key) is None:
        yield f"{key} is no hypertable; declare it as one"
    for name, columns in needed.items():
        table = tables.get(name)
        if table is None:
            yield f"the table {name} does not exist; create it in a migration"
            continue
        for column in columns:
            if column not in table.columns:
                yield f'{name} has no column "{column}"; its columns are {", ".join(sorted(table.columns))}'


def _limits(context: Context, name: str, wanted: PartitionedRetention) -> Iterator[str]:
    found = context.limits.get(name)
    if found is not None and found.problem and not context.pending_migrations():
        yield f"the limits in {wanted.limits} cannot be read ({found.problem}); grant SELECT, or name other columns"
    if found is not None and found.wrong:
        yield f"{found.wrong} limits in {wanted.limits} are below one day; write at least 1, or null to keep for ever"
    if isinstance(context.chunk_interval(str(wanted.relation)), int):
        yield f"the time of {wanted.relation} is a number, and limits are days; use a job of your own"


def _columnstore(context: Context, wanted: PartitionedRetention) -> Iterator[str]:
    columnstore = context.value("columnstore", str(wanted.relation))
    if columnstore is None:
        return
    if wanted.key not in (columnstore.segment_by or ()):
        yield (
            f"the columnstore of {wanted.relation} is not in segments of {wanted.key}, so a delete would decompress "
            f'other keys too; set columnstore.segment_by=["{wanted.key}"]'
        )
    bound = context.can.decompress_limit
    if bound and wanted.batch_size >= bound:
        yield f"batch_size is {wanted.batch_size}, but one transaction may decompress {bound} rows; set it below that"
