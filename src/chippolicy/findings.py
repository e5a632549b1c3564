"""Findings: the only way a problem is told, and the report that gathers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How grave a finding is."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def _told(meaning: str, default: Any = None) -> Any:
    return field(default=default, metadata={"description": meaning})


@dataclass(frozen=True, slots=True)
class Place:
    """One of the places a finding that occurs many times was seen at."""

    line: int | None = _told("The first physical line of the record; the header is line 1.")
    record: str | None = _told("The record's reference, such as chips/nvidia-h20.")


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem: what, where, which value, what was expected and how to mend it."""

    code: str = field(metadata={"description": "The rule's code, such as ref/dangling."})
    severity: Severity = field(metadata={"description": "How grave it is."})
    message: str = field(
        metadata={"description": "What is wrong: the value and what was expected."}
    )
    hint: str | None = _told("How to mend it, with the nearest valid value where there is one.")
    path: str | None = _told("The file, as it was named on input.")
    line: int | None = _told(
        "The first physical line of the record in the file; the header is line 1."
    )
    column: str | None = _told("The column's name in the file.")
    table: str | None = _told("The table the file holds.")
    record: str | None = _told("The record's reference, such as chips/nvidia-h20.")
    field: str | None = _told("The field of the table that is meant.")
    value: str | None = _told("The value as it stands in the file.")
    pointer: str | None = _told("The JSON Pointer of the field in a JSON or YAML file.")
    sheet: str | None = _told("The sheet of a workbook.")
    cell: str | None = _told("The cell of a sheet, such as C7.")
    offset: int | None = _told("Where the line begins in a file of text, in bytes from its start.")
    count: int = _told("How many times the same cause was met.", 1)
    places: tuple[Place, ...] = _told("Where it was met first, if more than once.", ())

    def sort_key(self) -> tuple[Any, ...]:
        """Order by place, then by column, so that a report reads down a file or sheet."""
        return (
            self.path or "",
            self.sheet or "",
            self.line or 0,
            self.column or "",
            self.code,
            self.value or "",
            self.message,
        )


@dataclass(frozen=True)
class FileSummary:
    """What was read of one input file."""

    path: str = field(metadata={"description": "The file, as it was named on input."})
    table: str | None = _told("The table it holds, if that could be told.")
    rows: int = _told("Its rows, the header left out.", 0)


@dataclass(frozen=True)
class Report:
    """All that a validation found: every finding, and how much was read."""

    findings: tuple[Finding, ...]
    files: tuple[FileSummary, ...] = ()
    seconds: float = 0.0
    unreadable: bool = False
    """Whether some input could not be read at all (exit status 3)."""
    counts: dict[str, int] | None = None
    """Findings by severity before any were left out of `findings`; computed if None."""
    waived: int = 0
    """How many findings were left out because a waiver covers them."""
    faulty_files: int | None = None
    """How many files had findings before any were left out of `findings`; computed if None."""

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def count(self, severity: Severity) -> int:
        """How many findings of a severity there are, those not listed included."""
        if self.counts is not None:
            return self.counts.get(severity.value, 0)
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def errors(self) -> int:
        """How many findings are errors."""
        return self.count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """How many findings are warnings."""
        return self.count(Severity.WARNING)

    @property
    def files_with_findings(self) -> int:
        """How many files have findings, those not listed included."""
        if self.faulty_files is not None:
            return self.faulty_files
        return len({finding.path for finding in self.findings if finding.path is not None})

    @property
    def rows(self) -> int:
        """How many rows were read in all."""
        return sum(file.rows for file in self.files)

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables that were read, in the order they were met."""
        return tuple(dict.fromkeys(file.table for file in self.files if file.table))

    @property
    def valid(self) -> bool:
        """Whether nothing of severity error was found."""
        return self.errors == 0

    def exit_code(self, *, strict: bool = False) -> int:
        """The process status: 0 valid, 1 findings, 3 an input could not be read."""
        if self.unreadable:
            return 3
        if self.errors or (strict and self.total):
            return 1
        return 0

    @property
    def total(self) -> int:
        """How many findings there are of any severity."""
        return sum(self.count(severity) for severity in Severity)

    def as_dict(self) -> dict[str, Any]:
        """The report as the JSON object that `report.schema.json` describes."""
        return {
            "valid": self.valid,
            "summary": {
                "files": len(self.files),
                "tables": len(self.tables),
                "rows": self.rows,
                "errors": self.errors,
                "warnings": self.warnings,
                "notes": self.count(Severity.NOTE),
                "waived": self.waived,
                "seconds": round(self.seconds, 3),
            },
            "findings": [asdict(finding) for finding in self.findings],
        }


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in the order a report tells them: by file, line and column."""
    return tuple(sorted(findings, key=Finding.sort_key))
