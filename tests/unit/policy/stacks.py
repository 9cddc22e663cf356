"""For every rule over a whole stack, stacks of both kinds whose every value is known, and the options they are for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from timescaledb_policy.priced import total
from timescaledb_policy.resource import Resource

URN = "urn:pulumi:prod::lighthouse::{}::{}"
BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
COMPANIONS = {"encrypted-bucket": ENCRYPTION, "private-bucket": ACCESS, "versioned-bucket": VERSIONING}
VOLUME, SELECTION, PLAN = "aws:ebs/volume:Volume", "aws:backup/selection:Selection", "aws:backup/plan:Plan"
DATABASE, ALARM = "timescaledb:ec2:Database", "aws:cloudwatch/metricAlarm:MetricAlarm"
MANAGED, STACK = "timescaledb:managed:Database", "pulumi:pulumi:Stack"
INSTANCE, GROUP = "aws:ec2/instance:Instance", "aws:autoscaling/group:Group"
TEMPLATE, ENDPOINT = "aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/vpcEndpoint:VpcEndpoint"
ENABLED: dict[str, Any] = {"versioningConfiguration": {"status": "Enabled"}}
DATA = {"timescaledb-database": "lighthouse", "environment": "prod"}
ARN = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
EVERY_VOLUME = "arn:aws:ec2:*:*:volume/*"
TOPIC = ["arn:topic"]
AWAY = {"host": "db.example.com", "tls": "verify-full", "via": ""}


@dataclass(frozen=True)
class Stacks:
    """What a rule refuses and what it passes, with these options."""

    wrong: list[list[Resource]]
    right: list[list[Resource]]
    options: dict[str, Any] = field(default_factory=dict)


def made(kind: str, name: str, /, *needs: Resource, **props: Any) -> Resource:
    """A resource of a stack."""
    return Resource(kind, name, URN.format(kind, name), props, needs=frozenset(each.urn for each in needs))


def selected(**how: Any) -> list[Resource]:
    """A data volume, and a selection that says this."""
    return [made(VOLUME, "data", tags=DATA, tagsAll={**DATA, "team": "db"}, arn=ARN), made(SELECTION, "s", **how)]


def tag(key: str, value: str) -> list[dict[str, str]]:
    """The only tag of a selection."""
    return [{"type": "STRINGEQUALS", "key": key, "value": value}]


def condition(how: str, key: str, value: str) -> dict[str, Any]:
    """Every volume under one condition."""
    return {"resources": ["*"], "conditions": [{how: [{"key": f"aws:ResourceTag/{key}", "value": value}]}]}


def buckets(companion: str) -> Stacks:
    """Buckets with and without their companion."""
    one, other = made(BUCKET, "one", bucket="one"), made(BUCKET, "other", bucket="other")
    speaking = made(companion, "companion", bucket="one", **ENABLED)
    silent = made(companion, "companion", bucket="somebody's", versioningConfiguration={"status": "Suspended"})
    return Stacks([[one], [one, other, speaking], [one, silent]], [[one, speaking], []])


def priced() -> Stacks:
    """A stack of all that has a price, allowed what it costs and no cent more."""
    template = made(
        TEMPLATE,
        "template",
        id="lt-1",
        name="host",
        instanceType="t4g.micro",
        blockDeviceMappings=[{"ebs": {"volumeSize": 8}}],
        networkInterfaces=[{"associatePublicIpAddress": "true"}],
    )
    overrides = [{"instanceType": "t4g.micro"}, {"instanceType": "t4g.small"}]
    spot = {"onDemandBaseCapacity": 0, "onDemandPercentageAboveBaseCapacity": 0}
    on_demand = {**spot, "onDemandPercentageAboveBaseCapacity": 100}
    policies = [{"instancesDistribution": how, "launchTemplate": {"overrides": overrides}} for how in (spot, on_demand)]
    stack = [
        template,
        made(INSTANCE, "named", instanceType="t4g.small", rootBlockDevice={"volumeSize": 8}, region="us-east-1"),
        made(INSTANCE, "templated", template, launchTemplate={"name": "host"}, associatePublicIpAddress=True),
        made(GROUP, "spot", desiredCapacity=1, minSize=1, mixedInstancesPolicy=policies[0]),
        made(GROUP, "mixed", desiredCapacity=2, minSize=1, mixedInstancesPolicy=policies[1]),
        made(GROUP, "plain", minSize=1, launchTemplate={"id": "lt-1"}),
        made(VOLUME, "data", size=100, iops=4000, throughput=200, arn=ARN, tags=DATA),
        made(PLAN, "plan", rules=[{"lifecycle": {"deleteAfter": 30}}, {"lifecycle": {"deleteAfter": 365}}]),
        made(SELECTION, "s", **{**condition("stringEquals", "environment", "prod"), "notResources": ["arn:other"]}),
        made(ENDPOINT, "endpoint", vpcEndpointType="Interface", subnetIds=["subnet-1", "subnet-2"]),
        made(ALARM, "cpu"),
        made(STACK, "prod", estimated_monthly_cost=12.5),
    ]
    dear, nameless = made(VOLUME, "dear", size=10_000), made(INSTANCE, "host", instanceType="x9.huge")
    wrong = [[dear], [nameless], [*stack, made(ALARM, "more")]]
    return Stacks(wrong, [stack, [nameless, stack[-1]]], {"usd_per_month": total(stack, "us-east-1")})


STACKS: dict[str, Stacks] = {
    **{rule: buckets(companion) for rule, companion in COMPANIONS.items()},
    "backed-up-data-volume": Stacks(
        [
            selected(),
            selected(resources=["arn:other"]),
            selected(resources=["arn:aws:rds:*"], selectionTags=tag("environment", "dev")),
            selected(resources=["*"], notResources=[EVERY_VOLUME]),
            selected(selectionTags=tag("unknown-to-it", "")),
            selected(**condition("stringEquals", "environment", "dev")),
            selected(**condition("stringLikes", "environment", "d*")),
            selected(**condition("stringLikes", "unknown-to-it", "*")),
            selected(**condition("stringNotEquals", "environment", "prod")),
            selected(**condition("stringNotLikes", "environment", "p*")),
            # a selection that has conditions alone is one that AWS refuses
            selected(**{**condition("stringEquals", "environment", "prod"), "resources": []}),
        ],
        [
            selected(resources=["*"]),
            selected(resources=[EVERY_VOLUME], notResources=["arn:other"]),
            selected(resources=["arn:other"], selectionTags=[*tag("environment", "dev"), *tag("environment", "prod")]),
            selected(selectionTags=tag("aws:ResourceTag/team", "db")),
            selected(**condition("stringEquals", "environment", "prod")),
            selected(**condition("stringLikes", "environment", "p*")),
            selected(**condition("stringNotEquals", "unknown-to-it", "false")),
            selected(**condition("stringNotLikes", "environment", "d*")),
            [made(VOLUME, "dev", tags={**DATA, "environment": "dev"}), made(VOLUME, "scratch")],
        ],
    ),
    "watched-database": Stacks(
        [
            [made(DATABASE, "db")],
            [made(DATABASE, "db"), made(ALARM, "cpu", alarmActions=[])],
            [made(DATABASE, "db"), made(ALARM, "cpu", alarmActions=TOPIC, actionsEnabled=False)],
        ],
        [[made(DATABASE, "db"), made(ALARM, "cpu", alarmActions=TOPIC, actionsEnabled=True)], [made(ALARM, "cpu")]],
    ),
    "encrypted-connection": Stacks(
        [
            [made(MANAGED, "db", connection={**AWAY, "tls": "prefer"})],
            [made(MANAGED, "db", connection={**AWAY, "host": "10.0.0.9", "tls": "disable"})],
        ],
        [
            [made(MANAGED, "db", connection=AWAY)],
            [made(MANAGED, "db", connection={**AWAY, "host": "127.0.0.1", "tls": "disable"})],
            [made(MANAGED, "db", connection={**AWAY, "tls": "disable", "via": "ssh:bastion"})],
        ],
    ),
    "monthly-budget": priced(),
}
