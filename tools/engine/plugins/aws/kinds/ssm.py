"""aws.ssm.Parameter, Document and Association."""

from __future__ import annotations

from typing import Any, ClassVar

from tools.engine.common.values import Props
from tools.engine.plugins.aws.errors import gone_is_fine
from tools.engine.plugins.aws.fields import Fields, Many, from_wire, only, same, to_wire
from tools.engine.plugins.aws.kind import Kind


class Parameter(Kind):
    """A parameter; a write-only value (`valueWo`) is stored and never read back."""

    pulumi_type: ClassVar = "aws:ssm/parameter:Parameter"
    supported: ClassVar = frozenset(
        {"allowedPattern", "dataType", "description", "insecureValue", "keyId", "name", "overwrite", "tier", "type"}
        | {"value", "valueWo", "valueWoVersion"}
    )
    renews: ClassVar = frozenset({"name", "dataType"})
    defaults: ClassVar = {"description": "", "allowedPattern": ""}
    unread: ClassVar = frozenset({"overwrite", "valueWo", "valueWoVersion"})
    name: ClassVar = "name"
    moving: ClassVar = frozenset({"version"})
    tagging: ClassVar = "ssm"

    def refusals(self, inputs: Props) -> list[str]:
        given = [name for name in ("value", "insecureValue", "valueWo") if name in inputs]
        return [] if len(given) == 1 else ["Parameter: exactly one of value, insecureValue and valueWo is needed"]

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        more = {"Tags": marked} if marked and not inputs.get("overwrite") else {}
        self._put(inputs, region, bool(inputs.get("overwrite")), **more)
        return str(inputs["name"])

    def _put(self, inputs: Props, region: str, overwrite: bool, **more: Any) -> None:
        names = same("allowedPattern", "dataType", "description", "keyId", "name", "tier", "type")
        value = next(inputs[name] for name in ("value", "insecureValue", "valueWo") if name in inputs)
        client = self.aws.client("ssm", region)
        client.put_parameter(**to_wire(names, only(inputs, names)), Value=value, Overwrite=overwrite, **more)

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ssm", region)
        try:
            live = client.get_parameter(Name=identifier, WithDecryption=True)["Parameter"]
        except client.exceptions.ParameterNotFound:
            return None
        asked = [{"Key": "Name", "Option": "Equals", "Values": [identifier]}]
        details = client.describe_parameters(ParameterFilters=asked)["Parameters"][0]
        found: Props = {
            **from_wire(same("allowedPattern", "description", "keyId", "tier"), details),
            "arn": live["ARN"],
            "dataType": live.get("DataType"),
            "name": live["Name"],
            "type": live["Type"],
            "version": live["Version"],
            "hasValueWo": "valueWo" in declared,
        }
        if "valueWo" not in declared:
            found["value"] = live["Value"]
            if live["Type"] != "SecureString":
                found["insecureValue"] = live["Value"]
        return found

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return identifier, {"ResourceType": "Parameter"}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        if changed - {"overwrite"}:
            self._put(new, region, overwrite=True)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("ParameterNotFound"):
            self.aws.client("ssm", region).delete_parameter(Name=identifier)


