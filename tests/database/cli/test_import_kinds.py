"""What ``tsdb import`` declares, kind by kind: named in the program, found as declared, and made anew from the program.

Databases are built by hand-written SQL; what is written is read from the state file, which holds what the
program sends.
Not proved here: that the engine takes the files (tests/engine/test_import.py).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.database import snapshot

from tests.database.system import Managed
from tests.engine.imported import run
from tests.support.fix_database import Database, reset
from tests.systems.catalog import catalog

TABLES = """
CREATE EXTENSION timescaledb;
CREATE ROLE app LOGIN;
CREATE TABLE events (at timestamptz NOT NULL, "Pipe, line" text, v integer);
SELECT create_hypertable('events', by_range('at', interval '1 day'));
CREATE TABLE "Limits" (id text PRIMARY KEY, "Days to keep" smallint);
"""
SPACES = (
    "ALTER ROLE CURRENT_USER SET allow_in_place_tablespaces = on",
    "CREATE TABLESPACE fast LOCATION ''",
    "CREATE TABLESPACE \"Large Disk\" LOCATION ''",
)


class Written:
    """A database as it was imported."""

    def __init__(self, database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Runs the command, and looks that a first preview is empty."""
        done = run(database, str(folder), "--json")
        assert done.returncode == 0, done.stderr
        self.database, self.said = database, json.loads(done.stdout)
        self.left = {each["name"]: each["reason"] for each in self.said["left_out"]}
        state = json.loads((folder / "state.json").read_text())["deployment"]["resources"]
        (plan,) = (each for each in state if each["type"].endswith(":Plan"))
        self.objects: list[dict[str, Any]] = plan["inputs"]["objects"]
        self.baseline = "".join(path.read_text() for path in folder.glob("*/001_baseline.sql"))
        monkeypatch.chdir(folder)  # where the program finds its migrations
        self._nothing_to_do()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The declarations of a kind, without the word that says so."""
        return [{key: value for key, value in each.items() if key != "kind"} for each in self.objects
                if each["kind"] == kind]  # fmt: skip

    def up(self, spaces: Sequence[str] = ()) -> None:
        """The declarations on an empty database; spaces: what its server has to have."""
        snapshot.reader(self.database.connection).close()
        reset(self.database.server)
        for statement in spaces:
            self.database.server.sql(statement)
        Managed(self.database, self.objects).up()

    def anew(self) -> None:
        """An empty database from the same declarations becomes the same."""
        was = catalog(self.database)
        self.up()
        now = catalog(self.database)
        assert [row for row in was if row not in now] == []
        assert [row for row in now if row not in was] == []
        self._nothing_to_do()

    def _nothing_to_do(self) -> None:
        plan = Managed(self.database, self.objects).plan()
        assert not plan.refusals
        assert not [change for changes in plan.changes.values() for change in changes]


def test_tablespaces_are_declared_with_their_hypertable(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attached again on a server that has them."""
    for statement in SPACES:
        database.server.sql(statement)
    database.sql(TABLES + "SELECT attach_tablespace('Large Disk', 'events'), attach_tablespace('fast', 'events')")
    written = Written(database, tmp_path / "out", monkeypatch)
    (table,) = written.of("hypertable")
    assert sorted(table["tablespaces"]) == ["Large Disk", "fast"]
    attached = "SELECT tablespace_name FROM _timescaledb_catalog.tablespace ORDER BY 1"
    was = database.sql(attached)
    assert len(was) == 2
    database.sql("DROP TABLE events")  # a tablespace that is attached cannot be dropped
    written.up(SPACES)
    assert database.sql(attached) == was


