"""Each part of a host on EC2 used alone, as another stack would.

Not proved here: that AWS or its provider accepts the inputs.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws import kms
from pulumi_timescaledb.boot.files import program
from pulumi_timescaledb.hosts import ec2

from tests.mocks import aws
from tests.mocks.graph import UNKNOWN, record


def run(program: Callable[[], Any], account: aws.Account | None = None, *, preview: bool = False) -> dict[str, Any]:
    """The resources and exports of a program."""
    calls = (account or aws.Account()).calls()
    return record(program, preview=preview, calls=calls, outputs=aws.outputs)


def exported(part: Callable[[], Any], *names: str) -> Callable[[], None]:
    """A program that exports attributes of one part."""

    def program() -> None:
        made = part()
        for name in names:
            pulumi.export(name, getattr(made, name))

    return program


def network(**args: Any) -> Callable[[], ec2.Network]:
    """A network called net."""
    return lambda: ec2.Network("net", args)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("args", "subnet"),
    [
        ({"egress": "public-ip"}, aws.PUBLIC),
        ({"egress": "public-ip", "vpc": aws.VPC, "subnet": aws.PUBLIC}, aws.PUBLIC),
        ({"egress": "nat", "vpc": "main", "subnet": "private"}, aws.PRIVATE),
    ],
)
def test_a_network_is_found_by_id_by_name_or_by_default(args: dict[str, str], subnet: str) -> None:
    """By default the subnet of the first zone, whatever the order of ids; all of it is known in a first preview."""
    found = run(exported(network(**args), "vpc_id", "subnet_id"), preview=True)["outputs"]
    assert found == {"vpc_id": aws.VPC, "subnet_id": subnet}


def test_a_subnet_without_a_table_of_its_own_follows_the_main_one() -> None:
    """As AWS routes it."""
    account = aws.Account(routes={}, main=[aws.LOCAL, aws.NAT])
    found = run(exported(network(egress="nat", subnet="closed"), "subnet_id"), account)["outputs"]
    assert found == {"subnet_id": aws.CLOSED}


def test_ipv6_leads_out_where_the_subnet_has_a_block() -> None:
    """The route alone is not enough."""
    route = {"ipv6CidrBlock": "::/0", "egressOnlyGatewayId": "eigw-0000000000000000a"}
    there = aws.Account(routes={aws.PUBLIC: [aws.LOCAL, route]}, ipv6="2001:db8::/64")
    assert run(exported(network(egress="ipv6"), "subnet_id"), there)["outputs"] == {"subnet_id": aws.PUBLIC}
    with pytest.raises(pulumi.RunError, match="no way out at all"):
        run(network(egress="ipv6"), aws.Account(routes={aws.PUBLIC: [aws.LOCAL, route]}))


@pytest.mark.parametrize("asked", [aws.BACKEND, "backend", "backend-by-name"])
def test_a_client_group_is_found_by_id_tag_or_its_own_name(asked: str) -> None:
    """Many groups have no tag Name."""
    found = run(exported(network(egress="public-ip", client_security_groups={"api": asked}), "client_security_groups"))
    assert found["outputs"] == {"client_security_groups": {"api": aws.BACKEND}}


def test_a_source_that_is_an_output_ends_where_a_plain_one_does() -> None:
    """One rule resource for each source and port, with exactly one kind of peer."""

    def program(late: bool) -> Callable[[], Any]:
        def given(value: str) -> Any:
            return pulumi.Output.from_input(value) if late else value

        return lambda: ec2.SecurityGroup(
            "db",
            {
                "vpc_id": aws.VPC,
                "ports": [5432, 6432],
                "clients": {"api": given(aws.BACKEND), "office": given("10.20.0.0/16")},
                "ssh_clients": {"bastion": given("sg-0000000000000000b")},
            },
        )

    early = run(program(late=False))
    assert early == run(program(late=True))
    rules = {name: each["inputs"] for name, each in early["resources"].items() if "-in-" in name}
    assert sorted(rules) == [
        "db-in-api-5432",
        "db-in-api-6432",
        "db-in-bastion-ssh",
        "db-in-office-5432",
        "db-in-office-6432",
    ]
    assert rules["db-in-api-5432"]["referencedSecurityGroupId"] == aws.BACKEND
    assert rules["db-in-office-6432"]["cidrIpv4"] == "10.20.0.0/16"
    assert rules["db-in-bastion-ssh"]["fromPort"] == 22
    with pytest.raises(pulumi.RunError, match=r'^clients\["api"\] is no source; '):
        run(
            lambda: ec2.SecurityGroup(
                "db", {"vpc_id": aws.VPC, "clients": {"api": pulumi.Output.from_input("backend")}}
            )
        )


def test_nobody_gets_in_by_default_and_https_gets_out() -> None:
    """An empty declaration is the closed one."""
    found = run(lambda: ec2.SecurityGroup("db", {"vpc_id": aws.VPC}))["resources"]
    assert sorted(found) == ["db", "db-group", "db-out-https"]
    assert found["db-out-https"]["inputs"]["fromPort"] == found["db-out-https"]["inputs"]["toPort"] == 443
    assert "ingress" not in found["db-group"]["inputs"]


def test_a_volume_that_is_too_fast_for_its_host_is_warned_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is bought all the same: a larger host may come tomorrow."""
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *more: said.append(text))
    args: ec2.VolumeArgs = {
        "database_name": "metrics",
        "availability_zone": "eu-central-1a",
        "size_gb": 100,
        "iops": 6_000,
        "instance_type": "t4g.small",
    }
    volume = run(lambda: ec2.Volume("data", args))["resources"]["data-volume"]
    assert volume["inputs"]["iops"] == 6_000
    assert [text for text in said if "more than t4g.small sustains (1000 IOPS" in text]


