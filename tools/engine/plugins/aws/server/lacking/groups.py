"""Auto Scaling: maintenance policy, hooks given at creation, instance refresh, and what instances take from a template.

A refresh ends every instance at once; the group replaces it, as moto does for any terminated instance.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from tools.engine.plugins.aws.server.lacking.instances import keep
from tools.engine.plugins.aws.server.patching import add, refuse, wrap

_KEPT = {
    "InstanceMaintenancePolicy": "instance_maintenance_policy",
    "DefaultInstanceWarmup": "default_instance_warmup",
    "MaxInstanceLifetime": "max_instance_lifetime",
}
_ALSO = {
    "CapacityRebalance": "capacity_rebalance",
    "DefaultCooldown": "default_cooldown",
    "TerminationPolicies": "termination_policies",
}


def change() -> None:
    """Make the changes."""
    from moto.autoscaling.models import FakeAutoScalingGroup, autoscaling_backends
    from moto.autoscaling.responses import AutoScalingResponse

    add(AutoScalingResponse, autoscaling_backends, "disable_metrics_collection", _disable)
    add(AutoScalingResponse, autoscaling_backends, "start_instance_refresh", _refresh)
    add(AutoScalingResponse, autoscaling_backends, "complete_lifecycle_action", lambda backend, given: {})

    @wrap(AutoScalingResponse, "create_auto_scaling_group")
    def create(old: Callable[..., Any], self: Any) -> Any:
        answer = old()
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for wire, attribute in _KEPT.items():
            setattr(group, attribute, self._get_param(wire))
        for hook in self._get_param("LifecycleHookSpecificationList", []):
            self.autoscaling_backend.create_lifecycle_hook(
                name=hook["LifecycleHookName"],
                as_name=group.name,
                transition=hook["LifecycleTransition"],
                timeout=int(hook.get("HeartbeatTimeout", 3600)),
                result=hook.get("DefaultResult", "ABANDON"),
            )
        return answer

    @wrap(AutoScalingResponse, "update_auto_scaling_group")
    def update(old: Callable[..., Any], self: Any) -> Any:
        answer = old()
        group = self.autoscaling_backend.autoscaling_groups[self._get_param("AutoScalingGroupName")]
        for wire, attribute in {**_KEPT, **_ALSO}.items():
            value = self._get_param(wire)
            if value is not None:
                setattr(group, attribute, value)
        return answer

    @wrap(FakeAutoScalingGroup, "update")
    def renew(old: Callable[..., Any], self: Any, **named: Any) -> None:
        had, given = self.mixed_instances_policy, named.get("mixed_instances_policy")
        if had and given:
            named["mixed_instances_policy"] = _renewed(had, given)
        old(**named)
        if not given and not named.get("launch_template"):
            self.mixed_instances_policy = had  # moto forgets it whenever something else is changed

    @wrap(FakeAutoScalingGroup, "replace_autoscaling_group_instances")
    def replace(old: Callable[..., Any], self: Any, count_needed: int, propagated_tags: dict[str, str]) -> Any:
        before = {state.instance.id for state in self.instance_states}
        answer = old(count_needed, propagated_tags)
        for state in self.instance_states:
            if state.instance.id not in before:
                _dress(self, state.instance)
        return answer

    shown: Any = FakeAutoScalingGroup.__dict__["launch_template"]

    def launch_template(self: Any) -> Any:
        """AWS shows the template of a mixed group inside its policy only."""
        return None if self.mixed_instances_policy else shown.fget(self)

    FakeAutoScalingGroup.launch_template = property(launch_template)  # type: ignore[assignment,method-assign]


def _renewed(had: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A policy after an update: what that does not say stays (API reference, UpdateAutoScalingGroup)."""
    shares = {**had.get("InstancesDistribution", {}), **given.get("InstancesDistribution", {})}
    template = {**had["LaunchTemplate"], **given.get("LaunchTemplate", {})}
    spec = dict(template["LaunchTemplateSpecification"])
    if spec.get("LaunchTemplateId"):
        spec.pop("LaunchTemplateName", None)  # moto shows both and takes one
    return {"InstancesDistribution": shares, "LaunchTemplate": {**template, "LaunchTemplateSpecification": spec}}


def _dress(group: Any, instance: Any) -> None:
    """Give an instance what moto's groups do not take from template and policy."""
    from moto.ec2.models.instances import MetadataOptions

    template = group.ec2_launch_template
    if template is None:
        return
    data = template.get_version(group.launch_template_version).data
    policy = group.mixed_instances_policy or {}
    overrides = policy.get("LaunchTemplate", {}).get("Overrides") or []
    if overrides and overrides[0].get("InstanceType"):
        instance.instance_type = overrides[0]["InstanceType"]
    shares = policy.get("InstancesDistribution", {})
    on_demand = int(shares.get("OnDemandBaseCapacity", 0) or 0) > 0
    if policy and not on_demand and int(shares.get("OnDemandPercentageAboveBaseCapacity", 100)) == 0:
        instance.lifecycle = "spot"
    if data.get("InstanceMarketOptions", {}).get("MarketType") == "spot":
        instance.lifecycle = "spot"
    instance.metadata_options = MetadataOptions(data.get("MetadataOptions") or {})
    keep(instance, data.get("CreditSpecification") or {})
    profile = data.get("IamInstanceProfile") or {}
    named = {
        "iam_instance_profile_name": profile.get("Name"),
        "iam_instance_profile_arn": profile.get("Arn"),
    }
    if any(named.values()):
        instance.ec2_backend.associate_iam_instance_profile(instance_id=instance.id, **named)
    groups = [each for interface in data.get("NetworkInterfaces") or [] for each in interface.get("Groups") or []]
    if groups:
        found = [instance.ec2_backend.get_security_group_from_id(each) for each in groups]
        instance.security_groups = [each for each in found if each is not None]


def _one(backend: Any, name: str) -> Any:
    if name not in backend.autoscaling_groups:
        refuse("ValidationError", f"AutoScalingGroup name not found - AutoScalingGroup '{name}' not found")
    return backend.autoscaling_groups[name]


def _disable(backend: Any, given: dict[str, Any]) -> None:
    group = _one(backend, given["AutoScalingGroupName"])
    gone = given.get("Metrics") or list(group.metrics)
    group.metrics = [each for each in group.metrics if each not in gone]


def _refresh(backend: Any, given: dict[str, Any]) -> dict[str, Any]:
    group = _one(backend, given["AutoScalingGroupName"])
    identifiers = [state.instance.id for state in group.instance_states]
    if identifiers:
        backend.ec2_backend.terminate_instances(identifiers)
        backend.notify_terminate_instances(identifiers)
    return {"InstanceRefreshId": str(uuid.uuid4())}
