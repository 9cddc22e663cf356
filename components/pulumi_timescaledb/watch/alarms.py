"""The component: a topic, the alarms, the rules on events and the log group; nothing calculated."""

from collections.abc import Sequence
from typing import Any

import pulumi
import pulumi_aws as aws

from ..hosts.inputs import known
from ..program import refusing
from . import events, topic
from .alarm import Alarm, Composite
from .args import AlarmsArgs
from .wanted import Watched, watched


class Alarms(pulumi.ComponentResource):
    """Every alarm of one host, and who is told.

    Metrics of a group carry its name and metrics of the volume its id, so that a replaced machine keeps its alarms.
    """

    topic_arn: pulumi.Output[str]
    """The topic that is told."""
    alarm_names: Sequence[str]
    """Names of all metric alarms, for ``tsdb verify``."""
    log_group_name: pulumi.Output[str]
    """Where the host writes its logs."""

    def __init__(self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Declare the alarms.

        Args:
            name: of the component; the names of its children derive from it.
            args: see :class:`AlarmsArgs`.
            opts: of the component; providers and protection pass to the children.

        Raises:
            pulumi.RunError: one sentence that names the argument which cannot be used.
        """
        super().__init__("timescaledb:watch:Alarms", name, {}, opts)
        self._args = args
        self._name = name
        with refusing():
            plan = watched(args, known(args), AlarmsArgs.__annotations__, AlarmsArgs.__required_keys__)
        self.topic_arn = self._topic(plan)
        made = [self._alarm(each, plan) for each in plan.alarms]
        self._composites(plan, made)
        for each in plan.events:
            self._event(each, plan)
        self.alarm_names = [each.name for each in plan.alarms]
        self.log_group_name = aws.cloudwatch.LogGroup(
            f"{name}-logs",
            name=plan.names.log_group,
            retention_in_days=plan.log_days,
            tags=args.get("tags"),
            opts=self._child(),
        ).name
        self.register_outputs(
            {
                "alarm_names": self.alarm_names,
                "log_group_name": self.log_group_name,
                "topic_arn": self.topic_arn,
            }
        )

    def _child(self, **more: Any) -> pulumi.ResourceOptions:
        return pulumi.ResourceOptions(parent=self, **more)

    def _topic(self, plan: Watched) -> pulumi.Output[str]:
        given = self._args.get("topic_arn")
        if given is not None:
            arn = pulumi.Output.from_input(given)
        else:
            made = aws.sns.Topic(
                f"{self._name}-topic",
                name=plan.names.topic,
                kms_master_key_id=self._args.get("kms_key_id"),
                tags=self._args.get("tags"),
                opts=self._child(),
            )
            arn = made.arn
            aws.sns.TopicPolicy(
                f"{self._name}-topic-policy", arn=arn, policy=arn.apply(topic.policy), opts=self._child()
            )
        for number, address in enumerate(self._args.get("emails") or ()):
            # an address in a resource's name would stand in every URN
            aws.sns.TopicSubscription(
                f"{self._name}-email-{number}",
                topic=arn,
                protocol="email",
                endpoint=_checked(address),
                opts=self._child(),
            )
        return arn

    def _alarm(self, alarm: Alarm, plan: Watched) -> aws.cloudwatch.MetricAlarm:
        row = alarm.row
        return aws.cloudwatch.MetricAlarm(
            f"{self._name}-{row.name}-{alarm.severity}",
            name=alarm.name,
            alarm_description=alarm.description(plan.runbooks),
            namespace=row.namespace,
            metric_name=row.metric,
            dimensions={row.dimension: self._identity(row.dimension)},
            statistic=row.statistic,
            comparison_operator=row.direction,
            threshold=alarm.threshold,
            period=row.period,
            evaluation_periods=row.periods,
            datapoints_to_alarm=row.of_them or row.periods,
            treat_missing_data=row.missing,
            alarm_actions=[self.topic_arn] if alarm.notifies else None,
            ok_actions=[self.topic_arn] if alarm.recovers else None,
            tags=self._args.get("tags"),
            opts=self._child(),
        )

    def _identity(self, dimension: str) -> pulumi.Input[str]:
        # wanted.watched has refused a spot host without a group, and on-demand rows never ask for one
        given = {
            "AutoScalingGroupName": self._args.get("group_name") or "",
            "Database": self._args["database"],
            "VolumeId": self._args["volume_id"],
        }
        return given[dimension]

    def _composites(self, plan: Watched, made: Sequence[pulumi.Resource]) -> None:
        before: Sequence[pulumi.Resource] = made
        for each in plan.composites:
            # the alarms of a rule, and a suppressor, must exist before what speaks of them
            before = [*before, self._composite(each, plan, before)]

    def _composite(
        self, composite: Composite, plan: Watched, before: Sequence[pulumi.Resource]
    ) -> aws.cloudwatch.CompositeAlarm:
        suppressor: Any = None
        if composite.suppressor:
            suppressor = {"alarm": composite.suppressor, "extension_period": 300, "wait_period": 120}
        return aws.cloudwatch.CompositeAlarm(
            f"{self._name}-{composite.which}",
            alarm_name=composite.name,
            alarm_description=composite.description(plan.runbooks),
            alarm_rule=composite.rule,
            actions_suppressor=suppressor,
            alarm_actions=[self.topic_arn],
            ok_actions=[self.topic_arn] if suppressor is None else None,
            tags=self._args.get("tags"),
            opts=self._child(depends_on=before),
        )

    def _event(self, event: events.Event, plan: Watched) -> None:
        given: Any = self._args.get(event.filtered_by[0]) if event.filtered_by else None
        narrowed = pulumi.Output.from_input(given)
        rule = aws.cloudwatch.EventRule(
            f"{self._name}-{event.name}",
            name=plan.names.rule(event.name),
            description=event.says,
            event_pattern=narrowed.apply(lambda value: events.pattern(event, value)),
            tags=self._args.get("tags"),
            opts=self._child(),
        )
        aws.cloudwatch.EventTarget(
            f"{self._name}-{event.name}-target",
            rule=rule.name,
            target_id="topic",
            arn=self.topic_arn,
            input_transformer={"input_paths": event.paths, "input_template": events.template(event, plan.runbooks)},
            opts=self._child(),
        )


def _checked(address: pulumi.Input[str]) -> pulumi.Output[str]:
    def check(value: str) -> str:
        with refusing():
            return topic.email(value)

    return pulumi.Output.from_input(address).apply(check)
