"""Locating: one more pass over a file with faults, to say in which rows they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from chippolicy.derive.plan import TablePlan
from chippolicy.engine.columns import Detail
from chippolicy.engine.faults import Fault, Values, finding
from chippolicy.engine.header import Header
from chippolicy.engine.rows import PLACES
from chippolicy.findings import Finding, Place, Severity
from chippolicy.rules import CATALOG

_VALUE_SHOWN = 200
MOST_CAUSES = 1_000
"""So many causes of one check of one table are told with their places; all are counted."""

Row = tuple[int, Sequence[str]]


@dataclass
class _Seen:
    """What is gathered of one cause."""

    line: int
    record: str | None
    value: str
    count: int = 0
    places: list[Place] = field(default_factory=list)


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
        """Causes beyond those that are told, by code and severity."""
        self._first: dict[tuple[int, Values], str] = {}
        self.faulty_lines: set[int] = set()
        """The lines of rows with an error: a warning is no reason to leave a row out of a check."""

    def place(self, rows: Iterable[Row], header: Header, path: str) -> Iterator[Finding]:
        """The findings of one file."""
        self.faulty_lines = set()
        seen: dict[tuple[int, Values | None], _Seen | None] = {}
        known = header.known | header.own
        places = [
            (number, fault, [known.get(name, -1) for name in fault.columns])
            for number, fault in enumerate(self._faults)
        ]
        key_at = [known.get(name, -1) for name in self._table.key]
        for line, row in rows:
            for number, fault, at in places:
                values = tuple(row[index] if index >= 0 else "" for index in at)
                if values not in fault.bad:
                    continue
                if fault.repeats_only and (number, values) not in self._first:
                    self._first[number, values] = f"{path}, line {line}"
                    continue
                if _is_error(fault, fault.bad[values]):
                    self.faulty_lines.add(line)
                cause = (number, None if fault.whole_table else values)
                entry = seen.get(cause)
                if entry is None:
                    if cause in seen:
                        continue
                    self._told[number] += 1
                    if self._most is not None and self._told[number] > self._most:
                        seen[cause] = None
                        detail = fault.bad[values]
                        severity = fault.severity or CATALOG[detail.code].severity
                        self.untold[detail.code, severity] += 1
                        continue
                    entry = seen[cause] = _Seen(
                        line, self._record(row, key_at), _cell(row, known.get(fault.field))
                    )
                entry.count += 1
                if len(entry.places) < PLACES:
                    entry.places.append(Place(line, self._record(row, key_at)))
        for (number, values_or_none), entry in seen.items():
            if entry is not None:
                yield self._finding(self._faults[number], number, values_or_none, entry, path)

    def _record(self, row: Sequence[str], key_at: Sequence[int]) -> str | None:
        parts = [row[index] if index >= 0 else "" for index in key_at]
        if "" in parts:
            return None
        return f"{self._table.name}/{'+'.join(parts)}"[:_VALUE_SHOWN]

    def _finding(
        self, fault: Fault, number: int, values: Values | None, entry: _Seen, path: str
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


def _is_error(fault: Fault, detail: Detail) -> bool:
    return (fault.severity or CATALOG[detail.code].severity) is Severity.ERROR


def _any(bad: Mapping[Values, Detail]) -> Detail:
    return next(iter(bad.values()))


def _cell(row: Sequence[str], at: int | None) -> str:
    return row[at] if at is not None else ""


def _short(value: str) -> str:
    return value if len(value) <= _VALUE_SHOWN else f"{value[:_VALUE_SHOWN]}…"
