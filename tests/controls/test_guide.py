"""The guide says what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import chippolicy.controls as controls
from chippolicy.cli.run import run

GUIDE = (Path(__file__).parents[2] / "docs" / "assess.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("block", [text for kind, text in BLOCKS if kind == "console"])
def test_commands_print_what_the_guide_shows(
    block: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command, _, shown = block.partition("\n")
    assert run(command.removeprefix("$ chippolicy ").split()) == 0
    assert capsys.readouterr().out.startswith(shown)


def test_lines_get_the_answers_that_the_guide_shows(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line, answer = (text for kind, text in BLOCKS if kind == "json")
    (tmp_path / "mine.jsonl").write_text(line, encoding="utf-8")
    command = ["assess", "--input", str(tmp_path / "mine.jsonl"), "--to", "CN"]
    assert run([*command, "--on", "2024-01-10"]) == 0
    assert capsys.readouterr().out == answer


def test_a_table_gets_the_same_answer(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The guide's table holds the same chip as its line of JSON, below a header."""
    _, answer = (text for kind, text in BLOCKS if kind == "json")
    (table,) = (text for kind, text in BLOCKS if kind == "csv")
    (tmp_path / "mine.csv").write_text(table, encoding="utf-8")
    command = ["assess", "--input", str(tmp_path / "mine.csv"), "--to", "CN"]
    assert run([*command, "--on", "2024-01-10"]) == 0
    assert json.loads(capsys.readouterr().out) == json.loads(answer) | {"line": 2}


def test_python_gives_what_the_guide_shows() -> None:
    (code,) = (text for kind, text in BLOCKS if kind == "python")
    values: dict[str, Any] = {}
    lines = code.replace("chippolicy.assess", "controls.assess").splitlines()
    for line in lines:
        expression, _, shown = line.partition("  # ")
        if line.startswith("found ="):
            exec(line, {"controls": controls}, values)
        elif shown.startswith(("'", "(")):
            assert repr(eval(expression, {}, values)) == shown


def test_every_key_is_in_the_guide() -> None:
    found = controls.assess("nvidia-h20", to="CN").as_dict()
    assert json.dumps(found)
    told = set(re.findall(r"`(\w+)`", GUIDE))
    assert set(found) <= told
    assert set(found["trace"][0]) <= told
