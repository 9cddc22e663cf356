"""What hypothesis draws declarations and wanted values from."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.chunk_skipping.wanted import ChunkSkipping
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore, Order
from pulumi_timescaledb.database.kinds.compaction.wanted import Compaction
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob
from pulumi_timescaledb.database.kinds.default_privileges.wanted import DefaultPrivileges
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.grant.wanted import Grant
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.job.wanted import Job
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.partitioned_retention.wanted import Limits, PartitionedRetention
from pulumi_timescaledb.database.kinds.reorder.wanted import Reorder
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Membership, Role, Setting
from pulumi_timescaledb.database.kinds.row_security.wanted import EVERYBODY, Policy, RowSecurity
from pulumi_timescaledb.database.kinds.schema.wanted import Schema
from pulumi_timescaledb.database.kinds.tablespaces.wanted import Tablespaces
from pulumi_timescaledb.database.kinds.view.wanted import View
from pulumi_timescaledb.database.names import Relation, quoted, reserved
from pulumi_timescaledb.database.rights import Target, known
from pulumi_timescaledb.units import Interval

QUICK = settings(deadline=None, database=None)  # the machine is shared, and a failing example is printed anyway

Strategy = st.SearchStrategy[Any]

plain_names = st.from_regex(r"[a-z_][a-z0-9_]{0,20}", fullmatch=True)
odd_names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=15
).filter(lambda text: text.strip() != "")
names = plain_names | odd_names
simple_columns = st.sampled_from(["at", "device", "site", "value", "Odd Column"])

intervals = st.builds(Interval, st.integers(0, 40), st.integers(0, 400), st.integers(0, 86_399) | st.just(0)).filter(
    lambda value: value > Interval()
)
durations = intervals.map(str) | st.sampled_from(["7 days", "1 week", "36:00:00", "1 mon", "P7D", "@ 3 hours"])
numbers = st.integers(1, 10**12)
lags = durations | numbers.map(str)
flags = st.booleans()


def some(**optional: Strategy) -> Strategy:
    """A dictionary in which every key may be missing."""
    return st.fixed_dictionaries({}, optional=optional)


words = st.lists(st.sampled_from(["alembic", "upgrade", "head", "a b", "'"]), min_size=1, max_size=4)
ABSENT = st.just({"absent": True})
own_names = names.filter(lambda name: not reserved(name) and name not in ("public", "none"))
targets: Strategy = (
    st.just("database")
    | own_names.map(lambda name: f"schema {quoted(name)}")
    | st.tuples(st.sampled_from(["table", "VIEW", "sequence", "type"]), own_names, names).map(
        lambda each: f"{each[0]} {Relation(each[1], each[2])}"
    )
    | st.tuples(own_names, st.sampled_from(["", "int, timestamptz", 'other."Odd"[], "x,y"'])).map(
        lambda each: f"function {quoted(each[0])}({each[1]})"
    )
    | st.tuples(st.sampled_from(["tables", "sequences", "functions"]), own_names).map(
        lambda each: f"all {each[0]} in schema {quoted(each[1])}"
    )
)
memberships: Strategy = names | st.fixed_dictionaries(
    {"role": names},
    optional={"admin": st.booleans(), "inherit": st.booleans(), "set": st.booleans()},
)
_parameter = st.sampled_from(["work_mem", "app.tenant", "search_path", "statement_timeout", "jit"])
_value: Strategy = st.sampled_from(["64MB", '"$user", public', "", 5.0, 0.5, True, False, "100%"])
parameters = st.dictionaries(_parameter, _value, max_size=3)
retentions = ABSENT | st.fixed_dictionaries({"drop_after": lags}, optional={"schedule": durations, "enabled": flags})
retentions_of_chunks = retentions | st.fixed_dictionaries({"drop_created_before": durations})
order_by = st.fixed_dictionaries(
    {"column": st.sampled_from(["value", "at"])}, optional={"descending": flags, "nulls_first": flags}
)
columnstores = ABSENT | some(
    after=lags,
    segment_by=st.lists(st.sampled_from(["device", "site"]), unique=True),
    order_by=st.lists(order_by, max_size=2, unique_by=lambda each: str(each["column"])),
    schedule=durations,
    enabled=flags,
)
columnstores_of_chunks = columnstores | some(created_before=durations, schedule=durations, chunk_interval=durations)
reorders = ABSENT | st.fixed_dictionaries({"index": odd_names}, optional={"schedule": durations, "enabled": flags})
_counts = st.integers(0, 2**31 - 1)
compactions = ABSENT | some(
    schedule=durations, max_chunks=_counts, max_batches=_counts, inactive_for=durations, enabled=flags
)
columns = st.sampled_from(
    ["at DESC", "device", "device ASC", 'lower("Odd")', '"Odd" DESC NULLS LAST', "at nulls first"]
)
index_names = st.from_regex(r"[A-Za-z_][a-z0-9_]{0,15}", fullmatch=True)
indexes = (
    st.fixed_dictionaries(
        {"name": index_names, "columns": st.lists(columns, min_size=1, max_size=3)},
        optional={"method": st.sampled_from(["btree", "brin"]), "unique": flags, "where": st.just("value > 1")},
    )
    | st.fixed_dictionaries(
        {"name": index_names, "columns": st.lists(columns, min_size=1, max_size=3)}, optional={"per_chunk": flags}
    )
    | st.fixed_dictionaries({"name": index_names, "definition": st.just("btree (at)")})
    | st.fixed_dictionaries({"name": index_names, "absent": st.just(True)})
)
plain_indexes = indexes.filter(lambda each: not each.get("unique"))
_offsets = (("3 days", "1 hour"), ("unbounded", "1 mon"), ("500", "20"), ("2 years", "unbounded"))
_bounds = st.sampled_from([{"start_offset": start, "end_offset": end} for start, end in _offsets])
_options = {"buckets_per_batch": st.integers(0, 99), "max_batches_per_execution": st.integers(0, 99)}
_rhythms = st.fixed_dictionaries(
    {"schedule": durations},
    optional={"enabled": flags, **_options, "refresh_newest_first": flags, "include_tiered_data": flags},
)
windows: Strategy = st.tuples(_bounds, _rhythms).map(lambda both: {**both[0], **both[1]})

job_names = names.filter(lambda name: name == name.strip() and len(name.encode()) <= 50)
whole_durations = st.sampled_from(["7 days", "1 week", "36:00:00", "1 mon", "P7D", "@ 3 hours"])
_json = st.recursive(
    st.none() | flags | st.integers(-(10**9), 10**9) | st.floats(-1e6, 1e6) | st.text(max_size=5),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=5), each, max_size=3),
    max_leaves=5,
)
configs = st.dictionaries(st.text(max_size=5), _json, max_size=3)


def _role(membership: Any) -> str:
    return str(membership["role"] if isinstance(membership, dict) else membership)


def _privileges(kind: str) -> Strategy:
    """One, several or all privileges on a kind of object."""
    several = st.lists(st.sampled_from(known(kind)), min_size=1, unique=True)
    return several | st.sampled_from([["ALL"], ["all privileges"]])


_readers = st.lists(plain_names, min_size=1, max_size=3, unique=True)
_expressions = st.sampled_from(["true", "org = 1", "owner = current_user", "org = current_setting('app.org')::int"])
policies: Strategy = (
    st.fixed_dictionaries(
        {"name": names, "using": _expressions},
        optional={
            "to": _readers,
            "permissive": flags,
            "command": st.sampled_from(["ALL", "UPDATE"]),
            "check": _expressions,
        },
    )
    | st.fixed_dictionaries(
        {"name": names, "using": _expressions, "command": st.sampled_from(["SELECT", "delete"])},
        optional={"to": _readers},
    )
    | st.fixed_dictionaries({"name": names, "check": _expressions, "command": st.just("INSERT")})
)


def _kind(kind: str, required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    return st.fixed_dictionaries({"kind": st.just(kind), **required}, optional=optional)


def _timed(hypertable: dict[str, Any]) -> dict[str, Any]:
    """Only integer time is asked what now is."""
    integer = str(hypertable.get("chunk_interval", "1")).isdecimal()
    return {key: value for key, value in hypertable.items() if integer or key != "integer_now"}


DECLARATIONS: dict[str, Strategy] = {
    "extension": _kind("extension", {"name": names}, {"version": st.sampled_from(["2.19.3", "1.6"]), "schema": names})
    | _kind("extension", {"name": names, "absent": st.just(True)}, {}),
    "migrations": _kind(
        "migrations",
        {
            "directory": plain_names,
            "files": st.dictionaries(
                plain_names
                | st.sampled_from(["R__a.sql", "repeatable/b.sql", "001_a.sql", "001_a.down.sql", "002_b.sql"]),
                st.sampled_from(["aa", "bb"]),
                min_size=1,
                max_size=6,
            ),
        },
        {"half_run": st.dictionaries(plain_names, st.sampled_from(["complete", "again"]), max_size=2)},
    )
    | _kind(
        "migrations",
        {"files": st.just({"001_a.sql": "aa", "001_a.down.sql": "bb", "002_b.sql": "cc", "R__c.sql": "dd"})},
        {"version": st.sampled_from(["001", "002_b.sql"])},
    )
    | _kind(
        "migrations",
        {"migrate_command": words, "check_command": words},
        {"timeout": durations, "directory": plain_names},
    ),
    "role": _kind(
        "role",
        {"name": st.just("itself") | plain_names.map(lambda name: f"Role {name} %s")},
        {
            "login": flags,
            "createdb": flags,
            "createrole": flags,
            "inherit": flags,
            "connection_limit": st.integers(-1, 1000) | st.sampled_from([5.0]),
            "member_of": st.lists(memberships, max_size=3, unique_by=_role),
            "password_ref": st.sampled_from(["env:NAME", "file:.local/password", "ssm:/a/b", "secretsmanager:a"]),
            "superuser": st.just(False),
            "replication": flags,
            "bypassrls": flags,
            "valid_until": st.sampled_from(["2027-01-01", "2027-01-01T12:00:00.5+02:00", "infinity", "INFINITY"]),
            "settings": parameters,
        },
    ),
    "schema": _kind("schema", {"name": own_names}, {"owner": plain_names})
    | _kind("schema", {"name": own_names, "absent": st.just(True)}, {}),
    "grant": targets.flatmap(
        lambda on: _kind(
            "grant",
            {"to": own_names, "on": st.just(on), "privileges": _privileges(Target.parse(on).kind)},
            {"grantable": flags, "migrated": st.just("0a1b")}
            | ({"excluding": st.lists(names, max_size=2)} if Target.parse(on).bulk else {}),
        )
    )
    | _kind("grant", {"to": own_names | st.just("public"), "on": targets, "absent": st.just(True)}, {}),
    "default_privileges": st.sampled_from(["tables", "sequences", "functions", "types"]).flatmap(
        lambda on: _kind(
            "default_privileges",
            {"owner": st.just("the owner"), "on": st.just(on), "to": own_names, "privileges": _privileges(on)},
            {"schema": own_names, "grantable": flags},
        )
    )
    | _kind(
        "default_privileges",
        {"owner": own_names, "on": st.just("schemas"), "to": st.just("public"), "absent": st.just(True)},
        {},
    ),
    "hypertable": _kind(
        "hypertable",
        {"table": names, "time_column": names},
        {
            "schema": names,
            "chunk_interval": lags,
            "hash_dimensions": st.lists(
                st.fixed_dictionaries({"column": names, "partitions": st.integers(1, 32767)}), max_size=2
            ),
            "owner": plain_names,
            "indexes": st.lists(indexes, max_size=3, unique_by=lambda each: str(each["name"])),
            "columnstore": columnstores_of_chunks,
            "retention": retentions_of_chunks,
            "reorder": reorders,
            "compaction": compactions,
            "tablespaces": st.lists(names, max_size=3, unique=True),
            "chunk_skipping": st.lists(names, max_size=3, unique=True),
            "integer_now": st.sampled_from(["now_ticks", 'other."Now %"']),
            "migrate_data": flags,
            "create_default_indexes": flags,
        },
    ).map(_timed)
    | _kind("hypertable", {"table": names, "absent": st.just(True)}, {"schema": names}),
    "continuous_aggregate": _kind(
        "continuous_aggregate",
        {
            "name": names,
            "source": st.sampled_from(["readings", 'other."Odd Table"']),
            "query": st.just(" SELECT 1 "),
        },
        {
            "schema": names,
            "real_time": flags,
            "owner": plain_names,
            "chunk_interval": lags,
            "group_indexes": flags,
            "indexes": st.lists(plain_indexes, max_size=2, unique_by=lambda each: str(each["name"])),
            "refresh": st.lists(windows, max_size=3),
            "swap_in": st.sampled_from(["next", 'other."Odd Table"']),
            "columnstore": columnstores,
            "retention": retentions,
        },
    )
    | _kind("continuous_aggregate", {"name": names, "absent": st.just(True)}, {}),
    "job": _kind(
        "job",
        {"name": job_names, "procedure": st.sampled_from(["clean", 'other."Do it"']), "schedule": whole_durations},
        {
            "config": configs,
            "fixed_schedule": flags,
            "initial_start": st.sampled_from(["2026-01-31T03:00:00Z", "2026-01-31T03:00:00.5+02:00"]),
            "timezone": st.sampled_from(["UTC", "Europe/Berlin"]),
            "max_runtime": durations | st.just("unbounded"),
            "max_retries": st.integers(-1, 2**31 - 1),
            "retry_period": durations,
            "enabled": flags,
            "check_config": st.sampled_from(["judge", 'other."Judge"', {"absent": True}]),
            "owner": plain_names,
        },
    )
    | _kind("job", {"name": job_names, "absent": st.just(True)}, {}),
    "partitioned_retention": _kind(
        "partitioned_retention",
        {
            "table": names,
            "key": names,
            "time_column": names,
            "limits": st.fixed_dictionaries(
                {"table": st.sampled_from(["limits", 'other."Limits"']), "key": names}, optional={"days": names}
            ),
        },
        {
            "schema": names,
            "batch_size": st.integers(1, 10_000_000),
            "schedule": durations,
            "enabled": flags,
            "owner": plain_names,
        },
    )
    | _kind("partitioned_retention", {"table": names, "key": names, "absent": st.just(True)}, {"schema": names}),
    "row_level_security": _kind(
        "row_level_security",
        {"table": names},
        {
            "schema": names,
            "enabled": flags,
            "forced": flags,
            "policies": st.lists(policies, max_size=3, unique_by=lambda each: str(each["name"])),
        },
    )
    | _kind("row_level_security", {"table": names, "absent": st.just(True)}, {"schema": names}),
    "security_barrier_view": _kind(
        "security_barrier_view",
        {"name": names, "query": st.sampled_from([" SELECT 1 ", 'SELECT at FROM readings JOIN other."Odd Table"'])},
        {
            "schema": names,
            "security_barrier": flags,
            "security_invoker": flags,
            "check_option": st.sampled_from(["none", "local", "cascaded"]),
            "owner": plain_names,
        },
    )
    | _kind("security_barrier_view", {"name": names, "absent": st.just(True)}, {"schema": names}),
}

_orders = st.builds(Order, simple_columns, flags, flags)
_hashes = st.builds(HashDimension, simple_columns, st.integers(1, 9))
_lag_values = intervals | numbers
_policies = st.builds(
    Policy,
    plain_names,
    st.sampled_from(["ALL", "SELECT", "INSERT"]),
    st.just(EVERYBODY) | st.lists(plain_names, min_size=1, max_size=2, unique=True).map(sorted).map(tuple),
    _expressions | st.none(),
    _expressions | st.none(),
    flags,
)

# complete values: no field None, as the catalog gives them
VALUES: dict[str, Strategy] = {
    "extension": st.builds(
        Extension, st.just("timescaledb"), st.sampled_from(["2.19.3", "2.29.2", "2.29.10"]), st.sampled_from(["a", "b"])
    ),
    "role": st.builds(
        Role,
        flags,
        flags,
        flags,
        flags,
        st.integers(-1, 9),
        st.lists(st.builds(Membership, plain_names, flags, flags, flags), max_size=2).map(tuple),
        st.sampled_from(["env:A", "env:B"]),
        flags,
        flags,
        flags,
        st.sampled_from(["infinity", "2027-01-01 00:00:00+00"]),
        st.lists(st.builds(Setting, plain_names, st.sampled_from(["1", "on"])), max_size=2).map(tuple),
    ),
    "schema": st.builds(Schema, plain_names),
    "grant": st.builds(
        Grant,
        st.just("app"),
        st.just(Target("table", "public", "readings")),
        st.sampled_from([("SELECT",), ("INSERT", "SELECT"), ("SELECT on 1 of 3",)]),
        st.sampled_from([True, False, ("SELECT",)]),
    ),
    "default_privileges": st.builds(
        DefaultPrivileges,
        st.just("owner"),
        st.just("metrics"),
        st.just("tables"),
        st.just("app"),
        st.sampled_from([("SELECT",), ("INSERT", "SELECT")]),
        st.sampled_from([True, False, ("SELECT",)]),
    ),
    "hypertable": st.builds(
        Hypertable,
        simple_columns,
        _lag_values,
        st.lists(_hashes, max_size=2).map(tuple),
        plain_names,
        st.sampled_from(["public.now_ticks", "public.later"]),
    ),
    "index": st.builds(
        Index, st.just(Relation("public", "readings")), st.sampled_from(["btree (at)", "brin (at)"]), flags
    ),
    "columnstore": st.builds(
        Columnstore,
        _lag_values,
        st.lists(simple_columns, max_size=2).map(tuple),
        st.lists(_orders, max_size=2).map(tuple),
        intervals,
        flags,
        flags,
        intervals,
    ),
    "retention": st.builds(Retention, _lag_values, intervals, flags, flags),
    "reorder": st.builds(Reorder, names, intervals, flags),
    "compaction": st.builds(Compaction, intervals, _counts, _counts, intervals, flags),
    "chunk_skipping": st.builds(ChunkSkipping, st.lists(names, min_size=1, max_size=2, unique=True).map(tuple)),
    "tablespaces": st.builds(Tablespaces, st.lists(names, min_size=1, max_size=2, unique=True).map(tuple)),
    "job": st.builds(
        Job,
        st.sampled_from(["public.clean", "public.sweep"]),
        intervals,
        st.sampled_from(["{}", '{"a": 1}']),
        flags,
        st.sampled_from(["2026-01-31T03:00:00.000000Z", "2026-02-01T03:00:00.000000Z"]),
        st.sampled_from(["UTC", "Europe/Berlin"]),
        intervals,
        st.integers(-1, 9),
        intervals,
        flags,
        st.sampled_from(["-", "public.judge"]),
        plain_names,
    ),
    "partitioned_retention": st.builds(
        PartitionedRetention,
        st.just(Relation("public", "readings")),
        st.just("device"),
        simple_columns,
        st.builds(Limits, st.sampled_from(["public.limits", "public.others"]), simple_columns, simple_columns),
        st.integers(1, 10**6),
        intervals,
        flags,
        plain_names,
        st.sampled_from(["version 1", "version 0"]),
    ),
    "aggregate": st.builds(
        Aggregate, st.sampled_from(["SELECT 1", "SELECT 2"]), flags, plain_names, _lag_values, flags
    ),
    "cron_job": st.builds(
        CronJob,
        st.sampled_from(["* * * * *", "0 0 * * *"]),
        st.sampled_from(["SELECT 1", "SELECT 2"]),
        plain_names,
        flags,
    ),
    "row_security": st.builds(
        RowSecurity, flags, flags, st.lists(_policies, max_size=3, unique_by=lambda each: str(each.name)).map(tuple)
    ),
    "view": st.builds(
        View,
        st.sampled_from(["SELECT 1", "SELECT 2"]),
        flags,
        flags,
        st.sampled_from(["none", "local", "cascaded"]),
        plain_names,
    ),
    "materialized_view": st.builds(MaterializedView, st.sampled_from(["SELECT 1", "SELECT 2"]), plain_names),
}