def test_a_zone_that_is_not_known_yet_is_no_reason_to_refuse() -> None:
    """A subnet may be made in the same program."""

    def program() -> None:
        late: Any = pulumi.Output.from_input(pulumi.output.UNKNOWN)
        ec2.Volume("data", {"database_name": "metrics", "availability_zone": late, "existing_volume_id": aws.PLAIN})

    assert run(program, preview=True)["resources"]["data-tag"]["inputs"]["resourceId"] == UNKNOWN


def test_a_volume_from_a_snapshot_is_never_replaced_for_it() -> None:
    """The snapshot is what it began as; a newer one must not cost the data."""

    def program() -> None:
        args: ec2.VolumeArgs = {
            "database_name": "metrics",
            "availability_zone": "eu-central-1a",
            "size_gb": pulumi.Output.from_input(30),
            "snapshot_id": aws.SNAPSHOT,
        }
        ec2.Volume("data", args)

    volume = run(program)["resources"]["data-volume"]
    assert volume["inputs"]["snapshotId"] == aws.SNAPSHOT
    assert volume["inputs"]["size"] == 30
    notes = [f'{tags}["timescaledb-{mark}"]' for mark in ("formatting", "initialized") for tags in ("tags", "tagsAll")]
    assert sorted(volume["ignore_changes"]) == sorted(["finalSnapshot", "snapshotId", *notes])


def test_a_role_is_for_ec2_and_has_no_managed_policy() -> None:
    """Above all not AmazonSSMManagedInstanceCore; a boundary and a secret's ARN known late are taken."""

    def program() -> None:
        ec2.Identity(
            "role",
            {
                "database_name": "metrics",
                "password_arn": pulumi.Output.from_input("arn:aws:secretsmanager:eu-central-1:1:secret:a-AbCdEf"),
                "permissions_boundary_arn": "arn:aws:iam::123456789012:policy/boundary",
            },
        )

    found = run(program)["resources"]
    trust = json.loads(found["role-role"]["inputs"]["assumeRolePolicy"])
    assert trust["Statement"][0]["Principal"] == {"Service": "ec2.amazonaws.com"}
    assert found["role-role"]["inputs"]["permissionsBoundary"].endswith("policy/boundary")
    assert "managedPolicyArns" not in found["role-role"]["inputs"]
    assert not [each for each in found.values() if each["type"].endswith(":RolePolicyAttachment")]
    secrets = json.loads(found["role-secrets"]["inputs"]["policy"])["Statement"]
    assert secrets[0]["Resource"] == "arn:aws:secretsmanager:eu-central-1:1:secret:a-AbCdEf"


