"""Lighthouse's database on a server that somebody else runs."""

from ..hosts import managed
from ..settings import Settings
from .placed import Placed, placed


def place(wanted: Settings) -> Placed:
    """The host of target managed."""
    args: managed.DatabaseArgs = {
        # agreement.managed_has_address has refused a target managed without host and password_ref
        "host": wanted.managed.managed_host or "",
        "port": wanted.managed.managed_port,
        "tls": wanted.managed.managed_tls,
        "database": wanted.server.database,
        "user": wanted.server.database_user,
        "password_ref": wanted.server.password_ref or "",
    }
    if wanted.managed.managed_via:
        args["via"] = wanted.managed.managed_via
    return placed(managed.Database("lighthouse", args))
