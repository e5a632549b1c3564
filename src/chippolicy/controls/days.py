"""Days and stretches of days, and what an EDTF date leaves open about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from chippolicy.controls.logic import Truth
from chippolicy.edtf import EdtfDate, Kind, Precision, parse
from chippolicy.edtf import Truth as Order

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Stretch:
    """Days from the first to the last, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}/{self.last}"


def day_of(date_: date) -> EdtfDate:
    """A day as an EDTF date."""
    return parse(date_.isoformat())


@cache
def window(text: str) -> tuple[date, date]:
    """The days on which an event dated so may have been, its qualifiers' margins included.

    An open or unknown bound reaches to the end of the calendar.
    """
    moment = parse(text)
    plain = not (moment.approximate or moment.uncertain)
    if moment.kind is Kind.DATE and moment.precision is Precision.DAY and plain:
        assert moment.earliest is not None
        return moment.earliest, moment.earliest
    # The margins are the date's own business: asked of it, day by day, by halving.
    low, high = date.min.toordinal(), date.max.toordinal()
    first = _first(low, high, lambda day: day.before(moment) is not Order.YES)
    last = _first(low, high, lambda day: moment.before(day) is Order.YES)
    return (
        date.fromordinal(first if first is not None else high),
        date.fromordinal(last - 1 if last is not None else high),
    )


def _first(low: int, high: int, holds: Callable[[EdtfDate], bool]) -> int | None:
    """The first day from which on something holds."""
    if not holds(day_of(date.fromordinal(high))):
        return None
    while low < high:
        middle = (low + high) // 2
        if holds(day_of(date.fromordinal(middle))):
            high = middle
        else:
            low = middle + 1
    return low


@dataclass(frozen=True)
class Period:
    """When something held, from its first to its last day; either may be open or in doubt."""

    start: str | None
    """EDTF; None where it held from the beginning."""
    end: str | None
    """EDTF, the last day; None while it holds."""
    until: str | None = None
    """EDTF, the first day on which it no longer held, where that is known instead of `end`."""

    def __str__(self) -> str:
        return f"{self.start or ''}/{self.end or self.until or ''}"

    def holds(self, day: date) -> Truth:
        """Whether it held on a day; None where its dates leave that open."""
        begun: Truth = True
        if self.start:
            low, high = window(self.start)
            begun = day >= high or (None if day >= low else False)
        last = self._last_days()
        if begun is False or last is None:
            return begun
        low, high = last
        if day > high:
            return False
        return begun if day <= low else None

    def turns(self) -> tuple[date, ...]:
        """The days on which `holds` may change."""
        found = list(window(self.start)) if self.start else []
        found += (day + ONE_DAY for day in self._last_days() or () if day < date.max)
        return tuple(found)

    def _last_days(self) -> tuple[date, date] | None:
        """Between which days its last one lies."""
        if self.end:
            return window(self.end)
        if self.until:
            low, high = window(self.until)
            return max(low, date.min + ONE_DAY) - ONE_DAY, high - ONE_DAY
        return None
