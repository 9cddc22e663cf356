"""Pulumi's state after a restore: the volume resource names the new volume; pure.

Without it the next ``pulumi up`` would put the database's tag on the old volume again, and two would have it. Only the
volume's own resource is written anew: what depends on it (backups, alarms) then differs, and ``pulumi up`` moves it.
"""

from __future__ import annotations

import json
from typing import Any

from ...errors import Refusal

VOLUME_TYPE = "aws:ebs/volume:Volume"


def moved(exported: str, old: str, new: str) -> str:
    """An exported deployment in which the volume is another one.

    Args:
        exported: what ``pulumi stack export`` prints.
        old, new: ids of the volumes.

    Raises:
        Refusal: for anything that is no deployment, or holds the old volume not exactly once.
    """
    try:
        document = json.loads(exported)
        resources = document["deployment"]["resources"]
    except (ValueError, KeyError, TypeError):
        raise Refusal(
            "standard input is no exported stack; pipe pulumi stack export into tsdb restore --state"
        ) from None
    mine = [each for each in resources if each.get("type") == VOLUME_TYPE and each.get("id") in (old, new)]
    if len(mine) != 1:
        count = "no volume" if not mine else f"{len(mine)} volumes"
        raise Refusal(f"the exported stack holds {count} {old}; name the volume that tsdb restore has replaced")
    found = mine[0]
    found["id"] = new
    if found.get("importID") == old:
        # of a volume that was taken back: the engine would compare it with the new one, and plan a replacement
        del found["importID"]
    found["outputs"] = _replaced(found.get("outputs", {}), old, new)
    return json.dumps(document, indent=4)


def _replaced(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, list):
        return [_replaced(each, old, new) for each in value]
    return {key: _replaced(each, old, new) for key, each in value.items()} if isinstance(value, dict) else value


def way(old: str, new: str, stack: str) -> list[str]:
    """The commands that tell Pulumi of the new volume."""
    of = f" --stack {stack}" if stack else ""
    return [
        f"pulumi stack export{of} | tsdb restore --state {old}={new} > moved.json",
        f"pulumi stack import{of} --file moved.json",
        f"pulumi up{of} --refresh",
    ]
