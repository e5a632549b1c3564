"""`chippolicy validate --source-text`: how texts are named, and wrong usage."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from chippolicy.cli.app import app
from tests.cli.conftest import Invoke

QUOTE = "昨年、より低性能な代替品として"
"""The quote of the small package, of its source article-ja, in paragraph 3."""
TEXT = f"見出し\n\n一つ目の段落。\n\n二つ目の段落。\n\n{QUOTE}発表された。\n"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "article-ja.txt").write_text(TEXT, encoding="utf-8")
    return folder


def test_a_quote_that_stands_in_its_text_passes(invoke: Invoke, clean: Path, texts: Path) -> None:
    for named in (texts, f"article-ja={texts / 'article-ja.txt'}"):
        result = invoke("validate", clean, "--source-text", named)
        assert (result.exit_code, "evidence" in result.output) == (0, False)


def test_a_quote_that_does_not_is_told_at_its_cell(
    invoke: Invoke, clean: Path, texts: Path
) -> None:
    text = TEXT.replace("代替品", "後継品").replace("二つ目の段落。\n\n", "")
    (texts / "article-ja.txt").write_text(text, encoding="utf-8")
    result = invoke("validate", clean, "--source-text", texts)
    assert result.exit_code == 1
    assert "8:quote  error  evidence/quote-absent" in result.output
    assert "has '代替' for '後継'" in result.output.replace("\n   ", "")
    assert "hint: Write the source's own words: 昨年、より低性能な後継品として" in result.output


def test_texts_of_a_folder_and_single_ones_go_together(
    invoke: Invoke, clean: Path, texts: Path
) -> None:
    sheet = clean.parent / "sheet.txt"
    sheet.write_text("H20", encoding="utf-8")
    texts_of_both = ("--source-text", texts, "--source-text", f"data-sheet={sheet}")
    assert invoke("validate", clean, *texts_of_both).exit_code == 0


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ("nope", "'nope' is neither ID=FILE nor a folder"),
        ("=a.txt", "'=a.txt' is neither ID=FILE nor a folder"),
        ("article-ja=", "'article-ja=' is neither ID=FILE nor a folder"),
    ],
)
def test_what_is_no_text_is_wrong_usage(invoke: Invoke, named: str, message: str) -> None:
    result = invoke("validate", "--source-text", named)
    assert result.exit_code == 2
    assert message in result.stderr


def test_two_texts_for_one_source_are_wrong_usage(invoke: Invoke, texts: Path) -> None:
    file = texts / "article-ja.txt"
    result = invoke("validate", "--source-text", texts, "--source-text", f"article-ja={file}")
    assert result.exit_code == 2
    assert "two texts for 'article-ja'" in result.stderr
    (texts / "article-ja.md").write_text("x", encoding="utf-8")
    assert "two texts" in invoke("validate", "--source-text", texts).stderr
    empty = texts / "empty"
    empty.mkdir()
    result = invoke("validate", "--source-text", empty)
    assert (result.exit_code, "holds no .txt or .md files" in result.stderr) == (2, True)


def test_a_text_that_is_not_there_is_a_finding(invoke: Invoke, clean: Path) -> None:
    result = invoke("validate", clean, "--source-text", "article-ja=nope.txt")
    assert result.exit_code == 3
    assert "file/not-found" in result.output


def test_a_report_does_not_overwrite_a_text(invoke: Invoke, clean: Path, texts: Path) -> None:
    file = texts / "article-ja.txt"
    result = invoke("validate", clean, "--source-text", texts, "--output", file)
    assert result.exit_code != 0
    assert file.read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize(("typed", "offered"), [("te", "te"), ("article-ja=te", "article-ja=te")])
def test_files_are_completed(typed: str, offered: str) -> None:
    shell = ShellComplete(app, {}, "chippolicy", "_CHIPPOLICY_COMPLETE")
    found = shell.get_completions(["validate", "--source-text"], typed)
    assert [(item.value, item.type) for item in found] == [(offered, "file")]
