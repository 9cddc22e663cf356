"""The server loop of a plugin: listen, print the port, end at once when told."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import FrameType

import grpc

from tools.engine.common.parent import exit_with_parent

MESSAGE_BYTES = 400 * 1024 * 1024
"""Largest message in bytes; the engine's own limit, so that a large state never fails here first."""


def serve(register: Callable[[grpc.Server], None], ending: Callable[[], None] | None = None, workers: int = 16) -> None:
    """Serve until SIGINT, SIGTERM or the engine's end.

    The port goes to stdout first, as the engine expects.  The process leaves without waiting for calls in flight: a
    plugin that lingers on SIGINT costs every Pulumi command ten seconds.

    Args:
        register: adds the servicer to the server.
        ending: called once before the process ends, for example to stop a child.
        workers: calls served at the same time.
    """
    stop = ending or (lambda: None)
    exit_with_parent(before=stop)
    server = grpc.server(
        ThreadPoolExecutor(max_workers=workers),
        options=[
            ("grpc.max_receive_message_length", MESSAGE_BYTES),
            ("grpc.max_send_message_length", MESSAGE_BYTES),
            ("grpc.so_reuseport", 0),
        ],
    )
    register(server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    ended = threading.Event()

    def leave(number: int, frame: FrameType | None) -> None:
        ended.set()

    signal.signal(signal.SIGINT, leave)
    signal.signal(signal.SIGTERM, leave)
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    ended.wait()
    stop()
    sys.stdout.flush()
    os._exit(0)
