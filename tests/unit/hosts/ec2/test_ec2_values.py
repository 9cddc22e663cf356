"""Instance types, limits of the volume, routes, rules and commands, as tables of values.

Not proved here: that AWS still has these limits; the table is compared with what moto recorded of the EC2 API.
"""

from __future__ import annotations

import base64
import gzip
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database import tunnel
from pulumi_timescaledb.hosts.ec2 import boot, commands, container, disk, machine, routes, rules, spec
from pulumi_timescaledb.hosts.ec2.fallback import failed_launch
from pulumi_timescaledb.hosts.ec2.fallback import machine as fallback_machine
from pulumi_timescaledb.server import ArgumentRefused, BadValue, OutOfRange

INTERNET = routes.Route("0.0.0.0/0", "igw-1")
S3 = routes.Route("pl-1", "vpce-1")


@pytest.mark.parametrize(
    ("args", "fits"),
    [
        ({"size_gb": 1}, True),
        ({"size_gb": 6, "iops": 3_000}, True),
        ({"size_gb": 8, "iops": 4_000}, True),
        ({"size_gb": 7, "iops": 4_000}, False),
        ({"size_gb": 100, "throughput": 750}, True),
        ({"size_gb": 100, "throughput": 751}, False),
        ({"size_gb": 100, "iops": 4_000, "throughput": 1_000}, True),
        ({"size_gb": 65_536, "iops": 80_000, "throughput": 2_000}, True),
    ],
)
def test_the_limits_of_gp3_hold_together(args: dict[str, int], fits: bool) -> None:
    """500 IOPS a GiB and 4 IOPS for each MiB/s, above a base that comes with any size."""
    if fits:
        assert disk.specify(args).size_gb == args["size_gb"]
    else:
        with pytest.raises(OutOfRange):
            disk.specify(args)


@given(declared=st.integers(1, 200), live=st.lists(st.integers(1, 200), max_size=3))
def test_a_volume_is_never_smaller_than_any_that_is_there(declared: int, live: list[int]) -> None:
    """Growing and staying pass, shrinking does not."""
    if any(declared < size for size in live):
        with pytest.raises(OutOfRange):
            disk.refuse_shrink(declared, live)
    else:
        disk.refuse_shrink(declared, live)


@given(declared=st.integers(1, 200), snapshot=st.integers(1, 200))
def test_a_volume_is_never_smaller_than_what_it_starts_from(declared: int, snapshot: int) -> None:
    """A larger one passes: the host grows its file system."""
    if declared < snapshot:
        with pytest.raises(OutOfRange, match=f"^size_gb is {declared} but snap-1 .*; declare at least {snapshot}$"):
            disk.refuse_cut(declared, "snap-1", snapshot)
    else:
        disk.refuse_cut(declared, "snap-1", snapshot)


@pytest.mark.parametrize(
    ("table", "ipv6", "ways"),
    [
        ([], "", []),
        ([routes.Route("10.0.0.0/16", "local")], "", []),
        ([INTERNET], "", ["public-ip"]),
        ([routes.Route("0.0.0.0/0", "nat-1")], "", ["nat"]),
        ([routes.Route("0.0.0.0/0", "tgw-1"), S3], "", ["nat", "endpoints"]),
        ([routes.Route("0.0.0.0/0", "eni-1")], "", ["nat"]),
        ([routes.Route("0.0.0.0/0", "pcx-1")], "", []),
        ([routes.Route("0.0.0.0/0", "")], "", []),
        ([routes.Route("::/0", "eigw-1")], "", []),
        ([routes.Route("::/0", "eigw-1")], "2001:db8::/64", ["ipv6"]),
        ([INTERNET, routes.Route("::/0", "igw-1")], "2001:db8::/64", ["public-ip", "ipv6"]),
        ([routes.Route("pl-1", "nat-1")], "", []),
    ],
)
def test_a_route_table_offers_what_its_default_routes_lead_to(
    table: list[routes.Route], ipv6: str, ways: list[str]
) -> None:
    """A route whose target is gone leads nowhere, and IPv6 needs an address to leave with."""
    assert routes.ways_out(table, ipv6) == ways


@pytest.mark.parametrize(
    ("source", "peer"),
    [
        ("sg-0123456789abcdef0", {"referenced_security_group_id": "sg-0123456789abcdef0"}),
        ("pl-01234567", {"prefix_list_id": "pl-01234567"}),
        ("10.20.0.0/16", {"cidr_ipv4": "10.20.0.0/16"}),
        ("198.51.100.7/32", {"cidr_ipv4": "198.51.100.7/32"}),
        ("10.0.0.0/8", {"cidr_ipv4": "10.0.0.0/8"}),
        ("fd00::/8", {"cidr_ipv6": "fd00::/8"}),
        ("2001:db8::/48", {"cidr_ipv6": "2001:db8::/48"}),
    ],
)
def test_a_source_is_what_it_looks_like(source: str, peer: dict[str, str]) -> None:
    """One argument takes all four kinds."""
    assert rules.peer(source, "clients") == peer


