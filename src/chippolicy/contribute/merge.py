"""Merging a contribution into a data package: checked, shown, then written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chippolicy.contribute import changelog
from chippolicy.contribute.descriptor import DESCRIPTOR, Descriptor
from chippolicy.contribute.diff import Diff, compare
from chippolicy.contribute.homes import Home, homes
from chippolicy.contribute.lock import locked
from chippolicy.contribute.redirects import Redirects
from chippolicy.contribute.sheets import Key, Row, Sheet, UnsoundError, read_sheets, without_marks
from chippolicy.contribute.switch import pending, recover, replace_files
from chippolicy.derive.plan import TablePlan, load_plan
from chippolicy.engine import validate
from chippolicy.findings import Finding, Report, Severity
from chippolicy.formats.cells import decode, encode
from chippolicy.formats.csv import written
from chippolicy.rules.examples import EXAMPLES

_EXAMPLE_CODES = frozenset(rule.code for rule in EXAMPLES)
Cells = dict[str, str]
"""A row as text by column."""


class RefusedError(Exception):
    """A contribution that is not merged; `report` has the findings it is refused for."""

    def __init__(self, report: Report, reason: str) -> None:
        super().__init__(reason)
        self.report = report


class PendingError(Exception):
    """A merge that was cut short must be completed before anything is told of the package."""


@dataclass(frozen=True)
class Merge:
    """What a merge would do: the diff, and the files that it writes."""

    diff: Diff
    files: Mapping[str, bytes] = field(repr=False)
    """New content by path relative to the package; empty where nothing changes."""
    report: Report
    """What the validator says of the contribution: nothing grave."""


def is_package(path: Path) -> bool:
    """Whether a folder is a data package: it has a descriptor."""
    return (path / DESCRIPTOR).is_file()


def preview(source: str, package: Path, *, date: str | None = None) -> Merge:
    """What `merge` would do, with nothing written. Raises as `merge` does."""
    if pending(package):
        raise PendingError(
            f"a merge into {str(package)!r} was cut short; merge without --dry-run completes it"
        )
    return _plan(source, package, date)


@contextmanager
def merging(
    source: str,
    package: Path,
    *,
    date: str | None = None,
    wait: float = 30.0,
    on_wait: Callable[[], None] = lambda: None,
) -> Iterator[Merge]:
    """Give what a merge will do; at the end of the block, unless it raises, it is done.

    The package is locked meanwhile. Raises RefusedError for a contribution with errors,
    UnsoundError for a package or contribution that cannot be read, BusyError where another merge
    holds the package for more than `wait` seconds, OSError where it cannot be written.
    """
    package = package.resolve()
    with locked(package, wait, on_wait):
        recover(package)
        found = _plan(source, package, date)
        yield found
        if found.files:
            replace_files(package, found.files)


def merge(source: str, package: Path, *, date: str | None = None) -> Merge:
    """Merge a contribution into a package; see `merging`."""
    with merging(source, package, date=date) as found:
        pass
    return found


def _plan(source: str, package: Path, date: str | None) -> Merge:
    report = _sound(source, package)
    given, before = without_marks(read_sheets(source)), _canonical(read_sheets(package))
    after = _merged(before, given)
    _must_be_valid(package, before, after)
    found = compare(before, after)
    changed = {table.name for table in found.tables}
    if not changed:
        return Merge(found, {}, report)
    files = {}
    descriptor = Descriptor(package / DESCRIPTOR) if is_package(package) else None
    contents = {}
    for name, home in _homes(package, changed, descriptor).items():
        contents[name] = files[home.file] = _content(after[name], home.delimiter)
    if descriptor:
        for name in load_plan().tables:
            if name in contents:
                descriptor.describe(name, after[name].columns, contents[name])
        if "sources" in changed:
            old, new = (state["sources"] for state in (before, after))
            descriptor.restate_sources(*(list(one.by_key.values()) for one in (old, new)))
        files[DESCRIPTOR] = descriptor.content()
    files[changelog.FILE] = changelog.with_entries(_log(package), found, date).encode()
    return Merge(found, files, report)


def _homes(
    package: Path, changed: Collection[str], descriptor: Descriptor | None
) -> dict[str, Home]:
    """The files of the tables that change; refused where one cannot be written as it is kept."""
    there = homes(package)
    found: dict[str, Home] = {}
    for name in load_plan().tables:
        if name in changed:
            new = descriptor.file_for(name) if descriptor else f"{name}.csv"
            home = there.get(name, Home(new, ","))
            if isinstance(home, Finding):
                raise RefusedError(Report((home,)), "the package is not kept as CSV files")
            found[name] = home
    return found


def _log(package: Path) -> str | None:
    """The data changelog as it stands; None for none."""
    log = package / changelog.FILE
    try:
        return log.read_bytes().decode() if log.exists() else None
    except UnicodeDecodeError as error:
        message = f"{changelog.FILE} is not UTF-8 (byte {error.start:,}): nothing is added to it"
        told = Finding(
            "file/encoding", Severity.ERROR, message, hint="Save it as UTF-8.", path=str(log)
        )
        raise RefusedError(Report((told,)), "the data changelog cannot be read") from error


def _sound(source: str, package: Path) -> Report:
    """The validator's word on a contribution, if it has no errors; else it is refused."""
    base = validate(package, against="none", select=("file", "table"))
    if base.errors:
        raise UnsoundError(base)
    report = validate(source, against=package)
    if report.unreadable:
        raise UnsoundError(report)
    told = tuple(filter(None, map(_grave, report.findings)))
    if told:
        raise RefusedError(
            _telling(report, told),
            "the contribution has errors",
        )
    return report


