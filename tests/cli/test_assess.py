from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from chippolicy.cli import assess as assess_command
from chippolicy.cli.assessed import assessment_text, history_text
from chippolicy.cli.run import run
from chippolicy.controls import assess, history
from chippolicy.controls.batch import BLOCK
from chippolicy.controls.question import ask

Caught = pytest.CaptureFixture[str]


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_the_answer_comes_first(capsys: Caught) -> None:
    assert run(["assess", "nvidia-h20", "--to", "CN", "--on", "2025-05-01"]) == 0
    out, err = capsys.readouterr()
    assert lines(out)[0] == "License required"
    assert lines(out)[1] == "NVIDIA H20 (nvidia-h20) to CN on 2025-05-01"
    assert "744.23(a)(1)" in out
    assert "2368 ≥ 2400" in out
    assert "−32" in out
    assert "2.909 ≥ 3.2" in out
    assert "2023-11-09 – 2025-04-08  not controlled" in out
    assert "not legal advice" in " ".join(out.split())
    assert "\x1b" not in out
    assert err == ""


def test_json_has_the_keys_that_are_promised(capsys: Caught) -> None:
    command = ["assess", "nvidia-h200", "--to", "CN", "--on", "2026-02-01", "--format", "json"]
    assert run(command) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == assess("nvidia-h200", to="CN", on="2026-02-01").as_dict()
    assert (found["answer"], found["review"]) == ("controlled", "case-by-case")
    assert "3A090.a.1" in found["paragraphs"]


