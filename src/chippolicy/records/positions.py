"""Positions: posts that people held."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, Ref, doc
from chippolicy.records._types import Date, Line, Slug

_ORGANIZATIONS = (
    "company",
    "government",
    "agency",
    "administration",
    "country",
    "think-tank",
    "university",
    "publisher",
    "group",
)


class Position(Record, table="positions", label="title", cited=True):
    """A post a person held at an organization, for a time."""

    id: Annotated[Slug, doc("The position's id.", "jason-matheny-rand-president")]
    person_id: Annotated[
        Slug, Ref("actors", kinds=("person",)), doc("Who held it.", "jason-matheny")
    ]
    organization_id: Annotated[
        Slug, Ref("actors", kinds=_ORGANIZATIONS), doc("Where it was held.", "rand")
    ]
    title: Annotated[Line, doc("The post's title.", "President and CEO")]
    start: Annotated[Date | None, doc("The first day in post.", "2022-07-05")] = None
    end: Annotated[
        Date | None,
        doc(
            "The last day in post; still in post when last seen is [DAY..]; blank if unknown.",
            "[2025-08-14..]",
        ),
    ] = None
