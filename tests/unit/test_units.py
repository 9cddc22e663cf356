"""Durations: every spelling that PostgreSQL writes is read as the same value and written back one way.

Not proved here: that a server agrees. The spellings are those of its IntervalStyle settings, written out by hand
below; tests/database reads real ones.
"""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pulumi_timescaledb.errors import Refusal
from pulumi_timescaledb.units import BadInterval, Interval, canonical

SECOND = 1_000_000
HOUR, DAY = 3600 * SECOND, 24 * 3600 * SECOND
QUICK = settings(deadline=None, database=None)

intervals = st.builds(
    Interval,
    st.integers(0, 12 * 200),
    st.integers(0, 100_000),
    st.integers(0, 300_000 * DAY),
)
signed = st.builds(
    Interval, st.integers(-2400, 2400), st.integers(-9999, 9999), st.integers(-10_000 * DAY, 10_000 * DAY)
)


def fields(value: Interval) -> tuple[int, int, int, int, int, int, int]:
    """Years, months, days, hours, minutes, seconds and microseconds of an interval that is not negative."""
    minutes, rest = divmod(value.microseconds, 60 * SECOND)
    return (*divmod(value.months, 12), value.days, *divmod(minutes, 60), *divmod(rest, SECOND))


def in_words(value: Interval, words: tuple[str, str, str]) -> list[str]:
    """Years, months and days with PostgreSQL's plural s."""
    counts = fields(value)[:3]
    return [f"{n} {word}{'' if n == 1 else 's'}" for n, word in zip(counts, words, strict=True) if n]


def postgres(value: Interval) -> str:
    """IntervalStyle postgres: "1 year 2 mons 3 days 04:05:06.000007"."""
    _, _, _, hours, minutes, seconds, fraction = fields(value)
    words = in_words(value, ("year", "mon", "day"))
    if value.microseconds or not words:
        words.append(f"{hours:02}:{minutes:02}:{seconds:02}" + (f".{fraction:06}".rstrip("0") if fraction else ""))
    return " ".join(words)


def iso(value: Interval) -> str:
    """IntervalStyle iso_8601: "P1Y2M3DT4H5M6.000007S"."""
    years, months, days, hours, minutes, seconds, fraction = fields(value)
    date = "".join(f"{n}{unit}" for n, unit in ((years, "Y"), (months, "M"), (days, "D")) if n)
    time = "".join(f"{n}{unit}" for n, unit in ((hours, "H"), (minutes, "M")) if n)
    if seconds or fraction:
        time += f"{seconds}" + (f".{fraction:06}".rstrip("0") if fraction else "") + "S"
    return f"P{date}" + (f"T{time}" if time else "") if date or time else "PT0S"


def verbose(value: Interval) -> str:
    """IntervalStyle postgres_verbose: "@ 1 year 2 mons 3 days 4 hours 5 mins 6 secs", of whole seconds."""
    clock = zip(fields(value)[3:6], ("hour", "min", "sec"), strict=True)
    words = in_words(value, ("year", "mon", "day"))
    words += [f"{n} {word}{'' if n == 1 else 's'}" for n, word in clock if n]
    return "@ " + " ".join(words)


@QUICK
@given(signed)
def test_the_canonical_text_is_read_back_as_the_same_value(value: Interval) -> None:
    """Parsing what is written gives the value again, negative ones included, so state never moves by itself."""
    assert Interval.parse(value.text) == value
    assert Interval.parse(value.text).text == value.text == str(value)


