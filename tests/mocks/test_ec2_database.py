"""A database on EC2: dev as spot, prod on demand.

The golden graphs of both are the stacks' own (test_lighthouse_aws); here are those of options that no stack asks for.

Not proved here: that AWS or its provider accepts the inputs, what a change replaces, and that a host boots. Policy
documents have golden files of their own.
"""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.hosts.contract import Host
from pulumi_timescaledb.hosts.ec2 import Database

from tests.mocks import aws
from tests.mocks.graph import GOLDEN, UNKNOWN, compare, compare_text, draw, record

DEV: dict[str, Any] = {
    "database_name": "lighthouse-dev",
    "market": "spot",
    "instance_types": ["t4g.micro", "t4g.small"],
    "egress": "public-ip",
    "password_ref": "ssm:/lighthouse/dev/db/password",
    "user_data": aws.boot_program,
    "size_gb": 20,
    "retain": False,
    "client_security_groups": {"backend": "backend"},
}
DOMAIN = {"domain_name": "db.example.com", "zone_id": "Z0123456789ABC"}
PROD: dict[str, Any] = {
    **DEV,
    **DOMAIN,
    "database_name": "lighthouse-prod",
    "market": "on-demand",
    "instance_types": ["t4g.small"],
    "egress": "nat",
    "password_ref": "secretsmanager:lighthouse/prod/db/password",
    "size_gb": 100,
    "retain": True,
    "vpc": "main",
    "subnet": "private",
    "tags": {"team": "data"},
}
NAMES = ("connection", "endpoint", "instance_id", "private_ip", "ssh_command", "session_command")


def graph(args: dict[str, Any], account: aws.Account | None = None, *, preview: bool = False) -> dict[str, Any]:
    """What a program with one database called lighthouse registers and exports."""

    def program() -> None:
        host = Database("lighthouse", args)  # type: ignore[arg-type]
        for name in NAMES:
            pulumi.export(name, getattr(host, name))

    return record(
        program,
        preview=preview,
        project="lighthouse",
        calls=(account or aws.Account()).calls(),
        outputs=aws.outputs,
    )


def inputs(found: dict[str, Any], name: str) -> dict[str, Any]:
    """The inputs of one resource."""
    given: dict[str, Any] = found["resources"][f"lighthouse-{name}"]["inputs"]
    return given


@pytest.mark.parametrize(
    ("file", "args", "below"),
    [
        ("ec2_spot_domain", {**DEV, **DOMAIN}, ("lighthouse-address", "lighthouse-host")),
        ("ec2_on_demand_domain", PROD, ("lighthouse-address", "lighthouse-host")),
        ("ec2_spot_fall_back", {**DEV, "fall_back": True}, ("lighthouse-fall-back",)),
    ],
)
def test_what_an_option_adds_is_the_golden_graph(file: str, args: dict[str, Any], below: tuple[str, ...]) -> None:
    """A domain name adds a record that the host waits for, a fall back a machine with its roles and rules."""
    found = graph(args)["resources"]
    compare_text(draw(found, [name for name in found if name.startswith(below)]), GOLDEN / f"{file}.yaml")


@pytest.mark.parametrize(("args", "retained"), [(DEV, False), (PROD, True)])
def test_a_volume_is_protected_unless_the_program_says_otherwise(args: dict[str, Any], retained: bool) -> None:
    """Whether it is left behind is the program's to say."""
    volume = graph(args)["resources"]["lighthouse-data-volume"]
    assert (volume["protect"], "retain_on_delete" in volume) == (True, retained)


@pytest.mark.parametrize(
    ("file", "args", "name"),
    [
        ("ec2_template", DEV, "host-template"),
        ("ec2_group", DEV, "host-group"),
        ("ec2_instance", PROD, "host-instance"),
        ("ec2_volume", PROD, "data-volume"),
    ],
)
def test_the_inputs_that_matter_are_the_golden_ones(file: str, args: dict[str, Any], name: str) -> None:
    """The security of an instance and the healing of a group are a matter of a few inputs."""
    found = {key: value for key, value in inputs(graph(args), name).items() if not key.startswith("userData")}
    compare(found, GOLDEN / f"{file}.yaml")


def test_a_spot_host_is_reached_through_whichever_instance_runs() -> None:
    """The address is the interface's, which stays; the way to it is looked up by the tag."""
    found = graph(DEV)["outputs"]
    assert found["connection"]["host"] == "10.0.1.4"
    assert found["connection"]["via"] == f"ssm:timescaledb-database=lighthouse-dev@{aws.REGION}"
    assert found["instance_id"] == aws.INSTANCE
    assert found["private_ip"] == "10.0.1.4"
    assert found["endpoint"] == "10.0.1.4:5432"


