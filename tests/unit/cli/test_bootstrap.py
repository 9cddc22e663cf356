"""``tsdb bootstrap`` against moto in process, and the deployer's policies against what components and commands use.

Not proved here: that IAM lets a real deployment through with these policies. moto asks nobody for rights, and which
calls the real provider makes is seen nowhere.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from pulumi_timescaledb.cli.bootstrap import act, command, needs, policy
from pulumi_timescaledb.cli.bootstrap.wanted import Wanted, tls_only, wanted
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.errors import Refusal, Unreachable
from typer.testing import CliRunner

from tests.support.aws_account import Account, account, project

__all__ = ["account", "project"]
PACKAGE = Path(policy.__file__).parents[2]
BUCKET, ALIAS = "lighthouse-pulumi-state-123456789012-us-east-1", "alias/lighthouse-pulumi"
WANTED = Wanted(BUCKET, ALIAS, "us-east-1", "aws", "123456789012")
NAMES = {"Partition": "aws", "Region": "us-east-1", "Account": "123456789012", "Project": "lighthouse",
         "Bucket": BUCKET, "Alias": ALIAS}  # fmt: skip

# boto3's name of a service, and IAM's
SERVICES = {each: each for each in ("autoscaling", "backup", "cloudwatch", "ec2", "iam", "route53", "secretsmanager")}
SERVICES |= {"service-quotas": "servicequotas", "sns": "sns", "ssm": "ssm", "sts": "sts"}
FOLDERS = {"drill": "drill", "preflight": "preflight", "restore": "restore", "verify": "verify/aws"}


def bootstrap(project: Path, *more: str) -> Any:
    return CliRunner().invoke(app, ["bootstrap", "-s", "dev", "-C", str(project), *more])


def writes(account: Account) -> list[str]:
    """Names of the calls that change something, from now on."""
    seen: list[str] = []
    changing = ("create", "put", "enable", "delete", "update")
    for service in ("s3", "kms"):
        events = account.clients(service).meta.events
        events.register(f"before-call.{service}", lambda model, **_: seen.append(model.name))
    return _Changing(seen, changing)


class _Changing(list[str]):
    def __init__(self, seen: list[str], words: tuple[str, ...]) -> None:
        self._seen, self._words = seen, words

    def __iter__(self) -> Iterator[str]:
        return (each for each in self._seen if each.lower().startswith(self._words))


def test_bucket_and_key_are_made_as_they_are_to_be(account: Account, project: Path) -> None:
    answer = bootstrap(project, "--yes")
    assert answer.exit_code == 0, answer.output
    assert f"pulumi login 's3://{BUCKET}?region=us-east-1&awssdk=v2'" in answer.stdout
    assert f"--secrets-provider 'awskms://{ALIAS}?region=us-east-1'" in answer.stdout
    assert "canary" not in answer.output
    s3, kms = account.clients("s3"), account.clients("kms")
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}
    (rule,) = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]["Rules"]
    key = kms.describe_key(KeyId=ALIAS)["KeyMetadata"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["Arn"]}
    assert kms.get_key_rotation_status(KeyId=key["KeyId"])["KeyRotationEnabled"]
    text = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    assert {each["Effect"] for each in json.loads(text)["Statement"]} == {"Deny"}
    assert "aws:SecureTransport" in text


def test_a_second_run_changes_nothing(account: Account, project: Path) -> None:
    asked = command.Question(str(project), "dev", None, None, None, yes=True)
    assert command.run(asked, as_json=True, clients=account.clients)
    changed = writes(account)
    assert command.run(asked, as_json=True, clients=account.clients)
    assert list(changed) == []


def test_without_yes_nothing_is_made(account: Account, project: Path) -> None:
    answer = bootstrap(project, "--json")
    assert answer.exit_code == 1
    assert {each["there"] for each in json.loads(answer.stdout)["items"]} == {False}
    assert account.clients("s3").list_buckets()["Buckets"] == []


@pytest.mark.parametrize("broken", list(act._MAKES))
def test_a_run_that_ended_before_any_step_is_finished_by_the_next(
    account: Account, project: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    real = act._MAKES[broken]

    def fails(run: act.Bootstrap) -> None:
        raise Unreachable("broken by the test")

    monkeypatch.setitem(act._MAKES, broken, fails)
    assert bootstrap(project, "--yes").exit_code == 2
    monkeypatch.setitem(act._MAKES, broken, real)
    assert bootstrap(project, "--yes").exit_code == 0
    assert bootstrap(project).exit_code == 0


def test_a_key_without_its_alias_is_used(account: Account, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An end between the two calls leaves no second key."""
    kms = account.clients("kms")
    real = kms.create_alias
    monkeypatch.setattr(kms, "create_alias", lambda **_: (_ for _ in ()).throw(Unreachable("broken by the test")))
    asked = command.Question(str(project), "dev", None, None, None, yes=True)
    with pytest.raises(Unreachable):
        command.run(asked, as_json=True, clients=account.clients)
    monkeypatch.setattr(kms, "create_alias", real)
    before = len(kms.list_keys()["Keys"])
    assert bootstrap(project, "--yes").exit_code == 0
    assert len(kms.list_keys()["Keys"]) == before


