"""Rights on a real server: what a release takes, what spreads, under whom migrations run, and who may do it.

Not proved here: each attribute changed by hand (tests/cases), and what the engine shows of it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pulumi_timescaledb.database import rights, snapshot
from pulumi_timescaledb.database.plan import apply, gate, order
from pulumi_timescaledb.errors import TimescaleDBError
from pulumi_timescaledb.provider.converge import Converge

from ..support.fix_database import Database
from .system import Managed

READ: dict[str, Any] = {"kind": "grant", "to": "app", "on": "table t", "privileges": ["SELECT", "INSERT"]}
OWNER: dict[str, Any] = {"kind": "role", "name": "app_owner", "login": True}


def up(database: Database, *objects: dict[str, Any]) -> Managed:
    """Converge in the order that is computed; planning again finds nothing to do."""
    managed = Managed(database, list(objects))
    look, changes = managed.reader.snapshot(fresh=True), managed.plan().changes
    demands = [each for name, rows in changes.items()
               for each in gate.demands(name, rows, look.capabilities, look.uses)]  # fmt: skip
    codes = {each.name: each.code for each in demands}
    assert managed.plan(codes).refusals == []
    waits = order.edges(managed.declared)
    done: set[str] = set()
    while len(done) < len(waits):
        ready = next(name for name, needed in waits.items() if name not in done and done.issuperset(needed))
        managed.up({ready}, codes)
        done.add(ready)
    assert not any(managed.plan().changes.values())
    assert managed.differences() == {}
    return managed


def release(managed: Managed, key: str) -> list[str]:
    """Stop managing one declaration."""
    return apply.release(managed.reader, managed.named(key), apache_fallback=True)


def acl(database: Database, relation: str) -> set[str]:
    """Who holds what on a relation: ``app=SELECT``."""
    rows = database.sql(
        "SELECT coalesce(r.rolname, 'public') || '=' || a.privilege_type FROM pg_class c, aclexplode(c.relacl) a "
        f"LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE c.oid = '{relation}'::regclass AND a.grantee <> c.relowner"
    )
    return {row[0] for row in rows}


def deployer(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The database of a role that is no superuser and may make roles."""
    database.sql("CREATE ROLE deployer LOGIN CREATEROLE PASSWORD 'of-the-tests'")
    database.sql("ALTER DATABASE lighthouse OWNER TO deployer")
    monkeypatch.setenv("TSDB_TEST_DEPLOYER", "of-the-tests")
    connection = replace(database.connection, user="deployer", password_ref="env:TSDB_TEST_DEPLOYER")
    return Database(database.server, connection)


def majors(database: Database) -> int:
    """PostgreSQL's major version."""
    return int(database.sql("SHOW server_version_num")[0][0]) // 10000


def test_a_release_revokes_only_what_was_granted_here(database: Database) -> None:
    """SELECT was somebody else's before; what was adopted stays, and so does what was granted by hand since."""
    database.sql("CREATE ROLE app; CREATE TABLE t (a int); GRANT SELECT ON t TO app")
    managed = up(database, READ)
    database.sql("GRANT DELETE ON t TO app")
    assert release(managed, "app on table public.t") == ["revoke INSERT on table public.t from app"]
    assert acl(database, "t") == {"app=SELECT", "app=DELETE"}
    assert release(managed, "app on table public.t") == []


def test_a_release_of_everything_in_a_schema_goes_object_by_object(database: Database) -> None:
    """One table had it before, one is excluded, and one came afterwards."""
    database.sql("CREATE ROLE app; CREATE TABLE t (a int); CREATE TABLE u (a int); CREATE TABLE v (a int)")
    database.sql("GRANT SELECT ON t TO app")
    single = {**READ, "on": "table v", "privileges": ["SELECT"]}
    managed = up(
        database, {**READ, "on": "all tables in schema public", "privileges": ["SELECT"], "excluding": ["v"]}, single
    )
    database.sql("CREATE TABLE w (a int); GRANT SELECT ON w TO app")
    assert release(managed, "app on all tables in schema public") == ["revoke SELECT on table public.u from app"]
    assert [acl(database, name) for name in "tuvw"] == [{"app=SELECT"}, set(), {"app=SELECT"}, {"app=SELECT"}]
    assert release(managed, "app on table public.v") == ["revoke SELECT on table public.v from app"]


