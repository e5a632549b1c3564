"""XLSX: the sheets of a workbook as tables, each cell as what the spreadsheet holds."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from chippolicy.formats.raw import RawError, RawProblem, RawRow, RawTable, Styled, Unsound, Value

MOST_UNPACKED = 2 << 30
"""The most bytes a workbook may unpack to."""
_GENERAL = "General"
_DAMAGED = "is no XLSX workbook that can be read"
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What files of Excel 97-2003 begin with, and encrypted ones."""


def read_xlsx(path: Path) -> list[RawTable]:
    """The sheets of a workbook, the first row of each that is not blank being its header.

    Needs openpyxl. Raises RawError where it is no workbook, or too large a one.
    """
    _must_be_sane(path)
    # Opening a workbook goes through its sheets to measure them: it is done once.
    book = _opened(path)
    try:
        found = list(_tables(path, book))
    except Exception as error:
        raise RawError(RawProblem("file/syntax", f"{_DAMAGED}: {error}")) from error
    if not found:
        raise RawError(RawProblem("file/empty", "has only blank sheets"))
    return found


def _tables(path: Path, book: Any) -> Iterator[RawTable]:
    for sheet in book.worksheets:
        if not _is_blank(sheet):
            line, header = _header(sheet)
            rows = partial(_read, path, book, sheet, line, len(header))
            title = sheet.title
            yield RawTable(title, rows, header, header_line=line, sheet=title, typed=False)


def _must_be_sane(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as inside:
            parts = inside.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        reason = "is no XLSX workbook"
        with path.open("rb") as file:
            head = file.read(len(_OLD))
        if head == _OLD:
            reason += ": it is encrypted, or of Excel 97-2003"
        raise RawError(RawProblem("file/syntax", reason)) from error
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        message = f"unpacks to more than {MOST_UNPACKED >> 30} GiB"
        raise RawError(RawProblem("file/unreadable", message))


def _opened(path: Path, *, values: bool = True) -> Any:
    """A workbook, read as it is gone through; `values`: of formulas their last results."""
    import openpyxl

    # From memory: a file that openpyxl cannot make out it leaves open.
    file = io.BytesIO(path.read_bytes())
    try:
        with warnings.catch_warnings():
            # Of styles and extensions that it leaves out, which hold no data.
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(file, read_only=True, data_only=values, keep_links=False)
    except Exception as error:
        # A damaged workbook raises nearly anything.
        raise RawError(RawProblem("file/syntax", f"{_DAMAGED}: {error}")) from error


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    # What a workbook says of its own size may be wrong, and rows beyond it would be left out.
    sheet.reset_dimensions()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from sheet.iter_rows()


def _is_blank(sheet: Any) -> bool:
    return all(cell.value is None for row in _cells(sheet) for cell in row)


def _header(sheet: Any) -> tuple[int, tuple[str, ...]]:
    """The first row that is not blank, and its number."""
    for line, row in enumerate(_cells(sheet), 1):
        names = ["" if cell.value is None else str(cell.value) for cell in row]
        while names and not names[-1]:
            names.pop()
        if names:
            return line, tuple(names)
    return 1, ()


def _read(
    path: Path, book: Any, sheet: Any, line: int, width: int
) -> Iterator[RawRow | RawProblem]:
    """The rows of a sheet; where it is damaged, those before the damage."""
    number = line
    try:
        for row in _rows(path, book, sheet, line, width):
            number = row.line or number
            yield row
    except Exception as error:
        message = f"cannot be read on from row {number + 1:,} of sheet {sheet.title}: {error}"
        yield RawProblem("file/syntax", message, number + 1, last=True)


def _rows(
    path: Path, book: Any, sheet: Any, line: int, width: int
) -> Iterator[RawRow | RawProblem]:
    """The rows below the header, blank ones at the end left out."""
    merged, has_formulas = _traits(book, sheet)
    for area in merged:
        yield RawProblem(
            "file/merged-cells",
            f"the cells {area} are merged: only the first holds the value, the others are blank",
        )
    cells = _values(sheet, _Formats())
    rows = _with_formulas(path, sheet.title, cells) if has_formulas else cells
    blank: list[int] = []
    for number, values in enumerate(rows, 1):
        if number <= line:
            continue
        while len(values) > width and values[-1] is None:
            values.pop()
        if not any(value is not None for value in values):
            blank.append(number)
            continue
        for at in blank:
            yield RawProblem("file/blank-row", "a row is blank", at)
        blank = []
        values += [None] * (width - len(values))
        yield RawRow(number, values)


class _Formats:
    """The number formats of a workbook's styles, each looked up once."""

    def __init__(self) -> None:
        self._known: dict[int, str] = {}

    def of(self, cell: Any) -> str:
        """The format a cell is shown in."""
        style = cell._style_id
        found = self._known.get(style)
        if found is None:
            found = self._known[style] = cell.number_format or _GENERAL
        return found


def _values(sheet: Any, formats: _Formats) -> Iterator[list[Value]]:
    for row in _cells(sheet):
        # Most cells are text or blank, and need no closer look.
        yield [cell.value if cell.data_type == "s" else _value(cell, formats) for cell in row]


def _value(cell: Any, formats: _Formats) -> Value:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "e":
        return Unsound(str(value))
    match value:
        case bool() | str():
            return value
        case int() | float() | date() | datetime() | time():
            shown = formats.of(cell)
            if isinstance(value, (int, float)) and shown == _GENERAL:
                return value
            return Styled(value, shown)
        case timedelta():
            return Unsound(str(value))
    return Unsound(str(value))


def _with_formulas(path: Path, title: str, rows: Iterator[list[Value]]) -> Iterator[list[Value]]:
    """The rows, a formula whose result is not stored standing for itself."""
    with closing(_opened(path, values=False)) as book:
        for values, cells in zip(rows, _cells(book[title]), strict=False):
            for at, cell in enumerate(cells):
                if cell.data_type == "f" and (at >= len(values) or values[at] is None):
                    values += [None] * (at + 1 - len(values))
                    values[at] = Unsound(str(getattr(cell.value, "text", cell.value)))
            yield values


def _traits(book: Any, sheet: Any) -> tuple[list[str], bool]:
    """The areas of merged cells in a sheet, and whether it has formulas: its XML tells."""
    areas: list[str] = []
    has_formulas = False
    tail = b""
    with book._archive.open(sheet._worksheet_path) as part:
        while chunk := part.read(1 << 20):
            window = tail + chunk
            has_formulas = has_formulas or b"<f>" in window or b"<f " in window or b"<f/" in window
            if b"mergeCell " in window:
                areas += [found.decode() for found in _merge(window)]
            tail = window[-100:]
    return list(dict.fromkeys(areas)), has_formulas


_merge = re.compile(rb'mergeCell ref="([A-Z0-9:]+)"').findall


def cell_name(column: int, row: int) -> str:
    """What a spreadsheet calls a cell, such as C7; both count from 1."""
    return f"{column_name(column)}{row}"


def column_name(column: int) -> str:
    """The letters that a spreadsheet calls a column by; it counts from 1."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
