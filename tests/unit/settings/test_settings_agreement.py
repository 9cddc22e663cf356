"""Keys that contradict each other are refused before anything is touched."""

import inspect

import pytest
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.hosts import arguments
from pulumi_timescaledb.hosts.ec2 import checks
from pulumi_timescaledb.settings import BadSetting, agreement, read
from pulumi_timescaledb.watch import naming

from .given import DISTRIBUTION, DOCKER, EC2, MANAGED

# (configuration, the keys its sentences are about)
BROKEN = {
    "aws_has_password": ({"lighthouse:target": "ec2", "lighthouse:password_ref": "env:X"}, ["password_ref"]),
    "name_fits_aws": ({**EC2, "lighthouse:environment": "production-eu-central"}, ["environment"]),
    "alternatives_are_for_spot": (
        {**EC2, "lighthouse:market": "on-demand", "lighthouse:alternative_types": "t4g.small"},
        ["alternative_types"],
    ),
    "name_has_zone": ({**EC2, "lighthouse:domain_name": "db.example.com"}, ["zone_id"]),
    "docker_has_image": ({"lighthouse:image_family": "timescaledb"}, ["image"]),
    "managed_has_address": ({"lighthouse:target": "managed", "lighthouse:password_ref": "env:X"}, ["managed_host"]),
    "fallback_is_accepted": ({**DISTRIBUTION, "lighthouse:apache_fallback": "false"}, ["apache_fallback"]),
    "compressed_before_dropped": ({**DOCKER, "lighthouse:check_retention": "1 week"}, ["check_retention"]),
    "metrics_outlive_checks": ({**DOCKER, "lighthouse:metrics_retention": "89 days"}, ["metrics_retention"]),
    "metrics_need_checks": ({**DISTRIBUTION, "lighthouse:metrics_retention": "91 days"}, ["metrics_retention"]),
}
MORE = [
    ({"lighthouse:image": "x:1.2.3"}, ["image_family"]),
    ({}, ["image"]),
    ({"lighthouse:target": "managed", "lighthouse:managed_host": "db"}, ["password_ref"]),
    ({"lighthouse:target": "managed"}, ["managed_host"]),
    ({**DOCKER, "lighthouse:columnstore_after": "91 days"}, ["check_retention"]),
    ({**DISTRIBUTION, "lighthouse:metrics_retention": "2 years"}, ["metrics_retention"]),
    ({**DISTRIBUTION, "lighthouse:metrics_retention": "30 days"}, ["metrics_retention"]),
    ({"lighthouse:target": "ec2", "lighthouse:check_retention": "1 day"}, ["password_ref", "check_retention"]),
    ({**EC2, "lighthouse:zone_id": "Z1"}, ["domain_name"]),
    ({**EC2, "lighthouse:environment": "e" * 18}, ["environment"]),
    ({**EC2, "lighthouse:environment": "Prod"}, ["environment"]),
    ({**EC2, "lighthouse:environment": "prod."}, ["environment"]),
    ({**EC2, "lighthouse:name": "n" * 29}, ["name"]),
    ({**EC2, "lighthouse:name": "n"}, ["name"]),
    ({**EC2, "lighthouse:name": "1st"}, ["name"]),
    ({**EC2, "lighthouse:name": "a--b"}, ["name"]),
    (
        {"lighthouse:image": "x:1.2.3", "lighthouse:check_retention": "1 day"},
        ["image_family", "check_retention"],
    ),
]


def test_every_rule_has_a_configuration_that_breaks_it() -> None:
    """A rule nobody breaks is a rule nobody checked."""
    rules = {name for name, each in inspect.getmembers(agreement, inspect.isfunction) if name != "refusals"}
    assert rules == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_a_rule_answers_exactly_its_own_configuration(name: str) -> None:
    """The named rule gives the sentence, not a neighbour."""
    config, keys = BROKEN[name]
    with pytest.raises(BadSetting) as caught:
        read(config, "local")
    assert _keys(caught.value) == keys


@pytest.mark.parametrize(("config", "keys"), MORE)
def test_a_disagreement_is_refused_by_the_key_to_change(config: dict[str, str], keys: list[str]) -> None:
    """One sentence a line, each naming the key."""
    with pytest.raises(BadSetting) as caught:
        read(config, "local")
    assert _keys(caught.value) == keys


@pytest.mark.parametrize(
    "config",
    [
        DOCKER,
        DISTRIBUTION,
        MANAGED,
        EC2,
        {**DISTRIBUTION, "lighthouse:metrics_retention": "3 months"},
        {**DOCKER, "lighthouse:metrics_retention": "90 days"},
        {**DOCKER, "lighthouse:check_retention": "7 days 1 second"},
        # the server is asked for its edition, the setting alone says nothing of it
        {**MANAGED, "lighthouse:apache_fallback": "true"},
        {**EC2, "lighthouse:environment": "e" * 17},
        {**EC2, "lighthouse:environment": "Production.eu", "lighthouse:name": "n" * 28},
        {**DOCKER, "lighthouse:environment": "Production.of_this_machine", "lighthouse:name": "N" * 63},
    ],
)
def test_what_agrees_is_accepted(config: dict[str, str]) -> None:
    """The edges of the rules."""
    assert read(config, "local").stack == "local"


@pytest.mark.parametrize("name", ["ab", "a1", "a-b-c", "n" * agreement.LONGEST_NAME])
def test_a_name_that_is_accepted_fits_all_that_begins_with_it(name: str) -> None:
    """Host, alarms, vault and bucket have bounds of their own; the rule keeps all of them."""
    assert read({**EC2, "lighthouse:name": name}, "local").name == name
    assert checks.database_name(name) == name
    prefix = f"{name}-timescaledb"
    assert naming.names(prefix).prefix == prefix
    assert arguments.bucket_name(f"{prefix}-archive-123456789012")
    assert len(f"{prefix}-vault") <= 50  # of AWS Backup


def test_one_letter_more_fits_no_alarm() -> None:
    """The bound is no narrower than it must be."""
    with pytest.raises(Refusal, match="prefix cannot begin"):
        naming.names("n" * (agreement.LONGEST_NAME + 1) + "-timescaledb")


def _keys(error: BadSetting) -> list[str]:
    lines = str(error).splitlines()
    assert all(line.startswith("lighthouse:") for line in lines)
    return [line.removeprefix("lighthouse:").split(" ")[0] for line in lines]
