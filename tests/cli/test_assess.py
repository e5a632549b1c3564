from __future__ import annotations

import json
from pathlib import Path

import pytest

from chippolicy.cli.assessed import assessment_text, history_text
from chippolicy.cli.run import run
from chippolicy.controls import assess, history
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
