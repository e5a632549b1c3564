"""The faulty row of a finding, drawn as an HTML table in which the cell is marked."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from chippolicy.formats.xlsx import column_name
from chippolicy.reports.visible import visible

if TYPE_CHECKING:
    from chippolicy.findings import Finding
    from chippolicy.reports.rows import Row

_LONGEST = 300
"""The most characters of a cell that are drawn."""
_BESIDE = 2
"""How many cells are drawn on either side of the one at fault."""


def text(words: str, longest: int | None = None) -> str:
    """Words from the data as HTML text: nothing hidden, nothing that is markup, cut if need be."""
    if longest is not None and len(words) > longest:
        return f"{escape(visible(words[:longest]))}… ({len(words):,} characters)"
    return escape(visible(words))


def drawn(finding: Finding, row: Row | None) -> str:
    """The table for a finding, of its row if that is known; blank if there is nothing to draw."""
    if row is None:
        return _value_alone(finding)
    names, cells = row.names, row.cells
    if finding.column is None:
        at = None
    elif finding.column in names:
        at = names.index(finding.column)
    elif row.is_named:
        # The record lacks this field.
        names = [*names, finding.column]
        at = len(names) - 1
    else:
        return _value_alone(finding)
    head, body = [_heading(row.unit)], [f'<th scope="row">{row.number}</th>']
    letters = [column_name(index + 1) for index in range(len(names))] if row.has_letters else []
    for index in _shown(max(len(cells), len(names)), at):
        if index is None:
            # Cells that are left out; on a narrow page the neighbors stand for them.
            gap = f"<td{'' if at is None else _classed('far')}>…</td>"
            head.append(gap)
            body.append(gap)
            continue
        place = _classed(_nearness(index, at))
        at_fault = index == at
        if index < len(names):
            letter = letters[index] if letters else ""
            marked = at_fault and row.is_header
            head.append(_heading(names[index], place, letter, at_fault=marked))
        else:
            head.append(f"<td{place}><i>no heading</i></td>")
        if index < len(cells):
            body.append(_cell(cells[index], place, at_fault=at_fault))
        else:
            body.append(_lacking(place, at_fault=at_fault or at is None))
    return _table(head, None if row.is_header else body)


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


def _heading(name: str, place: str = "", letter: str = "", *, at_fault: bool = False) -> str:
    words = f"<bdi>{text(name, _LONGEST)}</bdi>" if name else "<i>blank</i>"
    words = _marked(words) if at_fault else words
    return f'<th scope="col"{place}>{f"<b>{letter}</b> " if letter else ""}{words}</th>'


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
