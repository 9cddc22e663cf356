"""The provider's check: wrong input is a failure without a property, and no failure repeats what was given.

Not proved here: what the engine prints around a failure (tests/engine), and refusals that need a database.
"""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.output import Unknown
from pulumi.runtime.rpc import UNKNOWN
from pulumi_timescaledb.database.declared import COMPOSITIONS
from pulumi_timescaledb.provider import declare
from pulumi_timescaledb.provider.converge import Converge
from pulumi_timescaledb.provider.inputs import PLAN, READY

CANARY = "canary.Pa55.word"
CONNECTION: dict[str, Any] = {"host": "h", "database": "d", "user": "u", "port": 5432.0, "password_ref": "env:A"}
LIMITS = {"table": "limits", "key": "device"}
BASE: dict[str, dict[str, Any]] = {
    "extension": {"name": "timescaledb"},
    "migrations": {"directory": "migrations", "files": {"001.sql": "aa"}},
    "role": {"name": "app"},
    "schema": {"name": "metrics"},
    "grant": {"to": "app", "on": "table readings", "privileges": ["SELECT"]},
    "default_privileges": {"owner": "keeper", "on": "tables", "to": "app", "privileges": ["SELECT"]},
    "hypertable": {"table": "readings", "time_column": "at"},
    "continuous_aggregate": {"name": "hourly", "source": "readings", "query": "SELECT 1"},
    "job": {"name": "nightly", "procedure": "clean", "schedule": "1 day"},
    "partitioned_retention": {"table": "readings", "key": "device", "time_column": "at", "limits": LIMITS},
    "row_level_security": {"table": "documents"},
    "security_barrier_view": {"name": "wall", "query": "SELECT 1"},
}
ARGUMENTS: dict[str, Any] = {
    "extension": declare.ExtensionArgs,
    "migrations": declare.MigrationsArgs,
    "role": declare.RoleArgs,
    "schema": declare.SchemaArgs,
    "grant": declare.GrantArgs,
    "default_privileges": declare.DefaultPrivilegesArgs,
    "hypertable": declare.HypertableArgs,
    "continuous_aggregate": declare.ContinuousAggregateArgs,
    "job": declare.JobArgs,
    "partitioned_retention": declare.PartitionedRetentionArgs,
    "row_level_security": declare.RowLevelSecurityArgs,
    "security_barrier_view": declare.SecurityBarrierViewArgs,
}
NESTED: dict[str, Any] = {
    "indexes": declare.IndexArgs,
    "columnstore": declare.ColumnstoreArgs,
    "retention": declare.RetentionArgs,
    "reorder": declare.ReorderArgs,
    "compaction": declare.CompactionArgs,
    "limits": declare.LimitsArgs,
    "refresh": declare.RefreshArgs,
    "hash_dimensions": declare.HashDimensionArgs,
    "policies": declare.PolicyArgs,
}
LISTS = ("indexes", "refresh", "hash_dimensions", "policies")
LATE = [UNKNOWN, Unknown()]  # type: ignore[no-untyped-call]
TITLES = ("name", "schema", "table", "directory", "to", "on")  # every message says which object it is about
WINDOW = {"start_offset": "3 days", "end_offset": "1 hour", "schedule": "1 hour"}
INNER: dict[str, dict[str, Any]] = {
    "indexes": {"name": "i", "columns": ["at"]},
    "columnstore": {},
    "retention": {"drop_after": "1 day"},
    "reorder": {"index": "readings_at_idx"},
    "compaction": {},
    "limits": LIMITS,
    "refresh": WINDOW,
    "hash_dimensions": {"column": "device", "partitions": 2},
    "policies": {"name": "tenant", "using": "true"},
}
HOLDS = {  # all others: the hypertable
    "refresh": "continuous_aggregate",
    "limits": "partitioned_retention",
    "policies": "row_level_security",
}


