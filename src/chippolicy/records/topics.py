"""Topics: ideas and questions that are argued over."""

from __future__ import annotations

from typing import Annotated

from chippolicy.records._base import Record, doc
from chippolicy.records._types import Line, Slug, Text


class Topic(Record, table="topics", label="title"):
    """An idea or a question that statements can be about."""

    id: Annotated[Slug, doc("The topic's id.", "sell-h20-to-china")]
    title: Annotated[Line, doc("The topic in a few words.", "Selling the H20 to China")]
    summary: Annotated[
        Text | None,
        doc("What the topic covers.", "Whether H20 chips should be sold to buyers in China."),
    ] = None
