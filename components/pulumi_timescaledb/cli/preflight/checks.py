"""One check a function: facts and settings to a row; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ... import bill
from ...cost import way_out, workload
from ...errors import ArgumentRefused
from ...hardware import instance_types
from ...hardware.images import ON_EC2
from ...hosts.arguments import STACK_TAG
from ...hosts.ec2 import routes
from ...hosts.ec2.machine import LEAST_ROOT_GB
from ...server.image import OFFICIAL, OFFICIAL_FAMILY, Reference, parse_reference
from ...settings import Settings
from .facts import DELETED, THERE, Facts, Listed, Volume

OK, WARNING, REFUSED = "ok", "warning", "refused"
SERVICE_NAMES = {
    "AWSServiceRoleForAutoScaling": "autoscaling.amazonaws.com",
    "AWSServiceRoleForEC2Spot": "spot.amazonaws.com",
    "AWSServiceRoleForBackup": "backup.amazonaws.com",
    "AWSServiceRoleForBackupRestoreTesting": "restore-testing.backup.amazonaws.com",
}
"""Service-linked roles by the service that makes them."""
POSTGRES_PORT, SSH_PORT = 5432, 22


@dataclass(frozen=True)
class Check:
    """A row. state: ``ok``, ``warning`` or ``refused``. found: in a few words. remedy: what to do, empty for ok."""

    name: str
    state: str
    found: str
    remedy: str = ""


Rule = Callable[[Settings, Facts], Iterator[Check]]


def all_checks(wanted: Settings, facts: Facts, listed: Listed | None = None) -> list[Check]:
    """Every row; what could not be read is a warning, and without credentials there is one row alone.

    Args:
        wanted: the stack's settings.
        facts: what the account has.
        listed: what ECR says of the container's image, which may be another account's; None where it is not asked.
    """
    if facts.who is None:
        reason = facts.unread.get("who", "not asked")
        return [Check("credentials", REFUSED, reason, "configure credentials, such as aws configure sso, and a region")]
    found = [Check("credentials", OK, facts.who)]
    for rule in RULES:
        found += rule(wanted, facts)
    found.append(container(wanted, listed))  # which the host pulls when all of that is there
    for name, reason in facts.unread.items():
        remedy = f"ask for the right, {_printed(wanted, _holder(wanted, name))}"
        found.append(Check(name, WARNING, f"not read: {reason}", remedy))
    return found


def _holder(wanted: Settings, name: str) -> str:
    """The policy of ``tsdb bootstrap`` that has the right to read a fact. name: of the attribute of the facts."""
    if name == "password":
        return "host" if (wanted.server.password_ref or "").startswith("secretsmanager:") else "operate"
    return {"topic": "watch", "record_zone": "host"}.get(name, "operate")


def _printed(wanted: Settings, which: str) -> str:
    return f"tsdb bootstrap --region {wanted.ec2.region} --print-policy {which}"


def vpc(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """One VPC fits."""
    asked = wanted.ec2.vpc or "the default VPC"
    if facts.vpcs is not None:
        one = len(facts.vpcs) == 1
        found = facts.vpcs[0] if one else f"{len(facts.vpcs)} fit {asked}"
        remedy = "set vpc to the id of one; aws ec2 create-default-vpc makes the default anew"
        yield Check("vpc", OK, found) if one else Check("vpc", REFUSED, found, remedy)


def subnet(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """One subnet is chosen, and has an address left."""
    if facts.subnets is None:
        return
    chosen = facts.subnet
    if chosen is None:
        found = f"{len(facts.subnets)} fit {wanted.ec2.subnet or 'the VPC'}"
        yield Check("subnet", REFUSED, found, "set subnet to the id of one")
        return
    # a spot host and its retained interface take two, and the next host boots while the last one ends
    free = chosen.free >= 3
    found = f"{chosen.id} in {chosen.zone}, {chosen.free} addresses free"
    yield Check("subnet", OK, found) if free else Check("subnet", REFUSED, found, "name a subnet with 3 free addresses")


def egress(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """The subnet has the declared way out."""
    if facts.routes is None or facts.subnet is None:
        return
    there_are = routes.ways_out(facts.routes, facts.subnet.ipv6_block)
    asked = wanted.ec2.egress
    if asked in there_are:
        yield Check("way out", OK, asked)
    else:
        offers = " and ".join(there_are) or "none"
        yield Check(
            "way out", REFUSED, f"egress is {asked}, the routes offer {offers}", f"it takes {routes.EGRESS[asked]}"
        )
    if asked == "endpoints" and facts.endpoints is not None:
        missing = [
            each
            for each in way_out.endpoints(bill.workload(wanted.ec2, wanted.server.password_ref))
            if each not in facts.endpoints
        ]
        found = f"no endpoint of {', '.join(missing)}" if missing else "all of them"
        remedy = "make an interface endpoint of each; ecr only where the image comes from there"
        yield Check("endpoints", WARNING, found, remedy) if missing else Check("endpoints", OK, found)


def ports(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """Somebody may connect."""
    asked = wanted.ec2.client_security_group
    if asked is None and wanted.ec2.via.startswith("ssh:"):
        yield _by_ssh(wanted.ec2.via, wanted.ec2.ssh_clients)
    elif asked is None:
        remedy = "set client_security_group where an application of the VPC is to connect"
        state = OK if wanted.ec2.via == "ssm" else WARNING
        found = f"port {POSTGRES_PORT} is open to nobody; tsdb comes through {wanted.ec2.via}"
        yield Check("ports", state, found, "" if state == OK else remedy)
    elif facts.groups is not None:
        one = len(facts.groups) == 1
        found = f"port {POSTGRES_PORT} for {facts.groups[0]}" if one else f"{len(facts.groups)} groups fit {asked}"
        remedy = "set client_security_group to the id of one of the VPC"
        yield Check("ports", OK, found) if one else Check("ports", REFUSED, found, remedy)


def _by_ssh(via: str, clients: Sequence[str]) -> Check:
    """Without a group of clients: from the host itself the database is reached, and from nowhere else."""
    if clients:
        found = f"port {SSH_PORT} for {', '.join(clients)}; {POSTGRES_PORT} for nobody"
        return Check("ports", OK, f"{found}, which is enough where {via} is the host itself")
    remedy = "set client_security_group to a group of that jump host, or ssh_clients where it is the host itself"
    return Check("ports", REFUSED, f"{via} reaches neither port {POSTGRES_PORT} nor {SSH_PORT} of the host", remedy)


def types(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """The zone has every type, and all are of one architecture."""
    asked = (wanted.ec2.instance_type, *wanted.ec2.alternative_types)
    instance_types.alternatives(asked)  # refuses a mixture, as the components do
    if facts.offered is None:
        return
    missing = [each for each in asked if each not in facts.offered]
    if not missing:
        yield Check("instance types", OK, ", ".join(asked))
        return
    zone = facts.subnet.zone if facts.subnet else "the zone"
    state = REFUSED if wanted.ec2.instance_type in missing else WARNING
    yield Check(
        "instance types", state, f"{zone} has no {', '.join(missing)}", "choose another type, or another subnet"
    )


def image(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """There is a machine image of the architecture."""
    kind = instance_types.find(wanted.ec2.instance_type)
    if facts.image is not None:
        right = facts.image.state == "available" and facts.image.architecture == ON_EC2[kind.architecture]
        found = f"{facts.image.id}, {facts.image.architecture}, {facts.image.state}"
        remedy = f"it must be available for {ON_EC2[kind.architecture]}; try again, or ask AWS"
        yield Check("machine image", OK, found) if right else Check("machine image", REFUSED, found, remedy)


def declared(wanted: Settings) -> Reference:
    """The container's image; raises ArgumentRefused as the components do."""
    return parse_reference(wanted.docker.image or OFFICIAL, wanted.docker.image_family or OFFICIAL_FAMILY)


