"""``tsdb preflight``: every row's three outcomes as values, and the reading against moto in process.

Not proved here: that AWS's answers look so in every region; Service Quotas is stubbed, because moto has none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cli.preflight import command
from pulumi_timescaledb.cli.preflight.checks import OK, REFUSED, WARNING, all_checks, needed_roles
from pulumi_timescaledb.cli.preflight.facts import DELETED, THERE, Facts, Image, Subnet, Volume
from pulumi_timescaledb.cli.preflight.reading import QUOTAS, read
from pulumi_timescaledb.hosts.ec2.routes import Route
from pulumi_timescaledb.settings import Settings
from pulumi_timescaledb.settings import read as read_settings
from typer.testing import CliRunner

from tests.support.aws_account import NAME, ZONE, Account, account, project
from tools.engine.plugins.aws.server.account import way_out

__all__ = ["account", "project"]
CONFIG = {"target": "ec2", "environment": "dev", "password_ref": "ssm:/lighthouse/dev/db/password"}
SUBNET = Subnet("subnet-1", "us-east-1a", 100, default=True)
ROLES = dict.fromkeys(("AWSServiceRoleForAutoScaling", "AWSServiceRoleForEC2Spot", "AWSServiceRoleForBackup"), True)
GOOD = Facts(
    who="arn:aws:iam::1:user/x", vpcs=["vpc-1"], subnets=[SUBNET], routes=[Route("0.0.0.0/0", "igw-1")],
    offered=["t4g.micro"], image=Image("ami-1", "arm64", "available"), quota=32.0, used=0, roles=ROLES, volumes=[],
    password=THERE,
)  # fmt: skip
VOLUME = Volume("vol-1", 20, "available", "us-east-1a")


def settings(**more: str) -> Settings:
    return read_settings({f"lighthouse:{key}": text for key, text in {**CONFIG, **more}.items()}, "dev")


def test_an_account_that_has_everything_gets_no_refusal() -> None:
    found = all_checks(settings(), GOOD)
    assert {each.state for each in found if each.name != "container image"} == {OK}


@pytest.mark.parametrize(
    ("facts", "more", "name", "state", "words"),
    [
        (Facts(unread={"who": "no credentials"}), {}, "credentials", REFUSED, "no credentials"),
        (replace(GOOD, vpcs=[]), {}, "vpc", REFUSED, "0 fit the default VPC"),
        (replace(GOOD, vpcs=["vpc-1", "vpc-2"]), {"vpc": "main"}, "vpc", REFUSED, "2 fit main"),
        (replace(GOOD, subnets=[]), {}, "subnet", REFUSED, "0 fit the VPC"),
        (replace(GOOD, subnets=[replace(SUBNET, free=2)]), {}, "subnet", REFUSED, "2 addresses free"),
        (replace(GOOD, routes=[]), {}, "way out", REFUSED, "the routes offer none"),
        (GOOD, {"egress": "nat"}, "way out", REFUSED, "the routes offer public-ip"),
        (replace(GOOD, endpoints=["ssm"]), {"egress": "endpoints"}, "endpoints", WARNING, "ssmmessages"),
        (GOOD, {"via": "direct"}, "ports", WARNING, "open to nobody"),
        (replace(GOOD, groups=[]), {"client_security_group": "apps"}, "ports", REFUSED, "0 groups fit apps"),
        (replace(GOOD, offered=[]), {}, "instance types", REFUSED, "us-east-1a has no t4g.micro"),
        (GOOD, {"alternative_types": "t4g.small"}, "instance types", WARNING, "has no t4g.small"),
        (replace(GOOD, image=Image("ami-1", "x86_64", "available")), {}, "machine image", REFUSED, "x86_64"),
        (GOOD, {"image": f"sha256:{'0' * 64}", "image_family": "timescaledb"}, "container image", REFUSED, "image id"),
        (replace(GOOD, quota=1.0), {}, "quota", REFUSED, "0 of 1 vCPUs run, 2 are needed"),
        (replace(GOOD, used=31), {}, "quota", REFUSED, "31 of 32"),
        (replace(GOOD, roles={**ROLES, "AWSServiceRoleForEC2Spot": False}), {}, "service role", WARNING, "Spot is not"),
        (
            replace(GOOD, volumes=[replace(VOLUME, size_gb=40)]), {}, "data volume", REFUSED,
            "has 40 GB, 20 are declared",
        ),
        (
            replace(GOOD, volumes=[VOLUME, replace(VOLUME, id="vol-2")]), {}, "data volume", REFUSED,
            "vol-1 and vol-2 all have",
        ),
        (replace(GOOD, password=DELETED), {}, "password", REFUSED, "waits for its deletion"),
        (replace(GOOD, topic=False), {"alarm_topic": "arn:aws:sns:us-east-1:1:x"}, "topic", REFUSED, "is not there"),
        (replace(GOOD, key_pair=False), {"key_name": "ops"}, "key pair", REFUSED, "ops is not there"),
        (replace(GOOD, quota=None, unread={"quota": "denied"}), {}, "quota", WARNING, "not read: denied"),
    ],
)  # fmt: skip
def test_what_would_fail_is_named_with_its_remedy(
    facts: Facts, more: dict[str, str], name: str, state: str, words: str
) -> None:
    found = [each for each in all_checks(settings(**more), facts) if each.name == name and each.state == state]
    assert len(found) == 1
    assert words in found[0].found
    assert found[0].remedy


def test_several_volumes_with_the_tag_are_refused_where_one_could_be_the_wrong_one() -> None:
    """In any zone where the data last; else in the host's own, since another zone's are not asked for."""
    far = replace(VOLUME, id="vol-2", zone="us-east-1b")
    for environment, volumes, state in (
        ("prod", [VOLUME, far], REFUSED),
        ("dev", [VOLUME, far], WARNING),
        ("dev", [VOLUME, replace(VOLUME, id="vol-2")], REFUSED),
    ):
        rows = all_checks(settings(environment=environment), replace(GOOD, volumes=volumes))
        (row,) = (each for each in rows if each.name == "data volume")
        assert row.state == state
        assert ("vol-2" in row.found) is (state == REFUSED)


@pytest.mark.parametrize(
    ("environment", "volume", "state", "found", "remedy"),
    [
        ("prod", VOLUME, WARNING, "is available: pulumi up takes it back with its data", "where these data are meant"),
        ("dev", VOLUME, WARNING, "is available: the environment dev takes none back", "no host boots"),
        ("prod", replace(VOLUME, state="in-use"), WARNING, "is in-use, by this stack's host or by another's", "else"),
        ("dev", replace(VOLUME, state="in-use"), WARNING, "is in-use, by this stack's host or by another's", "else"),
        ("prod", replace(VOLUME, zone="us-east-1b"), REFUSED, "is in us-east-1b, the host's subnet in us-east-1a",
         "set subnet to one of us-east-1b, or take the tag"),
        ("prod", replace(VOLUME, stack="lighthouse/dev"), WARNING, "takes it back with its data", "are meant"),
        ("prod", replace(VOLUME, stack="other/prod"), REFUSED, "belongs to other/prod", "timescaledb-stack"),
        # whose next host begins with a new one
        ("dev", replace(VOLUME, zone="us-east-1b"), WARNING, "is in us-east-1b, the host's subnet in us-east-1a",
         "set subnet to one of us-east-1b, or take the tag"),
    ],
)  # fmt: skip
def test_the_only_volume_with_the_tag_is_taken_back_kept_or_out_of_reach(
    environment: str, volume: Volume, state: str, found: str, remedy: str
) -> None:
    """As the component does with it; that the tag comes off is the way for what is not meant alone."""
    rows = all_checks(settings(environment=environment), replace(GOOD, volumes=[volume]))
    (row,) = (each for each in rows if each.name == "data volume")
    assert row.state == state
    assert "vol-1 of 20 GB" in row.found
    assert found in row.found
    assert remedy in row.remedy
    assert "existing_volume_id" not in row.remedy


@pytest.mark.parametrize(
    ("more", "state", "words"),
    [
        ({"via": "ssh:jump"}, REFUSED, "ssh:jump reaches neither port 5432 nor 22 of the host"),
        ({"via": "ssh:jump", "client_security_group": "apps"}, OK, "port 5432 for sg-1"),
        ({"via": "ssh:db", "ssh_clients": "pl-0123456789abcdef0"}, OK, "enough where ssh:db is the host itself"),
        ({}, OK, "tsdb comes through ssm"),
    ],
)
def test_a_way_by_ssh_has_a_port_to_end_at(more: dict[str, str], state: str, words: str) -> None:
    """That of the database for a jump host, or that of SSH on the host itself."""
    rows = all_checks(settings(**more), replace(GOOD, groups=["sg-1"]))
    (row,) = (each for each in rows if each.name == "ports")
    assert row.state == state
    assert words in row.found
    assert ("client_security_group" in row.remedy and "ssh_clients" in row.remedy) == (state == REFUSED)


@pytest.mark.parametrize(
    ("more", "sizes", "tells"),
    [
        ({}, "8 GB of root disk, 20 GB of data volume", "not seen from here: the alarm data-disk tells"),
        ({"storage_gb": "100", "alarms": "none"}, "100 GB of data volume", "not seen from here: df on the host tells"),
    ],
)
def test_the_disks_are_as_large_as_declared(more: dict[str, str], sizes: str, tells: str) -> None:
    """Those of the components: a root disk of the least size, which no setting changes, and the volume."""
    (row,) = (each for each in all_checks(settings(**more), GOOD) if each.name == "free disk")
    assert (row.state, row.remedy) == (OK, "")
    assert sizes in row.found
    assert tells in row.found


@pytest.mark.parametrize(
    ("more", "needed"),
    [
        ({"backup_days": "0"}, ["AutoScaling", "EC2Spot"]),
        ({"market": "on-demand", "backup_days": "0"}, []),
        ({"market": "on-demand", "backup_days": "29"}, ["Backup"]),
        ({"market": "on-demand", "backup_days": "30"}, ["Backup", "BackupRestoreTesting"]),
    ],
)
def test_the_roles_of_services_are_those_of_what_is_made(more: dict[str, str], needed: list[str]) -> None:
    """A restore is tested where backups are kept for 30 days or longer, and takes a role of its own."""
    assert needed_roles(settings(**more)) == [f"AWSServiceRoleFor{each}" for each in needed]


def test_a_role_that_is_not_there_is_made_by_a_command_or_with_the_policy_that_may() -> None:
    """And one that is there says nothing more."""
    missing = {"AWSServiceRoleForBackupRestoreTesting": False}
    (found,) = (each for each in all_checks(settings(), replace(GOOD, roles=missing)) if each.name == "service role")
    assert "--aws-service-name restore-testing.backup.amazonaws.com" in found.remedy
    assert "--region us-east-1 --print-policy roles" in found.remedy


@pytest.mark.parametrize(
    ("fact", "more", "which"),
    [
        ("quota", {}, "operate"),
        ("topic", {"alarm_topic": "arn:aws:sns:us-east-1:1:x"}, "watch"),
        ("record_zone", {}, "host"),
        ("password", {}, "operate"),
        ("password", {"password_ref": "secretsmanager:lighthouse/dev/db/password"}, "host"),
    ],
)
def test_what_is_not_read_names_the_policy_with_the_right(fact: str, more: dict[str, str], which: str) -> None:
    found = all_checks(settings(**more), replace(GOOD, unread={fact: "denied"}))
    (remedy,) = (each.remedy for each in found if each.found == "not read: denied")
    assert remedy == f"ask for the right, tsdb bootstrap --region us-east-1 --print-policy {which}"


@pytest.fixture
def asked(account: Account) -> Iterator[Account]:
    """An account with a quota of 32 vCPUs, which moto does not know, and a way out of its default VPC."""
    vpc = account.ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]
    way_out(account.ec2, vpc)
    with Stubber(account.clients("service-quotas")) as stub:
        answer: dict[str, Any] = {"Quota": {"Value": 32.0}}
        stub.add_response("get_service_quota", answer, {"ServiceCode": "ec2", "QuotaCode": QUOTAS["spot"]})
        yield account
        stub.assert_no_pending_responses()


def test_a_fresh_account_is_read_whole(asked: Account, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.run("dev", str(project), as_json=True, clients=asked.clients)
    found = json.loads(capsys.readouterr().out)
    states = {each["name"]: each["state"] for each in found["checks"]}
    assert found["good"]
    assert [name for name, state in states.items() if state == WARNING] == ["service role", "container image"]
    assert {"credentials", "vpc", "subnet", "way out", "quota", "machine image", "data volume", "free disk"} <= set(
        states
    )


def test_what_is_there_is_seen(asked: Account) -> None:
    asked.volume()
    asked.clients("ssm").put_parameter(Name="/lighthouse/dev/db/password", Value="canary-1c", Type="SecureString")
    asked.clients("iam").create_service_linked_role(AWSServiceName="spot.amazonaws.com")
    asked.instance()
    facts = read(asked.clients, settings())
    assert [(each.size_gb, each.state, each.zone, each.stack) for each in facts.volumes or ()] == [
        (20, "available", ZONE, "lighthouse/dev")
    ]
    assert facts.password == THERE
    assert facts.unread == {}
    assert facts.used == 0  # one on demand does not count for spot
    assert "canary" not in str(facts)


def test_a_secret_that_waits_for_its_deletion_is_seen(asked: Account) -> None:
    manager = asked.clients("secretsmanager")
    manager.create_secret(Name="lighthouse/dev/db/password", SecretString="x")
    manager.delete_secret(SecretId="lighthouse/dev/db/password", RecoveryWindowInDays=7)
    assert read(asked.clients, settings(password_ref="secretsmanager:lighthouse/dev/db/password")).password == DELETED


@pytest.mark.parametrize("there", [True, False])
def test_a_key_pair_that_is_named_is_looked_for(asked: Account, there: bool) -> None:
    """And where none is named, nothing is asked."""
    if there:
        asked.ec2.create_key_pair(KeyName="ops key")
    facts = read(asked.clients, settings(key_name="ops key"))
    assert (facts.key_pair, facts.unread) == (there, {})


def test_one_missing_right_hides_nothing_else(account: Account) -> None:
    with Stubber(account.clients("service-quotas")) as stub:
        stub.add_client_error("get_service_quota", "AccessDeniedException", "not for you")
        facts = read(account.clients, settings())
    assert "AccessDeniedException" in facts.unread["quota"]
    assert facts.vpcs
    assert facts.volumes == []
    assert facts.subnet
    assert facts.key_pair is None
    assert settings().name == NAME


@pytest.mark.parametrize("arguments", [["-s", "local"], ["-s", "nowhere"], []])
def test_a_stack_that_is_not_on_aws_is_refused(project: Path, arguments: list[str]) -> None:
    (project / "Pulumi.local.yaml").write_text("config:\n  lighthouse:target: docker\n")
    answer = CliRunner().invoke(app, ["preflight", *arguments, "-C", str(project)])
    assert answer.exit_code == 2
    assert answer.stdout == ""
    assert "Traceback" not in answer.stderr
