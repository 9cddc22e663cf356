"""What changed between two inputs, property by property, and whether it takes a new object."""

from __future__ import annotations

from typing import Any

from pulumi.runtime.proto import provider_pb2

from tools.engine.common.paths import paths
from tools.engine.common.values import Props, unknown
from tools.engine.plugins.aws import merge, schema, tags
from tools.engine.plugins.aws.kind import Kind

_KINDS = provider_pb2.PropertyDiff.Kind


def difference(kind: Kind, old: Props, new: Props, outputs: Props, ignored: list[str]) -> Any:
    """The engine's answer for two inputs of one resource.

    Args:
        kind: the resource's type.
        old: inputs as last read or deployed.
        new: inputs as declared now.
        outputs: the resource's outputs, for its tags: the official provider compares those with what it knows, too.
        ignored: `ignore_changes`; top-level names count, and single keys of `tags` and `tagsAll`, each for itself.
    """
    detailed: dict[str, Any] = {}
    changed: list[str] = []
    replaces: list[str] = []
    shapes = schema.shape(kind.pulumi_type).inputs
    for name in sorted({*old, *new}):
        if name in ignored or (name not in new and not kind.judged(name)):
            continue
        before, after = kind.meant(old, name), kind.meant(new, name)
        if name == "tags" and kind.tagging and not unknown(after):
            left = tags.ignored("tags", ignored)
            before, after = tags.without(outputs.get("tags"), left), tags.without(after, left)
        if not unknown(after):
            form = shapes[name].kind if name in shapes else schema.Kind("scalar")
            if before is not None and merge.in_words_of(after, before, form, name in kind.documents) == after:
                continue
            if before == after:
                continue
        changed.append(name)
        renews = kind.renewing(name, before, after, new)
        if renews:
            replaces.append(name)
        found = [(name, "UPDATE")] if unknown(after) else list(paths(before, after, name)) or [(name, "UPDATE")]
        for path, form_of in found:
            full = f"{form_of}_REPLACE" if renews else form_of
            detailed[path] = provider_pb2.PropertyDiff(kind=_KINDS.Value(full), inputDiff=True)
    if kind.tagging and "tags" not in changed and not {"tags", "tagsAll"} & set(ignored):
        wanted = kind.with_defaults(new)["tags"]
        left = tags.ignored("tagsAll", ignored)
        had = tags.without(outputs.get("tagsAll"), left)
        if not unknown(wanted) and tags.without(wanted, left) != had:
            changed.append("tagsAll")
            for path, form_of in paths(had, tags.without(wanted, left), "tagsAll"):
                detailed[path] = provider_pb2.PropertyDiff(kind=_KINDS.Value(form_of))
    kept = bool(kind.name) and old.get(kind.name) == new.get(kind.name)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=changed,
        replaces=replaces,
        detailedDiff=detailed,
        hasDetailedDiff=True,
        # Where the name stays, the old object must be gone before the new one can have it.
        deleteBeforeReplace=bool(replaces) and kept,
    )
