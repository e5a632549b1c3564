"""Clashes: contributed records whose key is that of a different record of the base."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

from chippolicy.engine.causes import Values
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.source import Input
from chippolicy.engine.rows import SurveyedFile, sound_rows
from chippolicy.engine.survey import TableSurvey
from chippolicy.findings import Finding
from chippolicy.formats.csv import blocks

_CHUNK = 1 << 20


def clashes(
    file: SurveyedFile,
    table: TableSurvey,
    base: Sequence[Input],
    below: TableSurvey | None,
    shared: Collection[Values],
    faulty: Collection[int],
    most: int | None,
) -> tuple[list[Finding], int]:
    """The rows of a file that differ from the base's record with their key.

    A row that is faulty already is left out: the fault is what it differs by. Beyond the first
    `most` they are only counted.
    """
    header = file.header
    if not base or not shared or header is None or _same_bytes(file.input, base):
        return [], 0
    key = table.plan.key
    if not header.known.keys() >= set(key):
        return [], 0
    shipped = _records(base, below or table, shared)
    if not shipped:
        return [], 0
    found: list[Finding] = []
    beyond = 0
    key_at = [header.known[name] for name in key]
    rows = table.rows_with(file.input.path, shared)
    for line, row in sound_rows(file.input, header) if rows is None else rows:
        values = tuple(row[at] for at in key_at)
        record = shipped.get(values)
        if record is None or line in faulty:
            continue
        differing = [name for name, at in header.known.items() if row[at] != record.get(name, "")]
        if not differing:
            continue
        if most is not None and len(found) >= most:
            beyond += 1
            continue
        reference = f"{table.plan.name}/{'+'.join(values)}"
        column = differing[0]
        found.append(
            finding(
                "key/clash",
                f"{reference} is a shipped record, and differs from it in {', '.join(differing)}",
                path=file.input.shown,
                line=line,
                column=column,
                table=table.plan.name,
                record=reference,
                field=column,
                value=row[header.known[column]][:200],
            )
        )
    return found, beyond


def _same_bytes(given: Input, base: Sequence[Input]) -> bool:
    try:
        return any(_alike(given.path, one.path) for one in base)
    except OSError:
        return False


def _alike(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(_CHUNK):
            if chunk != right.read(_CHUNK):
                return False
    return True


def _records(
    base: Sequence[Input], below: TableSurvey, keys: Collection[Values]
) -> dict[Values, dict[str, str]]:
    """The base's records with some keys."""
    found: dict[Values, dict[str, str]] = {}
    for one in base:
        # What of the base cannot be read was told when it was surveyed, and clashes with nothing.
        with suppress(OSError, UnicodeDecodeError, csv.Error):
            reading = blocks(one.path, one.delimiter)
            (names,) = next(reading, [[]])
            picked = below.rows_with(one.path, keys)
            rows = chain.from_iterable(reading) if picked is None else (row for _, row in picked)
            found |= _matching(names, rows, below.plan.key, keys)
    return found


def _matching(
    names: Sequence[str],
    rows: Iterable[Sequence[str]],
    key: Sequence[str],
    keys: Collection[Values],
) -> dict[Values, dict[str, str]]:
    found: dict[Values, dict[str, str]] = {}
    if not set(key) <= set(names):
        return found
    at = [names.index(name) for name in key]
    for row in rows:
        if len(row) == len(names) and (values := tuple(row[index] for index in at)) in keys:
            found[values] = dict(zip(names, row, strict=True))
    return found
