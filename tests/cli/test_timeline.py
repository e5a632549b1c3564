"""`timeline`: its formats, its axis, and what it tells of a view."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from chippolicy import Dataset, load
from chippolicy.cli.axis import DRAWN, PLAIN, Axis
from chippolicy.cli.timeline_text import drawn, listed
from chippolicy.edtf import parse
from chippolicy.testing import edtf_texts
from chippolicy.timeline import COLUMNS, Entry, timeline
from tests.cli.conftest import Invoke, Run
from tests.timeline.test_timeline import entries, moment, span

YEAR = (date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(scope="module")
def shipped() -> Dataset:
    return load()


def bar(entry: Entry, columns: int = 12) -> str:
    return Axis(*YEAR, columns).bar(entry)


@pytest.mark.parametrize(
    ("entry", "drawing"),
    [
        (moment("2025-01-01"), "●           "),
        (moment("2025-12-31"), "           ●"),
        (moment("2025-06"), "    ░░      "),
        (moment("2025-06-11~"), "     ○      "),
        (moment("2024-12-31"), "◀           "),
        (moment("2026"), "           ▶"),
        (moment("2025-03-10/2025-05-20"), "  ███       "),
        (span("2025-03-10", "2025-05-20"), "  ███       "),
        (span("2025-03-10", None, goes_on=True), "  █████████▶"),
        (span("2025-03-10", None), "  █┄┄┄┄┄┄┄┄┄"),
        (span(None, "2025-03-10"), "┄┄█         "),
        (span("2025-03~", "2025-10"), " ░░██████░  "),
        (span("2025-03-10", "[2025-05-20..]"), "  ███┄┄┄┄┄┄┄"),
        (span("2024-03-10", "2025-03-10"), "◀██         "),
        (span("2024-03-10", "2026-03-10"), "◀██████████▶"),
    ],
)
def test_spans_are_bars_and_moments_points(entry: Entry, drawing: str) -> None:
    assert bar(entry) == drawing


@given(entries(), st.lists(st.dates(), min_size=2, max_size=2, unique=True), st.integers(8, 90))
def test_a_bar_is_as_wide_as_its_axis(entry: Entry, days: list[date], columns: int) -> None:
    """Whatever is drawn on whatever axis, it fills the columns and no more, and is never blank."""
    axis = Axis(min(days), max(days), columns)
    for line in (axis.bar(entry), *axis.head()):
        assert len(line) == columns == cell_len(line)
    assert axis.bar(entry).strip()


@given(edtf_texts(), st.integers(8, 90))
def test_what_may_be_on_a_day_is_drawn_there(text: str, columns: int) -> None:
    """A day on which it may have been is never blank on the axis."""
    axis, entry = Axis(*YEAR, columns), moment(text)
    for day in (entry.begins[0], entry.ends[1]):
        if axis.first <= day <= axis.last:
            assert axis.bar(entry)[axis.column(day)] != " "


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        ((date(2012, 1, 1), date(2026, 12, 31)), ["2015", "2020", "2025"]),
        ((date(2024, 12, 5), date(2025, 4, 30)), ["2025-01", "2025-04"]),
        ((date(2025, 4, 8), date(2025, 4, 10)), ["2025-04-08", "2025-04-09", "2025-04-10"]),
    ],
)
def test_the_axis_is_labelled_as_closely_as_there_is_room(
    days: tuple[date, date], labels: list[str]
) -> None:
    head, line = Axis(*days, 36).head()
    assert head.split() == labels or head.split()[: len(labels)] == labels
    assert [head.index(label) for label in labels] == [
        found.start() for found in re.finditer("┬", line)
    ][: len(labels)]


@pytest.mark.parametrize("width", [40, 63, 80, 120])
@pytest.mark.parametrize("ref", [None, "actors/jensen-huang", "policies/us-2022-10-07-ac-sme"])
def test_no_line_is_wider_than_the_terminal(shipped: Dataset, ref: str | None, width: int) -> None:
    found = timeline(shipped, ref)
    text = drawn("ジェンスン・フアン" * 8, found, (None, None), width, False)
    assert (text is None) == (width < 64)
    text = text or listed("ジェンスン・フアン" * 8, found, width, False)
    assert max(map(cell_len, text.splitlines())) <= width
    assert "\x1b" not in text
    for entry in found[:5]:
        assert entry.title.split()[0] in text


def test_colour_is_only_where_it_is_wanted(shipped: Dataset) -> None:
    found = timeline(shipped, "chips/nvidia-h20")
    assert "\x1b[" in (drawn("H20", found, (None, None), 80, True) or "")


def test_one_day_alone_and_nothing_can_be_drawn(shipped: Dataset) -> None:
    text = drawn("One", [moment("2025-04-09")], (None, None), 80, False)
    assert text is not None
    assert DRAWN.day in text
    assert drawn("None", [], (None, None), 80, False) is None
    assert drawn("Never", [moment("2025")], (parse("2026"), parse("2027")), 80, False)


def test_each_mark_is_one_column_and_the_plain_ones_are_ascii() -> None:
    for marks in (DRAWN, PLAIN):
        assert {cell_len(mark) for mark in vars(marks).values()} == {1}
    assert "".join(vars(PLAIN).values()).isascii()


def test_a_pipe_gets_one_line_for_each_entry(invoke: Invoke, shipped: Dataset) -> None:
    result = invoke("timeline", "H20")
    found = timeline(shipped, "chips/nvidia-h20")
    lines = result.stdout.splitlines()
    assert len(lines) == len(found)
    for line, entry in zip(lines, found, strict=True):
        assert entry.record in line
        assert line.endswith(entry.title)
    assert "\x1b" not in result.stdout
    assert result.stderr == f"{len(found)} entries\n"


def test_json_and_csv_say_the_same(invoke: Invoke, shipped: Dataset) -> None:
    told = json.loads(invoke("timeline", "ジェンスン・フアン", "--format", "json").stdout)
    assert told == [entry.as_dict() for entry in timeline(shipped, "actors/jensen-huang")]
    text = invoke("timeline", "ジェンスン・フアン", "--format", "csv").stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["record"] for row in rows] == [one["record"] for one in told]
    assert [row["sources"].split("; ") for row in rows] == [one["sources"] for one in told]
    assert [row["lasting"] for row in rows] == [str(one["lasting"]).lower() for one in told]


def records(invoke: Callable[..., object], *arguments: str) -> set[str]:
    result = invoke("timeline", *arguments, "--format", "json")
    return {one["record"] for one in json.loads(result.stdout)}  # type: ignore[attr-defined]


def test_views_and_windows_leave_out(invoke: Invoke) -> None:
    letter = "policies/us-2025-04-09-h20-is-informed"
    assert letter not in records(invoke, "--as-of", "2025-04-08")
    assert letter in records(invoke, "--as-of", "2025-04-09")
    assert letter not in records(invoke, "--known-at", "2025-04-14")
    assert letter in records(invoke, "--known-at", "2025-04-15")
    assert letter not in records(invoke, "--from", "2025-05")
    assert letter in records(invoke, "--from", "2025-04", "--to", "2025-04")


def test_what_a_view_cannot_tell_is_said(invoke: Invoke) -> None:
    result = invoke("timeline", "jason-matheny", "--as-of", "2026", "--known-at", "2026")
    assert "in doubt" in result.stderr
    assert "sources without a date count for no day" in result.stderr


def test_a_record_that_is_not_there_is_told(invoke: Invoke) -> None:
    result = invoke("timeline", "nvidia-h21")
    assert result.exit_code == 1
    assert "chips/nvidia-h20" in result.stderr
    result = invoke("timeline", "nvidia-h20", "--as-of", "2020", "--known-at", "2021")
    assert result.exit_code == 1
    assert result.stderr == "chips/nvidia-h20 is not there as of 2020, known at 2021\n"


def test_a_date_that_is_none_is_wrong_usage(invoke: Invoke) -> None:
    result = invoke("timeline", "--as-of", "8/11/2025")
    assert result.exit_code == 2
    assert "2025-08-11 if the month comes first" in result.stderr


def test_a_terminal_that_has_only_ascii_gets_ascii(run: Run) -> None:
    arguments = ("timeline", "policies/us-2022-10-07-ac-sme", "--color")
    result = run(*arguments, env={"PYTHONIOENCODING": "ascii"})
    assert result.stdout.isascii()
    assert "\\u" not in result.stdout
    assert "2022-10-21 - 2023-11-16" in result.stdout
