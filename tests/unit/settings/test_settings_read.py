"""Each key is read by its form, and refused without showing what was given."""

from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.hosts.ec2 import rules, spec
from pulumi_timescaledb.settings import TOPICS, BadSetting, as_config, read
from pulumi_timescaledb.settings.key import keys_of
from pulumi_timescaledb.settings.sources import by_name
from pulumi_timescaledb.units import Interval

from .given import DISTRIBUTION, DOCKER, EC2, MANAGED

CANARY = "c4n4ry pässword\x01;"
WRONG = {
    "target": ["", "Docker", "docker ", "ec3"],
    "environment": ["-x", "a b", "x" * 64],
    "name": ["_x", "a/b", "x" * 64],
    "image": ["two words", " "],
    "image_family": ["alpine", "timescaledb-HA"],
    "postgres_version": ["14", "19", "17.2", "seventeen", "", "1" * 30, "\uff11\uff17"],
    "pull": ["yes", "True", "1", ""],
    "memory": ["1", "GiB", "1 TB ram", "-1GiB", "0GiB", ""],
    "cpus": ["0", "513", "1.5", "two", ""],
    "port": ["0", "65536", "-1", "5432/tcp", ""],
    "managed_host": ["user@host", "host/name", "two hosts", "postgresql://u:p@h/d"],
    "managed_port": ["0", "65536", ""],
    "managed_via": ["bastion", "ssh:-oProxyCommand=x", "ssh:bastion:2222", "ssh:me@[fd00::1]", "ssm:bastion"],
    "managed_tls": ["on", "verify-ca", ""],
    "database": ["", "two words", "x" * 64, "a;b"],
    "database_user": ["", "two words", "x" * 64],
    "password_ref": ["hunter2", "file:", "pass:word", "vault:x", "env: "],
    "app_password_ref": ["hunter2", "ssm:"],
    "columnstore_after": ["", "seven days", "7", "0 days", "-7 days", "1.5 days"],
    "check_retention": ["", "forever", "0 days"],
    "metrics_retention": ["forever", "0 days", "-2 years"],
    "apache_fallback": ["yes", "TRUE", ""],
    "region": ["", "us-east", "useast1", "US-EAST-1"],
    "instance_type": ["", "t4g", "t4g micro"],
    "market": ["", "on_demand", "reserved"],
    "storage_gb": ["0", "16385", "20GB", ""],
    "vpc": ["-x", "x" * 256],
    "subnet": ["-x"],
    "client_security_group": ["-x"],
    "egress": ["", "internet", "public_ip"],
    "backup_days": ["-1", "3651", "daily", ""],
    "archive_days": ["-1", "3651", "weekly", ""],
    "alarms": ["", "some"],
    "alarm_email": ["ops", "ops@example", "a b@example.com"],
    "alarm_topic": ["topic", "arn:aws:sqs:us-east-1:1:x"],
    "dashboard": ["yes", ""],
    "runbooks": [
        "docs/runbooks.md",
        "http://example.com",
        "https://",
        "https://x/#up",
        "https://x/(a)",
        "https://x/ y",
    ],
    "alternative_types": ["t4g", "t4g.small,t4g.medium"],
    "via": [
        *("", "ssh", "bastion", "ssh:", "ssh:-oProxyCommand=x", "ssh:a b", "ssm:i-0abc"),
        *("ssh:bastion:2222", "ssh:me@[fd00::1]", "ssh:[fd00::1]:22", "ssh:[", "ssh:me@-x"),
    ],
    "ssh_clients": ["bastion", "10.20.0.4", "10.20.0.4/16", "sg-1", "fd00::%1/64", "10.0.0.0/8 10.0.0.0/8", "::/"],
    "key_name": [" mine", "mine ", "x" * 256, "sch\u00fcssel"],
    "zone_id": ["z1", "example.com"],
    "domain_name": ["db", "db..example.com", "-db.example.com"],
}
KEYS = {key.name: key for topic in TOPICS.values() for key in keys_of(topic)}


def test_every_key_has_wrong_values_to_be_tried() -> None:
    """A new key cannot be added without the values it refuses."""
    assert set(WRONG) == set(KEYS)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_wrong_value_is_refused_by_its_key_and_nothing_else(name: str, text: str) -> None:
    """One line, which names the key and does not repeat the value."""
    with pytest.raises(BadSetting) as caught:
        read({**DOCKER, f"lighthouse:{name}": text}, "local")
    sentence = str(caught.value)
    assert sentence.startswith(f"lighthouse:{name} ")
    assert "\n" not in sentence
    assert KEYS[name].form.expected in sentence


