from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from chippolicy.findings import FileSummary, Finding, Report, Severity
from tests.cli.conftest import Invoke, Run
from tests.small import write_csv


def test_the_shipped_package_is_checked_without_a_path(invoke: Invoke) -> None:
    result = invoke("validate")
    assert result.stdout.startswith("valid: 24 tables, ")
    assert result.stderr == ""
    assert result.exit_code == 0


def test_a_fault_is_told_with_its_place_and_its_line(invoke: Invoke, faulty: Path) -> None:
    result = invoke("validate", faulty, "--against", "none")
    assert result.exit_code == 1
    assert "  2:designer_id  error  ref/dangling  chips/nvidia-h100\n" in result.stdout
    assert "nvidia-h100,NVIDIA H100,nvida,2022-03-22" in result.stdout
    assert "^^^^^\n    hint: Did you mean nvidia?\n" in result.stdout
    assert result.stdout.splitlines()[-1].startswith("1 error, 1 warning in 2 files (")


def test_the_json_report(invoke: Invoke, faulty: Path) -> None:
    result = invoke("validate", faulty, "--against", "none", "--format", "json")
    report = json.loads(result.stdout)
    assert report["valid"] is False
    assert [one["code"] for one in report["findings"]] == ["ref/dangling", "ref/redirected"]
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("options", "codes", "status"),
    [
        ([], {"ref/dangling", "ref/redirected"}, 1),
        (["--select", "ref/redirected"], {"ref/redirected"}, 0),
        (["--select", "ref/redirected", "--strict"], {"ref/redirected"}, 1),
        (["--ignore", "ref/dangling"], {"ref/redirected"}, 0),
        (["--ignore", "ref", "--strict"], set(), 0),
        (
            ["--select", "date", "--select", "ref", "--ignore", "ref/dangling"],
            {"ref/redirected"},
            0,
        ),
        (["--max-findings", "0"], set(), 1),
        (["--engine", "rows"], {"ref/dangling", "ref/redirected"}, 1),
    ],
)
def test_options_narrow_what_is_told_and_what_counts(
    invoke: Invoke, faulty: Path, options: list[str], codes: set[str], status: int
) -> None:
    result = invoke("validate", faulty, "--against", "none", "--format", "json", *options)
    assert {one["code"] for one in json.loads(result.stdout)["findings"]} == codes
    assert result.exit_code == status


def test_a_file_of_another_name_is_checked_as_the_table_named(
    invoke: Invoke, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "mine.csv", [["id", "title"], ["Bad Id", "T"]])
    assert "table/unknown" in invoke("validate", path).stdout
    assert "Bad Id" in invoke("validate", path, "--table", "topics").stdout


def test_what_cannot_be_read_is_a_finding_and_the_rest_is_checked(
    run: Run, faulty: Path, tmp_path: Path
) -> None:
    latin = tmp_path / "chips.csv"
    latin.write_bytes("id,name\nnvidia-h20,エヌビディア\n".encode("cp932"))
    result = run("validate", tmp_path / "nowhere.csv", latin, faulty, "--against", "none")
    assert result.returncode == 3
    assert "file/not-found" in result.stdout
    assert "file/encoding" in result.stdout
    assert "ref/dangling" in result.stdout
    assert "Traceback" not in result.stderr


def test_quiet_says_nothing_of_what_is_valid(invoke: Invoke, clean: Path, faulty: Path) -> None:
    result = invoke("validate", clean, "--against", "none", "--quiet")
    assert (result.output, result.exit_code) == ("", 0)
    result = invoke("validate", faulty, "--against", "none", "--quiet")
    assert "ref/dangling" in result.stdout
    assert "ref/redirected" not in result.stdout
    assert "rows" not in result.stdout


def test_the_report_goes_to_a_file_and_the_count_to_stderr(
    invoke: Invoke, faulty: Path, tmp_path: Path
) -> None:
    out, other = tmp_path / "out.txt", tmp_path / "other.json"
    command = ["validate", faulty, "--against", "none", "--output", out, "--report"]
    result = invoke(*command, f"json={other}")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("1 error, 1 warning in 2 files")
    assert "ref/dangling" in out.read_text(encoding="utf-8")
    assert json.loads(other.read_text(encoding="utf-8"))["valid"] is False
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faulty", "other.json", "out.txt"]
    assert invoke(*command, f"json={other}", "--quiet").output == ""


