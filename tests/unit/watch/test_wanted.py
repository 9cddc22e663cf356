"""Arguments of the watching components: wrong ones are refused in one sentence, right ones become values.

Not proved here: that an address exists, or that a topic's policy admits those who publish.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.settings import BadSetting, read
from pulumi_timescaledb.watch import body, events, runbook, topic
from pulumi_timescaledb.watch.alarm import Composite
from pulumi_timescaledb.watch.naming import LONGEST_PREFIX, names

from tests.unit.watch.hosts import ON_DEMAND, SPOT, of

PAGES = "https://example.com/r"
LONGEST = f"{PAGES}/".ljust(runbook.LONGEST, "a")
IDS = {"Database": "d", "VolumeId": "v", "AutoScalingGroupName": "g"}
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown argument": ({"thresholds": {}}, "thresholds is not an argument"),
    "a slip in a name": ({"file_sytem": "xfs"}, "file_sytem is not an argument; did you mean file_system?"),
    "no prefix": ({"prefix": None}, "prefix is missing"),
    "a prefix with a dot": ({"prefix": "light.house"}, "prefix cannot begin the names"),
    "a prefix that is too long": ({"prefix": "a" * 41}, "prefix cannot begin the names"),
    "an unknown market": ({"market": "auction"}, "market is not one of the known words; choose one of spot, on-demand"),
    "an unknown type": ({"instance_type": "t4g.mcro"}, "instance_type is 't4g.mcro', which is not in the table"),
    "a type that is no text": ({"instance_type": 4}, "instance_type is not a text"),
    "a disk of nothing": ({"storage_gb": 0}, "storage_gb is 0; choose a number from 1"),
    "a disk in words": ({"storage_gb": "20"}, "storage_gb is not a whole number"),
    "an unknown budget": ({"budget": "cheap"}, "budget is not one of the known words; choose one of free, all"),
    "an unknown file system": ({"file_system": "zfs"}, "file_system is not one of the known words"),
    "an archive of a day": ({"archive_seconds": 86_400}, "archive_seconds is 86400; choose a number from 0 to 3600"),
    "backups in words": ({"backups": "no"}, "backups is not true or false"),
    "credits in words": ({"unlimited_credits": "yes"}, "unlimited_credits is not true or false"),
    "no group": ({"group_name": None}, "group_name is missing; give the Auto Scaling group's name"),
    "an instance for a volume": ({"volume_id": "i-0123456789abcdef0"}, "volume_id is not the id of a volume"),
    "a topic's name": ({"topic_arn": "alarms"}, "topic_arn is not the ARN of an SNS topic"),
    "a subscription": (
        {"topic_arn": "arn:aws:sns:us-east-1:123456789012:alarms:6b0e71bd"},
        "topic_arn is not the ARN of an SNS topic",
    ),
    "one address": ({"emails": "a@example.com"}, "emails is not a list"),
    "no at sign": ({"emails": ["ops.example.com"]}, 'emails holds "ops.example.com", which is not an e-mail address'),
    "two dots": ({"emails": ["ops@example..com"]}, 'emails holds "ops@example..com"'),
    "a space": ({"emails": ["ops @example.com"]}, 'emails holds "ops @example.com"'),
    "an ending that is none": ({"emails": ["ops@example.con"]}, 'emails holds "ops@example.con", whose ending .con'),
    "no domain": ({"emails": ["ops@"]}, 'emails holds "ops@"'),
    "an address twice": ({"emails": ["a@example.com", "a@example.com"]}, "emails holds a@example.com twice"),
    "a number for an address": ({"emails": [7]}, 'emails holds "7"'),
    "a week and a day of logs": ({"log_days": 8}, "log_days is 8, which CloudWatch Logs does not take; choose one of"),
    "runbooks on two lines": ({"runbooks": "https://example.com/a\nb"}, "runbooks is not the address of a page"),
    "runbooks in the repository": ({"runbooks": "docs/runbooks.md"}, "runbooks is not the address of a page; write"),
    "runbooks in the clear": ({"runbooks": "http://example.com"}, "runbooks is not the address of a page"),
    "a heading of runbooks": ({"runbooks": "https://example.com/r#up"}, "runbooks is not the address of a page"),
    "runbooks that end a link": ({"runbooks": "https://example.com/a)b"}, "runbooks is not the address of a page"),
    "runbooks that are too long": ({"runbooks": LONGEST + "a"}, "runbooks is not the address of a page"),
    "no runbooks": ({"runbooks": ""}, "runbooks is not the address of a page"),
    "an empty database": ({"database": ""}, "database is not a text on one line"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_argument_is_refused_in_one_sentence(name: str) -> None:
    """Which argument, what is wrong, what to write."""
    changes, sentence = WRONG[name]
    with pytest.raises(Refusal) as refused:
        of({**SPOT, **changes})
    assert str(refused.value).startswith(sentence)
    assert "; " in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_wrong_above_is_right_otherwise() -> None:
    """The host of the test above is taken as it is."""
    assert of({**SPOT, "emails": ["ops+db@example.co.uk", "first.last@example.com"], "log_days": 7}).log_days == 7


@pytest.mark.parametrize("name", ["prefix", "market", "instance_type", "storage_gb"])
def test_what_decides_the_resources_cannot_come_late(name: str) -> None:
    """An alarm that depends on an output would be missing from the preview."""
    from pulumi_timescaledb.watch.args import AlarmsArgs
    from pulumi_timescaledb.watch.wanted import watched

    known = {key: value for key, value in SPOT.items() if key != name}
    with pytest.raises(Refusal, match=f"{name} is known only after a deployment; give a plain value"):
        watched(SPOT, known, AlarmsArgs.__annotations__, AlarmsArgs.__required_keys__)


def test_names_are_made_in_one_place_and_fit() -> None:
    """Different for everything, and within AWS's 64 characters for rules and 255 for alarms."""
    found = of({**SPOT, "prefix": "p" * LONGEST_PREFIX})
    made = [each.name for each in found.alarms] + [each.name for each in found.composites]
    made += [found.names.rule(each.name) for each in found.events]
    assert len(set(made)) == len(made)
    assert all(len(found.names.rule(each.name)) <= 64 for each in found.events)
    assert all(each.startswith(found.names.prefix) for each in made)
    assert names("a-b").topic == "a-b-alarms"
    assert names("a-b").log_group == "/timescaledb/a-b"


