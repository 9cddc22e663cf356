"""Transaction ids that are not frozen in time: at two thousand million the server stops taking writes.

Autovacuum begins at autovacuum_freeze_max_age whatever else is set (routine vacuuming in PostgreSQL's manual), so an
age well beyond it means that something is in its way.
"""

from __future__ import annotations

from collections.abc import Iterator

from ....database.names import quoted
from ..facts import Facts
from ..finding import ERROR, WARNING, Finding
from ..reading.server import Age, Ages

BEYOND = 1.25  # a large table's vacuum takes its time


def findings(facts: Facts) -> Iterator[Finding]:
    """Databases of this server, and tables of this one with a limit of their own that are older still."""
    ages = facts.ages
    if ages is None:
        return
    for unit, found in (("transactions", ages.databases), ("multixacts", ages.multixacts)):
        for each in found:
            yield from _database(each, unit, ages)
    for table in ages.tables:
        if table.age > BEYOND * table.limit:
            yield Finding(WARNING, table.name, _old(table, "transactions", ages),
                          _remedy(ages, f"VACUUM (FREEZE) {table.name}"))  # fmt: skip


def _database(found: Age, unit: str, ages: Ages) -> Iterator[Finding]:
    if found.age > BEYOND * found.limit:
        severity = ERROR if found.age >= ages.failsafe else WARNING
        vacuum = f"in the database {quoted(found.name)}: VACUUM (FREEZE, VERBOSE)"
        yield Finding(severity, f"database {quoted(found.name)}", _old(found, unit, ages), _remedy(ages, vacuum))


def _old(found: Age, unit: str, ages: Ages) -> str:
    what = f"its oldest row is {found.age:,} {unit} old, and autovacuum was to freeze it at {found.limit:,}"
    return what + _held(ages)


def _held(ages: Ages) -> str:
    return f"; the {ages.holder[0]} {ages.holder[1]} holds it back" if _blocks(ages) and ages.holder else ""


def _remedy(ages: Ages, vacuum: str) -> str:
    if not _blocks(ages) or ages.holder is None:
        return vacuum
    kind, name, _ = ages.holder
    text = "'" + name.replace("'", "''") + "'"
    end = {
        "prepared transaction": f"ROLLBACK PREPARED {text} (in its database)",
        "replication slot": f"SELECT pg_drop_replication_slot({text}) if nobody needs it",
        "session": f"SELECT pg_terminate_backend({name})",
    }[kind]
    return f"{end}; then {vacuum}"


def _blocks(ages: Ages) -> bool:
    """Whether something old stands in the way: half as old as the lowest limit that is passed."""
    passed = [each.limit for each in (*ages.databases, *ages.tables) if each.age > BEYOND * each.limit]
    return ages.holder is not None and ages.holder[2] > min(passed, default=2**31) / 2