def test_a_file_is_written_with_the_usual_rights_and_keeps_those_it_had(
    invoke: Invoke, clean: Path, tmp_path: Path
) -> None:
    fresh, old = tmp_path / "fresh.json", tmp_path / "old.json"
    old.touch()
    old.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(old)
    before = os.umask(0o022)
    try:
        invoke("validate", clean, "--output", fresh, "--report", f"json={link}")
    finally:
        os.umask(before)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o644
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert link.is_symlink()
    assert json.loads(old.read_text())["valid"] is True


def test_what_is_no_file_is_written_to_and_not_replaced(invoke: Invoke, clean: Path) -> None:
    result = invoke("validate", clean, "--output", "/dev/null", "--report", "json=/dev/null")
    assert result.exit_code == 0
    assert not Path("/dev/null").is_file()


def test_a_report_that_fails_leaves_the_old_one(
    invoke: Invoke, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "old.txt"
    old.write_text("old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    result = invoke("validate", clean, "--output", old)
    assert result.exit_code == 2
    assert f"cannot write {str(old)!r}: no space left on device" in result.stderr
    assert old.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean", "old.txt"]


def test_a_link_that_leads_to_itself_is_told_as_not_there(invoke: Invoke, tmp_path: Path) -> None:
    link = tmp_path / "chips.csv"
    link.symlink_to(link)
    result = invoke("validate", link, "--output", tmp_path / "report.txt")
    assert result.exit_code == 3
    assert "file/not-found" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_no_report_is_written_to_a_link_that_leads_to_itself(
    invoke: Invoke, clean: Path, tmp_path: Path
) -> None:
    link = tmp_path / "report.txt"
    link.symlink_to(link)
    result = invoke("validate", clean, "--output", link)
    assert result.exit_code == 2
    assert f"cannot write {str(link)!r}: too many levels of symbolic links" in result.stderr
    assert link.is_symlink()


def test_a_report_never_takes_the_place_of_the_data(invoke: Invoke, faulty: Path) -> None:
    path = faulty / "chips.csv"
    before = path.read_bytes()
    for inputs in ([path], [faulty]):
        for option in (["--output", path], ["--report", f"json={path}"]):
            result = invoke("validate", *inputs, *option)
            assert result.exit_code == 2
            assert "it is an input" in result.stderr
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--format", "jsn"], "no format is called 'jsn'; did you mean 'json'?"),
        (["--report", "json"], "'json' is not FORMAT=FILE"),
        (["--report", "zzz=x"], "there are csv, github, html, json"),
        (["--output", "no/such/folder/x"], "there is no such folder"),
        (["--output", "same.txt", "--report", "json=same.txt"], "named twice"),
        (["--select", "ref/dangeling"], "did you mean 'ref/dangling'?"),
        (["--ignore", "daet"], "did you mean 'date'?"),
        (["--table", "chip"], "did you mean 'chips'?"),
        (["--max-findings", "-1"], "-1"),
        (["--nope"], "No such option"),
    ],
)
def test_wrong_usage_is_told_with_the_nearest_name(
    invoke: Invoke, arguments: list[str], told: str
) -> None:
    result = invoke("validate", *arguments)
    assert told in result.stderr
    assert result.stdout == ""
    assert result.exit_code == 2


def test_frames_without_polars_tells_what_to_install(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chippolicy.engine.frames.available", lambda: False)
    result = invoke("validate", "--engine", "frames")
    assert result.exit_code == 2
    assert "pip install chippolicy[fast]" in result.stderr


def test_the_exit_status_is_the_reports(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    note = Finding("x/y", Severity.NOTE, "m")
    for report, plain, strict in (
        (Report((), (FileSummary("a"),)), 0, 0),
        (Report((note,)), 0, 1),
        (Report((note,), unreadable=True), 3, 3),
    ):
        monkeypatch.setattr("chippolicy.engine.validate", lambda *_, r=report, **__: r)
        assert invoke("validate").exit_code == plain
        assert invoke("validate", "--strict").exit_code == strict
