"""``tsdb ci-setup`` on AWS: which documents it writes, and that it makes, mends and removes its role on a stand-in.

Not proved here: that these actions are enough for every refresh on a real account (moto does not judge rights),
that GitHub's tokens carry these claims, and that a provider gets a further audience (moto has no such call). What the
database's role can do stands in tests/database/cli.
"""

from __future__ import annotations

import fnmatch
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pulumi_timescaledb.cli.bootstrap import needs
from pulumi_timescaledb.cli.ci_setup import policy
from pulumi_timescaledb.cli.ci_setup.question import Cloud
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.database.tunnel import command
from typer.testing import CliRunner, Result

GOLDEN = Path(__file__).parents[2] / "golden" / "ci_setup.json"
CLOUD = Cloud(
    "acme/lighthouse", ("main",), ("prod",), "timescaledb-plan", "lighthouse-prod", "us-east-1",
    "ssm:/lighthouse/prod/db/plan-password", "acme-pulumi-state",
    "arn:aws:kms:us-east-1:123456789012:key/0123abcd-01ab-23cd-45ef-0123456789ab",
)  # fmt: skip
WHERE = {"partition": "aws", "region": "us-east-1", "account": "123456789012"}
PROVIDER = f"arn:aws:iam::123456789012:oidc-provider/{policy.ISSUER}"
# verbs of actions that change something, give a shell, or hand out rights (service authorization reference)
CHANGES = re.compile(
    r":(Create|Put|Delete|Update|Modify|Attach|Detach|Run|Terminate(?!Session)|Send|Pass|Add|Remove|Set|Tag|Untag|\*)"
)


def documents(cloud: Cloud = CLOUD) -> dict[str, Any]:
    """Both, as they are sent."""
    return {"trust": policy.trust(cloud, PROVIDER), "policy": policy.reading(cloud, **WHERE)}


def actions(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every action with its statement."""
    for statement in document["Statement"]:
        listed = statement["Action"]
        for action in [listed] if isinstance(listed, str) else listed:
            yield action, statement


def test_the_documents_are_the_golden_ones() -> None:
    """Written anew by make golden alone; `make audit` looks at them too."""
    text = json.dumps(documents(), indent=2) + "\n"
    if os.environ.get("TSDB_WRITE_GOLDEN") == "1":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")
    assert len(json.dumps(documents()["policy"], separators=(",", ":"))) <= 10_240  # of inline policies of a role


def test_nothing_in_it_changes_anything() -> None:
    """Not one action that writes, tags, passes a role, or opens a shell."""
    found = [action for action, _ in actions(documents()["policy"])]
    assert len(found) > 60
    assert [action for action in found if CHANGES.search(action)] == []
    assert "ssm:SendCommand" not in found


def test_a_session_is_one_document_from_the_one_host() -> None:
    """The document is the one that the library's own way uses; without a tag there is no session at all."""
    opened = [statement for action, statement in actions(documents()["policy"]) if action == "ssm:StartSession"]
    assert [each["Resource"].rpartition("/")[2] for each in opened] == ["*", policy.DOCUMENT]
    assert policy.DOCUMENT in command("ssm:i-0123456789abcdef0", "127.0.0.1", 5432, 6000)
    assert opened[0]["Condition"] == {
        "StringEquals": {"ssm:resourceTag/timescaledb-database": "lighthouse-prod"},
        "BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"},
    }
    without = policy.reading(Cloud("acme/lighthouse"), **WHERE)
    assert not [action for action, _ in actions(without) if action.startswith("ssm:") and "Session" in action]


