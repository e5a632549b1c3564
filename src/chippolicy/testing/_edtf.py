"""Strategies for dates: EDTF texts of every kind, and plain days."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

_MARKS = st.sampled_from(["", "", "", "?", "~", "%"])
_YEARS_NOW = st.dates(date(1990, 1, 1), date(2035, 12, 31))
_DAYS = st.one_of(_YEARS_NOW, st.dates())


def iso_days() -> st.SearchStrategy[str]:
    """Calendar days, `YYYY-MM-DD`."""
    return _DAYS.map(date.isoformat)


def edtf_texts() -> st.SearchStrategy[str]:
    """Texts that `chippolicy.edtf.parse` accepts, of every kind: days, doubts, intervals, sets.

    >>> from hypothesis import given
    >>> from chippolicy.testing import edtf_texts
    >>> @given(edtf_texts())
    ... def test_my_importer_keeps_dates(text):
    ...     assert my_importer(text) == text
    """
    return st.one_of(simple_texts(), interval_texts(), set_texts("[", "]"), set_texts("{", "}"))


def simple_texts() -> st.SearchStrategy[str]:
    """Make single dates: plain, seasons, with X, with marks."""
    return _DAYS.flatmap(texts_holding)


@st.composite
def texts_holding(draw: st.DrawFn, day: date) -> str:
    """Write a date that holds a given day, more or less precisely."""
    parts = day.isoformat().split("-")[: draw(st.integers(1, 3))]
    form = draw(st.sampled_from(["plain", "plain", "mask", "season"]))
    if form == "mask":
        digits = st.booleans()
        parts = ["".join("X" if draw(digits) else digit for digit in part) for part in parts]
        if draw(st.booleans()):
            parts[0] = day.isoformat()[:4]
    elif form == "season":
        parts = _season(day) or parts
    if draw(st.booleans()):
        parts = [draw(_MARKS) + part + draw(_MARKS) for part in parts]
    return "-".join(parts)


@st.composite
def interval_texts(draw: st.DrawFn) -> str:
    """Make intervals, with open and unknown ends."""
    first, second = sorted([draw(_DAYS), draw(_DAYS)])
    start, end = draw(texts_holding(first)), draw(texts_holding(second))
    match draw(st.integers(0, 3)):
        case 0:
            return draw(st.sampled_from(["", ".."])) + "/" + end
        case 1:
            return start + "/" + draw(st.sampled_from(["", ".."]))
        case _:
            return f"{start}/{end}"


@st.composite
def set_texts(draw: st.DrawFn, opening: str, closing: str) -> str:
    """Make sets of up to four members, with ranges and open ends."""
    members = [draw(_members()) for _ in range(draw(st.integers(1, 4)))]
    if draw(st.integers(0, 3)) == 0:
        members.insert(0, ".." + draw(_plain()))
    if draw(st.integers(0, 3)) == 0:
        members.append(draw(_plain()) + "..")
    return opening + ",".join(members) + closing


@st.composite
def _members(draw: st.DrawFn) -> str:
    if draw(st.integers(0, 3)):
        return draw(simple_texts())
    length = draw(st.sampled_from([4, 7, 10]))
    first, second = sorted([draw(_DAYS), draw(_DAYS)])
    return f"{first.isoformat()[:length]}..{second.isoformat()[:length]}"


@st.composite
def _plain(draw: st.DrawFn) -> str:
    return draw(_DAYS).isoformat()[: draw(st.sampled_from([4, 7, 10]))]


def _season(day: date) -> list[str] | None:
    year, season = day.year, 21 + (day.month - 3) // 3 % 4
    if day.month < 3:
        year -= 1
    return [f"{year:04}", str(season)] if year else None
