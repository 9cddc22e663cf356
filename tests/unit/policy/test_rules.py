"""The rules' functions, on inputs of both kinds. That the engine calls them so is proved in tests/engine/aws/policy."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.hosts import ec2
from pulumi_timescaledb.hosts.ec2 import boot
from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import ResourceRule, StackRule
from timescaledb_policy.rules import RULES, passwords

from tests.unit.policy.cases import CASES, CONTAINER, COPY, INGRESS, INSTANCE, PLAN, VAULT, VOLUME, it, ports

ARCHIVING: Any = {
    "instance_type": "t4g.small",
    "image": "timescale/timescaledb-ha:pg17.10-ts2.29.2",
    "image_family": "timescaledb-ha",
    "archive": True,
}
BY_NAME = {rule.name: rule for rule in RULES}
WRONG = [(name, each) for name, (wrong, _) in CASES.items() for each in wrong]
RIGHT = [(name, each) for name, (_, right) in CASES.items() for each in right]


def over_resources(name: str) -> ResourceRule:
    """A rule by its name."""
    rule = BY_NAME[name]
    assert isinstance(rule, ResourceRule)
    return rule


def label(value: object) -> str:
    """A case as a test's name."""
    return value if isinstance(value, str) else f"{getattr(value, 'type', '')} {dict(getattr(value, 'props', {}))}"[:90]


@pytest.mark.parametrize(("name", "resource"), WRONG, ids=label)
def test_a_wrong_resource_is_named_in_one_sentence(name: str, resource: Resource) -> None:
    """What, which resource, what to do."""
    for found in over_resources(name).findings(resource):
        assert re.fullmatch(r'"it" [^;]+; [^;]+', found), found
        assert "hunter2" not in found
    assert over_resources(name).findings(resource)


@pytest.mark.parametrize(("name", "resource"), RIGHT, ids=label)
def test_a_right_or_unknown_resource_passes(name: str, resource: Resource) -> None:
    assert over_resources(name).findings(resource) == []


def test_every_rule_over_one_resource_has_cases_on_both_sides() -> None:
    assert set(CASES) == {rule.name for rule in RULES if isinstance(rule, ResourceRule)}
    assert all(wrong and right for wrong, right in CASES.values())


def test_names_are_unique_and_reasons_are_sentences() -> None:
    assert len(BY_NAME) == len(RULES)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name) for rule in RULES)
    assert all(rule.why.endswith(".") for rule in RULES)
    assert all(isinstance(rule, (ResourceRule, StackRule)) for rule in RULES)


def test_a_resource_of_another_type_is_nobodys_business() -> None:
    other = Resource("aws:sns/topic:Topic", "it", props={"name": "people"})
    assert [rule.name for rule in RULES if isinstance(rule, ResourceRule) and rule.findings(other)] == []


@pytest.mark.parametrize(
    ("name", "resource", "options"),
    [
        ("no-public-database-port", it(INGRESS, **ports(5433, 5433, cidrIpv4="0.0.0.0/0")), {"ports": [5433]}),
        ("encrypted-backups", it(VAULT), {"customer_key": True}),
        ("protected-data-volume", it(VOLUME, tags={"timescaledb-database": "x", "environment": "dev"}),
         {"exempt_environments": []}),
        ("pinned-container-image", it(CONTAINER, image="postgres:17.2"), {"digest": True}),
        ("clean-container-stop", it(CONTAINER, image="postgres:17.2", stopTimeout=60), {"seconds": 120}),
        ("backup-retention", it(PLAN, rules=[{"ruleName": "daily", "lifecycle": {"deleteAfter": 7}}]), {"days": 35}),
        ("no-broad-managed-policy",
         it("aws:iam/rolePolicyAttachment:RolePolicyAttachment", policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"),
         {"refused": ["ReadOnlyAccess"]}),
        ("log-retention", it("aws:cloudwatch/logGroup:LogGroup", retentionInDays=30), {"days": 14}),
        ("retention-floor", it("pulumi-python:dynamic/timescaledb:Hypertable", retention={"drop_after": "7 days"}),
         {"least": "30 days"}),
    ],
)  # fmt: skip
def test_an_option_makes_a_rule_stricter(name: str, resource: Resource, options: dict[str, object]) -> None:
    assert over_resources(name).findings(resource) == []
    assert over_resources(name).findings(resource, options)


def test_an_option_makes_a_rule_milder() -> None:
    two_hops = it(INSTANCE, metadataOptions={"httpPutResponseHopLimit": 2})
    assert over_resources("metadata-hop-limit").findings(two_hops)
    assert over_resources("metadata-hop-limit").findings(two_hops, {"most": 2}) == []


def test_the_boot_program_of_a_host_passes() -> None:
    """It speaks of passwords at length and holds none."""
    program = ec2.container(ARCHIVING).boot_program()
    told = {**boot.STAND_INS, "egress": "nat", "database_name": "lighthouse", "tag_key": "timescaledb-database",
            "format_blank": True, "password": "secretsmanager:lighthouse/password", "password_made_here": True,
            "archive_days": 30}  # fmt: skip
    packed = program(boot.settings(told))
    assert "password" in passwords.unpacked(packed)
    assert over_resources("no-password-in-user-data").findings(it(INSTANCE, userDataBase64=packed)) == []


def test_a_vaults_key_may_be_unknown() -> None:
    assert over_resources("encrypted-backups").findings(it(VAULT, kmsKeyArn=UNKNOWN), {"customer_key": True}) == []
    assert over_resources("encrypted-backups").findings(it(COPY, encrypted=True), {"customer_key": True}) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_readme_says_what_the_rule_says(rule: ResourceRule | StackRule) -> None:
    options = "; ".join(f"`{name}` = {json.dumps(option.default)}" for name, option in rule.options.items())
    kind = "resource" if isinstance(rule, ResourceRule) else "stack"
    row = f"| `{rule.name}` | {rule.level.value} | {kind} | {rule.why} | {options} |"
    readme = Path(__file__).parents[3] / "policy" / "README.md"
    assert row in readme.read_text(encoding="utf-8").splitlines()
