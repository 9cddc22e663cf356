"""The component: network, volume, password, address, role and host put together."""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from ...hardware import instance_types
from ...program import refusing
from ..inputs import has_output, known
from . import ami, boot, checks, commands, look_up, machine, rules, spec
from .address import Address
from .args import DatabaseArgs
from .fallback import Fallback
from .identity import Identity
from .network import Network
from .on_demand import OnDemand
from .secrets import Password
from .security_group import SecurityGroup
from .spot import Spot
from .volume import Volume


class Database(pulumi.ComponentResource):
    """TimescaleDB on one EC2 host that finds its volume by tag, on demand or as spot.

    Each part is a component that works alone; this one only passes values between them.
    """

    connection: pulumi.Output[Mapping[str, Any]]
    """How to reach the database, with a reference to the password; unknown before the first deployment."""
    endpoint: pulumi.Output[str]
    """``host:port`` inside the VPC."""
    instance_id: pulumi.Output[str]
    """The running instance; empty while a spot host is being replaced."""
    private_ip: pulumi.Output[str]
    """The address of the retained interface, else of the running instance."""
    ssh_command: pulumi.Output[str]
    """SSH where there is a key pair, else the session command."""
    session_command: pulumi.Output[str]
    """A shell through Session Manager on whichever instance runs."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the database.

        Args:
            name: of the component; its children's names derive from it.
            args: see :class:`DatabaseArgs`.
            opts: of the component; providers pass to the children.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Database", name, {}, opts)
        with refusing():
            checks.refuse(DatabaseArgs, known(args), args, spec.CHECKS, spec.PLAIN)
            spec.refuse_together(args)
        self._name, self._args = name, args
        self._mine = pulumi.ResourceOptions(parent=self)
        self._looking = look_up.looking(self)
        self._place = look_up.place(self._looking)
        self.network = Network(
            f"{name}-network", self._of("egress", "vpc", "subnet", "client_security_groups"), self._mine
        )
        self.security_group = self._security_group()
        self.volume = self._volume()
        self.password = self._password()
        self.address = self._address()
        self.identity = self._identity()
        self.host = self._host()
        self.data_volume: pulumi.Resource | None = self.volume.resource
        started = self.host.instance if isinstance(self.host, OnDemand) else self.host.group
        self.ready: Sequence[pulumi.Resource] = [started]
        self._outputs(started)
        names = ("connection", "endpoint", "instance_id", "private_ip", "ssh_command", "session_command")
        self.register_outputs({each: getattr(self, each) for each in names})

    def _of(self, *names: str, **more: Any) -> Any:
        """Those of the arguments that are given, and more; what is None is left to the component's own default."""
        given = {name: self._args.get(name) for name in names}
        return {key: value for key, value in {**given, **more}.items() if value is not None}

    def _security_group(self) -> SecurityGroup:
        clients = {**(self._args.get("clients") or {}), **self.network.client_security_groups}
        given = self._of(
            *("ports", "ssh_clients", "dns_servers", rules.OVERRIDE, "tags"),
            vpc_id=self.network.vpc_id,
            clients=clients,
            ipv6=self._args["egress"] == "ipv6",
        )
        return SecurityGroup(f"{self._name}-security", given, self._mine)

    def _volume(self) -> Volume:
        given = self._of(
            *("database_name", "size_gb", "iops", "throughput", "snapshot_id", "kms_key_arn"),
            *("existing_volume_id", "retain", "protect", "tags"),
            availability_zone=self.network.availability_zone,
            instance_type=self._args["instance_types"][0],
        )
        return Volume(f"{self._name}-data", given, self._mine)

    def _password(self) -> Password:
        generate = self._args.get("generate_password")
        return Password(
            f"{self._name}-password",
            self._of("password_ref", "kms_key_arn", "retain", "tags", generate=generate),
            self._mine,
        )

    def _address(self) -> Address | None:
        interface = spec.stable_interface(self._args)
        if not interface and not self._args.get("domain_name"):
            return None
        where = {"subnet_id": self.network.subnet_id, "security_group_ids": [self.security_group.id_]}
        given = self._of(
            *("database_name", "domain_name", "zone_id", "tags"), interface=interface, **(where if interface else {})
        )
        return Address(f"{self._name}-address", given, self._mine)

    def _identity(self) -> Identity:
        key = self._args.get("kms_key_arn")
        given = self._of(
            *("database_name", "generate_password", "ca_parameter", "config_parameter", "archive_bucket"),
            *("log_group", "repository_arns", "permissions_boundary_arn", "zone_id", "tags"),
            password_arn=self.password.arn,
            group_name=self._args["database_name"] if self._args["market"] == "spot" else None,
            interface_arn=self.address.interface_arn if self.address else None,
            record_name=self._args.get("domain_name"),
            key_arns=[*([key] if key is not None else []), *(self._args.get("key_arns") or [])] or None,
            volume_key_arn=self.volume.key_arn,
        )
        return Identity(f"{self._name}-identity", given, self._mine)

    def _host(self) -> OnDemand | Spot:
        types = self._args["instance_types"]
        given: Any = self._of(
            *("database_name", "egress", "root_gb", "cpu_credits", "key_name", "tags"),
            subnet_id=pulumi.Output.all(self.network.subnet_id, self._others(), self._foreign()).apply(self._alone),
            security_group_ids=[self.security_group.id_],
            profile_name=self.identity.profile_name,
            image_id=ami.resolve(types[0], self._args.get("image_id"), self),
            pin_image=self._args.get("image_id") is None,
            user_data_base64=self._user_data(),
        )
        # a host without its rules or its volume would only wait for them
        needed: list[pulumi.Resource] = [self.security_group, self.volume, *([self.address] if self.address else [])]
        mine = pulumi.ResourceOptions(parent=self, depends_on=needed)
        if self._args["market"] == "on-demand":
            return OnDemand(f"{self._name}-host", given | {"instance_type": types[0]}, mine)
        host = Spot(f"{self._name}-host", given | self._of("instance_types", "replace_on_change"), mine)
        if self._args.get("fall_back"):
            Fallback(f"{self._name}-fall-back", self._of("tags", group_name=self._args["database_name"]), self._mine)
        return host

    def _others(self) -> pulumi.Output[list[str]]:
        return look_up.of_other_market(self._args["database_name"], self._args["market"], self._looking)

    def _kind(self) -> instance_types.InstanceType:
        return instance_types.find(self._args["instance_types"][0])

    def _foreign(self) -> pulumi.Output[list[str]]:
        name, architecture = self._args["database_name"], self._kind().architecture
        return look_up.of_other_architecture(name, architecture, self._looking)

    def _alone(self, found: Sequence[Any]) -> str:
        subnet_id, others, foreign = found
        with refusing():
            spec.refuse_other_market(self._args["market"], self._args["database_name"], others)
            machine.refuse_other_architecture(self._kind(), foreign)
        return str(subnet_id)

    def _user_data(self) -> pulumi.Output[str]:
        pack = self._args["user_data"]
        told = {
            "egress": self._args["egress"],
            "database_name": self._args["database_name"],
            "tag_key": checks.IDENTITY_TAG,
            "password": self._args["password_ref"],
            "password_made_here": self._args.get("generate_password", True),
            "format_blank": self._args.get("existing_volume_id") is None,
            "interface": self.address.interface_id if self.address else None,
            "dns_zone": self._args.get("zone_id"),
            "dns_name": self._args.get("domain_name"),
            "group": self._args["database_name"] if self._args["market"] == "spot" else None,
            "ca_parameter": self._args.get("ca_parameter"),
            "config_parameter": self._args.get("config_parameter"),
            "log_group": self._args.get("log_group"),
            "archive_bucket": self._args.get("archive_bucket"),
            "archive_days": self._args.get("archive_days", spec.ARCHIVE_DAYS),
        }
        # once with stand-ins for what is unknown, so that user data which is too large is refused in the first preview
        _packed(pack, {key: boot.STAND_INS[key] if has_output(value) else value for key, value in told.items()})
        return pulumi.Output.all(**told).apply(lambda plain: _packed(pack, plain))

    def _outputs(self, started: pulumi.CustomResource) -> None:
        name, via = self._args["database_name"], self._args.get("via") or "ssm"
        port = int((self._args.get("ports") or [rules.POSTGRES_PORT])[0])
        if isinstance(self.host, OnDemand):
            found: pulumi.Output[dict[str, str]] = pulumi.Output.all(
                id=self.host.instance_id, private_ip=self.host.private_ip
            )
        else:  # which instance runs is known once there is a group
            found = started.id.apply(lambda _: look_up.running(name, self._looking))
        stable = self.address.private_ip if self.address else None
        self.instance_id = found.apply(lambda running: str(running["id"]))
        self.private_ip = pulumi.Output.all(stable, found).apply(lambda both: str(both[0] or both[1]["private_ip"]))
        fixed = self.address.host if self.address else self.private_ip
        # the id belongs to no input, so that all of this is unknown until there is a host
        host = pulumi.Output.all(fixed, started.id).apply(lambda both: str(both[0]))
        given = pulumi.Output.all(
            host=host,
            port=port,
            database=self._args.get("database") or "postgres",
            user=self._args.get("user") or "postgres",
            tls=self._args.get("tls") or "require",
            password_ref=self._args["password_ref"],
            region=self._place.apply(lambda at: str(at.region)),
        )
        self.connection = given.apply(lambda known: spec.connection(known, via, name))
        self.endpoint = host.apply(lambda known: spec.endpoint(known, port))
        region = self._place.apply(lambda at: str(at.region))
        self.session_command = region.apply(lambda known: commands.session(name, known))
        self.ssh_command = pulumi.Output.all(region, host, self._args.get("key_name")).apply(
            lambda three: commands.ssh(name, *three)
        )


def _packed(pack: boot.BootProgram, plain: Mapping[str, Any]) -> str:
    with refusing():
        return spec.CHECKS["user_data_base64"](pack(boot.settings(plain)))  # type: ignore[no-any-return]