def planted() -> list[Any]:
    """Every argument of every kind with the canary in it, as text, in a list and in dictionaries; nested ones too."""
    rows = []
    for kind, arguments in ARGUMENTS.items():
        for name in [*arguments.__annotations__, "password"]:
            if name in TITLES:
                continue
            rows.append(pytest.param(kind, name, CANARY, id=f"{kind}-{name}"))
            for wrapped in ([CANARY], {"x": CANARY}, [{"x": CANARY}]):
                rows.append(pytest.param(kind, name, wrapped, id=f"{kind}-{name}-{type(wrapped).__name__}"))
            for inner in NESTED[name].__annotations__ if name in NESTED else ():
                for shape in (CANARY, [CANARY], {"x": CANARY}):
                    if (name, inner) == ("indexes", "name"):
                        continue
                    value: Any = {**INNER[name], inner: shape}
                    value = [value] if name in LISTS else value
                    rows.append(pytest.param(kind, name, value, id=f"{kind}-{name}.{inner}-{type(shape).__name__}"))
    return rows


def failures(inputs: dict[str, Any], olds: dict[str, Any] | None = None) -> list[Any]:
    """What check has against these inputs."""
    provider = Converge()
    provider.acknowledged = {}
    return list(provider.check(olds or {}, inputs).failures)


def inputs(kind: str, **more: Any) -> dict[str, Any]:
    """The inputs of a resource of a kind, as the component sends them."""
    envelope = {"connection": CONNECTION, "apache_fallback": False, "system_identifier": "1", "__provider": "bytes"}
    return {"kind": kind, **BASE[kind], **envelope, **more}


def test_the_declarations_here_are_all_kinds_and_right() -> None:
    """Otherwise a failure below could be about something else."""
    assert set(BASE) == set(ARGUMENTS) == set(COMPOSITIONS)
    assert [failures(inputs(kind)) for kind in BASE] == [[]] * len(BASE)
    for name, inner in INNER.items():
        kind = HOLDS.get(name, "hypertable")
        assert failures(inputs(kind, **{name: [inner] if name in LISTS else inner})) == []


