"""The `rows` executor: the standard library only, blocks of rows, sets and dictionaries."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from chippolicy.derive.plan import Plan
from chippolicy.engine.faults import finding
from chippolicy.engine.header import Header, read_header
from chippolicy.engine.inputs import Input, unreadable
from chippolicy.engine.soundness import Soundness, look
from chippolicy.engine.survey import TableSurvey
from chippolicy.findings import Finding, Place
from chippolicy.formats.csv import BLOCK, StructureError, blocks, placed_rows
from chippolicy.formats.encoding import convert_command

Take = Callable[[list[list[str]]], None]
PLACES = 10
"""How many of the places of one cause a finding lists."""


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
        file.findings.append(_misencoded(source, sound))
        return file
    before = table.rows
    if sound.has_nul or not _fast(file, plan, table):
        _carefully(file, plan, table, skip=table.rows - before)
    file.rows = table.rows - before
    if file.header is None or file.header.lost & set(table.plan.key):
        table.incomplete = True
    return file


def _misencoded(source: Input, sound: Soundness) -> Finding:
    assert sound.misencoding is not None
    guess, offset = sound.misencoding.guess, sound.misencoding.offset
    what = f"it seems to be {guess}" if guess else "its encoding is not known"
    return finding(
        "file/encoding",
        f"{source.shown!r} is not UTF-8 (byte {offset:,}, line {sound.misencoded_line}): {what}; "
        "nothing of it was checked",
        hint=f"Save it as UTF-8, or run: {convert_command(guess, source.shown)}" if guess else None,
        path=source.shown,
        table=source.table,
        line=sound.misencoded_line,
    )


def _open_header(file: SurveyedFile, cells: list[str], plan: Plan, table: TableSurvey) -> bool:
    if file.header is None:
        file.header, found = read_header(cells, plan, table.plan, file.input.shown)
        file.findings += found
    return file.header is not None


def _fast(file: SurveyedFile, plan: Plan, table: TableSurvey) -> bool:
    """Read without looking for places; False where something in the file asks for a closer look."""
    reading = blocks(file.input.path)
    try:
        first = next(reading, None)
        if not first or not any(first[0]):
            return False
        if not _open_header(file, first[0], plan, table):
            return True
        assert file.header is not None
        take = table.reader(file.header)
        widths = {len(file.header.cells)}
        key_at = file.header.known.get(table.plan.key[0])
        first_key = itemgetter(key_at) if key_at is not None else None
        for block in reading:
            if set(map(len, block)) != widths:
                return False
            if first_key and not all(map(first_key, block)):
                # It may be a blank row, which is no record with a missing id.
                return False
            take(block)
    except csv.Error:
        return False
    return True


def _carefully(file: SurveyedFile, plan: Plan, table: TableSurvey, skip: int) -> None:
    """Read row by row, telling what is not sound; the first `skip` rows were taken already."""
    take: Take | None = None
    block: list[list[str]] = []
    told = Folded(file.input)
    blank_lines = []
    for line, row in placed_rows(file.input.path):
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
        if file.soundness and file.soundness.has_nul:
            _tell_nul(told, file.header, row, line)
        if not _is_sound(row, file.header, table, told, line):
            continue
        if skip:
            skip -= 1
            continue
        block.append(row)
        if len(block) == BLOCK:
            take(block)
            block = []
    if take and block:
        take(block)
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


def sound_rows(path: Path, header: Header) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that became records, with their lines: what the verdict pass has taken."""
    rows = placed_rows(path)
    for _, row in rows:
        if not isinstance(row, StructureError) and any(row):
            break
    for line, row in rows:
        if not isinstance(row, StructureError) and len(row) == len(header.cells) and any(row):
            yield line, row
