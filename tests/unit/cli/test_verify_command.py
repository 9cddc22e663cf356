"""``tsdb verify`` of a stack on AWS, from the command line to the exit code, with a healthy host and with each defect.

Stubbed: the database's half, Pulumi's answers, and of AWS all but the host and the topic's account, since moto answers
neither for recovery points and sessions nor with the history of an alarm. The stubs check each request against the
API's model; no mail is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.stub import ANY, Stubber
from pulumi_timescaledb.cli import target
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.verify import command, objects
from pulumi_timescaledb.cli.verify.aws import ask
from pulumi_timescaledb.errors import Unreachable
from typer.testing import CliRunner, Result

from tests.support.aws_account import REGION, Account, account, project

__all__ = ["account", "project"]
PREFIX = "lighthouse-dev-timescaledb"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:{PREFIX}-alarms"
ALARM = f"{PREFIX}-up"
ROWS = ["newest recovery point", "alarms have data", "subscription confirmed", "test alarm", "host", "session opens",
        "container running"]  # fmt: skip
CONNECTION = {"host": "10.0.0.1", "database": "lighthouse", "user": "u"}


@dataclass(frozen=True)
class Answers:
    """What AWS says; as it is here, all is well."""

    bytes: int = 5
    values: Sequence[float] = (1.0,)
    subscription: str = f"{TOPIC}:0a"
    history: str = f"Successfully executed action {TOPIC}"
    agent: str = "Online"
    refused: str = ""
    container: str = "true\n"
    has_host: bool = True


class Clock:
    """Time that passes while somebody waits; whoever waits once waits long enough."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now

    def sleep(self, _: float) -> None:
        """As long as anything here waits."""
        self.now += ask.WAIT_SECONDS + 1


