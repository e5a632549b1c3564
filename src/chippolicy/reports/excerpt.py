"""Excerpts: the line of a file that a finding is about, and where in it the value stands.

The file is read again, only for findings that are shown, once for all of them, and never more than
a bounded part of it at once: a value may be as long as it likes, and its bytes may be no text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from chippolicy.reports.cells import Cells
from chippolicy.reports.lines import line_starts
from chippolicy.reports.source import format_of, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from chippolicy.findings import Finding

    Spans = Callable[[str, Collection[str]], dict[str, tuple[int, int]]]

MOST_WHOLE = {"json": 256 << 20, "yaml": 16 << 20}
"""The most bytes of a file that is read whole, in a few seconds, to find values in it."""
_LINE = 1 << 20
"""The most bytes of a line of JSON Lines that are looked at."""
_BESIDE = 1 << 12
"""How many characters of a line are kept on either side of the value."""
_BREAK = re.compile("\r\n|\n|\r")
# What may stand before the mark of a block of text in YAML: an anchor, a tag.
_BLOCK = re.compile(r"(?:[&!]\S*[ \t]+)*[|>][^\r\n]*(?:\r\n|\n|\r)\s*")


@dataclass(frozen=True)
class Excerpt:
    """A physical line, and the span of the value in it (None where it cannot be told)."""

    line: int
    text: str
    """The line, or, where it is very long, the part of it around the value."""
    span: tuple[int, int] | None = None
    """Where the value stands in the text; it may end beyond it."""
    before: int = 0
    """How many characters of the line stand before the text."""
    cut: bool = False
    """Whether the line goes on behind the text."""


def excerpts(path: str, findings: Iterable[Finding]) -> dict[Finding, Excerpt]:
    """For each finding the physical line on which its value begins.

    A finding that is about no value has the line on which its record begins. Findings without a
    line are left out, and so are those of which the file cannot be read or has no lines.
    """
    placed = [finding for finding in findings if finding.line is not None]
    if not placed:
        return {}
    found: dict[Finding, Excerpt] = {}
    # Where the file cannot be read, the finding itself tells what is wrong.
    with suppress(OSError):
        read = _READERS.get(format_of(path))
        if read is not None:
            with opened(path) as file:
                found.update(read(file, path, placed))
    return found


_Found = Iterator[tuple["Finding", Excerpt]]


def _by_line(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """Findings by the line of their record, in ascending order."""
    groups: defaultdict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.line is not None:
            groups[finding.line].append(finding)
    return dict(sorted(groups.items()))


def _in_rows(file: BinaryIO, path: str, findings: Sequence[Finding]) -> _Found:
    """Excerpts of a CSV file."""
    groups = _by_line(findings)
    starts = line_starts(file, groups)
    cells = Cells(file, path, findings[0].table)
    for line, start in starts.items():
        record = cells.record(start)
        for one in groups[line]:
            yield one, _of_row(cells, record, line, cells.index(one.column))


def _of_row(cells: Cells, record: str, line: int, index: int | None) -> Excerpt:
    spans = cells.spans(record, index + 1) if index is not None else []
    if index is None or index >= len(spans):
        end = _line_end(record, 0)
        # A row that is too short lacks its last cells: the place is where they should begin.
        is_whole = index is not None and not _BREAK.search(record, 0, spans[-1][1])
        return Excerpt(line, record[:end], (end, end) if is_whole else None)
    start, end = spans[index]
    lines, line_start = _forward(record, 0, start)
    line_end = _line_end(record, start)
    span = (start - line_start, min(end, line_end) - line_start)
    return Excerpt(line + lines, record[line_start:line_end], span)


def _in_lines(file: BinaryIO, path: str, findings: Sequence[Finding]) -> _Found:
    """Excerpts of a JSON Lines file: each line is a document."""
    from chippolicy.formats.json import spans

    groups = _by_line(findings)
    for line, start in line_starts(file, groups).items():
        file.seek(start)
        text = file.readline(_LINE).decode("utf-8", errors="replace")
        text = text.removeprefix("\ufeff") if start == 0 else text
        text = text[: _line_end(text, 0)]
        wanted = {one: _pointer("", one.column) for one in groups[line]}
        places = _places(text, wanted, spans)
        for one in groups[line]:
            place = places.get(one)
            yield one, _of_line(text, line, 0, place[0], place) if place else _head(text, line)


def _in_json(file: BinaryIO, path: str, findings: Sequence[Finding]) -> _Found:
    from chippolicy.formats.json import spans

    yield from _in_document(file, findings, spans, MOST_WHOLE["json"])


def _in_yaml(file: BinaryIO, path: str, findings: Sequence[Finding]) -> _Found:
    from chippolicy.formats.yaml import spans

    yield from _in_document(file, findings, spans, MOST_WHOLE["yaml"])


def _in_document(file: BinaryIO, findings: Sequence[Finding], spans: Spans, most: int) -> _Found:
    """Excerpts of a JSON or YAML file, which is read whole unless it is too large for that."""
    data = file.read(most + 1)
    if len(data) > most:
        del data
        file.seek(0)
        yield from _heads(file, findings)
        return
    text = data.decode("utf-8", errors="replace").removeprefix("\ufeff")
    del data
    places = _places(text, {one: one.pointer for one in findings}, spans)
    at, line, line_start = 0, 1, 0
    for one, (start, end) in sorted(places.items(), key=lambda place: place[1]):
        lines, found = _forward(text, at, start)
        at, line = start, line + lines
        line_start = found if lines else line_start
        yield one, _of_line(text, line, line_start, start, (start, end))
    file.seek(0)
    yield from _heads(file, [one for one in findings if one not in places])


def _heads(file: BinaryIO, findings: Sequence[Finding]) -> _Found:
    """The lines on which records begin."""
    groups = _by_line(findings)
    for line, start in line_starts(file, groups).items():
        file.seek(start)
        text = file.read(4 * _BESIDE).decode("utf-8", errors="replace")
        text = text.removeprefix("\ufeff") if start == 0 else text
        for one in groups[line]:
            yield one, _head(text, line)


def _head(text: str, line: int) -> Excerpt:
    return _of_line(text, line, 0, 0, None)


def _places(
    text: str, pointers: dict[Finding, str | None], spans: Spans
) -> dict[Finding, tuple[int, int]]:
    """Where the values stand that findings are about; those are left out that are not there."""
    values = {
        one: pointer for one, pointer in pointers.items() if pointer and one.column is not None
    }
    if not values:
        return {}
    found = spans(text, {*values.values(), *map(_above, values.values())})
    places = {}
    for one, pointer in values.items():
        span = found.get(pointer)
        # What is not there stands where the record does.
        if span is not None and span != found.get(_above(pointer)):
            places[one] = _of_block(text, *span)
    return places


def _pointer(record: str, column: str | None) -> str | None:
    from chippolicy.formats.raw import pointer_to

    return None if column is None else record + pointer_to(column)


def _above(pointer: str) -> str:
    return pointer.rpartition("/")[0]


def _of_block(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of a value; of a block of text in YAML without the mark that begins it."""
    mark = _BLOCK.match(text, start, end)
    return (mark.end(), end) if mark and mark.end() < end else (start, end)


def _of_line(
    text: str, line: int, line_start: int, at: int, span: tuple[int, int] | None
) -> Excerpt:
    """The part of a line around an offset in the text."""
    start = max(line_start, at - _BESIDE)
    end = _line_end(text, at, at + _BESIDE)
    cut = end == at + _BESIDE and not _BREAK.match(text, end) and end < len(text)
    if span is not None:
        # A value that ends on another line is marked up to the end of this one.
        span = (span[0] - start, _line_end(text, *span) - start)
    return Excerpt(line, text[start:end], span, start - line_start, cut)


def _forward(text: str, at: int, to: int) -> tuple[int, int]:
    """How many lines begin between two offsets, and where the last of them does."""
    lines = text.count("\n", at, to) + text.count("\r", at, to) - text.count("\r\n", at, to)
    return lines, max(text.rfind("\n", at, to), text.rfind("\r", at, to)) + 1


def _line_end(text: str, at: int, most: int | None = None) -> int:
    last = len(text) if most is None else min(most, len(text))
    match = _BREAK.search(text, at, last)
    return match.start() if match else last


_READERS = {"csv": _in_rows, "jsonl": _in_lines, "json": _in_json, "yaml": _in_yaml}
