"""Holds: objects whose live values are left alone until a moment, whatever is declared of them.

Somebody changed a live value at night and the next deployment must not undo it: while a hold is in force, the plan
shows the difference as a note, nothing converges the object and no preview shows an update of it. An expired hold is
said in every preview until it is released.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from typing import Any

from ..errors import Refusal
from . import ledger
from .declared.moment import parsed
from .kind import Cursor


class BadUntil(Refusal):
    """The end of a hold cannot be read, or has passed."""


@dataclass(frozen=True)
class Hold:
    """name: the object's, such as ``hypertable:public.t``. by, at: who held it and since when. in_force: by the
    server's clock."""

    name: str
    until: datetime
    reason: str
    by: str
    at: datetime
    in_force: bool

    @property
    def words(self) -> str:
        """``until the end of 2026-12-01 (UTC) by alice: reason``."""
        reason = f": {self.reason}" if self.reason else ""
        return f"until {moment(self.until)} by {self.by}{reason}"


def read(cursor: Cursor) -> dict[str, Hold]:
    """Every hold by the name of its object, expired ones too."""
    return {
        f"{row['kind']}:{row['object']}": Hold(
            f"{row['kind']}:{row['object']}", row["until"], row["reason"], row["by"], row["at"], row["in_force"]
        )
        for row in cursor.execute(ledger.READ_HOLDS)
    }


def in_force(holds: Mapping[str, Hold], name: str) -> bool:
    """Whether an object is left alone now."""
    return name in holds and holds[name].in_force


def moment(when: datetime) -> str:
    """A moment in UTC as people read it; midnight is the end of the day before it."""
    utc = when.astimezone(timezone.utc)
    if utc.time() == time():
        return f"the end of {utc.date() - timedelta(days=1)} (UTC)"
    return f"{utc:%Y-%m-%d %H:%M} UTC"


def end(text: str, now: datetime) -> datetime:
    """The end of a hold: a date counts to its end in UTC, a moment without an offset is in UTC. Raises BadUntil."""
    try:
        if len(text.strip()) == len("2026-12-01"):
            until = datetime.combine(datetime.strptime(text.strip(), "%Y-%m-%d"), time(), timezone.utc)
            until += timedelta(days=1)
        else:
            until = parsed(text)
            until = until if until.tzinfo else until.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError):
        raise BadUntil(f'--until "{text}" is not a date; write one such as {now.date() + timedelta(days=7)}') from None
    if until <= now:
        raise BadUntil(f"--until {text} has passed; write a later date such as {now.date() + timedelta(days=7)}")
    return until


def place(writer: Any, kind: str, key: str, until: datetime, reason: str, by: str) -> None:
    """Hold an object, or hold it anew with other words, and record it; the caller has the database's lock."""
    with writer.transaction():
        writer.execute(ledger.CREATE)
        writer.execute(ledger.HOLD, (kind, key, until, reason, by))
        sentence = f"hold it until {moment(until)} by {by}" + (f": {reason}" if reason else "")
        writer.execute(ledger.RECORD, (kind, key, sentence, None))


def lift(writer: Any, kind: str, key: str) -> None:
    """Release an object and record it; the caller has the database's lock."""
    with writer.transaction():
        writer.execute(ledger.UNHOLD, (kind, key))
        writer.execute(ledger.RECORD, (kind, key, "release it from its hold", None))