def test_a_profile_is_known_only_once_its_policies_are_attached() -> None:
    """A host that booted earlier would be refused its volume."""
    args: ec2.IdentityArgs = {"database_name": "metrics", "password_arn": "arn:aws:ssm:eu-central-1:1:parameter/a"}
    found = run(exported(lambda: ec2.Identity("role", args), "profile_name"), preview=True)["outputs"]
    assert found == {"profile_name": UNKNOWN}


@pytest.mark.parametrize(
    ("args", "arn", "made"),
    [
        ({"password_ref": "ssm:/a/b"}, "arn:aws:ssm:eu-central-1:123456789012:parameter/a/b", False),
        ({"password_ref": "secretsmanager:a/b"}, "arn:aws:test:eu-central-1:123456789012:pw-secret", True),
        (
            {"password_ref": "secretsmanager:a/b", "generate": False},
            "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf",
            False,
        ),
    ],
)
def test_a_password_is_made_by_the_host_or_referred_to(args: Any, arn: str, made: bool) -> None:
    """An existing secret is looked up for its ARN; no value is read."""
    account = aws.Account(secrets=() if made else ["a/b"])
    found = run(exported(lambda: ec2.Password("pw", args), "arn", "password_ref"), account)
    assert found["outputs"] == {"arn": arn, "password_ref": args["password_ref"]}
    assert ("pw-secret" in found["resources"]) is made
    assert not [each for each in found["resources"].values() if "import" in each]
    assert "aws:secretsmanager/getSecretVersion:getSecretVersion" not in account.asked


def test_a_secret_that_was_left_behind_is_taken_back() -> None:
    """The data that stay behind go by it. One that goes with its stack is AWS's to refuse: it may be another's."""
    args: ec2.PasswordArgs = {"password_ref": "secretsmanager:a/b"}
    there = aws.Account(secrets=["a/b"], stack="project/test")
    secret = run(lambda: ec2.Password("pw", args), there)["resources"]["pw-secret"]
    assert secret["import"] == "arn:aws:secretsmanager:eu-central-1:123456789012:secret:a/b-AbCdEf"
    gone: ec2.PasswordArgs = {**args, "retain": False}
    assert "import" not in run(lambda: ec2.Password("pw", gone), there)["resources"]["pw-secret"]
    somebodys = aws.Account(secrets=["a/b"], stack="another/stack")
    assert "import" not in run(lambda: ec2.Password("pw", args), somebodys)["resources"]["pw-secret"]


def test_a_secret_that_goes_with_its_stack_keeps_its_days() -> None:
    """What is taken back has none in the state: a destroy would remove the password at once."""

    def ignored(retain: bool) -> list[str]:
        args: ec2.PasswordArgs = {"password_ref": "secretsmanager:a/b", "retain": retain}
        secret = run(lambda: ec2.Password("pw", args))["resources"]["pw-secret"]
        return list(secret.get("ignore_changes", []))

    assert "recoveryWindowInDays" in ignored(retain=True)
    assert ignored(retain=False) == []


