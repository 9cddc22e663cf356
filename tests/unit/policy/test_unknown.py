"""Values that a preview does not know yet, in every place that a rule reads: no rule fails on one or judges it.

Not proved here: what the engine leaves unknown, which is Pulumi's and the providers' affair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from timescaledb_policy.resource import UNKNOWN, Resource
from timescaledb_policy.rule import ResourceRule, Rule, StackRule
from timescaledb_policy.rules import RULES

from tests.unit.policy.cases import CASES
from tests.unit.policy.stacks import STACKS

Place = tuple[Any, ...]
ABSENT = object()


class Nothing(dict[str, Any]):
    """Properties of which none is known."""

    def get(self, key: str, default: Any = None) -> Any:
        """Whatever is asked for."""
        return UNKNOWN


def said(rule: Rule, stack: Sequence[Resource]) -> list[str]:
    """What a rule says of a stack."""
    if isinstance(rule, ResourceRule):
        return [sentence for each in stack for sentence in rule.findings(each)]
    assert isinstance(rule, StackRule)
    return [sentence for _, sentence in rule.findings(stack, STACKS[rule.name].options)]


def stacks(rule: Rule) -> list[list[Resource]]:
    """All stacks of a rule, wrong and right; a case of a rule over one resource is a stack of it."""
    if isinstance(rule, ResourceRule):
        return [[each] for side in CASES[rule.name] for each in side]
    return [*STACKS[rule.name].wrong, *STACKS[rule.name].right]


def places(value: Any, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The value and all within it, each with its place."""
    yield place, value
    inner: Any = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*place, key))


def put(value: Any, place: Place, new: Any) -> Any:
    """The same with another value at a place, or without one."""
    if not place:
        return new
    key, rest = place[0], place[1:]
    changed = dict(value) if isinstance(value, Mapping) else dict(enumerate(value))
    changed[key] = put(changed.get(key), rest, new)
    if changed[key] is ABSENT:
        del changed[key]
    return changed if isinstance(value, Mapping) else list(changed.values())


def variant(stack: Sequence[Resource], position: int, place: Place, new: Any) -> list[Resource]:
    """The stack with another value at a place of one of its resources."""
    each = stack[position]
    return [*stack[:position], replace(each, props=put(each.props, place, new)), *stack[position + 1 :]]


def known(rule: Rule) -> dict[tuple[str, Place], list[Any]]:
    """The values of all cases at each place of a type; a property may also be absent."""
    found: dict[tuple[str, Place], list[Any]] = {}
    for each in (one for stack in stacks(rule) for one in stack):
        for place, value in places(each.props):
            values = found.setdefault((each.type, place), [ABSENT] if len(place) == 1 else [])
            values += [] if value is UNKNOWN else [value]
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_what_is_not_known_is_not_judged(rule: Rule) -> None:
    """Each place of each case, whole and nested, made unknown: a rule speaks only if it does whichever value it is."""
    values, asked = known(rule), 0
    for stack in stacks(rule):
        for position, each in enumerate(stack):
            own = dict(places(each.props))
            for place in (place for kind, place in values if kind == each.type):
                if place not in own and not isinstance(own.get(place[:-1]), Mapping):
                    continue
                asked += 1
                if said(rule, variant(stack, position, place, UNKNOWN if place else Nothing())):
                    others = [variant(stack, position, place, one) for one in values[each.type, place]]
                    right = [other for other in others if not said(rule, other)]
                    assert right == [], (each.type, place)
    assert asked