def test_a_release_of_default_privileges_takes_only_what_was_granted_here(database: Database) -> None:
    """And a declared absence gives nothing back."""
    database.sql("CREATE ROLE app; CREATE ROLE app_owner")
    database.sql("ALTER DEFAULT PRIVILEGES FOR ROLE app_owner GRANT SELECT ON TABLES TO app")
    defaults = {"kind": "default_privileges", "owner": "app_owner", "on": "tables", "to": "app"}
    none = {"kind": "default_privileges", "owner": "app_owner", "on": "functions", "to": "public", "absent": True}
    managed = up(database, {**defaults, "privileges": ["SELECT", "INSERT"]}, none)
    key = "app on tables of app_owner"
    assert release(managed, key) == [f"revoke INSERT from {key} from now on"]
    assert release(managed, "public on functions of app_owner") == []
    (row,) = database.sql("SELECT count(*) FROM pg_default_acl WHERE defaclobjtype = 'f'")
    assert row == (1,)


def test_grants_reach_the_chunks_and_what_stands_behind_an_aggregate(database: Database) -> None:
    """The server spreads them, so nothing of that shows as drift; a chunk made later has them too."""
    database.sql("CREATE TABLE t (at timestamptz NOT NULL, v int); INSERT INTO t VALUES (now(), 1)")
    database.sql("CREATE EXTENSION IF NOT EXISTS timescaledb; TRUNCATE t")
    database.sql("SELECT create_hypertable('t', by_range('at', interval '1 day'))")
    database.sql("INSERT INTO t SELECT now() - i * interval '1 day', i FROM generate_series(1, 5) i")
    aggregate = {"kind": "continuous_aggregate", "name": "daily", "source": "t"}
    query = "SELECT time_bucket('1 day', at) AS day, count(*) AS n FROM t GROUP BY 1"
    if database.edition == "apache":
        database.sql("CREATE EXTENSION pg_cron")
    view = {**READ, "on": "table daily", "privileges": ["SELECT"]}
    managed = up(database, {"kind": "role", "name": "app"}, {**aggregate, "query": query}, READ, view)
    database.sql("INSERT INTO t VALUES (now() + interval '9 days', 1)")
    chunks = database.sql("SELECT format('%I.%I', chunk_schema, chunk_name) FROM timescaledb_information.chunks")
    assert len(chunks) >= 6
    assert {frozenset(acl(database, name)) for (name,) in chunks} == {frozenset(["app=SELECT", "app=INSERT"])}
    assert managed.differences() == {}
    up(database, {"kind": "role", "name": "app"}, {**READ, "privileges": ["SELECT"]})
    assert {frozenset(acl(database, name)) for (name,) in chunks} == {frozenset(["app=SELECT"])}
    if database.edition == "community":
        (behind,) = database.sql(
            "SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) "
            "FROM timescaledb_information.continuous_aggregates"
        )
        assert acl(database, behind[0]) == {"app=SELECT"}


def test_migrations_run_as_their_owner_and_what_they_make_is_its_own(database: Database, tmp_path: Path) -> None:
    """A file without a last semicolon, with a percent sign, and one that changes its role; the ledger stays ours."""
    folder = tmp_path / "owned"
    folder.mkdir()
    (folder / "001.sql").write_text(
        "CREATE TABLE metrics.t (at timestamptz NOT NULL, v text DEFAULT '100%')\n-- the end"
    )
    (folder / "002.sql").write_text(
        "RESET ROLE;\nSET ROLE app_owner;\nCREATE VIEW metrics.latest AS SELECT * FROM metrics.t;"
    )
    objects = [
        OWNER,
        {"kind": "role", "name": "app"},
        {"kind": "schema", "name": "metrics"},
        {"kind": "grant", "to": "app_owner", "on": "schema metrics", "privileges": ["USAGE", "CREATE"]},
        {
            "kind": "default_privileges",
            "owner": "app_owner",
            "schema": "metrics",
            "on": "tables",
            "to": "app",
            "privileges": ["SELECT"],
        },
        {"kind": "migrations", "directory": str(folder), "owner": "app_owner"},
        {**READ, "on": "table metrics.t", "privileges": ["SELECT"]},
    ]
    up(database, *objects)
    rows = database.sql("SELECT relname, relowner::regrole::text FROM pg_class WHERE relname IN ('t', 'latest')")
    assert dict(rows) == {"t": "app_owner", "latest": "app_owner"}
    assert acl(database, "metrics.latest") == {"app=SELECT"}
    assert {row[0] for row in database.sql("SELECT applied_by FROM pulumi_timescaledb.migration")} == {
        database.connection.user
    }


