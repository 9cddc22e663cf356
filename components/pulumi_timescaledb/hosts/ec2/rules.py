"""Who may connect to a host and where it may connect to, as rules of its security group; pure."""

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import Refusal
from ...server import BadValue
from .. import arguments as check
from .checks import is_id

OVERRIDE = "accept_a_database_open_to_the_internet"
POSTGRES_PORT, SSH_PORT = 5432, 22
# wider than any company's own block: a "narrow" rule that admits a continent is a public one
_LEAST_PREFIX = {4: 8, 6: 16}
# RFC 1918, RFC 6598, RFC 4193; not `is_private`, which also counts blocks that are nobody's or everybody's
_PRIVATE = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


class OpenToTheInternet(Refusal):
    """A source would let strangers try passwords."""


@dataclass(frozen=True)
class Rule:
    """One rule.

    Attributes:
        name: of the resource below the group's own name.
        protocol: ``tcp`` or ``udp``.
        port: the only one.
        peer: exactly one of ``referenced_security_group_id``, ``cidr_ipv4``, ``cidr_ipv6`` and ``prefix_list_id``.
        description: for people who read the group.
    """

    name: str
    protocol: str
    port: int
    peer: Mapping[str, str]
    description: str


@dataclass(frozen=True)
class LiveRule:
    """A rule that a group has. source: who is let in. ports: to which. name: its tag Name, which ours carry."""

    id: str
    source: str
    ports: str
    name: str


class Undeclared(Refusal):
    """The group lets somebody in whom no declaration names."""


def refuse_undeclared(group_id: str, name: str, live: Sequence[LiveRule]) -> None:
    """Refuse a group that was opened by hand; rules of ours carry the component's name, also those to be removed.

    Raises:
        Undeclared: with the command that closes it.
    """
    for rule in live:
        if rule.name != name:
            closing = f"aws ec2 revoke-security-group-ingress --group-id {group_id} --security-group-rule-ids {rule.id}"
            raise Undeclared(
                f"the security group {group_id} lets {rule.source} in on {rule.ports} by the rule {rule.id}, which "
                f"nobody declares; close it ({closing}), or name the source in clients"
            )


def keys(value: Any, argument: str) -> list[str]:
    """The names of sources, which are part of resource names.

    Raises:
        BadValue: when it is no mapping, or a name could not stand in a resource's name.
    """
    if not isinstance(value, Mapping):
        raise BadValue(argument, "is not a mapping of names to sources", 'write {"backend": "sg-..."}')
    for key in value:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise BadValue(argument, f"has the name {str(key)[:40]!r}", "use lower-case letters, digits and dashes")
    return list(value)


def ports(value: Any) -> list[int]:
    """The ports of the database and its pooler."""
    if not isinstance(value, Sequence) or isinstance(value, str) or not value:
        raise BadValue("ports", "is not a list of ports", "write [5432], or [5432, 6432] with a pooler")
    found = [check.port(each, "ports") for each in value]
    if SSH_PORT in found:
        raise BadValue("ports", "contains 22", "name who may use SSH in ssh_clients")
    if len(set(found)) != len(found):
        raise BadValue("ports", "names one port twice", "name each once")
    return found


def peer(value: Any, argument: str, *, open_to_all: bool = False) -> dict[str, str]:
    """A source: a security group, a prefix list or a block of addresses.

    Args:
        value: as the user wrote it.
        argument: such as ``clients["backend"]``.
        open_to_all: whether the user accepted a database that anybody may try to log in to.

    Raises:
        BadValue: for no source at all.
        OpenToTheInternet: for all addresses, or nearly all, without ``open_to_all``.
    """
    if isinstance(value, str) and is_id(value, "sg"):
        return {"referenced_security_group_id": value}
    if isinstance(value, str) and is_id(value, "pl"):
        return {"prefix_list_id": value}
    block = _block(value, argument)
    if block.prefixlen < _LEAST_PREFIX[block.version] and not _private(block) and not open_to_all:
        raise OpenToTheInternet(
            f"{argument} is {block}, which lets anybody on the internet try to log in; name a security group or your "
            f"own block, or set {OVERRIDE} if that is what you want"
        )
    return {f"cidr_ipv{block.version}": str(block)}


def internal(value: Any, argument: str) -> dict[str, str]:
    """A source for SSH: a security group, a prefix list or a block of private addresses, and no way around that."""
    if isinstance(value, str) and (is_id(value, "sg") or is_id(value, "pl")):
        return peer(value, argument)
    block = _block(value, argument)
    if not _private(block):
        remedy = "name a security group or a private block, or use Session Manager, which needs no port"
        raise OpenToTheInternet(f"{argument} is {block}, which is not a private network; {remedy}")
    return {f"cidr_ipv{block.version}": str(block)}


def outgoing(*, ipv6: bool, dns_servers: Sequence[str]) -> list[Rule]:
    """Where a host connects to: HTTPS alone.

    The AWS API, the package repositories and the image registry are all HTTPS. Amazon's own DNS, NTP and metadata
    addresses pass by security groups (EC2 guide, "Security groups": traffic that is not filtered), so they need no
    rule; a VPC with DNS servers of its own does.

    Args:
        ipv6: whether the way out is IPv6.
        dns_servers: addresses of the VPC's own DNS servers.
    """
    everywhere = [("https", {"cidr_ipv4": "0.0.0.0/0"})] + ([("https6", {"cidr_ipv6": "::/0"})] if ipv6 else [])
    found = [Rule(f"out-{name}", "tcp", 443, where, "HTTPS: AWS, packages, image") for name, where in everywhere]
    for address in dns_servers:
        where = _server(address)
        label = re.sub(r"[.:]", "-", address)
        found += [Rule(f"out-dns-{label}-{way}", way, 53, where, "DNS server of the VPC") for way in ("udp", "tcp")]
    return found


def dns_servers(value: Any) -> list[str]:
    """Addresses of DNS servers."""
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise BadValue("dns_servers", "is not a list of addresses", 'write ["10.0.0.10"]')
    for each in value:
        _server(each)
    return list(value)


def _private(block: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    same = (each for each in _PRIVATE if each.version == block.version)
    return any(block.subnet_of(each) for each in same)  # type: ignore[arg-type]


def _server(value: Any) -> dict[str, str]:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        raise BadValue("dns_servers", "holds something that is no IP address", 'write ["10.0.0.10"]') from None
    return {f"cidr_ipv{address.version}": f"{address}/{address.max_prefixlen}"}


def _block(value: Any, argument: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    text = value if isinstance(value, str) and "/" in value else ""
    try:
        return ipaddress.ip_network(text)
    except ValueError as error:
        if "host bits" in str(error):
            meant = ipaddress.ip_network(text, strict=False)
            raise BadValue(argument, f"is {text}, which is no block", f"write {meant}") from None
        remedy = "write sg-..., pl-... or a block of addresses such as 10.20.0.0/16"
        raise BadValue(argument, "is no source", remedy) from None
