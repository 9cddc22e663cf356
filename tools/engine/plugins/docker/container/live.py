"""A live container in the words of its declaration, so that what was changed by hand shows as drift.

Each reader gets the engine's description and returns the value in declared form, or None where it is the default of
the image
or the engine and nothing was declared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.docker.container import networks, settings
from tools.engine.plugins.docker.container.units import MB, cpus, nano_cpus
from tools.engine.plugins.docker.resource import Matches, live_labels, merge


@dataclass(frozen=True)
class Subject:
    """A container, the image it was made from, and what is declared.

    Attributes:
        attrs: the engine's inspection.
        image: the image's inspection ({} when it is gone).
        wanted_image: id of the declared image as the engine resolves it now; empty when it has none of that name.
        declared: the inputs to compare with.
        log_driver: the engine's default log driver.
        uploads: what the declared uploads look like inside the container.
    """

    attrs: dict[str, Any]
    image: dict[str, Any]
    wanted_image: str
    declared: Props
    log_driver: str = "json-file"
    uploads: list[Props] | None = None

    @property
    def config(self) -> dict[str, Any]:
        return dict(self.attrs["Config"])

    @property
    def host(self) -> dict[str, Any]:
        return dict(self.attrs["HostConfig"])

    def of_image(self, key: str) -> Any:
        """A setting of the image."""
        return (self.image.get("Config") or {}).get(key)


Reader = Callable[[Subject], Any]


def _same(declared: Any, live: Any) -> bool:
    return bool(declared == live)


def _image(subject: Subject) -> str:
    declared = str(subject.declared.get("image", ""))
    running = str(subject.attrs["Image"])
    if declared and subject.wanted_image == running:
        return declared
    named = str(subject.config["Image"])
    # A moved tag has the declared name but other content: then the id is what tells.
    return running if named == declared and subject.wanted_image else named


def _memory_swap(subject: Subject) -> int | None:
    swap = int(subject.host.get("MemorySwap") or 0)
    if "memorySwap" in subject.declared:
        # 0 is what an engine without swap accounting makes of any value.
        return int(subject.declared["memorySwap"]) if swap == 0 else (swap if swap == -1 else swap // MB)
    defaults = {0, -1, 2 * int(subject.host.get("Memory") or 0), 2 * int(subject.declared.get("memory") or 0) * MB}
    return None if swap in defaults else swap // MB


def _must_run(subject: Subject) -> bool | None:
    declared = subject.declared.get("mustRun")
    wanted = declared is not False and subject.declared.get("start") is not False
    state = subject.attrs["State"]
    running = bool(state["Running"]) and not state.get("Restarting") and not state.get("Paused")
    return declared if running or not wanted else False


def _command(key: str, name: str) -> Reader:
    def read(subject: Subject) -> Any:
        value = subject.config.get(key)
        return value if name in subject.declared or value not in (None, [], subject.of_image(key)) else None

    return read


def _config(key: str, name: str) -> Reader:
    def read(subject: Subject) -> Any:
        value = subject.config.get(key)
        return value if name in subject.declared or value not in (None, "", subject.of_image(key)) else None

    return read


def _host(key: str, name: str, default: Any = None) -> Reader:
    def read(subject: Subject) -> Any:
        value = subject.host.get(key)
        return value if name in subject.declared or (value and value != default) else None

    return read


def _envs(subject: Subject) -> Any:
    wanted = subject.declared.get("envs") or []
    given = subject.of_image("Env") or []
    shown = [one for one in subject.config.get("Env") or [] if one in wanted or one not in given]
    return shown if shown or "envs" in subject.declared else None


def _hostname(subject: Subject) -> Any:
    value = subject.config.get("Hostname")
    automatic = value == subject.attrs["Id"][:12] or subject.host.get("NetworkMode") == "host"
    return value if "hostname" in subject.declared or not automatic else None


def _shm(subject: Subject) -> int | None:
    size = int(subject.host.get("ShmSize") or 0) // MB
    return size if "shmSize" in subject.declared or size not in (0, 64) else None


def _log_driver(subject: Subject) -> Any:
    driver = (subject.host.get("LogConfig") or {}).get("Type")
    return driver if "logDriver" in subject.declared or driver != subject.log_driver else None


def _log_opts(subject: Subject) -> Any:
    return (subject.host.get("LogConfig") or {}).get("Config") or {} if "logOpts" in subject.declared else None


READERS: dict[str, tuple[Reader, Matches]] = {
    "name": (lambda subject: subject.attrs["Name"].lstrip("/"), _same),
    "image": (_image, _same),
    "command": (_command("Cmd", "command"), _same),
    "entrypoints": (_command("Entrypoint", "entrypoints"), _same),
    "envs": (_envs, _same),
    "labels": (
        lambda subject: live_labels(subject.declared, subject.config.get("Labels"), subject.of_image("Labels")),
        _same,
    ),
    "memory": (
        lambda s: int(s.host["Memory"]) // MB if s.host.get("Memory") or "memory" in s.declared else None,
        _same,
    ),
    "memorySwap": (_memory_swap, _same),
    "cpus": (
        lambda s: cpus(int(s.host.get("NanoCpus") or 0)) if s.host.get("NanoCpus") or "cpus" in s.declared else None,
        lambda declared, live: nano_cpus(declared) == nano_cpus(live),
    ),
    "cpuShares": (_host("CpuShares", "cpuShares"), _same),
    "restart": (settings.restart, _same),
    "maxRetryCount": (settings.max_retry_count, _same),
    "shmSize": (_shm, _same),
    "stopSignal": (_config("StopSignal", "stopSignal"), settings.same_signal),
    "stopTimeout": (_config("StopTimeout", "stopTimeout"), _same),
    "user": (_config("User", "user"), _same),
    "workingDir": (_config("WorkingDir", "workingDir"), _same),
    "hostname": (_hostname, _same),
    "healthcheck": (settings.healthcheck, settings.same_health),
    "ports": (networks.ports, networks.same_port),
    "networksAdvanced": (networks.networks, _same),
    "networkMode": (networks.mode, _same),
    "volumes": (settings.volumes, settings.same_volume),
    "mounts": (settings.mounts, settings.same_mount),
    "uploads": (lambda subject: subject.uploads, _same),
    "logDriver": (_log_driver, _same),
    "logOpts": (_log_opts, lambda declared, live: declared.items() <= live.items()),
    "capabilities": (settings.capabilities, settings.same_capabilities),
    "securityOpts": (_host("SecurityOpt", "securityOpts"), _same),
    "ulimits": (settings.ulimits, _same),
    "hosts": (settings.hosts, _same),
    "rm": (_host("AutoRemove", "rm"), _same),
    "tmpfs": (_host("Tmpfs", "tmpfs"), _same),
    "readOnly": (_host("ReadonlyRootfs", "readOnly"), _same),
    "groupAdds": (_host("GroupAdd", "groupAdds"), _same),
    "init": (_host("Init", "init"), _same),
    "privileged": (_host("Privileged", "privileged"), _same),
    "sysctls": (_host("Sysctls", "sysctls"), _same),
    "dns": (_host("Dns", "dns"), _same),
    "mustRun": (_must_run, _same),
}
ORDERED = frozenset({"command", "entrypoints", "dns"})
"""Lists whose order means something."""


def live_inputs(subject: Subject) -> Props:
    """Every input as it is live; what only this plugin reads is taken as declared."""
    shown: Props = {}
    for name, (reader, matches) in READERS.items():
        declared, value = subject.declared.get(name), reader(subject)
        if name not in ORDERED:
            value = merge(declared, value, matches)
        if value is not None:
            shown[name] = value
    for name in ("wait", "waitTimeout", "start", "destroyGraceSeconds", "removeVolumes"):
        if name in subject.declared:
            shown[name] = subject.declared[name]
    return shown
