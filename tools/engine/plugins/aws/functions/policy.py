"""aws.iam.getPolicyDocument: statements as the JSON text of a policy; asks nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tools.engine.common.values import Props
from tools.engine.plugins.aws.session import Aws


def policy_document(aws: Aws, arguments: Props) -> Props:
    """The document; source documents come before, override documents after the statements, matched by Sid."""
    statements: list[dict[str, Any]] = []
    sources = [*arguments.get("sourcePolicyDocuments", []), *_one(arguments.get("sourceJson"))]
    overrides = [*arguments.get("overridePolicyDocuments", []), *_one(arguments.get("overrideJson"))]
    for text in sources:
        statements += json.loads(text)["Statement"]
    statements += [_statement(each) for each in arguments.get("statements", [])]
    for text in overrides:
        for each in json.loads(text)["Statement"]:
            statements = [old for old in statements if not each.get("Sid") or old.get("Sid") != each.get("Sid")]
            statements.append(each)
    document: dict[str, Any] = {"Version": arguments.get("version", "2012-10-17")}
    if arguments.get("policyId"):
        document["Id"] = arguments["policyId"]
    document["Statement"] = statements
    return {
        **arguments,
        "id": str(len(json.dumps(document))),
        "json": json.dumps(document, indent=2),
        "minifiedJson": json.dumps(document, separators=(",", ":")),
    }


def _one(text: str | None) -> list[str]:
    return [text] if text else []


def _short(values: list[str]) -> Any:
    return values[0] if len(values) == 1 else sorted(values, reverse=True)


def _statement(given: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if given.get("sid"):
        made["Sid"] = given["sid"]
    made["Effect"] = given.get("effect", "Allow")
    for name in ("actions", "notActions", "resources", "notResources"):
        if given.get(name):
            made[name[:1].upper() + name[1:-1]] = _short(given[name])
    for name in ("principals", "notPrincipals"):
        if given.get(name):
            who = {each["type"]: _short(each["identifiers"]) for each in given[name]}
            everyone = who == {"*": "*"}
            made[name[:1].upper() + name[1:-1]] = "*" if everyone else who
    for each in given.get("conditions", []):
        test = made.setdefault("Condition", {}).setdefault(each["test"], {})
        test[each["variable"]] = _short(each["values"])
    return made


FUNCTIONS = {"aws:iam/getPolicyDocument:getPolicyDocument": policy_document}
