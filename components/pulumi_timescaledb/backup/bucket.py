"""The archive bucket's name, numbers and policy; pure.

Sources: S3 user guide (bucket naming rules; Object Lock needs versioning) and AWS's security standard (S3.1 to S3.15).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..hosts import arguments as check
from ..server import BadValue

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_RESERVED = ("xn--", "sthree-", "amzn-s3-demo-")


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


def bucket_name(value: Any, argument: str = "bucket_name") -> str:
    """A bucket's name. Dots are allowed by S3 and refused here: TLS certificates do not cover them.

    Raises:
        BadValue: for a name that S3 would not take, or should not.
    """
    if not isinstance(value, str) or not _NAME.fullmatch(value) or "--" in value or value.startswith(_RESERVED):
        raise BadValue(
            argument, "is not the name of a bucket", "write 3 to 63 small letters, digits and single -, ends without -"
        )
    return value


def policy(arn: str) -> str:
    """Refuses every request without TLS, or with TLS older than 1.2, from anybody."""
    statements = [
        {
            "Sid": sid,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": condition,
        }
        for sid, condition in (
            ("TlsOnly", {"Bool": {"aws:SecureTransport": "false"}}),
            ("Tls12", {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        )
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, sort_keys=True)
