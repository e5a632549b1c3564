"""When the records of each table begin and end, and what that makes of them on a day."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from chippolicy.edtf import EdtfDate, Truth, parse

Window = tuple[int, int]
"""The first and the last day, as ordinals, on which something may be."""

_plain = lru_cache(maxsize=4_096)(parse)


class Life(NamedTuple):
    """Which columns of a table say when a record begins and when it ends."""

    begins: tuple[str, ...]
    """It begins with the first of these; where all are blank, nobody can tell when."""
    ends: str | None = None
    """Its last day; None: what has begun stays."""
    blank_end_is_unknown: bool = False
    """Whether a blank end may be long past; otherwise blank means that it goes on."""
    end_is_first_day_without: bool = False
    """Whether `ends` is the first day on which it is no more."""
    only_planned: tuple[str, str] | None = None
    """A column and the value that makes it doubtful whether it ever was."""


LIVES: Mapping[str, Life] = {
    "actors": Life(("start",), "end"),
    "chips": Life(("announced", "released")),
    "policies": Life(
        ("announced", "published", "effective"), "ended", end_is_first_day_without=True
    ),
    "policy_measures": Life(("start",), "end"),
    "country_groups": Life(("start",), "end"),
    "events": Life(("date",), only_planned=("kind", "scheduled")),
    "positions": Life(("start",), "end", blank_end_is_unknown=True),
    "statements": Life(("made_on",)),
}
"""The tables whose records are there for a time; those of the others always are."""


class Verdict(NamedTuple):
    """Whether a record was there on a day, and why that cannot be told."""

    held: Truth
    undated: bool
    """Whether it cannot be told because nothing says when it began."""


def verdict(life: Life, row: Mapping[str, str], day: EdtfDate) -> Verdict:
    """Tell whether a record was there on a day; raises EdtfError where a cell is no date.

    Of an interval it is asked whether the record was there at some time in it.
    """
    dates = [_plain(row[name]) for name in life.begins if row.get(name)]
    begun = [begun_by(date, day) for date in dates]
    if dates and all(truth is Truth.NO for truth in begun):
        return Verdict(Truth.NO, False)
    over = _over(life, row, day)
    if over is Truth.YES:
        return Verdict(Truth.NO, False)
    if not dates:
        return Verdict(Truth.CANNOT_TELL, True)
    planned = (
        life.only_planned is not None and row.get(life.only_planned[0]) == (life.only_planned[1])
    )
    certain = Truth.YES in begun and over is Truth.NO and not planned
    return Verdict(Truth.YES if certain else Truth.CANNOT_TELL, False)


def begun_by(date: EdtfDate, day: EdtfDate) -> Truth:
    """Tell whether a date has begun on a day or before."""
    return _not_after(date.begins(), day.ends())


def past_by(date: EdtfDate, day: EdtfDate) -> Truth:
    """Tell whether all of a date lies on a day or before."""
    return _not_after(date.ends(), day.ends())


def _over(life: Life, row: Mapping[str, str], day: EdtfDate) -> Truth:
    if life.ends is None:
        return Truth.NO
    text = row.get(life.ends)
    if not text:
        return Truth.CANNOT_TELL if life.blank_end_is_unknown else Truth.NO
    first, last = _plain(text).ends()
    if not life.end_is_first_day_without:
        first, last = first + 1, last + 1
    return _not_after((first, last), day.begins())


def _not_after(one: Window, other: Window) -> Truth:
    if one[1] <= other[0]:
        return Truth.YES
    return Truth.NO if one[0] > other[1] else Truth.CANNOT_TELL
