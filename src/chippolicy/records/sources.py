"""Sources: the documents that every fact is cited to."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Date, Language, Line, Slug, Text, Url


class SourceKind(Term):
    """What sort of document a source is."""

    REGULATION = "regulation", "A legal text as issued or codified by a government."
    OFFICIAL = "official", "Another publication of a government body: guidance, release, decision."
    FILING = "filing", "A company's filing with a regulator, or a letter to one."
    COMPANY = "company", "A company's own publication: a post, data sheet or white paper."
    NEWS = "news", "Reporting by a news outlet."
    ANALYSIS = "analysis", "Analysis by a think tank, research group or newsletter."
    LEGAL_ANALYSIS = "legal-analysis", "A law firm's or legal scholar's account of the law."
    OPINION = "opinion", "An essay or op-ed in which the author argues a view."
    DATASET = "dataset", "A table or data file that others compiled."
    REFERENCE = "reference", "An encyclopedia, wiki or biography page."
    OTHER = "other", "Any other document."


class Derivation(Term):
    """How a source was made from the source it derives from."""

    TRANSLATION = "translation", "The same text in another language."
    REWRITE = "rewrite", "The same story in other words."
    SUMMARY = "summary", "A shorter account of it."
    MIRROR = "mirror", "A copy of the same text at another address."


class Source(Record, table="sources", label="title"):
    """A document that facts are cited to: a rule, a filing, an article, a data set."""

    id: Annotated[Slug, doc("The source's id.", "fr-87-62186")]
    kind: Annotated[SourceKind, doc("What sort of document it is.", "regulation")]
    title: Annotated[
        Line, doc("Its title, in its own language or as the register names it.", "87 FR 62186")
    ]
    publisher: Annotated[Line | None, doc("Who published it.", "Federal Register")] = None
    author: Annotated[Line | None, doc("Who wrote it, as it is signed.", "Graham Webster")] = None
    url: Annotated[
        Url | None, doc("Where it can be read.", "https://www.gao.gov/products/b-337935")
    ] = None
    language: Annotated[
        Language | None, doc("The language it is written in, as a BCP 47 tag.", "en")
    ] = None
    published: Annotated[
        Date | None, doc("When it was published; blank if unknown.", "2022-10-13")
    ] = None
    accessed: Annotated[Date | None, doc("When it was last read.", "2026-11-23")] = None
    derived_from_id: Annotated[
        Slug | None, Ref("sources"), doc("The source it was made from.", "wired-original")
    ] = None
    derivation: Annotated[
        Derivation | None, doc("How it was made from that source.", "translation")
    ] = None
    summary: Annotated[
        Text | None, doc("What it says, in a sentence of our own.", "The rule as published.")
    ] = None