@pytest.mark.parametrize(
    ("account", "more", "taken"),
    [
        (aws.Account(free=["vol-a"]), {}, "vol-a"),
        (aws.Account(), {}, None),
        (aws.Account(volumes=[20]), {}, "0"),  # attached: this stack's own, or that of a lost state
        (aws.Account(free=["vol-a"]), {"snapshot_id": aws.SNAPSHOT}, "vol-a"),  # which is what it began as, or did not
        (aws.Account(free=["vol-a"]), {"retain": False}, None),
        (aws.Account(free=["vol-a"], zone="eu-central-1c"), {"retain": False}, None),
        (aws.Account(free=["vol-a"], stack="project/test"), {}, "vol-a"),  # without, the tag was given by hand
        (aws.Account(free=["vol-a"]), {"database_name": pulumi.Output.from_input("metrics")}, None),
    ],
)
def test_the_only_volume_that_was_left_behind_is_taken_back(
    account: aws.Account, more: dict[str, Any], taken: str | None
) -> None:
    """Not by one whose volume goes with it: the engine would replace it no more."""
    args: Any = {"database_name": "metrics", "availability_zone": "eu-central-1a", "size_gb": 20, **more}
    volume = run(lambda: ec2.Volume("data", args), account)["resources"]["data-volume"]
    assert volume.get("import") == taken


@pytest.mark.parametrize(
    ("account", "words"),
    [
        (
            aws.Account(free=["vol-a", "vol-b"]),
            "database_name is metrics, whose tag vol-a and vol-b all have; ",
        ),
        (
            aws.Account(free=["vol-a"], zone="eu-central-1c"),
            "availability_zone is eu-central-1a but the data of metrics are on vol-a in eu-central-1c, which a volume "
            "never leaves; ",
        ),
        (
            aws.Account(free=["vol-b", "vol-a"], zone="eu-central-1c"),
            "database_name is metrics, whose tag vol-a and vol-b all have; ",
        ),
        (
            aws.Account(free=["vol-a"], stack="another/stack"),
            "database_name is metrics, whose volume vol-a belongs to another/stack and not to project/test; choose",
        ),
        (
            aws.Account(volumes=[20], stack="another/stack"),
            "database_name is metrics, whose volume 0 belongs to another/stack and not to project/test; choose",
        ),
    ],
)
def test_a_second_volume_is_never_made_beside_the_data(account: aws.Account, words: str) -> None:
    """A host would attach neither of two, begin an empty database in another zone, and wait for another stack's."""
    args: Any = {"database_name": "metrics", "availability_zone": "eu-central-1a", "size_gb": 20}
    with pytest.raises(pulumi.RunError, match=f"^{words}"):
        run(lambda: ec2.Volume("data", args), account, preview=True)


