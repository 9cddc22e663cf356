"""``tsdb verify``: the wiring."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path
from typing import Any

import psycopg

from ...database import session as sessions
from ...database.refused import first_line
from ...database.snapshot import Snapshot, look
from ...errors import Busy, Failed, Refusal, TimescaleDBError, Unreachable
from .. import interrupts, report
from ..aws.clients import Clients, installed
from ..target import Target, aws_outputs, is_lasting
from . import clear, data, measure, objects
from .queries import QUERIES
from .span import Span

Row = dict[str, Any]
STATEMENT_SECONDS = 600
# one verification at a time: each removes whatever checks of a verification it finds
_LOCK = 0x7E57C4EC
_LOCK_SECONDS = 10.0  # the server notices within a second or two that a killed client is gone
_HELD = "the checks are still being removed; please wait"
STATES = {True: "ok", False: "short", None: "not asked"}
"""What a row says of itself, by whether it is good; what was not asked neither counts as good nor fails anything."""


def run(target: Target, *, rows: int, keep: bool, as_json: bool, test_alarm: bool = False) -> bool:
    """Verify, print, and say whether all that was asked is good; test_alarm: whether an alarm on AWS is set off."""
    if keep and is_lasting(target):
        raise Refusal(
            f"--keep is refused in the stack {target.stack}, whose data last, where test checks would stay among real "
            f"ones; leave it out"
        )
    results: list[Row] = []
    timings: list[measure.Timing] = []
    on_aws: list[Row] | None = None
    try:
        with interrupts.raised(_HELD), _session(target) as session:
            snapshot = _look(session)
            results += [_row(what, good, text) for what, good, text in objects.checks(snapshot)]
            if snapshot.capabilities.standby:
                raise Refusal(f"{target.connection} is a standby, where nothing can be inserted; name the primary")
            if all(row["good"] for row in results):
                _lock(session, target)
                timings, more = _with_data(target, session, snapshot, rows, keep)
                results += more
            else:
                results.append(_row("checks inserted", False, "not tried: objects are missing"))
    except psycopg.Error as error:
        raise Failed(f"the verification of {target.connection} broke off: {first_line(error)}") from None
    except Unreachable as error:
        on_aws = _on_aws(target, test_alarm)
        if not on_aws:
            raise
        # host, backups and alarms are asked for now most of all
        results.append(_row("database answers", False, str(error)))
    results += _on_aws(target, test_alarm) if on_aws is None else on_aws
    _print(results, timings, as_json)
    return _is_good(results)


def _on_aws(target: Target, test_alarm: bool) -> list[Row]:
    """The rows of a stack whose host is on AWS; none for any other."""
    outputs = aws_outputs(target)
    if outputs is None:
        return []
    installed()  # what follows imports the packages of the extra aws
    from ..aws import stack as stacks
    from .aws import command as on_aws

    wanted = stacks.settings(Path(), target.stack)
    topic = str(outputs.get("alarm_sns_topic_arn") or "")
    found = on_aws.rows(Clients(wanted.ec2.region), wanted, topic, test_alarm=test_alarm)
    return [_row(what, good, text) for what, good, text in found]


def _session(target: Target) -> data.Session:
    return sessions.connect(
        target.connection, autocommit=True, statement_timeout=STATEMENT_SECONDS, application_name="tsdb verify"
    )


def _look(session: data.Session) -> Snapshot:
    with session.transaction(), session.cursor() as cursor:
        return look(cursor)


def _lock(session: data.Session, target: Target) -> None:
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        row = session.execute("SELECT pg_try_advisory_lock(%s) AS held", (_LOCK,)).fetchone()
        if row and row["held"]:
            return
        if time.monotonic() > deadline:
            raise Busy(f"another tsdb verify runs on {target.connection}; wait for its end")
        time.sleep(0.5)


def _with_data(
    target: Target, session: data.Session, snapshot: Snapshot, rows: int, keep: bool
) -> tuple[list[measure.Timing], list[Row]]:
    chosen = clear.choose_span(session, snapshot)
    try:
        with report.progress("looking for checks of an earlier run, and refreshing the aggregates as they are"):
            clear.clear(session, snapshot, chosen)
            clear.refresh(session, snapshot, chosen)
        before = data.digests(session, chosen)
        with report.progress(
            f"inserting {rows} checks over {chosen.days:.0f} days and {data.SUBSCRIPTIONS} subscriptions"
        ):
            inserted = data.insert(session, chosen, rows)
        results = [_row("checks inserted", inserted == rows, f"{inserted} of {rows} over {chosen.days:.0f} days")]
        with report.progress("refreshing the aggregates"):
            clear.refresh(session, snapshot, chosen)
        for name in data.AGGREGATES:
            (holds, _), wanted = data.held(session, name), data.between(session, chosen, name)
            # a view of the Apache edition is computed whole, open buckets included
            good = wanted <= holds <= inserted and holds > 0
            results.append(_row(f"{name} holds them", good, f"{holds}, at least {wanted} of closed buckets"))
        known = measure.catalog(session)
        timings = [measure.measure(session, query, known) for query in QUERIES]
        results += [_timing(each) for each in timings]
        removed = 0 if keep else _clean(target, session, snapshot, chosen)
    except BaseException:
        _clean(target, session, snapshot, chosen)  # also after keep, and once more when a signal ended the cleaning
        raise
    if keep:
        results.append(_row("checks kept", True, "the next tsdb verify removes them"))
        return timings, results
    left, after = data.count(session), data.digests(session, chosen)
    results.append(_row("checks removed", left == 0 and removed == inserted, f"{removed} of {inserted}"))
    for name in data.AGGREGATES:
        good = after[name] == before[name] and data.held(session, name)[1] == 0
        results.append(_row(f"{name} as before", good, ""))
    return timings, results


def _clean(target: Target, session: data.Session, snapshot: Snapshot, chosen: Span) -> int:
    """Also after Ctrl-C or a failure, on a session of its own when that one broke: nothing of ours stays."""
    with interrupts.held(_HELD), report.progress("removing the checks"):
        try:
            if session.info.transaction_status == psycopg.pq.TransactionStatus.IDLE:
                with contextlib.suppress(psycopg.OperationalError):
                    return clear.clear(session, snapshot, chosen)
            with _session(target) as another:
                return clear.clear(another, snapshot, chosen)
        except (psycopg.Error, TimescaleDBError) as error:
            raise Failed(
                f"checks of this verification may be left in {target.connection} ({first_line(error)}); run tsdb "
                f"verify again, which removes them"
            ) from None


def _is_good(results: list[Row]) -> bool:
    return all(row["good"] is not False for row in results)


def _row(what: str, good: bool | None, found: str) -> Row:
    found = found or ("yes" if good else "no")
    return {"check": what, "state": STATES[good], "good": good, "found": found, "target": ""}


def _timing(timing: measure.Timing) -> Row:
    found = f"{timing.milliseconds:.2f} ms" + (f"; {timing.problem}" if timing.problem else "")
    return {
        "check": timing.query.name,
        "state": STATES[timing.good],
        "good": timing.good,
        "found": found,
        "target": f"< {timing.query.target_ms:g} ms",
        "milliseconds": round(timing.milliseconds, 3),
        "target_ms": timing.query.target_ms,
    }


def _shown(row: Row) -> str:
    """In capitals what is to be looked at first."""
    return str(row["state"].upper() if row["good"] is False else row["state"])


def _print(results: list[Row], timings: list[measure.Timing], as_json: bool) -> None:
    missed = [timing for timing in timings if not timing.good]
    if as_json:
        plans = {timing.query.name: timing.plan for timing in missed}
        report.document({"good": _is_good(results), "checks": results, "plans": plans})
        return
    shown = [(_shown(row), row["check"], row["found"], row["target"]) for row in results]
    report.table("verify", ("", "check", "found", "target"), shown, as_json=False)
    for timing in missed:
        print(f"\nplan of {timing.query.name}:\n{timing.plan}")