def test_what_the_provider_reads_is_what_it_was_given(database: Database) -> None:
    """A second preview is empty, and a new migration makes a grant over a schema be looked at again."""
    database.sql(
        "CREATE ROLE app_owner; CREATE TABLE t (a int); CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'"
    )
    every: dict[str, Any] = {
        "kind": "grant",
        "to": "app",
        "on": "all tables in schema public",
        "privileges": ["select"],
    }
    defaults = {"kind": "default_privileges", "owner": "app_owner", "on": "TABLES", "to": "app"}
    given: list[dict[str, Any]] = [
        {"kind": "role", "name": "app", "member_of": [{"role": "app_owner", "admin": True}], "settings": {"JIT": True}},
        {"kind": "schema", "name": "metrics", "owner": "app_owner"},
        {"kind": "grant", "to": "app", "on": "view t", "privileges": ["ALL"], "grantable": True},
        {"kind": "grant", "to": "public", "on": "procedure f(int4)", "absent": True},
        {**every, "excluding": ["t"], "migrated": "0a"},
        {**defaults, "privileges": ["ALL"]},
    ]
    provider = Converge()
    provider.acknowledged = {}
    connection = {key: value for key, value in vars(database.connection).items() if value}
    live = snapshot.reader(database.connection).snapshot(fresh=True).capabilities
    envelope = {"connection": connection, "apache_fallback": True, "system_identifier": live.system_identifier}
    for declaration in given:
        news = provider.check({}, {**declaration, **envelope})
        assert news.failures == []
        made = provider.create(news.inputs)
        assert made.id is not None
        read = provider.read(made.id, dict(made.outs or {}))
        assert read.inputs == news.inputs, declaration
        assert provider.diff(made.id, dict(read.outs or {}), dict(news.inputs)).changes is False
        if "migrated" in declaration:
            later = provider.check({}, {**declaration, **envelope, "migrated": "0b"}).inputs
            assert provider.diff(made.id, dict(read.outs or {}), dict(later)).changes is True


def test_a_migration_that_its_owner_may_not_run_leaves_nothing(database: Database, tmp_path: Path) -> None:
    """The role is the one of the whole file, and its failure is the file's."""
    (tmp_path / "001.sql").write_text("CREATE SCHEMA mine;")
    managed = Managed(database, [OWNER, {"kind": "migrations", "directory": str(tmp_path), "owner": "app_owner"}])
    with pytest.raises(TimescaleDBError, match="permission denied"):
        managed.up()
    assert managed.plan().changes[f"migrations:{tmp_path}"]


