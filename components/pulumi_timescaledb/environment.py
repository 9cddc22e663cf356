"""Lighthouse's environment put together: settings of the stack, the host they ask for, the stack's outputs.

The only module that knows all rooms. What is inside the database is declared by the program, in ``__main__.py``.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pulumi
from pulumi.runtime import config as runtime_config

from . import settings as stack_settings
from .hosts.contract import Host
from .program import refusing
from .settings import Settings

DEFAULT_PASSWORD_REF = "file:.local/password"  # noqa: S105 - a reference, not a password
# an output that a host does not have is empty: the engine forgets null outputs, and the names are promised
NOT_HERE = ""


def settings() -> Settings:
    """The stack's settings; raises ``pulumi.RunError`` with one sentence for each key that cannot be used.

    The acceptance of what the Apache edition costs is logged, so that nobody learns it from missing rows.
    """
    given = {**runtime_config.get_config_env(), **runtime_config.CONFIG.get()}
    with refusing():
        read = stack_settings.read(given, pulumi.get_stack())
    if read.is_distribution:
        pulumi.log.info(
            f"Apache edition: hourly and daily metrics are recomputed from the checks, so they reach back as far as "
            f"check_retention ({read.retention.check_retention}) and no further."
        )
    return read


def host(wanted: Settings) -> Host:
    """The host of ``lighthouse:target``, ready to be passed to ``DatabaseObjects``."""
    return _managed(wanted) if wanted.target.target == "managed" else _docker(wanted)


def outputs(wanted: Settings, made: Host) -> dict[str, Any]:
    """The stack's outputs by name. One that this host does not have (an instance id on Docker) is empty text.

    ``database_connection_string`` carries no password: on Docker it names the password file beside the password's
    own, elsewhere ``PGPASSWORD`` or ``~/.pgpass`` serve, and ``tsdb url`` prints the whole of it.
    """
    return {
        "database_endpoint": made.endpoint,
        "database_connection_string": made.connection.apply(connection_string),
        "estimated_monthly_cost": 0 if wanted.target.target == "docker" else NOT_HERE,
        "ssh_command": NOT_HERE,
        "instance_id": NOT_HERE,
        "instance_private_ip": NOT_HERE,
        "cloudwatch_dashboard_url": NOT_HERE,
        "alarm_sns_topic_arn": NOT_HERE,
        "database_connection": made.connection,
    }


def connection_string(connection: Mapping[str, Any]) -> str:
    """A libpq URI without a password, from a host's ``connection``.

    Where the password is in a file, the ``pgpass`` beside that file is named if it is there; psql and every libpq
    program then connect without a question.
    """
    address = str(connection["host"])
    address = f"[{address}]" if ":" in address else address
    user, database = quote(str(connection["user"]), safe=""), quote(str(connection["database"]), safe="")
    query = {} if connection["tls"] == "disable" else {"sslmode": str(connection["tls"])}
    passfile = _passfile(str(connection.get("password_ref") or ""))
    if passfile:
        query["passfile"] = passfile
    text = "&".join(f"{key}={quote(value, safe='/')}" for key, value in query.items())
    # the engine hands numbers over as floats
    return f"postgresql://{user}@{address}:{int(connection['port'])}/{database}{'?' if text else ''}{text}"


def _passfile(reference: str) -> str:
    scheme, _, path = reference.partition(":")
    beside = Path(path).absolute().with_name("pgpass") if scheme == "file" and path else None
    return str(beside) if beside is not None and beside.exists() else ""


def _docker(wanted: Settings) -> Host:
    from .hosts import docker  # only here, so that a managed target works without the extra "docker"

    return docker.Database(
        "lighthouse",
        {
            # agreement.docker_has_image has refused a target docker without these two
            "image": wanted.docker.image or "",
            "image_family": wanted.docker.image_family or "",
            "postgres_version": wanted.docker.postgres_version,
            "pull": wanted.docker.pull,
            "memory": wanted.docker.memory,
            "cpus": wanted.docker.cpus,
            "port": wanted.docker.port,
            "container_name": wanted.name,
            "network_name": wanted.name,
            "volume_name": wanted.name,
            "database": wanted.server.database,
            "user": wanted.server.database_user,
            "password_ref": wanted.server.password_ref or DEFAULT_PASSWORD_REF,
        },
    )


def _managed(wanted: Settings) -> Host:
    from .hosts import managed

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
    return managed.Database("lighthouse", args)
