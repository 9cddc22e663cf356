"""What hypothesis draws declarations and wanted values from."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from pulumi_timescaledb.database.kinds.aggregate.wanted import Aggregate
from pulumi_timescaledb.database.kinds.columnstore.wanted import Columnstore, Order
from pulumi_timescaledb.database.kinds.cron_job.wanted import CronJob
from pulumi_timescaledb.database.kinds.extension.wanted import Extension
from pulumi_timescaledb.database.kinds.hypertable.wanted import HashDimension, Hypertable
from pulumi_timescaledb.database.kinds.index.wanted import Index
from pulumi_timescaledb.database.kinds.materialized_view.wanted import MaterializedView
from pulumi_timescaledb.database.kinds.retention.wanted import Retention
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.units import Interval

QUICK = settings(deadline=None, database=None)  # the machine is shared, and a failing example is printed anyway

Strategy = st.SearchStrategy[Any]

plain_names = st.from_regex(r"[a-z_][a-z0-9_]{0,20}", fullmatch=True)
odd_names = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=15
).filter(lambda text: text.strip() != "")
names = plain_names | odd_names
spaceless = names.filter(lambda text: " " not in text)
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


ABSENT = st.just({"absent": True})
retentions = ABSENT | st.fixed_dictionaries({"drop_after": lags}, optional={"schedule": durations, "enabled": flags})
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
columns = st.sampled_from(
    ["at DESC", "device", "device ASC", 'lower("Odd")', '"Odd" DESC NULLS LAST', "at nulls first"]
)
index_names = st.from_regex(r"[A-Za-z_][a-z0-9_]{0,15}", fullmatch=True)
indexes = (
    st.fixed_dictionaries(
        {"name": index_names, "columns": st.lists(columns, min_size=1, max_size=3)},
        optional={"method": st.sampled_from(["btree", "brin"]), "unique": flags, "where": st.just("value > 1")},
    )
    | st.fixed_dictionaries({"name": index_names, "definition": st.just("btree (at)")})
    | st.fixed_dictionaries({"name": index_names, "absent": st.just(True)})
)
_offsets = (("3 days", "1 hour"), ("unbounded", "1 mon"), ("500", "20"), ("2 years", "unbounded"))
_bounds = st.sampled_from([{"start_offset": start, "end_offset": end} for start, end in _offsets])
_rhythms = st.fixed_dictionaries({"schedule": durations}, optional={"enabled": flags})
windows: Strategy = st.tuples(_bounds, _rhythms).map(lambda both: {**both[0], **both[1]})


def _kind(kind: str, required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    return st.fixed_dictionaries({"kind": st.just(kind), **required}, optional=optional)


DECLARATIONS: dict[str, Strategy] = {
    "extension": _kind("extension", {"name": names}, {"version": st.sampled_from(["2.19.3", "1.6"])})
    | _kind("extension", {"name": names, "absent": st.just(True)}, {}),
    "migrations": _kind(
        "migrations",
        {
            "directory": plain_names,
            "files": st.dictionaries(plain_names, st.sampled_from(["aa", "bb"]), min_size=1, max_size=4),
        },
        {},
    ),
    "role": _kind(
        "role",
        {"name": names.filter(lambda name: not name.startswith("pg_"))},
        {
            "login": flags,
            "createdb": flags,
            "createrole": flags,
            "inherit": flags,
            "connection_limit": st.integers(-1, 1000) | st.sampled_from([5.0]),
            "member_of": st.lists(names, max_size=3, unique=True),
            "password_ref": st.sampled_from(["env:NAME", "file:.local/password", "ssm:/a/b", "secretsmanager:a"]),
        },
    ),
    "hypertable": _kind(
        "hypertable",
        # no spaces in the table's name: those break its indexes' names, which a test of its own expects to fail
        {"table": spaceless, "time_column": names},
        {
            "schema": spaceless,
            "chunk_interval": lags,
            "hash_dimensions": st.lists(
                st.fixed_dictionaries({"column": names, "partitions": st.integers(1, 32767)}), max_size=2
            ),
            "owner": plain_names,
            "indexes": st.lists(indexes, max_size=3, unique_by=lambda each: str(each["name"])),
            "columnstore": columnstores,
            "retention": retentions,
        },
    )
    | _kind("hypertable", {"table": names, "absent": st.just(True)}, {"schema": names}),
    "continuous_aggregate": _kind(
        "continuous_aggregate",
        {"name": names, "source": st.sampled_from(["readings", 'other."Odd Table"']), "query": st.just(" SELECT 1 ")},
        {
            "schema": names,
            "real_time": flags,
            "owner": plain_names,
            "refresh": st.lists(windows, max_size=3),
            "columnstore": columnstores,
            "retention": retentions,
        },
    )
    | _kind("continuous_aggregate", {"name": names, "absent": st.just(True)}, {}),
}

_orders = st.builds(Order, simple_columns, flags, flags)
_hashes = st.builds(HashDimension, simple_columns, st.integers(1, 9))
_lag_values = intervals | numbers

# complete values: no field None, as the catalog gives them
VALUES: dict[str, Strategy] = {
    "extension": st.builds(Extension, st.just("timescaledb"), st.sampled_from(["2.19.3", "2.29.2", "2.29.10"])),
    "role": st.builds(
        Role,
        flags,
        flags,
        flags,
        flags,
        st.integers(-1, 9),
        st.lists(plain_names, max_size=2).map(tuple),
        st.sampled_from(["env:A", "env:B"]),
    ),
    "hypertable": st.builds(
        Hypertable, simple_columns, _lag_values, st.lists(_hashes, max_size=2).map(tuple), plain_names
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
    ),
    "retention": st.builds(Retention, _lag_values, intervals, flags),
    "aggregate": st.builds(Aggregate, st.sampled_from(["SELECT 1", "SELECT 2"]), flags, plain_names),
    "cron_job": st.builds(
        CronJob,
        st.sampled_from(["* * * * *", "0 0 * * *"]),
        st.sampled_from(["SELECT 1", "SELECT 2"]),
        plain_names,
        flags,
    ),
    "materialized_view": st.builds(MaterializedView, st.sampled_from(["SELECT 1", "SELECT 2"]), plain_names),
}
