"""Sources of connections on AWS, as words: security groups, prefix lists and blocks of addresses.

Whether a block is a private one is for the host to say, which refuses what it does not take.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from .key import Form

_ID = re.compile(r"(sg|pl)-([0-9a-f]{8}|[0-9a-f]{17})")
_BLOCK = re.compile(r"[0-9A-Fa-f.:]+/[0-9]{1,3}")


def by_name(sources: Sequence[str]) -> dict[str, str]:
    """The sources by a name that fits a resource, and that stays when another source comes or goes."""
    return {_name(each): each for each in sources}


def _name(source: str) -> str:
    """Raises ValueError for what is no source."""
    if _ID.fullmatch(source):
        return source
    if not _BLOCK.fullmatch(source):
        raise ValueError
    block = ipaddress.ip_network(source)
    if block.version == 4:
        return re.sub(r"[./]", "-", str(block))
    return f"{block.network_address.packed.hex()}-{block.prefixlen}"


def _read(text: str) -> tuple[str, ...]:
    found = tuple(text.split())
    if len(by_name(found)) != len(found):
        raise ValueError
    return found


SOURCES = Form("string", "sg-..., pl-... or blocks such as 10.20.0.0/16, each once, or nothing", _read, " ".join)
