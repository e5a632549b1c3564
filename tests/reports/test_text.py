from __future__ import annotations

import csv
import io
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from chippolicy.findings import FileSummary, Finding, Place, Report, Severity
from chippolicy.reports import render
from chippolicy.reports.text import MOST, summary
from chippolicy.reports.visible import visible

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

# Text as it comes out of spreadsheets, and what is made to break a terminal or a table.
HOSTILE = st.text(
    st.one_of(
        st.sampled_from('abc,"\n\t \x1b\x00\x7f\x9b\u202e\u200b\u3000'),
        st.sampled_from("日本語チップ（％）ｱｲｳ🀄é"),
        # A mark that combines has no column of its own to be pointed at.
        st.characters(codec="utf-8", exclude_characters="\r").filter(
            lambda character: cell_len(visible(character)) > 0
        ),
    ),
    max_size=60,
)


def one_finding(path: Path, line: int | None, column: str | None, **more: object) -> Finding:
    told: dict[str, object] = {"code": "value/format", "severity": ERROR, "message": "it is wrong"}
    return Finding(**{**told, **more}, path=str(path), line=line, column=column)  # type: ignore[arg-type]


def report(*findings: Finding, **more: object) -> Report:
    return Report(findings, **{"seconds": 0.11, **more})  # type: ignore[arg-type]


def cut(text: str, start: int, size: int) -> str:
    """What stands in some columns of a terminal."""
    column, found = 0, ""
    for character in text:
        if start <= column < start + size:
            found += character
        column += cell_len(character)
    return found


def marked(output: str) -> str | None:
    """The text above the mark of the one excerpt of an output."""
    lines = output.splitlines()
    for above, line in pairwise(lines):
        if set(line.replace("|", "", 1)) == {" ", "^"}:
            return cut(above, line.index("^"), line.count("^"))
    return None


