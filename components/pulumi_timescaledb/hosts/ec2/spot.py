"""A host that is bought as spot: an Auto Scaling group of one, which makes the next host when one is reclaimed."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired

from ...hardware import instance_types
from ...program import refusing
from .. import arguments as check
from ..inputs import known
from . import checks, look_up, machine
from .host_args import PLAIN, HostArgs


class SpotArgs(HostArgs):
    """A group of one. What changes in its launch template takes effect with the next host."""

    instance_types: Sequence[str]
    """EC2 types of one architecture, all with CPU credits or none, the smallest first; more of them mean fewer and
    shorter outages. Plain values."""

    replace_on_change: NotRequired[bool]
    """Replace the running host at once when the launch template changes (three to six minutes); else the next host
    brings the change. A plain value; default False."""


METRICS: tuple[Any, ...] = (
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupPendingInstances",
    "GroupTerminatingInstances",
)
"""Metrics of the group, which are free and come every minute; without them nobody learns that there is no host."""
GRACE_SECONDS = 300
# terminate before launch: the volume and the address are held by one host at a time
_MAINTENANCE: Any = {"min_healthy_percentage": 0, "max_healthy_percentage": 100}
SPOT_PLAIN = (*PLAIN, "instance_types", "replace_on_change")
CHECKS: checks.Checks = {
    **machine.CHECKS,
    "instance_types": instance_types.alternatives,
    "replace_on_change": lambda value: check.flag(value, "replace_on_change"),
}


class Spot(pulumi.ComponentResource):
    """A launch template and a group of one in one subnet.

    No persistent spot request, which the provider loses track of, and no VolumeAttachment: the boot program attaches
    the volume. No capacity rebalance: it would launch a second host that waits for the volume of the first.
    """

    group_name: pulumi.Output[str]
    """The group, for alarms; its instances come and go."""

    def __init__(self, name: str, args: SpotArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare template and group.

        Args:
            name: of the component.
            args: see :class:`SpotArgs`.
            opts: of the component; the group waits for what ``depends_on`` names.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Spot", name, {}, opts)
        with refusing():
            checks.refuse(SpotArgs, known(args), args, CHECKS, SPOT_PLAIN)
            types = instance_types.alternatives(args["instance_types"])
        self.template = self._template(name, args, types)
        self.group = self._group(name, args, types, opts.depends_on if opts else None)
        self.group_name = self.group.name
        self.register_outputs({"group_name": self.group_name})

    def _template(
        self, name: str, args: SpotArgs, types: Sequence[instance_types.InstanceType]
    ) -> aws.ec2.LaunchTemplate:
        database_name, tags = args["database_name"], args.get("tags") or {}
        credits: Any = pulumi.Output.from_input(args.get("cpu_credits")).apply(
            lambda want: machine.credit(types[0].burstable, want)
        )
        tagged: list[Any] = [
            {"resource_type": "instance", "tags": machine.instance_tags(database_name, tags)},
            {"resource_type": "volume", "tags": machine.root_tags(database_name, tags)},
        ]
        interface: Any = {
            "device_index": 0,
            "security_groups": args["security_group_ids"],
            "delete_on_termination": "true",
            **_texts(machine.interface(args["egress"])),
        }
        root: Any = {
            "encrypted": "true",
            "volume_type": "gp3",
            "volume_size": args.get("root_gb") or machine.LEAST_ROOT_GB,
            "delete_on_termination": "true",
        }
        return aws.ec2.LaunchTemplate(
            f"{name}-template",
            image_id=args["image_id"],
            instance_type=types[0].name,
            key_name=args.get("key_name"),
            user_data=args["user_data_base64"],
            update_default_version=True,
            iam_instance_profile={"name": args["profile_name"]},
            credit_specification=credits,
            metadata_options=machine.METADATA,
            network_interfaces=[interface],
            block_device_mappings=[{"device_name": "/dev/xvda", "ebs": root}],
            tag_specifications=tagged,
            tags=machine.root_tags(database_name, tags) | {"Name": database_name},
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["image_id"] if args.get("pin_image") else []),
        )

    def _group(
        self, name: str, args: SpotArgs, types: Sequence[instance_types.InstanceType], needed: Any
    ) -> aws.autoscaling.Group:
        version = self.template.latest_version.apply(lambda number: str(int(number)))
        mixed: Any = {
            "instances_distribution": {
                "on_demand_base_capacity": 0,
                "on_demand_percentage_above_base_capacity": 0,
                "spot_allocation_strategy": machine.SPOT_STRATEGY,
            },
            "launch_template": {
                "launch_template_specification": {
                    "launch_template_id": self._fitting(args, types[0]),
                    "version": version,
                },
                "overrides": [{"instance_type": each.name} for each in types],
            },
        }
        refresh: Any = {"strategy": "Rolling", "preferences": {**_MAINTENANCE, "skip_matching": True}}
        return aws.autoscaling.Group(
            f"{name}-group",
            name=args["database_name"],  # the role names the group before it exists
            min_size=1,
            max_size=1,
            desired_capacity=1,
            vpc_zone_identifiers=[args["subnet_id"]],
            capacity_rebalance=False,
            health_check_type="EC2",
            health_check_grace_period=GRACE_SECONDS,
            instance_maintenance_policy=_MAINTENANCE,
            enabled_metrics=list(METRICS),
            metrics_granularity="1Minute",
            mixed_instances_policy=mixed,
            instance_refresh=refresh if args.get("replace_on_change") else None,
            opts=pulumi.ResourceOptions(parent=self, depends_on=needed, delete_before_replace=True),
        )

    def _fitting(self, args: SpotArgs, kind: instance_types.InstanceType) -> pulumi.Output[str]:
        """The template, unless the image that it keeps is of another architecture than the types.

        A pinned image stays when the types change: the next host could not be launched, and nobody would see it until
        the present one is reclaimed. This is known while no host runs, too.
        """
        if not args.get("pin_image"):
            return self.template.id
        looking = look_up.looking(self)

        def checked(three: Sequence[str]) -> pulumi.Output[str]:
            found = look_up.image_of_other_architecture(three[1], kind.architecture, looking)
            return found.apply(lambda others: _same(three[0], kind, others))

        # the subnet is not known where a host that is there refuses the types, and says more than its image
        return pulumi.Output.all(self.template.id, self.template.image_id, args["subnet_id"]).apply(checked)


def _same(template_id: str, kind: instance_types.InstanceType, others: Sequence[str]) -> str:
    with refusing():
        machine.refuse_other_architecture(kind, others)
    return template_id


def _texts(flags: dict[str, Any]) -> dict[str, Any]:
    """The launch template's interface wants its truths as text."""
    return {key: str(value).lower() if isinstance(value, bool) else value for key, value in flags.items()}
