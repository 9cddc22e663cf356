"""Events that are no metric: EventBridge patterns and what is mailed for them; plain values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from . import runbook
from .metrics import SPOT
from .subject import Subject


@dataclass(frozen=True)
class Event:
    """One rule. name: ends its name. says: its description. pattern: what it matches, without what is known later.
    paths: values for the text, as JSON paths. text: the mail, with ``<name>`` for values. first: what to look at first.
    filtered_by: the argument that narrows it, and the key under ``detail``."""

    name: str
    says: str
    pattern: dict[str, Any]
    paths: dict[str, str]
    text: str
    first: str
    filtered_by: tuple[str, str] | None = None


_SPOT = Event(
    "spot-notice",
    # AWS's event carries an instance id and no group, so it cannot be narrowed
    "A spot instance of this account and region is about to be reclaimed.",
    {
        "source": ["aws.ec2"],
        "detail-type": ["EC2 Spot Instance Interruption Warning", "EC2 Instance Rebalance Recommendation"],
    },
    {"instance": "$.detail.instance-id", "what": "$.detail-type"},
    "<what> for <instance>.",
    "Nothing has to be done: the host stops cleanly and the next one takes the volume.",
)
_LAUNCH = Event(
    "launch-failed",
    "The group could not start an instance.",
    {"source": ["aws.autoscaling"], "detail-type": ["EC2 Instance Launch Unsuccessful"]},
    {"group": "$.detail.AutoScalingGroupName", "reason": "$.detail.StatusMessage"},
    "Group <group> could not start an instance: <reason>.",
    "Read AWS's reason: capacity (add types), a quota, or a launch template that names what is gone.",
    ("group_name", "AutoScalingGroupName"),
)
_BACKUP = Event(
    "backup-failed",
    "A backup job did not end well.",
    {
        "source": ["aws.backup"],
        "detail-type": ["Backup Job State Change"],
        "detail": {"state": ["FAILED", "ABORTED", "EXPIRED"]},
    },
    {"state": "$.detail.state", "resource": "$.detail.resourceArn", "reason": "$.detail.statusMessage"},
    "Backup of <resource> ended as <state>: <reason>.",
    "Read AWS's reason: most often the role lost a right, or the lock's least retention is longer than the plan's.",
    ("backup_vault_name", "backupVaultName"),
)


def events(subject: Subject) -> tuple[Event, ...]:
    """The rules of a host."""
    spot = (_SPOT, _LAUNCH) if subject.mode == SPOT else ()
    return (*spot, *((_BACKUP,) if subject.backups else ()))


def pattern(event: Event, narrowed_to: str | None) -> str:
    """The pattern as EventBridge takes it, narrowed to one group or vault where it is known."""
    found = dict(event.pattern)
    if event.filtered_by and narrowed_to:
        found["detail"] = {**found.get("detail", {}), event.filtered_by[1]: [narrowed_to]}
    return json.dumps(found, sort_keys=True)


def template(event: Event, runbooks: str | None) -> str:
    """The mail as an input template: a JSON string, in which EventBridge fills the values."""
    return json.dumps(runbook.told(event.text, event.first, runbooks=runbooks, heading=event.name))
