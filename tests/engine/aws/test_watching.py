"""Alarms, dashboard, rules, logs and topics: up, quiet, changes, drift shown and repaired, an end without rests.

Whether an alarm goes off is not proved: nothing here measures anything.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.engine.aws.stage import Spec, Stage

pytestmark = pytest.mark.sample("aws", of="types", count=3)

PATTERN = {"source": ["aws.autoscaling"], "detail-type": ["EC2 Instance Launch Unsuccessful"]}


def alarm(name: str, **changes: Any) -> Spec:
    """An alarm on one metric."""
    base: dict[str, Any] = {
        "name": name,
        "namespace": "AWS/EC2",
        "metric_name": "CPUUtilization",
        "dimensions": {"AutoScalingGroupName": "fleet"},
        "statistic": "Average",
        "period": 60,
        "evaluation_periods": 15,
        "datapoints_to_alarm": 15,
        "threshold": 80,
        "comparison_operator": "GreaterThanOrEqualToThreshold",
        "treat_missing_data": "missing",
        "alarm_description": "busy",
        "alarm_actions": [{"of": "topic.arn"}],
        "tags": {"Name": name},
    }
    return ("cloudwatch.MetricAlarm", name, {**base, **changes})


def math() -> Spec:
    """An alarm on an expression."""
    metric = {"namespace": "AWS/EBS", "metric_name": "VolumeReadOps", "period": 60, "stat": "Sum"}
    queries = [
        {"id": "rate", "expression": "reads / 60", "label": "reads a second", "return_data": True},
        {"id": "reads", "metric": {**metric, "dimensions": {"VolumeId": "vol-1"}}},
    ]
    return (
        "cloudwatch.MetricAlarm",
        "math",
        {
            "name": "math",
            "metric_queries": queries,
            "comparison_operator": "GreaterThanThreshold",
            "threshold": 2500.5,
            "evaluation_periods": 3,
        },
    )


def everything(body: str = "one", days: int = 30, **changes: Any) -> list[Spec]:
    """All types of this file."""
    widget = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 3, "properties": {"markdown": body}}
    publish = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sns:Publish",
                "Principal": {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
                "Resource": "*",
            }
        ],
    }
    mail = {"topic": {"of": "topic.arn"}, "protocol": "email", "endpoint": "db@example.org"}
    paths = {"input_paths": {"group": "$.detail.AutoScalingGroupName"}, "input_template": '"no host in <group>"'}
    return [
        ("sns.Topic", "topic", {"display_name": "database", "tags": {"a": "b"}}),
        ("sns.TopicPolicy", "policy", {"arn": {"of": "topic.arn"}, "policy": json.dumps(publish)}),
        ("sns.TopicSubscription", "mail", mail),
        alarm("busy", **changes),
        math(),
        (
            "cloudwatch.CompositeAlarm",
            "down",
            {
                "alarm_name": "down",
                "alarm_rule": "ALARM(busy) OR ALARM(math)",
                "alarm_actions": [{"of": "topic.arn"}],
                "actions_suppressor": {"alarm": "math", "wait_period": 60, "extension_period": 60},
                "tags": {"Name": "down"},
            },
            {"after": ["busy", "math"]},
        ),
        (
            "cloudwatch.Dashboard",
            "board",
            {"dashboard_name": "board", "dashboard_body": json.dumps({"widgets": [widget]}, indent=1)},
        ),
        ("cloudwatch.EventRule", "failed", {"event_pattern": json.dumps(PATTERN), "tags": {"a": "b"}}),
        (
            "cloudwatch.EventTarget",
            "tell",
            {"rule": {"of": "failed.name"}, "arn": {"of": "topic.arn"}, "input_transformer": paths},
        ),
        ("cloudwatch.LogGroup", "logs", {"retention_in_days": days, "tags": {"a": "b"}}),
    ]


def test_watching_comes_up_stays_quiet_changes_and_goes(stage: Stage) -> None:
    stage.declare(*everything())
    stage.up()
    stage.quiet()
    stage.declare(*everything("two", 90, threshold=95, tags={"Name": "busier"}))
    assert stage.steps() == {"busy": "update", "board": "update", "logs": "update"}
    assert stage.changed("busy") == {"threshold", "tags.Name"}
    stage.up()
    stage.quiet()
    watch = stage.client("cloudwatch")
    live = watch.describe_alarms(AlarmNames=["busy", "down"], AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert live["MetricAlarms"][0]["Threshold"] == 95
    assert live["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"
    assert live["CompositeAlarms"][0]["AlarmRule"] == "ALARM(busy) OR ALARM(math)"
    assert live["CompositeAlarms"][0]["ActionsSuppressor"] == "math"
    stage.destroy()
    found = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert found["MetricAlarms"] == found["CompositeAlarms"] == []
    assert watch.list_dashboards()["DashboardEntries"] == []
    assert stage.client("events").list_rules()["Rules"] == []
    assert stage.client("logs").describe_log_groups()["logGroups"] == []
    assert stage.client("sns").list_topics()["Topics"] == []


def test_deleted_alarms_an_open_topic_and_a_removed_target_are_shown_and_repaired(stage: Stage) -> None:
    stage.declare(*everything())
    stage.up()
    watch, ids = stage.client("cloudwatch"), stage.stack.outputs()
    watch.delete_alarms(AlarmNames=["busy", "down"])
    stage.client("sns").set_topic_attributes(
        TopicArn=ids["topic"], AttributeName="DisplayName", AttributeValue="somebody else's"
    )
    stage.client("events").disable_rule(Name=ids["failed"])
    target = ids["tell"].removeprefix(f"{ids['failed']}-")
    stage.client("events").remove_targets(Rule=ids["failed"], Ids=[target])
    stage.client("logs").delete_retention_policy(logGroupName=ids["logs"])
    body = json.loads(watch.get_dashboard(DashboardName="board")["DashboardBody"])
    watch.put_dashboard(DashboardName="board", DashboardBody=json.dumps({**body, "periodOverride": "inherit"}))
    assert stage.steps() == {
        "busy": "create", "down": "create", "topic": "update", "failed": "update", "tell": "create",
        "logs": "update", "board": "update",
    }  # fmt: skip
    stage.up()
    stage.quiet()
    found = watch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert {each["AlarmName"] for each in found["MetricAlarms"]} == {"busy", "math"}
    assert [each["AlarmName"] for each in found["CompositeAlarms"]] == ["down"]


def test_an_alarm_of_another_name_is_another_alarm(stage: Stage) -> None:
    topic = everything()[0]
    stage.declare(topic, alarm("busy"))
    stage.up()
    stage.declare(topic, ("cloudwatch.MetricAlarm", "busy", {**alarm("busy")[2], "name": "busier"}))
    assert "replace" in stage.steps()["busy"]
    stage.up()
    found = stage.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert [each["AlarmName"] for each in found] == ["busier"]
