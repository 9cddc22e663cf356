"""``tsdb drill spot`` where it does not go well: no figure that nobody knows, and a server's refusal in one sentence.

Not proved here: a drill through a real server's sessions (tests/database/cli), nor how long a spot host takes.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from psycopg import sql
from pulumi_timescaledb.cli import target
from pulumi_timescaledb.cli.drill import command, judge, writer
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.target import Target
from pulumi_timescaledb.database import session as sessions
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.errors import Unreachable
from typer.testing import CliRunner

from tests.support.aws_account import NAME, Account, account, project

__all__ = ["account", "project"]
WRITES = [(1, 0.0), (2, 0.5), (3, 1.0)]


class Server:
    """A session that answers as it is told; ends: after so many writes no further one is confirmed."""

    def __init__(self) -> None:
        self.ends = 1_000_000
        self.refuses: dict[str, psycopg.Error] = {}
        self.written: list[int] = []

    def execute(self, statement: sql.Composed, values: tuple[int, ...] = ()) -> list[dict[str, int]]:
        """The first word decides."""
        word = statement.as_string(None).split()[0]
        if word in self.refuses:
            raise self.refuses[word]
        if word == "INSERT":
            if len(self.written) >= self.ends:
                raise psycopg.OperationalError("the connection is closed")
            self.written += values
        return [{"id": each} for each in self.written]

    def close(self) -> None:
        """Nothing to end."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    """What every session of the drill leads to; a clock on which a write takes a second, and no waiting."""
    made = Server()
    ticks = itertools.count()
    clock = SimpleNamespace(monotonic=lambda: float(next(ticks)), sleep=lambda _: None)
    monkeypatch.setattr(command, "time", clock)
    monkeypatch.setattr(writer, "time", clock)
    monkeypatch.setattr(command, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(command, "CONNECT_SECONDS", 600.0)
    monkeypatch.setattr(sessions, "connect", lambda *_, **__: made)
    monkeypatch.setattr(target, "choose", lambda *_: Target(Connection("h", "d", "u"), "dev"))
    return made


def no_capacity(account: Account, monkeypatch: pytest.MonkeyPatch, server: Server) -> None:
    """The group ends its host and gets no other; with the host the server goes."""

    def gone(InstanceId: str, ShouldDecrementDesiredCapacity: bool) -> None:
        server.ends = len(server.written)
        account.ec2.terminate_instances(InstanceIds=[InstanceId])
        account.autoscaling.update_auto_scaling_group(AutoScalingGroupName=NAME, MinSize=0, DesiredCapacity=0)

    monkeypatch.setattr(account.autoscaling, "terminate_instance_in_auto_scaling_group", gone)
    monkeypatch.setattr(command, "Clients", lambda _: account.clients)


def drill(project: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> Any:
    """The command as it is typed, in the project's folder."""
    monkeypatch.chdir(project)
    return CliRunner().invoke(app, ["drill", "spot", "-s", "dev", "--yes", "--wait", "200", *more])


def test_where_no_host_follows_nothing_is_said_to_be_lost(
    account: Account, project: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can tell; and the outage lasts to the end of the drill at least."""
    account.group()
    no_capacity(account, monkeypatch, server)
    answer = drill(project, monkeypatch, "--json")
    assert answer.exit_code == 1, answer.output
    said = json.loads(answer.stdout)
    assert said["good"] is False
    assert said["measured"]["lost"] is None
    assert said["measured"]["after"] == ""
    assert said["measured"]["acknowledged"] == command.BEFORE_WRITES
    assert said["measured"]["gap_seconds"] >= 200


def test_people_are_told_that_it_is_not_known(
    account: Account, project: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.group()
    no_capacity(account, monkeypatch, server)
    answer = drill(project, monkeypatch)
    assert answer.exit_code == 1, answer.output
    assert "no other host followed" in answer.stdout
    assert "measured: at least 2" in answer.stdout
    assert f"whether any of {command.BEFORE_WRITES} confirmed writes is lost is not known" in answer.stdout
    assert "are lost" not in answer.stdout


def test_a_host_that_follows_and_does_not_answer_says_nothing_either(
    account: Account, project: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto's group replaces at once; the database on the new host stays away."""
    account.group()
    (before,) = account.hosts()
    real = account.autoscaling.terminate_instance_in_auto_scaling_group

    def unanswered(*_: Any, **__: Any) -> Server:
        raise Unreachable("the database d at h:5432 cannot be reached")

    def ends(**asked: Any) -> None:
        server.ends = len(server.written)
        monkeypatch.setattr(sessions, "connect", unanswered)
        real(**asked)

    monkeypatch.setattr(account.autoscaling, "terminate_instance_in_auto_scaling_group", ends)
    monkeypatch.setattr(command, "Clients", lambda _: account.clients)
    answer = drill(project, monkeypatch, "--json")
    assert answer.exit_code == 1, answer.output
    measured = json.loads(answer.stdout)["measured"]
    assert (measured["before"], [measured["after"]], measured["lost"]) == (before, account.hosts(), None)
    assert measured["gap_seconds"] >= 200


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("CREATE", "cannot be made (permission denied for schema public); nothing was ended"),
        ("DROP", "cannot be made (permission denied for schema public); nothing was ended"),
        ("SELECT", "cannot be read (permission denied for schema public); what was lost is not known"),
    ],
)
def test_what_the_server_refuses_is_one_sentence(
    account: Account, project: Path, server: Server, monkeypatch: pytest.MonkeyPatch, word: str, words: str
) -> None:
    account.group()
    before = account.hosts()
    server.refuses[word] = psycopg.errors.InsufficientPrivilege("permission denied for schema public\nLINE 1: x")
    monkeypatch.setattr(command, "Clients", lambda _: account.clients)
    answer = drill(project, monkeypatch)
    assert answer.exit_code == 2, answer.output
    assert isinstance(answer.exception, SystemExit)
    assert answer.stdout == ""
    assert f"error: the drill's table {writer.TABLE} {words}" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert (account.hosts() == before) is (word != "SELECT")


@pytest.mark.parametrize(
    ("there", "ended", "lost", "gap"),
    [
        ({1, 2, 3}, None, 0, 0.5),
        ({1, 3}, 1.1, 1, 0.5),
        ({1, 2, 3}, 61.0, 0, 60.0),
        (None, 901.0, None, 900.0),
        (set(), 901.0, 3, 900.0),
    ],
)
def test_the_time_without_a_write_lasts_to_the_end_of_the_drill(
    there: set[int] | None, ended: float | None, lost: int | None, gap: float
) -> None:
    """An empty table has lost all; no table to ask has lost what nobody knows."""
    found = judge.outcome(WRITES, there, "i-1", "i-2", ended)
    assert (found.acknowledged, found.lost) == (3, lost)
    assert found.gap_seconds == pytest.approx(gap)
    assert found.good is (lost == 0)
