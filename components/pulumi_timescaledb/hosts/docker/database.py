"""The component: a network, a volume and a container, and nothing calculated."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
import pulumi_docker as docker

from ...program import refusing, this_stack
from ...server import values
from ..inputs import calculated, known
from . import resources
from .args import DatabaseArgs
from .spec import STACK_LABEL, Spec, refuse, specify


class Database(pulumi.ComponentResource):
    """TimescaleDB on a Docker engine, tuned for the memory and CPUs it is given.

    ``protect`` on the component protects its data volume; the container and the network hold nothing and stay
    replaceable, so that an image upgrade needs no unprotecting.
    """

    connection: pulumi.Output[Mapping[str, Any]]
    """How to reach the database, with a reference to the password; unknown before the first deployment."""
    endpoint: pulumi.Output[str]
    """Where it is published, such as ``127.0.0.1:15432``."""
    container_name: pulumi.Output[str]
    """The container's name on the engine, for ``docker exec`` and the ``tsdb`` command."""
    settings: pulumi.Output[Mapping[str, str]]
    """Every PostgreSQL setting the server is started with."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the database.

        Args:
            name: of the component; its children and, by default, the names on the engine derive from it.
            args: see :class:`DatabaseArgs`.
            opts: of the component; providers and protection pass to the children.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:docker:Database", name, {}, opts)
        with refusing():
            refuse(known(args), args)
        stack = this_stack()
        spec = calculated(args, lambda plain: specify(name, stack, plain))

        self.network = self._network(name, spec)
        volume = self._volume(name, spec, args)
        self.data_volume: pulumi.Resource | None = volume
        self.container = self._container(name, spec, args, volume)
        self.ready: Sequence[pulumi.Resource] = [self.container]

        # the id belongs to no input, so that all of this is unknown until the container exists
        published = pulumi.Output.all(spec, self.container.id, self.container.ports)
        self.connection = published.apply(lambda known: resources.connection(known[0], *_address(known[0], known[2])))
        self.endpoint = published.apply(lambda known: resources.endpoint(*_address(known[0], known[2])))
        self.container_name = self.container.name
        self.settings = spec.apply(lambda plain: values(plain.settings))
        self.register_outputs(
            {
                "connection": self.connection,
                "container_name": self.container_name,
                "endpoint": self.endpoint,
            }
        )

    def _network(self, name: str, spec: pulumi.Output[Spec]) -> docker.Network:
        return docker.Network(
            f"{name}-network",
            name=spec.apply(lambda plain: plain.network_name),
            labels=_stack_label(spec),
            # the name is taken until the old one is gone
            opts=pulumi.ResourceOptions(
                parent=self, protect=False, delete_before_replace=True, ignore_changes=["labels"]
            ),
        )

    def _volume(self, name: str, spec: pulumi.Output[Spec], args: DatabaseArgs) -> docker.Volume | None:
        if args.get("data_path"):
            return None
        return docker.Volume(
            f"{name}-volume",
            name=spec.apply(lambda plain: plain.volume_name),
            labels=_stack_label(spec),
            # Docker cannot relabel a volume: a renamed stack would replace it, data and all
            opts=pulumi.ResourceOptions(
                parent=self, ignore_changes=["labels"], retain_on_delete=bool(args.get("retain_data"))
            ),
        )

    def _container(
        self, name: str, spec: pulumi.Output[Spec], args: DatabaseArgs, volume: docker.Volume | None
    ) -> docker.Container:
        inputs = spec.apply(resources.container)
        given: dict[str, Any] = {key: inputs.apply(_item(key)) for key in resources.CONTAINER_INPUTS}
        if args.get("pull"):
            image = docker.RemoteImage(
                f"{name}-image",
                name=given["image"],
                keep_locally=True,  # another stack may run from it, and a rollback needs it
                opts=pulumi.ResourceOptions(parent=self, protect=False),
            )
            given["image"] = image.image_id
        mount = docker.ContainerVolumeArgs(
            container_path=spec.apply(lambda plain: plain.layout.mount),
            host_path=args.get("data_path"),
            volume_name=volume.name if volume is not None else None,
        )
        return docker.Container(
            f"{name}-container",
            **given,
            networks_advanced=[{"name": self.network.name, "aliases": [resources.ALIAS]}],
            volumes=[mount],
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=False,
                depends_on=[child for child in (self.network, volume) if child is not None],
                # the name and the port are fixed, and two servers must never share a volume
                delete_before_replace=True,
            ),
        )


def _item(key: str) -> Any:
    return lambda inputs: inputs[key]


def _stack_label(spec: pulumi.Output[Spec]) -> pulumi.Output[Any]:
    return spec.apply(lambda plain: resources.labels({STACK_LABEL: plain.stack}))


def _address(spec: Spec, ports: Any) -> tuple[str, int]:
    if not ports:  # a stopped container publishes nothing, and a refresh reads it so; `up` starts it where declared
        return spec.host_ip, spec.port
    return str(ports[0]["ip"]), int(ports[0]["external"])
