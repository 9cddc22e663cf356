"""The resource graphs of Lighthouse's program on AWS: ``__main__.py`` with the settings of the stacks dev and prod.

Not proved here: that AWS or its provider accepts the inputs (tests/engine/aws), what a change replaces, that a host
boots (tests/boot).
"""

from __future__ import annotations

import base64
import gzip
import runpy
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi_timescaledb.cost import saved
from pulumi_timescaledb.cost.price import Price
from pulumi_timescaledb.cost.prices import elsewhere

from tests.mocks import aws, graph
from tests.mocks.graph import GOLDEN, UNKNOWN, Graph, compare, record
from tests.mocks.test_lighthouse import DYNAMIC, Recorder

ROOT = Path(__file__).parents[2]
# names that the mocked account knows, in place of those in the stack's file
PLACE: dict[str, Any] = {"vpc": "main", "subnet": "private", "client_security_group": "backend"}


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program's folder with the migrations; the host and its objects, which share a name, are kept apart."""
    monkeypatch.setattr(graph, "_Recorder", Recorder)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").symlink_to(ROOT / "migrations")


def stack(name: str, *, preview: bool = False, account: aws.Account | None = None, **config: str) -> Graph:
    """The program's graph with a committed stack's settings; config replaces keys."""
    content = yaml.safe_load((ROOT / f"Pulumi.{name}.yaml").read_text(encoding="utf-8"))["config"]
    given = {**content, **{f"lighthouse:{key}": value for key, value in config.items()}}
    answers = {"system_identifier": "7001", "edition": "community"}

    def outputs(args: Any) -> dict[str, Any]:
        found = aws.outputs(args)
        return {**found, **answers} if args.name.endswith("-ready") and not preview else found

    return record(
        lambda: runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__"),
        preview=preview,
        project="lighthouse",
        stack=name,
        config={key: str(value).lower() if isinstance(value, bool) else str(value) for key, value in given.items()},
        outputs=outputs,
        calls=(account or aws.Account()).calls(),
    )


def outline(made: Graph) -> dict[str, Any]:
    """The components with their types, what each is made of, what is protected or left behind, and the outputs."""
    found = {name: each for name, each in made["resources"].items() if not each["type"].startswith(DYNAMIC)}
    components = {name: each["type"] for name, each in found.items() if each["type"].startswith("timescaledb:")}
    children = {
        name: Counter(each["type"] for each in found.values() if each.get("parent") == name) for name in components
    }
    return {
        "components": components,
        "children": {name: dict(sorted(counts.items())) for name, counts in children.items() if counts},
        "alone": {
            name: each["type"] for name, each in found.items() if "parent" not in each and name not in components
        },
        "protected": sorted(name for name, each in found.items() if each.get("protect")),
        "left behind": sorted(name for name, each in found.items() if each.get("retain_on_delete")),
        "outputs": made["outputs"],
    }


def config(name: str) -> dict[str, Any]:
    """What differs from the stack's file."""
    return PLACE if name == "prod" else {}


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_graph_is_the_golden_one(name: str) -> None:
    """Components, what they are made of, what outlives a destroy, and the outputs that people read.

    The names within a component are in the component's own golden files.
    """
    compare(outline(stack(name, **config(name))), GOLDEN / f"lighthouse_{name}.yaml")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_first_preview_announces_the_same_graph(name: str) -> None:
    """With what follows from a host still unknown."""
    first, known = (stack(name, preview=preview, **config(name)) for preview in (True, False))
    assert {key: each["type"] for key, each in first["resources"].items()} == {
        key: each["type"] for key, each in known["resources"].items()
    }
    for late in ("database_endpoint", "database_connection_string", "instance_id", "instance_private_ip"):
        assert first["outputs"][late] == UNKNOWN
    assert first["outputs"]["estimated_monthly_cost"] == known["outputs"]["estimated_monthly_cost"] > 0


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_everything_is_in_the_region_of_the_settings(name: str) -> None:
    """One provider, named by every resource of AWS, so that a shell's own region decides nothing."""
    for key, each in stack(name, **config(name))["resources"].items():
        if each["type"].startswith("aws:"):
            assert "lighthouse-aws" in str(each["provider"]), key


def test_the_database_waits_for_the_host_and_hangs_on_the_volume() -> None:
    """A host that is made anew keeps its data; another volume means another database."""
    objects = [each for each in stack("dev")["resources"].values() if each["type"].startswith(DYNAMIC)]
    assert len(objects) > 5
    for each in objects:
        assert each["deleted_with"] == "lighthouse-data-volume"
        assert each["inputs"]["connection"]["password_ref"] == "ssm:/lighthouse/dev/db/password"


def test_settings_reach_the_host_without_a_change_to_it() -> None:
    """They are in the parameter; user data holds only what does not change with them."""
    one = stack("prod", **PLACE)["resources"]
    other = stack("prod", **PLACE, database_user="keeper")["resources"]
    assert one["lighthouse-settings-parameter"]["inputs"] == other["lighthouse-settings-parameter"]["inputs"]
    bigger = stack("prod", **PLACE, instance_type="t4g.medium")["resources"]
    assert one["lighthouse-settings-parameter"]["inputs"] != bigger["lighthouse-settings-parameter"]["inputs"]


