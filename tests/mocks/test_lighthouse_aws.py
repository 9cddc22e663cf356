"""The resource graphs of Lighthouse's program on AWS: ``__main__.py`` with the settings of the stacks dev and prod.

Not proved here: that AWS or its provider accepts the inputs (tests/engine/aws), what a change replaces, that a host
boots (tests/boot).
"""

from __future__ import annotations

import base64
import gzip
import runpy
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml
from pulumi_timescaledb.cost import saved
from pulumi_timescaledb.cost.price import Price
from pulumi_timescaledb.cost.prices import elsewhere

from tests.mocks import aws, graph
from tests.mocks.graph import GOLDEN, UNKNOWN, Graph, compare_texts, draw, drawn, record, render
from tests.mocks.test_lighthouse import COMPONENT, DYNAMIC, OBJECTS
from tests.mocks.test_lighthouse import Recorder as TwoOfOneName

ROOT = Path(__file__).parents[2]
# what prod's settings name, and what it is called in the mocked account
NAMES = {"lighthouse-prod": "main", "lighthouse-prod-private-a": "private", "lighthouse-prod-backend": "backend"}
# the golden file of what is below a component, the nearest of these
FILES = {
    "lighthouse": "host",
    "lighthouse-aws": "host",
    "lighthouse-settings": "host",
    "lighthouse-address": "network",
    "lighthouse-network": "network",
    "lighthouse-security": "network",
    "lighthouse-identity": "identity",
    "lighthouse-watch": "watch",
    "lighthouse-dashboard": "watch",
    "lighthouse-backup": "backup",
    "lighthouse-archive": "archive",
    OBJECTS: "objects",
}


class Recorder(TwoOfOneName):
    """Keeps the host's children and those of the objects, whose parents share a name, apart too."""

    def RegisterResource(self, request: Any) -> Any:
        """Name the parent as its own record is named."""
        answer = super().RegisterResource(request)
        if request.parent.rpartition("::")[0].endswith(COMPONENT):
            self._found[request.name]["parent"] = OBJECTS
        return answer


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program's folder with the migrations, and an account in the region of the stacks."""
    monkeypatch.setattr(graph, "_Recorder", Recorder)
    monkeypatch.setattr(aws, "REGION", "us-east-1")
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
        calls={token: partial(renamed, answer) for token, answer in (account or aws.Account()).calls().items()},
    )


def renamed(answer: Callable[[Mapping[str, Any]], Any], given: Mapping[str, Any]) -> Any:
    """An answer of the account to a look-up by a name of prod's settings."""
    filters = [{**each} for each in given.get("filters") or ()]
    for each in filters:
        if each["name"] == "tag:Name":
            each["values"] = [NAMES.get(value, value) for value in each["values"]]
    return answer({**given, "filters": filters} if filters else given)


def files(resources: Mapping[str, Any]) -> dict[str, list[str]]:
    """The names of the resources by the golden file they belong to; "other" is below none of FILES."""
    found: dict[str, list[str]] = {}
    for name in resources:
        above = name
        while above not in FILES and "parent" in resources[above]:
            above = resources[above]["parent"]
        found.setdefault(FILES.get(above, "other"), []).append(name)
    return found


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_graph_is_the_golden_one(name: str) -> None:
    """Of every resource type, name, parent, dependencies, options and what is secret; and the outputs people read.

    All of it is public: a change is reviewed as one.
    """
    made = stack(name)
    texts = {file: draw(made["resources"], names) for file, names in files(made["resources"]).items()}
    compare_texts({**texts, "outputs": render(made["outputs"], width=90)}, GOLDEN / f"lighthouse_{name}")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_every_resource_is_in_exactly_one_golden_file(name: str) -> None:
    """None is left out, and none that is gone is left behind."""
    paths = (GOLDEN / f"lighthouse_{name}").glob("*.yaml")
    held = Counter(each for path in paths if path.stem != "outputs" for each in drawn(path))
    resources = stack(name)["resources"]
    assert {each: held[each] for each in resources if held[each] != 1} == {}, "run make golden"
    assert set(held) - set(resources) == set(), "run make golden"


def test_a_secret_is_drawn_by_its_key_alone() -> None:
    """Also one inside a value; the golden graphs have none, and one that appears in them is seen."""

    def program() -> None:
        pulumi.CustomResource("a:b:C", "one", {"plain": "seen", "tags": {"deep": pulumi.Output.secret("hidden")}})

    made = record(program)
    assert draw(made["resources"]) == "stack:\n  a:b:C:\n    one: {secret_inputs: [tags]}\n"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_first_preview_announces_the_same_graph(name: str) -> None:
    """With what follows from a host still unknown."""
    first, known = (stack(name, preview=preview) for preview in (True, False))
    assert {key: each["type"] for key, each in first["resources"].items()} == {
        key: each["type"] for key, each in known["resources"].items()
    }
    for late in ("database_endpoint", "database_connection_string", "instance_id", "instance_private_ip"):
        assert first["outputs"][late] == UNKNOWN
    assert first["outputs"]["estimated_monthly_cost"] == known["outputs"]["estimated_monthly_cost"] > 0


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_everything_is_in_the_region_of_the_settings(name: str) -> None:
    """One provider, named by every resource of AWS, so that a shell's own region decides nothing."""
    for key, each in stack(name)["resources"].items():
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
    one = stack("prod")["resources"]
    other = stack("prod", database_user="keeper")["resources"]
    assert one["lighthouse-settings-parameter"]["inputs"] == other["lighthouse-settings-parameter"]["inputs"]
    bigger = stack("prod", instance_type="t4g.medium")["resources"]
    assert one["lighthouse-settings-parameter"]["inputs"] != bigger["lighthouse-settings-parameter"]["inputs"]


def test_the_archive_reaches_the_host_and_its_alarms() -> None:
    """The bucket is the account's own; the host is told its name, and the memory of the helper is not PostgreSQL's."""
    kept, none = (stack("prod", archive_days=days)["resources"] for days in ("30", "0"))
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
    made = stack("prod", **{key: left[key]})
    assert not gone or not [name for name in made["resources"] if name.startswith(gone)]
    assert (made["outputs"]["alarm_sns_topic_arn"] == "") == (key == "alarms")
    assert (made["outputs"]["cloudwatch_dashboard_url"] == "") == (key == "dashboard")


@pytest.mark.parametrize(
    ("name", "environment", "lasting"),
    [("dev", "dev", False), ("prod", "test", False), ("prod", "production", True), ("prod", "live", True)],
)
def test_only_a_disposable_environments_volume_can_go(name: str, environment: str, lasting: bool) -> None:
    """Another word for production protects as prod does; what was saved of the data stays behind in any."""
    made = stack(name, environment=environment)["resources"]
    volume = made["lighthouse-data-volume"]
    assert ("protect" in volume, "retain_on_delete" in volume) == (lasting, lasting)
    assert made["lighthouse-backup-vault"]["retain_on_delete"] is True


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
