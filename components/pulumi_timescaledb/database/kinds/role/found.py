"""Roles as the catalog shows them; the stored verifier is read only where the session may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ... import read_as, secret
from ...capabilities import Capabilities
from ...kind import Cursor, Found
from . import membership, scram, settings
from .wanted import FOREVER, Role, Setting

# oid 10 is the bootstrap superuser (src/include/catalog/pg_authid.dat)
QUERY = """
SELECT r.rolname AS name, r.rolcanlogin AS login, r.rolcreatedb AS createdb, r.rolcreaterole AS createrole,
       r.rolinherit AS inherit, r.rolconnlimit AS connection_limit, {verifier} AS verifier,
       r.rolsuper AS superuser, r.rolreplication AS replication, r.rolbypassrls AS bypassrls,
       r.rolvaliduntil::text AS valid_until,
       pg_has_role({writer}, r.oid, 'USAGE') AS acts, pg_has_role({writer}, r.oid, '{set_role}') AS may_set,
       (SELECT json_agg(json_build_object('role', g.rolname, 'grantor', b.rolname, 'admin', m.admin_option,
                                          'inherit', {inherit}, 'set', {set}, 'implicit', {implicit},
                                          'own', {own}))
        FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid LEFT JOIN pg_roles b ON b.oid = m.grantor
        WHERE m.member = r.oid) AS member_of,
       (SELECT s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
        WHERE s.setrole = r.oid AND d.datname = current_database()) AS settings,
       (SELECT array_agg(DISTINCT d.datname::text) FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
        WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = r.oid
          AND d.datname <> current_database()) AS elsewhere
FROM {source} r WHERE r.rolname !~ '^pg_'
"""
_SINCE_16 = {
    "set_role": "SET",
    "inherit": "m.inherit_option",
    "set": "m.set_option",
    "implicit": "m.grantor = 10 AND m.admin_option AND NOT m.inherit_option AND NOT m.set_option",
    "own": "m.grantor = m.member AND current_setting('createrole_self_grant') <> ''",
}
# a membership has no options of its own there
_BEFORE_16 = {"set_role": "MEMBER", "inherit": "NULL", "set": "NULL", "implicit": "false", "own": "false"}
ANOTHER = "(another password)"


def read(cursor: Cursor, capabilities: Capabilities) -> dict[str, Found]:
    """Roles by name."""
    words = _SINCE_16 if capabilities.membership_options else _BEFORE_16
    readable = capabilities.superuser and capabilities.sees_all
    # pg_roles hides the verifier from everybody
    source, verifier = ("pg_authid", "r.rolpassword") if readable else ("pg_roles", "NULL::text")
    query = QUERY.format(source=source, verifier=verifier, writer=read_as.WRITER, **words)
    rows = cursor.execute(query).fetchall()
    return {row["name"]: _role(row, readable, capabilities.region) for row in rows}


def _role(row: dict[str, Any], readable: bool, region: str) -> Found:
    memberships = membership.grouped(row["member_of"] or ())
    value = Role(
        row["login"],
        row["createdb"],
        row["createrole"],
        row["inherit"],
        row["connection_limit"],
        membership.live(memberships),
        None,
        row["superuser"],
        row["replication"],
        row["bypassrls"],
        row["valid_until"] or FOREVER,
        tuple(sorted(_setting(each) for each in row["settings"] or ())),
    )
    facts = {name: row[name] for name in ("name", "verifier", "acts", "may_set")}
    facts["unbound"] = bool(row["superuser"] or row["bypassrls"])  # by row security
    facts |= {
        "readable": readable,
        "region": region,
        "memberships": memberships,
        "elsewhere": tuple(row["elsewhere"] or ()),
    }
    return Found(value, facts)


def _setting(text: str) -> Setting:
    name, _, value = text.partition("=")
    return settings.normal(name, value)


def respell(cursor: Cursor, wanted: Role, found: Found) -> Found:
    """Memberships as far as they are managed, and whether the password behind the reference is the stored one; where
    that cannot be read, it is taken as so."""
    del cursor
    value: Role = found.value
    if wanted.member_of is not None:
        value = replace(value, member_of=membership.respelled(found.facts["memberships"], wanted.member_of))
    if wanted.password_ref is not None and not found.facts["readable"] and read_as.chosen():
        value = replace(value, password_ref=wanted.password_ref)  # a role that only plans is not given it either
    elif wanted.password_ref is not None:
        argument = f"role {found.facts['name']}, password_ref"
        password = secret.resolve(wanted.password_ref, argument, found.facts["region"])
        same = not found.facts["readable"] or scram.matches(found.facts["verifier"], password)
        value = replace(value, password_ref=wanted.password_ref if same else ANOTHER)
    return Found(value, found.facts)
