"""How much shared memory a container must be allowed."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .overrides import size_of
from .sizes import MIB

_FLOOR_MIB = 256


def shared_memory_mib(settings: Mapping[str, str]) -> int:
    """MiB of /dev/shm, where parallel queries exchange rows: at least 256, and work_mem for every parallel worker.

    Docker's 64 MB ends queries with "could not resize shared memory segment". It is a bound, nothing is reserved.

    Args:
        settings: values by name, as :func:`~.parameters.values` gives them.
    """
    work = size_of(settings["work_mem"], 1024) or 0
    workers = int(settings["max_parallel_workers"]) if settings["max_parallel_workers"].isdigit() else 0
    return max(_FLOOR_MIB, math.ceil(work * workers / MIB))
