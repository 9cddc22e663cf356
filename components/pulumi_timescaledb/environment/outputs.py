"""What the stack prints."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .placed import Placed

# an output that a host does not have is empty: the engine forgets null outputs, and the names are promised
NOT_HERE = ""


def outputs(made: Placed) -> dict[str, Any]:
    """The stack's outputs by name. One that this host does not have (an instance id on Docker) is empty text.

    ``database_connection_string`` carries no password: on Docker it names the password file beside the password's
    own, elsewhere ``PGPASSWORD`` or ``~/.pgpass`` serve, and ``tsdb url`` prints the whole of it.
    """
    names = ("estimated_monthly_cost", "ssh_command", "instance_id", "instance_private_ip")
    more = ("cloudwatch_dashboard_url", "alarm_sns_topic_arn")
    return {
        "database_endpoint": made.endpoint,
        "database_connection_string": made.connection.apply(connection_string),
        **dict.fromkeys((*names, *more), NOT_HERE),
        **made.outputs,
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
