"""The `rows` executor: the standard library only, blocks of rows, sets and dictionaries."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import PLACES, finding
from chippolicy.engine.header import Header, read_header
from chippolicy.engine.intake.source import Input, unreadable
from chippolicy.engine.layout import layout_notes, order_notes
from chippolicy.engine.soundness import Soundness, look, misencoded
from chippolicy.engine.survey import Column, TableSurvey
from chippolicy.findings import Finding, Place
from chippolicy.formats.csv import BLOCK, StructureError, blocks, placed_rows

Take = Callable[[list[Column]], None]


class SurveyedFile:
    """A file after the verdict pass: its header, how many rows it has, what is wrong outright."""

    def __init__(self, source: Input) -> None:
        self.input = source
        self.header: Header | None = None
        self.rows = 0
        self.findings: list[Finding] = []
        self.soundness: Soundness | None = None


def survey_file(source: Input, plan: Plan, table: TableSurvey) -> SurveyedFile:
    """Pass once over a file, giving its rows to the table's survey."""
    file = SurveyedFile(source)
    place = {"path": source.shown, "table": source.table}
    try:
        sound = file.soundness = look(source.path, source.algorithm)
        if sound.size and not sound.misencoding and not table.trusted:
            file.findings += layout_notes(source, has_returns=sound.has_returns)
    except OSError as error:
        table.incomplete = True
        file.findings.append(unreadable(source.shown, error, source.table))
        return file
    if sound.size == 0:
        table.incomplete = True
        message = f"{source.shown!r} is empty; expected at least a header"
        file.findings.append(finding("file/empty", message, **place))
        return file
    if sound.misencoding:
        table.incomplete = True
        file.findings.append(misencoded(sound, source.shown, source.table))
        return file
    before = table.rows
    if sound.has_nul or not _fast(file, plan, table):
        _carefully(file, plan, table, skip=table.rows - before)
    file.rows = table.rows - before
    if file.header is None or file.header.lost & set(table.plan.key):
        table.incomplete = True
    return file


def _open_header(file: SurveyedFile, cells: list[str], plan: Plan, table: TableSurvey) -> bool:
    if file.header is None:
        file.header, found = read_header(cells, plan, table.plan, file.input.shown)
        file.findings += found
        if not table.trusted:
            file.findings += order_notes(file.input, cells, table.plan, plan)
    return file.header is not None


def _fast(file: SurveyedFile, plan: Plan, table: TableSurvey) -> bool:
    """Read without looking for places; False where something in the file asks for a closer look."""
    reading = blocks(file.input.path, file.input.delimiter)
    try:
        first = next(reading, None)
        if not first or not any(first[0]):
            return False
        if not _open_header(file, first[0], plan, table):
            return True
        assert file.header is not None
        take = table.reader(file.header)
        width = len(file.header.cells)
        key_at = file.header.known.get(table.plan.key[0])
        for block in reading:
            columns = turned(block, width)
            if columns is None:
                return False
            if key_at is not None and not all(columns[key_at]):
                # It may be a blank row, which is no record with a missing id.
                return False
            take(columns)
    except csv.Error:
        return False
    return True


def turned(block: list[list[str]], width: int) -> list[Column] | None:
    """The columns of a block of rows; None where a row is not so many cells wide."""
    try:
        columns: list[Column] = list(zip(*block, strict=True))
    except ValueError:
        return None
    return columns if len(columns) == width else None


