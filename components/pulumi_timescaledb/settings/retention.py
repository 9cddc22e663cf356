"""How long rows are kept, and in which form."""

from __future__ import annotations

from dataclasses import dataclass

from ..units import Interval
from .forms import DURATION, TRUTH, optional
from .key import setting

METRICS_DEFAULT = Interval.parse("2 years")


@dataclass(frozen=True)
class Retention:
    """columnstore_after: age at which chunks are compressed. check_retention: age at which checks and alerts are
    dropped. metrics_retention: the same for hourly and daily metrics; None is 2 years, or check_retention on the
    Apache edition. apache_fallback: accept what stands for policies and aggregates there."""

    columnstore_after: Interval = setting(DURATION, "7 days", "Age at which chunks move to the columnstore.")
    check_retention: Interval = setting(DURATION, "90 days", "Age at which checks and alerts are dropped.")
    metrics_retention: Interval | None = setting(
        optional(DURATION),
        "",
        "Age at which hourly and daily metrics are dropped; empty is 2 years, or check_retention on the Apache "
        "edition, where metrics are recomputed from the checks.",
    )
    apache_fallback: bool = setting(
        TRUTH, False, "Whether pg_cron jobs and materialized views may stand for what the Apache edition lacks."
    )
