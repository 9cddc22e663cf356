"""Which database a command is about: a DSN, or the output ``database_connection`` of a stack."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo

from ..database.session import Connection
from ..errors import Refusal

OUTPUT = "database_connection"
_PASSWORD_VARIABLE = "TSDB_DSN_PASSWORD"  # noqa: S105 - the name of a variable of this process, not a password


class NoTarget(Refusal):
    """There is no database to look at; the sentence says how to name one."""


@dataclass(frozen=True)
class Target:
    """A database, and the stack it belongs to (empty for a DSN)."""

    connection: Connection
    stack: str = ""


def choose(dsn: str | None, stack: str | None, cwd: str) -> Target:
    """The DSN when one is given, else the stack's database."""
    if dsn is not None and stack is not None:
        raise NoTarget("--dsn and --stack name two databases; give one of them")
    return of_dsn(dsn) if dsn is not None else of_stack(stack, cwd)


def of_dsn(dsn: str) -> Target:
    """A libpq URI or keyword string; its password stays in this process and is never printed."""
    try:
        words = conninfo.conninfo_to_dict(dsn)
    except psycopg.ProgrammingError:
        raise NoTarget('--dsn is not a connection string; write "postgresql://user@host:5432/database"') from None
    reference = ""
    if words.get("password"):
        os.environ[_PASSWORD_VARIABLE] = str(words["password"])
        reference = f"env:{_PASSWORD_VARIABLE}"
    elif words.get("passfile"):
        os.environ["PGPASSFILE"] = str(words["passfile"])
    user = str(words.get("user") or os.environ.get("PGUSER") or os.environ.get("USER") or "postgres")
    arguments = {
        "host": str(words.get("host") or words.get("hostaddr") or os.environ.get("PGHOST") or "127.0.0.1"),
        "port": str(words.get("port") or os.environ.get("PGPORT") or 5432),
        "user": user,
        "database": str(words.get("dbname") or user),
        "tls": str(words.get("sslmode") or "prefer"),
        "password_ref": reference,
    }
    return Target(Connection.from_args(arguments))


def of_stack(stack: str | None, cwd: str) -> Target:
    """The database of a stack, asked of Pulumi; password files are meant relative to the project's folder."""
    folder = Path(cwd)
    if not (folder / "Pulumi.yaml").exists():
        raise NoTarget(f"{folder.resolve()} holds no Pulumi.yaml; give the project's folder with --cwd, or --dsn")
    program = shutil.which("pulumi")
    if program is None:
        raise NoTarget('pulumi is not on PATH; type eval "$(make -s env)", or give --dsn')
    chosen = ["--stack", stack] if stack else []
    answer = subprocess.run(
        [program, "stack", "output", OUTPUT, "--json", "--cwd", str(folder), *chosen],
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no reason given"])[-1].removeprefix("error: ")
        raise NoTarget(f"the stack {stack or '(selected)'} gives no {OUTPUT} ({reason}); run pulumi up, or give --dsn")
    os.chdir(folder)
    return Target(Connection.from_args(json.loads(answer.stdout)), stack or _selected(program))


def _selected(program: str) -> str:
    answer = subprocess.run([program, "stack", "--show-name"], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
