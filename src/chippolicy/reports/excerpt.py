"""Excerpts: the line of a file that a finding is about, and where in it the cell stands.

The file is read again, only for findings that are shown, and never more than a bounded part of it
at once: a cell may be as long as it likes, and its bytes may be no text at all.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 20
_RECORD = 1 << 16
"""The most bytes of one record that are looked at."""
_USUAL = 1 << 11
"""The bytes that are read of a record at first: few are longer, and there may be many."""
_BREAK = re.compile(rb"\r\n|\n|\r")
_TEXT_BREAK = re.compile("\r\n|\n|\r")
# A cell: quoted (perhaps never closed, perhaps with text behind), or up to the next comma.
_CELL = re.compile('"[^"]*(?:""[^"]*)*(?:"|\\Z)[^,\r\n]*|[^,\r\n]*')


@dataclass(frozen=True)
class Excerpt:
    """A physical line, and the span of the cell in it (None where it cannot be told)."""

    line: int
    text: str
    span: tuple[int, int] | None = None


def excerpts(
    path: Path, wanted: Iterable[tuple[int, str | None]]
) -> dict[tuple[int, str | None], Excerpt]:
    """For each first line of a record and column, the physical line on which that cell begins.

    What cannot be read or found is left out.
    """
    places = sorted(set(wanted), key=lambda place: (place[0], place[1] or ""))
    found: dict[tuple[int, str | None], Excerpt] = {}
    try:
        with path.open("rb") as file:
            starts = _line_starts(file, sorted({line for line, _ in places}))
            header = _record_at(file, 0)
            columns = _texts(header)
            for line, column in places:
                if line in starts:
                    record = header if line == 1 else _record_at(file, starts[line])
                    index = columns.index(column) if column in columns else None
                    found[line, column] = _excerpt(record, line, index)
    except (OSError, ValueError):
        # ValueError: a path that no file can have. The finding itself tells what is wrong.
        return found
    return found


def rows(path: Path, lines: Iterable[int]) -> tuple[list[str], dict[int, list[str]]]:
    """The header of a CSV file, and the cells of the records that begin at some lines.

    What cannot be read or found is left out, as is everything of a file that is no text.
    """
    found: dict[int, list[str]] = {}
    try:
        with path.open("rb") as file:
            starts = _line_starts(file, sorted(set(lines)))
            header = _record_at(file, 0)
            if "\0" in header:
                return [], {}
            columns = _texts(header)
            for line, start in starts.items():
                found[line] = columns if line == 1 else _texts(_record_at(file, start))
    except (OSError, ValueError):
        return [], {}
    return columns, found


def _texts(record: str) -> list[str]:
    return [_plain(record[start:end]) for start, end in _cells(record)]


def _line_starts(file: BinaryIO, lines: list[int]) -> dict[int, int]:
    """The offset at which each of some physical lines (ascending) begins."""
    starts = {1: 0} if lines[:1] == [1] else {}
    pending = [line for line in lines if line > 1]
    line, base = 1, 0
    while pending and (chunk := file.read(_CHUNK)):
        if chunk.endswith(b"\r"):
            chunk += file.read(1)
        breaks = chunk.count(b"\n") + chunk.count(b"\r") - chunk.count(b"\r\n")
        if line + breaks >= pending[0]:
            ends = [match.end() for match in _BREAK.finditer(chunk)]
            while pending and pending[0] <= line + breaks:
                wanted = pending.pop(0)
                starts[wanted] = base + ends[wanted - line - 1]
        line += breaks
        base += len(chunk)
    return starts


def _record_at(file: BinaryIO, offset: int) -> str:
    file.seek(offset)
    data = file.read(_USUAL)
    end = _BREAK.search(data)
    if end is None or data.count(b'"', 0, end.start()) % 2:
        # No line break that is surely outside of quotation marks.
        data += file.read(_RECORD - _USUAL)
    text = data.decode("utf-8", errors="replace")
    return text.removeprefix("\ufeff") if offset == 0 else text


def _cells(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the cells of the record that a text begins with."""
    at = 0
    while True:
        match = _CELL.match(text, at)
        assert match is not None  # the pattern also matches nothing
        yield match.span()
        at = match.end()
        if text[at : at + 1] != ",":
            return
        at += 1


def _plain(cell: str) -> str:
    return cell[1:-1].replace('""', '"') if cell[:1] == '"' else cell


def _excerpt(record: str, line: int, index: int | None) -> Excerpt:
    spans = list(_cells(record)) if index is not None else []
    if index is None or index >= len(spans):
        end = _line_end(record, 0)
        # A row that is too short lacks its last cells: the place is where they should begin.
        span = (end, end) if index is not None and "\n" not in record[: spans[-1][1]] else None
        return Excerpt(line, record[:end], span)
    start, end = spans[index]
    breaks = [match.end() for match in _TEXT_BREAK.finditer(record, 0, start)]
    before = bisect_right(breaks, start)
    line_start = breaks[before - 1] if before else 0
    line_end = _line_end(record, start)
    return Excerpt(
        line + before,
        record[line_start:line_end],
        (start - line_start, min(end, line_end) - line_start),
    )


def _line_end(text: str, at: int) -> int:
    match = _TEXT_BREAK.search(text, at)
    return match.start() if match else len(text)
