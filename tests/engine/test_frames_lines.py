"""Going straight to some rows of a large file: the lines that are given are those asked for."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chippolicy.derive.plan import ColumnPlan
from chippolicy.engine.frames import lines as module
from chippolicy.engine.frames.accept import accepts
from chippolicy.engine.frames.lines import picked


@given(
    rows=st.lists(st.text('ab é"', max_size=9), min_size=2, max_size=40),
    batch=st.integers(1, 30),
    few=st.sampled_from((0, 100)),
    ended=st.booleans(),
    end=st.sampled_from(("\n", "\r\n")),
    data=st.data(),
)
def test_lines_are_those_of_the_file(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[str],
    batch: int,
    few: int,
    ended: bool,
    end: str,
    data: st.DataObject,
) -> None:
    """In whatever parts a file comes, the lines that are given are those that were asked for."""
    # The first is the header, which nobody asks for.
    rows[-1] += "x"
    path = tmp_path_factory.mktemp("lines") / "file.csv"
    path.write_bytes((end.join(rows) + end * ended).encode())
    wanted = sorted(data.draw(st.sets(st.integers(1, len(rows) - 1))))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BATCH", batch)
        patch.setattr(module, "_CHUNK", batch)
        patch.setattr(module, "_FEW", few)
        parts = list(picked(path, pl.Series(wanted, dtype=pl.Int64)))
    assert [number for numbers, _ in parts for number in numbers] == wanted
    given = b"".join(text for _, text in parts).decode()
    assert given == "".join(f"{rows[number]}\n" for number in wanted)


def test_every_day_of_the_calendar_passes_in_bulk_and_no_other() -> None:
    """Days are accepted as the calendar of the standard library has them, leap years included."""
    years = (1000, 1600, 1700, 1896, 1900, 1904, 2000, 2023, 2024, 2100, 2400, 9999)
    texts = [f"{y:04}-{m:02}-{d:02}" for y in years for m in range(14) for d in range(33)]
    column = ColumnPlan("date", "edtf", "edtf", False, "a date")
    told = pl.DataFrame({"v": texts}).select(accepts(column, pl.col("v")).alias("a"))["a"]
    assert told.to_list() == [is_day(text) for text in texts]


def is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
