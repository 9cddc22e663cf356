"""Wrong values of Lighthouse's settings and of the components' arguments, and what the refusal says: data.

Those of ``ec2.Database`` stand with its own test (``test_ec2_refusals``), those of declared objects in tests/engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Wrong:
    """One mistake.

    Attributes:
        of: ``stack`` for a setting of the committed stack dev, else the component: ``database``, ``vault``,
            ``archive`` or ``alarms``.
        changes: values in place of right ones.
        argument: the refusal's first word.
        remedy: how what comes after its semicolon begins.
    """

    of: str
    changes: Mapping[str, Any]
    argument: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.of} {' '.join(f'{key}={value}' for key, value in self.changes.items())}"[:60]


WRONG: tuple[Wrong, ...] = (
    Wrong("stack", {"target": "aws"}, "lighthouse:target", "write one of docker, managed, ec2"),
    Wrong(
        "stack",
        {"environment": "production-eu-central"},
        "lighthouse:environment",
        "make it at most 17 lower-case letters, digits",
    ),
    Wrong("stack", {"storage_gb": "0"}, "lighthouse:storage_gb", "write a whole number from 1 to 16384"),
    Wrong("stack", {"storage_gb": "16385"}, "lighthouse:storage_gb", "write a whole number from 1 to 16384"),
    Wrong("stack", {"storage_gb": "20GB"}, "lighthouse:storage_gb", "write a whole number from 1 to 16384"),
    Wrong("stack", {"storage_gb": "-5"}, "lighthouse:storage_gb", "write a whole number from 1 to 16384"),
    Wrong("stack", {"instance_type": "t4g.mikro"}, "instance_type", "did you mean t4g.micro?"),
    Wrong("stack", {"instance_type": "t4g"}, "lighthouse:instance_type", "write an instance type such as t4g.small"),
    Wrong("stack", {"instance_type": "t4g.nano"}, "instance_type", "choose at least t4g.micro or t3.micro"),
    Wrong(
        "stack", {"instance_type": "T4G.MICRO"}, "lighthouse:instance_type", "write an instance type such as t4g.small"
    ),
    Wrong("stack", {"alternative_types": "t3.small"}, "instance_types", "name types of one architecture, since one"),
    Wrong(
        "stack",
        {"alternative_types": "t4g.small,t4g.medium"},
        "lighthouse:alternative_types",
        "write instance types with spaces between",
    ),
    Wrong("stack", {"alternative_types": "t4g.nano"}, "instance_types", "put the smallest first; the server is tuned"),
    Wrong("stack", {"alternative_types": "t4g.micro"}, "instance_types", "name each once"),
    Wrong("stack", {"alternative_types": "m7g.medium"}, "instance_types", "name types of one kind, since one"),
    Wrong("stack", {"market": "reserved"}, "lighthouse:market", "write one of spot, on-demand"),
    Wrong("stack", {"market": "on-demand"}, "lighthouse:alternative_types", "leave it out"),
    Wrong("stack", {"region": "eu-west-1"}, "region", "choose us-east-1, or read them with tsdb cost"),
    Wrong("stack", {"region": "us-east"}, "lighthouse:region", "write an AWS region such as us-east-1"),
    Wrong("stack", {"region": "mars-east-1"}, "lighthouse:region", "write an AWS region such as us-east-1"),
    Wrong("stack", {"egress": "internet"}, "lighthouse:egress", "write one of nat, public-ip, ipv6, endpoints"),
    Wrong("stack", {"egress": "nat"}, "egress", "set egress, or name another subnet, so that"),
    Wrong("stack", {"egress": "ipv6"}, "egress", "set egress, or name another subnet, so that"),
    Wrong("stack", {"egress": "endpoints"}, "egress", "set egress, or name another subnet, so that"),
    Wrong("stack", {"subnet": "closed"}, "egress", "set egress, or name another subnet, so that"),
    Wrong("stack", {"subnet": "private"}, "egress", "set egress, or name another subnet, so that"),
    Wrong("stack", {"vpc": "elsewhere"}, "vpc", "write the id of one that this account has"),
    Wrong("stack", {"vpc": "vpc-0123"}, "vpc", "write vpc- and 17 hexadecimal digits, or the"),
    Wrong("stack", {"vpc": "twice"}, "vpc", "write the id of one that this account has"),
    Wrong("stack", {"subnet": "unheard of"}, "subnet", "write the id of one that this account has"),
    Wrong(
        "stack",
        {"client_security_group": "unheard of"},
        "client_security_groups",
        "write the id of one that this account has",
    ),
    Wrong("stack", {"password_ref": "hunter2"}, "lighthouse:password_ref", "write file:<path>, env:<NAME>,"),
    Wrong("stack", {"password_ref": "env:PASSWORD"}, "lighthouse:password_ref", "set it to ssm:/<path> or"),
    Wrong("stack", {"password_ref": "ssm:/aws/mine"}, "password_ref", "begin it with a word of your own"),
    Wrong("stack", {"password_ref": ""}, "lighthouse:password_ref", "set it to ssm:/<path> or"),
    Wrong("stack", {"app_password_ref": "vault:app"}, "lighthouse:app_password_ref", "write file:<path>, env:<NAME>,"),
    Wrong("stack", {"backup_days": "-1"}, "lighthouse:backup_days", "write a whole number from 0 to 3650"),
    Wrong("stack", {"backup_days": "4000"}, "lighthouse:backup_days", "write a whole number from 0 to 3650"),
    Wrong("stack", {"backup_days": "daily"}, "lighthouse:backup_days", "write a whole number from 0 to 3650"),
    Wrong("stack", {"alarms": "some"}, "lighthouse:alarms", "write one of none, free, all"),
    Wrong("stack", {"alarm_email": "ops@example"}, "lighthouse:alarm_email", "write an e-mail address, or nothing"),
    Wrong("stack", {"alarm_email": "ops@example.con"}, "emails", "write .com"),
    Wrong(
        "stack", {"alarm_email": "ops at example.com"}, "lighthouse:alarm_email", "write an e-mail address, or nothing"
    ),
    Wrong("stack", {"alarm_topic": "topic"}, "lighthouse:alarm_topic", "write the ARN of an SNS topic, or nothing"),
    Wrong(
        "stack",
        {"alarm_topic": "arn:aws:sqs:us-east-1:123456789012:ops"},
        "lighthouse:alarm_topic",
        "write the ARN of an SNS topic, or nothing",
    ),
    Wrong(
        "stack",
        {"alarm_topic": "arn:aws:sns:us-east-1:123456789012:ops:0b1c"},
        "topic_arn",
        "write arn:aws:sns:<region>:<account>:<name>,",
    ),
    Wrong("stack", {"dashboard": "yes"}, "lighthouse:dashboard", "write true or false"),
    Wrong("stack", {"domain_name": "db"}, "lighthouse:domain_name", "write a DNS name such as db.example.com, or"),
    Wrong("stack", {"domain_name": "db.example.com"}, "lighthouse:zone_id", "domain_name and zone_id go together"),
    Wrong("stack", {"zone_id": "Z0123456789ABC"}, "lighthouse:domain_name", "domain_name and zone_id go together"),
    Wrong("stack", {"zone_id": "example.com"}, "lighthouse:zone_id", "write the id of a hosted zone such as"),
    Wrong("stack", {"via": "telnet"}, "lighthouse:via", "write ssm, direct or ssh:<destination>"),
    Wrong("stack", {"via": "ssh:bastion:2222"}, "lighthouse:via", "write ssm, direct or ssh:<destination> (a port"),
    Wrong("stack", {"image": "timescale/timescaledb:latest-pg17"}, "image", "name one exact version, as"),
    Wrong("stack", {"image": "two words"}, "lighthouse:image", "write an image reference without spaces, or"),
    Wrong("stack", {"image_family": "alpine"}, "lighthouse:image_family", "write one of distribution, timescaledb,"),
    Wrong("stack", {"postgres_version": "14"}, "lighthouse:postgres_version", "write a whole number from 15 to 18"),
    Wrong("stack", {"postgres_version": "16"}, "image", "declare postgres_version 17 or take an image"),
    Wrong(
        "stack",
        {"columnstore_after": "seven days"},
        "lighthouse:columnstore_after",
        'write a duration such as "7 days"',
    ),
    Wrong("stack", {"check_retention": "0 days"}, "lighthouse:check_retention", 'write a duration such as "7 days"'),
    Wrong("stack", {"check_retention": "3 days"}, "lighthouse:check_retention", "make one longer or the other shorter"),
    Wrong("stack", {"metrics_retention": "30 days"}, "lighthouse:metrics_retention", "make it at least as long"),
    Wrong("stack", {"database": "two words"}, "lighthouse:database", "write a name of at most 63 letters, digits"),
    Wrong("stack", {"database": "template1"}, "database", "choose another name"),
    Wrong("stack", {"database_user": ""}, "lighthouse:database_user", "write a name of at most 63 letters, digits"),
    Wrong("stack", {"environment": "pro d"}, "lighthouse:environment", "write letters, digits and . _ -, at most 63,"),
    Wrong("stack", {"storrage_gb": "20"}, "lighthouse:storrage_gb", "did you mean lighthouse:storage_gb?"),
    Wrong("stack", {"instancetype": "t4g.micro"}, "lighthouse:instancetype", "did you mean lighthouse:instance_type?"),
    Wrong("vault", {"daily_schedule": "cron(0 3 * * * *)"}, "daily_schedule", "put ? for one of them"),
    Wrong("vault", {"daily_schedule": "0 3 * * *"}, "daily_schedule", 'write one such as "cron(0 3 * * ? *)" for'),
    Wrong(
        "vault", {"daily_schedule": "cron(61 3 * * ? *)"}, "daily_schedule", 'write one such as "cron(0 3 * * ? *)" for'
    ),
    Wrong("vault", {"daily_schedule": "cron(*/5 * * * ? *)"}, "daily_schedule", "give one minute"),
    Wrong("vault", {"drill_schedule": "monthly"}, "drill_schedule", 'write one such as "cron(0 3 * * ? *)" for'),
    Wrong("vault", {"vault_name": "v"}, "vault_name", "write 2 to 50 letters, digits, - and _"),
    Wrong("vault", {"volume_arn": "vol-1"}, "volume_arn", "write"),
    Wrong("vault", {"daily_days": 0}, "daily_days", "choose a number from 1 to 36500"),
    Wrong("vault", {"monthly_days": 10}, "monthly_days", "make it longer, or leave it out"),
    Wrong("vault", {"lock": "compliance"}, "lock_grace_days", "give the days, at least 3, after which nobody"),
    Wrong("vault", {"lock": "strict"}, "lock", "choose one of none, governance, compliance"),
    Wrong("vault", {"copy_region": "mars"}, "copy_region", 'write one such as "eu-central-1", or leave it'),
    Wrong("archive", {"bucket_name": "Big_Bucket"}, "bucket_name", "write 3 to 63 small letters, digits and"),
    Wrong("alarms", {"emails": ["ops@example"]}, "emails", 'write "name@example.com"'),
    Wrong("alarms", {"emails": ["ops@example.con"]}, "emails", "write .com"),
    Wrong("alarms", {"emails": "ops@example.com"}, "emails", 'write ["name@example.com"]'),
    Wrong("alarms", {"emails": ["ops@example.com", "ops@example.com"]}, "emails", "name each address once"),
    Wrong("alarms", {"instance_type": "t4g.smal"}, "instance_type", "did you mean t4g.small?"),
    Wrong("alarms", {"prefix": "a b"}, "prefix", "write at most 40 letters, digits, - and _, a"),
    Wrong(
        "alarms",
        {"prefix": "lllllllllllllllllllllllllllllllllllllllll"},
        "prefix",
        "write at most 40 letters, digits, - and _, a",
    ),
    Wrong("alarms", {"group_name": None}, "group_name", "give the Auto Scaling group's name, or set"),
    Wrong("alarms", {"volume_id": "data"}, "volume_id", "write one such as vol-0123456789abcdef0"),
    Wrong("alarms", {"log_days": 31}, "log_days", "choose one of 14 or 30"),
    Wrong("alarms", {"topic_arn": "ops"}, "topic_arn", "write arn:aws:sns:<region>:<account>:<name>,"),
    Wrong("alarms", {"budget": "cheap"}, "budget", "choose one of free, all"),
    Wrong("alarms", {"market": "reserved"}, "market", "choose one of spot, on-demand"),
    Wrong("stack", {"archive_days": "7"}, "image_family", "set it to timescaledb-ha and image to"),
    Wrong("stack", {"archive_days": "ever"}, "lighthouse:archive_days", "write a whole number from 0 to 3650"),
    Wrong("database", {"archive_bucket": "My_Bucket"}, "archive_bucket", "write 3 to 63 small letters, digits"),
    Wrong("database", {"archive_days": 30}, "archive_days", "name the bucket, or leave archive_days out"),
    Wrong("database", {"archive_bucket": "kept", "archive_days": 0}, "archive_days", "choose a number from 1 to 3650"),
    Wrong("database", {"log_group": "my logs"}, "log_group", "write one such as /timescaledb/lighthouse-dev"),
)
