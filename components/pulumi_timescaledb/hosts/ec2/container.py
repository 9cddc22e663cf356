"""The database's container on a host: image, limits and settings, as the boot program takes them. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from typing_extensions import NotRequired, TypedDict

from ...boot import HostValues, user_data_base64
from ...boot.values import ARCHIVE_MIB, parameters_text
from ...errors import OutOfRange
from ...hardware import instance_types
from ...server import (
    FAMILIES,
    MIB,
    OFFICIAL,
    OFFICIAL_FAMILY,
    BadValue,
    Layout,
    Machine,
    Reference,
    Setting,
    layout_of,
    parameters,
    parse_reference,
    shared_memory_mib,
    values,
)
from ...server.image import example, require_postgres
from ...server.mandatory import mandatory
from ...server.tuning import DEFAULT_BACKGROUND_WORKERS, SMALLEST_MEMORY
from .. import arguments as check
from .boot import BootProgram, BootSettings

RESERVED_MIB = 320
"""Left to the system, the container engine and the host's own scripts; our own choice, not measured on an instance."""
PORT = 5432
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}  # by how their regions begin


class ContainerArgs(TypedDict):
    """The server that a host runs. All values are plain: they are packed into user data."""

    instance_type: str
    """EC2 type that the server is tuned for; the smallest, where there are several."""

    image: NotRequired[str]
    """Exact image, with or without index digest. Default the official image this library was read against."""

    image_family: NotRequired[str]
    """``timescaledb``, ``timescaledb-ha`` or ``distribution``: where the data lie in it. Default ``timescaledb``."""

    postgres_version: NotRequired[int]
    """Major version of PostgreSQL in the image. Default 17."""

    database: NotRequired[str]
    """Made with a new cluster. Default ``postgres``."""

    user: NotRequired[str]
    """Superuser of a new cluster. Default ``postgres``."""

    port: NotRequired[int]
    """TCP port on the host. Default 5432."""

    settings: NotRequired[Mapping[str, object]]
    """Settings of PostgreSQL that win over the tuned ones. Default none."""

    preload_libraries: NotRequired[Sequence[str]]
    """Preloaded beside ours. Default none."""

    max_background_workers: NotRequired[int]
    """Background workers of TimescaleDB. Default 16."""

    metrics: NotRequired[str]
    """``basic`` (the ten free ones) or ``full``; a host that runs follows when it is replaced. Default ``basic``."""

    archive: NotRequired[bool]
    """Whether the host has an ``archive_bucket``: pgBackRest of the image works beside the server then, and 256 MiB of
    memory are kept for it. Default False."""