@pytest.mark.parametrize(
    ("reference", "resource"),
    [
        ("ssm:/a/plan", "arn:aws:ssm:us-east-1:123456789012:parameter/a/plan"),
        ("secretsmanager:a/plan", "arn:aws:secretsmanager:us-east-1:123456789012:secret:a/plan-??????"),
        ("env:PLAN", ""),
        ("", ""),
    ],
)
def test_one_password_is_readable_and_that_is_its_own(reference: str, resource: str) -> None:
    """Whichever store it is in; a password in the environment needs no right."""
    found = policy.reading(Cloud("acme/lighthouse", password_ref=reference), **WHERE)
    values = {"ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "secretsmanager:GetSecretValue"}
    mine = [each["Resource"] for action, each in actions(found) if action in values and each["Sid"] != "Images"]
    assert mine == ([resource] if resource else [])


def test_what_a_refresh_reads_and_a_program_looks_up_is_allowed() -> None:
    """Every action of ``bootstrap``'s tables that shows something, but the one that AWS asks nobody a right for."""
    granted = [action for action, _ in actions(documents()["policy"])]
    shown = [
        action
        for listed in (*needs.RESOURCES.values(), *needs.FUNCTIONS.values())
        for action in listed
        if action.partition(":")[2].startswith(("Describe", "Get", "List"))
    ]
    missing = {action for action in shown if not any(fnmatch.fnmatchcase(action, each) for each in granted)}
    assert missing == {"sts:GetCallerIdentity"}  # "no permissions are required" (STS API reference)


def test_only_exact_claims_of_the_one_repository_are_trusted() -> None:
    """No wildcard, an audience, and pull requests beside the branches and environments that were named."""
    (statement,) = documents()["trust"]["Statement"]
    assert list(statement["Condition"]) == ["StringEquals"]
    assert statement["Condition"]["StringEquals"][f"{policy.ISSUER}:sub"] == [
        "repo:acme/lighthouse:pull_request",
        "repo:acme/lighthouse:ref:refs/heads/main",
        "repo:acme/lighthouse:environment:prod",
    ]
    assert statement["Condition"]["StringEquals"][f"{policy.ISSUER}:aud"] == "sts.amazonaws.com"


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An account of a stand-in."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("TSDB_DSN", raising=False)
    with mock_aws():
        yield boto3.client("iam")


def setup(*arguments: str) -> Result:
    """The command's result, for one repository."""
    return CliRunner().invoke(app, ["ci-setup", "--repository", "acme/lighthouse", *arguments])


def plan(*arguments: str) -> list[tuple[str, str]]:
    """What it says it would do, or did."""
    answer = setup("--json", *arguments)
    assert answer.exit_code == 0, answer.output
    return [(step["action"], step["what"]) for step in json.loads(answer.stdout)["steps"]]


MADE = [
    ("create", "identity provider token.actions.githubusercontent.com"),
    ("create", "role timescaledb-plan"),
    ("create", "policy timescaledb-plan of timescaledb-plan"),
]


def test_it_shows_first_then_does_and_then_has_nothing_to_do(iam: Any) -> None:
    """And what was changed by hand is mended."""
    assert plan() == MADE
    assert iam.list_roles()["Roles"] == []
    assert plan("--yes") == MADE
    assert plan() == plan("--yes") == []
    assert iam.get_role(RoleName="timescaledb-plan")["Role"]["MaxSessionDuration"] == 3600
    assert plan("--branch", "release") == [("change", "trust of timescaledb-plan")]
    iam.put_role_policy(RoleName="timescaledb-plan", PolicyName="timescaledb-plan", PolicyDocument=json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}))  # fmt: skip
    assert plan("--yes") == [("change", "policy timescaledb-plan of timescaledb-plan")]
    assert plan() == []


@pytest.mark.parametrize(("audiences", "expected"), [(["others"], "change"), (["others", "sts.amazonaws.com"], "")])
def test_a_provider_that_is_there_is_used(iam: Any, audiences: list[str], expected: str) -> None:
    """An account has it once, and others stand on it: one without our audience gets that beside its own."""
    iam.create_open_id_connect_provider(Url=f"https://{policy.ISSUER}", ClientIDList=audiences)
    found = [action for action, what in plan() if what.startswith("identity provider")]
    assert found == ([expected] if expected else [])


def test_it_goes_without_its_provider_and_nothing_is_left_to_remove(iam: Any) -> None:
    """Again and again too."""
    plan("--yes")
    removed = [("remove", "policy timescaledb-plan of timescaledb-plan"), ("remove", "role timescaledb-plan")]
    assert plan("--remove") == removed
    assert plan("--remove", "--yes") == removed
    assert plan("--remove", "--yes") == []
    assert iam.list_roles()["Roles"] == []
    assert len(iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]) == 1


def test_a_role_of_others_or_with_more_rights_is_left_alone(iam: Any) -> None:
    """Neither mended nor removed."""
    iam.create_role(RoleName="timescaledb-plan", AssumeRolePolicyDocument="{}")
    for arguments in ((), ("--remove", "--yes")):
        answer = setup(*arguments)
        assert answer.exit_code == 2
        assert "was not made by tsdb ci-setup; choose another --role-name" in answer.stderr
    plan("--yes", "--role-name", "mine")
    iam.put_role_policy(RoleName="mine", PolicyName="more", PolicyDocument=json.dumps(documents()["policy"]))
    answer = setup("--role-name", "mine")
    assert (answer.exit_code, "has got more rights" in answer.stderr, "(more)" in answer.stderr) == (2, True, True)


