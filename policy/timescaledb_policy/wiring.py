"""Rules as policies of Pulumi's engine. The only module here that imports Pulumi."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi_policy
from pulumi_policy.proxy import UnknownValueError

from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import Option, ResourceRule, Rule, StackRule


def policy(rule: Rule) -> Any:
    """A rule as the policy that Pulumi runs."""
    common = {
        "name": rule.name,
        "description": rule.why,
        "enforcement_level": pulumi_policy.EnforcementLevel(rule.level.value),
        "severity": pulumi_policy.Severity(rule.severity.value),
        "config_schema": _schema(rule),
    }
    if isinstance(rule, ResourceRule):
        return pulumi_policy.ResourceValidationPolicy(validate=_resource(rule), **common)
    if isinstance(rule, StackRule):
        return pulumi_policy.StackValidationPolicy(validate=_stack(rule), **common)
    raise TypeError(f"{rule.name} is neither a rule for resources nor one for stacks: declare it as one of the two")


def plain(value: Any) -> Any:
    """A value without Pulumi's proxies, which raise where a preview does not know something yet."""
    if isinstance(value, Mapping):
        return {key: _item(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_item(value, position) for position in range(len(value))]
    return value


def _item(holder: Any, key: Any) -> Any:
    try:
        return plain(holder[key])
    except UnknownValueError:
        return UNKNOWN


def _seen(given: Any) -> Resource:
    provider = given.provider.props if given.provider else {}
    needs = frozenset(each.urn for each in getattr(given, "dependencies", ()))
    return Resource(
        given.resource_type, given.name, given.urn, plain(given.props), given.opts.protect, plain(provider), needs
    )


def _resource(rule: ResourceRule) -> Any:
    def validate(args: Any, report: Any) -> None:
        if not rule.types or args.resource_type in rule.types:
            for sentence in rule.findings(_seen(args), plain(args.get_config())):
                report(sentence, None)

    return validate


def _stack(rule: StackRule) -> Any:
    def validate(args: Any, report: Any) -> None:
        stack = [_seen(each) for each in args.resources]
        for about, sentence in rule.findings(stack, plain(args.get_config())):
            report(sentence, about.urn if about else None)

    return validate


def _schema(rule: Rule) -> Any:
    if not rule.options:
        return None
    return pulumi_policy.PolicyConfigSchema({name: _option(option) for name, option in rule.options.items()})


def _option(option: Option) -> dict[str, Any]:
    """Without a default where it is None, which the engine would hold against the schema."""
    default = {} if option.default is None else {"default": option.default}
    return {**option.schema, **default, "description": option.description}
