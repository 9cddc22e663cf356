"""The role that AWS Backup takes; pure."""

from __future__ import annotations

import json

# AWS's own managed policies for this service; an inline copy would miss what AWS adds when the service changes
BACKUP = "service-role/AWSBackupServiceRolePolicyForBackup"
RESTORE = "service-role/AWSBackupServiceRolePolicyForRestores"


def trust() -> str:
    """Who may take the role: AWS Backup alone."""
    statement = {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, sort_keys=True)


def managed_policy(arn: str, name: str) -> str:
    """A managed policy's ARN, in the partition of an ARN of the same account (aws, aws-cn, aws-us-gov)."""
    return f"arn:{arn.split(':')[1]}:iam::aws:policy/{name}"
