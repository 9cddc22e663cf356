"""The arguments of an existing server, checked; plain values only."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from ... import ways
from ...errors import Refusal
from ...server import BadValue
from .. import arguments as check
from .args import DatabaseArgs

REQUIRED = frozenset(DatabaseArgs.__required_keys__)

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.:_-]{0,251}[A-Za-z0-9])?\.?|::1")
_VIA = re.compile(ways.TUNNEL)
_RDS = re.compile(r"\.rds\.amazonaws\.com(?:\.cn)?\.?$", re.IGNORECASE)


class Unsupported(Refusal):
    """A server of this kind can never hold what this library manages.

    Attributes:
        vendor: whose service it is.
    """

    def __init__(self, vendor: str, where: str) -> None:
        """Say what is missing there and where the database can live instead."""
        self.vendor = vendor
        super().__init__(
            f"{where} is {vendor}, which does not offer the timescaledb extension; use a host of this library "
            "(a container or a machine of your own) or a service that offers TimescaleDB, such as Tiger Cloud"
        )


def refuse(args: Mapping[str, Any], named: Mapping[str, Any]) -> None:
    """Check each argument that is plain by itself.

    Raises:
        ArgumentRefused: naming the first argument that cannot be used.
        Unsupported: for Amazon RDS and Aurora.
    """
    check.known_names(named, DatabaseArgs.__annotations__, REQUIRED)
    for name, value in args.items():
        if value is not None:
            _CHECKS[name](value)


def connection(args: Mapping[str, Any]) -> dict[str, Any]:
    """The connection that other resources receive, from arguments that are all plain."""
    refuse(args, args)
    given = {name: _CHECKS[name](value) for name, value in args.items() if value is not None}
    found = {
        "host": given["host"],
        "port": given.get("port", 5432),
        "database": given["database"],
        "user": given["user"],
        "tls": given.get("tls", "verify-full"),
        "password_ref": given["password_ref"],
    }
    return found | {"via": given["via"]} if "via" in given else found


def endpoint(found: Mapping[str, Any]) -> str:
    """``host:port`` of a connection, for people."""
    host = found["host"]
    return f"[{host}]:{found['port']}" if ":" in host else f"{host}:{found['port']}"


def _host(value: Any) -> str:
    if not isinstance(value, str) or not _HOST.fullmatch(value):
        raise BadValue(
            "host", "is not a host name or address", 'write it without scheme, port or user: "db.example.com"'
        )
    if _RDS.search(value):
        raise Unsupported("Amazon RDS or Aurora", f"host {value}")
    return value


def _via(value: Any) -> str:
    if not isinstance(value, str) or not _VIA.fullmatch(value):
        raise BadValue("via", "is not a way to the server", f"write {ways.TUNNEL_EXPECTED}")
    return value


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "host": _host,
    "database": lambda value: check.identifier(value, "database"),
    "user": lambda value: check.identifier(value, "user"),
    "password_ref": check.password_reference,
    "port": check.port,
    "via": _via,
    "tls": lambda value: check.one_of(value, "tls", check.TLS_MODES),
}