def csv_text(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    return text.getvalue()


@given(before=HOSTILE, cell=HOSTILE, after=HOSTILE, width=st.integers(30, 130), earlier=HOSTILE)
@settings(max_examples=200, deadline=None)
def test_the_mark_is_under_the_cell(
    before: str, cell: str, after: str, width: int, earlier: str
) -> None:
    """Whatever characters stand in a row, the mark is under the cell and nothing else."""
    rows = [["a", "b", "c"], ["1", earlier, "2"], [before, cell, after]]
    line = 3 + csv_text(rows[:2]).count("\n") - 2
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.csv")
        path.write_text(csv_text(rows), encoding="utf-8", newline="")
        output = render(report(one_finding(path, line, "b")), width=width)
    shown = marked(output)
    assert shown is not None
    if cell == "":
        assert len(shown) <= 1
        return
    written = csv_text([[cell, ""]]).removesuffix(",\n")
    first_line = visible(written.split("\n")[0])
    assert shown
    assert first_line.startswith(shown)


@given(cell=HOSTILE, width=st.integers(20, 130))
@settings(max_examples=100, deadline=None)
def test_no_line_is_wider_than_the_terminal(cell: str, width: int) -> None:
    """No line is wider than the terminal, and no character of the data steers it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "f.csv")
        path.write_text(csv_text([["a", "b"], [cell, "x"]]), encoding="utf-8", newline="")
        found = one_finding(path, 2, "a", message=f"{cell!r} {cell}", hint=cell, record=cell)
        output = render(report(found), width=width)
    assert all(cell_len(line) <= width for line in output.split("\n"))
    assert all(character.isprintable() or character in "\n\u3000" for character in output)


def test_a_finding_tells_all_it_knows(tmp_path: Path) -> None:
    path = tmp_path / "chips.csv"
    path.write_text("id,designer_id\nnvidia-h20,nvdia\n")
    found = Finding(
        code="ref/dangling",
        severity=ERROR,
        message="designer_id is 'nvdia', but actors has no such record",
        hint="Did you mean nvidia?",
        path=str(path),
        line=2,
        column="designer_id",
        record="chips/nvidia-h20",
        count=50,
        places=(Place(2, "chips/nvidia-h20"), Place(3, "chips/b")),
    )
    whole = Report((found,), (FileSummary(str(path), "chips", 50),), 0.25)
    assert (
        render(whole)
        == f"""{path}
  2:designer_id  error  ref/dangling  chips/nvidia-h20
    designer_id is 'nvdia', but actors has no such record
     2 | nvidia-h20,nvdia
       |            ^^^^^
    50 times: lines 2, 3, …
    hint: Did you mean nvidia?

1 error in 1 file (1 table, 50 rows) in 0.25 s
"""
    )


def test_findings_stand_under_their_file_and_those_of_none_under_the_data(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    output = render(
        report(
            Finding("whole/data", NOTE, "of no file"),
            one_finding(first, None, None, code="x/one"),
            one_finding(first, None, None, code="x/two"),
            one_finding(second, None, None, code="x/three"),
        )
    )
    parts = ["the data as a whole", "whole/data", str(first), "x/one", "x/two", str(second)]
    places = [output.index(part) for part in [*parts, "x/three"]]
    assert places == sorted(places)
    assert output.count(str(first)) == 1


@pytest.mark.parametrize(
    ("whole", "line"),
    [
        (
            Report((), (FileSummary("a", "chips", 1893), FileSummary("b", "actors", 0)), 0.114),
            "valid: 2 tables, 1,893 rows, no findings (0.11 s)",
        ),
        (
            Report((Finding("a/b", WARNING, "m", path="a"),), (FileSummary("a", "chips", 1),), 0.5),
            "valid, with 1 warning in 1 file (1 table, 1 row) in 0.50 s",
        ),
        (
            Report(
                (Finding("a/b", ERROR, "m", path="a"), Finding("a/b", ERROR, "m", path="b")),
                counts={"error": 3, "warning": 1},
            ),
            "3 errors, 1 warning in 2 files (0 tables, 0 rows) in 0.00 s; "
            "2 more not listed (--max-findings)",
        ),
        (
            Report((), counts={"error": 1}),
            "1 error (0 tables, 0 rows) in 0.00 s; 1 more not listed (--max-findings)",
        ),
    ],
)
def test_the_last_line_counts(whole: Report, line: str) -> None:
    assert summary(whole) == line
    assert render(whole, width=200).splitlines()[-1] == line


def test_quiet_is_errors_only_and_silence_without_any(tmp_path: Path) -> None:
    error = one_finding(tmp_path, None, None, code="x/error")
    warning = one_finding(tmp_path, None, None, code="x/warning", severity=WARNING)
    assert render(report(warning), quiet=True) == ""
    output = render(report(error, warning), quiet=True)
    assert "x/error" in output
    assert "x/warning" not in output
    assert "0.11 s" not in output


def test_color_only_where_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "30")
    whole = report(one_finding(tmp_path, None, None))
    assert "\x1b" not in render(whole)
    assert "\x1b[1;31merror" in render(whole, color=True)
    assert "\x1b[32mvalid" in render(Report(()), color=True)


def test_the_line_of_a_cell_behind_a_quoted_line_break_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text('a,b\n"one\ntwo",bad\n')
    output = render(report(one_finding(path, 2, "b")))
    assert '     3 | two",bad\n       |      ^^^\n' in output


def test_a_cell_the_row_lacks_is_marked_at_its_end(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b,c\n1,2\n")
    output = render(report(one_finding(path, 2, "c")))
    assert "     2 | 1,2\n       |    ^\n" in output


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\r"])
def test_lines_are_those_an_editor_counts(tmp_path: Path, break_: str) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(("\ufeff" + break_.join(["a,b", "1,2", "3,bad", ""])).encode())
    output = render(report(one_finding(path, 3, "b")))
    assert "     3 | 3,bad\n       |   ^^^\n" in output


def test_a_huge_cell_is_cut_and_lines_behind_it_are_found(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("a,b\n" + "x" * 5_000_000 + ",1\n3,bad\n")
    output = render(
        report(one_finding(path, 2, "a"), one_finding(path, 2, "b"), one_finding(path, 3, "b"))
    )
    assert "     3 | 3,bad\n       |   ^^^\n" in output
    assert len(output) < 2_000


@pytest.mark.parametrize(
    "content",
    [b"a,b\n\xff\xfe\x80,\x00\n", "a,b\n1,2\n".encode("utf-16"), b"", b"\n\n\n", b'a,b\n"'],
)
@pytest.mark.parametrize("line", [1, 2, 99])
@pytest.mark.parametrize("column", ["a", "b", "zz", None])
def test_no_file_is_so_broken_that_the_report_fails(
    tmp_path: Path, content: bytes, line: int, column: str | None
) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    output = render(report(one_finding(path, line, column)))
    assert "it is wrong" in output
    assert "\x00" not in output


@pytest.mark.parametrize("path", ["nowhere.csv", ".", "\0", "x" * 5000])
def test_a_file_that_is_not_there_has_no_excerpt(path: str) -> None:
    output = render(report(Finding("x/y", ERROR, "it is wrong", path=path, line=2, column="a")))
    assert "it is wrong" in output
    assert " | " not in output


def test_places_without_lines_are_told_by_their_records() -> None:
    found = Finding("x/y", ERROR, "m", count=3, places=(Place(None, "chips/a"), Place()))
    assert "3 times: chips/a, …" in render(report(found))
    assert "2 times\n" in render(report(Finding("x/y", ERROR, "m", count=2)))


def test_a_text_report_stays_readable() -> None:
    """Of very many findings the first are told, and how many more there are."""
    many = Report(tuple(one_finding(Path("gone.csv"), None, None) for _ in range(MOST + 10)))
    told = render(many)
    assert told.count("value/format") == MOST
    assert "… and 10 more" in told
    assert f"{MOST + 10} errors" in told
