"""CSV: rows with the physical line they begin at, and files written in one canonical way."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

MAX_CELL = 256 * 1024 * 1024
"""The longest cell that is read at all, in characters."""
BLOCK = 1024
"""Rows handled at a time: small enough to stay in the processor's cache."""


class StructureError(ValueError):
    """A place where the text of a file is not CSV; `line` is where the row begins."""

    def __init__(self, kind: str, line: int, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind
        self.line = line
        self.reason = reason


@contextmanager
def opened(path: Path) -> Iterator[io.TextIOWrapper]:
    """A file as strict UTF-8 text, line ends untouched, a byte order mark left out."""
    with path.open(encoding="utf-8-sig", newline="", errors="strict") as text:
        yield text


@contextmanager
def _big_cells() -> Iterator[None]:
    before = csv.field_size_limit(MAX_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def blocks(path: Path, delimiter: str = ",") -> Iterator[list[list[str]]]:
    """The header alone, then the rows in blocks, without their places: the fast way through.

    Raises csv.Error or UnicodeDecodeError where the file is not sound; `placed_rows` then tells
    where.
    """
    with _big_cells(), opened(path) as text:
        reader = csv.reader(text, strict=True, delimiter=delimiter)
        header = next(reader, None)
        if header is None:
            return
        yield [header]
        while block := list(islice(reader, BLOCK)):
            yield block


def placed_rows(
    path: Path, delimiter: str = ","
) -> Iterator[tuple[int, list[str] | StructureError]]:
    """Every row, header included, with its first physical line; a row that is not CSV as an error.

    Lines count as in an editor: the header is line 1, and quoted line breaks count.
    """
    with _big_cells(), opened(path) as text:
        reader = csv.reader(text, strict=True, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                fault = _structure_error(line, str(error))
                yield line, fault
                if fault.kind == "limit":
                    # Inside a cell nobody can tell where the next row begins.
                    return
                continue
            yield line, row


def row_ends(path: Path, delimiter: str = ",") -> Iterator[tuple[int, str]]:
    """Each row's first physical line and how it ends: CR LF, CR, LF or, at the end, with nothing.

    Line breaks inside a cell end no row. A row that is not CSV is taken for one line.
    """
    last = ""

    def lines(text: io.TextIOWrapper) -> Iterator[str]:
        nonlocal last
        for line in text:
            last = line
            yield line

    with _big_cells(), opened(path) as text:
        reader = csv.reader(lines(text), strict=True, delimiter=delimiter)
        while True:
            line = reader.line_num + 1
            try:
                next(reader)
            except StopIteration:
                return
            except csv.Error:
                pass
            yield line, last[len(last.rstrip("\r\n")) :]


def _structure_error(line: int, reason: str) -> StructureError:
    if "unexpected end of data" in reason:
        return StructureError("quote", line, "a quotation mark opened in this row is never closed")
    if "expected after" in reason:
        return StructureError("quote", line, "text follows a closing quotation mark")
    if "field larger" in reason:
        return StructureError(
            "limit",
            line,
            f"a cell is longer than {MAX_CELL:,} characters; nothing from here on was read",
        )
    return StructureError("quote", line, reason)


def written(header: Iterable[str], rows: Iterable[Iterable[str]], delimiter: str = ",") -> str:
    """Rows of text as canonical CSV: LF line ends, quotes only where they are needed."""
    lines = _Lines()
    # The writer quotes the characters that are in its line end: with LF alone it leaves a CR bare.
    writer = csv.writer(
        lines, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL, delimiter=delimiter
    )
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(lines)


class _Lines(list[str]):
    def write(self, line: str) -> None:
        self.append(line.removesuffix("\r\n") + "\n")
