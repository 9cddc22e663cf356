"""A stack of the little program on a fresh database: declare, run pulumi, look at what it said."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..database.system import migrations
from ..support.fix_database import Database
from ..support.fix_local import Completed, Stack, virtualenv

PROGRAM = Path(__file__).parent / "program"


class Trial:
    """A project folder with migrations and declarations, and its stack."""

    def __init__(self, folder: Path, engine: Mapping[str, str], database: Database, name: str) -> None:
        """Copies the program; touches no database yet."""
        self.folder, self.database = folder, database
        shutil.copytree(PROGRAM, folder, dirs_exist_ok=True)
        yaml = (folder / "Pulumi.yaml").read_text()
        (folder / "Pulumi.yaml").write_text(yaml.replace(".venv", str(virtualenv())))
        (folder / "migrations").mkdir(exist_ok=True)
        migrations(folder / "migrations")
        environment = {**engine, "TSDB_TEST_PASSWORD": database.server.password or "none"}
        environment["TSDB_TEST_APP_PASSWORD"] = "app-password-of-the-tests"
        self.stack = Stack(folder, environment, name)

    def declare(self, objects: list[dict[str, Any]], **settings: Any) -> None:
        """Write what the program declares."""
        connection = self.database.connection
        given = {
            "connection": {
                "host": connection.host,
                "port": connection.port,
                "database": connection.database,
                "user": connection.user,
                "tls": connection.tls,
                "password_ref": connection.password_ref,
            },
            "apache_fallback": True,
            "objects": objects,
            **settings,
        }
        (self.folder / "declared.json").write_text(json.dumps(given))

    def up(self) -> Completed:
        """Deploy, and fail the test when that fails."""
        done = self.stack.up()
        assert done.rc == 0, done.output
        return done

    def steps(self, *arguments: str) -> dict[str, str]:
        """What a preview would do, by the resource's name, without those that stay the same."""
        plan = self.stack.preview_json(*arguments)
        steps = {step["urn"].rpartition("::")[2]: step["op"] for step in plan.get("steps", ())}
        return {name: op for name, op in steps.items() if op not in ("same", "refresh")}

    def catalog(self) -> list[tuple[Any, ...]]:
        """Everything that a declaration can touch, as rows of the catalogs, with moving columns left out."""
        return [row for query in catalog_queries(self.database.edition) for row in self.database.sql(query)]


def catalog_queries(edition: str) -> Iterator[str]:
    """Hand-written queries, one an aspect, independent of the library's own."""
    yield (
        "SELECT 'role', rolname, rolcanlogin, rolcreatedb, rolcreaterole, rolinherit, rolconnlimit, "
        "(SELECT array_agg(g.rolname ORDER BY g.rolname) FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid "
        "WHERE m.member = r.oid) FROM pg_roles r WHERE rolname !~ '^pg_' ORDER BY 2"
    )
    yield (
        "SELECT 'privileges', relname, relowner::regrole::text, "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(coalesce(relacl, "
        "acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\", relowner))) x) FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'S') ORDER BY 2"
    )
    yield (
        "SELECT 'schema', nspname, nspowner::regrole::text, "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(nspacl) x) FROM pg_namespace "
        "WHERE nspname !~ '^pg_' ORDER BY 2"
    )
    yield (
        "SELECT 'default', defaclrole::regrole::text, defaclobjtype, "
        "(SELECT array_agg(x::text ORDER BY x::text) FROM unnest(defaclacl) x) FROM pg_default_acl "
        "ORDER BY 2, 3, 4"
    )
    yield "SELECT 'extension', extname, extversion FROM pg_extension ORDER BY 2"
    yield ("SELECT 'table', schemaname, tablename, tableowner FROM pg_tables WHERE schemaname = 'public' ORDER BY 2, 3")
    yield "SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 2"
    yield "SELECT 'migration', name, checksum FROM pulumi_timescaledb.migration ORDER BY 2"
    yield "SELECT 'view', matviewname, matviewowner, definition FROM pg_matviews ORDER BY 2"
    yield (
        "SELECT 'dimension', hypertable_name, column_name, time_interval::text, num_partitions "
        "FROM timescaledb_information.dimensions WHERE hypertable_schema = 'public' ORDER BY 2, 3"
    )
    if edition == "apache":
        yield "SELECT 'cron', jobname, schedule, command, active, username FROM cron.job ORDER BY 2"
    else:
        yield (
            "SELECT 'job', proc_name, hypertable_name, schedule_interval::text, scheduled, "
            "(config - 'hypertable_id' - 'mat_hypertable_id')::text "
            "FROM timescaledb_information.jobs WHERE job_id >= 1000 ORDER BY 2, 3, 4"
        )
        yield (
            "SELECT 'columnstore', hypertable::text, segmentby, orderby "
            "FROM timescaledb_information.hypertable_columnstore_settings WHERE hypertable::text !~ '^_' ORDER BY 2"
        )
        yield (
            "SELECT 'aggregate', view_name, view_owner, materialized_only, view_definition "
            "FROM timescaledb_information.continuous_aggregates ORDER BY 2"
        )
