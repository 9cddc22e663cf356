"""The host of ``target=ec2``, with what watches it and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass

from .. import ways
from .forms import PAGE, TRUTH, choice, optional, pattern, whole_number, words
from .key import setting
from .sources import SOURCES

_LOOKED_UP = pattern(r"[A-Za-z0-9][A-Za-z0-9 _./:-]{0,254}", "an id or the value of the tag Name")


@dataclass(frozen=True)
class Ec2:
    """market: spot or on-demand. storage_gb: size of the data volume, 1 to 16384 GB of gp3. egress: the way out of
    the subnet. backup_days: how long daily backups are kept, 0 for none. archive_days: how far
    back an archive in S3 reaches, 0 for none. alarms: none, the free ones or all."""

    region: str = setting(
        pattern(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region such as us-east-1"), "us-east-1", "AWS region."
    )
    instance_type: str = setting(
        pattern(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", "an instance type such as t4g.small"), "t4g.micro", "EC2 instance type."
    )
    alternative_types: tuple[str, ...] = setting(
        words("[a-z][a-z0-9-]*\\.[a-z0-9-]+", "instance types with spaces between them"),
        "",
        "More types that a spot host may be of: one architecture, all with CPU credits or none, no less memory.",
    )
    market: str = setting(choice("spot", "on-demand"), "spot", "How the instance is bought: spot or on-demand.")
    storage_gb: int = setting(whole_number(1, 16384), 20, "Size of the data volume in GB (gp3).")
    vpc: str | None = setting(optional(_LOOKED_UP), "", "VPC by id or name; empty is the default VPC.")
    subnet: str | None = setting(optional(_LOOKED_UP), "", "Subnet by id or name; empty is one of the VPC.")
    client_security_group: str | None = setting(
        optional(_LOOKED_UP), "", "Security group by id or name whose members may connect to the database."
    )
    egress: str = setting(
        choice("nat", "public-ip", "ipv6", "endpoints"),
        "public-ip",
        "Way out of the subnet: nat (existing), public-ip (no inbound rule), ipv6 or endpoints.",
    )
    via: str = setting(
        pattern(f"ssm|direct|{ways.SSH}", f"ssm, direct or {ways.SSH_EXPECTED}"),
        "ssm",
        "The way from here to the database: ssm (Session Manager), direct (from inside the VPC) or ssh:<destination>.",
    )
    ssh_clients: tuple[str, ...] = setting(
        SOURCES,
        "",
        "Who may use SSH: security groups, prefix lists and private blocks, with spaces between them; empty is nobody.",
    )
    key_name: str | None = setting(
        optional(pattern(r"[!-~]([ -~]{0,253}[!-~])?", "the name of a key pair of the region")),
        "",
        "Key pair for SSH; empty is none, since Session Manager needs none.",
    )
    backup_days: int = setting(whole_number(0, 3650), 7, "Days that daily backups are kept; 0 makes none.")
    archive_days: int = setting(
        whole_number(0, 3650),
        0,
        "Days back to any time of which an archive in S3 can restore; 0 makes none.",
    )
    alarms: str = setting(choice("none", "free", "all"), "free", "Alarms: none, the ten free ones, or all.")
    alarm_email: str | None = setting(
        optional(pattern(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "an e-mail address")), "", "Address that alarms are sent to."
    )
    alarm_topic: str | None = setting(
        optional(pattern(r"arn:[a-z-]+:sns:\S+", "the ARN of an SNS topic")),
        "",
        "SNS topic that alarms go to; empty makes one.",
    )
    dashboard: bool = setting(TRUTH, False, "Whether a CloudWatch dashboard is made.")
    runbooks: str | None = setting(
        optional(PAGE), "", "Page with the headings of docs/runbooks.md that alarms link to; empty links to none."
    )
    domain_name: str | None = setting(
        optional(pattern(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", "a DNS name such as db.example.com")),
        "",
        "DNS name of the database; empty makes no record.",
    )
    zone_id: str | None = setting(
        optional(pattern(r"Z[A-Z0-9]{1,31}", "the id of a hosted zone such as Z0123456789ABC")),
        "",
        "Route 53 zone of domain_name.",
    )
