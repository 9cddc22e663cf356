"""The resource graphs of ``watch.Alarms`` and ``watch.Dashboard``.

Not proved here: that CloudWatch, SNS and EventBridge accept the inputs, and that an alarm is ever raised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.watch import Alarms, Dashboard

from tests.mocks import aws, test_lighthouse_aws
from tests.mocks.graph import GOLDEN, Graph, compare, record
from tests.unit.watch.hosts import ON_DEMAND, SPOT

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
RULE_TARGET = "aws:cloudwatch/eventTarget:EventTarget"
BOARD = "aws:cloudwatch/dashboard:Dashboard"
ROOT = Path(__file__).parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks.md"
TOPIC = "arn:aws:sns:us-east-1:123456789012:ops"


def arns(args: Any) -> dict[str, Any]:
    """What AWS adds to a topic."""
    return {"arn": TOPIC.replace("ops", args.inputs["name"])} if args.typ == "aws:sns/topic:Topic" else {}


def alarms(args: dict[str, Any] | Callable[[], dict[str, Any]], **more: Any) -> Callable[[], None]:
    """A program with the alarms of one host, called watch."""

    def program() -> None:
        given: Any = {**(args() if callable(args) else args), **more}
        made = Alarms("watch", given)
        pulumi.export("topic", made.topic_arn)
        pulumi.export("names", made.alarm_names)

    return program


def run(program: Callable[[], None], **more: Any) -> Graph:
    """Its graph."""
    return record(program, project="lighthouse", outputs=arns, **more)


def of_type(graph: Graph, kind: str) -> dict[str, Any]:
    """Resources of one type by name."""
    return {name: each for name, each in graph["resources"].items() if each["type"] == kind}


def short(graph: Graph) -> Graph:
    """A graph in which each resource is one line: its type, what an alarm compares, and which changes it tells."""
    lines = {}
    for name, each in graph["resources"].items():
        inputs = each.get("inputs", {})
        tells = [key.removesuffix("Actions") for key in ("alarmActions", "okActions") if inputs.get(key)]
        compares = [_compared(inputs)] if each["type"] == ALARM else []
        lines[name] = [each["type"].rpartition(":")[2], *compares, *tells]
    return {"resources": lines}


def _compared(inputs: dict[str, Any]) -> str:
    """Statistic, metric and dimensions, the limit, how many periods of how many seconds, and what no data mean."""
    of = ",".join(sorted(inputs["dimensions"]))
    which = f"{inputs['statistic']} {inputs['metricName']} {of} {inputs['comparisonOperator']} {inputs['threshold']}"
    often = f"{inputs['datapointsToAlarm']}/{inputs['evaluationPeriods']}x{inputs['period']}s"
    return f"{which} {often} {inputs['treatMissingData']}"


def test_the_graph_of_a_development_host_is_the_golden_one() -> None:
    """The ten free alarms of a spot host and what belongs to them."""
    graph = run(alarms(SPOT, budget="free", emails=["ops@example.com"]))
    compare(short(graph), GOLDEN / "watch_spot_free.yaml")


def test_the_graph_of_a_production_host_is_the_golden_one() -> None:
    """Every alarm, two composites, a rule."""
    compare(short(run(alarms(ON_DEMAND, topic_arn=TOPIC))), GOLDEN / "watch_on_demand_all.yaml")


def test_one_alarm_is_the_golden_one() -> None:
    """Each input as CloudWatch will see it, with the composite, the rule and the topic beside it."""
    graph = run(alarms(ON_DEMAND))
    wanted = ("watch-up-critical", "watch-volume-iops-warn", "watch-degraded", "watch-backup-failed-target")
    chosen = {name: graph["resources"][name] for name in wanted}
    del chosen["watch-degraded"]["depends_on"], chosen["watch-degraded"]["inputs"]["alarmRule"]
    compare({"resources": chosen}, GOLDEN / "watch_alarm.yaml")


def test_every_child_belongs_to_the_component() -> None:
    """So that it is named, deleted and protected with it."""
    graph = run(alarms(SPOT))
    assert {each.get("parent") for name, each in graph["resources"].items() if name != "watch"} == {"watch"}
    assert set(graph["resources"]["watch"]["outputs"]) == {"alarm_names", "log_group_name", "topic_arn"}


@pytest.mark.parametrize("args", [SPOT, ON_DEMAND], ids=["spot", "on-demand"])
def test_no_input_names_an_instance(args: dict[str, Any]) -> None:
    """Whatever dies with an instance is no dimension."""
    graph = run(alarms(args))
    dimensions = [each["inputs"]["dimensions"] for each in of_type(graph, ALARM).values()]
    assert dimensions
    assert {key for each in dimensions for key in each} <= {"AutoScalingGroupName", "Database", "VolumeId"}


def test_a_given_topic_is_used_and_not_changed() -> None:
    """Its policy is its owner's."""
    graph = run(alarms(ON_DEMAND, topic_arn=TOPIC))
    assert of_type(graph, "aws:sns/topic:Topic") == of_type(graph, "aws:sns/topicPolicy:TopicPolicy") == {}
    assert graph["outputs"]["topic"] == TOPIC
    target = graph["resources"]["watch-backup-failed-target"]["inputs"]
    assert target["arn"] == TOPIC