@pytest.mark.parametrize(("kind", "name", "value"), planted())
def test_a_secret_in_any_argument_is_in_no_failure(
    kind: str, name: str, value: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the resource nor the plan repeats what was given, whether that argument or another one is wrong."""
    alone = inputs(kind, **{name: value})
    beside = {**alone, "no_such_argument": 1}
    plan = {"kind": PLAN, "connection": UNKNOWN, "objects": [{"kind": kind, **BASE[kind], name: value, "nonsense": 1}]}
    refused = [failures(alone), failures(beside), failures(plan)]
    assert refused[1]
    assert refused[2]
    for failure in [each for found in refused for each in found]:
        assert failure.property == ""
        assert failure.reason
        assert CANARY not in failure.reason
    assert CANARY not in "".join(capsys.readouterr())


@pytest.mark.parametrize("key", ["host", "database", "user", "port", "tls", "password_ref", "password", "dsn"])
@pytest.mark.parametrize("kind", [*BASE, PLAN, READY])
def test_a_secret_in_a_connection_is_in_no_failure(kind: str, key: str) -> None:
    """Also where it stands in the place of something else, or under a key that does not exist."""
    connection = {**CONNECTION, key: CANARY, "no_such_argument": CANARY}
    (failure,) = failures({"kind": kind, **BASE.get(kind, {}), "connection": connection})
    assert failure.property == ""
    assert "no_such_argument" in failure.reason or key in failure.reason
    assert CANARY not in failure.reason


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"host": ""}, "host"),
        ({"host": None}, "host"),
        ({"user": 5}, "user"),
        ({"database": ["d"]}, "database"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"port": "five"}, "port"),
        ({"port": float("inf")}, "port"),
        ({"port": {}}, "port"),
        ({"tls": CANARY}, "tls"),
        ({"password_ref": CANARY}, "password_ref"),
        ({"passwd": "x"}, "passwd"),
    ],
)
def test_a_wrong_connection_is_a_failure_that_names_the_argument(wrong: dict[str, Any], named: str) -> None:
    """It is the same for every resource of the component."""
    (failure,) = failures({"kind": READY, "connection": {**CONNECTION, **wrong}})
    assert failure.property == ""
    assert f"connection.{named}" in failure.reason
    assert CANARY not in failure.reason


@pytest.mark.parametrize("connection", [None, f"postgresql://u:{CANARY}@h/d", [CONNECTION], 5])
def test_a_connection_that_is_no_dictionary_is_a_failure(connection: Any) -> None:
    """A connection string would carry a password; it is refused and not shown."""
    (failure,) = failures(inputs("role", connection=connection))
    assert failure.property == ""
    assert "connection" in failure.reason
    assert CANARY not in failure.reason


@pytest.mark.parametrize("missing", ["kind", "connection"])
def test_an_input_without_its_envelope_is_a_failure(missing: str) -> None:
    """A resource that somebody wrote by hand gets a sentence, not a traceback."""
    assert failures({key: value for key, value in inputs("role").items() if key != missing})


@pytest.mark.parametrize("objects", [[{}], ["x"], [None], [{"kind": "tabel"}], [{"kind": "role"}], [[]]])
def test_a_plan_over_no_declarations_is_a_failure(objects: list[Any]) -> None:
    """Before there is a server, the declarations are read all the same."""
    (failure,) = failures({"kind": PLAN, "connection": UNKNOWN, "objects": objects})
    assert failure.property == ""


def test_a_server_that_is_down_is_a_refusal_only_where_it_was_never_read(capsys: pytest.CaptureFixture[str]) -> None:
    """A new connection must work; behind a known one an unread database is said, and `--refresh=false` goes on."""
    down = {"host": "127.0.0.1", "database": "d", "user": "u", "port": 1.0}
    given = {"kind": PLAN, "objects": [], "connection": down, "apache_fallback": False}
    (failure,) = failures(given)
    assert "--refresh=false" in failure.reason
    assert failures(given, olds={"connection": CONNECTION, "objects": []})
    assert failures(given, olds={"connection": down, "objects": []}) == []
    assert "database not read: " in capsys.readouterr().out


@pytest.mark.parametrize("late", LATE)
def test_what_is_not_known_yet_is_not_refused(late: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A first preview has no server and may have unknown arguments; the plan says that it did not look."""
    assert failures(inputs("role", connection=late)) == []
    assert failures(inputs("role", connection={**CONNECTION, "host": late})) == []
    assert failures(inputs("hypertable", retention={"drop_after": late}, chunk_interval="wrong")) == []
    role = {"kind": "role", "name": "app"}
    assert failures({"kind": PLAN, "connection": late, "objects": [role]}) == []
    assert failures({"kind": PLAN, "connection": CONNECTION, "objects": [{**role, "login": late}]}) == []
    assert len(capsys.readouterr().out.splitlines()) == 2


@pytest.mark.parametrize(
    ("kind", "given", "stored"),
    [
        ("hypertable", {"retention": {"drop_after": "12 weeks"}}, {"retention": {"drop_after": "84 days"}}),
        ("role", {"member_of": ["b", "a"]}, {"member_of": ["a", "b"]}),
        ("role", {"member_of": [{"role": "b", "admin": False}, "a"]}, {"member_of": ["a", "b"]}),
        ("role", {"valid_until": "2027-01-01T02:00:00+02:00"}, {"valid_until": "2027-01-01 00:00:00+00"}),
        ("role", {"settings": {"Work_Mem": 64.0, "jit": False}}, {"settings": {"jit": "off", "work_mem": "64"}}),
        ("grant", {"on": " View  public.readings "}, {"on": "table public.readings"}),
        (
            "grant",
            {"on": "procedure f(int, float8)", "privileges": ["execute"]},
            {"on": "function public.f(integer, double precision)", "privileges": ["EXECUTE"]},
        ),
        ("grant", {"privileges": ["select", "INSERT", "SELECT"]}, {"privileges": ["INSERT", "SELECT"]}),
        (
            "default_privileges",
            {"on": "TABLES", "privileges": ["all privileges"]},
            {"on": "tables", "privileges": ["ALL"]},
        ),
        ("role", {"connection_limit": 5.0}, {"connection_limit": 5}),
        ("continuous_aggregate", {"query": " SELECT 1 "}, {"query": "SELECT 1", "real_time": False}),
    ],
)
def test_inputs_are_stored_in_their_normal_form(kind: str, given: dict[str, Any], stored: dict[str, Any]) -> None:
    """Two spellings are no difference, the envelope stays as it is and the provider's code is left out."""
    result = Converge().check({}, inputs(kind, **given))
    assert result.failures == []
    assert stored.items() <= result.inputs.items()
    assert result.inputs["connection"] == CONNECTION
    assert result.inputs["kind"] == kind
    assert "__provider" not in result.inputs
    assert Converge().check({}, result.inputs).inputs == result.inputs
