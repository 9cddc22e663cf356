"""aws.ec2.Tag: one tag of an object that somebody else made."""

from __future__ import annotations

from typing import ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws import tags
from tools.engine.plugins.aws.kind import Kind


class Tag(Kind):
    """Its id is the object's with the key; another value is written in place."""

    pulumi_type: ClassVar = "aws:ec2/tag:Tag"
    supported: ClassVar = frozenset({"resourceId", "key", "value"})
    renews: ClassVar = frozenset({"resourceId", "key"})

    def create(self, inputs: Props, region: str) -> str:
        self._write(inputs, region)
        return f"{inputs['resourceId']},{inputs['key']}"

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        resource, _, key = identifier.partition(",")
        live = tags.read(self.aws, "ec2", resource, region)
        return {"resourceId": resource, "key": key, "value": live[key]} if key in live else None

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self._write(new, region)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        resource, _, key = identifier.partition(",")
        tags.write(self.aws, "ec2", resource, {key: ""}, {}, region)

    def _write(self, inputs: Props, region: str) -> None:
        tags.write(self.aws, "ec2", inputs["resourceId"], {}, {inputs["key"]: inputs["value"]}, region)
