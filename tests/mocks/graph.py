"""Run a Pulumi program without an engine and get its resources as plain data, to be compared with a golden file.

What this layer does not prove: that an engine or a provider accepts the inputs, what a change would replace, the
order of work, and anything a dynamic provider does. Protection and the like are what the program *asked* for.

    graph = record(program)             # what `pulumi up` would register
    graph = record(program, preview=True)   # the first preview: ids are unknown
    compare(graph, GOLDEN / "docker_database.yaml")
    compare_texts({"host": draw(graph["resources"])}, GOLDEN / "lighthouse_dev")    # without the values of inputs

A golden file is written only when the environment variable ``TSDB_WRITE_GOLDEN`` is ``1`` (``make golden``).
"""

from __future__ import annotations

import asyncio
import contextvars
import difflib
import json
import os
import textwrap
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pulumi
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime import mocks, rpc
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.settings import ROOT, SETTINGS
from pulumi.runtime.stack import run_in_stack

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
SECRET = "<secret>"
UNKNOWN = "<unknown>"
STACK_TYPE = "pulumi:pulumi:Stack"
LINES = 80  # a golden file must fit one screen
WIDTH = 120  # columns of a drawn graph
STACK = "stack"  # the parent of what has none
# what a drawn graph tells of a resource beside type, name, parent, dependencies and secrets
OPTIONS = (
    *("delete_before_replace", "deleted_with", "ignore_changes", "import", "protect"),
    *("read", "replace_with", "retain_on_delete"),
)
MANY = 5  # resources of one type, from which on they are not told one by one

Graph = dict[str, Any]
Outputs = Callable[[mocks.MockResourceArgs], dict[str, Any]]
Call = dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]

# what the SDK adds by itself and no reader of a golden file wants: pickled provider code, versions
_NOISE = {"__provider", "__defaults"}


def record(
    program: Callable[[], Any],
    *,
    preview: bool = False,
    project: str = "project",
    stack: str = "test",
    config: Mapping[str, str] | None = None,
    outputs: Outputs | None = None,
    calls: Mapping[str, Call] | None = None,
) -> Graph:
    """Run ``program`` and return ``{"resources": {name: {...}}, "outputs": {...}}``.

    Args:
        program: declares resources and exports, as ``__main__`` does.
        preview: behave as a first preview: no resource has an id, so what follows from ids is unknown.
        project: the project's name.
        stack: the stack's name.
        config: stack configuration with full keys, such as ``{"lighthouse:target": "docker"}``.
        outputs: more outputs of a resource beside its inputs, such as a RemoteImage's ``imageId``.
        calls: results of invokes by token, or functions of the arguments that give them.

    Returns:
        A resource is keyed by its logical name and holds only what was said: ``type``, ``parent``, ``inputs``,
        ``outputs`` (of components), ``depends_on``, ``protect``, ``delete_before_replace``, ``import``,
        ``retain_on_delete``, ``ignore_changes``, ``deleted_with``, ``replace_with``, ``aliases``, ``secret_outputs``,
        ``provider``; one that exists already and is only read holds ``type``, ``parent`` and the id it is ``read`` by.
        Secrets and unknowns are the words :data:`SECRET` and :data:`UNKNOWN`.

    Raises:
        pulumi.RunError: and any other error of the program, unchanged.
    """
    answers = _Answers(preview, outputs, calls)
    monitor = _Recorder(answers)

    async def run() -> None:
        pulumi.runtime.set_all_config(dict(config or {}), [])
        mocks.set_mocks(answers, project, stack, preview, monitor=monitor)
        SETTINGS.rpc_manager.clear()
        SETTINGS.outputs.clear()
        # a refusal reaches every output made from the refused one: the first ends the program, the rest repeat it
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        ROOT.set(None)  # set_mocks made a stack that exports nothing; the program gets one whose outputs arrive here
        await run_in_stack(program)

    # a context and a loop of its own: the SDK keeps the root stack in one and its pending work in the other
    contextvars.copy_context().run(asyncio.run, run())
    return {"outputs": monitor.exports, "resources": monitor.sorted()}


def compare(graph: Graph, path: Path, *, lines: int = LINES) -> None:
    """Fail with a diff when ``graph`` is not what the golden file holds, or the file no longer fits one screen."""
    _compare({path: render(graph)}, lines)


def compare_text(text: str, path: Path) -> None:
    """Fail with a diff when a golden file is not ``text``, which :func:`draw` made of a part of a graph."""
    _compare({path: text}, LINES)


