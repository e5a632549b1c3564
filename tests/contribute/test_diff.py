"""Diffs: by key, field by field; what is the same is not told, and nothing that differs is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len

from chippolicy.contribute.diff import Diff, Kind, compare, diff
from chippolicy.contribute.diff_told import render
from chippolicy.contribute.markdown import code, cut_pair
from chippolicy.contribute.sheets import Sheet, UnsoundError, read_sheets
from chippolicy.derive.plan import load_plan
from chippolicy.reports.visible import visible
from chippolicy.testing import Dataset, csv_folder, datasets, hostile_texts
from tests.small import TABLES, Rows, with_cell, write_csv, write_folder

FEW = settings(max_examples=max(settings().max_examples // 4, 25))


def sheets_of(dataset: Dataset) -> dict[str, Sheet]:
    with TemporaryDirectory() as folder:
        if not dataset:
            return {}
        return read_sheets(csv_folder(dataset, folder))


@FEW
@given(datasets(max_rows=2))
def test_nothing_differs_from_itself(dataset: Dataset) -> None:
    """A state does not differ from itself, whatever the order of its rows and columns."""
    sheets = sheets_of(dataset)
    turned = {
        name: Sheet(sheet.plan, sheet.columns[::-1], tuple(row[::-1] for row in sheet.rows[::-1]))
        for name, sheet in sheets.items()
    }
    assert compare(sheets, turned).same


@FEW
@given(datasets(max_rows=2), datasets(max_rows=2))
def test_a_diff_has_all_there_is_between_two_states(one: Dataset, other: Dataset) -> None:
    """Taking a diff's changes from the old state gives the new one: none is missing or invented."""
    old, new = sheets_of(one), sheets_of(other)
    found = compare(old, new)
    state = values_of(old)
    for table in found.tables:
        for change in table.changes:
            ref = change.was or change.record
            row = {} if change.kind is Kind.ADDED else state.pop(ref)
            for field in change.fields:
                assert row.get(field.field, "") == field.old
                row[field.field] = field.new
            if change.kind is not Kind.REMOVED:
                parts = change.record.partition("/")[2].split("+")
                key = dict(zip(table.plan.key, parts, strict=False))
                if change.kind is Kind.ADDED:
                    row |= values_of(new)[change.record]
                elif change.was:
                    row |= key
                state[change.record] = row
    assert without_blanks(state) == without_blanks(values_of(new))
    assert compare(new, old).count(Kind.ADDED) >= found.count(Kind.REMOVED)


def values_of(sheets: dict[str, Sheet]) -> dict[str, dict[str, str]]:
    return {
        f"{name}/{'+'.join(key)}": dict(row)
        for name, sheet in sheets.items()
        for key, row in sheet.by_key.items()
    }


