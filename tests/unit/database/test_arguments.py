"""Reading arguments: each taken once by name and form, the rest refused by name.

Not proved here: which arguments a kind has (test_declared.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi_timescaledb.database.arguments import Arguments, BadArgument
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.units import Interval

from .strategies import QUICK

Reading = Callable[[Arguments, str], Any]
READERS: dict[str, Reading] = {
    "text": Arguments.text,
    "name": Arguments.name,
    "required": lambda arguments, name: arguments.required(name, "a name"),
    "boolean": Arguments.boolean,
    "count": lambda arguments, name: arguments.count(name, 1, 9),
    "duration": Arguments.duration,
    "lag": Arguments.lag,
    "names": Arguments.names,
    "each": Arguments.each,
    "inner": Arguments.inner,
}
NEEDED = ("name", "required")  # the rest may be omitted
odd = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def given_as(value: Any) -> Arguments:
    """Arguments with one called it."""
    return Arguments({"it": value}, "hypertable public.t")


@pytest.mark.parametrize(
    ("reader", "value", "read"),
    [
        ("text", " a ", " a "),
        ("name", "Odd", "Odd"),
        ("required", "a", "a"),
        ("boolean", False, False),
        ("count", 9.0, 9),
        ("count", 1, 1),
        ("duration", "1 week", Interval(days=7)),
        ("lag", "1 week", Interval(days=7)),
        ("lag", "86400", 86400),
        ("lag", " 5 ", 5),
        ("names", ["a", "B"], ("a", "B")),
        ("names", [], ()),
    ],
)
def test_a_right_value_is_read(reader: str, value: Any, read: Any) -> None:
    """In its own type: the engine hands numbers over as floats."""
    found = READERS[reader](given_as(value), "it")
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize("reader", READERS)
@QUICK
@given(value=odd)
def test_a_wrong_value_is_refused_by_name_and_nothing_else_happens(reader: str, value: Any) -> None:
    """Whatever is given, it is read or refused with one sentence that begins with its place and names it."""
    refusal = ""
    try:
        READERS[reader](Arguments({"frobs": value}, "role app"), "frobs")
    except Refusal as error:
        refusal = str(error)
    assert refusal == "" or (refusal.startswith("role app") and "frobs" in refusal)
    assert "\n" not in refusal


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("values", [{}, {"it": None}])
def test_a_value_that_is_none_counts_as_omitted(reader: str, values: dict[str, Any]) -> None:
    """The engine drops such keys on the way to the provider."""
    arguments = Arguments(values, "role app")
    assert not arguments.has("it")
    if reader in NEEDED:
        with pytest.raises(Refusal, match="it"):
            READERS[reader](arguments, "it")
    else:
        assert READERS[reader](arguments, "it") is None


@pytest.mark.parametrize("value", [0, 10, 1.5, True, "5", float("nan"), float("inf"), -float("inf"), []])
def test_a_count_is_a_whole_number_within_its_bounds(value: Any) -> None:
    """True is no number, and neither is what a float can be besides."""
    with pytest.raises(BadArgument, match="it"):
        READERS["count"](given_as(value), "it")


@pytest.mark.parametrize("value", ["0", "00", "-5", "²", "1.5", "1e3", "5 apples"])
def test_a_lag_is_a_duration_or_digits_and_longer_than_zero(value: str) -> None:
    """Nought would mean everything: retention after nothing drops every chunk."""
    with pytest.raises(Refusal, match="it"):
        READERS["lag"](given_as(value), "it")


def test_what_nobody_took_is_refused_with_what_was_meant() -> None:
    """A near miss names the argument; anything else the whole list."""
    arguments = Arguments({"retenton": 1}, "hypertable t")
    arguments.inner("retention")
    arguments.text("owner")
    with pytest.raises(BadArgument) as caught:
        arguments.finish()
    assert [word for word in ('"retenton"', "retention") if word not in str(caught.value)] == []
    assert "owner" not in str(caught.value)
    other = Arguments({"xyz": 1}, "hypertable t")
    assert other.raw("retention") is other.raw("owner") is None
    with pytest.raises(BadArgument) as caught:
        other.finish()
    assert [word for word in ('"xyz"', "retention", "owner") if word not in str(caught.value)] == []


def test_everything_taken_is_finished() -> None:
    """Also what was taken twice, or was not there."""
    arguments = Arguments({"a": 1, "b": None}, "t")
    assert arguments.raw("a") == arguments.raw("a") == 1
    assert arguments.raw("c", "default") == "default"
    arguments.finish()


def test_absence_stands_alone() -> None:
    """What else stands there contradicts it, but for the names that were taken before."""
    assert Arguments({"absent": True}, "t").absent()
    assert not Arguments({"absent": False, "a": 1}, "t").absent()
    assert not Arguments({}, "t").absent()
    named = Arguments({"absent": True, "name": "a"}, "t")
    named.name("name")
    assert named.absent()
    with pytest.raises(BadArgument, match="drop_after"):
        Arguments({"absent": True, "drop_after": "1 day"}, "t").absent()


def test_nested_arguments_know_their_place() -> None:
    """A message says which of several is wrong."""
    outer = Arguments({"a": [{"x": 1}, {"x": 2}], "b": {"y": 3}}, "t")
    rows = list(outer.each("a") or ())
    inner = outer.inner("b")
    assert [each.where for each in rows] == ["t, a[0]", "t, a[1]"]
    assert inner is not None
    assert inner.where == "t, b"
    with pytest.raises(BadArgument, match=r"^t, b: "):
        inner.finish()


@pytest.mark.parametrize("values", ["text", 5, [("a", 1)]])
def test_arguments_are_a_dictionary(values: Any) -> None:
    """Anything else is refused with its place."""
    with pytest.raises(BadArgument, match=r"^role app"):
        Arguments(values, "role app")
