"""The role in the database that a pipeline plans as: it sees the catalogs and our ledger, and no row of anybody's.

CONNECT and TEMPORARY on the database, USAGE on its schemas, SELECT on the ledger (what was applied, made and held: no
data of yours) and, where pg_cron is, a policy that shows it every job: ``cron.job`` hides those of other roles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from psycopg import sql

from ...database import secret
from ...database.kind import Cursor
from ...database.kinds.role import scram
from ...database.names import RESERVED_SCHEMAS
from ...errors import Refusal
from .step import Step

LEDGER = "pulumi_timescaledb"
MARK = "made by tsdb ci-setup"
CONNECTIONS = 10
_POLICY = "tsdb_ci_setup"
_ROLE = """
SELECT r.oid, r.rolcanlogin AND NOT (r.rolsuper OR r.rolcreatedb OR r.rolcreaterole OR r.rolreplication
                                     OR r.rolbypassrls) AS plain,
       shobj_description(r.oid, 'pg_authid') AS mark,
       ARRAY(SELECT g.rolname::text FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid WHERE m.member = r.oid)
         AS member_of,
       (SELECT count(*) FROM pg_shdepend s
        WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND s.deptype = 'o') AS owned,
       has_database_privilege(r.oid, current_database(), 'CONNECT') AS connect,
       has_database_privilege(r.oid, current_database(), 'TEMPORARY') AS temporary
FROM pg_roles r WHERE r.rolname = %s
"""
# what TimescaleDB keeps for itself is open to everybody, as far as a plan reads it; our ledger is not
_SCHEMAS = f"""
SELECT nspname::text AS name, EXISTS (SELECT FROM pg_roles r WHERE r.rolname = %(role)s
                                      AND has_schema_privilege(r.oid, n.oid, 'USAGE')) AS granted
FROM pg_namespace n
WHERE nspname !~ '{RESERVED_SCHEMAS}' OR nspname = 'pulumi_timescaledb'
ORDER BY 1
"""  # noqa: S608 - a constant
_LEDGER = """
SELECT c.relname::text AS name, EXISTS (SELECT FROM pg_roles r WHERE r.rolname = %(role)s
                                        AND has_table_privilege(r.oid, c.oid, 'SELECT')) AS granted
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'pulumi_timescaledb' AND c.relkind = 'r' ORDER BY 1
"""
_CRON = """
SELECT c.relrowsecurity AS hides, EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = %s) AS shown
FROM pg_class c WHERE c.oid = to_regclass('cron.job')
"""
_VERIFIER = "SELECT rolpassword AS verifier FROM pg_authid WHERE rolname = %s"
_SUPERUSER = "SELECT rolsuper AS yes FROM pg_roles WHERE rolname = current_user"
_READABLE = f"""
SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_roles r ON r.rolname = %s
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname <> 'cron' AND n.nspname !~ '{RESERVED_SCHEMAS}'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                  AND d.deptype = 'e')
  AND has_table_privilege(r.oid, c.oid, 'SELECT') ORDER BY 1
