"""Who sees which rows: row-level security, and views that hold tenants apart."""

from collections.abc import Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .declaration import Declaration, declaration


class PolicyArgs(TypedDict):
    """name; command: ALL (default), SELECT, INSERT, UPDATE or DELETE. to: roles, default everybody. using: which rows
    may be read or touched. check: which rows may be written, default as using. permissive: default True."""

    name: str
    command: NotRequired[str]
    to: NotRequired[Sequence[str]]
    using: NotRequired[str]
    check: NotRequired[str]
    permissive: NotRequired[bool]


class RowLevelSecurityArgs(TypedDict):
    """schema: default "public". enabled: default True. forced: whether it binds the table's owner too. policies: the
    whole set; one that nobody declared is drift and dropped. What may open rows needs an acknowledgement. absent: True
    where the table must have none, which opens its rows."""

    table: str
    schema: NotRequired[str]
    enabled: NotRequired[pulumi.Input[bool]]
    forced: NotRequired[pulumi.Input[bool]]
    policies: NotRequired[Sequence[PolicyArgs]]
    absent: NotRequired[bool]


class SecurityBarrierViewArgs(TypedDict):
    """schema: default "public". query: a SELECT with the condition that holds tenants apart. security_barrier: default
    True. security_invoker: reads with the reader's rights. check_option: "none", "local" or "cascaded". name: of the
    view. owner: managed where given. absent: True where it must not be there."""

    name: str
    schema: NotRequired[str]
    query: NotRequired[str]
    security_barrier: NotRequired[pulumi.Input[bool]]
    security_invoker: NotRequired[pulumi.Input[bool]]
    check_option: NotRequired[pulumi.Input[str]]
    owner: NotRequired[str]
    absent: NotRequired[bool]


def row_level_security(**arguments: Unpack[RowLevelSecurityArgs]) -> Declaration:
    """Declare the row-level security of a table; see :class:`RowLevelSecurityArgs`."""
    return declaration("row_level_security", arguments)


def security_barrier_view(**arguments: Unpack[SecurityBarrierViewArgs]) -> Declaration:
    """Declare a view that holds tenants apart; see :class:`SecurityBarrierViewArgs`."""
    return declaration("security_barrier_view", arguments)
