"""Waiting for a started container."""

from __future__ import annotations

import time
from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.docker.engine import Engine
from tools.engine.plugins.docker.errors import PluginError

TIMEOUT = 60
"""Seconds that `wait` takes at most when waitTimeout is not declared; the official provider's default."""
LINES = 8
"""Log lines shown of a container that did not become ready."""
SETTLE = 0.3
"""Seconds after which a container that must run is looked at once more, to catch one that ends at once."""


def wait(engine: Engine, identifier: str, inputs: Props) -> None:
    """Return when the container is healthy (`wait`) or still runs after a moment (`mustRun`, the default).

    Raises:
        PluginError: it ended or did not become healthy in time; with its last log lines.
    """
    name = inputs["name"]
    if inputs.get("start") is False:
        return
    if not inputs.get("wait"):
        if inputs.get("mustRun") is not False and not inputs.get("rm"):
            time.sleep(SETTLE)
            after = engine.api.inspect_container(identifier)["State"]
            if not after["Running"]:
                raise PluginError(
                    f"container {name!r} ended at once with code {after['ExitCode']}{logs(engine, identifier)}"
                )
        return
    limit = int(inputs.get("waitTimeout") or TIMEOUT)
    until = time.monotonic() + limit
    while True:
        state: dict[str, Any] = engine.api.inspect_container(identifier)["State"]
        health = (state.get("Health") or {}).get("Status")
        if health == "healthy":
            return
        if not state["Running"] and not state.get("Restarting"):
            raise PluginError(
                f"container {name!r} ended with code {state['ExitCode']} before it was healthy"
                f"{logs(engine, identifier)}"
            )
        if health is None:
            raise PluginError(f"container {name!r} has no health check to wait for: declare healthcheck or drop wait")
        if time.monotonic() >= until:
            raise PluginError(f"container {name!r} is {health} after {limit} s{logs(engine, identifier)}")
        if engine.cancelled.wait(0.2):
            raise PluginError(f"container {name!r} is {health}: cancelled, and the next `pulumi up` waits again")


def problem(state: dict[str, Any], declared: Props) -> str:
    """Why a running container that is to be waited for is not ready; empty when it is (standing still is drift)."""
    health = (state.get("Health") or {}).get("Status")
    runs = state["Running"] and not state.get("Paused") and not state.get("Restarting")
    if not declared.get("wait") or not runs or health in (None, "healthy"):
        return ""
    return f"container {declared['name']!r} is {health}: see its log, `pulumi up` waits for it"


def logs(engine: Engine, identifier: str) -> str:
    """The last log lines as the end of a sentence."""
    text = engine.api.logs(identifier, tail=LINES).decode(errors="replace")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return f"; its last log lines: {' | '.join(lines)}" if lines else "; it logged nothing"
