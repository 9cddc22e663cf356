"""Names on the wire, live values in the words of the declaration, and statements of policies.

Does not prove what AWS answers.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from tools.engine.plugins.aws import merge, schema
from tools.engine.plugins.aws.errors import PluginError
from tools.engine.plugins.aws.fields import Fields, Many, One, from_wire, same, to_wire
from tools.engine.plugins.aws.functions.policy import policy_document
from tools.engine.plugins.aws.session import Aws, endpoint

TABLE: Fields = {
    **same("size"),
    "type": "VolumeType",
    "ebs": One("Ebs", same("iops")),
    "rules": Many("Rules", same("id")),
}
TEXT, TEXTS = schema.Kind("scalar"), schema.Kind("list", schema.Kind("scalar"))


def test_a_table_is_read_in_both_directions() -> None:
    declared = {"size": 1, "type": "gp3", "ebs": {"iops": 3000}, "rules": [{"id": "a"}]}
    wire = {"Size": 1, "VolumeType": "gp3", "Ebs": {"Iops": 3000}, "Rules": [{"Id": "a"}]}
    assert to_wire(TABLE, declared) == wire
    assert from_wire(TABLE, {**wire, "Strange": 1}) == declared


def test_a_field_without_a_name_on_the_wire_is_refused() -> None:
    with pytest.raises(PluginError, match="field colour is not supported"):
        to_wire(TABLE, {"rules": [{"colour": "red"}]})


@pytest.mark.parametrize(
    ("declared", "live", "kind", "document", "worded"),
    [
        ("1", 1, TEXT, False, "1"),
        (80, 80.0, TEXT, False, 80),
        ("true", True, TEXT, False, "true"),
        ("a", "b", TEXT, False, "b"),
        ("a", None, TEXT, False, None),
        (["b", "a"], ["a", "b"], TEXTS, False, ["b", "a"]),
        (["a"], ["a", "x"], TEXTS, False, ["a", "x"]),
        (["a", "b"], ["a"], TEXTS, False, ["a"]),
        ({"a": "1"}, {"a": "1", "b": "2"}, schema.Kind("map", TEXT), False, {"a": "1", "b": "2"}),
        ('{"b": 1, "a": ["x"]}', '{"a":"x","b":1}', TEXT, True, '{"b": 1, "a": ["x"]}'),
        ('{"a": 1}', '{"a": 2}', TEXT, True, '{"a": 2}'),
        ('{"a": 1}', '{ "a": 1}', TEXT, False, '{ "a": 1}'),
    ],
)
def test_a_live_value_keeps_the_declared_spelling_where_both_mean_the_same(
    declared: Any, live: Any, kind: schema.Kind, document: bool, worded: Any
) -> None:
    assert merge.in_words_of(declared, live, kind, document) == worded


def test_fields_that_nobody_declared_are_no_drift_and_declared_ones_are() -> None:
    kind = schema.shape("aws:ec2/instance:Instance").inputs["metadataOptions"].kind
    live = {"httpTokens": "optional", "httpEndpoint": "enabled"}
    assert merge.in_words_of({"httpTokens": "required"}, live, kind) == {"httpTokens": "optional"}


def test_statements_become_a_policy_in_which_overrides_win_by_sid() -> None:
    override = json.dumps({"Statement": [{"Sid": "one", "Effect": "Deny", "Action": "*", "Resource": "*"}]})
    statement = {"sid": "one", "actions": ["a:B", "a:C"], "resources": ["*"]}
    asked = {"statements": [statement, {**statement, "sid": "two"}], "overridePolicyDocuments": [override]}
    found = json.loads(policy_document(Aws(), asked)["json"])["Statement"]
    assert [(each["Sid"], each["Effect"]) for each in found] == [("two", "Allow"), ("one", "Deny")]
    assert found[0]["Action"] == ["a:C", "a:B"]


@pytest.mark.parametrize("address", ["", "https://ec2.us-east-1.amazonaws.com", "http://10.0.0.1:5000"])
def test_no_server_but_one_of_this_machine_is_spoken_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    with pytest.raises(PluginError, match="names no server on this machine"):
        endpoint()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:5000")
    assert endpoint() == "http://127.0.0.1:5000"
