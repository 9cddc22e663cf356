"""Sizes of memory and disk: read from what people write, printed as PostgreSQL reads them.

One rule: units are powers of 1024, however they are spelled. ``2GiB`` and ``2GB`` are the same number, because
PostgreSQL, timescaledb-tune and Docker all read ``2GB``/``2g`` that way. A number without a unit is refused: 2 could
be gigabytes to a reader and is bytes to Docker.
"""

from __future__ import annotations

import re

from .refusals import BadValue

KIB, MIB, GIB, TIB = 1024, 1024**2, 1024**3, 1024**4

_UNITS = {"kb": KIB, "kib": KIB, "mb": MIB, "mib": MIB, "gb": GIB, "gib": GIB, "tb": TIB, "tib": TIB}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]i?B)\s*", re.IGNORECASE)


def parse_size(value: object, argument: str) -> int:
    """The bytes of a size such as ``"2GiB"``, ``"512MB"`` or ``"1.5GiB"``.

    Args:
        value: a text of a number and one of kB, MB, GB, TB, KiB, MiB, GiB, TiB (all powers of 1024).
        argument: the name to refuse with.

    Raises:
        BadValue: for a bare number, another unit, zero, or a fraction of a byte.
    """
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadValue(argument, "is not a size with a unit", 'write a text such as "2GiB" or "512MiB"')
    size = float(match.group(1)) * _UNITS[match.group(2).lower()]
    if size < 1 or not size.is_integer():
        raise BadValue(argument, "is not a whole number of bytes above zero", 'write a size such as "512MiB"')
    return int(size)


def postgres_size(size: float) -> str:
    """A number of bytes as PostgreSQL takes it in a setting: a whole number of kB, MB, GB or TB.

    Where the largest unit would leave a fraction the next smaller one is taken and the rest cut off; less than 1 kB
    is 1 kB. This is timescaledb-tune's rule (``BytesToPGFormat`` in ``internal/parse/parse.go``, 0.19.0), so that
    our settings can be compared with its output character by character.
    """
    for unit, name, smaller, smaller_name in (
        (TIB, "TB", GIB, "GB"),
        (GIB, "GB", MIB, "MB"),
        (MIB, "MB", KIB, "kB"),
    ):
        if size >= unit:
            count = size / unit
            # a fraction below 0.001 stays below one unit of the smaller kind or nearly so
            return f"{int(count)}{name}" if count - int(count) <= 0.001 else f"{int(size / smaller)}{smaller_name}"
    return f"{max(1, int(size / KIB + 0.5))}kB"
