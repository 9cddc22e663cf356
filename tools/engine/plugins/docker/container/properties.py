"""The inputs of a container, and which of them change a running one.

In place: what `docker update` can do, and what only this plugin reads.  Everything else takes a new container, as
with the
official provider.
"""

from __future__ import annotations

from tools.engine.plugins.docker.resource import Property

_IN_PLACE = Property(replace=False)
_IN_PLACE_INTEGER = Property(replace=False, integer=True)
_NEW = Property()
# A limit of 0 in `docker update` means "leave it": only a new container has none.
_LIMIT = Property(replace=False, removable=False)
_LIMIT_INTEGER = Property(replace=False, removable=False, integer=True)

OURS = ("wait", "waitTimeout", "mustRun", "start", "destroyGraceSeconds", "removeVolumes")
"""Read by this plugin only; the engine knows nothing of them (mustRun: the running state)."""

PROPERTIES: dict[str, Property] = {
    "cpus": _LIMIT,
    **dict.fromkeys(("memory", "cpuShares"), _LIMIT_INTEGER),
    **dict.fromkeys(("restart", "wait", "mustRun", "start", "removeVolumes"), _IN_PLACE),
    **dict.fromkeys(("memorySwap", "maxRetryCount", "waitTimeout", "destroyGraceSeconds"), _IN_PLACE_INTEGER),
    **dict.fromkeys(
        (
            "name",
            "image",
            "command",
            "entrypoints",
            "envs",
            "networkMode",
            "stopSignal",
            "logDriver",
            "logOpts",
            "user",
            "securityOpts",
            "hostname",
            "rm",
            "tmpfs",
            "readOnly",
            "groupAdds",
            "init",
            "workingDir",
            "privileged",
            "sysctls",
            "dns",
        ),
        _NEW,
    ),
    **dict.fromkeys(("shmSize", "stopTimeout"), Property(integer=True)),
    "ports": Property(fields=frozenset({"internal", "external", "ip", "protocol"})),
    "volumes": Property(fields=frozenset({"volumeName", "hostPath", "containerPath", "readOnly"})),
    "mounts": Property(fields=frozenset({"target", "type", "source", "readOnly"})),
    "uploads": Property(
        fields=frozenset({"file", "source", "sourceHash", "content", "permissions", "executable", "owner", "group"})
    ),
    "networksAdvanced": Property(fields=frozenset({"name", "aliases", "ipv4Address", "ipv6Address"})),
    "healthcheck": Property(fields=frozenset({"tests", "interval", "timeout", "retries", "startPeriod"})),
    "labels": Property(fields=frozenset({"label", "value"})),
    "capabilities": Property(fields=frozenset({"adds", "drops"})),
    "ulimits": Property(fields=frozenset({"name", "soft", "hard"})),
    "hosts": Property(fields=frozenset({"host", "ip"})),
}

COMPUTED = frozenset({"networkDatas", "bridge", "containerLogs", "exitCode", "hostname", "ports"})
"""Outputs that only the engine knows."""
