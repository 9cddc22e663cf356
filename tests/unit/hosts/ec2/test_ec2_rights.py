"""The host's role against what its boot program asks of AWS: nothing is missing, and nothing is left over.

Not proved here: that IAM evaluates resources and conditions as meant, and what the programs of others ask, which stand
in ``OTHERS`` by their documentation.
"""

from __future__ import annotations

import fnmatch
import json
import re
from dataclasses import fields, replace
from functools import cache
from typing import Any, NamedTuple

import botocore
import botocore.session
import pytest
from moto.iam.aws_managed_policies import aws_managed_policies_data
from pulumi_timescaledb.boot.files import program, units
from pulumi_timescaledb.hosts.ec2 import policy, push

from tests.unit.hosts.ec2.test_ec2_policy import LEAST, MOST

# to the end of the line, wherever on it the helper of lib.sh or the command line itself is named
WORD = re.compile(r"(?<![\w.$-])(?=((?:api|aws)\s.*))")
CALL = re.compile(r"(?:api|aws)(?: --[\w-]+(?:[ =](?!-)\S+)?)* ([a-z][a-z0-9-]*) ([a-z][a-z0-9-]*)(?![\w-])")
NO_CALLS = (
    "aws curl openssl",  # 05-packages: programs that must be there
    'aws --cli-connect-timeout 5 --cli-read-timeout 20 --output text "$@"',  # lib.sh: the helper
)
# a service whose name on the command line is IAM's too
SERVICES = {"autoscaling", "cloudwatch", "ec2", "ecr", "route53", "secretsmanager", "ssm"}
# AWS CLI command reference: what is named after no operation
CUSTOM = {("ecr", "get-login-password"): "ecr:GetAuthorizationToken"}
# AmazonSSMManagedInstanceCore has them on every parameter of the account, and for Patch Manager, which is not used
NOT_THE_AGENTS = {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetDeployablePatchSnapshotForInstance"}


class Other(NamedTuple):
    """A program beside the boot program that uses the role."""

    seen: str
    """How the boot program sets it to work; empty for what comes with AWS."""
    actions: set[str]


OTHERS = {
    # these two as AWS gives them to whoever pulls and logs for a container (AmazonECSTaskExecutionRolePolicy)
    "docker pull, with what ecr get-login-password gives": Other(
        "docker pull", {"ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
    ),
    "the container engine's log": Other("--log-driver awslogs", {"logs:CreateLogStream", "logs:PutLogEvents"}),
    # its user guide, "S3 Support", without tags and versions, which are not asked for
    "pgBackRest": Other("repo1-type=s3", {"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}),
    # EBS user guide, "Requirements for Amazon EBS encryption"; S3 and the stores of passwords need two of them
    "services that use a key for the host": Other(
        "", {"kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"}
    ),
}

STORES = {"ssm": LEAST.password_arn, "secretsmanager": MOST.password_arn}
GROUPS = {"spot": MOST.group_name, "on-demand": ""}
STORE = pytest.mark.parametrize("store", STORES)
MARKET = pytest.mark.parametrize("market", GROUPS)


def host(market: str, store: str) -> policy.Rights:
    """A host with every option."""
    return replace(MOST, group_name=GROUPS[market], password_arn=STORES[store])


def statements(rights: policy.Rights) -> list[dict[str, Any]]:
    """What is allowed; the one denial only narrows it."""
    found = [each for document in policy.documents(rights).values() for each in document["Statement"]]
    return [each for each in found if each["Effect"] == "Allow"]


def listed(value: str | list[str]) -> list[str]:
    """One or several, as IAM writes them."""
    return [value] if isinstance(value, str) else list(value)


def allowed(rights: policy.Rights) -> set[str]:
    """Every action of the role."""
    return {action for each in statements(rights) for action in listed(each["Action"])}


def calls(text: str) -> list[str]:
    """Every line of a script from where it names the helper or the command line."""
    return [found for found in WORD.findall(text) if not found.startswith(NO_CALLS)]


@cache
def asked() -> tuple[str, ...]:
    """Every call of what is packed for a host, and of what State Manager runs on it."""
    texts = [*program().values(), *units("/mnt").values(), push.document("lighthouse-dev")]
    return tuple(call for text in texts for call in calls(text))


@cache
def operations(service: str) -> dict[str, str]:
    """Operations of a service by their names on the command line."""
    assert service in SERVICES, f"{service} is no service that a host asks: name it in SERVICES"
    model = botocore.session.get_session().get_service_model(service)
    return {botocore.xform_name(each, "-"): each for each in model.operation_names}


def action_of(call: str) -> str:
    """IAM's action of a call."""
    found = CALL.match(call)
    assert found, f"{call} names no service and command"
    service, command = found.groups()
    if (service, command) in CUSTOM:
        return CUSTOM[service, command]
    assert command in operations(service), f"{service} has no command {command}"
    return f"{service}:{operations(service)[command]}"


def used(market: str, store: str) -> set[str]:
    """What the boot program asks on a host: a group only where there is one, and the store that has the password."""
    never = {"on-demand": ("autoscaling:",), "spot": ()}[market] + {"ssm": ("secretsmanager:",)}.get(store, ())
    return {action for action in map(action_of, asked()) if not action.startswith(never)}


def agent() -> set[str]:
    """What AWS gives the agent of Systems Manager, without what stands in ``NOT_THE_AGENTS``."""
    document = json.loads(aws_managed_policies_data)["AmazonSSMManagedInstanceCore"]["Document"]
    return {action for each in document["Statement"] for action in each["Action"]} - NOT_THE_AGENTS


def others() -> set[str]:
    """What needs a right beside the boot program."""
    return agent().union(*(each.actions for each in OTHERS.values()))


def test_the_host_here_has_every_option() -> None:
    """A new one belongs to it, or its rights are not looked at."""
    assert [each.name for each in fields(policy.Rights) if not getattr(MOST, each.name)] == []


@MARKET
@STORE
def test_every_call_of_the_boot_program_is_allowed(market: str, store: str) -> None:
    """A missing right is seen at the first boot on AWS, and nowhere before."""
    assert sorted(used(market, store) - allowed(host(market, store))) == []


@MARKET
@STORE
def test_every_right_is_used_by_the_boot_program_or_by_a_program_that_is_named(market: str, store: str) -> None:
    """And a program that is named has what it needs."""
    rights = allowed(host(market, store))
    assert sorted(rights - used(market, store) - others()) == []
    assert sorted(others() - rights) == []


@pytest.mark.parametrize("who", OTHERS)
def test_a_program_that_is_named_is_set_to_work(who: str) -> None:
    """Whoever takes it out of the boot program takes its rights with it."""
    assert any(OTHERS[who].seen in text for text in program().values())


@STORE
def test_every_parameter_is_asked_for_with_a_right_to_it(store: str) -> None:
    """By its own name: the right to one parameter is none to another."""
    prefix = f"arn:aws:ssm:{MOST.region}:{MOST.account}:parameter"
    known = {"$CA_PARAMETER": prefix + MOST.ca_parameter, "$CONFIG_PARAMETER": prefix + MOST.config_parameter}
    if store == "ssm":
        known |= dict.fromkeys(("$name", "${PASSWORD#*:}"), STORES[store])
    seen = set()
    for call in asked():
        name = re.match(r'api ssm \S+ --name "(\S+)"', call)
        if name and name[1] in known:
            seen.add(name[1])
            assert allows(host("spot", store), action_of(call), known[name[1]]), call
            # what is there already is written over where there is nothing to lose
            assert "--overwrite" not in call or name[1] == "$CA_PARAMETER"
    assert seen == set(known)


def test_the_tags_that_the_boot_program_sets_are_those_it_may_set() -> None:
    """lib.sh spells them, and the policy does."""
    spelt = dict(re.findall(r"^([A-Z]+)=(timescaledb-\S+)$", program()["/opt/timescaledb-host/lib.sh"], re.MULTILINE))
    tagging = [call for call in asked() if action_of(call) == "ec2:CreateTags"]
    keys = [re.findall(r"Key=\$([A-Z]+),", call) for call in tagging]
    assert all(keys)
    assert {spelt[key] for each in keys for key in each} == set(policy.MARKS)


@pytest.mark.parametrize(
    ("line", "actions"),
    [
        ("found=$(api ec2 describe-volumes --volume-ids x) || api ec2 create-tags", ["DescribeVolumes", "CreateTags"]),
        ("timeout 9 aws --region eu --no-cli-pager ecr get-login-password | docker login", ["GetAuthorizationToken"]),
        ("/usr/bin/aws --output=text ec2 attach-volume;", ["AttachVolume"]),
        ('! $api ec2 x; "$IMDS/latest/api/token" X-aws-ec2-metadata-token', []),
    ],
)
def test_a_call_is_seen_in_every_form(line: str, actions: list[str]) -> None:
    """The reader of the tests before."""
    assert [action_of(call).partition(":")[2] for call in calls(line)] == actions


@pytest.mark.parametrize(
    "call", ["api ec2 attach-volumes", "api ec2 AttachVolume", "api s4 list", 'api "$service" list', "aws --version"]
)
def test_a_call_that_aws_does_not_know_is_refused(call: str) -> None:
    """A typing error would otherwise be a right that nobody needs."""
    with pytest.raises(AssertionError):
        action_of(call)


def allows(rights: policy.Rights, action: str, resource: str) -> bool:
    """Whether a statement allows an action on a resource, its conditions left aside."""
    return any(
        action in listed(each["Action"]) and any(fnmatch.fnmatchcase(resource, one) for one in listed(each["Resource"]))
        for each in statements(rights)
    )
