"""The guide to extraction runs as it is written, and its limits are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chippolicy.derive.llm import llm_schema
from chippolicy.derive.llm_limits import AS_OF, PROVIDERS, excesses, sizes
from chippolicy.engine.evidence.source_text import MOST_GAP
from chippolicy.engine.evidence.text_files import MOST_BYTES
from chippolicy.records import TABLES
from chippolicy.reports.prompt import MOST
from tests.contribute.console import commands, must_run, run

GUIDE = (Path(__file__).parents[2] / "docs" / "extract.md").read_text(encoding="utf-8")


def test_the_guide_runs_as_it_is_written(tmp_path: Path) -> None:
    """Each command prints what stands below it and ends as it says.

    `python -m tests.contribute.console docs/extract.md` writes down what they print now.
    """
    place = tmp_path / "place"
    place.mkdir()
    found = list(commands(GUIDE))
    assert len(found) > 9
    must_run(found, place)


def test_the_loop_ends_when_nothing_is_to_be_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Python block asks anew with the findings, and stops at the first answer without any."""
    place = tmp_path / "place"
    place.mkdir()
    answers = []
    for command in commands(GUIDE):
        run(command, place)
        if (place / "answer.json").exists():
            answers.append((place / "answer.json").read_text(encoding="utf-8"))
    first, last = answers[0], answers[-1]
    asked: list[list[str]] = []

    def ask(messages: list[str]) -> str:
        asked.append([*messages])
        return first if len(asked) < 3 else last

    (place / "instruction.txt").write_text("Extract.", encoding="utf-8")
    monkeypatch.chdir(place)
    (code,) = re.findall("^```python\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    exec(compile(code, "extract.md", "exec"), {"ask": ask})
    assert [len(messages) for messages in asked] == [1, 3, 5]
    assert asked[-1][1::2] == [first, first]
    assert all(message.startswith("Mend the data") for message in asked[-1][2::2])


def test_every_limit_and_its_page_is_told() -> None:
    """The table is that of the limits in the code, with what the schema of all tables has."""
    of_all = sizes(llm_schema())
    rows = [
        f"| {provider.name} | {limit.most:,} | {limit.words} | {of_all[limit.of]:,} |"
        for provider in PROVIDERS
        for limit in provider.limits
    ]
    table = re.findall(r"^\| (?:OpenAI|Anthropic|Gemini) \|.*$", GUIDE, re.MULTILINE)
    assert table == rows
    for provider in PROVIDERS:
        assert f"[{provider.name}]({provider.page})" in GUIDE
    assert f"(as of {AS_OF};" in GUIDE


def test_selections_that_are_said_to_fit_do() -> None:
    """Several tables named together in the last section, or asked for in the first, fit."""
    last = GUIDE.partition("## What the providers take")[2]
    named = [found.split() for found in re.findall("`([a-z_]+(?: [a-z_]+)+)`", last)]
    assert len(named) == 3
    for selection in [*named, *re.findall(r"--kind llm ([a-z_ ]+) >", GUIDE)]:
        tables = selection.split() if isinstance(selection, str) else selection
        assert set(tables) <= set(TABLES)
        assert excesses(llm_schema(tables)) == []


def test_figures_of_the_guide_are_those_of_the_code() -> None:
    assert f"at most {MOST_GAP:,}\n" in GUIDE
    assert f"at most {MOST_BYTES >> 20} MB" in GUIDE
    assert f"tells {MOST} findings at a time" in GUIDE
