"""`wait`: a container counts as done when it is healthy, and a person who gives up is not kept.

Does not prove how long a real server takes.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from typing import Any

from tests.engine.plugin.stack import Stack

SICK = {"tests": ["CMD", "/bin/false"], "interval": "200ms", "retries": 1}


def test_an_interrupted_wait_ends_at_once_and_the_next_up_waits_again(stack: Stack, client: Any) -> None:
    stack.declare(stack.box(healthcheck={**SICK, "start_period": "5m"}, wait=True, wait_timeout=80))
    program = shutil.which("pulumi", path=stack.environment["PATH"]) or "pulumi"
    command = [program, "up", "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]
    with subprocess.Popen(command, cwd=stack.folder, env=stack.environment, stdout=subprocess.DEVNULL) as running:
        end = time.monotonic() + 60
        while not client.containers.list(filters={"name": stack.key}, ignore_removed=True) and time.monotonic() < end:
            time.sleep(0.1)
        assert client.containers.list(filters={"name": stack.key}, ignore_removed=True)
        time.sleep(0.5)
        before = time.monotonic()
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=15) != 0
        assert time.monotonic() - before < 10
    assert stack.steps() == {"box": ("update", [])}
    stack.declare(stack.box(healthcheck={**SICK, "start_period": "5m"}, wait=True, wait_timeout=1))
    assert "after 1 s" in stack.refused()


def test_an_unhealthy_container_shows_in_the_preview(stack: Stack) -> None:
    stack.declare(stack.box(healthcheck=SICK, wait=True, wait_timeout=2))
    assert stack.key in stack.refused()
    assert stack.steps() == {"box": ("update", [])}
    stack.declare(stack.box(healthcheck={**SICK, "tests": ["CMD", "/bin/true"]}, wait=True, wait_timeout=10))
    stack.up()
    assert stack.steps() == {}
