"""A network bridge of our own for our own Docker Engine, made by the kernel's calls (linux/sockios.h, netdevice(7)).

Two engines must not share `docker0`: they would give out the same addresses. And `--bridge none` is no way out: with it
a starting engine removes `docker0`, also under another engine that runs (seen with 20.10).
"""

from __future__ import annotations

import errno
import fcntl
import socket
import struct

_ADD, _DELETE, _SET_FLAGS = 0x89A0, 0x89A1, 0x8914  # SIOCBRADDBR, SIOCBRDELBR, SIOCSIFFLAGS


def make(name: str) -> None:
    """Make the bridge unless it exists; the engine gives it a free address range. Names hold 15 bytes.

    Raises:
        OSError: not permitted, or the kernel has no bridges.
    """
    try:
        _call(_ADD, name.encode() + b"\0")
    except OSError as error:
        if error.errno != errno.EEXIST:
            raise


def remove(name: str) -> None:
    """Remove the bridge; nothing happens when it is gone or something still hangs on it."""
    try:
        _call(_SET_FLAGS, struct.pack("16sH14x", name.encode(), 0))  # only a bridge that is down can go
        _call(_DELETE, name.encode() + b"\0")
    except OSError as error:
        if error.errno not in (errno.ENXIO, errno.ENODEV, errno.EBUSY):
            raise


def _call(number: int, argument: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, number, argument)
