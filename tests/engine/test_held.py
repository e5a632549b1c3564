"""Frames that the caller holds: the findings are those of the CSV files, told by row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas
import polars as pl
import pytest

from chippolicy import Finding, validate, validate_frames
from tests.small import TABLES, write_folder


def as_polars(rows: Any) -> Any:
    header, *body = rows
    return pl.DataFrame(body, schema=dict.fromkeys(header, pl.String), orient="row")


def as_pandas(rows: Any) -> Any:
    return pandas.DataFrame(rows[1:], columns=rows[0])


MAKERS: dict[str, Callable[[Any], Any]] = {
    "eager": as_polars,
    "lazy": lambda rows: as_polars(rows).lazy(),
    "arrow": lambda rows: as_polars(rows).to_arrow(),
    "pandas": as_pandas,
}


def by_row(finding: Finding) -> Finding:
    """A finding of a file of single-line rows as a finding of a frame."""
    return replace(
        finding,
        path=Path(finding.path or "").stem,
        line=finding.line - 1 or None if finding.line else None,
        places=tuple(replace(p, line=p.line - 1 if p.line else None) for p in finding.places),
    )


@pytest.mark.parametrize("kind", MAKERS)
def test_the_findings_are_those_of_the_files(kind: str, tmp_path: Path) -> None:
    tables = {name: [list(row) for row in rows] for name, rows in TABLES.items()}
    tables["chips"][2][3] = "2023-02-29"
    tables["chips"][1][2] = "nvidai"
    tables["actors"][0][2] = "nam"
    tables["citations"][3][1] = "titel"
    files = validate(write_folder(tmp_path / "files", tables), against="none")
    frames = {name: MAKERS[kind](rows) for name, rows in tables.items()}
    report = validate_frames(frames, against="none")
    assert {by_row(one) for one in files} == set(report)
    assert len(report) == len(files) > 3
    assert report.rows == files.rows


def test_a_row_behind_a_line_break_is_counted_as_a_row() -> None:
    frame = pl.DataFrame({"id": ["a-1", "a-2", "a-1"], "title": ["t", "t", "t"],
                          "x_note": ["one\ntwo\nthree", "", ""]})  # fmt: skip
    (finding,) = validate_frames({"topics": frame}, against="none")
    assert (finding.code, finding.path, finding.line) == ("key/duplicate", "topics", 3)
    assert finding.message.endswith("topics, row 1")


CHIPS = {
    "id": ["a-1", "a-2"],
    "name": ["A", "B"],
    "announced": [date(2023, 1, 2), None],
    "memory_gb": [96.0, 80.5],
    "datacenter": [True, False],
}
UNCITED = ("evidence", "ref")


def test_typed_columns_are_read_as_what_they_are() -> None:
    assert not list(validate_frames({"chips": pl.DataFrame(CHIPS)}, ignore=UNCITED, against="none"))
    days = [datetime(2023, 1, 2), None]
    frame = pandas.DataFrame({**CHIPS, "announced": pandas.to_datetime(days)})
    assert not list(validate_frames({"chips": frame}, ignore=UNCITED, against="none"))


def test_a_time_of_day_and_what_is_no_number_are_faults() -> None:
    frame = pl.DataFrame(
        {**CHIPS, "announced": [datetime(2023, 1, 2, 3), None], "memory_gb": [float("nan"), 1.0]}
    )
    report = validate_frames({"chips": frame}, ignore=UNCITED, against="none")
    assert [(one.code, one.line) for one in report] == [("value/date", 1), ("value/type", 1)]


def test_whole_numbers_that_pandas_made_floats_stay_whole() -> None:
    frame = pandas.DataFrame({"id": ["a-1", "a-2"], "bit_length": [8, None]})
    assert frame["bit_length"].dtype == float
    frame = pandas.DataFrame(
        {"chip_id": ["a", "a"], "number_format": ["fp8", "fp16"], "bit_length": [8.0, 16.0],
         "dense_tera_ops_s": [1.5, 2.0]}
    )  # fmt: skip
    assert not list(validate_frames({"chip_throughput": frame}, ignore=UNCITED, against="none"))


def test_unknown_tables_lists_and_other_things_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean events"):
        validate_frames({"event": pl.DataFrame({"id": ["a"]})})
    with pytest.raises(ValueError, match=r"topics\.id holds"):
        validate_frames({"topics": pl.DataFrame({"id": [["a"]]})})
    with pytest.raises(TypeError, match="no frame"):
        validate_frames({"topics": [["id"]]})
    assert validate_frames({}).valid
