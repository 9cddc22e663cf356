"""User data: the boot program and its values as one cloud-config document, compressed, the same bytes every time.

cloud-init unpacks gzip by itself (cloudinit.readthedocs.io, "User data formats"). The document is written as JSON,
which YAML contains, so that its form depends on no library.
"""

from __future__ import annotations

import base64
import json

from ..errors import Refusal
from .files import PLACE, program, units
from .values import DUAL_STACK, HostValues, parameters_text, settings_text

LIMIT = 16_384
"""Bytes of user data that EC2 takes, before base64 (Amazon EC2 User Guide, "Run commands when you launch")."""

_ETC = "/etc/timescaledb-host"
_STARTED = (
    "timescaledb-stop.service",
    "timescaledb-host.service",
    "timescaledb-watch.service",
    "timescaledb-minute.timer",
    "timescaledb-backups.timer",
)
# Session Manager's agent (3.3.3270 of October 2025 is the first to have it) and what sends the server's log
_DUAL_STACK = {
    "/etc/amazon/ssm/amazon-ssm-agent.json": '{"Agent":{"UseDualStackEndpoint":true}}\n',
    "/etc/systemd/system/docker.service.d/dual-stack.conf": f"[Service]\nEnvironment={DUAL_STACK}\n",
}
_DATA_SUFFIXES = (".sql", ".tsv", ".sh")


class UserDataTooLarge(Refusal):
    """The packed program is larger than EC2 takes."""


def user_data(values: HostValues) -> bytes:
    """The user data of a host.

    The same values give the same bytes, on every machine.

    Raises:
        UserDataTooLarge: above 16,384 bytes.
    """
    packed = _gzip(cloud_config(values).encode("ascii"))
    if len(packed) > LIMIT:
        raise UserDataTooLarge(
            f"the user data of {values.database_name} has {len(packed)} bytes and EC2 takes {LIMIT}; "
            "move settings into the SSM parameter of config_parameter"
        )
    return packed


def user_data_base64(values: HostValues) -> str:
    """The user data as ``userDataBase64`` and launch templates want it."""
    return base64.b64encode(user_data(values)).decode("ascii")


def cloud_config(values: HostValues) -> str:
    """The document itself, as cloud-init sees it."""
    files = [_file(path, text, _mode(path)) for path, text in program().items()]
    files += [_file(f"/etc/systemd/system/{name}", text, "0644") for name, text in units(values.mount).items()]
    files += [
        _file(f"{_ETC}/settings", settings_text(values), "0600"),
        _file(f"{_ETC}/container", "".join(f"{option}\n" for option in values.container_options), "0600"),
        _file(f"{_ETC}/parameters", parameters_text(values.parameters), "0600"),
    ]
    files += [_file(path, text, "0644") for path, text in _DUAL_STACK.items() if values.dual_stack]
    commands = [["systemctl", "daemon-reload"], ["systemctl", "enable", *_STARTED]]
    if values.dual_stack:
        # both may run already, of the machine's image
        commands += [["systemctl", "try-restart", "amazon-ssm-agent", "docker"]]
    # the host unit waits for the volume for as long as it takes; cloud-init must not wait with it
    commands += [["systemctl", "start", "--no-block", *_STARTED]]
    # the host's own updates are the image's: two boots of one AMI run the same software
    document = {"package_update": False, "package_upgrade": False, "write_files": files, "runcmd": commands}
    return f"#cloud-config\n{json.dumps(document, ensure_ascii=True, separators=(',', ':'))}\n"


def _file(path: str, content: str, mode: str) -> dict[str, str]:
    return {"path": path, "permissions": mode, "content": content}  # owner root:root, as is the default


def _mode(path: str) -> str:
    return "0644" if path.startswith(PLACE) and path.endswith(_DATA_SUFFIXES) else "0755"


def _gzip(data: bytes) -> bytes:
    """With no time and no name; some 3 % less than zlib's best, and the same whichever zlib a Python was built with.

    zopfli's bytes did not change with version (0.2.3, 0.4.3) or compiler (-O0, -O3 with FMA, -ffast-math).
    """
    from zopfli import gzip  # of the extra `aws`; who looks at metrics alone does without

    return bytes(gzip.compress(data))
