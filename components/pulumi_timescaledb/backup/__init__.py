"""Backups on AWS: schedules and retention (values), and the components that make vault and archive bucket.

``backup.Vault`` and ``backup.Archive`` are loaded when first used (PEP 562), so that the pure part needs no Pulumi.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .archive import Archive
    from .args import ArchiveArgs, VaultArgs
    from .vault import Vault

__all__ = ["Archive", "ArchiveArgs", "Vault", "VaultArgs"]

_HOME = {"Archive": ".archive", "ArchiveArgs": ".args", "Vault": ".vault", "VaultArgs": ".args"}


def __getattr__(name: str) -> Any:
    """Load a public name from its home at first use."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name], __name__), name)