def test_retention_by_key_is_declared_as_it_is(
    community_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The procedure is this library's own, so that it was declared once; another import finds it as it is."""
    community_database.sql(TABLES)
    limits = {"table": '"Limits"', "key": "id", "days": "Days to keep"}
    given = {"table": "events", "key": "Pipe, line", "time_column": "at", "limits": limits, "batch_size": 50,
             "schedule": "6 hours", "enabled": False, "owner": "app"}  # fmt: skip
    community_database.sql('GRANT SELECT, DELETE ON events TO app; GRANT SELECT ON "Limits" TO app')
    Managed(community_database, [{"kind": "partitioned_retention", **given}]).up()
    written = Written(community_database, tmp_path / "out", monkeypatch)
    (declared,) = written.of("partitioned_retention")
    assert declared == {**given, "limits": {**limits, "table": 'public."Limits"'}}
    job = "SELECT config, schedule_interval, scheduled, owner FROM timescaledb_information.jobs WHERE job_id >= 1000"
    was = community_database.sql(job)
    written.anew()
    assert community_database.sql(job) == was


def test_cron_jobs_are_declared_as_the_policies_they_stand_for(
    apache_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As our fallback makes them; a schedule that no length of time says is left out with its reason."""
    apache_database.sql(
        "CREATE EXTENSION pg_cron;" + TABLES + "CREATE PROCEDURE tidy(job_id integer, config jsonb) LANGUAGE sql AS '';"
        "SELECT cron.schedule('tsdb retention public.events', '0 */6 * * *', "
        "$$SELECT drop_chunks('public.events', interval '30 days')$$);"
        "CREATE MATERIALIZED VIEW hourly AS SELECT time_bucket('1 hour', at) AS hour, count(*) AS n FROM events "
        "GROUP BY 1; CREATE UNIQUE INDEX ON hourly (hour);"
        "SELECT cron.schedule('tsdb refresh public.hourly', '*/30 * * * *', "
        "'REFRESH MATERIALIZED VIEW CONCURRENTLY public.hourly');"
        "SELECT cron.schedule('tsdb job it''s %', '0 * * * *', $$CALL public.tidy(0, '{\"a\": 1}'::jsonb)$$);"
        "SELECT cron.schedule('tsdb job nightly', '7 3 * * 1', 'CALL public.tidy(0, NULL::jsonb)')"
    )
    written = Written(apache_database, tmp_path / "out", monkeypatch)
    (table,), (view,), (job,) = (written.of(kind) for kind in ("hypertable", "continuous_aggregate", "job"))
    assert table["retention"] == {"drop_after": "30 days", "schedule": "6 hours"}
    unbounded = {"start_offset": "unbounded", "end_offset": "unbounded"}
    assert view["refresh"] == [{**unbounded, "schedule": "30 minutes"}]
    assert job == {"name": "it's %", "procedure": "public.tidy", "schedule": "1 hour", "config": {"a": 1}}
    assert "is not a duration" in written.left["job nightly"]
    apache_database.sql("SELECT cron.unschedule('tsdb job nightly')")
    written.anew()


@pytest.mark.parametrize("closed", [True, False])
def test_row_security_of_a_hypertable_is_declared_whether_or_not_its_chunks_are_closed(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    """Where everybody may reach the chunks, a plan refuses to set it up, and the baseline makes it too; where they are
    closed, the baseline closes them and the declaration alone makes it."""
    database.sql(
        TABLES + "ALTER TABLE events ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY tenant ON events TO app USING (\"Pipe, line\" = current_setting('app.line', true))"
    )
    if closed:
        database.sql("REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC")
    written = Written(database, tmp_path / "out", monkeypatch)
    (secured,) = written.of("row_level_security")
    assert [each["name"] for each in secured["policies"]] == ["tenant"]
    assert ("CREATE POLICY" in written.baseline) is not closed
    assert ("REVOKE USAGE ON SCHEMA _timescaledb_internal FROM PUBLIC" in written.baseline) is closed
    assert ("chunks of row level security public.events" in written.left) is not closed
    written.anew()


def test_what_a_wall_cannot_stop_stays_in_the_baseline_with_the_reason(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A materialized view shows every tenant, so a plan refuses the row security under it; the wall stays as it is."""
    database.sql(
        TABLES + "CREATE TABLE tenants (id integer, org text); ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;"
        "CREATE POLICY own ON tenants USING (org = CURRENT_USER);"
        "CREATE MATERIALIZED VIEW leak AS SELECT * FROM tenants WITH NO DATA"
    )
    written = Written(database, tmp_path / "out", monkeypatch)
    assert not written.of("row_level_security")
    reason = written.left["row level security public.tenants"]
    assert "leak stands on it" in reason
    assert reason.endswith("; the baseline makes it instead")
    assert "CREATE POLICY own" in written.baseline
    written.anew()


def test_an_aggregate_past_a_wall_is_left_out_once_for_its_own_reason(
    community_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its query cannot be left out alone, because nothing is declared without one."""
    community_database.sql(
        TABLES + "CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS SELECT time_bucket('1 hour', at) "
        "AS hour, count(*) AS n FROM events GROUP BY 1 WITH NO DATA; ALTER TABLE events ENABLE ROW LEVEL SECURITY;"
        "SELECT add_continuous_aggregate_policy('hourly', interval '9 days', interval '1 hour', interval '1 hour');"
        "SELECT add_retention_policy('events', interval '5 days')"
    )
    written = Written(community_database, tmp_path / "out", monkeypatch)
    assert not written.of("continuous_aggregate")
    about = {name: reason for name, reason in written.left.items() if "continuous aggregate" in name}
    assert list(about) == ["continuous aggregate public.hourly"]
    assert "has row security" in about["continuous aggregate public.hourly"]


def test_rights_on_what_is_not_made_are_not_declared(
    community_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A materialized view on an aggregate is left out, and what was granted on it with it; a view there is declared."""
    community_database.sql(
        TABLES + "CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous) AS SELECT time_bucket('1 hour', at) "
        "AS hour, count(*) AS n FROM events GROUP BY 1 WITH NO DATA;"
        "CREATE MATERIALIZED VIEW best AS SELECT max(n) AS n FROM hourly WITH NO DATA; GRANT SELECT ON best TO app;"
        "CREATE VIEW newest AS SELECT max(hour) AS hour FROM hourly; GRANT SELECT ON newest, hourly TO app;"
        "COMMENT ON VIEW newest IS 'a note'"
    )
    written = Written(community_database, tmp_path / "out", monkeypatch)
    assert written.left["grant app on table public.best"] == "nothing here makes what it is on"
    assert written.left["comment on view public.newest"] == "it is made after the migrations"
    assert [each["on"] for each in written.of("grant")] == ["table public.hourly", "table public.newest"]
    assert [each["name"] for each in written.of("security_barrier_view")] == ["newest"]
    community_database.sql("DROP MATERIALIZED VIEW best; COMMENT ON VIEW newest IS NULL")
    written.anew()


def test_an_owner_that_is_not_made_is_named(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A superuser is nobody's to declare, so what is theirs is declared without an owner."""
    database.sql(
        TABLES + "CREATE ROLE boss SUPERUSER; CREATE SCHEMA theirs AUTHORIZATION boss; ALTER TABLE events OWNER TO boss"
    )
    try:
        written = Written(database, tmp_path / "out", monkeypatch)
        assert written.of("schema") == [{"name": "theirs"}]
        assert "owner" not in written.of("hypertable")[0]
        for name in ("owner of schema theirs", "owner of table public.events"):
            assert "boss is a superuser" in written.left[name]
    finally:
        database.sql("REASSIGN OWNED BY boss TO CURRENT_USER; DROP OWNED BY boss; DROP ROLE boss")
