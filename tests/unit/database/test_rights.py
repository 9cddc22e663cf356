"""What privileges are on, how they are named, and what a role holds: read from texts and rows.

Not proved here: that a server spells and grants them so (tests/cases, tests/database/test_rights.py).
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database import holding, rights
from pulumi_timescaledb.database.capabilities import Capabilities
from pulumi_timescaledb.database.declared.moment import moment
from pulumi_timescaledb.database.kind import Change, Found, Part
from pulumi_timescaledb.database.kinds import KINDS
from pulumi_timescaledb.database.kinds.default_privileges.wanted import key, unkey
from pulumi_timescaledb.database.kinds.grant.found import Grants
from pulumi_timescaledb.database.kinds.grant.wanted import Grant
from pulumi_timescaledb.database.kinds.role import membership, settings
from pulumi_timescaledb.database.kinds.role.wanted import Membership, Setting
from pulumi_timescaledb.database.names import BadName
from pulumi_timescaledb.database.rights import Target, pair, unpair

from .strategies import QUICK, names, targets
from .worlds import CAN


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        (" DATABASE ", "database"),
        ("table t", "table public.t"),
        ("Materialized  View metrics.hourly", "table metrics.hourly"),
        ('table "Odd ""x"" T"', 'table public."Odd ""x"" T"'),
        ('schema "A.b"', 'schema "A.b"'),
        ("domain d", "type public.d"),
        ("procedure p()", "function public.p()"),
        ("function f( INT , varchar(10)[] )", "function public.f(integer, character varying[])"),
        ("function f(pg_catalog.int4, public.mood)", "function public.f(integer, mood)"),
        ('function f("x,y", other."T"[])', 'function public.f("x,y", other."T"[])'),
        ("function f(timestamp with time zone)", "function public.f(timestamp with time zone)"),
        ('ALL TABLES IN SCHEMA "Odd s"', 'all tables in schema "Odd s"'),
    ],
)
def test_a_target_has_one_spelling(text: str, spelled: str) -> None:
    """Words in any case, names as they are, types as the server prints them."""
    assert str(Target.parse(text)) == spelled
    assert str(Target.parse(spelled)) == spelled


@pytest.mark.parametrize(
    "text",
    ["", "t", "table", "table a.b.c", "schema a.b", 'schema "a', "function f", "function f(a; b)", "function f() x",
     "function f(a) to x; drop table y", "all views in schema s", "index i", "table " + "x" * 64],
)  # fmt: skip
def test_what_names_nothing_is_refused(text: str) -> None:
    """Above all what would become part of a statement."""
    with pytest.raises(BadName):
        Target.parse(text)


@QUICK
@given(names, targets)
def test_a_pair_is_read_as_it_was_written(role: str, text: str) -> None:
    """Whatever stands in the names."""
    target = Target.parse(text)
    assert unpair(pair(role, target)) == (role, str(target))
    assert Target.parse(str(target)) == target


@QUICK
@given(names, names | st.none(), names)
def test_an_entry_of_default_privileges_is_read_as_it_was_written(owner: str, schema: str | None, to: str) -> None:
    """Whatever stands in the names."""
    assert unkey(key(owner, schema, "tables", to)) == (owner, schema, "tables", to)


def test_all_is_what_the_server_knows() -> None:
    """MAINTAIN is named only where it exists; a list stays as it is."""
    assert "MAINTAIN" in rights.expand("table", ("ALL",), maintain=True)
    assert "MAINTAIN" not in rights.expand("tables", ("ALL",), maintain=False)
    assert rights.expand("table", ("SELECT",), maintain=False) == ("SELECT",)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("2027-01-01", "2027-01-01 00:00:00+00"),
        ("2027-01-01T02:00:00+02:00", "2027-01-01 00:00:00+00"),
        ("2027-01-01 00:00:00+00", "2027-01-01 00:00:00+00"),
        ("2027-01-01T00:00:00.5Z", "2027-01-01 00:00:00.5+00"),
        (" Infinity ", "infinity"),
    ],
)
def test_a_moment_is_spelled_as_the_server_prints_it_in_utc(text: str, spelled: str) -> None:
    """And reading that again gives the same."""
    assert moment(text) == spelled == moment(spelled)


@pytest.mark.parametrize("text", ["tomorrow", "2027-13-01", "", "1 January 2027"])
def test_what_is_no_moment_is_an_error(text: str) -> None:
    """The declaration makes a sentence of it."""
    with pytest.raises(ValueError, match=r"."):
        moment(text)


@pytest.mark.parametrize(
    ("name", "value", "stored"),
    [
        ("Work_Mem", "64MB", "64MB"),
        ("search_path", ' "$user",metrics , "public"', '"$user", metrics, public'),
        ("search_path", '"Odd, %s", "say ""hi"""', '"Odd, %s", "say ""hi"""'),
        ("search_path", "", '""'),
        ("app.tenant", "a, b", "a, b"),
    ],
)
def test_a_parameter_is_spelled_as_the_server_stores_it(name: str, value: str, stored: str) -> None:
    """Lists of names are quoted where they need it; other values are kept."""
    assert settings.normal(name, value) == Setting(name.lower(), stored)
    assert settings.normal(name, stored) == Setting(name.lower(), stored)


