"""Parquet: the rows of a file, each value as the type its column has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from chippolicy.formats.raw import (
    Digits,
    Nested,
    RawError,
    RawProblem,
    RawRow,
    RawTable,
    Unsound,
    Value,
)

BATCH = 65_536
"""Rows handled at a time."""


def read_parquet(path: Path) -> list[RawTable]:
    """The one table of a Parquet file; `line` counts its rows from 1.

    Needs Polars. Raises RawError where it is not Parquet.
    """
    import polars as pl

    try:
        names = tuple(pl.read_parquet_schema(path))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as error:
        if isinstance(error, OSError) and error.errno:
            raise
        raise RawError(RawProblem("file/syntax", f"is not Parquet: {_first(error)}")) from error
    return [RawTable(None, partial(_rows, path), names, header_line=0, typed=False)]


def _rows(path: Path) -> Iterator[RawRow | RawProblem]:
    import polars as pl

    number = 0
    try:
        lazy = pl.scan_parquet(path, glob=False)
        for frame in lazy.collect_batches(chunk_size=BATCH, maintain_order=True):
            for row in frame.iter_rows():
                number += 1
                yield RawRow(number, [_value(value) for value in row])
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # Of some damage Polars is not aware: it panics.
        message = f"cannot be read on from row {number + 1:,}: {_first(error)}"
        yield RawProblem("file/syntax", message, number + 1, last=True)


def _value(value: Any) -> Value:
    if isinstance(value, (list, dict)):
        return Nested("a list" if isinstance(value, list) else "an object")
    if isinstance(value, bytes):
        return Nested("bytes")
    if isinstance(value, Decimal):
        return Digits(value)
    if isinstance(value, timedelta):
        return Unsound(str(value))
    found: Value = value
    return found


def _first(error: BaseException) -> str:
    # A panic's own words are for the authors of Polars.
    return str(error).partition("\n")[0] if isinstance(error, Exception) else "it is damaged"
