"""Reading a CSV file in batches of columns, every cell as the text it is."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import pairwise
from pathlib import Path

import polars as pl

from chippolicy.engine.survey import UnsuitedError

BATCH = 65_536
"""Rows handled at a time."""
_LONGEST_HEADER = 1 << 20
_MOST_AHEAD = 1 << 26
"""A file of more bytes is not begun early: in the time it takes the wait is nothing, and what is
read of it before it is taken needs memory."""


def header_line(path: Path) -> bytes:
    """The first line of a file with its line end.

    Raises UnsuitedError where it is not plainly a line of names.
    """
    with path.open("rb") as file:
        line = file.readline(_LONGEST_HEADER)
    plain = line.removesuffix(b"\n").removesuffix(b"\r")
    if not plain.strip(b",\xef\xbb\xbf") or b'"' in plain or b"\r" in plain or b"\0" in plain:
        raise UnsuitedError
    if len(line) == _LONGEST_HEADER:
        raise UnsuitedError
    return line


def names(line: bytes) -> list[str]:
    """The cells of a header line."""
    try:
        return line.decode("utf-8-sig").rstrip("\r\n").split(",")
    except UnicodeDecodeError as error:
        raise UnsuitedError from error


def batches(
    path: Path,
    width: int,
    columns: Sequence[int] | None = None,
    where: pl.Expr | None = None,
    *,
    numbered: str | None = None,
) -> Generator[pl.DataFrame]:
    """The rows below the header, columns named `0`, `1`, …; some columns, or some rows, only.

    `numbered`: the name of one column more, with the numbers of the rows from 0 on.
    Raises UnsuitedError where Polars finds the file is not CSV of that width.
    """
    try:
        scan = _scanned(path, width, columns, skip_lines=1)
        if numbered is not None:
            scan = scan.with_row_index(numbered)
        if where is not None:
            scan = scan.filter(where)
        yield from scan.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming")
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error


def scanned_lines(path: Path) -> pl.LazyFrame:
    """The lines of a file, the header with them, as the column `line`."""
    return pl.scan_lines(path, name="line", glob=False)


class Ahead:
    """Begins to read each file while the one before it is taken, so that no core waits for it."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._next = dict(pairwise(paths))
        self._begun: dict[Path, tuple[int, Future[pl.DataFrame | None], Generator[pl.DataFrame]]]
        self._begun = {}
        self._aside = ThreadPoolExecutor(1)
        for first in paths[:1]:
            self._begin(first)

    def batches(self, path: Path, width: int) -> Iterator[pl.DataFrame]:
        """As `batches` of a whole file, which may have been begun."""
        begun = self._begun.pop(path, None)
        if path in self._next:
            self._begin(self._next[path])
        if begun is None or begun[0] != width:
            yield from batches(path, width)
            return
        _, beginning, others = begun
        first = beginning.result()
        if first is not None:
            yield first
            yield from others

    def close(self) -> None:
        """Return when nothing that was begun is read any more."""
        for _, beginning, frames in self._begun.values():
            wait([beginning])
            frames.close()

    def _begin(self, path: Path) -> None:
        try:
            if path.stat().st_size > _MOST_AHEAD:
                return
            width = len(names(header_line(path)))
        except (UnsuitedError, OSError):
            # Whoever comes to read it will find out.
            return
        frames = batches(path, width)
        self._begun[path] = width, self._aside.submit(next, frames, None), frames


def rows_of(text: bytes, width: int, columns: Sequence[int] | None = None) -> pl.DataFrame:
    """Rows cut out of such a file, or some columns of them.

    Raises UnsuitedError where Polars finds the text is not CSV of that width.
    """
    try:
        return _scanned(text, width, columns, skip_lines=0).collect()
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error


def cell_bytes(columns: Iterable[str]) -> pl.Expr:
    """How many bytes the cells of some columns have."""
    return pl.sum_horizontal(pl.col(name).str.len_bytes().sum().cast(pl.Int64) for name in columns)


def has_return(column: str) -> pl.Expr:
    """Whether any cell of a column holds a carriage return."""
    return pl.col(column).str.contains("\r", literal=True).any()


def _scanned(
    source: Path | bytes, width: int, columns: Sequence[int] | None, *, skip_lines: int
) -> pl.LazyFrame:
    scan = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=skip_lines,
        schema={str(index): pl.String for index in range(width)},
        empty_string_is_null=False,
        glob=False,
    )
    return scan if columns is None else scan.select(str(index) for index in columns)