@QUICK
@given(intervals)
@example(Interval())
def test_each_interval_style_is_the_same_value(value: Interval) -> None:
    """The styles of PostgreSQL's IntervalStyle setting are spellings of one value."""
    assert Interval.parse(postgres(value)) == value
    assert Interval.parse(iso(value)) == value
    whole = Interval(value.months, value.days, value.microseconds // SECOND * SECOND)
    if whole != Interval():
        assert Interval.parse(verbose(whole)) == whole


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7 days", Interval(days=7)),
        ("1 week", Interval(days=7)),
        ("2 weeks 1 day", Interval(days=15)),
        ("1 mon", Interval(months=1)),
        ("1 month", Interval(months=1)),
        ("1 year 6 mons", Interval(months=18)),
        ("@ 14 days", Interval(days=14)),
        ("36:00:00", Interval(days=1, microseconds=12 * HOUR)),
        ("1 day 12:00:00", Interval(days=1, microseconds=12 * HOUR)),
        ("24 hours", Interval(days=1)),
        ("-1 days -02:00:00", Interval(days=-1, microseconds=-2 * HOUR)),
        ("1 year -2 mons +3 days -04:05:06", Interval(10, 3, -(4 * HOUR + 306 * SECOND))),
        ("00:00:00.5", Interval(microseconds=SECOND // 2)),
        ("00:30", Interval(microseconds=HOUR // 2)),
        ("P7D", Interval(days=7)),
        ("P2W", Interval(days=14)),
        ("PT36H", Interval(days=1, microseconds=12 * HOUR)),
        ("P1Y2M3DT4H5M6.5S", Interval(14, 3, 4 * HOUR + 306 * SECOND + SECOND // 2)),
        ("1h30m", Interval(microseconds=HOUR * 3 // 2)),
        ("1 Day, 2 HOURS", Interval(days=1, microseconds=2 * HOUR)),
        ("250 ms", Interval(microseconds=250_000)),
        ("  3   days ", Interval(days=3)),
        ("3 days 5 us", Interval(days=3, microseconds=5)),
    ],
)
def test_a_spelling_is_one_value(text: str, value: Interval) -> None:
    """What people and catalogs write means what PostgreSQL means by it."""
    assert Interval.parse(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "@", "seven days", "7", "days", "7 parsecs", "1.5 days", "P", "PT", "P1YT", "P1", "1 M", "1:2"),
        *("7 days ago", "7 days;", "12:00:00:00", "7days7", "--7 days", "P1D2Y", "interval '7 days'"),
    ],
)
def test_what_is_no_interval_is_refused(text: str) -> None:
    """A text that PostgreSQL would not write is a refusal, and a ValueError for those who ask for one."""
    with pytest.raises(BadInterval) as caught:
        Interval.parse(text)
    assert isinstance(caught.value, Refusal)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("text", ["soon", "0 days", "-7 days", "1 day -24:00:00", "00:00:00", ""])
def test_a_duration_is_longer_than_zero(text: str) -> None:
    """A wrong duration names the argument that it was given for."""
    with pytest.raises(BadInterval, match=r"^the_argument\b"):
        Interval.duration(text, "the_argument")
    with pytest.raises(BadInterval, match=r"^the_argument\b"):
        canonical(text, "the_argument")


@QUICK
@given(st.integers(-10, 10), st.integers(-300_000, 300_000), st.integers(-5 * DAY, 5 * DAY))
@example(0, 200_000, -1)
@example(0, -200_000, 1)
def test_clock_time_carries_whole_days(months: int, days: int, rest: int) -> None:
    """However the clock part grew, less than a day is left in it and the length is unchanged to the microsecond."""
    value = Interval(months, 0, days * DAY + rest)
    assert abs(value.microseconds) < DAY
    assert value.days * value.microseconds >= 0
    assert value.total_microseconds == (months * 30 + days) * DAY + rest


@QUICK
@given(signed, signed)
def test_the_order_is_total_and_by_length(one: Interval, other: Interval) -> None:
    """One of two is not longer than the other, and both ways means the same length, as PostgreSQL compares."""
    assert one <= other or other <= one
    assert (one < other) == (not other <= one)
    assert (one <= other <= one) == (one.total_microseconds == other.total_microseconds)


def test_a_month_orders_as_thirty_days_and_is_not_thirty_days() -> None:
    """A policy subtracts months from a date, so 3 months and 90 days order alike but are different values."""
    months, days = Interval(months=3), Interval(days=90)
    assert months <= days <= months
    assert not months < days
    assert months != days
    assert months.fixed == days.fixed == days
    assert Interval(months=1) < Interval(days=31)


def test_an_interval_orders_only_with_intervals() -> None:
    """Comparing with a number is a programming error, not an answer."""
    with pytest.raises(TypeError):
        assert Interval(days=1) < 5
    with pytest.raises(TypeError):
        assert Interval(days=1) <= 5


def test_the_canonical_text_spells_units_out() -> None:
    """State and previews show one spelling."""
    assert canonical("36:00:00", "after") == "1 day 12 hours"
    assert canonical("P1Y1M", "after") == "1 year 1 month"
    assert Interval().text == "0 seconds"
    assert Interval(microseconds=61 * SECOND + 1).text == "1 minute 1 second 1 microsecond"
