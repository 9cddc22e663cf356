"""An imported database on the real engine: the first preview is empty, drift is seen, and an empty database becomes
the same from the written program."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ..support import sampling
from ..support.fix_database import Database, fresh, reset
from ..systems.catalog import FOLDER, catalog, load
from .imported import Imported, resources, steps

EDITIONS = ("apache", "community")
ALL = sampling.whole("imports")
SEED, DRAW = sampling.seeded("imports")
SAMPLE = 3
SYSTEMS = ("odd", "lighthouse", "multibuzz", "dash", "detektor", "candlefish")
# by hand, on both editions: what an operator does at night to each system, and the object that shows it
DRIFT = {
    "odd": ("SELECT set_chunk_time_interval('public.ticks', 500)", "public.ticks"),
    "lighthouse": ("DROP INDEX check_history_subscription_time_idx", "public.check_history"),
    "multibuzz": ("ALTER TABLE events OWNER TO postgres", "public.events"),
    "dash": ("ALTER ROLE dash_reader CONNECTION LIMIT 5", "dash_reader"),
    "detektor": ("ALTER ROLE exporter NOLOGIN", "exporter"),
    "candlefish": ("SELECT set_chunk_time_interval('document_metrics', interval '1 day')", "public.document_metrics"),
}
# the same of what holds tenants apart and of rights
MORE = {
    "odd": ("GRANT INSERT ON données.mesures TO readers", 'readers on table "données".mesures'),
    "candlefish": ("ALTER TABLE documents NO FORCE ROW LEVEL SECURITY", "public.documents"),
    "detektor": ("REVOKE SELECT ON vision.cameras FROM exporter", "exporter on table vision.cameras"),
}


class Case(NamedTuple):
    """One system on one edition: as it was built by hand, and as it was imported."""

    system: str
    before: list[tuple[Any, ...]]
    written: Imported


def drawn() -> list[str]:
    """The systems of this run with the editions that each is on."""
    systems = SYSTEMS if ALL else DRAW.sample(SYSTEMS, SAMPLE)
    return [f"{system}-{edition}" for system in systems for edition in sampling.editions(DRAW, EDITIONS, whole=ALL)]


@pytest.fixture(scope="module", params=drawn())
def case(
    request: pytest.FixtureRequest, engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Case]:
    """Each system, built by hand and imported once for the two tests below."""
    system, edition = request.param.split("-")
    with pytest.MonkeyPatch.context() as patch:
        for database in fresh(request.getfixturevalue(edition), patch):
            load(database, system)
            before = catalog(database)
            yield Case(system, before, Imported(tmp_path_factory.mktemp("import") / "written", engine, database))


def test_the_first_preview_is_empty_and_then_shows_drift(case: Case, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing was written by the import; the preview that follows finds nothing to do, and a change by hand at once."""
    with capsys.disabled():
        print(f"\n  {case.system} on {case.written.database.edition}: seed {SEED}", flush=True)
    database, stack = case.written.database, case.written.taken()
    assert catalog(database) == case.before
    assert steps(stack) == {}
    assert not database.sql("SELECT 1 FROM pg_namespace WHERE nspname = 'pulumi_timescaledb'")
    drift = [DRIFT[case.system], *([MORE[case.system]] if case.system in MORE else [])]
    database.sql(";".join(statement for statement, _ in drift))
    found = steps(stack)
    assert set(found) == {f"{database.connection.database}-{name}" for _, name in drift}
    assert set(found.values()) <= {"update", "create"}
    done = stack.up()
    assert done.rc == 0, done.output
    assert catalog(database) == case.before


def test_an_empty_database_becomes_the_same_from_the_written_program(case: Case) -> None:
    """Round trip: every row of the catalogs, of tables and functions as of policies, comes back."""
    database = case.written.database
    reset(database.server)
    stack = case.written.another()
    done = stack.up()
    assert done.rc == 0, done.output
    after = catalog(database)
    assert [row for row in case.before if row not in after] == []
    assert [row for row in after if row not in case.before] == []
    assert steps(stack) == {}


