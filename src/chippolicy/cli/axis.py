"""A time axis in characters: spans as bars, moments as points, doubt shown as such."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from chippolicy.timeline import AFTER, BEFORE, Entry


@dataclass(frozen=True)
class Marks:
    """The characters that an axis is drawn with, each one column wide."""

    day: str
    some_day: str
    certain: str
    doubtful: str
    unknown: str
    goes_on: str
    earlier: str
    rule: str
    tick: str
    dash: str
    """Between the two ends of a span in words."""
    dot: str
    """Between one thing told and the next."""

    def legend(self) -> str:
        """What they mean, in one line."""
        return (
            f"{self.day} a day  {self.some_day} a day thereabouts  {self.certain} lasting  "
            f"{self.doubtful} in doubt  {self.unknown} not known  {self.goes_on} goes on"
        )


DRAWN = Marks("●", "○", "█", "░", "┄", "▶", "◀", "─", "┬", "–", "·")
PLAIN = Marks("o", "?", "#", ":", ".", ">", "<", "-", "+", "-", "|")
"""For terminals that have no other characters."""

_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 6_000, 12_000)
_DAYS = (1, 2, 7, 14)
_YEAR = 12


class Axis:
    """Days from a first to a last one, spread over some columns."""

    def __init__(self, first: date, last: date, columns: int, marks: Marks = DRAWN) -> None:
        self.first, self.last = first.toordinal(), last.toordinal()
        self.columns = columns
        self.marks = marks

    def column(self, day: int) -> int:
        """The column of a day, from 0; below 0 or past the last for a day that is not on it."""
        return (day - self.first) * self.columns // (self.last - self.first + 1)

    def head(self) -> tuple[str, str]:
        """The dates along the axis, and the line under them with a tick for each."""
        labels, line = "", [self.marks.rule] * self.columns
        for day, label in self._ticks():
            at = self.column(day)
            if at + len(label) <= self.columns and (not labels or at > len(labels)):
                labels = labels.ljust(at) + label
                line[at] = self.marks.tick
        return labels.ljust(self.columns), "".join(line)

    def bar(self, entry: Entry) -> str:
        """An entry on the axis, as wide as the axis."""
        first, last = entry.begins[0], entry.ends[1]
        if last < self.first:
            return self.marks.earlier.ljust(self.columns)
        if first > self.last:
            return self.marks.goes_on.rjust(self.columns)
        cells = "".join(self._cell(entry, number) for number in range(self.columns))
        if entry.ends[0] == AFTER or (entry.ends[0] > self.last and self._certain(entry)):
            cells = cells[:-1] + self.marks.goes_on
        if self._certain(entry) and entry.begins[1] < self.first:
            cells = self.marks.earlier + cells[1:]
        return cells

    @staticmethod
    def _certain(entry: Entry) -> bool:
        """Whether there are days that certainly belong to an entry."""
        return entry.begins[1] <= entry.ends[0]

    def _cell(self, entry: Entry, number: int) -> str:
        (first, begun), (over, last) = entry.begins, entry.ends

        def reaches(low: int, high: int) -> bool:
            return low <= high and self.column(low) <= number <= self.column(high)

        if not reaches(first, last):
            return " "
        if entry.is_moment and self.column(first) == self.column(last):
            return self.marks.day if first == last else self.marks.some_day
        if reaches(begun, over):
            return self.marks.certain
        # Beyond what is known at all there is not even a doubtful part to draw.
        before_known = first == BEFORE and number < self.column(min(begun, over))
        after_known = last == AFTER and number > self.column(max(begun, over))
        return self.marks.unknown if before_known or after_known else self.marks.doubtful

    def _ticks(self) -> Iterator[tuple[int, str]]:
        """The days to write along the axis, as close as their labels allow."""
        days = self.last - self.first + 1
        for step in _DAYS:
            if step * self.columns >= days * (len("2025-08-11") + 2):
                for day in range(self.first, self.last + 1, step):
                    yield day, date.fromordinal(day).isoformat()
                return
        room = days / self.columns / (365.2425 / _YEAR)
        for step in _MONTHS:
            wide = len("2025") if step % _YEAR == 0 else len("2025-08")
            if step >= room * (wide + 2) or step == _MONTHS[-1]:
                yield from self._months(step)
                return

    def _months(self, step: int) -> Iterator[tuple[int, str]]:
        start = date.fromordinal(self.first)
        month = -(-(start.year * _YEAR + start.month - 1) // step) * step
        if start.day > 1 and month == start.year * _YEAR + start.month - 1:
            month += step
        while month // _YEAR <= date.max.year:
            day = date(max(month // _YEAR, 1), month % _YEAR + 1, 1)
            if day.toordinal() > self.last:
                return
            yield day.toordinal(), day.isoformat()[: 4 if step % _YEAR == 0 else 7]
            month += step


def extent(entries: Iterable[Entry]) -> tuple[date, date] | None:
    """The first and the last day that entries name, or None if they name none."""
    days = [
        day for entry in entries for day in (*entry.begins, *entry.ends) if BEFORE < day < AFTER
    ]
    return (date.fromordinal(min(days)), date.fromordinal(max(days))) if days else None
