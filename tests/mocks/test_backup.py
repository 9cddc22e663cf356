"""The resource graphs of ``backup.Vault`` and ``backup.Archive``.

Not proved here: that AWS accepts the inputs, that a backup is made, or that it can be restored.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_timescaledb.backup import Archive, Vault
from pulumi_timescaledb.backup.bucket import policy

from tests.mocks import aws
from tests.mocks.graph import GOLDEN, Graph, compare, record
from tests.unit.backup.test_rules import ARCHIVE, VAULT

KEY = "arn:aws:kms:us-east-1:123456789012:key/01234567-89ab-cdef-0123-456789abcdef"


def arns(args: Any) -> dict[str, Any]:
    """What AWS adds to a vault, a role and a bucket."""
    if args.typ == "aws:iam/role:Role":
        return {"arn": f"arn:aws:iam::123456789012:role/{args.name}", "name": args.name}
    if args.typ == "aws:backup/vault:Vault":
        return {"arn": f"arn:aws:backup:us-east-1:123456789012:backup-vault:{args.inputs['name']}"}
    return {"arn": f"arn:aws:s3:::{args.inputs['bucket']}"} if args.typ == "aws:s3/bucket:Bucket" else {}


def program(component: Any, args: dict[str, Any] | Callable[[], dict[str, Any]], **more: Any) -> Callable[[], None]:
    """A program with one component called kept."""

    def run() -> None:
        component("kept", {**(args() if callable(args) else args), **more})

    return run


def graph(component: Any, args: Any, preview: bool = False, look: Any = None, **more: Any) -> Graph:
    """Its graph, by default in an account that has neither vault nor bucket."""
    calls = {
        "aws:backup/getVault:getVault": look or aws.no_vault,
        "aws:s3/getBucketPolicy:getBucketPolicy": look or aws.no_bucket,
    }
    return record(program(component, args, **more), project="lighthouse", outputs=arns, preview=preview, calls=calls)


def test_the_graph_of_a_vault_is_the_golden_one() -> None:
    """Vault, plan, selection and role, and no lock."""
    compare(graph(Vault, VAULT), GOLDEN / "backup_vault.yaml")


def test_the_graph_of_a_vault_with_all_options_is_the_golden_one() -> None:
    """Monthly points, a lock, copies and restore tests; what the plain vault has is in the other file."""
    found = graph(
        Vault,
        VAULT,
        monthly_days=365,
        lock="governance",
        copy_region="us-west-2",
        copy_days=14,
        drill_schedule="cron(0 6 2 * ? *)",
        tags={"Environment": "prod"},
    )
    plain = ("kept-role", "kept-role-backup", "kept-selection", "kept-vault", "kept")
    found["resources"] = {name: each for name, each in found["resources"].items() if name not in plain}
    compare(found, GOLDEN / "backup_vault_options.yaml")


def test_a_governance_lock_can_be_taken_off() -> None:
    """Only a compliance lock carries the number that makes it final, and only when it is asked for."""
    locked = graph(Vault, VAULT, lock="governance")["resources"]["kept-vault-lock"]["inputs"]
    assert locked == {"backupVaultName": VAULT["vault_name"], "minRetentionDays": 7}
    final = graph(Vault, VAULT, lock="compliance", lock_grace_days=3)["resources"]["kept-vault-lock"]["inputs"]
    assert final["changeableForDays"] == 3
    assert not [name for name in graph(Vault, VAULT)["resources"] if "lock" in name]


def test_the_graph_of_an_archive_is_the_golden_one() -> None:
    """Each setting of a private, versioned, encrypted bucket."""
    compare(graph(Archive, ARCHIVE), GOLDEN / "backup_archive.yaml")


def test_a_locked_archive_says_so_from_the_start() -> None:
    """Object Lock is chosen when a bucket is made, and governance can be lifted by its owner."""
    found = graph(Archive, ARCHIVE, lock_days=14)["resources"]
    assert found["kept-bucket"]["inputs"]["objectLockEnabled"] is True
    assert found["kept-lock"]["inputs"]["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 14}}


def test_a_key_brings_a_bucket_key() -> None:
    """Which makes a hundred times fewer calls to the key."""
    key = "arn:aws:kms:us-east-1:123456789012:key/0000"
    rules = graph(Archive, ARCHIVE, kms_key_arn=key)["resources"]["kept-encryption"]["inputs"]["rules"]
    assert rules == [
        {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "bucketKeyEnabled": True,
        }
    ]


def test_an_archive_stays_behind_unless_told_otherwise() -> None:
    """A program that forgets it deletes no backup, and leaves none open, unversioned or in the clear."""
    kept = graph(Archive, ARCHIVE, lock_days=14)["resources"]
    assert all(each["retain_on_delete"] is True for name, each in kept.items() if name != "kept")
    gone = graph(Archive, ARCHIVE, retain=False, lock_days=14)["resources"]
    assert not [name for name, each in gone.items() if each.get("retain_on_delete")]


def test_vault_and_copies_stay_behind_unless_told_otherwise() -> None:
    """AWS deletes no vault with recovery points, so that without it an end, or another name, would fail half-way."""
    vaults, locks = ["kept-copy", "kept-vault"], ["kept-copy-lock", "kept-vault-lock"]
    stays = [*vaults, *locks, "kept-role", "kept-role-backup"]  # the role ends the points that stay
    found = graph(Vault, VAULT, copy_region="us-west-2", lock="governance")["resources"]
    assert {name for name, each in found.items() if each.get("retain_on_delete")} == set(stays)
    gone = graph(Vault, VAULT, copy_region="us-west-2", lock="governance", retain=False)["resources"]
    assert not [name for name in stays if "retain_on_delete" in gone[name]]
    assert not [name for name in vaults if "forceDestroy" in {**found, **gone}[name]["inputs"]]
    # an import reads no such thing, and would differ from the provider's own default
    assert {tuple(found[name]["ignore_changes"]) for name in vaults} == {("forceDestroy",)}
    # a vault has one lock: made before the old one went, the new one would go with it
    assert all(found[name]["delete_before_replace"] for name in locks)


def test_what_is_known_late_changes_nothing_but_its_values() -> None:
    """A volume and a bucket's name from elsewhere."""

    def late(args: dict[str, Any], name: str) -> Callable[[], dict[str, Any]]:
        return lambda: {**args, name: pulumi.Output.from_input(args[name])}

    assert graph(Vault, late(VAULT, "volume_arn")) == graph(Vault, VAULT)
    assert graph(Archive, late(ARCHIVE, "bucket_name")) == graph(Archive, ARCHIVE)


