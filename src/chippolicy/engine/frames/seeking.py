"""Looking in a large file for the few rows that begin with some cells, in one pass over its lines.

Where no cell has a line break, a row is a line, and lines are told apart at the speed of memory:
only those that begin with a sought cell are read as CSV.
"""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path
from threading import Lock

import polars as pl

from chippolicy.engine.frames.reading import BATCH, header_line
from chippolicy.engine.frames.structure import must_end_lines_with_feeds
from chippolicy.engine.survey import UnsuitedError

_TELLING = frozenset(',"\r\n\0')
"""Signs that a sought cell cannot have where lines are compared as they are written."""
_polars = Lock()
"""Polars takes every core for one file: two at once would only be in each other's way."""


def rows_beginning(path: Path, width: int, firsts: Collection[str]) -> list[tuple[str, ...]] | None:
    """The rows below the header that begin with one of some cells; None where lines do not tell.

    Raises UnsuitedError where the file is one for the `rows` executor.
    """
    if any(not one.isascii() or not _TELLING.isdisjoint(one) for one in firsts):
        return None
    must_end_lines_with_feeds(path)
    try:
        with _polars:
            hits = _lines_beginning(path, {form for one in firsts for form in (one, f'"{one}"')})
            # Every row begins with a line, but not every line with a row.
            if hits and _line_ends(path, width, None) != _line_ends(path, width, '"'):
                return None
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error
    return [_cells(one, width) for one in hits]


def _lines_beginning(path: Path, written: Collection[str]) -> list[str]:
    """The lines below the header that begin with one of some cells, as they are written.

    Nearly all lines differ from every sought cell in their first signs, and these are compared
    while lines are told apart: only what is left is cut at its first comma.
    """
    shortest = min((len(one) + 1 for one in written), default=0)
    starts = list({f"{one},"[:shortest] for one in written})
    line = pl.col("line")
    scan = pl.scan_lines(path, name="line", glob=False)
    alike = scan.filter(line.str.head(shortest).is_in(starts))
    # Offsets are in bytes and lengths in characters: what differs is no sought text either way.
    begins = line.str.head(line.str.find(",", literal=True)).is_in(list(written))
    hits = list[str]()
    for frame in alike.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming"):
        hits.extend(frame.filter(begins)["line"])
    # A record may have the name of a column: the header is sought then, too, and found first.
    if hits and hits[0].encode() == header_line(path).rstrip(b"\r\n"):
        del hits[0]
    return hits


def _line_ends(path: Path, width: int, quote: str | None) -> int:
    """How many line ends, and a last line without one, are outside of quotation marks, if any."""
    schema = {str(index): pl.String for index in range(width)}
    scan = pl.scan_csv(path, has_header=False, schema=schema, quote_char=quote, glob=False)
    return int(scan.select(pl.len()).collect().item())


def _cells(line: str, width: int) -> tuple[str, ...]:
    try:
        (cells,) = csv.reader([line], strict=True)
    except (csv.Error, ValueError) as error:
        raise UnsuitedError from error
    if len(cells) != width or "\0" in line:
        raise UnsuitedError
    return tuple(cells)
