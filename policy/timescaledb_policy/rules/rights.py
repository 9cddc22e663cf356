"""What roles on AWS may do: no wildcards, none of the managed policies that give everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from timescaledb_policy.resource import Resource, items
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
POLICY, ATTACHMENT = "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
BROAD = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonEC2FullAccess", "AmazonS3FullAccess"]
# gives ssm:GetParameter(s) on every parameter of the account, passwords included
TELLS_PARAMETERS = ["AmazonSSMManagedInstanceCore", "AmazonEC2RoleforSSM"]


def _wildcards(resource: Resource, config: Config) -> Iterator[Finding]:
    documents = [resource.of("policy"), *(each.get("policy") for each in items(resource.of("inlinePolicies")))]
    for statement in (each for document in documents for each in _statements(document)):
        broad = [each for each in _list(statement.get("Action")) if each == "*" or each.endswith(":*")]
        if (
            statement.get("Effect") == "Allow"
            and broad
            and any(each == "*" for each in _list(statement.get("Resource")))
        ):
            yield Finding(f"allows {', '.join(broad)} on everything", "name the actions and the resources")


def _statements(document: Any) -> list[Any]:
    if not isinstance(document, str):
        return []
    try:
        found = json.loads(document)
    except ValueError:
        return []
    return [
        each for each in _list(found.get("Statement") if isinstance(found, dict) else None) if isinstance(each, dict)
    ]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _managed(resource: Resource, config: Config) -> Iterator[Finding]:
    arns = [resource.of("policyArn"), *_list(resource.of("managedPolicyArns"))]
    for name in (each.rpartition("/")[2] for each in arns if isinstance(each, str)):
        if name in config["refused"]:
            yield Finding(f"attaches {name}", "write an inline policy with the actions that are needed")


RULES = (
    ResourceRule(
        "no-wildcard-rights",
        "No role may do everything, or everything of a service, to everything (FSBP IAM.1, IAM.21).",
        (ROLE, ROLE_POLICY, POLICY),
        _wildcards,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "no-broad-managed-policy",
        "No role has a managed policy that gives administration, or the reading of every parameter of the account.",
        (ROLE, ATTACHMENT),
        _managed,
        level=Level.MANDATORY,
        options={
            "refused": Option(
                [*BROAD, *TELLS_PARAMETERS],
                {"type": "array", "items": {"type": "string"}},
                "Names of managed policies.",
            )
        },
    ),
)
