"""Conversion: a table of any format as a CSV file to be checked, and the way back to its places.

The checks read CSV alone. So a table of another format is first written as one, with blanks for
null; a value that no cell can hold is told here, and its cell given a NUL byte, which keeps it out
of every other rule. A row's number leads back to where it was read.
"""

from __future__ import annotations

import csv
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.faults import PLACES, finding
from chippolicy.engine.header import names_columns
from chippolicy.engine.intake.typed import Cells, Misfit
from chippolicy.findings import Finding, Place
from chippolicy.formats.cells import is_writable
from chippolicy.formats.opening import ZIP, kind_of
from chippolicy.formats.raw import RawProblem, RawRow, RawTable, Value, pointer_to
from chippolicy.formats.xlsx import cell_name, column_name

_MOST_KINDS = 1_000
_HEADER = 1
"""The number of the header in the CSV file; the first row below it is the next."""


@dataclass
class Converted:
    """What became of a table that was no CSV file."""

    raw: RawTable
    shown: str
    plan: TablePlan
    header: tuple[str, ...] = ()
    at: dict[str, int] = field(default_factory=dict)
    """Where in the file a column stands, or the number of the first row that names it."""
    lines: array[int] = field(default_factory=lambda: array("l"))
    """The line of each row."""
    items: array[int] = field(default_factory=lambda: array("l"))
    """The number in its list of each row, or -1."""
    faulty: set[int] = field(default_factory=set)
    """The numbers of rows with a misfit, as the CSV file counts them."""
    mendable: dict[tuple[int, str], Misfit] = field(default_factory=dict)
    """The misfits that only need to be written as another type, by row and column."""
    findings: list[Finding] = field(default_factory=list)
    lost: int = 0
    """How many records could not be read."""
    cut: bool = False
    """Whether nothing could be read from some place on."""

    def line(self, number: int) -> int | None:
        """The line of a row, by its number in the CSV file."""
        if number <= _HEADER:
            return self.raw.header_line or None
        return self.lines[number - _HEADER - 1]

    def place(self, number: int) -> str:
        """Where a row is, in words."""
        what = "row" if self.raw.sheet or not self.raw.typed else "line"
        sheet = f", sheet {self.raw.sheet}" if self.raw.sheet else ""
        return f"{self.shown}{sheet}, {what} {self.line(number)}"

    def placed(self, one: Finding) -> Finding:
        """A finding with its place in the CSV file, as one with its place in the file."""
        if one.line is None:
            return replace(one, sheet=self.raw.sheet)
        number = one.line
        if number == _HEADER and self.raw.header is None:
            # There is no header: a column is where it is first named.
            number = self.at.get(one.column or "", -1)
            if number < 0:
                return replace(one, line=None)
        return replace(
            one,
            line=self.line(number),
            places=tuple(replace(p, line=p.line and self.line(p.line)) for p in one.places),
            pointer=self.pointer(number, one.column),
            sheet=self.raw.sheet,
            cell=self.cell(number, one.column),
        )

    def pointer(self, number: int, column: str | None) -> str | None:
        """The JSON Pointer of a row's field, where there is such a thing."""
        if self.raw.pointer is None or number <= _HEADER:
            return None
        item = self.items[number - _HEADER - 1]
        parts = ([] if item < 0 else [item]) + ([] if column is None else [column])
        return self.raw.pointer + pointer_to(*parts)

    def cell(self, number: int, column: str | None) -> str | None:
        """The name of a row's cell, where there is such a thing."""
        if self.raw.sheet is None or column not in self.at:
            return None
        return cell_name(self.at[column] + 1, self.line(number) or 1)


def convert(raw: RawTable, target: Path, shown: str, plan: TablePlan) -> Converted:
    """Write a table as CSV, and tell what cannot be written."""
    told = Converted(raw, shown, plan)
    folded = _Folded(told)
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        if raw.header is None:
            _write_records(raw, writer.writerow, told, folded)
        else:
            _write_rows(raw, raw.header, writer.writerow, told, folded)
    told.findings += folded.findings()
    return told


