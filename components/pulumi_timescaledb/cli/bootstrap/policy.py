"""The policies of whoever deploys and operates: files of this package, with the account's names put in; pure.

A file's ``${Name}`` is one of :data:`NAMES`. IAM takes 6,144 characters a managed policy, blanks not counted (IAM user
guide, quotas), hence several files.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from ...errors import Refusal

POLICIES = ("roles", "host", "watch", "operate", "push")
"""roles: to make, change and remove roles, which is an administrator's right in effect. host: the components of a host.
watch: alarms, events, backups and the archive. operate: Pulumi's state, look-ups, the way to the database, tsdb. push:
settings that State Manager brings to a host, where a program asks for that."""
NAMES = ("Partition", "Region", "Account", "Project", "Bucket", "Alias")
MOST_CHARACTERS = 6144


def policy(which: str, **names: str) -> dict[str, Any]:
    """One policy as a document.

    Args:
        which: one of :data:`POLICIES`.
        names: a value for each of :data:`NAMES`.

    Raises:
        Refusal: for another policy.
    """
    if which not in POLICIES:
        raise Refusal(f"--print-policy is {which}; choose one of {', '.join(POLICIES)}")
    text = (files(__package__) / "policies" / f"{which}.json").read_text(encoding="utf-8")
    for name in NAMES:
        text = text.replace(f"${{{name}}}", names[name])
    document: dict[str, Any] = json.loads(text)
    return document
