"""The faulty row of a finding, drawn as an HTML table in which the cell is marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from chippolicy.reports.excerpt import rows
from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from chippolicy.findings import Finding

_LONGEST = 300
"""The most characters of a cell that are drawn."""
_BESIDE = 2
"""How many cells are drawn on either side of the one at fault."""
# Files whose lines are no rows of cells: of these the value alone is drawn.
_NOT_ROWS = {".gz", ".json", ".jsonl", ".ndjson", ".parquet", ".xlsx", ".yaml", ".yml", ".zip"}


@dataclass(frozen=True)
class Sheet:
    """The header of a file and the rows that are drawn of it, by their first line."""

    header: list[str]
    rows: dict[int, list[str]]


def sheet(path: str | None, findings: Iterable[Finding]) -> Sheet:
    """What is needed of a file to draw the rows of its findings; nothing if it has no rows."""
    lines = [finding.line for finding in findings if finding.line is not None]
    if path is None or not lines or PurePath(path).suffix.lower() in _NOT_ROWS:
        return Sheet([], {})
    return Sheet(*rows(Path(path), lines))


def text(words: str, longest: int | None = None) -> str:
    """Words from the data as HTML text: nothing hidden, nothing that is markup, cut if need be."""
    if longest is not None and len(words) > longest:
        return f"{escape(visible(words[:longest]))}… ({len(words):,} characters)"
    return escape(visible(words))


def drawn(finding: Finding, sheet: Sheet) -> str:
    """The table for a finding; blank where there is nothing to draw."""
    cells = sheet.rows.get(finding.line) if finding.line is not None else None
    at = sheet.header.index(finding.column) if finding.column in sheet.header else None
    if cells is None or (at is None and finding.column is not None):
        return _value_alone(finding)
    head, body = [_heading("line")], [f'<th scope="row">{finding.line}</th>']
    for index in _shown(max(len(cells), len(sheet.header)), at):
        if index is None:
            # Cells that are left out; on a narrow page the neighbors stand for them.
            gap = f"<td{'' if at is None else _classed('far')}>…</td>"
            head.append(gap)
            body.append(gap)
            continue
        place = _classed(_nearness(index, at))
        at_fault = index == at
        on_header = at_fault and finding.line == 1
        if index < len(sheet.header):
            head.append(_heading(sheet.header[index], place, at_fault=on_header))
        else:
            head.append(f"<td{place}><i>no heading</i></td>")
        if index < len(cells):
            body.append(_cell(cells[index], place, at_fault=at_fault))
        else:
            body.append(_lacking(place, at_fault=at_fault or at is None))
    return _table(head, None if finding.line == 1 else body)


def _nearness(index: int, at: int | None) -> str:
    """How a cell is treated where there is little room: "near" shrinks to …, "far" goes."""
    if at is None or index in (0, at):
        return ""
    return "near" if abs(index - at) == 1 else "far"


def _classed(name: str) -> str:
    return f' class="{name}"' if name else ""


def _value_alone(finding: Finding) -> str:
    name = finding.column or finding.field
    if name is None or finding.value is None:
        return ""
    head, body = [_heading(name)], [_cell(finding.value, at_fault=True)]
    if finding.record is not None:
        head.insert(0, _heading("record"))
        body.insert(0, f'<th scope="row"><bdi>{text(finding.record, _LONGEST)}</bdi></th>')
    return _table(head, body)


def _shown(width: int, at: int | None) -> list[int | None]:
    """Which cells of a row are drawn; None stands for those that are left out in between."""
    if at is None:
        wanted = {*range(4), *range(width - 3, width)}
    else:
        wanted = {0, *range(at - _BESIDE, at + _BESIDE + 1)}
    shown: list[int | None] = []
    for index in range(width):
        if index in wanted:
            shown.append(index)
        elif shown and shown[-1] is not None:
            shown.append(None)
    return shown


def _heading(name: str, place: str = "", *, at_fault: bool = False) -> str:
    words = f"<bdi>{text(name, _LONGEST)}</bdi>" if name else "<i>blank</i>"
    return f'<th scope="col"{place}>{_marked(words) if at_fault else words}</th>'


def _cell(value: str, place: str = "", *, at_fault: bool) -> str:
    words = f"<bdi>{text(value, _LONGEST)}</bdi>" if value else "<i>blank</i>" if at_fault else ""
    return f"<td{place}>{_marked(words) if at_fault else words}</td>"


def _lacking(place: str, *, at_fault: bool) -> str:
    words = "<i>no cell</i>"
    return f"<td{place}>{_marked(words) if at_fault else words}</td>"


def _marked(words: str) -> str:
    return f'<mark><span class="unseen">at fault: </span>{words}</mark>'


def _table(header: list[str], body: list[str] | None) -> str:
    rows = f"<thead><tr>{''.join(header)}</tr></thead>"
    if body is not None:
        rows += f"<tbody><tr>{''.join(body)}</tr></tbody>"
    # A region that scrolls must be reachable by the keyboard.
    label = 'role="group" aria-label="the row at fault"'
    return f'<div class="scroll" tabindex="0" {label}><table class="row">{rows}</table></div>\n'
