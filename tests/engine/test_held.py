"""Frames that the caller holds: the findings are those of the CSV files, told by row."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas
import polars as pl
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy import Finding, validate, validate_frames
from chippolicy.engine import held
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
    "batch": lambda rows: as_polars(rows).to_arrow().combine_chunks().to_batches()[0],
    "reader": lambda rows: as_polars(rows).to_arrow().to_reader(),
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


@pytest.mark.parametrize("kind", ["Int64", "boolean", "string", "Float64", "object"])
def test_what_pandas_has_for_a_missing_value_is_blank(kind: str) -> None:
    """Its own types have one that is not to be compared with anything."""
    frame = pandas.DataFrame({"id": ["a-1"], "title": ["A"], "x_own": pandas.array([None], kind)})
    assert not list(validate_frames({"topics": frame}, ignore=UNCITED, against="none"))


VALUES = st.one_of(
    *(st.lists(st.sampled_from((None, *some)), min_size=3, max_size=3) for some in (
        ("a-1", "", " x", "two\nlines", 'a "word"', "a,b", "日本", "NaN", "1.0"),
        (1, 0, -5, 2**53 + 1, 2**63, 10**30),
        (1.5, 3.0, 0.1, 1e22, 1e-7, float("nan"), float("inf")),
        (True, False),
        (date(2024, 2, 29), date(1, 1, 1)),
        (datetime(2024, 1, 1), datetime(2024, 1, 1, 3)),
        ("a", 1, 1.5, True, False, date(2024, 2, 29), Decimal("1.50"), b"x", [1]),
    ))
)  # fmt: skip


def told(frame: Any, many: int) -> Any:
    """What is said of a frame, if Polars writes those of so many rows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(held, "_MANY", many)
        try:
            return validate_frames({"topics": frame}, against="none").findings
        except (TypeError, ValueError) as error:
            return type(error), str(error)


@given(columns=st.dictionaries(st.sampled_from(("id", "title", "x_a", "x_b")), VALUES, min_size=1))
def test_frames_of_many_rows_are_read_like_those_of_few(columns: dict[str, list[Any]]) -> None:
    """Polars writes long frames of pandas and Arrow, and no value comes out otherwise."""
    makers: tuple[Callable[[Any], Any], ...] = (
        pandas.DataFrame,
        lambda given: pandas.DataFrame(given).convert_dtypes(),
        pyarrow.table,
    )
    for maker in makers:
        try:
            frame = maker(columns)
        except (pyarrow.ArrowException, TypeError, ValueError, OverflowError):
            # Such values the library itself does not hold in one column.
            continue
        assert told(frame, 0) == told(frame, 1000)


def test_the_page_on_large_files_runs_as_it_is_written() -> None:
    page = Path(__file__).parents[2] / "docs" / "large-files.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(blocks)], capture_output=True, text=True, check=True
    )
    assert ran.stdout.startswith("topics 2 value/format id is 'H20'")


def test_unknown_tables_lists_and_other_things_are_refused() -> None:
    with pytest.raises(ValueError, match="did you mean events"):
        validate_frames({"event": pl.DataFrame({"id": ["a"]})})
    with pytest.raises(ValueError, match=r"topics\.id holds"):
        validate_frames({"topics": pl.DataFrame({"id": [["a"]]})})
    with pytest.raises(ValueError, match=r"topics\.id holds"):
        validate_frames({"topics": pl.DataFrame({"id": [timedelta(1)]})})
    for no_frame in ([["id"]], pl.Series(["a"]), pandas.Series(["a"]), pyarrow.array(["a"])):
        with pytest.raises(TypeError, match="no frame"):
            validate_frames({"topics": no_frame})
    assert validate_frames({}).valid
