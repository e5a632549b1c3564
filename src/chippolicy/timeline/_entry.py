"""One entry of a timeline: a moment or a span, what it is, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from chippolicy.edtf import EdtfDate, Kind, Precision, Truth, is_valid

BEFORE = 0
"""The day ordinal that stands before every day."""
AFTER = date.max.toordinal() + 1
"""The day ordinal that stands after every day."""

COLUMNS = (
    "date",
    "start",
    "end",
    "earliest",
    "latest",
    "precision",
    "lasting",
    "goes_on",
    "doubtful",
    "record",
    "what",
    "role",
    "fields",
    "title",
    "sources",
)
"""The keys of an entry as plain data, in their order; `docs/time.md` tells what each means."""

Window = tuple[int, int]
"""The first and the last day, as ordinals, on which something may be."""

_COARSENESS = {precision: rank for rank, precision in enumerate(Precision)}


@dataclass(frozen=True)
class Entry:
    """Something dated; made by `timeline`. A moment has the same date as start and end."""

    record: str
    """The reference of the record it is about."""
    what: str
    """What sort of thing: an event's or statement's kind, a measure's effect, a policy's date."""
    title: str
    fields: tuple[str, ...]
    """The fields of the record that hold the dates."""
    start: EdtfDate | None
    end: EdtfDate | None
    lasting: bool
    """Whether it has a start and an end of its own; otherwise it is one date."""
    goes_on: bool = False
    """Whether a blank end means that it goes on, rather than that it is not known."""
    role: str | None = None
    """How it is tied to the record that was asked for."""
    doubtful: bool = False
    """Whether, in a view, its dates leave open whether it held."""
    sources: tuple[str, ...] = ()
    """The ids of the sources that support or qualify the dates."""

    @property
    def earliest(self) -> date | None:
        """The first day, as written; None where it is open or unknown."""
        return self.start.earliest if self.start else None

    @property
    def latest(self) -> date | None:
        """The last day, as written; None where it is open or unknown."""
        return self.end.latest if self.end else None

    @cached_property
    def begins(self) -> Window:
        """The days on which it may begin, marks counted."""
        if self.start:
            first, last = self.start.begins()
            # What may begin on the calendar's first day may have begun before.
            return BEFORE if first <= date.min.toordinal() else first, last
        return BEFORE, self.ends[1]

    @cached_property
    def ends(self) -> Window:
        """The days on which it may end, marks counted."""
        if self.end:
            first, last = self.end.ends()
            return first, AFTER if last >= date.max.toordinal() else last
        return AFTER if self.goes_on or not self.start else self.start.begins()[0], AFTER

    @property
    def is_moment(self) -> bool:
        """Whether it is one day, however coarsely known."""
        return not self.lasting and self._dates[0].kind in (Kind.DATE, Kind.ONE_OF)

    @property
    def precision(self) -> Precision:
        """The coarsest precision of its dates."""
        return max((one.precision for one in self._dates), key=_COARSENESS.__getitem__)

    @property
    def date(self) -> str | None:
        """Its date as one EDTF text; of a span as much as EDTF can say in one, None if nothing."""
        if not self.lasting:
            return self._dates[0].text
        start, end = self.start, self.end
        blank = ".." if self.goes_on else ""
        for text in (
            f"{start or ''}/{end or blank}",
            # A set cannot stand in an interval: unknown is true of it, if less exact.
            f"{start or ''}/",
            f"/{end or blank}",
        ):
            if is_valid(text):
                return text
        return None

    def before(self, other: Entry) -> Truth:
        """Tell whether all of this lies before any of the other."""
        if self.ends[1] < other.begins[0]:
            return Truth.YES
        return Truth.CANNOT_TELL if self.ends[0] < other.begins[1] else Truth.NO

    def may_lie_in(self, first: EdtfDate | None, last: EdtfDate | None) -> bool:
        """Whether part of it may lie between two dates, both included; None is no bound."""
        return (first is None or self.ends[1] >= first.begins()[0]) and (
            last is None or self.begins[0] <= last.ends()[1]
        )

    @property
    def order(self) -> tuple[Any, ...]:
        """What to sort by: one that certainly lies before another comes first.

        What has no known start stands at its end, or where it was last seen.
        """
        last_seen = self.end.earliest if self.end else None
        return (
            self.earliest or self.latest or last_seen or date.max,
            self.latest or date.max,
            _COARSENESS[self.precision],
            self.record,
            self.fields,
        )

    def as_dict(self) -> dict[str, Any]:
        """Itself as plain data for JSON, with the keys of `COLUMNS`."""
        return {
            "date": self.date,
            "start": self.start.text if self.lasting and self.start else None,
            "end": self.end.text if self.lasting and self.end else None,
            "earliest": self.earliest.isoformat() if self.earliest else None,
            "latest": self.latest.isoformat() if self.latest else None,
            "precision": self.precision.value,
            "lasting": self.lasting,
            "goes_on": self.goes_on and self.end is None,
            "doubtful": self.doubtful,
            "record": self.record,
            "what": self.what,
            "role": self.role,
            "fields": list(self.fields),
            "title": self.title,
            "sources": list(self.sources),
        }

    @property
    def _dates(self) -> tuple[EdtfDate, ...]:
        return tuple(one for one in (self.start, self.end) if one is not None)