def test_down_is_over_what_makes_the_database_unusable() -> None:
    """And degraded over every warning, silent while down."""
    found = of(SPOT)
    down, degraded = found.composites
    assert down == Composite(
        "down",
        "lighthouse-dev-down",
        "The database cannot be used.",
        "Follow the one that is in alarm: `up`, `host-gone`, `status-check` or `volume-stalled`.",
        'ALARM("lighthouse-dev-host-gone-critical") OR ALARM("lighthouse-dev-status-check-critical") OR '
        'ALARM("lighthouse-dev-volume-stalled-critical") OR ALARM("lighthouse-dev-up-critical")',
        None,
    )
    warned = [each.name for each in found.alarms if each.severity == "warn"]
    assert degraded.rule.count("ALARM(") == len(warned)
    assert degraded.suppressor == down.name
    assert len(degraded.rule) <= 10_240


def test_everybody_is_told_once() -> None:
    """What a composite says its members leave unsaid; without composites each critical alarm speaks."""
    spoken = {each.row.name for each in of(SPOT).alarms if each.notifies}
    assert "up" not in spoken
    assert "data-disk" in spoken
    assert {each.severity for each in of(SPOT).alarms if each.notifies} == {"critical"}
    assert all(each.notifies for each in of({**SPOT, "budget": "free"}).alarms)


def test_recovery_is_told_for_what_woke_somebody() -> None:
    """Of the free ten only those that mean that nothing works."""
    recovering = [each.row.name for each in of({**SPOT, "budget": "free"}).alarms if each.recovers]
    assert recovering == ["host-gone", "status-check", "up"]


def test_a_rule_is_narrowed_to_its_group_and_vault() -> None:
    """Where AWS's event says which; the spot notice names no group and stays wide."""
    by_name = {each.name: each for each in of(SPOT).events}
    launch = json.loads(events.pattern(by_name["launch-failed"], "group"))
    assert launch["detail"] == {"AutoScalingGroupName": ["group"]}
    backup = json.loads(events.pattern(by_name["backup-failed"], "vault"))
    assert backup["detail"] == {"state": ["FAILED", "ABORTED", "EXPIRED"], "backupVaultName": ["vault"]}
    assert "detail" not in json.loads(events.pattern(by_name["spot-notice"], None))
    assert json.loads(events.pattern(by_name["backup-failed"], None))["detail"] == {
        "state": ["FAILED", "ABORTED", "EXPIRED"]
    }


def test_a_plain_instance_has_no_spot_rules() -> None:
    """And without backups none for them."""
    assert [each.name for each in of(ON_DEMAND).events] == ["backup-failed"]
    assert of({**ON_DEMAND, "backups": False}).events == ()