@pytest.mark.parametrize("block", ["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/7", "2000::/3"])
def test_a_block_that_holds_half_the_world_is_the_world(block: str) -> None:
    """Two halves would otherwise pass where the whole does not; the override lets both in."""
    with pytest.raises(rules.OpenToTheInternet, match=rules.OVERRIDE):
        rules.peer(block, "clients")
    assert rules.peer(block, "clients", open_to_all=True)


@pytest.mark.parametrize(
    ("block", "passes"),
    [("10.0.0.0/8", True), ("100.64.0.0/10", True), ("fd12::/32", True), ("9.0.0.0/7", False), ("192.0.2.1/32", False)],
)
def test_ssh_is_for_private_networks(block: str, passes: bool) -> None:
    """Documentation and test networks are not private ones."""
    if passes:
        assert rules.internal(block, "ssh_clients")
    else:
        with pytest.raises(ArgumentRefused if "7" in block else rules.OpenToTheInternet):
            rules.internal(block, "ssh_clients")


def test_a_host_gets_out_by_https_alone() -> None:
    """Amazon's DNS and NTP need no rule; a DNS server of the VPC's own needs both protocols."""
    assert {(rule.protocol, rule.port) for rule in rules.outgoing(ipv6=True, dns_servers=())} == {("tcp", 443)}
    named = rules.outgoing(ipv6=False, dns_servers=["10.0.0.10"])
    assert [(rule.protocol, rule.port) for rule in named] == [("tcp", 443), ("udp", 53), ("tcp", 53)]
    assert named[1].peer == {"cidr_ipv4": "10.0.0.10/32"}


def test_user_data_is_counted_before_base64() -> None:
    """The last byte that fits, and the first that does not."""
    fits = base64.b64encode(b"x" * 16_384).decode()
    assert machine.user_data(fits) == fits
    with pytest.raises(OutOfRange, match="has 16385 bytes where EC2 takes 16384"):
        machine.user_data(base64.b64encode(b"x" * 16_385).decode())


def test_credits_are_standard_and_only_where_there_are_any() -> None:
    """A type without credits would be refused with them."""
    assert machine.credit(True, None) == {"cpu_credits": "standard"}
    assert machine.credit(True, "unlimited") == {"cpu_credits": "unlimited"}
    assert machine.credit(False, None) is None


def test_a_way_is_added_to_a_connection_where_there_is_one() -> None:
    """Session Manager finds whichever host carries the tag; from inside the VPC nothing is added."""
    given = {"host": "10.0.1.4", "region": "eu-central-1"}
    by_tag = "ssm:timescaledb-database=lighthouse-dev@eu-central-1"
    assert spec.connection(given, "ssm", "lighthouse-dev") == {**given, "via": by_tag}
    assert spec.connection(given, "direct", "lighthouse-dev") == given
    assert spec.connection(given, "ssh:jump", "lighthouse-dev") == {**given, "via": "ssh:jump"}
    assert tunnel.look_up(by_tag)[-2:] == ["--region", "eu-central-1"]


def test_a_copied_command_asks_for_the_instance_of_that_moment(tmp_path: Path) -> None:
    """The shell runs both commands; a stub that records its arguments stands in for the AWS command line."""
    stub = tmp_path / "aws"
    stub.write_text('#!/bin/sh\necho "$@" >> "$LOG"\n[ "$1" = ec2 ] && echo i-0abc\nexit 0\n')
    stub.chmod(0o755)
    log = tmp_path / "log"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(log)}
    subprocess.run(["sh", "-c", commands.session("lighthouse-dev", "eu-central-1")], env=environment, check=True)
    asked, started = log.read_text().splitlines()
    assert "Values=lighthouse-dev" in asked
    assert "Reservations[0].Instances[0].InstanceId" in asked
    assert started == "ssm start-session --region eu-central-1 --target i-0abc"


def test_ssh_is_offered_where_there_is_a_key() -> None:
    """Else the session is the command."""
    assert commands.ssh("a", "eu-central-1", "10.0.1.4", "mine") == "ssh ec2-user@10.0.1.4"
    assert commands.ssh("a", "eu-central-1", "10.0.1.4", None) == commands.session("a", "eu-central-1")


