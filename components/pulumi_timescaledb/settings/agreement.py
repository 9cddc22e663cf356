"""What keys must agree on, one function a rule; each gives a sentence or None."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from .key import PROJECT

LONGEST_NAME = 28  # of the 40 characters that a prefix of alarms has (watch/naming), what "-timescaledb" leaves
_NAME = re.compile(r"(?=.{2})[a-z][a-z0-9]*(-[a-z0-9]+)*")  # what hosts, alarms, vault and bucket all take

if TYPE_CHECKING:
    from .read import Settings


def aws_has_password(settings: Settings) -> str | None:
    """A host on AWS makes its password or finds it, in a store of AWS alone."""
    scheme = (settings.server.password_ref or "").partition(":")[0]
    if settings.target.target == "ec2" and scheme not in ("ssm", "secretsmanager"):
        return f"{PROJECT}:password_ref is needed for target ec2; set it to ssm:/<path> or secretsmanager:<name>"
    return None


def name_fits_aws(settings: Settings) -> str | None:
    """Host, alarms, vault and bucket begin with one name, and the narrowest of them decides."""
    name = settings.name
    if settings.target.target != "ec2" or (len(name) <= LONGEST_NAME and _NAME.fullmatch(name)):
        return None
    form = "lower-case letters, digits and single dashes"
    if settings.target.name:
        return f"{PROJECT}:name cannot begin names on AWS; write 2 to {LONGEST_NAME} {form}, a letter first"
    left = LONGEST_NAME - len(f"{PROJECT}-")
    return (
        f"{PROJECT}:environment (else the stack's name) cannot stand in names on AWS; make it at most {left} {form}, "
        f"or set {PROJECT}:name"
    )


def alternatives_are_for_spot(settings: Settings) -> str | None:
    """An instance on demand is of the one type that is bought."""
    if settings.ec2.alternative_types and settings.ec2.market != "spot":
        return f"{PROJECT}:alternative_types goes with market spot alone; leave it out"
    return None


def name_has_zone(settings: Settings) -> str | None:
    """A record is made in a zone."""
    if bool(settings.ec2.domain_name) != bool(settings.ec2.zone_id):
        missing = "zone_id" if settings.ec2.domain_name else "domain_name"
        return f"{PROJECT}:{missing} is missing; domain_name and zone_id go together"
    return None


def docker_has_image(settings: Settings) -> str | None:
    """A container needs an image, and its family says where the data lie: a wrong mount has lost data elsewhere."""
    for name in ("image", "image_family"):
        if settings.target.target == "docker" and getattr(settings.docker, name) is None:
            return f'{PROJECT}:{name} is needed for target docker; "make up" chooses one, or set it yourself'
    return None


def managed_has_address(settings: Settings) -> str | None:
    """An existing server needs an address and a password."""
    if settings.target.target != "managed":
        return None
    if settings.managed.managed_host is None:
        return f"{PROJECT}:managed_host is needed for target managed; set it to the server's host name"
    if settings.server.password_ref is None:
        return f"{PROJECT}:password_ref is needed for target managed; set it to env:<NAME>, file:<path> or another"
    return None


def fallback_is_accepted(settings: Settings) -> str | None:
    """The distribution image holds the Apache edition: say so before a container is made that cannot be used."""
    if settings.is_distribution and not settings.retention.apache_fallback:
        return (
            f"{PROJECT}:apache_fallback is needed for image_family distribution, which holds the Apache edition; "
            f"set it to true, or choose a timescaledb image"
        )
    return None


def compressed_before_dropped(settings: Settings) -> str | None:
    """A chunk that is dropped before it is compressed is never compressed."""
    keep = settings.retention
    if keep.check_retention <= keep.columnstore_after:
        return (
            f"{PROJECT}:check_retention ({keep.check_retention}) must be longer than columnstore_after "
            f"({keep.columnstore_after}); make one longer or the other shorter"
        )
    return None


def metrics_outlive_checks(settings: Settings) -> str | None:
    """Metrics exist to outlive their checks; shorter ones would come back with any refresh over older checks."""
    if settings.metrics_retention < settings.retention.check_retention:
        return (
            f"{PROJECT}:metrics_retention ({settings.metrics_retention}) is shorter than check_retention "
            f"({settings.retention.check_retention}); make it at least as long"
        )
    return None


def metrics_need_checks(settings: Settings) -> str | None:
    """On the Apache edition metrics are recomputed from the checks: what is dropped there is lost here (measured)."""
    if settings.is_distribution and settings.retention.check_retention < settings.metrics_retention:
        return (
            f"{PROJECT}:metrics_retention ({settings.metrics_retention}) is longer than check_retention "
            f"({settings.retention.check_retention}), which the Apache edition cannot keep; leave it out"
        )
    return None


RULES: tuple[Callable[[Settings], str | None], ...] = (
    docker_has_image,
    aws_has_password,
    name_fits_aws,
    alternatives_are_for_spot,
    name_has_zone,
    managed_has_address,
    fallback_is_accepted,
    compressed_before_dropped,
    metrics_outlive_checks,
    metrics_need_checks,
)


def refusals(settings: Settings) -> list[str]:
    """Every rule that is broken."""
    return [sentence for rule in RULES if (sentence := rule(settings)) is not None]