@pytest.mark.parametrize("name", KEYS)
def test_no_refusal_shows_what_was_given(name: str) -> None:
    """What stands in the wrong place may be a password."""
    with pytest.raises(BadSetting) as caught:
        read({**DOCKER, f"lighthouse:{name}": CANARY}, "local")
    assert CANARY not in str(caught.value)
    assert "pässword" not in str(caught.value)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("colunmstore_after", "columnstore_after"), ("password", "password_ref"), ("instancetype", "instance_type")],
)
def test_an_unknown_key_is_answered_with_the_nearest_one(typed: str, meant: str) -> None:
    """Pulumi itself accepts any key of the project silently."""
    with pytest.raises(BadSetting) as caught:
        read({**DOCKER, f"lighthouse:{typed}": CANARY}, "local")
    assert f"lighthouse:{typed} " in str(caught.value)
    assert f"lighthouse:{meant}?" in str(caught.value)
    assert CANARY not in str(caught.value)


def test_an_unknown_key_like_no_other_is_refused_too() -> None:
    """Without a guess the sentence says where the keys are listed."""
    with pytest.raises(BadSetting, match=r"lighthouse:zzz .*Pulumi\.yaml"):
        read({**DOCKER, "lighthouse:zzz": "1"}, "local")


def test_everything_wrong_is_refused_at_once() -> None:
    """A person repairs three keys in one go, not in three runs."""
    wrong = {"lighthouse:port": "x", "lighthouse:cpus": "x", "lighthouse:nonsense": "x"}
    with pytest.raises(BadSetting) as caught:
        read({**DOCKER, **wrong}, "local")
    assert sorted(line.split(" ")[0] for line in str(caught.value).splitlines()) == sorted(wrong)


def test_keys_of_other_namespaces_are_left_alone() -> None:
    """The library's own key and the providers' keys stand in the same file."""
    others = {"timescaledb:acknowledge": '{"a": "b"}', "aws:region": "us-east-1", "lighthouses:port": "x"}
    assert read({**DOCKER, **others}, "local") == read(DOCKER, "local")


def test_the_defaults_are_those_of_the_system() -> None:
    """Nothing given beyond the image gives Lighthouse's own figures."""
    settings = read(DOCKER, "local")
    assert settings.environment == "local"
    assert settings.name == "lighthouse-local"
    assert settings.server.database == "lighthouse"
    assert settings.retention.columnstore_after == Interval(days=7)
    assert settings.retention.check_retention == Interval(days=90)
    assert settings.metrics_retention == Interval(months=24)
    assert settings.server.password_ref is None


def test_environment_and_name_are_taken_when_given() -> None:
    """Two stacks on one engine need two names."""
    given_names = {"lighthouse:environment": "staging", "lighthouse:name": "lighthouse-3f9a"}
    settings = read({**DOCKER, **given_names}, "local")
    assert (settings.environment, settings.name) == ("staging", "lighthouse-3f9a")
    assert read({**DOCKER, "lighthouse:environment": "staging"}, "local").name == "lighthouse-staging"


def test_metrics_on_the_apache_edition_last_as_long_as_the_checks() -> None:
    """There they are recomputed from the checks."""
    settings = read({**DISTRIBUTION, "lighthouse:check_retention": "30 days"}, "local")
    assert settings.is_distribution
    assert settings.metrics_retention == Interval(days=30)


def test_a_managed_server_is_never_taken_for_the_distribution_image() -> None:
    """Image keys left over from another target mean nothing there."""
    settings = read({**DISTRIBUTION, **MANAGED}, "local")
    assert not settings.is_distribution
    assert settings.metrics_retention == Interval(months=24)


@pytest.mark.parametrize("via", ["ssm", "direct", "ssh:bastion", "ssh:me@10.20.0.4", "ssh:me@fd00::1", "ssh:::1"])
def test_a_way_to_the_host_is_taken_as_the_component_takes_it(via: str) -> None:
    """What the setting lets pass is not refused later."""
    assert read({**EC2, "lighthouse:via": via}, "local").ec2.via == via
    assert spec.CHECKS["via"](via) == via


