"""A user-defined job: ``name, procedure, schedule, config, fixed_schedule, initial_start, timezone, max_runtime,
max_retries, retry_period, enabled=True, check_config, owner``; what is omitted is not managed.
"""

from __future__ import annotations

import json
import re
import zoneinfo
from datetime import timezone
from typing import Any

from ...units import Interval
from ..arguments import UNBOUNDED, Arguments
from ..kind import Part
from ..kinds.job.wanted import NO_CHECK, UNLIMITED, Job, spelled
from .composition import Composition, Declared, Lookup, managed, titled
from .moment import parsed
from .policies import ABSENT

# application_name is "<name> [<id>]" and at most 63 bytes (src/bgw/job.c of 2.28.3); an id has up to ten digits
LONGEST_NAME = 50
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]*\Z")


def identify(arguments: Arguments) -> Declared:
    """The job's name, and its owner's role."""
    name = arguments.name("name")
    if len(name.encode()) > LONGEST_NAME or name != name.strip():
        raise arguments.wrong("name", f"at most {LONGEST_NAME} bytes, without spaces around it")
    owner = arguments.text("owner")
    return Declared("job", name, needs=(("role", owner),) if owner else ())


def parse(arguments: Arguments) -> Declared:
    """Read the arguments."""
    declared = identify(arguments)
    if arguments.absent():
        return declared.of(Part("job", declared.key, None))
    procedure = arguments.relation("procedure")
    if procedure is None:
        arguments.required("procedure", "the procedure to call, such as public.clean")
    schedule = (
        arguments.duration("schedule", arguments.required("schedule", 'how often it runs, such as "1 hour"'))
        or Interval()
    )
    fixed = arguments.boolean("fixed_schedule")
    if fixed is not False and schedule.months and (schedule.days or schedule.microseconds):
        raise arguments.wrong("schedule", "months alone, or days and hours, or set fixed_schedule=False")
    value = Job(
        str(procedure),
        schedule,
        _config(arguments),
        fixed,
        _moment(arguments),
        _zone(arguments),
        _runtime(arguments),
        arguments.count("max_retries", -1, 2**31 - 1),
        arguments.duration("retry_period"),
        arguments.boolean("enabled", True) is True,
        _check(arguments),
        arguments.text("owner"),
    )
    arguments.finish()
    return declared.of(Part("job", declared.key, value))


def _config(arguments: Arguments) -> str | None:
    value = arguments.raw("config")
    if value is None:
        return None
    if not isinstance(value, dict):
        raise arguments.wrong("config", "a dictionary, which the procedure gets as JSON")
    try:
        return spelled(value)
    except (TypeError, ValueError):
        raise arguments.wrong("config", "texts, numbers, lists and dictionaries, as JSON has them") from None


def _moment(arguments: Arguments) -> str | None:
    text = arguments.text("initial_start")
    if text is None:
        return None
    form = 'a moment with its offset, such as "2026-01-31T03:00:00+00:00"'
    try:
        moment = parsed(text)
        if moment.tzinfo is None:
            raise arguments.wrong("initial_start", form)
        return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (ValueError, OverflowError):
        raise arguments.wrong("initial_start", form) from None


def _zone(arguments: Arguments) -> str | None:
    name = arguments.text("timezone")
    if name is None:
        return None
    known = zoneinfo.available_timezones()  # empty where the machine has no such data: then the server judges
    if not _ZONE.match(name) or (known and name not in known):
        raise arguments.wrong("timezone", 'a name such as "Europe/Berlin"')
    return name


def _runtime(arguments: Arguments) -> Interval | None:
    if arguments.raw("max_runtime") == UNBOUNDED:
        return UNLIMITED
    return arguments.duration("max_runtime")


def _check(arguments: Arguments) -> str | None:
    value = arguments.raw("check_config")
    if isinstance(value, dict):
        inner = arguments.inner("check_config")
        if inner is not None and inner.absent():
            return NO_CHECK
        raise arguments.wrong("check_config", 'schema.name of a function, or {"absent": True}')
    return arguments.relation("check_config")


def render(declared: Declared, lookup: Lookup) -> dict[str, Any] | None:
    """The declared arguments with live values."""
    part = declared.parts[0]
    wanted, live = part.value, lookup("job", part.key)
    if wanted is None:
        return {"name": declared.key} | ABSENT if live is None else {"name": declared.key}
    if live is None:
        return None
    shown: dict[str, Any] = {"name": declared.key, "procedure": live.procedure, "schedule": str(live.schedule)}
    for name, value in vars(live).items():
        if name in shown or getattr(wanted, name) is None or name in ("enabled", "copies"):
            continue
        shown[name] = _shown(name, value)
    shown["enabled"] = None if live.enabled else False
    shown["copies"] = None if live.copies == 1 else live.copies
    return managed(shown)


def _shown(name: str, value: Any) -> Any:
    if name == "config":
        return None if value is None else json.loads(value)
    if name == "max_runtime" and value == UNLIMITED:
        return UNBOUNDED
    if name == "check_config" and value == NO_CHECK:
        return ABSENT
    return str(value) if isinstance(value, Interval) else value


COMPOSITION = Composition("job", titled("job", "name"), identify, parse, render)
