"""AWS's answers, by boto3. A test alarm is the one thing here that anybody notices."""

from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone
from typing import Any

from ....errors import Failed
from ....hosts.ec2.checks import IDENTITY_TAG
from ...aws.clients import Clients, code_of
from .judge import FRESH_MINUTES, Alarm, Point

PERIOD = 300  # seconds: what EC2's basic monitoring sends
QUERIES_A_CALL = 500  # GetMetricData (CloudWatch API reference)
WAIT_SECONDS = 60.0
REASON = "tsdb verify: a test of who is told, nothing is wrong"
_DOCUMENT = "AWS-RunShellScript"


def points(clients: Clients, vault: str) -> list[Point]:
    """The recovery points of a vault."""
    pages = clients("backup").get_paginator("list_recovery_points_by_backup_vault").paginate(BackupVaultName=vault)
    return [
        Point(each["RecoveryPointArn"], each["Status"], int(each.get("BackupSizeInBytes") or 0), each["CreationDate"])
        for page in pages
        for each in page["RecoveryPoints"]
    ]


def alarms(clients: Clients, prefix: str, now: datetime) -> list[Alarm]:
    """The metric alarms of a prefix, with how many values each one's metric had; composites have no metric."""
    cloudwatch = clients("cloudwatch")
    pages = cloudwatch.get_paginator("describe_alarms").paginate(
        AlarmNamePrefix=f"{prefix}-", AlarmTypes=["MetricAlarm"]
    )
    said = [each for page in pages for each in page["MetricAlarms"]]
    values: dict[str, int] = {}
    for start in range(0, len(said), QUERIES_A_CALL):
        values |= _values(cloudwatch, said[start : start + QUERIES_A_CALL], now)
    return [
        Alarm(
            each["AlarmName"],
            values.get(each["AlarmName"], 0),
            tuple(each.get("AlarmActions", ())) if each.get("ActionsEnabled", True) else (),
            each.get("StateValue") == "OK",
        )
        for each in said
    ]


def _values(cloudwatch: Any, said: list[dict[str, Any]], now: datetime) -> dict[str, int]:
    names = {f"a{number}": each["AlarmName"] for number, each in enumerate(said)}
    queries = [
        {
            "Id": f"a{number}",
            "MetricStat": {
                "Metric": {key: each[key] for key in ("Namespace", "MetricName", "Dimensions") if key in each},
                "Period": PERIOD,
                "Stat": "SampleCount",
            },
        }
        for number, each in enumerate(said)
        if "MetricName" in each
    ]
    found = dict.fromkeys(names.values(), 0)
    window = {"StartTime": now - timedelta(minutes=FRESH_MINUTES), "EndTime": now}
    for page in cloudwatch.get_paginator("get_metric_data").paginate(MetricDataQueries=queries, **window):
        for each in page["MetricDataResults"]:
            found[names[each["Id"]]] += len(each["Values"])
    return found


def subscriptions(clients: Clients, topic: str) -> list[str]:
    """Who is told by a topic: the ARN of each subscription, or SNS's words for one that waits."""
    pages = clients("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    return [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]


def set_off(clients: Clients, name: str, poll: float = 2.0, wait: float = WAIT_SECONDS) -> bool:
    """Set an alarm off, wait until CloudWatch has told the topic, and calm it again.

    Raises:
        ClientError: as boto3 does; the alarm is calmed all the same.
    """
    cloudwatch, began = clients("cloudwatch"), datetime.now(timezone.utc) - timedelta(seconds=1)
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason=REASON)
    try:
        deadline = time.monotonic() + wait
        while True:
            said = cloudwatch.describe_alarm_history(AlarmName=name, HistoryItemType="Action", StartDate=began)
            if any("Successfully executed" in each["HistorySummary"] for each in said["AlarmHistoryItems"]):
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(poll)
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason=REASON)


def instance(clients: Clients, name: str) -> str:
    """The running host; raises Failed without one."""
    where = [
        {"Name": f"tag:{IDENTITY_TAG}", "Values": [name]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    said = clients("ec2").describe_instances(Filters=where)["Reservations"]
    found = sorted(each["InstanceId"] for one in said for each in one["Instances"])
    if len(found) != 1:
        raise Failed(f"{len(found)} running instances have the tag {IDENTITY_TAG}={name}; one is wanted")
    return str(found[0])


def session(clients: Clients, host: str) -> tuple[str, bool]:
    """Status of the agent, and whether a session was given; it is ended at once."""
    from botocore.exceptions import ClientError

    ssm = clients("ssm")
    where = [{"Key": "InstanceIds", "Values": [host]}]
    said = ssm.describe_instance_information(Filters=where)["InstanceInformationList"]
    status = str(said[0]["PingStatus"]) if said else ""
    try:
        opened = ssm.start_session(Target=host)["SessionId"]
    except ClientError as error:
        if code_of(error) != "TargetNotConnected":
            raise
        return status, False
    ssm.terminate_session(SessionId=opened)
    return status, True


def container(clients: Clients, host: str, name: str, poll: float = 2.0, wait: float = WAIT_SECONDS) -> str:
    """What the engine on the host says of the container: ``true``, ``false``, or why there is no word."""
    from botocore.exceptions import ClientError

    ssm = clients("ssm")
    script = f"docker inspect --format '{{{{.State.Running}}}}' {name}"
    sent = ssm.send_command(InstanceIds=[host], DocumentName=_DOCUMENT, Parameters={"commands": [script]})
    which = {"CommandId": sent["Command"]["CommandId"], "InstanceId": host}
    deadline = time.monotonic() + wait
    while True:
        try:
            said = ssm.get_command_invocation(**which)
        except ClientError as error:
            if code_of(error) != "InvocationDoesNotExist":  # it is known a moment after it was sent
                raise
            said = {"Status": "Pending"}
        if said["Status"] == "Success":
            return str(said["StandardOutputContent"]).strip()
        if said["Status"] not in ("Pending", "InProgress", "Delayed"):
            words = str(said.get("StandardErrorContent", "")).strip().splitlines()
            return words[-1] if words else f"the command ended as {said['Status']}"
        if time.monotonic() > deadline:
            return f"the host ran no command within {wait:.0f} s"
        time.sleep(poll)