def _write_records(
    raw: RawTable, write: Callable[[Sequence[str]], object], told: Converted, folded: _Folded
) -> None:
    """Records that name their fields: the header is of all names that are met."""
    names: dict[str, int] = {}
    number = _HEADER
    for row in raw.rows():
        if isinstance(row, RawRow):
            number += 1
            assert isinstance(row.values, Mapping)
            for name in row.values:
                if name not in names:
                    names[name] = number
    # A name that no record has is a column that is not there, unless there are no records at all.
    known = [
        column.name for column in told.plan.columns if column.name in names or number == _HEADER
    ]
    written = (*known, *(name for name in names if name not in told.plan.by_name))
    told.header = written
    told.at = names
    write([_header_text(name) for name in written])
    columns = [
        (name, Cells(name, told.plan.by_name.get(name), typed=raw.typed)) for name in written
    ]
    for row in raw.rows():
        if isinstance(row, RawProblem):
            folded.problem(row)
            continue
        assert isinstance(row.values, Mapping)
        told.lines.append(row.line)
        told.items.append(-1 if row.item is None else row.item)
        values = row.values
        write(folded.cells((name, cells, values.get(name)) for name, cells in columns))
        for name in row.doubled:
            folded.tell(
                Misfit(
                    "table/doubled-column",
                    f"{name} is there twice in one record",
                    None,
                    name,
                ),
                name,
            )


def _write_rows(
    raw: RawTable,
    header: Sequence[str],
    write: Callable[[Sequence[str]], object],
    told: Converted,
    folded: _Folded,
) -> None:
    """Rows below a header: columns without a name are left out, unless something is in them."""
    places = [index for index, name in enumerate(header) if name]
    told.header = tuple(header[index] for index in places)
    told.at = {}
    for index in places:
        told.at.setdefault(header[index], index)
    write(told.header)
    columns = [
        (header[index], Cells(header[index], told.plan.by_name.get(header[index]), typed=raw.typed))
        for index in places
    ]
    named = set(places)
    # Under what is no header everything stands under no heading: that is told once.
    is_header = names_columns(told.header, told.plan)
    for row in raw.rows():
        if isinstance(row, RawProblem):
            folded.problem(row)
            continue
        values = row.values
        assert not isinstance(values, Mapping)
        told.lines.append(row.line)
        told.items.append(-1)
        write(
            folded.cells(
                (name, cells, values[index])
                for (name, cells), index in zip(columns, places, strict=True)
            )
        )
        if len(values) > len(places) and is_header:
            _tell_unnamed(values, named, row.line, raw, folded)


def _tell_unnamed(
    values: Sequence[Value], named: set[int], line: int, raw: RawTable, folded: _Folded
) -> None:
    for index, value in enumerate(values):
        if index not in named and value is not None:
            column = column_name(index + 1) if raw.sheet else str(index + 1)
            folded.problem(
                RawProblem(
                    "file/ragged-row",
                    f"a value stands under no heading, in column {column}",
                    line,
                    hint="Give the column a heading, x_note for example, or take the value away.",
                    cell=cell_name(index + 1, line) if raw.sheet else None,
                ),
                loses=False,
            )


@dataclass
class _Cause:
    misfit: Misfit
    column: str | None
    number: int
    record: str | None
    count: int = 0
    places: list[Place] = field(default_factory=list)


