"""Date orders: interprets the `Order` parts of rules over the rows of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from chippolicy.edtf import EdtfDate, EdtfError, Truth, parse
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import Fault, Values
from chippolicy.engine.survey import Column, Watcher
from chippolicy.rules import Order, Path, Rule

Lookup = Callable[[str, str], Mapping[str, str]]
"""The non-blank values of a column of a table by id: contributed records before shipped ones."""


_plain_day = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


@lru_cache(maxsize=65_536)
def _parsed(text: str) -> EdtfDate | None:
    try:
        return parse(text)
    except EdtfError:
        # Its own finding has told so: a faulty date takes part in no other rule.
        return None


class OrderWatcher(Watcher):
    """Finds the rows in which one date certainly, or possibly, comes after another."""

    def __init__(self, rule: Rule, order: Order, lookup: Lookup) -> None:
        self.rule = rule
        self.order = order
        paths = [order.first, order.then, *(where.path for where in order.where)]
        self.columns = tuple(dict.fromkeys(path.column for path in paths))
        self._at = {name: index for index, name in enumerate(self.columns)}
        self._maps: dict[tuple[str, str], Mapping[str, str]] = {
            (path.table, path.of): lookup(path.table, path.of)
            for path in paths
            if path.table and path.of
        }
        needed = [self._maps[p.table, p.of] for p in (order.first, order.then) if p.table and p.of]
        # Nothing to hold a date against: the rows need not be looked at.
        self._idle = any(not values for values in needed)
        self._plain = not self._maps
        self._seen: set[Values] = set()
        self._certain: dict[Values, Detail] = {}
        self._possible: dict[Values, Detail] = {}

    def take(self, columns: list[Column]) -> None:
        """Judge those combinations of a block that were not seen before."""
        if self._idle or (self._plain and not all(map(any, columns))):
            return
        fresh = set(zip(*columns, strict=True)) - self._seen
        if len(self._seen) < 200_000:
            self._seen |= fresh
        for values in fresh:
            self._judge(values)

    def _judge(self, values: Values) -> None:
        first = self._found(self.order.first, values)
        then = self._found(self.order.then, values)
        if not first or not then or first == then:
            # Written alike they are the same time, as far as anybody knows.
            return
        for where in self.order.where:
            if (self._found(where.path, values) in where.among) == where.negated:
                return
        if first < then and _plain_day(first) and _plain_day(then):
            # Days, or what looks like days and is faulty, which takes no part in this.
            return
        a, b = _parsed(first), _parsed(then)
        if a is None or b is None:
            return
        truth = b.before(a)
        if truth is Truth.YES:
            self._certain[values] = self._told(first, then, "comes after", values)
        elif truth is Truth.CANNOT_TELL and self.rule.doubtful:
            self._possible[values] = self._told(first, then, "may come after", values)

    def _found(self, path: Path, values: Values) -> str | None:
        value = values[self._at[path.column]]
        if not path.table or not path.of:
            return value
        table, slash, key = value.partition("/")
        if slash:
            if table != path.table:
                return None
            value = key
        return self._maps[path.table, path.of].get(value)

    def _told(self, first: str, then: str, verb: str, values: Values) -> Detail:
        def words(path: Path) -> str:
            if not path.table:
                return path.column
            return f"{path.of} of {values[self._at[path.column]]}"

        order = self.order
        return Detail(
            self.rule.code,
            f"{words(order.first)}, {first}, {verb} {words(order.then)}, {then}",
        )

    def faults(self) -> list[Fault]:
        """What was found, to be placed."""
        found = ((self._certain, None), (self._possible, self.rule.doubtful))
        return [
            Fault(self.order.table, self.columns, self.order.field, bad, severity)
            for bad, severity in found
            if bad
        ]
