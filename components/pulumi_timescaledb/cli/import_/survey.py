"""What is looked at: the shared look at the catalogs, and what only an import needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...database import objects
from ...database.capabilities import APACHE
from ...database.ddl.item import own
from ...database.declared.composition import Declared
from ...database.kind import Cursor, Found, Part
from ...database.names import RESERVED_SCHEMAS, Relation
from ...database.plan.editions import Edition
from ...database.rights import PUBLIC
from ...database.snapshot import Snapshot
from ...errors import Refusal
from . import views

# the query of an aggregate as the server prints it, with its line ends; without them a text in it could change
_QUERIES = """
SELECT view_schema::text AS schema, view_name::text AS name, view_definition AS query
FROM timescaledb_information.continuous_aggregates
"""
_MATERIALIZED = """
SELECT n.nspname AS schema, c.relname AS name, pg_get_viewdef(c.oid) AS query,
       (SELECT array_agg(DISTINCT quote_ident(sn.nspname) || '.' || quote_ident(s.relname))
        FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid
        JOIN pg_class s ON d.refclassid = 'pg_class'::regclass AND s.oid = d.refobjid AND s.oid <> c.oid
        JOIN pg_namespace sn ON sn.oid = s.relnamespace WHERE w.ev_class = c.oid) AS sources
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm'
"""
# roles are the server's, not the database's: which ones have to do with other databases alone
_ROLES = """
SELECT r.rolname AS name, r.rolsuper AS superuser,
       EXISTS (SELECT FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
               WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND d.datname = current_database()
              ) AS here,
       EXISTS (SELECT FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
               WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid AND d.datname <> current_database()
              ) AS elsewhere
