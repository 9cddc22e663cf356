"""Schedules, retention, locks and buckets: wrong ones are refused in one sentence.

Not proved here: that AWS Backup runs at that time, or that a recovery point can be restored.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.backup import bucket, role, wanted
from pulumi_timescaledb.backup.args import ArchiveArgs, VaultArgs
from pulumi_timescaledb.backup.cron import cron
from pulumi_timescaledb.backup.retention import Retention
from pulumi_timescaledb.errors import Refusal

VAULT: dict[str, Any] = {
    "vault_name": "lighthouse-prod-timescaledb-vault",
    "volume_arn": "arn:aws:ec2:us-east-1:123456789012:volume/vol-0123456789abcdef0",
}
ARCHIVE: dict[str, Any] = {"bucket_name": "lighthouse-prod-archive"}


def vault(**changes: Any) -> Retention:
    """The retention of a vault's arguments."""
    args = {**VAULT, **changes}
    return wanted.vault(args, args, VaultArgs.__annotations__, VaultArgs.__required_keys__)


def archive(**changes: Any) -> bucket.Bucket:
    """The numbers of an archive's arguments."""
    args = {**ARCHIVE, **changes}
    return wanted.archive(args, args, ArchiveArgs.__annotations__, ArchiveArgs.__required_keys__)


@pytest.mark.parametrize(
    "text",
    [
        "cron(0 3 * * ? *)",
        "cron(30 3,15 * * ? *)",
        "cron(0 */6 * * ? *)",
        "cron(0 2 ? * SUN *)",
        "cron(0 2 ? * MON-FRI *)",
        "cron(0 2 ? * 6L *)",
        "cron(0 2 ? * TUE#2 *)",
        "cron(0 4 L * ? *)",
        "cron(0 4 15W * ? *)",
        "cron(0 4 1 JAN,JUL ? 2026-2030)",
    ],
)
def test_a_schedule_of_aws_is_taken(text: str) -> None:
    """As its guide shows them; spaces are made one."""
    assert cron(text) == text
    assert cron(text.replace(" ", "  ")) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("0 3 * * *", "schedule is not a cron expression of six fields"),
        ("cron(0 3 * * *)", "schedule is not a cron expression of six fields"),
        ("rate(1 day)", "schedule is not a cron expression"),
        ("cron(60 3 * * ? *)", 'schedule has "60" as its minute'),
        ("cron(0 24 * * ? *)", 'schedule has "24" as its hour'),
        ("cron(0 3 32 * ? *)", 'schedule has "32" as its day of month'),
        ("cron(0 3 * 13 ? *)", 'schedule has "13" as its month'),
        ("cron(0 3 ? * MOO *)", 'schedule has "MOO" as its day of week'),
        ("cron(0 3 ? * 0 *)", 'schedule has "0" as its day of week'),
        ("cron(0 3 * * ? 1969)", 'schedule has "1969" as its year'),
        ("cron(0 5-3 * * ? *)", 'schedule has "5-3" as its hour'),
        ("cron(0 */0 * * ? *)", 'schedule has "*/0" as its hour'),
        ("cron(? 3 * * ? *)", 'schedule has "?" as its minute'),
        ("cron(0 3 * * * *)", "schedule says both a day of the month and of the week, or neither"),
        ("cron(0 3 ? * ? *)", "schedule says both a day of the month and of the week, or neither"),
        ("cron(*/5 3 * * ? *)", "schedule runs more than once an hour"),
        ("cron(0,30 3 * * ? *)", "schedule runs more than once an hour"),
        (None, "schedule is not a cron expression"),
    ],
)
def test_another_schedule_is_refused_by_its_field(text: Any, sentence: str) -> None:
    """With one that works."""
    with pytest.raises(Refusal) as refused:
        cron(text)
    assert str(refused.value).startswith(sentence)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 31), st.integers(1, 12), st.integers(1970, 2199))
