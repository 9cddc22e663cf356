"""What a generated system stands on: names nobody would choose, tables of every kind of time, and the SQL for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[Any]], Any]
Declaration = dict[str, Any]

ODD = (
    "Mixed Case", 'quote"d', "apo'strophe", "100%", "%s", "ünï", "表", "dotted.name", "user", "order", "time", " lead",
    "trail ", "back\\slash", "semi;colon", "$1", "{brace}", ":colon", "-- dash", "/* star */", "🙂", "two  spaces",
    "tab\tname", "new\nline", "x" * 63, "ü" * 31, "UPPER", "1", "a.b.c", '"', "''", "%(name)s", "$$", "timescaledb_own",
)  # fmt: skip
_TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8).filter(
    lambda text: text.strip()
)
_PLAIN = st.from_regex(r"[a-z_][a-z0-9_]{0,12}", fullmatch=True)
_NAME = st.sampled_from(ODD) | _TEXT | _PLAIN
# the server keeps these for itself, as roles or as schemas
_KEPT: tuple[str, ...] = ("pg_", "_timescaledb", "timescaledb_information", "information_schema", "pulumi_timescaledb")
_KEPT += ("public", "none", "cron", "postgres", "current_user", "session_user", "current_role")

TIMES = ("timestamptz", "timestamp", "date", "bigint", "integer", "smallint")
INTEGERS = TIMES[3:]
_SPANS = ("1 day", "36:00:00", "1 mon", "P7D", "@ 3 hours", "2 weeks", "1 day 12 hours", "90 minutes")
# made for the whole run, because CREATE TABLESPACE runs in no transaction
SPACES = ("fast", "Large Disk", "100% ü's")
_DAYS = ("1 day", "2 weeks", "1 mon", "P7D", "48:00:00")


def ident(name: str) -> str:
    """A quoted identifier, in hand-written SQL."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A literal, in hand-written SQL."""
    return "'" + value.replace("'", "''") + "'"


@dataclass
class Table:
    """A table made by SQL: where it is, its columns by role, and what it has already. interval: a bucket as the query
    spells it; unit: the length of one, in hours or as a number, for offsets that are multiples of it."""

    schema: str
    name: str
    type: str
    time: str
    columns: dict[str, str]
    made_by_hand: bool = False
    by_migration: bool = False
    keyed: bool = False
    rows: bool = False
    now: str = ""
    keeps: int = 0

    @property
    def sql(self) -> str:
        """The qualified name in SQL."""
        return f"{ident(self.schema)}.{ident(self.name)}"

    @property
    def source(self) -> str:
        """The name as a declaration refers to it."""
        return self.sql

    @property
    def integer(self) -> bool:
        """Whether its time is a number."""
        return self.type in INTEGERS

    def of(self, *types: str) -> list[str]:
        """Its columns of some types, the time column left out."""
        return [name for name, type_ in self.columns.items() if type_ in types]


