"""Pages of text for people: laid out without Rich, and yet as Rich would."""

from __future__ import annotations

import re
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from chippolicy.reports.page import Page
from chippolicy.reports.visible import visible
from tests.reports.hostile import texts

_STYLES = ["", "bold", "dim", "bold red", "green"]
_WORDS = [
    "a",
    "license",
    "x" * 37,
    "輸出",
    "規制　",
    "e\u0301",
    "1\ufe0f",
    " ",
    "   ",
    "\u3000",
    "…",
]


def prose() -> st.SearchStrategy[str]:
    """Texts long enough to be broken: of words, wide characters and blanks, or of anything."""
    words = st.lists(st.sampled_from(_WORDS), max_size=40)
    return texts() | words.map(" ".join) | words.map("".join)


def parts() -> st.SearchStrategy[list[tuple[str, str]]]:
    """Parts of a paragraph: texts with their styles."""
    return st.lists(st.tuples(prose(), st.sampled_from(_STYLES)), min_size=1, max_size=3)


@given(parts(), st.integers(20, 120))
def test_broken_as_rich_breaks(parts: list[tuple[str, str]], width: int) -> None:
    """A paragraph is broken into the lines that Rich breaks it into."""
    page = Page(width, color=False)
    page.paragraph(*parts)
    console = Console(file=StringIO(), width=width, _environ={})
    first, *rest = Text("".join(visible(text) for text, _ in parts)).wrap(console, width)
    told = page.text().split("\n")[:-1]
    assert told[0] == first.plain.rstrip()
    if not rest:
        assert told[1:] == []


@given(st.lists(parts(), max_size=3), st.integers(10, 120), st.integers(0, 6), st.integers(0, 6))
def test_color_changes_no_text(
    paragraphs: list[list[tuple[str, str]]], width: int, indent: int, hang: int
) -> None:
    """In color a page has the same text on the same lines as without."""
    plain, colored = Page(width, color=False), Page(width, color=True)
    for page in (plain, colored):
        for one in paragraphs:
            page.paragraph(*one, indent=indent, hang=hang)
        page.blank()
    shown = re.sub("\x1b\\[[0-9;]*m", "", colored.text())
    assert [line.rstrip() for line in shown.split("\n")] == plain.text().split("\n")


@given(parts(), st.integers(20, 60), st.integers(0, 8), st.integers(0, 6))
def test_nothing_is_lost(parts: list[tuple[str, str]], width: int, indent: int, hang: int) -> None:
    """Every character of a paragraph that is no blank is on the page, in its order."""
    page = Page(width, color=False)
    page.paragraph(*parts, indent=indent, hang=hang)
    told = "".join(visible(text) for text, _ in parts)
    assert "".join(page.text().split()) == "".join(told.split())