@dataclass(frozen=True)
class Container:
    """A checked declaration. memory_mib: its limit. settings: all of PostgreSQL's."""

    image: Reference
    layout: Layout
    memory_mib: int
    settings: Mapping[str, Setting]
    database: str
    user: str
    port: int
    metrics: str
    archive: bool = False

    @property
    def parameters_text(self) -> str:
        """The settings as the SSM parameter holds them, which the host follows without being replaced."""
        return parameters_text(values(self.settings))

    @property
    def options(self) -> list[str]:
        """Arguments of ``docker create``; the boot program adds mounts, names, its log and how it is stopped."""
        memory = self.memory_mib * MIB
        return [
            f"--publish={self.port}:{PORT}",
            f"--memory={memory}",
            f"--memory-swap={memory}",  # memory and swap together: the same number means no swap
            f"--shm-size={shared_memory_mib(values(self.settings))}m",
            "--cap-drop=ALL",
            *(f"--cap-add={name.removeprefix('CAP_')}" for name in self.layout.capabilities),
            "--security-opt=no-new-privileges",
            *(f"--env={name}={value}" for name, value in sorted(self.layout.environment.items())),
            # page checksums are asked for by hand: PostgreSQL makes them by default from version 18 on only
            "--env=POSTGRES_INITDB_ARGS=--data-checksums",
        ]

    @property
    def repository_arns(self) -> list[str]:
        """The repository of ECR that the host must be let pull from; none where the image is elsewhere."""
        ecr = self.image.ecr
        if ecr is None:
            return []
        partition = next((here for begin, here in _PARTITIONS.items() if ecr.region.startswith(begin)), "aws")
        return [f"arn:{partition}:ecr:{ecr.region}:{ecr.account}:repository/{self.image.repository.partition('/')[2]}"]

    def _refuse_out_of_reach(self, egress: str) -> None:
        """Of ECR's two names one has no IPv6, and the other no endpoint (ECR User Guide, "Making requests")."""
        text, ecr = self.image.text, self.image.ecr
        if egress == "endpoints" and self.image.repository and (ecr is None or ecr.dual_stack):
            problem = f"is {text} and egress is endpoints, which lead to no registry but <account>.dkr.ecr.<region>"
            raise BadValue("image", problem, "name a copy of it in your ECR, or choose another egress")
        if egress == "ipv6" and ecr and not ecr.dual_stack:
            problem = f"is {text} and egress is ipv6, by which that name is not reached"
            domain = "on.amazonwebservices.com.cn" if ecr.region.startswith("cn-") else "on.aws"
            other = f"{ecr.account}.dkr-ecr.{ecr.region}.{domain}"
            raise BadValue("image", problem, f"write {other} in place of its registry")

    def boot_program(self) -> BootProgram:
        """A function that packs user data of what the stack knows.

        Of the settings only the mandatory ones stand in user data, for a host that cannot read the parameter: a
        changed setting must neither stop nor replace a host.
        """
        needed = values(mandatory(self.layout, self.database))
        named = self.image.repository + (f":{self.image.tag}" if self.image.tag else "")
        digest = self.image.digest or ""

        def packed(settings: BootSettings) -> str:
            if bool(settings["archive_bucket"]) != self.archive:
                has = "an" if settings["archive_bucket"] else "no"
                problem = f"is {self.archive} but the host has {has} archive_bucket"
                raise BadValue("archive", problem, "declare both or neither: memory is kept for what archives")
            self._refuse_out_of_reach(settings["egress"])
            told: Any = {name: value for name, value in settings.items() if name != "egress"}
            return user_data_base64(
                HostValues(
                    **told,
                    dual_stack=settings["egress"] == "ipv6",
                    image=named or digest,
                    image_digest=digest if named else "",
                    image_id="" if named else digest,
                    postgres=self.layout.postgres,
                    uid=self.layout.uid,
                    gid=self.layout.gid,
                    pgdata=self.layout.pgdata,
                    data_mount=self.layout.mount,
                    container_options=self.options,
                    parameters=needed,
                    database=self.database,
                    user=self.user,
                    metrics=self.metrics,
                )
            )

        return packed


def container(args: ContainerArgs) -> Container:
    """The container of plain arguments.

    Raises:
        ArgumentRefused: naming the argument that cannot be used, alone or beside the others.
    """
    check.known_names(args, ContainerArgs.__annotations__, ContainerArgs.__required_keys__)
    given: Mapping[str, Any] = {key: value for key, value in args.items() if value is not None}
    kind = instance_types.find(given["instance_type"])
    archive = check.flag(given.get("archive", False), "archive")
    memory = kind.memory_mib - RESERVED_MIB - (ARCHIVE_MIB if archive else 0)
    if memory * MIB < SMALLEST_MEMORY:
        problem = f"is {kind.name}, which leaves {memory} MiB for PostgreSQL"
        raise OutOfRange("instance_type", problem, "choose at least t4g.micro or t3.micro")
    family = check.one_of(given.get("image_family", OFFICIAL_FAMILY), "image_family", FAMILIES)
    layout = layout_of(family, check.whole(given.get("postgres_version", 17), "postgres_version", 1, 99))
    if archive and not layout.has_pgbackrest:
        problem = f"is {family}, whose images lack pgBackRest, which the archive needs"
        remedy = f"set it to timescaledb-ha and image to {example('timescaledb-ha')}, or leave the archive out"
        raise BadValue("image_family", problem, remedy)
    image = parse_reference(given.get("image", OFFICIAL), family)
    require_postgres(image, family, layout.postgres)
    database = check.identifier(given.get("database", "postgres"), "database")
    workers = check.whole(
        given.get("max_background_workers", DEFAULT_BACKGROUND_WORKERS),
        "max_background_workers",
        DEFAULT_BACKGROUND_WORKERS,
        1024,
    )
    return Container(
        image=image,
        layout=layout,
        memory_mib=memory,
        settings=parameters(
            Machine(memory * MIB, kind.vcpus, workers),
            layout,
            database=database,
            overrides=given.get("settings", {}),
            extra_libraries=given.get("preload_libraries", ()),
        ),
        database=database,
        user=check.identifier(given.get("user", "postgres"), "user"),
        port=check.port(given.get("port", PORT)),
        metrics=check.one_of(given.get("metrics", "basic"), "metrics", ("basic", "full")),
        archive=archive,
    )
