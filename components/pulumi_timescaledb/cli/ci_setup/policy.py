"""Who may take the pipeline's role on AWS, and what it may: look, and forward one port. Pure.

Nothing here changes anything. ``ec2:Describe*`` and the like take no resource (service authorization reference); what
takes one is kept to the account and region. Two secrets at most are readable: the password of the pipeline's own role
in the database, and what Pulumi encrypts in its state. Of parameters the server's settings are readable, and those
that AWS itself publishes. Which actions a refresh needs is kept in step with ``bootstrap`` by a test, and untried in an
account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .question import Cloud

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
# the one that database/tunnel.py uses; it forwards to an address as seen from the host
DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost"
IDENTITY_TAG = "timescaledb-database"
POLICY_NAME = "timescaledb-plan"

Document = dict[str, Any]

# what reads the resources of hosts, watch and backup, and what their programs look up; none of it takes a resource
_EVERYWHERE = (
    "autoscaling:Describe*",
    "cloudwatch:DescribeAlarms",
    "ec2:DescribeAddresses",
    "ec2:DescribeAvailabilityZones",
    "ec2:DescribeEgressOnlyInternetGateways",
    "ec2:DescribeIamInstanceProfileAssociations",
    "ec2:DescribeImages",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeInstanceCreditSpecifications",
    "ec2:DescribeInstanceStatus",
    "ec2:DescribeInstanceTypes",
    "ec2:DescribeInstances",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeLaunchTemplates",
    "ec2:DescribeNatGateways",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribePrefixLists",
    "ec2:DescribeRouteTables",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSnapshots",
    "ec2:DescribeSubnets",
    "ec2:DescribeTags",
    "ec2:DescribeVolumes",
    "ec2:DescribeVolumesModifications",
    "ec2:DescribeVpcAttribute",
    "ec2:DescribeVpcEndpoints",
    "ec2:DescribeVpcs",
    "kms:ListAliases",
    "logs:DescribeLogGroups",
    "route53:GetChange",
    "route53:ListHostedZones",
    "ssm:DescribeParameters",
)
# of what takes a resource: service -> actions and the form of its resources
_WITHIN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Backup": (
        (
            "backup:DescribeBackupVault",
            "backup:GetBackupPlan",
            "backup:GetBackupSelection",
            "backup:GetBackupVaultAccessPolicy",
            "backup:GetBackupVaultNotifications",
            "backup:GetRestoreTestingPlan",
            "backup:GetRestoreTestingSelection",
            "backup:ListTags",
        ),
        ("arn:{partition}:backup:{region}:{account}:*",),
    ),
    "Watch": (
        ("cloudwatch:GetDashboard", "cloudwatch:ListTagsForResource"),
        ("arn:{partition}:cloudwatch::{account}:dashboard/*", "arn:{partition}:cloudwatch:{region}:{account}:alarm:*"),
    ),
    "Events": (
        ("events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"),
        ("arn:{partition}:events:{region}:{account}:rule/*",),
    ),
    "Roles": (
        (
            "iam:GetInstanceProfile",
            "iam:GetRole",
            "iam:GetRolePolicy",
            "iam:ListAttachedRolePolicies",
            "iam:ListInstanceProfilesForRole",
            "iam:ListRolePolicies",
        ),
        ("arn:{partition}:iam::{account}:role/*", "arn:{partition}:iam::{account}:instance-profile/*"),
    ),
    "Keys": (
        ("kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus", "kms:ListResourceTags"),
        ("arn:{partition}:kms:{region}:{account}:key/*",),
    ),
    "Logs": (("logs:ListTagsForResource",), ("arn:{partition}:logs:{region}:{account}:log-group:*",)),
    "Names": (
        ("route53:GetHostedZone", "route53:ListResourceRecordSets", "route53:ListTagsForResource"),
        ("arn:{partition}:route53:::hostedzone/*",),
    ),
    "Secrets": (
        ("secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"),
        ("arn:{partition}:secretsmanager:{region}:{account}:secret:*",),
    ),
    "Topics": (
        ("sns:GetSubscriptionAttributes", "sns:GetTopicAttributes", "sns:ListTagsForResource"),
        ("arn:{partition}:sns:{region}:{account}:*",),
    ),
    "Machines": (
        ("states:DescribeStateMachine", "states:ListStateMachineVersions", "states:ListTagsForResource"),
        ("arn:{partition}:states:{region}:{account}:stateMachine:*",),
    ),
    "Configuration": (
        (
            *("ssm:DescribeAssociation", "ssm:DescribeDocument", "ssm:DescribeDocumentPermission"),
            *("ssm:GetDocument", "ssm:ListTagsForResource"),
        ),
        (
            "arn:{partition}:ssm:{region}:{account}:association/*",
            "arn:{partition}:ssm:{region}:{account}:document/*",
            "arn:{partition}:ssm:{region}:{account}:parameter/*",
        ),
    ),
    # hosts/ec2/ami.py: which machine image is the newest, which AWS publishes to everybody
    "Images": (("ssm:GetParameter",), ("arn:{partition}:ssm:{region}::parameter/aws/service/*",)),
    # of the archive: how it is set up, no object in it
    "Buckets": (
        (
            "s3:GetAccelerateConfiguration",
            "s3:GetBucket*",
            "s3:GetEncryptionConfiguration",
            "s3:GetLifecycleConfiguration",
            "s3:GetReplicationConfiguration",
            "s3:ListBucket",
        ),
        ("arn:{partition}:s3:::*",),
    ),
}


def subjects(cloud: Cloud) -> list[str]:
    """The ``sub`` claims that may take the role, each exact. A fork's pull request gets no token with an id at all."""
    own = f"repo:{cloud.repository}"
    refs = [f"{own}:ref:refs/heads/{branch}" for branch in cloud.branches]
    return [f"{own}:pull_request", *refs, *(f"{own}:environment:{name}" for name in cloud.environments)]


