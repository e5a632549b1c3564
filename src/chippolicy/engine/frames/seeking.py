"""Looking in a large file for the few rows that begin with some cells, in one pass over its lines.

Where no cell has a line break, a row is a line, and lines are told apart at the speed of memory:
only those that begin with a sought cell are read as CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import polars as pl

from chippolicy.engine.causes import Values
from chippolicy.engine.frames.reading import header_line, scanned_lines
from chippolicy.engine.frames.structure import ends_with_return, has_returns
from chippolicy.engine.survey import UnsuitedError

_TELLING = frozenset(',"\r\n\0')
"""Signs that a sought cell cannot have where lines are compared as they are written."""
_SHORT = 4
"""So few short cells are compared by themselves."""


class Found(NamedTuple):
    """Some rows of a file."""

    rows: list[Values]
    lines: int | None = None
    """Of lines that may not be rows, see `are_rows`: how many there are with the header's."""


def rows_beginning(path: Path, width: int, firsts: Collection[str]) -> Found | None:
    """The lines below the header that begin with one of some cells; None where lines do not tell.

    Raises UnsuitedError where the file is one for the `rows` executor.
    """
    if any(not one.isascii() or not _TELLING.isdisjoint(one) for one in firsts):
        return None
    try:
        with ThreadPoolExecutor(1) as aside:
            returns = aside.submit(has_returns, path)
            found, count = _lines_beginning(
                path, {form for one in firsts for form in (one, f'"{one}"')}
            )
            if returns.result():
                _must_have_none_astray(path)
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error
    try:
        return Found([_cells(one, width) for one in found], count)
    except UnsuitedError:
        if are_rows(path, width, count):
            raise
        return None


def are_rows(path: Path, width: int, lines: int) -> bool:
    """Whether each of so many lines of a file is a row, and none the inside of a cell.

    Every row begins with a line, but not every line with a row: line ends outside of quotation
    marks are counted. Raises UnsuitedError where Polars cannot.
    """
    schema = {str(index): pl.String for index in range(width)}
    scan = pl.scan_csv(path, has_header=False, schema=schema, glob=False)
    try:
        return int(scan.select(pl.len()).collect().item()) == lines
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error


def _lines_beginning(path: Path, written: Collection[str]) -> tuple[list[str], int]:
    """The lines below the header that begin with one of some cells, and how many lines there are.

    Nearly all lines differ from every sought cell in their first signs, and these are compared
    while lines are told apart: only what is left is cut at its first comma.
    """
    line = pl.col("line")
    scan = scanned_lines(path)
    # Offsets are in bytes and lengths in characters: what differs is no sought text either way.
    begins = line.str.head(line.str.find(",", literal=True)).is_in(list(written))
    # Written anew: a few lines would hold all that they were read with in memory.
    anew = (line + pl.lit("")).alias("line")
    found, count = pl.collect_all(
        [scan.filter(_alike(line, written)).select(anew).filter(begins), scan.select(pl.len())],
        engine="streaming",
    )
    hits = found["line"].to_list()
    # A record may have the name of a column: the header is sought then, too, and found first.
    if hits and hits[0].encode() == header_line(path).rstrip(b"\r\n"):
        del hits[0]
    return hits, int(count.item())


def _alike(line: pl.Expr, written: Collection[str]) -> pl.Expr:
    """Whether a line may begin with one of some cells: as many signs as all of them have tell.

    A few short cells are compared by themselves, so that the signs that all others have tell more.
    """
    cells = sorted((f"{one}," for one in written), key=len)
    # Of those that leave the most signs to compare, the fewest.
    few = max(range(len(cells[: _SHORT + 1])), key=lambda few: len(cells[few]), default=0)
    short, others = cells[:few], cells[few:]
    shortest = min(map(len, others), default=0)
    starts = list({one[:shortest] for one in others})
    alike = (line.str.starts_with(one) for one in short)
    return pl.any_horizontal(line.str.head(shortest).is_in(starts), *alike)


def _must_have_none_astray(path: Path) -> None:
    """Raise UnsuitedError where a carriage return stands by itself: it ends a line too."""
    astray = scanned_lines(path).select(pl.col("line").str.contains("\r", literal=True).any())
    if ends_with_return(path) or astray.collect(engine="streaming").item():
        raise UnsuitedError


def _cells(line: str, width: int) -> Values:
    try:
        (cells,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError) as error:
        raise UnsuitedError from error
    if len(cells) != width or "\0" in line:
        raise UnsuitedError
    return tuple(cells)
