"""Locators: what they name of a text, and how a place in it is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from chippolicy.engine.evidence.quoting import fold_quote
from chippolicy.engine.evidence.source_text import Span, View

_NUMBERED = re.compile(
    r"(paragraphs?|paras?\.?|¶{1,2}|lines?) ?([0-9]{1,7})(?: ?(?:-|to|and|&|,) ?([0-9]{1,7}))?",
    re.IGNORECASE,
)
_NUMBERED_JA = re.compile(r"第?([0-9]{1,7})(段落|行目?)")


class Named(NamedTuple):
    """What a locator names: a headline or byline, or a run of paragraphs or lines."""

    unit: str
    name: str
    first: int = 0
    last: int = 0

    def holds(self, place: str) -> bool:
        """Whether a paragraph or line, by its name, is among them."""
        unit, _, number = place.partition(" ")
        return place == self.name or (
            unit == self.unit == self.name and self.first <= int(number) <= self.last
        )


def named(locator: str) -> Named | None:
    """What a locator names, or None where that is nothing that a text can be asked for."""
    text = fold_quote(locator)
    if text.lower() in ("headline", "byline"):
        return Named("paragraph", text.lower())
    if match := _NUMBERED.fullmatch(text):
        unit = "line" if match[1][0] in "lL" else "paragraph"
        first, last = int(match[2]), int(match[3] or match[2])
    elif match := _NUMBERED_JA.fullmatch(text):
        unit = "line" if match[2].startswith("行") else "paragraph"
        first = last = int(match[1])
    else:
        return None
    return Named(unit, unit, first, last)


def units_of(unit: str, view: View, span: Span) -> list[str]:
    """The paragraphs, or lines, that a place in a text lies in."""
    if unit == "paragraph":
        return view.names(span)
    first, last = view.lines(span)
    return [f"line {number}" for number in range(first, last + 1)]


def spoken(names: Sequence[str]) -> str:
    """Neighboring units as a locator names them: paragraph 3, paragraphs 3-4."""
    if len(names) == 1:
        return names[0]
    first, last = names[0], names[-1]
    unit, _, number = first.partition(" ")
    if number and last.startswith(unit):
        return f"{unit}s {number}-{last.partition(' ')[2]}"
    return f"{first} and {last}"
