"""Reading a CSV file in batches of columns, every cell as the text it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from chippolicy.engine.survey import UnsuitedError

BATCH = 65_536
"""Rows handled at a time."""
_LONGEST_HEADER = 1 << 20


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
    path: Path, width: int, columns: Sequence[int] | None = None, where: pl.Expr | None = None
) -> Iterator[pl.DataFrame]:
    """The rows below the header, columns named `0`, `1`, …; some columns, or some rows, only.

    Raises UnsuitedError where Polars finds the file is not CSV of that width.
    """
    try:
        scan = _scanned(path, width, columns, skip_lines=1)
        if where is not None:
            scan = scan.filter(where)
        yield from scan.collect_batches(chunk_size=BATCH, maintain_order=True, engine="streaming")
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error


def rows_of(text: bytes, width: int, columns: Sequence[int] | None = None) -> pl.DataFrame:
    """Rows cut out of such a file, or some columns of them.

    Raises UnsuitedError where Polars finds the text is not CSV of that width.
    """
    try:
        return _scanned(text, width, columns, skip_lines=0).collect()
    except pl.exceptions.PolarsError as error:
        raise UnsuitedError from error


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