FROM pg_roles r WHERE r.rolname !~ '^pg_'
"""
_UNREADABLE = f"""
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS name
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm') AND c.relpersistence <> 't'
  AND n.nspname !~ '{RESERVED_SCHEMAS}'
  AND NOT EXISTS (SELECT FROM pg_depend e
                  WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')
  AND NOT (has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT'))
ORDER BY 1
"""  # noqa: S608 - a constant
# the user's own: not those that an extension made
_SCHEMAS = own("SELECT n.nspname AS name FROM pg_namespace n WHERE {pg_namespace:n}")
# what an extension's script, or initdb, gave to others on what it made (docs: pg_init_privs)
_BORN = """
SELECT o.kind, o.schema, o.name, o.arguments, coalesce(g.rolname, 'public') AS role, a.privilege_type AS privilege
FROM pg_init_privs p JOIN (
  SELECT 'pg_namespace'::regclass AS class, oid, 'schema' AS kind, '' AS schema, nspname AS name, '' AS arguments
  FROM pg_namespace
  UNION ALL
  SELECT 'pg_class'::regclass, c.oid, CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'table' END, n.nspname, c.relname, ''
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  UNION ALL
  SELECT 'pg_proc'::regclass, f.oid, 'function', n.nspname, f.proname, oidvectortypes(f.proargtypes)
  FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace) o ON o.class = p.classoid AND o.oid = p.objoid
CROSS JOIN aclexplode(p.initprivs) a LEFT JOIN pg_roles g ON g.oid = a.grantee
WHERE p.objsubid = 0 AND a.grantee <> a.grantor AND (a.grantee = 0 OR g.rolname IS NOT NULL)
"""
JOB = "tsdb job "  # how the pg_cron job begins that stands for one of TimescaleDB
_TEMPORARY = "SELECT has_database_privilege(current_database(), 'TEMPORARY') AS may"


@dataclass(frozen=True)
class Role:
    """superuser: it manages the server and is nobody's to declare. here, elsewhere: where it owns or may something."""

    superuser: bool
    here: bool
    elsewhere: bool


@dataclass(frozen=True)
class Survey:
    """snapshot: the shared look. roles, queries: see above. sources: what a materialized view reads, where that is
    one relation. edition: translates where pg_cron jobs stand for policies, which makes the program ask for it.
    schemas: the user's own. born: what roles were given with what somebody else made, by its name. views: queries of
    plain views. others: those of them that have something else about them (see :mod:`.views`)."""

    snapshot: Snapshot
    roles: Mapping[str, Role]
    queries: Mapping[str, str]
    sources: Mapping[str, str]
    edition: Edition
    schemas: frozenset[str] = frozenset()
    born: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    def declares(self, role: str) -> bool:
        """Whether the program declares a role: not superusers, nor the role that it works as itself, nor those that
        only other databases use."""
        found = self.roles.get(role)
        if found is None or found.superuser or role == self.snapshot.capabilities.role:
            return False
        return found.here or not found.elsewhere

    def knows(self, role: str) -> bool:
        """Whether a role will be there: declared, everybody, PostgreSQL's own, or the one that the program works as."""
        can = self.snapshot.capabilities
        return role in (PUBLIC, can.role) or role.startswith("pg_") or self.declares(role)

    def keys(self, kind: str) -> list[str]:
        """The objects of a kind, also those that something else stands for on this edition."""
        found = self.snapshot.found
        if kind == "aggregate" and self.edition.fallback:
            return [key for key in found["materialized_view"] if f"tsdb refresh {key}" in found["cron_job"]]
        if kind == "job" and self.edition.fallback:
            return [name.removeprefix(JOB) for name in found["cron_job"] if name.startswith(JOB)]
        if kind == "view":
            return list(views.chosen(self.snapshot, self.keys("aggregate")))
        return list(found[kind])

    def live(self, kind: str, key: str, declared: Declared) -> Any:
        """The live value of a part, or None."""
        found = self.edition.found(Part(kind, key, None), declared, lambda part: self.snapshot.get(part.kind, part.key))
        return None if found is None else found.value

    def facts(self, kind: str, key: str) -> Mapping[str, Any]:
        """What the server alone knows of a live object."""
        found: Found | None = self.snapshot.get(kind, key)
        return {} if found is None else found.facts

    def source(self, key: str) -> str:
        """What an aggregate reads: a hypertable, or the aggregate behind another one's own table."""
        if self.edition.fallback:
            return self.sources.get(key, "")
        behind = str(self.facts("aggregate", key)["source"])
        views = {str(each.facts["materialization"]): name for name, each in self.snapshot.found["aggregate"].items()}
        return views.get(behind, behind)


def look(cursor: Cursor, snapshot: Snapshot) -> Survey:
    """Read what the snapshot lacks."""
    can = snapshot.capabilities
    roles = {row["name"]: Role(row["superuser"], row["here"], row["elsewhere"]) for row in cursor.execute(_ROLES)}
    queries: dict[str, str] = {}
    sources: dict[str, str] = {}
    ours = any(name.startswith(("tsdb retention ", "tsdb refresh ", JOB)) for name in snapshot.found["cron_job"])
    fallback = can.edition == APACHE and ours
    for row in cursor.execute(_MATERIALIZED if fallback else _QUERIES):
        key = str(Relation(row["schema"], row["name"]))
        queries[key] = row["query"].strip().rstrip(";").rstrip()
        if fallback and len(row["sources"] or ()) == 1:
            sources[key] = str(Relation.parse(row["sources"][0]))
    schemas = frozenset(row["name"] for row in cursor.execute(_SCHEMAS))
    born: dict[str, dict[str, frozenset[str]]] = {}
    for row in cursor.execute(_BORN):
        given = born.setdefault(str(objects.named(row)), {})
        given[row["role"]] = given.get(row["role"], frozenset()) | {row["privilege"]}
    plain, others = views.look(cursor, snapshot)
    return Survey(snapshot, roles, queries, sources, Edition(fallback), schemas, born, plain, others)


def refuse(cursor: Cursor, snapshot: Snapshot, where: str) -> None:
    """Refuse what cannot be imported: a database without TimescaleDB, a standby, a role that sees too little."""
    can = snapshot.capabilities
    if can.timescaledb is None:
        raise Refusal(f"{where} has no TimescaleDB to import; run CREATE EXTENSION timescaledb there, or name another")
    if can.standby:
        raise Refusal(f"{where} is a standby, which cannot compare definitions; import its primary")
    hidden = [row["name"] for row in cursor.execute(_UNREADABLE)]
    if hidden:
        more = f" and {len(hidden) - 1} more" if len(hidden) > 1 else ""
        raise Refusal(
            f"{where} cannot be imported as {can.role}, which may not read {hidden[0]}{more}; "
            f"GRANT pg_read_all_data TO that role, or name the owner of the database"
        )
    may = cursor.execute(_TEMPORARY).fetchone()
    if may is None or not may["may"]:
        raise Refusal(
            f"{where} cannot be imported as {can.role}, which may not make the temporary views that definitions are "
            f"compared by; GRANT TEMPORARY ON DATABASE to that role, or name the owner of the database"
        )
