"""Faulty rows, read again from files of any format so that they can be drawn.

Of a file only those rows are kept that findings are about, and it is not read beyond the last one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from chippolicy.derive.plan import load_plan
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.formats.cells import encode
from chippolicy.formats.raw import Nested, RawError, RawRow, RawTable, Styled, Unsound, Value
from chippolicy.formats.tables import read_tables
from chippolicy.reports.cells import Cells
from chippolicy.reports.excerpt import MOST_WHOLE
from chippolicy.reports.lines import line_starts
from chippolicy.reports.place import LINE, ROW
from chippolicy.reports.source import format_of, on_disk, opened

if TYPE_CHECKING:
    from chippolicy.findings import Finding

_READ_WITHOUT_END = (RawError, OSError, ImportError, UnicodeDecodeError)


@dataclass(frozen=True)
class Row:
    """One row of a table as it stands in its file."""

    number: int
    unit: str
    """What the number counts: lines or rows."""
    names: Sequence[str]
    """The names of the columns; a row may have more or fewer cells."""
    cells: Sequence[str]
    is_header: bool = False
    is_named: bool = False
    """Whether each row names its own columns."""
    has_letters: bool = False
    """Whether columns have letters, as in a spreadsheet."""


def faulty_rows(path: str | None, findings: Iterable[Finding]) -> dict[Finding, Row]:
    """The row of each finding that is about one; what cannot be read or found is left out."""
    placed = [finding for finding in findings if finding.line is not None]
    if path is None or not placed:
        return {}
    form = format_of(path)
    try:
        if form == "csv":
            return dict(_of_csv(path, placed))
        with Scratch() as scratch:
            file = on_disk(path, form, scratch)
            if file.stat().st_size > MOST_WHOLE.get(form, 1 << 62):
                return {}
            tables = read_tables(file, form, load_plan().tables, placed[0].table)
            return {one: row for table in tables for one, row in _of_table(table, form, placed)}
    except _READ_WITHOUT_END:
        # The finding itself tells what is wrong with the file.
        return {}


def _of_csv(path: str, findings: Sequence[Finding]) -> Iterator[tuple[Finding, Row]]:
    groups: defaultdict[int, list[Finding]] = defaultdict(list)
    for one in findings:
        groups[one.line or 1].append(one)
    with opened(path) as file:
        starts = line_starts(file, groups)
        cells = Cells(file, path, findings[0].table)
        if not cells.is_text:
            return
        for line, start in starts.items():
            texts = cells.names if line == 1 else cells.texts(cells.record(start))
            row = Row(line, LINE, cells.names, texts, is_header=line == 1)
            for one in groups[line]:
                yield one, row


_Key = tuple[str | None, str | int | None]
"""What finds a row: the sheet, and the pointer of the record or else the line."""


def _of_table(
    table: RawTable, form: str, findings: Iterable[Finding]
) -> Iterator[tuple[Finding, Row]]:
    wanted: defaultdict[_Key, list[Finding]] = defaultdict(list)
    last = 0
    for one in findings:
        if one.sheet == table.sheet and (key := _key(one, table)) is not None:
            wanted[key].append(one)
            last = max(last, one.line or 0)
    unit = ROW if form in ("xlsx", "parquet") else LINE
    header = table.header or ()
    is_sheet = table.sheet is not None
    head = Row(table.header_line, unit, header, header, is_header=True, has_letters=is_sheet)
    for one in wanted.pop((table.sheet, table.header_line), []) if header else []:
        yield one, head
    if not wanted:
        return
    for row in table.rows():
        if not isinstance(row, RawRow):
            continue
        if row.line > last:
            return
        here = wanted.pop(_key_of(row, table), [])
        if not here:
            continue
        is_named = isinstance(row.values, Mapping)
        names, values = _parts(row, header)
        drawn = Row(row.line, unit, names, values, is_named=is_named, has_letters=is_sheet)
        for one in here:
            yield one, drawn
        if not wanted:
            return


def _key(finding: Finding, table: RawTable) -> _Key | None:
    if table.pointer is None:
        return table.sheet, finding.line
    if finding.pointer is None:
        return None
    if finding.column is None:
        return None, finding.pointer
    return None, finding.pointer.rpartition("/")[0]


def _key_of(row: RawRow, table: RawTable) -> _Key:
    if table.pointer is None:
        return table.sheet, row.line
    return None, table.pointer if row.item is None else f"{table.pointer}/{row.item}"


def _parts(row: RawRow, header: Sequence[str]) -> tuple[Sequence[str], list[str]]:
    if isinstance(row.values, Mapping):
        return list(row.values), [_text(value) for value in row.values.values()]
    return header, [_text(value) for value in row.values]


def _text(value: Value) -> str:
    """A value in the words of its file, as nearly as they are known."""
    match value:
        case Nested(what):
            return f"({what})"
        case Unsound(text):
            return text
        case Styled(inner, _):
            return _text(inner)
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return _encoded(value)


def _encoded(value: Any) -> str:
    try:
        return encode(value)
    except ArithmeticError:
        # A number that is none, or without end.
        return str(value)