@dataclass
class World:
    """One system while it is drawn: what was declared so far, and the SQL that must run before."""

    draw: Draw
    edition: str
    objects: list[Declaration] = field(default_factory=list)
    setup: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    file: str = ""  # of the migrations, which a table may be written into
    acknowledged: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    # roles: owners, who may log in; guests, who own nothing; and one for everything in a schema
    logins: list[str] = field(default_factory=list)
    guests: list[str] = field(default_factory=list)
    bulk: list[str] = field(default_factory=list)
    # schemas that are there before, and those that are made by their declarations
    schemas: list[str] = field(default_factory=lambda: ["public"])
    coming: list[str] = field(default_factory=list)
    secured: list[Table] = field(default_factory=list)
    relations: list[tuple[str, Table]] = field(default_factory=list)
    runs_as: str = ""
    taken: set[str] = field(default_factory=lambda: {"lo", "seg", "hstore"})  # types of the extensions

    @property
    def community(self) -> bool:
        """Whether policies, columnstore and aggregates are there."""
        return self.edition == "community"

    def name(self) -> str:
        """A name that nothing else of this system has."""
        return self._free(_NAME)

    def plain(self) -> str:
        """A name of small letters, short enough for a process title."""
        return self._free(_PLAIN)

    def _free(self, names: st.SearchStrategy[str]) -> str:
        # drawn again, not filtered: a filter is a new strategy, which would be built anew for every name
        while True:
            found = str(self.draw(names))
            if found not in self.taken and not found.startswith(_KEPT) and len(found.encode()) <= 63:
                self.taken.add(found)
                return found

    def one(self, values: Any) -> Any:
        """One of these."""
        return self.draw(st.sampled_from(list(values)))

    def some(self, values: Any, most: int = 3, least: int = 0) -> list[Any]:
        """A few of these, each once, in any order."""
        values = list(values)
        if not values:
            return []
        most = min(most, len(values))
        return list(self.draw(st.lists(st.sampled_from(values), unique=True, min_size=min(least, most), max_size=most)))

    def chance(self, percent: int) -> bool:
        """True this often."""
        return bool(self.draw(st.integers(0, 99)) < percent)

    def maybe(self, target: Declaration, percent: int = 50, **values: Callable[[], Any]) -> None:
        """Give some optional arguments."""
        for key, value in values.items():
            if self.chance(percent):
                target[key] = value()

    def span(self, type_: str) -> str:
        """A chunk interval for a type of time, in one of its spellings."""
        if type_ in INTEGERS:
            return str(self.one((10, 500, 3_000) if type_ == "smallint" else (10, 86_400, 604_800)))
        return str(self.one(_DAYS if type_ == "date" else _SPANS))

    def age(self, type_: str, low: int, high: int) -> str:
        """An age of so many days, or of ten times the number for integer time."""
        count = self.draw(st.integers(low, high))
        if type_ in INTEGERS:
            return str(count * 10)
        return str(self.one((f"{count} days", f"{count * 24}:00:00", f"P{count}D", f"@ {count} days")))

    def every(self, *, cron: bool) -> str:
        """How often a job runs; pg_cron has fewer rhythms."""
        if cron:
            return str(self.one(("1 hour", "15 minutes", "12:00:00", "1 day", "7 days", "PT30M")))
        return str(self.one(("1 hour", "36:00:00", "PT30M", "@ 2 days", "1 week", "7 minutes 30 seconds")))


def table(world: World) -> Table:
    """A new table with columns of many types, in a migration or by hand, perhaps a hypertable already."""
    if world.chance(40):
        schema = world.name()
        world.schemas.append(schema)
        world.setup.append(f"CREATE SCHEMA {ident(schema)}")
    type_ = world.one(TIMES)
    time = world.name() if world.chance(60) else "at"
    words = {world.name() if world.chance(40) else plain: kind for plain, kind in (("device", "text"), ("site", "int"))}
    words |= {"value": "double precision", "seq": "bigint", "tags": "jsonb", "place": "point"}
    made = Table(world.one(world.schemas), world.name(), type_, time, words)
    made.keyed = world.chance(20)
    key = f", PRIMARY KEY ({ident(time)}, {ident(made.of('text')[0])})" if made.keyed else ""
    columns = ", ".join(f"{ident(name)} {kind}" for name, kind in words.items())
    create = f"CREATE TABLE {made.sql} ({ident(time)} {type_} NOT NULL, {columns}{key});"
    made.made_by_hand = world.chance(60 if made.integer else 30)
    # a role that files run as may make what it likes in the schema public
    made.by_migration = not made.made_by_hand and bool(world.file) and world.chance(50)
    made.by_migration = made.by_migration and (not world.runs_as or made.schema == "public")
    if made.by_migration:
        world.files[world.file] += create
    else:
        world.setup.append(create)
    if made.integer and not made.by_migration and (made.made_by_hand or world.chance(50)):
        made.now = f"{ident(made.schema)}.{ident(world.name())}"
        world.setup.append(
            f"CREATE FUNCTION {made.now}() RETURNS {type_} LANGUAGE sql STABLE AS 'SELECT 30000::{type_}'"
        )
    if made.made_by_hand:
        interval = "100" if made.integer else "interval '3 days'"
        world.setup.append(f"SELECT create_hypertable({text(made.sql)}, by_range({text(time)}, {interval}))")
        if made.integer:
            world.setup.append(f"SELECT set_integer_now_func({text(made.sql)}, {text(made.now)})")
        for space in world.some(SPACES, most=2):
            world.setup.append(f"SELECT attach_tablespace({text(space)}, {text(made.sql)})")
    elif not made.by_migration and world.chance(40):
        made.rows = True
        newest = "30000" if made.integer else "now()"
        world.setup.append(
            f"INSERT INTO {made.sql} ({ident(time)}, {ident(made.of('text')[0])}) VALUES ({newest}, 'a')"
        )
    world.tables.append(made)
    return made


def plain_table(world: World) -> Table:
    """A table that stays one, made by hand."""
    made = Table(world.one(world.schemas), world.name(), "timestamptz", "at", {"device": "text"})
    world.setup.append(f"CREATE TABLE {made.sql} (at timestamptz, device text, value int)")
    return made
