"""XLSX: cells are what the spreadsheet holds, and what it has made of a text is told."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chippolicy import validate
from chippolicy.findings import Finding, Severity


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook; a value with a number format is given as (value, format)."""
    made = openpyxl.Workbook()
    assert made.active is not None
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append([one[0] if isinstance(one, tuple) else one for one in row])
            for cell, one in zip(sheet[sheet.max_row], row, strict=True):
                if isinstance(one, tuple):
                    cell.number_format = one[1]
    made.save(path)
    return path


def one_finding(path: Path, **options: Any) -> Finding:
    (told,) = validate(path, against="none", ignore=["evidence"], **options).findings
    return told


CHIP = ["id", "name", "announced", "memory_gb", "architecture"]


@pytest.mark.parametrize(
    ("column", "value", "shown", "code", "words"),
    [
        # A month or a year of which the spreadsheet has made a day.
        ("announced", date(2023, 10, 1), "mmm-yy", "value/date", "write 2023-10"),
        ("announced", date(2023, 1, 1), "yyyy", "value/date", "write 2023"),
        ("announced", datetime(2023, 10, 17, 8, 30), "yyyy-mm-dd hh:mm", "value/date", ""),
        # A day of which the year is the one it was typed in.
        ("announced", date(2023, 3, 4), "d-mmm", "value/date", "does not show the year"),
        # Texts of which it has made a day or a number.
        ("name", date(2023, 3, 4), "d-mmm", "value/type", "most likely mar-4"),
        ("memory_gb", date(2023, 3, 4), "d-mmm", "value/type", "made a date of it"),
        ("name", 300_000, "0.00E+00", "value/type", "most likely 3E005"),
        ("memory_gb", 0.15, "0%", "value/type", "Write 15"),
        # What is no value at all.
        ("name", "#N/A", "General", "value/type", "which is no value"),
        ("memory_gb", "=1+1", "General", "value/type", "result is not stored"),
    ],
)
def test_what_a_spreadsheet_has_made_of_a_value(
    tmp_path: Path, column: str, value: Any, shown: str, code: str, words: str
) -> None:
    """A cell that a spreadsheet rewrote is one finding at its cell, with the likely original."""
    row: list[Any] = ["zz-chip", "A chip", None, None, None]
    row[CHIP.index(column)] = (value, shown)
    told = one_finding(book(tmp_path / "b.xlsx", chips=[CHIP, row]))
    assert (told.code, told.column) == (code, column)
    assert (told.sheet, told.cell, told.line) == ("chips", f"{'ABCDE'[CHIP.index(column)]}2", 2)
    assert words in f"{told.message} {told.hint}"
    assert told.record == "chips/zz-chip"


def test_an_eccn_that_became_a_number_is_known_again(tmp_path: Path) -> None:
    """Excel reads 3E001 as 30, shown as 3.00E+01: the hint has the text that its column takes."""
    header = ["id", "policy_id", "effect", "item", "direction", "paragraph"]
    row = ["m", "p", "prohibit", "chip", "export", (30, "0.00E+00")]
    path = book(tmp_path / "b.xlsx", policy_measures=[header, row])
    (told,) = validate(path, against="none", select=["value"]).findings
    assert "most likely 3E001" in str(told.hint)
    assert told.cell == "F2"


def test_real_dates_numbers_and_truth_values_are_what_they_are(tmp_path: Path) -> None:
    """Days, whole and broken numbers and truth values in their columns give no finding."""
    rows: list[list[Any]] = [
        ["id", "name", "announced", "memory_gb", "datacenter"],
        ["zz-chip", "A chip", (date(2023, 10, 17), "yyyy-mm-dd"), (96, "#,##0"), True],
        ["zz-chip-2", 910, 2023, 40.5, False],
    ]
    report = validate(book(tmp_path / "b.xlsx", chips=rows), against="none", ignore=["evidence"])
    assert list(report) == []


def test_a_sheet_is_known_by_its_name_or_the_files(tmp_path: Path) -> None:
    """A lone sheet of any name is the file's table, or the one that is named."""
    rows = [["id", "title"], ["zz-topic", "A topic"]]
    assert validate(book(tmp_path / "topics.xlsx", Sheet1=rows), against="none").valid
    assert validate(book(tmp_path / "any.xlsx", Sheet1=rows), against="none", table="topics").valid
    told = one_finding(book(tmp_path / "other.xlsx", topcis=rows))
    assert (told.code, told.sheet, told.severity) == ("table/unknown", "topcis", Severity.ERROR)
    assert "topics" in str(told.hint)


