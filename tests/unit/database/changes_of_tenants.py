"""What differs in row security and in views, and what a change of it costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pulumi_timescaledb.database.kind import ChangeClass
from pulumi_timescaledb.database.kinds.row_security.wanted import Policy, RowSecurity
from pulumi_timescaledb.database.kinds.view.wanted import View

IN_PLACE, FUTURE, EXPOSES, REBUILD, DESTROYS, IMPOSSIBLE = ChangeClass
TENANT = Policy("tenant", using="org = 1")
SECURED = RowSecurity(True, True, (TENANT,))
VIEW = View("SELECT a FROM t", True, False, "none", "app")
Row = tuple[str, Any, Any, dict[str, Any], list[tuple[str, str, ChangeClass]]]

ALTERED: list[Row] = [
    ("row_security", replace(SECURED, enabled=False), SECURED, {}, [("alter", "enabled", EXPOSES)]),
    ("row_security", SECURED, replace(SECURED, enabled=False), {}, [("alter", "enabled", IN_PLACE)]),
    ("row_security", replace(SECURED, forced=False), SECURED, {}, [("alter", "forced", EXPOSES)]),
    ("row_security", replace(SECURED, forced=None), replace(SECURED, forced=False), {}, []),
    ("row_security", SECURED, replace(SECURED, forced=False), {}, [("alter", "forced", IN_PLACE)]),
    ("row_security", replace(SECURED, policies=None), SECURED, {}, []),
    ("row_security", replace(SECURED, policies=()), SECURED, {}, [("remove", "policy tenant", IN_PLACE)]),
    ("row_security", SECURED, replace(SECURED, policies=()), {}, [("create", "policy tenant", EXPOSES)]),
    (
        "row_security",
        SECURED,
        RowSecurity(False, True, ()),
        {},
        [("alter", "enabled", IN_PLACE), ("create", "policy tenant", IN_PLACE)],
    ),
    (
        "row_security",
        replace(SECURED, policies=(TENANT._replace(using="true"),)),
        SECURED,
        {},
        [("alter", "policy tenant", EXPOSES)],
    ),
    ("view", replace(VIEW, security_barrier=False), VIEW, {}, [("alter", "security_barrier", EXPOSES)]),
    ("view", VIEW, replace(VIEW, security_barrier=False), {}, [("alter", "security_barrier", IN_PLACE)]),
    ("view", VIEW, replace(VIEW, security_invoker=True), {}, [("alter", "security_invoker", EXPOSES)]),
    ("view", VIEW, replace(VIEW, check_option="local"), {}, [("alter", "check_option", EXPOSES)]),
    ("view", replace(VIEW, check_option="cascaded"), VIEW, {}, [("alter", "check_option", IN_PLACE)]),
    ("view", replace(VIEW, owner="b"), VIEW, {}, [("alter", "owner", IN_PLACE)]),
    ("view", View("SELECT a FROM u"), VIEW, {"new_query": "SELECT a FROM u"}, [("alter", "query", EXPOSES)]),
    ("view", View("SELECT b FROM t"), VIEW, {"new_query": "SELECT b FROM t"}, [("alter", "query", IN_PLACE)]),
    ("view", View("SELECT b FROM t"), VIEW, {"new_query": None}, [("alter", "query", EXPOSES)]),
    (
        "view",
        View("SELECT a FROM u"),
        replace(VIEW, security_barrier=False),
        {},
        [("alter", "query", IN_PLACE), ("alter", "security_barrier", IN_PLACE)],
    ),
    (
        "view",
        View("SELECT a FROM u"),
        replace(VIEW, security_invoker=True),
        {"new_query": "SELECT a FROM u"},
        [("alter", "query", IN_PLACE)],
    ),
    (
        "view",
        View("SELECT (SELECT max(x) FROM v) FROM t"),
        VIEW,
        {"new_query": "SELECT (SELECT max(x) FROM v) FROM t"},
        [("alter", "query", EXPOSES)],
    ),
    (
        "view",
        View("SELECT b FROM t"),
        VIEW,
        {"new_query": "SELECT b FROM t", "new_columns": ["b text"], "dependents": ["public.other"]},
        [("alter", "query", IMPOSSIBLE)],
    ),
    (
        "view",
        View("SELECT b FROM t"),
        VIEW,
        {"new_query": "SELECT b FROM t", "new_columns": ["b text"], "attached": ["trigger put"]},
        [("alter", "query", IMPOSSIBLE)],
    ),
    (
        "view",
        View("SELECT b FROM t"),
        VIEW,
        {"new_query": "SELECT b FROM t", "new_columns": ["b text"]},
        [("alter", "query", IN_PLACE)],
    ),
    ("view", None, VIEW, {"dependents": ["public.other"]}, [("remove", "", IMPOSSIBLE)]),
]
