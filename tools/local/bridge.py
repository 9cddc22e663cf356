"""A network bridge of our own for our own Docker Engine, made by the kernel's calls (linux/sockios.h, netdevice(7)).

Two engines must not share `docker0`: they would give out the same addresses. And `--bridge none` is no way out: with it
a starting engine removes `docker0`, also under another engine that runs (seen with 20.10).
"""

from __future__ import annotations

import errno
import fcntl
import ipaddress
import socket
import struct
from pathlib import Path

_ADD, _DELETE, _SET_FLAGS = 0x89A0, 0x89A1, 0x8914  # SIOCBRADDBR, SIOCBRDELBR, SIOCSIFFLAGS
_ROUTES = Path("/proc/thread-self/net/route")
Routes = dict[str, list[ipaddress.IPv4Network]]


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


def names(prefix: str) -> list[str]:
    """The interfaces whose name begins so."""
    return sorted(name for _, name in socket.if_nameindex() if name.startswith(prefix))


def rival(name: str, networks: Routes | None = None) -> str | None:
    """An interface that takes addresses of this bridge's own range from it; nothing behind the bridge answers then.

    A broader route takes nothing, as a private network's may be: the narrower one wins (RFC 1812, 5.2.4.3).

    Args:
        networks: which interface leads to which; those of this machine unless given.
    """
    networks = routes() if networks is None else networks
    for other, theirs in networks.items():
        if other != name and any(two.subnet_of(one) for one in networks.get(name, []) for two in theirs):
            return other
    return None


def routes() -> Routes:
    """Which interface leads to which networks, without default routes, from /proc (proc(5))."""
    found: Routes = {}
    for line in _ROUTES.read_text(encoding="ascii").splitlines()[1:]:
        words = line.split()
        to, mask = (ipaddress.IPv4Address(struct.unpack("<I", bytes.fromhex(words[n]))[0]) for n in (1, 7))
        if int(mask):
            found.setdefault(words[0], []).append(ipaddress.IPv4Network(f"{to}/{mask}"))
    return found


def _call(number: int, argument: bytes) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, number, argument)
