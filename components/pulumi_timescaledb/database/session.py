"""Connections: how to reach a database, with which time-outs and which fixed settings.

This is the only module that opens a connection. Every session has the same ``search_path``, ``IntervalStyle``,
``TimeZone`` and the like, because the catalogs render text differently under each (facts measured on 2.26.4) and a
declared text would mean something else, whatever a database or role has as its defaults. It carries
``client_connection_check_interval`` so that the server ends the work of a client that was killed.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import psycopg
from psycopg.rows import dict_row

from ..errors import Refusal, Unreachable
from . import read_as, secret, tunnel

CONNECT_TIMEOUT_SECONDS = 5
READ_TIMEOUT_SECONDS = 30
LOCK_TIMEOUT_SECONDS = 5
TLS_MODES = ("disable", "prefer", "require", "verify-ca", "verify-full")

# one word for all processes of one engine, so that they are told from those of another run; no secret
RUN = hashlib.sha256(f"{socket.gethostname()} {sys.argv[1:2] or os.getpid()}".encode()).hexdigest()[:8]
# session -> settings as libpq's `options`, so that the very first statement already runs under them
_FIXED = {
    "search_path": "public",
    "IntervalStyle": "postgres",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "standard_conforming_strings": "on",  # a backslash in a declared query is a backslash
    "quote_all_identifiers": "off",
    "extra_float_digits": "1",
    "default_transaction_isolation": "read\\ committed",  # a blank within libpq's options is escaped
    "client_min_messages": "warning",
    "jit": "off",  # catalog queries look costly and are not: compiling one took 96 of its 102 ms (measured on 15.20)
    "client_connection_check_interval": "1000",
    "idle_session_timeout": "0",
}


class BadConnection(Refusal):
    """The connection's arguments are wrong; the sentence names the argument."""


@dataclass(frozen=True)
class Connection:
    """How to reach one database; the password stays a reference.

    host: name or address; port: TCP port, default 5432; database, user: names; tls: libpq's sslmode, default
    "prefer"; password_ref: see :mod:`.secret`, empty for none (peer, trust or a client's own password file); via: see
    :mod:`.tunnel`, empty for a direct connection; host and port are then as seen from the other end. region: of AWS,
    for every password_ref that is kept there, of this connection and of declared roles; empty for the environment's.
    """

    host: str
    database: str
    user: str
    port: int = 5432
    tls: str = "prefer"
    password_ref: str = ""
    via: str = ""
    region: str = ""

    @classmethod
    def from_args(cls, args: Any) -> Connection:
        """Read the ``connection`` argument; refuses unknown keys, a missing one and a wrong type by name."""
        if not isinstance(args, Mapping):
            raise BadConnection("connection is not a dictionary; write the host's connection")
        known = {field.name for field in fields(cls)}
        for key in args:
            if key not in known:
                raise BadConnection(f"connection.{key} is not an argument; write one of {', '.join(sorted(known))}")
        for key in ("host", "database", "user"):
            if not isinstance(args.get(key), str) or not args[key]:
                raise BadConnection(f"connection.{key} is missing; give it as text")
        try:
            port = int(args.get("port", 5432))  # numbers arrive as floats from the engine
        except (TypeError, ValueError, OverflowError):
            port = 0
        if not 1 <= port <= 65535:
            raise BadConnection("connection.port is not a TCP port; give a number from 1 to 65535")
        tls = str(args.get("tls") or "prefer")
        if tls not in TLS_MODES:
            raise BadConnection(f"connection.tls is not a mode of TLS; write one of {', '.join(TLS_MODES)}")
        reference = str(args.get("password_ref") or "")
        if reference:
            secret.validate(reference, "connection.password_ref")
        via = str(args.get("via") or "")
        if via:
            tunnel.validate(via)
        region = str(args.get("region") or "")
        if region and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
            raise BadConnection("connection.region is not a region of AWS; write one such as us-east-1")
        return cls(args["host"], args["database"], args["user"], port, tls, reference, via, region)

    def __str__(self) -> str:
        """How messages name the database; carries no password."""
        return f"{self.database} at {self.host}:{self.port}{f' via {self.via}' if self.via else ''}"


def connect(
    connection: Connection,
    *,
    autocommit: bool = False,
    read_only: bool = False,
    statement_timeout: int = READ_TIMEOUT_SECONDS,
    application_name: str = "pulumi_timescaledb",
) -> psycopg.Connection[dict[str, Any]]:
    """Open a session; statement_timeout in seconds, 0 for none.

    Raises :class:`~..errors.Unreachable` with the reason, and never with a password.
    """
    settings = {
        **_FIXED,
        "statement_timeout": str(statement_timeout * 1000),
        "lock_timeout": str(LOCK_TIMEOUT_SECONDS * 1000),
    }
    if connection.region:
        settings[secret.REGION] = connection.region
    if read_only:
        settings["default_transaction_read_only"] = "on"
    reading = read_as.instead(connection)
    if reading is not connection:
        settings[read_as.SETTING] = re.sub(r"([\\\s])", r"\\\1", connection.user)
        connection = reading
    # the certificate is checked against the host's own name, whatever address the way to it begins at
    address = tunnel.LOOPBACK if connection.via else None
    via = connection.via
    port = tunnel.local_port(via, connection.host, connection.port) if via else connection.port
    # after the way: a host that is not there yet has stored no password either, and the way says more about it
    asked = connection.password_ref
    password = secret.resolve(asked, "connection.password_ref", connection.region) if asked else None
    try:
        return psycopg.connect(
            host=connection.host,
            hostaddr=address,
            port=port,
            dbname=connection.database,
            user=connection.user,
            password=password,
            sslmode=connection.tls,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            application_name=f"{application_name} {RUN} {os.getpid()}",
            options=" ".join(f"-c {name}={value}" for name, value in settings.items()),
            autocommit=autocommit,
            row_factory=dict_row,
        )
    except psycopg.OperationalError as error:
        raise Unreachable(_why(connection, str(error))) from None


def _why(connection: Connection, text: str) -> str:
    reason = re.sub(r"\s+", " ", text.split("FATAL:")[-1])
    reason = re.sub(r"Is the server running [^?]*\?", "", reason).strip().rstrip(".")  # libpq's hint; ours follows
    if "password authentication failed" in reason or "no password supplied" in reason:
        named = read_as.PASSWORD_REF if read_as.chosen() else "connection.password_ref"
        remedy = f"check that {connection.password_ref or named} holds this user's password"
    elif "does not exist" in reason:
        remedy = "check connection.database and connection.user"
    else:
        remedy = (
            "start it or check connection.host and connection.port; "
            "TSDB_DATABASE=skip or --refresh=false leaves it unread"
        )
    return f"the database {connection} cannot be reached as {connection.user} ({reason}); {remedy}"
