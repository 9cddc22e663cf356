"""What roles on AWS may do: no wildcards, none of the managed policies that give everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from timescaledb_policy.resource import UNKNOWN, Resource, entries, items
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

ROLE, ROLE_POLICY = "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"
POLICY, ATTACHMENT = "aws:iam/policy:Policy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TO_MANY = "aws:iam/policyAttachment:PolicyAttachment"
WHOLE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
BROAD = ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "AmazonEC2FullAccess", "AmazonS3FullAccess"]
# gives ssm:GetParameter(s) on every parameter of the account, passwords included
TELLS_PARAMETERS = ["AmazonSSMManagedInstanceCore", "AmazonEC2RoleforSSM"]
_LISTS = ("managedPolicyArns", "policyArns")  # of a role, of a whole set of attachments


def _wildcards(resource: Resource, config: Config) -> Iterator[Finding]:
    documents = [resource.of("policy"), *(each.get("policy") for each in items(resource.of("inlinePolicies")))]
    for statement in (each for document in documents for each in _statements(document)):
        what, where = _actions(statement), _resources(statement)
        if statement.get("Effect") == "Allow" and what and where:
            yield Finding(f"allows {what} on {where}", "name the actions and the resources")


def _actions(statement: dict[str, Any]) -> str:
    """The actions that are too many, as a sentence has them; empty where there are none."""
    broad = [each for each in _texts(statement.get("Action")) if each == "*" or each.endswith(":*")]
    if "NotAction" in statement:
        broad.append(f"everything but {', '.join(_texts(statement['NotAction']))}")
    return ", ".join(broad)


def _resources(statement: dict[str, Any]) -> str:
    """The resources where they are too many, as a sentence has them."""
    if "NotResource" in statement:
        return f"everything but {', '.join(_texts(statement['NotResource']))}"
    return "everything" if "*" in _texts(statement.get("Resource")) else ""


def _statements(document: Any) -> list[Any]:
    if not isinstance(document, str):
        return []
    try:
        found = json.loads(document)
    except ValueError:
        return []
    said = found.get("Statement") if isinstance(found, dict) else None
    return [each for each in (said if isinstance(said, list) else [said]) if isinstance(each, dict)]


def _texts(value: Any) -> list[str]:
    """One text or several, as a policy document may have either."""
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _managed(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.type == TO_MANY and resource.of("roles") in (None, [], UNKNOWN):
        return  # to users and groups alone, as far as a preview knows
    arns = [resource.of("policyArn"), *(each for name in _LISTS for each in entries(resource.of(name)))]
    for name in (each.rpartition("/")[2] for each in arns if isinstance(each, str)):
        if name in config["refused"]:
            yield Finding(f"attaches {name}", "write an inline policy with the actions that are needed")


RULES = (
    ResourceRule(
        "no-wildcard-rights",
        "No role may do everything, all of a service, or all but what is named, to everything (FSBP IAM.1, IAM.21).",
        (ROLE, ROLE_POLICY, POLICY),
        _wildcards,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "no-broad-managed-policy",
        "No role has a managed policy that gives administration, or the reading of every parameter of the account.",
        (ROLE, ATTACHMENT, TO_MANY, WHOLE),
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