"""  # noqa: S608 - a constant


def setup(cursor: Cursor, role: str, password_ref: str, region: str = "") -> list[Step]:
    """What is missing for the role; nothing is done yet.

    password_ref: where its password is, as everywhere; the server gets a SCRAM verifier, never the password. region: of
    AWS, where it keeps it; empty for the environment's own.

    Raises:
        Refusal: when a role of that name is somebody else's.
        BadReference: when the reference gives no password.
    """
    name, found = sql.Identifier(role), cursor.execute(_ROLE, (role,)).fetchone()
    password = secret.resolve(password_ref, "--password-ref", region)
    steps: list[Step] = []
    run = _runner(cursor, steps)
    if found is None:
        made = sql.SQL("CREATE ROLE {} LOGIN CONNECTION LIMIT {} PASSWORD {}").format(
            name, sql.Literal(CONNECTIONS), sql.Literal(scram.verifier(password))
        )
        run("create", f"role {role}", "logs in, and has no attribute and no membership", made)
        run("change", f"role {role}", "is known as ours", _comment(name))
    else:
        _ours(role, found)
        if not _has_password(cursor, role, password):
            stored = sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, sql.Literal(scram.verifier(password)))
            run("change", f"password of {role}", f"the one behind {password_ref}", stored)
    for privilege in ("CONNECT", "TEMPORARY"):
        if found is None or not found[privilege.lower()]:
            grant = sql.SQL("GRANT {} ON DATABASE {} TO {}")
            why = "comes in" if privilege == "CONNECT" else "lets the server spell declared definitions"
            run("create", f"{privilege} on the database", why,
                grant.format(sql.SQL(privilege), sql.Identifier(cursor.connection.info.dbname), name))  # fmt: skip
    for schema in cursor.execute(_SCHEMAS, {"role": role}).fetchall():
        if not schema["granted"]:
            usage = sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(sql.Identifier(schema["name"]), name)
            run("create", f"USAGE on schema {schema['name']}", "names what is in it; reads no row", usage)
    for table in cursor.execute(_LEDGER, {"role": role}).fetchall():
        if not table["granted"]:
            one = sql.Identifier(LEDGER, table["name"])
            run("create", f"SELECT on {LEDGER}.{table['name']}", "the ledger of this library, no data of yours",
                sql.SQL("GRANT SELECT ON {} TO {}").format(one, name))  # fmt: skip
    cron = cursor.execute(_CRON, (_POLICY,)).fetchone()
    if cron is not None and cron["hides"] and not cron["shown"]:
        policy = sql.SQL("CREATE POLICY {} ON cron.job FOR SELECT TO {} USING (true)")
        run(
            "create",
            "policy on cron.job",
            "shows the jobs of other roles",
            policy.format(sql.Identifier(_POLICY), name),
        )
    return steps


def removal(cursor: Cursor, role: str) -> list[Step]:
    """What is there of the role; nothing is done yet. Raises Refusal for a role of others, or an owner."""
    found = cursor.execute(_ROLE, (role,)).fetchone()
    if found is None:
        return []
    _ours(role, found)
    if found["owned"]:
        raise Refusal(f"role {role} owns {found['owned']} objects, which would go with it; give them to another role")
    steps: list[Step] = []
    run, name = _runner(cursor, steps), sql.Identifier(role)
    run("remove", f"privileges of {role}", "in this database", sql.SQL("DROP OWNED BY {}").format(name))
    run("remove", f"role {role}", "no pipeline plans as it any more", sql.SQL("DROP ROLE {}").format(name))
    return steps


def readable(cursor: Cursor, role: str) -> list[str]:
    """Tables and views that the role can read all the same, because everybody can: worth a look, and not ours."""
    return [row["name"] for row in cursor.execute(_READABLE, (role,))]


def _runner(cursor: Cursor, steps: list[Step]) -> Callable[[str, str, str, sql.Composed], None]:
    def add(action: str, what: str, why: str, statement: sql.Composed) -> None:
        steps.append(Step(action, what, why, lambda: cursor.execute(statement)))

    return add


def _comment(name: sql.Identifier) -> sql.Composed:
    return sql.SQL("COMMENT ON ROLE {} IS {}").format(name, sql.Literal(MARK))


def _ours(role: str, found: dict[str, object]) -> None:
    if found["mark"] != MARK:
        raise Refusal(f"role {role} exists and was not made by tsdb ci-setup; choose another --database-role")
    if not found["plain"] or found["member_of"]:
        raise Refusal(
            f"role {role} has got attributes or memberships since tsdb ci-setup made it; take them away, or choose "
            f"another --database-role"
        )


def _has_password(cursor: Cursor, role: str, password: str) -> bool:
    """Whether it is the stored one; a session that cannot read that sets it again."""
    asked = cursor.execute(_SUPERUSER).fetchone()
    if asked is None or not asked["yes"]:
        return False
    stored = cursor.execute(_VERIFIER, (role,)).fetchone()
    return stored is not None and scram.matches(stored["verifier"], password)


def sentences(role: str, tables: Sequence[str]) -> Iterator[str]:
    """What to know of the role, for people."""
    yield (
        f"{role} does not see whether a declared password is the stored one, counts no rows that ANALYZE has not "
        f"estimated, and has new queries of aggregates judged by the run that makes them"
    )
    if tables:
        shown = ", ".join(tables[:5]) + (f" and {len(tables) - 5} more" if len(tables) > 5 else "")
        yield f"{role} can read {shown}, because everybody can; revoke that from PUBLIC where it is not meant"