def test_any_moment_can_be_a_schedule(minute: int, hour: int, day: int, month: int, year: int) -> None:
    """All numbers within a field's bounds."""
    text = f"cron({minute} {hour} {day} {month} ? {year})"
    assert cron(text) == text


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_schedule(text: str) -> None:
    """It is taken or refused."""
    try:
        said = cron(f"cron({text})")
    except Refusal as refused:
        said = str(refused)
    assert said.startswith("cron(") or "; " in said


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown argument": ({"daily": 7}, "daily is not an argument; did you mean daily_days?"),
    "a vault's name with a blank": ({"vault_name": "my vault"}, "vault_name is not the name of a vault"),
    "a vault's name of one letter": ({"vault_name": "v"}, "vault_name is not the name of a vault"),
    "a volume's id": (
        {"volume_arn": "vol-0123456789abcdef0"},
        "volume_arn is not the ARN of what is meant; write arn:",
    ),
    "no volume": ({"volume_arn": None}, "volume_arn is missing"),
    "a bad schedule": ({"daily_schedule": "daily"}, "daily_schedule is not a cron expression"),
    "a bad monthly schedule": ({"monthly_schedule": "cron(0 4 1 * * *)"}, "monthly_schedule says both a day"),
    "a bad drill": ({"drill_schedule": "monthly"}, "drill_schedule is not a cron expression"),
    "no days": ({"daily_days": 0}, "daily_days is 0; choose a number from 1 to 36500"),
    "days in words": ({"daily_days": "35 days"}, "daily_days is not a whole number"),
    "months shorter than days": ({"monthly_days": 30}, "monthly_days is 30, no longer than daily_days 35"),
    "an unknown lock": ({"lock": "iron"}, "lock is not one of the known words; choose one of none, governance"),
    "a compliance lock by accident": ({"lock": "compliance"}, "lock_grace_days and lock compliance do not agree; give"),
    "too little grace": ({"lock": "compliance", "lock_grace_days": 2}, "lock_grace_days is 2; choose a number from 3"),
    "grace without compliance": (
        {"lock": "governance", "lock_grace_days": 3},
        "lock_grace_days and lock governance",
    ),
    "a lock longer than backups": (
        {"lock": "governance", "lock_days": 36},
        "lock_days is 36, longer than backups are kept (35 days); make it shorter: every backup would fail",
    ),
    "a region that is none": ({"copy_region": "frankfurt"}, "copy_region is not a region; write one such as"),
    "a week of looking": ({"drill_hours": 169}, "drill_hours is 169; choose a number from 1 to 168"),
    "a word for whether it stays": ({"retain": "no"}, "retain is not true or false"),
    "a key's id": ({"kms_key_arn": "1234abcd"}, "kms_key_arn is not the ARN of what is meant"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_vault_is_refused_in_one_sentence(name: str) -> None:
    """Which argument, what is wrong, what to write."""
    changes, sentence = WRONG[name]
    with pytest.raises(Refusal) as refused:
        vault(**changes)
    assert str(refused.value).startswith(sentence)
    assert "; " in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"bucket_name": "Lighthouse"}, "bucket_name is not the name of a bucket"),
        ({"bucket_name": "ab"}, "bucket_name is not the name of a bucket"),
        ({"bucket_name": "a.b.c"}, "bucket_name is not the name of a bucket"),
        ({"bucket_name": "xn--archive"}, "bucket_name is not the name of a bucket"),
        ({"bucket_name": "archive-"}, "bucket_name is not the name of a bucket"),
        ({"noncurrent_days": 0}, "noncurrent_days is 0; choose a number from 1"),
        ({"abort_days": "7"}, "abort_days is not a whole number"),
        ({"lock_days": -1}, "lock_days is -1; choose a number from 0"),
        ({"retain": "yes"}, "retain is not true or false"),
        ({"versioning": False}, "versioning is not an argument"),
    ],
)
def test_a_wrong_archive_is_refused_in_one_sentence(changes: dict[str, Any], sentence: str) -> None:
    """The name is checked here, because S3 says so only after half of the deployment."""
    with pytest.raises(Refusal) as refused:
        archive(**changes)
    assert str(refused.value).startswith(sentence)


def test_the_defaults_are_daily_for_35_days_without_a_lock() -> None:
    """What AWS's own standard asks, and nothing that cannot be undone."""
    found = vault()
    assert found.rules == {"daily": ("cron(0 3 * * ? *)", 35)}
    assert (found.lock, found.grace_days, found.copy_region, found.drill) == ("none", 0, "", "")


def test_a_month_gets_a_rule_of_its_own() -> None:
    """Kept longer than the daily one."""
    assert vault(monthly_days=365).rules["monthly"] == ("cron(0 4 1 * ? *)", 365)


def test_a_short_retention_shortens_the_lock() -> None:
    """Else every backup would fail under it."""
    assert vault(daily_days=3, lock="governance").lock_days == 3
    assert vault(lock="governance").lock_days == 7


def test_what_decides_the_resources_cannot_come_late() -> None:
    """A schedule that is an output would hide the plan from the preview."""
    args = {**VAULT, "daily_days": 7}
    with pytest.raises(Refusal, match="daily_days is known only after a deployment"):
        wanted.vault(args, VAULT, VaultArgs.__annotations__, VaultArgs.__required_keys__)


def test_the_bucket_refuses_what_is_not_tls() -> None:
    """Everything of it, from everybody."""
    policy = json.loads(bucket.policy("arn:aws:s3:::b", "lighthouse/prod"))
    assert {each["Effect"] for each in policy["Statement"]} == {"Deny"}
    assert {each["Principal"] for each in policy["Statement"]} == {"*"}
    assert policy["Statement"][0]["Resource"] == ["arn:aws:s3:::b", "arn:aws:s3:::b/*"]
    assert policy["Statement"][0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_the_role_is_aws_backups_alone() -> None:
    """In any partition."""
    trust = json.loads(role.trust())
    assert trust["Statement"][0]["Principal"] == {"Service": "backup.amazonaws.com"}
    assert role.managed_policy("arn:aws-cn:backup:cn-north-1:1:v", role.BACKUP) == (
        "arn:aws-cn:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
    )