@pytest.mark.parametrize("via", WRONG["via"])
def test_a_way_that_the_setting_refuses_is_refused_by_the_component(via: str) -> None:
    """The two agree."""
    with pytest.raises(Refusal, match=r"write ssm, direct or ssh:<destination> \(a port belongs in ~/\.ssh/config\)"):
        spec.CHECKS["via"](via)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("sg-0000000000000000b", "sg-0000000000000000b"),
        ("pl-0000000b", "pl-0000000b"),
        ("10.20.0.0/16", "10-20-0-0-16"),
        ("FD00:0:0::/64", f"fd{'0' * 30}-64"),
        (f"{':'.join(['fd12'] * 8)}/128", f"{'fd12' * 8}-128"),
    ],
)
def test_a_source_has_a_name_that_resources_can_have(source: str, name: str) -> None:
    """It does not depend on the others, so that one more replaces none."""
    settings = read({**EC2, "lighthouse:ssh_clients": f"10.0.0.0/8 {source}"}, "local")
    assert by_name(settings.ec2.ssh_clients) == {"10-0-0-0-8": "10.0.0.0/8", name: source}
    assert rules.keys(by_name(settings.ec2.ssh_clients), "ssh_clients") == ["10-0-0-0-8", name]


def test_nobody_uses_ssh_unless_named() -> None:
    """And no key pair is asked for."""
    asked = read(EC2, "local").ec2
    assert (asked.via, asked.ssh_clients, asked.key_name) == ("ssm", (), None)


def test_settings_cannot_be_changed() -> None:
    """They are passed around as values."""
    with pytest.raises(FrozenInstanceError):
        read(DOCKER, "local").docker.port = 1  # type: ignore[misc]


words = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
days = st.integers(1, 4000)


@st.composite
def configurations(draw: st.DrawFn) -> dict[str, str]:
    """Configurations that agree with themselves, with any of the keys given."""
    short = draw(days)
    checks = short + draw(days)
    chosen = {
        "target": draw(st.sampled_from(["docker", "managed"])),
        "image": draw(words) + ":1.2.3",
        "image_family": draw(st.sampled_from(["timescaledb", "timescaledb-ha"])),
        "environment": draw(st.one_of(st.just(""), words)),
        "name": draw(st.one_of(st.just(""), words)),
        "postgres_version": str(draw(st.integers(15, 18))),
        "pull": draw(st.sampled_from(["true", "false"])),
        "memory": f"{draw(st.integers(1, 64))}GiB",
        "cpus": str(draw(st.integers(1, 512))),
        "port": str(draw(st.integers(1, 65535))),
        "managed_host": draw(words),
        "managed_via": draw(st.sampled_from(["", "ssh:bastion", "ssm:i-0abc@eu-west-1"])),
        "managed_tls": draw(st.sampled_from(["disable", "prefer", "require", "verify-full"])),
        "password_ref": "env:" + draw(words),
        "app_password_ref": draw(st.one_of(st.just(""), words.map("ssm:/{}".format))),
        "columnstore_after": f"{short} days",
        "check_retention": f"{checks} days",
        "metrics_retention": f"{(checks + draw(days)) * 24} hours",
        "storage_gb": str(draw(st.integers(1, 16384))),
        "via": draw(st.sampled_from(["ssm", "direct", "ssh:bastion"])),
        "ssh_clients": draw(st.sampled_from(["", "10.20.0.0/16", "sg-0000000000000000b fd00::/8 pl-0000000b"])),
        "key_name": draw(st.one_of(st.just(""), words)),
    }
    needed = {"target", "image", "image_family", "managed_host", "password_ref"}
    needed |= {"columnstore_after", "check_retention", "metrics_retention"}
    kept = needed | draw(st.sets(st.sampled_from(sorted(chosen))))
    return {f"lighthouse:{name}": text for name, text in chosen.items() if name in kept}


@given(configurations(), words)
def test_settings_survive_being_written_and_read_again(config: dict[str, str], stack: str) -> None:
    """What a stack file says is what another stack file written from it says."""
    settings = read(config, stack)
    written = as_config(settings)
    assert read(written, stack) == settings
    assert as_config(read(written, stack)) == written
    for name, text in config.items():
        if not name.endswith(("_after", "_retention")):
            assert written[name] == text


@given(st.dictionaries(st.sampled_from(sorted(KEYS)), st.text(max_size=40), max_size=6))
def test_any_text_is_read_or_refused_in_sentences(config: dict[str, str]) -> None:
    """No value leads to another error than the refusal."""
    sentences = _refused({f"lighthouse:{name}": text for name, text in config.items()})
    assert all(sentence.startswith("lighthouse:") for sentence in sentences)


def _refused(config: dict[str, str]) -> list[str]:
    try:
        read(config, "local")
    except BadSetting as error:
        return str(error).splitlines()
    return []
