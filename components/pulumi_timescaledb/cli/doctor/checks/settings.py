"""Settings that differ from what timescaledb-tune computes for the memory and the CPUs that the user says."""

from __future__ import annotations

from collections.abc import Iterator

from ....server.sizes import parse_size
from ..facts import Facts
from ..finding import NOTE, WARNING, Finding
from ..machine import tuned
from ..reading.server import Setting

FAR = 2.0  # beyond this factor a setting for memory or workers is no matter of taste
CLOSE = 1.1
HEAVY = ("shared_buffers", "effective_cache_size", "work_mem", "maintenance_work_mem", "max_worker_processes",
         "timescaledb.max_background_workers", "max_connections", "max_locks_per_transaction")  # fmt: skip
_BYTES = {"B": 1, "kB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}


def findings(facts: Facts) -> Iterator[Finding]:
    """One for each setting that differs; a single note where there is nothing to compute from."""
    if facts.given.memory is None or facts.given.cpus is None:
        missing = " and ".join(
            name for name, value in (("--memory", facts.given.memory), ("--cpus", facts.given.cpus)) if value is None
        )
        what = f"not compared with tuned ones, because no statement reads the machine; {missing} not given"
        yield Finding(NOTE, "settings", what, "tsdb doctor --memory 8GiB --cpus 4, with the server's own numbers")
        return
    connections, workers = (_count(facts, name) for name in ("max_connections", "timescaledb.max_background_workers"))
    for name, wanted in tuned(facts.given, connections, workers).items():
        live = facts.settings.get(name)
        if live is not None:
            yield from _compared(name, live, wanted)


def _compared(name: str, live: Setting, wanted: str) -> Iterator[Finding]:
    found, right = amount(live), _wanted(wanted)
    if found is None or right is None:
        if live.value != wanted:
            yield Finding(NOTE, name, f"is {live.value}, tuned {wanted}", _remedy(name, live, wanted))
        return
    factor = max(found, right) / max(min(found, right), 1e-9)
    if factor > CLOSE:
        severity = WARNING if name in HEAVY and factor > FAR else NOTE
        yield Finding(severity, name, f"is {shown(live)}, tuned {wanted}", _remedy(name, live, wanted))


def amount(live: Setting) -> float | None:
    """A number, of bytes where the unit is one of size; None for a word."""
    try:
        value = float(live.value)
    except ValueError:
        return None
    count = live.unit.rstrip("BkMGT")
    scale = _BYTES.get(live.unit[len(count) :])
    return value if scale is None else value * scale * int(count or 1)


def shown(live: Setting) -> str:
    """As people write it."""
    found = amount(live)
    if found is None or found < 0 or live.unit.lstrip("0123456789") not in _BYTES:
        return f"{live.value}{f' {live.unit}' if live.unit else ''}"
    unit = next((each for each in ("GB", "MB", "kB") if found >= _BYTES[each] and found % _BYTES[each] == 0), "B")
    return f"{found / _BYTES[unit]:.0f}{unit}"


def _wanted(text: str) -> float | None:
    if text[-1] == "B":
        return float(parse_size(text, "tuned"))
    try:
        return float(text)
    except ValueError:
        return None


def _count(facts: Facts, name: str) -> int:
    live = facts.settings.get(name)
    return int(live.value) if live is not None and live.value.isdigit() else 0


def _remedy(name: str, live: Setting, wanted: str) -> str:
    if live.source == "command line":
        return f"{name}={wanted} where the server is started: its command line says otherwise"
    restart = ", and restart the server" if live.context == "postmaster" else "; SELECT pg_reload_conf()"
    return f"ALTER SYSTEM SET {name} = '{wanted}'{restart}"
