"""Validating frames that the caller holds: Polars, pandas, Arrow.

Each frame is written as the canonical CSV of its values and checked as a file would be, so that
there is no second set of rules; lines are then told as row numbers.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from chippolicy.derive.plan import load_plan
from chippolicy.engine.run import BUNDLED, PathLike, validate
from chippolicy.findings import FileSummary, Finding, Report
from chippolicy.formats.cells import encode
from chippolicy.formats.csv import placed_rows, written
from chippolicy.rules import nearest

_MANY = 20_000
"""From so many rows on Polars, which is to be imported first, writes faster than Python."""


def validate_frames(
    frames: Mapping[str, Any],
    *,
    against: PathLike = BUNDLED,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    max_findings: int | None = None,
    engine: str = "auto",
) -> Report:
    """Check frames, each under its table's name, and report every fault as for CSV files.

    `frames`: Polars data frames or lazy frames, pandas data frames, or Arrow tables, record
    batches and readers of these, which are read to their end. Dates, numbers and truth values are
    read as what they are; null, and pandas' NaN, is blank. The other arguments are those of
    `validate`.

    In the report `path` is the table's name and `line` the number of the row, the first being 1;
    a fault of the columns themselves has none.

    Raises ValueError for an unknown table, and for a column whose values are no single values;
    TypeError for what is no frame.
    """
    plan = load_plan()
    for name in frames:
        if name not in plan.tables:
            near = nearest(str(name), plan.tables)
            hint = f"; did you mean {near}?" if near else ""
            raise ValueError(f"unknown table {name!r}{hint}")
    if not frames:
        return Report(())
    with tempfile.TemporaryDirectory(prefix="chippolicy-") as scratch:
        files = {Path(scratch) / f"{name}.csv": name for name in frames}
        for path, name in files.items():
            _write(frames[name], path, name)
        report = validate(
            files,
            against=against,
            select=select,
            # In a frame columns are found by name: their order is nothing to mend.
            ignore=(*ignore, "table/column-order"),
            max_findings=max_findings,
            engine=engine,
        )
        return _by_rows(report, {str(path): name for path, name in files.items()})


def _write(frame: Any, path: Path, name: str) -> None:
    """Write a frame of any kind as canonical CSV."""
    library = type(frame).__module__.partition(".")[0]
    if library == "polars" and hasattr(frame, "collect_schema"):
        _write_polars(frame, path, name)
    elif library == "pandas" and hasattr(frame, "itertuples"):
        rows = frame.itertuples(index=False, name=None)
        _write_held(frame, list(frame.columns), rows, path, name)
    elif library == "pyarrow" and (table := _whole(frame)) is not None:
        rows = (
            row
            for batch in table.to_batches()
            for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
        )
        _write_held(table, table.column_names, rows, path, name)
    else:
        raise TypeError(f"{name} is no frame of Polars, pandas or Arrow, but {type(frame)!r}")


def _write_held(
    frame: Any, columns: Sequence[Any], rows: Iterable[Sequence[Any]], path: Path, name: str
) -> None:
    """Write a frame of pandas or Arrow with some columns and rows, by Polars if that is faster."""
    plain = _as_polars(frame) if len(frame) >= _MANY else None
    if plain is not None:
        _write_polars(plain, path, name)
        return
    cells = ([_cell(value, name) for value in row] for row in rows)
    text = written([str(column) for column in columns], cells)
    path.write_text(text, encoding="utf-8", newline="")


def _whole(frame: Any) -> Any:
    """What Arrow holds as one table; None where it is no frame."""
    import pyarrow

    if isinstance(frame, pyarrow.RecordBatchReader):
        return frame.read_all()
    if isinstance(frame, pyarrow.RecordBatch):
        return pyarrow.Table.from_batches([frame])
    return frame if isinstance(frame, pyarrow.Table) else None


def _as_arrow(frame: Any) -> Any:
    """A frame of pandas' as Arrow holds it; None where not all of it can be held so."""
    if not all(isinstance(column, str) for column in frame.columns):
        return None
    import pyarrow

    try:
        table = pyarrow.Table.from_pandas(frame, preserve_index=False)
    except (ValueError, TypeError, OverflowError, NotImplementedError):
        return None
    # What is a number, a truth value or a day in one row of such a column may not be in another.
    mixed = [table.schema.types[at] for at, kind in enumerate(frame.dtypes) if kind == "object"]
    types = pyarrow.types
    return table if all(types.is_string(kind) or types.is_null(kind) for kind in mixed) else None