def test_a_title_above_the_header_is_one_finding(tmp_path: Path) -> None:
    """However many cells stand below a title, they stand under no heading for one reason."""
    rows = [["Our topics in 2025"], ["id", "title"], *[[f"zz-{n}", "A topic"] for n in range(3)]]
    told = one_finding(book(tmp_path / "b.xlsx", topics=rows))
    assert (told.code, told.cell) == ("table/unknown-column", "A1")
    assert "Our topics in 2025" in told.message


def test_a_column_without_a_heading_is_one_finding(tmp_path: Path) -> None:
    """Values that stand in one column under no heading have one cause, at its first cell."""
    rows = [["id", "title"], *[[f"zz-{n}", "A topic", "a note"] for n in range(3)]]
    told = one_finding(book(tmp_path / "b.xlsx", topics=rows))
    assert (told.code, told.cell, told.count) == ("file/ragged-row", "C2", 3)


def test_a_sheet_of_notes_is_said_not_to_be_read(tmp_path: Path) -> None:
    """Beside tables a sheet of another name is a note, not an error."""
    rows = [["id", "title"], ["zz-topic", "A topic"]]
    path = book(tmp_path / "b.xlsx", topics=rows, Reading=[["to read"]])
    told = one_finding(path)
    assert (told.code, told.sheet, told.severity) == ("table/unknown", "Reading", Severity.NOTE)
    assert validate(path, against="none").exit_code() == 0


def test_rows_that_the_workbook_does_not_count_are_read(tmp_path: Path) -> None:
    """A sheet's own word on its size is not taken: rows beyond it are read all the same."""
    rows = [["id", "title"], *([f"zz-{number}", "A topic"] for number in range(5))]
    path = book(tmp_path / "b.xlsx", topics=rows)
    changed = tmp_path / "topics.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                assert b'ref="A1:B6"' in data
                data = data.replace(b'ref="A1:B6"', b'ref="A1:A2"')
            new.writestr(part, data)
    assert validate(changed, against="none").rows == 5


def test_merged_cells_are_told(tmp_path: Path) -> None:
    """Of merged cells all but the first are blank, and the areas are named."""
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    for row in (["id", "title", "summary"], ["zz-a", "A", "one"], ["zz-b", "B", "two"]):
        sheet.append(row)
    sheet.merge_cells("C2:C3")
    made.save(tmp_path / "topics.xlsx")
    told = one_finding(tmp_path / "topics.xlsx")
    assert told.code == "file/merged-cells"
    assert "C2:C3" in told.message


def test_blank_rows_and_columns_around_a_table_are_no_data(tmp_path: Path) -> None:
    """Blank rows at the end and columns without heading and value are passed over; others told."""
    rows: list[list[Any]] = [
        ["id", "title", None, "x_note"],
        ["zz-a", "A", None, "n"],
        [None] * 4,
        ["zz-b", "B"],
    ]
    told = one_finding(book(tmp_path / "topics.xlsx", topics=[*map(_wide, rows), _wide([])]))
    assert (told.code, told.line) == ("file/blank-row", 3)
    rows[1][2] = "lost?"
    report = validate(book(tmp_path / "topics.xlsx", topics=[*map(_wide, rows)]), against="none")
    codes = [one.code for one in report]
    assert codes == ["file/ragged-row", "file/blank-row"]


def _wide(row: list[Any]) -> list[Any]:
    return [*row, *[None] * (4 - len(row))]


@pytest.mark.parametrize(
    "content", [b"PK\x03\x04 no archive", b"", b"id,title\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_what_is_no_workbook_is_one_finding(tmp_path: Path, content: bytes) -> None:
    """A file that is called a workbook and is none is told, never a traceback."""
    path = tmp_path / "topics.xlsx"
    path.write_bytes(content)
    report = validate(path, against="none")
    (told,) = report.findings
    assert told.code in ("file/syntax", "file/empty")
    assert report.exit_code() == 3 or told.code == "file/empty"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_damaged_workbook_is_told(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever is damaged in the parts of a workbook, there are findings or records, no error."""
    rows: list[list[Any]] = [
        ["id", "title"],
        ["zz-a", "A"],
        ["zz-b", (date(2023, 1, 1), "yyyy-mm-dd")],
    ]
    path = book(tmp_path / "topics.xlsx", topics=rows)
    with zipfile.ZipFile(path) as old:
        parts = {part.filename: old.read(part) for part in old.infolist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    at = data.draw(st.integers(0, len(parts[name]) - 1))
    cut = data.draw(st.integers(0, 40))
    parts[name] = parts[name][:at] + data.draw(st.binary(max_size=3)) + parts[name][at + cut :]
    with zipfile.ZipFile(path, "w") as new:
        for filename, content in parts.items():
            new.writestr(filename, content)
    report = validate(path, against="none")
    assert list(report) or report.rows
