"""A held object is left alone: planned as a note, converged by nobody, released untouched, loud when it has expired.

Operator changes and the passing of time are SQL written by hand.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pulumi_timescaledb.database.plan import apply, order

from ..engine.trial import catalog_queries
from ..support.fix_database import Database
from .cli.lighthouse import Answer, tsdb
from .system import Managed, objects

TABLE, NAME = "public.readings", "hypertable:public.readings"
LATER = "2999-12-24"
EXPIRE = "UPDATE pulumi_timescaledb.hold SET until = now() - interval '1 second'"
SHORTER = "DROP INDEX readings_device; SELECT set_chunk_time_interval('readings', interval '2 days')"


@pytest.fixture
def system(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Managed:
    """The whole system, converged."""
    monkeypatch.setenv("TSDB_TEST_APP_PASSWORD", "app-password-of-the-tests")
    made = Managed(database, objects(tmp_path, database.edition))
    made.up()
    return made


def by_hand(system: Managed, script: str) -> None:
    """Operator's SQL."""
    for statement in script.split("; "):
        system.database.sql(statement)


def hold(system: Managed, name: str = NAME, *more: str) -> Answer:
    """Hold it by the command line."""
    return tsdb(system.database, "hold", name, "--until", LATER, *more)


def catalog(system: Managed) -> list[tuple[object, ...]]:
    """Everything a declaration can touch."""
    return [row for query in catalog_queries(system.database.edition) for row in system.database.sql(query)]


def test_a_held_object_is_a_note_and_is_left_alone(system: Managed) -> None:
    """Its drift is in a note alone, a run touches everything else, and releasing it brings the repair."""
    declared = catalog(system)
    by_hand(system, SHORTER)
    system.database.sql("ALTER ROLE app NOLOGIN")
    assert hold(system, NAME, "--reason", "INC-42").code == 0
    live = catalog(system)
    plan = system.plan()
    assert plan.changes[NAME] == []
    assert [each.kind for each in plan.changes["role:app"]] == ["role"]
    (held,) = plan.held
    assert held.sentence.startswith(f"{NAME} is held until the end of {LATER} (UTC) by ")
    for words in ("INC-42", "chunk_interval: 2 days => 1 day", "+ index public.readings readings_device"):
        assert words in held.sentence
    assert [sentence for sentence in system.up() if "app" not in sentence] == []
    assert [row for row in catalog(system) if row not in live] == [row for row in declared if row[1] == "app"]
    assert tsdb(system.database, "hold", NAME, "--release").code == 0
    assert system.plan().held == []
    system.up()
    assert catalog(system) == declared


def test_an_expired_hold_is_said_until_it_is_released(system: Managed) -> None:
    """The change is back in the plan, and the note stays even when nothing differs any more."""
    declared = catalog(system)
    by_hand(system, SHORTER)
    hold(system)
    system.database.sql(EXPIRE)
    plan = system.plan()
    assert {each.field for each in plan.changes[NAME]} == {"chunk_interval", ""}
    assert "HOLD EXPIRED" in plan.held[0].sentence
    assert "2 days => 1 day" in plan.held[0].sentence
    system.up()
    assert catalog(system) == declared
    (held,) = system.plan().held
    assert "HOLD EXPIRED" in held.sentence
    assert "nothing differs" in held.sentence
    assert "EXPIRED" in tsdb(system.database, "hold", "--list").out
    tsdb(system.database, "hold", NAME, "--release")
    assert system.plan().held == []


def test_a_held_change_that_would_destroy_data_is_not_refused(system: Managed) -> None:
    """Nobody is asked for what will not happen; after the hold they are."""
    table = "SELECT now() - i * interval '1 day', 'd', 1, i FROM generate_series(1, 120) i"
    drops = {
        "apache": "SELECT cron.unschedule('tsdb retention public.readings')",
        "community": "SELECT remove_retention_policy('readings')",
    }
    system.database.sql(drops[system.database.edition])
    system.database.sql(f"INSERT INTO readings {table}")
    assert any("destroy:public.readings" in each for each in system.plan().refusals)
    hold(system)
    assert system.plan().refusals == []
    assert system.up() == []
    system.database.sql(EXPIRE)
    assert any("destroy:public.readings" in each for each in system.plan().refusals)


def test_a_held_object_keeps_its_policies_when_its_declaration_goes(system: Managed) -> None:
    """Releasing a declaration is something that happens to it, too."""
    before = catalog(system)
    hold(system)
    table = system.named(TABLE)
    assert apply.release(system.reader, table, apache_fallback=True) == []
    assert catalog(system) == before
    tsdb(system.database, "hold", NAME, "--release")
    assert apply.release(system.reader, table, apache_fallback=True) != []
    newest = tsdb(system.database, "history", "--json").json["history"][0]
    assert newest["object"] == NAME
    assert "retention" in newest["what"] or "cron" in newest["what"] or "columnstore" in newest["what"]