@pytest.mark.parametrize(
    ("component", "args", "changes", "sentence"),
    [
        (Vault, VAULT, {"daily_schedule": "cron(0 3 * * * *)"}, "daily_schedule says both a day"),
        (Vault, VAULT, {"lock": "compliance"}, "lock_grace_days and lock compliance do not agree"),
        (Vault, VAULT, {"volume_arn": "vol-1"}, "volume_arn is not the ARN"),
        (Archive, ARCHIVE, {"bucket_name": "Big_Bucket"}, "bucket_name is not the name of a bucket"),
    ],
)
def test_a_wrong_argument_stops_the_preview(
    component: Any, args: dict[str, Any], changes: dict[str, Any], sentence: str
) -> None:
    """With the sentence alone."""
    with pytest.raises(pulumi.RunError, match=sentence):
        graph(component, args, preview=True, **changes)


def test_a_wrong_bucket_name_that_comes_late_stops_the_deployment() -> None:
    """It is checked when it is known."""
    with pytest.raises(pulumi.RunError, match="bucket_name is not the name of a bucket"):
        graph(Archive, lambda: {"bucket_name": pulumi.Output.from_input("Big_Bucket")})


def test_a_vault_that_was_left_behind_is_taken_back() -> None:
    """Else a stack that went could not come again under its name. A copy is not: see the component."""
    there = {"tags": {"timescaledb-stack": "lighthouse/test"}, "kmsKeyArn": KEY}

    def taken(look: Any, **more: Any) -> dict[str, str]:
        found = graph(Vault, VAULT, look=look, **more)["resources"]
        return {name: each["import"] for name, each in found.items() if "import" in each}

    for more in (
        {},
        {"copy_region": "us-west-2"},
        {"kms_key_arn": KEY},
        {"kms_key_arn": "arn:aws:kms:us-east-1:123456789012:alias/mine"},
    ):
        assert taken(there, **more) == {"kept-vault": VAULT["vault_name"]}
    assert taken(None) == {}
    assert taken({"tags": {"timescaledb-stack": "another/stack"}, "kmsKeyArn": KEY}) == {}
    assert taken({"tags": {}}) == {}
    with pytest.raises(pulumi.RunError, match=r"^kms_key_arn is .*0 but .* has .*f, which it keeps; "):
        taken(there, kms_key_arn=f"{KEY[:-1]}0")


def test_a_bucket_that_was_left_behind_is_taken_back() -> None:
    """One that goes with its stack is another matter, and a name that comes late cannot be looked for."""
    there = {"policy": policy("arn:aws:s3:::any", "lighthouse/test")}

    def taken(args: Any, **more: Any) -> dict[str, str]:
        found = graph(Archive, args, look=there, **more)["resources"]
        return {name: each["import"] for name, each in found.items() if "import" in each}

    assert taken(ARCHIVE) == {"kept-bucket": ARCHIVE["bucket_name"]}
    assert taken(ARCHIVE, retain=False) == {}
    assert taken(lambda: {"bucket_name": pulumi.Output.from_input(ARCHIVE["bucket_name"])}) == {}
    assert not [each for each in graph(Archive, ARCHIVE)["resources"].values() if "import" in each]
    for other in (policy("arn:aws:s3:::any", "another/stack"), policy("arn:aws:s3:::any"), '{"Statement": {}}', ""):
        there["policy"] = other
        assert taken(ARCHIVE) == {}


@pytest.mark.parametrize(
    ("component", "args", "what"), [(Vault, VAULT, "vault_name"), (Archive, ARCHIVE, "bucket_name")]
)
def test_what_is_no_absence_is_not_taken_for_one(component: Any, args: dict[str, Any], what: str) -> None:
    """A network that is down says nothing of a vault; the sentence has no traceback."""

    def down(given: dict[str, Any]) -> dict[str, Any]:
        raise aws.Said("reading it: no route to host")

    with pytest.raises(pulumi.RunError, match=f"whether {what} '{args[what]}' is there.*no route to host") as refused:
        graph(component, args, look=down)
    assert "\n" not in str(refused.value)
