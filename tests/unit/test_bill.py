"""A stack's settings as a workload: what is counted, and that Lighthouse's own stacks cost what the page says.

Not proved here: that the host makes just these alarms and metrics (tests/mocks), nor the prices themselves.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb import bill
from pulumi_timescaledb.cli.cost import stack_file
from pulumi_timescaledb.cost.model import estimate
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.settings import Ec2

ROOT = Path(__file__).parents[2]


def settings(**config: str) -> tuple[Ec2, str | None]:
    """Defaults with some keys set."""
    return stack_file.of_config({f"lighthouse:{name}": value for name, value in config.items()})


def test_development_counts_the_free_ten() -> None:
    """Ten alarms, ten metrics, no composite, a parameter, a week of snapshots."""
    found = bill.workload(*stack_file.read(ROOT, "dev"))
    counted = (found.alarms, found.metrics, found.composite_alarms, found.dashboards)
    assert (found.instance_type, found.market, found.store, counted) == ("t4g.micro", "spot", "ssm", (10, 10, 0, 0))
    assert (found.backup_days, found.archive_days) == (7, 0)


def test_production_counts_everything() -> None:
    """All alarms, two composites, a secret and a dashboard."""
    found = bill.workload(*stack_file.read(ROOT, "prod"))
    counted = (found.alarms, found.metrics, found.composite_alarms, found.dashboards)
    assert (found.store, found.archive_days, counted) == ("secretsmanager", 30, (39, 20, 2, 1))


def test_both_stacks_quote_their_published_figure() -> None:
    """3.54 and 23.06, beside our own totals, which are higher."""
    dev, prod = (bill.estimate(*stack_file.read(ROOT, stack)) for stack in ("dev", "prod"))
    assert (str(dev.quoted.monthly), str(prod.quoted.monthly)) == ("3.54", "23.06")
    assert dev.after_free.low > dev.quoted.monthly
    assert prod.after_free.low > prod.quoted.monthly


@pytest.mark.parametrize(
    ("config", "attribute", "value"),
    [
        ({"alarms": "none"}, "alarms", 0),
        ({"alarms": "none"}, "composite_alarms", 0),
        ({"alarms": "all"}, "composite_alarms", 2),
        ({"dashboard": "true"}, "dashboards", 1),
        ({"password_ref": "file:.local/password"}, "store", "none"),
        ({"password_ref": ""}, "store", "none"),
        ({"egress": "endpoints"}, "egress", "endpoints"),
    ],
)
def test_a_setting_changes_what_is_counted(config: dict[str, str], attribute: str, value: Any) -> None:
    """One key, one attribute."""
    assert getattr(bill.workload(*settings(**config)), attribute) == value


def test_a_change_counts_with_all_it_brings() -> None:
    """Another market has other alarms and metrics."""
    found = bill.workload(*settings(alarms="all"), changes={"market": "on-demand", "transfer_gb": Decimal(200)})
    assert (found.market, found.archive_days, found.alarms, found.metrics) == ("on-demand", 0, 34, 20)
    assert estimate(found).listed.high > 0
    archived = bill.workload(*settings(alarms="all"), changes={"market": "on-demand", "archive_days": 7})
    assert (archived.archive_days, archived.alarms) == (7, 39)


def test_a_type_that_is_none_is_refused() -> None:
    """The stack's file may hold any text of the right form."""
    with pytest.raises(Refusal, match=r"instance_type is 't4g\.huge', which is not in the table"):
        bill.workload(*settings(instance_type="t4g.huge"))
    with pytest.raises(Refusal, match="market is not one of the known words"):
        bill.workload(*settings(), changes={"market": "auction"})
