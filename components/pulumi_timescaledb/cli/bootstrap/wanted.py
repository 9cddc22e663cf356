"""What there is to be: a bucket for state and a key for secrets, each property by its name; pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ...backup import bucket
from ...errors import Refusal
from ...hosts import arguments as check

_ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]{1,250}")
BLOCKED = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
"""All four parts of S3's public access block."""


@dataclass(frozen=True)
class Wanted:
    """bucket: its name. alias: of the key, with ``alias/``. region, partition, account: where."""

    bucket: str
    alias: str
    region: str
    partition: str
    account: str

    @property
    def arn(self) -> str:
        """Of the bucket."""
        return f"arn:{self.partition}:s3:::{self.bucket}"


@dataclass(frozen=True)
class Item:
    """One property. name: of it, in :mod:`.act`. there: whether it is as it is to be. says: one sentence."""

    name: str
    there: bool
    says: str


@dataclass(frozen=True)
class Found:
    """What there is. bucket: whether the bucket is there. key: id of the key behind the alias, empty for none. spare:
    id of a key that an earlier run made and that got no alias. The others are AWS's own answers, empty for none."""

    bucket: bool = False
    key: str = ""
    spare: str = ""
    rotates: bool = False
    versioned: bool = False
    blocked: bool = False
    owner: str = ""
    encryption: str = ""
    policy: str = ""


def wanted(project: str, region: str, partition: str, account: str, name: str | None, alias: str | None) -> Wanted:
    """Names, given or made of project, account and region: bucket names are one space for the whole world.

    Raises:
        ArgumentRefused: for a bucket's name that S3 does not take. Refusal: for an alias that KMS does not take.
    """
    chosen = check.bucket_name(name or f"{project}-pulumi-state-{account}-{region}", "--bucket")
    key = alias or f"alias/{project}-pulumi"
    if not _ALIAS.fullmatch(key):
        raise Refusal(f"--alias is {key}; write alias/ and letters, digits, - and _, not beginning with alias/aws/")
    return Wanted(chosen, key, region, partition, account)


def items(want: Wanted, found: Found) -> list[Item]:
    """Every property, in the order in which it is made: the key before the bucket that is encrypted with it."""
    encrypted = bool(found.key) and found.encryption == found.key
    return [
        Item("key", bool(found.key), f"KMS key {want.alias} for secrets and state"),
        Item("rotation", bool(found.key) and found.rotates, "the key is rotated every year"),
        Item("bucket", found.bucket, f"bucket {want.bucket} for state"),
        Item("public-access", found.blocked, "public access to the bucket is blocked"),
        Item("ownership", found.owner == "BucketOwnerEnforced", "access lists of the bucket are switched off"),
        Item("versioning", found.versioned, "every version of a state is kept"),
        Item("encryption", encrypted, "the bucket is encrypted with the key"),
        Item("tls", tls_only(want, found.policy) == found.policy, "the bucket is reached by TLS 1.2 or newer alone"),
    ]


def tls_only(want: Wanted, policy: str) -> str:
    """A bucket's policy with our statements in it; the same text where they are there already.

    What others have put into it stays.
    """
    ours = json.loads(bucket.policy(want.arn))
    if not policy:
        return json.dumps(ours, sort_keys=True)
    document: dict[str, Any] = json.loads(policy)
    mine = {each["Sid"]: each for each in ours["Statement"]}
    theirs = document.get("Statement", [])
    theirs = theirs if isinstance(theirs, list) else [theirs]
    if all(any(_same(each, one) for one in theirs) for each in mine.values()):
        return policy
    document["Statement"] = [each for each in theirs if each.get("Sid") not in mine] + list(mine.values())
    return json.dumps(document, sort_keys=True)


def _same(one: Any, other: Any) -> bool:
    """Whether two statements say the same; S3 may give a list of one back as a text."""
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        listed = sorted((_plain(each) for each in value), key=str)
        return listed[0] if len(listed) == 1 else listed
    return str(value).lower() if isinstance(value, bool) else str(value)


def commands(want: Wanted, stack: str) -> list[str]:
    """What to type next. The region stands in both, so that no profile's default decides."""
    return [
        f"pulumi login 's3://{want.bucket}?region={want.region}&awssdk=v2'",
        f"pulumi stack init {stack} --secrets-provider 'awskms://{want.alias}?region={want.region}'",
    ]