def test_a_made_topic_admits_alarms_and_rules() -> None:
    """Its own ARN stands in its policy, which asks EventBridge for nothing that it does not send along."""
    policy = json.loads(run(alarms(SPOT))["resources"]["watch-topic-policy"]["inputs"]["policy"])
    by_service = {each["Principal"]["Service"]: each for each in policy["Statement"]}
    assert {each["Resource"] for each in by_service.values()} == {
        "arn:aws:sns:us-east-1:123456789012:lighthouse-dev-alarms"
    }
    assert {name: "Condition" in each for name, each in by_service.items()} == {
        "cloudwatch.amazonaws.com": True,
        "events.amazonaws.com": False,
    }


def test_composites_wait_for_their_alarms() -> None:
    """AWS refuses a rule that names an alarm which is not there."""
    graph = run(alarms(ON_DEMAND))
    resources = graph["resources"]
    assert set(of_type(graph, ALARM)) <= set(resources["watch-down"]["depends_on"])
    assert "watch-down" in resources["watch-degraded"]["depends_on"]


def test_what_is_known_late_changes_nothing_but_its_values() -> None:
    """A volume, a group and a topic that do not exist yet: the preview shows every alarm all the same."""

    def late() -> dict[str, Any]:
        later = {name: pulumi.Output.from_input(SPOT[name]) for name in ("volume_id", "group_name", "database")}
        return {**SPOT, **later, "emails": [pulumi.Output.from_input("ops@example.com")]}

    assert run(alarms(late)) == run(alarms(SPOT, emails=["ops@example.com"]))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"emails": ["ops@example"]}, 'emails holds "ops@example", which is not an e-mail address'),
        ({"instance_type": "t4g.smal"}, "did you mean t4g.small"),
        ({"prefix": "a b"}, "prefix cannot begin the names"),
        ({"group_name": None}, "group_name is missing"),
    ],
)
def test_a_wrong_argument_stops_the_preview(changes: dict[str, Any], sentence: str) -> None:
    """With the sentence alone."""
    with pytest.raises(pulumi.RunError, match=sentence):
        run(alarms(SPOT, **changes), preview=True)


def test_a_wrong_address_that_comes_late_stops_the_deployment() -> None:
    """It is checked when it is known."""
    with pytest.raises(pulumi.RunError, match="which is not an e-mail address"):
        run(alarms(lambda: {**SPOT, "emails": [pulumi.Output.from_input("nobody")]}))


def test_the_dashboard_is_the_golden_one() -> None:
    """Its titles and the metrics of each chart; the text with the links is tested beside its code."""

    def program() -> None:
        given: Any = {**SPOT, "region": pulumi.Output.from_input("eu-central-1")}
        pulumi.export("url", Dashboard("board", given).url)

    graph = run(program)
    widgets = json.loads(graph["resources"]["board-dashboard"]["inputs"]["dashboardBody"])["widgets"]
    shown = {
        each["properties"]["title"]: [" ".join(metric) for metric in each["properties"]["metrics"]]
        for each in widgets
        if each["type"] == "metric"
    }
    assert {each["properties"]["region"] for each in widgets if each["type"] == "metric"} == {"eu-central-1"}
    compare({"outputs": graph["outputs"], "charts": shown}, GOLDEN / "watch_dashboard.yaml")


@pytest.fixture
def committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, str]]:
    """What a committed stack tells somebody, by resource; more settings may be given."""
    monkeypatch.setattr("tests.mocks.graph._Recorder", test_lighthouse_aws.Recorder)
    monkeypatch.setattr(aws, "REGION", "us-east-1")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "migrations").symlink_to(ROOT / "migrations")
    return lambda stack, **config: told(test_lighthouse_aws.stack(stack, **config))


def told(made: Graph) -> dict[str, str]:
    """Every text of alarms, mails of rules, and dashboards."""
    found = {}
    for name, each in made["resources"].items():
        inputs = each.get("inputs", {})
        if each["type"] in (ALARM, COMPOSITE):
            found[name] = inputs["alarmDescription"]
        elif each["type"] == RULE_TARGET:
            found[name] = json.loads(inputs["inputTransformer"]["inputTemplate"])
        elif each["type"] == BOARD:
            widgets = json.loads(inputs["dashboardBody"])["widgets"]
            found[name] = "\n".join(each["properties"]["markdown"] for each in widgets if each["type"] == "text")
    return found


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_committed_stack_has_no_link_that_leads_nowhere(stack: str, committed: Callable[..., dict[str, str]]) -> None:
    """It names no page of runbooks, and says instead what to look at first."""
    texts = committed(stack)
    assert len(texts) >= 10
    assert any(name.startswith("lighthouse-dashboard") for name in texts) == (stack == "prod")
    for name, text in texts.items():
        assert all(link.startswith("https://") for link in re.findall(r"\]\(([^)]*)\)", text)), name
        assert not re.search(r"docs/|\.md\b|\S#\S", text), name
    assert "`docker logs timescaledb`" in texts["lighthouse-watch-up-critical"]


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_with_a_page_of_runbooks_everything_that_is_told_has_its_link(
    stack: str, committed: Callable[..., dict[str, str]]
) -> None:
    """To a heading that is there."""
    page = "https://example.com/runbooks"
    headings = {line[3:] for line in RUNBOOKS.read_text(encoding="utf-8").splitlines() if line.startswith("## ")}
    texts = committed(stack, runbooks=page)
    board = texts.pop("lighthouse-dashboard-dashboard", "")
    for name, text in texts.items():
        row = re.sub("-(warn|critical|target)$", "", name.removeprefix("lighthouse-watch-"))
        assert re.findall(rf"{page}#([a-z-]+)", text) == [row], name
        assert row in headings
        on_board = f"- [{row}]({page}#{row}): " in board
        assert on_board == (stack == "prod" and name.endswith(("-warn", "-critical"))), name
