"""What a host may do on AWS, one document a theme; pure.

Least privilege: what the boot program (userdata/) and the programs it starts ask for is allowed, and nothing else. Each
action that takes a resource gets one, and what EC2 cannot scope by name is scoped by the database's tag.
AmazonSSMManagedInstanceCore is left out, because it grants ssm:GetParameter on every parameter of the account; the
actions that Session Manager and Run Command need are listed here instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .checks import IDENTITY_TAG

Statement = dict[str, Any]

# userdata/lib.sh: what the boot program notes on the volume; no other tag may be changed by a host
MARKS = ("timescaledb-formatting", "timescaledb-initialized")
_TAGGED = f"ec2:ResourceTag/{IDENTITY_TAG}"

# AmazonSSMManagedInstanceCore without parameters and patches; none of these takes a resource of ours
_AGENT = (
    "ec2messages:AcknowledgeMessage",
    "ec2messages:DeleteMessage",
    "ec2messages:FailMessage",
    "ec2messages:GetEndpoint",
    "ec2messages:GetMessages",
    "ec2messages:SendReply",
    "ssm:DescribeAssociation",
    "ssm:DescribeDocument",
    "ssm:GetDocument",
    "ssm:GetManifest",
    "ssm:ListAssociations",
    "ssm:ListInstanceAssociations",
    "ssm:PutComplianceItems",
    "ssm:PutConfigurePackageResult",
    "ssm:PutInventory",
    "ssm:UpdateAssociationStatus",
    "ssm:UpdateInstanceAssociationStatus",
    "ssm:UpdateInstanceInformation",
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


@dataclass(frozen=True)
class Rights:
    """What a host works with; an empty text or tuple means that it has none of it.

    Attributes:
        database_name: value of the database's tag.
        partition, region, account: where.
        password_arn: of the parameter or secret.
        password_made_here: whether the host stores a password of its own where there is none.
        ca_parameter: SSM parameter that receives the authority's certificate.
        config_parameter: SSM parameter with the server's settings.
        group_name: Auto Scaling group that the host belongs to.
        interface_arn: the retained network interface.
        zone_id: Route 53 zone whose record the host sets.
        record_name: the record, as Route 53 writes it: lower case, no dot at its end.
        archive_bucket: bucket of the archive.
        archive_prefix: folder in it, with ``/`` at its end.
        log_group: name of the group that the server's log goes to.
        repository_arns: ECR repositories the image is pulled from.
        key_arns: keys of the volume, the secret or the bucket.
        volume_key_arn: key of a volume that was taken over, of the account or AWS's own for EBS.
        namespace: of the metrics.
    """

    database_name: str
    partition: str
    region: str
    account: str
    password_arn: str
    password_made_here: bool = True
    ca_parameter: str = ""
    config_parameter: str = ""
    group_name: str = ""
    interface_arn: str = ""
    zone_id: str = ""
    record_name: str = ""
    archive_bucket: str = ""
    archive_prefix: str = ""
    log_group: str = ""
    repository_arns: Sequence[str] = ()
    key_arns: Sequence[str] = ()
    volume_key_arn: str = ""
    namespace: str = "TimescaleDB"


def trust() -> Statement:
    """Who may take the role: EC2, for an instance."""
    principal = {"Service": "ec2.amazonaws.com"}
    return _document([{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}])


def documents(rights: Rights) -> dict[str, dict[str, Any]]:
    """Every policy document by its theme; a theme without statements is left out."""
    themes = {
        "volume": volume(rights),
        "address": address(rights),
        "secrets": secrets(rights),
        "session": [_allow("Agent", _AGENT, "*")],
        "watch": watch(rights),
        "archive": archive(rights),
        "group": group(rights),
        "image": image(rights),
        "keys": keys(rights),
    }
    return {theme: _document(statements) for theme, statements in themes.items() if statements}


def volume(rights: Rights) -> list[Statement]:
    """Find the volume and its snapshots, hold it, and note on it what was done."""
    # none of these takes a resource (service authorization reference, EC2)
    seen = ("DescribeInstances", "DescribeSnapshots", "DescribeVolumes")
    ours = {_TAGGED: rights.database_name}
    # by tag and not by id: a restore puts the tag on another volume, and the host has to follow
    volumes = f"arn:{rights.partition}:ec2:{rights.region}:{rights.account}:volume/*"
    return [
        _allow("Look", [f"ec2:{action}" for action in seen], "*"),
        _allow("Hold", ("ec2:AttachVolume", "ec2:DetachVolume"), [volumes, _instances(rights)], equals=ours),
        {
            **_allow("Mark", "ec2:CreateTags", volumes),
            "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": list(MARKS)}, "StringEquals": ours},
        },
        # here and not among the keys, which are declared: that a volume is encrypted is seen when it is read. The key
        # may be AWS's own for EBS, whose policy lets the account use it anyhow
        *_use_of(rights, [rights.volume_key_arn] if rights.volume_key_arn else [], ("ec2",)),
    ]


def address(rights: Rights) -> list[Statement]:
    """Take the retained interface, and set the one record."""
    found: list[Statement] = []
    if rights.interface_arn:
        actions = ("ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface")
        found += [
            _allow("LookForInterface", "ec2:DescribeNetworkInterfaces", "*"),
            _allow(
                "Interface",
                actions,
                [rights.interface_arn, _instances(rights)],
                equals={_TAGGED: rights.database_name},
            ),
        ]
    if rights.zone_id:
        record = {
            "route53:ChangeResourceRecordSetsActions": ["UPSERT"],
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [rights.record_name],
            "route53:ChangeResourceRecordSetsRecordTypes": ["A"],
        }
        zone = f"arn:{rights.partition}:route53:::hostedzone/{rights.zone_id}"
        found.append(
            {
                **_allow("Record", "route53:ChangeResourceRecordSets", zone),
                "Condition": {"ForAllValues:StringEquals": record},
            }
        )
    return found


def secrets(rights: Rights) -> list[Statement]:
    """Read the password, store the first one, publish the certificate, read the settings."""
    manager = ":secretsmanager:" in rights.password_arn
    read = "secretsmanager:GetSecretValue" if manager else "ssm:GetParameter"
    found = [_allow("Password", read, rights.password_arn)]
    if rights.password_made_here:
        write = "secretsmanager:PutSecretValue" if manager else "ssm:PutParameter"
        found.append(_allow("FirstPassword", write, rights.password_arn))
        if not manager:  # the form of the Systems Manager guide, "Preventing changes to existing parameters"
            keep = _allow("KeepPassword", write, rights.password_arn, equals={"ssm:Overwrite": "true"})
            found.append({**keep, "Effect": "Deny"})
    if rights.ca_parameter:
        certificate = _parameter(rights, rights.ca_parameter)
        found.append(_allow("Certificate", ("ssm:GetParameter", "ssm:PutParameter"), certificate))
    if rights.config_parameter:
        found.append(_allow("Settings", "ssm:GetParameter", _parameter(rights, rights.config_parameter)))
    return found


def watch(rights: Rights) -> list[Statement]:
    """Send metrics of the one namespace, and logs to the one group."""
    mine = {"cloudwatch:namespace": rights.namespace}
    found = [_allow("Metrics", "cloudwatch:PutMetricData", "*", equals=mine)]
    if rights.log_group:
        # CreateLogStream is asked of the group and PutLogEvents of a stream in it; this is either's name
        streams = f"arn:{rights.partition}:logs:{rights.region}:{rights.account}:log-group:{rights.log_group}:*"
        found.append(_allow("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), streams))
    return found


def archive(rights: Rights) -> list[Statement]:
    """Read, write and expire below the one prefix, and list the bucket.

    The list has no condition on a prefix: whoever may not list a bucket is answered 403 for an object that is not there
    and not 404 (S3 API reference, GetObject and HeadObject), which pgBackRest takes for an error. pgBackRest ends no
    upload that was cut: the bucket's lifecycle does.
    """
    if not rights.archive_bucket:
        return []
    bucket = f"arn:{rights.partition}:s3:::{rights.archive_bucket}"
    actions = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
    return [
        _allow("ListArchive", "s3:ListBucket", bucket),
        _allow("Archive", actions, f"{bucket}/{rights.archive_prefix}*"),
    ]


def group(rights: Rights) -> list[Statement]:
    """Ask the group for the next host."""
    if not rights.group_name:
        return []
    action = "autoscaling:TerminateInstanceInAutoScalingGroup"
    return [_allow("Group", action, group_arn(rights, rights.group_name))]


def image(rights: Rights) -> list[Statement]:
    """Pull the image from ECR, where it comes from there."""
    if not rights.repository_arns:
        return []
    pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
    return [_allow("Registry", "ecr:GetAuthorizationToken", "*"), _allow("Pull", pull, list(rights.repository_arns))]


def keys(rights: Rights) -> list[Statement]:
    """Use keys of the account's own, through the services alone; a volume's key also needs a grant for EC2."""
    return _use_of(rights, rights.key_arns, ("ec2", "s3", "secretsmanager", "ssm"))


def group_arn(rights: Any, name: str) -> str:
    """ARN of an Auto Scaling group by its name; its middle part is known only afterwards.

    Args:
        rights: anything with partition, region and account.
        name: of the group.
    """
    return (
        f"arn:{rights.partition}:autoscaling:{rights.region}:{rights.account}:autoScalingGroup:*:"
        f"autoScalingGroupName/{name}"
    )


def _use_of(rights: Rights, key_arns: Sequence[str], services: Sequence[str]) -> list[Statement]:
    if not key_arns:
        return []
    through = [f"{service}.{rights.region}.amazonaws.com" for service in services]
    use = _allow("UseKey", ("kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"), list(key_arns))
    grant = _allow("GrantForEbs", "kms:CreateGrant", list(key_arns))
    return [
        {**use, "Condition": {"StringEquals": {"kms:ViaService": through}}},
        {**grant, "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}},
    ]


def _instances(rights: Rights) -> str:
    return f"arn:{rights.partition}:ec2:{rights.region}:{rights.account}:instance/*"


def _parameter(rights: Rights, name: str) -> str:
    return f"arn:{rights.partition}:ssm:{rights.region}:{rights.account}:parameter{name}"


def _allow(
    sid: str, actions: str | Sequence[str], resources: str | Sequence[str], *, equals: dict[str, str] | None = None
) -> Statement:
    listed = actions if isinstance(actions, str) else sorted(actions)
    where = resources if isinstance(resources, str) else list(resources)
    found: Statement = {"Sid": sid, "Effect": "Allow", "Action": listed, "Resource": where}
    return {**found, "Condition": {"StringEquals": equals}} if equals else found


def _document(statements: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}
