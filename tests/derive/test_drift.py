"""Derived files are what the records say, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chippolicy.derive.__main__ import CHECKOUT, main


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which every derived file has just been made."""
    (tmp_path / "src" / "chippolicy").mkdir(parents=True)
    (tmp_path / "pyproject.toml").touch()
    shutil.copytree(CHECKOUT / "datapackage" / "data", tmp_path / "datapackage" / "data")
    assert main([], tmp_path) == 0
    return tmp_path


@pytest.mark.parametrize("seed", ["0", "1"])
def test_committed_files_are_what_is_derived_whatever_the_hash_seed(seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "chippolicy.derive", "--check"],
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(CHECKOUT / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_what_was_just_written_has_not_drifted(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check"], checkout) == 0
    assert main([], checkout) == 0
    assert capsys.readouterr().out == ""


def test_a_changed_file_is_told_with_its_difference_and_left_alone(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = checkout / "schemas" / "topics.schema.json"
    file.write_text(file.read_text(encoding="utf-8").replace('"Topic"', '"Theme"'), "utf-8")
    before = file.read_bytes()
    assert main(["--check"], checkout) == 1
    told = capsys.readouterr().err
    assert "schemas/topics.schema.json drifted" in told
    assert '-  "title": "Theme",' in told
    assert '+  "title": "Topic",' in told
    assert "python -m chippolicy.derive" in told
    assert file.read_bytes() == before


def test_a_missing_derived_file_is_drift_and_alone_is_made_anew(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "schemas" / "dataset.schema.json").unlink()
    assert main(["--check"], checkout) == 1
    assert main([], checkout) == 0
    assert capsys.readouterr().out == "schemas/dataset.schema.json\n"
    assert main(["--check"], checkout) == 0


def test_changed_facts_are_drift_of_the_descriptor(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (checkout / "datapackage" / "data" / "topics.csv").open("a", encoding="utf-8") as file:
        file.write("a-topic,A topic,\n")
    assert main(["--check"], checkout) == 1
    assert "datapackage/datapackage.json drifted" in capsys.readouterr().err


def test_a_missing_table_is_told_and_the_rest_is_made(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "datapackage" / "data" / "chips.csv").unlink()
    (checkout / "schemas" / "chips.schema.json").unlink()
    assert main([], checkout) == 1
    told = capsys.readouterr()
    assert "datapackage/datapackage.json: cannot be made" in told.err
    assert "chips.csv is missing" in told.err
    assert told.out == "schemas/chips.schema.json\n"


def test_outside_a_checkout_nothing_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], tmp_path) == 2
    assert "checkout" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_derived_files_end_in_one_line_break_and_have_no_other_line_ends(checkout: Path) -> None:
    files = [file for file in checkout.rglob("*") if file.suffix in {".json", ".md"}]
    assert len(files) > 20
    for file in files:
        content = file.read_bytes()
        assert b"\r" not in content
        assert content.endswith(b"\n")
        assert not content.endswith(b"\n\n")
        assert b"\\u" not in content.replace(b"\\\\u", b""), "text stands as it is, unescaped"
