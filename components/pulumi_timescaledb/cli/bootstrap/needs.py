"""Which actions of AWS the resources of this library and these commands take; pure tables, kept in step by tests.

Source: the operations of each service's API that make, show, change and delete such a thing, as terraform-provider-aws,
which pulumi-aws 7 bridges, documents and calls them; an action is named as its operation is (service authorization
reference). The provider's code was not gone through resource by resource, and no account has tried these lists: an
``AccessDenied`` names the action that is missing here.
"""

from __future__ import annotations

_S3_READ = ("GetBucketTagging", "ListBucket")
_TAGS = ("ec2:CreateTags", "ec2:DeleteTags")


def _of(service: str, *actions: str) -> tuple[str, ...]:
    return tuple(f"{service}:{action}" for action in actions)


VOLUME_KEY = _of("kms", "CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey*", "ReEncrypt*")
"""What EBS asks, of a key of the account's own, for who makes a volume or starts a host that has one (EBS user guide,
"Requirements for Amazon EBS encryption", permissions for users); AWS's own key for EBS asks nobody."""

RESOURCES: dict[str, tuple[str, ...]] = {
    "autoscaling.Group": (
        *_of("autoscaling", "CreateAutoScalingGroup", "DeleteAutoScalingGroup", "DescribeAutoScalingGroups"),
        *_of("autoscaling", "DescribeInstanceRefreshes", "DescribeScalingActivities", "DisableMetricsCollection"),
        *_of("autoscaling", "EnableMetricsCollection", "StartInstanceRefresh", "UpdateAutoScalingGroup"),
        *_of("autoscaling", "SetInstanceProtection", "TerminateInstanceInAutoScalingGroup"),
        # what a group launches is launched with the rights of who made the group, too
        *_of("ec2", "RunInstances", "DescribeLaunchTemplateVersions"),
    ),
    "backup.Plan": _of(
        "backup", "CreateBackupPlan", "DeleteBackupPlan", "GetBackupPlan", "ListTags", "TagResource", "UntagResource",
        "UpdateBackupPlan",
    ),
    "backup.RestoreTestingPlan": _of(
        "backup", "CreateRestoreTestingPlan", "DeleteRestoreTestingPlan", "GetRestoreTestingPlan", "ListTags",
        "TagResource", "UntagResource", "UpdateRestoreTestingPlan",
    ),
    "backup.RestoreTestingSelection": (
        *_of("backup", "CreateRestoreTestingSelection", "DeleteRestoreTestingSelection"),
        *_of("backup", "GetRestoreTestingSelection", "UpdateRestoreTestingSelection"),
        "iam:PassRole",
    ),
    "backup.Selection": (
        *_of("backup", "CreateBackupSelection", "DeleteBackupSelection", "GetBackupSelection"),
        "iam:PassRole",
    ),
    "backup.Vault": (
        *_of("backup", "CreateBackupVault", "DeleteBackupVault", "DescribeBackupVault", "ListTags", "TagResource"),
        *_of("backup", "UntagResource"),
        "backup-storage:MountCapsule",
        *_of("kms", "CreateGrant", "Decrypt", "DescribeKey", "GenerateDataKey", "RetireGrant"),
    ),
    "backup.VaultLockConfiguration": _of(
        "backup", "DeleteBackupVaultLockConfiguration", "DescribeBackupVault", "PutBackupVaultLockConfiguration"
    ),
    "cloudwatch.CompositeAlarm": _of(
        "cloudwatch", "DeleteAlarms", "DescribeAlarms", "ListTagsForResource", "PutCompositeAlarm", "TagResource",
        "UntagResource",
    ),
    "cloudwatch.Dashboard": _of("cloudwatch", "DeleteDashboards", "GetDashboard", "PutDashboard"),
    "cloudwatch.EventRule": _of(
        "events", "DeleteRule", "DescribeRule", "ListTagsForResource", "PutRule", "TagResource", "UntagResource"
    ),
    "cloudwatch.EventTarget": (*_of("events", "ListTargetsByRule", "PutTargets", "RemoveTargets"), "iam:PassRole"),
    "cloudwatch.LogGroup": _of(
        "logs", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DescribeLogGroups",
        "ListTagsForResource", "PutRetentionPolicy", "TagResource", "UntagResource",
    ),
    "cloudwatch.MetricAlarm": _of(
        "cloudwatch", "DeleteAlarms", "DescribeAlarms", "ListTagsForResource", "PutMetricAlarm", "TagResource",
        "UntagResource",
    ),
    "ebs.Volume": (
        *_of("ec2", "CreateSnapshot", "CreateVolume", "DeleteVolume", "DescribeSnapshots", "DescribeVolumes"),
        *_of("ec2", "DescribeVolumesModifications", "ModifyVolume"),
        *_TAGS,
        *VOLUME_KEY,
    ),
    "ec2.Instance": (
        *_of("ec2", "DescribeIamInstanceProfileAssociations", "DescribeInstanceAttribute", "DescribeInstances"),
        *_of("ec2", "DescribeInstanceCreditSpecifications", "DescribeInstanceTypes", "DescribeTags"),
        *_of("ec2", "DescribeVolumes", "ModifyInstanceAttribute", "ModifyInstanceCreditSpecification"),
        *_of("ec2", "ModifyInstanceMaintenanceOptions", "ModifyInstanceMetadataOptions", "RunInstances"),
        *_of("ec2", "StartInstances", "StopInstances", "TerminateInstances"),
        *_TAGS,
        "iam:PassRole",
    ),
    "ec2.LaunchTemplate": (
        *_of("ec2", "CreateLaunchTemplate", "CreateLaunchTemplateVersion", "DeleteLaunchTemplate"),
        *_of("ec2", "DescribeLaunchTemplateVersions", "DescribeLaunchTemplates", "ModifyLaunchTemplate"),
        *_TAGS,
        "iam:PassRole",
    ),
    "ec2.NetworkInterface": (
        *_of("ec2", "CreateNetworkInterface", "DeleteNetworkInterface", "DescribeNetworkInterfaces"),
        *_of("ec2", "DetachNetworkInterface", "ModifyNetworkInterfaceAttribute"),
        *_TAGS,
    ),
    "ec2.SecurityGroup": (
        *_of("ec2", "CreateSecurityGroup", "DeleteSecurityGroup", "DescribeNetworkInterfaces"),
        *_of("ec2", "DescribeSecurityGroups", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress"),
        *_TAGS,
    ),
    "ec2.Tag": (*_TAGS, "ec2:DescribeTags"),
    "iam.InstanceProfile": _of(
        "iam", "AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "GetInstanceProfile",
        "PassRole", "RemoveRoleFromInstanceProfile", "TagInstanceProfile", "UntagInstanceProfile",
    ),
    "iam.Role": _of(
        "iam", "CreateRole", "DeleteRole", "GetRole", "ListAttachedRolePolicies", "ListInstanceProfilesForRole",
        "ListRolePolicies", "TagRole", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole",
    ),
    "iam.RolePolicy": _of("iam", "DeleteRolePolicy", "GetRolePolicy", "PutRolePolicy"),
    "iam.RolePolicyAttachment": _of("iam", "AttachRolePolicy", "DetachRolePolicy", "ListAttachedRolePolicies"),
    "route53.Record": _of(
        "route53", "ChangeResourceRecordSets", "GetChange", "GetHostedZone", "ListResourceRecordSets"
    ),
    "s3.Bucket": _of(
        "s3", "CreateBucket", "DeleteBucket", "GetAccelerateConfiguration", "GetBucketAcl", "GetBucketCORS",
        "GetBucketLocation", "GetBucketLogging", "GetBucketObjectLockConfiguration", "GetBucketPolicy",
        "GetBucketRequestPayment", "GetBucketVersioning", "GetBucketWebsite", "GetEncryptionConfiguration",
        "GetLifecycleConfiguration", "GetReplicationConfiguration", "PutBucketTagging", *_S3_READ,
    ),
    "s3.BucketLifecycleConfiguration": _of("s3", "GetLifecycleConfiguration", "PutLifecycleConfiguration"),
    "s3.BucketObjectLockConfiguration": _of(
        "s3", "GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration"
    ),
    "s3.BucketOwnershipControls": _of("s3", "GetBucketOwnershipControls", "PutBucketOwnershipControls"),
    "s3.BucketPolicy": _of("s3", "DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy"),
    "s3.BucketPublicAccessBlock": _of("s3", "GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock"),
    "s3.BucketServerSideEncryptionConfiguration": _of(
        "s3", "GetEncryptionConfiguration", "PutEncryptionConfiguration"
    ),
    "s3.BucketVersioning": _of("s3", "GetBucketVersioning", "PutBucketVersioning"),
    "secretsmanager.Secret": _of(
        "secretsmanager", "CreateSecret", "DeleteSecret", "DescribeSecret", "GetResourcePolicy", "TagResource",
        "UntagResource", "UpdateSecret",
    ),
    "sfn.StateMachine": (
        *_of("states", "CreateStateMachine", "DeleteStateMachine", "DescribeStateMachine", "ListStateMachineVersions"),
        *_of("states", "ListTagsForResource", "TagResource", "UntagResource", "UpdateStateMachine"),
        *_of("states", "ValidateStateMachineDefinition"),
        "iam:PassRole",
    ),
    "sns.Topic": _of(
        "sns", "CreateTopic", "DeleteTopic", "GetTopicAttributes", "ListTagsForResource", "SetTopicAttributes",
        "TagResource", "UntagResource",
    ),
    "sns.TopicPolicy": _of("sns", "GetTopicAttributes", "SetTopicAttributes"),
    "sns.TopicSubscription": _of("sns", "GetSubscriptionAttributes", "Subscribe", "Unsubscribe"),
    "ssm.Association": _of(
        "ssm", "AddTagsToResource", "CreateAssociation", "DeleteAssociation", "DescribeAssociation",
        "ListTagsForResource", "RemoveTagsFromResource", "UpdateAssociation",
    ),
    "ssm.Document": _of(
        "ssm", "AddTagsToResource", "CreateDocument", "DeleteDocument", "DescribeDocument",
        "DescribeDocumentPermission", "GetDocument", "ListTagsForResource", "RemoveTagsFromResource",
        "UpdateDocument", "UpdateDocumentDefaultVersion",
    ),
    "ssm.Parameter": _of(
        "ssm", "AddTagsToResource", "DeleteParameter", "DescribeParameters", "GetParameter",
        "ListTagsForResource", "PutParameter", "RemoveTagsFromResource",
    ),
    "vpc.SecurityGroupEgressRule": (
        *_of("ec2", "AuthorizeSecurityGroupEgress", "DescribeSecurityGroupRules", "ModifySecurityGroupRules"),
        "ec2:RevokeSecurityGroupEgress",
        *_TAGS,
    ),
    "vpc.SecurityGroupIngressRule": (
        *_of("ec2", "AuthorizeSecurityGroupIngress", "DescribeSecurityGroupRules", "ModifySecurityGroupRules"),
        "ec2:RevokeSecurityGroupIngress",
        *_TAGS,
    ),
}  # fmt: skip
"""By resource type as a program writes it after ``aws.``."""

PASSED: dict[str, str] = {
    "backup.RestoreTestingSelection": "restore-testing.backup.amazonaws.com",
    "backup.Selection": "backup.amazonaws.com",
    "cloudwatch.EventTarget": "events.amazonaws.com",
    "ec2.Instance": "ec2.amazonaws.com",
    "ec2.LaunchTemplate": "ec2.amazonaws.com",
    "iam.InstanceProfile": "ec2.amazonaws.com",
    "sfn.StateMachine": "states.amazonaws.com",
}
"""By resource type that ``iam:PassRole`` is asked for: the service that gets the role, which is the value of
``iam:PassedToService`` (service authorization reference, operations of each service)."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "backup.get_vault": _of("backup", "DescribeBackupVault", "ListTags"),
    "ebs.get_ebs_volumes": _of("ec2", "DescribeVolumes"),
    "ebs.get_volume": _of("ec2", "DescribeVolumes"),
    "ebs.get_snapshot": _of("ec2", "DescribeSnapshots"),
    "ebs.get_snapshot_ids": _of("ec2", "DescribeSnapshots"),
    "ec2.get_ami": _of("ec2", "DescribeImages"),
    "ec2.get_ami_ids": _of("ec2", "DescribeImages"),
    "ec2.get_instances": _of("ec2", "DescribeInstances"),
    "ec2.get_route_table": _of("ec2", "DescribeRouteTables"),
    "ec2.get_route_tables": _of("ec2", "DescribeRouteTables"),
    "ec2.get_security_groups": _of("ec2", "DescribeSecurityGroups"),
    "ec2.get_subnet": _of("ec2", "DescribeSubnets"),
    "ec2.get_subnets": _of("ec2", "DescribeSubnets"),
    "ec2.get_vpcs": _of("ec2", "DescribeVpcs"),
    "get_caller_identity": _of("sts", "GetCallerIdentity"),
    "get_partition": (),
    "get_region": (),
    "s3.get_bucket_policy": _of("s3", "GetBucketPolicy"),
    "secretsmanager.get_secret": _of("secretsmanager", "DescribeSecret", "GetResourcePolicy"),
    "ssm.get_parameter": _of("ssm", "GetParameter"),
    # both send this one operation (internal/service/ec2/vpc_security_group_rule*_data_source.go of the provider)
    "vpc.get_security_group_rule": _of("ec2", "DescribeSecurityGroupRules"),
    "vpc.get_security_group_rules": _of("ec2", "DescribeSecurityGroupRules"),
}
"""By look-up as a program writes it after ``aws.``, without ``_output``."""

STATE = (
    *_of("s3", "DeleteObject", "GetObject", "ListBucket", "PutObject"),
    *_of("kms", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey"),
)
"""Pulumi's own: state in the bucket, secrets by the key."""

COMMANDS: dict[str, tuple[str, ...]] = {
    "preflight": (
        *_of("sts", "GetCallerIdentity"),
        *_of("ec2", "DescribeImages", "DescribeInstanceTypeOfferings", "DescribeInstances", "DescribeKeyPairs"),
        *_of("ec2", "DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeVolumes"),
        *_of("ec2", "DescribeVpcEndpoints", "DescribeVpcs"),
        *_of("servicequotas", "GetServiceQuota"),
        "iam:GetRole",
        *_of("secretsmanager", "DescribeSecret"),
        *_of("ssm", "DescribeParameters", "GetParameter"),
        *_of("sns", "GetTopicAttributes"),
        *_of("route53", "GetHostedZone"),
    ),
    "verify": (
        *_of("backup", "ListRecoveryPointsByBackupVault"),
        *_of("cloudwatch", "DescribeAlarmHistory", "DescribeAlarms", "GetMetricData", "SetAlarmState"),
        *_of("ec2", "DescribeInstances"),
        *_of("sns", "ListSubscriptionsByTopic"),
        *_of("ssm", "DescribeInstanceInformation", "GetCommandInvocation", "SendCommand", "StartSession"),
        *_of("ssm", "TerminateSession"),
    ),
    "restore": (
        *_of("autoscaling", "DescribeAutoScalingGroups", "UpdateAutoScalingGroup"),
        *_of("backup", "DescribeRecoveryPoint"),
        *_of("ec2", "CreateVolume", "DescribeInstances", "DescribeSnapshots", "DescribeVolumes", "DetachVolume"),
        *_of("ec2", "StartInstances", "StopInstances"),
        *_TAGS,
        *VOLUME_KEY,
    ),
    "drill": _of("autoscaling", "TerminateInstanceInAutoScalingGroup"),
    "cost": _of("pricing", "GetProducts") + _of("ec2", "DescribeSpotPriceHistory"),
}
"""By command of ``tsdb``; ``bootstrap`` itself is run once, by an administrator."""

REGISTRY = _of("ecr", "BatchGetImage")
"""What preflight reads of a container's image in ECR: its manifest, which holds neither layers nor their URLs."""

CONNECT = (
    *_of("secretsmanager", "GetSecretValue"),
    *_of("ssm", "GetParameter", "StartSession"),
    *_of("ec2", "DescribeInstances"),
    "ssm:TerminateSession",  # by the Session Manager plugin, when a tunnel is closed
    "kms:Decrypt",  # of a password that a key of the account's own encrypts; AWS's keys ask nobody
)
"""What reaches the database, which every preview and every command that talks to it does: its password and a tunnel."""

TOLD = _of("ec2", "GetConsoleOutput")
"""What a message tells a person to type, when a host does not come up (``provider/waiting.py``)."""

ONCE = _of("iam", "CreateServiceLinkedRole")
"""What the services do for the first of its kind in an account, with the rights of who asked."""


def everything() -> frozenset[str]:
    """Every action that the policies must allow, and none beyond."""
    tables = (*RESOURCES.values(), *FUNCTIONS.values(), *COMMANDS.values(), REGISTRY, CONNECT, TOLD, STATE, ONCE)
    return frozenset(action for table in tables for action in table)
