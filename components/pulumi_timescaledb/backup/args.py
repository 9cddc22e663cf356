"""The arguments of the backup components."""

from collections.abc import Mapping

import pulumi
from typing_extensions import NotRequired, TypedDict


class VaultArgs(TypedDict):
    """Daily recovery points of one volume in a vault of its own."""

    vault_name: str
    """Name of the vault, 2 to 50 letters, digits, - and _. A plain value."""

    volume_arn: pulumi.Input[str]
    """ARN of the data volume."""

    daily_schedule: NotRequired[str]
    """AWS cron in UTC. A plain value; default ``cron(0 3 * * ? *)``."""

    daily_days: NotRequired[int]
    """Days that a daily recovery point is kept. A plain value; default 35."""

    monthly_schedule: NotRequired[str]
    """AWS cron in UTC. A plain value; default ``cron(0 4 1 * ? *)``."""

    monthly_days: NotRequired[int]
    """Days that a monthly recovery point is kept, 0 for none. A plain value; default 0."""

    lock: NotRequired[str]
    """``none``, ``governance`` or ``compliance``. A plain value; default ``none``. Compliance is for ever;
    with ``retain`` a governance lock that is taken out of the program, or left by a stack that went, stays on the vault
    until ``aws backup delete-backup-vault-lock-configuration``, and AWS fails every backup that is to be kept shorter
    than it demands. A stack that takes back a vault whose compliance lock is final declares no lock: it is there."""

    lock_days: NotRequired[int]
    """Least retention that a lock demands, in days. A plain value; default 7, or daily_days where that is less."""

    lock_grace_days: NotRequired[int]
    """Days, at least 3, until a compliance lock can never be removed. A plain value; only with that lock."""

    copy_region: NotRequired[str]
    """Another region that daily recovery points are copied to. A plain value; default none."""

    copy_days: NotRequired[int]
    """Days that a copy is kept. A plain value; default daily_days."""

    drill_schedule: NotRequired[str]
    """AWS cron of restore tests, such as ``cron(0 6 2 * ? *)``. A plain value; default never."""

    drill_hours: NotRequired[int]
    """Hours that a restored volume stays for a look, 1 to 168. A plain value; default 1."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the vault, which keeps it: another key needs another ``vault_name``. Default the account's own for AWS
    Backup."""

    retain: NotRequired[bool]
    """Leave vault, copies and the role that ends recovery points behind when they are removed from the program; else
    AWS refuses to delete a vault that holds recovery points. A plain value; default True."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags of all that can carry them. Default none."""


class ArchiveArgs(TypedDict):
    """An S3 bucket for base backups and WAL."""

    bucket_name: pulumi.Input[str]
    """Name of the bucket, which is unique in all of AWS."""

    noncurrent_days: NotRequired[int]
    """Days that an overwritten or deleted object can be got back. A plain value; default 30."""

    abort_days: NotRequired[int]
    """Days after which an unfinished upload is removed. A plain value; default 7."""

    lock_days: NotRequired[int]
    """Days during which no object can be deleted (Object Lock, governance). A plain value; default 0, no lock. A bucket
    that is there gets one, too; with ``retain`` a lock that is taken out of the program stays on the bucket."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of the bucket, used with a bucket key. Default S3's own encryption."""

    retain: NotRequired[bool]
    """Leave the bucket behind, closed, versioned and encrypted as it is, when it is removed from the program. A plain
    value; default True."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags of the bucket. Default none."""
