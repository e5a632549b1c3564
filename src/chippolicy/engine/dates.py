"""Date orders: interprets the `Order` parts of rules over the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial

from chippolicy.edtf import EdtfDate, EdtfError, Truth, parse
from chippolicy.engine.causes import Each, Values
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import Details, Fault
from chippolicy.engine.lookup import LayeredLookup, narrowed
from chippolicy.engine.slips import swapped
from chippolicy.engine.survey import Column, Watcher
from chippolicy.rules import Order, Path, Rule

Lookup = Callable[[str, str], "Mapping[str, str] | LayeredLookup"]
"""The non-blank values of a column of a table by id: contributed records before shipped ones."""


_WAITING = 10_000
"""So many rows are kept before they are judged."""
_plain_day = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> EdtfDate | None:
    try:
        return parse(text)
    except EdtfError:
        # Its own finding has told so: a faulty date takes part in no other rule.
        return None


class OrderWatcher(Watcher):
    """Finds the rows in which one date certainly, or possibly, comes after another.

    Rows repeat dates far more than they repeat themselves, so the distinct pairs of dates are
    judged, and rows are looked at only where a pair is faulty.
    """

    def __init__(self, rule: Rule, order: Order, lookup: Lookup) -> None:
        self.rule = rule
        self.order = order
        paths = [order.first, order.then, *(where.path for where in order.where)]
        self.columns = tuple(dict.fromkeys(path.column for path in paths))
        self._at = {name: index for index, name in enumerate(self.columns)}
        self._lookup = lookup
        self._maps: dict[Path, Mapping[str, str] | LayeredLookup] = {}
        # Nothing to hold a date against: the rows need not be looked at.
        self.idle = any(path.table and not self._map(path) for path in paths[:2])
        self._waiting: list[list[Column]] = []
        """Blocks whose dates are in tables too large to be looked through more than once."""
        self._fine: set[tuple[str | None, str | None]] = set()
        self._doubts: dict[tuple[str, str], Truth] = {}
        self._certain: dict[Values, tuple[str, str]] = {}
        self._possible: dict[Values, tuple[str, str]] = {}
        self._slips: set[tuple[str, str]] = set()
        self._slipped: dict[Values, tuple[str, str]] = {}

    def _map(self, path: Path) -> Mapping[str, str] | LayeredLookup:
        if path not in self._maps:
            values = self._lookup(path.table or "", path.of or "")
            if path.by_reference:
                prefix = f"{path.table}/"
                if isinstance(values, LayeredLookup):
                    values = values.prefixed(prefix)
                else:
                    values = dict(zip(map(prefix.__add__, values), values.values(), strict=True))
            self._maps[path] = values
        return self._maps[path]

    def values_of(self, path: Path) -> Mapping[str, str] | LayeredLookup:
        """The dates that a path into another table leads to, by what the rows hold."""
        return self._map(path)

    def in_order(self, first: str, then: str) -> bool:
        """Whether nothing is to be said of two dates."""
        return self._is_fine(first, then)

    def _map_for(self, path: Path, ids: Column) -> Mapping[str, str]:
        return narrowed(self._map(path), ids)

    def take(self, columns: list[Column]) -> None:
        """Judge a block, or keep it until it is known what else is to be looked up."""
        if any(isinstance(values, LayeredLookup) for values in self._maps.values()):
            self._waiting.append(columns)
            if sum(len(one[0]) for one in self._waiting) <= _WAITING:
                return
            self._judge_waiting()
        else:
            self._judge(columns)

    def _judge_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for columns in waiting:
            self._judge(columns)

    def _judge(self, columns: list[Column]) -> None:
        """Judge those pairs of dates of a block that were not met before."""
        if self.idle or self._is_apart(columns):
            return
        firsts, thens = (
            self._dates(self.order.first, columns),
            self._dates(self.order.then, columns),
        )
        fresh = set(zip(firsts, thens, strict=True)) - self._fine
        known = self._doubts.keys() | self._slips
        faulty = {pair for pair in fresh if pair in known or not self._is_fine(*pair)}
        self._fine |= fresh - faulty
        if not faulty:
            return
        for values, first, then in zip(zip(*columns, strict=True), firsts, thens, strict=True):
            if (first, then) in faulty and first and then and self._applies(values):
                self._keep(values, first, then)

    def _is_apart(self, columns: list[Column]) -> bool:
        """Whether no row of a block names a record with a date to hold its own against."""
        return any(
            path.table
            and (ids := columns[self._at[path.column]])
            and self._map_for(path, ids).keys().isdisjoint(ids)
            for path in (self.order.first, self.order.then)
        )

    def _dates(self, path: Path, columns: list[Column]) -> Sequence[str | None]:
        own = columns[self._at[path.column]]
        return list(map(self._map_for(path, own).get, own)) if path.table else own

    def _is_fine(self, first: str | None, then: str | None) -> bool:
        if not first or not then or first == then:
            # Written alike they are the same time, as far as anybody knows.
            return True
        if first < then and _plain_day(first) and _plain_day(then):
            # Days, or what looks like days and is faulty, which takes no part in this.
            if self.order.slip and swapped(first) == then and _parsed(first) and _parsed(then):
                self._slips.add((first, then))
                return False
            return True
        a, b = _parsed(first), _parsed(then)
        if a is None or b is None:
            return True
        truth = b.before(a)
        if truth is Truth.NO or (truth is Truth.CANNOT_TELL and self.rule.doubtful is None):
            return True
        self._doubts[first, then] = truth
        return False

    def _applies(self, values: Values) -> bool:
        for where in self.order.where:
            value: str | None = values[self._at[where.path.column]]
            if where.path.table and value is not None:
                value = self._map_for(where.path, (value,)).get(value)
            # What is not known, or faulty, fulfills no condition, not even a negated one.
            if value is None or (value in where.among) == where.negated:
                return False
        return True

    def _keep(self, values: Values, first: str, then: str) -> None:
        if self.order.slip and (first, then) in self._slips:
            self._slipped[values] = first, then
        elif self._doubts[first, then] is Truth.YES:
            self._certain[values] = first, then
        else:
            self._possible[values] = first, then

    def _words(self, path: Path, values: Values, date: str) -> str:
        of = f"{path.of} of {values[self._at[path.column]]}" if path.table else path.column
        return f"{of}, {date}"

    def _tell(self, kept: Mapping[Values, tuple[str, str]], verb: str, values: Values) -> Detail:
        first, then = kept[values]
        one = self._words(self.order.first, values, first)
        other = self._words(self.order.then, values, then)
        hint = "Are day and month of one of them swapped?" if swapped(first) == then else None
        return Detail(self.rule.code, f"{one}, {verb} {other}", hint)

    def _tell_slip(self, values: Values) -> Detail:
        first, then = self._slipped[values]
        one = self._words(self.order.first, values, first)
        other = self._words(self.order.then, values, then)
        return Detail(self.order.slip or "", f"{one}, and {other}, differ by day and month alone")

    def faults(self) -> list[Fault]:
        """What was found, to be placed."""
        self._judge_waiting()
        certain = partial(self._tell, self._certain, "comes after")
        possible = partial(self._tell, self._possible, "may come after")
        found = (
            (self._certain, self.rule.code, certain, None),
            (self._possible, self.rule.code, possible, self.rule.doubtful),
            (self._slipped, self.order.slip or "", self._tell_slip, None),
        )
        return [
            Fault(
                self.order.table,
                self.columns,
                self.order.field,
                Details(Each(bad, code), tell),
                severity,
            )
            for bad, code, tell, severity in found
            if bad
        ]
