"""``tsdb drill spot``: writes through broken sessions on a real server, while moto replaces the group's instance.

Not proved here: how long a real spot host takes; the server stays up and only its sessions are ended. tests/boot has
hosts that are killed.
"""

from __future__ import annotations

import json
import threading

import pytest
from pulumi_timescaledb.cli.drill import command, judge, writer
from pulumi_timescaledb.cli.target import Target
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.settings import Settings
from pulumi_timescaledb.settings import read as read_settings

from tests.support.aws_account import NAME, Account, account
from tests.support.fix_database import Database

__all__ = ["account"]
END = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'tsdb drill'"


def settings(**more: str) -> Settings:
    keys = {"target": "ec2", "environment": "dev", "password_ref": "ssm:/lighthouse/dev/db/password", **more}
    return read_settings({f"lighthouse:{key}": text for key, text in keys.items()}, "dev")


def left(database: Database) -> bool:
    return database.sql(f"SELECT to_regclass('{writer.TABLE}') IS NOT NULL") == [(True,)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask for the host at every write."""
    monkeypatch.setattr(command, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(writer, "PAUSE_SECONDS", 0.01)


@pytest.mark.usefixtures("quick")
def test_what_is_confirmed_is_counted_through_broken_sessions(database: Database, account: Account) -> None:
    account.group()
    over = threading.Event()

    def end() -> None:
        while not over.wait(0.1):
            database.sql(END)

    thread = threading.Thread(target=end)
    thread.start()
    try:
        before = account.hosts()
        measured = command.measure(Target(database.connection, "dev"), settings(), account.clients, 60)
    finally:
        over.set()
        thread.join()
    assert [measured.before] == before
    assert [measured.after] == account.hosts()
    assert measured.lost == 0
    assert measured.acknowledged >= command.BEFORE_WRITES + command.AFTER_WRITES
    assert measured.gap_seconds > 0
    assert measured.good
    assert not left(database)


@pytest.mark.usefixtures("quick")
def test_without_another_host_it_is_not_good_and_cleans_up(
    database: Database, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto's groups replace at once; one that finds no capacity is told here by setting it to none."""
    account.group()

    def gone(InstanceId: str, ShouldDecrementDesiredCapacity: bool) -> None:
        account.ec2.terminate_instances(InstanceIds=[InstanceId])
        account.autoscaling.update_auto_scaling_group(AutoScalingGroupName=NAME, MinSize=0, DesiredCapacity=0)

    monkeypatch.setattr(account.autoscaling, "terminate_instance_in_auto_scaling_group", gone)
    measured = command.measure(Target(database.connection, "dev"), settings(), account.clients, 2)
    assert measured.after == ""
    assert not measured.good
    assert not left(database)


def test_where_nothing_can_be_written_no_host_is_ended(database: Database, account: Account) -> None:
    account.group()
    before = account.hosts()
    database.sql("CREATE VIEW tsdb_drill AS SELECT 1 AS id")
    with pytest.raises(Exception, match="tsdb_drill"):
        command.measure(Target(database.connection, "dev"), settings(), account.clients, 2)
    assert account.hosts() == before


def test_a_confirmed_row_that_is_gone_is_lost() -> None:
    found = judge.outcome([(1, 0.0), (2, 0.5), (4, 200.0)], {1, 4, 5}, "i-1", "i-2")
    assert (found.acknowledged, found.lost, found.gap_seconds, found.good) == (3, 1, 199.5, False)


@pytest.mark.parametrize(
    ("more", "yes", "words"),
    [
        ({"market": "on-demand"}, True, "has market on-demand"),
        ({"environment": "prod"}, True, "the environment prod is one that lasts"),
        ({}, False, "modelled"),
    ],
)
def test_what_is_not_meant_is_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch, more: dict[str, str], yes: bool, words: str
) -> None:
    monkeypatch.setattr("pulumi_timescaledb.cli.aws.stack.settings", lambda *_: settings(**more))
    with pytest.raises(Refusal, match=words):
        command.spot(Target(database.connection, "dev"), production=False, yes=yes, wait=60, as_json=True)


def test_measured_and_modelled_are_kept_apart(capsys: pytest.CaptureFixture[str]) -> None:
    command._print(judge.Outcome(9, 0, 1.5, "i-1", "i-2"), True)
    said = json.loads(capsys.readouterr().out)
    assert said["measured"]["gap_seconds"] == 1.5
    assert said["modelled"] == {"gap_seconds": list(judge.MODELLED_SECONDS)}
