"""From when a change that destroys nothing takes effect, on how much, and what stays as it was.

The kinds know the classes; how many chunks a change meets, and when a job runs next, is asked of the catalog here, for
the few changes of a plan alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import psycopg
from psycopg import sql

from .. import queries
from ..capabilities import Capabilities
from ..kind import Change, ChangeClass, Cursor
from ..names import Relation
from . import loss

_NEXT_RUN = """
SELECT j.job_id, to_char(j.next_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at
FROM timescaledb_information.jobs j
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = j.hypertable_schema
 AND a.materialization_hypertable_name = j.hypertable_name
WHERE j.proc_name = %(procedure)s AND coalesce(a.view_schema, j.hypertable_schema) = %(schema)s
  AND coalesce(a.view_name, j.hypertable_name) = %(name)s AND j.scheduled AND isfinite(j.next_start)
ORDER BY j.next_start LIMIT 1
"""
# a user's job is found by its name, behind which application_name carries " [id]" (see kinds/job/found.py)
_NEXT_CALL = """
SELECT job_id, to_char(next_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS at
FROM timescaledb_information.jobs
WHERE left(application_name::text, -length(' [' || job_id || ']')) = %(name)s AND scheduled AND isfinite(next_start)
ORDER BY job_id LIMIT 1
"""
# each chunk keeps the settings it was converted with; the array form is the exact one (see kinds/columnstore/found.py)
_SETTINGS = """
SELECT format('%%I.%%I', k.hypertable_schema, k.hypertable_name) AS hypertable, s.segmentby, s.orderby, s.orderby_desc,
       s.orderby_nullsfirst
FROM timescaledb_information.chunks k
JOIN _timescaledb_catalog.compression_settings s
  ON s.relid = format('%%I.%%I', k.chunk_schema, k.chunk_name)::regclass
LEFT JOIN timescaledb_information.continuous_aggregates a
  ON a.materialization_hypertable_schema = k.hypertable_schema
 AND a.materialization_hypertable_name = k.hypertable_name
WHERE k.is_compressed AND coalesce(a.view_schema, k.hypertable_schema) = %(schema)s
  AND coalesce(a.view_name, k.hypertable_name) = %(name)s
ORDER BY k.range_start, k.range_start_integer, 1
"""
# for people, in psql, whose \\gexec runs each line of the answer; a procedure cannot be called from a query
_AGAIN = sql.SQL(
    "SELECT format('CALL convert_to_columnstore(%L, recompress => true)', chunk) "
    "FROM timescaledb_information.chunk_columnstore_settings WHERE hypertable = {}::regclass \\gexec"
)
COUNTED_BYTES = 16 * 1024 * 1024  # rows that nobody estimated: nothing is lost here, so little is read to count them
_JOBS = {
    "retention": "policy_retention",
    "columnstore": "policy_compression",
    "refresh": "policy_refresh_continuous_aggregate",
    "reorder": "policy_reorder",
    "compaction": "policy_compaction",
}


def measure(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> Change:
    """The change with a note that says from when, on how much, and what stays; wanted: the value it belongs to."""
    if change.change_class is ChangeClass.IMPOSSIBLE or can.timescaledb is None:
        return change
    say = _SAYINGS.get((change.kind, change.field)) or _SAYINGS.get((change.kind, change.action))
    try:
        with queries.trial(cursor):
            note = say(cursor, change, wanted, can) if say else ""
    except psycopg.errors.LockNotAvailable:
        note = "on how much was not counted, because another statement holds a lock there"
    return replace(change, note=note) if note else change


def _partitioning(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    del wanted
    rows = loss.chunks(cursor, change.object, can)
    what = "range" if change.field == "chunk_interval" else "partitions"
    return f"from the next new chunk on; {_kept(cursor, rows, f'keep their {what}')}"


def _built(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    relation = wanted.relation if wanted is not None else None
    if relation is None or change.action == "remove":
        return ""
    rows = loss.chunks(cursor, str(relation), can)
    where = f"on {_amount(cursor, rows)}" if rows else "on no chunk yet"
    waits = "writes to a chunk wait while its part is built" if wanted.per_chunk else "writes wait while it is built"
    return f"built {'anew ' if change.action == 'alter' else ''}{where}; {waits}"


def _converted_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    """Age, schedule or switch of a columnstore policy, or the whole of it."""
    if change.action == "remove" or wanted is None:
        return ""
    if wanted.after is None:
        return "no policy converts chunks; convert them by hand"
    begins = _next_run(cursor, change)
    if change.field == "schedule":
        return begins
    if not wanted.enabled:
        return "switched off: no chunk is converted any more; converted chunks stay converted"
    old = loss.chunks(cursor, change.object, can, age=wanted.after, created=wanted.by_creation)
    rows = [row for row in old if not row["converted"]]
    if not rows:
        return f"{begins}; no chunk waits to be converted, and converted chunks stay converted"
    return f"{begins}, which converts {_amount(cursor, rows)}; their rows stay"


def _converted_settings(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    """Segmenting or order: how many chunks were converted with others, and how they are converted anew."""
    del can
    others = [row for row in cursor.execute(_SETTINGS, _named(change)) if not _as_wanted(row, wanted)]
    if not others:
        return "for chunks converted from now on; no converted chunk has other settings"
    keep = "1 converted chunk keeps" if len(others) == 1 else f"{len(others)} converted chunks keep"
    # in every supported version a chunk whose settings differ is decompressed and compressed (tsl/src/compression/api.c
    # of 2.19.3 and 2.23.0; run on 2.28.3), and nothing happens to one whose settings are the same
    again = _AGAIN.format(sql.Literal(others[0]["hypertable"])).as_string(None)
    return f"for chunks converted from now on; {keep} other settings until converted anew, by psql: `{again}`"


def _as_wanted(row: Mapping[str, Any], wanted: Any) -> bool:
    if wanted.segment_by is not None and tuple(row["segmentby"] or ()) != wanted.segment_by:
        return False
    if wanted.order_by is None:
        return True
    order = tuple(zip(row["orderby"] or (), row["orderby_desc"] or (), row["orderby_nullsfirst"] or (), strict=True))
    # the server appends the time column to an order that lacks it
    return wanted.order_by in (order, order[:-1])


def _dropped_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    if change.action == "remove":
        return "no chunk is dropped any more"
    begins = _next_run(cursor, change)
    if change.change_class is ChangeClass.DESTROYS:
        return begins
    if wanted is not None and not wanted.enabled:
        return "switched off: no chunk is dropped any more"
    if change.field not in ("drop_after", "by_creation") or wanted is None:
        return begins
    rows = loss.chunks(cursor, change.object, can, age=wanted.drop_after, created=wanted.by_creation)
    return begins if rows else f"{begins}; no chunk is that old yet"


def _refreshed_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    del wanted, can
    if change.action == "remove":
        return "it is not refreshed any more; what is materialized stays"
    return _next_run(cursor, change)


def _read_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    del cursor, wanted, can
    return f"from the next query on; {'adds' if change.new else 'leaves out'} rows that are not materialized yet"


def _rewritten_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    """A policy for reordering or compaction, which loses no row."""
    del can
    if change.action == "remove":
        return "no chunk is rewritten any more; those that were stay so"
    if wanted is not None and not wanted.enabled:
        return "switched off: no chunk is rewritten any more"
    return "; ".join(each for each in (_next_run(cursor, change), change.note) if each)


def _called_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    """A user's job; one that is made anew starts by its schedule."""
    del can
    if change.action == "remove":
        return "it is not called any more; what it did stays"
    if wanted is not None and not wanted.enabled:
        return "; ".join(each for each in ("switched off: it is not called any more", change.note) if each)
    row = cursor.execute(_NEXT_CALL, {"name": change.object}).fetchone()
    begins = "from its next run" if change.action == "alter" else "from its first run"
    if row is not None and not change.note:
        begins = f"from the next run of job {row['job_id']}, {row['at']} UTC"
    return "; ".join(each for each in (begins, change.note) if each)


def _deleted_later(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    """Retention per key: what its job deletes next is said as a loss."""
    del cursor, can
    if change.action == "remove":
        return "no row is deleted by its limit any more"
    if wanted is not None and not wanted.enabled:
        return "switched off: no row is deleted by its limit any more"
    return f"from the {'first' if change.action == 'create' else 'next'} run of its job"


def _counted_from(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    del cursor, change, wanted, can
    return "ages of policies count from it at their next runs"


def _placed(cursor: Cursor, change: Change, wanted: Any, can: Capabilities) -> str:
    del wanted
    rows = loss.chunks(cursor, change.object, can)
    return f"from the next new chunk on; {_kept(cursor, rows, 'stay where they are, and move_chunk moves one')}"


def _next_run(cursor: Cursor, change: Change) -> str:
    row = cursor.execute(_NEXT_RUN, _named(change) | {"procedure": _JOBS[change.kind]}).fetchone()
    if row is None:  # there is none yet, it is switched off, or pg_cron runs it
        return f"from the {'first' if change.action == 'create' else 'next'} run of its job"
    return f"from the next run of job {row['job_id']}, {row['at']} UTC"


def _named(change: Change) -> dict[str, Any]:
    schema, name = Relation.parse(change.object)
    return {"schema": schema, "name": name}


def _amount(cursor: Cursor, rows: loss.Rows) -> str:
    return loss.total(cursor, rows, counted=COUNTED_BYTES).amount


def _kept(cursor: Cursor, rows: loss.Rows, verb: str) -> str:
    return f"{_amount(cursor, rows)} {verb}" if rows else "there is no chunk yet"


_Saying = Callable[[Cursor, Change, Any, Capabilities], str]
_SAYINGS: Mapping[tuple[str, str], _Saying] = {
    ("hypertable", "chunk_interval"): _partitioning,
    ("hypertable", "hash_dimensions"): _partitioning,
    ("hypertable", "integer_now"): _counted_from,
    ("tablespaces", "create"): _placed,
    ("tablespaces", "alter"): _placed,
    ("tablespaces", "remove"): _placed,
    ("index", "create"): _built,
    ("index", "alter"): _built,
    ("columnstore", "after"): _converted_later,
    ("columnstore", "schedule"): _converted_later,
    ("columnstore", "enabled"): _converted_later,
    ("columnstore", "by_creation"): _converted_later,
    ("columnstore", "create"): _converted_later,
    ("columnstore", "segment_by"): _converted_settings,
    ("columnstore", "order_by"): _converted_settings,
    ("retention", "create"): _dropped_later,
    ("retention", "alter"): _dropped_later,
    ("retention", "remove"): _dropped_later,
    ("reorder", "create"): _rewritten_later,
    ("reorder", "alter"): _rewritten_later,
    ("reorder", "remove"): _rewritten_later,
    ("compaction", "create"): _rewritten_later,
    ("compaction", "alter"): _rewritten_later,
    ("compaction", "remove"): _rewritten_later,
    ("job", "create"): _called_later,
    ("job", "alter"): _called_later,
    ("job", "remove"): _called_later,
    ("partitioned_retention", "create"): _deleted_later,
    ("partitioned_retention", "alter"): _deleted_later,
    ("partitioned_retention", "remove"): _deleted_later,
    ("refresh", "create"): _refreshed_later,
    ("refresh", "alter"): _refreshed_later,
    ("refresh", "remove"): _refreshed_later,
    ("aggregate", "real_time"): _read_later,
}
