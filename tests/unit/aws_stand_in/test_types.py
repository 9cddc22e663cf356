"""The stand-in's tables against the pulumi-aws package: every name exists, and nothing is listed twice.

Does not prove that a property does what it says; tests/engine/aws does.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.engine.plugins.aws import functions, kinds, schema
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.kind import Kind
from tools.engine.plugins.aws.session import Aws

IDS = [each.pulumi_type for each in kinds.EVERY]
OURS = Path(__file__).parents[3] / "components"


@pytest.mark.parametrize("kind", kinds.EVERY, ids=IDS)
def test_every_name_in_a_types_table_is_an_input_of_pulumi_aws(kind: type[Kind]) -> None:
    known = set(schema.shape(kind.pulumi_type).inputs)
    named = kind.supported | kind.renews | set(kind.defaults) | kind.unread | kind.documents
    assert sorted(named - known) == []
    assert (kind.renews | set(kind.defaults) | kind.unread | kind.documents) <= kind.supported


@pytest.mark.parametrize("kind", kinds.EVERY, ids=IDS)
def test_a_type_is_made_tagged_and_named_as_pulumi_aws_has_it(kind: type[Kind]) -> None:
    shape = schema.shape(kind.pulumi_type)
    required = {name for name, each in shape.inputs.items() if each.required}
    assert required <= kind.supported
    assert bool(kind.tagging) == ("tagsAll" in shape.outputs)
    assert kind.moving <= shape.outputs
    assert not kind.name or kind.name in kind.supported
    assert kind(Aws()).pulumi_type == kind.pulumi_type


def test_no_type_is_listed_twice() -> None:
    assert len(set(IDS)) == len(IDS)


@pytest.mark.parametrize("token", sorted(functions.EVERY))
def test_every_function_exists_in_pulumi_aws(token: str) -> None:
    module, name = token.split(":")[1].split("/")
    path = schema.root() / ("" if module == "index" else module) / f"{schema.snake(name)}.py"
    assert f"invoke('{token}'" in path.read_text(encoding="utf-8")
    schema.function(token)


def used() -> set[str]:
    """What our components take from pulumi-aws, as `ec2.Instance` or `ec2.get_ami`."""
    found = set()
    for file in OURS.rglob("*.py"):
        for each in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Attribute):
                room = each.value
                if isinstance(room.value, ast.Name) and room.value.id == "aws":
                    found.add(f"{room.attr}.{each.attr}".removesuffix("_output"))
    return found


def test_whatever_a_component_declares_or_looks_up_is_here() -> None:
    """A component whose type is missing here has never met the engine."""
    tokens = [token.split(":") for token in (*IDS, *functions.EVERY)]
    there = {f"{room.partition('/')[0]}.{name}" for _, room, name in tokens}
    there |= {f"{room}.{schema.snake(name)}" for room, _, name in (each.partition(".") for each in there)}
    mine = used()
    assert {"ec2.Instance", "ec2.get_ami"} <= mine
    assert sorted(mine - there) == []


@pytest.mark.parametrize("token", ["aws:ec2/nothing:Nothing", "aws:nowhere/x:X", "docker:index/volume:Volume"])
def test_an_unknown_type_is_refused(token: str) -> None:
    with pytest.raises(PluginError, match="does not exist in pulumi-aws"):
        schema.shape(token)


def test_kinds_of_properties_are_read_as_the_package_has_them() -> None:
    inputs = schema.shape("aws:autoscaling/group:Group").inputs
    assert inputs["maxSize"].required
    assert not inputs["tags"].required
    assert inputs["tags"].kind.form == "list"
    policy = inputs["mixedInstancesPolicy"].kind.fields()
    overrides = policy["launchTemplate"].kind.fields()["overrides"].kind
    assert overrides.element is not None
    assert "instanceType" in overrides.element.fields()
    assert schema.shape("aws:cloudwatch/metricAlarm:MetricAlarm").inputs["dimensions"].kind.form == "map"
