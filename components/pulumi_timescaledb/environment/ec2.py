"""Lighthouse's database on AWS: the host, what watches it, what is kept of it and what it costs."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws

from .. import backup, bill, watch
from ..cost import report, saved, workload
from ..hosts import ec2
from ..program import refusing
from ..settings import Settings
from ..settings.sources import by_name
from ..watch import naming
from .placed import Placed, placed

DRILL = "cron(0 6 2 * ? *)"
"""When a restore is tested, where recovery points are kept for a month or longer."""
LONGEST_BUCKET = 63  # characters


def place(wanted: Settings) -> Placed:
    """The host of target ec2, in the region of the settings."""
    asked = wanted.ec2
    with refusing():
        cost = bill.estimate(asked, wanted.server.password_ref, saved.prices(Path(), asked.region))
    pulumi.log.info(report.line(cost))
    provider = aws.Provider("lighthouse-aws", region=asked.region)
    there = pulumi.ResourceOptions(provider=provider)
    archive = _archive(wanted, provider) if asked.archive_days else None
    host = _host(wanted, archive, there)
    watched = _watched(wanted, host)
    more = {}
    if asked.alarms != "none":
        told = _given(
            emails=[asked.alarm_email] if asked.alarm_email else None,
            topic_arn=asked.alarm_topic,
            tags={"environment": wanted.environment},
        )
        more["alarm_sns_topic_arn"] = watch.Alarms("lighthouse-watch", watched | told, there).topic_arn
    if asked.dashboard:
        board = watch.Dashboard("lighthouse-dashboard", watched | {"region": asked.region}, there)
        more["cloudwatch_dashboard_url"] = board.url
    if asked.backup_days:
        _backup(wanted, host, there)
    return placed(
        host,
        estimated_monthly_cost=float(cost.listed.high),
        estimated_monthly_cost_in_words=report.line(cost),
        ssh_command=host.ssh_command,
        instance_id=host.instance_id,
        instance_private_ip=host.private_ip,
        **more,
    )


def _given(**values: Any) -> Any:
    """Arguments without those that the settings leave to the component."""
    return {name: value for name, value in values.items() if value is not None}


def _prefix(wanted: Settings) -> str:
    return f"{wanted.name}-timescaledb"


def _archive(wanted: Settings, provider: aws.Provider) -> backup.Archive:
    """The bucket. Its name is the stack's and the account's, since it has to be unique in all of AWS."""
    caller = aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider))
    short = _prefix(wanted)[: LONGEST_BUCKET - len("-archive-123456789012")].rstrip("-")
    args: Any = {
        "bucket_name": f"{short}-archive-{caller.account_id}",
        "noncurrent_days": workload.ARCHIVE_VERSION_DAYS,
        "tags": {"environment": wanted.environment},
    }
    return backup.Archive("lighthouse-archive", args, pulumi.ResourceOptions(provider=provider))


def _host(wanted: Settings, archive: backup.Archive | None, there: pulumi.ResourceOptions) -> ec2.Database:
    asked = wanted.ec2
    server = _given(
        instance_type=asked.instance_type,
        image=wanted.docker.image,
        image_family=wanted.docker.image_family,
        postgres_version=wanted.docker.postgres_version,
        database=wanted.server.database,
        user=wanted.server.database_user,
        metrics="full" if asked.alarms == "all" else "basic",
        archive=archive is not None,
    )
    with refusing():
        container = ec2.container(server)
        log_group = naming.names(_prefix(wanted)).log_group if asked.alarms != "none" else None
    settings = ec2.Settings(
        "lighthouse-settings", {"database_name": wanted.name, "text": container.parameters_text}, there
    )
    args = _given(
        database_name=wanted.name,
        market=asked.market,
        instance_types=[asked.instance_type, *asked.alternative_types],
        egress=asked.egress,
        password_ref=wanted.server.password_ref,
        user_data=container.boot_program(),
        vpc=asked.vpc,
        subnet=asked.subnet,
        client_security_groups={"clients": asked.client_security_group} if asked.client_security_group else None,
        size_gb=asked.storage_gb,
        retain=wanted.is_lasting,
        protect=wanted.is_lasting,
        domain_name=asked.domain_name,
        zone_id=asked.zone_id,
        via=asked.via,
        ssh_clients=by_name(asked.ssh_clients) or None,
        key_name=asked.key_name,
        database=wanted.server.database,
        user=wanted.server.database_user,
        config_parameter=settings.parameter_name,
        repository_arns=container.repository_arns or None,
        log_group=log_group,
        archive_bucket=archive.bucket_name if archive else None,
        archive_days=asked.archive_days if archive else None,
        ca_parameter=f"/timescaledb/{wanted.name}/authority",
        tags={"environment": wanted.environment},
    )
    return ec2.Database("lighthouse", args, there)


def _watched(wanted: Settings, host: ec2.Database) -> Any:
    return _given(
        prefix=_prefix(wanted),
        market=wanted.ec2.market,
        instance_type=wanted.ec2.instance_type,
        storage_gb=wanted.ec2.storage_gb,
        database=wanted.name,
        volume_id=host.volume.volume_id,
        group_name=wanted.name if wanted.ec2.market == "spot" else None,
        budget="all" if wanted.ec2.alarms == "all" else "free",
        archive_seconds=bill.archive_seconds(wanted.ec2.archive_days),
        backups=wanted.ec2.backup_days > 0,
        runbooks=wanted.ec2.runbooks,
    )


def _backup(wanted: Settings, host: ec2.Database, there: pulumi.ResourceOptions) -> None:
    days = wanted.ec2.backup_days
    args = _given(
        vault_name=f"{_prefix(wanted)}-vault",
        volume_arn=host.volume.arn,
        daily_days=days,
        monthly_days=workload.monthly_days(days),
        drill_schedule=DRILL if days >= workload.MONTHLY_FROM_DAYS else None,
        tags={"environment": wanted.environment},
    )
    backup.Vault("lighthouse-backup", args, there)
