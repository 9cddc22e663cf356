"""A point in time as a declaration gives it, in the one spelling that the server prints in UTC."""

from __future__ import annotations

from datetime import datetime, timezone

FOREVER = "infinity"


def moment(text: str) -> str:
    """``2027-01-01``, ``2027-01-01T12:00:00+02:00`` or ``infinity``; without a zone it is UTC. Raises ValueError."""
    text = text.strip()
    if text.lower() == FOREVER:
        return FOREVER
    # Python 3.10 reads neither the Z nor an offset in hours alone, which is how the server prints one
    text = text[:-1] + "+00:00" if text[-1:] in "Zz" else text
    if len(text) > 10 and text[-3:-2] in "+-" and text[-2:].isdigit():
        text += ":00"
    found = datetime.fromisoformat(text)
    found = found.replace(tzinfo=timezone.utc) if found.tzinfo is None else found.astimezone(timezone.utc)
    fraction = f".{found.microsecond:06d}".rstrip("0") if found.microsecond else ""
    return f"{found.isoformat(sep=' ', timespec='seconds')[:19]}{fraction}+00"
