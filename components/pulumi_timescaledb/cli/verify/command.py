"""``tsdb verify``: the wiring."""

from __future__ import annotations

import json
from typing import Any

from ...database import session as sessions
from ...database.snapshot import look
from ...errors import Refusal
from .. import report
from ..target import Target
from . import data, measure, objects
from .queries import QUERIES

Row = dict[str, Any]


def run(target: Target, *, rows: int, keep: bool, as_json: bool) -> bool:
    """Verify, print, and say whether everything was good."""
    if keep and target.stack.rpartition("/")[2] == "prod":
        raise Refusal("--keep is refused in the stack prod, where test checks would stay among real ones; leave it out")
    results: list[Row] = []
    timings: list[measure.Timing] = []
    with sessions.connect(target.connection, statement_timeout=600, application_name="tsdb verify") as session:
        with session.cursor() as cursor:
            snapshot = look(cursor)
        session.rollback()
        session.autocommit = True
        for what, good, text in objects.checks(snapshot):
            results.append(_row(what, good, text))
        if all(row["good"] for row in results):
            timings, more = _with_data(session, snapshot.capabilities, rows, keep)
            results += more
        else:
            results.append(_row("checks inserted", False, "not tried: objects are missing"))
    _print(results, timings, as_json)
    return all(row["good"] for row in results)


def _with_data(session: data.Session, can: Any, rows: int, keep: bool) -> tuple[list[measure.Timing], list[Row]]:
    results = []
    if data.remove(session):  # left by a run that was killed
        with report.progress("removing the checks of an earlier run"):
            data.refresh(session, can)
    with report.progress("refreshing the aggregates as they are"):
        data.refresh(session, can)
    before = data.digests(session)
    timings: list[measure.Timing] = []
    try:
        with report.progress(f"inserting {rows} checks over {data.DAYS} days and {data.SUBSCRIPTIONS} subscriptions"):
            inserted = data.insert(session, rows)
        results.append(_row("checks inserted", inserted == rows, f"{inserted} of {rows}"))
        with report.progress("refreshing the aggregates"):
            data.refresh(session, can)
        changed = data.digests(session)
        for name in data.AGGREGATES:
            results.append(_row(f"{name} holds them", changed[name] != before[name], ""))
        belongs = measure.owners(session)
        timings = [measure.measure(session, query, belongs) for query in QUERIES]
        results += [_timing(each) for each in timings]
    finally:
        if not keep:
            removed = _clean(session, can)
    if not keep:
        after = data.digests(session)
        results.append(_row("checks removed", data.count(session) == 0, f"{removed} rows"))
        for name in data.AGGREGATES:
            results.append(_row(f"{name} as before", after[name] == before[name], ""))
    return timings, results


def _clean(session: data.Session, can: Any) -> int:
    """Also after Ctrl-C or a failure: nothing of ours stays."""
    with report.progress("removing the checks"):
        removed = data.remove(session)
        data.refresh(session, can)
    return removed


def _row(what: str, good: bool, found: str) -> Row:
    return {"check": what, "good": good, "found": found or ("yes" if good else "no"), "target": ""}


def _timing(timing: measure.Timing) -> Row:
    found = f"{timing.milliseconds:.2f} ms" + (f"; {timing.problem}" if timing.problem else "")
    return {
        "check": timing.query.name,
        "good": timing.good,
        "found": found,
        "target": f"< {timing.query.target_ms:g} ms",
        "milliseconds": round(timing.milliseconds, 3),
        "target_ms": timing.query.target_ms,
    }


def _print(results: list[Row], timings: list[measure.Timing], as_json: bool) -> None:
    missed = [timing for timing in timings if not timing.good]
    if as_json:
        plans = {timing.query.name: timing.plan for timing in missed}
        print(json.dumps({"checks": results, "plans": plans}, indent=2))
        return
    shown = [(("ok" if row["good"] else "SHORT"), row["check"], row["found"], row["target"]) for row in results]
    report.table("verify", ("", "check", "found", "target"), shown, as_json=False)
    for timing in missed:
        print(f"\nplan of {timing.query.name}:\n{timing.plan}")
