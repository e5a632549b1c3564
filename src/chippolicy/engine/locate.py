"""Locating: one more pass over a file with faults, to say in which rows they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.causes import Values
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import PLACES, Fault, finding
from chippolicy.engine.header import Header
from chippolicy.engine.intake.source import Input
from chippolicy.engine.rows import SurveyedFile, sound_rows
from chippolicy.findings import Finding, Place, Severity

_VALUE_SHOWN = 200
MOST_CAUSES = 1_000
"""So many causes of one check of one table are told with their places; all are counted."""


@dataclass
class Seen:
    """What is gathered of one cause in one file."""

    line: int
    record: str | None
    value: str
    count: int = 0
    places: list[Place] = field(default_factory=list)


class _Probe(NamedTuple):
    """What of a row is held against one fault."""

    number: int
    fault: Fault
    cells: Callable[[Sequence[str]], object]
    """A row's cell, or its cells, in the fault's columns."""
    bad: Container[object]

    @staticmethod
    def of(number: int, fault: Fault, known: Mapping[str, int]) -> _Probe:
        at = [known.get(name, -1) for name in fault.columns]
        if min(at) < 0:
            return _Probe(number, fault, lambda row: _cells(row, at), set(fault.bad))
        bad = {one[0] for one in fault.bad} if len(at) == 1 else set(fault.bad)
        return _Probe(number, fault, itemgetter(*at), bad)


class Locator:
    """Places the faults of one table, file by file; keeps first occurrences between files."""

    def __init__(
        self, table: TablePlan, faults: Iterable[Fault], most: int | None = MOST_CAUSES
    ) -> None:
        self._table = table
        self._faults = list(faults)
        self._most = most
        self._told = [0] * len(self._faults)
        self.untold: Counter[tuple[str, Severity]] = Counter()
        """Causes of the last file beyond those that are told, by code and severity."""
        self._first: dict[tuple[int, Values], str] = {}
        self.faulty_lines: set[int] = set()
        """The lines of rows with an error: a warning is no reason to leave a row out of a check."""

    def place(self, file: SurveyedFile) -> Iterator[Finding]:
        """The findings of one file."""
        self.faulty_lines = set()
        self.untold = Counter()
        if file.header is not None and self._faults:
            yield from self._findings(self._seen(file.input, file.header), file.input)

    def _seen(self, source: Input, header: Header) -> dict[tuple[int, Values | None], Seen]:
        """The causes that are told, by their fault's number and their values."""
        seen: dict[tuple[int, Values | None], Seen | None] = {}
        known = header.known | header.own
        probes = [_Probe.of(number, fault, known) for number, fault in enumerate(self._faults)]
        key_at = [known.get(name, -1) for name in self._table.key]
        for line, row in sound_rows(source, header):
            for probe in probes:
                if probe.cells(row) not in probe.bad:
                    continue
                number, fault = probe.number, probe.fault
                values = _cells(row, [known.get(name, -1) for name in fault.columns])
                if fault.repeats_only and (number, values) not in self._first:
                    self._first[number, values] = source.place(line)
                    continue
                severity = fault.severity_of(values)
                if severity is Severity.ERROR:
                    self.faulty_lines.add(line)
                cause = (number, None if fault.whole_table else values)
                entry = seen.get(cause)
                if entry is None:
                    if cause in seen:
                        continue
                    if not self._has_room(number):
                        seen[cause] = None
                        self.untold[fault.code(values), severity] += 1
                        continue
                    self._told[number] += 1
                    entry = seen[cause] = Seen(
                        line, self._record(row, key_at), _cell(row, known.get(fault.field))
                    )
                entry.count += 1
                if len(entry.places) < PLACES:
                    entry.places.append(Place(line, self._record(row, key_at)))
        return {cause: entry for cause, entry in seen.items() if entry is not None}

    def _has_room(self, number: int) -> bool:
        """Whether one more cause of a fault is told with its places."""
        return self._most is None or self._told[number] < self._most

    def _findings(
        self, seen: Mapping[tuple[int, Values | None], Seen], source: Input
    ) -> Iterator[Finding]:
        for (number, values), entry in seen.items():
            yield self._finding(self._faults[number], number, values, entry, source.shown)

    def _record(self, row: Sequence[str], key_at: Sequence[int]) -> str | None:
        parts = _cells(row, key_at)
        if "" in parts:
            return None
        return f"{self._table.name}/{'+'.join(parts)}"[:_VALUE_SHOWN]

    def _finding(
        self, fault: Fault, number: int, values: Values | None, entry: Seen, path: str
    ) -> Finding:
        detail: Detail = fault.bad[values] if values is not None else _any(fault.bad)
        message = detail.message
        if fault.repeats_only and values is not None:
            message += f": {self._first[number, values]}"
        return finding(
            detail.code,
            message,
            hint=detail.hint,
            severity=fault.severity,
            path=path,
            line=entry.line,
            column=fault.field,
            table=self._table.name,
            record=entry.record,
            field=fault.field,
            value=None if fault.whole_table else _short(entry.value),
            count=entry.count,
            places=tuple(entry.places) if entry.count > 1 else (),
        )


def _any(bad: Mapping[Values, Detail]) -> Detail:
    return next(iter(bad.values()))


def _cells(row: Sequence[str], at: Iterable[int]) -> Values:
    """Some cells of a row; of columns that are not there, blanks."""
    return tuple(row[index] if index >= 0 else "" for index in at)


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None else ""


def _short(value: str) -> str:
    return value if len(value) <= _VALUE_SHOWN else f"{value[:_VALUE_SHOWN]}…"
