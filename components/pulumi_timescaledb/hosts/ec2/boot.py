"""What the components hand to the boot program, and how: a function makes user data of it."""

from collections.abc import Mapping
from typing import Protocol, cast

from typing_extensions import TypedDict


class BootSettings(TypedDict):
    """What only the stack knows of a host; an empty text means that there is none."""

    egress: str
    """The way out: with ``endpoints`` the image must be in ECR, with ``ipv6`` AWS is asked by its dual-stack names."""
    database_name: str
    """Value of the volume's tag and of the metrics' dimension."""
    tag_key: str
    """Key of that tag."""
    password: str
    """Reference to the password; never the password."""
    password_made_here: bool
    """Whether the host stores a first password."""
    format_blank: bool
    """Whether a provably blank volume may be formatted; never for a volume that was taken over."""
    interface: str
    """Id of the retained network interface."""
    dns_zone: str
    """Route 53 zone of the record."""
    dns_name: str
    """Record to point at the host."""
    group: str
    """Auto Scaling group of the host."""
    ca_parameter: str
    """SSM parameter for the certificate of the database's authority."""
    config_parameter: str
    """SSM parameter with the server's settings."""
    log_group: str
    """Log group that the server's log goes to."""
    archive_bucket: str
    """Bucket that WAL and base backups go to."""
    archive_days: int
    """Days back to any time of which the archive can restore."""


class BootProgram(Protocol):
    """A function that packs the boot program, without side effects: it runs in every preview."""

    def __call__(self, settings: BootSettings) -> str:
        """User data in base64, at most 16384 bytes before it; cloud-init unpacks gzip by itself."""
        ...


STAND_INS: Mapping[str, str] = {
    "interface": "eni-00000000000000000",
    "dns_zone": "Z00000000000000000000",
    "ca_parameter": "/unknown",
    "config_parameter": "/unknown",
    "log_group": "/unknown",
    "archive_bucket": "unknown",
}
"""For what another resource has yet to say: of the right form and length, so that the size can be checked."""


def settings(known: Mapping[str, object]) -> BootSettings:
    """The settings of values that may be None, which become empty texts."""
    texts = {key: "" if value is None else value for key, value in known.items()}
    return cast(BootSettings, texts)
