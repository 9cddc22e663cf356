"""Prices that were read live and saved beside the program, so that its previews know them: a dated file a region.

``tsdb cost --refresh --save`` writes ``prices.<region>.json``; each price in it keeps its source and date. What is
small and not read live stays the table's (``prices.py``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from .price import Price
from .prices import Prices, basis, of_region
from .refused import CannotPrice


def file_of(folder: Path, region: str) -> Path:
    """Where the prices of a region are saved."""
    return folder / f"prices.{region}.json"


def prices(folder: Path, region: str) -> Prices:
    """The prices of a region, the saved ones before the table's.

    Raises:
        CannotPrice: for a region that has neither, or a file that is not what was saved.
    """
    return known(folder, region) if file_of(folder, region).exists() else of_region(region)


def known(folder: Path, region: str) -> Prices:
    """The same; in a region that has neither what the table's others lend, to be read live."""
    path = file_of(folder, region)
    if not path.exists():
        return basis(region)
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        table, hourly = ({name: _price(each) for name, each in said[part].items()} for part in ("table", "hourly"))
        spot = {name: (_price(average), _price(most)) for name, (average, most) in said["spot"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, InvalidOperation):
        raise CannotPrice(
            "region",
            f'"{region}" has a file {path.name} that cannot be read',
            "remove it, and write it anew with tsdb cost --refresh --save",
        ) from None
    return basis(region).with_live(table, hourly, spot)


def save(folder: Path, found: Prices) -> Path:
    """Save what differs from the table, and say where; raises OSError."""
    old = basis(found.region)
    document = {
        "hourly": {name: _text(each) for name, each in found.hourly.items() if old.hourly.get(name) != each},
        "spot": {name: [_text(each) for each in both] for name, both in found.spot.items()},
        "table": {name: _text(each) for name, each in found.table.items() if old.table.get(name) != each},
    }
    path = file_of(folder, found.region)
    path.write_text(json.dumps(document, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return path


def _text(price: Price) -> dict[str, str]:
    return {name: str(value) for name, value in vars(price).items()}


def _price(said: Mapping[str, Any]) -> Price:
    amount, free = Decimal(said["amount"]), Decimal(said["free"])
    date.fromisoformat(said["date"])
    if not (amount.is_finite() and amount >= 0 and free.is_finite() and said["source"].strip()):
        raise ValueError("no price")
    return Price(amount, str(said["unit"]), said["source"], said["date"], free)