def encrypted(key: str | None) -> None:
    """The bucket of the state; key: None for AES256, empty for KMS with AWS's own."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="acme-pulumi-state")
    default = {"SSEAlgorithm": "AES256" if key is None else "aws:kms"} | ({"KMSMasterKeyID": key} if key else {})
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    s3.put_bucket_encryption(Bucket="acme-pulumi-state", ServerSideEncryptionConfiguration={"Rules": rules})


def test_a_state_that_the_role_could_not_decrypt_is_refused_before_anything_is_made(iam: Any) -> None:
    """As that of a bucket of ``tsdb bootstrap``, unless its key is named."""
    encrypted(CLOUD.state_key)
    answer = setup("--state-bucket", "acme-pulumi-state", "--yes")
    assert answer.exit_code == 2
    assert f"--state-key is missing and the bucket acme-pulumi-state is encrypted with {CLOUD.state_key}" in (
        answer.stderr
    )
    assert iam.list_roles()["Roles"] == []
    assert plan("--state-bucket", "acme-pulumi-state", "--state-key", CLOUD.state_key, "--yes") == MADE
    assert setup("--state-bucket", "acme-pulumi-state", "--remove").exit_code == 0


def test_a_key_that_does_not_encrypt_the_state_is_none_for_it(iam: Any) -> None:
    """That of Pulumi's secrets, for instance; what an alias means is nobody's to say here."""
    encrypted("arn:aws:kms:us-east-1:123456789012:key/0")
    answer = setup("--state-bucket", "acme-pulumi-state", "--state-key", CLOUD.state_key, "--yes")
    assert answer.exit_code == 2
    assert f"--state-key is {CLOUD.state_key} and the bucket acme-pulumi-state is encrypted with" in answer.stderr
    assert iam.list_roles()["Roles"] == []
    encrypted("alias/mine")
    answer = setup("--state-bucket", "acme-pulumi-state", "--state-key", CLOUD.state_key)
    assert answer.exit_code == 0
    assert f"is encrypted with alias/mine: see that this is the key {CLOUD.state_key}" in answer.stdout


@pytest.mark.parametrize("key", [None, "", "alias/aws/s3", "arn:aws:kms:us-east-1:123456789012:alias/aws/s3"])
def test_a_bucket_that_s3_itself_decrypts_takes_no_key(iam: Any, key: str | None) -> None:
    encrypted(key)
    answer = setup("--state-bucket", "acme-pulumi-state")
    assert (answer.exit_code, "note:" in answer.stdout) == (0, False)


def test_a_bucket_whose_encryption_nobody_tells_is_a_note(iam: Any) -> None:
    """It may be another account's, or closed to who sets up."""
    answer = setup("--state-bucket", "acme-pulumi-state", "--yes")
    assert answer.exit_code == 0
    (note,) = (line for line in answer.stdout.splitlines() if line.startswith("note: "))
    assert "how the bucket acme-pulumi-state is encrypted could not be read (NoSuchBucket)" in note
    assert "--state-key" in note
    assert len(iam.list_roles()["Roles"]) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--repository", "acme"), '--repository "acme" has not the right form'),
        (("--repository", "acme/*"), "--repository"),
        (("--branch", "*"), '--branch "*" has not the right form'),
        (("--environment", "a b"), "--environment"),
        (("--role-name", "a/b"), "--role-name"),
        (("--database-tag", "a*"), "--database-tag"),
        (("--state-bucket", "s3://a"), "--state-bucket"),
        (("--state-key", "alias/a"), "write the ARN of the key"),
        (("--dsn", "host=/nonexistent"), "--password-ref is missing"),
        (("--dsn", "host=/nonexistent", "--database-role", "pg_x"), "--database-role pg_x is reserved"),
        (("--dsn", "host=/nonexistent", "--database-role", ""), "--database-role"),
    ],
)
def test_a_wrong_option_is_refused_by_name(iam: Any, arguments: tuple[str, ...], sentence: str) -> None:
    """Before anything is looked at."""
    answer = setup(*arguments)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("error: ")
    assert sentence in answer.stderr


def test_with_neither_half_there_is_nothing_to_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence."""
    monkeypatch.delenv("TSDB_DSN", raising=False)
    answer = CliRunner().invoke(app, ["ci-setup"])
    assert (answer.exit_code, "give --repository, or a database" in answer.stderr) == (2, True)


def test_it_is_not_run_as_the_role_it_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The variable of a pipeline that somebody left set."""
    monkeypatch.setenv("TSDB_READ_AS", "tsdb_plan")
    answer = CliRunner().invoke(app, ["ci-setup", "--dsn", "host=/nonexistent", "--password-ref", "env:X"])
    assert (answer.exit_code, "TSDB_READ_AS is set, which only reads; unset it" in answer.stderr) == (2, True)


def test_a_refusal_of_aws_is_one_sentence(iam: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do, and no traceback."""
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    answer = setup()
    assert (answer.exit_code, "--region is missing" in answer.stderr) == (2, True)