def container(wanted: Settings, listed: Listed | None) -> Check:
    """The container's image is there, and of the host's architecture; listed: as for :func:`all_checks`."""
    try:
        image = declared(wanted)
    except ArgumentRefused as error:
        return Check("container image", REFUSED, f"{error.argument} {error.problem}", error.remedy)
    if not image.repository:
        remedy = "name an image of a registry: the host has no other way to get one"
        return Check("container image", REFUSED, "is an image id, which no registry gives", remedy)
    state, found, remedy = _of_image(wanted, image.text, listed)
    return Check("container image", state, f"{image.text}: {found}", remedy)


def _of_image(wanted: Settings, image: str, listed: Listed | None) -> tuple[str, str, str]:
    """State, finding and remedy of an image that a registry has."""
    kind = instance_types.find(wanted.ec2.instance_type)
    need, inspect = f"linux/{kind.architecture}", f"docker buildx imagetools inspect {image}"
    if listed is None:
        return WARNING, "its registry is not asked from here", f"{inspect} must list {need}"
    if listed.unread:
        right = f"ecr:BatchGetImage, which {_printed(wanted, 'operate')} has for the project's own repositories"
        return WARNING, f"not read: {listed.unread}", f"ask for {right}; or {inspect} must list {need}"
    if listed.absent:
        return REFUSED, listed.absent, "push it there, or correct image"
    if listed.platforms is None:
        found = "one manifest, which does not name its architecture; its configuration does, and is not fetched here"
        return WARNING, found, f"{inspect} --format '{{{{json .Image}}}}' must say {kind.architecture}"
    has = " and ".join(sorted(listed.platforms)) or "no platform"
    if need in listed.platforms:
        return OK, has, ""
    if not listed.whole:
        return WARNING, f"its index names {has}, and not of each image", f"{inspect} must list {need}"
    remedy = f"push an index that has {need}, too, or choose an instance_type of the image's architecture"
    return REFUSED, f"it is of {has}, and {kind.name} is {kind.architecture}", remedy


