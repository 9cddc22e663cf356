"""The arguments of the watching components."""

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict


class WatchedArgs(TypedDict):
    """The host that is watched. Which alarms and charts there are must not depend on what is known late, so the values
    that decide it are plain.
    """

    prefix: str
    """Begins every name at AWS, and is the dashboard's, such as ``lighthouse-prod-timescaledb``; at most 40 characters.
    A plain value.
    """

    market: str
    """``spot`` or ``on-demand``. A plain value."""

    instance_type: str
    """EC2 type of the host. A plain value."""

    storage_gb: int
    """Size of the data volume in GB. A plain value."""

    database: pulumi.Input[str]
    """Value of the dimension ``Database`` that the host sends its metrics under."""

    volume_id: pulumi.Input[str]
    """The data volume."""

    group_name: NotRequired[pulumi.Input[str]]
    """The Auto Scaling group; needed with market ``spot``."""

    budget: NotRequired[str]
    """``free`` (at most ten alarms, and the host's ten metrics of the free tier) or ``all`` (and two composites).
    A plain value; default ``all``.
    """

    file_system: NotRequired[str]
    """Of the data volume, ``xfs`` or ``ext4``. A plain value; default ``xfs``."""

    archive_seconds: NotRequired[int]
    """archive_timeout of the server in seconds, 0 where no WAL is archived. A plain value; default 0."""

    backups: NotRequired[bool]
    """Whether backups are made. A plain value; default True."""

    unlimited_credits: NotRequired[bool]
    """Whether a burstable type may buy CPU above its credits. A plain value; default False."""

    runbooks: NotRequired[str]
    """https address of a page with the headings of ``docs/runbooks.md``, which alarms and dashboard then link to. A
    plain value; default none, and they say what to look at first.
    """


class AlarmsArgs(WatchedArgs):
    """Alarms on one host, who is told, and the host's logs."""

    backup_vault_name: NotRequired[pulumi.Input[str]]
    """Vault whose failures are mailed; default every vault of the account and region."""

    topic_arn: NotRequired[pulumi.Input[str]]
    """SNS topic that is told; its policy must admit ``cloudwatch`` and, without any condition, ``events``. Default a
    topic is made."""

    kms_key_id: NotRequired[pulumi.Input[str]]
    """Key for the topic that is made, whose policy admits both services (``alias/aws/sns`` does not). Default none."""

    emails: NotRequired[Sequence[pulumi.Input[str]]]
    """Addresses that are subscribed; each must confirm. Default none."""

    log_days: NotRequired[int]
    """Days that the host's log group keeps; one of CloudWatch's own numbers. A plain value; default 30."""

    tags: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Tags of all that can carry them. Default none."""


class DashboardArgs(WatchedArgs):
    """A dashboard for one host."""

    region: pulumi.Input[str]
    """Region of the metrics."""