def test_numbers_without_a_record(capsys: Caught) -> None:
    command = "assess --tpp 2368 --die-area 814 --memory-bandwidth 4000 --interconnect 900"
    assert run([*command.split(), "--datacenter", "--to", "CN", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["answer"], found["chip"]) == ("controlled", None)
    assert found["paragraphs"] == ["744.23(a)(1)"]


@pytest.mark.parametrize(
    ("area", "answer"), [("500", "controlled"), ("500.0000001", "not-controlled")]
)
def test_numbers_are_kept_as_written(capsys: Caught, area: str, answer: str) -> None:
    command = f"assess --tpp 1600 --die-area {area} --to CN --on 2024-01-10 --format json"
    assert run(command.split()) == 0
    assert json.loads(capsys.readouterr().out)["answer"] == answer


def test_no_datacenter(capsys: Caught) -> None:
    command = "assess --tpp 3000 --die-area 600 --no-datacenter --to CN --on 2024-01-10"
    assert run(command.split()) == 0
    assert lines(capsys.readouterr().out)[0] == "Not controlled"


def test_what_is_missing_is_named(capsys: Caught) -> None:
    assert run(["assess", "cambricon-mlu290", "--to", "CN", "--on", "2024-01-10"]) == 0
    out = capsys.readouterr().out
    assert lines(out)[0] == "Cannot tell"
    assert "die_area_mm2" in out


def test_history(capsys: Caught) -> None:
    assert run(["assess", "H200", "--to", "CN", "--history"]) == 0
    out = capsys.readouterr().out
    assert "2026-01-15 – 2026-11-23  license required under" in out
    assert "case by case" in out
    assert run(["assess", "H200", "--to", "HK", "--history", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["spans"] == [span.as_dict() for span in history("nvidia-h200", to="HK")]
    assert any("HK is treated as CN" in line for line in found["assumptions"])


def test_a_span_of_time(capsys: Caught) -> None:
    assert run(["assess", "nvidia-h20", "--to", "CN", "--on", "2025-04"]) == 0
    out = capsys.readouterr().out
    assert lines(out)[0] == "Cannot tell"
    assert "2025-04-01 – 2025-04-08  not controlled" in out
    assert "2025-04-09 – 2025-04-30  license required" in out


def test_unknown_chips_give_1_and_the_nearest(capsys: Caught) -> None:
    assert run(["assess", "nvidia-h2o", "--to", "CN"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "'nvidia-h20'" in err


@pytest.mark.parametrize(
    "command",
    [
        "assess nvidia-h20",
        "assess --to CN",
        "assess nvidia-h20 --to XX",
        "assess nvidia-h20 --to CN --hq Mars",
        "assess nvidia-h20 --to CN --on 2025-02-30",
        "assess nvidia-h20 --to CN --tpp 4800",
        "assess --tpp many --to CN",
        "assess --tpp NaN --to CN",
        "assess --tpp -1 --to CN",
        "assess --die-area 0 --to CN",
        "assess nvidia-h20 --to CN --history --on 2025",
        "assess nvidia-h20 --to CN --input chips.jsonl",
        "assess --to CN --input chips.jsonl --history",
    ],
)
def test_wrong_usage(capsys: Caught, command: str) -> None:
    assert run(command.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "Error: " in err


def test_a_file_of_chips(capsys: Caught, tmp_path: Path) -> None:
    file = tmp_path / "chips.jsonl"
    file.write_text(
        '{"id": "a", "tpp": 5000}\n'
        '{"id": "b", "throughput": {"fp8": 296}, "die_area_mm2": 814}\n'
        "\n"
        '{"id": "c", "throughput": {"fp8": 250}}\n',
        encoding="utf-8",
    )
    assert run(["assess", "--input", str(file), "--to", "CN", "--on", "2024-01-10"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in lines(out)] == [
        {"line": 1, "id": "a", "answer": "controlled", "paragraphs": ["3A090.a.1"],
         "review": "presumption-of-denial", "missing": []},
        {"line": 2, "id": "b", "answer": "not-controlled", "paragraphs": [], "review": None,
         "missing": []},
        {"line": 4, "id": "c", "answer": "cannot-tell", "paragraphs": [], "review": None,
         "missing": ["die_area_mm2"]},
    ]  # fmt: skip
    assert err == ""


def test_bad_lines_give_1_and_their_numbers(capsys: Caught, tmp_path: Path) -> None:
    file = tmp_path / "chips.jsonl"
    file.write_text('{"tpp": 5000}\noops\n{"tpp": "much"}\n', encoding="utf-8")
    assert run(["assess", "--input", str(file), "--to", "HK"]) == 1
    out, err = capsys.readouterr()
    assert len(lines(out)) == 1
    assert f"{file}:2: not JSON" in err
    assert f"{file}:3: tpp is a number" in err
    assert "2 lines could not be assessed" in err
    assert "HK is treated as CN" in err


def test_a_file_of_another_format(
    capsys: Caught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is wrong in a sheet is told by its cell, and what was not read is said."""
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "chips"
    for row in (["id", "tpp"], ["a", 5000], ["b", 0.5], ["c", "much"]):
        book.active.append(row)
    book.active["B3"].number_format = "0%"
    book.create_sheet("chip_throughput").append(["chip_id"])
    book.save("book.xlsx")
    assert run(["assess", "--input", "book.xlsx", "--to", "CN", "--on", "2024-01-10"]) == 1
    out, err = capsys.readouterr()
    assert [json.loads(line)["line"] for line in lines(out)] == [2]
    assert lines(err)[0] == "only the chips in 'book.xlsx' are read, not chip_throughput"
    assert lines(err)[1].startswith("book.xlsx!chips!B3: tpp is 50 %")
    assert "(Write 50 in a cell that is shown as a plain number, or 0.5.)" in lines(err)[1]
    assert lines(err)[2] == 'book.xlsx!chips!B4: tpp is a number, not "much" [value/type]'
    assert lines(err)[3] == "2 lines could not be assessed"


@pytest.mark.parametrize(("name", "convert"), [("a.jsonl", True), ("a.jsonl.gz", False)])
def test_lines_in_another_encoding(
    capsys: Caught, tmp_path: Path, name: str, convert: bool
) -> None:
    """Lines that are not UTF-8 are told each, and once the command that converts the file."""
    text = '{"id": "a", "tpp": 1}\n{"id": "ハイエンド", "tpp": 1}\n'.encode("cp932")
    (tmp_path / name).write_bytes(text if convert else gzip.compress(text))
    assert run(["assess", "--input", str(tmp_path / name), "--to", "CN"]) == 1
    out, err = capsys.readouterr()
    assert len(lines(out)) == 1
    assert f"{name}:2: not UTF-8 at byte 8 [file/encoding]" in err
    assert ("iconv -f CP932 -t UTF-8" in err) is convert
    assert "UTF-8" in lines(err)[1]


def test_merged_cells_are_no_error(capsys: Caught, tmp_path: Path) -> None:
    """A warning is told, and the exit status is that of chips that were all assessed."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["id", "tpp"], ["a", 5000], ["b", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    book.save(tmp_path / "book.xlsx")
    assert run(["assess", "--input", str(tmp_path / "book.xlsx"), "--to", "CN"]) == 0
    out, err = capsys.readouterr()
    assert len(lines(out)) == 2
    assert "B2:B3 are merged" in err
    assert "could not be assessed" not in err


class Stdin:
    """Standard input that tells how much of it was read."""

    def __init__(self, text: bytes) -> None:
        self.buffer = io.BytesIO(text)


@pytest.mark.parametrize(
    "text",
    [
        b'{"id": "a", "tpp": 5000}\n',
        b'[{"id": "a",\n"tpp": 5000}]',
        b"id;tpp\na;5000\n",
        b"- id: a\n  tpp: 5000\n",
        gzip.compress(b"id,tpp\na,5000\n", mtime=0),
        gzip.compress(b'{"id": "a", "tpp": 5000}\n', mtime=0),
    ],
)
def test_standard_input(capsys: Caught, monkeypatch: pytest.MonkeyPatch, text: bytes) -> None:
    """The format of standard input is told by its first bytes."""
    monkeypatch.setattr(sys, "stdin", Stdin(text))
    assert run(["assess", "--input", "-", "--to", "CN"]) == 0
    (answer,) = map(json.loads, lines(capsys.readouterr().out))
    assert (answer["id"], answer["answer"]) == ("a", "controlled")


def test_json_lines_are_answered_while_they_come(
    capsys: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of standard input no more is read ahead than a block of lines."""
    stdin = Stdin(b'{"tpp": 5000}\n' * 10 * BLOCK)
    monkeypatch.setattr(sys, "stdin", stdin)
    read: list[int] = []
    monkeypatch.setattr(assess_command, "emit", lambda _: read.append(stdin.buffer.tell()))
    assert run(["assess", "--input", "-", "--to", "CN"]) == 0
    whole = len(stdin.buffer.getvalue())
    assert read == [whole * block // 10 for block in range(1, 11)]


@pytest.mark.parametrize(
    ("library", "name", "extra"),
    [("openpyxl", "a.xlsx", "xlsx"), ("yaml", "a.yaml", "yaml"), ("polars", "a.parquet", "fast")],
)
def test_a_library_that_is_not_there(
    capsys: Caught, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    library: str, name: str, extra: str,
) -> None:  # fmt: skip
    """Where the library for a format is missing, the command that brings it is told."""
    if name.endswith(".yaml"):
        (tmp_path / name).write_text("- id: a\n", encoding="utf-8")
    else:
        zipfile.ZipFile(tmp_path / name, "w").close()
    monkeypatch.setitem(sys.modules, library, None)
    assert run(["assess", "--input", str(tmp_path / name), "--to", "CN"]) == 3
    assert f"pip install 'chippolicy[{extra}]'" in capsys.readouterr().err


def test_unreadable_input(capsys: Caught, tmp_path: Path) -> None:
    assert run(["assess", "--input", str(tmp_path / "none"), "--to", "CN"]) == 3
    assert "no such file" in capsys.readouterr().err


def test_other_data(capsys: Caught, tmp_path: Path) -> None:
    (tmp_path / "chips.csv").write_text("id,name\nmine,Mine\n", encoding="utf-8")
    assert run(["assess", "mine", "--to", "CN", "--data", str(tmp_path)]) == 0
    assert lines(capsys.readouterr().out)[0] == "Not controlled"


@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize(
    ("chip", "to", "on"),
    [
        ("nvidia-h20", "CN", "2025-05-01"),
        ("nvidia-h200", "HK", "2026"),
        ("cambricon-mlu290", "CN", "2026-02-01"),
        ("nvidia-h100", "AE", "2026-08-01"),
        ("nvidia-rtx-4090", "CN", "2024-01-10"),
        ("nvidia-h100", "SG", "2024-01-10"),
    ],
)
def test_text_fits_its_width(chip: str, to: str, on: str, width: int) -> None:
    text = assessment_text(assess(chip, to=to, on=on), width, False)
    assert max(map(len, lines(text))) <= width
    assert "\x1b" not in text
    assert all(line == line.rstrip() for line in lines(text))
    question = ask(chip, to=to)
    assert max(map(len, lines(history_text(question, question.history(), width, False)))) <= width


def test_color_on_request() -> None:
    assert "\x1b[" in assessment_text(assess("nvidia-h20", to="CN"), 80, True)


def test_margins_that_round_away_are_told() -> None:
    """A figure just below a threshold is never printed as the threshold itself."""
    found = assess(tpp=1600, die_area=500.0001, to="CN", on="2024-01-10")
    assert "3.199999 ≥ 3.2" in assessment_text(found, 100, False)
