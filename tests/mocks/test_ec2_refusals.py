"""Wrong arguments of a database on EC2: each ends the preview with one sentence that names the argument.

Not proved here: that AWS would refuse the same, and that nothing else is wrong with a declaration that passes.
"""

from __future__ import annotations

import base64
import re
from typing import Any

import pulumi
import pytest

from tests.mocks import aws
from tests.mocks.test_ec2_database import DEV, PROD, graph

# a refusal names the argument at its beginning, says what is wrong, and after a semicolon what to do
SENTENCE = re.compile(r"[^;\n]+; [^\n]+")
HUGE = base64.b64encode(b"x" * 16_385).decode()

WRONG: list[tuple[str, dict[str, Any]]] = [
    ("database_name", {"database_name": "Lighthouse Dev"}),
    ("database_name", {"database_name": "l" * 41}),
    ("market", {"market": "reserved"}),
    ("instance_types", {"instance_types": ["t4g.mikro"]}),
    ("instance_types", {"instance_types": []}),
    ("instance_types", {"instance_types": "t4g.micro"}),
    ("instance_types", {"instance_types": ["t4g.micro", "t3.small"]}),
    ("instance_types", {"instance_types": ["t4g.small", "t4g.micro"]}),
    ("instance_types", {"instance_types": ["t4g.small", "t4g.small"]}),
    ("instance_types", {"instance_types": ["t4g.micro", "m7g.medium"]}),
    ("instance_types", {"market": "on-demand"}),
    ("egress", {"egress": "internet"}),
    ("egress", {"subnet": "closed"}),
    ("egress", {"subnet": "private"}),
    ("egress", {"egress": "ipv6"}),
    ("egress", {"egress": "endpoints"}),
    ("vpc", {"vpc": "vpc-0123"}),
    ("vpc", {"vpc": "unheard of"}),
    ("vpc", {"vpc": "twice"}),
    ("subnet", {"subnet": "subnet-0xyz"}),
    ("subnet", {"subnet": "unheard of"}),
    ("client_security_groups", {"client_security_groups": {"backend": "unheard of"}}),
    ("client_security_groups", {"client_security_groups": {"The Backend": "backend"}}),
    ('clients["backend"]', {"clients": {"backend": "10.1.2.0/24"}}),
    ('clients["world"]', {"clients": {"world": "0.0.0.0/0"}}),
    ('clients["world"]', {"clients": {"world": "::/0"}, "ports": [5432, 6432]}),
    ('clients["half"]', {"clients": {"half": "128.0.0.0/1"}}),
    ('clients["office"]', {"clients": {"office": "10.1.2.3/16"}}),
    ('clients["office"]', {"clients": {"office": "office.example.com"}}),
    ('ssh_clients["me"]', {"ssh_clients": {"me": "198.51.100.7/32"}}),
    ('ssh_clients["me"]', {"ssh_clients": {"me": "0.0.0.0/0"}, "accept_a_database_open_to_the_internet": True}),
    ("ports", {"ports": [22]}),
    ("ports", {"ports": []}),
    ("dns_servers", {"dns_servers": ["resolver"]}),
    ("size_gb", {"size_gb": 0}),
    ("size_gb", {"size_gb": 65_537}),
    ("size_gb", {"size_gb": "20GB"}),
    ("size_gb", {"size_gb": None}),
    ("size_gb", {"size_gb": 50, "existing_volume_id": "vol-0123456789abcdef0"}),
    ("iops", {"iops": 80_001}),
    ("iops", {"iops": 2_999}),
    ("iops", {"iops": 16_000}),
    ("throughput", {"throughput": 2_001}),
    ("throughput", {"throughput": 1_000}),
    ("snapshot_id", {"snapshot_id": "vol-0123456789abcdef0"}),
    ("existing_volume_id", {"existing_volume_id": "the old one"}),
    ("kms_key_arn", {"kms_key_arn": "alias/mine"}),
    ("key_arns[0]", {"key_arns": ["alias/mine"]}),
    ("repository_arns", {"repository_arns": "arn:aws:ecr:eu-central-1:123456789012:repository/timescaledb"}),
    ("password_ref", {"password_ref": "hunter2"}),
    ("password_ref", {"password_ref": "env:PGPASSWORD"}),
    ("password_ref", {"password_ref": "ssm:/aws/service/mine"}),
    ("password_ref", {"password_ref": "secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:a-b"}),
    ("image_id", {"image_id": "al2023"}),
    ("image_id", {"image_id": aws.AMI_X86}),
    ("root_gb", {"root_gb": 4}),
    ("cpu_credits", {"cpu_credits": "free"}),
    ("user_data", {"user_data": "I2Nsb3VkLWNvbmZpZw=="}),
    ("user_data_base64", {"user_data": lambda settings: HUGE}),
    ("user_data_base64", {"user_data": lambda settings: "#cloud-config"}),
    ("stable_interface", {"stable_interface": False}),
    ("stable_interface", {"market": "on-demand", "instance_types": ["t4g.small"], "stable_interface": True}),
    ("fall_back", {"market": "on-demand", "instance_types": ["t4g.small"], "fall_back": True}),
    ("replace_on_change", {"market": "on-demand", "instance_types": ["t4g.small"], "replace_on_change": True}),
    ("domain_name", {"domain_name": "DB.example.com."}),
    ("zone_id", {"domain_name": "db.example.com"}),
    ("via", {"via": "telnet:host"}),
    ("via", {"via": "ssh:-oProxyCommand=evil"}),
    ("tls", {"tls": "on"}),
    ("database", {"database": "template1"}),
    ("tags", {"tags": {"Name": "mine"}}),
    ("tags", {"tags": {"aws:owner": "me"}}),
    ("ca_parameter", {"ca_parameter": "lighthouse/ca"}),
    ("retain", {"retain": "false"}),
    ("protect", {"protect": 0}),
    ("instance_type", {"instance_type": "t4g.micro"}),
    ("instance_types", {"instance_types": None}),
]


