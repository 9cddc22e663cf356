"""Mistakes of the table through the real engine's preview: one sentence on the console, and nothing made.

Some of the rows of ``tests/mocks/wrong.py``, which all run there without an engine; those of a component by itself are
written out here. The stand-in answers, so that what only AWS would refuse is not seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.engine.aws.stage import Stage, credentials
from tests.mocks.wrong import WRONG, Wrong
from tests.support.fix_local import Completed, Stack, project_copy
from tools.engine.plugins.aws.server.account import way_out

TRIED: tuple[Mapping[str, Any], ...] = (
    {"instance_type": "t4g.mikro"},
    {"alternative_types": "t3.small"},
    {"storage_gb": "16385"},
    {"region": "eu-west-1"},
    {"egress": "nat"},
    {"vpc": "elsewhere"},
    {"client_security_group": "unheard of"},
    {"password_ref": "hunter2"},
    {"alarm_email": "ops@example.con"},
    {"image": "timescale/timescaledb:latest-pg17"},
    {"check_retention": "3 days"},
    {"storrage_gb": "20"},
)
ROWS = [next(each for each in WRONG if each.of == "stack" and each.changes == changes) for changes in TRIED]
# what Pulumi itself says of any program that ended with an error; it names the exit code of the language host
PULUMIS = "an unhandled error occurred: Program exited with non-zero exit code: 1"
COMPONENT = """
import json
from pulumi_timescaledb import backup, ec2, watch

of = {"volume": ec2.Volume, "group": ec2.SecurityGroup, "vault": backup.Vault, "alarms": watch.Alarms}
kind, args = json.load(open("component.json"))
of[kind]("wrong", args)
"""
DISK = {"database_name": "dev", "availability_zone": "us-east-1a"}
ARN = "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0"
COMPONENTS: list[tuple[str, dict[str, Any], str]] = [
    ("volume", {**DISK, "size_gb": 20}, "size_gb is 20 but the volume has 40 GB; keep at least 40"),
    ("volume", {**DISK, "size_gb": 40, "iops": 80_001}, "iops is 80001; choose a number from"),
    (
        "group",
        {"vpc_id": "vpc-0123456789abcdef0", "clients": {"all": "0.0.0.0/0"}},
        'clients["all"] is 0.0.0.0/0, which lets anybody on the internet try to log in; name a security group',
    ),
    (
        "vault",
        {"vault_name": "dev", "volume_arn": ARN, "daily_schedule": "cron(0 3 * * * *)"},
        "daily_schedule says both a day of the month and of the week, or neither; put ? for one of them",
    ),
]


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory, engine_with_aws: dict[str, str], endpoint: str) -> Stack:
    """The committed stack dev in a copy of the project."""
    folder = tmp_path_factory.mktemp("wrong")
    project = project_copy(folder / "clone")
    (folder / "state").mkdir()
    mine = {key: item for key, item in engine_with_aws.items() if not key.startswith("AWS_")}
    state = {"PULUMI_BACKEND_URL": f"file://{folder / 'state'}"}
    return Stack(project, {**mine, **state, **credentials(endpoint)}, "dev")


@pytest.fixture
def account(stage: Stage) -> Stage:
    """An empty account whose default subnets have a way out by an internet gateway."""
    ec2 = stage.client("ec2")
    way_out(ec2, ec2.describe_vpcs()["Vpcs"][0]["VpcId"])
    return stage


def errors(done: Completed) -> set[str]:
    """What stands as an error on the console, but for Pulumi's own line."""
    assert done.rc not in (0, None), done.output
    assert "Traceback" not in done.output
    assert "Exception calling application" not in done.output
    said = [line.partition("error: ")[2].strip() for line in done.output.splitlines() if "error: " in line]
    return set(said) - {PULUMIS}


def made(stage: Stage) -> dict[str, int]:
    """How many objects there are that a stack would make, and that a new account does not have."""
    ec2 = stage.client("ec2")
    found = stage.client("ssm").describe_parameters()["Parameters"]
    return {
        "volumes": len(ec2.describe_volumes()["Volumes"]),
        "instances": len(ec2.describe_instances()["Reservations"]),
        "templates": len(ec2.describe_launch_templates()["LaunchTemplates"]),
        "interfaces": len(ec2.describe_network_interfaces()["NetworkInterfaces"]),
        "groups": len(ec2.describe_security_groups()["SecurityGroups"]) - 1,
        "roles": len(stage.client("iam").list_roles()["Roles"]),
        "topics": len(stage.client("sns").list_topics()["Topics"]),
        "parameters": len([each for each in found if not each["Name"].startswith("/aws/")]),  # those are AWS's own
        "vaults": len(stage.client("backup").list_backup_vaults()["BackupVaultList"]),
    }


def test_the_stack_is_right_before_it_is_made_wrong(dev: Stack, account: Stage) -> None:
    """Otherwise every row could be refused for the same reason."""
    done = dev.preview()
    assert done.rc == 0, done.output
    assert not any(made(account).values())


@pytest.mark.parametrize("wrong", ROWS, ids=str)
def test_a_wrong_setting_ends_the_preview_in_one_sentence(dev: Stack, account: Stage, wrong: Wrong) -> None:
    """The argument first, the remedy after the semicolon, no traceback; the account stays as it was."""
    before = (dev.folder / "Pulumi.dev.yaml").read_text(encoding="utf-8")
    try:
        for key, value in wrong.changes.items():
            assert dev.config(f"lighthouse:{key}", value).rc == 0
        (sentence,) = errors(dev.preview())
    finally:
        (dev.folder / "Pulumi.dev.yaml").write_text(before, encoding="utf-8")
    assert sentence.startswith(f"{wrong.argument} ")
    assert sentence.partition("; ")[2].startswith(wrong.remedy)
    assert not any(made(account).values())
    assert not dev.export()["deployment"].get("resources")


@pytest.mark.parametrize(("kind", "args", "said"), COMPONENTS, ids=[each[2][:30] for each in COMPONENTS])
def test_a_wrong_argument_ends_the_preview_in_one_sentence(
    account: Stage, kind: str, args: dict[str, Any], said: str
) -> None:
    """A component by itself; the volume of another deployment is the only thing there is, before and after."""
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "timescaledb-database", "Value": "dev"}]}]
    ec2 = account.client("ec2")
    ec2.create_volume(AvailabilityZone="us-east-1a", Size=40, VolumeType="gp3", TagSpecifications=tags)
    (account.folder / "__main__.py").write_text(COMPONENT)
    (account.folder / "component.json").write_text(json.dumps([kind, args]))
    (sentence,) = errors(account.stack.preview())
    assert sentence.startswith(said)
    assert "; " in sentence
    assert {name: count for name, count in made(account).items() if count} == {"volumes": 1}
