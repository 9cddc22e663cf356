"""What ``tsdb ci-setup`` is asked, checked before anything is looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import BadValue, Refusal

_REPOSITORY = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9._-]{1,100}")
_WORD = re.compile(r"[A-Za-z0-9._/-]{1,200}")
_ROLE = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")  # IAM User Guide, "IAM and AWS STS quotas"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")  # S3 User Guide, "Bucket naming rules"
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")
_TAG = re.compile(r"[A-Za-z0-9 _.:/=+@-]{1,256}")


@dataclass(frozen=True)
class Cloud:
    """The half on AWS.

    Attributes:
        repository: ``owner/name``; nobody else may take the role.
        branches, environments: of that repository, whose jobs may take it beside pull requests.
        role_name: of the role that is made.
        database: value of the tag ``timescaledb-database`` of the host to forward a port to; empty for no session.
        region: of AWS; empty for the environment's own.
        password_ref: the password of the role in the database, which is the one secret it may read; empty for none.
        state_bucket, state_key: where Pulumi's state is, and the key of it and its secrets; empty for neither.
    """

    repository: str
    branches: Sequence[str] = ("main",)
    environments: Sequence[str] = ()
    role_name: str = "timescaledb-plan"
    database: str = ""
    region: str = ""
    password_ref: str = ""
    state_bucket: str = ""
    state_key: str = ""


def check(cloud: Cloud) -> None:
    """Raise a Refusal that names the option which is not right."""
    _match("--repository", cloud.repository, _REPOSITORY, "write owner/name")
    for branch in cloud.branches:
        _match("--branch", branch, _WORD, "write a branch's name without wildcards")
    for environment in cloud.environments:
        _match("--environment", environment, _WORD, "write an environment's name without wildcards")
    _match("--role-name", cloud.role_name, _ROLE, "write at most 64 letters, digits and +=,.@_-")
    if cloud.database:
        _match("--database-tag", cloud.database, _TAG, "write the value of the host's tag timescaledb-database")
    if cloud.state_bucket:
        _match("--state-bucket", cloud.state_bucket, _BUCKET, "write the bucket's name alone")
    if cloud.state_key:
        _match("--state-key", cloud.state_key, _KEY, "write the ARN of the key, not an alias")


def check_role(name: str) -> None:
    """Raise a Refusal for a database role that cannot be the pipeline's."""
    if not name or len(name.encode()) > 63 or "\0" in name:
        raise BadValue("--database-role", "is not a name of PostgreSQL", "write 1 to 63 bytes")
    if name.startswith("pg_"):
        raise Refusal(f"--database-role {name} is reserved by PostgreSQL; write another name")


def _match(option: str, value: str, form: re.Pattern[str], remedy: str) -> None:
    if form.fullmatch(value) is None:
        raise BadValue(option, f'"{value}" has not the right form', remedy)
