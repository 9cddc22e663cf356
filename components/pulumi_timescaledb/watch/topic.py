"""Who is told, and who may tell: e-mail addresses and the topic's policy; pure."""

from __future__ import annotations

import json
import re
from typing import Any

from ..server import BadValue

_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
# endings that are no top-level domain and a slip of the finger away from one
_SLIPS = {"con": "com", "cmo": "com", "ocm": "com", "vom": "com", "comm": "com", "nte": "net", "ogr": "org"}
_ARN = re.compile(r"arn:(aws|aws-cn|aws-us-gov):sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}")


def email(value: Any, argument: str = "emails") -> str:
    """An e-mail address that SNS would take and a mail could reach.

    Raises:
        BadValue: for anything else, the ending ``.con`` included.
    """
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        raise BadValue(argument, f'holds "{value}", which is not an e-mail address', 'write "name@example.com"')
    ending = value.rpartition(".")[2].lower()
    if ending in _SLIPS:
        raise BadValue(argument, f'holds "{value}", whose ending .{ending} does not exist', f"write .{_SLIPS[ending]}")
    return value


def topic_arn(value: Any, argument: str = "topic_arn") -> str:
    """The ARN of a standard topic, given by its owner."""
    if not isinstance(value, str) or not _ARN.fullmatch(value):
        raise BadValue(
            argument,
            "is not the ARN of an SNS topic",
            "write arn:aws:sns:<region>:<account>:<name>, not a subscription's",
        )
    return value


def policy(arn: str) -> str:
    """Lets CloudWatch's alarms of the same account publish, and EventBridge's rules, whose account cannot be asked.

    EventBridge needs it said; a topic's default policy admits the account's own principals alone. A foreign account's
    rule that knows the topic's ARN could publish, too.
    """
    account = arn.split(":")[4]
    conditions: dict[str, dict[str, Any]] = {
        "cloudwatch": {"Condition": {"StringEquals": {"aws:SourceAccount": account}}},
        # with any condition nothing of EventBridge's arrives (its user guide, "Amazon SNS permissions": topic policies
        # for EventBridge take no Condition blocks)
        "events": {},
    }
    statements = [
        {
            "Sid": service.capitalize(),
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": arn,
            **condition,
        }
        for service, condition in conditions.items()
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, sort_keys=True)