def _as_polars(frame: Any) -> Any:
    """A frame of pandas or Arrow as one of Polars, which writes it many times as fast; None where
    Polars or Arrow lack, or a column has other values than texts, numbers, truth values and days.
    """
    try:
        import polars as pl
        from pyarrow import Table, types
    except ImportError:
        return None
    table = frame if isinstance(frame, Table) else _as_arrow(frame)
    plain = (types.is_string, types.is_large_string, types.is_integer, types.is_boolean,
             types.is_float32, types.is_float64, types.is_date32, types.is_null)  # fmt: skip
    if table is None or len(set(table.column_names)) < len(table.column_names):
        return None
    if not all(any(is_kind(kind) for is_kind in plain) for kind in table.schema.types):
        return None
    held = pl.from_arrow(table)
    assert isinstance(held, pl.DataFrame)
    return held.with_columns(pl.col(pl.Float32, pl.Float64).fill_nan(None))


def _cell(value: Any, name: str) -> str:
    # What pandas has for a missing value is not to be compared with anything.
    if value is None or type(value).__name__ == "NAType" or value != value:
        return ""
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        # A number of NumPy's, which pandas gives out.
        value = value.item()
    if isinstance(value, datetime):
        # pandas has no dates: a day is its midnight.
        midnight = value.time() == time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return str(value)
    if isinstance(value, (str, bool, int, float)):
        return encode(value)
    if type(value).__name__ == "Decimal":
        return format(value, "f")
    raise ValueError(f"{name} holds {value!r}, which is no single value")


def _write_polars(frame: Any, path: Path, name: str) -> None:
    import polars as pl

    lazy: pl.LazyFrame = frame.lazy()
    texts = []
    for column, kind in lazy.collect_schema().items():
        value = pl.col(column)
        if kind.is_float():
            # Plain digits, and whole numbers without a point, as a person writes them.
            whole = value == value.round()
            small = value.abs() < 2**53
            digits = pl.when(whole & small).then(value.cast(pl.Int64, strict=False).cast(pl.String))
            value = digits.otherwise(value.map_elements(encode_float, return_dtype=pl.String))
        elif kind == pl.Datetime:
            day = value.dt.date().cast(pl.String)
            midnight = value.dt.time() == time()
            value = pl.when(midnight).then(day).otherwise(value.dt.to_string("iso"))
        elif kind.is_nested() or kind in (pl.Binary, pl.Object, pl.Duration):
            raise ValueError(f"{name}.{column} holds {kind}, which is no single value")
        else:
            value = value.cast(pl.String)
        texts.append(value.fill_null("").alias(column))
    lazy.select(texts).sink_csv(path, quote_style="necessary", engine="streaming")


def encode_float(value: float) -> str:
    """A float as plain digits; what is no number as the word for it."""
    return encode(value) if value == value and abs(value) != float("inf") else str(value)


def _by_rows(report: Report, names: Mapping[str, str]) -> Report:
    """The report with tables for paths and row numbers for lines."""
    lines: dict[str, set[int]] = {}
    for one in report.findings:
        if one.path is not None and one.path in names:
            found = lines.setdefault(one.path, set())
            found |= {line for line in (one.line, *(p.line for p in one.places)) if line}
            found |= {int(match[1]) for match in _other_lines(one.message, names)}
    rows = {path: _rows_at(Path(path), wanted) for path, wanted in lines.items()}
    return replace(
        report,
        findings=tuple(_told(one, names, rows) for one in report.findings),
        files=tuple(
            FileSummary(names.get(file.path, file.path), file.table, file.rows)
            for file in report.files
        ),
    )


def _other_lines(message: str, names: Mapping[str, str]) -> Iterator[re.Match[str]]:
    for path in names:
        yield from re.finditer(rf"{re.escape(path)}, line ([0-9]+)", message)


def _rows_at(path: Path, lines: set[int]) -> dict[int, int | None]:
    """The numbers of the rows that begin at some lines; the header is none."""
    found: dict[int, int | None] = {}
    for number, (line, _) in enumerate(placed_rows(path)):
        if line in lines:
            found[line] = number or None
            if len(found) == len(lines):
                break
    return found


def _told(
    one: Finding, names: Mapping[str, str], rows: Mapping[str, Mapping[int, int | None]]
) -> Finding:
    if one.path is None or one.path not in names:
        return one
    at = rows.get(one.path, {})
    message = one.message
    for path, name in names.items():
        message = re.sub(
            rf"{re.escape(path)}, line ([0-9]+)",
            lambda match, name=name: f"{name}, row {at.get(int(match[1]))}",  # type: ignore[misc]
            message,
        ).replace(path, name)
    return replace(
        one,
        message=message,
        path=names[one.path],
        line=at.get(one.line) if one.line else None,
        places=tuple(replace(p, line=at.get(p.line) if p.line else None) for p in one.places),
    )
