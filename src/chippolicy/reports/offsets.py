"""Byte offsets: where in its file the line of a finding begins, for programs that seek."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from chippolicy.reports.lines import line_starts
from chippolicy.reports.place import has_lines
from chippolicy.reports.source import opened

if TYPE_CHECKING:
    from chippolicy.findings import Finding


def with_offsets(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings, each with the offset of its line, each file being read once.

    It counts the bytes of the text: of a packed file as it is unpacked, and a byte order mark too.
    It is None without a line, and where the file has none or cannot be read.
    """
    told = tuple(findings)
    lines: defaultdict[str, set[int]] = defaultdict(set)
    for one in told:
        if one.path is not None and one.line is not None and has_lines(one):
            lines[one.path].add(one.line)
    starts = {path: _starts(path, wanted) for path, wanted in lines.items()}
    return tuple(
        replace(one, offset=starts[one.path].get(one.line))
        if one.path in starts and one.line is not None and has_lines(one)
        else one
        for one in told
    )


def _starts(path: str, lines: set[int]) -> dict[int, int]:
    try:
        with opened(path) as file:
            return line_starts(file, lines)
    except OSError:
        return {}
