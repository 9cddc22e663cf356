"""How long a server may take to answer, and where to look when it did not.

The time is an environment variable and not a setting, because it is asked for in the one run that needs it: a first
boot from a slow registry, or a restore of many changes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

from ..database import tunnel
from ..database.session import Connection
from ..errors import Refusal, Unreachable

VARIABLE = "TSDB_READY_TIMEOUT"
SECONDS = 300
UNIT = "timescaledb-host"  # runs the boot program (userdata/units)
RUNBOOK = "host-gone"  # a heading of the project's page of runbooks


class BadTimeout(Refusal):
    """The variable holds something else than seconds."""


def seconds(environment: Mapping[str, str] = os.environ) -> int:
    """How long is waited; raises :class:`BadTimeout` for what is no number of seconds."""
    text = environment.get(VARIABLE, "")
    if not text:
        return SECONDS
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise BadTimeout(
            f"the environment variable {VARIABLE} is not a number of seconds; write digits alone, such as 900, or "
            f"unset it for {SECONDS}"
        )
    return int(text)


def late(connection: Connection, waited: int, error: Unreachable) -> str:
    """What is said of a server that did not answer in time; of one on EC2 also where it says why itself."""
    said = f"not ready after {waited} s ({VARIABLE}): {error}"
    return f"{said}; {_where_to_look(connection)}" if on_ec2(connection) else said


def on_ec2(connection: Connection) -> bool:
    """Whether the host is an instance: Session Manager leads to one, and any other way comes with AWS's region."""
    if connection.via.startswith("ssm:"):
        instance = tunnel.validate(connection.via)["instance"] or ""
        return not instance.startswith("mi-")  # a machine of somebody's own, which Session Manager reaches too
    return bool(connection.region)


def _where_to_look(connection: Connection) -> str:
    way = tunnel.validate(connection.via) if connection.via else None
    region = (way and way["region"]) or connection.region
    command = f"aws ec2 get-console-output --instance-id {(way and way['instance']) or '<its id>'}"
    command += f" --region {region}" if region else ""
    looks = f"sudo journalctl -u {UNIT} on it, or {command} from here"
    return f"a host on EC2 says itself what it lacks: {looks}; the project's runbook {RUNBOOK} goes on from there"
