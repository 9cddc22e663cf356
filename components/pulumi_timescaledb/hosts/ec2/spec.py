"""What the arguments of a database on EC2 must agree on, and the connection they give; pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from ... import ways
from ...hardware import instance_types
from ...server import BadValue
from .. import arguments as check
from . import address, checks, disk, identity, machine, network, rules, secrets, spot

MARKETS = ("spot", "on-demand")
ARCHIVE_DAYS = 30
_VIA = re.compile(f"direct|ssm|{ways.SSH}")
PLAIN = (
    *("database_name", "market", "instance_types", "egress", "password_ref", "user_data", "ports", "dns_servers"),
    *("accept_a_database_open_to_the_internet", "existing_volume_id", "retain", "protect", "generate_password"),
    *("stable_interface", "domain_name", "fall_back", "replace_on_change", "via", "tags"),
    "archive_days",
)
"""What decides on resources and look-ups, which a preview must know."""


def _via(value: Any) -> str:
    if not isinstance(value, str) or not _VIA.fullmatch(value):
        raise BadValue("via", "is not a way to the host", f"write ssm, direct or {ways.SSH_EXPECTED}")
    return value


def _function(value: Any) -> Any:
    if not callable(value):
        raise BadValue("user_data", "is not a function", "pass one that makes user data of the boot settings")
    return value


def _flag(name: str) -> Any:
    return lambda value: check.flag(value, name)


CHECKS: checks.Checks = {
    **{name: look for name, look in identity.CHECKS.items() if name not in ("group_name", "record_name")},
    **{name: look for name, look in address.CHECKS.items() if name != "interface"},
    **network.CHECKS,
    **secrets.CHECKS,
    **disk.CHECKS,
    **machine.CHECKS,
    **spot.CHECKS,
    "ports": rules.ports,
    "dns_servers": rules.dns_servers,
    rules.OVERRIDE: _flag(rules.OVERRIDE),
    "market": lambda value: check.one_of(value, "market", MARKETS),
    "stable_interface": _flag("stable_interface"),
    "generate_password": _flag("generate_password"),
    "archive_days": lambda value: check.whole(value, "archive_days", 1, 3650),
    "fall_back": _flag("fall_back"),
    "user_data": _function,
    "via": _via,
    "database": lambda value: check.identifier(value, "database"),
    "user": lambda value: check.identifier(value, "user"),
    "tls": lambda value: check.one_of(value, "tls", check.TLS_MODES),
}


def refuse_together(args: Mapping[str, Any]) -> None:
    """Refuse arguments that do not go together; the plain ones are there and right each by itself.

    Raises:
        BadValue: naming the argument to change.
    """
    disk.refuse_together(args)
    twice = sorted(set(args.get("clients") or ()) & set(args.get("client_security_groups") or ()))
    if twice:
        raise BadValue(f'clients["{twice[0]}"]', "is in client_security_groups, too", "give one of them another name")
    if args.get("archive_days") is not None and args.get("archive_bucket") is None:
        raise BadValue("archive_days", "is given without archive_bucket", "name the bucket, or leave archive_days out")
    on_demand = args["market"] == "on-demand"
    count = len(instance_types.alternatives(args["instance_types"]))
    if on_demand and count != 1:
        raise BadValue("instance_types", f"names {count} types for market on-demand", "name the one to buy")
    for name in ("fall_back", "replace_on_change"):
        if on_demand and args.get(name):
            raise BadValue(name, "goes with market spot alone", "leave it out, or set market to spot")
    if on_demand and args.get("stable_interface") and args["egress"] == "public-ip":
        # EC2 guide, "Instance IP addressing": no new public address after a stop with two interfaces
        remedy = "leave it out (an instance on demand keeps its address), or choose another egress"
        raise BadValue("stable_interface", "would cost the host its public-ip address at the first stop", remedy)
    if not on_demand and args.get("stable_interface") is False and not args.get("domain_name"):
        remedy = "leave stable_interface out, or set domain_name"
        raise BadValue("stable_interface", "is False, so that every spot host has another address", remedy)


def stable_interface(args: Mapping[str, Any]) -> bool:
    """Whether an interface is kept."""
    wanted = args.get("stable_interface")
    return args["market"] == "spot" if wanted is None else bool(wanted)


def refuse_other_market(market: str, name: str, others: Sequence[str]) -> None:
    """Refuse to start a host beside one that was bought the other way.

    The volume stays with the host that has it, so that the new one would wait for it, and the deployment for both.

    Args:
        market: as declared.
        name: of the database and of its group.
        others: running instances of the other market.

    Raises:
        BadValue: with the command that ends the old host in order.
    """
    if not others:
        return
    held = f"is {market} but {others[0]} was bought the other way and holds the volume"
    none = "--min-size 0 --desired-capacity 0"
    stop = f"aws autoscaling update-auto-scaling-group --auto-scaling-group-name {name} {none}"
    if market == "spot":
        stop = f"aws ec2 stop-instances --instance-ids {others[0]}"
    then = "wait until the host has ended, and run `TSDB_DATABASE=skip pulumi up`, then `pulumi up`"
    remedy = f"stop the database first ({stop}), {then}"
    raise BadValue("market", held, remedy)


def connection(given: Mapping[str, Any], via: str, database_name: str) -> dict[str, Any]:
    """The connection that other resources receive; a replaced host does not change it.

    Args:
        given: ``host``, ``port``, ``database``, ``user``, ``tls``, ``password_ref`` and ``region``.
        via: ``direct``, ``ssm`` or ``ssh:<destination>``.
        database_name: whose tag Session Manager's instance carries.
    """
    if via == "ssm":
        return {**given, "via": f"ssm:{checks.IDENTITY_TAG}={database_name}@{given['region']}"}
    return {**given, "via": via} if via.startswith("ssh:") else dict(given)


def endpoint(host: str, port: int) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
