"""The output folder: it comes to be whole, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ...errors import Refusal


def refuse(folder: Path) -> None:
    """Refuse a folder that exists, or whose parent does not; nothing of anybody's is written over."""
    if folder.exists() or folder.is_symlink():
        raise Refusal(f"{folder} exists already; name a folder that does not, and nothing of yours is written over")
    if not folder.absolute().parent.is_dir():
        raise Refusal(f"{folder.absolute().parent} is no folder to make {folder.name} in; create it first")


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write the files beside, then give the folder its name."""
    refuse(folder)
    parent = folder.absolute().parent
    try:
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=parent))
    except OSError as error:
        raise Refusal(f"{parent} cannot be written to ({error.strerror}); name another folder") from None
    try:
        for name, text in files.items():
            (beside / name).parent.mkdir(parents=True, exist_ok=True)
            (beside / name).write_text(text, encoding="utf-8", newline="\n")
        beside.chmod(0o777 & ~_mask())
        beside.rename(folder)
    except OSError as error:
        raise Refusal(f"{folder} cannot be written ({error.strerror}); name another folder") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _mask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
