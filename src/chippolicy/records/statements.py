"""Statements: who said, held or reported what, and about which records."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Date, Language, Line, RecordRef, Slug, Text


class StatementKind(Term):
    """What sort of statement it is."""

    QUOTATION = "quotation", "Somebody's own words."
    PARAPHRASE = "paraphrase", "What somebody said, in another's words."
    STANCE = "stance", "A view for or against something."
    ASSESSMENT = "assessment", "A judgment of how things are."
    MOTIVE = "motive", "Why somebody acted."
    PREDICTION = "prediction", "What is expected to come."
    UNCERTAINTY = "uncertainty", "What is said to be open or only apparent."
    CAUSAL_CLAIM = "causal-claim", "That one thing came of another."


class Stance(Term):
    """How a statement stands toward its subjects."""

    SUPPORTS = "supports", "In favor."
    OPPOSES = "opposes", "Against."
    MIXED = "mixed", "In part for, in part against, or on conditions."
    NONE = "none", "Takes no side."


class Statement(Record, table="statements", cited=True):
    """Something said, held or reported, told in our own words beside its own."""

    id: Annotated[Slug, doc("The statement's id.", "2025-08-11-trump-h20-obsolete")]
    kind: Annotated[StatementKind, doc("What sort of statement it is.", "quotation")]
    made_on: Annotated[Date | None, doc("When it was made or held.", "2025-08-11")] = None
    stance: Annotated[Stance | None, doc("How it stands toward its subjects.", "supports")] = None
    text: Annotated[Text, doc("What is said, in our own words.", "Trump calls the H20 obsolete.")]
    quote: Annotated[
        Text | None, doc("The exact words, 25 at most.", "So we negotiated a little deal.")
    ] = None
    quote_language: Annotated[
        Language | None, doc("The language of the quote, as a BCP 47 tag.", "en")
    ] = None
    attribution: Annotated[
        Line | None,
        doc("Words for those who are not named.", "several key officials"),
    ] = None


class StatementRole(Term):
    """The part an actor has in a statement."""

    SPEAKER = "speaker", "Said it."
    HOLDER = "holder", "Is said to hold it as a belief."
    REPORTER = "reporter", "Reports that it was said or held."


class StatementActor(Record, table="statement_actors", key=("statement_id", "actor_id", "role")):
    """An actor's part in a statement."""

    statement_id: Annotated[
        Slug, Ref("statements"), doc("The statement.", "2025-08-11-trump-h20-obsolete")
    ]
    actor_id: Annotated[Slug, Ref("actors"), doc("The actor.", "donald-trump")]
    role: Annotated[StatementRole, doc("The part it has.", "speaker")]


class StatementSubject(Record, table="statement_subjects", key=("statement_id", "record")):
    """A record that a statement is about."""

    statement_id: Annotated[
        Slug, Ref("statements"), doc("The statement.", "2025-08-11-trump-h20-obsolete")
    ]
    record: Annotated[RecordRef, doc("The record that is meant.", "chips/nvidia-h20")]
