"""``tsdb drill spot``: the wiring."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from ...database import session as sessions
from ...errors import Failed, Refusal, Unreachable
from ...settings import Settings
from .. import interrupts, report
from ..aws import stack as stacks
from ..aws.clients import Clients, asking
from ..target import Target
from ..verify.aws import ask
from .judge import MODELLED_SECONDS, Outcome, outcome
from .writer import TABLE, Session, Writer

BEFORE_WRITES, AFTER_WRITES = 20, 20
CONNECT_SECONDS = 60.0
ASK_SECONDS = 5.0  # between two questions for the host


def spot(target: Target, *, production: bool, yes: bool, wait: float, as_json: bool) -> bool:
    """End the spot host of a stack while writing, print what was measured, and say whether nothing was lost."""
    wanted = stacks.settings(Path(), target.stack)
    if wanted.ec2.market != "spot":
        raise Refusal(f"the stack {target.stack} has market on-demand, which AWS does not reclaim; name a spot stack")
    if wanted.is_lasting and not production:
        raise Refusal(
            f"the environment {wanted.environment} is one that lasts; add --production if its outage is meant"
        )
    if not yes:
        low, high = (seconds // 60 for seconds in MODELLED_SECONDS)
        raise Refusal(
            f"this ends the host of {target.stack}, an outage of {low} to {high} minutes (modelled); add --yes if it "
            f"is meant"
        )
    measured = measure(target, wanted, Clients(wanted.ec2.region), wait)
    _print(measured, as_json)
    return measured.good


def measure(target: Target, wanted: Settings, clients: Clients, wait: float) -> Outcome:
    """Write, end the host, write on until another one answers; the table goes in any case."""
    with asking("for the host"):
        before = ask.instance(clients, wanted.name)
    writer = Writer(lambda: _session(target))
    with interrupts.raised("the table of the drill is still being removed; please wait"):
        try:
            writer.prepare()
            if not writer.write(lambda count: count >= BEFORE_WRITES, CONNECT_SECONDS):
                raise Failed(f"{target.connection} took no writes; nothing was ended")
            with report.progress(f"ending {before} and writing on"), asking("to end the host"):
                clients("autoscaling").terminate_instance_in_auto_scaling_group(
                    InstanceId=before, ShouldDecrementDesiredCapacity=False
                )
                host = _Host(clients, wanted.name, before)
                writer.write(_after(writer, host), wait)
                ended = time.monotonic()
            after = host.id if host.id != before else ""
            return outcome(writer.writes, _there(writer) if after else None, before, after, ended)
        finally:
            if not writer.clean():
                sys.stderr.write(
                    f"the table {TABLE} may be left; when the database answers, type: DROP TABLE {TABLE}\n"
                )


def _there(writer: Writer) -> set[int] | None:
    """The numbers that the table holds; None where the host that followed does not answer in time."""
    try:
        return writer.there()
    except Unreachable:
        return None


class _Host:
    """Which host runs, asked now and then; writes must not wait for AWS."""

    def __init__(self, clients: Clients, name: str, before: str) -> None:
        self._clients, self._name, self._asked = clients, name, 0.0
        self.id = before

    def look(self) -> str:
        """Id of the running host; the last known one while there is none."""
        if time.monotonic() - self._asked > ASK_SECONDS:
            self._asked = time.monotonic()
            with contextlib.suppress(Failed):  # none, or two, for a moment
                self.id = ask.instance(self._clients, self._name)
        return self.id


def _after(writer: Writer, host: _Host) -> Callable[[int], bool]:
    """True once another host runs and has confirmed some writes."""
    before, since = host.id, [len(writer.writes)]

    def reached(count: int) -> bool:
        if host.look() == before:
            since[0] = count
        return count >= since[0] + AFTER_WRITES and host.id != before

    return reached


def _session(target: Target) -> Session:
    return sessions.connect(target.connection, autocommit=True, statement_timeout=10, application_name="tsdb drill")


def _print(measured: Outcome, as_json: bool) -> None:
    low, high = MODELLED_SECONDS
    if as_json:
        report.document({"good": measured.good, "measured": asdict(measured), "modelled": {"gap_seconds": [low, high]}})
        return
    print(f"{measured.before} was ended; {measured.after or 'no other host'} followed")
    known = measured.lost is not None
    gap = f"{'' if known else 'at least '}{measured.gap_seconds:.1f} s without a confirmed write"
    print(f"measured: {gap}; modelled: {low} to {high} s")
    if known:
        print(f"{measured.lost} of {measured.acknowledged} confirmed writes are lost")
    else:
        print(f"whether any of {measured.acknowledged} confirmed writes is lost is not known")
