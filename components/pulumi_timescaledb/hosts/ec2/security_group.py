"""The security group of a host: nobody gets in but named clients, and only HTTPS gets out."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from .. import arguments as check
from ..inputs import has_output, known
from . import checks, look_up, rules


class SecurityGroupArgs(TypedDict):
    """Who may connect. A source is a security group (``sg-...``), a prefix list (``pl-...``) or a block of addresses.

    Names of sources become part of resource names."""

    vpc_id: pulumi.Input[str]
    """VPC of the host."""

    clients: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Sources that may use the database, by a name of your choice, which stands in resource names. Default nobody."""

    ports: NotRequired[Sequence[int]]
    """TCP ports of the database, and of its pooler where there is one. Plain values; default ``[5432]``."""

    ssh_clients: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Private sources that may use port 22, by name. Default nobody: Session Manager needs no port."""

    dns_servers: NotRequired[Sequence[str]]
    """Addresses of the VPC's own DNS servers, where its DHCP options name any. Plain values; default none."""

    ipv6: NotRequired[bool]
    """Whether the way out is IPv6. A plain value; default False."""

    accept_a_database_open_to_the_internet: NotRequired[bool]
    """Let ``clients`` hold 0.0.0.0/0 or ::/0: anybody may then try passwords. A plain value; default False."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. Default none."""


PLAIN = ("ports", "dns_servers", "ipv6", rules.OVERRIDE, "tags")
CHECKS: checks.Checks = {
    "ports": rules.ports,
    "dns_servers": rules.dns_servers,
    "ipv6": lambda value: check.flag(value, "ipv6"),
    rules.OVERRIDE: lambda value: check.flag(value, rules.OVERRIDE),
    "tags": checks.tags,
    "clients": lambda value: rules.keys(value, "clients"),
    "ssh_clients": lambda value: rules.keys(value, "ssh_clients"),
}
_PEERS = ("referenced_security_group_id", "cidr_ipv4", "cidr_ipv6", "prefix_list_id")


class SecurityGroup(pulumi.ComponentResource):
    """A security group with one rule resource for each source and port."""

    id_: pulumi.Output[str]
    """The group's id, for instances; a group that was opened by hand is refused."""

    def __init__(self, name: str, args: SecurityGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the group.

        Args:
            name: of the component; its rules are named after their sources.
            args: see :class:`SecurityGroupArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:SecurityGroup", name, {}, opts)
        open_to_all = bool(args.get("accept_a_database_open_to_the_internet"))
        with refusing():
            checks.refuse(SecurityGroupArgs, known(args), args, {}, plain=PLAIN)
            # a mapping may hold outputs, so its names are checked although it is not known as a whole
            for argument, look in CHECKS.items():
                if args.get(argument) is not None:
                    look(args[argument])  # type: ignore[literal-required]
        self._tags = {**(args.get("tags") or {}), "Name": name}
        self.group = aws.ec2.SecurityGroup(
            f"{name}-group",
            description="TimescaleDB host: named clients in, HTTPS out",
            vpc_id=args["vpc_id"],
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        for key, source in (args.get("clients") or {}).items():
            for port in args.get("ports") or [rules.POSTGRES_PORT]:
                self._ingress(name, f"{key}-{int(port)}", int(port), _peer(source, f'clients["{key}"]', open_to_all))
        for key, source in (args.get("ssh_clients") or {}).items():
            self._ingress(name, f"{key}-ssh", rules.SSH_PORT, _internal(source, f'ssh_clients["{key}"]'))
        for rule in rules.outgoing(ipv6=bool(args.get("ipv6")), dns_servers=args.get("dns_servers") or ()):
            aws.vpc.SecurityGroupEgressRule(
                f"{name}-{rule.name}",
                security_group_id=self.group.id,
                ip_protocol=rule.protocol,
                from_port=rule.port,
                to_port=rule.port,
                description=rule.description,
                tags=self._tags,
                opts=pulumi.ResourceOptions(parent=self),
                **rule.peer,
            )
        live: pulumi.Output[list[rules.LiveRule]] = self.group.id.apply(
            lambda known: look_up.rules_of(known, look_up.looking(self))
        )
        self.id_ = pulumi.Output.all(self.group.id, live).apply(lambda both: _closed(both[0], name, both[1]))
        self.register_outputs({"id": self.id_})

    def _ingress(self, name: str, key: str, port: int, peer: Mapping[str, Any]) -> None:
        aws.vpc.SecurityGroupIngressRule(
            f"{name}-in-{key}",
            security_group_id=self.group.id,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"clients: {key}",
            tags=self._tags,
            opts=pulumi.ResourceOptions(parent=self),
            **peer,
        )


def _closed(group_id: str, name: str, live: Sequence[rules.LiveRule]) -> str:
    with refusing():
        rules.refuse_undeclared(group_id, name, live)
    return group_id


def _peer(source: Any, argument: str, open_to_all: bool) -> Mapping[str, Any]:
    return _split(source, lambda value: rules.peer(value, argument, open_to_all=open_to_all))


def _internal(source: Any, argument: str) -> Mapping[str, Any]:
    return _split(source, lambda value: rules.internal(value, argument))


def _split(source: Any, calculate: Any) -> Mapping[str, Any]:
    """One of four inputs, at once where the source is plain; an unknown source leaves all four unknown."""

    def refused(value: Any) -> Any:
        with refusing():
            return calculate(value)

    if not has_output(source):
        found: Mapping[str, Any] = refused(source)
        return found
    late = pulumi.Output.from_input(source).apply(refused)
    return {kind: late.apply(_item(kind)) for kind in _PEERS}


def _item(kind: str) -> Any:
    return lambda found: found.get(kind)
