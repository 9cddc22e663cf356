"""The arguments of a database on EC2, all in one place."""

from collections.abc import Mapping, Sequence

import pulumi
from typing_extensions import NotRequired, TypedDict

from .boot import BootProgram


class DatabaseArgs(TypedDict):
    """One host with its volume, role, address and security group."""

    database_name: str
    """Name of the environment's database on AWS, such as ``lighthouse-dev``: tag, metrics, names. A plain value."""

    market: str
    """``spot`` (a group of one that heals by itself) or ``on-demand`` (a plain instance). A plain value."""

    instance_types: Sequence[str]
    """EC2 types of one architecture, all with CPU credits or none, the smallest first; with ``on-demand`` exactly one.
    An architecture other than that of the database's present host is refused. Plain values."""

    egress: str
    """Way out of the subnet: ``nat``, ``public-ip``, ``ipv6`` or ``endpoints``. A plain value."""

    password_ref: str
    """``ssm:/path`` or ``secretsmanager:name`` of the superuser's password; never the password. A plain value."""

    user_data: BootProgram
    """Function that makes user data of what the stack knows. A plain value."""

    vpc: NotRequired[pulumi.Input[str]]
    """VPC by id or tag Name. Default the account's default VPC."""

    subnet: NotRequired[pulumi.Input[str]]
    """Subnet by id or tag Name. Default as of :class:`~.network.NetworkArgs`."""

    client_security_groups: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Security groups that may use the database, each by id, tag Name or group name. Default none."""

    clients: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Blocks of addresses and prefix lists that may use the database, by name. Default nobody."""

    ports: NotRequired[Sequence[int]]
    """TCP ports of the database, the first, and of its pooler. Plain values; default ``[5432]``."""

    ssh_clients: NotRequired[Mapping[str, pulumi.Input[str]]]
    """Private sources that may use port 22, by name. Default nobody."""

    dns_servers: NotRequired[Sequence[str]]
    """The VPC's own DNS servers, where it has any. Plain values; default none."""

    accept_a_database_open_to_the_internet: NotRequired[bool]
    """Let ``clients`` hold 0.0.0.0/0 or ::/0: anybody may then try passwords. A plain value; default False."""

    size_gb: NotRequired[pulumi.Input[int]]
    """Size of the data volume in GiB; grows only. Needed unless ``existing_volume_id`` is given."""

    iops: NotRequired[pulumi.Input[int]]
    """I/O operations a second of the volume. Default 3000."""

    throughput: NotRequired[pulumi.Input[int]]
    """MiB/s of the volume. Default 125."""

    snapshot_id: NotRequired[pulumi.Input[str]]
    """Snapshot that the volume starts from, of no more than ``size_gb``. Default a blank volume."""

    existing_volume_id: NotRequired[str]
    """A volume in the subnet's zone to take over as it is; nothing is formatted then. A plain value."""

    kms_key_arn: NotRequired[pulumi.Input[str]]
    """Key of volume and secret. Default the account's own keys."""

    retain: NotRequired[bool]
    """Leave volume and secret behind on ``destroy``. A plain value; default True."""

    protect: NotRequired[bool]
    """Refuse to delete or replace the volume. A plain value; default True."""

    generate_password: NotRequired[bool]
    """Whether the host makes the password at its first boot. A plain value; default True."""

    stable_interface: NotRequired[bool]
    """Keep a network interface that every host takes. A plain value; default True with ``spot``."""

    domain_name: NotRequired[str]
    """DNS name that the host points at itself. A plain value; default none."""

    zone_id: NotRequired[pulumi.Input[str]]
    """Route 53 zone of ``domain_name``."""

    fall_back: NotRequired[bool]
    """Buy on demand while spot cannot be had, with ``spot``. A plain value; default False."""

    replace_on_change: NotRequired[bool]
    """Replace the running spot host when its launch template changes. A plain value; default False."""

    image_id: NotRequired[pulumi.Input[str]]
    """Machine image. Default the newest Amazon Linux 2023 at the first deployment, kept from then on."""

    root_gb: NotRequired[pulumi.Input[int]]
    """Size of the root disk in GiB. Default 8."""

    cpu_credits: NotRequired[pulumi.Input[str]]
    """``standard`` or ``unlimited``. Default ``standard``."""

    key_name: NotRequired[pulumi.Input[str]]
    """Key pair for SSH. Default none."""

    via: NotRequired[str]
    """How this program reaches the database: ``ssm`` (Session Manager), ``direct`` (from inside the VPC) or
    ``ssh:<destination>``. A plain value; default ``ssm``."""

    database: NotRequired[pulumi.Input[str]]
    """Database that objects are declared in. Default ``postgres``."""

    user: NotRequired[pulumi.Input[str]]
    """Superuser. Default ``postgres``."""

    tls: NotRequired[pulumi.Input[str]]
    """libpq's sslmode. Default ``require``."""

    ca_parameter: NotRequired[pulumi.Input[str]]
    """SSM parameter that the host publishes its authority's certificate in. Default none."""

    config_parameter: NotRequired[pulumi.Input[str]]
    """SSM parameter with the server's settings, which the host follows. Default none."""

    archive_bucket: NotRequired[pulumi.Input[str]]
    """S3 bucket in the host's region that WAL and base backups go to, such as :class:`~...backup.Archive` makes; the
    container must be declared with ``archive``. Whether there is one must be known in a preview. Default none."""

    archive_days: NotRequired[int]
    """Days back to any time of which the archive can restore, 1 to 3650; ``archive_bucket`` goes with it. A plain
    value; default 30."""

    log_group: NotRequired[pulumi.Input[str]]
    """Name of the log group that the server's log goes to, such as :class:`~.watch.Alarms` makes. Default none: the log
    stays on the host."""

    repository_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """ECR repositories that the image is pulled from. Default none."""

    key_arns: NotRequired[Sequence[pulumi.Input[str]]]
    """Keys besides ``kms_key_arn`` that the host has to use: of the archive's bucket, or of a secret that was there.
    Default none."""

    permissions_boundary_arn: NotRequired[pulumi.Input[str]]
    """Boundary of the role. Default none."""

    tags: NotRequired[Mapping[str, str]]
    """More tags of everything. A plain value; default none."""
