"""Prices that were read live and saved: previews and commands read them before the table's.

Not proved here: what AWS asks (tests/unit/cli/test_cost.py has its answers).
"""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from pulumi_timescaledb.cli.cost import live
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cost import saved
from pulumi_timescaledb.cost.price import Price
from pulumi_timescaledb.cost.prices import Prices, basis, elsewhere, of_region
from pulumi_timescaledb.cost.refused import CannotPrice
from typer.testing import CliRunner

HERE = "eu-central-1"
LIVE = Price(Decimal("0.0192"), "hour", "Price List API, AmazonEC2, t4g.small", "2026-11-21")
DISK = Price(Decimal("0.0952"), "GB-month", "Price List API, AmazonEC2, EBS:VolumeUsage.gp3", "2026-11-21")


def found(region: str = HERE) -> Prices:
    """Prices that were read live."""
    spot = {"t4g.small": (replace(LIVE, amount=Decimal("0.006")), replace(LIVE, amount=Decimal("0.007")))}
    return basis(region).with_live({"volume": DISK}, {"t4g.small": LIVE}, spot)


@pytest.mark.parametrize("region", [HERE, "us-east-1"])
def test_what_was_saved_is_what_is_read(tmp_path: Path, region: str) -> None:
    """Amounts, sources and dates; in a region of the table, too, before its own."""
    assert saved.save(tmp_path, found(region)) == tmp_path / f"prices.{region}.json"
    assert saved.prices(tmp_path, region) == saved.known(tmp_path, region) == found(region)


def test_only_what_was_read_live_is_saved(tmp_path: Path) -> None:
    """A younger table must not be held up by a copy of the older one."""
    written = json.loads(saved.save(tmp_path, found("us-east-1")).read_text())
    assert {part: list(each) for part, each in written.items()} == {
        "hourly": ["t4g.small"],
        "spot": ["t4g.small"],
        "table": ["volume"],
    }
    assert written["table"]["volume"]["source"].startswith("Price List API")


def test_without_a_file_the_table_decides(tmp_path: Path) -> None:
    """And a region of neither is refused, but where it is about to be read."""
    assert saved.prices(tmp_path, "us-east-1") == of_region("us-east-1")
    with pytest.raises(CannotPrice, match=f'region "{HERE}" has no prices in the table'):
        saved.prices(tmp_path, HERE)
    assert saved.known(tmp_path, HERE) == elsewhere(HERE)


def test_a_type_that_was_not_read_is_refused(tmp_path: Path) -> None:
    """With what to type."""
    saved.save(tmp_path, found())
    with pytest.raises(CannotPrice, match=r"t4g\.medium.* has no price in eu-central-1; read it with tsdb cost --refr"):
        saved.prices(tmp_path, HERE).instance("t4g.medium")


def spoiled(**changes: str) -> str:
    """A file with one price that is not right."""
    price = {"amount": "0.08", "date": "2026-11-21", "free": "0", "source": "x", "unit": "GB-month", **changes}
    return json.dumps({"hourly": {}, "spot": {}, "table": {"volume": price}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"hourly": {}, "spot": {"t4g.small": []}, "table": {}}',
        spoiled(amount="cheap"),
        spoiled(amount="-1"),
        spoiled(amount="NaN"),
        spoiled(date="yesterday"),
        spoiled(source=" "),
        spoiled(free="Infinity"),
    ],
)
def test_a_file_that_is_not_what_was_saved_is_refused(tmp_path: Path, text: str) -> None:
    """A price without source or date is a rumour, whoever wrote it down."""
    (tmp_path / f"prices.{HERE}.json").write_text(text)
    with pytest.raises(CannotPrice) as refused:
        saved.prices(tmp_path, HERE)
    assert str(refused.value) == (
        f'region "{HERE}" has a file prices.{HERE}.json that cannot be read; remove it, and write it anew with '
        "tsdb cost --refresh --save"
    )


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one stack abroad, and AWS that answers."""
    config = {"target": "ec2", "region": HERE, "instance_type": "t4g.small", "market": "on-demand"}
    content = {"config": {f"lighthouse:{key}": value for key, value in config.items()}}
    (tmp_path / "Pulumi.abroad.yaml").write_text(yaml.safe_dump(content))

    def prices(*_: Any, known: Prices) -> Prices:
        return known.with_live({"volume": DISK}, {"t4g.small": LIVE}, {})

    monkeypatch.setattr(live, "clients", lambda region: (None, None))
    monkeypatch.setattr(live, "prices", prices)
    return tmp_path


def cost(folder: Path, *options: str) -> Any:
    """What the command says."""
    return CliRunner().invoke(app, ["cost", "--stack", "abroad", "--cwd", str(folder), *options])


def test_the_command_saves_what_it_read_and_reads_it_again(folder: Path) -> None:
    """Until then the region is refused, and reading without saving leaves nothing behind."""
    assert f'region "{HERE}" has no prices' in cost(folder).stderr
    assert cost(folder, "--refresh").exit_code == 0
    assert not list(folder.glob("prices.*"))
    first = cost(folder, "--refresh", "--save", "--json")
    assert first.exit_code == 0
    assert f"prices saved in {folder}/prices.{HERE}.json" in first.stderr
    assert json.loads(cost(folder, "--json").stdout) == json.loads(first.stdout)


def test_another_type_is_saved_beside_the_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read once stays known."""
    cost(folder, "--refresh", "--save")
    monkeypatch.setattr(live, "prices", lambda *_, known: known.with_live({}, {"t4g.medium": LIVE}, {}))
    assert cost(folder, "--instance-type", "t4g.medium", "--refresh", "--save").exit_code == 0
    assert set(saved.prices(folder, HERE).hourly) == {"t4g.small", "t4g.medium"}


def test_what_cannot_be_saved_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without anything to save, or where nothing can be written."""
    assert "--save keeps what --refresh read; give both" in cost(folder, "--save").stderr

    def full(self: Path, *_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    refused = cost(folder, "--refresh", "--save")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "cannot be saved" in refused.stderr
    assert "(No space left on device)" in refused.stderr