@pytest.fixture
def verify(account: Account, project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command of the stack dev, whose database is good, with AWS's answers and whether an alarm is tested."""
    outputs = {"instance_private_ip": "10.0.0.1", "alarm_sns_topic_arn": TOPIC}
    good = SimpleNamespace(capabilities=SimpleNamespace(standby=False))
    monkeypatch.chdir(project)  # the command goes into the folder; this brings the next test back
    monkeypatch.setattr(ask, "time", Clock())
    monkeypatch.setattr(
        target, "_pulumi", lambda words, _: json.dumps(CONNECTION if target.OUTPUT in words else outputs)
    )
    monkeypatch.setattr(command, "_session", lambda _: nullcontext())
    monkeypatch.setattr(command, "_look", lambda _: good)
    monkeypatch.setattr(objects, "checks", lambda _: [("PostgreSQL", True, "17.6")])
    monkeypatch.setattr(command, "_lock", lambda *_: None)
    monkeypatch.setattr(command, "_with_data", lambda *_: ([], []))
    # of the region that the stack's file names, and no other
    monkeypatch.setattr(command, "Clients", {REGION: account.clients}.__getitem__)

    def run(answers: Answers, *arguments: str) -> Result:
        host = account.instance() if answers.has_host else ""
        with ExitStack() as open_stubs:
            said = {each: open_stubs.enter_context(Stubber(account.clients(each)))
                    for each in ("backup", "cloudwatch", "sns", "ssm")}  # fmt: skip
            answer(said, answers, host, test_alarm="--test-alarm" in arguments)
            found = CliRunner().invoke(app, ["verify", "-s", "dev", "-C", str(project), *arguments])
            for each in said.values():
                each.assert_no_pending_responses()
        return found

    return run


def answer(said: dict[str, Stubber], answers: Answers, host: str, *, test_alarm: bool) -> None:
    """Each question that is asked, in its order, and no other: an unasked one ends in a row that falls short."""
    point = {"RecoveryPointArn": f"arn:aws:ec2:{REGION}::snapshot/snap-0a", "Status": "COMPLETED",
             "BackupSizeInBytes": answers.bytes, "CreationDate": datetime.now(timezone.utc)}  # fmt: skip
    said["backup"].add_response(
        "list_recovery_points_by_backup_vault", {"RecoveryPoints": [point]}, {"BackupVaultName": f"{PREFIX}-vault"}
    )
    alarm = {"AlarmName": ALARM, "Namespace": "TimescaleDB", "MetricName": "Up", "Dimensions": [], "StateValue": "OK",
             "AlarmActions": [TOPIC], "ActionsEnabled": True}  # fmt: skip
    watch = said["cloudwatch"]
    watch.add_response(
        "describe_alarms", {"MetricAlarms": [alarm]}, {"AlarmNamePrefix": f"{PREFIX}-", "AlarmTypes": ANY}
    )
    values = {"Id": "a0", "Values": list(answers.values)}
    watch.add_response(
        "get_metric_data", {"MetricDataResults": [values]}, {"MetricDataQueries": ANY, "StartTime": ANY, "EndTime": ANY}
    )
    subscriptions = [{"SubscriptionArn": answers.subscription, "TopicArn": TOPIC}]
    said["sns"].add_response("list_subscriptions_by_topic", {"Subscriptions": subscriptions}, {"TopicArn": TOPIC})
    if test_alarm:
        _tested(watch, answers.history)
    if host:
        _of_host(said["ssm"], answers, host)


def _tested(watch: Stubber, summary: str) -> None:
    watch.add_response("set_alarm_state", {}, {"AlarmName": ALARM, "StateValue": "ALARM", "StateReason": ask.REASON})
    items = {"AlarmHistoryItems": [{"AlarmName": ALARM, "HistoryItemType": "Action", "HistorySummary": summary}]}
    asked = {"AlarmName": ALARM, "HistoryItemType": "Action", "StartDate": ANY}
    for _ in range(1 if summary.startswith("Successfully") else 2):  # asked again after a wait
        watch.add_response("describe_alarm_history", items, asked)
    watch.add_response("set_alarm_state", {}, {"AlarmName": ALARM, "StateValue": "OK", "StateReason": ask.REASON})


def _of_host(systems: Stubber, answers: Answers, host: str) -> None:
    agents = {"InstanceInformationList": [{"InstanceId": host, "PingStatus": answers.agent}]}
    systems.add_response("describe_instance_information", agents, {"Filters": ANY})
    if answers.refused:
        systems.add_client_error("start_session", answers.refused, "no", expected_params={"Target": host})
    else:
        systems.add_response("start_session", {"SessionId": "s-1", "TokenValue": "canary"}, {"Target": host})
        systems.add_response("terminate_session", {"SessionId": "s-1"}, {"SessionId": "s-1"})
    which = {"CommandId": "0" * 36, "InstanceId": host}
    systems.add_response("send_command", {"Command": {"CommandId": "0" * 36}}, None)
    systems.add_response(
        "get_command_invocation", {"Status": "Success", "StandardOutputContent": answers.container}, which
    )


def checks(answer: Result) -> dict[str, dict[str, Any]]:
    """Those of AWS by their names."""
    return {each["check"]: each for each in json.loads(answer.stdout)["checks"] if each["check"] != "PostgreSQL"}


def test_a_healthy_host_on_aws_passes_with_its_test_alarm(verify: Callable[..., Result]) -> None:
    answer = verify(Answers(), "--test-alarm", "--json")
    assert answer.exit_code == 0, answer.output
    found = checks(answer)
    assert list(found) == ROWS
    assert {(each["state"], each["good"]) for each in found.values()} == {("ok", True)}
    assert json.loads(answer.stdout)["good"] is True
    assert found["test alarm"]["found"].startswith(f"{ALARM}: told the topic")
    assert "canary" not in answer.output


@pytest.mark.parametrize(
    ("answers", "short", "words"),
    [
        (Answers(bytes=0), {"newest recovery point"}, "0 bytes"),
        (Answers(values=()), {"alarms have data"}, "had no data in 15 minutes"),
        (Answers(subscription="PendingConfirmation"), {"subscription confirmed"}, "0 confirmed, 1 not"),
        (Answers(history="Failed to execute action"), {"test alarm"}, "the topic was not told"),
        (Answers(has_host=False), {"host"}, "0 running instances"),
        (Answers(agent="ConnectionLost", refused="TargetNotConnected"), {"session opens"}, "no session was given"),
        (Answers(refused="AccessDeniedException"), {"session opens"}, "AccessDeniedException"),
        (Answers(container="false\n"), {"container running"}, "no"),
    ],
)
def test_each_defect_on_aws_is_the_one_row_that_falls_short(
    verify: Callable[..., Result], answers: Answers, short: set[str], words: str
) -> None:
    """And the exit code tells of it."""
    answer = verify(answers, "--test-alarm", "--json")
    assert answer.exit_code == 1, answer.output
    found = checks(answer)
    assert json.loads(answer.stdout)["good"] is False
    assert {name for name, each in found.items() if each["state"] == "short"} == short
    assert {name for name, each in found.items() if each["good"] is False} == short
    (row,) = (found[name] for name in short)
    assert words in row["found"]
    missing = set(ROWS) - set(found)
    assert missing == (set() if answers.has_host else {"session opens", "container running"})


def test_an_alarm_that_nobody_asked_to_test_is_neither_good_nor_a_failure(verify: Callable[..., Result]) -> None:
    """No alarm is set off: the stub would not answer."""
    answer = verify(Answers(), "--json")
    assert answer.exit_code == 0, answer.output
    row = checks(answer)["test alarm"]
    assert (row["state"], row["good"]) == ("not asked", None)
    assert "--test-alarm" in row["found"]
    assert json.loads(answer.stdout)["good"] is True


def test_aws_is_asked_also_while_the_database_does_not_answer(
    verify: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is when somebody looks for a backup; a stack that is not on AWS has the refusal alone."""

    def silent(_: Any) -> None:
        raise Unreachable("10.0.0.1:5432 does not answer; see whether it runs")

    monkeypatch.setattr(command, "_session", silent)
    answer = verify(Answers(), "--json")
    assert answer.exit_code == 1, answer.output
    found = checks(answer)
    assert list(found) == ["database answers", *ROWS]
    assert found["database answers"]["found"].startswith("10.0.0.1:5432 does not answer; ")
    assert found["newest recovery point"]["good"] is True
    monkeypatch.setattr(command, "_on_aws", lambda *_: [])
    alone = CliRunner().invoke(app, ["verify", "-s", "dev"])
    assert (alone.exit_code, alone.stdout) == (2, "")
    assert "10.0.0.1:5432 does not answer" in alone.stderr


@pytest.mark.parametrize(("answers", "code"), [(Answers(), 0), (Answers(container="false\n"), 1)])
def test_the_table_shows_what_was_not_asked(verify: Callable[..., Result], answers: Answers, code: int) -> None:
    answer = verify(answers)
    assert answer.exit_code == code
    states = {name: line.split(name)[0] for line in answer.stdout.splitlines() for name in ROWS if name in line}
    assert "not asked" in states["test alarm"]
    assert "ok" in states["host"]
    assert ("SHORT" in states["container running"]) == (code == 1)
