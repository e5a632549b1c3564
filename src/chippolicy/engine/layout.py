"""How a CSV file is laid out: what is borne with here, but other tools stumble over."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from chippolicy.derive.plan import Plan, TablePlan
from chippolicy.engine.columns import shown
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.source import Input, usual_delimiter
from chippolicy.findings import Finding
from chippolicy.formats.csv import row_ends

_CHUNK = 1 << 20
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_NAMES = {"\r\n": "CR LF", "\r": "CR"}


def layout_notes(source: Input, *, has_returns: bool) -> Iterator[Finding]:
    """The notes on a file's byte order mark and line ends.

    What was made of a file of another format has none. `has_returns`: whether there is a carriage
    return anywhere; without one the lines are not read.
    Raises OSError if the file cannot be read.
    """
    if source.converted:
        return
    place = {"path": source.shown, "table": source.table}
    if not source.declared:
        yield finding(
            "file/delimiter",
            f"the columns are separated by {_SEPARATORS.get(source.delimiter, source.delimiter)}; "
            f"expected {_SEPARATORS[usual_delimiter(source.shown)]}",
            line=1,
            value=source.delimiter,
            **place,
        )
    with source.path.open("rb") as file:
        head = file.read(len(codecs.BOM_UTF8))
    if head == codecs.BOM_UTF8 and source.path.stat().st_size > len(head):
        yield finding("file/bom", "the file begins with a byte order mark", **place)
    if has_returns and (told := _line_ends(source)):
        line, message = told
        yield finding("file/line-ends", message, line=line, **place)


def column_order(cells: Sequence[str], table: TablePlan, plan: Plan) -> list[str] | None:
    """The order columns are to stand in: the table's, then one's own as they are.

    None where they stand so already, and where a column is strange or there twice: then it is not
    known what is meant. Blanks around a name do not make it strange here.
    """
    names = [cell.strip() if cell.strip() in table.by_name else cell for cell in cells]
    own = [name for name in names if name not in table.by_name]
    wanted = [*(name for name in table.names if name in names), *own]
    is_own = re.compile(plan.extra_column).fullmatch
    if wanted == names or len(set(names)) < len(names) or not all(map(is_own, own)):
        return None
    return wanted


def order_notes(
    source: Input, cells: Sequence[str], table: TablePlan, plan: Plan
) -> Iterator[Finding]:
    """The note on the order of a file's columns."""
    wanted = None if source.converted else column_order(cells, table, plan)
    if wanted is None:
        return
    column, expected = next(
        (cell, name) for cell, name in zip(cells, wanted, strict=True) if cell.strip() != name
    )
    yield finding(
        "table/column-order",
        f"columns stand in another order than the table's: {shown(column)} is where {expected} "
        "is expected",
        hint=f"`chippolicy fix --write` puts them in order: {', '.join(wanted)}.",
        path=source.shown,
        table=table.name,
        line=1,
    )


def _line_ends(source: Input) -> tuple[int | None, str] | None:
    """What to say of rows that end otherwise than in LF, and where the first is if not all do.

    A line break in a cell ends no row.
    """
    if _is_crlf_throughout(source.path):
        # As Windows writes files: no need to read their rows.
        return None, "lines end in CR LF; expected LF"
    first: int | None = None
    ends: dict[str, None] = {}
    for line, end in row_ends(source.path, source.delimiter):
        ends[end] = None
        if first is None and end in _NAMES:
            first = line
    if first is None:
        return None
    odd = " or ".join(name for end, name in _NAMES.items() if end in ends)
    if "\n" in ends:
        return first, f"some lines end in {odd}, others in LF; expected LF"
    return None, f"lines end in {odd}; expected LF"


def _is_crlf_throughout(path: Path) -> bool:
    """Whether every line ends in CR LF, whatever it is in, and the first line is plainly a row."""
    feeds = returns = pairs = 0
    last = b""
    with path.open("rb") as file:
        if not (first := file.readline(_CHUNK)).endswith(b"\r\n") or b'"' in first:
            return False
        file.seek(0)
        while chunk := file.read(_CHUNK):
            feeds += chunk.count(b"\n")
            returns += chunk.count(b"\r")
            pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk[:1] == b"\n")
            last = chunk[-1:]
    return feeds == returns == pairs