class _Folded:
    """What is wrong with the values of a table, one cause folded into one with a count."""

    def __init__(self, told: Converted) -> None:
        self._told = told
        self._causes: dict[tuple[str | None, ...], _Cause] = {}
        self._problems: dict[tuple[str, str], tuple[RawProblem, list[int]]] = {}
        self._texts: list[str] = []

    def cells(self, values: Iterator[tuple[str, Cells, Value]]) -> list[str]:
        """The cells of the row that was begun last; a misfit's has a NUL byte."""
        texts: list[str] = []
        misfits: list[tuple[Misfit, str]] = []
        for name, cells, value in values:
            cell = cells.cell(value)
            if isinstance(cell, Misfit):
                misfits.append((cell, name))
                texts.append(f"\0{cell.value}" if is_writable(cell.value) else "\0")
            else:
                texts.append(cell)
        self._texts = texts
        for misfit, name in misfits:
            self.tell(misfit, name)
        return texts

    def tell(self, misfit: Misfit, column: str) -> None:
        """Note a misfit in the row that was begun last."""
        number = _HEADER + len(self._told.lines)
        self._told.faulty.add(number)
        if misfit.rewritten is not None:
            self._told.mendable[number, column] = misfit
        cause = (misfit.code, column, misfit.kind or misfit.message)
        if cause not in self._causes and len(self._causes) >= _MOST_KINDS:
            cause = (misfit.code, column, "and others")
        found = self._causes.get(cause)
        if found is None:
            found = self._causes[cause] = _Cause(misfit, column, number, self._record())
        found.count += 1
        if len(found.places) < PLACES:
            found.places.append(Place(number, self._record()))

    def _record(self) -> str | None:
        header, key = self._told.header, self._told.plan.key
        parts = [
            text
            for name in key
            if name in header
            and (at := header.index(name)) < len(self._texts)
            and (text := self._texts[at])
            and "\0" not in text
        ]
        return f"{self._told.plan.name}/{'+'.join(parts)}" if len(parts) == len(key) else None

    def problem(self, one: RawProblem, *, loses: bool = True) -> None:
        """Note that something is no record."""
        if one.code not in ("file/blank-row", "file/merged-cells") and loses:
            self._told.lost += 1
        self._told.cut = self._told.cut or one.last
        _, lines = self._problems.setdefault((one.code, one.message), (one, []))
        if one.line is not None:
            lines.append(one.line)

    def findings(self) -> Iterator[Finding]:
        """One finding for each cause."""
        told = self._told
        for one, lines in self._problems.values():
            yield finding(
                one.code,
                in_words(one, told.shown),
                hint=hint_for(one, told.shown),
                cell=one.cell,
                path=told.shown,
                table=told.plan.name,
                line=lines[0] if lines else None,
                count=max(len(lines), 1),
                places=tuple(Place(line) for line in lines[:PLACES]) if len(lines) > 1 else (),
                sheet=told.raw.sheet,
            )
        for cause in self._causes.values():
            misfit = cause.misfit
            yield told.placed(
                finding(
                    misfit.code,
                    misfit.message,
                    hint=misfit.hint,
                    path=told.shown,
                    table=told.plan.name,
                    line=cause.number,
                    column=cause.column,
                    field=cause.column if cause.column in told.plan.by_name else None,
                    record=cause.record,
                    value=misfit.value,
                    count=cause.count,
                    places=tuple(cause.places) if cause.count > 1 else (),
                )
            )


def in_words(problem: RawProblem, shown: str) -> str:
    """What is wrong with a file: a message that begins with a verb is said of the file."""
    verb = problem.message.partition(" ")[0]
    return f"{shown!r} {problem.message}" if verb in _SAID_OF_THE_FILE else problem.message


def _header_text(name: str) -> str:
    """A name that can be written down, whatever escapes it was made of."""
    return name if is_writable(name) else ascii(name)[1:-1]


def hint_for(problem: RawProblem, shown: str) -> str | None:
    """How to mend a file, where its rule says it for another format."""
    if problem.hint is None and problem.code == "file/syntax":
        kind = kind_of(shown)
        if kind.gzipped or kind.format in _BINARY:
            return "Save it anew with the program that made it, or fetch it once more."
    return problem.hint


_BINARY = frozenset({"xlsx", "parquet", ZIP})
_SAID_OF_THE_FILE = frozenset({"is", "holds", "has", "unpacks", "merges", "cannot"})