def test_only_parameters_that_differ_are_set() -> None:
    """And those that are too much are reset."""
    live = (Setting("jit", "on"), Setting("work_mem", "1MB"))
    steps = settings.steps("app", (Setting("app.x", "a'b%"), Setting("jit", "on")), live, "d")
    assert [step.statement.as_string() for step in steps] == [
        'ALTER ROLE "app" IN DATABASE "d" SET "app"."x" TO \'a\'\'b%\'',
        'ALTER ROLE "app" IN DATABASE "d" RESET "work_mem"',
    ]


def row(role: str, grantor: str, **options: bool) -> dict[str, Any]:
    """One row of pg_auth_members."""
    plain = {"admin": False, "inherit": True, "set": True, "implicit": False, "own": False}
    return {"role": role, "grantor": grantor, **plain, **options}


CREATOR = row("app", "postgres", admin=True, inherit=False, set=False, implicit=True)
OWN = row("app", "deployer", own=True)


def test_what_the_server_gave_to_a_creator_is_no_membership_until_it_is_declared() -> None:
    """ADMIN from the bootstrap superuser, and a grant to itself by createrole_self_grant."""
    for rows in ([CREATOR], [CREATOR, OWN]):
        grouped = membership.grouped(rows)
        assert membership.live(grouped) == ()
        assert membership.respelled(grouped, ()) == ()
    assert membership.respelled(membership.grouped([CREATOR]), (Membership("app"),)) == ()
    assert membership.respelled(membership.grouped([CREATOR, OWN]), (Membership("app"),)) == (Membership("app"),)
    by_hand = membership.grouped([CREATOR, {**OWN, "own": False}])
    assert membership.respelled(by_hand, ()) == (Membership("app"),)
    declared = Membership("app", True, False, False)
    assert membership.respelled(membership.grouped([CREATOR]), (declared,)) == (declared,)


def test_grants_of_several_grantors_are_one_membership() -> None:
    """Whoever holds it twice has both options; unmanaged options are left out."""
    rows = membership.grouped([row("app", "a", inherit=False), row("app", "b", admin=True, set=False), row("x", "a")])
    assert membership.live(rows) == (Membership("app", True, True, True), Membership("x", False, True, True))
    assert membership.respelled(rows, (Membership("app"),)) == (Membership("app", True), Membership("x"))
    assert membership.grantors(rows, "app") == ["a", "b"]


TABLES = [("a", ["SELECT"]), ("b", ["INSERT", "SELECT"])]
REST: dict[str, Any] = {"arguments": "", "owner": "keeper", "extension": False, "held": None}
OBJECTS: list[dict[str, Any]] = [
    {"kind": "schema", "schema": "", "name": "public", **REST},
    *(
        {
            "kind": "table",
            "schema": "public",
            "name": name,
            **REST,
            "held": [["app", "keeper", each, False] for each in held],
        }
        for name, held in TABLES
    ),
]
EVERY = Target("tables", "public")


