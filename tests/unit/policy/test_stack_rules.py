"""Rules over a whole stack, the estimate among them, on stacks written as values; the engine's own are elsewhere."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from pulumi_timescaledb.cost.refused import CannotPrice
from timescaledb_policy import priced
from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import StackRule
from timescaledb_policy.rules import RULES

URN = "urn:pulumi:prod::lighthouse::{}::{}"
BUCKET = "aws:s3/bucket:Bucket"
ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
ACCESS = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
COMPANIONS = {"encrypted-bucket": ENCRYPTION, "private-bucket": ACCESS, "versioned-bucket": VERSIONING}
VOLUME, SELECTION, PLAN = "aws:ebs/volume:Volume", "aws:backup/selection:Selection", "aws:backup/plan:Plan"
DATABASE, ALARM = "timescaledb:ec2:Database", "aws:cloudwatch/metricAlarm:MetricAlarm"
INSTANCE, GROUP = "aws:ec2/instance:Instance", "aws:autoscaling/group:Group"
ENABLED: dict[str, Any] = {"versioningConfiguration": {"status": "Enabled"}}
DATA = {"timescaledb-database": "lighthouse", "environment": "prod"}


def made(kind: str, name: str, *needs: Resource, **props: Any) -> Resource:
    """A resource of a stack."""
    return Resource(kind, name, URN.format(kind, name), props, needs=frozenset(each.urn for each in needs))


def said(rule: str, *stack: Resource, **options: Any) -> list[str]:
    """What a rule says of a stack."""
    (found,) = [each for each in RULES if each.name == rule]
    assert isinstance(found, StackRule)
    return [sentence for _, sentence in found.findings(stack, options)]


@pytest.mark.parametrize("rule", COMPANIONS)
def test_a_bucket_wants_its_companion(rule: str) -> None:
    """Under the types' old names too."""
    one, other = made(BUCKET, "one", bucket="one"), made(BUCKET, "other", bucket="other")
    companion = made(COMPANIONS[rule], "companion", one, bucket="one", **ENABLED)
    old = made("aws:s3/bucketV2:BucketV2", "old", bucket="old")
    assert said(rule, old)
    token = COMPANIONS[rule].replace(":Bucket", "V2:Bucket") + "V2"
    assert said(rule, old, made(token, "companion", bucket="old", **ENABLED)) == []
    assert said(rule) == []
    assert said(rule, one, companion) == []
    (sentence,) = said(rule, one, other, companion)
    assert sentence.startswith('"other" ')


@pytest.mark.parametrize("rule", COMPANIONS)
def test_a_bucket_without_a_known_name_is_matched_by_what_its_companion_needs(rule: str) -> None:
    bucket = made(BUCKET, "one", bucket=UNKNOWN)
    assert said(rule, bucket, made(COMPANIONS[rule], "companion", bucket, bucket=UNKNOWN, **ENABLED)) == []
    assert said(rule, bucket, made(COMPANIONS[rule], "companion", made(BUCKET, "other"), bucket=UNKNOWN, **ENABLED))


def test_suspended_versioning_keeps_nothing() -> None:
    bucket = made(BUCKET, "one", bucket="one")
    suspended = made(VERSIONING, "v", bucket, bucket="one", versioningConfiguration={"status": "Suspended"})
    unknown = made(VERSIONING, "v", bucket, bucket="one", versioningConfiguration=UNKNOWN)
    assert said("versioned-bucket", bucket, suspended)
    assert said("versioned-bucket", bucket, unknown) == []


def test_a_data_volume_wants_a_plan_that_selects_it() -> None:
    volume = made(VOLUME, "data", tags=DATA, arn="arn:volume")
    dev = made(VOLUME, "dev", tags={**DATA, "environment": "dev"})
    assert said("backed-up-data-volume", dev, made(VOLUME, "scratch")) == []
    assert said("backed-up-data-volume", volume, made(SELECTION, "s", volume, resources=[UNKNOWN])) == []
    assert said("backed-up-data-volume", volume, made(SELECTION, "s", resources=["arn:volume"])) == []
    assert said("backed-up-data-volume", volume, made(SELECTION, "s", resources=["arn:other"])) == [
        '"data" holds the data and no backup plan selects it; add a backup.Vault for it to this stack'
    ]
    assert said("backed-up-data-volume", dev, exempt_environments=[])


def test_a_database_wants_an_alarm_that_tells_somebody() -> None:
    database, topic = made(DATABASE, "db"), ["arn:topic"]
    assert said("watched-database", made(ALARM, "cpu")) == []
    assert said("watched-database", database, made(ALARM, "cpu", alarmActions=topic)) == []
    assert said("watched-database", database, made(ALARM, "cpu", alarmActions=UNKNOWN)) == []
    assert "no alarm" in said("watched-database", database)[0]
    assert "tell nobody" in said("watched-database", database, made(ALARM, "cpu", alarmActions=[]))[0]
    off = made(ALARM, "cpu", alarmActions=topic, actionsEnabled=False)
    assert "tell nobody" in said("watched-database", database, off)[0]


