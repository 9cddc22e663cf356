"""On demand where there is no spot: a failed launch makes the group buy on demand, and a schedule tries spot again.

Auto Scaling does not do that by itself: the mixed policy only keeps a ratio. The drift is harmless, since the next
``up`` sets the group back as well.
"""

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws
from typing_extensions import NotRequired, TypedDict

from ...program import refusing
from ..cron import cron
from ..inputs import calculated, known
from . import checks, look_up
from .machine import SPOT_STRATEGY
from .policy import group_arn


class FallbackArgs(TypedDict):
    """For one group of one."""

    group_name: str
    """The Auto Scaling group. A plain value."""

    return_schedule: NotRequired[str]
    """When spot is tried again, as an EventBridge cron in UTC: a host on demand is then replaced, which is an outage of
    some minutes. A plain value; default ``cron(0 4 * * ? *)``."""

    tags: NotRequired[Mapping[str, str]]
    """More tags. A plain value; default none."""


DEFAULT_RETURN = "cron(0 4 * * ? *)"


def _schedule(value: Any) -> str:
    return cron(value, "return_schedule")


PLAIN = ("group_name", "return_schedule", "tags")
CHECKS: checks.Checks = {"group_name": checks.database_name, "return_schedule": _schedule, "tags": checks.tags}


def machine(group_name: str) -> dict[str, Any]:
    """The state machine: one call that sets how much of the group is bought on demand (0 or 1, from its input).

    Launch template and types may be left out of the policy when a group is updated (EC2 Auto Scaling API reference,
    MixedInstancesPolicy).
    """
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::aws-sdk:autoscaling:updateAutoScalingGroup",
        "Parameters": {
            "AutoScalingGroupName": group_name,
            "MixedInstancesPolicy": {
                "InstancesDistribution": {
                    "OnDemandBaseCapacity.$": "$.on_demand",
                    # AWS does not say whether these two stay when one of the three is written alone; 100 % is a default
                    "OnDemandPercentageAboveBaseCapacity": 0,
                    "SpotAllocationStrategy": SPOT_STRATEGY,
                }
            },
        },
        "Retry": [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 15, "MaxAttempts": 4, "BackoffRate": 2}],
        "End": True,
    }
    return {"Comment": "Buy the host on demand, or as spot again", "StartAt": "Set", "States": {"Set": call}}


def failed_launch(group_name: str) -> dict[str, Any]:
    """The event that a group could not launch an instance (EC2 Auto Scaling guide, "EventBridge event reference")."""
    return {
        "source": ["aws.autoscaling"],
        "detail-type": ["EC2 Instance Launch Unsuccessful"],
        "detail": {"AutoScalingGroupName": [group_name]},
    }


def _trust(service: str) -> str:
    allow = {"Effect": "Allow", "Principal": {"Service": f"{service}.amazonaws.com"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allow]})


def _may(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class Fallback(pulumi.ComponentResource):
    """Two rules and a state machine of one step; no code of ours runs."""

    def __init__(self, name: str, args: FallbackArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare rules and machine.

        Args:
            name: of the component.
            args: see :class:`FallbackArgs`.
            opts: of the component.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:ec2:Fallback", name, {}, opts)
        with refusing():
            checks.refuse(FallbackArgs, known(args), args, CHECKS, PLAIN)
        group, tags = args["group_name"], {**(args.get("tags") or {}), "Name": args["group_name"]}
        mine = pulumi.ResourceOptions(parent=self)
        place = look_up.place(look_up.looking(self))
        update = calculated({"at": place}, lambda plain: _may(_UPDATE, group_arn(plain["at"], group)))
        acting = aws.iam.Role(f"{name}-machine-role", assume_role_policy=_trust("states"), tags=tags, opts=mine)
        may_act = aws.iam.RolePolicy(f"{name}-machine-policy", name="group", role=acting.id, policy=update, opts=mine)
        self.machine = aws.sfn.StateMachine(
            f"{name}-machine",
            definition=json.dumps(machine(group)),
            role_arn=acting.arn,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[may_act]),
        )
        start = self.machine.arn.apply(lambda arn: _may("states:StartExecution", arn))
        self._role = aws.iam.Role(f"{name}-events-role", assume_role_policy=_trust("events"), tags=tags, opts=mine)
        aws.iam.RolePolicy(f"{name}-events-policy", name="machine", role=self._role.id, policy=start, opts=mine)
        self._rule(f"{name}-failed", 1, tags, event_pattern=json.dumps(failed_launch(group)))
        self._rule(f"{name}-return", 0, tags, schedule_expression=args.get("return_schedule") or DEFAULT_RETURN)
        self.register_outputs({})

    def _rule(self, name: str, on_demand: int, tags: Mapping[str, str], **when: Any) -> None:
        mine = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(f"{name}-rule", tags=tags, opts=mine, **when)
        aws.cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            arn=self.machine.arn,
            role_arn=self._role.arn,
            input=json.dumps({"on_demand": on_demand}),
            opts=mine,
        )


_UPDATE = "autoscaling:UpdateAutoScalingGroup"