def test_somebody_elses_bucket_is_refused(account: Account, project: Path) -> None:
    account.clients("s3").create_bucket(Bucket=BUCKET)
    elsewhere = CliRunner().invoke(
        app, ["bootstrap", "--region", "eu-west-1", "--bucket", BUCKET, "-C", str(project), "--yes"]
    )
    assert elsewhere.exit_code == 2
    assert "choose another with --bucket" in " ".join(elsewhere.stderr.split())


def test_what_others_put_into_the_policy_stays() -> None:
    theirs = {"Sid": "Audit", "Effect": "Allow", "Principal": {"AWS": "1"}, "Action": "s3:GetObject", "Resource": "*"}
    text = tls_only(WANTED, json.dumps({"Version": "2012-10-17", "Statement": [theirs]}))
    assert [each["Sid"] for each in json.loads(text)["Statement"]] == ["Audit", "TlsOnly", "Tls12"]
    assert tls_only(WANTED, text) == text


@pytest.mark.parametrize(("name", "alias"), [("Upper", None), ("a.b", None), (None, "alias/aws/s3"), (None, "x")])
def test_names_that_aws_would_not_take_are_refused(name: str | None, alias: str | None) -> None:
    with pytest.raises(Refusal):
        wanted("lighthouse", "us-east-1", "aws", "123456789012", name, alias)


def test_a_policy_is_printed_with_the_accounts_names(account: Account, project: Path) -> None:
    answer = bootstrap(project, "--print-policy", "operate")
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout) == policy.policy("operate", **NAMES)
    assert bootstrap(project, "--print-policy", "nonsense").exit_code == 2


def used() -> set[str]:
    """Every resource and every look-up that a module calls which imports pulumi_aws, as written after ``aws.``."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "import pulumi_aws as aws" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                name = ast.unparse(node.func)
                if re.fullmatch(r"aws(\.\w+){1,3}", name):
                    found.add(name.removeprefix("aws.").removesuffix("_output").removesuffix(".get"))
    return found - {"Provider"}


def statements() -> list[dict[str, Any]]:
    return [each for which in policy.POLICIES for each in policy.policy(which, **NAMES)["Statement"]]


def test_every_resource_and_look_up_of_the_components_has_its_actions() -> None:
    assert used() == set(needs.RESOURCES) | set(needs.FUNCTIONS)


def test_the_policies_allow_what_is_needed_and_nothing_beyond() -> None:
    allowed = {action for each in statements() for action in each["Action"]}
    assert allowed == needs.everything()


def calls_of(folder: str) -> set[str]:
    """What a command calls of boto3, as ``service:Action``; a paginator's call is its argument."""
    names = set()
    for path in (PACKAGE / "cli" / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                first = node.args[0] if node.func.attr == "get_paginator" else None
                names.add(str(first.value) if isinstance(first, ast.Constant) else node.func.attr)
    found = set()
    for service, prefix in SERVICES.items():
        for operation in botocore.session.get_session().get_service_model(service).operation_names:
            if botocore.xform_name(operation) in names:
                found.add(f"{prefix}:{operation}")
    return found


@pytest.mark.parametrize(("which", "folder"), FOLDERS.items())
def test_what_a_command_may_is_what_it_calls(which: str, folder: str) -> None:
    called, wanted = calls_of(folder), set(needs.COMMANDS[which])
    assert wanted <= called, wanted - called
    # a name that two services have is counted for both
    assert {each.partition(":")[2] for each in called - wanted} <= {each.partition(":")[2] for each in wanted}


@pytest.mark.parametrize("which", policy.POLICIES)
def test_a_policy_fits_into_iam(which: str) -> None:
    document = policy.policy(which, **{**NAMES, "Project": "a" * 39, "Bucket": "b" * 63})
    assert len("".join(json.dumps(document).split())) <= policy.MOST_CHARACTERS
    sids = [each["Sid"] for each in document["Statement"]]
    assert len(sids) == len(set(sids))


def test_what_changes_something_is_never_allowed_everywhere() -> None:
    looking = ("Describe", "Get", "List", "Validate")
    for each in statements():
        if each["Resource"] == "*":
            changing = [a for a in each["Action"] if not a.partition(":")[2].startswith(looking)]
            assert changing in ([], ["backup-storage:MountCapsule"]), each
