"""What every resource type has in common; a type itself is a small class in `kinds/`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import merge, schema, tags
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.session import Aws


@dataclass(frozen=True)
class Found:
    """A live object: what a program reads, and its inputs in the words of the declaration."""

    identifier: str
    inputs: Props
    outputs: Props


class Kind(ABC):
    """One resource type over boto3.

    Attributes:
        pulumi_type: as `aws:ebs/volume:Volume`.
        supported: inputs the stand-in understands, `region` and `tags` aside; any other is refused.
        renews: inputs whose change makes a new object, as the official provider has it.
        defaults: what an input means when it is not declared; drift in it is seen then too.  Inputs without an entry
            are left as AWS sets them.
        unread: inputs that no call gives back.
        documents: inputs that are JSON texts.
        name: the input that is named after the resource when nobody names it.
        moving: outputs that change with any update.
        tagging: style of tags (see `tags`); empty where the type has none.
    """

    pulumi_type: ClassVar[str]
    supported: ClassVar[frozenset[str]]
    renews: ClassVar[frozenset[str]] = frozenset()
    defaults: ClassVar[Mapping[str, Any]] = {}
    unread: ClassVar[frozenset[str]] = frozenset()
    documents: ClassVar[frozenset[str]] = frozenset()
    name: ClassVar[str] = ""
    moving: ClassVar[frozenset[str]] = frozenset()
    tagging: ClassVar[str] = ""

    def __init__(self, aws: Aws) -> None:
        self.aws = aws

    @abstractmethod
    def create(self, inputs: Props, region: str) -> str:
        """Make the object and return its id; `inputs["tags"]` holds the provider's default tags too."""

    @abstractmethod
    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        """Every property of the live object, inputs and outputs, or None when it is gone."""

    @abstractmethod
    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        """Change the object in place; tags are not this method's business.

        Args:
            identifier: of the object.
            new: inputs as declared now.
            old: outputs as last read.
            changed: names of the inputs that differ.
            region: the object's.
        """

    @abstractmethod
    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        """Remove the object; quiet when it is gone."""

    def refusals(self, inputs: Props) -> list[str]:
        """What the official provider refuses before it calls AWS, one sentence each."""
        return []

    def renewing(self, name: str, old: Any, new: Any, inputs: Props) -> bool:
        """Whether this change makes a new object."""
        return name in self.renews or name == "region"

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        """What the tag calls take: the object's reference and further parameters."""
        return identifier, {}

    def meant(self, inputs: Mapping[str, Any], name: str) -> Any:
        """An input's value, or what its absence means."""
        value = inputs.get(name)
        return self.defaults.get(name, {} if name == "tags" and self.tagging else None) if value is None else value

    def judged(self, name: str) -> bool:
        """Whether the absence of an input means something definite."""
        return name in self.defaults or (name == "tags" and bool(self.tagging))

    # what the service calls; the methods above are what a type fills in

    def with_defaults(self, inputs: Props) -> Props:
        """The inputs with the provider's default tags among their own."""
        if not self.tagging:
            return inputs
        return {**inputs, "tags": {**self.aws.default_tags, **(inputs.get("tags") or {})}}

    def make(self, inputs: Props) -> Found:
        """Create and read back."""
        identifier = self.create(self.with_defaults(inputs), inputs.get("region", ""))
        return self._there(identifier, inputs)

    def change(
        self, identifier: str, new: Props, old: Props, old_inputs: Props, ignored: Collection[str] = ()
    ) -> Found:
        """Update and read back; a tag that `ignored` names below `tagsAll` stays as it is."""
        region = new.get("region", "")
        names = {*new, *old_inputs}
        changed = frozenset(
            name for name in names if name != "tags" and self.meant(new, name) != self.meant(old_inputs, name)
        )
        if changed:
            self.update(identifier, new, old, changed, region)
        if self.tagging:
            reference, more = self.tagged(identifier, old)
            left = tags.ignored("tagsAll", ignored)
            had, wanted = (tags.without(each, left) for each in (old.get("tagsAll"), self.with_defaults(new)["tags"]))
            tags.write(self.aws, self.tagging, reference, had, wanted, region, **more)
        return self._there(identifier, new)

    def find(self, identifier: str, declared: Props) -> Found | None:
        """The live object in the words of the declaration, or None when it is gone."""
        region = declared.get("region", "")
        live = self.read(identifier, declared, region)
        if live is None:
            return None
        shape = schema.shape(self.pulumi_type)
        live = {name: value for name, value in live.items() if value is not None}
        if self.tagging:
            self._tags(identifier, declared, live, region)
        if "region" in shape.outputs:
            live["region"] = region or self.aws.region
        stray = sorted(set(live) - shape.outputs - set(shape.inputs))
        if stray:
            raise PluginError(f"{self.pulumi_type}: {stray[0]} is no output of pulumi-aws: correct the stand-in")
        inputs: Props = {}
        outputs = dict(live)
        for name, given in shape.inputs.items():
            value = self._worded(name, declared, live, given.kind)
            if value is None:
                continue
            inputs[name] = value
            if name == "tags" and self.tagging and declared.get(name):
                # a refresh of the official provider brings no key into a map of the inputs; the state has them all
                inputs[name] = {key: item for key, item in value.items() if key in declared[name]}
            else:
                outputs[name] = value
        return Found(identifier, inputs, outputs)

    def _worded(self, name: str, declared: Props, live: Props, kind: schema.Kind) -> Any:
        mine = declared.get(name)
        if name in self.unread:
            return mine
        value = live.get(name)
        if mine is None:
            wanted = self.judged(name) and (value or None) != (self.meant({}, name) or None)
            shown = not declared and name in self.supported | {"tags"}
            return value if wanted or shown else None
        if value is None and merge.equal(mine, self.meant({}, name)):
            return mine
        return merge.in_words_of(mine, value, kind, name in self.documents)

    def _tags(self, identifier: str, declared: Props, live: Props, region: str) -> None:
        found = live.pop("tags", None)
        if found is None:
            reference, more = self.tagged(identifier, live)
            found = tags.read(self.aws, self.tagging, reference, region, **more)
        mine, given = declared.get("tags") or {}, self.aws.default_tags
        live["tagsAll"] = found
        live["tags"] = {key: value for key, value in found.items() if key in mine or given.get(key) != value}

    def _there(self, identifier: str, declared: Props) -> Found:
        found = self.find(identifier, declared)
        if found is None:
            raise PluginError(f"{self.pulumi_type} {identifier}: it was made and is gone: look who removes it")
        # What was declared is kept as declared; whether it is so is the next preview's business.
        tagged = {"tags": found.outputs["tags"]} if self.tagging else {}
        return Found(identifier, declared, {**found.outputs, **declared, **tagged})