@pytest.mark.parametrize("runbooks", [None, PAGES])
def test_a_mail_is_a_json_text_with_known_values(runbooks: str | None) -> None:
    """EventBridge refuses a template that names a value it was not given."""
    for each in of(SPOT).events:
        text = json.loads(events.template(each, runbooks))
        assert text.endswith(f"{each.first} {PAGES}#{each.name}" if runbooks else each.first)
        assert {name for name in each.paths if f"<{name}>" in text} == set(each.paths)
        assert text.count("<") == len(each.paths)


def test_a_topic_admits_alarms_of_its_own_account_and_rules() -> None:
    """Nobody else's alarms; of rules the account cannot be asked, since a condition would keep all of them out."""
    arn = "arn:aws:sns:us-east-1:123456789012:alarms"
    allowed = {"Effect": "Allow", "Action": "sns:Publish", "Resource": arn}
    own = {"Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}}}
    assert json.loads(topic.policy(arn))["Statement"] == [
        {"Sid": "Cloudwatch", "Principal": {"Service": "cloudwatch.amazonaws.com"}, **allowed, **own},
        {"Sid": "Events", "Principal": {"Service": "events.amazonaws.com"}, **allowed},
    ]


def test_the_dashboard_is_the_same_on_every_run_and_fits_its_grid() -> None:
    """24 columns, nothing on top of another."""
    found = of(SPOT)
    text = body.body(found.subject, found.alarms, IDS, "us-east-1", PAGES)
    assert text == body.body(found.subject, found.alarms, IDS, "us-east-1", PAGES)
    widgets = json.loads(text)["widgets"]
    taken = [
        (x, y)
        for each in widgets
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]
    assert len(taken) == len(set(taken))
    assert max(x for x, _ in taken) < 24


@pytest.mark.parametrize("args", [SPOT, ON_DEMAND], ids=["spot", "on-demand"])
def test_a_page_of_runbooks_is_linked_to_and_without_one_there_is_no_link(args: dict[str, Any]) -> None:
    """On the dashboard as Markdown and in the mail of an alarm as it is; what to look at first stands in both."""
    found = of(args)
    shown = {page: _markdown(body.body(found.subject, found.alarms, IDS, "us-east-1", page)) for page in (PAGES, None)}
    for each in found.alarms:
        row, said = each.row.name, f"{each.row.why} {each.row.first}"
        assert f"- [{row}]({PAGES}#{row}): {said}" in shown[PAGES]
        assert f"- {row}: {said}" in shown[None]
        assert each.description(PAGES) == f"{said} {PAGES}#{row}"
        assert each.description(None) == said
    for one in found.composites:
        assert one.description(PAGES) == f"{one.description(None)} {PAGES}#{one.which}"


@pytest.mark.parametrize("args", [SPOT, ON_DEMAND, {**SPOT, "unlimited_credits": True, "file_system": "ext4"}])
def test_a_description_fits_with_the_longest_address(args: dict[str, Any]) -> None:
    """PutMetricAlarm and PutCompositeAlarm take 1,024 characters, an input template 8,192."""
    found = of({**args, "archive_seconds": 300, "runbooks": LONGEST})
    assert found.runbooks == LONGEST
    described = [each.description(LONGEST) for each in found.alarms]
    described += [each.description(LONGEST) for each in found.composites]
    assert max(map(len, described)) <= 1024
    assert max(len(events.template(each, LONGEST)) for each in found.events) <= 8192


@pytest.mark.parametrize(
    "page",
    [
        PAGES,
        LONGEST,
        "https://wiki.example.com:8443/a_b/~me/R%20b.html?x=1&y=@2,3+4",
        "https://example.com",
        f"{PAGES}/",
    ]
    + [str(changes["runbooks"]) for changes, _ in WRONG.values() if changes.get("runbooks")],
)
def test_the_setting_takes_the_pages_that_the_components_take(page: str) -> None:
    """What the setting lets pass is not refused later, and the other way round."""
    config = {"target": "ec2", "password_ref": "ssm:/p", "runbooks": page}
    given = {f"lighthouse:{key}": value for key, value in config.items()}
    try:
        taken = of({**SPOT, "runbooks": page}).runbooks
    except Refusal:
        with pytest.raises(BadSetting, match=r"^lighthouse:runbooks is not right; write an https address"):
            read(given, "dev")
    else:
        assert read(given, "dev").ec2.runbooks == taken == page


def _markdown(text: str) -> list[str]:
    return str(json.loads(text)["widgets"][0]["properties"]["markdown"]).splitlines()


def test_a_name_that_is_none_is_no_attribute() -> None:
    """The rooms load their components when they are asked for, and nothing else."""
    from pulumi_timescaledb import backup, watch

    for room in (watch, backup):
        with pytest.raises(AttributeError, match="has no attribute 'Nothing'"):
            room.Nothing  # noqa: B018
