"""Waivers: findings that somebody knows of and lets pass, for a reason and until a day.

A waivers file is CSV with the columns code, record, path, line, reason and expires. A finding is
waived by a row with its code and with its record, or its file, or its file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from chippolicy.engine.columns import shown
from chippolicy.engine.faults import finding
from chippolicy.engine.intake.source import unreadable
from chippolicy.findings import Finding
from chippolicy.formats.csv import StructureError, placed_rows
from chippolicy.rules import CATALOG, nearest

COLUMNS = ("code", "record", "path", "line", "reason", "expires")


class Waiver(NamedTuple):
    """One row of a waivers file."""

    code: str
    record: str
    path: str
    line: int | None
    expires: date
    """The last day on which it holds."""
    at: int
    """The line it stands in."""

    def covers(self, one: Finding) -> bool:
        """Whether a finding is the one that is meant, all its places included."""
        if one.code != self.code:
            return False
        if self.path and not _is_file(one.path or "", self.path):
            return False
        lines = {one.line, *(place.line for place in one.places)}
        if self.line is not None and (lines != {self.line} or one.count > 1):
            return False
        if not self.record:
            return True
        # Of a cause that was met more often than is listed, some records are not known.
        known = one.count == max(len(one.places), 1)
        return known and {one.record, *(place.record for place in one.places)} == {self.record}


class Waived(NamedTuple):
    """What is left of findings after waivers."""

    findings: list[Finding]
    """Those that no waiver covers, and those about the waivers themselves."""
    waived: int
    """How many were waived."""


def waive(findings: Iterable[Finding], file: str, today: date, *, whole: bool) -> Waived:
    """Leave out the findings that a waivers file covers, and tell what is wrong with the file.

    `today` decides which waivers have expired; `whole` is whether all inputs could be read, so
    that a waiver without a finding is one too many.
    """
    waivers, told = _read(file)
    holding = [one for one in waivers if one.expires >= today]
    used: set[int] = set()
    left = []
    count = 0
    for one in findings:
        covering = [waiver.at for waiver in holding if waiver.covers(one)]
        if covering:
            used.update(covering)
            count += 1
        else:
            left.append(one)
    for waiver in waivers:
        place: dict[str, Any] = {"path": file, "line": waiver.at}
        if waiver.expires < today:
            until = waiver.expires.isoformat()
            message = f"the waiver of {waiver.code} expired: it held until {until}"
            told.append(finding("waiver/expired", message, column="expires", value=until, **place))
        elif waiver.at not in used and whole:
            message = f"nothing was found that this waiver of {waiver.code} waives"
            told.append(
                finding("waiver/unused", message, column="code", value=waiver.code, **place)
            )
    return Waived([*left, *told], count)


def _is_file(path: str, meant: str) -> bool:
    path, meant = path.replace("\\", "/"), meant.replace("\\", "/")
    return path == meant or path.endswith(f"/{meant.removeprefix('./')}")


def _read(file: str) -> tuple[list[Waiver], list[Finding]]:
    """The waivers of a file that can be read, and findings for what cannot."""
    try:
        rows = list(placed_rows(Path(file)))
    except OSError as error:
        return [], [unreadable(file, error)]
    except UnicodeDecodeError:
        return [], [finding("file/encoding", f"{file!r} is not UTF-8", path=file)]
    waivers: list[Waiver] = []
    told: list[Finding] = []
    at: dict[str, int] | None = None
    width = 0
    for line, row in rows:
        if isinstance(row, StructureError):
            told.append(finding("file/quote", row.reason, path=file, line=line))
        elif not any(row):
            continue
        elif at is None:
            width = len(row)
            missing = [name for name in COLUMNS if name not in row]
            strange = [name for name in row if name not in COLUMNS]
            told += _header(file, line, missing, strange)
            if missing:
                break
            at = {name: row.index(name) for name in COLUMNS}
        elif len(row) != width:
            message = f"a row has {len(row)} cells; expected {width}, as in the header"
            told.append(finding("file/ragged-row", message, path=file, line=line))
        else:
            cells = {name: row[index] for name, index in at.items()}
            made = _waiver(file, line, cells)
            if isinstance(made, Waiver):
                waivers.append(made)
            else:
                told.append(made)
    if not rows:
        told.append(finding("file/empty", f"{file!r} is empty; expected a header", path=file))
    return waivers, told


def _header(
    file: str, line: int, missing: Sequence[str], strange: Sequence[str]
) -> Iterable[Finding]:
    for name in strange:
        if name.startswith("x_"):
            continue
        near = nearest(name, missing)
        yield finding(
            "waiver/invalid",
            f"{shown(name)} is not a column of waivers; they are {', '.join(COLUMNS)}",
            hint=f"Did you mean {near}?" if near else None,
            path=file,
            line=line,
            column=name,
            value=name,
        )
        missing = [one for one in missing if one != near]
    for name in missing:
        message = f"the column {name} is not there"
        yield finding("waiver/invalid", message, path=file, line=line, column=name)


def _waiver(file: str, line: int, cells: dict[str, str]) -> Waiver | Finding:
    def invalid(column: str, message: str, hint: str | None = None) -> Finding:
        value = cells[column]
        return finding(
            "waiver/invalid", message, hint=hint, path=file, line=line, column=column, value=value
        )

    code = cells["code"]
    if code not in CATALOG:
        near = nearest(code, CATALOG)
        hint = f"Did you mean {near}?" if near else None
        return invalid("code", f"code is {shown(code)}; expected the code of a rule", hint)
    if not cells["record"] and not cells["path"]:
        return invalid("record", "the waiver has no place; expected a record or a path")
    if cells["line"] and not cells["path"]:
        return invalid("line", f"line is {shown(cells['line'])}, but of no file: path is blank")
    number = cells["line"]
    if number and not re.fullmatch("[1-9][0-9]{0,11}", number):
        return invalid("line", f"line is {shown(number)}; expected a whole number from 1 up")
    if not cells["reason"].strip():
        return invalid("reason", "reason is blank; expected why this is let pass")
    try:
        expires = _day(cells["expires"])
    except ValueError:
        message = f"expires is {shown(cells['expires'])}; expected a day such as 2027-06-30"
        return invalid("expires", message)
    return Waiver(
        code, cells["record"], cells["path"], int(number) if number else None, expires, line
    )


def _day(text: str) -> date:
    # The standard library takes weeks and days without hyphens as well.
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return date.fromisoformat(text)
