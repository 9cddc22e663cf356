"""``tsdb ci-setup``: the wiring."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg

from ...database import read_as
from ...database import session as sessions
from ...database.refused import words
from ...errors import Failed, Refusal
from .. import report
from ..target import Target
from . import cloud as aws
from . import database, question
from .question import Cloud
from .step import Step


@dataclass(frozen=True)
class Question:
    """What is asked. cloud: the half on AWS, or None. target: the database, or None for no half there. role: its
    role, with the reference of its password. remove: take away instead of set up. yes: do it, rather than show it."""

    cloud: Cloud | None
    target: Target | None
    role: str
    password_ref: str = ""
    remove: bool = False
    yes: bool = False


def run(asked: Question, *, as_json: bool) -> None:
    """Look, show, and with ``yes`` do. Both halves are looked at before either is touched."""
    if asked.cloud is None and asked.target is None:
        raise Refusal("there is nothing to set up; give --repository, or a database by --stack or --dsn, or both")
    if asked.cloud is not None:
        question.check(asked.cloud)
    if asked.target is not None:
        read_as.refuse(f"role {asked.role}")
        question.check_role(asked.role)
        if not asked.password_ref and not asked.remove:
            raise Refusal("--password-ref is missing; write where the password of the database's role is")
    steps: list[Step] = []
    found: dict[str, Any] = {}
    notes: list[str] = []
    if asked.cloud is not None:
        at = aws.account(asked.cloud.region)
        if not asked.remove:
            notes += aws.unread(at, asked.cloud)
        with aws.told():
            steps += (aws.removal if asked.remove else aws.setup)(at, asked.cloud)
        found["role_arn"] = at.role_arn(asked.cloud.role_name)
    if asked.target is None:
        with aws.told():
            _do(steps, asked.yes)
    else:
        to = asked.target.connection
        with sessions.connect(to, application_name="tsdb ci-setup") as session:
            notes += _in_database(session, asked, steps, to.region)
        found["database_role"] = asked.role
    _show(asked, steps, notes, found, as_json=as_json)


def _in_database(
    session: psycopg.Connection[dict[str, Any]], asked: Question, steps: list[Step], region: str
) -> list[str]:
    """Both halves, the database's in one transaction; a half that fails leaves the database as it was."""
    with session.cursor() as cursor:
        try:
            own = (
                database.removal(cursor, asked.role)
                if asked.remove
                else database.setup(cursor, asked.role, asked.password_ref, region)
            )
            _do(own, asked.yes)
            notes = [] if asked.remove else [*database.sentences(asked.role, database.readable(cursor, asked.role))]
        except psycopg.errors.Error as error:
            raise Failed(f"role {asked.role}: the server refused ({words(error)}); connect as a superuser") from None
        with aws.told() if steps else nullcontext():
            _do(steps, asked.yes)
    steps += own
    return notes


def _do(steps: Sequence[Step], yes: bool) -> None:
    for step in steps if yes else ():
        step.do()


def _show(asked: Question, steps: Sequence[Step], notes: Sequence[str], found: Any, *, as_json: bool) -> None:
    rows = [step.row for step in steps]
    if as_json:
        named = [dict(zip(("action", "what", "why"), row, strict=True)) for row in rows]
        report.document({"done": asked.yes and bool(rows), "steps": named, "notes": list(notes), **found})
        return
    if rows:
        report.table("done" if asked.yes else "would be done", ("action", "what", "why"), rows, as_json=False)
    else:
        print("nothing to do")
    for note in notes:
        print(f"note: {note}")
    if rows and not asked.yes:
        print("nothing was done; with --yes it is")
    elif not asked.remove and "role_arn" in found:
        print(f"role to assume: {found['role_arn']}")
