"""Physical places: a finding's file as others name it, and the very line and columns of its cell.

Tools that show a file beside its problems (code scanning, a pull request) need both.
"""

from __future__ import annotations

import os.path
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chippolicy.reports.excerpt import excerpts
from chippolicy.reports.place import has_lines

if TYPE_CHECKING:
    from chippolicy.findings import Finding


@dataclass(frozen=True)
class Region:
    """A physical line, and the columns of a cell in it; all count from 1, `end` is past the cell.

    Columns count Unicode characters; None where they cannot be told.
    """

    line: int
    start: int | None = None
    end: int | None = None


def regions(findings: Iterable[Finding]) -> dict[Finding, Region]:
    """Where each finding that has a file and a line stands, each file being read once.

    What is in a file without lines, such as a workbook, is left out.
    """
    by_path: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.path is not None and has_lines(finding):
            by_path[finding.path].append(finding)
    found: dict[Finding, Region] = {}
    for path, here in by_path.items():
        read = excerpts(path, here)
        for one in here:
            excerpt = read.get(one)
            if excerpt is None:
                found[one] = Region(one.line or 1)
            elif excerpt.span is None:
                found[one] = Region(excerpt.line)
            else:
                start, end = (excerpt.before + at + 1 for at in excerpt.span)
                found[one] = Region(excerpt.line, start, end)
    return found


def relative(path: str) -> str | None:
    """A path from the working folder, with forward slashes; None if it leads out of it."""
    try:
        inside = os.path.relpath(path)
    except ValueError:
        # Another drive, or a path that no file can have.
        return None
    inside = inside.replace(os.sep, "/")
    return None if inside == ".." or inside.startswith("../") else inside
