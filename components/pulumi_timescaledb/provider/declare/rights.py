"""Roles and what they may do."""

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .declaration import Declaration, declaration


class MembershipArgs(TypedDict):
    """Belonging to a role. admin: may give it on, default False. inherit: has its privileges at once; set: may SET ROLE
    to it; both from PostgreSQL 16, not managed where omitted."""

    role: str
    admin: NotRequired[bool]
    inherit: NotRequired[bool]
    set: NotRequired[bool]


class RoleArgs(TypedDict):
    """Attributes of a role; those omitted are not managed. superuser: False alone, so that one made by hand shows.
    member_of: the whole set. password_ref: file:, env:, ssm: or secretsmanager:, the last two in the connection's
    region. valid_until: a date in UTC or "infinity". settings: the whole set of parameters that its sessions in this
    database start with; what is set for all databases stays. name: of the role. login, createdb, createrole, inherit,
    connection_limit (-1 for no bound), replication, bypassrls: as of CREATE ROLE. absent: True where it must not be
    there."""

    name: str
    login: NotRequired[pulumi.Input[bool]]
    createdb: NotRequired[pulumi.Input[bool]]
    createrole: NotRequired[pulumi.Input[bool]]
    inherit: NotRequired[pulumi.Input[bool]]
    connection_limit: NotRequired[pulumi.Input[int]]
    member_of: NotRequired[Sequence[str | MembershipArgs]]
    password_ref: NotRequired[pulumi.Input[str]]
    superuser: NotRequired[pulumi.Input[bool]]
    replication: NotRequired[pulumi.Input[bool]]
    bypassrls: NotRequired[pulumi.Input[bool]]
    valid_until: NotRequired[pulumi.Input[str]]
    settings: NotRequired[Mapping[str, pulumi.Input[str | float | bool]]]
    absent: NotRequired[bool]


class GrantArgs(TypedDict):
    """to: a role, "public" for everybody. on: "database", "schema s", "table s.t" (views and aggregates too), "sequence
    s.q", "function s.f(integer)", "type s.t", "all tables in schema s" (sequences, functions). privileges: the whole
    set of this pair, or ["ALL"]. grantable: with grant option, default False. excluding: of everything in a schema, the
    names that other declarations are about. migrated: filled in by the program. absent: True where the role must hold
    nothing on it."""

    to: str
    on: str
    privileges: NotRequired[Sequence[str]]
    grantable: NotRequired[pulumi.Input[bool]]
    excluding: NotRequired[Sequence[str]]
    migrated: NotRequired[str]
    absent: NotRequired[bool]


class DefaultPrivilegesArgs(TypedDict):
    """owner: whose future objects. schema: where, default everywhere. on: "tables", "sequences", "functions", "types"
    or "schemas". to, privileges, grantable: as of a grant. Existing objects keep what they have. absent: True where
    there must be none."""

    owner: str
    on: str
    to: str
    schema: NotRequired[str]
    privileges: NotRequired[Sequence[str]]
    grantable: NotRequired[pulumi.Input[bool]]
    absent: NotRequired[bool]


def role(**arguments: Unpack[RoleArgs]) -> Declaration:
    """Declare a role; see :class:`RoleArgs`."""
    return declaration("role", arguments)


def grant(**arguments: Unpack[GrantArgs]) -> Declaration:
    """Declare a role's privileges on an object; see :class:`GrantArgs`."""
    return declaration("grant", arguments)


def default_privileges(**arguments: Unpack[DefaultPrivilegesArgs]) -> Declaration:
    """Declare what a role's future objects come with; see :class:`DefaultPrivilegesArgs`."""
    return declaration("default_privileges", arguments)
