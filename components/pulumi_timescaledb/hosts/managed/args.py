"""The arguments of an existing database server."""

import pulumi
from typing_extensions import NotRequired, TypedDict


class DatabaseArgs(TypedDict):
    """Where an existing server is and as whom to work there."""

    host: pulumi.Input[str]
    """Host name or IP address."""

    database: pulumi.Input[str]
    """Database whose objects are managed; it must exist."""

    user: pulumi.Input[str]
    """Role to connect as: the database's owner or a superuser."""

    password_ref: pulumi.Input[str]
    """``file:<path>``, ``env:<NAME>``, ``ssm:<parameter>`` or ``secretsmanager:<secret>``; never the password."""

    port: NotRequired[pulumi.Input[int]]
    """TCP port. Default 5432."""

    via: NotRequired[pulumi.Input[str]]
    """``ssh:<destination>`` or ``ssm:<instance id>[@<region>]``, where only another machine reaches the server."""

    tls: NotRequired[pulumi.Input[str]]
    """``verify-full``, ``require``, ``prefer`` or ``disable``. Default ``verify-full``."""
