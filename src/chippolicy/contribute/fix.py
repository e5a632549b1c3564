"""Fixing files: every repair that loses nothing, shown as a diff, and nothing else touched."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chippolicy.contribute.descriptor import DESCRIPTOR, Descriptor
from chippolicy.contribute.document import Row, parse_rows
from chippolicy.contribute.grid import GridFile, opened_grid, rewritten
from chippolicy.contribute.homes import is_text_file
from chippolicy.contribute.known import Known, Rows
from chippolicy.contribute.repairs import Left, Mended, Mender
from chippolicy.contribute.rewrite import gzipped
from chippolicy.contribute.sheets import read_sheets
from chippolicy.contribute.switch import write_file
from chippolicy.contribute.unified import line_pairs, unified
from chippolicy.contribute.work import FixedFile, Leaving, Repair, WorkFile, WorkRow
from chippolicy.derive.plan import Plan, load_plan
from chippolicy.engine.intake.resolve import resolve
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.engine.intake.source import Input
from chippolicy.engine.layout import column_order
from chippolicy.findings import Finding, Severity
from chippolicy.formats.csv import StructureError, placed_rows

BOM, LINE_ENDS, COLUMN_ORDER = "file/bom", "file/line-ends", "table/column-order"
"""Faults that `validate` notes and bears with, and that other tools do not."""
NONE = "none"

_BOM = "\ufeff"

Told = Mended | Left | None


@dataclass(frozen=True)
class Fix:
    """All that can be repaired in some files, and what is left."""

    files: tuple[FixedFile, ...]
    repairs: tuple[Repair, ...]
    left: tuple[Leaving, ...]
    problems: tuple[Finding, ...]
    """Inputs that could not be read at all."""

    def write(self) -> None:
        """Write the files, each whole or not at all. Raises OSError where one cannot be."""
        for file in self.files:
            write_file(file.path, file.after)


@dataclass
class _TextFile(WorkFile[Row]):
    """A file of CSV text, perhaps packed, every byte of which is known."""

    before: bytes = b""
    text: str = ""

    def fixed(self) -> FixedFile | None:
        """What the file is to hold, if it changes."""
        after = "".join(row.text() for row in self.rows).encode()
        if after == self.before:
            return None
        shown, whole = self.input.shown, self.input.whole
        pieces = ((row.before, row.text()) for row in self.rows)
        diff = unified(shown, pieces, self.text)
        if whole is not None:
            return FixedFile(whole, shown, whole.read_bytes(), gzipped(after), diff)
        return FixedFile(self.input.path, shown, self.before, after, diff)


def fix(
    paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
    *,
    against: str | os.PathLike[str] = "bundled",
    table: str | None = None,
) -> Fix:
    """Find what can be repaired in CSV files, folders of them or packages; nothing is written.

    Names and redirects come from the files themselves and from `against`: "bundled" (the shipped
    package), "none" or a path. Raises UnsoundError where that cannot be read.
    """
    plan = load_plan()
    several = [paths] if isinstance(paths, (str, os.PathLike)) else paths
    listed = [os.fspath(path) for path in several]
    texts: list[_TextFile] = []
    grids: list[GridFile] = []
    left: list[Leaving] = []
    problems: list[Finding] = []
    others: dict[str, list[dict[str, str]]] = {}
    with Scratch() as scratch:
        for found in resolve(listed, plan, scratch, table):
            opened = _opened(found, plan) if isinstance(found, Input) else found
            match opened:
                case _TextFile():
                    texts.append(opened)
                case GridFile():
                    grids.append(opened)
                case Leaving():
                    left.append(opened)
                    if isinstance(found, Input):
                        # What is in it is known all the same: an id there is nobody's alias.
                        others.setdefault(found.table, []).extend(_rows_of(found))
                case Finding(severity=Severity.ERROR):
                    problems.append(opened)
        left = list(dict.fromkeys(left))
        for file in texts:
            _mend_layout(file)
        left += _mend_values([*texts, *grids], others, _base(against))
        for file in texts:
            _mend_blank_rows(file)
            _mend_order(file, plan)
        fixed = [one for file in texts if (one := file.fixed())]
        for changed in rewritten(grids):
            if isinstance(changed, FixedFile):
                fixed.append(changed)
            else:
                left.append(changed)
    fixed += _descriptors(listed, fixed, left)
    files: list[_Any] = [*texts, *grids]
    repairs = tuple(file.repairs[place] for file in files for place in sorted(file.repairs))
    return Fix(tuple(fixed), repairs, tuple(left), tuple(problems))


def _base(against: str | os.PathLike[str]) -> Rows:
    if os.fspath(against) == NONE:
        return {}
    return {name: list(sheet.by_key.values()) for name, sheet in read_sheets(against).items()}


def _rows_of(found: Input) -> Iterator[dict[str, str]]:
    """The sound rows of a file, as text by column, as far as it can be read."""
    rows = (row for _, row in placed_rows(found.path, found.delimiter) if isinstance(row, list))
    with suppress(OSError, UnicodeDecodeError):
        header = next(filter(any, rows), [])
        for row in rows:
            if len(row) == len(header):
                yield dict(zip(header, row, strict=True))


def _opened(found: Input, plan: Plan) -> _TextFile | GridFile | Leaving | Finding:
    from chippolicy.engine.intake.source import unreadable

    if found.converted:
        return opened_grid(found, plan)
    packed = found.whole is not None and Path(found.shown) == found.whole
    if not packed and not is_text_file(found):
        return Leaving("file/format", found.shown, "it is in an archive: unpack it to mend it")
    try:
        before = found.path.read_bytes()
    except OSError as error:
        return unreadable(found.shown, error, found.table)
    try:
        text = before.decode("utf-8")
    except UnicodeDecodeError:
        reason = "it is not UTF-8: `chippolicy validate` tells how to convert it"
        return Leaving("file/encoding", found.shown, reason)
    try:
        rows = parse_rows(text.removeprefix(_BOM), found.delimiter)
    except StructureError as error:
        reason = f"{error.reason}: nothing is touched before that is mended"
        return Leaving(f"file/{error.kind}", found.shown, reason, line=error.line)
    return _TextFile(found, plan.tables[found.table], rows, before=before, text=text)


def _mend_layout(file: _TextFile) -> None:
    """The byte order mark, the line ends, and blanks around the names of columns."""
    if file.text.startswith(_BOM):
        file.tell_all(BOM, [1])
    ends = [row for row in file.rows if row.end not in ("\n", "")]
    file.tell_all(LINE_ENDS, [row.line for row in ends])
    for row in ends:
        row.end = "\n"
    head = next((row for row in file.rows if not row.is_blank()), None)
    if head is None:
        return
    for at, name in enumerate(head.values()):
        trimmed = name.strip()
        if name != trimmed and trimmed in file.plan.by_name and trimmed not in head.values():
            head.put(at, trimmed)
            file.tell("table/unknown-column", head, name, name, trimmed)
    file.header = head.values()


def _mend_blank_rows(file: _TextFile) -> None:
    blank = [row for row in file.rows if row.is_blank()]
    if len(blank) == len(file.rows):
        # Nothing but blank rows: that is no table, and not for us to empty.
        return
    for row in blank:
        row.deleted = True
    file.tell_all("file/blank-row", [row.line for row in blank])


def _mend_order(file: _TextFile, plan: Plan) -> None:
    """The table's columns in their order, then the contributor's own."""
    names = file.header
    wanted = column_order(names, file.plan, plan)
    kept = [row for row in file.rows if not row.deleted]
    if wanted is None or any(len(row.cells) != len(names) for row in kept):
        return
    order = [names.index(name) for name in wanted]
    for row in kept:
        row.cells = [row.cells[at] for at in order]
    file.tell_all(COLUMN_ORDER, [1])


_Any = WorkFile[Any]


@dataclass(frozen=True)
class _Edit:
    file: _Any
    row: WorkRow
    at: int
    mended: Mended


def _mend_values(files: Sequence[_Any], others: Rows, base: Rows) -> list[Leaving]:
    """Repair cells until nothing is left to repair: one repair may tell what a name means."""
    while True:
        own = {name: list(rows) for name, rows in others.items()}
        for file in files:
            rows = (dict(zip(file.header, row.values(), strict=True)) for row in file.sound_rows)
            own.setdefault(file.plan.name, []).extend(rows)
        known = Known((own, base))
        edits: list[_Edit] = []
        left: list[Leaving] = []
        for file in files:
            _look(file, known, edits, left)
        edits = _without_doubles(files, edits, left)
        if not edits:
            return left
        for edit in edits:
            old = edit.row.value(edit.at)
            edit.row.put(edit.at, edit.mended.new)
            column = edit.file.header[edit.at]
            edit.file.tell(edit.mended.code, edit.row, column, old, edit.mended.new)


def _look(file: _Any, known: Known, edits: list[_Edit], left: list[Leaving]) -> None:
    menders = [
        (
            at,
            name,
            Mender(file.plan, file.plan.by_name[name], known),
            dict[str, Told](),
        )
        for at, name in enumerate(file.header)
        if name in file.plan.by_name and file.header.index(name) == at
    ]
    for row in file.sound_rows:
        for at, name, mender, seen in menders:
            value = row.value(at)
            if value not in seen:
                seen[value] = mender.mend(value)
            told = seen[value]
            if value.startswith("\0"):
                # No cell could hold it; what it should be was told when it was read.
                told = file.mendable(row, name)
            if isinstance(told, Mended):
                edits.append(_Edit(file, row, at, told))
            elif isinstance(told, Left):
                place = (row.line, name, value)
                left.append(Leaving(told.code, file.input.shown, told.reason, *place))


def _without_doubles(
    files: Sequence[_Any], edits: Sequence[_Edit], left: list[Leaving]
) -> list[_Edit]:
    """The edits but those that would give a record the key of another: which is meant, is asked."""
    kept = list(edits)
    while True:
        new: dict[int, dict[int, str]] = {}
        for edit in kept:
            new.setdefault(id(edit.row), {})[edit.at] = edit.mended.new
        keys: Counter[tuple[str, ...]] = Counter()
        changed: dict[int, tuple[str, ...]] = {}
        for file in files:
            if not set(file.header) >= set(file.plan.key):
                continue
            places = [file.header.index(name) for name in file.plan.key]
            for row in file.sound_rows:
                edited = new.get(id(row), {})
                key = (file.plan.name, *(edited.get(at, row.value(at)) for at in places))
                keys[key] += 1
                if edited.keys() & set(places):
                    changed[id(row)] = key
        double = {row for row, key in changed.items() if keys[key] > 1}
        dropped = [
            edit
            for edit in kept
            if id(edit.row) in double and edit.file.header[edit.at] in edit.file.plan.key
        ]
        if not dropped:
            return kept
        for edit in dropped:
            reason = f"as {edit.mended.new!r} it would have the key of another record"
            left.append(
                Leaving(
                    edit.mended.code,
                    edit.file.input.shown,
                    reason,
                    edit.row.line,
                    edit.file.header[edit.at],
                    edit.row.value(edit.at),
                )
            )
        gone = set(map(id, dropped))
        kept = [edit for edit in kept if id(edit) not in gone]


def _descriptors(
    paths: Iterable[str], fixed: Sequence[FixedFile], left: list[Leaving]
) -> Iterator[FixedFile]:
    """The descriptors that state the size and hash of a file which changes."""
    for text in dict.fromkeys(paths):
        path = Path(text) / DESCRIPTOR if Path(text).is_dir() else Path(text)
        if path.suffix.lower() != ".json" or not path.is_file():
            continue
        shown = f"{text.rstrip('/')}/{DESCRIPTOR}" if Path(text).is_dir() else text
        try:
            descriptor = Descriptor(path)
            files = descriptor.files()
        except (ValueError, KeyError, TypeError):
            # No descriptor that the files could have come from.
            continue
        changed = {file.path: file for file in fixed}
        for part in files.values():
            file = changed.get(path.parent / part)
            if file is None:
                continue
            if descriptor.is_true_of(part, file.before):
                descriptor.restate(part, file.after)
            else:
                reason = f"{part} was not what it states before either"
                left.append(Leaving("file/hash", shown, reason))
        before, after = path.read_bytes(), descriptor.content()
        if descriptor.is_changed():
            yield FixedFile(
                path,
                shown,
                before,
                after,
                unified(shown, line_pairs(before, after), before.decode()),
            )
