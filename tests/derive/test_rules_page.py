from __future__ import annotations

from pathlib import Path

from chippolicy.derive.__main__ import CHECKOUT
from chippolicy.derive.rules_page import rules_page
from chippolicy.rules import FAMILIES, RULES


def test_every_rule_is_explained() -> None:
    page = rules_page(CHECKOUT)
    for family in FAMILIES:
        assert f"\n## {family}\n" in page
    for rule in RULES:
        (section,) = [one for one in page.split("\n### ") if one.startswith(f"`{rule.code}`\n")]
        assert rule.title in section
        assert rule.reason in section
        assert rule.hint[1:] in section
        assert f"**{rule.severity.capitalize()}**" in section


def test_most_rules_have_an_example_that_is_there() -> None:
    page = rules_page(CHECKOUT)
    examples = page.count("Told of line")
    assert examples >= 40
    assert "m,1,tpp,ge,4800\nm,1,tpp,lt,2400\n" in page


def test_without_a_corpus_there_is_a_page_all_the_same(tmp_path: Path) -> None:
    page = rules_page(tmp_path)
    assert "Told of line" not in page
    assert "### `figure/sparse`" in page


def test_the_page_shows_nothing_hidden() -> None:
    assert all(line.isprintable() for line in rules_page(CHECKOUT).splitlines())