def quota(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """The account may run the host, and the next one beside it while one is replaced."""
    if facts.quota is None or facts.used is None:
        return
    need = max(instance_types.find(each).vcpus for each in (wanted.ec2.instance_type, *wanted.ec2.alternative_types))
    left = facts.quota - facts.used
    found = f"{wanted.ec2.market}: {facts.used} of {facts.quota:g} vCPUs run, {need} are needed"
    remedy = "ask for more: Service Quotas, EC2, " + (
        "All Standard Spot Instance Requests" if wanted.ec2.market == "spot" else "Running On-Demand Standard instances"
    )
    yield Check("quota", OK, found) if left >= need else Check("quota", REFUSED, found, remedy)


def roles(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """Service-linked roles that the services would make for the first of their kind."""
    for name, there in (facts.roles or {}).items():
        make = f"aws iam create-service-linked-role --aws-service-name {SERVICE_NAMES[name]}"
        if there:
            yield Check("service role", OK, name)
        else:
            remedy = f"{make}; or let one deploy who has {_printed(wanted, 'roles')}"
            yield Check("service role", WARNING, f"{name} is not there", remedy)


def needed_roles(wanted: Settings) -> list[str]:
    """The service-linked roles that a stack takes."""
    spot, days = wanted.ec2.market == "spot", wanted.ec2.backup_days
    wants = {
        "AWSServiceRoleForAutoScaling": spot,
        "AWSServiceRoleForEC2Spot": spot,
        "AWSServiceRoleForBackup": days > 0,
        # as long as this a restore is tested, too
        "AWSServiceRoleForBackupRestoreTesting": days >= workload.MONTHLY_FROM_DAYS,
    }
    return [name for name, needed in wants.items() if needed]


def volume(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """A volume with the tag is this stack's own, or taken back by it, or in the way."""
    if facts.volumes is None:
        return
    if not facts.volumes:
        yield Check("data volume", OK, f"none yet; {wanted.ec2.storage_gb} GB are made")
        return
    zone = facts.subnet.zone if facts.subnet else facts.volumes[0].zone
    # what does not last begins with a new one in another zone
    near = [each for each in facts.volumes if wanted.is_lasting or each.zone == zone]
    if len(near) > 1:
        found = f"{' and '.join(sorted(each.id for each in near))} all have the tag of {wanted.name}"
        yield Check("data volume", REFUSED, found, "take the tag timescaledb-database off all but the database's own")
    else:
        yield Check("data volume", *_of_one(wanted, [*near, *facts.volumes][0], zone))


def _of_one(wanted: Settings, only: Volume, zone: str) -> tuple[str, str, str]:
    """State, finding and remedy of the only volume with the tag; zone: of the host's subnet."""
    what, lasts = f"{only.id} of {only.size_gb} GB", wanted.is_lasting
    if only.stack and only.stack.rpartition("/")[2] != wanted.stack:
        remedy = f"set another name, or the volume's tag {STACK_TAG} to this project and stack, to take it over"
        return REFUSED, f"{what} belongs to {only.stack}", remedy
    if only.zone != zone:
        remedy = f"set subnet to one of {only.zone}, or take the tag timescaledb-database off"
        return REFUSED if lasts else WARNING, f"{what} is in {only.zone}, the host's subnet in {zone}", remedy
    if only.size_gb > wanted.ec2.storage_gb:
        remedy = f"set storage_gb to {only.size_gb}: a volume never shrinks"
        return REFUSED, f"{only.id} has {only.size_gb} GB, {wanted.ec2.storage_gb} are declared", remedy
    what = f"{what} has the tag of {wanted.name} and is {only.state}"
    if only.state == "in-use":
        remedy = "right where this stack's host has it; else take the tag timescaledb-database off"
        return WARNING, f"{what}, by this stack's host or by another's", remedy
    if lasts:
        remedy = "right where these data are meant; else take the tag timescaledb-database off"
        return WARNING, f"{what}: pulumi up takes it back with its data", remedy
    remedy = "right after a first pulumi up; else take the tag off, since beside a second one no host boots"
    return WARNING, f"{what}: the environment {wanted.environment} takes none back", remedy


def disk(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """How large both disks will be; what a volume that is taken back holds already is not seen from outside."""
    sizes = f"{LEAST_ROOT_GB} GB of root disk, {wanted.ec2.storage_gb} GB of data volume"
    tells = "the alarm data-disk tells" if wanted.ec2.alarms != "none" else "df on the host tells, as alarms is none"
    yield Check("free disk", OK, f"{sizes}; what is free inside is not seen from here: {tells}")


def password(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """The password's place can be made, or is there."""
    if facts.password is None:
        return
    reference = wanted.server.password_ref or ""
    if facts.password == DELETED:
        name = reference.partition(":")[2]
        remedy = f"aws secretsmanager restore-secret --secret-id {name}, or choose another name"
        yield Check("password", REFUSED, f"{reference} waits for its deletion", remedy)
    else:
        yield Check("password", OK, f"{reference}: {'there' if facts.password == THERE else 'the host makes it'}")


def named(wanted: Settings, facts: Facts) -> Iterator[Check]:
    """What the settings name beside: a topic, a zone of names, a key pair."""
    for what, there, asked, key in (
        ("topic", facts.topic, wanted.ec2.alarm_topic, "alarm_topic"),
        ("record", facts.record_zone, wanted.ec2.zone_id, "zone_id"),
        ("key pair", facts.key_pair, wanted.ec2.key_name, "key_name"),
    ):
        if there is not None:
            found = str(asked) if there else f"{asked} is not there"
            yield Check(what, OK, found) if there else Check(what, REFUSED, found, f"correct {key}, or leave it out")


RULES: tuple[Rule, ...] = (
    vpc, subnet, egress, ports, types, image, quota, roles, volume, disk, password, named,
)  # fmt: skip
"""In the order in which a deployment would meet them."""