def test_the_written_state_is_what_an_up_records(
    community_database: Database, engine: dict[str, str], tmp_path: Path
) -> None:
    """Adopting the same database by `up` leaves the same state, resource by resource."""
    load(community_database, "odd")
    written = Imported(tmp_path / "written", engine, community_database)
    taken, adopted = written.taken(), written.another()
    done = adopted.up()
    assert done.rc == 0, done.output
    assert resources(taken) == resources(adopted)


def test_the_program_is_laid_out_as_the_formatter_would(community_database: Database, tmp_path: Path) -> None:
    """What a reader meets first is code like any other of the project."""
    load(community_database, "odd")
    Imported(tmp_path / "written", {}, community_database)
    ruff = ["ruff", "--isolated", "--config", "line-length=120"]
    program = str(tmp_path / "written" / "__main__.py")
    done = subprocess.run(
        [ruff[0], "format", *ruff[1:], "--check", "--diff", program], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()


def test_what_no_declaration_can_say_is_named_with_its_reason(
    community_database: Database, engine: dict[str, str], tmp_path: Path
) -> None:
    """Nothing is passed over in silence, the file says it too, and the first preview is empty all the same."""
    load(community_database, "odd")
    community_database.sql((FOLDER / "odd_left_out.sql").read_text(encoding="utf-8"))
    try:
        written = Imported(tmp_path / "written", engine, community_database)
        names = "\n".join(f"{name}: {reason}" for name, reason in written.left_out.items())
        for words in (
            "function product(double precision)",
            'collation "Odd Schema".german',
            'security barrier view public."View of %": its owner postgres is not bound by row security of',
            'grant readers on table "données".asleep: only a part of it is with grant option',
            'index par_n of continuous aggregate "données".par_jour',
            "public.tidy): another job has the same name",
            "role boss: it is a superuser",
            'owner of function "Odd Schema".now_ticks(): boss is a superuser',
            'schema "Odd Schema" for the chunks of hypertable public.kept',
            "continuous aggregate public.kept_daily: it is refreshed from the beginning",
            'password of role "Data Keeper"',
        ):
            assert words in names, names
        declared = written.said["objects"]
        for name in ('"données".hier', "public.further"):  # they stand on an aggregate
            assert f"security_barrier_view:{name}" in declared
        assert 'grant:readers on table "données".par_jour' in declared
        program = (written.folder / "__main__.py").read_text()
        baseline = (written.folder / "migrations" / "001_baseline.sql").read_text()
        assert "# - job" in program
        assert "-- not in this file: function product(double precision)" in baseline
        assert steps(written.taken()) == {}
    finally:
        community_database.sql("DROP OWNED BY boss; DROP ROLE boss")


def test_jobs_of_others_and_further_indexes_are_named_on_the_apache_edition(
    apache_database: Database, engine: dict[str, str], tmp_path: Path
) -> None:
    """pg_cron serves whoever asks; only what stands for a policy of a declared object is declared."""
    load(apache_database, "odd")
    apache_database.sql(
        "SELECT cron.schedule('somebody''s own %', '0 3 * * *', 'SELECT 1');"
        "SELECT cron.schedule('tsdb retention public.gone', '0 0 * * *', 'SELECT 1');"
        "SELECT cron.schedule('tsdb refresh public.moods', '0 0 * * *', 'REFRESH MATERIALIZED VIEW public.moods');"
        "CREATE INDEX further ON données.par_heure (n)"
    )
    written = Imported(tmp_path / "written", engine, apache_database)
    names = "\n".join(written.left_out)
    # the view of that refresh is taken for one of ours, but what the job does is not what a declared one would do
    refresh = "refresh of continuous aggregate public.moods"
    for words in ("somebody's own %", "tsdb retention public.gone", refresh, "index further of"):
        assert words in names, names
    assert 'continuous_aggregate:"données".par_heure' in written.said["objects"]
    assert "continuous_aggregate:public.moods" in written.said["objects"]
    assert steps(written.taken()) == {}
