"""Tables in files of other formats, at work: cells are changed where the file has their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from chippolicy.contribute.repairs import Mended
from chippolicy.contribute.rewrite import (
    Edit,
    gzipped,
    json_text,
    jsonl_text,
    workbook,
    yaml_text,
)
from chippolicy.contribute.unified import line_pairs, unified
from chippolicy.contribute.work import FixedFile, Leaving, WorkFile
from chippolicy.derive.plan import Plan
from chippolicy.engine.intake.convert import Converted
from chippolicy.engine.intake.source import Input
from chippolicy.engine.rows import numbered_rows
from chippolicy.formats.opening import kind_of

_DOUBLED = "table/doubled-column"
_TEXTS = {"json": json_text, "jsonl": jsonl_text, "yaml": yaml_text}


@dataclass
class GridRow:
    """A row of such a table, as the cells it was read as."""

    line: int
    number: int
    cells: list[str]
    deleted: bool = False
    edits: dict[int, tuple[str, str]] = field(default_factory=dict)
    """By cell what it held at first, and what it is to hold."""

    @property
    def width(self) -> int:
        """How many cells it has."""
        return len(self.cells)

    def value(self, at: int) -> str:
        """What a cell holds."""
        return self.cells[at]

    def values(self) -> list[str]:
        """What each cell holds."""
        return list(self.cells)

    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(self.cells)

    def put(self, at: int, value: str) -> None:
        """Put another value into a cell."""
        old = self.edits[at][0] if at in self.edits else self.cells[at].removeprefix("\0")
        self.edits[at] = (old, value)
        self.cells[at] = value


@dataclass
class GridFile(WorkFile[GridRow]):
    """A table of such a file."""

    @property
    def converted(self) -> Converted:
        """How it was read."""
        assert self.input.converted is not None
        return self.input.converted

    def mendable(self, row: GridRow, column: str) -> Mended | None:
        """How a value is to be written that no cell can hold as it is."""
        misfit = self.converted.mendable.get((row.number, column))
        if misfit is None or misfit.rewritten is None:
            return None
        return Mended(misfit.code, misfit.rewritten)

    def edits(self) -> Iterator[Edit]:
        """What is to be changed, and where."""
        for row in self.rows:
            for at, (old, new) in row.edits.items():
                column = self.plan.by_name[self.header[at]]
                place = self.converted.cell(row.number, column.name) or self._pointer(row, at)
                yield Edit(place, row.line, column, old, new)

    def _pointer(self, row: GridRow, at: int) -> str:
        # In JSON Lines the place is within the line.
        pointer = self.converted.pointer(row.number, self.header[at])
        return f"/{self.header[at]}" if pointer is None else pointer


def opened_grid(found: Input, plan: Plan) -> GridFile | Leaving:
    """A table of such a file, or why it is left."""
    converted = found.converted
    assert converted is not None
    if found.whole is None or Path(found.shown) != found.whole:
        return Leaving("file/format", found.shown, "it is in an archive: unpack it to mend it")
    form = kind_of(found.shown).format
    if form not in (*_TEXTS, "xlsx"):
        reason = f"it is {form}, which programs write: mend it where it was made"
        return Leaving("file/format", found.shown, reason)
    if converted.cut:
        reason = "it cannot be read to its end: nothing is touched before that is mended"
        return Leaving("file/syntax", found.shown, reason)
    if any(one.code == _DOUBLED and converted.raw.header is None for one in converted.findings):
        reason = "a name is there twice in a record: nothing is touched before that is mended"
        return Leaving(_DOUBLED, found.shown, reason)
    if converted.raw.shares:
        reason = "values in it stand for several, by anchors or merges: mend it by hand"
        return Leaving("file/format", found.shown, reason)
    rows = [
        GridRow(converted.line(number) or 0, number, row)
        for number, row in numbered_rows(found)
        if isinstance(row, list)
    ]
    return GridFile(found, plan.tables[found.table], rows, list(rows[0].cells))


def rewritten(files: Iterable[GridFile]) -> Iterator[FixedFile | Leaving]:
    """Each file of which tables are changed, as it is to be."""
    by_file: dict[Path, list[GridFile]] = {}
    for file in files:
        assert file.input.whole is not None
        by_file.setdefault(file.input.whole, []).append(file)
    for path, some in by_file.items():
        edits = {file.converted.raw.sheet or file.plan.name: list(file.edits()) for file in some}
        if any(edits.values()):
            yield _rewritten(path, some[0].input.shown, edits)


def _rewritten(path: Path, shown: str, edits: dict[str, list[Edit]]) -> FixedFile | Leaving:
    form, _, gzipped_ = kind_of(shown)
    before = path.read_bytes()
    if form == "xlsx":
        changed = {sheet: some for sheet, some in edits.items() if some}
        try:
            after = workbook(before, changed)
        except (KeyError, ValueError) as error:
            return Leaving("file/format", shown, f"it is laid out in an unusual way: {error}")
        return FixedFile(path, shown, before, after, _sheet_diff(shown, changed))
    content = _unpacked(before) if gzipped_ else before
    text = content.decode("utf-8")
    new = _TEXTS[str(form)](text, [edit for some in edits.values() for edit in some])
    diff = unified(shown, _pairs(text, new), text.removeprefix("\ufeff"))
    return FixedFile(path, shown, before, gzipped(new.encode()) if gzipped_ else new.encode(), diff)


def _unpacked(content: bytes) -> bytes:
    import gzip

    return gzip.decompress(content)


def _pairs(before: str, after: str) -> Iterable[tuple[str, str]]:
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) == len(new):
        return zip(old, new, strict=True)
    return line_pairs(before.encode(), after.encode())


def _sheet_diff(shown: str, edits: dict[str, list[Edit]]) -> str:
    """A workbook has no lines: each cell and what it will hold."""
    lines = [f"--- {shown}\n+++ {shown} (fixed)\n"]
    for sheet, some in edits.items():
        for edit in some:
            lines.append(f"@@ {sheet}!{edit.place} {edit.column.name} @@\n")
            lines.append(f"-{edit.old}\n+{edit.new}\n")
    return "".join(lines)