def without_blanks(state: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    return {ref: {name: text for name, text in row.items() if text} for ref, row in state.items()}


@pytest.fixture
def small(tmp_path: Path) -> Callable[[str, dict[str, Rows]], Path]:
    def write(name: str, changed: dict[str, Rows]) -> Path:
        return write_folder(tmp_path / name, changed)

    return write


def test_what_is_told_of_each_kind(small: Callable[[str, dict[str, Rows]], Path]) -> None:
    """Added, changed, renamed by redirect and removed, each with its fields; dependents follow."""
    chips = TABLES["chips"]
    renamed = [
        chips[0],
        ["nvidia-hopper-h100", *chips[1][1:-1], "C1"],
        [*chips[2][:5], "nvidia-hopper-h100", "B3"],
        ["nvidia-b30a", "NVIDIA B30A", "nvidia", "", "", "", ""],
    ]
    citations = [
        [cell.replace("nvidia-h100", "nvidia-hopper-h100") for cell in row]
        for row in TABLES["citations"]
        if row[0] != "actors/nvidia"
    ]
    redirects = [*TABLES["redirects"], ["chips/nvidia-h100", "chips/nvidia-hopper-h100"]]
    new: dict[str, Rows] = {"chips": renamed, "citations": citations, "redirects": redirects}
    found = diff(small("old", {}), small("new", new))
    assert (
        render(found)
        == """\
chips: 1 added, 1 changed, 1 renamed
  + nvidia-b30a
      name: NVIDIA B30A
      designer_id: nvidia
  ~ nvidia-h20
      derived_from_id: nvidia-h100 → nvidia-hopper-h100
  > nvidia-hopper-h100, renamed from nvidia-h100
      x_shelf: C1

citations: 1 renamed, 1 removed
  > chips/nvidia-hopper-h100+*+data-sheet+1, renamed from chips/nvidia-h100+*+data-sheet+1
  - actors/nvidia+*+article-ja+1

redirects: 1 added
  + chips/nvidia-h100
      new: chips/nvidia-hopper-h100

2 added, 1 changed, 2 renamed, 1 removed (in 3 tables)
"""
    )
    told = json.loads(render(found, "json"))
    assert told["summary"] | {"records": 0} == {
        "records": 0, "added": 2, "changed": 1, "renamed": 2, "removed": 1,
    }  # fmt: skip
    assert told["tables"][0]["changes"][2] == {
        "kind": "renamed",
        "record": "chips/nvidia-hopper-h100",
        "was": "chips/nvidia-h100",
        "redirected_to": None,
        "fields": [{"field": "x_shelf", "old": None, "new": "C1"}],
    }


def test_a_record_merged_into_another_is_removed_and_told_where_to(
    small: Callable[[str, dict[str, Rows]], Path],
) -> None:
    """A redirect to a record that was there before is no renaming."""
    new: dict[str, Rows] = {
        "chips": [TABLES["chips"][0], TABLES["chips"][2]],
        "redirects": [["old", "new"], ["chips/nvidia-h100", "chips/nvidia-h20"]],
    }
    found = diff(small("old", {}), small("new", new))
    (change,) = found.tables[0].changes
    assert (change.kind, change.redirected_to) == (Kind.REMOVED, "chips/nvidia-h20")


def test_headers_are_told(small: Callable[[str, dict[str, Rows]], Path]) -> None:
    """A column that came or went is told, even where it is blank, and so is a table."""
    rows = [[*row[:-1], *(["x_new"] if row[0] == "id" else [""])] for row in TABLES["chips"]]
    old, new = small("old", {}), small("new", {"chips": rows})
    (new / "topics.csv").unlink()
    found = diff(old, new)
    assert [table.name for table in found.tables] == ["topics", "chips"]
    assert found.tables[0].presence is Kind.REMOVED
    assert found.tables[1].columns_added == ("x_new",)
    assert found.tables[1].columns_removed == ("x_shelf",)


def test_a_contribution_removes_nothing(
    small: Callable[[str, dict[str, Rows]], Path], tmp_path: Path
) -> None:
    """With `partial`, absent tables, rows and columns say nothing; a blank cell does."""
    write_csv(tmp_path / "chips.csv", [["id", "name"], ["nvidia-h20", ""]])
    found = diff(small("old", {}), tmp_path / "chips.csv", partial=True)
    ((change,),) = (table.changes for table in found.tables)
    assert [(one.field, one.new) for one in change.fields] == [("name", "")]
    assert not found.tables[0].columns_removed


@pytest.mark.parametrize(
    ("table", "rows", "code"),
    [
        ("chips", [["id", "name"], ["a", "A"], ["a", "B"]], "key/duplicate"),
        ("chips", [["id", "name"], ["", "A"]], "key/missing"),
        ("chips", [["id", "name"], ["a"]], "file/ragged-row"),
        ("chips", [["idd", "name"], ["a", "A"]], "table/unknown-column"),
        ("chips", [["id", "name", "name"], ["a", "A", "B"]], "table/doubled-column"),
        ("chipz", [["id", "name"], ["a", "A"]], "table/unknown"),
    ],
)
def test_what_could_only_be_guessed_is_refused(
    tmp_path: Path, table: str, rows: Rows, code: str
) -> None:
    """Rows that cannot be told apart are refused, with the validator's own finding."""
    write_csv(tmp_path / f"{table}.csv", rows)
    with pytest.raises(UnsoundError) as caught:
        read_sheets(tmp_path)
    assert [finding.code for finding in caught.value.report] == [code]


def test_faulty_values_can_be_compared(small: Callable[[str, dict[str, Rows]], Path]) -> None:
    """What a cell means is no matter of a diff: a change to a bad value is told as it is."""
    found = diff(small("old", {}), small("new", with_cell("chips", 2, "memory_gb", "lots")))
    ((change,),) = (table.changes for table in found.tables)
    assert change.fields[0].new == "lots"


def html_cells(markdown: str) -> list[str]:
    """The code in the cells of a table, as a renderer of Markdown shows it."""
    import html
    import re

    rendered = MarkdownIt("commonmark").enable("table").render(markdown)
    assert rendered.count("<table>") == 1
    return [
        html.unescape(re.sub("^<code>(.*)</code>$", r"\1", cell, flags=re.DOTALL))
        for cell in re.findall("<td>(.*?)</td>", rendered, re.DOTALL)
    ]


@given(st.one_of(hostile_texts(), st.text(st.sampled_from("|\\`<>&*_@#[]()!~ \n\ra"))))
def test_markdown_shows_a_value_as_it_is(text: str) -> None:
    """Whatever a cell holds, the table stays a table and shows the text, line breaks as ↵."""
    table = f"| a | b |\n| --- | --- |\n| {code(text, 10**6)} | x |\n"
    expected = visible(text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "↵"))
    assert html_cells(table) == [expected, "x"]


@given(st.text(), st.text(), st.text(max_size=20), st.integers(20, 60))
def test_cutting_shows_where_two_texts_differ(same: str, one: str, other: str, limit: int) -> None:
    """Two texts that differ are cut to different texts, no longer than the limit."""
    old, new = cut_pair(same + one, same + other, limit)
    assert max(len(old), len(new)) <= limit
    if same + one != same + other:
        assert old != new


def test_markdown_of_many_changes_fits_a_comment() -> None:
    """GitHub takes 65,536 characters; what is left out is counted."""
    plan = load_plan().tables["topics"]
    rows = tuple((f"t-{number}", f"Title {number} " * 10) for number in range(2_000))
    told = render(compare({}, {"topics": Sheet(plan, ("id", "title"), rows)}), "markdown")
    assert len(told) < 65_000
    shown = told.count("| added |")
    assert f"{2_000 - shown:,} more changes are left out here." in told


def test_no_difference_is_said() -> None:
    """Nothing to tell is told, in every format."""
    assert render(Diff((), 3)) == "same: 3 records compared\n"
    assert render(Diff((), 1)) == "same: 1 record compared\n"
    assert json.loads(render(Diff(()), "json"))["same"] is True
    assert render(Diff((), 3), "markdown") == "**same: 3 records compared**\n"


@FEW
@given(datasets(max_rows=2), datasets(max_rows=2), st.integers(20, 120))
def test_on_a_terminal_no_line_is_cut_off(one: Dataset, other: Dataset, width: int) -> None:
    """Wrapped, no line is wider than the terminal, Japanese counted as two columns a character,
    and nothing is lost but blanks."""
    found = compare(sheets_of(one), sheets_of(other))
    plain, wrapped = render(found), render(found, width=width)
    assert all(cell_len(line) <= width for line in wrapped.split("\n"))
    assert "".join(wrapped.split()) == "".join(plain.split())
