"""The archive bucket's name, numbers and policy; pure.

Sources: S3 user guide (bucket naming rules; Object Lock needs versioning) and AWS's security standard (S3.1 to S3.15).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..hosts import arguments as check


@dataclass(frozen=True)
class Bucket:
    """noncurrent_days: how long an overwritten or deleted object can be got back. abort_days: after which an
    unfinished upload is removed. lock_days: during which no object can be deleted (governance); 0 for no lock."""

    noncurrent_days: int
    abort_days: int
    lock_days: int


def bucket(args: Mapping[str, Any]) -> Bucket:
    """The numbers of a component's plain arguments; raises ArgumentRefused."""
    return Bucket(
        noncurrent_days=check.whole(args.get("noncurrent_days", 30), "noncurrent_days", 1, 3650),
        abort_days=check.whole(args.get("abort_days", 7), "abort_days", 1, 365),
        lock_days=check.whole(args.get("lock_days", 0), "lock_days", 0, 3650),
    )


_REFUSED = {
    "TlsOnly": {"Bool": {"aws:SecureTransport": "false"}},
    "Tls12": {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
}


def policy(arn: str, stack: str = "") -> str:
    """Refuses every request without TLS, or with TLS older than 1.2, from anybody.

    Its id is the mark of the stack whose bucket it is, since no look-up of the provider tells a bucket's tags.
    """
    statements = [
        {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": condition,
        }
        for sid, condition in _REFUSED.items()
    ]
    whose = {"Id": _mark(stack)} if stack else {}
    return json.dumps({"Version": "2012-10-17", **whose, "Statement": statements}, sort_keys=True)


def is_ours(live_policy: str | None, stack: str) -> bool:
    """Whether a bucket has the policy that a stack gives it, and is no other one of that name."""
    return bool(json.loads(live_policy or "{}").get("Id") == _mark(stack))


def _mark(stack: str) -> str:
    # letters, digits and dashes alone: which others an id may have is said nowhere
    return f"timescaledb-{hashlib.sha256(stack.encode()).hexdigest()[:16]}"
