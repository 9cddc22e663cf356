"""Every resource type the stand-in has, one small class each, grouped by AWS service."""

from __future__ import annotations

from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.kinds import (
    autoscaling,
    backup,
    cloudwatch,
    ec2,
    events,
    iam,
    kms,
    logs,
    route53,
    s3,
    secretsmanager,
    sfn,
    sns,
    ssm,
)

EVERY: tuple[type[Kind], ...] = (
    *autoscaling.KINDS,
    *backup.KINDS,
    *cloudwatch.KINDS,
    *ec2.KINDS,
    *events.KINDS,
    *iam.KINDS,
    *kms.KINDS,
    *logs.KINDS,
    *route53.KINDS,
    *s3.KINDS,
    *secretsmanager.KINDS,
    *sfn.KINDS,
    *sns.KINDS,
    *ssm.KINDS,
)
