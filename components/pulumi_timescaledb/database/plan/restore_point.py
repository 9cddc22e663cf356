"""A name in the write-ahead log before something is lost, so that a point-in-time recovery can stop right there.

PostgreSQL manual, "Backup Control Functions": pg_create_restore_point needs its EXECUTE right (superusers have it) and
``wal_level`` above minimal. Where either lacks, none is set; a recovery then stops at the time in the history.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..kind import Change
from . import gate
from .locks import Writer

_ALLOWED = """
SELECT has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')
   AND current_setting('wal_level') <> 'minimal' AS allowed
"""
_SET = "SELECT pg_create_restore_point(%s)::text AS place"


def before(writer: Writer, changes: Iterable[Change], code: str | None) -> str | None:
    """Set one before changes that rebuild or destroy; the sentence for the history, None where none is set."""
    if code is None or not any(change.change_class in gate.WORDS for change in changes):
        return None
    row = writer.execute(_ALLOWED).fetchone()
    if not row or not row["allowed"]:
        return None
    name = f"tsdb {code}"
    place = writer.execute(_SET, (name,)).fetchone()
    return f'set the restore point "{name}" at {place["place"]}' if place else None
