"""The names and kinds of properties, read from the installed pulumi-aws package itself.

The package's sources are read as text: importing it takes half a second and the whole SDK, which every Pulumi command
would pay.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.engine.plugins.aws.errors import PluginError


@dataclass(frozen=True)
class Kind:
    """What a property holds.

    Attributes:
        form: `scalar`, `list`, `map` or `object`.
        element: what a list or map holds.
        module, cls: where an object's class is defined in the package.
    """

    form: str
    element: Kind | None = None
    module: str = ""
    cls: str = ""

    def fields(self) -> Mapping[str, Property]:
        """The properties of an object; empty for everything else."""
        return object_fields(self.module, self.cls) if self.form == "object" else {}


@dataclass(frozen=True)
class Property:
    """One property: its kind and whether it must be given."""

    kind: Kind
    required: bool


@dataclass(frozen=True)
class Shape:
    """What one resource type takes and gives back."""

    inputs: Mapping[str, Property]
    outputs: frozenset[str]


@functools.cache
def root() -> Path:
    """The folder of the package.

    Raises:
        PluginError: pulumi-aws is not installed beside the plugin.
    """
    spec = importlib.util.find_spec("pulumi_aws")
    if spec is None or not spec.submodule_search_locations:
        raise PluginError("the package pulumi-aws is not installed beside the aws stand-in: build the engine again")
    return Path(next(iter(spec.submodule_search_locations)))


@functools.cache
def shape(token: str) -> Shape:
    """The shape of a resource type.

    Args:
        token: as `aws:ebs/volume:Volume`.

    Raises:
        PluginError: the package has no such type.
    """
    match = re.fullmatch(r"aws:(\w+)/(\w+):(\w+)", token)
    path = root() / match[1] / f"{snake(match[2])}.py" if match else None
    if match is None or path is None or not path.exists():
        raise PluginError(f"resource type {token} does not exist in pulumi-aws")
    text = path.read_text(encoding="utf-8")
    # BucketVersioningArgs would be two things; there the package says BucketVersioningInitArgs.
    own = next(cls for cls in (f"{match[3]}Args", f"{match[3]}InitArgs") if f"\nclass {cls}:" in text)
    inputs = _fields(text, own, match[1])
    start = text.index(f"\nclass {match[3]}(")
    getter = r"@pulumi\.getter(?:\(name=\"(\w+)\"\))?\n    def (\w+)\(self\) -> pulumi\.Output"
    outputs = re.findall(getter, text[start:])
    return Shape(inputs, frozenset(name or attribute for name, attribute in outputs))


@functools.cache
def function(token: str) -> Mapping[str, Property]:
    """The arguments of a function such as `aws:ec2/getAmi:getAmi`.

    Raises:
        PluginError: the package has no such function.
    """
    match = re.fullmatch(r"aws:(\w+)/(\w+):(\w+)", token)
    folder = match[1] if match and match[1] != "index" else ""
    path = root() / folder / f"{snake(match[2])}.py" if match else None
    if match is None or path is None or not path.exists():
        raise PluginError(f"function {token} does not exist in pulumi-aws")
    text = path.read_text(encoding="utf-8")
    head = re.search(rf"\ndef {snake(match[3])}\((.*?)\) -> ", text, re.DOTALL)
    return _arguments(head[1] if head else "", folder, {})


@functools.cache
def object_fields(module: str, cls: str) -> Mapping[str, Property]:
    """The fields of a nested arguments class."""
    text = _inputs(module)
    return _fields(text, cls, module)


@functools.cache
def _inputs(module: str) -> str:
    return (root() / module / "_inputs.py").read_text(encoding="utf-8")


def snake(name: str) -> str:
    """`availabilityZone` as `availability_zone`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def camel(name: str) -> str:
    """`availability_zone` as `availabilityZone`."""
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def _fields(text: str, cls: str, module: str) -> dict[str, Property]:
    start = text.find(f"\nclass {cls}:")
    if start < 0:
        raise PluginError(f"class {cls} is not where pulumi-aws 7 has it: the stand-in must be brought up to date")
    end = text.find("\n@pulumi.input_type", start + 1)
    body = text[start : end if end > 0 else None]
    head = re.search(r"def __init__\(__self__, \*,(.*?)\):", body, re.DOTALL)
    spelled = {
        attribute: name for name, attribute in re.findall(r'@pulumi\.getter\(name="(\w+)"\)\s+def (\w+)\(self\)', body)
    }
    return _arguments(head[1] if head else "", module, spelled)


def _arguments(text: str, module: str, spelled: Mapping[str, str]) -> dict[str, Property]:
    parsed = ast.parse(f"def f(*, {text.strip().rstrip(',')}): ...").body[0]
    if not isinstance(parsed, ast.FunctionDef):
        raise PluginError("a class of pulumi-aws cannot be read: the stand-in must be brought up to date")
    every = zip(parsed.args.kwonlyargs, parsed.args.kw_defaults, strict=True)
    found = {}
    for argument, default in every:
        if argument.arg != "opts" and argument.annotation is not None:
            kind = _kind(ast.unparse(argument.annotation), module)
            found[spelled.get(argument.arg, camel(argument.arg))] = Property(kind, default is None)
    return found


def _kind(annotation: str, module: str) -> Kind:
    text = annotation.replace("'", "").replace('"', "")
    while True:
        match = re.fullmatch(r"(?:pulumi\.Input|Optional|pulumi\.InputType)\[(.*)\]", text)
        if match is None:
            break
        text = match[1]
    if match := re.fullmatch(r"Union\[(.*?), .*\]", text):
        text = match[1]
    if match := re.fullmatch(r"Sequence\[(.*)\]", text):
        return Kind("list", _kind(match[1], module))
    if match := re.fullmatch(r"Mapping\[(?:_builtins\.)?str, (.*)\]", text):
        return Kind("map", _kind(match[1], module))
    if match := re.fullmatch(r"(?:_\w+\.)?(\w+Args)", text):
        return Kind("object", module=module, cls=match[1])
    return Kind("scalar")
