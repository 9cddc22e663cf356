"""``tsdb cost``: what it prints, its exit codes, and live prices against botocore's own stubs.

Not proved here: that AWS answers so today. The stubs check each request against the API's model, and the answers are
written in the form that the Price List documents.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from pulumi_timescaledb.cli.cost import live
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.cost import price_list
from pulumi_timescaledb.cost.model import estimate
from pulumi_timescaledb.cost.workload import Workload
from pulumi_timescaledb.errors import Failed, Unreachable
from typer.testing import CliRunner, Result

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 11, 21, tzinfo=timezone.utc)
KEYS = {"aws_access_key_id": "x", "aws_secret_access_key": "y"}
SPOT = Workload("us-east-1", "t4g.micro", "spot", 20)
# how AWS's own answers look, cut to what is read: a region's prefix stands before the usage type
USAGE = {name: f"EUC1-{usage}" for name, (_, usage, _) in price_list.STORAGE.items()}
LIVE = {"volume": "0.0952", "volume_iops": "0.006", "volume_throughput": "48.84", "snapshot": "0.054"}


def cost(*arguments: str, cwd: Path = ROOT) -> Result:
    """The command's result."""
    return CliRunner().invoke(app, ["cost", "--cwd", str(cwd), *arguments])


def product(amount: str, usage: str = "BoxUsage:t4g.micro") -> str:
    """One product of a Price List answer."""
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": amount}}
    terms = {"OnDemand": {"A.B": {"priceDimensions": {"A.B.C": dimension}}}}
    return json.dumps({"product": {"attributes": {"usagetype": usage}}, "terms": terms})


@pytest.fixture
def clients() -> Iterator[tuple[Any, Any, Stubber, Stubber]]:
    """Stubbed clients; every queued answer must be asked for."""
    pricing = boto3.client("pricing", region_name="us-east-1", **KEYS)
    ec2 = boto3.client("ec2", region_name="eu-central-1", **KEYS)
    with Stubber(pricing) as one, Stubber(ec2) as two:
        yield pricing, ec2, one, two
        one.assert_no_pending_responses()
        two.assert_no_pending_responses()


def queue_prices(stub: Stubber, region: str) -> None:
    """Answers for an instance, in two pages, and for what a disk costs."""
    asked = {"ServiceCode": "AmazonEC2", "Filters": price_list.instance_filters(region, "t4g.micro")}
    stub.add_response("get_products", {"PriceList": [], "NextToken": "more"}, asked)
    stub.add_response("get_products", {"PriceList": [product("0.0096")]}, {**asked, "NextToken": "more"})
    for name, amount in LIVE.items():
        other = product("9.99", "EUC1-EBS:Something.else")
        asked = {"ServiceCode": "AmazonEC2", "Filters": price_list.storage_filters(region, name)}
        stub.add_response("get_products", {"PriceList": [other, product(amount, USAGE[name])]}, asked)


def queue_spot(stub: Stubber, *prices: str) -> None:
    """A history of spot prices."""
    asked = {
        "InstanceTypes": ["t4g.micro"],
        "ProductDescriptions": ["Linux/UNIX"],
        "StartTime": datetime(2026, 11, 14, tzinfo=timezone.utc),
        "EndTime": NOW,
    }
    stub.add_response("describe_spot_price_history", {"SpotPriceHistory": [{"SpotPrice": p} for p in prices]}, asked)


def test_live_prices_take_the_tables_place(clients: tuple[Any, Any, Stubber, Stubber]) -> None:
    """Instance, disk and snapshot of a region that the table does not know; what is small stays us-east-1's."""
    pricing, ec2, one, two = clients
    queue_prices(one, "eu-central-1")
    queue_spot(two, "0.0030", "0.0050", "0.0034")
    workload = Workload("eu-central-1", "t4g.micro", "spot", 20)
    found = live.prices(workload, pricing, ec2, NOW)
    assert found.instance("t4g.micro").amount == Decimal("0.0096")
    assert {name: str(found.of(name).amount) for name in ("volume", "volume_iops", "snapshot")} == {
        "volume": "0.0952",
        "volume_iops": "0.006",
        "snapshot": "0.054",
    }
    assert found.of("volume_throughput").amount == Decimal("48.84") / 1024
    assert [str(each.amount) for each in found.spot["t4g.micro"]] == ["0.003800", "0.0050"]
    assert found.of("volume").date == "2026-11-21"
    assert found.of("alarm").source.endswith("(of us-east-1)")
    month = estimate(workload, found)
    assert (month.items[0].listed.low, month.items[0].listed.high) == (Decimal("2.774000"), Decimal("3.6500"))


