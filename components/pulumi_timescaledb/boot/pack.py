"""User data: the boot program and its values as one cloud-config document, compressed, the same bytes every time.

cloud-init unpacks gzip by itself (cloudinit.readthedocs.io, "User data formats"). The document is written here, so that
its form depends on no library: a file is a block of YAML, in which nothing is escaped, the rest is JSON, which YAML
contains.
"""

from __future__ import annotations

import base64
import json
import re

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
_DEFAULT = "0644"  # of cloud-init's write_files
# lines that a block of YAML gives back as they are: not several of nothing at the end, which it would fold into one
_PLAIN = re.compile(r"(?:[\t -~]*\n)*[\t -~]+\n")
_AS_IS = frozenset(map(chr, range(ord(" "), ord("~") + 1))) - frozenset('"\\')
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
    files = {
        # what the program takes from its values stands first: close to the steps, whose words it repeats
        f"{_ETC}/settings": ("0600", settings_text(values)),
        f"{_ETC}/container": ("0600", "".join(f"{option}\n" for option in values.container_options)),
        f"{_ETC}/parameters": ("0600", parameters_text(values.parameters)),
        **{path: (_mode(path), text) for path, text in program().items()},
        **{f"/etc/systemd/system/{name}": (_DEFAULT, text) for name, text in units(values.mount).items()},
        **{path: (_DEFAULT, text) for path, text in _DUAL_STACK.items() if values.dual_stack},
    }
    commands = [["systemctl", "daemon-reload"], ["systemctl", "enable", *_STARTED]]
    if values.dual_stack:
        # both may run already, of the machine's image
        commands += [["systemctl", "try-restart", "amazon-ssm-agent", "docker"]]
    # the host unit waits for the volume for as long as it takes; cloud-init must not wait with it
    commands += [["systemctl", "start", "--no-block", *_STARTED]]
    blocks = "".join(_file(path, mode, text) for path, (mode, text) in files.items())
    # the host's own updates are the image's: two boots of one AMI run the same software
    rest = {"package_update": False, "package_upgrade": False, "runcmd": commands}
    lines = "".join(f"{key}: {json.dumps(value, separators=(',', ':'))}\n" for key, value in rest.items())
    return f"#cloud-config\nwrite_files:\n{blocks}{lines}"


def _file(path: str, mode: str, text: str) -> str:
    permissions = "" if mode == _DEFAULT else f"  permissions: '{mode}'\n"
    return f"- path: {path}\n{permissions}  content: {_block(text)}\n"  # owner root:root, as is the default


def _block(text: str) -> str:
    """A text of lines as it is, one blank further in than its key; what YAML would read otherwise is escaped."""
    if not _PLAIN.fullmatch(text):
        return '"' + "".join(each if each in _AS_IS else f"\\U{ord(each):08x}" for each in text) + '"'
    lines = text.removesuffix("\n").split("\n")
    return "\n".join(["|1", *(f"   {line}" if line else "" for line in lines)])


def _mode(path: str) -> str:
    return _DEFAULT if path.startswith(PLACE) and path.endswith(_DATA_SUFFIXES) else "0755"


def _gzip(data: bytes) -> bytes:
    """With no time and no name; some 3 % less than zlib's best, and the same whichever zlib a Python was built with.

    zopfli's bytes did not change with version (0.2.3, 0.4.3) or compiler (-O0, -O3 with FMA, -ffast-math).
    """
    from zopfli import gzip  # of the extra `aws`; who looks at metrics alone does without

    return bytes(gzip.compress(data))
