"""The deployer's policies against what components and commands use, judged by the few rules of IAM that they stand on.

Not proved here: that IAM lets a real deployment through with these policies. moto asks nobody for rights, and which
calls the real provider makes is seen nowhere.
"""

from __future__ import annotations

import ast
import dataclasses
import fnmatch
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session
import pytest
import yaml
from pulumi_timescaledb.cli.bootstrap import needs, policy
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.preflight import checks
from pulumi_timescaledb.cli.preflight.facts import Facts
from pulumi_timescaledb.cli.restore.found import BEFORE_TAG, PENDING_TAG, REPLACES_TAG
from pulumi_timescaledb.cli.verify.aws import ask
from pulumi_timescaledb.database import secret, tunnel
from pulumi_timescaledb.hosts.ec2 import access, machine
from pulumi_timescaledb.hosts.ec2.checks import IDENTITY_TAG
from pulumi_timescaledb.settings import read as read_settings
from typer.testing import CliRunner

from tests.support.aws_account import Account, account, project

__all__ = ["account", "project"]
PACKAGE = Path(policy.__file__).parents[2]
NAME = "lighthouse-prod"
NAMES = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012", "Project": "lighthouse",
         "Bucket": "lighthouse-pulumi-state-123456789012-us-east-1", "Alias": "alias/lighthouse-pulumi"}  # fmt: skip
EC2 = "arn:aws:ec2:us-east-1:123456789012"

# boto3's name of a service, and IAM's
SERVICES = {each: each for each in ("autoscaling", "backup", "cloudwatch", "ec2", "iam", "route53", "secretsmanager")}
SERVICES |= {"service-quotas": "servicequotas", "sns": "sns", "ssm": "ssm", "sts": "sts"}
FOLDERS = {"drill": "drill", "preflight": "preflight", "restore": "restore", "verify": "verify/aws"}
LOOKING = re.compile(r":(Describe|Get|List|Validate)")

# conditions that leave nothing but what is the project's, or what AWS's own services are asked for
BINDING = ("aws:ResourceTag/", "ssm:resourceTag/", "ec2:CreateAction", "iam:AWSServiceName", "kms:ResourceAliases",
           "kms:ViaService")  # fmt: skip
# what an action makes, or uses without changing it: with these no foreign object is changed
MADE_OR_USED = {
    ("ec2:CreateLaunchTemplate", "*/*"),
    ("ec2:CreateNetworkInterface", "*/*"),
    ("ec2:CreateSecurityGroup", "*/*"),
    ("ec2:CreateVolume", "*/*"),
    ("ec2:RunInstances", "*/*"),
    *((f"ec2:{action}", kind) for kind in ("image/*", "snapshot/*") for action in (
        "CreateLaunchTemplate", "CreateNetworkInterface", "CreateSecurityGroup", "CreateVolume", "RunInstances")),
    ("ec2:CreateSnapshot", "snapshot/*"),
    # each of these also asks for the group, the interface or the instance, which has to be the project's
    *((f"ec2:{action}", kind) for kind in ("prefix-list/*", "security-group-rule/*") for action in (
        "AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules")),
    ("ec2:ModifyInstanceAttribute", "security-group/*"),
    ("ec2:ModifyNetworkInterfaceAttribute", "security-group/*"),
}  # fmt: skip
# what AWS lets nobody bind, or what our resources have no name and no tag for; each is named in docs/aws.md
UNBOUND = {"association/*", "backup-plan:*", "hostedzone/*"}


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@cache
def statements(*which: str) -> list[dict[str, Any]]:
    """Those of some policies, or of all."""
    return [each for one in which or policy.POLICIES for each in policy.policy(one, **NAMES)["Statement"]]


def used() -> set[str]:
    """Every resource and every look-up that a module calls which imports pulumi_aws, as written after ``aws.``."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "import pulumi_aws as aws" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            # a look-up may be handed to who calls it
            called = [node.func, *node.args] if isinstance(node, ast.Call) else []
            for name in (ast.unparse(each) for each in called if isinstance(each, ast.Attribute)):
                if re.fullmatch(r"aws(\.\w+){1,3}", name):
                    found.add(name.removeprefix("aws.").removesuffix("_output").removesuffix(".get"))
    return found - {"Provider"}


def calls_of(*paths: Path) -> set[str]:
    """What modules call of boto3, as ``service:Action``; a paginator's call is its argument."""
    names = set()
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0] if node.func.attr == "get_paginator" else None
                names.add(str(first.value) if isinstance(first, ast.Constant) else node.func.attr)
    return {action for name in names for action in actions_of(name)}


