"""Take a connection string out of this process's command line, as ``ps`` shows it to every user of the machine.

Only Linux says where the arguments lie (proc(5): fields 48 and 49 of /proc/self/stat, arg_start and arg_end);
elsewhere nothing is done. For the moment between the start and this call the string was visible, so the help says to
give passwords another way.
"""

from __future__ import annotations

import ctypes
from pathlib import Path

_ARG_START, _ARG_END = 48 - 3, 49 - 3  # counted from the third field, which follows the name in parentheses


def hide(text: str) -> bool:
    """Overwrite each occurrence with x; whether one was found."""
    wanted = text.encode(errors="surrogateescape")
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        start, end = int(fields[_ARG_START]), int(fields[_ARG_END])
    except (OSError, ValueError, IndexError):
        return False
    if not wanted or not 0 < start < end:  # a kernel may show zeros to a process it does not trust
        return False
    line = ctypes.string_at(start, end - start)
    at, found = line.find(wanted), False
    while at >= 0:
        ctypes.memset(start + at, ord("x"), len(wanted))
        found = True
        at = line.find(wanted, at + len(wanted))
    return found
