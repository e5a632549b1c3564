"""Homes: the files that tables are kept in, and whether they can be written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from chippolicy.derive.plan import load_plan
from chippolicy.engine.intake.resolve import resolve
from chippolicy.engine.intake.scratch import Scratch
from chippolicy.engine.intake.source import Input
from chippolicy.findings import Finding, Severity


class Home(NamedTuple):
    """The CSV file that a table of a package is kept in."""

    file: str
    """Its path relative to the package."""
    delimiter: str


def is_text_file(found: Input) -> bool:
    """Whether the CSV text that is read is a file itself, not unpacked or made of another."""
    return found.converted is None and found.whole is None and Path(found.shown) == found.path


def homes(package: Path) -> dict[str, Home | Finding]:
    """For each table of a package its home; a finding where it is not kept in one CSV file."""
    found: dict[str, Home | Finding] = {}
    seen: dict[str, str] = {}
    with Scratch() as scratch:
        for one in resolve([str(package)], load_plan(), scratch):
            if not isinstance(one, Input):
                continue
            if one.table in seen:
                what = f"{one.table} is kept in two places, {seen[one.table]!r} and {one.shown!r}"
                found[one.table] = _refusal(one, f"{what}; a merge writes one CSV file")
            elif is_text_file(one):
                file = Path(os.path.relpath(one.path, package)).as_posix()
                found[one.table] = Home(file, one.delimiter)
            else:
                what = f"{one.table} is kept in {one.shown!r}"
                found[one.table] = _refusal(one, f"{what}; a merge writes CSV files alone")
            seen.setdefault(one.table, one.shown)
    return found


def _refusal(one: Input, message: str) -> Finding:
    hint = f"Put the table into one file {one.table}.csv first."
    return Finding(
        "file/format", Severity.ERROR, message, hint=hint, path=one.shown, table=one.table
    )
