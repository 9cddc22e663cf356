"""``tsdb hold`` and ``tsdb history``: what the ledger in the database says, and leaving an object alone for a while."""

from __future__ import annotations

import difflib
import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone

import psycopg

from ..database import holds, ledger
from ..database import session as sessions
from ..database.declared import COMPOSITIONS
from ..database.kind import Cursor
from ..database.plan import locks
from ..database.refused import first_line
from ..database.session import Connection
from ..database.snapshot import Snapshot, look
from ..errors import Failed, Refusal
from . import report

IN_FORCE, EXPIRED, RELEASED = "in force", "EXPIRED", "released"  # states of a hold
# a live object's kind is its declaration's, but for what an aggregate is made of on either edition
_DECLARED = {"aggregate": "continuous_aggregate", "materialized_view": "continuous_aggregate"}


class UnknownObject(Refusal):
    """A name is not that of an object; the sentence offers near ones."""


def hold(connection: Connection, name: str, until: str, reason: str, *, as_json: bool) -> None:
    """Leave an object alone until a moment, and say so."""
    end = holds.end(until, datetime.now(timezone.utc))
    with _reading(connection) as cursor:
        _need_ledger(cursor, connection)
        kind, key = _split(name, _known(cursor, look(cursor)))
    by = f"{_user()} as {connection.user}"
    try:
        with locks.between_objects(connection) as writer:
            holds.place(writer, kind, key, end, reason, by)
    except psycopg.Error as error:
        raise Failed(
            f"{name} cannot be held on {connection}: {first_line(error)}; use a role that pulumi up uses"
        ) from None
    if as_json:
        report.document({"object": name, "until": end.isoformat(), "state": IN_FORCE, "by": by, "reason": reason})
        return
    print(f"{name} is held until {holds.moment(end)} by {by}")


def release(connection: Connection, name: str, *, as_json: bool) -> None:
    """Manage an object again, and say so."""
    found = _holds(connection)
    _split(name, sorted(found))
    kind, _, key = name.partition(":")
    try:
        with locks.between_objects(connection) as writer:
            holds.lift(writer, kind, key)
    except psycopg.Error as error:
        raise Failed(f"{name} cannot be released on {connection}: {first_line(error)}") from None
    if as_json:
        report.document({"object": name, "state": RELEASED})
        return
    print(f"{name} is released; the next preview shows what differs as a change")


def listing(connection: Connection, *, as_json: bool) -> None:
    """Print every hold, expired ones too."""
    rows = [
        (
            each.name,
            holds.moment(each.until) if not as_json else each.until.isoformat(),
            IN_FORCE if each.in_force else EXPIRED,
            each.by,
            each.reason,
            each.at.strftime("%Y-%m-%d %H:%M") if not as_json else each.at.isoformat(),
        )
        for each in _holds(connection).values()
    ]
    if not rows and not as_json:
        print("nothing is held")
        return
    report.table("holds", ("object", "until", "state", "by", "reason", "since"), rows, as_json=as_json)


def history(connection: Connection, name: str | None, limit: int, *, as_json: bool) -> None:
    """Print what was done, the newest first: when, by which role, to what, and with which acknowledgement."""
    with _reading(connection) as cursor:
        _need_ledger(cursor, connection)
        kind, key = _split(name, _known(cursor, look(cursor))) if name else (None, None)
        parameters = {"kind": kind, "object": key, "limit": limit}
        found = cursor.execute(ledger.READ_HISTORY, parameters).fetchall()
    rows = [
        (
            each["at"].isoformat() if as_json else each["at"].strftime("%Y-%m-%d %H:%M:%S"),
            each["role"],
            f"{each['kind']}:{each['object']}",
            each["sentence"],
            each["acknowledgement"] if as_json else each["acknowledgement"] or "",
        )
        for each in found
    ]
    if not rows and not as_json:
        print("nothing is recorded")
        return
    report.table("history", ("at", "role", "object", "what", "acknowledgement"), rows, as_json=as_json)


def _holds(connection: Connection) -> dict[str, holds.Hold]:
    with _reading(connection) as cursor:
        return holds.read(cursor) if "hold" in _need_ledger(cursor, connection) else {}


@contextmanager
def _reading(connection: Connection) -> Iterator[Cursor]:
    with sessions.connect(connection, read_only=True, application_name="tsdb hold") as session:
        try:
            with session.cursor() as cursor:
                yield cursor
        except psycopg.Error as error:
            raise Failed(f"{connection} cannot be read as {connection.user}: {first_line(error)}") from None


def _need_ledger(cursor: Cursor, connection: Connection) -> set[str]:
    here = ledger.tables(cursor)
    if not {"made", "history"} <= here:
        raise Refusal(
            f"{connection} has no ledger that {connection.user} can read; it is made by the first pulumi up, and "
            f"holds and history stand in it"
        )
    return here


def _known(cursor: Cursor, snapshot: Snapshot) -> list[str]:
    """Every name that a preview can print here: live objects in declared terms, and whatever was ever converged."""
    names = {f"{row['kind']}:{row['object']}" for row in cursor.execute(ledger.READ_NAMES)}
    for kind, found in snapshot.found.items():
        declared = _DECLARED.get(kind, kind)
        if declared in COMPOSITIONS:
            names |= {f"{declared}:{key}" for key in found}
    return sorted(names)


def _split(name: str, known: list[str]) -> tuple[str, str]:
    """Kind and key of a known name; refuses another with the nearest ones."""
    kind, _, key = name.partition(":")
    if name in known:
        return kind, key
    bare = key or kind
    near = [each for each in known if bare in (each.partition(":")[2], each.rpartition(".")[2])]
    near += [each for each in difflib.get_close_matches(name, known, 3, 0.6) if each not in near]
    hint = f"did you mean {' or '.join(near[:3])}?" if near else "names are written as previews print them"
    raise UnknownObject(f"{name} is not an object of this database; {hint}")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's uid may have no name
        return "somebody"
