"""A CSV file as text that can be edited cell by cell: what is not touched stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from chippolicy.formats.csv import StructureError

_LINE_END = re.compile("\r\n|\r|\n")


class _Marks(NamedTuple):
    """What a text with some delimiter is made of."""

    cell: re.Pattern[str]
    end: re.Pattern[str]
    needs_quotes: re.Pattern[str]


@cache
def _marks(delimiter: str) -> _Marks:
    sign = re.escape(delimiter)
    return _Marks(
        re.compile(rf'"[^"]*(?:""[^"]*)*"|[^"{sign}\r\n][^{sign}\r\n]*|'),
        re.compile(rf"{sign}|\r\n|\n|\r|\Z"),
        re.compile(rf'["{sign}\r\n]'),
    )


@dataclass
class Row:
    """One row: its cells as they are written, the line it begins at, and how it ends."""

    line: int
    before: str
    """Its text as it was read, line end included."""
    cells: list[str]
    end: str
    delimiter: str = ","
    deleted: bool = False

    @property
    def number(self) -> int:
        """What tells it from the other rows of its file."""
        return self.line

    @property
    def width(self) -> int:
        """How many cells it has."""
        return len(self.cells)

    def value(self, at: int) -> str:
        """What a cell holds."""
        raw = self.cells[at]
        return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw

    def values(self) -> list[str]:
        """What each cell holds."""
        return [self.value(at) for at in range(len(self.cells))]

    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.values())

    def put(self, at: int, value: str) -> None:
        """Put another value into a cell; quotation marks stay if they were there for style."""
        raw = self.cells[at]
        needs_quotes = _marks(self.delimiter).needs_quotes.search
        styled = raw.startswith('"') and not needs_quotes(raw[1:-1])
        if styled or needs_quotes(value):
            value = '"' + value.replace('"', '""') + '"'
        self.cells[at] = value

    def text(self) -> str:
        """Its text as it is now; nothing if it is deleted."""
        return "" if self.deleted else self.delimiter.join(self.cells) + self.end


def parse_rows(text: str, delimiter: str = ",") -> list[Row]:
    """The rows of a CSV text, with their lines as an editor counts them.

    Reads what Python's `csv` reads in its strict way, and raises StructureError where that does.
    """
    return list(_rows(text, delimiter))


def _rows(text: str, delimiter: str) -> Iterator[Row]:
    marks = _marks(delimiter)
    at, line = 0, 1
    while at < len(text):
        start, begun, cells = at, line, list[str]()
        while True:
            found = marks.cell.match(text, at)
            assert found is not None, "a cell may be empty, so that there always is one"
            after = marks.end.match(text, found.end())
            if after is None:
                closed = found[0] or '"'
                reason = (
                    "text follows a closing quotation mark"
                    if len(closed) > 1
                    else "a quotation mark opened in this row is never closed"
                )
                raise StructureError("quote", begun, reason)
            cells.append(found[0])
            at = after.end()
            if after[0] != delimiter:
                break
        before = text[start:at]
        line += len(_LINE_END.findall(before))
        if cells == [""]:
            # An empty line has no cell at all.
            cells = []
        yield Row(begun, before, cells, after[0], delimiter)
