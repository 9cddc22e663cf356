"""What an import declares of a database, as values: views, rights, and what no server of the tests has.

Not proved here: that the catalogs are read so (tests/database/cli/test_import_kinds.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pulumi_timescaledb.cli.import_ import privileges, views, writers
from pulumi_timescaledb.cli.import_.survey import Role, Survey
from pulumi_timescaledb.cli.import_.terse import terse
from pulumi_timescaledb.database import holding
from pulumi_timescaledb.database.kind import Found
from pulumi_timescaledb.database.kinds.compaction.wanted import Compaction
from pulumi_timescaledb.database.kinds.default_privileges.wanted import DefaultPrivileges
from pulumi_timescaledb.database.kinds.default_privileges.wanted import key as default_key
from pulumi_timescaledb.database.kinds.grant.wanted import Grant
from pulumi_timescaledb.database.kinds.hypertable.wanted import Hypertable
from pulumi_timescaledb.database.kinds.role.wanted import Role as WantedRole
from pulumi_timescaledb.database.kinds.view.wanted import View
from pulumi_timescaledb.database.names import Relation
from pulumi_timescaledb.database.objects import Object
from pulumi_timescaledb.database.plan.editions import Edition
from pulumi_timescaledb.database.rights import Target, pair
from pulumi_timescaledb.database.snapshot import Snapshot
from pulumi_timescaledb.units import Interval

from ..database.worlds import snapshot

ROLES = {"postgres": Role(True, True, False), "app": Role(False, True, False), "boss": Role(True, True, False)}
TABLE, CALL = Target("table", "public", "t"), Target("function", "public", "f", "integer")


def survey(look: Snapshot, **more: Any) -> Survey:
    """A look with the roles of these tests."""
    return Survey(look, ROLES, {}, {}, Edition(False), **more)


def view(*reads: str, barrier: bool = False, invoker: bool = False) -> Found:
    """A view that reads these."""
    facts = {"reads": [f"public.{each}" for each in reads]}
    return Found(View("SELECT 1", barrier, invoker, "none", "postgres"), facts)


def declared(*names: str, aggregates: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Declarations of views and aggregates, by their names alone."""
    return [{"kind": "security_barrier_view", "name": each} for each in names] + [
        {"kind": "continuous_aggregate", "name": each, "source": "t"} for each in aggregates
    ]


def chain(**found: Found) -> Snapshot:
    """A look with these views."""
    return snapshot(view={f"public.{name}": each for name, each in found.items()})


def test_walls_are_declared_and_what_stands_on_them_or_on_an_aggregate() -> None:
    look = chain(
        wall=view("t", barrier=True), reader=view("t", invoker=True), plain=view("t"), on_plain=view("plain"),
        on_wall=view("wall"), on_hourly=view("hourly"), further=view("on_hourly", "t"),
    )  # fmt: skip
    named = views.chosen(look, ["public.hourly"])
    assert named == {f"public.{name}" for name in ("wall", "reader", "on_wall", "on_hourly", "further")}


def test_a_plain_view_is_declared_only_for_what_is_declared() -> None:
    """Where the wall under it is refused after all, or the aggregate is left out, it is the baseline's again."""
    look = chain(wall=view("t", barrier=True), on_wall=view("wall"), on_hourly=view("hourly"))
    assert views.kept(look, declared("on_wall", "on_hourly")) == []
    assert views.kept(look, declared("wall", "on_wall")) == declared("wall", "on_wall")
    both = declared("on_hourly", aggregates=("hourly",))
    assert views.kept(look, both) == both


def test_a_view_that_plain_objects_stand_on_is_made_by_the_baseline_as_well() -> None:
    """And so is every view under it; one that stands on an aggregate cannot be, whatever stands on it."""
    look = chain(
        wall=view("t", barrier=True), inner=view("t", barrier=True), outer=view("inner", barrier=True),
        late=view("hourly", barrier=True), plain=view("other"), other=view("t", barrier=True),
    )  # fmt: skip
    objects = declared("wall", "inner", "outer", "late", "other", aggregates=("hourly",))
    others = frozenset({"public.outer", "public.late"})
    assert views.later(look, others, objects) == {"public.wall", "public.late"}


def given(
    *, defaults: Mapping[str, DefaultPrivileges] | None = None, **held: tuple[Target, str, tuple[str, ...]]
) -> Snapshot:
    """A table and a function of postgres, who holds what on them, and default privileges."""
    grants = {
        pair(role, target): Found(
            Grant(role, target, names), {"all": ("SELECT",), "holdings": (holding.of(role, target, "postgres", ()),)}
        )
        for target, role, names in held.values()
    }
    found = {key: Found(each) for key, each in (defaults or {}).items()}
    roles = {"postgres": Found(WantedRole())}
    look = snapshot(grant=grants, default_privileges=found, role=roles)
    things = {str(each): Object(each, "postgres", False, True) for each in (TABLE, CALL)}
    return replace(look, objects=things)


USUAL = {
    default_key("postgres", None, on, "public"): DefaultPrivileges("postgres", None, on, "public", privileges_)
    for on, privileges_ in (("functions", ("EXECUTE",)), ("types", ("USAGE",)))
}


def test_what_an_object_has_by_being_made_is_not_declared() -> None:
    look = given(defaults=USUAL, everybody=(CALL, "public", ("EXECUTE",)))
    assert list(privileges.grants(survey(look))) == []
    assert list(privileges.default_privileges(survey(look))) == []


def test_what_everybody_was_denied_is_declared_absent() -> None:
    assert list(privileges.grants(survey(given(defaults=USUAL)))) == [
        {"kind": "grant", "to": "public", "on": "function public.f(integer)", "absent": True}
    ]
    types = {key: each for key, each in USUAL.items() if each.on == "types"}
    assert list(privileges.default_privileges(survey(given(defaults=types)))) == [
        {"kind": "default_privileges", "owner": "postgres", "on": "functions", "to": "public", "absent": True}
    ]


def test_an_object_older_than_default_rights_is_declared_without_them() -> None:
    """The program makes it when they are in force already."""
    entry = DefaultPrivileges("postgres", "public", "tables", "app", ("SELECT",))
    defaults = {**USUAL, default_key("postgres", "public", "tables", "app"): entry}
    look = given(defaults=defaults, everybody=(CALL, "public", ("EXECUTE",)))
    assert list(privileges.grants(survey(look))) == [
        {"kind": "grant", "to": "app", "on": "table public.t", "absent": True}
    ]


def test_rights_of_owners_and_of_roles_that_are_not_made_are_not_declared() -> None:
    look = given(
        defaults=USUAL,
        everybody=(CALL, "public", ("EXECUTE",)),
        owner=(TABLE, "postgres", ("SELECT",)),
        boss=(TABLE, "boss", ("SELECT",)),
    )
    assert list(privileges.grants(survey(look))) == []
    part = given(defaults=USUAL, everybody=(CALL, "public", ("EXECUTE",)), app=(TABLE, "app", ("INSERT",)))
    assert list(privileges.grants(survey(part))) == [
        {"kind": "grant", "to": "app", "on": "table public.t", "privileges": ["INSERT"]}
    ]


def test_compaction_is_declared_with_its_hypertable() -> None:
    """A policy of TimescaleDB 2.29, as it is read and as it is declared."""
    relation = Relation("public", "t")
    value = Hypertable("at", Interval.parse("1 day"), (), "app")
    compaction = Compaction(Interval.parse("1 hour"), 5, 0, Interval.parse("2 days"), False)
    look = snapshot(
        hypertable={"public.t": Found(value, {"relation": relation})}, compaction={"public.t": Found(compaction, {})}
    )
    (found,) = (terse(each) for each in writers.declarations(survey(look)) if each["kind"] == "hypertable")
    assert found["compaction"] == {
        "schedule": "1 hour", "max_chunks": 5, "max_batches": 0, "inactive_for": "2 days", "enabled": False
    }  # fmt: skip
