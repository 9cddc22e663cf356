"""Units of a container's inputs: megabytes, processors, durations."""

from __future__ import annotations

import re

MB = 1024 * 1024
NANO = 1_000_000_000
_NANOSECONDS = {"h": 3600 * NANO, "m": 60 * NANO, "s": NANO, "ms": 1_000_000, "us": 1_000, "µs": 1_000, "ns": 1}


def nanoseconds(duration: str | None) -> int:
    """A duration such as `1m30s` or `500ms` in nanoseconds; 0 for none.

    Raises:
        ValueError: not a duration.
    """
    if not duration or duration == "0":
        return 0
    if not re.fullmatch(r"(\d+(\.\d+)?(h|ms|us|µs|ns|m|s))+", duration):
        raise ValueError(f"{duration!r} is not a duration such as 5s, 1m30s or 500ms")
    parts = re.findall(r"(\d+(?:\.\d+)?)(h|ms|us|µs|ns|m|s)", duration)
    return int(sum(float(number) * _NANOSECONDS[unit] for number, unit in parts))


def duration(value: int | None) -> str:
    """Nanoseconds as a duration in the largest unit that divides them."""
    for unit in ("h", "m", "s", "ms", "us", "ns"):
        if value and value % _NANOSECONDS[unit] == 0:
            return f"{value // _NANOSECONDS[unit]}{unit}"
    return "0s"


def nano_cpus(cpus: str | float | None) -> int:
    """Processors (`"1.5"`) in the engine's unit."""
    return round(float(cpus) * NANO) if cpus else 0


def cpus(nano: int) -> str:
    """The engine's processors as declared: `"2"`, `"1.5"`."""
    return f"{nano / NANO:g}"