def test_between_two_spot_hosts_there_is_no_instance_and_still_an_address() -> None:
    """A preview in that minute does not fail."""
    found = graph(DEV, aws.Account(running=()))["outputs"]
    assert found["instance_id"] == ""
    assert found["endpoint"] == "10.0.1.4:5432"
    assert found["connection"]["via"] == "ssm:timescaledb-database=lighthouse-dev@eu-central-1"


def test_an_on_demand_host_is_known_by_its_id() -> None:
    """No look-up is needed, and the name is what clients use."""
    account = aws.Account()
    found = graph(PROD, account)["outputs"]
    assert found["instance_id"] == "lighthouse-host-instance-id"
    assert found["endpoint"] == "db.example.com:5432"


@pytest.mark.parametrize("args", [DEV, PROD])
def test_nothing_is_known_of_a_host_that_is_not_there(args: dict[str, Any]) -> None:
    """On a first preview objects inside the database wait for it."""
    found = graph(args, preview=True)
    assert {found["outputs"][name] for name in ("connection", "endpoint", "instance_id", "private_ip")} == {UNKNOWN}
    assert inputs(found, "data-volume")["size"] == args["size_gb"]


def test_the_password_is_made_by_the_host_and_known_to_nobody_else() -> None:
    """A secret has no version here, a parameter no resource; the reference alone reaches the boot program."""
    kinds = {each["type"] for each in graph(PROD)["resources"].values()}
    assert "aws:secretsmanager/secret:Secret" in kinds
    assert not kinds & {"aws:secretsmanager/secretVersion:SecretVersion", "aws:ssm/parameter:Parameter"}
    assert not [kind for kind in kinds if kind.startswith(("random:", "tls:"))]


def test_there_is_no_attachment_no_spot_request_and_no_key() -> None:
    """The boot program attaches; the group buys; Session Manager needs no key."""
    for args in (DEV, PROD):
        found = graph(args)
        kinds = {each["type"].rpartition(":")[2] for each in found["resources"].values()}
        assert not kinds & {"VolumeAttachment", "SpotInstanceRequest", "KeyPair", "NetworkInterfaceAttachment"}
        assert "keyName" not in str(found["resources"])


def test_the_identity_tag_is_on_one_volume_alone() -> None:
    """A root disk with it would be a second candidate, and the boot program refuses to choose."""
    template = inputs(graph(DEV), "host-template")["tagSpecifications"]
    tagged = {each["resourceType"]: "timescaledb-database" in each["tags"] for each in template}
    assert tagged == {"instance": True, "volume": False}
    root = inputs(graph(PROD), "host-instance")["rootBlockDevice"]
    assert "timescaledb-database" not in root["tags"]


def test_the_machine_of_a_fall_back_has_one_step() -> None:
    """A failed launch sets one instance on demand, the schedule none."""
    found = graph({**DEV, "fall_back": True})
    assert inputs(found, "fall-back-failed-target")["input"] == '{"on_demand": 1}'
    assert inputs(found, "fall-back-return-target")["input"] == '{"on_demand": 0}'


def test_an_existing_volume_is_read_and_tagged_and_never_formatted() -> None:
    """Nothing else of it is managed; the boot program is told to format nothing."""
    told: list[Any] = []

    def pack(settings: Any) -> str:
        told.append(settings)
        return aws.boot_program(settings)

    adopted = {**PROD, "existing_volume_id": aws.PLAIN, "user_data": pack}
    del adopted["size_gb"]
    found = graph(adopted)
    assert found["resources"]["lighthouse-data-volume"] == {
        "type": "aws:ebs/volume:Volume",
        "parent": "lighthouse-data",
        "read": aws.PLAIN,
    }
    assert inputs(found, "data-tag")["key"] == "timescaledb-database"
    assert {each["format_blank"] for each in told} == {False}


@pytest.mark.parametrize(("volume", "keys"), [(aws.PLAIN, []), (aws.KEYED, [aws.KEY])])
def test_a_host_may_use_the_key_of_a_volume_that_was_taken_over(volume: str, keys: list[str]) -> None:
    """Else it could not attach it; the key is the volume's own and is not declared."""
    adopted = {**PROD, "existing_volume_id": volume}
    del adopted["size_gb"]
    found = graph(adopted)["resources"]
    statements = json.loads(found["lighthouse-identity-volume"]["inputs"]["policy"])["Statement"]
    granted = {each["Sid"]: each["Resource"] for each in statements if "kms" in str(each["Action"])}
    assert granted == ({"UseKey": keys, "GrantForEbs": keys} if keys else {})
    assert "lighthouse-identity-keys" not in found


