"""Which executor is taken, what is said where it cannot be, and how much is told at most."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.generate import write
from chippolicy import validate
from chippolicy.cli.run import run
from chippolicy.engine import executors, frames
from chippolicy.engine.executors import MissingExtraError, takes_frames
from chippolicy.engine.intake.source import Input
from chippolicy.engine.locate import MOST_CAUSES
from tests.small import TABLES, with_cell, write_csv, write_folder


def one_of(path: Path, size: int) -> Input:
    path.write_bytes(b"x" * size)
    return Input(path, "x.csv", "events")


def test_auto_takes_rows_for_small_files_and_frames_for_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "LARGE_RUN", 100)
    monkeypatch.setattr(frames, "available", lambda: True)
    assert not takes_frames("auto", [one_of(tmp_path / "a", 99)])
    assert takes_frames("auto", [one_of(tmp_path / "a", 99), one_of(tmp_path / "b", 1)])
    assert not takes_frames("rows", [one_of(tmp_path / "a", 1000)])
    assert takes_frames("frames", [])


def test_without_polars_auto_takes_rows_and_frames_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(executors, "LARGE_RUN", 0)
    monkeypatch.setattr(frames, "available", lambda: False)
    assert not takes_frames("auto", [one_of(tmp_path / "a", 1)])
    with pytest.raises(MissingExtraError, match=r"pip install chippolicy\[fast\]"):
        validate(engine="frames")
    assert run(["validate", "--engine", "frames"]) == 2
    assert "pip install chippolicy[fast]" in capsys.readouterr().err


@pytest.mark.parametrize("engine", ["rows", "frames"])
def test_every_cause_is_counted_and_the_first_are_told(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    faulty = MOST_CAUSES + 500
    rows = [["id", "title"], *([f"BAD {n}", "t"] for n in range(faulty)), ["fine", ""]]
    file = write_csv(tmp_path / "topics.csv", rows)
    report = validate(file, against="none", engine=engine)
    assert report.errors == faulty + 1
    assert len(report) == MOST_CAUSES + 1
    lines = [one.line for one in report if one.code == "value/format"]
    assert lines == list(range(2, MOST_CAUSES + 2))
    more = validate(file, against="none", engine=engine, max_findings=faulty + 1)
    assert len(more) == more.errors == faulty + 1
    assert len(validate(file, against="none", engine=engine, max_findings=3)) == 3
    assert validate(file, against="none", engine=engine, ignore=["value/format"]).errors == 1


@pytest.mark.parametrize("engine", ["rows", "frames"])
def test_files_are_counted_whose_findings_are_not_listed(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A limit on findings bounds what is listed, not in how many files there is something."""
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    files = []
    for part, rows in (
        ("one", [(f"BAD {n}", "t") for n in range(MOST_CAUSES + 1)]),
        ("other", [("WORSE", "t"), ("fine", "t")]),
        ("third", [("sound", "t")]),
    ):
        (tmp_path / part).mkdir()
        files.append(write_csv(tmp_path / part / "topics.csv", [["id", "title"], *rows]))
    report = validate(files, against="none", engine=engine, max_findings=1)
    assert len(report) == 1
    assert report.errors == MOST_CAUSES + 2
    assert report.files_with_findings == 2


def test_what_is_being_done_is_told(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    folder = write_folder(tmp_path / "small", with_cell("chips", 2, "announced", "2023-02-29"))
    validate(folder, against="none", progress=lambda *what: told.append(what))
    assert {"Comparing tables", "Looking for places in chips"} <= {what for what, _, _ in told}
    assert {what for what, _, _ in told} >= {f"Reading {name}" for name in TABLES}
    behind = [done for _, done, _ in told]
    assert behind == sorted(behind)
    assert behind[-1] == told[-1][2] > 0


def test_a_generated_package_with_faults_gives_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    package = write(20_000, tmp_path / "package", 7)
    reports = [
        validate(package, against=against, engine=engine).as_dict()
        for against in ("none", "bundled")
        for engine in ("rows", "frames")
    ]
    for report in reports:
        del report["summary"]["seconds"]
        assert len(report["findings"]) > 20
    assert reports[0] == reports[1]
    assert reports[2] == reports[3]


@pytest.mark.parametrize("engine", ["rows", "frames"])
def test_clashes_are_counted_and_the_first_are_told(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    count = MOST_CAUSES + 7
    (tmp_path / "base").mkdir()
    rows = [["id", "title"], *([f"t-{n}", "A"] for n in range(count))]
    write_csv(tmp_path / "base" / "topics.csv", rows)
    file = write_csv(tmp_path / "topics.csv", [rows[0], *([one, "B"] for one, _ in rows[1:])])
    report = validate(file, against=tmp_path / "base", engine=engine, select=["key/clash"])
    assert report.warnings == count
    assert [one.line for one in report] == list(range(2, MOST_CAUSES + 2))


@pytest.mark.parametrize("engine", ["rows", "frames"])
def test_a_file_in_which_every_row_is_faulty_ends(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of its faults are counted, and as many told as of any file."""
    monkeypatch.setattr(executors, "LARGE_TABLE", 0)
    package = write(12_000, tmp_path / "package", 12_000)
    report = validate(package, against="none", engine=engine)
    assert report.errors > len(report) > MOST_CAUSES
    lines = {one.line for one in report if one.table == "events" and one.code == "value/format"}
    assert lines <= set(range(2, 3_602))
    assert len(lines) == MOST_CAUSES
