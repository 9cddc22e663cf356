"""``tsdb bootstrap`` against moto in process; what it prints of policies is in test_policies.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.cli.bootstrap import act, command
from pulumi_timescaledb.cli.bootstrap.wanted import Wanted, tls_only, wanted
from pulumi_timescaledb.cli.main import app
from pulumi_timescaledb.errors import Refusal, Unreachable
from typer.testing import CliRunner

from tests.support.aws_account import Account, account, project

__all__ = ["account", "project"]
BUCKET, ALIAS = "lighthouse-pulumi-state-123456789012-us-east-1", "alias/lighthouse-pulumi"
WANTED = Wanted(BUCKET, ALIAS, "us-east-1", "aws", "123456789012")


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