def test_a_host_on_demand_asks_for_no_spot_price(clients: tuple[Any, Any, Stubber, Stubber]) -> None:
    """And keeps free quantities of the table."""
    pricing, ec2, one, _ = clients
    queue_prices(one, "us-east-1")
    found = live.prices(Workload("us-east-1", "t4g.micro", "on-demand", 20), pricing, ec2, NOW)
    assert found.spot == {}
    assert found.of("alarm").free == 10
    assert not found.of("alarm").source.endswith("(of us-east-1)")


def test_a_refusal_of_aws_is_one_sentence(clients: tuple[Any, Any, Stubber, Stubber]) -> None:
    """With its code, and what the caller needs."""
    pricing, ec2, one, _ = clients
    one.add_client_error("get_products", "AccessDeniedException", "not you")
    with pytest.raises(Unreachable, match=r"\(AccessDeniedException\); use credentials with pricing:GetProducts"):
        live.prices(SPOT, pricing, ec2, NOW)


def test_a_type_that_is_not_sold_on_spot_is_said(clients: tuple[Any, Any, Stubber, Stubber]) -> None:
    """An empty history."""
    pricing, ec2, one, two = clients
    queue_prices(one, "us-east-1")
    queue_spot(two)
    with pytest.raises(Failed, match=r"there is no spot price of .*; choose another type or region"):
        live.prices(SPOT, pricing, ec2, NOW)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ([], "gives no price for x"),
        ([product("0.0000")], "gives no price for x"),
        ([product("0.1"), product("0.2")], "gives 2 prices for x"),
        (["no JSON"], "cannot be read"),
        ([json.dumps({"product": {}})], "cannot be read"),
        ([json.dumps([])], "cannot be read"),
        ([product("a dollar")], "cannot be read"),
    ],
)
def test_another_answer_is_refused(answer: list[str], sentence: str) -> None:
    """A price is not guessed from several."""
    with pytest.raises(Failed, match=sentence):
        price_list.on_demand(answer, "x")


def test_the_same_price_twice_is_one() -> None:
    """AWS lists some products more than once."""
    assert price_list.on_demand([product("0.1"), product("0.1")], "x") == Decimal("0.1")


def test_without_boto3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is asked."""
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Failed, match=r"install pulumi-timescaledb\[aws\]"):
        live.clients("us-east-1")


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine without any credentials, and without a metadata service to ask."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return monkeypatch


def test_without_credentials_the_rights_are_named(nobody: pytest.MonkeyPatch) -> None:
    """The clients are made, and the first question fails before it leaves the machine."""
    pricing, ec2 = live.clients("eu-central-1")
    assert (pricing.meta.region_name, ec2.meta.region_name) == ("us-east-1", "eu-central-1")
    with pytest.raises(Unreachable, match=r"cannot be asked for prices .* use credentials with pricing:GetProducts"):
        live.prices(SPOT, pricing, ec2, NOW)


def test_a_profile_that_is_none_is_one_sentence(nobody: pytest.MonkeyPatch) -> None:
    """boto3 finds it out before there is a client."""
    nobody.setenv("AWS_PROFILE", "nobody-of-this-name")
    with pytest.raises(Unreachable, match=r"nobody-of-this-name.*configure credentials with pricing:GetProducts"):
        live.clients("us-east-1")


def test_refreshed_prices_are_shown(
    monkeypatch: pytest.MonkeyPatch, clients: tuple[Any, Any, Stubber, Stubber]
) -> None:
    """The command hands its clients' answers on."""
    pricing, ec2, one, two = clients
    queue_prices(one, "us-east-1")
    two.add_response(
        "describe_spot_price_history",
        {"SpotPriceHistory": [{"SpotPrice": "0.0042"}]},
        {"InstanceTypes": ANY, "ProductDescriptions": ANY, "StartTime": ANY, "EndTime": ANY},
    )
    monkeypatch.setattr(live, "clients", lambda region: (pricing, ec2))
    found = json.loads(cost("--stack", "dev", "--refresh", "--json").stdout)
    assert found["items"][0]["list"] == {"low": "3.07", "high": "3.07"}
    assert found["items"][1]["source"] == "Price List API, AmazonEC2, EBS:VolumeUsage.gp3"