@pytest.mark.parametrize(("argument", "wrong"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_a_wrong_argument_is_refused_in_one_sentence(argument: str, wrong: dict[str, Any]) -> None:
    """The console shows it without a traceback, already in the preview."""
    with pytest.raises(pulumi.RunError) as refused:
        graph({**DEV, **wrong}, preview=True)
    assert str(refused.value).startswith(f"{argument} ")
    assert SENTENCE.fullmatch(str(refused.value))


def test_the_declarations_that_are_made_wrong_are_right() -> None:
    """Otherwise every one of them would be refused for the same reason."""
    graph(DEV, preview=True)
    graph(PROD, preview=True)


def test_a_smaller_volume_is_refused_while_the_preview_runs() -> None:
    """AWS would refuse it half way through an update."""
    with pytest.raises(pulumi.RunError, match=r"^size_gb is 20 but the volume has 40 GB; keep at least 40"):
        graph(DEV, aws.Account(volumes=(40,)), preview=True)


@pytest.mark.parametrize("volumes", [(), (40,)])
def test_a_volume_smaller_than_its_snapshot_is_refused_until_there_is_one(volumes: tuple[int, ...]) -> None:
    """EBS makes none; what a volume began as is nobody's question later, and the snapshot may be gone by then."""
    args = {**DEV, "size_gb": 40, "snapshot_id": aws.SNAPSHOT}
    graph(args, aws.Account(snapshots={aws.SNAPSHOT: 40}), preview=True)
    for there, sentence in (
        (
            {aws.SNAPSHOT: 50},
            "^size_gb is 40 but snap-0123456789abcdef0 is of a volume with 50 GB; declare at least 50",
        ),
        ({}, "^snapshot_id is 'snap-0123456789abcdef0' and no snapshot fit; "),
    ):
        account = aws.Account(volumes=volumes, snapshots=there)
        if volumes:
            graph(args, account, preview=True)
        else:
            with pytest.raises(pulumi.RunError, match=sentence):
                graph(args, account, preview=True)


def test_a_volume_that_no_host_of_the_subnet_could_attach_is_not_taken_over() -> None:
    """The host looks for it in its own zone, and would wait for ever."""
    args = {**PROD, "size_gb": None, "existing_volume_id": aws.ELSEWHERE}
    with pytest.raises(pulumi.RunError) as caught:
        graph(args, preview=True)
    said = str(caught.value)
    assert SENTENCE.fullmatch(said)
    assert said.startswith(f"existing_volume_id is {aws.ELSEWHERE} in {aws.REGION}c but the subnet of its host is in ")
    assert f"set subnet to one in {aws.REGION}c" in said


def test_a_subnet_with_no_way_out_is_told_of_every_one() -> None:
    """The choice is the reader's, so the sentence names all four and what the subnet has."""
    with pytest.raises(pulumi.RunError) as refused:
        graph({**DEV, "subnet": "closed"}, preview=True)
    said = str(refused.value)
    assert "no way out at all" in said
    assert aws.CLOSED in said
    assert all(f"{way} (" in said for way in ("nat", "public-ip", "ipv6", "endpoints"))
    with pytest.raises(pulumi.RunError, match=f"routes of {aws.PRIVATE} offer only nat"):
        graph({**DEV, "subnet": "private"}, preview=True)


def test_what_was_given_for_a_password_is_not_repeated() -> None:
    """It may be the password."""
    with pytest.raises(pulumi.RunError) as refused:
        graph({**DEV, "password_ref": "canary-password"}, preview=True)
    assert "canary" not in str(refused.value)


def test_the_internet_gets_in_only_where_somebody_says_so() -> None:
    """The argument's name is the risk."""
    clients = {"clients": {"world": "0.0.0.0/0"}, "accept_a_database_open_to_the_internet": True}
    found = graph({**DEV, **clients})["resources"]["lighthouse-security-in-world-5432"]
    assert found["inputs"]["cidrIpv4"] == "0.0.0.0/0"


def test_what_decides_the_resources_must_be_plain() -> None:
    """Whether there is a group cannot depend on an output."""

    def declare(args: dict[str, Any]) -> None:
        graph(args)

    class Late(dict[str, Any]):
        """Arguments whose market is an output, made where the program runs."""

        def get(self, key: str, default: Any = None) -> Any:
            return pulumi.Output.from_input("spot") if key == "market" else super().get(key, default)

        def items(self) -> Any:
            return [(key, self.get(key)) for key in self]

    with pytest.raises(pulumi.RunError, match=r"^market depends on another resource; "):
        declare(Late(DEV))


@pytest.mark.parametrize(
    ("args", "grouped", "remedy"),
    [
        (DEV, [], f"aws ec2 stop-instances --instance-ids {aws.INSTANCE}"),
        (PROD, [aws.INSTANCE], "aws autoscaling update-auto-scaling-group --auto-scaling-group-name lighthouse-prod"),
    ],
)
def test_a_host_beside_one_that_was_bought_the_other_way_is_refused(
    args: dict[str, Any], grouped: list[str], remedy: str
) -> None:
    """The volume stays with the one that runs; both would wait for ever."""
    with pytest.raises(pulumi.RunError) as caught:
        graph(args, aws.Account(grouped=grouped))
    assert str(caught.value).startswith(f"market is {args['market']} but {aws.INSTANCE} was bought the other way")
    assert remedy in str(caught.value)


@pytest.mark.parametrize("stopped", [False, True])
@pytest.mark.parametrize("args", [DEV, PROD])
def test_another_architecture_than_the_hosts_is_refused_with_the_way_there(args: dict[str, Any], stopped: bool) -> None:
    """Data files of one are not for the other, whatever image is chosen and whether or not the host runs."""
    account = aws.Account(architecture="x86_64", stopped=stopped)
    with pytest.raises(pulumi.RunError) as caught:
        graph(args, account, preview=True)
    kind = args["instance_types"][0]
    said = str(caught.value)
    assert SENTENCE.fullmatch(said)
    assert said.startswith(f"instance_types names {kind}, which is arm64, but {aws.INSTANCE} of this database is not; ")
    assert "dump and restore" in said
    with pytest.raises(pulumi.RunError, match=r"^instance_types names "):
        graph({**args, "image_id": aws.AMI_ARM}, account, preview=True)
    graph(args, aws.Account(stopped=stopped), preview=True)
    other = ["t3.micro"] if args["market"] == "spot" else ["t3.small"]
    graph({**args, "instance_types": other}, account, preview=True)


def test_a_group_that_was_opened_by_hand_is_refused_with_the_command_that_closes_it() -> None:
    """Rules of ours carry the component's name, also one whose declaration has just been removed."""
    graph(DEV, aws.Account(opened=("lighthouse-security",)))
    with pytest.raises(pulumi.RunError) as caught:
        graph(DEV, aws.Account(opened=("lighthouse-security", "sgr-by-hand")))
    assert "lets 0.0.0.0/0 in on 5432-5432 by the rule sgr-by-hand, which nobody declares; close it (aws ec2" in str(
        caught.value
    )
