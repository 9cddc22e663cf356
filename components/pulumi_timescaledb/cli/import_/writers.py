"""The visible list of what an import declares: a kind of declaration is one line, read back by its own composition.

A writer names the composition, the kind of its first part, and the kinds that hang on it under the same key. The live
values are put in the place of wanted ones, and the composition's ``render`` prints them as a user would declare them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...database.declared import COMPOSITIONS
from ...database.declared.composition import Declared
from ...database.kind import Part
from ...database.kinds.retention.wanted import Retention
from ...units import Interval
from . import default_indexes, privileges
from .survey import Survey

Declaration = dict[str, Any]
Parts = Callable[[Survey, str, Declared], list[Part]]


def everything(survey: Survey, key: str) -> bool:
    """Every object of the kind is declared."""
    del survey, key
    return True


def as_found(survey: Survey, key: str, value: Any) -> Any:
    """The live value is the wanted one."""
    del survey, key
    return value


def nothing(survey: Survey, key: str, declared: Declared) -> list[Part]:
    """No further parts."""
    del survey, key, declared
    return []


@dataclass(frozen=True)
class Writer:
    """composition: its name. kind: of the first part, where it is called otherwise. beside: kinds under the same key.
    chosen: which objects are declared. value: the live value as it is wanted. more: parts under other keys."""

    composition: str
    kind: str = ""
    beside: tuple[str, ...] = ()
    chosen: Callable[[Survey, str], bool] = everything
    value: Callable[[Survey, str, Any], Any] = as_found
    more: Parts = nothing

    def declarations(self, survey: Survey) -> Iterator[Declaration]:
        """Every chosen object, in the order of names."""
        for key in sorted(survey.keys(self.kind or self.composition)):
            if self.chosen(survey, key):
                yield self._declaration(survey, key)

    def _declaration(self, survey: Survey, key: str) -> Declaration:
        kind = self.kind or self.composition
        source = survey.source(key) if kind == "aggregate" else ""
        declared = Declared(self.composition, key, source=source)
        parts = [Part(kind, key, self.value(survey, key, survey.live(kind, key, declared)))]
        declared = declared.of(*parts)  # the age of integer time can only be read beside the function that tells it
        for each in self.beside:
            live = survey.live(each, key, declared)
            parts += [] if live is None else [Part(each, key, live)]
        parts += self.more(survey, key, declared)
        values = {(part.kind, part.key): part.value for part in parts}
        shown = COMPOSITIONS[self.composition].render(declared.of(*parts), lambda kind, key: values.get((kind, key)))
        return {"kind": self.composition, **(shown or {})}


def _floating(survey: Survey, key: str, value: Any) -> Any:
    """Whatever version is installed, where it goes by itself: an import pins nothing that was not pinned."""
    del survey, key
    return replace(value, version=None, schema=None)


def _unless_given(survey: Survey, key: str, value: Any) -> Any:
    """The owner, unless it is the role that makes the object anyway."""
    del key
    return replace(value, owner=None) if value.owner == survey.snapshot.capabilities.role else value


def _owned(survey: Survey, key: str, value: Any) -> Any:
    """The same, and without an owner that the program does not make, which the list names."""
    value = _unless_given(survey, key, value)
    return value if value.owner is None or survey.knows(value.owner) else replace(value, owner=None)


def _aggregate(survey: Survey, key: str, value: Any) -> Any:
    return replace(_owned(survey, key, value), query=f"\n{survey.queries[key]}")


def _view(survey: Survey, key: str, value: Any) -> Any:
    return replace(_owned(survey, key, value), query=f"\n{survey.views[key]}")


def _schema(survey: Survey, key: str) -> bool:
    """The user's own; public is there anyway, and says something only where it was given to somebody."""
    owner = survey.snapshot.found["schema"][key].value.owner
    return key in survey.schemas and (key != "public" or survey.declares(owner))


def _secured(survey: Survey, key: str) -> bool:
    """Not tables of extensions."""
    found = survey.snapshot.objects.get(f"table {key}")
    return found is None or not found.extension


def _extension(survey: Survey, key: str) -> bool:
    schema = survey.snapshot.found["extension"][key].value.schema
    return key != "plpgsql" and schema in ("public", "pg_catalog", "cron", key)


def _alone(kind: str) -> Callable[[Survey, str], bool]:
    """Not a job whose name others have too: a declared one is the only one of its name."""
    return lambda survey, key: not survey.facts(kind, key).get("others")


def _role(survey: Survey, key: str) -> bool:
    return survey.declares(key)


def _indexes(survey: Survey, key: str, declared: Declared) -> list[Part]:
    """Those that no constraint made; one that the server would make by itself and that is not there, as absent."""
    del declared
    found = survey.snapshot.found["index"]
    own = {name: each for name, each in found.items() if str(each.value.relation) == key}
    parts = [Part("index", name, own[name].value) for name in sorted(own)
             if not own[name].facts["constraint"] and own[name].facts["valid"]]  # fmt: skip
    return parts + [Part("index", name, None) for name in default_indexes.missing(survey.snapshot, key)]


def _kept_with_raw(survey: Survey, key: str, declared: Declared) -> list[Part]:
    """A view that is recomputed from raw data is kept as long as those are, and is declared so."""
    if not survey.edition.fallback:
        return []
    source = declared.source
    while source in survey.sources:
        source = survey.sources[source]
    table = Part("hypertable", source, survey.live("hypertable", source, declared))
    raw = survey.live("retention", source, Declared("hypertable", source, (table,))) if source else None
    if raw is None or isinstance(raw.drop_after, str):
        return []
    return [Part("retention", key, Retention(raw.drop_after, Interval(days=1)))]


WRITERS: tuple[Writer, ...] = (
    Writer("extension", chosen=_extension, value=_floating),
    Writer("role", chosen=_role),
    Writer("schema", chosen=_schema, value=_owned),
    Writer(
        "hypertable",
        beside=("tablespaces", "columnstore", "chunk_skipping", "reorder", "compaction", "retention"),
        value=_owned,
        more=_indexes,
    ),
    Writer(
        "continuous_aggregate",
        kind="aggregate",
        beside=("refresh", "columnstore", "retention"),
        value=_aggregate,
        more=_kept_with_raw,
    ),
    Writer("job", chosen=_alone("job"), value=_unless_given),
    Writer("partitioned_retention", chosen=_alone("partitioned_retention"), value=_unless_given),
    Writer("row_level_security", kind="row_security", chosen=_secured),
    Writer("security_barrier_view", kind="view", value=_view),
)
# rights are pairs, and what is said of one may be that nothing is held
RIGHTS = (privileges.default_privileges, privileges.grants)


def declarations(survey: Survey) -> list[Declaration]:
    """Everything that is there and can be declared, extensions first; the order of work is computed from it."""
    made = [each for writer in WRITERS for each in writer.declarations(survey)]
    return made + [each for rights in RIGHTS for each in rights(survey)]