def _grave(one: Finding) -> Finding | None:
    """A finding that stands in the way of a merge, as the error that it is there."""
    if one.code in _EXAMPLE_CODES:
        return replace(one, severity=Severity.ERROR)
    return one if one.severity is Severity.ERROR else None


def _merged(before: Mapping[str, Sheet], given: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """The package's tables with the contribution's rows in them, and no retired id in use."""
    redirects = Redirects.of((before.get("redirects"), given.get("redirects")))
    return {
        name: _merged_table(plan, before.get(name), given.get(name), redirects)
        for name, plan in load_plan().tables.items()
        if name in before or name in given
    }


def _merged_table(
    plan: TablePlan, before: Sheet | None, given: Sheet | None, redirects: Redirects
) -> Sheet:
    columns = _columns(plan, before, given)
    old = before.by_key if before else {}
    rows: dict[Key, Cells] = {}
    doubles: list[Cells] = []
    for row in given.by_key.values() if given else ():
        cells = _current(plan, row, redirects)
        key = _key(plan, cells)
        # A column that the contribution does not have keeps its value; a blank cell blanks it.
        cells = _current(plan, old.get(key, {}), redirects) | cells
        if rows.setdefault(key, cells) != cells:
            doubles.append(cells)
    explicit = frozenset(rows)
    moved: list[Cells] = []
    for key, row in old.items():
        if f"{plan.name}/{'+'.join(key)}" in redirects:
            # Retired: what took its place stands for it.
            continue
        cells = _current(plan, row, redirects)
        if _key(plan, cells) == key:
            rows.setdefault(key, cells)
        else:
            moved.append(cells)
    for cells in moved:
        # Retiring an id may bring two rows under one key.
        while (taken := rows.setdefault(_key(plan, cells), cells)) != cells:
            if plan.name == "citations" and not _alike(taken, cells):
                cells = cells | {"n": str(int(cells["n"]) + 1)}
                continue
            if plan.name != "citations" and _key(plan, cells) not in explicit:
                # Nobody has said which of the two holds: the validator will refuse them.
                doubles.append(cells)
            break
    texts = [
        tuple(_text(plan, name, cells.get(name, "")) for name in columns)
        for cells in (*rows.values(), *doubles)
    ]
    return _sorted(Sheet(plan, columns, tuple(texts)))


def _columns(plan: TablePlan, before: Sheet | None, given: Sheet | None) -> tuple[str, ...]:
    """The table's columns in their order, then the contributors' own."""
    old = before.columns if before else plan.names
    there = dict.fromkeys((*old, *(given.columns if given else ())))
    own = (name for name in there if name not in plan.by_name)
    return (*(name for name in plan.names if name in there), *own)


def _current(plan: TablePlan, row: Mapping[str, str], redirects: Redirects) -> Cells:
    if not redirects:
        return dict(row)
    return {
        name: redirects.cell(plan, plan.by_name[name], text) if name in plan.by_name else text
        for name, text in row.items()
    }


def _key(plan: TablePlan, cells: Mapping[str, str]) -> Key:
    return tuple(cells[name] for name in plan.key)


def _alike(one: Cells, other: Cells) -> bool:
    """Whether two citations say the same."""
    return one | {"n": ""} == other | {"n": ""}


def _canonical(sheets: Mapping[str, Sheet]) -> dict[str, Sheet]:
    """Tables with each value in its canonical text, the columns and rows in order."""
    return {
        name: _merged_table(sheet.plan, sheet, None, Redirects({}))
        for name, sheet in sheets.items()
    }


def _text(plan: TablePlan, name: str, text: str) -> str:
    return encode(decode(plan.by_name[name].base, text)) if name in plan.by_name else text


def _sorted(sheet: Sheet) -> Sheet:
    bases = [sheet.plan.by_name[name].base for name in sheet.plan.key]

    def order(row: Row) -> list[tuple[bool, Any]]:
        values = map(decode, bases, sheet.key_of(row))
        # A number comes before what should be one and is not: the two do not compare.
        return [(isinstance(value, str), value) for value in values]

    return replace(sheet, rows=tuple(sorted(sheet.rows, key=order)))


def _content(sheet: Sheet, delimiter: str = ",") -> bytes:
    return written(sheet.columns, sheet.rows, delimiter).encode("utf-8")


def _telling(report: Report, findings: tuple[Finding, ...]) -> Report:
    """A report of other findings, counted anew."""
    return replace(report, findings=findings, counts=None, faulty_files=None)


def _must_be_valid(package: Path, before: Mapping[str, Sheet], after: Mapping[str, Sheet]) -> None:
    """Check the package as it would be; refuse, with findings, what would have errors."""
    with tempfile.TemporaryDirectory(prefix="chippolicy-") as folder:
        for name, sheet in after.items():
            Path(folder, f"{name}.csv").write_bytes(_content(sheet))
        report = validate([folder], against="none")
    if report.errors:
        found = tuple(
            replace(one, path=_in_package(one, folder, package))
            for one in report.findings
            if one.severity is Severity.ERROR
        )
        raise RefusedError(
            _telling(report, found),
            "the package would have errors after the merge",
        )


def _in_package(of: Finding, folder: str, package: Path) -> str | None:
    """The path of a finding in the package as it would be."""
    if of.path is None:
        return None
    return os.path.join(package, "(merged)", os.path.relpath(of.path, folder))
