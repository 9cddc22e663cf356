"""A table's own retention drops whole chunks of every key, so it must not reach what some key keeps longer.

It is a coarse policy: at least the longest limit, and absent while any key is kept for ever. The job asks the same at
every run, since limits are rows that change.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....units import Interval
from .context import Context

ID = "coarse-retention"


def check(context: Context) -> Iterator[str]:
    """Compare the table's retention with the limits of its keys."""
    for each in context.declared("partitioned_retention"):
        table = str(each.parts[0].value.relation)
        limits, coarse = context.limits.get(each.key), context.value("retention", table)
        if limits is None or coarse is None or not coarse.enabled:
            continue
        where = f"partitioned retention {each.key}:"
        longest = Interval(days=limits.longest or 0)
        if limits.endless:
            yield (
                f"{where} {limits.endless} of its keys are kept for ever, but the retention of {table} drops every key "
                f'after {coarse.drop_after}; declare retention={{"absent": True}} there'
            )
        elif coarse.by_creation or not isinstance(coarse.drop_after, Interval):
            yield f"{where} the retention of {table} cannot be compared with limits in days; give it a drop_after"
        elif coarse.drop_after < longest:
            yield (
                f"{where} the longest limit is {longest}, but the retention of {table} drops every key after "
                f"{coarse.drop_after}; set its drop_after to at least {longest}"
            )
