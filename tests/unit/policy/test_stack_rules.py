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

from tests.unit.policy.stacks import (
    ALARM,
    ARN,
    BUCKET,
    COMPANIONS,
    DATA,
    DATABASE,
    ENABLED,
    ENDPOINT,
    EVERY_VOLUME,
    GROUP,
    INSTANCE,
    PLAN,
    SELECTION,
    STACK,
    STACKS,
    TEMPLATE,
    VERSIONING,
    VOLUME,
    condition,
    made,
    tag,
)


def said(rule: str, *stack: Resource, **options: Any) -> list[str]:
    """What a rule says of a stack."""
    (found,) = [each for each in RULES if each.name == rule]
    assert isinstance(found, StackRule)
    return [sentence for _, sentence in found.findings(stack, options)]


@pytest.mark.parametrize("rule", STACKS)
def test_a_wrong_stack_is_refused_and_a_right_one_passes(rule: str) -> None:
    """With every value known."""
    given = STACKS[rule]
    assert [stack for stack in given.wrong if not said(rule, *stack, **given.options)] == []
    assert [found for stack in given.right for found in said(rule, *stack, **given.options)] == []


def test_every_rule_over_the_stack_has_stacks_on_both_sides() -> None:
    assert set(STACKS) == {rule.name for rule in RULES if isinstance(rule, StackRule)}
    assert all(each.wrong and each.right for each in STACKS.values())


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
    # from elsewhere, so it may be of this bucket
    assert said(rule, bucket, made(COMPANIONS[rule], "companion", bucket=UNKNOWN, **ENABLED)) == []


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


@pytest.mark.parametrize(
    ("how", "refused"),
    [
        ({"resources": ["*"]}, False),
        ({"resources": [EVERY_VOLUME]}, False),
        ({"resources": ["arn:aws:ec2:eu-west-1:123456789012:*"]}, False),
        ({"resources": ["arn:aws:ec2:*:*:volume/vol-0*"]}, False),
        ({"resources": ["arn:aws:ec2:*:*:instance/*"]}, True),
        ({"resources": ["arn:aws:rds:*"]}, True),
        # a volume that is there already, so not this one
        ({"resources": [ARN]}, True),
        ({"resources": [UNKNOWN]}, False),
        ({"resources": UNKNOWN}, False),
        ({"resources": ["arn:aws:rds:*"], "selectionTags": UNKNOWN}, False),
        ({"resources": ["arn:aws:rds:*"], "selectionTags": tag("team", "db")}, False),
        ({"resources": ["arn:aws:rds:*"], "selectionTags": tag("environment", "dev")}, True),
        ({"resources": ["*"], "conditions": UNKNOWN, "notResources": UNKNOWN}, False),
        ({"resources": ["*"], "notResources": ["arn:aws:ec2:*:*:volume/vol-0*"]}, False),
        (condition("stringEquals", "environment", "dev"), True),
    ],
)
def test_a_volume_is_selected_before_its_arn_and_its_providers_tags_are_known(
    how: dict[str, Any], refused: bool
) -> None:
    volume = made(VOLUME, "data", tags=DATA, tagsAll=UNKNOWN, arn=UNKNOWN)
    assert bool(said("backed-up-data-volume", volume, made(SELECTION, "s", **how))) is refused


def test_a_selection_of_an_unknown_arn_is_about_the_volume_that_it_needs() -> None:
    volume, other = (made(VOLUME, name, tags=DATA, arn=UNKNOWN) for name in ("data", "other"))
    for unknown in ([UNKNOWN], UNKNOWN):
        (sentence,) = said("backed-up-data-volume", volume, other, made(SELECTION, "s", other, resources=unknown))
        assert sentence.startswith('"data" ')


def test_a_database_wants_an_alarm_that_tells_somebody() -> None:
    database, topic = made(DATABASE, "db"), ["arn:topic"]
    assert said("watched-database", made(ALARM, "cpu")) == []
    assert said("watched-database", database, made(ALARM, "cpu", alarmActions=topic)) == []
    assert said("watched-database", database, made(ALARM, "cpu", alarmActions=UNKNOWN)) == []
    assert "no alarm" in said("watched-database", database)[0]
    assert "tell nobody" in said("watched-database", database, made(ALARM, "cpu", alarmActions=[]))[0]
    off = made(ALARM, "cpu", alarmActions=topic, actionsEnabled=False)
    assert "tell nobody" in said("watched-database", database, off)[0]


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
    """By hand: 1,000 IOPS at 0.005, 75 MiB/s at 0.04, 730 h at 0.005, 60 GB of 30 days and 11 months of 30 at 0.05."""
    volume = made(VOLUME, "data", size=100, iops=4000, throughput=200)
    bare = Decimal("8.00")
    assert priced.total([volume], "us-east-1") == bare + Decimal("5.00") + Decimal("3.00")
    plan = made(PLAN, "plan", rules=[{"lifecycle": {"deleteAfter": 365}}, {"lifecycle": {"deleteAfter": 30}}])
    selected = [volume, plan, made(SELECTION, "s", volume, resources=[UNKNOWN])]
    assert priced.total(selected, "us-east-1") == bare + Decimal("8.00") + Decimal("19.50")
    host = made(INSTANCE, "host", instanceType="t4g.micro")
    public = replace(host, props={**host.props, "associatePublicIpAddress": True})
    assert priced.total([public], "us-east-1") - priced.total([host], "us-east-1") == Decimal("3.65")


