"""Statements for jobs (docs: add_job, alter_job, delete_job).

``add_job`` is never called where a job of the name exists: it would make a second one (measured). The owner is the role
that adds, and ``alter_job`` without ``timezone`` takes the time zone away, so it is said every time.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from psycopg import sql

from ....units import Interval
from ...capabilities import Capabilities
from ...kind import Change, Found, Statement, Step
from ...names import Relation
from .change import ANEW
from .wanted import NO_CHECK, Job

_ARGUMENTS = {
    "schedule": ("schedule_interval", "interval"),
    "config": ("config", "jsonb"),
    "fixed_schedule": ("fixed_schedule", "boolean"),
    "initial_start": ("initial_start", "timestamptz"),
    "timezone": ("timezone", "text"),
    "max_runtime": ("max_runtime", "interval"),
    "max_retries": ("max_retries", "integer"),
    "retry_period": ("retry_period", "interval"),
    "enabled": ("scheduled", "boolean"),
}
_LATER = ("max_runtime", "max_retries", "retry_period")  # arguments that add_job lacks


def statements(change: Change, wanted: Job | None, found: Found | None, capabilities: Capabilities) -> list[Step]:
    """Add, alter by id, or delete; a changed procedure or owner is both in one transaction."""
    del capabilities
    name = change.object
    if change.action == "remove" or wanted is None:
        return _delete(name, (found.facts["job_id"], *found.facts["others"])) if found else []
    if found is None:
        return _add(name, wanted)
    live: Job = found.value
    whole = Job(**{each.name: _either(wanted, live, each.name) for each in fields(Job)})
    anew = [field for field in ANEW if getattr(whole, field) != getattr(live, field)]
    if change.field == "copies":
        return _delete(name, found.facts["others"])
    if anew:
        if change.field != anew[0]:
            return []  # the job that is made anew has it
        return [*_delete(name, (found.facts["job_id"],)), *_add(name, whole)]
    return [_alter(found.facts["job_id"], name, change, live, whole)]


def _either(wanted: Job, live: Job, field: str) -> Any:
    value = getattr(wanted, field)
    return getattr(live, field) if value is None else value


def _delete(name: str, ids: tuple[int, ...]) -> list[Step]:
    return [Step(sql.SQL("SELECT delete_job(%s)"), f"delete job {each} named {name}", (each,)) for each in ids]


def _add(name: str, job: Job) -> list[Step]:
    given = {key: getattr(job, key) for key in _ARGUMENTS if getattr(job, key) is not None}
    arguments = [_argument(key, value) for key, value in given.items() if key not in _LATER]
    if job.check_config not in (None, NO_CHECK):
        arguments.append(sql.SQL("check_config => {}").format(_routine(str(job.check_config), "jsonb")))
    arguments.append(sql.SQL("job_name => {}").format(sql.Literal(name)))
    add: Statement = sql.SQL("add_job({}, {})").format(
        _routine(job.procedure, "integer, jsonb"), sql.SQL(", ").join(arguments)
    )
    later = [_argument(key, value) for key, value in given.items() if key in _LATER]
    if later:
        later.append(_argument("timezone", job.timezone))
        add = sql.SQL("alter_job({}, {})").format(add, sql.SQL(", ").join(later))
    statement: Statement = sql.SQL("SELECT ") + add
    if job.owner is not None:
        role = sql.SQL("SET LOCAL ROLE {}; ").format(sql.Identifier(job.owner))
        statement = role + statement + sql.SQL("; RESET ROLE")
    owner = f" as {job.owner}" if job.owner else ""
    return [Step(statement, f"run {job.procedure} every {job.schedule}{owner}, named {name}")]


def _alter(job_id: int, name: str, change: Change, live: Job, job: Job) -> Step:
    if change.field == "check_config":
        none = change.new == NO_CHECK
        check = sql.SQL("0::regproc") if none else _routine(str(change.new), "jsonb")
        arguments = [sql.SQL("check_config => {}").format(check)]
    else:
        arguments = [_argument(change.field, change.new)]
    fixed = change.field == "fixed_schedule"
    if change.field == "schedule" and job.fixed_schedule != live.fixed_schedule:
        arguments.append(_argument("fixed_schedule", job.fixed_schedule))  # months and days together need it off
        fixed = True
    if fixed and job.initial_start is not None:
        arguments.append(_argument("initial_start", job.initial_start))  # else the server puts the present there
    if change.field != "timezone":
        arguments.append(_argument("timezone", job.timezone))
    statement = sql.SQL("SELECT alter_job({}, {})").format(sql.Literal(job_id), sql.SQL(", ").join(arguments))
    return Step(statement, f"set {change.field} of job {name} to {change.new}")


def _argument(field: str, value: Any) -> sql.Composed:
    argument, kind = _ARGUMENTS[field]
    literal = sql.Literal(str(value) if isinstance(value, Interval) else value)
    return sql.SQL("{} => {}::{}").format(sql.SQL(argument), literal, sql.SQL(kind))


def _routine(name: str, arguments: str) -> sql.Composed:
    """A routine by its signature, because add_job takes a bare name and refuses one that is overloaded."""
    signature = f"{Relation.parse(name)}({arguments})"
    return sql.SQL("{}::regprocedure::oid::regproc").format(sql.Literal(signature))
