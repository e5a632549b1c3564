"""A diff as text for a terminal, as JSON for programs, as Markdown for a pull request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from chippolicy.contribute.diff import Change, Diff, FieldChange, Kind, TableDiff, totals
from chippolicy.contribute.markdown import code, cut_pair
from chippolicy.reports.visible import json_safe, visible

_SIGNS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.RENAMED: ">", Kind.REMOVED: "-"}
_TEXT_CELL = 160
_MARKDOWN_CELL = 120
_MARKDOWN_ROOM = 60_000
"""GitHub refuses a comment of more than 65,536 characters."""


def render(of: Diff, form: str = "text", width: int | None = None) -> str:
    """The diff in a format: text, json or markdown. Raises ValueError for any other.

    Text is wrapped to a `width` in columns of a terminal; None leaves its lines as they are.
    """
    writer = FORMATS.get(form)
    if writer is None:
        raise ValueError(f"unknown format {form!r}: expected one of {', '.join(FORMATS)}")
    return _wrapped(of, width) if writer is _text and width is not None else writer(of)


def summary(of: Diff) -> str:
    """The line that says it all."""
    if of.same:
        return f"same: {of.records:,} record{'' if of.records == 1 else 's'} compared"
    tables = f"{len(of.tables):,} table{'' if len(of.tables) == 1 else 's'}"
    return f"{totals(of) or 'no record differs, but columns or tables do'} (in {tables})"


def as_dict(of: Diff) -> dict[str, Any]:
    """The diff as a JSON object; null for a blank."""
    return {
        "same": of.same,
        "summary": {"records": of.records, **{kind.value: of.count(kind) for kind in Kind}},
        "tables": [
            {
                "table": table.name,
                "presence": table.presence,
                "columns_added": list(table.columns_added),
                "columns_removed": list(table.columns_removed),
                "changes": [_change(change) for change in table.changes],
            }
            for table in of.tables
        ],
    }


def _change(of: Change) -> dict[str, Any]:
    return {
        "kind": of.kind,
        "record": of.record,
        "was": of.was,
        "redirected_to": of.redirected_to,
        "fields": [
            {"field": one.field, "old": one.old or None, "new": one.new or None}
            for one in of.fields
        ],
    }


def _json(of: Diff) -> str:
    return json_safe(json.dumps(as_dict(of), ensure_ascii=False, indent=2)) + "\n"


def _text(of: Diff) -> str:
    return "".join(f"{' ' * indent}{line}\n" for indent, line in _lines(of))


def _wrapped(of: Diff, width: int) -> str:
    from chippolicy.reports.page import Page

    page = Page(width, color=False)
    for indent, line in _lines(of):
        page.paragraph((line, ""), indent=indent, hang=2)
    return page.text()


def _lines(of: Diff) -> Iterator[tuple[int, str]]:
    """The lines of the text, each with how deep it is indented."""
    for table in of.tables:
        yield 0, f"{table.name}: {_table_totals(table)}"
        for told in _header(table):
            yield 2, told
        for change in table.changes:
            yield 2, f"{_SIGNS[change.kind]} {visible(_key(change.record))}{_aside(change)}"
            if change.kind is not Kind.REMOVED:
                for one in change.fields:
                    yield 6, _field(one)
        yield 0, ""
    yield 0, summary(of)


def _table_totals(table: TableDiff) -> str:
    told = [f"{len(table.of(kind)):,} {kind}" for kind in Kind if table.of(kind)]
    return ", ".join(told) or "no record differs"


def _header(table: TableDiff) -> Iterator[str]:
    if table.presence is not None:
        yield f"the table as a whole is {table.presence}"
    for word, names in (("added", table.columns_added), ("removed", table.columns_removed)):
        if names:
            column = "column" if len(names) == 1 else "columns"
            yield f"{column} {word}: {visible(', '.join(names))}"


def _key(ref: str) -> str:
    return ref.partition("/")[2]


def _aside(change: Change) -> str:
    if change.was is not None:
        return f", renamed from {visible(_key(change.was))}"
    if change.redirected_to is not None:
        return f", redirected to {visible(change.redirected_to)}"
    return ""


def _field(of: FieldChange) -> str:
    old, new = cut_pair(of.old, of.new, _TEXT_CELL)
    if not of.old:
        return f"{visible(of.field)}: {visible(new)}"
    return f"{visible(of.field)}: {visible(old)} → {visible(new) or '(blank)'}"


def _markdown(of: Diff) -> str:
    lines = [f"**{summary(of)}**", ""]
    room = _MARKDOWN_ROOM
    left_out = 0
    for table in of.tables:
        head = [f"### {table.name}: {_table_totals(table)}", ""]
        head += [f"- {_marked(told)}" for told in _header(table)]
        if table.changes:
            head += [""] * bool(head[-1])
            head += ["| | record | field | old | new |", "| --- | --- | --- | --- | --- |"]
        if room > 0:
            lines += head
            room -= sum(map(len, head))
        for change in table.changes:
            rows = list(_rows(change))
            room -= sum(len(row) + 1 for row in rows)
            if room > 0:
                lines += rows
            else:
                left_out += 1
        lines.append("")
    if left_out:
        lines += [f"{left_out:,} more changes are left out here.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _marked(told: str) -> str:
    word, colon, names = told.partition(": ")
    return f"{word}{colon}{', '.join(map(code, names.split(', ')))}" if colon else told


def _rows(change: Change) -> Iterator[str]:
    record = code(change.record, _MARKDOWN_CELL)
    if change.was is not None:
        record = f"{code(change.was, _MARKDOWN_CELL)} → {record}"
    if change.redirected_to is not None:
        record += f" → {code(change.redirected_to, _MARKDOWN_CELL)}"
    if not change.fields or change.kind is Kind.REMOVED:
        yield f"| {change.kind} | {record} | | | |"
        return
    for number, one in enumerate(change.fields):
        first = f"{change.kind} | {record}" if number == 0 else " | "
        old, new = cut_pair(one.old, one.new, _MARKDOWN_CELL)
        cells = (code(one.field), code(old, _MARKDOWN_CELL), code(new, _MARKDOWN_CELL))
        yield f"| {first} | {' | '.join(cells)} |"


FORMATS: dict[str, Callable[[Diff], str]] = {"text": _text, "json": _json, "markdown": _markdown}
"""The formats a diff can be written in."""
