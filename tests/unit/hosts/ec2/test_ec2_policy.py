"""What a host may do on AWS, document by document.

Not proved here: that IAM evaluates the conditions as meant. What the boot program needs is compared in test_ec2_rights.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pulumi_timescaledb.hosts.ec2 import policy

from tests.mocks.graph import GOLDEN, compare

HERE: dict[str, Any] = {"partition": "aws", "region": "eu-central-1", "account": "123456789012"}
LEAST = policy.Rights(
    database_name="lighthouse-dev",
    **HERE,
    password_arn="arn:aws:ssm:eu-central-1:123456789012:parameter/lighthouse/dev/password",
)
MOST = replace(
    LEAST,
    password_arn="arn:aws:secretsmanager:eu-central-1:123456789012:secret:lighthouse-AbCdEf",
    ca_parameter="/lighthouse/ca",
    config_parameter="/lighthouse/config",
    group_name="lighthouse-dev",
    interface_arn="arn:aws:ec2:eu-central-1:123456789012:network-interface/eni-1",
    zone_id="Z1",
    record_name="db.example.com",
    archive_bucket="archive",
    archive_prefix="lighthouse-dev/",
    log_group="/timescaledb/lighthouse-dev",
    repository_arns=("arn:aws:ecr:eu-central-1:123456789012:repository/timescaledb",),
    key_arns=("arn:aws:kms:eu-central-1:123456789012:key/1",),
    volume_key_arn="arn:aws:kms:eu-central-1:123456789012:key/2",
)
THEMES = ("volume", "address", "secrets", "session", "watch", "archive", "group", "image", "keys")
# what EC2, Systems Manager and the registry cannot scope to a resource, by the service authorization reference
UNSCOPED = {"ec2:Describe", "ssm:", "ssmmessages:", "ec2messages:", "cloudwatch:PutMetricData", "ecr:GetAuthorization"}


@pytest.mark.parametrize("theme", THEMES)
def test_a_document_is_the_golden_one(theme: str) -> None:
    """Every statement, with its condition."""
    compare(policy.documents(MOST)[theme], GOLDEN / f"ec2_policy_{theme}.yaml")


def test_a_host_without_extras_has_only_what_it_needs() -> None:
    """No group, no address, no archive, no registry and no keys: no statement for any."""
    assert set(policy.documents(LEAST)) == {"volume", "secrets", "session", "watch"}
    assert set(policy.documents(MOST)) == set(THEMES)


def test_the_parameter_store_is_open_at_the_declared_paths_alone() -> None:
    """AmazonSSMManagedInstanceCore would let it read every parameter of the account."""
    for each in _statements(LEAST) + _statements(MOST):
        if any(action.startswith(("ssm:GetParameter", "ssm:PutParameter")) for action in _listed(each["Action"])):
            assert "/lighthouse/" in each["Resource"]
            assert "*" not in each["Resource"]


def test_a_first_password_can_be_stored_and_never_overwritten() -> None:
    """A denial beats the allowance; without generation there is neither."""
    written = [each for each in _statements(LEAST) if "ssm:PutParameter" in _listed(each["Action"])]
    assert [each["Effect"] for each in written] == ["Allow", "Deny"]
    assert written[1]["Condition"] == {"StringEquals": {"ssm:Overwrite": "true"}}
    kept = _statements(replace(LEAST, password_made_here=False))
    assert not [each for each in kept if "ssm:PutParameter" in _listed(each["Action"])]


def test_a_star_stands_only_where_the_service_knows_no_resource() -> None:
    """Each such action is named here; a new one has to be argued for."""
    for each in _statements(MOST):
        if each["Resource"] == "*":
            assert [a for a in _listed(each["Action"]) if not a.startswith(tuple(UNSCOPED))] == []


def test_no_action_is_a_wildcard_but_the_one_of_data_keys() -> None:
    """Nothing is granted that nobody read."""
    starred = {a for each in _statements(MOST) for a in _listed(each["Action"]) if "*" in a}
    assert starred == {"kms:GenerateDataKey*"}


def test_what_every_database_of_an_account_shares_is_scoped_by_the_tag() -> None:
    """Instances and volumes are named by a wildcard, so the database's tag has to be on them."""
    for each in _statements(MOST):
        if any(where.endswith((":instance/*", ":volume/*")) for where in _listed(each["Resource"])):
            assert each["Condition"]["StringEquals"] == {"ec2:ResourceTag/timescaledb-database": "lighthouse-dev"}


def test_the_inline_policies_fit_into_a_role() -> None:
    """IAM takes 10,240 characters of inline policies in a role, blanks not counted."""
    import json

    whole = "".join(json.dumps(each) for each in policy.documents(MOST).values())
    assert len(whole.replace(" ", "")) < 10_240


def _statements(rights: policy.Rights) -> list[dict[str, Any]]:
    return [each for document in policy.documents(rights).values() for each in document["Statement"]]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
