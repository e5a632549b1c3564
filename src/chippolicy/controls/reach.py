"""Whether a measure reaches a sale: where the chip goes, and where the buyer is at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product

from chippolicy.controls.logic import Truth
from chippolicy.controls.rulebook import JURISDICTION, Destination, Measure, Rulebook

# The export regulations treat Hong Kong as part of China.
_PART_OF = {"HK": "CN"}
_PART_OF_LAW = "the export regulations (15 CFR)"

LOCATION, HEADQUARTERS = "location", "headquarters"
WORLD = "world"
_NAMED, _GROUPED, _ANYWHERE = 3, 2, 1


@dataclass(frozen=True)
class Sale:
    """Where a chip goes and, if known, where its buyer has its headquarters."""

    to: str
    hq: str | None

    def place(self, basis: str) -> str | None:
        """The country that counts for a basis, or None where it is not known."""
        country = self.to if basis == LOCATION else self.hq
        return None if country is None else _PART_OF.get(country, country)

    def assumptions(self) -> tuple[str, ...]:
        """What is taken for granted about the places."""
        places = dict.fromkeys(filter(None, (self.to, self.hq)))
        home = (f"a sale within {JURISDICTION} is taken to be no export",)
        return (
            *(
                f"{place} is treated as {_PART_OF[place]}, as {_PART_OF_LAW} do"
                for place in places
                if place in _PART_OF
            ),
            *(home if self.to == JURISDICTION else ()),
        )


@dataclass(frozen=True, order=True)
class Lean:
    """A group membership that an answer leans on although it was not read for that day."""

    country: str
    group: str
    member: bool
    read: str
    """The day it was read for."""


@dataclass(frozen=True)
class Reached:
    """Whether a measure reaches a sale, by which bases, and what that leans on."""

    holds: Truth
    bases: tuple[str, ...] = ()
    leans: frozenset[Lean] = frozenset()
    if_headquartered: tuple[str, ...] = ()
    """The headquarters of a buyer, not known here, that would bring the sale into reach."""


def reach(measure: Measure, sale: Sale, day: date, book: Rulebook) -> Reached:
    """Whether a measure reaches a sale on a day.

    Of what is said about one basis, a country named beats a group that contains it, and a group
    beats the world; where both are as close, leaving out beats including.
    """
    if measure.direction == "export" and sale.to == measure.jurisdiction:
        # What stays at home is no export.
        return Reached(False)
    leans: set[Lean] = set()
    inside: dict[tuple[str, str], Truth] = {}
    for to in measure.destinations:
        place = sale.place(to.basis)
        if ":" in to.place and place and not _named(measure, to.basis, place):
            inside[place, to.place] = _member(place, to.place, day, book, leans)
    open_ones = [pair for pair, truth in inside.items() if truth is None]
    found = {
        _reaches(measure, sale, {**inside, **dict(zip(open_ones, values, strict=True))})
        for values in product((True, False), repeat=len(open_ones))
    }
    bases = next(iter(found)) if len(found) == 1 else None
    asked: tuple[str, ...] = ()
    if sale.hq is None and bases == () and not _out(measure, sale, LOCATION, inside):
        asked = tuple(
            to.place for to in measure.destinations if to.basis == HEADQUARTERS and to.included
        )
    holds = None if bases is None else bool(bases)
    return Reached(holds, bases or (), frozenset(leans), asked)


def _named(measure: Measure, basis: str, place: str) -> bool:
    return any(to.place == place and to.basis == basis for to in measure.destinations)


def _member(place: str, group: str, day: date, book: Rulebook, leans: set[Lean]) -> Truth:
    membership = book.members.get((group, place))
    truth: Truth = False
    read = book.groups_read.get(group, "")
    known = day.isoformat() == read
    if membership is not None:
        truth = membership.holds(day)
        known = _read_for(membership.start, membership.end, read, day.isoformat())
    if not known:
        leans.add(Lean(place, group, truth is not False, read))
    return truth


def _read_for(start: str | None, end: str | None, read: str, day: str) -> bool:
    """Whether a membership was read for a day: from its start, or up to its end, to the text's."""
    if start or end:
        # A dated change tells of the day before and after it, up to the day of the text.
        return (start or end or "") <= day <= read
    return day == read


def _reaches(
    measure: Measure, sale: Sale, inside: Mapping[tuple[str, str], Truth]
) -> tuple[str, ...]:
    """The bases by which a sale is reached, once every membership is settled."""
    closest = {basis: _closest(measure, sale, basis, inside) for basis in (LOCATION, HEADQUARTERS)}
    if any(left_out and left_out >= taken_in for taken_in, left_out in closest.values()):
        return ()
    return tuple(basis for basis, (taken_in, _) in closest.items() if taken_in)


def _out(measure: Measure, sale: Sale, basis: str, inside: Mapping[tuple[str, str], Truth]) -> bool:
    taken_in, left_out = _closest(measure, sale, basis, inside)
    return bool(left_out and left_out >= taken_in)


def _closest(
    measure: Measure, sale: Sale, basis: str, inside: Mapping[tuple[str, str], Truth]
) -> tuple[int, int]:
    """How closely a place is taken in, and how closely it is left out."""
    place = sale.place(basis)
    best = {True: 0, False: 0}
    for to in measure.destinations:
        if to.basis == basis and place is not None:
            best[to.included] = max(best[to.included], _closeness(to, place, inside))
    return best[True], best[False]


def _closeness(to: Destination, place: str, inside: Mapping[tuple[str, str], Truth]) -> int:
    if to.place == place:
        return _NAMED
    if to.place == WORLD:
        return _ANYWHERE
    return _GROUPED if inside.get((place, to.place)) else 0