def test_a_volume_that_a_pattern_selects_has_snapshots() -> None:
    """By hand: 100 x (0.30 + 0.01 x 30) GB at 0.05."""
    volume = made(VOLUME, "data", size=100, arn=ARN)
    plan = made(PLAN, "plan", rules=[{"lifecycle": {"deleteAfter": 30}}])
    selected = [volume, plan, made(SELECTION, "s", resources=[EVERY_VOLUME])]
    assert priced.total(selected, "us-east-1") - priced.total([volume], "us-east-1") == Decimal("3.00")


def test_an_instance_without_a_type_has_its_templates() -> None:
    """By hand: t4g.small 0.0168 x 730 h, a root disk for template and instance each; nothing of other templates."""
    template = made(TEMPLATE, "template", id="lt-1", name="host", instanceType="t4g.small")
    other = made(TEMPLATE, "other", id="lt-2", instanceType="t4g.2xlarge")
    bare = Decimal("1.92")
    for host in (
        made(INSTANCE, "host", template, launchTemplate={"id": UNKNOWN}),
        made(INSTANCE, "host", launchTemplate={"name": "host"}),
        made(INSTANCE, "host", launchTemplate={"id": "lt-1"}),
    ):
        assert priced.total([template, other, host], "us-east-1") == bare + Decimal("12.26")
    elsewhere = made(INSTANCE, "host", launchTemplate={"name": "somebody's"})
    assert priced.total([template, other, elsewhere], "us-east-1") == bare
    assert said("monthly-budget", elsewhere, usd_per_month=1) == []


def test_what_a_preview_does_not_know_costs_nothing_yet() -> None:
    """One host of a group is known by its least number."""
    host = made(INSTANCE, "host", instanceType=UNKNOWN, rootBlockDevice=UNKNOWN)
    endpoint = made(ENDPOINT, "endpoint", vpcEndpointType="Interface", subnetIds=UNKNOWN)
    plan = made(PLAN, "plan", rules=[{"lifecycle": UNKNOWN}])
    assert priced.total([host, plan], "us-east-1") == 0
    assert priced.total([endpoint], "us-east-1") == Decimal("7.30")
    types = {"launchTemplate": {"overrides": [{"instanceType": "t4g.small"}]}}
    group = made(GROUP, "group", desiredCapacity=UNKNOWN, minSize=1, mixedInstancesPolicy=types)
    assert priced.total([group], "us-east-1") == Decimal("12.26")
    assert priced.total([replace(group, props={**group.props, "minSize": UNKNOWN})], "us-east-1") == 0


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
    unsaid = replace(volume, props={**volume.props, "region": UNKNOWN}, provider={"region": "us-east-1"})
    assert priced.total([unsaid], "nowhere-1") == Decimal("8.00")


def test_a_budget_is_held_against_the_dearer_estimate() -> None:
    volume = made(VOLUME, "data", size=100)
    stated = made(STACK, "prod", estimated_monthly_cost=12.5)
    assert said("monthly-budget", volume) == []
    assert said("monthly-budget", volume, usd_per_month=8) == []
    assert "costs 8.00 dollars a month by its resources" in said("monthly-budget", volume, usd_per_month=7.99)[0]
    assert "costs 12.50 dollars a month by its output" in said("monthly-budget", volume, stated, usd_per_month=8)[0]


def test_what_cannot_be_priced_is_said_unless_the_stack_says_it() -> None:
    host = made(INSTANCE, "host", instanceType="x9.huge")
    stated = made(STACK, "prod", estimated_monthly_cost=12.5)
    assert "cannot be priced" in said("monthly-budget", host, usd_per_month=1000)[0]
    assert said("monthly-budget", host, stated, usd_per_month=1000) == []
    unknown = made(STACK, "prod", estimated_monthly_cost=UNKNOWN)
    assert said("monthly-budget", host, unknown, usd_per_month=1000) == []
    assert said("monthly-budget", host, stated, usd_per_month=10)
