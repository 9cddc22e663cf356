"""A plain run takes each test on one drawn edition; `make editions` takes all of them on both."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what no other target takes."""
    for item in items:
        taken = any(item.get_closest_marker(name) for name in ("sample", "one_edition"))
        if Path(__file__).parent in item.path.parents and not taken:
            item.add_marker(pytest.mark.one_edition("editions", each=True))
