"""What a deployment hands to the boot program: plain data, and nothing that is secret."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Refusal

_PLAIN = re.compile(r"[\x20-\x7e]*")
_PASSWORD = re.compile(r"(ssm:/|secretsmanager:)[\w/+=.@:-]+")
_DIGEST = re.compile(r"(sha256:[0-9a-f]{64})?")
_BUCKET = re.compile(r"[a-z0-9-]+")
_SETTING = re.compile(r"[a-z_][a-z0-9_.]*")

ARCHIVE_MIB = 256
"""Memory limit of the archive's helper in MiB. Measured in tests/boot: 12 at rest, 70 while it backs up 235 MB in 3,860
files, page cache apart. The list of files of a backup is held in memory, by each of its processes."""

DUAL_STACK = "AWS_USE_DUALSTACK_ENDPOINT=true"
"""For every program on the host that asks AWS."""


class BadBootValue(Refusal):
    """A value cannot be handed to the boot program: the sentence names the field and what it has to be."""


@dataclass(frozen=True)
class HostValues:
    """Everything the boot program does not find out by itself.

    Attributes:
        database_name: the environment's name: value of the metrics' dimension and of the volume's tag.
        image: reference with an exact tag.
        postgres: major version; a volume of another one is refused.
        uid: of the user postgres in the image.
        gid: of its group.
        pgdata: the data directory in the container.
        data_mount: where the volume goes in the container; ``pgdata`` lies in or below it.
        password: ``ssm:/path`` of a SecureString or ``secretsmanager:name``; the reference, never the password.
        container_options: arguments of ``docker create`` in ``--name=value`` form: ports, memory, capabilities.
        parameters: the server's settings by name, used until ``config_parameter`` can be read.
        image_digest: index digest the registry must deliver; empty where none was resolved.
        image_id: image id, which is compared instead where the image comes without a registry; empty for none.
        password_made_here: the host stores a password of its own where the reference has none yet.
        tag_key: tag that marks the data volume, together with ``database_name``.
        mount: mount point of the data volume.
        container: name of the container.
        database: made with a new cluster.
        user: superuser of a new cluster.
        config_parameter: SSM parameter with the server's settings as PostgreSQL reads them; empty for none.
        ca_parameter: SSM parameter that receives the certificate of the database's authority; empty for none.
        interface: id of the retained network interface; empty for none.
        dns_zone: id of the Route 53 zone; empty for none.
        dns_name: record to set in it.
        group: name of the Auto Scaling group; empty on a host that belongs to none.
        log_group: CloudWatch log group that takes the server's log, one stream a host; empty for none.
        archive_bucket: S3 bucket in the host's region that WAL and base backups go to, below ``database_name``; empty
            for none.
        archive_days: days back to any time of which the archive can restore.
        namespace: of the CloudWatch metrics.
        metrics: ``basic`` (ten series) or ``full``.
        restart_hours: hours UTC in which settings may restart the server; empty for any.
        format_blank: make a file system on a provably blank volume.
        keep_image: keep the image's archive on the data volume.
        ballast: MB set aside on the data volume against a full disk.
        dual_stack: ask AWS by the names that answer over IPv6, too, for a host whose only way out it is.

    Raises:
        BadBootValue: when a value could not be read back by the program as it was.
    """

    database_name: str
    image: str
    postgres: int
    uid: int
    gid: int
    pgdata: str
    data_mount: str
    password: str
    container_options: Sequence[str]
    parameters: Mapping[str, str] = field(default_factory=dict)
    image_digest: str = ""
    image_id: str = ""
    password_made_here: bool = True
    tag_key: str = "timescaledb-database"
    mount: str = "/mnt/timescaledb-data"
    container: str = "timescaledb"
    database: str = "postgres"
    user: str = "postgres"
    config_parameter: str = ""
    ca_parameter: str = ""
    interface: str = ""
    dns_zone: str = ""
    dns_name: str = ""
    group: str = ""
    log_group: str = ""
    archive_bucket: str = ""
    archive_days: int = 30
    namespace: str = "TimescaleDB"
    metrics: str = "basic"
    restart_hours: Sequence[int] = ()
    format_blank: bool = True
    keep_image: bool = True
    ballast: int = 256
    dual_stack: bool = False

    def __post_init__(self) -> None:
        """Refuse what would be read back as something else."""
        for name, value in vars(self).items():
            texts = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else []
            if not all(_PLAIN.fullmatch(str(text)) for text in texts):
                raise BadBootValue(f"{name} holds a line break or a character outside ASCII; write plain text")
        if not _PASSWORD.fullmatch(self.password):
            raise BadBootValue('password is not a reference; write "ssm:/path" or "secretsmanager:name"')
        if not (_DIGEST.fullmatch(self.image_digest) and _DIGEST.fullmatch(self.image_id)):
            raise BadBootValue('image_digest or image_id is not a digest; write "sha256:" and 64 hexadecimal digits')
        if self.metrics not in ("basic", "full"):
            raise BadBootValue('metrics is neither "basic" nor "full"; choose one of them')
        if not all(isinstance(hour, int) and 0 <= hour <= 23 for hour in self.restart_hours):
            raise BadBootValue("restart_hours holds something else than hours; write numbers from 0 to 23")
        if self.archive_bucket and not _BUCKET.fullmatch(self.archive_bucket):
            raise BadBootValue("archive_bucket is not the name of a bucket; write small letters, digits and -, no dots")
        if not (isinstance(self.archive_days, int) and 1 <= self.archive_days <= 3650):
            raise BadBootValue("archive_days is not a number of days; write one from 1 to 3650")
        if not self.mount.startswith("/") or " " in self.mount or ".." in self.mount:
            raise BadBootValue('mount is not an absolute path; write a folder such as "/mnt/timescaledb-data"')
        if not all(option.startswith("--") for option in self.container_options):
            raise BadBootValue('container_options holds something else than options; write "--name=value"')


def settings_text(values: HostValues) -> str:
    """The values as the shell reads them, one ``NAME='value'`` a line."""
    yes_no = {True: "yes", False: "no"}
    lines = {
        "DATABASE_NAME": values.database_name,
        "IMAGE": values.image,
        "IMAGE_DIGEST": values.image_digest,
        "IMAGE_ID": values.image_id,
        "POSTGRES": values.postgres,
        "DB_UID": values.uid,
        "DB_GID": values.gid,
        "PGDATA": values.pgdata,
        "DATA_MOUNT": values.data_mount,
        "PASSWORD": values.password,
        "PASSWORD_MADE_HERE": yes_no[values.password_made_here],
        "TAG_KEY": values.tag_key,
        "TAG_VALUE": values.database_name,
        "MOUNT": values.mount,
        "CONTAINER": values.container,
        "DATABASE": values.database,
        "DB_USER": values.user,
        "CONFIG_PARAMETER": values.config_parameter,
        "CA_PARAMETER": values.ca_parameter,
        "INTERFACE": values.interface,
        "DNS_ZONE": values.dns_zone,
        "DNS_NAME": values.dns_name,
        "GROUP": values.group,
        "LOG_GROUP": values.log_group,
        "ARCHIVE_BUCKET": values.archive_bucket,
        "ARCHIVE_DAYS": values.archive_days,
        "ARCHIVE_MIB": ARCHIVE_MIB,
        "NAMESPACE": values.namespace,
        "METRICS": values.metrics,
        "RESTART_HOURS": " ".join(map(str, values.restart_hours)),
        "FORMAT": "auto" if values.format_blank else "never",
        "KEEP_IMAGE": yes_no[values.keep_image],
        "BALLAST_MB": values.ballast,
    }
    # read by the AWS command line (AWS SDKs and Tools Reference Guide, "Dual-stack and FIPS endpoints")
    exported = f"export {DUAL_STACK}\n" if values.dual_stack else ""
    return "".join(f"{name}={shlex.quote(str(value))}\n" for name, value in lines.items()) + exported


def parameters_text(parameters: Mapping[str, str]) -> str:
    """Server settings as PostgreSQL's configuration files spell them; also the content of ``config_parameter``.

    Args:
        parameters: values by name, as ``server.values`` gives them.

    Raises:
        BadBootValue: for a name that is none, or a value with a line break.
    """
    for name, value in parameters.items():
        if not _SETTING.fullmatch(name) or "\n" in value:
            raise BadBootValue(f"the setting {name} cannot stand in a configuration file; give a name and one line")
    quoted = {name: value.replace("\\", "\\\\").replace("'", "''") for name, value in sorted(parameters.items())}
    return "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
