"""Lines of a file, found by their numbers as an editor counts them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate
from typing import BinaryIO

_CHUNK = 1 << 18


def line_starts(file: BinaryIO, lines: Iterable[int]) -> dict[int, int]:
    """The offset at which each of some lines begins, in ascending order, in one pass.

    The first line begins at 0, be there a byte order mark or not. Lines that the file does not have
    are left out. It must stand at its beginning.
    """
    wanted = sorted({line for line in lines if line >= 1})
    starts = {1: 0} if wanted[:1] == [1] else {}
    at = len(starts)
    line, base = 1, 0
    while at < len(wanted) and (chunk := file.read(_CHUNK)):
        while chunk.endswith(b"\r") and (more := file.read(1)):
            chunk += more
        breaks = chunk.count(b"\n")
        if b"\r" in chunk:
            # Most files have none, and counting them takes as long as counting lines.
            breaks += chunk.count(b"\r") - chunk.count(b"\r\n")
        if line + breaks >= wanted[at]:
            # Bytes, other than text, are split at these breaks alone.
            ends = list(accumulate(map(len, chunk.splitlines(keepends=True))))
            while at < len(wanted) and wanted[at] <= line + breaks:
                starts[wanted[at]] = base + ends[wanted[at] - line - 1]
                at += 1
        line += breaks
        base += len(chunk)
    return starts