@pytest.mark.parametrize(
    ("connection", "refused"),
    [
        ({"host": "db.example.com", "tls": "prefer"}, True),
        ({"host": "10.0.0.9", "tls": "disable"}, True),
        ({"host": "db.example.com", "tls": "verify-full"}, False),
        ({"host": "127.0.0.1", "tls": "disable"}, False),
        ({"host": "10.0.0.9", "tls": "disable", "via": "ssh:bastion"}, False),
        ({"host": "db.example.com", "tls": UNKNOWN}, False),
        (UNKNOWN, False),
    ],
)
def test_a_connection_to_another_machine_is_encrypted(connection: Any, refused: bool) -> None:
    database = made("timescaledb:managed:Database", "db", connection=connection)
    assert bool(said("encrypted-connection", database)) is refused


def test_a_stack_is_priced_by_its_resources() -> None:
    """By hand, us-east-1: t4g.small 0.0168 x 730 h, 8 + 100 GB at 0.08, a secret 0.40, two alarms 0.10 each."""
    stack = [
        made(INSTANCE, "host", instanceType="t4g.small", rootBlockDevice={"volumeSize": 8}),
        made(VOLUME, "data", size=100),
        made("aws:secretsmanager/secret:Secret", "password"),
        made(ALARM, "cpu"),
        made(ALARM, "disk"),
        made("aws:iam/role:Role", "free"),
    ]
    assert priced.total(stack, "us-east-1") == Decimal("21.50")


def test_iops_throughput_addresses_and_snapshots_are_priced() -> None:
    """By hand: 1,000 IOPS at 0.005, 75 MiB/s at 0.04, 730 h at 0.005, 100 x (0.30 + 0.01 x 30) GB at 0.05."""
    volume = made(VOLUME, "data", size=100, iops=4000, throughput=200)
    bare = Decimal("8.00")
    assert priced.total([volume], "us-east-1") == bare + Decimal("5.00") + Decimal("3.00")
    plan = made(PLAN, "plan", rules=[{"lifecycle": {"deleteAfter": 365}}, {"lifecycle": {"deleteAfter": 30}}])
    selected = [volume, plan, made(SELECTION, "s", volume)]
    assert priced.total(selected, "us-east-1") == bare + Decimal("8.00") + Decimal("3.00")
    host = made(INSTANCE, "host", instanceType="t4g.micro")
    public = replace(host, props={**host.props, "associatePublicIpAddress": True})
    assert priced.total([public], "us-east-1") - priced.total([host], "us-east-1") == Decimal("3.65")


def test_a_spot_group_costs_its_dearest_type_at_the_upper_end() -> None:
    """By hand: t4g.small 0.0168 x 730 h x 0.30; on demand the whole of it."""
    types = {"overrides": [{"instanceType": "t4g.micro"}, {"instanceType": "t4g.small"}]}
    how = {"onDemandBaseCapacity": 0, "onDemandPercentageAboveBaseCapacity": 0}
    spot = made(
        GROUP, "group", desiredCapacity=1, mixedInstancesPolicy={"instancesDistribution": how, "launchTemplate": types}
    )
    assert priced.total([spot], "us-east-1") == Decimal("3.68")
    on_demand = replace(spot, props={**spot.props, "mixedInstancesPolicy": {"launchTemplate": types}})
    assert priced.total([on_demand], "us-east-1") == Decimal("12.26")


def test_the_provider_says_the_region() -> None:
    volume = made(VOLUME, "data", size=100)
    with pytest.raises(CannotPrice):
        priced.total([replace(volume, provider={"region": "nowhere-1"})], "us-east-1")


def test_a_budget_is_held_against_the_dearer_estimate() -> None:
    volume = made(VOLUME, "data", size=100)
    stated = made("pulumi:pulumi:Stack", "prod", estimated_monthly_cost=12.5)
    assert said("monthly-budget", volume) == []
    assert said("monthly-budget", volume, usd_per_month=8) == []
    assert "costs 8.00 dollars a month by its resources" in said("monthly-budget", volume, usd_per_month=7.99)[0]
    assert "costs 12.50 dollars a month by its output" in said("monthly-budget", volume, stated, usd_per_month=8)[0]


def test_what_cannot_be_priced_is_said_unless_the_stack_says_it() -> None:
    host = made(INSTANCE, "host", instanceType="x9.huge")
    stated = made("pulumi:pulumi:Stack", "prod", estimated_monthly_cost=12.5)
    assert "cannot be priced" in said("monthly-budget", host, usd_per_month=1000)[0]
    assert said("monthly-budget", host, stated, usd_per_month=1000) == []
    assert said("monthly-budget", host, stated, usd_per_month=10)
