"""Rewriting single values in files of other formats: what is not touched stays as it is."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from chippolicy.derive.plan import NUMBERS, ColumnPlan
from chippolicy.formats import json as json_format
from chippolicy.formats import yaml as yaml_format

_BOM = "\ufeff"
_plain_word = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./+-]*").fullmatch
# What YAML would take for something else than a text.
_no_text = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n|[0-9+.e_-]*|0[xo].*").fullmatch


@dataclass(frozen=True)
class Edit:
    """A value that is to be another: where it stands, and the text of its cell."""

    place: str
    """A JSON Pointer, or the name of a sheet's cell."""
    line: int
    column: ColumnPlan
    old: str
    new: str

    def token(self) -> str:
        """The new value as JSON, of the type its column asks for."""
        if self.new == "":
            return "null"
        if self.column.base in NUMBERS or self.column.base == "boolean":
            return self.new
        return json.dumps(self.new, ensure_ascii=False)


def json_text(text: str, edits: Sequence[Edit]) -> str:
    """A JSON text with some values changed."""
    spans = json_format.spans(text, [edit.place for edit in edits])
    return _replaced(text, [(spans[edit.place], edit.token()) for edit in edits])


def jsonl_text(text: str, edits: Sequence[Edit]) -> str:
    """JSON Lines with some values changed; an edit's place is within its line."""
    # Split as the reader does, so that lines are numbered alike.
    lines = list(io.StringIO(text, newline=""))
    by_line: dict[int, list[Edit]] = {}
    for edit in edits:
        by_line.setdefault(edit.line, []).append(edit)
    for line, some in by_line.items():
        lines[line - 1] = json_text(lines[line - 1], some)
    return "".join(lines)


def yaml_text(text: str, edits: Sequence[Edit]) -> str:
    """A YAML text with some values changed, plain where they were and may be."""
    start = len(text) - len(text.removeprefix(_BOM))
    body = text[start:]
    spans = yaml_format.spans(body, [edit.place for edit in edits])
    changes = []
    for edit in edits:
        span = spans[edit.place]
        plain = body[span[0]] not in "\"'|>"
        changes.append((span, _scalar(edit, plain=plain)))
        if body[span[0]] in "|>":
            # The break that ends a block is not part of the value, and stays.
            end = span[0] + len(body[slice(*span)].rstrip())
            changes[-1] = ((span[0], end), changes[-1][1])
    return text[:start] + _replaced(body, changes)


def _scalar(edit: Edit, *, plain: bool) -> str:
    token = edit.token()
    is_text = token.startswith('"')
    if is_text and plain and _plain_word(edit.new) and not _no_text(edit.new):
        return edit.new
    return token


def _replaced(text: str, changes: Iterable[tuple[tuple[int, int], str]]) -> str:
    for (start, end), new in sorted(changes, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def workbook(content: bytes, edits: Mapping[str, Sequence[Edit]]) -> bytes:
    """A workbook with some cells changed, by sheet: only their elements are written anew.

    Raises ValueError where a cell cannot be found in its sheet.
    """
    parts = _sheet_parts(content)
    changed = {parts[sheet]: some for sheet, some in edits.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename in changed:
                data = _cells_put(data.decode("utf-8"), changed[member.filename]).encode()
            new.writestr(member, data)
    return out.getvalue()


def _sheet_parts(content: bytes) -> dict[str, str]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    return {sheet.title: _part(sheet) for sheet in book.worksheets}


def _part(sheet: Any) -> str:
    return str(sheet._worksheet_path)


def _cells_put(xml: str, edits: Sequence[Edit]) -> str:
    for edit in edits:
        cell = re.compile(
            rf'<((?:\w+:)?)c ([^>]*\br="{edit.place}"[^>]*?)(?:/>|>.*?</\1c>)', re.DOTALL
        )
        found = cell.search(xml)
        if found is None:
            raise ValueError(f"no cell {edit.place}")
        prefix = found[1]
        attributes = re.sub(r'\s*\bt="[^"]*"', "", found[2]).strip()
        xml = xml[: found.start()] + _cell(edit, prefix, attributes) + xml[found.end() :]
    return xml


def _cell(edit: Edit, prefix: str, attributes: str) -> str:
    if edit.new == "":
        return f"<{prefix}c {attributes}/>"
    if edit.column.base in NUMBERS:
        return f"<{prefix}c {attributes}><{prefix}v>{edit.new}</{prefix}v></{prefix}c>"
    if edit.column.base == "boolean":
        flag = int(edit.new == "true")
        return f'<{prefix}c {attributes} t="b"><{prefix}v>{flag}</{prefix}v></{prefix}c>'
    text = f'<{prefix}t xml:space="preserve">{escape(edit.new, quote=False)}</{prefix}t>'
    return f'<{prefix}c {attributes} t="inlineStr"><{prefix}is>{text}</{prefix}is></{prefix}c>'


def gzipped(content: bytes) -> bytes:
    """Content as gzip packs it, always alike."""
    return gzip.compress(content, mtime=0)