def actions_of(name: str, service: str | None = None) -> set[str]:
    """The actions that boto3 calls by a name, or that the AWS command line does, of each service or of one."""
    session = botocore.session.get_session()
    return {
        f"{prefix}:{operation}"
        for each, prefix in SERVICES.items()
        if service in (None, each)
        for operation in session.get_service_model(each).operation_names
        if name.replace("-", "_") == botocore.xform_name(operation)
    }


def holds(operator: str, key: str, wanted: str | list[str], asked: dict[str, list[str]]) -> bool:
    """One condition on what is asked (IAM user guide, "Condition operators"); no value is an answer to Null alone."""
    quantifier, _, name = operator.rpartition(":")
    values = asked.get(key, [])
    if name == "Null":
        return (not values) == (wanted == "true")
    if not values:
        return name.endswith("IfExists") or quantifier == "ForAllValues"
    return all(any(fnmatch.fnmatchcase(each, one) for one in listed(wanted)) != ("Not" in name) for each in values)


def allows(action: str, resource: str, *which: str, **asked: str | list[str]) -> bool:
    """Whether one statement allows an action on a resource; asked: the values of each condition key."""
    known = {key: listed(value) for key, value in asked.items()}
    return any(
        any(fnmatch.fnmatchcase(action, one) for one in each["Action"])
        and any(fnmatch.fnmatchcase(resource, one) for one in listed(each["Resource"]))
        and all(
            holds(operator, key, wanted, known)
            for operator, block in each.get("Condition", {}).items()
            for key, wanted in block.items()
        )
        for each in statements(*which)
    )


def tagged(tags: dict[str, str]) -> dict[str, str]:
    """Tags of a resource as condition keys."""
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def tagging(tags: dict[str, str], **more: str) -> dict[str, Any]:
    """Tags of a request as condition keys."""
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, "aws:TagKeys": list(tags), **more}


