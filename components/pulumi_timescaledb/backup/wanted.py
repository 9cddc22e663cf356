"""The arguments of the backup components, checked; plain values alone."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..hosts import arguments as check
from ..server import BadValue
from .bucket import Bucket, bucket
from .retention import Retention, retention

LATE = ("volume_arn", "bucket_name", "kms_key_arn", "tags")  # what may be known only after a deployment
_VAULT = re.compile(r"[A-Za-z0-9_-]{2,50}")
_VOLUME = re.compile(r"arn:(aws|aws-cn|aws-us-gov):ec2:[a-z0-9-]+:\d{12}:volume/vol-[0-9a-f]{8,17}")
_KEY = re.compile(r"arn:(aws|aws-cn|aws-us-gov):kms:[a-z0-9-]+:\d{12}:(key|alias)/\S+")


def vault(
    args: Mapping[str, Any], known: Mapping[str, Any], names: Collection[str], required: Collection[str]
) -> Retention:
    """Check a vault's arguments and give its retention.

    Args:
        args: as the user gave them. known: those whose values are plain now.
        names, required: of the component's argument class.

    Raises:
        ArgumentRefused: naming the first argument that cannot be used.
    """
    _plain(args, known, names, required)
    if not isinstance(known["vault_name"], str) or not _VAULT.fullmatch(known["vault_name"]):
        raise BadValue("vault_name", "is not the name of a vault", "write 2 to 50 letters, digits, - and _")
    _arn(known, "volume_arn", _VOLUME, "arn:aws:ec2:<region>:<account>:volume/<id>")
    check.flag(known.get("retain", True), "retain")
    return retention(known)


def archive(
    args: Mapping[str, Any], known: Mapping[str, Any], names: Collection[str], required: Collection[str]
) -> Bucket:
    """Check an archive's arguments and give its numbers; as :func:`vault`."""
    _plain(args, known, names, required)
    if "bucket_name" in known:
        check.bucket_name(known["bucket_name"])
    check.flag(known.get("retain", True), "retain")
    return bucket(known)


def _plain(
    args: Mapping[str, Any], known: Mapping[str, Any], names: Collection[str], required: Collection[str]
) -> None:
    check.known_names(args, names, required)
    for name in args:
        if name not in known and name not in LATE:
            raise BadValue(name, "is known only after a deployment", "give a plain value; it decides what is made")
    _arn(known, "kms_key_arn", _KEY, "arn:aws:kms:<region>:<account>:key/<id>")


def _arn(known: Mapping[str, Any], name: str, form: re.Pattern[str], example: str) -> None:
    value = known.get(name)
    if value is not None and (not isinstance(value, str) or not form.fullmatch(value)):
        raise BadValue(name, "is not the ARN of what is meant", f"write {example}")
