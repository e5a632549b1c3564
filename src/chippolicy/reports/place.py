"""Places in words: what a person goes to, by the kind of file it is in.

A line of a file of text is `7`, with its column `7:title`, which editors follow; a cell of a sheet
is called as the spreadsheet calls it, `C7 (sheet events)`; a row of Parquet is `row 7, title`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chippolicy.reports.source import BINARY, format_of

if TYPE_CHECKING:
    from chippolicy.findings import Finding

LINE, ROW, CELL = "line", "row", "cell"


def has_lines(finding: Finding) -> bool:
    """Whether the finding stands on a line that an editor would show."""
    return finding.line is not None and _unit(finding) == LINE


def spot(finding: Finding) -> str:
    """Where in its file a finding stands, in few words; blank where it is about the file."""
    if finding.sheet is not None:
        sheet = f"sheet {finding.sheet}"
        if finding.cell is not None:
            return f"{finding.cell} ({sheet})"
        inner = _listed(finding)
        return f"{inner} ({sheet})" if inner else sheet
    if finding.line is None or has_lines(finding):
        return ":".join(str(part) for part in (finding.line, finding.column) if part)
    return _listed(finding)


def _listed(finding: Finding) -> str:
    row = f"{ROW} {finding.line}" if finding.line is not None else ""
    return ", ".join(part for part in (row, finding.column) if part)


def further(finding: Finding) -> tuple[str, list[str]]:
    """All places where one cause was met, and what they are: lines, rows or cells."""
    numbers = [place.line for place in finding.places if place.line is not None]
    return (
        CELL if finding.cell is not None else _unit(finding),
        [spot_at(finding, number) for number in numbers],
    )


def spot_at(finding: Finding, number: int) -> str:
    """The place on another line or row that is like the one of the finding, such as `C9`."""
    column = re.match("[A-Z]+", finding.cell) if finding.cell is not None else None
    return f"{column[0]}{number}" if column else str(number)


def _unit(finding: Finding) -> str:
    if finding.sheet is not None:
        return ROW
    if finding.line is None and not finding.places:
        return LINE
    return ROW if finding.path is not None and format_of(finding.path) in BINARY else LINE


def qualified(finding: Finding) -> str | None:
    """The place in a file without lines as one name, such as `book.xlsx!events!C7`."""
    if finding.path is None or has_lines(finding):
        return None
    if finding.sheet is not None:
        row = str(finding.line) if finding.line is not None else None
        parts = [finding.path, finding.sheet, finding.cell or row]
    elif finding.line is not None:
        parts = [finding.path, str(finding.line), finding.column]
    else:
        return None
    return "!".join(part for part in parts if part)
