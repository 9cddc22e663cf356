"""Who can reach a database: no port of it from the internet, no port for administration, no public address."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from timescaledb_policy.resource import UNKNOWN, Resource, entries, items, true
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OLD_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
CONTAINER = "docker:index/container:Container"
INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
ADMINISTRATION = (22, 3389)
# RFC 1918, RFC 6598, RFC 4193, loopback and link-local. Not is_private: older Pythons count 0.0.0.0/0 as private.
_PRIVATE = tuple(
    ipaddress.ip_network(each)
    for each in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("fc00::/7", "fe80::/10", "::1/128"),
    )
)
_PORTS = {"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 65535}}


def openings(resource: Resource) -> Iterator[tuple[str, Any, Any]]:
    """Each public source of a security group or rule, with its first and last port."""
    if resource.type == GROUP:
        rules: Iterable[Mapping[str, Any]] = items(resource.of("ingress"))
    elif resource.type == OLD_RULE:
        rules = [resource.props] if resource.of("type") == "ingress" else []
    else:
        rules = [resource.props]
    for rule in rules:
        for source in _sources(rule):
            if public(source):
                every = str(rule.get("protocol", rule.get("ipProtocol"))) in ("-1", "all")
                yield source, *((0, 65535) if every else (rule.get("fromPort"), rule.get("toPort")))


def public(source: str) -> bool:
    """Whether a block of addresses holds any of the internet's; False for what is no block."""
    try:
        block = ipaddress.ip_network(source, strict=False)
    except ValueError:
        return False
    return not any(block.version == each.version and block.subnet_of(each) for each in _PRIVATE)  # type: ignore[arg-type]


def _sources(rule: Mapping[str, Any]) -> list[str]:
    found = [rule.get("cidrIpv4"), rule.get("cidrIpv6")]
    for several in (rule.get("cidrBlocks"), rule.get("ipv6CidrBlocks")):
        found += entries(several)
    return [each for each in found if isinstance(each, str)]


def _reached(resource: Resource, ports: Iterable[Any]) -> Iterator[tuple[str, int]]:
    for source, first, last in openings(resource):
        if first is not UNKNOWN and last is not UNKNOWN and first is not None and last is not None:
            yield from ((source, int(port)) for port in ports if int(first) <= int(port) <= int(last))


def _database(resource: Resource, config: Config) -> Iterator[Finding]:
    for source, port in _reached(resource, config["ports"]):
        yield Finding(f"lets {source} reach port {port}", "name client security groups or private addresses instead")


def _administration(resource: Resource, config: Config) -> Iterator[Finding]:
    for source, port in _reached(resource, ADMINISTRATION):
        yield Finding(f"lets {source} reach port {port}", "remove the rule: Session Manager needs no open port")


def _published(resource: Resource, config: Config) -> Iterator[Finding]:
    for port in items(resource.of("ports")):
        address = port.get("ip")
        if address is UNKNOWN:
            continue
        if not _named_privately(address):
            where = address or "every address"
            yield Finding(
                f"publishes port {_number(port.get('internal'))} on {where}",
                'set its ip to "127.0.0.1" or a private one',
            )


def _named_privately(address: Any) -> bool:
    """Whether an address is a private one; without one Docker takes every address of the machine."""
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return not public(str(address))


def _number(value: Any) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else str(value)


def _address(resource: Resource, config: Config) -> Iterator[Finding]:
    asked = [resource.of("associatePublicIpAddress")]
    asked += [each.get("associatePublicIpAddress") for each in items(resource.of("networkInterfaces"))]
    if any(each is not UNKNOWN and true(each) for each in asked):
        yield Finding("gets a public address", "choose the way out nat, ipv6 or endpoints where the network has it")


RULES = (
    ResourceRule(
        "no-public-database-port",
        "A database's port is never open to the internet: whoever finds it may try passwords (FSBP EC2.18, EC2.19).",
        (GROUP, INGRESS, OLD_RULE),
        _database,
        severity=Severity.CRITICAL,
        options={"ports": Option([5432, 6432], _PORTS, "TCP ports of databases and poolers.")},
    ),
    ResourceRule(
        "no-public-administration-port",
        "SSH and RDP are never open to the internet (FSBP EC2.13, EC2.14).",
        (GROUP, INGRESS, OLD_RULE),
        _administration,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "container-port-is-private",
        "A container's port is published on a private address: Docker opens it past the machine's firewall.",
        (CONTAINER,),
        _published,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "no-public-address",
        "A database host has no public address where the network has another way out (FSBP EC2.9, EC2.25).",
        (INSTANCE, TEMPLATE),
        _address,
        level=Level.ADVISORY,
        severity=Severity.LOW,
    ),
)