def test_a_stack_is_printed_with_totals_and_ways_out() -> None:
    """And without any colour, since nobody sees it."""
    found = cost("--stack", "prod")
    assert found.exit_code == 0
    for text in ("t4g.small, on-demand, 100 GB", "root disk", "quoted by guides", "276.72", "endpoints", "chosen"):
        assert text in found.stdout
    assert "\x1b[" not in found.stdout


def test_two_stacks_stand_side_by_side() -> None:
    """Also for machines and for a pull request."""
    assert "0.61 to 1.84" in cost("--stack", "dev", "--against", "prod").stdout
    assert set(json.loads(cost("--stack", "dev", "--against", "prod", "--json").stdout)) == {"dev", "prod"}
    assert "| USD a month | before | after |" in cost("--stack", "dev", "--against", "prod", "--markdown").stdout


def test_options_take_the_place_of_settings() -> None:
    """What would it cost if; without a stack over the defaults."""
    found = json.loads(
        cost(
            "-s", "dev", "--market", "on-demand", "--storage-gb", "500", "--instance-type", "t4g.medium", "--json"
        ).stdout
    )
    assert found["quoted_by_guides"] == {"monthly": "69.33", "yearly": "831.96"}
    assert json.loads(cost("--transfer-gb", "200", "--json").stdout)["workload"]["transfer_gb"] == "200"
    assert "| data volume, IOPS |" in cost("--iops", "4000", "--markdown").stdout


def test_what_an_instance_cannot_use_is_advised_against() -> None:
    """The most common waste."""
    assert "more than t4g.micro sustains" in cost("--storage-gb", "100", "--iops", "6000").stdout


def test_a_month_above_the_limit_ends_with_1() -> None:
    """For a pipeline."""
    assert cost("--stack", "prod", "--at-most", "1000").exit_code == 0
    above = cost("--stack", "prod", "--at-most", "10")
    assert above.exit_code == 1
    assert "a month is above --at-most 10" in above.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--stack", "nowhere"], "is not there; choose one of dev, "),
        (["--against", "prod"], "--against is the second stack; name the first with --stack"),
        (["--json", "--markdown"], "--json and --markdown are two forms; give one of them"),
        (["--region", "mars-north-1"], 'region "mars-north-1" has no prices in the table'),
        (["--instance-type", "t4g.tiny"], "instance_type is 't4g.tiny', which is not in the table"),
        (["--market", "auction"], "market is not one of the known words"),
        (["--storage-gb", "0"], "storage_gb is 0 GB, outside what gp3 takes"),
        (["--iops", "100000"], "iops is 100000 IOPS, outside what gp3 takes"),
        (["--throughput", "1000"], "throughput is 1000 MiB/s with 3000 IOPS; make iops at least 4000"),
        (["--egress", "vpn"], "egress is not one of the known words"),
        (["--transfer-gb", "-1"], "transfer_gb is -1, which is below zero"),
    ],
)
def test_a_wrong_question_ends_with_2_and_one_sentence(arguments: list[str], sentence: str) -> None:
    """On stderr, where a pipeline looks."""
    found = cost(*arguments)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert sentence in found.stderr
    assert found.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("config:\n  lighthouse:target: docker\n", "has target docker, which AWS bills nothing for"),
        ("config: [", "cannot be read"),
        ("config:\n", "holds no config"),
        ("nothing: here\n", "holds no config"),
        ("config:\n  lighthouse:target: ec2\n  lighthouse:storage_gb: many\n", "lighthouse:storage_gb is not right"),
    ],
)
def test_another_stack_file_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    """Whatever stands in it."""
    (tmp_path / "Pulumi.odd.yaml").write_text(text)
    found = cost("--stack", "odd", cwd=tmp_path)
    assert found.exit_code == 2
    assert sentence in found.stderr
