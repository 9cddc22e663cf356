"""A host that is bought on demand: a plain instance, whose id and address last, and which EC2 recovers by itself."""

from typing import Any

import pulumi
import pulumi_aws as aws

from ...hardware import instance_types
from ...program import refusing
from ..inputs import known
from . import checks, machine
from .host_args import PLAIN, HostArgs


class OnDemandArgs(HostArgs):
    """One instance; a changed ``instance_type`` stops and starts it (two to three minutes)."""

    instance_type: pulumi.Input[str]
    """EC2 type."""


CHECKS: checks.Checks = {**machine.CHECKS, "instance_type": instance_types.find}


class OnDemand(pulumi.ComponentResource):
    """One instance.

    Changed user data is ignored: EC2 would stop and start the instance for it and cloud-init would not run it again.
    A replaced instance (a new image) runs the newest. No VolumeAttachment: the boot program attaches the volume.
    """

    instance_id: pulumi.Output[str]
    """The instance."""
    private_ip: pulumi.Output[str]
    """Its address, which a stop does not change."""

    def __init__(self, name: str, args: OnDemandArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the instance.

        Args:
            name: of the component.
            args: see :class:`OnDemandArgs`.
            opts: of the component; the instance waits for what ``depends_on`` names.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:OnDemand", name, {}, opts)
        with refusing():
            checks.refuse(OnDemandArgs, known(args), args, CHECKS, PLAIN)
        database_name, tags = args["database_name"], args.get("tags") or {}
        credits: Any = pulumi.Output.all(args["instance_type"], args.get("cpu_credits")).apply(
            lambda both: machine.credit(instance_types.find(both[0]).burstable, both[1])
        )
        self.instance = aws.ec2.Instance(
            f"{name}-instance",
            instance_type=args["instance_type"],
            ami=args["image_id"],
            subnet_id=args["subnet_id"],
            vpc_security_group_ids=args["security_group_ids"],
            iam_instance_profile=args["profile_name"],
            user_data_base64=args["user_data_base64"],
            key_name=args.get("key_name"),
            credit_specification=credits,
            metadata_options=machine.METADATA,
            maintenance_options={"auto_recovery": "default"},
            root_block_device={
                "encrypted": True,
                "volume_type": "gp3",
                "volume_size": args.get("root_gb") or machine.LEAST_ROOT_GB,
                "delete_on_termination": True,
                # not volume_tags, which would reach the data volume too
                "tags": machine.root_tags(database_name, tags),
            },
            tags=machine.instance_tags(database_name, tags),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=opts.depends_on if opts else None,
                # two hosts would wait for one volume and one address
                delete_before_replace=True,
                ignore_changes=["user_data_base64", *(["ami"] if args.get("pin_image") else [])],
            ),
            **machine.interface(args["egress"]),
        )
        self.instance_id = self.instance.id
        self.private_ip = self.instance.private_ip
        self.register_outputs({"instance_id": self.instance_id, "private_ip": self.private_ip})
