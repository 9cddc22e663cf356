"""What a user declares of a view (PostgreSQL manual: CREATE VIEW, Rules and Privileges)."""

from __future__ import annotations

from dataclasses import dataclass

CHECK_OPTIONS = ("none", "local", "cascaded")


@dataclass(frozen=True)
class View:
    """query: the SELECT. security_barrier: whether conditions of a reader run after the view's own, so that none can
    look at rows it hides. security_invoker: whether it reads with the reader's rights and not its owner's.
    check_option: whether rows written through it must be visible in it. None where not managed."""

    query: str
    security_barrier: bool = True
    security_invoker: bool | None = None
    check_option: str | None = None
    owner: str | None = None
