"""The end of a spot host under writes, with its notice and without one, and what it cost those who write.

The next host "launches" here the moment it is asked for; on EC2 its launch and the start of its system come on top.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import psycopg

from tests.boot.rig.host import Host
from tests.boot.rig.rig import Rig
from tests.boot.rig.writer import Writer

NOTICE = '{"action": "terminate", "time": "2026-01-01T00:00:00Z"}'
_SECONDS = 150


@dataclass(frozen=True)
class Reclaim:
    """What happened.

    Attributes:
        gap: longest time in seconds between two acknowledged writes.
        acknowledged: how many writes were.
        lost: acknowledged numbers that the next host does not have.
        ended: id of the host that went.
        log: what it said from the notice on; empty without one.
        heir_log: what the next host's server said.
    """

    gap: float
    acknowledged: int
    lost: list[int]
    ended: str
    log: str = ""
    heir_log: str = ""


def with_notice(rig: Rig) -> Reclaim:
    """The host asks for the next, which boots while this one stops and waits for the volume that is given back."""
    rig.values = replace(rig.values, group="the-group")
    hosts = [rig.booted()]
    old, booting = hosts[0], []

    def launch() -> None:
        hosts.append(rig.host())
        booting.append(hosts[-1].start("run"))

    rig.cloud.next_host = launch
    writer = _writer(hosts)
    watch = old.start("watch")
    old.metadata.values["meta-data/spot/instance-action"] = NOTICE
    log, _ = watch.communicate(timeout=_SECONDS)
    assert watch.returncode == 0, log
    assert len(booting) == 1, log
    next_log, _ = booting[0].communicate(timeout=_SECONDS)
    assert booting[0].returncode == 0, next_log
    return _outcome(writer, hosts, log)


def without_notice(rig: Rig) -> Reclaim:
    """The host is gone at once, its file system stopped where it was; the next one recovers from the volume."""
    hosts = [rig.booted()]
    writer = _writer(hosts)
    hosts[0].power_off()
    rig.cloud.release(rig.cloud.volume_ids()[0])
    hosts.append(rig.host())
    hosts[-1].boot()
    return _outcome(writer, hosts)


def _writer(hosts: list[Host]) -> Writer:
    """A writer that knows the password, and follows the address: the newest host's."""
    password = hosts[0].password()

    def connect() -> psycopg.Connection[tuple[object, ...]]:
        return hosts[-1].connect(password)

    hosts[0].execute("CREATE TABLE written (n bigint PRIMARY KEY)")
    made = Writer(connect)
    made.start()
    made.wait_for(200)
    return made


def _outcome(writer: Writer, hosts: list[Host], log: str = "") -> Reclaim:
    """Once writes are acknowledged again."""
    writer.wait_for(50)
    writer.stop()
    stored = {row[0] for row in hosts[-1].query("SELECT n FROM written")}
    lost = [number for number in writer.acknowledged if number not in stored]
    return Reclaim(writer.longest_gap, len(writer.acknowledged), lost, hosts[0].id, log, hosts[-1].said())
