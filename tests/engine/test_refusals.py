"""Wrong declarations, each through a preview of the real engine: one sentence, the argument named, nothing touched."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import pytest

from ..support import sampling
from .conftest import declared
from .trial import Trial

Objects = list[dict[str, Any]]


class Wrong(NamedTuple):
    """A wrong declaration: which object by its name, what is changed in it, and what the sentence must name."""

    name: str
    changes: dict[str, Any]
    named: tuple[str, ...]
    settings: dict[str, Any] = {}  # noqa: RUF012 - never changed


ALL = sampling.whole("refusals")
"""`make refusals`; otherwise a sample, drawn anew in each run with its seed printed."""
SAMPLE = 8
LONG = "x" * 70
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
HASH = {"column": "device", "partitions": 0}
WRONG = [
    Wrong("readings", {"chunk_interval": "7 dayz"}, ("chunk_interval", "duration")),
    Wrong("readings", {"chunk_interval": "-1 day"}, ("chunk_interval", "longer than zero")),
    Wrong("readings", {"chunk_intervall": "1 day"}, ("chunk_intervall", "chunk_interval?")),
    Wrong("readings", {"time_column": None}, ("time_column",)),
    Wrong("readings", {"time_column": "nonesuch"}, ("public.readings", "nonesuch")),
    Wrong("readings", {"time_column": "site"}, ("time_column", "copy")),
    Wrong("readings", {"chunk_interval": "86400"}, ("chunk_interval", "1 day")),
    Wrong("readings", {"table": LONG}, ("table", "63 bytes")),
    Wrong("readings", {"table": "nowhere"}, ("public.nowhere", "does not exist")),
    Wrong("readings", {"table": "daily"}, ("public.daily", "it is a view", "its source")),
    Wrong("readings", {"hash_dimensions": [HASH]}, ("partitions", "from 1")),
    Wrong("readings", {"hash_dimensions": []}, ("hash_dimensions", "device")),
    Wrong("readings", {"indexes": [{"name": "i"}]}, ("columns",)),
    Wrong("readings", {"indexes": [{"name": "i", "columns": ["at"], "method": "btre"}]}, ("method", "btree")),
    Wrong("readings", {"indexes": [{"name": "i", "columns": ["site"], "unique": True}]}, ("partition column", "at")),
    Wrong("readings", {"columnstore": {"absent": True, "after": "1 day"}}, ("absent", "after")),
    Wrong("readings", {"columnstore": {"segment_by": "device"}}, ("segment_by", "list")),
    Wrong("readings", {"columnstore": {"segment_by": ["nonesuch"]}}, ("nonesuch",)),
    Wrong(
        "readings",
        {"columnstore": {"segment_by": ["device"], "order_by": [{"column": "device"}]}},
        ("order_by", "device"),
    ),
    Wrong("readings", {"retention": {}}, ("retention", "drop_after")),
    Wrong("readings", {"retention": {"drop_after": "soon"}}, ("drop_after", "duration")),
    Wrong("readings", {"retention": {"drop_after": 90}}, ("drop_after", "a number", "a unit in quotes")),
    Wrong("hourly", {"refresh": [{"start_offset": "1 hour", "end_offset": "2 hours", "schedule": "1 hour"}]},
          ("start_offset", "end_offset")),
    Wrong("hourly", {"refresh": [{"start_offset": "3 days", "end_offset": "1 hour"}]}, ("schedule",)),
    Wrong("hourly", {"source": "nowhere"}, ("public.hourly", "public.nowhere")),
    Wrong("hourly", {"source": None}, ("hourly", "source")),
    Wrong("hourly", {"real_time": "yes"}, ("real_time", "true or false")),
    Wrong("app", {"name": "pg_app"}, ("name", "pg_")),
    Wrong("app", {"connection_limit": 1.5}, ("connection_limit", "whole number")),
    Wrong("app", {"password_ref": "CANARY-hunter2"}, ("password_ref", "reference")),
    Wrong("app", {"password_ref": "env:NOT_SET_ANYWHERE"}, ("role app", "NOT_SET_ANYWHERE")),
    Wrong("keeper", {"name": "app"}, ("role:app", "twice")),
    Wrong("timescaledb", {"version": "2.1.0"}, ("timescaledb", "2.1.0", "downgraded")),
    Wrong("migrations", {"directory": "nowhere"}, ("nowhere", "does not exist")),
    Wrong("app", {"kind": "rolle"}, ("rolle", "role")),
    # almost right: what YAML, another script or another form of the same thing makes of a value
    Wrong("readings", {"chunk_interval": 7}, ("chunk_interval", "a number", '"7 days"', '"86400"')),
    Wrong("readings", {"chunk_interval": ["7 days"]}, ("chunk_interval", "a list", '"7 days"')),
    Wrong("readings", {"chunk_interval": "1.5 days"}, ("chunk_interval", "duration")),
    Wrong("readings", {"chunk_interval": "7 d\u0430ys"}, ("chunk_interval", "duration")),
    Wrong("readings", {"chunk_interval": "\uff17 days"}, ("chunk_interval", "duration")),
    Wrong("readings", {"chunk_interval": ""}, ("chunk_interval", "empty")),
    Wrong("readings", {"time_column": ["at"]}, ("time_column", "not text", "one name")),
    Wrong("readings", {"time_column": "At"}, ("public.readings", "At", "did you mean at?")),
    Wrong("readings", {"table": "r\u0435adings"}, ("does not exist", "did you mean public.readings?")),
    Wrong("readings", {"table": "readings; DROP TABLE readings"}, ("DROP TABLE", "does not exist")),
    Wrong("readings", {"table": "read\x00ings"}, ("table", "zero byte")),
    Wrong("readings", {"schema": 5}, ("schema", "not text")),
    Wrong("readings", {"hash_dimensions": {"column": "device", "partitions": 2}}, ("hash_dimensions", "a dictionary")),
    Wrong("readings", {"hash_dimensions": [{"column": "device", "partitions": "2"}]}, ("partitions", "without quotes")),
    Wrong("readings", {"hash_dimensions": ["device"]}, ("hash_dimensions[0]", "text", "dictionary")),
    Wrong("readings", {"indexes": [{"name": "i", "columns": []}]}, ("indexes[0]", "columns", "a list")),
    Wrong("readings", {"indexes": [{"name": LONG, "columns": ["at"]}]}, ("name", "63 bytes")),
    Wrong("readings", {"columnstore": "7 days"}, ("columnstore", "text", "dictionary")),
    Wrong("readings", {"columnstore": {"order_by": ["at DESC"]}}, ("order_by[0]", "text", "dictionary")),
    Wrong("readings", {"columnstore": {"segment_by": [None]}}, ("segment_by[0]", "missing")),
    Wrong("readings", {"retention": "90 days"}, ("retention", "text", "dictionary")),
    Wrong("readings", {"retention": {"drop_after": None}}, ("drop_after", "missing", "90 days")),
    Wrong("readings", {"retention": {"drop_after": "-90 days"}}, ("drop_after", "longer than zero")),
    Wrong("readings", {"retention": {"drop_after": "90 days", "enabled": "false"}}, ("enabled", "without quotes")),
    Wrong("hourly", {"refresh": WINDOW}, ("refresh", "a dictionary", "a list")),
    Wrong("hourly", {"refresh": [{**WINDOW, "start_offset": 3}]}, ("start_offset", "a number", '"3 days"')),
    Wrong("hourly", {"refresh": [{**WINDOW, "start_offset": "unbound"}]}, ("start_offset", '"unbounded"')),
    Wrong("hourly", {"refresh": [{**WINDOW, "end_offset": "-1 hour"}]}, ("end_offset", "longer than zero")),
    Wrong("hourly", {"source": ["readings"]}, ("source", "a list")),
    Wrong("hourly", {"source": "reading"}, ("public.reading", "did you mean public.readings?")),
    Wrong("hourly", {"source": "lighthouse.public.readings"}, ("source", "schema.name")),
    Wrong("hourly", {"source": "hourly"}, ("source", "not the aggregate itself")),
    Wrong("hourly", {"query": ""}, ("query", "empty", "SELECT")),
    Wrong("app", {"login": "yes"}, ("login", "without quotes")),
    Wrong("app", {"member_of": "keeper"}, ("member_of", "text", "a list")),
    Wrong("app", {"connection_limit": "20"}, ("connection_limit", "without quotes")),
    Wrong("app", {"password": "CANARY-hunter2"}, ("password", "did you mean password_ref?")),
    Wrong("timescaledb", {"version": 2.19}, ("version", "a number", "in quotes")),
    Wrong("migrations", {"directory": 5}, ("directory", "a number", "text")),
    Wrong("app", {"kind": None}, ("no kind", "role")),
    Wrong("", {}, ("objects", "a dictionary", "a list"), {"objects": {"kind": "role"}}),
    Wrong("", {}, ("objects", "text", "dictionary"), {"objects": ["role"]}),
    Wrong("", {}, ("connection", "dictionary"), {"connection": "postgres://u:CANARY-hunter2@h/d"}),
    Wrong("", {}, ("apache_fallback", "without quotes"), {"apache_fallback": "yes"}),
    Wrong("", {}, ("objectz",), {"objectz": []}),
    Wrong("", {}, ("edition", "apache and community"), {"edition": "enterprise"}),
    Wrong("", {}, ("connection.port",), {"connection": {"host": "127.0.0.1", "database": "d", "user": "u", "port": 0}}),
    Wrong("", {}, ("connection.user",), {"connection": {"host": "127.0.0.1", "database": "d"}}),
    Wrong("", {}, ("connection.pasword_ref",),
          {"connection": {"host": "127.0.0.1", "database": "d", "user": "u", "pasword_ref": "CANARY-hunter2"}}),
    Wrong("", {}, ("connection.password_ref",),
          {"connection": {"host": "127.0.0.1", "database": "d", "user": "u", "password_ref": "CANARY-hunter2"}}),
]  # fmt: skip
COMMUNITY_ONLY = [
    Wrong("hourly", {"refresh": [{"start_offset": "unbounded", "end_offset": "1 hour", "schedule": "1 hour"}]},
          ("public.hourly", "start_offset", "90 days")),
    Wrong("hourly", {"refresh": [{"start_offset": "100 days", "end_offset": "1 hour", "schedule": "1 hour"}]},
          ("public.hourly", "start_offset", "90 days")),
    Wrong("keeper", {"login": False}, ("keeper", "log in")),
]  # fmt: skip
APACHE_ONLY = [
    Wrong("", {}, ("apache_fallback",), {"apache_fallback": False}),
    Wrong("", {}, ("edition", "community"), {"edition": "community"}),
    Wrong("hourly", {"real_time": True}, ("real_time",)),
    Wrong("hourly", {"retention": {"drop_after": "2 years"}}, ("public.hourly", "90 days", "Community")),
    Wrong("readings", {"retention": {"drop_after": "90 days", "schedule": "7 hours"}}, ("7 hours", "cron")),
]


def wrong(trial: Trial, case: Wrong) -> str:
    """Declare it, preview it, and return what is not as it should be."""
    objects = copy.deepcopy(declared(trial.folder, trial.database.edition))
    for each in objects:
        if case.name and case.name in (each.get("table"), each.get("name"), each.get("directory")):
            each.update(case.changes)
    trial.declare(**{"objects": objects, **case.settings})
    before = trial.catalog()
    done = trial.stack.preview()
    about = f"{case.name} {case.changes or case.settings}:\n{done.output}"
    if done.rc == 0:
        return f"accepted: {about}"
    if "Traceback" in done.output or "hunter2" in done.output:
        return f"a traceback or the canary: {about}"
    sentence = " ".join(line for line in done.output.splitlines() if "error:" in line or "Error:" in line)
    missing = [word for word in case.named if word not in sentence]
    if missing:
        return f"{missing} not named: {about}"
    return "" if trial.catalog() == before else f"the catalog changed: {about}"


def test_every_wrong_declaration_is_refused_in_one_sentence(trial: Trial, capsys: pytest.CaptureFixture[str]) -> None:
    """Each wrong declaration stops the preview with its argument named; the database stays as it is."""
    own = APACHE_ONLY if trial.database.edition == "apache" else COMMUNITY_ONLY
    seed, draw = sampling.seeded("refusals")
    with capsys.disabled():
        print(f"\n  {trial.database.edition}: seed {seed}", flush=True)
    drawn = WRONG if ALL else draw.sample(WRONG, SAMPLE)
    cases = [*drawn, *own] if trial.database.edition == "apache" else own
    problems = [problem for case in cases if (problem := wrong(trial, case))]
    assert not problems, "\n".join(problems)


@pytest.fixture(autouse=True)
def as_declared(trial: Trial) -> None:
    """Start from the system as it is."""
    trial.declare(declared(trial.folder, trial.database.edition))