def test_a_fall_back_sets_nothing_but_how_the_host_is_bought() -> None:
    """Types, template and sizes of the group stay as they are."""
    (state,) = fallback_machine("lighthouse-dev")["States"].values()
    assert state["Parameters"] == {
        "AutoScalingGroupName": "lighthouse-dev",
        "MixedInstancesPolicy": {
            "InstancesDistribution": {
                "OnDemandBaseCapacity.$": "$.on_demand",
                "OnDemandPercentageAboveBaseCapacity": 0,
                "SpotAllocationStrategy": "price-capacity-optimized",
            }
        },
    }
    assert failed_launch("lighthouse-dev")["detail"] == {"AutoScalingGroupName": ["lighthouse-dev"]}


@pytest.mark.parametrize("archive", [True, False])
def test_memory_is_kept_for_an_archive_where_there_is_one_and_only_there(archive: bool) -> None:
    """Declared for the container and given to the host, or neither: else the helper takes what is PostgreSQL's."""
    made = container(
        {
            "instance_type": "t4g.small",
            "image": "timescale/timescaledb-ha:pg17.10-ts2.29.2",
            "image_family": "timescaledb-ha",
            "archive": archive,
        }
    )
    assert made.memory_mib == 2048 - 320 - (256 if archive else 0)
    pack = made.boot_program()
    assert pack(told(archive_bucket="kept" if archive else ""))
    with pytest.raises(BadValue, match=f"archive is {archive} but the host has"):
        pack(told(archive_bucket="" if archive else "kept"))


def told(**more: str) -> boot.BootSettings:
    """What a stack knows of a host with nothing optional."""
    return boot.settings(
        {
            "egress": "nat",
            "database_name": "main",
            "tag_key": "t",
            "password": "ssm:/main/password",
            "password_made_here": True,
            "format_blank": True,
            **dict.fromkeys(("dns_name", "group", *boot.STAND_INS), ""),
            "archive_days": 30,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("registry", "arn"),
    [
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com", "arn:aws:ecr:eu-west-1:123456789012:repository/db/pg"),
        ("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn", "arn:aws-cn:ecr:cn-north-1:123456789012:repository/db/pg"),
        (
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com",
            "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/db/pg",
        ),
        ("ghcr.io", None),
        ("123456789012.dkr.ecr.example.com", None),
    ],
)
def test_the_endpoints_of_a_vpc_lead_to_no_registry_but_ecr(registry: str, arn: str | None) -> None:
    """Another image is refused in the preview; for one in ECR the role gets the right to pull it."""
    image = f"{registry}/db/pg:2.29.2-pg17"
    made = container({"instance_type": "t4g.small", "image": image})
    assert made.repository_arns == ([arn] if arn else [])
    pack = made.boot_program()
    assert pack(told())
    if arn:
        assert pack(told(egress="endpoints"))
        return
    only = "which lead to no registry but <account>.dkr.ecr.<region>; name a copy of it in your ECR"
    with pytest.raises(BadValue, match=f"image is {image} and egress is endpoints, {only}"):
        pack(told(egress="endpoints"))


def test_of_the_two_names_of_ecr_each_way_out_takes_the_one_it_leads_to() -> None:
    """IPv6 needs the dual-stack name, and no endpoint serves that one; elsewhere both do."""
    plain, dual = (
        f"123456789012.{name}/db/pg:2.29.2-pg17"
        for name in ("dkr.ecr.eu-west-1.amazonaws.com", "dkr-ecr.eu-west-1.on.aws")
    )
    of_plain, of_dual = (container({"instance_type": "t4g.small", "image": each}) for each in (plain, dual))
    assert of_plain.repository_arns == of_dual.repository_arns
    assert of_plain.boot_program()(told(egress="nat"))
    assert of_dual.boot_program()(told(egress="nat"))
    assert of_dual.boot_program()(told(egress="ipv6"))
    with pytest.raises(BadValue, match=r"egress is ipv6.*write 123456789012\.dkr-ecr\.eu-west-1\.on\.aws in place of"):
        of_plain.boot_program()(told(egress="ipv6"))
    with pytest.raises(BadValue, match=r"egress is endpoints, which lead to no registry but <account>\.dkr\.ecr\."):
        of_dual.boot_program()(told(egress="endpoints"))


def test_a_host_behind_ipv6_alone_is_told_so() -> None:
    """Else it would ask AWS by names that have no address of that kind."""
    pack = container({"instance_type": "t4g.small"}).boot_program()
    found = [gzip.decompress(base64.b64decode(pack(told(egress=way)))) for way in ("nat", "ipv6")]
    assert [b"export AWS_USE_DUALSTACK_ENDPOINT=true" in each for each in found] == [False, True]
