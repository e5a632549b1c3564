"""A report as CSV for a spreadsheet: one finding a row, its fields as columns.

The file begins with a byte order mark, without which Excel takes UTF-8 for another encoding. What
cannot be seen is shown as its escape, so that a row is one line. Blank means null.
"""

from __future__ import annotations

import json
import re
from dataclasses import fields
from typing import TYPE_CHECKING

from chippolicy.findings import Finding
from chippolicy.formats.csv import written
from chippolicy.reports.offsets import with_offsets
from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from chippolicy.findings import Report
    from chippolicy.reports import Look

COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Finding))
"""The columns: the fields of a finding, in their order."""

MAX_CELL = 32_000
"""The most characters of one cell: Excel spills what is past 32,767 into other rows."""

# What a spreadsheet takes for a formula; the full-width signs are run by Japanese ones. Cells that
# begin with apostrophes before such a sign are guarded too: one taken away gives each text back.
_FORMULA = re.compile("'*[=+\\-@＝＋－＠]")


def render(report: Report, look: Look) -> str:
    """The findings as CSV text; a cell that a spreadsheet would run begins with an apostrophe."""
    rows = ([_cell(one, column) for column in COLUMNS] for one in with_offsets(report))
    return "\ufeff" + written(COLUMNS, rows)


def _cell(finding: Finding, column: str) -> str:
    if column == "places":
        # As JSON: a line and a record each, of which either may lack.
        pairs = [[one.line, one.record and visible(one.record)] for one in finding.places]
        return _fitting(json.dumps(pairs, ensure_ascii=False)) if pairs else ""
    value = getattr(finding, column)
    return "" if value is None else guarded(_fitting(visible(str(value))))


def guarded(text: str) -> str:
    """The text, with an apostrophe before it if a spreadsheet would run it as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _fitting(text: str) -> str:
    if len(text) <= MAX_CELL:
        return text
    return f"{text[:MAX_CELL]}… ({len(text):,} characters)"