def test_what_a_volume_began_as_is_not_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A snapshot that is declared later, or of a volume that was left behind, is not what anybody gets: a warning."""
    args: Any = {"database_name": "metrics", "availability_zone": "eu-central-1a", "size_gb": 20}
    args["snapshot_id"] = aws.SNAPSHOT
    warned: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", lambda text, *more: warned.append(text))
    for began_as, said in (("snap-0", True), ("", True), (aws.SNAPSHOT, False)):
        run(lambda: ec2.Volume("data", args), aws.Account(free=["vol-a"], began_as=began_as), preview=True)
        words = f"snapshot_id is {aws.SNAPSHOT} but vol-a, which was not made of it, is there and stays as it is"
        assert [text.partition(";")[0] for text in warned] == [words] * said
        warned.clear()


def test_a_volume_keeps_its_key() -> None:
    """Another one would mean another volume, a blank one; one that goes with its stack leaves a snapshot."""
    args: Any = {"database_name": "metrics", "availability_zone": "eu-central-1a", "size_gb": 20}
    account = aws.Account(volumes=[20])
    other: Any = {**args, "kms_key_arn": f"{aws.KEY[:-1]}0"}
    same: Any = {**args, "kms_key_arn": aws.KEY}
    going: Any = {**other, "retain": False}
    with pytest.raises(
        pulumi.RunError, match=r"^kms_key_arn is .*0 but 0 has .*f, which it keeps; declare that one, or"
    ):
        run(lambda: ec2.Volume("data", other), account, preview=True)
    run(lambda: ec2.Volume("data", same), account, preview=True)
    run(lambda: ec2.Volume("data", going), account, preview=True)


def test_a_key_of_the_same_program_keeps_the_preview_from_no_other_refusal() -> None:
    """It is not known before the deployment, which is too late for all the rest."""

    def program() -> None:
        args: Any = {"database_name": "metrics", "availability_zone": "eu-central-1a", "size_gb": 19}
        args["kms_key_arn"] = kms.Key("key").arn
        ec2.Volume("data", args)

    with pytest.raises(pulumi.RunError, match=r"^size_gb is 19 but the volume has 20 GB"):
        run(program, aws.Account(volumes=[20]), preview=True)


def test_an_address_may_be_an_interface_a_name_or_both() -> None:
    """The name says nobody until a host has set it; an interface is in it from the start."""
    where: Any = {"database_name": "metrics", "subnet_id": aws.PUBLIC, "security_group_ids": [aws.BACKEND]}
    name: Any = {"database_name": "metrics", "domain_name": "db.example.com", "zone_id": "Z1"}
    where["interface"] = True
    only = run(exported(lambda: ec2.Address("at", where), "host"))
    assert only["outputs"] == {"host": "10.0.1.4"}
    named = run(exported(lambda: ec2.Address("at", name), "host"))
    assert named["outputs"] == {"host": "db.example.com"}
    assert named["resources"]["at-record"]["inputs"]["records"] == ["192.0.2.1"]
    both = run(lambda: ec2.Address("at", where | name))
    assert both["resources"]["at-record"]["inputs"]["records"] == ["10.0.1.4"]
    with pytest.raises(pulumi.RunError, match=r"^interface is False and there is no domain_name; "):
        run(lambda: ec2.Address("at", {"database_name": "metrics"}))


def test_settings_are_pushed_only_where_asked() -> None:
    """A parameter alone; or with a document whose program is on the host, run wherever the database's tag is."""
    args: Any = {"database_name": "metrics", "text": "work_mem = '7MB'\n"}
    assert set(run(lambda: ec2.Settings("set", args))["resources"]) == {"set", "set-parameter"}
    found = run(lambda: ec2.Settings("set", args | {"push": True}))["resources"]
    assert found["set-association"]["parent"] == found["set-document"]["parent"] == "set"
    made = found["set-association"]["inputs"]
    assert made["targets"] == [{"key": "tag:timescaledb-database", "values": ["metrics"]}]
    content = json.loads(found["set-document"]["inputs"]["content"])
    assert set(made["parameters"]) == set(content["parameters"]) == {"version"}
    (step,) = content["mainSteps"]
    path, _, argument = step["inputs"]["runCommand"][0].removeprefix("exec ").partition(" ")
    assert path in program()
    assert argument == "{{ version }}"
    with pytest.raises(pulumi.RunError, match=r"^push is not true or false; "):
        run(lambda: ec2.Settings("set", args | {"push": "yes"}))


HOST: dict[str, Any] = {
    "database_name": "metrics",
    "subnet_id": aws.PUBLIC,
    "security_group_ids": [aws.BACKEND],
    "profile_name": "profile",
    "image_id": aws.AMI_ARM,
    "user_data_base64": "I2Nsb3VkLWNvbmZpZw==",
    "egress": "public-ip",
}


def test_a_type_without_credits_gets_none() -> None:
    """EC2 refuses them there; elsewhere they are standard."""
    plain: Any = {**HOST, "instance_type": "m7g.large"}
    made = run(lambda: ec2.OnDemand("host", plain))["resources"]["host-instance"]["inputs"]
    assert "creditSpecification" not in made
    assert made["associatePublicIpAddress"] is True

    def burstable() -> None:
        args: Any = {**HOST, "instance_type": pulumi.Output.from_input("t4g.small"), "cpu_credits": "unlimited"}
        ec2.OnDemand("host", args)

    late = run(burstable)["resources"]["host-instance"]["inputs"]
    assert late["creditSpecification"] == {"cpuCredits": "unlimited"}


