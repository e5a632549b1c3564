"""Looking in a large file for the few rows that begin with some cells, in one pass over its lines.

Where no cell has a line break, a row is a line, and lines are told apart at the speed of memory:
only those that begin with a sought cell are read as CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

import polars as pl

from chippolicy.engine.frames.reading import BATCH
from chippolicy.engine.frames.structure import must_end_lines_with_feeds
from chippolicy.engine.survey import UnsuitedError

_TELLING = frozenset(',"\r\n\0')
"""Signs that a sought cell cannot have where lines are compared as they are written."""


def rows_beginning(path: Path, width: int, firsts: Collection[str]) -> list[tuple[str, ...]] | None:
    """The rows below the header that begin with one of some cells; None where lines do not tell.

    Raises UnsuitedError where the file is one for the `rows` executor.
    """
    if any(not one.isascii() or not _TELLING.isdisjoint(one) for one in firsts):
        return None
    written = [form for one in firsts for form in (one, f'"{one}"')]
    # Offsets are in bytes and lengths in characters: what differs is no sought text either way.
    line = pl.col("line")
    begins = line.str.head(line.str.find(",", literal=True)).is_in(written)
    lines, hits = 0, list[str]()
    must_end_lines_with_feeds(path)
    try:
        scan = pl.scan_lines(path, name="line", glob=False)
        for frame in scan.collect_batches(
            chunk_size=BATCH, maintain_order=True, engine="streaming"
        ):
            below = frame if lines else frame.slice(1)
            hits.extend(below.filter(begins)["line"])
            lines += frame.height
        # Every row begins with a line, but not every line with a row.
        if hits and lines != _rows_of(path, width):
            return None
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error
    return [_cells(one, width) for one in hits]


def _rows_of(path: Path, width: int) -> int:
    """How many line ends, and a last line without one, are outside of quotation marks."""
    schema = {str(index): pl.String for index in range(width)}
    scan = pl.scan_csv(path, has_header=False, schema=schema, glob=False)
    return int(scan.select(pl.len()).collect().item())


def _cells(line: str, width: int) -> tuple[str, ...]:
    try:
        (cells,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError) as error:
        raise UnsuitedError from error
    if len(cells) != width or "\0" in line:
        raise UnsuitedError
    return tuple(cells)