def test_a_role_that_may_make_roles_needs_no_superuser(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It makes roles, schemas and rights, and the memberships that the server gives it by that are no drift."""
    (tmp_path / "001.sql").write_text("CREATE TABLE metrics.t (a int);")
    plain = deployer(database, monkeypatch)
    system = [
        OWNER,
        {"kind": "role", "name": "app", "login": True, "superuser": False, "replication": False, "settings": {}},
        {"kind": "role", "name": "deployer", "member_of": ["app_owner"], "createrole": True},
        {"kind": "schema", "name": "metrics", "owner": "app_owner"},
        {"kind": "migrations", "directory": str(tmp_path), "owner": "app_owner"},
        {**READ, "on": "table metrics.t"},
        {"kind": "default_privileges", "owner": "app_owner", "on": "tables", "to": "app", "privileges": ["SELECT"]},
    ]
    try:
        managed = up(plain, *system)
        assert managed.reader.snapshot().capabilities.superuser is False
        without = Managed(plain, [OWNER, {"kind": "role", "name": "deployer", "member_of": []}])
        (change,) = without.plan().changes["role:deployer"]
        assert [each.role for each in change.old] == ["app_owner"]
    finally:
        snapshot.reader(plain.connection).close()


def test_what_a_creator_grants_itself_by_a_setting_is_no_drift(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """createrole_self_grant of PostgreSQL 16 and later; a server before it gives a creator nothing at all."""
    plain = deployer(database, monkeypatch)
    if majors(database) >= 16:
        database.sql("ALTER ROLE deployer SET createrole_self_grant = 'set, inherit'")
    try:
        up(plain, OWNER, {"kind": "role", "name": "deployer", "member_of": []})
        rows = database.sql("SELECT 1 FROM pg_auth_members WHERE member = 'deployer'::regrole")
        assert len(rows) == (2 if majors(database) >= 16 else 0)
    finally:
        snapshot.reader(plain.connection).close()


def test_what_a_role_without_rights_cannot_do_is_refused_before(
    database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each as a sentence of the preview, with what would help."""
    (tmp_path / "001.sql").write_text("CREATE TABLE t2 (a int);")
    database.sql("CREATE ROLE app_owner LOGIN; CREATE ROLE app; CREATE TABLE t (a int)")
    plain = deployer(database, monkeypatch)
    wrong = Managed(
        plain,
        [
            READ,
            {"kind": "default_privileges", "owner": "app_owner", "on": "tables", "to": "app", "privileges": ["SELECT"]},
            {"kind": "migrations", "directory": str(tmp_path), "owner": "app_owner"},
            {"kind": "role", "name": "app", "bypassrls": True},
        ],
    )
    try:
        said = sorted(wrong.plan().refusals)
    finally:
        snapshot.reader(plain.connection).close()
    assert [line.split(":")[0] for line in said] == [
        "default privileges app on tables of app_owner",
        "grant app on table public.t",
        f"migrations {tmp_path}",
        "role app",
    ]
    assert all("deployer" in line for line in said)


def test_membership_options_are_read_and_set_where_the_server_has_them(database: Database) -> None:
    """PostgreSQL 16 and later keep a grant a grantor; before, the options are refused."""
    roles: list[dict[str, Any]] = [
        {"kind": "role", "name": "keeper"},
        {"kind": "role", "name": "other", "createrole": True},
    ]
    app: dict[str, Any] = {
        "kind": "role",
        "name": "app",
        "member_of": [{"role": "keeper", "inherit": False, "set": True}],
    }
    if majors(database) < 16:
        (said,) = Managed(database, [*roles, app]).plan().refusals
        assert "PostgreSQL 16" in said
        return
    managed = up(database, *roles, app)
    for by_hand in (
        "GRANT keeper TO app WITH INHERIT TRUE",
        "GRANT keeper TO app WITH SET FALSE",
        "GRANT keeper TO app WITH ADMIN TRUE",
        "GRANT keeper TO other WITH ADMIN TRUE; GRANT keeper TO app WITH INHERIT TRUE GRANTED BY other",
    ):
        database.sql(by_hand)
        assert managed.differences() == {"role:app": {"member_of"}}, by_hand
        managed.up({"role:app"})
        assert managed.differences() == {}, by_hand
    up(database, *roles, {**app, "member_of": []})
    assert database.sql("SELECT 1 FROM pg_auth_members WHERE member = 'app'::regrole") == []


def test_a_role_goes_after_what_it_held_is_declared_absent(database: Database) -> None:
    """In one run: the rights first, the table to another owner, then the role."""
    database.sql("CREATE EXTENSION timescaledb; CREATE TABLE h (at timestamptz NOT NULL); CREATE TABLE t (a int)")
    hyper = {"kind": "hypertable", "table": "h", "time_column": "at", "owner": "app"}
    defaults = {"kind": "default_privileges", "owner": "app_owner", "on": "tables", "to": "app"}
    up(database, OWNER, {"kind": "role", "name": "app"}, hyper, READ, {**defaults, "privileges": ["SELECT"]})
    gone = {"absent": True}
    up(
        database,
        {"kind": "role", "name": "app", **gone},
        OWNER,
        {**hyper, "owner": "app_owner"},
        {"kind": "grant", "to": "app", "on": "table t", **gone},
        {**defaults, **gone},
    )
    assert database.sql("SELECT 1 FROM pg_roles WHERE rolname = 'app'") == []


def test_all_is_what_this_server_gives_an_owner(database: Database) -> None:
    """The table of privileges against acldefault(), which gives the owner everything there is."""
    types = {"database": "d", "schema": "n", "table": "r", "sequence": "s", "function": "f", "type": "T"}
    for kind, letter in types.items():
        rows = database.sql(
            f"SELECT privilege_type FROM aclexplode(acldefault('{letter}', 10)) WHERE grantee = 10 ORDER BY 1"
        )
        expected = rights.expand(kind, ("ALL",), maintain=majors(database) >= 17)
        assert [row[0] for row in rows] == list(expected)


def test_maintain_is_refused_where_the_server_does_not_know_it(database: Database) -> None:
    """And ALL has it where the server does."""
    database.sql("CREATE ROLE app; CREATE TABLE t (a int)")
    knows = majors(database) >= 17
    refusals = Managed(database, [{**READ, "privileges": ["MAINTAIN"]}]).plan().refusals
    assert bool(refusals) is not knows
    up(database, {**READ, "privileges": ["ALL"]})
    assert ("app=MAINTAIN" in acl(database, "t")) is knows
