"""Chips in rows below a header, and in lists: each as a JSON object with its place.

A flat row gives the throughput in columns such as `throughput.fp8`. A blank cell is a figure that
is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from chippolicy.controls.batch import BITS, FIGURES, NUMBERS, Placed, stranger
from chippolicy.controls.figures import from_numbers
from chippolicy.derive.plan import ColumnPlan, load_plan
from chippolicy.engine.intake.convert import in_words
from chippolicy.engine.intake.source import usual_delimiter
from chippolicy.engine.intake.typed import Cells, Misfit
from chippolicy.findings import Finding
from chippolicy.formats.cells import decode
from chippolicy.formats.csv import StructureError, placed_rows
from chippolicy.formats.opening import separator
from chippolicy.formats.raw import RawError, RawProblem, RawRow, RawTable, Value
from chippolicy.formats.xlsx import cell_name
from chippolicy.rules import CATALOG

_THROUGHPUT = "throughput"
_RATE = f"{_THROUGHPUT}."
_COLUMNS = (FIGURES - {_THROUGHPUT}) | {f"{_RATE}{name}" for name in BITS}
"""The columns that are known, of the throughput those that are met most."""
_PLAIN: dict[str, frozenset[type]] = {
    "number": frozenset({int, float}),
    "boolean": frozenset({bool}),
    "string": frozenset({str}),
}
"""The types whose values need no closer look, by the base of their column."""


class _Column(NamedTuple):
    """A column that is asked about, and where in a row it stands."""

    at: int
    name: str
    rate: str | None
    """The number format whose throughput it gives."""
    base: str
    cells: Cells


def read_csv(path: Path, shown: str) -> RawTable:
    """The one table of a CSV file with any separator. Raises RawError where it has no header."""
    delimiter = separator(path, _COLUMNS, usual_delimiter(shown))
    for line, row in placed_rows(path, delimiter):
        if isinstance(row, StructureError):
            raise RawError(RawProblem("file/quote", f"has no header: {row.reason}", line))
        if any(row):
            rows = partial(_below, path, delimiter, line, len(row))
            return RawTable(None, rows, tuple(row), line, typed=False)
    raise RawError(RawProblem("file/empty", "holds nothing; expected a header and a row a chip"))


def _below(
    path: Path, delimiter: str, header_line: int, width: int
) -> Iterator[RawRow | RawProblem]:
    for line, row in placed_rows(path, delimiter):
        if line <= header_line:
            continue
        if isinstance(row, StructureError):
            code = "file/cell-limit" if row.kind == "limit" else "file/quote"
            yield RawProblem(code, row.reason, line, last="never closed" in row.reason)
        elif not any(row):
            yield RawProblem("file/blank-row", "a row is blank", line)
        elif len(row) != width:
            message = f"a row has {len(row):,} cells; the header has {width:,}"
            yield RawProblem("file/ragged-row", message, line)
        else:
            yield RawRow(line, row)


def placed_chips(raw: RawTable, path: str) -> Iterator[Placed | Finding]:
    """The chips of a table; what is none as a finding."""
    if raw.texts is None:
        yield from _rows(raw, path)
        return
    for one in raw.texts():
        if isinstance(one, RawProblem):
            yield _problem(one, path)
        else:
            yield Placed(one.line, one.text.encode("utf-8"))


def placed(finding: Finding, raw: RawTable) -> Finding:
    """A finding in a sheet with its cell."""
    if raw.sheet is None:
        return finding
    header = raw.header or ()
    cell = (
        cell_name(header.index(finding.column) + 1, finding.line)
        if finding.column in header and finding.line
        else None
    )
    return replace(finding, sheet=raw.sheet, cell=cell)


def _rows(raw: RawTable, path: str) -> Iterator[Placed | Finding]:
    header = raw.header or ()
    faults = list(_header_faults(header, raw.header_line, path))
    if faults:
        # What stands in which column is in doubt for every row alike.
        yield from faults
        return
    columns = list(_columns(header))
    named = {at for at, name in enumerate(header) if name}
    for row in raw.rows():
        if isinstance(row, RawProblem):
            if row.code != "file/blank-row":
                yield _problem(row, path)
            continue
        values = row.values
        assert not isinstance(values, Mapping)
        faults = _unnamed(values, named, row.line, path)
        chip: dict[str, Any] = {}
        rates: dict[str, Any] = {}
        for column in columns:
            value = _value(values[column.at], column)
            if isinstance(value, Misfit):
                told = _finding(value.code, value.message, path, row.line, column.name)
                faults.append(replace(told, hint=value.hint))
            elif value is not None:
                (chip if column.rate is None else rates)[column.rate or column.name] = value
        if faults:
            yield from faults
            continue
        if rates:
            chip[_THROUGHPUT] = rates
        yield Placed(row.line, json.dumps(chip).encode())


def _value(value: Value, column: _Column) -> Any:
    """A value as JSON has it, None where it is blank; text that is no number stays text."""
    if value is None or value == "":
        return None
    if type(value) is not str:
        if type(value) in _PLAIN[column.base]:
            return value
        cell = column.cells.cell(value)
        if isinstance(cell, Misfit):
            return cell
        value = cell
    return decode(column.base, value)


def _header_faults(header: Sequence[str], line: int, path: str) -> Iterator[Finding]:
    """What is wrong with the names of columns, each told once."""
    if not any(name in _COLUMNS or name.startswith(_RATE) for name in header):
        expected = "expected a header such as id, tpp, die_area_mm2"
        message = f"no column is a chip's figure or id; {expected}; no row was assessed"
        yield _finding("table/unknown-column", message, path, line or None)
        return
    seen: set[str] = set()
    for name in header:
        if not name:
            continue
        if name in seen:
            code, message = "table/doubled-column", f"the column {name!r} is there twice"
        elif misnamed := _misnamed(name):
            code, message = "table/unknown-column", misnamed
        else:
            seen.add(name)
            continue
        yield _finding(code, f"{message}; no row was assessed", path, line or None, name)


def _misnamed(name: str) -> str | None:
    if name == _THROUGHPUT:
        return f"a column gives the throughput of one number format, such as '{_RATE}fp8'"
    if name.startswith(_RATE):
        try:
            from_numbers(throughput={name.removeprefix(_RATE): 1})
        except ValueError as error:
            return f"the column {name!r}: {error}"
        return None
    strange = stranger(name, _COLUMNS)
    return str(strange) if strange else None


def _columns(header: Sequence[str]) -> Iterator[_Column]:
    plans = load_plan().tables["chips"].by_name
    quantity = plans["die_area_mm2"]
    for at, name in enumerate(header):
        rate = name.removeprefix(_RATE) if name.startswith(_RATE) else None
        plan: ColumnPlan
        if rate is not None or name in NUMBERS:
            plan = plans.get(name, quantity)._replace(name=name)
        elif name in ("id", "datacenter"):
            plan = plans[name]
        else:
            continue
        yield _Column(at, name, rate, plan.base, Cells(name, plan, typed=False))


def _unnamed(values: Sequence[Value], named: set[int], line: int, path: str) -> list[Finding]:
    """The values of a row that stand below no name."""
    return [
        _finding("file/ragged-row", f"column {at + 1} has a value but no name", path, line)
        for at, value in enumerate(values)
        if at not in named and value not in (None, "")
    ]


def _problem(problem: RawProblem, path: str) -> Finding:
    message = in_words(problem, path)
    if problem.last:
        message += "; nothing from there on was assessed"
    return _finding(problem.code, message, path, problem.line)


def _finding(
    code: str, message: str, path: str, line: int | None, column: str | None = None
) -> Finding:
    severity = CATALOG[code].severity
    return Finding(
        code=code, severity=severity, message=message, path=path, line=line, column=column
    )
