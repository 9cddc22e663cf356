"""A database is watched, alarms tell somebody, and logs end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity, StackRule

DATABASE, LOGS = "timescaledb:ec2:Database", "aws:cloudwatch/logGroup:LogGroup"
ALARM, COMPOSITE = "aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm"


def _kept(resource: Resource, config: Config) -> Iterator[Finding]:
    days = resource.of("retentionInDays")
    if days is UNKNOWN or (days and days <= config["days"]):
        return
    said = f"keeps logs {days:g} days" if days else "keeps logs for ever"
    yield Finding(said, f"set retention_in_days to {config['days']:g} or less")


def _watched(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    alarms = [each for each in stack if each.type in (ALARM, COMPOSITE)]
    telling = [each for each in alarms if each.of("alarmActions") and each.of("actionsEnabled") is not False]
    for database in (each for each in stack if each.type == DATABASE):
        if not telling:
            what = "has alarms that tell nobody" if alarms else "is watched by no alarm"
            yield Finding(what, "add a watch.Alarms with emails or a topic to this stack", database)


RULES = (
    ResourceRule(
        "log-retention",
        "Logs end: a group without a number is paid for for ever, and texts of queries may hold personal data.",
        (LOGS,),
        _kept,
        level=Level.ADVISORY,
        severity=Severity.LOW,
        options={"days": Option(400, {"type": "integer", "minimum": 1}, "The most days that logs are kept.")},
    ),
    StackRule(
        "watched-database",
        "A database on EC2 has an alarm that tells somebody.",
        _watched,
        level=Level.ADVISORY,
        severity=Severity.MEDIUM,
    ),
)