def test_the_boot_program_is_told_what_only_the_stack_knows() -> None:
    """Ids of what outlives a host, and references; no password among them."""
    told: list[Any] = []

    def pack(settings: Any) -> str:
        told.append(settings)
        return ""

    graph({**DEV, "user_data": pack})
    assert told[-1] == {
        "egress": DEV["egress"],
        "database_name": "lighthouse-dev",
        "tag_key": "timescaledb-database",
        "password": "ssm:/lighthouse/dev/db/password",
        "password_made_here": True,
        "format_blank": True,
        "interface": "lighthouse-address-interface-id",
        "dns_zone": "",
        "dns_name": "",
        "group": "lighthouse-dev",
        "ca_parameter": "",
        "config_parameter": "",
        "log_group": "",
        "archive_bucket": "",
        "archive_days": 30,
    }


def test_a_bucket_is_told_to_the_host_and_open_to_its_role_below_the_database_alone() -> None:
    """Its name and the days stand in user data; the role's folder in it is the database's."""
    told: list[Any] = []

    def pack(settings: Any) -> str:
        told.append(settings)
        return ""

    args = {**DEV, "user_data": pack, "archive_bucket": "kept", "archive_days": 7}
    found = graph(args)["resources"]
    assert (told[-1]["archive_bucket"], told[-1]["archive_days"]) == ("kept", 7)
    statements = json.loads(found["lighthouse-identity-archive"]["inputs"]["policy"])["Statement"]
    assert {each["Sid"]: each["Resource"] for each in statements} == {
        "ListArchive": "arn:aws:s3:::kept",
        "Archive": "arn:aws:s3:::kept/lighthouse-dev/*",
    }


def test_the_role_may_use_the_volumes_key_and_every_other_that_is_named() -> None:
    """Of the archive's bucket, or of a secret that was there: without the right the host would be refused both."""
    keys = [f"arn:aws:kms:eu-central-1:123456789012:key/{number}" for number in range(3)]

    def allowed(**changes: Any) -> set[str]:
        roles = graph({**DEV, **changes})["resources"]
        texts = [each["inputs"]["policy"] for name, each in roles.items() if name.startswith("lighthouse-identity-") and
                 "policy" in each.get("inputs", {})]  # fmt: skip
        return {key for key in keys for text in texts if key in text}

    assert allowed() == set()
    assert allowed(kms_key_arn=keys[0]) == {keys[0]}
    assert allowed(key_arns=keys[1:]) == set(keys[1:])
    assert allowed(kms_key_arn=keys[0], key_arns=keys[1:]) == set(keys)


def test_a_log_group_is_told_to_the_host_and_open_to_its_role_alone() -> None:
    """Its name stands in user data; the role may write streams of this one group."""
    told: list[Any] = []

    def pack(settings: Any) -> str:
        told.append(settings)
        return ""

    found = graph({**DEV, "user_data": pack, "log_group": "/timescaledb/lighthouse-dev"})["resources"]
    assert told[-1]["log_group"] == "/timescaledb/lighthouse-dev"
    (policy,) = [each["inputs"]["policy"] for each in found.values() if "PutLogEvents" in str(each.get("inputs"))]
    (statement,) = [each for each in json.loads(policy)["Statement"] if each["Sid"] == "Logs"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"].endswith(":log-group:/timescaledb/lighthouse-dev:*")


def test_a_chosen_image_is_followed_and_the_newest_is_pinned() -> None:
    """A newer image of tomorrow replaces no host; one that is named does."""
    pinned = graph(DEV)["resources"]["lighthouse-host-template"]
    assert pinned["ignore_changes"] == ["imageId"]
    chosen = graph({**DEV, "image_id": aws.AMI_ARM})["resources"]["lighthouse-host-template"]
    assert "ignore_changes" not in chosen
    assert chosen["inputs"]["imageId"] == aws.AMI_ARM


def test_a_volume_may_grow() -> None:
    """It stands beside the refusal of a smaller one, which could pass for another reason."""
    assert inputs(graph({**DEV, "size_gb": 40}, aws.Account(volumes=(20,))), "data-volume")["size"] == 40


def test_an_unprotected_volume_is_asked_for() -> None:
    """Destroying a stack of a day must be possible, in the program and not by hand."""
    found = graph({**DEV, "protect": False})["resources"]["lighthouse-data-volume"]
    assert "protect" not in found
    assert found["inputs"]["finalSnapshot"] is True


def test_a_database_is_a_host() -> None:
    """The component keeps the contract, with the volume to hang objects on."""
    seen: list[Database] = []
    record(
        lambda: seen.append(Database("lighthouse", DEV)),  # type: ignore[arg-type]
        calls=aws.Account().calls(),
        outputs=aws.outputs,
    )
    (host,) = seen
    assert isinstance(host, Host)
    assert host.data_volume is host.volume.resource
    assert len(host.ready) == 1
