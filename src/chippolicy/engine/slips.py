"""Likely slips in single rows: figures beyond their limits, and days that an id gives otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from chippolicy.edtf import EdtfError, Truth, parse
from chippolicy.engine.causes import Values
from chippolicy.engine.columns import Detail, shown
from chippolicy.engine.faults import Fault
from chippolicy.engine.survey import Column, TableSurvey, Watcher
from chippolicy.formats.cells import decode
from chippolicy.rules import Rule
from chippolicy.rules.parts import IdDay, Range

_id_day = re.compile("([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)(-|$)").match
_plain_day = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}").fullmatch


def swapped(day: str) -> str | None:
    """A day with day and month swapped; None where that is no other day."""
    if not _plain_day(day):
        return None
    other = f"{day[:4]}-{day[8:]}-{day[5:7]}"
    try:
        date.fromisoformat(other)
    except ValueError:
        return None
    return other if other != day else None


class RangeWatcher(Watcher):
    """Finds figures beyond what the world has, among the different ones of a column."""

    def __init__(self, rule: Rule, part: Range) -> None:
        self.rule = rule
        self.part = part
        self.columns = (part.column, *(where.path.column for where in part.where))
        self._seen: set[Values] = set()
        self._bad: dict[Values, Detail] = {}

    def take(self, columns: list[Column]) -> None:
        """Judge the figures of a block that were not met before."""
        if not any(columns[0]):
            return
        fresh = set(zip(*columns, strict=True)) - self._seen
        self._seen |= fresh
        for values in fresh:
            detail = self._judge(*values)
            if detail is not None:
                self._bad[values] = detail

    def _judge(self, text: str, *others: str) -> Detail | None:
        part, figure = self.part, decode("number", text)
        if not isinstance(figure, float) or any(
            (value in where.among) == where.negated
            for where, value in zip(part.where, others, strict=True)
        ):
            return None
        if part.least is not None and figure < part.least:
            limit, slip = f"seldom less than {part.least:g}", part.under
        elif part.most is not None and figure > part.most:
            limit, slip = f"at most {part.most:,g}", part.over
        else:
            return None
        meant = f"If it is {slip.words}, write {figure * slip.factor:.15g}." if slip else None
        return Detail(self.rule.code, f"{part.column} is {shown(text)}; expected {limit}", meant)

    def faults(self, table: TableSurvey) -> Iterator[Fault]:
        """What was found, to be placed; a figure with a fault of its own was told."""
        column = table.columns[self.part.column]
        bad = {one: detail for one, detail in self._bad.items() if not column.is_faulty(one[0])}
        if bad:
            yield Fault(self.part.table, self.columns, self.part.column, bad)


class IdDayWatcher(Watcher):
    """Finds records whose id begins with another date than theirs."""

    def __init__(self, rule: Rule, part: IdDay) -> None:
        self.rule = rule
        self.part = part
        self.columns = ("id", part.column)
        self._fine: set[tuple[str, str]] = set()
        self._bad: dict[Values, Detail] = {}

    def take(self, columns: list[Column]) -> None:
        """Judge the records of a block whose id begins with a digit."""
        ids, days = columns
        if min(ids) > ":" or not any(days):
            return
        for name, day in zip(ids, days, strict=True):
            if not day or name.startswith(day):
                continue
            found = _id_day(name)
            if found is None or (found[1], day) in self._fine:
                continue
            detail = self._judge(found[1], day)
            if detail is None:
                self._fine.add((found[1], day))
            else:
                self._bad[name, day] = detail

    def _judge(self, told: str, day: str) -> Detail | None:
        try:
            by_id, by_date = parse(told), parse(day)
        except EdtfError:
            # An id may begin with any digits; a faulty date was told as such.
            return None
        if by_id.overlaps(by_date) is not Truth.NO or (swapped(day) == told) != self.part.swapped:
            return None
        message = f"{self.part.column} is {day}, but the id begins with {told}"
        if self.part.swapped:
            hint = f"Are day and month swapped? Write {told}, or mend the id."
            return Detail(self.rule.code, message, hint)
        return Detail(self.rule.code, message)

    def faults(self, table: TableSurvey) -> Iterator[Fault]:
        """What was found, to be placed; an id or date with a fault of its own was told."""
        ids, days = (table.columns[name] for name in self.columns)
        bad = {
            values: detail
            for values, detail in self._bad.items()
            if not ids.is_faulty(values[0]) and not days.is_faulty(values[1])
        }
        if bad:
            yield Fault(self.part.table, self.columns, self.part.column, bad)
