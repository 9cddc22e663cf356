"""A port forwarded to another of this machine, until the process is ended."""

from __future__ import annotations

import asyncio
import contextlib

LOOPBACK = "127.0.0.1"


def serve(local: int, behind: int) -> None:
    """Listen on one loopback port and pass everything to another.

    Raises:
        OSError: the port is in use.
    """
    asyncio.run(_serve(local, behind))


async def _serve(local: int, behind: int) -> None:
    async def both(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        try:
            far, there = await asyncio.open_connection(LOOPBACK, behind)
        except OSError:
            back.close()
            return
        await asyncio.gather(_copy(near, there), _copy(far, back))

    server = await asyncio.start_server(both, LOOPBACK, local)
    async with server:
        await server.serve_forever()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):  # an end that went away ends the other one
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