def test_everything_in_a_schema_is_told_from_its_parts() -> None:
    """What is not on each says on how many; without what is excluded, and where nothing is, as declared."""
    grants = Grants(OBJECTS, maintain=True)
    found = grants[pair("app", EVERY)]
    assert found.value.privileges == ("INSERT on 1 of 2", "SELECT")
    assert set(grants) == {"app on table public.a", "app on table public.b"}
    assert len(grants) == 2
    respell = KINDS["grant"].respell
    cursor: Any = None
    wanted = Grant("app", EVERY, ("SELECT",), excluding=("b",), migrated="x")
    assert respell(cursor, wanted, found).value == wanted
    nothing = Grant("app", Target("sequences", "public"), ("ALL",), True)
    assert respell(cursor, nothing, grants[pair("app", nothing.target)]).value == nothing
    assert grants.get(pair("app", Target("tables", "nowhere"))) is None
    assert grants.get("no pair") is None


def test_a_schema_is_granted_in_one_order_and_only_where_it_lacks() -> None:
    """Objects that lack the same stand in one statement; what is too much is revoked after."""
    found = Grants(OBJECTS, maintain=True)[pair("app", EVERY)]
    wanted = Grant("app", EVERY, ("SELECT", "UPDATE"))
    (change,) = KINDS["grant"].compare(pair("app", EVERY), wanted, found)
    steps = KINDS["grant"].statements(change, wanted, found, CAN)
    assert [step.statement.as_string() for step in steps] == [
        'GRANT UPDATE ON TABLE "public"."a", "public"."b" TO "app"',
        'REVOKE INSERT ON TABLE "public"."b" FROM "app"',
    ]
    assert steps[0].made == ("app on table public.a: UPDATE", "app on table public.b: UPDATE")
    assert steps[1].unmade == ("app on table public.b: INSERT",)


def test_what_is_ours_is_what_the_ledger_names() -> None:
    """One privilege of one object at a time."""
    found = Grants(OBJECTS, maintain=True)[pair("app", EVERY)]
    part = Part("grant", pair("app", EVERY), Grant("app", EVERY, ("SELECT",)))
    ours = KINDS["grant"].ours(part, found, {"app on table public.b: SELECT"})
    assert ours is not None
    steps = KINDS["grant"].statements(Change("grant", part.key, "remove", "", (), None), None, ours, CAN)
    assert [step.sentence for step in steps] == ["revoke SELECT on table public.b from app"]
    assert KINDS["grant"].ours(part, found, set()) is None


def test_a_privilege_of_another_grantor_is_revoked_as_that_role() -> None:
    """A REVOKE takes only what its own role granted."""
    target = Target("table", "public", "t")
    held = holding.of("app", target, "keeper", [["app", "keeper", "SELECT", False], ["app", "bob", "SELECT", False]])
    found = Found(Grant("app", target, ("SELECT",)), {"holdings": (held,), "all": ()})
    steps = KINDS["grant"].statements(Change("grant", "", "remove", "", (), None), None, found, CAN)
    assert [step.statement.as_string() for step in steps] == [
        'SET LOCAL ROLE "bob"; REVOKE SELECT ON TABLE "public"."t" FROM "app"; RESET ROLE',
        'REVOKE SELECT ON TABLE "public"."t" FROM "app"',
    ]


@pytest.mark.parametrize(
    ("major", "knows"), [(15, (False, False)), (16, (True, False)), (17, (True, True)), (18, (True, True))]
)
def test_what_a_version_knows_of_rights(major: int, knows: tuple[bool, bool]) -> None:
    """Membership options from 16, MAINTAIN from 17."""
    can = Capabilities(**{**vars(CAN), "postgres": major})
    assert (can.membership_options, can.maintain) == knows