NEAR = {
    "hypertable:public.reading": "hypertable:public.readings",
    "public.readings": "hypertable:public.readings",
    "readings": "hypertable:public.readings",
    "retention:public.readings": "hypertable:public.readings",
    "aggregate:public.hourly": "continuous_aggregate:public.hourly",
    "role:ap": "role:app",
    "zzzzzz": "as previews print them",
}


def test_an_unknown_object_is_refused_with_near_ones(system: Managed) -> None:
    """By any of the names that somebody may have in mind."""
    for name, hint in NEAR.items():
        for answer in (hold(system, name), tsdb(system.database, "history", "--object", name)):
            assert (answer.code, answer.out) == (2, "")
            assert hint in answer.error
            assert answer.error.count("\n") == 1


def test_everything_that_is_declared_can_be_held(system: Managed) -> None:
    """By the name that the plan has for it; a second hold replaces the first; the list says all of it."""
    for each in system.declared:
        assert hold(system, order.name(each)).code == 0, order.name(each)
    by_hand(system, SHORTER)
    again = tsdb(system.database, "hold", NAME, "--until", f"{LATER}T10:00", "--reason", "more time")
    assert f"until {LATER} 10:00 UTC" in again.out
    listed = {row["object"]: row for row in tsdb(system.database, "hold", "--list", "--json").json["holds"]}
    assert set(listed) == {order.name(each) for each in system.declared}
    assert listed[NAME]["until"] == f"{LATER}T10:00:00+00:00"
    assert (listed[NAME]["reason"], listed[NAME]["state"]) == ("more time", "in force")
    assert re.fullmatch(r".+ as postgres", listed[NAME]["by"])
    assert system.up() == []
    wrong = tsdb(system.database, "hold", "hypertable:public.other", "--release")
    assert wrong.code == 2


def test_history_tells_who_did_what_when_and_with_which_word(system: Managed) -> None:
    """The newest first, one object alone, and no more than asked for."""
    system.database.sql("CREATE ROLE other SUPERUSER LOGIN PASSWORD 'other'")
    try:
        hold(system, NAME, "--reason", "INC-42")
        answer = tsdb(system.database, "history", "--json", "--object", NAME)
        newest, *older = answer.json["history"]
        assert newest["what"].startswith(f"hold it until the end of {LATER} (UTC) by ")
        assert newest["what"].endswith(": INC-42")
        assert newest["role"] == "postgres"
        assert older
        assert {row["object"] for row in answer.json["history"]} == {NAME}
        assert [row["at"] for row in answer.json["history"]] == sorted(
            (row["at"] for row in answer.json["history"]), reverse=True
        )
        system.database.sql("UPDATE pulumi_timescaledb.history SET acknowledgement = 'k3f9a1c', role = 'other'")
        first = tsdb(system.database, "history", "--json", "--limit", "1").json["history"]
        assert [(row["role"], row["acknowledgement"]) for row in first] == [("other", "k3f9a1c")]
        shown = tsdb(system.database, "history").out
        assert "k3f9a1c" in shown
        assert "INC-42" in shown
    finally:
        system.database.sql("DROP ROLE other")


@pytest.mark.parametrize(
    "arguments", [["hold", NAME, "--until", LATER], ["hold", "--list"], ["hold", NAME, "--release"], ["history"]]
)
def test_without_a_ledger_there_is_one_sentence(database: Database, arguments: list[str]) -> None:
    """An empty database, and a role that may not look into the ledger."""
    answer = tsdb(database, arguments[0], *arguments[1:])
    assert (answer.code, answer.out) == (2, "")
    assert "has no ledger" in answer.error
    assert answer.error.count("\n") == 1
    assert database.sql("SELECT count(*) FROM pg_namespace WHERE nspname = 'pulumi_timescaledb'") == [(0,)]


def test_a_ledger_of_an_earlier_version_holds_nothing_and_learns_to(system: Managed) -> None:
    """Its table is made by the first hold; until then there is none."""
    system.database.sql("DROP TABLE pulumi_timescaledb.hold")
    assert system.plan().held == []
    assert tsdb(system.database, "hold", "--list").out == "nothing is held\n"
    assert hold(system).code == 0
    assert len(system.plan().held) == 1


def test_a_role_without_rights_is_told_so(system: Managed) -> None:
    """A reader of the ledger cannot hold; a stranger sees no ledger."""
    system.database.sql("CREATE ROLE reader LOGIN PASSWORD 'x'")
    password = system.database.server.password
    if password:
        system.database.sql(f"ALTER ROLE reader PASSWORD '{password}'")
    assert "no ledger that reader can read" in tsdb(system.database, "history", user="reader").error
    system.database.sql("GRANT USAGE ON SCHEMA pulumi_timescaledb TO reader")
    system.database.sql("GRANT SELECT ON ALL TABLES IN SCHEMA pulumi_timescaledb TO reader")
    assert tsdb(system.database, "history", user="reader").code == 0
    assert tsdb(system.database, "hold", "--list", user="reader").code == 0
    refused = tsdb(system.database, "hold", NAME, "--until", LATER, user="reader")
    assert refused.code == 2
    assert "permission denied" in refused.error
    assert tsdb(system.database, "hold", "--list").out == "nothing is held\n"
