"""Which database a command is about: a DSN, or the output ``database_connection`` of a stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import conninfo, pq

from ..database.session import Connection
from ..errors import Refusal
from ..settings import is_disposable
from ..settings.key import PROJECT
from . import process_list

OUTPUT = "database_connection"
PULUMI_SECONDS = 120  # a state in a bucket far away takes seconds; one that takes minutes never answers
_PASSWORD_VARIABLE = "TSDB_DSN_PASSWORD"  # noqa: S105 - the name of a variable of this process, not a password
# what a Connection holds, and what its session sets itself; every other keyword travels in libpq's own variables
_OURS = frozenset({"host", "hostaddr", "port", "user", "dbname", "password", "sslmode"})
_NOT_TAKEN = frozenset({"service", "options", "application_name", "fallback_application_name", "replication"})


class NoTarget(Refusal):
    """There is no database to look at; the sentence says how to name one."""


@dataclass(frozen=True)
class Target:
    """A database, and the stack it belongs to (empty for a DSN)."""

    connection: Connection
    stack: str = ""


def choose(dsn: str | None, stack: str | None, cwd: str, via: str | None = None) -> Target:
    """The DSN when one is given, else the stack's database, whose connection knows its own way."""
    if dsn is not None and stack is not None:
        raise NoTarget("--dsn (or TSDB_DSN) and --stack name two databases; give one of them")
    if dsn is None and via is not None:
        raise NoTarget("--via is the way to a --dsn, and a stack knows its own; leave it out, or give --dsn")
    return of_dsn(dsn, via or "") if dsn is not None else of_stack(stack, cwd)


def of_dsn(dsn: str, via: str = "") -> Target:
    """A libpq URI or keyword string; its password stays in this process, is never printed, and leaves ``ps``.

    What is not said is taken from libpq's variables (PGHOST, PGPORT, PGUSER, PGDATABASE, PGSSLMODE, PGPASSWORD).
    """
    try:
        dsn.encode()
        words = {key: str(value) for key, value in conninfo.conninfo_to_dict(dsn).items() if value not in (None, "")}
    except (psycopg.ProgrammingError, UnicodeEncodeError):
        process_list.hide(dsn)
        raise NoTarget('--dsn is not a connection string; write "postgresql://user@host:5432/database"') from None
    reference = ""
    if "password" in words:
        process_list.hide(dsn)
        os.environ[_PASSWORD_VARIABLE] = words["password"]
        reference = f"env:{_PASSWORD_VARIABLE}"
    _pass_on(words)
    user = words.get("user") or os.environ.get("PGUSER") or os.environ.get("USER") or "postgres"
    arguments = {
        "host": words.get("host") or words.get("hostaddr") or os.environ.get("PGHOST") or "127.0.0.1",
        "port": words.get("port") or os.environ.get("PGPORT") or 5432,
        "user": user,
        "database": words.get("dbname") or os.environ.get("PGDATABASE") or user,
        "tls": words.get("sslmode") or os.environ.get("PGSSLMODE") or "prefer",
        "password_ref": reference,
        "via": via,
    }
    return Target(Connection.from_args(arguments))


def _pass_on(words: Mapping[str, str]) -> None:
    variables = {each.keyword.decode(): each.envvar for each in pq.Conninfo.get_defaults()}
    for key in sorted(set(words) - _OURS):
        variable = variables.get(key)
        if key in _NOT_TAKEN or variable is None:
            raise NoTarget(f"--dsn says {key}, which tsdb does not take; leave it out")
        os.environ[variable.decode()] = words[key]


def of_stack(stack: str | None, cwd: str) -> Target:
    """The database of a stack, asked of Pulumi; password files are meant relative to the project's folder."""
    enter(cwd, ", or --dsn")
    stack = stack if stack is not None else _pulumi(["stack", "--show-name"], "(selected)").strip()
    said = _pulumi(["stack", "output", OUTPUT, "--json", "--stack", stack], stack)
    arguments = _mapping(said)
    if arguments is None:
        raise NoTarget(f"the output {OUTPUT} of the stack {stack} is not a connection; run pulumi up, or give --dsn")
    return Target(Connection.from_args(arguments), stack)


def enter(cwd: str, instead: str = "") -> None:
    """Go into the project's folder; instead: what else the command takes, for the sentence of a refusal."""
    folder = Path(cwd)
    if not (folder / "Pulumi.yaml").exists():
        raise NoTarget(f"{folder.absolute()} holds no Pulumi.yaml; give the project's folder with --cwd{instead}")
    try:
        os.chdir(folder)
    except OSError as error:
        raise NoTarget(f"--cwd {folder} cannot be entered ({error.strerror}); give a readable folder") from None


def is_lasting(target: Target) -> bool:
    """Whether a stack's environment is any but a disposable one. A DSN has no stack, and nothing is known of it."""
    if not target.stack:
        return False
    said = _mapping(_pulumi(["config", "--json", "--stack", target.stack], target.stack))
    if said is None:
        raise NoTarget(f"the settings of the stack {target.stack} cannot be read; run pulumi config to see why")
    return not is_disposable(environment(said) or target.stack.rpartition("/")[2])


def aws_outputs(target: Target) -> Mapping[str, Any] | None:
    """The outputs of a stack whose host is on AWS; None for a DSN, and for a stack of another target."""
    if not target.stack:
        return None
    said = _mapping(_pulumi(["stack", "output", "--json", "--stack", target.stack], target.stack)) or {}
    # the retained interface's address stays while a spot host is being replaced; on other hosts the text is empty
    return said if said.get("instance_private_ip") else None


def environment(config: Mapping[str, Any]) -> str:
    """What the environment is set to, in the configuration as ``pulumi config --json`` prints it; empty where it is the
    stack's name."""
    entry = config.get(f"{PROJECT}:environment")
    return str(entry.get("value", "")) if isinstance(entry, Mapping) else ""


def _mapping(text: str) -> Mapping[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, Mapping) else None


def program(instead: str = "") -> str:
    """Where pulumi is; instead: as for :func:`enter`."""
    found = shutil.which("pulumi")
    if found is None:
        raise NoTarget(f'pulumi is not on PATH; type eval "$(make -s env)"{instead}')
    return found


def _pulumi(arguments: Sequence[str], stack: str) -> str:
    pulumi = program(", or give --dsn")
    try:
        answer = subprocess.run(
            [pulumi, *arguments, "--non-interactive"],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=PULUMI_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise NoTarget(f"pulumi gives no answer ({type(error).__name__}); run pulumi stack, or give --dsn") from None
    if answer.returncode != 0:
        lines = [line for line in answer.stderr.splitlines() if line.strip()] or ["no reason given"]
        reason = next((line for line in lines if line.startswith("error: ")), lines[-1]).removeprefix("error: ")
        raise NoTarget(f"the stack {stack} gives no {OUTPUT} ({reason.strip()}); run pulumi up, or give --dsn")
    return answer.stdout
