"""The full connection string of a database, for tools that need one."""

from __future__ import annotations

from urllib.parse import quote

from ..database import secret
from ..database.session import Connection


def full(connection: Connection) -> str:
    """A libpq URI with the password percent-encoded; the only place where a password is printed."""
    password = ""
    if connection.password_ref:
        password = ":" + quote(
            secret.resolve(connection.password_ref, "connection.password_ref", connection.region), safe=""
        )
    user, database = quote(connection.user, safe=""), quote(connection.database, safe="")
    # an IPv6 address stands in brackets; the folder of a socket is percent-encoded like everything else
    host = f"[{connection.host}]" if ":" in connection.host else quote(connection.host, safe="")
    return f"postgresql://{user}{password}@{host}:{connection.port}/{database}?sslmode={connection.tls}"
