"""A stack with one resource for each rule of the pack, named as the rule; not a test, but what the tests preview.

`wrong` in the stack's configuration says which of them are made as the rule refuses them: none, those of rules over one
resource, those of rules over the whole stack, or the stack's own estimate of its cost. Everything else about a resource
stays as it was, so that a rule that speaks of it speaks of that difference.
"""

from __future__ import annotations

import base64
import json
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_docker as docker
import pulumi_timescaledb as timescaledb
from pulumi_timescaledb import backup

WRONG = pulumi.Config().get("wrong") or "none"
IMAGE = "ami-0123456789abcdef0"
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
DATA = {"timescaledb-database": "lighthouse", "environment": "prod"}
CLEAN = base64.b64encode(b"#!/bin/sh\necho password_ref=ssm:/lighthouse/password\n").decode()
TELLING = base64.b64encode(b"#!/bin/sh\nexport PGPASSWORD=hunter2\n").decode()
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::archive/*"}
HERE = {"internal": 5432, "external": 15432, "ip": "127.0.0.1"}
DISK = {"encrypted": "true", "volume_type": "gp3", "volume_size": 8, "delete_on_termination": "true"}


def given(right: dict[str, Any], changes: dict[str, Any], about: str = "resources") -> dict[str, Any]:
    """The arguments, with the changes where this run is about them; None takes one away."""
    merged = {**right, **(changes if about == WRONG else {})}
    return {name: value for name, value in merged.items() if value is not None}


def volume(name: str, **changes: Any) -> aws.ebs.Volume:
    """A protected data volume, whose name is also a tag."""
    protect = not (changes.pop("unprotected", False) and WRONG == "resources")
    right = {"availability_zone": "us-east-1a", "size": 20, "type": "gp3", "encrypted": True}
    right["tags"] = {**DATA, "Name": name}
    return aws.ebs.Volume(name, **given(right, changes), opts=pulumi.ResourceOptions(protect=protect))


def instance(name: str, **changes: Any) -> aws.ec2.Instance:
    """A host."""
    right = {
        "ami": IMAGE,
        "instance_type": "t4g.small",
        "associate_public_ip_address": False,
        "user_data_base64": CLEAN,
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1},
        "credit_specification": {"cpu_credits": "standard"},
        "root_block_device": {"volume_size": 8, "volume_type": "gp3", "encrypted": True},
    }
    return aws.ec2.Instance(name, **given(right, changes))


def template(name: str, **changes: Any) -> aws.ec2.LaunchTemplate:
    """A host's template, with a further disk that outlives it."""
    more = {"device_name": "/dev/xvdb", "ebs": {**DISK, "delete_on_termination": "false"}}
    right = {
        "image_id": IMAGE,
        "instance_type": "t4g.small",
        "metadata_options": {"http_tokens": "required", "http_put_response_hop_limit": 1},
        "credit_specification": {"cpu_credits": "standard"},
        "block_device_mappings": [{"device_name": "/dev/xvda", "ebs": DISK}, more],
    }
    return aws.ec2.LaunchTemplate(name, **given(right, changes))


def ingress(name: str, **changes: Any) -> None:
    """A rule that lets private addresses in."""
    right = {"security_group_id": "sg-0123456789abcdef0", "ip_protocol": "tcp", "cidr_ipv4": "10.0.0.0/8"}
    aws.vpc.SecurityGroupIngressRule(name, **given({**right, "from_port": 5432, "to_port": 5432}, changes))


def container(name: str, **changes: Any) -> None:
    """A server in a container."""
    right = {
        "image": "timescale/timescaledb:2.29.2-pg17",
        "ports": [HERE],
        "envs": ["POSTGRES_PASSWORD_FILE=/run/password"],
        "memory": 1024,
        "stop_timeout": 120,
    }
    docker.Container(name, **given(right, changes))


def network() -> None:
    """Who can reach the database."""
    ingress("no-public-database-port", cidr_ipv4="0.0.0.0/0")
    ingress("no-public-administration-port", cidr_ipv4="0.0.0.0/0", from_port=22, to_port=22)
    container("container-port-is-private", ports=[{**HERE, "ip": "0.0.0.0"}])  # noqa: S104
    instance("no-public-address", associate_public_ip_address=True)


def disks() -> None:
    """Encryption and life of the disks."""
    plan = aws.backup.Plan(
        "backup-retention",
        rules=[
            {
                "rule_name": "daily",
                "target_vault_name": "vault",
                "schedule": "cron(0 3 * * ? *)",
                "start_window": 60,
                "lifecycle": {"delete_after": 3 if WRONG == "resources" else 35},
            }
        ],
    )
    made = [
        volume("encrypted-volume", encrypted=None),
        volume("gp3-volume", type=None),
        volume("protected-data-volume", unprotected=True),
    ]
    role = "arn:aws:iam::123456789012:role/backup"
    aws.backup.Selection("selection", plan_id=plan.id, iam_role_arn=role, resources=[each.arn for each in made])
    # this one by a pattern and its tag, while nobody knows its ARN
    volume("backed-up-data-volume")
    tagged = {"key": "aws:ResourceTag/Name", "value": "another" if WRONG == "stack" else "backed-up-data-volume"}
    everything: Any = {"resources": ["arn:aws:ec2:*:*:volume/*"], "conditions": [{"string_equals": [tagged]}]}
    aws.backup.Selection("by-tag", plan_id=plan.id, iam_role_arn=role, **everything)
    instance("encrypted-instance-disks", root_block_device={"volume_size": 8, "volume_type": "gp3"})
    root, more = {"device_name": "/dev/xvda", "ebs": DISK}, {"device_name": "/dev/xvdb", "ebs": DISK}
    template("no-disposable-data-disk", block_device_mappings=[root, more])
    aws.backup.Vault("encrypted-backups", **given({"kms_key_arn": KEY}, {"kms_key_arn": None}))
    aws.backup.VaultLockConfiguration(
        "no-irrevocable-lock",
        **given({"backup_vault_name": "vault", "min_retention_days": 7}, {"changeable_for_days": 3}),
    )


def passwords() -> None:
    """Passwords by reference alone."""
    aws.ssm.Parameter(
        "no-password-property",
        **given(
            {
                "name": "/lighthouse/address",
                "type": "String",
                "insecure_value": "postgresql://lighthouse@db/lighthouse",
            },
            {"insecure_value": "postgresql://lighthouse:hunter2@db/lighthouse"},
        ),
    )
    container("no-password-in-container-environment", envs=["POSTGRES_PASSWORD=hunter2"])
    instance("no-password-in-user-data", user_data_base64=TELLING)
    aws.ssm.Parameter(
        "secure-parameter",
        **given({"name": "/lighthouse/password", "type": "SecureString", "value": "made"}, {"type": "String"}),
    )


def hosts() -> None:
    """What an instance is like."""
    instance("imdsv2", metadata_options={"http_tokens": "optional", "http_put_response_hop_limit": 1})
    instance("metadata-hop-limit", metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 2})
    instance("no-key-pair", key_name="mine")
    instance("standard-cpu-credits", credit_specification={"cpu_credits": "unlimited"})
    template("pinned-machine-image", image_id="resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023")


def containers() -> None:
    """What a container is like."""
    container("pinned-container-image", image="timescale/timescaledb:latest-pg17")
    container("confined-container", network_mode="host")
    container("container-memory-limit", memory=None)
    container("clean-container-stop", stop_timeout=None)


def buckets() -> None:
    """Each bucket with its companions, but for the one that a rule is about."""
    for rule in ("encrypted-bucket", "private-bucket", "versioned-bucket"):
        bucket = aws.s3.Bucket(rule, bucket=rule)
        lacking = rule if WRONG == "stack" else ""
        if lacking != "encrypted-bucket":
            how: Any = {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
            aws.s3.BucketServerSideEncryptionConfiguration(f"{rule}-encryption", bucket=bucket.bucket, rules=[how])
        if lacking != "private-bucket":
            closed("closed-access-block" if rule == "private-bucket" else f"{rule}-access", bucket)
        if lacking != "versioned-bucket":
            status: Any = {"status": "Enabled"}
            aws.s3.BucketVersioning(f"{rule}-versioning", bucket=bucket.bucket, versioning_configuration=status)


def closed(name: str, bucket: aws.s3.Bucket) -> None:
    """A public access block."""
    flags = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")
    changes = {"block_public_policy": False} if name == "closed-access-block" else {}
    aws.s3.BucketPublicAccessBlock(name, **given({"bucket": bucket.bucket, **dict.fromkeys(flags, True)}, changes))


def rights() -> None:
    """What roles may do."""
    wide = {**STATEMENT, "Action": "s3:*", "Resource": "*"}
    text = {"policy": json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})}
    open_ = {"policy": json.dumps({"Version": "2012-10-17", "Statement": [wide]})}
    aws.iam.RolePolicy("no-wildcard-rights", role="host", **given(text, open_))
    narrow, broad = "service-role/AWSBackupServiceRolePolicyForBackup", "AmazonSSMManagedInstanceCore"
    arn = "arn:aws:iam::aws:policy/"
    attached = given({"policy_arn": arn + narrow}, {"policy_arn": arn + broad})
    aws.iam.RolePolicyAttachment("no-broad-managed-policy", role="host", **attached)


def watching() -> None:
    """Alarms and logs."""
    aws.cloudwatch.LogGroup("log-retention", **given({"retention_in_days": 30}, {"retention_in_days": None}))
    silent = {"alarm_actions": None}
    right = {
        "comparison_operator": "GreaterThanThreshold",
        "evaluation_periods": 3,
        "metric_name": "CPUUtilization",
        "namespace": "AWS/EC2",
        "period": 60,
        "statistic": "Average",
        "threshold": 80,
        "alarm_actions": ["arn:aws:sns:us-east-1:123456789012:people"],
    }
    aws.cloudwatch.MetricAlarm("alarm", **given(right, silent, "stack"))


def objects() -> None:
    """What is declared inside a database that is not there yet; its names are those of the rules."""
    host = timescaledb.docker.Database(
        "database",
        {
            "image": "timescale/timescaledb:2.29.2-pg17",
            "image_family": "timescaledb",
            "memory": "1GiB",
            "cpus": 1,
            "port": 15433,
            "password_ref": "file:password",
        },
        pulumi.ResourceOptions(protect=True),
    )
    role = given({"name": "no-unlimited-role", "login": False}, {"bypassrls": True})
    grant = given({"to": "reader", "on": "table public.rows", "privileges": ["SELECT"]}, {"to": "public"})
    kept = given({"retention": {"drop_after": "90 days"}}, {"retention": {"drop_after": "1 day"}})
    declared = [
        timescaledb.role(**role),
        timescaledb.role(name="reader", login=False),
        timescaledb.grant(**grant),
        timescaledb.hypertable(table="retention-floor", time_column="time", chunk_interval="1 day", **kept),
    ]
    timescaledb.DatabaseObjects("inside", {"connection": host.connection, "objects": declared})
    there = {"host": "db.example.com", "database": "app", "user": "app", "password_ref": "env:PGPASSWORD"}
    server: Any = given({**there, "tls": "verify-full"}, {"tls": "disable"}, "stack")
    timescaledb.managed.Database("encrypted-connection", server)


def components() -> None:
    """The library's own host, backup and archive; the pack has nothing to say about them."""
    image = {"image": "timescale/timescaledb:2.29.2-pg17", "image_family": "timescaledb"}
    server: Any = {"instance_type": "t4g.micro", **image}
    host = timescaledb.ec2.Database(
        "watched-database",
        {
            "database_name": "lighthouse",
            "market": "spot",
            "instance_types": ["t4g.micro", "t4g.small"],
            "egress": "nat",
            "password_ref": "secretsmanager:lighthouse/password",
            "user_data": timescaledb.ec2.container(server).boot_program(),
            "size_gb": 50,
        },
    )
    kept: Any = {"vault_name": "lighthouse", "volume_arn": host.volume.arn, "daily_days": 30, "kms_key_arn": KEY}
    backup.Vault("vault", kept)
    backup.Archive("archive", {"bucket_name": "lighthouse-archive"})


for part in (components, network, disks, passwords, hosts, containers, buckets, rights, watching, objects):
    part()
pulumi.export("estimated_monthly_cost", 9000 if WRONG == "output" else 21.5)
