from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Invoke

HEADER = "code,record,path,line,reason,expires\n"


@pytest.fixture
def waivers(tmp_path: Path) -> Path:
    file = tmp_path / "waivers.csv"
    row = "ref/dangling,chips/nvidia-h100,,,Added in another contribution.,2026-12-31"
    file.write_text(f"{HEADER}{row}\n", encoding="utf-8")
    return file


def test_what_is_waived_is_counted_and_lets_pass(
    invoke: Invoke, faulty: Path, waivers: Path
) -> None:
    result = invoke("validate", faulty, "--against", "none", "--waivers", waivers)
    assert result.exit_code == 0
    assert "ref/dangling" not in result.stdout
    assert result.stdout.splitlines()[-1].startswith("valid, with 1 warning in 1 file, 1 waived (")
    options = ("--against", "none", "--waivers", waivers, "--ignore", "ref")
    assert ", no findings, 1 waived (" in invoke("validate", faulty, *options).stdout
    report = json.loads(invoke("validate", faulty, *options, "--format", "json").stdout)
    assert (report["summary"]["waived"], report["findings"]) == (1, [])


def test_after_its_day_a_waiver_is_told_with_what_it_covered(
    invoke: Invoke, faulty: Path, waivers: Path
) -> None:
    options = ("--against", "none", "--waivers", waivers, "--today", "2027-01-01")
    result = invoke("validate", faulty, *options)
    assert result.exit_code == 1
    assert "2:designer_id  error  ref/dangling" in result.stdout
    assert "2:expires  warning  waiver/expired" in result.stdout
    assert "the waiver of ref/dangling expired: it held until 2026-12-31" in result.stdout


@pytest.mark.parametrize("day", ["soon", "2027-02-29", "01/02/2027"])
def test_a_day_is_written_in_one_way(invoke: Invoke, clean: Path, day: str) -> None:
    result = invoke("validate", clean, "--today", day)
    assert result.exit_code == 2
    assert "--today" in result.stderr


def test_a_report_is_not_written_over_the_waivers(
    invoke: Invoke, clean: Path, waivers: Path
) -> None:
    before = waivers.read_bytes()
    result = invoke("validate", clean, "--waivers", waivers, "--output", waivers)
    assert result.exit_code != 0
    assert waivers.read_bytes() == before


def test_a_waivers_file_that_is_not_there_is_told_and_the_data_checked(
    invoke: Invoke, faulty: Path, tmp_path: Path
) -> None:
    options = ("--against", "none", "--waivers", tmp_path / "nowhere.csv")
    result = invoke("validate", faulty, *options)
    assert result.exit_code == 3
    assert "file/not-found" in result.stdout
    assert "ref/dangling" in result.stdout