def compare_texts(texts: Mapping[str, str], folder: Path) -> None:
    """Fail with all diffs when a folder's golden files are not ``texts`` by file name; what is none of them is one."""
    wanted = {folder / f"{name}.yaml": text for name, text in texts.items()}
    gone = set(folder.glob("*.yaml")) - set(wanted)
    if _writing():
        folder.mkdir(exist_ok=True)
        for path in gone:
            path.unlink()
    _compare(wanted if _writing() else {**wanted, **dict.fromkeys(gone, "")}, LINES)


def render(graph: Graph, *, width: int = 200) -> str:
    """The graph as sorted YAML, innermost lists and mappings side by side."""
    return yaml.dump(graph, default_flow_style=None, sort_keys=True, width=width, allow_unicode=True)


def draw(resources: Mapping[str, Any], names: Collection[str] | None = None) -> str:
    """The resources (or those of ``names``) below their parents and types, each on one line where it fits.

    Nothing is told of inputs and outputs but which are secret, nor of aliases, which the SDK of a provider adds.
    """
    lines = []
    tree = _tree(resources, resources if names is None else names)
    for parent, types in sorted(tree.items(), key=lambda each: (each[0] != STACK, each[0])):
        lines.append(f"{parent}:")
        for kind, children in sorted(types.items()):
            lines.append(f"  {kind}:")
            lines += (line for name in sorted(children) for line in _entry(name, children[name]))
    text = "\n".join([*lines, ""])
    assert yaml.safe_load(text) == tree, "a name cannot be written without quotes"
    return text


def drawn(path: Path) -> list[str]:
    """The names of the resources in a file that :func:`draw` made."""
    tree = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [name for types in tree.values() for children in types.values() for name in children]


def _compare(texts: Mapping[Path, str], lines: int) -> None:
    changes: list[str] = []
    for path, text in sorted(texts.items()):
        if _writing():
            path.write_text(text, encoding="utf-8")
        golden = path.read_text(encoding="utf-8") if path.exists() else ""
        changes += difflib.unified_diff(golden.splitlines(), text.splitlines(), path.name, "now", lineterm="")
    if changes:
        raise AssertionError("\n".join(["the resource graph changed; if that is meant, run make golden", *changes]))
    long = [path.name for path, text in texts.items() if len(text.splitlines()) > lines]
    assert not long, f"{', '.join(long)}: more than {lines} lines; split it"


def _writing() -> bool:
    return os.environ.get("TSDB_WRITE_GOLDEN") == "1"


def _tree(resources: Mapping[str, Any], names: Collection[str]) -> Graph:
    tree: Graph = {}
    for name in names:
        each = resources[name]
        children = tree.setdefault(each.get("parent", STACK), {}).setdefault(each["type"], {})
        children[name] = _told(resources, name)
    return tree


def _told(resources: Mapping[str, Any], name: str) -> dict[str, Any]:
    each = resources[name]
    told = {key: each[key] for key in OPTIONS if key in each}
    told["depends_on"] = _waits(resources, name)
    told["secret_inputs"] = _secret(each.get("inputs"))
    told["secret_outputs"] = sorted({*each.get("secret_outputs", ()), *_secret(each.get("outputs"))})
    return {key: value for key, value in told.items() if value != []}


def _waits(resources: Mapping[str, Any], name: str) -> list[str]:
    """What a resource depends on; many siblings of one type that are all there is are told as one."""
    waits = set(resources[name].get("depends_on", ()))
    types: dict[str, set[str]] = {}
    for other, each in resources.items():
        if other != name and each.get("parent") == resources[name].get("parent"):
            types.setdefault(each["type"], set()).add(other)
    for kind, siblings in types.items():
        if len(siblings) >= MANY and siblings <= waits:
            waits = waits - siblings | {f"every {kind.rpartition(':')[2]} beside it"}
    return sorted(waits)


def _secret(properties: Mapping[str, Any] | None) -> list[str]:
    return sorted(key for key, value in (properties or {}).items() if SECRET in str(value))


