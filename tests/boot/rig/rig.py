"""A cloud, hosts with disks in it, and the machine that all of it needs; as root on Linux."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pulumi_timescaledb.boot import HostValues
from pulumi_timescaledb.server import Machine, layout_of, parameters, values

from tests.boot.rig.cloud import Cloud
from tests.boot.rig.disk import Disk, run
from tests.boot.rig.host import Host
from tests.support.ports import free_port
from tools.local import packages
from tools.local.image import Image

_PROGRAMS = {
    "mkfs.xfs": "xfsprogs",
    "growpart": "cloud-guest-utils",
    "sfdisk": "fdisk",
    "curl": "curl",
    "openssl": "openssl",
    "ip": "iproute2",
    "nsenter": "util-linux",
}
_MIB = 1024 * 1024


class Rig:
    """What a test builds with.

    Attributes:
        cloud: the replaced cloud.
        values: what every host of this rig is handed.
        hosts: in the order of their making.
        knobs: environment that every host's program runs in.
    """

    def __init__(self, folder: Path, image: Image) -> None:
        self.folder = folder
        self.cloud = Cloud()
        self.name = f"rig-{uuid.uuid4().hex[:8]}"
        self.knobs: dict[str, str] = {}
        self.hosts: list[Host] = []
        layout = layout_of(image.family, image.postgres_version)
        tuned = values(parameters(Machine(512 * _MIB, 1), layout, database="postgres"))
        capabilities = [f"--cap-add={name.removeprefix('CAP_')}" for name in layout.capabilities]
        self.values = HostValues(
            database_name=self.name,
            image=image.reference,
            image_id=image.id,
            postgres=image.postgres_version,
            uid=layout.uid,
            gid=layout.gid,
            pgdata=layout.pgdata,
            data_mount=layout.mount,
            password=f"ssm:/{self.name}/password",
            ca_parameter=f"/{self.name}/ca",
            config_parameter=f"/{self.name}/config",
            container_options=["--memory=536870912", "--shm-size=128m", "--cap-drop=ALL", *capabilities],
            parameters={**tuned, "min_wal_size": "32MB", "max_wal_size": "64MB"},
            keep_image=False,
            ballast=32,
        )

    def disk(self, megabytes: int = 640) -> Disk:
        """A new disk of zeros."""
        return Disk(self.folder / f"disk-{uuid.uuid4().hex[:6]}.img", megabytes)

    def volume(self, disk: Disk | None = None, snapshot: str | None = None, tags: tuple[str, ...] = ()) -> str:
        """The data volume, blank unless a disk is given."""
        return self.cloud.volume(disk or self.disk(), self.name, snapshot, tags)

    def snapshot(self, host: Host, volume: str) -> str:
        """What a volume that a host has mounted holds at one moment, tagged as AWS Backup tags it: as its volume is."""
        run("xfs_freeze", "-f", str(host.mount))
        try:
            return self.cloud.snapshot(volume, self.cloud.tags(volume))
        finally:
            run("xfs_freeze", "-u", str(host.mount))

    def host(self, values: HostValues | None = None, instance: str = "") -> Host:
        """A host that has not booted yet, on a new instance unless one is given."""
        folder = self.folder / f"host{len(self.hosts)}"
        made = Host(folder, self.cloud, values or self.values, free_port(), self.knobs, instance)
        self.hosts.append(made)
        return made

    def booted(self) -> Host:
        """A host that has booted for the first time, on a blank volume."""
        self.volume()
        made = self.host()
        made.boot()
        return made

    def close(self) -> None:
        """Nothing is left."""
        for host in self.hosts:
            host.close()
        self.cloud.stop()


@contextmanager
def assembled(folder: Path, image: Image, docker_host: str) -> Iterator[Rig]:
    """A cloud with nothing in it yet; nothing of it is left afterwards."""
    before = os.environ.get("DOCKER_HOST")
    os.environ["DOCKER_HOST"] = docker_host
    made = Rig(folder, image)
    try:
        yield made
    finally:
        made.close()
        if before is None:
            del os.environ["DOCKER_HOST"]
        else:
            os.environ["DOCKER_HOST"] = before


def lacking(say: Callable[[str], None]) -> str | None:
    """Why the boot program cannot run on this machine, in one sentence; None where it can.

    Args:
        say: told what is installed from the distribution.
    """
    if os.geteuid() != 0:
        return "the boot program needs root: loop devices and mounts"
    missing = packages.install_programs(_PROGRAMS, say)
    return f"the boot program needs {', '.join(missing)}" if missing else None