def _carefully(file: SurveyedFile, plan: Plan, table: TableSurvey, skip: int) -> None:
    """Read row by row, telling what is not sound; the first `skip` rows were taken already."""
    take: Take | None = None
    block: list[list[str]] = []
    told = Folded(file.input)
    blank_lines = []
    for line, row in numbered_rows(file.input):
        if isinstance(row, StructureError):
            told.add(f"file/{'cell-limit' if row.kind == 'limit' else 'quote'}", row.reason, line)
            table.tolerate("")
            if row.kind == "limit" or "never closed" in row.reason:
                table.incomplete = True
            if take is None:
                # Without its header nothing else can be said of the file.
                break
            continue
        if take is None:
            if not any(row):
                blank_lines.append(line)
                continue
            for blank_line in blank_lines:
                told.add("file/blank-row", "a blank row stands before the header", blank_line)
            if not _open_header(file, row, plan, table):
                break
            assert file.header is not None
            take = table.reader(file.header)
            continue
        assert file.header is not None
        if file.soundness and file.soundness.has_nul and not file.input.converted:
            _tell_nul(told, file.header, row, line)
        if not _is_sound(row, file.header, table, told, line):
            continue
        if skip:
            skip -= 1
            continue
        block.append(row)
        if len(block) == BLOCK:
            take(list(zip(*block, strict=True)))
            block = []
    if take and block:
        take(list(zip(*block, strict=True)))
    file.findings += told.findings()
    if file.header is None and not file.findings:
        message = f"{file.input.shown!r} has no header, only blank rows"
        place = {"path": file.input.shown, "table": file.input.table}
        file.findings.append(finding("file/empty", message, **place))


def _is_sound(row: list[str], header: Header, table: TableSurvey, told: Folded, line: int) -> bool:
    """Whether a row has the header's width and is not blank; if not, it is told and set aside."""
    width = len(header.cells)
    if not any(row):
        told.add("file/blank-row", "a row is blank", line)
        return False
    if len(row) == width:
        return True
    key = [row[at] for name in table.plan.key if 0 <= (at := header.known.get(name, -1)) < len(row)]
    table.tolerate("+".join(key))
    cells = "cell" if len(row) == 1 else "cells"
    told.add(
        "file/ragged-row",
        f"a row has {len(row)} {cells}; expected {width}, as in the header",
        line,
        record=f"{table.plan.name}/{'+'.join(key)}" if len(key) == len(table.plan.key) else None,
    )
    return False


def _tell_nul(told: Folded, header: Header, row: list[str], line: int) -> None:
    for name, cell in zip((*header.cells, *[None] * len(row)), row, strict=False):
        if "\0" in cell:
            told.add("file/nul", "a cell holds a NUL byte", line, column=name, value=cell)


class Folded:
    """Findings of a file, those of one cause folded into one with a count."""

    def __init__(self, source: Input) -> None:
        self._source = source
        self._first: dict[tuple[str, str], dict[str, Any]] = {}
        self._places: dict[tuple[str, str], list[Place]] = {}
        self._counts: dict[tuple[str, str], int] = {}

    def add(self, code: str, message: str, line: int | None, **place: str | None) -> None:
        """Tell one occurrence."""
        cause = (code, message)
        self._counts[cause] = self._counts.get(cause, 0) + 1
        self._first.setdefault(cause, {"line": line, **place})
        places = self._places.setdefault(cause, [])
        if len(places) < PLACES:
            places.append(Place(line, place.get("record")))

    def findings(self) -> Iterator[Finding]:
        """One finding for each cause."""
        for (code, message), first in self._first.items():
            count = self._counts[code, message]
            yield finding(
                code,
                message,
                path=self._source.shown,
                table=self._source.table,
                count=count,
                places=tuple(self._places[code, message]) if count > 1 else (),
                **first,
            )


def numbered_rows(source: Input) -> Iterator[tuple[int, list[str] | StructureError]]:
    """Every row with its first line; with its own number where the lines are none of the file's."""
    rows = placed_rows(source.path, source.delimiter)
    if source.converted is None:
        return rows
    return ((number, row) for number, (_, row) in enumerate(rows, 1))


def sound_rows(source: Input, header: Header) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that became records, with their lines: what the verdict pass has taken."""
    rows = numbered_rows(source)
    for _, row in rows:
        if not isinstance(row, StructureError) and any(row):
            break
    for line, row in rows:
        if not isinstance(row, StructureError) and len(row) == len(header.cells) and any(row):
            yield line, row
