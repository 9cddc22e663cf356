"""The engine's request to create a container, from its inputs."""

from __future__ import annotations

from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.docker.container.units import MB, nano_cpus, nanoseconds
from tools.engine.plugins.docker.resource import labels_of


def limits(inputs: Props) -> Props:
    """What `docker update` takes too: memory, processors, restart policy.

    Swap that is not declared is twice the memory, the engine's own default; it is always sent, because the engine
    refuses a
    memory limit above the swap limit that an earlier one left behind.
    """
    memory = inputs.get("memory", 0) * MB
    swap = inputs.get("memorySwap")
    return {
        "Memory": memory,
        "MemorySwap": (swap if swap == -1 else swap * MB) if swap is not None else 2 * memory,
        "NanoCpus": nano_cpus(inputs.get("cpus")),
        "CpuShares": inputs.get("cpuShares", 0),
        "RestartPolicy": {
            "Name": inputs.get("restart", "no"),
            "MaximumRetryCount": inputs.get("maxRetryCount", 0),
        },
    }


def body(inputs: Props) -> Props:
    """The whole request; what is not declared is left to the image and the engine."""
    ports = [(f"{one['internal']}/{one.get('protocol', 'tcp')}", one) for one in inputs.get("ports") or []]
    bindings: dict[str, list[Props]] = {}
    for key, one in ports:
        external = str(one["external"]) if one.get("external") else ""
        bindings.setdefault(key, []).append({"HostIp": one.get("ip", "0.0.0.0"), "HostPort": external})  # noqa: S104
    first = next(iter(inputs.get("networksAdvanced") or []), None)
    capabilities = inputs.get("capabilities") or {}
    host: Props = {
        **limits(inputs),
        "Binds": [bind(one) for one in inputs.get("volumes") or []],
        "Mounts": [mount(one) for one in inputs.get("mounts") or []],
        "PortBindings": bindings,
        "NetworkMode": inputs.get("networkMode") or (first["name"] if first else "default"),
        "ShmSize": inputs["shmSize"] * MB if "shmSize" in inputs else None,
        "LogConfig": {"Type": inputs.get("logDriver", ""), "Config": inputs.get("logOpts") or {}},
        "CapAdd": capabilities.get("adds"),
        "CapDrop": capabilities.get("drops"),
        "SecurityOpt": inputs.get("securityOpts"),
        "Ulimits": [
            {"Name": one["name"], "Soft": one["soft"], "Hard": one["hard"]} for one in inputs.get("ulimits") or []
        ],
        "ExtraHosts": [f"{one['host']}:{one['ip']}" for one in inputs.get("hosts") or []],
        "AutoRemove": inputs.get("rm", False),
        "Tmpfs": inputs.get("tmpfs"),
        "ReadonlyRootfs": inputs.get("readOnly", False),
        "GroupAdd": inputs.get("groupAdds"),
        "Init": inputs.get("init"),
        "Privileged": inputs.get("privileged", False),
        "Sysctls": inputs.get("sysctls"),
        "Dns": inputs.get("dns"),
    }
    request: Props = {
        "Image": inputs["image"],
        "Cmd": inputs.get("command"),
        "Entrypoint": inputs.get("entrypoints"),
        "Env": inputs.get("envs"),
        "Labels": labels_of(inputs),
        "Hostname": inputs.get("hostname"),
        "User": inputs.get("user"),
        "WorkingDir": inputs.get("workingDir"),
        "StopSignal": inputs.get("stopSignal"),
        "StopTimeout": inputs.get("stopTimeout"),
        "Healthcheck": health(inputs["healthcheck"]) if "healthcheck" in inputs else None,
        "ExposedPorts": {key: {} for key, _ in ports},
        "HostConfig": _without_none(host),
    }
    if first:
        request["NetworkingConfig"] = {"EndpointsConfig": {first["name"]: endpoint(first)}}
    return _without_none(request)


def bind(volume: Props) -> str:
    """A volume or host path in the engine's `source:target[:ro]` form."""
    source = volume.get("volumeName") or volume.get("hostPath") or ""
    return f"{source}:{volume['containerPath']}{':ro' if volume.get('readOnly') else ''}"


def mount(one: Props) -> Props:
    """A mount as the engine takes it."""
    return {
        "Target": one["target"],
        "Source": one.get("source", ""),
        "Type": one["type"],
        "ReadOnly": one.get("readOnly", False),
    }


def endpoint(network: Props) -> Props:
    """How a container joins a network."""
    addresses = {"IPv4Address": network.get("ipv4Address"), "IPv6Address": network.get("ipv6Address")}
    return {"Aliases": network.get("aliases") or [], "IPAMConfig": _without_none(addresses) or None}


def health(check: Props) -> Props:
    """A health check as the engine takes it; durations in nanoseconds."""
    return {
        "Test": check["tests"],
        "Interval": nanoseconds(check.get("interval")),
        "Timeout": nanoseconds(check.get("timeout")),
        "StartPeriod": nanoseconds(check.get("startPeriod")),
        "Retries": check.get("retries", 0),
    }


def _without_none(values: dict[str, Any]) -> Props:
    return {key: value for key, value in values.items() if value is not None}