def _entry(name: str, told: Mapping[str, Any]) -> list[str]:
    """One line, or a line for each key where that is too long."""
    line = f"    {name}: {{{_flow(told)}}}"
    if len(line) <= WIDTH:
        return [line]
    fill = textwrap.TextWrapper(WIDTH - 6, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    keys = "\n".join(line for key in sorted(told) for line in fill.wrap(_flow({key: told[key]})))
    return [f"    {name}:", *textwrap.indent(keys, " " * 6).splitlines()]


def _flow(values: Mapping[str, Any]) -> str:
    text = yaml.dump(dict(values), default_flow_style=True, sort_keys=True, width=float("inf"), allow_unicode=True)
    return text.strip().removeprefix("{").removesuffix("}")


class _Answers(mocks.Mocks):
    """Every resource's outputs are its inputs, an id where it exists, and what the test adds."""

    def __init__(self, preview: bool, outputs: Outputs | None, calls: Mapping[str, Call] | None) -> None:
        self._preview = preview
        self._outputs = outputs
        self._calls = calls or {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        more = self._outputs(args) if self._outputs else {}
        return ("" if self._preview else f"{args.name}-id"), {**args.inputs, **more}

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        answer = self._calls[args.token]
        return (answer(args.args) if callable(answer) else answer), []


class _Recorder(mocks.MockMonitor):
    """Keeps every registration as the program sent it; the SDK's own mocks drop parents and options."""

    def __init__(self, answers: _Answers) -> None:
        super().__init__(answers)
        self._answers = answers
        self.exports: dict[str, Any] = {}
        self._found: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:
        if request.type != STACK_TYPE:
            if request.name in self._found:
                raise AssertionError(f"two resources are named {request.name}; the graph is keyed by name")
            self._found[request.name] = _said(request)
        return self._registered(request)

    def _registered(self, request: Any) -> Any:
        # not the SDK's own method: it leaves an event loop open in each of its threads
        urn = self.make_urn(request.parent, request.type, request.name)
        if request.type == STACK_TYPE:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        inputs = rpc.deserialize_properties(request.object, True)
        asked = mocks.MockResourceArgs(request.type, request.name, inputs, request.provider, None, request.custom)
        known, outputs = self._answers.new_resource(asked)
        state = asyncio.run(_serialized(outputs))
        return resource_pb2.RegisterResourceResponse(urn=urn, id=known, object=state)

    def Invoke(self, request: Any) -> Any:
        asked = mocks.MockCallArgs(request.tok, rpc.deserialize_properties(request.args), request.provider)
        answer, _ = self._answers.call(asked)
        return resource_pb2.ResourceInvokeResponse(**{"return": asyncio.run(_serialized(answer))})

    def ReadResource(self, request: Any) -> Any:
        """A resource that exists already and is looked up by its id (``Resource.get``)."""
        said = {"type": request.type, "parent": _name(request.parent), "read": request.id}
        self._found[request.name] = {key: value for key, value in said.items() if value}
        asked = mocks.MockResourceArgs(request.type, request.name, {}, request.provider, request.id, True)
        _, outputs = self._answers.new_resource(asked)
        urn = self.make_urn(request.parent, request.type, request.name)
        return resource_pb2.ReadResourceResponse(urn=urn, properties=asyncio.run(_serialized(outputs)))

    def RegisterResourceOutputs(self, request: Any) -> Any:
        outputs = _plain(rpc.deserialize_properties(request.outputs, True))
        kind, name = request.urn.split("::")[-2:]
        if not outputs:
            return empty_pb2.Empty()
        if kind == STACK_TYPE:
            self.exports = outputs
        else:
            self._found[name]["outputs"] = outputs
        return empty_pb2.Empty()

    def sorted(self) -> dict[str, Any]:
        return dict(sorted(self._found.items()))


async def _serialized(outputs: dict[str, Any]) -> Any:
    return await rpc.serialize_properties(outputs, {})


def _said(request: Any) -> dict[str, Any]:
    inputs = rpc.deserialize_properties(request.object, True)
    said = {
        "type": request.type,
        "parent": _name(request.parent),
        "inputs": _plain({key: value for key, value in inputs.items() if key not in _NOISE}),
        "depends_on": sorted({_name(urn) for urn in request.dependencies} - {""}),
        "protect": request.protect,
        "delete_before_replace": request.deleteBeforeReplace,
        "import": request.importId,
        "retain_on_delete": request.retainOnDelete,
        "ignore_changes": sorted(request.ignoreChanges),
        "deleted_with": _name(request.deletedWith),
        "replace_with": sorted(_name(urn) for urn in getattr(request, "replace_with", ())),
        "aliases": [_alias(alias) for alias in request.aliases],
        "secret_outputs": sorted(request.additionalSecretOutputs),
        "provider": _name(request.provider.rpartition("::")[0]),
    }
    return {key: value for key, value in said.items() if value not in ("", [], {}, False, None)}


def _name(urn: str) -> str:
    kind, _, name = urn.rpartition("::")
    return "" if kind.endswith(STACK_TYPE) else name


def _alias(alias: Any) -> Any:
    return alias.urn or {"name": alias.spec.name, "type": alias.spec.type}


def _plain(value: Any) -> Any:
    if rpc.is_rpc_secret(value):
        return SECRET
    if value == rpc.UNKNOWN or isinstance(value, pulumi.output.Unknown):
        return UNKNOWN
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return json.loads(json.dumps(value, default=str))