def trust(cloud: Cloud, provider_arn: str) -> Document:
    """Who may take the role: jobs of the one repository."""
    exact = {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subjects(cloud)}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider_arn},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": exact},
    }
    return _document([statement])


def reading(cloud: Cloud, *, partition: str, region: str, account: str) -> Document:
    """What the role may."""
    where = {"partition": partition, "region": region, "account": account}
    statements: list[Document] = [{"Sid": "Look", "Effect": "Allow", "Action": list(_EVERYWHERE), "Resource": "*"}]
    for sid, (actions, resources) in _WITHIN.items():
        condition = {} if sid != "Buckets" else {"Condition": {"StringEquals": {"aws:ResourceAccount": account}}}
        listed = [each.format(**where) for each in resources]
        statements.append({"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": listed, **condition})
    return _document([*statements, *_session(cloud, where), *_password(cloud, where), *_state(cloud, where)])


def _session(cloud: Cloud, where: dict[str, str]) -> Sequence[Document]:
    """One document, to instances with the one tag, and the end of one's own sessions."""
    if not cloud.database:
        return []
    own = "arn:{partition}:{service}:{region}:{account}:{what}"
    instances = own.format(service="ec2", what="instance/*", **where)
    tagged = {f"ssm:resourceTag/{IDENTITY_TAG}": cloud.database}
    return [
        {
            "Sid": "ForwardFrom",
            "Effect": "Allow",
            "Action": "ssm:StartSession",
            "Resource": instances,
            # without the check of documents a session could be opened with the default one, which is a shell
            "Condition": {"StringEquals": tagged, "BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}},
        },
        {
            "Sid": "ForwardBy",
            "Effect": "Allow",
            "Action": "ssm:StartSession",
            "Resource": f"arn:{where['partition']}:ssm:{where['region']}::document/{DOCUMENT}",
        },
        {
            "Sid": "EndSession",
            "Effect": "Allow",
            "Action": "ssm:TerminateSession",
            "Resource": own.format(service="ssm", what="session/${aws:userid}-*", **where),
        },
        {
            # hosts/ec2/settings.py: the server's settings, a resource whose refresh reads the value
            "Sid": "Settings",
            "Effect": "Allow",
            "Action": "ssm:GetParameter",
            "Resource": own.format(service="ssm", what=f"parameter/timescaledb/{cloud.database}/settings", **where),
        },
    ]


def _password(cloud: Cloud, where: dict[str, str]) -> Sequence[Document]:
    scheme, _, name = cloud.password_ref.partition(":")
    own = "arn:{partition}:{service}:{region}:{account}:{what}"
    if scheme == "ssm":
        parameter = own.format(service="ssm", what=f"parameter/{name.lstrip('/')}", **where)
        return [{"Sid": "Password", "Effect": "Allow", "Action": "ssm:GetParameter", "Resource": parameter}]
    if scheme == "secretsmanager":
        # a secret's ARN ends in a hyphen and six characters of AWS's choice
        arn = name if name.startswith("arn:") else own.format(
            service="secretsmanager", what=f"secret:{name}-??????", **where
        )  # fmt: skip
        return [{"Sid": "Password", "Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": arn}]
    return []


def _state(cloud: Cloud, where: dict[str, str]) -> Sequence[Document]:
    """Read the state, and the secrets in it; a preview takes no lock (backend/diy/backend.go of Pulumi 3.259)."""
    found: list[Document] = []
    if cloud.state_bucket:
        bucket = f"arn:{where['partition']}:s3:::{cloud.state_bucket}"
        found.append({"Sid": "State", "Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{bucket}/.pulumi/*"})
    if cloud.state_key:
        found.append({"Sid": "StateKey", "Effect": "Allow", "Action": "kms:Decrypt", "Resource": cloud.state_key})
    return found


def _document(statements: Sequence[Document]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(statements)}
