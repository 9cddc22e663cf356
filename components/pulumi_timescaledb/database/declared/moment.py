"""A point in time as a declaration gives it, and in the one spelling that the server prints in UTC."""

from __future__ import annotations

import re
from datetime import datetime, timezone

FOREVER = "infinity"


def parsed(text: str) -> datetime:
    """ISO 8601 as every Python of ours reads it, with a zone only if one is given. Raises ValueError."""
    # Python 3.10 reads neither the Z, nor an offset in hours alone (the server prints one), nor just any fraction
    text = re.sub(r"[zZ]\Z", "+00:00", text.strip())
    if len(text) > len("2027-01-01"):
        text = re.sub(r"([+-]\d\d)\Z", r"\1:00", text)
    text = re.sub(r"\.(\d{1,6})(?!\d)", lambda found: "." + found[1].ljust(6, "0"), text)
    return datetime.fromisoformat(text)


def moment(text: str) -> str:
    """``2027-01-01``, ``2027-01-01T12:00:00+02:00`` or ``infinity``; without a zone it is UTC. Raises ValueError."""
    if text.strip().lower() == FOREVER:
        return FOREVER
    found = parsed(text)
    found = found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
    fraction = f".{found.microsecond:06d}".rstrip("0") if found.microsecond else ""
    return f"{found.isoformat(sep=' ', timespec='seconds')[:19]}{fraction}+00"
