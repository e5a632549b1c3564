"""The article is in the data whole: no assertion, name or correction of it can be lost."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

import chippolicy
from chippolicy.dataset import Dataset
from chippolicy.records import Citation, CitationRelation

HERE = Path(__file__).parent
ARTICLE = "article-ja"
ATOMS = 68
CORRECTIONS = 24


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return chippolicy.load()


def from_article(dataset: Dataset, record: str, field: str) -> Iterator[Citation]:
    for citation in dataset.citations:
        if (citation.record, citation.field, citation.source_id) == (record, field, ARTICLE):
            yield citation


def test_the_table_has_every_atom() -> None:
    """Each of the 68 assertions is carried by at least one record."""
    assert {row["atom"] for row in read("article_atoms.csv")} == {
        f"A{number}" for number in range(1, ATOMS + 1)
    }


@pytest.mark.parametrize(
    "row", read("article_atoms.csv"), ids=lambda row: f"{row['atom']}-{row['record']}"
)
def test_an_atom_is_carried(dataset: Dataset, row: dict[str, str]) -> None:
    """The record that carries an assertion cites its paragraph with its exact words."""
    assert dataset.get(row["record"]) is not None
    assert any(
        (citation.locator, citation.quote) == (row["locator"], row["quote"])
        for citation in from_article(dataset, row["record"], row["field"])
    )


def test_the_table_has_every_correction() -> None:
    """Each of the 24 corrections has its records."""
    assert {row["correction"] for row in read("corrections.csv")} == {
        f"X{number}" for number in range(1, CORRECTIONS + 1)
    }


@pytest.mark.parametrize("number", range(1, CORRECTIONS + 1))
def test_a_correction_keeps_both(dataset: Dataset, number: int) -> None:
    """The article's wording stays as a contradicting or qualifying citation with a note."""
    rows = [row for row in read("corrections.csv") if row["correction"] == f"X{number}"]
    cited = {(of.record, of.field, of.source_id, str(of.n)): of for of in dataset.citations}
    found = [cited[row["record"], row["field"], row["source_id"], row["n"]] for row in rows]
    wordings = [
        of
        for of in found
        if of.relation in (CitationRelation.CONTRADICTS, CitationRelation.QUALIFIES) and of.note
    ]
    assert wordings
    assert any(of.source_id == ARTICLE for of in found)


@pytest.mark.parametrize("row", read("article_entities.csv"), ids=lambda row: row["record"])
def test_an_entity_has_its_names(dataset: Dataset, row: dict[str, str]) -> None:
    """Whoever and whatever the article names is known in English and in Japanese."""
    record = dataset.get(row["record"])
    assert record is not None
    assert {name.language for name in dataset.names_of(record)} >= {"en", "ja"}


def test_the_chain_of_sources(dataset: Dataset) -> None:
    """The article leads back to its rewrite, the newsletter, and the feature behind it."""
    chain = [ARTICLE]
    while (parent := dataset.sources[chain[-1]].derived_from_id) is not None:
        chain.append(parent)
    assert len(chain) == 4
    assert [dataset.sources[one].publisher for one in chain[1:]] == ["OmegaNext", "WIRED", "WIRED"]
    assert dataset.sources[ARTICLE].language == "ja"


def test_quotes_are_short(dataset: Dataset) -> None:
    """No quotation is longer than 25 words, nor 60 characters where words are not spaced."""
    for quote in [of.quote for of in (*dataset.citations, *dataset.statements) if of.quote]:
        spaced = quote.isascii() or " " in quote
        assert len(quote.split()) <= 25 if spaced else len(quote) <= 60, quote
