"""Sheets: the tables of a package, folder or file as rows of raw text, refused where unsound."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from chippolicy._resources import resource
from chippolicy.derive.plan import Plan, TablePlan, load_plan
from chippolicy.engine import validate
from chippolicy.engine.intake.resolve import resolve
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.engine.intake.source import Input
from chippolicy.findings import Finding, Report, Severity
from chippolicy.formats.csv import StructureError, placed_rows
from chippolicy.rules.examples import MARK

BUNDLED = "bundled"
"""The name that stands for the shipped package."""
Key = tuple[str, ...]
Row = tuple[str, ...]

_TOLD = ("file", "table", "key/missing", "key/duplicate")
# A file that differs from its descriptor, or has a blank row, can be read all the same.
_TOLERATED = ("file/hash", "file/blank-row", "file/merged-cells")


class UnsoundError(Exception):
    """Tables that cannot be told apart row by row; `report` says what is wrong and where."""

    def __init__(self, report: Report) -> None:
        super().__init__(f"{report.total} findings")
        self.report = report


@dataclass(frozen=True)
class Sheet:
    """One table as text: its columns and its rows, each row as wide as the columns."""

    plan: TablePlan
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @cached_property
    def key_places(self) -> tuple[int, ...]:
        """Where the key's columns stand."""
        return tuple(self.columns.index(name) for name in self.plan.key)

    @cached_property
    def by_key(self) -> dict[Key, dict[str, str]]:
        """The rows by their key, each as text by column."""
        return {self.key_of(row): dict(zip(self.columns, row, strict=True)) for row in self.rows}

    def key_of(self, row: Row) -> Key:
        """The key of a row."""
        return tuple(row[at] for at in self.key_places)


def place_of(path: str | os.PathLike[str]) -> str:
    """The path as it is, or that of the shipped package for `bundled`."""
    text = os.fspath(path)
    return str(resource("datapackage")) if text == BUNDLED else text


def read_sheets(path: str | os.PathLike[str], table: str | None = None) -> dict[str, Sheet]:
    """The tables of a package, a folder or one file, in reading order.

    `table` names the table of a single file whose name does not say it. Raises UnsoundError where
    something cannot be read, a row has another width than its header, or keys are blank or
    double: which row is which could only be guessed then.
    """
    plan = load_plan()
    where = place_of(path)
    inputs: dict[str, list[Input]] = {}
    sheets = {}
    with Scratch() as scratch:
        for found in resolve([where], plan, scratch, table):
            if isinstance(found, Finding):
                if found.severity is Severity.ERROR:
                    raise _unsound(where, table)
                continue
            inputs.setdefault(found.table, []).append(found)
        for name in plan.tables:
            if name in inputs:
                sheet = _read(inputs[name], plan, name)
                if sheet is None:
                    raise _unsound(where, table)
                sheets[name] = sheet
    return sheets


def without_marks(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """A contribution's tables without the column that marks examples, where it marks none."""
    return {name: _unmarked(sheet) for name, sheet in sheets.items()}


def _unmarked(sheet: Sheet) -> Sheet:
    at = sheet.columns.index(MARK.column) if MARK.column in sheet.columns else None
    if at is None or any(row[at] for row in sheet.rows):
        return sheet
    rows = tuple((*row[:at], *row[at + 1 :]) for row in sheet.rows)
    return Sheet(sheet.plan, (*sheet.columns[:at], *sheet.columns[at + 1 :]), rows)


def _read(inputs: Iterable[Input], plan: Plan, name: str) -> Sheet | None:
    """The rows of a table's files as one sheet; None where they are not sound."""
    table = plan.tables[name]
    columns: dict[str, None] = {}
    parts: list[tuple[list[str], list[list[str]]]] = []
    try:
        for one in inputs:
            part = _rows(one)
            if part is None:
                return None
            header = part[0]
            if len(set(header)) < len(header) or not set(header) >= set(table.key):
                return None
            columns |= dict.fromkeys(header)
            parts.append(part)
    except (OSError, UnicodeDecodeError, csv.Error):
        return None
    names = tuple(columns)
    rows = tuple(_aligned(header, row, names) for header, part in parts for row in part)
    sheet = Sheet(table, names, rows)
    keys = [sheet.key_of(row) for row in rows]
    if any("" in key for key in keys) or len(set(keys)) < len(keys):
        return None
    return sheet


def _rows(one: Input) -> tuple[list[str], list[list[str]]] | None:
    header: list[str] | None = None
    rows: list[list[str]] = []
    if one.converted and any(told.severity is Severity.ERROR for told in one.converted.findings):
        return None
    for _, row in placed_rows(one.path, one.delimiter):
        if isinstance(row, StructureError):
            return None
        if not any(row):
            continue
        if header is None:
            header = row
        elif len(row) != len(header):
            return None
        else:
            rows.append(row)
    return None if header is None else (header, rows)


def _aligned(header: list[str], row: list[str], names: tuple[str, ...]) -> Row:
    if tuple(header) == names:
        return tuple(row)
    values: Mapping[str, str] = dict(zip(header, row, strict=True))
    return tuple(values.get(name, "") for name in names)


def _unsound(where: str, table: str | None) -> UnsoundError:
    report = validate(where, against="none", table=table, select=_TOLD, ignore=_TOLERATED)
    if report.valid:
        # A value that no cell of its column could hold.
        report = validate(where, against="none", table=table, select=("value",))
    if not report.findings:
        told = Finding("file/unreadable", Severity.ERROR, f"{where!r} cannot be read", path=where)
        report = Report((told,), report.files, unreadable=True)
    return UnsoundError(report)