def test_a_group_replaces_its_host_at_once_only_where_asked() -> None:
    """And then the old one ends before the new one begins."""
    spot: Any = {**HOST, "instance_types": ["t4g.micro"]}
    assert "instanceRefresh" not in run(lambda: ec2.Spot("host", spot))["resources"]["host-group"]["inputs"]
    found = run(lambda: ec2.Spot("host", spot | {"replace_on_change": True}))
    preferences = found["resources"]["host-group"]["inputs"]["instanceRefresh"]["preferences"]
    assert (preferences["minHealthyPercentage"], preferences["maxHealthyPercentage"]) == (0, 100)


@pytest.mark.parametrize("kept", [aws.AMI_ARM, aws.AMI_X86, "ami-0000000000000000c"])
def test_a_group_is_refused_types_that_the_image_it_keeps_cannot_boot(kept: str) -> None:
    """The pinned image stays when the types change, so that the next host would never come; one that AWS has taken
    back says nothing of its architecture."""

    def outputs(args: Any) -> dict[str, Any]:
        return aws.outputs(args) | ({"imageId": kept} if args.typ.endswith(":LaunchTemplate") else {})

    def declared(**more: Any) -> dict[str, Any]:
        spot: Any = {**HOST, "instance_types": ["t4g.micro"], **more}
        calls = aws.Account(running=()).calls()
        return record(lambda: ec2.Spot("host", spot) and None, calls=calls, outputs=outputs)

    assert declared(pin_image=False)
    if kept == aws.AMI_X86:
        with pytest.raises(
            pulumi.RunError, match=rf"^instance_types names t4g.micro, which is arm64, but {kept} of th"
        ):
            declared(pin_image=True)
    else:
        made = declared(pin_image=True)["resources"]["host-group"]["inputs"]["mixedInstancesPolicy"]["launchTemplate"]
        assert made["launchTemplateSpecification"]["launchTemplateId"] == "host-template-id"


def test_ipv6_gives_an_address_and_no_public_one() -> None:
    """The way out is outbound only."""
    spot: Any = {**HOST, "egress": "ipv6", "instance_types": ["t4g.micro"]}
    found = run(lambda: ec2.Spot("host", spot))
    (interface,) = found["resources"]["host-template"]["inputs"]["networkInterfaces"]
    assert interface["ipv6AddressCount"] == 1
    assert interface["associatePublicIpAddress"] == "false"


def test_a_fall_back_is_tried_when_it_is_said() -> None:
    """The schedule is EventBridge's own form."""
    args: ec2.FallbackArgs = {"group_name": "metrics", "return_schedule": "cron(30 2 ? * SUN *)"}
    found = run(lambda: ec2.Fallback("fall", args))["resources"]
    assert found["fall-return-rule"]["inputs"]["scheduleExpression"] == "cron(30 2 ? * SUN *)"
    with pytest.raises(pulumi.RunError, match=r'^return_schedule has "99" as its minute; '):
        run(lambda: ec2.Fallback("fall", {"group_name": "metrics", "return_schedule": "cron(99 4 * * ? *)"}))


def test_a_fall_back_may_do_two_things_to_two_objects() -> None:
    """Start the one machine, update the one group."""
    found = run(lambda: ec2.Fallback("fall", {"group_name": "metrics"}))["resources"]
    (update,) = json.loads(found["fall-machine-policy"]["inputs"]["policy"])["Statement"]
    assert update["Action"] == "autoscaling:UpdateAutoScalingGroup"
    assert update["Resource"].endswith(":autoScalingGroupName/metrics")
    (start,) = json.loads(found["fall-events-policy"]["inputs"]["policy"])["Statement"]
    assert start == {"Effect": "Allow", "Action": "states:StartExecution", "Resource": start["Resource"]}
    assert start["Resource"].endswith(":fall-machine")
