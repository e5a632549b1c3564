"""Citations: which source says what of which field, and how far it can be trusted."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Count, FieldName, Line, RecordRef, Slug, Text


class CitationRelation(Term):
    """How a source bears on what the record says."""

    SUPPORTS = "supports", "It says the same."
    CONTRADICTS = "contradicts", "It says otherwise."
    QUALIFIES = "qualifies", "It says so with a limit, or less exactly."


class Confidence(Term):
    """How well a citation founds what the record says."""

    PRIMARY = "primary", "Read in a primary text: rule, filing, decision, the author's own words."
    CORROBORATED = "corroborated", "Found in two or more independent secondary sources."
    SINGLE = "single", "Found in one secondary source."
    WEAK = "weak", "Found in one source of low quality: a lead, not evidence."
    DERIVED = "derived", "Worked out from other facts that are founded."


class Citation(Record, table="citations", key=("record", "field", "source_id", "n")):
    """A source's word on a record or on one of its fields."""

    record: Annotated[RecordRef, doc("The record that is meant.", "chips/nvidia-h20")]
    field: Annotated[FieldName, doc("The field it bears on, or * for the record.", "announced")]
    source_id: Annotated[Slug, Ref("sources"), doc("The source.", "fr-87-62186")]
    n: Annotated[Count, doc("1, 2, … where a source bears on a field more than once.", 1)]
    locator: Annotated[
        Line | None, doc("Where in the source: page, paragraph, section.", "paragraph 3")
    ] = None
    relation: Annotated[CitationRelation, doc("How it bears on it.", "supports")]
    confidence: Annotated[Confidence, doc("How well it founds it.", "primary")]
    quote: Annotated[
        Text | None, doc("The exact words, 25 at most.", "So we negotiated a little deal.")
    ] = None
    note: Annotated[Text | None, doc("What a reader should know.", "The article says 2024.")] = None
