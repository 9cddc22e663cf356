"""The data volume outlives mistakes: protected, not thrown away with an instance, of the type that is paid for."""

from __future__ import annotations

from collections.abc import Iterator

from timescaledb_policy.resource import IDENTITY_TAG, UNKNOWN, Resource, entries, inside, items
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

VOLUME, INSTANCE = "aws:ebs/volume:Volume", "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
DOCKER_VOLUME = "docker:index/volume:Volume"
HOLDERS = ("timescaledb:ec2:Volume", "timescaledb:docker:Database")
EXEMPT = Option(
    ["dev", "test", "local"],
    {"type": "array", "items": {"type": "string"}},
    'Environments, by the tag or label "environment", whose data may be lost.',
)


def holds_data(resource: Resource) -> bool:
    """Whether a volume is a database's: by its tag, or because one of our components made it."""
    tags = resource.of("tags")
    tagged = isinstance(tags, dict) and IDENTITY_TAG in tags
    return resource.type in (VOLUME, DOCKER_VOLUME) and (tagged or any(map(resource.within, HOLDERS)))


def exempt(resource: Resource, config: Config) -> bool:
    """Whether the volume's environment is, or may turn out to be, one whose data may be lost."""
    labels = [each for each in entries(resource.of("labels")) if inside(each, "label") in ("environment", UNKNOWN)]
    said = [resource.of("tags", "environment"), *(inside(each, "value") for each in labels)]
    return any(each is UNKNOWN or each in config["exempt_environments"] for each in said)


def _protected(resource: Resource, config: Config) -> Iterator[Finding]:
    if holds_data(resource) and not resource.protect and not exempt(resource, config):
        yield Finding("holds the data and is not protected", "set protect to True on it or on its component")


def _disposable(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.type == TEMPLATE:
        # the first is the root disk, which ends with its instance in peace
        mapped = items(entries(resource.of("blockDeviceMappings"))[1:])
        disks = [(each.get("deviceName"), inside(each, "ebs", "deleteOnTermination")) for each in mapped]
    else:
        further = items(resource.of("ebsBlockDevices"))
        disks = [(each.get("deviceName"), each.get("deleteOnTermination")) for each in further]
    for name, deleted in disks:
        if deleted is not UNKNOWN and str(deleted).lower() != "false":
            remedy = "keep data on a Volume, or set delete_on_termination to False"
            yield Finding(f"deletes {name} when it ends", remedy)


def _gp3(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.type == VOLUME:
        kinds = [("", resource.of("type"))]
    elif resource.type == TEMPLATE:
        mapped = items(resource.of("blockDeviceMappings"))
        kinds = [(f" for {each.get('deviceName')}", inside(each, "ebs", "volumeType")) for each in mapped]
    else:
        kinds = [(" for its root disk", resource.of("rootBlockDevice", "volumeType"))]
    for which, kind in kinds:
        if kind not in ("gp3", "io2", UNKNOWN):
            yield Finding(
                f"takes {kind or 'the default gp2'}{which}", 'set the type to "gp3", which costs less and does more'
            )


RULES = (
    ResourceRule(
        "protected-data-volume",
        "The volume that holds a database is protected: a renamed resource must not delete it.",
        (VOLUME, DOCKER_VOLUME),
        _protected,
        severity=Severity.CRITICAL,
        options={"exempt_environments": EXEMPT},
    ),
    ResourceRule(
        "no-disposable-data-disk",
        "No further disk of an instance ends with it.",
        (INSTANCE, TEMPLATE),
        _disposable,
    ),
    ResourceRule(
        "gp3-volume",
        "Disks are gp3 (or io2): the provider's default is gp2, which is slower when small and dearer.",
        (VOLUME, INSTANCE, TEMPLATE),
        _gp3,
        level=Level.ADVISORY,
        severity=Severity.LOW,
    ),
)
