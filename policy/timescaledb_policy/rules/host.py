"""What an instance is like: its metadata service, its keys, its credits, its image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import Config, Finding, Level, Option, ResourceRule, Severity

INSTANCE, TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
HOSTS = (INSTANCE, TEMPLATE)
_UNLIMITED_BY_DEFAULT = ("t3.", "t3a.", "t4g.")  # EC2 guide, burstable instances: unlimited unless asked for otherwise


def _imdsv2(resource: Resource, config: Config) -> Iterator[Finding]:
    tokens = resource.of("metadataOptions", "httpTokens")
    off = resource.of("metadataOptions", "httpEndpoint") in ("disabled", UNKNOWN)
    if not off and tokens not in ("required", UNKNOWN):
        yield Finding("answers metadata requests without a token", 'set http_tokens to "required" in metadata_options')


def _hops(resource: Resource, config: Config) -> Iterator[Finding]:
    hops, most = resource.of("metadataOptions", "httpPutResponseHopLimit"), config["most"]
    remedy = f"set http_put_response_hop_limit to {most:g}"
    if hops is None:
        yield Finding("leaves the hop limit of its metadata to the image", remedy)
    elif hops is not UNKNOWN and hops > most:
        yield Finding(f"answers metadata requests over {hops:g} hops, so to containers too", remedy)


def _key(resource: Resource, config: Config) -> Iterator[Finding]:
    if resource.of("keyName") not in (None, "", UNKNOWN):
        yield Finding("takes an SSH key pair", "leave key_name out: Session Manager needs none and records who came")


def _credits(resource: Resource, config: Config) -> Iterator[Finding]:
    kind, credits = resource.of("instanceType"), resource.of("creditSpecification", "cpuCredits")
    burstable = isinstance(kind, str) and kind.startswith(_UNLIMITED_BY_DEFAULT)
    if burstable and credits not in ("standard", UNKNOWN):
        yield Finding("may be charged for CPU credits without a limit", 'set cpu_credits to "standard"')


def _image(resource: Resource, config: Config) -> Iterator[Finding]:
    name = "ami" if resource.type == INSTANCE else "imageId"
    image = resource.of(name)
    if isinstance(image, str) and not re.fullmatch(r"ami-[0-9a-f]{8,17}", image):
        yield Finding("boots whichever image its parameter names that day", "give it the id of an image (ami-...)")


RULES = (
    ResourceRule(
        "imdsv2",
        "The metadata service answers with a token alone: a forged request reaches no credentials (FSBP EC2.8).",
        HOSTS,
        _imdsv2,
        severity=Severity.CRITICAL,
    ),
    ResourceRule(
        "metadata-hop-limit",
        "Metadata answers do not reach containers: a superuser may run programs there (COPY ... FROM PROGRAM).",
        HOSTS,
        _hops,
        options={"most": Option(1, {"type": "integer", "minimum": 1, "maximum": 64}, "The most hops allowed.")},
    ),
    ResourceRule("no-key-pair", "Hosts take no SSH keys.", HOSTS, _key, level=Level.ADVISORY, severity=Severity.LOW),
    ResourceRule(
        "standard-cpu-credits",
        "Burstable hosts take standard credits: unlimited ones may cost several times the instance.",
        HOSTS,
        _credits,
        level=Level.ADVISORY,
        severity=Severity.MEDIUM,
    ),
    ResourceRule(
        "pinned-machine-image",
        "A host boots a named image: resolve:ssm: would boot a new system at each replacement.",
        HOSTS,
        _image,
    ),
)