class Document(Kind):
    """A document; changed content is a new version and the default one."""

    pulumi_type: ClassVar = "aws:ssm/document:Document"
    supported: ClassVar = frozenset({"content", "documentFormat", "documentType", "name", "targetType", "versionName"})
    renews: ClassVar = frozenset({"documentType", "name"})
    defaults: ClassVar = {"documentFormat": "JSON", "targetType": ""}
    unread: ClassVar = frozenset({"versionName"})
    documents: ClassVar = frozenset({"content"})
    name: ClassVar = "name"
    moving: ClassVar = frozenset({"defaultVersion", "documentVersion", "hash", "latestVersion", "schemaVersion"})
    tagging: ClassVar = "ssm"

    def create(self, inputs: Props, region: str) -> str:
        names = same("content", "documentFormat", "documentType", "name", "targetType", "versionName")
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        self.aws.client("ssm", region).create_document(**to_wire(names, only(inputs, names)), Tags=marked)
        return str(inputs["name"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ssm", region)
        try:
            live = client.describe_document(Name=identifier)["Document"]
            text = client.get_document(Name=identifier, DocumentFormat=live.get("DocumentFormat", "JSON"))
        except client.exceptions.InvalidDocument:
            return None
        names = same("defaultVersion", "description", "documentFormat", "documentType", "documentVersion", "hash")
        names |= same("hashType", "latestVersion", "name", "owner", "platformTypes", "schemaVersion", "status")
        names |= same("targetType", "versionName")
        return {
            **from_wire(names, live),
            "arn": self.aws.arn("ssm", f"document/{identifier}", region),
            "content": text["Content"],
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return identifier, {"ResourceType": "Document"}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        client = self.aws.client("ssm", region)
        names = same("content", "documentFormat", "name", "targetType", "versionName")
        made = client.update_document(**to_wire(names, only(new, names)), DocumentVersion="$LATEST")
        version = made["DocumentDescription"]["DocumentVersion"]
        client.update_document_default_version(Name=identifier, DocumentVersion=version)

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("InvalidDocument"):
            self.aws.client("ssm", region).delete_document(Name=identifier)


TARGET = {"key": "Key", "values": "Values"}
ASSOCIATION: Fields = {
    **same("applyOnlyAtCronInterval", "associationName", "automationTargetParameterName", "calendarNames"),
    **same("complianceSeverity", "documentVersion", "maxConcurrency", "maxErrors", "name", "scheduleExpression"),
    **same("syncCompliance"),
    "targets": Many("Targets", TARGET),
}
OUTPUT = {"s3BucketName": "OutputS3BucketName", "s3KeyPrefix": "OutputS3KeyPrefix", "s3Region": "OutputS3Region"}


class Association(Kind):
    """A document that runs on instances by schedule; moto has none, the server adds them."""

    pulumi_type: ClassVar = "aws:ssm/association:Association"
    supported: ClassVar = frozenset(ASSOCIATION) | {"outputLocation", "parameters", "waitForSuccessTimeoutSeconds"}
    renews: ClassVar = frozenset({"automationTargetParameterName", "name"})
    defaults: ClassVar = {
        "applyOnlyAtCronInterval": False,
        "associationName": "",
        "outputLocation": None,
        "parameters": {},
        "scheduleExpression": "",
        "targets": [],
    }
    unread: ClassVar = frozenset({"waitForSuccessTimeoutSeconds"})
    tagging: ClassVar = "ssm"

    def create(self, inputs: Props, region: str) -> str:
        marked = [{"Key": key, "Value": value} for key, value in inputs["tags"].items()]
        made = self.aws.client("ssm", region).create_association(**_association(inputs), Tags=marked)
        return str(made["AssociationDescription"]["AssociationId"])

    def read(self, identifier: str, declared: Props, region: str) -> Props | None:
        client = self.aws.client("ssm", region)
        try:
            live = client.describe_association(AssociationId=identifier)["AssociationDescription"]
        except client.exceptions.AssociationDoesNotExist:
            return None
        place = (live.get("OutputLocation") or {}).get("S3Location")
        return {
            **from_wire(ASSOCIATION, live),
            "parameters": {key: ",".join(value) for key, value in (live.get("Parameters") or {}).items()},
            "outputLocation": from_wire(OUTPUT, place) if place else None,
            "associationId": identifier,
            "arn": self.aws.arn("ssm", f"association/{identifier}", region),
        }

    def tagged(self, identifier: str, outputs: Props) -> tuple[str, dict[str, str]]:
        return identifier, {"ResourceType": "Association"}

    def update(self, identifier: str, new: Props, old: Props, changed: frozenset[str], region: str) -> None:
        self.aws.client("ssm", region).update_association(AssociationId=identifier, **_association(new))

    def delete(self, identifier: str, outputs: Props, region: str) -> None:
        with gone_is_fine("AssociationDoesNotExist"):
            self.aws.client("ssm", region).delete_association(AssociationId=identifier)


def _association(inputs: Props) -> dict[str, Any]:
    wanted = to_wire(ASSOCIATION, only(inputs, ASSOCIATION))
    if inputs.get("parameters"):
        wanted["Parameters"] = {key: [value] for key, value in inputs["parameters"].items()}
    if inputs.get("outputLocation"):
        wanted["OutputLocation"] = {"S3Location": to_wire(OUTPUT, inputs["outputLocation"])}
    return wanted


KINDS: tuple[type[Kind], ...] = (Parameter, Document, Association)
