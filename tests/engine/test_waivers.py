"""Waivers: what they let pass, what they cannot, and what is said of the file itself."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from chippolicy import Report, validate
from chippolicy.derive.version import DATA_AS_OF
from chippolicy.findings import Severity
from tests.small import write_csv

HEADER = "code,record,path,line,reason,expires\n"


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    """Three topics, two of them with a blank behind the title, alike."""
    rows = [["id", "title"], ["a", "AI "], ["b", "B"], ["c", "C "], ["d", "C "]]
    return write_csv(tmp_path / "topics.csv", rows)


def run(topics: Path, waivers: str, *, today: date | str | None = None) -> Report:
    file = topics.parent / "waivers.csv"
    file.write_bytes(waivers.encode())
    return validate(topics, against="none", waivers=file, today=today)


def codes(report: Report) -> list[tuple[str, int | None]]:
    return [(one.code, one.line) for one in report]


A, B, CD = ("text/blank", 2), ("text/blank", 3), ("text/blank", 4)


def test_without_waivers_all_is_told(topics: Path) -> None:
    assert codes(validate(topics, against="none")) == [A, CD]


@pytest.mark.parametrize(
    ("row", "left"),
    [
        ("text/blank,topics/a,,,So written.,2030-01-01", [CD]),
        ("text/blank,topics/a,topics.csv,2,So written.,2030-01-01", [CD]),
        ("text/blank,,topics.csv,2,So written.,2030-01-01", [CD]),
        ("text/blank,,topics.csv,,So written.,2030-01-01", []),
    ],
)
def test_a_place_is_what_is_waived(topics: Path, row: str, left: list[tuple[str, int]]) -> None:
    """A waiver covers a record, a file, or a line of one, and nothing besides."""
    report = run(topics, f"{HEADER}{row}\n")
    assert codes(report) == left
    assert report.waived == 2 - len(left)
    assert report.as_dict()["summary"]["waived"] == report.waived


@pytest.mark.parametrize(
    "row",
    [
        "text/blank,topics/c,,,One of two rows.,2030-01-01",
        "text/blank,,topics.csv,4,One of two rows.,2030-01-01",
        "text/blank,topics/b,,,Another record.,2030-01-01",
        "text/blank,topics/a,sources.csv,,Another file.,2030-01-01",
        "text/blank,,pics.csv,,Part of a file's name.,2030-01-01",
        "text/formula,topics/a,,,Another rule.,2030-01-01",
    ],
)
def test_a_waiver_for_something_else_waives_nothing(topics: Path, row: str) -> None:
    """What stands for several rows is not waived by one of them."""
    report = run(topics, f"{HEADER}{row}\n")
    assert codes(report) == [A, CD, ("waiver/unused", 2)]
    assert report.waived == 0


@pytest.mark.parametrize(
    ("today", "holds"),
    [("2026-12-31", True), (date(2027, 1, 1), False), ("2026-12-30", True)],
)
def test_the_last_day_is_the_last(topics: Path, today: date | str, holds: bool) -> None:
    """A waiver holds on the day it expires and not after; then what it covered is told again."""
    report = run(topics, f"{HEADER}text/blank,,topics.csv,,Known.,2026-12-31\n", today=today)
    assert codes(report) == ([] if holds else [A, CD, ("waiver/expired", 2)])


def test_no_clock_ends_a_waiver(topics: Path) -> None:
    """Without a day, the data's own is today, whenever that is run."""
    held = f"{HEADER}text/blank,,topics.csv,,Known.,{DATA_AS_OF}\n"
    assert codes(run(topics, held)) == []
    ended = f"{HEADER}text/blank,,topics.csv,,Known.,2026-11-22\n"
    assert codes(run(topics, ended)) == [A, CD, ("waiver/expired", 2)]


@pytest.mark.parametrize(
    ("text", "code", "line", "column"),
    [
        ("", "file/empty", None, None),
        (HEADER.replace("reason", "reasons"), "waiver/invalid", 1, "reasons"),
        (f"{HEADER}text/blank,topics/a,,,Known.\n", "file/ragged-row", 2, None),
        (f'{HEADER}"text/blank,topics/a\n', "file/quote", 2, None),
        (f"{HEADER}text,topics/a,,,Known.,2030-01-01\n", "waiver/invalid", 2, "code"),
        (f"{HEADER}text/blank,topics/a,,,Known.,2027-W01-1\n", "waiver/invalid", 2, "expires"),
        (f"{HEADER}text/blank,topics/a,,,Known.,2023-02-29\n", "waiver/invalid", 2, "expires"),
        (f"{HEADER}text/blank,,topics.csv,0,Known.,2030-01-01\n", "waiver/invalid", 2, "line"),
        (f"{HEADER}text/blank,,topics.csv,²,Known.,2030-01-01\n", "waiver/invalid", 2, "line"),
        (f"{HEADER}text/blank,topics/a,,, \t,2030-01-01\n", "waiver/invalid", 2, "reason"),
    ],
)
def test_a_broken_file_is_told_and_waives_nothing(
    topics: Path, text: str, code: str, line: int | None, column: str | None
) -> None:
    report = run(topics, text)
    assert report.waived == 0
    told = [one for one in report if one.code != "text/blank"]
    assert [(one.code, one.line, one.column) for one in told] == [(code, line, column)]
    assert told[0].severity is Severity.ERROR
    assert told[0].path == str(topics.parent / "waivers.csv")


def test_a_broken_row_leaves_the_others_standing(topics: Path) -> None:
    rows = "text/blank,topics/a,,,,2030-01-01\n\ntext/blank,,topics.csv,,Known.,2030-01-01\n"
    report = run(topics, HEADER + rows)
    assert codes(report) == [("waiver/invalid", 2)]
    assert report.waived == 2


def test_a_waivers_file_that_cannot_be_read_is_an_input_that_cannot(topics: Path) -> None:
    missing = validate(topics, against="none", waivers=topics.parent / "nowhere.csv")
    assert [one.code for one in missing] == ["file/not-found", "text/blank", "text/blank"]
    assert missing.exit_code() == 3
    (topics.parent / "w.csv").write_bytes("code,raison\n".encode("utf-16"))
    utf16 = validate(topics, against="none", waivers=topics.parent / "w.csv")
    assert sorted(one.code for one in utf16) == ["file/encoding", "text/blank", "text/blank"]
    assert utf16.exit_code() == 3


def test_where_an_input_cannot_be_read_no_waiver_is_called_unused(topics: Path) -> None:
    waivers = topics.parent / "waivers.csv"
    waivers.write_text(f"{HEADER}text/blank,topics/b,,,Known.,2030-01-01\n")
    report = validate([topics, topics.parent / "nowhere"], against="none", waivers=waivers)
    assert "waiver/unused" not in {one.code for one in report}


def test_waivers_come_before_the_choice_of_rules(topics: Path) -> None:
    """A waiver is not unused because its rule was not asked for."""
    waivers = topics.parent / "waivers.csv"
    waivers.write_text(f"{HEADER}text/blank,,topics.csv,,Known.,2030-01-01\n")
    report = validate(topics, against="none", waivers=waivers, ignore=["text"])
    assert (list(report), report.waived) == ([], 2)


@pytest.mark.parametrize("day", ["tomorrow", "2023-02-29"])
def test_a_day_that_is_none_is_wrong_usage(topics: Path, day: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)day|isoformat|month"):
        validate(topics, against="none", today=day)
