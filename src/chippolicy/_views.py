"""Views of a dataset: what held on a day, and what sources published by a day report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from chippolicy._lives import LIVES, past_by, verdict
from chippolicy._references import References, reference, reference_columns
from chippolicy._table import DataError, Sheet, Table
from chippolicy.derive.plan import ColumnPlan
from chippolicy.edtf import EdtfDate, EdtfError, Truth, parse

if TYPE_CHECKING:
    from chippolicy.records import Record

R = TypeVar("R", bound="Record", covariant=True)

When = str | date | EdtfDate
"""A day: EDTF, as text or read, or a `datetime.date`."""

Place = tuple[str, int]
"""A table and the number of one of its rows."""

Blanks = dict[int, set[str]]
"""For each row that is kept, by its number, the columns whose cells are blanked."""


@dataclass(frozen=True, eq=False)
class View:
    """Tables seen from some days; nothing is worked out before one of them is touched.

    What was known is settled first, from all the days of `known_on`, and what held by what was
    known then: so the order in which days are added makes no difference.
    """

    whole: Mapping[str, Table[Any]]
    """All the facts, by table."""
    held_on: tuple[EdtfDate, ...] = ()
    known_on: tuple[EdtfDate, ...] = ()

    def as_of(self, when: When) -> View:
        """This view, of what held on one more day."""
        return replace(self, held_on=(*self.held_on, _day(when)))

    def known_at(self, when: When) -> View:
        """This view, of what sources published by one more day report."""
        return replace(self, known_on=(*self.known_on, _day(when)))

    def __str__(self) -> str:
        held = (f"as of {day}" for day in self.held_on)
        known = (f"known at {day}" for day in self.known_on)
        return ", ".join([*held, *known])

    @cached_property
    def tables(self) -> Mapping[str, Table[Any]]:
        """The tables as they are seen."""
        return MappingProxyType(
            {name: _Part(table.plan, table.path, table, self) for name, table in self.whole.items()}
        )

    @cached_property
    def cut(self) -> Cut:
        """What is kept of each table, and what could not be told."""
        return Cut(self)


@dataclass(frozen=True, eq=False, repr=False)
class _Part(Table[R]):
    """Some rows of a table, perhaps with cells blanked."""

    whole: Table[R]
    view: View

    @cached_property
    def _blanks(self) -> Blanks:
        return self.view.cut.kept[self.name]

    @cached_property
    def _numbers(self) -> tuple[int, ...]:
        return tuple(self._blanks)

    @cached_property
    def _sheet(self) -> Sheet:
        whole = self.whole.sheet
        rows = []
        for number, blanks in self._blanks.items():
            cells = whole.rows[number]
            if blanks:
                cells = tuple(
                    "" if name in blanks else cell
                    for name, cell in zip(whole.header, cells, strict=True)
                )
            rows.append(cells)
        new = {number: place for place, number in enumerate(self._numbers)}
        return Sheet(
            whole.header,
            tuple(whole.lines[number] for number in self._numbers),
            tuple(rows),
            {key: new[number] for key, number in whole.numbers.items() if number in new},
        )

    def _build(self, number: int) -> R:
        old = self._numbers[number]
        return super()._build(number) if self._blanks[old] else self.whole.record_at(old)


class Cut:
    """What a view keeps of each table, worked out at once, and what could not be told."""

    def __init__(self, view: View) -> None:
        self._tables = view.whole
        self._references = References(view.whole)
        self.kept: dict[str, Blanks] = {
            name: {number: set() for number in range(len(table))}
            for name, table in view.whole.items()
        }
        self._unreported: list[tuple[Place, str]] = []
        self._undated_sources: list[int] = []
        self._untold: dict[Place, bool] = {}
        """The rows of which it cannot be told whether they held; True: for want of any date."""
        if view.known_on:
            self._keep_known(view.known_on)
        if view.held_on:
            self._keep_held(view.held_on)
        self._drop_what_hangs_on_what_is_gone()

    @cached_property
    def doubtful(self) -> tuple[str, ...]:
        """References of what is kept although its dates leave open whether it held."""
        return tuple(self._refs(undated=False))

    @cached_property
    def undated(self) -> tuple[str, ...]:
        """References of what is kept although nothing says when it began."""
        return tuple(self._refs(undated=True))

    @cached_property
    def unreported(self) -> tuple[tuple[str, str], ...]:
        """Records and fields whose value cannot be blank but is reported by later sources only."""
        return tuple(
            (self._ref(table, number), field)
            for (table, number), field in sorted(self._unreported)
            if number in self.kept[table]
        )

    @cached_property
    def undated_sources(self) -> tuple[str, ...]:
        """References of the sources that count for no day, because they have no date."""
        return tuple(self._ref("sources", number) for number in self._undated_sources)

    def _refs(self, undated: bool) -> Iterator[str]:
        for (table, number), without_date in self._untold.items():
            if without_date is undated and number in self.kept[table]:
                yield self._ref(table, number)

    def _ref(self, table: str, number: int) -> str:
        return f"{table}/{self._tables[table].keys()[number]}"

    # What was known

    def _keep_known(self, days: tuple[EdtfDate, ...]) -> None:
        """Keep what is reported, and what that refers to: a source that names it reports it too."""
        counted = self._keep_published(days)
        reports = self._reports(counted)
        reported = {place for place, fields in reports.items() if any(fields.values())}
        known = {place for place in reported if self._tables[place[0]].plan.cited}
        waiting = list(known)
        for name, column in self._joins():
            for number, row in enumerate(self._tables[name].rows()):
                # Without a citation of its own, who took part in an event is what the sources of
                # the event say.
                teller = (name, number)
                if teller not in reports:
                    teller = self._place(column, row[column.name]) or teller
                if teller in reported:
                    waiting.append((name, number))
                else:
                    del self.kept[name][number]
        while waiting:
            place = waiting.pop()
            if self._tables[place[0]].plan.cited:
                self._blank_unreported(place, reports.get(place, {}), place in reported)
            for target in self._referred_to(place):
                if target not in known and self._tables[target[0]].plan.cited:
                    known.add(target)
                    waiting.append(target)
        for name, table in self._tables.items():
            if table.plan.cited:
                kept = self.kept[name]
                self.kept[name] = {
                    number: blanks for number, blanks in kept.items() if (name, number) in known
                }

    def _joins(self) -> Iterator[tuple[str, ColumnPlan]]:
        """The tables that say of a record what it is tied to, each with the record's column."""
        for name, table in self._tables.items():
            column = table.plan.by_name[table.plan.key[0]]
            if column.ref_table and not table.plan.cited:
                yield name, column

    def _referred_to(self, place: Place) -> Iterator[Place]:
        """What the values of a row that are not blanked refer to."""
        name, number = place
        table, blanks = self._tables[name], self.kept[name][number]
        row = table.row_at(number)
        for column in reference_columns(table.plan):
            text = row.get(column.name)
            if text and column.name not in blanks:
                target = self._place(column, text)
                if target is not None:
                    yield target

    def _place(self, column: ColumnPlan, text: str) -> Place | None:
        return self._references.place(self._references.current(reference(column, text)))

    def _keep_published(self, days: tuple[EdtfDate, ...]) -> set[str]:
        """Keep the sources that were certainly published by all of the days; give their ids."""
        table, kept = self._tables["sources"], self.kept["sources"]
        counted = set()
        for number, row in enumerate(table.rows()):
            if not row.get("published"):
                self._undated_sources.append(number)
            elif self._is_published(table, number, row["published"], days):
                counted.add(row["id"])
                continue
            del kept[number]
        return counted

    @staticmethod
    def _is_published(
        table: Table[Any], number: int, text: str, days: tuple[EdtfDate, ...]
    ) -> bool:
        try:
            published = parse(text)
        except EdtfError as error:
            raise _bad_date(table, number, "published", error) from error
        return all(past_by(published, day) is Truth.YES for day in days)

    def _reports(self, counted: set[str]) -> dict[Place, dict[str, bool]]:
        """For each record and cited field of it, whether a source that counts reports it."""
        reports: dict[Place, dict[str, bool]] = defaultdict(dict)
        for row in self._tables["citations"].rows():
            place = self._references.place(self._references.current(row["record"]))
            if place is not None and row["relation"] != "contradicts":
                fields = reports[place]
                known = fields.get(row["field"], False)
                fields[row["field"]] = known or row["source_id"] in counted
        return reports

    def _blank_unreported(self, place: Place, fields: dict[str, bool], reported: bool) -> None:
        """Blank the values for which no source counts.

        A value stands on the citations of its own field; without any, on those of the record as
        a whole; without those, on what makes the record reported.
        """
        table, number = self._tables[place[0]], place[1]
        whole = fields.get("*", reported)
        for name, text in table.row_at(number).items():
            if text and name not in table.plan.key and not fields.get(name, whole):
                column = table.plan.by_name.get(name)
                if column is not None and column.required:
                    self._unreported.append((place, name))
                else:
                    self.kept[table.name][number].add(name)

    # What held

    def _keep_held(self, days: tuple[EdtfDate, ...]) -> None:
        for name, life in LIVES.items():
            table, kept = self._tables[name], self.kept[name]
            for number, blanks in list(kept.items()):
                row = {
                    column: text
                    for column, text in table.row_at(number).items()
                    if column not in blanks
                }
                try:
                    told = [verdict(life, row, day) for day in days]
                except EdtfError as error:
                    column = next(key for key, text in row.items() if text == error.text)
                    raise _bad_date(table, number, column, error) from error
                if any(one.held is Truth.NO for one in told):
                    del kept[number]
                elif any(one.held is Truth.CANNOT_TELL for one in told):
                    self._untold[name, number] = any(one.undated for one in told)

    # What hangs on what is gone

    def _drop_what_hangs_on_what_is_gone(self) -> None:
        """Drop the rows, or blank the cells, that refer to what is no longer there.

        A reference that led nowhere before is none of a view's business.
        """
        gone = [
            (name, number)
            for name, table in self._tables.items()
            for number in range(len(table))
            if number not in self.kept[name]
        ]
        if not gone:
            return
        hanging = self._hanging()
        while gone:
            for name, number, column in hanging.get(gone.pop(), ()):
                kept = self.kept[name]
                if number not in kept:
                    continue
                if column.required:
                    del kept[number]
                    gone.append((name, number))
                else:
                    kept[number].add(column.name)

    def _hanging(self) -> dict[Place, list[tuple[str, int, ColumnPlan]]]:
        """For each row, the rows and columns that refer to it."""
        hanging: dict[Place, list[tuple[str, int, ColumnPlan]]] = defaultdict(list)
        for name, table in self._tables.items():
            columns = reference_columns(table.plan)
            for number, row in enumerate(table.rows()) if columns else ():
                for column in columns:
                    text = row.get(column.name)
                    place = self._place(column, text) if text else None
                    if place:
                        hanging[place].append((name, number, column))
        return hanging


def _day(when: When) -> EdtfDate:
    if isinstance(when, EdtfDate):
        return when
    if isinstance(when, datetime):
        when = when.date()
    return parse(when.isoformat() if isinstance(when, date) else when)


def _bad_date(table: Table[Any], number: int, column: str, error: EdtfError) -> DataError:
    line = table.sheet.lines[number]
    reason = f"{error}. `chippolicy validate` tells every fault and how to mend it"
    return DataError(reason, path=table.path, line=line, column=column, value=error.text)
