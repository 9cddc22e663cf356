"""Readers of a live container's settings, and when a declared value means the same."""

from __future__ import annotations

from typing import Any

from tools.engine.plugins.docker.container.body import bind, health, mount
from tools.engine.plugins.docker.container.units import duration


def restart(subject: Any) -> Any:
    """Restart policy; the engine writes none as an empty name."""
    name = (subject.host.get("RestartPolicy") or {}).get("Name") or "no"
    return name if "restart" in subject.declared or name != "no" else None


def max_retry_count(subject: Any) -> Any:
    """Retries of the restart policy on-failure."""
    count = (subject.host.get("RestartPolicy") or {}).get("MaximumRetryCount") or 0
    return count if "maxRetryCount" in subject.declared or count else None


def same_signal(declared: str, live: str) -> bool:
    """SIGINT and INT are one signal."""
    return declared.upper().removeprefix("SIG") == live.upper().removeprefix("SIG")


def healthcheck(subject: Any) -> Any:
    """Health check, unless it is the image's own."""
    live = subject.config.get("Healthcheck")
    if not live or ("healthcheck" not in subject.declared and live == subject.of_image("Healthcheck")):
        return None
    shown = {"tests": live.get("Test") or []}
    names = {"Interval": "interval", "Timeout": "timeout", "StartPeriod": "startPeriod"}
    shown.update({ours: duration(live[theirs]) for theirs, ours in names.items() if live.get(theirs)})
    if live.get("Retries"):
        shown["retries"] = live["Retries"]
    return shown


def same_health(declared: dict[str, Any], live: dict[str, Any]) -> bool:
    """Durations are compared as time, not as text."""
    return health(declared) == health(live)


def volumes(subject: Any) -> Any:
    """Volumes and host paths given in `source:target` form."""
    shown = []
    for text in subject.host.get("Binds") or []:
        source, target, *rest = text.split(":")
        one: dict[str, Any] = {"hostPath" if source.startswith("/") else "volumeName": source, "containerPath": target}
        if "ro" in ",".join(rest).split(","):
            one["readOnly"] = True
        shown.append(one)
    return shown if shown or "volumes" in subject.declared else None


def same_volume(declared: dict[str, Any], live: dict[str, Any]) -> bool:
    """readOnly false is the default."""
    return bind(declared) == bind(live)


def mounts(subject: Any) -> Any:
    """Mounts given in the engine's long form."""
    shown = [
        {
            "target": one["Target"],
            "type": one["Type"],
            "source": one.get("Source", ""),
            "readOnly": bool(one.get("ReadOnly")),
        }
        for one in subject.host.get("Mounts") or []
    ]
    return shown if shown or "mounts" in subject.declared else None


def same_mount(declared: dict[str, Any], live: dict[str, Any]) -> bool:
    """readOnly false and an empty source are defaults."""
    return mount(declared) == mount(live)


def capabilities(subject: Any) -> Any:
    """Added and dropped capabilities."""
    adds, drops = subject.host.get("CapAdd") or [], subject.host.get("CapDrop") or []
    return {"adds": adds, "drops": drops} if adds or drops or "capabilities" in subject.declared else None


def same_capabilities(declared: dict[str, Any], live: dict[str, Any]) -> bool:
    """CAP_CHOWN and CHOWN are one capability; order does not matter."""
    return all(_names(declared.get(key)) == _names(live.get(key)) for key in ("adds", "drops"))


def ulimits(subject: Any) -> Any:
    """Limits of the container's processes."""
    shown = [
        {"name": one["Name"], "soft": one["Soft"], "hard": one["Hard"]} for one in subject.host.get("Ulimits") or []
    ]
    return shown if shown or "ulimits" in subject.declared else None


def hosts(subject: Any) -> Any:
    """Extra lines of the hosts file."""
    pairs = [text.split(":", 1) for text in subject.host.get("ExtraHosts") or []]
    shown = [{"host": name, "ip": address} for name, address in pairs]
    return shown if shown or "hosts" in subject.declared else None


def _names(values: list[str] | None) -> set[str]:
    return {value.upper().removeprefix("CAP_") for value in values or []}
