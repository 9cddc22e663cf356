"""SSM: sessions, which moto does not know; what serves one is the offline plugin of Session Manager."""

from __future__ import annotations

import secrets
from typing import Any

from tools.engine.plugins.aws.server.patching import add, refuse


def change() -> None:
    """Make the changes."""
    from moto.ssm.models import ssm_backends
    from moto.ssm.responses import SimpleSystemManagerResponse

    add(SimpleSystemManagerResponse, ssm_backends, "start_session", _start)
    add(SimpleSystemManagerResponse, ssm_backends, "terminate_session", _terminate)


def _start(backend: Any, given: dict[str, Any]) -> dict[str, str]:
    from moto.ec2.models import ec2_backends

    machines = ec2_backends[backend.account_id][backend.region_name]
    found = machines.describe_instances({"instance-id": [given["Target"]]})
    states = [each._state.name for reservation in found for each in reservation.instances]
    if states != ["running"]:
        refuse("TargetNotConnected", f"{given['Target']} is not connected.")
    session = f"stand-in-{secrets.token_hex(8)}"
    return {"SessionId": session, "TokenValue": "stand-in", "StreamUrl": f"wss://stand-in.invalid/{session}"}


def _terminate(backend: Any, given: dict[str, Any]) -> dict[str, str]:
    return {"SessionId": given["SessionId"]}
