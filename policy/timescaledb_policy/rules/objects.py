"""What is declared inside a database: roles without unlimited rights, retention above a floor, TLS on the way."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence

from pulumi_timescaledb.units import BadInterval, Interval

from timescaledb_policy.resource import UNKNOWN, Resource, entries
from timescaledb_policy.rule import Config, Finding, Option, ResourceRule, Severity, StackRule

OURS = "pulumi-python:dynamic/timescaledb:"
ROLE, HYPERTABLE, AGGREGATE = f"{OURS}Role", f"{OURS}Hypertable", f"{OURS}ContinuousAggregate"
GRANT, DEFAULTS = f"{OURS}Grant", f"{OURS}DefaultPrivileges"
DATABASES = ("timescaledb:docker:Database", "timescaledb:ec2:Database", "timescaledb:managed:Database")
UNLIMITED = ("superuser", "bypassrls")
ENCRYPTED = ("require", "verify-ca", "verify-full")


def _limited(resource: Resource, config: Config) -> Iterator[Finding]:
    for name in UNLIMITED:
        if resource.of(name) is True:
            yield Finding(
                f"declares the role {resource.of('name')} as {name}", f"leave {name} out and grant what it needs"
            )


def _public(resource: Resource, config: Config) -> Iterator[Finding]:
    more = [each for each in entries(resource.of("privileges")) if each is not UNKNOWN and str(each).upper() != "USAGE"]
    if str(resource.of("to")).lower() == "public" and more:
        yield Finding("grants to everybody (PUBLIC)", "grant to a named role")


def _kept(resource: Resource, config: Config) -> Iterator[Finding]:
    after = resource.of("retention", "drop_after")
    if not isinstance(after, str):
        return
    try:
        kept, least = Interval.parse(after), Interval.parse(config["least"])
    except BadInterval:  # the provider refuses it with a better sentence
        return
    if kept < least:
        yield Finding(f"drops rows after {after}", f"keep them {config['least']} or longer")


def _encrypted(stack: Sequence[Resource], config: Config) -> Iterator[Finding]:
    for database in (each for each in stack if each.type in DATABASES):
        connection = database.of("connection")
        if not isinstance(connection, dict) or connection.get("via") or _here(connection.get("host")):
            continue  # not known yet, or inside SSH, Session Manager or this machine
        if connection.get("tls") not in (*ENCRYPTED, UNKNOWN):
            yield Finding(f"is reached with tls {connection.get('tls')}", 'set tls to "verify-full"', database)


def _here(host: object) -> bool:
    """Whether a host is, or may turn out to be, this machine."""
    try:
        return host is UNKNOWN or host == "localhost" or ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


RULES = (
    ResourceRule(
        "no-unlimited-role",
        "No declared role is a superuser or passes row-level security: tenants would see each other's rows.",
        (ROLE,),
        _limited,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "no-grant-to-public",
        "Nothing but USAGE is granted to everybody, neither on what is there nor on what is made later.",
        (GRANT, DEFAULTS),
        _public,
    ),
    ResourceRule(
        "retention-floor",
        "No retention policy drops rows before the age that they must be kept to.",
        (HYPERTABLE, AGGREGATE),
        _kept,
        options={
            "least": Option("7 days", {"type": "string"}, 'The least age at which rows are dropped, as "7 days".')
        },
    ),
    StackRule("encrypted-connection", "The way to a server on another machine is encrypted.", _encrypted),
)
