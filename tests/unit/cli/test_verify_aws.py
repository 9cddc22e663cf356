"""The AWS half of ``tsdb verify``: what each answer means, and the asking against moto and botocore's stubs.

Stubbed, because moto does not answer it: recovery points, the history of alarms, Systems Manager's list of agents,
sessions, and a command that takes its time. The stubs check each request against the API's model; that AWS answers so
today is not proved here, and no mail is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from pulumi_timescaledb.cli import target
from pulumi_timescaledb.cli.verify.aws import ask, command, judge
from pulumi_timescaledb.cli.verify.aws.judge import Alarm, Point
from pulumi_timescaledb.database.session import Connection
from pulumi_timescaledb.settings import Settings
from pulumi_timescaledb.settings import read as read_settings

from tests.support.aws_account import Account, account

__all__ = ["account"]
NOW = datetime.now(timezone.utc)
PREFIX = "lighthouse-dev-timescaledb"
VAULT = f"{PREFIX}-vault"
HOST = "i-0123456789abcdef0"
ARN = "arn:aws:ec2:us-east-1::snapshot/snap-0123456789abcdef0"


def point(status: str = "COMPLETED", size: int = 1, hours: int = 1) -> Point:
    return Point(ARN, status, size, NOW - timedelta(hours=hours))


@pytest.mark.parametrize(
    ("points", "days", "good", "words"),
    [
        ([], 0, True, "declares no backups"),
        ([], 7, False, "none yet"),
        ([point()], 7, True, "COMPLETED, 1 bytes, 1 h old"),
        ([point(size=0)], 7, False, "0 bytes"),
        ([point("PARTIAL"), point(hours=30)], 7, False, "PARTIAL"),
        ([point(), point("EXPIRED", hours=900)], 7, True, "COMPLETED"),
    ],
)
def test_the_newest_recovery_point_decides(points: list[Point], days: int, good: bool, words: str) -> None:
    _, is_good, found = judge.recovery_point(points, days, NOW)
    assert is_good is good
    assert words in found


@pytest.mark.parametrize(
    ("alarms", "kind", "good", "words"),
    [
        ([], "none", True, "declares no alarms"),
        ([], "free", False, "no alarm has"),
        ([Alarm("a", 3), Alarm("b", 1)], "free", True, "all 2"),
        ([Alarm("a", 3), Alarm("b")], "all", False, "1 of 2 had no data in 15 minutes: b"),
    ],
)
def test_an_alarm_without_data_is_named(alarms: list[Alarm], kind: str, good: bool, words: str) -> None:
    _, is_good, found = judge.alarms(alarms, kind)
    assert is_good is good
    assert words in found


@pytest.mark.parametrize(
    ("subscriptions", "good"),
    [
        ([], False),
        (["arn:aws:sns:x"], True),
        (["PendingConfirmation"], False),
        (["arn:x", "PendingConfirmation"], False),
    ],
)
def test_every_subscription_is_confirmed(subscriptions: list[str], good: bool) -> None:
    assert judge.subscription(subscriptions)[1] is good


def test_a_calm_alarm_that_tells_somebody_is_the_one_that_is_tested() -> None:
    silent, loud, calm = Alarm("a", ok=True), Alarm("b", actions=("arn:x",)), Alarm("c", actions=("arn:x",), ok=True)
    assert judge.to_test([silent, loud, calm]) == calm
    assert judge.to_test([silent, loud]) is None


@pytest.mark.parametrize(("said", "good"), [("true", True), ("false", False), ("No such object: timescaledb", False)])
def test_a_container_runs_or_the_engine_says_why_not(said: str, good: bool) -> None:
    assert judge.container(said)[1] is good


@pytest.mark.parametrize(
    ("status", "opened", "good"), [("Online", True, True), ("Online", False, False), ("ConnectionLost", True, False)]
)
def test_a_session_takes_an_agent_that_is_online(status: str, opened: bool, good: bool) -> None:
    assert judge.session(status, opened)[1] is good


def alarm(account: Account, name: str, **more: Any) -> None:
    account.clients("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="TimescaleDB", MetricName=name, Dimensions=[{"Name": "Database", "Value": "x"}],
        Statistic="Maximum", Period=60, EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold",
        **more,
    )  # fmt: skip


def test_data_of_the_last_minutes_is_counted_by_alarm(account: Account) -> None:
    for name in ("up", "old", "none"):
        alarm(account, f"{PREFIX}-{name}")
    alarm(account, f"{PREFIX}2-up")
    dimensions = [{"Name": "Database", "Value": "x"}]
    for name, minutes in (("up", 5), ("old", 30)):
        datum = {"MetricName": f"{PREFIX}-{name}", "Dimensions": dimensions, "Value": 1.0,
                 "Timestamp": NOW - timedelta(minutes=minutes)}  # fmt: skip
        account.clients("cloudwatch").put_metric_data(Namespace="TimescaleDB", MetricData=[datum])
    found = {each.name: each.values for each in ask.alarms(account.clients, PREFIX, NOW)}
    assert found == {f"{PREFIX}-up": 1, f"{PREFIX}-old": 0, f"{PREFIX}-none": 0}


def test_who_is_subscribed_is_read(account: Account) -> None:
    sns = account.clients("sns")
    topic = sns.create_topic(Name="x")["TopicArn"]
    assert ask.subscriptions(account.clients, topic) == []
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    assert len(ask.subscriptions(account.clients, topic)) == 1


@pytest.mark.parametrize("told", [True, False])
def test_a_test_alarm_is_calmed_again(account: Account, told: bool) -> None:
    """Whether or not it was told; the history is stubbed, as it is written there."""
    summary = "Successfully executed action arn:aws:sns:us-east-1:1:x" if told else "Failed to execute action arn:x"
    history = {"AlarmHistoryItems": [{"AlarmName": "a", "HistoryItemType": "Action", "HistorySummary": summary}]}
    with Stubber(account.clients("cloudwatch")) as stub:
        stub.add_response("set_alarm_state", {}, {"AlarmName": "a", "StateValue": "ALARM", "StateReason": ask.REASON})
        stub.add_response(
            "describe_alarm_history", history, {"AlarmName": "a", "HistoryItemType": "Action", "StartDate": ANY}
        )
        stub.add_response("set_alarm_state", {}, {"AlarmName": "a", "StateValue": "OK", "StateReason": ask.REASON})
        assert ask.set_off(account.clients, "a", poll=0.01, wait=0) is told
        stub.assert_no_pending_responses()


@pytest.fixture
def systems(account: Account) -> Iterator[Stubber]:
    """Systems Manager, stubbed."""
    with Stubber(account.clients("ssm")) as stub:
        yield stub
        stub.assert_no_pending_responses()


def test_a_session_is_opened_and_ended(account: Account, systems: Stubber) -> None:
    agents = {"InstanceInformationList": [{"InstanceId": HOST, "PingStatus": "Online"}]}
    where = {"Filters": [{"Key": "InstanceIds", "Values": [HOST]}]}
    systems.add_response("describe_instance_information", agents, where)
    systems.add_response("start_session", {"SessionId": "s-1", "TokenValue": "canary"}, {"Target": HOST})
    systems.add_response("terminate_session", {"SessionId": "s-1"}, {"SessionId": "s-1"})
    assert ask.session(account.clients, HOST) == ("Online", True)


def test_an_agent_that_nobody_knows_opens_none(account: Account, systems: Stubber) -> None:
    systems.add_response("describe_instance_information", {"InstanceInformationList": []}, None)
    systems.add_client_error("start_session", "TargetNotConnected")
    assert ask.session(account.clients, HOST) == ("", False)


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"Status": "Success", "StandardOutputContent": "true\n"}, "true"),
        ({"Status": "Failed", "StandardErrorContent": "x\nNo such object: timescaledb"}, "No such object: timescaledb"),
        ({"Status": "TimedOut"}, "the command ended as TimedOut"),
    ],
)
def test_the_command_on_the_host_is_waited_for(
    account: Account, systems: Stubber, last: dict[str, str], said: str
) -> None:
    systems.add_response("send_command", {"Command": {"CommandId": "0" * 36}}, None)
    systems.add_client_error("get_command_invocation", "InvocationDoesNotExist")
    systems.add_response("get_command_invocation", {"Status": "InProgress"}, None)
    systems.add_response("get_command_invocation", last, None)
    assert ask.container(account.clients, HOST, "timescaledb", poll=0.01) == said


def settings() -> Settings:
    keys = {"target": "ec2", "environment": "dev", "password_ref": "ssm:/lighthouse/dev/db/password"}
    return read_settings({f"lighthouse:{key}": text for key, text in keys.items()}, "dev")


def test_one_refusal_is_one_row_and_hides_no_other(account: Account) -> None:
    """Without a host nothing is asked of one; what AWS refuses is not good."""
    with Stubber(account.clients("backup")) as stub:
        stub.add_client_error("list_recovery_points_by_backup_vault", "AccessDeniedException", "not for you")
        found = {
            name: (good, text) for name, good, text in command.rows(account.clients, settings(), "", test_alarm=False)
        }
    assert set(found) == {"newest recovery point", "alarms have data", "host"}
    assert not any(good for good, _ in found.values())
    assert "AccessDeniedException" in found["newest recovery point"][1]
    assert "0 running instances" in found["host"][1]


def test_recovery_points_are_read_of_the_stacks_vault(account: Account) -> None:
    made = {"RecoveryPointArn": ARN, "Status": "COMPLETED", "BackupSizeInBytes": 5, "CreationDate": NOW}
    with Stubber(account.clients("backup")) as stub:
        stub.add_response(
            "list_recovery_points_by_backup_vault", {"RecoveryPoints": [made]}, {"BackupVaultName": VAULT}
        )
        assert ask.points(account.clients, VAULT) == [Point(ARN, "COMPLETED", 5, NOW)]


@pytest.mark.parametrize(
    ("outputs", "there"),
    [('{"instance_private_ip": "10.0.0.1"}', True), ('{"instance_private_ip": ""}', False), ("{}", False)],
)
def test_the_outputs_say_whether_the_host_is_on_aws(monkeypatch: pytest.MonkeyPatch, outputs: str, there: bool) -> None:
    monkeypatch.setattr(target, "_pulumi", lambda *_: outputs)
    here = Connection("h", "d", "u")
    assert (target.aws_outputs(target.Target(here, "dev")) is not None) is there
    assert target.aws_outputs(target.Target(here)) is None
