"""Ports for what a test starts."""

from __future__ import annotations

import random

from tools.local import configuration


def free_port() -> int:
    """A port on 127.0.0.1 that nobody listens on, below the range from which the kernel serves clients (32768 on)."""
    return next(port for port in random.sample(range(20000, 32000), 200) if configuration.is_free(port))