def test_the_archive_reaches_the_host_and_its_alarms() -> None:
    """The bucket is the account's own; the host is told its name, and the memory of the helper is not PostgreSQL's."""
    kept, none = (stack("prod", **PLACE, archive_days=days)["resources"] for days in ("30", "0"))
    name = f"lighthouse-prod-timescaledb-archive-{aws.ACCOUNT}"
    assert kept["lighthouse-archive-bucket"]["inputs"]["bucket"] == name
    program, without = (
        gzip.decompress(base64.b64decode(each["lighthouse-host-instance"]["inputs"]["userDataBase64"])).decode()
        for each in (kept, none)
    )
    for told in (f"ARCHIVE_BUCKET={name}", "ARCHIVE_DAYS=30", f"--memory={(2048 - 320 - 256) * 2**20}"):
        assert told in program
    for told in ("ARCHIVE_BUCKET=''", f"--memory={(2048 - 320) * 2**20}"):
        assert told in without
    alarms = {each for each in kept if each.startswith("lighthouse-watch-archive-")}
    assert len(alarms) == 5
    assert not [each for each in none if "archive" in each]


def test_a_named_topic_and_address_are_told() -> None:
    """Given by the settings."""
    made = stack("dev", alarm_topic="arn:aws:sns:us-east-1:123456789012:ops", alarm_email="ops@example.com")
    assert made["outputs"]["alarm_sns_topic_arn"] == "arn:aws:sns:us-east-1:123456789012:ops"
    assert made["resources"]["lighthouse-watch-email-0"]["inputs"]["endpoint"] == "ops@example.com"
    assert "lighthouse-watch-topic" not in made["resources"]


@pytest.mark.parametrize(
    ("key", "gone"), [("alarms", "lighthouse-watch"), ("backup_days", "lighthouse-backup"), ("dashboard", "")]
)
def test_what_the_settings_leave_out_is_not_made(key: str, gone: str) -> None:
    """And its outputs are empty."""
    left: dict[str, Any] = {"alarms": "none", "backup_days": "0", "dashboard": "false"}
    made = stack("prod", **PLACE, **{key: left[key]})
    assert not gone or not [name for name in made["resources"] if name.startswith(gone)]
    assert (made["outputs"]["alarm_sns_topic_arn"] == "") == (key == "alarms")
    assert (made["outputs"]["cloudwatch_dashboard_url"] == "") == (key == "dashboard")


@pytest.mark.parametrize(
    ("name", "environment", "lasting"),
    [("dev", "dev", False), ("prod", "test", False), ("prod", "production", True), ("prod", "live", True)],
)
def test_only_a_disposable_environments_volume_can_go(name: str, environment: str, lasting: bool) -> None:
    """Another word for production protects as prod does; what was saved of the data stays behind in any."""
    made = outline(stack(name, **config(name), environment=environment))
    kept = "lighthouse-data-volume"
    assert (kept in made["protected"], kept in made["left behind"]) == (lasting, lasting)
    assert "lighthouse-backup-vault" in made["left behind"]


@pytest.mark.parametrize(
    ("days", "rules", "drilled"),
    [
        ("7", {"daily": 7}, False),
        ("30", {"daily": 30, "monthly": 365}, True),
        ("364", {"daily": 364, "monthly": 365}, True),
    ]
    + [(days, {"daily": int(days)}, True) for days in ("365", "3650")],
)
def test_a_recovery_point_a_month_outlives_a_month_of_daily_ones(
    days: str, rules: dict[str, int], drilled: bool
) -> None:
    """Where the daily ones last as long there is none; a restore is tested from a month on."""
    made = stack("dev", backup_days=days)["resources"]
    plan = made["lighthouse-backup-plan"]["inputs"]["rules"]
    assert {each["ruleName"]: each["lifecycle"]["deleteAfter"] for each in plan} == rules
    assert ("lighthouse-backup-drill" in made) is drilled


def test_saved_prices_let_a_stack_into_another_region(tmp_path: Path) -> None:
    """The program's folder holds them; without the file that region is refused (below)."""
    live = Price(Decimal("0.0096"), "hour", "Price List API, AmazonEC2, t4g.micro", "2026-11-21")
    saved.save(tmp_path, elsewhere("eu-west-1").with_live({}, {"t4g.micro": live}, {}))
    made = stack("dev", region="eu-west-1")
    hours = 730 * (live.amount - Decimal("0.0084")) * Decimal("0.30")
    assert made["outputs"]["estimated_monthly_cost"] == pytest.approx(13.52 + float(hours), abs=0.01)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"instance_type": "t4g.mini"}, "instance_type is 't4g.mini', which is not in the table"),
        ({"instance_type": "t4g.nano"}, "instance_type is t4g.nano, which leaves 192 MiB for PostgreSQL"),
        ({"alternative_types": "t3.small"}, "instance_types mixes t4g.micro (arm64) and t3.small (amd64)"),
        ({"region": "eu-west-1"}, 'region "eu-west-1" has no prices in the table; choose us-east-1, or read them with'),
        ({"environment": "production-eu-central"}, "lighthouse:environment (else the stack's name) cannot stand in"),
        ({"image": "timescale/timescaledb:latest-pg17"}, "image has the tag"),
        ({"archive_days": "7"}, "image_family is timescaledb, whose images lack pgBackRest, which the archive needs"),
        ({"vpc": "elsewhere"}, "vpc is 'elsewhere' and no VPC fit"),
        ({"password_ref": "env:PASSWORD"}, "lighthouse:password_ref is needed for target ec2"),
    ],
)
def test_a_wrong_setting_ends_the_program_in_one_sentence(config: dict[str, Any], sentence: str) -> None:
    """Which argument, what is wrong, what to write."""
    with pytest.raises(pulumi.RunError) as caught:
        stack("dev", **config)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)
