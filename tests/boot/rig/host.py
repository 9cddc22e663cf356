"""One host: the packed program laid out below a folder, its own metadata service, its container."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import psycopg
import yaml
from pulumi_timescaledb.boot import HostValues
from pulumi_timescaledb.boot.pack import cloud_config

from tests.boot.rig.cloud import KEYS, ZONE, Cloud
from tests.boot.rig.disk import run
from tests.boot.rig.metadata import Metadata

_FAST = {"ATTACH_POLL": "0.3", "WATCH_POLL": "0.2", "PULL_POLL": "0.1", "ATTACH_SECONDS": "60", "READY_SECONDS": "90"}
_DONE = re.compile(r" (\d\d-[a-z]+): done in (\d+) ms")
_ALL = re.compile(r"all steps done in (\d+) ms")


class Host:
    """A host that can boot, work, be told to go, and die.

    Two hosts of a test share one container engine, so each has a container, port and mount point of its own; a real
    one has its own engine and the same names as every other.

    Args:
        folder: everything of the host lies below it.
        cloud: it calls.
        values: of the deployment; container name, mount point and ports are set here.
        port: on the loopback address.
        knobs: more environment of every part of the program.
        instance: id of one that runs already; by default one is made.
    """

    def __init__(
        self,
        folder: Path,
        cloud: Cloud,
        values: HostValues,
        port: int,
        knobs: Mapping[str, str] | None = None,
        instance: str = "",
    ) -> None:
        self.folder, self.cloud, self.port, self.knobs = folder, cloud, port, knobs or {}
        self.mount = folder / "data"
        self.container = f"tsdb-boot-{os.getpid()}-{port}"
        self.helper = f"{self.container}-archive"
        options = [*values.container_options, f"--publish=127.0.0.1:{port}:5432"]
        self.values = replace(values, mount=str(self.mount), container=self.container, container_options=options)
        described = cloud.instance(folder / "dev/disk/by-id", instance)
        self.id = str(described["InstanceId"])
        self.metadata = Metadata(
            {
                "meta-data/instance-id": self.id,
                "meta-data/placement/availability-zone": ZONE,
                "meta-data/placement/region": "us-east-1",
                "meta-data/local-ipv4": str(described["PrivateIpAddress"]),
            }
        )
        self._lay_out()
        self._running: list[subprocess.Popen[str]] = []

    def _lay_out(self) -> None:
        """What cloud-init's write_files would do."""
        # before it is packed: more settings are handed over here than by a deployment, which keeps them in a parameter
        document = yaml.safe_load(cloud_config(self.values))
        for file in document["write_files"]:
            path = self.folder / file["path"].lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file["content"], encoding="utf-8")
            path.chmod(int(file.get("permissions", "0644"), 8))

    def start(self, program: str, *arguments: str, **extra: str) -> subprocess.Popen[str]:
        """Start a part of the program in a process group of its own."""
        environment: Mapping[str, str] = {
            "PATH": os.environ["PATH"],
            "DOCKER_HOST": os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"),
            "HOME": str(self.folder),
            "TSDB_ROOT": str(self.folder),
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.metadata.url,
            "AWS_ENDPOINT_URL": self.cloud.url,
            **KEYS,
            **_FAST,
            **self.knobs,
            **extra,
        }
        process = subprocess.Popen(
            [str(self.folder / "opt/timescaledb-host" / program), *arguments],
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._running.append(process)
        return process

    def run(self, program: str, *arguments: str, timeout: float = 180, **extra: str) -> tuple[int, str]:
        """Run a part of the program to its end: exit code and log."""
        process = self.start(program, *arguments, **extra)
        try:
            output, _ = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            kill(process)
            output, _ = process.communicate()
            raise AssertionError(f"{program} took more than {timeout} s:\n{output}") from None
        return process.returncode, output

    def boot(self, **extra: str) -> str:
        """Boot to the end and return the log; a failure shows it."""
        code, log = self.run("run", timeout=180, **extra)
        assert code == 0, log
        return log

    def shut_down(self) -> str:
        """As the service manager shuts it down; the container stays on its root disk. Returns the log of the stop."""
        code, log = self.run("stop")
        assert code == 0, log
        assert not self.is_mounted(), log
        for process in self._running:
            kill(process)
        run("rm", "-rf", str(self.folder / "run"))
        return log

    def power_off(self) -> None:
        """The host is gone at once: what was not written to the disk by now never will be."""
        for process in self._running:
            kill(process)
        if self.is_mounted():
            # the file system stops where it is: not even its log is flushed (xfs_io(8), ioctl_xfs_goingdown(2))
            run("xfs_io", "-x", "-c", "shutdown", str(self.mount), check=False)
        run("docker", "rm", "-f", "-v", self.container, self.helper, check=False)
        if self.is_mounted():
            run("umount", str(self.mount))
        run("rm", "-rf", str(self.folder / "run"))

    def close(self) -> None:
        """Nothing of it is left."""
        self.power_off()
        for process in self._running:
            if process.stdout:
                process.stdout.close()
        self.metadata.stop()

    def is_mounted(self) -> bool:
        """Whether the data volume is mounted."""
        return any(line.split()[1] == str(self.mount) for line in Path("/proc/self/mounts").read_text().splitlines())

    def said(self) -> str:
        """The server's log, which it writes to its standard error."""
        return run("sh", "-c", f"docker logs {self.container} 2>&1")

    def password(self) -> str:
        """As clients read it."""
        name = self.values.password.removeprefix("ssm:")
        found = self.cloud.client("ssm").get_parameter(Name=name, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    def connect(self, password: str = "", **options: str) -> psycopg.Connection[tuple[object, ...]]:
        """A client's connection: over TCP, with the stored password unless one is given."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.values.user,
            dbname="postgres",
            password=password or self.password(),
            autocommit=True,
            connect_timeout=5,
            **options,  # type: ignore[arg-type]
        )

    def query(self, text: str) -> list[tuple[object, ...]]:
        """The rows of one statement."""
        with self.connect() as connection:
            return connection.execute(text.encode()).fetchall()

    def execute(self, text: str) -> None:
        """Run one statement."""
        with self.connect() as connection:
            connection.execute(text.encode())


def kill(process: subprocess.Popen[str]) -> None:
    """SIGKILL to the whole process group, when it still runs."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait(30)


def wait_for(process: subprocess.Popen[str], text: str, seconds: float = 60) -> str:
    """Read a log up to a line that holds the text; returns what was read."""
    read: list[str] = []
    deadline = time.monotonic() + seconds
    assert process.stdout is not None
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        read.append(line)
        if text in line:
            return "".join(read)
        if not line:
            break
    raise AssertionError(f"{text!r} was not said:\n{''.join(read)}")


def durations(log: str) -> dict[str, int]:
    """Milliseconds of each step."""
    return {name: int(took) for name, took in _DONE.findall(log)}


def total(log: str) -> int:
    """Milliseconds of a whole boot, which ended."""
    found = _ALL.search(log)
    assert found is not None, log
    return int(found[1])
