"""Cells: the records of a CSV file read at the places where they begin, and the cells in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import BinaryIO

from chippolicy.derive.plan import load_plan
from chippolicy.engine.intake.source import usual_delimiter
from chippolicy.formats.opening import separator_in

_RECORD = 1 << 16
"""The most bytes of one record that are looked at."""
_USUAL = 1 << 11
"""The bytes that are read of a record at first: few are longer, and there may be many."""
_BREAK = re.compile(rb"\r\n|\n|\r")


class Cells:
    """The cells of a CSV file; `table`, the one it holds, tells which columns to expect."""

    def __init__(self, file: BinaryIO, path: str, table: str | None) -> None:
        self._file = file
        plan = load_plan().tables.get(table or "")
        file.seek(0)
        names = plan.by_name if plan is not None else ()
        self._delimiter = separator_in(file, names, usual_delimiter(path))
        header = self.record(0)
        self.is_text = "\0" not in header
        self.names = self.texts(header)

    def index(self, column: str | None) -> int | None:
        """Which cell of a record stands in a column."""
        return self.names.index(column) if column in self.names else None

    def record(self, start: int) -> str:
        """The text from where a record begins; records are best asked for in their order."""
        self._file.seek(start)
        data = self._file.read(_USUAL)
        end = _BREAK.search(data)
        if end is None or data.count(b'"', 0, end.start()) % 2:
            # No line break that is surely outside of quotation marks.
            data += self._file.read(_RECORD - _USUAL)
        text = data.decode("utf-8", errors="replace")
        return text.removeprefix("\ufeff") if start == 0 else text

    def texts(self, record: str) -> list[str]:
        """What the cells of the record hold that a text begins with."""
        return [_plain(record[start:end]) for start, end in self.spans(record)]

    def spans(self, record: str, most: int | None = None) -> list[tuple[int, int]]:
        """Where the cells, or the first of them, stand of the record that a text begins with."""
        return list(islice(_spans(record, self._delimiter), most))


def _spans(text: str, delimiter: str) -> Iterator[tuple[int, int]]:
    cell = _cell(delimiter)
    at = 0
    while True:
        match = cell.match(text, at)
        assert match is not None  # the pattern also matches nothing
        yield match.span()
        at = match.end()
        if text[at : at + 1] != delimiter:
            return
        at += 1


@lru_cache
def _cell(delimiter: str) -> re.Pattern[str]:
    """A cell: quoted (perhaps never closed, perhaps with text behind), or up to the next one."""
    plain = f"[^{re.escape(delimiter)}\r\n]*"
    return re.compile(f'"[^"]*(?:""[^"]*)*(?:"|\\Z){plain}|{plain}')


def _plain(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell
