"""A timeline for people: drawn on an axis, listed for narrow terminals, line by line for pipes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from rich.table import Table
from rich.text import Text

from chippolicy.cli.axis import DRAWN, PLAIN, Axis, Marks, extent
from chippolicy.edtf import EdtfDate
from chippolicy.reports.page import Page, rendered
from chippolicy.reports.visible import visible
from chippolicy.timeline import AFTER, BEFORE, Entry

_NARROW = 64
"""Below so many columns there is no room for an axis."""
_DATES = len("[2025-08-14..]")
_GAP = 2


def drawn(
    title: str,
    entries: Sequence[Entry],
    asked: tuple[EdtfDate | None, EdtfDate | None],
    width: int,
    color: bool,
) -> str | None:
    """The entries beside a time axis, or None where there is no room or nothing to draw."""
    span = _extent(entries, asked)
    if width < _NARROW or span is None:
        return None
    marks = marks_shown()
    columns = width * 3 // 10
    axis = Axis(*span, columns, marks)
    labels, line = axis.head()
    table = Table.grid(padding=(0, _GAP, 0, 0), pad_edge=False)
    table.add_column(width=_DATES, overflow="fold")
    table.add_column(width=columns, no_wrap=True)
    table.add_column(width=width - _DATES - columns - 2 * _GAP, overflow="fold")
    table.add_row("", Text(labels, "bold"), "")
    table.add_row("", Text(line, "dim"), "")
    for entry in entries:
        bar = Text(axis.bar(entry), "yellow" if entry.doubtful else "cyan")
        told = Text.assemble(visible(entry.title), "\n", (_about(entry, marks), "dim"))
        table.add_row(Text(_when(entry, marks)), bar, told)
    table.add_row("", Text(line, "dim"), "")
    table.add_row("", Text(labels, "bold"), "")
    page = Page(width, color)
    page.paragraph((title, "bold"))
    legend = Page(width, color)
    legend.paragraph((marks.legend(), "dim"))
    return page.text() + rendered([table], width, color) + legend.text()


def listed(title: str, entries: Iterable[Entry], width: int, color: bool) -> str:
    """The entries one after the other, wrapped."""
    page, marks = Page(width, color), marks_shown()
    page.paragraph((title, "bold"))
    for entry in entries:
        page.paragraph((_when(entry, marks), "cyan"))
        page.paragraph((entry.title, ""), indent=2)
        page.paragraph((_about(entry, marks), "dim"), indent=2, hang=2)
    return page.text()


def lines(entries: Sequence[Entry]) -> str:
    """One line for each entry: date, what, record, title."""
    marks = marks_shown()
    rows = [(_when(one, marks), one.what, one.record, one.title) for one in entries]
    wide = [max((len(row[number]) for row in rows), default=0) for number in range(3)]
    return "".join(
        "  ".join([*(cell.ljust(size) for cell, size in zip(row, wide, strict=False)), told]) + "\n"
        for row in rows
        for told in [visible(row[3].replace("\n", " "))]
    )


def _when(entry: Entry, marks: Marks) -> str:
    """The date as people read it: of a span its two ends as they are written."""
    if not entry.lasting:
        return str(entry.start)
    start = str(entry.start) if entry.start else "?"
    end = str(entry.end) if entry.end else "" if entry.goes_on else "?"
    return f"{start} {marks.dash} {end}".rstrip()


def _about(entry: Entry, marks: Marks) -> str:
    doubt = "in doubt" if entry.doubtful else None
    told = ", ".join(filter(None, (entry.what, entry.role, doubt)))
    return f"{told} {marks.dot} {entry.record}"


def _extent(
    entries: Sequence[Entry], asked: tuple[EdtfDate | None, EdtfDate | None]
) -> tuple[date, date] | None:
    """The days that the axis goes over: those asked for, else those that the entries name."""
    found = extent(entries)
    if found is None:
        return None
    first, last = found
    if asked[0] is not None and BEFORE < (day := asked[0].begins()[0]) < AFTER:
        first = date.fromordinal(day)
    if asked[1] is not None and BEFORE < (day := asked[1].ends()[1]) < AFTER:
        last = date.fromordinal(day)
    if first >= last:
        # One day alone has no length.
        first, last = min(first, last), max(first, last)
        first = first - timedelta(1) if first > date.min else first
        last = last + timedelta(1) if last < date.max else last
    return first, last


def marks_shown() -> Marks:
    """What the terminal can show."""
    try:
        "".join(vars(DRAWN).values()).encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return PLAIN
    return DRAWN