def unbound(given: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """Actions that change something, with each resource that others have too and no condition leaves to the project."""
    return {
        (action, resource.split(":", 5)[-1])
        for each in given
        for action in each["Action"]
        for resource in listed(each["Resource"])
        if "*" in resource and NAMES["Project"] not in resource and not LOOKING.search(action)
        if not any(
            key.startswith(BINDING)
            for operator, block in each.get("Condition", {}).items()
            for key in block
            if not operator.endswith("IfExists") and not operator.startswith("ForAllValues")
        )
    }


def test_a_policy_is_printed_with_the_accounts_names(account: Account, project: Path) -> None:
    def printed(which: str) -> Any:
        return CliRunner().invoke(app, ["bootstrap", "-s", "dev", "-C", str(project), "--print-policy", which])

    answer = printed("operate")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == policy.policy("operate", **NAMES)
    assert printed("nonsense").exit_code == 2


def test_every_resource_and_look_up_of_the_components_has_its_actions() -> None:
    assert used() == set(needs.RESOURCES) | set(needs.FUNCTIONS)


def test_the_policies_allow_what_is_needed_and_nothing_beyond() -> None:
    allowed = {action for each in statements() for action in each["Action"]}
    assert allowed == needs.everything()


@pytest.mark.parametrize(("which", "folder"), FOLDERS.items())
def test_what_a_command_may_is_what_it_calls(which: str, folder: str) -> None:
    called = calls_of(*(PACKAGE / "cli" / folder).rglob("*.py"))
    wanted = set(needs.COMMANDS[which]) - set(needs.VOLUME_KEY)  # which EBS asks for
    assert wanted <= called, wanted - called
    # a name that two services have is counted for both
    assert {each.partition(":")[2] for each in called - wanted} <= {each.partition(":")[2] for each in wanted}


def test_what_reaches_the_database_is_what_passwords_and_tunnels_call() -> None:
    called = calls_of(Path(secret.__file__))
    for words in (tunnel.look_up(f"ssm:{IDENTITY_TAG}={NAME}"), tunnel.command("ssm:i-0a", "127.0.0.1", 5432, 6000)):
        called |= actions_of(words[2], words[1])
    assert len(called) == 4
    # what the plugin of the second calls, and what KMS asks for a key of one's own
    assert set(needs.CONNECT) == called | {"ssm:TerminateSession", "kms:Decrypt"}


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_password_of_each_stack_may_be_read(stack: str) -> None:
    text = (PACKAGE.parents[1] / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    store, _, name = str(yaml.safe_load(text)["config"]["lighthouse:password_ref"]).partition(":")
    action, what = {
        "ssm": ("ssm:GetParameter", f"parameter{name}"),
        "secretsmanager": ("secretsmanager:GetSecretValue", f"secret:{name}-Ab1Cd2"),
    }[store]
    assert allows(action, f"arn:aws:{store}:us-east-1:123456789012:{what}")
    assert not allows(action, f"arn:aws:{store}:us-east-1:123456789012:{what.replace('lighthouse', 'shop')}")


def test_the_documents_are_those_that_are_used_on_the_projects_own_hosts() -> None:
    words = tunnel.command("ssm:i-0123456789abcdef0", "127.0.0.1", 5432, 6000)
    documents = {"StartSession": words[words.index("--document-name") + 1], "SendCommand": ask._DOCUMENT}
    assert access._DOCUMENT == ask._DOCUMENT
    for action, document in documents.items():
        assert allows(f"ssm:{action}", f"arn:aws:ssm:us-east-1::document/{document}")
        assert allows(f"ssm:{action}", f"{EC2}:instance/i-0a", **{f"ssm:resourceTag/{IDENTITY_TAG}": NAME})
        assert not allows(f"ssm:{action}", f"{EC2}:instance/i-0a", **{f"ssm:resourceTag/{IDENTITY_TAG}": "shop-prod"})
        assert not allows(f"ssm:{action}", f"{EC2}:instance/i-0a")
    published = {one for each in statements() for one in listed(each["Resource"]) if "::document/" in one}
    assert {each.rpartition("/")[2] for each in published} == set(documents.values())


@pytest.mark.parametrize("which", policy.POLICIES)
def test_a_policy_fits_into_iam(which: str) -> None:
    names = {"Partition": "aws-us-gov", "Region": "ap-southeast-1", "Project": "a" * 39, "Bucket": "b" * 63}
    document = policy.policy(which, **{**NAMES, **names})
    assert len("".join(json.dumps(document).split())) <= policy.MOST_CHARACTERS
    sids = [each["Sid"] for each in document["Statement"]]
    assert len(sids) == len(set(sids))


def test_what_changes_something_is_never_allowed_everywhere() -> None:
    """Neither on every resource, nor on all of a kind without a condition that leaves the project's own."""
    everywhere = {action for each in statements() if each["Resource"] == "*" for action in each["Action"]}
    # API reference, PutCompositeAlarm: a narrower scope than every resource allows nothing
    unscoped = {"backup-storage:MountCapsule", "cloudwatch:PutCompositeAlarm"}
    assert {each for each in everywhere if not LOOKING.search(each)} == unscoped
    found = {each for each in unbound(statements()) if each[1] not in UNBOUND | {"*"}}
    assert found == MADE_OR_USED
    assert {resource for _, resource in unbound(statements())} >= UNBOUND


def test_one_policy_alone_changes_roles() -> None:
    """It amounts to an administrator, and who holds the others only hands over the roles that are there."""
    changing = {
        which: {
            action
            for each in policy.policy(which, **NAMES)["Statement"]
            for action in each["Action"]
            if action.startswith("iam:") and not LOOKING.search(action)
        }
        for which in policy.POLICIES
    }
    assert len(changing.pop("roles")) > 10
    assert changing == {"host": {"iam:PassRole"}, "watch": set(), "operate": set(), "push": set()}


def test_a_role_is_handed_to_the_services_that_get_one_and_to_no_other() -> None:
    assert set(needs.PASSED) == {each for each, actions in needs.RESOURCES.items() if "iam:PassRole" in actions}
    (handed,) = (each for each in statements() if "iam:PassRole" in each["Action"])
    assert handed["Condition"] == {"StringEquals": {"iam:PassedToService": sorted(set(needs.PASSED.values()))}}


def test_a_restore_test_is_made_with_the_role_of_the_backups() -> None:
    """Service authorization reference, AWS Backup: another service gets it than with the backups themselves."""
    asked = {"iam:PassedToService": "restore-testing.backup.amazonaws.com"}
    assert allows("iam:PassRole", f"arn:aws:iam::123456789012:role/{NAME}-backup", "host", **asked)
    assert not allows("iam:PassRole", "arn:aws:iam::123456789012:role/shop-backup", **asked)


@pytest.mark.parametrize(("name", "service"), checks.SERVICE_NAMES.items())
def test_the_roles_that_services_make_may_be_made(name: str, service: str) -> None:
    role = f"arn:aws:iam::123456789012:role/aws-service-role/{service}/{name}"
    assert allows("iam:CreateServiceLinkedRole", role, "roles", **{"iam:AWSServiceName": service})
    assert allows("iam:GetRole", role, "operate")


@pytest.mark.parametrize(
    "action",
    ["CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom", "ReEncryptTo"],
)
def test_a_key_of_ones_own_encrypts_volumes_through_ebs_alone(action: str) -> None:
    """EBS user guide, "Requirements for Amazon EBS encryption": permissions for users."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0a"
    assert allows(f"kms:{action}", key, **{"kms:ViaService": "ec2.us-east-1.amazonaws.com"})
    assert not allows(f"kms:{action}", key)
    assert any(fnmatch.fnmatchcase(f"kms:{action}", one) for one in needs.VOLUME_KEY)


def test_a_topic_of_ones_own_is_read_and_not_changed() -> None:
    topic = "arn:aws:sns:us-east-1:123456789012:ops"
    for action in ("GetTopicAttributes", "ListSubscriptionsByTopic", "GetSubscriptionAttributes"):
        assert allows(f"sns:{action}", topic)
        assert not allows(f"sns:{action}", topic.replace("us-east-1", "eu-west-1"))
    for action in ("DeleteTopic", "SetTopicAttributes", "Subscribe", "Unsubscribe"):
        assert allows(f"sns:{action}", topic.replace("ops", f"{NAME}-alarms"))
        assert not allows(f"sns:{action}", topic)


DESCRIBED = {
    "vpcs": "DescribeVpcs",
    "subnets": "DescribeSubnets",
    "routes": "DescribeRouteTables",
    "endpoints": "DescribeVpcEndpoints",
    "groups": "DescribeSecurityGroups",
    "offered": "DescribeInstanceTypeOfferings",
    "used": "DescribeInstances",
    "volumes": "DescribeVolumes",
    "key_pair": "DescribeKeyPairs",
}
READ: list[tuple[str, str, str]] = [
    *((fact, f"ec2:{action}", "*") for fact, action in DESCRIBED.items()),
    ("image", "ec2:DescribeImages", "*"),
    ("image", "ssm:GetParameter", "arn:aws:ssm:us-east-1::parameter/aws/service/x"),
    ("quota", "servicequotas:GetServiceQuota", "*"),
    ("roles", "iam:GetRole", "arn:aws:iam::123456789012:role/aws-service-role/spot.amazonaws.com/x"),
    ("password", "ssm:DescribeParameters", "*"),
    ("password", "secretsmanager:DescribeSecret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:lighthouse/x"),
    ("topic", "sns:GetTopicAttributes", "arn:aws:sns:us-east-1:123456789012:ops"),
    ("record_zone", "route53:GetHostedZone", "arn:aws:route53:::hostedzone/Z1"),
]
"""What preflight reads, with what, and of what."""


@pytest.mark.parametrize(("fact", "action", "resource"), READ)
def test_what_preflight_could_not_read_the_policy_that_it_names_allows(fact: str, action: str, resource: str) -> None:
    store = "secretsmanager" if action.startswith("secretsmanager:") else "ssm"
    config = {"target": "ec2", "environment": "dev", "password_ref": f"{store}:/lighthouse/dev/db/password"}
    settings = read_settings({f"lighthouse:{key}": text for key, text in config.items()}, "dev")
    found = checks.all_checks(settings, Facts(who="x", unread={fact: "AccessDenied"}))
    (remedy,) = (each.remedy for each in found if each.name == fact and each.found.startswith("not read"))
    which = remedy.rpartition("--print-policy ")[2]
    assert allows(action, resource, which, **{"aws:RequestedRegion": "us-east-1"})


def test_all_that_preflight_reads_is_among_those() -> None:
    assert {fact for fact, _, _ in READ} == {each.name for each in dataclasses.fields(Facts)} - {"who", "unread"}
    # who asks is told without a right
    assert {action for _, action, _ in READ} | {"sts:GetCallerIdentity"} == set(needs.COMMANDS["preflight"])


@pytest.mark.parametrize("condition", [{}, {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}])
def test_all_objects_of_ec2_without_a_condition_are_seen(condition: dict[str, Any]) -> None:
    """The judge of the test before: a region is no owner."""
    wide = {"Action": ["ec2:DeleteSecurityGroup"], "Resource": f"{EC2}:*", "Condition": condition}
    assert unbound([wide]) == {("ec2:DeleteSecurityGroup", "*")}
    ours = {"StringLike": {f"aws:ResourceTag/{IDENTITY_TAG}": "lighthouse-*"}}
    assert unbound([{**wide, "Condition": ours}]) == set()
    # which also holds for what has no such tag
    assert unbound([{**wide, "Condition": {"StringLikeIfExists": ours["StringLike"]}}])


FOREIGN: list[dict[str, str]] = [{}, {"Name": "web"}, {IDENTITY_TAG: "shop-prod", "Name": "shop-prod"}]
CLAIMED = {IDENTITY_TAG: NAME, "Name": NAME}


@pytest.mark.parametrize("tags", FOREIGN)
@pytest.mark.parametrize("kind", ["instance", "launch-template", "network-interface", "security-group", "volume"])
def test_nothing_that_is_anothers_is_changed_or_claimed(kind: str, tags: dict[str, str]) -> None:
    """Not even by giving it the project's tag first."""
    used = {action for action, resource in MADE_OR_USED if resource in ("*/*", f"{kind}/*")}
    changing = {each for each in needs.everything() if each.startswith("ec2:") and not LOOKING.search(each)} - used
    resource, asked = f"{EC2}:{kind}/x-0a", {**tagged(tags), **tagging(CLAIMED)}
    assert [each for each in sorted(changing) if allows(each, resource, **asked)] == []


INSTANCE, ROOT = machine.instance_tags(NAME, {"team": "data"}), machine.root_tags(NAME, {"team": "data"})
GROUP = {"Name": "lighthouse-security"}  # security_group.py: the component's own name
RESTORING = {PENDING_TAG: NAME, REPLACES_TAG: "vol-0a", "Name": NAME}


@pytest.mark.parametrize(
    ("action", "kind", "tags", "request_tags"),
    [
        # volume.py, address.py, on_demand.py: after they are made, by the tag of the database
        ("ModifyVolume", "volume", INSTANCE, {}),
        ("CreateSnapshot", "volume", INSTANCE, {}),
        ("CreateTags", "volume", INSTANCE, {"team": "other"}),
        ("DeleteTags", "volume", INSTANCE, {"team": ""}),
        ("DeleteVolume", "volume", INSTANCE, {}),
        ("ModifyInstanceAttribute", "instance", INSTANCE, {}),
        ("TerminateInstances", "instance", INSTANCE, {}),
        ("DetachNetworkInterface", "network-interface", INSTANCE, {}),
        ("DetachNetworkInterface", "instance", INSTANCE, {}),
        ("DeleteNetworkInterface", "network-interface", INSTANCE, {}),
        ("ModifyNetworkInterfaceAttribute", "network-interface", INSTANCE, {}),
        ("ModifyNetworkInterfaceAttribute", "security-group", GROUP, {}),
        # the root disk and the rules of a group get their tags after they are made (ec2_instance.go and
        # vpc_security_group_ingress_rule.go of the provider)
        ("CreateTags", "volume", {}, ROOT),
        ("CreateTags", "volume", ROOT, {"team": "other"}),
        ("ModifyVolume", "volume", ROOT, {}),
        ("AuthorizeSecurityGroupIngress", "security-group", GROUP, {}),
        ("AuthorizeSecurityGroupIngress", "security-group-rule", {}, {}),
        ("CreateTags", "security-group-rule", {}, GROUP),
        ("ModifySecurityGroupRules", "security-group", GROUP, {}),
        ("ModifySecurityGroupRules", "security-group-rule", GROUP, {}),
        ("RevokeSecurityGroupEgress", "security-group", GROUP, {}),
        ("DeleteSecurityGroup", "security-group", GROUP, {}),
        # spot.py
        ("CreateLaunchTemplateVersion", "launch-template", {"Name": NAME}, {}),
        ("ModifyLaunchTemplate", "launch-template", {"Name": NAME}, {}),
        ("DeleteLaunchTemplate", "launch-template", {"Name": NAME}, {}),
        # restore: the new volume, the old one, and one that was tagged by hand to be adopted
        ("CreateTags", "volume", RESTORING, {IDENTITY_TAG: NAME}),
        ("DeleteTags", "volume", RESTORING | {IDENTITY_TAG: NAME}, {PENDING_TAG: "", REPLACES_TAG: ""}),
        ("DeleteTags", "volume", RESTORING, {PENDING_TAG: ""}),
        ("CreateTags", "volume", INSTANCE, {BEFORE_TAG: NAME}),
        ("DeleteTags", "volume", INSTANCE | {BEFORE_TAG: NAME}, {IDENTITY_TAG: ""}),
        ("CreateTags", "volume", {IDENTITY_TAG: NAME}, {IDENTITY_TAG: NAME}),
    ],
)
def test_what_is_the_projects_own_may_be_changed(
    action: str, kind: str, tags: dict[str, str], request_tags: dict[str, str]
) -> None:
    assert allows(f"ec2:{action}", f"{EC2}:{kind}/x-0a", **tagged(tags), **tagging(request_tags))


@pytest.mark.parametrize("owner", ["aws", "210987654321", "123456789012"])
@pytest.mark.parametrize("action", ["AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"])
def test_a_rule_may_name_a_prefix_list_of_aws_or_of_another_account(action: str, owner: str) -> None:
    """Whose ARN has the account ``aws``, or that of who shares it."""
    assert allows(f"ec2:{action}", f"arn:aws:ec2:us-east-1:{owner}:prefix-list/pl-0a", "host")


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        *(("RunInstances", kind) for kind in ("instance", "volume")),
        ("CreateVolume", "volume"),
        ("CreateSnapshot", "snapshot"),
        ("CreateNetworkInterface", "network-interface"),
        ("CreateSecurityGroup", "security-group"),
        ("CreateLaunchTemplate", "launch-template"),
    ],
)
def test_what_is_made_gets_its_tags_from_the_call_that_makes_it(action: str, kind: str) -> None:
    """And not the tag of another project's database, whose host would take it for its own."""
    resource = f"{EC2}:{kind}/*" if kind != "snapshot" else "arn:aws:ec2:us-east-1::snapshot/*"
    assert allows(f"ec2:{action}", resource)
    assert allows("ec2:CreateTags", resource, **tagging(INSTANCE, **{"ec2:CreateAction": action}))
    assert not allows("ec2:CreateTags", resource, **tagging({IDENTITY_TAG: "shop"}, **{"ec2:CreateAction": action}))
    assert not allows("ec2:CreateTags", resource, **tagging(INSTANCE))


def test_a_disk_that_is_only_named_is_neither_claimed_nor_deleted() -> None:
    """Whoever may name a disk without a name gets no more of it than a root disk needs."""
    disk = f"{EC2}:volume/vol-0a"
    assert not allows("ec2:CreateTags", disk, **tagging({**ROOT, IDENTITY_TAG: NAME}))
    assert not allows("ec2:CreateTags", disk, **tagged(ROOT), **tagging({PENDING_TAG: NAME}))
    assert not allows("ec2:DeleteVolume", disk, **tagged(ROOT))
    assert not allows("ec2:DetachVolume", disk, **tagged(ROOT))
