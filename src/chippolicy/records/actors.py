"""Actors: people and organizations, governments and countries among them."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._terms import Term
from chippolicy.records._types import Country, Date, Line, Slug, Text, Url, WikidataId


class ActorKind(Term):
    """What sort of actor it is."""

    PERSON = "person", "A human being."
    COMPANY = "company", "A business."
    GOVERNMENT = "government", "A country's government as a whole."
    AGENCY = "agency", "A body within a government: department, bureau, council, regulator."
    ADMINISTRATION = "administration", "A government during one leader's term."
    COUNTRY = "country", "A country or territory, as a place or party."
    THINK_TANK = "think-tank", "A policy research organization."
    UNIVERSITY = "university", "A university or a part of one."
    PUBLISHER = "publisher", "A news outlet or other publisher."
    GROUP = "group", "People who act or are described together, named or not."


class Actor(Record, table="actors", label="name", cited=True):
    """A person or organization that makes, argues over, or is subject to policy."""

    id: Annotated[Slug, doc("The actor's id.", "nvidia")]
    kind: Annotated[ActorKind, doc("What sort of actor it is.", "company")]
    name: Annotated[Line, doc("Its usual name in English.", "NVIDIA Corporation")]
    country: Annotated[
        Country | None, doc("The country it belongs to, as ISO 3166-1 alpha-2.", "US")
    ] = None
    part_of_id: Annotated[
        Slug | None, Ref("actors"), doc("The larger body it is a part of.", "us-government")
    ] = None
    start: Annotated[
        Date | None, doc("When it began: founded, born or took office.", "1993-04-05")
    ] = None
    end: Annotated[
        Date | None, doc("When it ended; blank while it goes on or if unknown.", "2025-01-20")
    ] = None
    wikidata_id: Annotated[WikidataId | None, doc("Its Wikidata item.", "Q182477")] = None
    url: Annotated[Url | None, doc("Its official site.", "https://darioamodei.com/")] = None
    summary: Annotated[
        Text | None, doc("What it is, in a sentence of our own.", "A maker of AI accelerators.")
    ] = None
