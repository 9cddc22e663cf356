"""Contexts for the rules about roles, owners, schemas and privileges: some that pass, some that do not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.kind import Change, Found
from pulumi_timescaledb.database.kinds.default_privileges.wanted import DefaultPrivileges
from pulumi_timescaledb.database.kinds.grant.wanted import Grant
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.role.wanted import Role
from pulumi_timescaledb.database.kinds.schema.wanted import Schema
from pulumi_timescaledb.database.objects import Object
from pulumi_timescaledb.database.plan.rules.context import Context
from pulumi_timescaledb.database.rights import Target

from .worlds import CAN, READINGS, context, snapshot, table

MIGRATIONS: dict[str, Any] = {"kind": "migrations", "directory": "migrations", "files": {"001.sql": "aa"}}
PENDING = [Change("migrations", "migrations", "create", "001.sql", None, "aa")]
PLAIN = replace(CAN, superuser=False, role="deployer")
OLD = replace(CAN, postgres=15, postgres_version="15.20")
READ: dict[str, Any] = {"kind": "grant", "to": "app", "on": "table readings", "privileges": ["SELECT"]}
EVERY: dict[str, Any] = {**READ, "on": "all tables in schema public"}
DEFAULTS: dict[str, Any] = {
    "kind": "default_privileges",
    "owner": "keeper",
    "on": "tables",
    "to": "app",
    "privileges": ["SELECT"],
}


def role(name: str, **more: Any) -> dict[str, Any]:
    """A declared role."""
    return {"kind": "role", "name": name, **more}


def world(
    *declarations: dict[str, Any],
    can: Capabilities = CAN,
    changes: Sequence[Change] = (),
    found: Mapping[str, Mapping[str, Found]] | None = None,
    acts: bool = True,
    owner: str = "keeper",
) -> Context:
    """keeper and app, whose facts say whether this session may act for them; schema public with the table readings and
    the function f, all of one owner."""
    roles = {name: Found(Role(login=True), {"acts": acts, "may_set": acts}) for name in ("keeper", "app", "deployer")}
    targets = [
        Target("schema", "", "public"),
        Target("table", "public", "readings"),
        Target("function", "public", "f", "integer"),
    ]
    objects = {str(each): Object(each, owner, False, acts) for each in targets}
    live: dict[str, Any] = {"role": roles, "schema": {"public": Found(Schema(owner))}, **(found or {})}
    look = replace(snapshot(can=can, tables=table("readings", owner=owner), **live), objects=objects)
    return context(declarations, look, changes=changes)


def held(to: str, *privileges: str, grantable: bool = False) -> dict[str, dict[str, Found]]:
    """Live privileges on the table readings."""
    value = Grant(to, Target("table", "public", "readings"), privileges, grantable)
    return {"grant": {f"{to} on table public.readings": Found(value)}}


def change(kind: str, key: str, field: str = "", action: str = "create", new: Any = "new") -> list[Change]:
    """One change."""
    return [Change(kind, key, action, field, None, new)]


GRANTING = change("grant", "app on table public.readings")
DEFAULTING = change("default_privileges", "app on tables of keeper")
GONE = role("app", absent=True)
GIVEN = {
    "default_privileges": {"app on tables of keeper": Found(DefaultPrivileges("keeper", None, "tables", "app", ()))}
}
OWNED: dict[str, Any] = {**READINGS, "owner": "app"}
HYPER = {"hypertable": {"public.readings": Found(Hypertable("at", owner="keeper"))}}
GOOD: dict[str, list[Context]] = {
    "grants": [
        world(READ, changes=GRANTING),
        world(
            {**READ, "to": "public"}, {**READ, "to": "pg_monitor"}, {**READ, "on": "database", "privileges": ["ALL"]}
        ),
        world({**READ, "to": "new"}, role("new")),
        world(MIGRATIONS, {**READ, "on": "table coming"}, changes=PENDING),
        world({**READ, "on": "schema new", "privileges": ["USAGE"]}, {"kind": "schema", "name": "new"}),
        world({**READ, "to": "nobody", "privileges": None, "absent": True}),
        world({**READ, "on": "function f(int)", "privileges": ["EXECUTE"]}),
        world({**READ, "privileges": ["MAINTAIN"]}),
        world({**READ, "privileges": ["ALL"]}, can=OLD),
        world(READ, can=PLAIN, acts=False),
        world(READ, can=PLAIN, acts=False, changes=GRANTING, found=held("deployer", "SELECT", grantable=True)),
        world(READ, can=PLAIN, acts=False, changes=GRANTING, owner="deployer"),
        world(READ, role("deployer", member_of=["keeper"]), can=PLAIN, acts=False, changes=GRANTING),
    ],
    "grant-overlap": [
        world(READ),
        world(EVERY),
        world(READ, {**EVERY, "excluding": ["readings"]}),
        world(READ, {**EVERY, "to": "keeper"}),
        world(READ, {**EVERY, "on": "all tables in schema other"}),
        world(EVERY, {**READ, "on": "schema public", "privileges": ["USAGE"]}),
        world(MIGRATIONS, {**EVERY, "excluding": ["coming"]}, changes=PENDING),
    ],
    "owner-grants": [
        world(READ),
        world({**READ, "to": "keeper", "privileges": ["ALL"]}),
        world({**READ, "to": "keeper"}, OWNED, found=HYPER),
        world({**EVERY, "to": "keeper"}),
    ],
    "default-privileges": [
        world(DEFAULTS, changes=DEFAULTING),
        world(DEFAULTS, can=PLAIN, acts=False),
        world(DEFAULTS, role("deployer", member_of=["keeper"]), can=PLAIN, acts=False, changes=DEFAULTING),
        world({**DEFAULTS, "schema": "public"}),
        world({**DEFAULTS, "schema": "new"}, {"kind": "schema", "name": "new"}),
        world(MIGRATIONS, {**DEFAULTS, "schema": "coming"}, changes=PENDING),
        world({**DEFAULTS, "owner": "new", "to": "public"}, role("new")),
    ],
    "owners": [
        world({"kind": "schema", "name": "public", "owner": "keeper"}),
        world({"kind": "schema", "name": "new", "owner": "maker"}, role("maker")),
        world({**MIGRATIONS, "owner": "keeper"}, changes=PENDING),
        world({**MIGRATIONS, "owner": "keeper"}, can=PLAIN, acts=False),
        world({**MIGRATIONS, "owner": "deployer"}, can=PLAIN, acts=False, changes=PENDING),
        world(
            {**MIGRATIONS, "owner": "keeper"},
            role("deployer", member_of=["keeper"]),
            can=PLAIN,
            acts=False,
            changes=PENDING,
        ),
    ],
    "role-attributes": [
        world(role("app", replication=True), changes=change("role", "app", "replication", "alter")),
        world(role("app", superuser=False, bypassrls=False), can=PLAIN),
        world(role("app", login=True), can=PLAIN, changes=change("role", "app", "login", "alter")),
        world(
            role("app", bypassrls=True),
            can=PLAIN,
            changes=change("role", "app"),
            found={"role": {"deployer": Found(Role(bypassrls=True))}},
        ),
        world(role("app", member_of=["keeper", "pg_monitor", "new"]), role("new")),
        world(role("app", member_of=[{"role": "keeper", "inherit": False}])),
        world(role("app", member_of=[{"role": "keeper", "admin": True}]), can=OLD),
    ],
    "dropped-roles": [
        world(GONE),
        world(role("nobody", absent=True)),
        world(role("app")),
        world(role("keeper", absent=True), READINGS | {"owner": "app"}, found=HYPER, owner="other"),
        world(GONE, {**READ, "privileges": None, "absent": True}, found=held("app", "SELECT")),
        world(GONE, {**DEFAULTS, "privileges": None, "absent": True}, found=GIVEN),
    ],
    "dropped-schemas": [
        world({"kind": "schema", "name": "old", "absent": True}, READINGS),
        world(
            {"kind": "schema", "name": "old", "absent": True},
            {"kind": "hypertable", "schema": "old", "table": "t", "absent": True},
        ),
    ],
}
Words = tuple[str, ...]
BAD: dict[str, list[tuple[Context, Words]]] = {
    "grants": [
        (world({**READ, "to": "nobody"}), ("nobody on table public.readings", "does not exist", "role(name=...)")),
        (world(READ, GONE), ("app on table public.readings", "declared absent")),
        (world({**READ, "on": "table reading"}), ("table public.reading does not exist", "table public.readings")),
        (world({**READ, "on": "table nothing.like"}), ("table nothing.like", "migration")),
        (
            world({**READ, "on": "function f(text)", "privileges": ["ALL"]}),
            ("function public.f(text)", "function public.f(integer)"),
        ),
        (world({**EVERY, "on": "all tables in schema nowhere"}), ("schema nowhere does not exist",)),
        (world(READ, {"kind": "schema", "name": "public", "absent": True}), ("schema public", "declared absent")),
        (world({**READ, "privileges": ["MAINTAIN"]}, can=OLD), ("MAINTAIN", "15.20")),
        (world(READ, can=PLAIN, acts=False, changes=GRANTING), ("deployer", "keeper", "GRANT keeper TO deployer")),
        (
            world(READ, can=PLAIN, acts=False, changes=GRANTING, found=held("deployer", "INSERT", grantable=True)),
            ("deployer", "keeper"),
        ),
        (
            world(
                READ,
                role("deployer", member_of=[{"role": "keeper", "inherit": False}]),
                can=PLAIN,
                acts=False,
                changes=GRANTING,
            ),
            ("deployer", "keeper"),
        ),
    ],
    "grant-overlap": [
        (world(READ, EVERY), ("app on table public.readings", 'excluding=["readings"]')),
        (world(READ, {**EVERY, "privileges": None, "absent": True}), ("app on table public.readings", "absent")),
        (world({**EVERY, "excluding": ["reading"]}), ("excluding", "reading")),
    ],
    "owner-grants": [
        (world({**READ, "to": "keeper"}), ("keeper on table public.readings", "keeper owns it")),
        (world({**READ, "to": "keeper", "privileges": None, "absent": True}), ("keeper owns it",)),
        (world({**READ}, OWNED, found=HYPER), ("app owns it",)),
        (
            world(
                {**READ, "on": "schema new", "privileges": ["USAGE"]},
                {"kind": "schema", "name": "new", "owner": "app"},
            ),
            ("app on schema new", "app owns it"),
        ),
    ],
    "default-privileges": [
        (world({**DEFAULTS, "owner": "nobody"}), ("nobody", "does not exist")),
        (world(DEFAULTS, GONE), ("app", "declared absent")),
        (world({**DEFAULTS, "schema": "nowhere"}), ("nowhere", "schema(name=...)")),
        (
            world({**DEFAULTS, "schema": "public"}, {"kind": "schema", "name": "public", "absent": True}),
            ("public", "declared absent"),
        ),
        (world({**DEFAULTS, "privileges": ["MAINTAIN"]}, can=OLD), ("MAINTAIN", "15.20")),
        (
            world(DEFAULTS, can=PLAIN, acts=False, changes=DEFAULTING),
            ("deployer cannot act for keeper", "GRANT keeper TO deployer"),
        ),
        (
            world(
                {**DEFAULTS, "owner": "new"},
                role("new"),
                can=PLAIN,
                changes=change("default_privileges", "app on tables of new"),
            ),
            ("deployer cannot act for new",),
        ),
    ],
    "owners": [
        (world({"kind": "schema", "name": "new", "owner": "nobody"}), ("schema new", "nobody does not exist")),
        (world({**MIGRATIONS, "owner": "app"}, GONE), ("migrations migrations", "app is declared absent")),
        (
            world({**MIGRATIONS, "owner": "keeper"}, can=PLAIN, acts=False, changes=PENDING),
            ("deployer is no member of its owner keeper", "GRANT keeper TO deployer"),
        ),
        (
            world(
                {**MIGRATIONS, "owner": "keeper"},
                role("deployer", member_of=[{"role": "keeper", "set": False}]),
                can=PLAIN,
                acts=False,
                changes=PENDING,
            ),
            ("deployer is no member of its owner keeper",),
        ),
        (
            world(
                {"kind": "schema", "name": "public", "owner": "app"},
                can=PLAIN,
                acts=False,
                changes=change("schema", "public", "owner", "alter"),
            ),
            ("schema public", "deployer", "app"),
        ),
    ],
    "role-attributes": [
        (
            world(role("app", superuser=False), can=PLAIN, changes=change("role", "app", "superuser", "alter")),
            ("app", "deployer cannot change superuser"),
        ),
        (
            world(role("app", bypassrls=True), can=PLAIN, changes=change("role", "app")),
            ("app", "deployer cannot change bypassrls"),
        ),
        (
            world(
                role("app", replication=True),
                can=replace(PLAIN, postgres=15),
                changes=change("role", "app"),
                found={"role": {"deployer": Found(Role(replication=True))}},
            ),
            ("app", "replication"),
        ),
        (
            world(role("app"), can=replace(PLAIN, createrole=False), changes=change("role", "app")),
            ("app", "deployer has no CREATEROLE"),
        ),
        (world(role("app", member_of=["nobody"])), ("app", "nobody", "does not exist")),
        (
            world(role("app", member_of=[{"role": "keeper", "set": False}]), can=OLD),
            ("app", "keeper", "PostgreSQL 16", "15.20"),
        ),
    ],
    "dropped-roles": [
        (world(role("keeper", absent=True)), ("keeper", "schema public", "table public.readings", "REASSIGN OWNED BY")),
        (world(GONE, found=held("app", "SELECT")), ("app", "app on table public.readings", "absent")),
        (world(GONE, found=GIVEN), ("app", "app on tables of keeper")),
        (
            world(role("keeper", absent=True), found=GIVEN, owner="other"),
            ("keeper", "default privileges app on tables of keeper"),
        ),
        (
            world(GONE, found={"role": {"app": Found(Role(), {"elsewhere": ("billing",)})}}),
            ("app", "billing", "DROP OWNED BY app"),
        ),
    ],
    "dropped-schemas": [
        (
            world({"kind": "schema", "name": "old", "absent": True}, {**READINGS, "schema": "old"}),
            ("schema old", "hypertable old.readings"),
        ),
    ],
}
